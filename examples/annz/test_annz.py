"""Tests of the example's Python code: ``python3 -m unittest`` in this folder."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from typing import List

import annz_class
import make_catalog
import summarise

HERE = os.path.dirname(os.path.abspath(__file__))

SIMULATED = "id,redshift,type,u,u_err,g,g_err,r,r_err,i,i_err,z,z_err"
ATLAS = "name,field,z,s1400_mJy,mag_g,mag_r,mag_i,mag_z,w1,w2,w3,w4"
BOSS = (
    "#F:MAG_U;F:MAGERR_U;F:MAG_G;F:MAGERR_G;F:MAG_R;F:MAGERR_R;"
    "F:MAG_I;F:MAGERR_I;F:MAG_Z;F:MAGERR_Z;D:Z"
)


def toy_galaxies(count: int) -> List[annz_class.Galaxy]:
    """Return galaxies whose magnitudes are simple functions of their redshift.

    Nothing but arithmetic that is rounded alike everywhere is used.
    """
    rng = random.Random(7)
    galaxies = []
    for _ in range(count):
        z, bright = rng.random(), 18.0 + 3.0 * rng.random()
        colours = (2.0 - z, 1.0 + z, z * z, 0.5 - 0.3 * z)
        noisy = (bright + colour + 0.1 * (rng.random() - 0.5) for colour in colours)
        galaxies.append(annz_class.Galaxy(z, tuple(noisy)))
    return galaxies


class Headers(unittest.TestCase):
    """Catalogues are recognised by the names of their columns."""

    def layout_of(self, header: str) -> annz_class.Layout:
        """Return the layout found for a header line."""
        return annz_class.find_layout(annz_class.parse_header(header + "\n"))

    def test_simulated(self) -> None:
        self.assertEqual(self.layout_of(SIMULATED).redshift, "redshift")

    def test_radio(self) -> None:
        layout = self.layout_of(ATLAS)
        self.assertEqual((layout.redshift, len(layout.magnitudes)), ("z", 8))

    def test_annz(self) -> None:
        self.assertEqual(len(annz_class.parse_header(BOSS)), 11)
        self.assertEqual(self.layout_of(BOSS).redshift, "Z")

    def test_unknown(self) -> None:
        with self.assertRaisesRegex(ValueError, "unknown columns: a, b"):
            self.layout_of("a,b")

    def test_the_simulation_writes_what_is_recognised(self) -> None:
        header = next(iter(make_catalog.catalogue_rows(1, 1, 21.5)))
        self.assertEqual(",".join(header), SIMULATED)


class Reading(unittest.TestCase):
    """A cell that is no number is an error that names its line."""

    def read(self, cell: str) -> List[annz_class.Galaxy]:
        """Read a catalogue with one cell replaced."""
        rows = [BOSS] + ["20,1,20,1,20,1,20,1,20,1,0.5"] * 120
        rows[3] = rows[3].replace("0.5", cell)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "catalogue.csv")
            with open(path, "w", encoding="ascii") as file:
                file.write("\n".join(rows) + "\n\n")
            return annz_class.read_catalogue(path)

    def test_good(self) -> None:
        self.assertEqual(self.read("0.25")[2].redshift, 0.25)
        self.assertEqual(len(self.read("0.25")), 120)

    def test_bad(self) -> None:
        for cell in ("", "nan", "inf", "x"):
            with self.subTest(cell), self.assertRaisesRegex(ValueError, "line 4"):
                self.read(cell)


class Estimating(unittest.TestCase):
    """The parts of the estimator do what they say."""

    def test_split(self) -> None:
        galaxies = toy_galaxies(1000)
        parts = annz_class.split(galaxies, 3)
        self.assertEqual([len(part) for part in parts], [500, 200, 300])
        self.assertEqual(sorted(sum(parts, [])), sorted(galaxies))

    def test_bins_hold_equal_numbers(self) -> None:
        redshifts = [galaxy.redshift for galaxy in toy_galaxies(600)]
        bins = annz_class.Bins(redshifts)
        numbers = [bins.bin_of(redshift) for redshift in redshifts]
        self.assertEqual({numbers.count(number) for number in range(30)}, {20})

    def test_whitening(self) -> None:
        vectors = [galaxy.magnitudes for galaxy in toy_galaxies(400)]
        whitening = annz_class.Whitening(vectors)
        columns = list(zip(*map(whitening.apply, vectors)))
        for i, a in enumerate(columns):
            for j, b in enumerate(columns):
                found = annz_class.covariance(a, b, 0.0, 0.0)
                self.assertAlmostEqual(found, float(i == j), places=9)

    def test_tree_finds_what_a_full_search_finds(self) -> None:
        points = [galaxy.magnitudes for galaxy in toy_galaxies(500)]
        tree = annz_class.build_tree([(p, n) for n, p in enumerate(points[50:])])
        for target in points[:50]:
            distances = [math.dist(target, point) for point in points[50:]]
            expected = sorted(range(len(distances)), key=distances.__getitem__)
            self.assertEqual(annz_class.nearest(tree, target, 9), expected[:9])

    def test_quality(self) -> None:
        self.assertAlmostEqual(annz_class.nmad([1.0, 2.0, 3.0, 4.0, 90.0]), 1.4826)
        self.assertAlmostEqual(annz_class.outlier_rate([0.0, 0.15, -0.2, 0.3]), 0.5)
        self.assertAlmostEqual(annz_class.standard_deviation([1.0, 3.0]), 1.0)


class Sameness(unittest.TestCase):
    """The same input gives the same output, everywhere."""

    def test_known_row(self) -> None:
        row = annz_class.run(toy_galaxies(400), 5)
        self.assertEqual(
            ",".join(row.values()), "5,200,80,120,5,0.005915,0.047830,0.047405,0.000000"
        )

    def test_hash_seed_does_not_matter(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            catalogue = os.path.join(folder, "galaxies.csv")
            make_catalog.write_catalogue(catalogue, 1, 200, 21.5)
            found = set()
            for hash_seed in ("0", "1"):
                out = os.path.join(folder, f"{hash_seed}.csv")
                subprocess.run(
                    [sys.executable, os.path.join(HERE, "annz_class.py")]
                    + ["--seed", "4", "--catalog", catalogue, "--out", out],
                    env={**os.environ, "PYTHONHASHSEED": hash_seed},
                    check=True,
                )
                with open(out, encoding="ascii") as file:
                    found.add(file.read())
        self.assertEqual(len(found), 1)

    def test_more_rows_leave_the_first_as_they_are(self) -> None:
        few = list(make_catalog.catalogue_rows(2, 20, 21.5))
        more = list(make_catalog.catalogue_rows(2, 30, 21.5))
        self.assertEqual(more[:21], few)


class Summary(unittest.TestCase):
    """Means, errors and the plot."""

    def rows(self, nmads: List[float]) -> List[summarise.Row]:
        """Return rows that differ in seed and NMAD."""
        rows = []
        for seed, nmad in enumerate(nmads):
            cells = [f"{seed}", "5", "2", "3", "7", "0.0", "0.1", f"{nmad}", "0.05"]
            rows.append(dict(zip(summarise.COLUMNS, cells)))
        return rows

    def test_arithmetic(self) -> None:
        mean = summarise.summarise("x", [1.0, 2.0, 3.0, 6.0])
        self.assertEqual((mean.n, mean.mean), (4, 3.0))
        self.assertAlmostEqual(mean.standard_deviation, math.sqrt(14 / 3))
        self.assertAlmostEqual(mean.standard_error, math.sqrt(14 / 3) / 2)
        self.assertEqual((mean.minimum, mean.maximum), (1.0, 6.0))

    def test_one_seed_has_no_error(self) -> None:
        cells = summarise.mean_cells(summarise.summarise("x", [0.5]))
        self.assertEqual(cells, ["x", "1", "0.500000", "", "", "0.500000", "0.500000"])

    def test_rows_are_sorted_and_seeds_differ(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for row in reversed(self.rows([0.04] * 12)):
                paths.append(os.path.join(folder, f"{row['seed']}.csv"))
                annz_class.write_row(paths[-1], row)
            rows = summarise.read_rows(paths)
            self.assertEqual([row["seed"] for row in rows], [str(n) for n in range(12)])
            with self.assertRaisesRegex(ValueError, "seed 3 is there twice"):
                summarise.read_rows([*paths, paths[8]])

    def test_value_and_error(self) -> None:
        mean = summarise.Mean("nmad", 100, 0.043373, 0.000177, 0.00177, 0.04, 0.05)
        nmad, outliers = summarise.PANELS
        self.assertEqual(summarise.value_and_error(nmad, mean), "0.04337 ± 0.00018")
        self.assertRegex(summarise.value_and_error(outliers, mean), "^4.337 ± 0.018.%$")

    def test_dots_do_not_overlap(self) -> None:
        rng = random.Random(3)
        places = [rng.gauss(300.0, 80.0) for _ in range(200)]
        radius, heights = summarise.arrange(places)
        dots = list(zip(places, heights))
        for n, dot in enumerate(dots):
            for other in dots[:n]:
                self.assertGreaterEqual(math.dist(dot, other), 2.0 * radius)

    def test_plot_is_well_formed_for_any_number_of_seeds(self) -> None:
        for count in (0, 1, 2, 30, 3000):
            nmads = [0.04 + 0.001 * (n % 7) for n in range(count)]
            root = ElementTree.fromstring(summarise.draw(self.rows(nmads)))
            dots = [each for each in root.iter() if each.tag.endswith("circle")]
            self.assertEqual(len(dots), 2 * count)


if __name__ == "__main__":
    unittest.main()
