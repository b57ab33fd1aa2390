#!/usr/bin/env python3
"""Simulate a galaxy catalogue with redshifts and u g r i z magnitudes.

What a survey would see of a small universe, in five steps:

1. Redshifts follow the comoving volume of a flat Lambda-CDM cosmology, and
   luminosities a Schechter function with faint-end slope -1.
2. Each galaxy is a mixture of two neighbours in a sequence of five spectral
   types, from red and passive to blue and star-forming. A type is a power-law
   continuum with breaks at 4000 and 2800 angstrom and emission lines.
   Dust reddens it further.
3. The spectrum, moved to the galaxy's redshift, is seen through five filters
   like those of the Sloan Digital Sky Survey.
4. Noise is added to the fluxes: sky, photons of the galaxy, and calibration.
   Faint galaxies so have large errors. Magnitudes are asinh magnitudes, which
   exist even where noise makes a flux negative.
5. What is brighter than the limit in i, as measured, enters the catalogue.

The redshift is exact, as if from a good spectrum. The same arguments give the
same file, with nothing but Python's standard library.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
from bisect import bisect
from typing import Iterator, List, NamedTuple, Sequence, Tuple

HUBBLE_DISTANCE_PC = 299792.458 / 70.0 * 1e6  # c / H0
OMEGA_MATTER = 0.3
REDSHIFT_MIN, REDSHIFT_MAX, REDSHIFT_STEP = 0.01, 1.5, 0.01

REFERENCE_WAVELENGTH = 5500.0  # angstrom; absolute magnitudes are given here
CHARACTERISTIC_MAGNITUDE = -21.3
BRIGHTENING = 0.9  # magnitudes per unit redshift: galaxies were brighter
LUMINOSITY_RANGE = (0.03, 8.0)  # in units of the characteristic luminosity

MEAN_DUST = 0.2  # mean attenuation at 5500 angstrom, in magnitudes
CALIBRATION_ERROR = 0.02  # as a fraction of the flux
TYPICAL_LINE_WIDTH = 25.0  # angstrom; far narrower than any filter


class Band(NamedTuple):
    """A filter with a Gaussian response, and how deep a survey sees in it."""

    name: str
    centre: float  # angstrom
    width: float  # full width at half maximum, angstrom
    depth: float  # magnitude at which sky noise alone is a fifth of the flux
    photons: float  # detected from an object of magnitude 20


BANDS = (
    Band("u", 3551.0, 600.0, 23.6, 9e3),
    Band("g", 4686.0, 1300.0, 24.6, 6e4),
    Band("r", 6166.0, 1300.0, 24.4, 6e4),
    Band("i", 7480.0, 1300.0, 24.0, 4e4),
    Band("z", 8932.0, 1000.0, 22.9, 1e4),
)
LIMIT_BAND = 3  # i


class SpectralType(NamedTuple):
    """A galaxy spectrum: continuum, breaks, and how strong its lines are."""

    name: str
    share: float  # of all galaxies
    slope: float  # continuum: flux per angstrom goes as wavelength ** slope
    break_4000: float  # the flux drops by this factor blueward of 4000
    break_2800: float  # and by this one blueward of 2800
    lines: float  # strength of the emission lines, 1 for a starburst


TYPES = (
    SpectralType("elliptical", 0.20, -0.1, 2.1, 2.8, 0.00),
    SpectralType("lenticular", 0.14, -0.5, 1.8, 2.0, 0.04),
    SpectralType("spiral", 0.26, -1.0, 1.5, 1.4, 0.20),
    SpectralType("irregular", 0.25, -1.5, 1.25, 1.1, 0.50),
    SpectralType("starburst", 0.15, -2.0, 1.1, 1.0, 1.00),
)

# Wavelength and equivalent width in a starburst, both in angstrom.
EMISSION_LINES = (
    (3727.0, 90.0),  # [O II]
    (4861.0, 40.0),  # H beta
    (4990.0, 160.0),  # [O III], two lines
    (6563.0, 200.0),  # H alpha
)


class Source(NamedTuple):
    """A galaxy as it is, before it is observed."""

    redshift: float
    brightness: float  # apparent magnitude of its light at rest-frame 5500
    place: float  # in the sequence of types: 1.3 is 30 % from type 1 to 2
    dust: float  # attenuation at 5500 angstrom, in magnitudes


class Galaxy(NamedTuple):
    """One row of the catalogue."""

    redshift: float
    type_name: str
    magnitudes: List[float]
    errors: List[float]


def smooth_step(wavelength: float, edge: float, drop: float) -> float:
    """Return 1 redward of an edge and 1/drop blueward, with a smooth change."""
    rise = 1.0 / (1.0 + math.exp((edge - wavelength) / 60.0))
    return (1.0 + (drop - 1.0) * rise) / drop


def continuum(kind: SpectralType, wavelength: float) -> float:
    """Return the flux per angstrom without emission lines."""
    return (
        math.pow(wavelength / REFERENCE_WAVELENGTH, kind.slope)
        * smooth_step(wavelength, 4000.0, kind.break_4000)
        * smooth_step(wavelength, 2800.0, kind.break_2800)
    )


def response(band: Band, wavelength: float) -> float:
    """Return the transmission of a filter, 1 at its centre."""
    offset = (wavelength - band.centre) / band.width
    return math.exp(-4.0 * math.log(2.0) * offset * offset)


def band_flux(kind: SpectralType, band: Band, redshift: float) -> float:
    """Return the flux per frequency in a band, relative to rest-frame 5500.

    A photon counter averages ``wavelength * flux``; dividing by the same for
    a source of constant flux per frequency makes it an AB flux.
    """
    stretch = 1.0 + redshift
    steps = 33
    signal = norm = 0.0
    step = 2.4 * band.width / (steps - 1)
    for n in range(steps):
        wavelength = band.centre + (n - steps // 2) * step
        weight = response(band, wavelength)
        signal += weight * wavelength * continuum(kind, wavelength / stretch) * step
        norm += weight / wavelength * step
    for rest, width in EMISSION_LINES:
        wavelength = rest * stretch
        line = kind.lines * width * stretch * continuum(kind, rest)
        signal += response(band, wavelength) * wavelength * line
    return signal / norm / REFERENCE_WAVELENGTH**2 / stretch


class FluxTable:
    """Fluxes of all types in all bands on a grid of redshifts."""

    def __init__(self) -> None:
        self._fluxes = [
            [
                [band_flux(kind, band, n * REDSHIFT_STEP) for kind in TYPES]
                for band in BANDS
            ]
            for n in range(round(REDSHIFT_MAX / REDSHIFT_STEP) + 2)
        ]

    def flux(self, redshift: float, band: int, place: float) -> float:
        """Return the flux of a galaxy at a place in the sequence of types.

        Between two redshifts of the grid, and between two types, the flux is
        interpolated linearly.
        """
        row, up = split_number(redshift / REDSHIFT_STEP)
        kind, across = split_number(place)
        low, high = self._fluxes[row][band], self._fluxes[row + 1][band]
        left = low[kind] + up * (high[kind] - low[kind])
        right = low[kind + 1] + up * (high[kind + 1] - low[kind + 1])
        return left + across * (right - left)


def split_number(value: float) -> Tuple[int, float]:
    """Split a number that is not negative into its whole part and the rest."""
    whole = int(value)
    return whole, value - whole


class Universe:
    """Distances and volumes on a grid of redshifts."""

    def __init__(self) -> None:
        self._distance = [0.0]  # comoving, in units of the Hubble distance
        self._volume = [0.0]  # cumulative
        for n in range(round(REDSHIFT_MAX / REDSHIFT_STEP) + 1):
            middle = (n + 0.5) * REDSHIFT_STEP
            expansion = math.sqrt(
                OMEGA_MATTER * (1.0 + middle) ** 3 + 1.0 - OMEGA_MATTER
            )
            self._distance.append(self._distance[-1] + REDSHIFT_STEP / expansion)
            self._volume.append(self._distance[-1] ** 3)

    def draw_redshift(self, rng: random.Random) -> float:
        """Draw a redshift at which a random piece of volume lies."""
        while True:
            target = rng.random() * self._volume[-2]
            row = bisect(self._volume, target) - 1
            inside = self._volume[row + 1] - self._volume[row]
            redshift = (row + (target - self._volume[row]) / inside) * REDSHIFT_STEP
            if redshift >= REDSHIFT_MIN:
                return redshift

    def distance_modulus(self, redshift: float) -> float:
        """Return apparent minus absolute magnitude, without redshifting."""
        row, up = split_number(redshift / REDSHIFT_STEP)
        near, far = self._distance[row], self._distance[row + 1]
        comoving = (near + up * (far - near)) * HUBBLE_DISTANCE_PC
        return 5.0 * math.log10(comoving * (1.0 + redshift) / 10.0)


def draw_absolute_magnitude(rng: random.Random, redshift: float) -> float:
    """Draw from a Schechter function of slope -1, by rejection.

    With that slope there are equally many galaxies in each decade of
    luminosity, but for the exponential cut-off at the bright end.
    """
    low, high = (math.log(limit) for limit in LUMINOSITY_RANGE)
    while True:
        log_luminosity = rng.uniform(low, high)
        luminosity = math.exp(log_luminosity)
        if rng.random() < math.exp(-luminosity):
            break
    brightest = CHARACTERISTIC_MAGNITUDE - BRIGHTENING * redshift
    return brightest - 2.5 * math.log10(luminosity)


def draw_place(rng: random.Random) -> float:
    """Draw a place in the sequence of types, around one drawn by its share."""
    kind = rng.choices(range(len(TYPES)), [each.share for each in TYPES])[0]
    place = kind + rng.uniform(-0.5, 0.5)
    return min(max(place, 0.0), len(TYPES) - 1.001)


def dust_attenuation(amount: float, band: Band, redshift: float) -> float:
    """Return the attenuation in magnitudes, stronger at short wavelengths."""
    rest = band.centre / (1.0 + redshift)
    return amount * math.pow(REFERENCE_WAVELENGTH / rest, 0.7)


def observe(rng: random.Random, band: Band, magnitude: float) -> Tuple[float, float]:
    """Return a magnitude and its error as a survey would measure them."""
    flux = 10.0 ** (-0.4 * magnitude)
    sky = 10.0 ** (-0.4 * band.depth) / 5.0
    shot = math.sqrt(flux * 10.0**-8 / band.photons)
    noise = math.sqrt(sky**2 + shot**2 + (CALIBRATION_ERROR * flux) ** 2)
    return asinh_magnitude(flux + rng.gauss(0.0, noise), noise, sky)


def asinh_magnitude(flux: float, noise: float, softening: float) -> Tuple[float, float]:
    """Turn a flux and its error into an asinh magnitude and its error.

    For bright objects this is the usual logarithmic magnitude; at fluxes
    around zero it becomes linear (Lupton, Gunn & Szalay 1999).
    """
    pogson = 2.5 / math.log(10.0)
    magnitude = -pogson * (math.asinh(flux / (2.0 * softening)) + math.log(softening))
    return magnitude, pogson * noise / math.sqrt(flux**2 + 4.0 * softening**2)


def draw_source(rng: random.Random, universe: Universe) -> Source:
    """Draw a galaxy somewhere in the universe."""
    redshift = universe.draw_redshift(rng)
    absolute = draw_absolute_magnitude(rng, redshift)
    return Source(
        redshift,
        absolute + universe.distance_modulus(redshift),
        draw_place(rng),
        rng.expovariate(1.0 / MEAN_DUST),
    )


def true_magnitude(source: Source, band: int, table: FluxTable) -> float:
    """Return the magnitude that a survey without noise would measure."""
    flux = table.flux(source.redshift, band, source.place)
    dust = dust_attenuation(source.dust, BANDS[band], source.redshift)
    return source.brightness - 2.5 * math.log10(flux) + dust


def galaxies(seed: int, limit: float) -> Iterator[Galaxy]:
    """Yield galaxies brighter than the limit in i, without end."""
    rng = random.Random(seed)
    universe = Universe()
    table = FluxTable()
    while True:
        source = draw_source(rng, universe)
        if true_magnitude(source, LIMIT_BAND, table) > limit + 0.5:
            continue  # noise cannot bring it in
        seen = [
            observe(rng, band, true_magnitude(source, index, table))
            for index, band in enumerate(BANDS)
        ]
        if seen[LIMIT_BAND][0] <= limit:
            yield Galaxy(
                source.redshift,
                TYPES[round(source.place)].name,
                [magnitude for magnitude, _ in seen],
                [error for _, error in seen],
            )


def catalogue_rows(seed: int, rows: int, limit: float) -> Iterator[Sequence[str]]:
    """Yield the header and then the cells of each galaxy."""
    photometry = [name for band in BANDS for name in (band.name, f"{band.name}_err")]
    yield ["id", "redshift", "type", *photometry]
    for number, galaxy in zip(range(1, rows + 1), galaxies(seed, limit)):
        cells = [f"{number}", f"{galaxy.redshift:.5f}", galaxy.type_name]
        for magnitude, error in zip(galaxy.magnitudes, galaxy.errors):
            cells += [f"{magnitude:.4f}", f"{error:.4f}"]
        yield cells


def write_catalogue(path: str, seed: int, rows: int, limit: float) -> None:
    """Write the catalogue under another name first, so that it is never half there."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    partial = f"{path}.partial"
    with open(partial, "w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(catalogue_rows(seed, rows, limit))
    os.replace(partial, path)


def main() -> None:
    """Read the command line and write the catalogue."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--out", default="data/galaxies.csv", help="(default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="(default: %(default)s)")
    parser.add_argument("--rows", type=int, default=3000, help="(default: %(default)s)")
    parser.add_argument(
        "--limit",
        type=float,
        default=21.5,
        help="faintest i magnitude (default: %(default)s)",
    )
    args = parser.parse_args()
    write_catalogue(args.out, args.seed, args.rows, args.limit)


if __name__ == "__main__":
    main()
