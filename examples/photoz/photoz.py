#!/usr/bin/env python3
"""Stand-ins for the programs of a photometric-redshift study: small, but they compute what they say.

Each sub-command is one process of photoz.flow. The real ones take hours for a seed; these take a fraction of a second,
on a few hundred galaxies of the catalogue. Reading catalogues, bins and statistics are those of the ANNz example.
Needs nothing but Python 3.9 or later.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from bisect import bisect_right

from annz_class import mean, nmad, outlier_rate, read_catalogue, standard_deviation

TRAIN, VALID, TEST = 240, 80, 120  # galaxies that a stand-in looks at
BINS = 30


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.write("\n")


# ---------------------------------------------------------------- the parts of a catalogue


def prepare(args):
    """Split by the seed, with colours in units of their scatter; for classification also the bins."""
    galaxies = read_catalogue(args.catalog)
    random.Random(args.seed).shuffle(galaxies)
    test_share, valid_share = {"regression": (0.30, 0.21), "classification": (0.30, 0.20)}[args.task]
    test = round(test_share * len(galaxies))
    valid = test + round(valid_share * len(galaxies))
    parts = {
        "test": galaxies[:test][:TEST],
        "valid": galaxies[test:valid][:VALID],
        "train": galaxies[valid:][:TRAIN],
    }
    columns = list(zip(*(features(galaxy) for galaxy in parts["train"])))
    scales = [(mean(column), standard_deviation(column) or 1.0) for column in columns]
    inputs = {"task": args.task}
    for name, part in parts.items():
        inputs[name] = [
            [galaxy.redshift, [(x - m) / s for x, (m, s) in zip(features(galaxy), scales)]]
            for galaxy in part
        ]
    if args.task == "classification":  # edges and medians come from the training part alone
        inputs["edges"], inputs["medians"] = bins([z for z, _ in inputs["train"]])
    save(args.out, inputs)


def features(galaxy):
    """Colours, and the magnitude of one band."""
    magnitudes = galaxy.magnitudes
    return [a - b for a, b in zip(magnitudes, magnitudes[1:])] + [magnitudes[2]]


def bins(redshifts):
    ordered = sorted(redshifts)
    edges = [ordered[i * len(ordered) // BINS] for i in range(1, BINS)]
    members = [[] for _ in range(BINS)]
    for z in ordered:
        members[bisect_right(edges, z)].append(z)
    medians = [part[len(part) // 2] if part else None for part in members]
    return edges, [m if m is not None else medians[i - 1] for i, m in enumerate(medians)]


def answer(inputs, votes):
    """A redshift from weighted ones: their mean, or the median of the bin with most of them."""
    if inputs["task"] == "regression":
        return sum(w * z for w, z in votes) / sum(w for w, _ in votes)
    weights = [0.0] * BINS
    for weight, z in votes:
        weights[bisect_right(inputs["edges"], z)] += weight
    return inputs["medians"][weights.index(max(weights))]


def scatter(inputs, part, estimate):
    residuals = [(estimate(x) - z) / (1 + z) for z, x in inputs[part]]
    return nmad(residuals)


def write_predictions(args, inputs, estimate):
    with open(args.out, "w", encoding="utf-8") as file:
        file.write("redshift,predicted\n")
        for z, x in inputs["test"]:
            file.write(f"{z:.5f},{estimate(x):.5f}\n")


# ---------------------------------------------------------------- neighbours, under every name


def distance(weights, a, b):
    return sum(w * (p - q) ** 2 for w, p, q in zip(weights, a, b))


def neighbour_votes(training, weights, count, x):
    near = sorted((distance(weights, x, other), z) for z, other in training)[:count]
    return [(1.0 / (d + 1e-6), z) for d, z in near]


def machine(inputs, model):
    return lambda x: answer(
        inputs, neighbour_votes(inputs["train"], model["weights"], model["count"], x)
    )


# ---------------------------------------------------------------- ANNz: many machines, the best of them


def train(args):
    inputs = load(args.inputs)
    chance = random.Random(1000 + args.machine)
    width = len(inputs["train"][0][1])
    model = {
        "machine": args.machine,
        "weights": [chance.random() for _ in range(width)],
        "count": chance.randrange(3, 25),
    }
    model["scatter"] = scatter(inputs, "valid", machine(inputs, model))
    save(args.out, model)


def optimise(args):
    models = sorted(map(load, args.models), key=lambda model: (model["scatter"], model["machine"]))
    save(args.out, models[:5])


def evaluate(args):
    inputs, best = load(args.inputs), load(args.best)
    machines = [machine(inputs, model) for model in best]
    write_predictions(args, inputs, lambda x: mean([estimate(x) for estimate in machines]))


# ---------------------------------------------------------------- GPz: a fit for each component of a mixture


def mixture(args):
    inputs = load(args.inputs)
    points = [x for _, x in inputs["train"]]
    centres = random.Random(7).sample(points, args.components)
    for _ in range(8):
        members = [[] for _ in centres]
        for x in points:
            members[nearest(centres, x)].append(x)
        centres = [
            [mean(column) for column in zip(*part)] if part else centre
            for part, centre in zip(members, centres)
        ]
    save(args.out, centres)


def nearest(centres, x):
    ones = [1.0] * len(x)
    return min(range(len(centres)), key=lambda i: distance(ones, centres[i], x))


def fit(args):
    """A straight fit near one component: ridge regression, galaxies weighted by how near they are."""
    inputs, centres = load(args.inputs), load(args.mixture)
    centre, ones = centres[args.component], [1.0] * len(centres[0])
    size = len(centre) + 1
    matrix = [[0.1 * (i == j) for j in range(size)] for i in range(size)]
    right = [0.0] * size
    for z, x in inputs["train"]:
        weight = math.exp(-0.5 * distance(ones, centre, x))
        row = [1.0, *(a - b for a, b in zip(x, centre))]
        for i in range(size):
            right[i] += weight * row[i] * z
            for j in range(size):
                matrix[i][j] += weight * row[i] * row[j]
    save(args.out, {"component": args.component, "coefficients": solve(matrix, right)})


def solve(matrix, right):
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            for j in range(i, size + 1):
                rows[k][j] -= factor * rows[i][j]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, size))
        found[i] = (rows[i][size] - known) / rows[i][i]
    return found


def predict(args):
    inputs, centres = load(args.inputs), load(args.mixture)
    fits = sorted(map(load, args.fits), key=lambda it: it["component"])
    highest = max(z for z, _ in inputs["train"])

    def estimate(x):
        at = nearest(centres, x)
        row = [1.0, *(a - b for a, b in zip(x, centres[at]))]
        z = sum(c * v for c, v in zip(fits[at]["coefficients"], row))
        return answer(inputs, [(1.0, min(max(z, 0.0), highest))])

    write_predictions(args, inputs, estimate)


# ---------------------------------------------------------------- neighbours and trees, their size by cross-validation


def grow(chance, rows, depth):
    if depth == 0 or len(rows) < 8:
        return mean([z for z, _ in rows])
    best = None
    for _ in range(6):
        column = chance.randrange(len(rows[0][1]))
        edge = chance.choice(rows)[1][column]
        left = [row for row in rows if row[1][column] < edge]
        right = [row for row in rows if row[1][column] >= edge]
        if left and right:
            spread = sum(
                standard_deviation([z for z, _ in part]) * len(part) if len(part) > 1 else 0.0
                for part in (left, right)
            )
            if best is None or spread < best[0]:
                best = (spread, column, edge, left, right)
    if best is None:
        return mean([z for z, _ in rows])
    _, column, edge, left, right = best
    return (column, edge, grow(chance, left, depth - 1), grow(chance, right, depth - 1))


def climb(tree, x):
    while isinstance(tree, tuple):
        column, edge, left, right = tree
        tree = left if x[column] < edge else right
    return tree


def estimator(inputs, method, size):
    if method == "knn":
        weights = [1.0] * len(inputs["train"][0][1])
        return lambda x: answer(inputs, neighbour_votes(inputs["train"], weights, size, x))
    chance = random.Random(11)
    rows = inputs["train"]
    trees = [grow(chance, chance.choices(rows, k=len(rows)), 5) for _ in range(size)]
    return lambda x: answer(inputs, [(1.0, climb(tree, x)) for tree in trees])


def cross_validate(args):
    inputs = load(args.inputs)
    sizes = range(3, 30, 4) if args.method == "knn" else range(2, 61, 8)
    scored = [(scatter(inputs, "valid", estimator(inputs, args.method, size)), size) for size in sizes]
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(f"{min(scored)[1]}\n")


def apply(args):
    inputs = load(args.inputs)
    write_predictions(args, inputs, estimator(inputs, args.method, args.size))


# ---------------------------------------------------------------- tables


def tabulate(args):
    """A row for each seed, and below it their mean and its standard error."""
    names = ["outlier_rate", "scatter", "nmad"]
    rows = []
    with open(args.keys, encoding="utf-8") as file:
        keys = file.read().split()
    for path in args.runs:
        with open(path, encoding="utf-8") as file:
            pairs = [tuple(map(float, line.split(","))) for line in file.readlines()[1:]]
        residuals = [(predicted - z) / (1 + z) for z, predicted in pairs]
        rows.append([outlier_rate(residuals), standard_deviation(residuals), nmad(residuals)])
    with open(args.out, "w", encoding="utf-8") as file:
        file.write("seed," + ",".join(names) + "\n")
        for key, row in zip(keys, rows):
            file.write(key.split("=")[1] + "".join(f",{value:.5f}" for value in row) + "\n")
    means = [mean(column) for column in zip(*rows)]
    errors = [
        standard_deviation(column) / math.sqrt(len(rows)) if len(rows) > 1 else 0.0
        for column in zip(*rows)
    ]
    with open(args.summary, "w", encoding="utf-8") as file:
        cells = "".join(f",{m:.4f},{e:.4f}" for m, e in zip(means, errors))
        file.write(f"{args.task},{args.method},{len(rows)}{cells}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)

    def command(function, **options):
        sub = commands.add_parser(function.__name__.replace("_", "-"))
        sub.set_defaults(run=function)
        for name, kind in options.items():
            if kind is list:
                sub.add_argument(f"--{name}", nargs="+", required=True)
            else:
                sub.add_argument(f"--{name}", type=kind, required=True)
        sub.add_argument("--out", required=True)

    command(prepare, task=str, seed=int, catalog=str)
    command(train, inputs=str, machine=int)
    command(optimise, models=list)
    command(evaluate, inputs=str, best=str)
    command(mixture, inputs=str, components=int)
    command(fit, inputs=str, mixture=str, component=int)
    command(predict, inputs=str, mixture=str, fits=list)
    command(cross_validate, inputs=str, method=str)
    command(apply, inputs=str, method=str, size=int)
    command(tabulate, task=str, method=str, runs=list, keys=str, summary=str)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
