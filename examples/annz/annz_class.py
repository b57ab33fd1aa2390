#!/usr/bin/env python3
"""Estimate photometric redshifts once, for one random split of a catalogue.

The redshift of a galaxy is estimated from its magnitudes alone, by comparison
with galaxies whose redshift is known:

1. The seed splits the catalogue: 50 % to train, 20 % to validate, 30 % to test.
2. The redshifts of the training part are cut into 30 bins of equal numbers.
   From here on the task is classification: in which bin is a galaxy?
3. A galaxy looks for the k training galaxies most like it, and each of these
   votes for its bin. Likeness is the Mahalanobis distance between magnitudes,
   which allows for their scales and correlations.
4. The middle one of the votes wins. The estimate is the median redshift of the
   training galaxies in that bin.
5. k is the one of 3, 5, ... 29 with the smallest scatter (NMAD) in the
   validation part. The test part is used once, for the numbers written.

It needs nothing but Python's standard library, and writes the same bytes for
the same seed and catalogue on any machine and Python from 3.9 on: it uses only
arithmetic that is rounded alike everywhere, and no order that depends on hashes.

Catalogues are recognised by the names of their columns:

- ``redshift, u, g, r, i, z`` as written by ``make_catalog.py``;
- ``z, mag_g, mag_r, mag_i, mag_z, w1, w2, w3, w4``: radio sources of ATLAS with
  optical and infrared magnitudes;
- ``Z, MAG_U, MAG_G, MAG_R, MAG_I, MAG_Z``: the examples that come with ANNz,
  whose first line is ``#``, then names separated by ``;``, each with a letter
  for its type, as in ``#F:MAG_U;F:MAGERR_U;...;D:Z``.

Other columns are ignored.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from bisect import bisect_right, insort
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

Vector = Sequence[float]

TRAINING_SHARE = 0.5
VALIDATION_SHARE = 0.2
BINS = 30
NEIGHBOUR_COUNTS = range(3, 30, 2)
FEWEST_GALAXIES = 100  # a smaller catalogue is refused
OUTLIER = 0.15  # an estimate is off if |dz| / (1 + z) exceeds this
LEAF_SIZE = 8  # galaxies in a leaf of the search tree


# ---------------------------------------------------------------- catalogues


class Layout(NamedTuple):
    """Which columns of a catalogue hold the redshift and the magnitudes."""

    redshift: str
    magnitudes: Tuple[str, ...]


LAYOUTS = (
    Layout("redshift", ("u", "g", "r", "i", "z")),
    Layout("z", ("mag_g", "mag_r", "mag_i", "mag_z", "w1", "w2", "w3", "w4")),
    Layout("Z", ("MAG_U", "MAG_G", "MAG_R", "MAG_I", "MAG_Z")),
)


class Galaxy(NamedTuple):
    """What is known of a galaxy."""

    redshift: float
    magnitudes: Tuple[float, ...]


def parse_header(line: str) -> List[str]:
    """Return the names of the columns, from either kind of header."""
    line = line.strip()
    if line.startswith("#"):
        return [name.strip().split(":")[-1] for name in line[1:].split(";")]
    return [name.strip() for name in line.split(",")]


def find_layout(names: Sequence[str]) -> Layout:
    """Return the first layout whose columns are all there."""
    for layout in LAYOUTS:
        if {layout.redshift, *layout.magnitudes} <= set(names):
            return layout
    known = "\n".join(
        "  " + ", ".join([layout.redshift, *layout.magnitudes]) for layout in LAYOUTS
    )
    raise ValueError(f"unknown columns: {', '.join(names)}\nexpected one of\n{known}")


def read_catalogue(path: str) -> List[Galaxy]:
    """Read the redshift and the magnitudes of each galaxy."""
    with open(path, encoding="utf-8", newline="") as file:
        names = parse_header(file.readline())
        layout = find_layout(names)
        target = names.index(layout.redshift)
        columns = [names.index(name) for name in layout.magnitudes]
        reader = csv.reader(file)
        galaxies = []
        for row in filter(None, reader):  # blank lines are passed over
            try:
                values = [finite(row[column]) for column in (target, *columns)]
            except (IndexError, ValueError) as error:
                line = reader.line_num + 1  # the header was read before
                raise ValueError(f"line {line}: {error}") from error
            galaxies.append(Galaxy(values[0], tuple(values[1:])))
    if len(galaxies) < FEWEST_GALAXIES:
        raise ValueError(
            f"{len(galaxies)} galaxies; at least {FEWEST_GALAXIES} are needed"
        )
    return galaxies


def finite(cell: str) -> float:
    """Return the number in a cell; refuse missing and infinite ones."""
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is not a finite number")
    return value


def split(
    galaxies: Sequence[Galaxy], seed: int
) -> Tuple[List[Galaxy], List[Galaxy], List[Galaxy]]:
    """Split a catalogue at random into training, validation and test part."""
    shuffled = list(galaxies)
    random.Random(seed).shuffle(shuffled)
    train = round(TRAINING_SHARE * len(shuffled))
    valid = train + round(VALIDATION_SHARE * len(shuffled))
    return shuffled[:train], shuffled[train:valid], shuffled[valid:]


# ------------------------------------------------------------- redshift bins


class Bins:
    """Bins of redshift with about equally many training galaxies in each."""

    def __init__(self, redshifts: Sequence[float], count: int = BINS) -> None:
        ordered = sorted(redshifts)
        cuts = {ordered[n * len(ordered) // count] for n in range(1, count)}
        self.edges = sorted(cuts)
        members: Dict[int, List[float]] = {}
        for redshift in ordered:
            members.setdefault(self.bin_of(redshift), []).append(redshift)
        self.medians = {number: median(values) for number, values in members.items()}

    def bin_of(self, redshift: float) -> int:
        """Return the number of the bin that a redshift falls into."""
        return bisect_right(self.edges, redshift)


# ------------------------------------------------------------------ likeness


class Whitening:
    """Turns magnitudes into coordinates without scale and correlation.

    In them the Euclidean distance is the Mahalanobis distance of the
    magnitudes. Colours need not be formed: they are linear in the magnitudes.
    """

    def __init__(self, vectors: Sequence[Vector]) -> None:
        columns = list(zip(*vectors))
        self._means = [mean(column) for column in columns]
        self._lower = cholesky(
            [
                [
                    covariance(a, b, mean_a, mean_b)
                    for b, mean_b in zip(columns, self._means)
                ]
                for a, mean_a in zip(columns, self._means)
            ]
        )

    def apply(self, vector: Vector) -> Tuple[float, ...]:
        """Solve ``lower * result = vector - mean`` by forward substitution."""
        result: List[float] = []
        for value, centre, row in zip(vector, self._means, self._lower):
            rest = value - centre
            for factor, known in zip(row, result):
                rest -= factor * known
            result.append(rest / row[len(result)])
        return tuple(result)


def covariance(a: Vector, b: Vector, mean_a: float, mean_b: float) -> float:
    """Return the covariance of two columns."""
    return mean([(x - mean_a) * (y - mean_b) for x, y in zip(a, b)])


def cholesky(matrix: Sequence[Vector]) -> List[List[float]]:
    """Return the lower triangle L with ``L * transposed(L) = matrix``."""
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j]
            for k in range(j):
                rest -= lower[i][k] * lower[j][k]
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower


# ------------------------------------------------------------------ k-d tree


class Leaf(NamedTuple):
    """A few points, each with its number."""

    points: List[Tuple[Vector, int]]


class Branch(NamedTuple):
    """Points on both sides of a plane across one axis."""

    axis: int
    plane: float
    below: Node
    above: Node


Node = Union[Leaf, Branch]


def build_tree(points: List[Tuple[Vector, int]]) -> Node:
    """Cut numbered points at the median of their widest axis, again and again."""
    if len(points) <= LEAF_SIZE:
        return Leaf(points)
    spreads = [max(values) - min(values) for values in zip(*(p for p, _ in points))]
    axis = spreads.index(max(spreads))
    ordered = sorted(points, key=lambda point: (point[0][axis], point[1]))
    half = len(ordered) // 2
    return Branch(
        axis,
        ordered[half][0][axis],
        build_tree(ordered[:half]),
        build_tree(ordered[half:]),
    )


def nearest(root: Node, target: Vector, count: int) -> List[int]:
    """Return the numbers of the nearest points, nearest first."""
    found: List[Tuple[float, int]] = [(math.inf, -1)] * count
    outside = [0.0] * len(target)  # squared distance to the node, along each axis

    def visit(leaf: Leaf) -> None:
        worst = found[-1][0]
        for point, number in leaf.points:
            distance = 0.0
            for a, b in zip(point, target):
                distance += (a - b) * (a - b)
            if distance < worst:
                found.pop()
                insort(found, (distance, number))
                worst = found[-1][0]

    def search(node: Node, bound: float) -> None:
        if isinstance(node, Leaf):
            visit(node)
            return
        offset = target[node.axis] - node.plane
        sides = (node.below, node.above) if offset < 0.0 else (node.above, node.below)
        search(sides[0], bound)
        before = outside[node.axis]
        beyond = bound - before + offset * offset
        if beyond < found[-1][0]:
            outside[node.axis] = offset * offset
            search(sides[1], beyond)
            outside[node.axis] = before

    search(root, 0.0)
    return [number for _, number in found if number >= 0]


# ----------------------------------------------------------------- estimator


class Estimator:
    """Nearest neighbours that vote for redshift bins."""

    def __init__(self, training: Sequence[Galaxy]) -> None:
        bins = Bins([galaxy.redshift for galaxy in training])
        self._votes = [
            bins.medians[bins.bin_of(galaxy.redshift)] for galaxy in training
        ]
        self._whitening = Whitening([galaxy.magnitudes for galaxy in training])
        self._tree = build_tree(
            [
                (self._whitening.apply(galaxy.magnitudes), number)
                for number, galaxy in enumerate(training)
            ]
        )

    def votes(self, galaxy: Galaxy, count: int) -> List[float]:
        """Return the bins of the neighbours, as median redshifts, nearest first."""
        target = self._whitening.apply(galaxy.magnitudes)
        return [self._votes[number] for number in nearest(self._tree, target, count)]


def choose_count(estimator: Estimator, validation: Sequence[Galaxy]) -> int:
    """Return the number of neighbours that suits the validation part best."""
    votes = [estimator.votes(galaxy, max(NEIGHBOUR_COUNTS)) for galaxy in validation]

    def scatter(count: int) -> float:
        estimates = [median(each[:count]) for each in votes]
        return nmad(residuals(validation, estimates))

    return min(NEIGHBOUR_COUNTS, key=scatter)


# ------------------------------------------------------------------- quality


def residuals(galaxies: Sequence[Galaxy], estimates: Sequence[float]) -> List[float]:
    """Return (estimate - truth) / (1 + truth) for each galaxy."""
    return [
        (estimate - galaxy.redshift) / (1.0 + galaxy.redshift)
        for galaxy, estimate in zip(galaxies, estimates)
    ]


def mean(values: Sequence[float]) -> float:
    """Return the mean, from a sum that is rounded once."""
    return math.fsum(values) / len(values)


def median(values: Sequence[float]) -> float:
    """Return the middle value, or the mean of the middle two."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return (
        ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    )


def standard_deviation(values: Sequence[float]) -> float:
    """Return the root of the mean squared deviation from the mean."""
    centre = mean(values)
    return math.sqrt(mean([(value - centre) * (value - centre) for value in values]))


def nmad(values: Sequence[float]) -> float:
    """Return the normalised median absolute deviation.

    Like the standard deviation if the values are normally distributed, but a
    few values far off do not change it.
    """
    centre = median(values)
    return 1.4826 * median([abs(value - centre) for value in values])


def outlier_rate(values: Sequence[float]) -> float:
    """Return the fraction of values that are far off."""
    return sum(abs(value) > OUTLIER for value in values) / len(values)


def run(galaxies: Sequence[Galaxy], seed: int) -> Dict[str, str]:
    """Split, train, choose k and test; return one row of statistics."""
    training, validation, test = split(galaxies, seed)
    estimator = Estimator(training)
    count = choose_count(estimator, validation)
    estimates = [median(estimator.votes(galaxy, count)) for galaxy in test]
    errors = residuals(test, estimates)
    return {
        "seed": str(seed),
        "n_train": str(len(training)),
        "n_valid": str(len(validation)),
        "n_test": str(len(test)),
        "k": str(count),
        "bias": f"{mean(errors):.6f}",
        "sigma": f"{standard_deviation(errors):.6f}",
        "nmad": f"{nmad(errors):.6f}",
        "outlier_rate": f"{outlier_rate(errors):.6f}",
    }


def write_row(path: str, row: Dict[str, str]) -> None:
    """Write a CSV file with a header and one row."""
    with open(path, "w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([row.keys(), row.values()])


def main(arguments: Optional[Sequence[str]] = None) -> None:
    """Read the command line, run, and write the statistics."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, required=True, help="of the random split")
    parser.add_argument("--catalog", required=True, help="CSV of galaxies (see above)")
    parser.add_argument(
        "--out", required=True, help="CSV to write: one row of statistics"
    )
    args = parser.parse_args(arguments)
    try:
        galaxies = read_catalogue(args.catalog)
    except OSError as error:
        sys.exit(f"annz_class.py: {error}")
    except ValueError as error:
        sys.exit(f"annz_class.py: {args.catalog}: {error}")
    write_row(args.out, run(galaxies, args.seed))


if __name__ == "__main__":
    main()
