#!/usr/bin/env python3
"""Gather the means of all samples in one table, with what they have in common."""

import argparse
import statistics

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--out", required=True, help="the file to write")
parser.add_argument("means", nargs="+", help="files with a seed and a mean each")
args = parser.parse_args()

rows = []
for path in args.means:
    with open(path, encoding="utf-8") as file:
        rows.append(file.read().split())

means = [float(mean) for _, mean in rows]
spread = statistics.stdev(means) if len(means) > 1 else 0.0

with open(args.out, "w", encoding="utf-8") as file:
    file.write("seed,mean\n")
    file.writelines(f"{seed},{mean}\n" for seed, mean in rows)
    file.write(f"all,{statistics.mean(means):.6f}\n")
    file.write(f"spread,{spread:.6f}\n")
