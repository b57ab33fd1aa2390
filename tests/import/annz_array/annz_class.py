import argparse
import random

import splits

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int)
parser.add_argument("--catalog")
parser.add_argument("--out")
args = parser.parse_args()

with open(args.catalog) as file:
    rows = file.read().split()[1:]
train = splits.split(rows, args.seed)
with open(args.out, "w") as file:
    file.write(f"{args.seed},{len(train)},{train[0]}\n")
