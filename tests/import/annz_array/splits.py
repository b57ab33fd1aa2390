import random


def split(rows, seed):
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows[: len(rows) // 2]
