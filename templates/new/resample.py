#!/usr/bin/env python3
"""Draw a random sample of measurements, with replacement, and write its mean.

The same seed gives the same bytes, on any machine.
"""

import argparse
import random
import statistics

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--out", required=True, help="the file to write")
parser.add_argument("measurements", help="a number a line")
args = parser.parse_args()

with open(args.measurements, encoding="utf-8") as file:
    values = [float(line) for line in file if line.strip()]

sample = random.Random(args.seed).choices(values, k=len(values))

with open(args.out, "w", encoding="utf-8") as file:
    file.write(f"{args.seed} {statistics.mean(sample):.6f}\n")
