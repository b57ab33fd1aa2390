#!/usr/bin/env python3
"""Read the shards' folders as one table, without a summary: `run/work/classify/seed=42/stats.csv`.

Folders are named `loop=key`, as Hive does it, so that readers which know of that give the key as a column.
Needs duckdb (`pip install duckdb`):  python3 read_runs.py out/run
"""

import sys

import duckdb

run = sys.argv[1] if len(sys.argv) > 1 else "out/run"
runs = duckdb.sql(
    f"""
    SELECT * EXCLUDE (seed), CAST(seed AS INTEGER) AS split
    FROM read_csv('{run}/work/classify/*/stats.csv', hive_partitioning = true)
    ORDER BY split
    """
)
print(runs)
print(duckdb.sql("SELECT count(*) AS shards, avg(nmad) AS nmad FROM runs").fetchall())
