#!/usr/bin/env python3
"""Gather the statistics of many seeds into two tables and a plot.

- ``--out``: a row per seed, sorted by seed, and nothing else, so that it loads
  as it is: ``pandas.read_csv("summary.csv")``. Cells are copied, not rounded.
- ``--means``: a row per quantity: how many seeds, mean, standard error of the
  mean, standard deviation, smallest and largest.
- ``--plot``: an SVG of how scatter and outlier rate vary over the seeds.

The means are also printed. The same input gives the same bytes, in whatever
order the files are named.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import Counter
from html import escape
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

Row = Dict[str, str]

QUANTITIES = ("bias", "sigma", "nmad", "outlier_rate")
COLUMNS = ("seed", "n_train", "n_valid", "n_test", "k", *QUANTITIES)


# -------------------------------------------------------------------- tables


class Mean(NamedTuple):
    """The mean of a quantity over the seeds, and how much it varies."""

    quantity: str
    n: int
    mean: float
    standard_error: float  # of the mean; not a number for a single seed
    standard_deviation: float  # from seed to seed; the same
    minimum: float
    maximum: float


def read_rows(paths: Sequence[str]) -> List[Row]:
    """Read one row from each file; return them sorted by seed."""
    rows: Dict[int, Row] = {}
    for path in paths:
        with open(path, encoding="ascii", newline="") as file:
            found = list(csv.DictReader(file))
        if len(found) != 1 or tuple(found[0]) != COLUMNS:
            raise ValueError(f"{path}: expected one row of {', '.join(COLUMNS)}")
        seed = int(found[0]["seed"])
        if seed in rows:
            raise ValueError(f"{path}: seed {seed} is there twice")
        rows[seed] = found[0]
    return [rows[seed] for seed in sorted(rows)]


def summarise(quantity: str, values: Sequence[float]) -> Mean:
    """Return mean, standard error and range of at least one value."""
    n = len(values)
    mean = math.fsum(values) / n
    deviation = math.nan
    if n > 1:
        squares = math.fsum((value - mean) * (value - mean) for value in values)
        deviation = math.sqrt(squares / (n - 1))
    error = deviation / math.sqrt(n)
    return Mean(quantity, n, mean, error, deviation, min(values), max(values))


def column(rows: Sequence[Row], name: str) -> List[float]:
    """Return a column as numbers."""
    return [float(row[name]) for row in rows]


def write_table(
    path: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Write a CSV file."""
    with open(path, "w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def mean_cells(mean: Mean) -> List[str]:
    """Return the cells of a row of means; what is not a number stays empty."""
    numbers = ["" if math.isnan(value) else f"{value:.6f}" for value in mean[2:]]
    return [mean.quantity, str(mean.n), *numbers]


def sentence(mean: Mean) -> str:
    """Say what a mean is, on one line."""
    error = f"± {mean.standard_error:.6f}" if mean.n > 1 else ""
    plural = "" if mean.n == 1 else "s"
    return f"{mean.quantity:<12} {mean.mean:9.6f} {error}  ({mean.n} seed{plural})"


# ---------------------------------------------------------------------- plot

WIDTH, HEIGHT = 760, 664
LEFT, RIGHT = 48, WIDTH - 48  # of the axes
PANEL_TOPS = (116, 366)
PANEL_HEIGHT = 190  # from the panel's title to its axis
PILE_HEIGHT = 128  # that dots may take
DOT_RADII = (6.0, 5.0, 4.0, 3.0, 2.5, 2.0, 1.5)

STYLE = """
  text {
    font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue",
      Arial, sans-serif;
    fill: #1d2433;
  }
  .paper { fill: #ffffff; }
  .title { font-size: 22px; font-weight: 600; }
  .panel { font-size: 15px; font-weight: 600; }
  .value { font-size: 20px; font-weight: 600; text-anchor: end; }
  .quiet, .tick, .key { font-size: 13px; fill: #5b6475; }
  .tick { text-anchor: middle; }
  .value, .tick { font-variant-numeric: tabular-nums; }
  .axis { stroke: #9aa3b2; stroke-width: 1; }
  .dot { fill: #2b6cb0; }
  .band { fill: #d9480f; fill-opacity: 0.18; }
  .mean { stroke: #d9480f; stroke-width: 2; }
  .key { fill: #b93c0a; text-anchor: end; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8ebf1; }
    .paper { fill: #12161d; }
    .quiet, .tick { fill: #a3adbd; }
    .axis { stroke: #5c6675; }
    .dot { fill: #63a4e8; }
    .band { fill: #ff9a5c; fill-opacity: 0.24; }
    .mean { stroke: #ff9a5c; }
    .key { fill: #ff9a5c; }
  }
"""


class Panel(NamedTuple):
    """What one half of the plot shows."""

    quantity: str
    title: str
    definition: str
    label: Callable[[float, int], str]  # of a value, with so many decimals
    factor: float  # from values to what labels say


def plain(value: float, decimals: int) -> str:
    """Label a number, with a true minus sign."""
    return f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def percent(value: float, decimals: int) -> str:
    """Label a fraction in per cent."""
    return plain(100.0 * value, decimals) + "\N{NARROW NO-BREAK SPACE}%"


PANELS = (
    Panel(
        "nmad",
        "Scatter (NMAD)",
        "1.4826 × median |Δ − median Δ|",
        plain,
        1.0,
    ),
    Panel(
        "outlier_rate",
        "Outliers",
        "share of test galaxies with |Δ| > 0.15",
        percent,
        100.0,
    ),
)


CAPTION = (
    "Δ = (z estimated − z true) / (1 + z true), for each test galaxy.",
    "All seeds split one catalogue: "
    "the error is that of a mean over splits, not over skies.",
)


class Scale:
    """Maps values to horizontal positions, between round numbers."""

    def __init__(self, low: float, high: float, factor: float) -> None:
        margin = 0.04 * (high - low) or 0.1 * abs(high) or 0.01
        self._low, self._high = low - margin, high + margin
        self._step = round_step((self._high - self._low) * factor / 8.0) / factor
        self.decimals = max(0, -math.floor(math.log10(self._step * factor) + 1e-9))

    def __call__(self, value: float) -> float:
        """Return the position of a value."""
        return LEFT + (RIGHT - LEFT) * (value - self._low) / (self._high - self._low)

    def ticks(self) -> List[float]:
        """Return the multiples of the step that lie on the axis."""
        first = math.ceil(self._low / self._step)
        last = math.floor(self._high / self._step)
        return [n * self._step for n in range(first, last + 1)]


def round_step(step: float) -> float:
    """Return the smallest of 1, 2, 5, 10 ... times a power of ten from here."""
    power = 10.0 ** math.floor(math.log10(step))
    return power * next(nice for nice in (1, 2, 5, 10) if nice * power >= step * 0.999)


def pile_up(positions: Sequence[float], radius: float) -> Optional[List[float]]:
    """Return a height for each dot so that dots rest on others without overlap.

    One after another takes the lowest height, in steps of a quarter radius,
    that is free of the dots before it. Nothing is returned if they do not fit.
    """
    size = 2.0 * radius + 0.6
    columns: Dict[int, List[Tuple[float, float]]] = {}  # dots by x, a size wide
    heights: List[float] = []
    for x in positions:
        home = int(x // size)
        near = [
            (x - other, height)
            for place in (home - 1, home, home + 1)
            for other, height in columns.get(place, ())
        ]
        height = radius
        while any(
            dx * dx + (height - h) * (height - h) < size * size for dx, h in near
        ):
            height += radius / 4.0
            if height + radius > PILE_HEIGHT:
                return None
        columns.setdefault(home, []).append((x, height))
        heights.append(height)
    return heights


def stack_up(positions: Sequence[float], radius: float) -> List[float]:
    """Return a height for each dot in columns that may overlap, if they must."""
    columns = [int(x // (2.0 * radius)) for x in positions]
    tallest = max(Counter(columns).values())
    pitch = min(2.0 * radius, (PILE_HEIGHT - 2.0 * radius) / tallest)
    taken: Counter[int] = Counter()
    heights = []
    for column_number in columns:
        heights.append(radius + pitch * taken[column_number])
        taken[column_number] += 1
    return heights


def arrange(positions: Sequence[float]) -> Tuple[float, List[float]]:
    """Return the largest radius whose pile fits, and the heights of the dots."""
    for radius in DOT_RADII:
        heights = pile_up(positions, radius)
        if heights:
            return radius, heights
    return DOT_RADII[-1], stack_up(positions, DOT_RADII[-1])


def text(x: float, y: float, kind: str, content: str) -> str:
    """Return a line of text."""
    words = escape(content, quote=False)
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{words}</text>'


def line(start: Tuple[float, float], end: Tuple[float, float], kind: str) -> str:
    """Return a straight line."""
    (x1, y1), (x2, y2) = start, end
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} class="{kind}"/>'


def draw_axis(scale: Scale, panel: Panel, floor: float) -> List[str]:
    """Draw the axis with its ticks and labels."""
    shapes = [line((LEFT, floor), (RIGHT, floor), "axis")]
    for tick in scale.ticks():
        x = scale(tick)
        shapes += [
            line((x, floor), (x, floor + 5), "axis"),
            text(x, floor + 21, "tick", panel.label(tick, scale.decimals)),
        ]
    return shapes


def draw_mean(scale: Scale, mean: Mean, floor: float) -> List[str]:
    """Draw the mean, and a band of one standard error to both sides."""
    top, x = floor - PILE_HEIGHT - 12, scale(mean.mean)
    shapes = []
    if mean.n > 1:
        left = scale(mean.mean - mean.standard_error)
        right = scale(mean.mean + mean.standard_error)
        shapes.append(
            f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}"'
            f' height="{floor - top}" class="band"/>'
        )
    shapes.append(line((x, top), (x, floor), "mean"))
    return shapes


def draw_dots(
    scale: Scale, panel: Panel, floor: float, rows: Sequence[Row]
) -> List[str]:
    """Draw a dot for each seed, exactly at its value."""
    values = column(rows, panel.quantity)
    positions = [scale(value) for value in values]
    radius, heights = arrange(positions)
    dots = []
    for row, value, x, height in zip(rows, values, positions, heights):
        place = f'cx="{x:.1f}" cy="{floor - height - 1:.1f}" r="{radius:g}"'
        hint = f"seed {row['seed']}: {panel.label(value, scale.decimals + 1)}"
        dots.append(f'<circle {place} class="dot"><title>{hint}</title></circle>')
    return dots


def draw_panel(panel: Panel, top: float, rows: Sequence[Row]) -> List[str]:
    """Draw one quantity: title, mean in words, dots, axis."""
    mean = summarise(panel.quantity, column(rows, panel.quantity))
    scale = Scale(mean.minimum, mean.maximum, panel.factor)
    floor = top + PANEL_HEIGHT
    return [
        "<g>",
        text(LEFT, top, "panel", panel.title),
        text(LEFT, top + 20, "quiet", panel.definition),
        text(RIGHT, top, "value", value_and_error(panel, mean)),
        text(
            RIGHT,
            top + 20,
            "key",
            "mean ± its standard error" if mean.n > 1 else "one seed",
        ),
        *draw_mean(scale, mean, floor),
        *draw_dots(scale, panel, floor, rows),
        *draw_axis(scale, panel, floor),
        "</g>",
    ]


def value_and_error(panel: Panel, mean: Mean) -> str:
    """Write a mean and its error, to two digits of the error."""
    if not mean.standard_error > 0.0:
        return panel.label(mean.mean, 4 if panel.factor == 1.0 else 2)
    exponent = math.floor(math.log10(mean.standard_error * panel.factor))
    decimals = max(0, 1 - exponent)
    value = plain(mean.mean * panel.factor, decimals)
    return f"{value} ± {panel.label(mean.standard_error, decimals)}"


def count_of(rows: Sequence[Row], name: str) -> str:
    """Return the values of a column of whole numbers, as one or a range."""
    values = [int(row[name]) for row in rows]
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low} to {high}"


def draw(rows: Sequence[Row]) -> str:
    """Return the whole plot."""
    seeds = f"{len(rows)} random split{'' if len(rows) == 1 else 's'}"
    title = f"Photometric redshifts, {seeds}"
    body = [text(LEFT, 46, "title", title)]
    if rows:
        about = (
            f"Each dot is a seed: trained on {count_of(rows, 'n_train')} galaxies,"
            f" tested on {count_of(rows, 'n_test')} others"
        )
        body.append(text(LEFT, 69, "quiet", about))
        for panel, top in zip(PANELS, PANEL_TOPS):
            body += draw_panel(panel, top, rows)
        body += [
            text(LEFT, HEIGHT - 52 + 20 * number, "quiet", line)
            for number, line in enumerate(CAPTION)
        ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
            f' width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title">',
            f'<title id="title">{escape(title)}</title>',
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" class="paper"/>',
            *body,
            "</svg>",
            "",
        ]
    )


# ---------------------------------------------------------------------- main


def read_list(path: str) -> List[str]:
    """Read paths, one a line."""
    with open(path, encoding="utf-8") as file:
        return [path for path in file.read().split("\n") if path]


def parse(arguments: Optional[Sequence[str]]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", required=True, help="CSV to write: a row per seed")
    parser.add_argument("--means", help="CSV to write: a row per quantity")
    parser.add_argument("--plot", help="SVG to write")
    parser.add_argument("--list", help="file of paths, one a line")
    parser.add_argument("files", nargs="*", help="statistics, one row each")
    return parser.parse_args(arguments)


def main(arguments: Optional[Sequence[str]] = None) -> None:
    """Read all statistics, write the tables and the plot, print the means."""
    args = parse(arguments)
    try:
        rows = read_rows(args.files + (read_list(args.list) if args.list else []))
    except (OSError, ValueError) as error:
        sys.exit(f"summarise.py: {error}")
    means = [summarise(name, column(rows, name)) for name in QUANTITIES if rows]
    write_table(args.out, COLUMNS, [list(row.values()) for row in rows])
    if args.means:
        write_table(args.means, Mean._fields, [mean_cells(mean) for mean in means])
    if args.plot:
        with open(args.plot, "w", encoding="utf-8", newline="") as file:
            file.write(draw(rows))
    for mean in means:
        print(sentence(mean))


if __name__ == "__main__":
    main()
