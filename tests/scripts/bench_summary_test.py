#!/usr/bin/env -S python3 -B
"""scripts/bench-summary: what it says of figures and a baseline."""

import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "scripts" / "bench-summary"
FIGURES = "ratio\tas before\t1.05\t10.5 us\twrk 10 us\t<= 12 us\tmet\nratio\tslower\t1.2\t12.1 us\twrk 10 us\t<= 12 us\tnot met\nratio\tnew\t0.5\nratio\tnot compared\t-\t3 %\n"
BASELINE = "# a comment\nas before\t1.0\nslower\t1.0\nof another program\t3.0\n"


class BenchSummary(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.figures = Path(directory.name, "figures")
        self.baseline = Path(directory.name, "baseline")
        self.figures.write_text(FIGURES, encoding="utf-8")
        self.baseline.write_text(BASELINE, encoding="utf-8")

    def run_program(self, *options):
        done = subprocess.run([PROGRAM, *options, self.baseline, self.figures], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def test_only_what_got_worse_by_more_than_a_tenth_is_named_and_nothing_fails(self):
        lines = self.run_program()
        self.assertEqual([line for line in lines if line.startswith("worse")],
                         ["worse than the baseline: slower: 1.200, was 1.000, +20%"])
        self.assertEqual([line for line in lines if line.startswith("not in")], ["not in the baseline: new"])
        self.assertEqual(lines[-1], "4 figures: 1 not met, 1 worse than the baseline by more than 10%")

    def test_the_table_has_a_line_for_each_figure(self):
        table = [line.split("  ") for line in self.run_program()[:4]]
        rows = [[cell.strip() for cell in row if cell.strip()] for row in table]
        self.assertEqual(rows[0], ["what", "measured", "reference", "must be"])
        self.assertEqual(rows[2], ["slower", "12.1 us", "wrk 10 us", "<= 12 us", "not met"])
        self.assertEqual(rows[3], ["new", "0.500 x"])

    def test_a_written_baseline_has_the_new_ratios_and_keeps_the_others(self):
        self.run_program("--write")
        self.assertEqual(self.baseline.read_text(encoding="utf-8").splitlines(),
                         ["# a comment", "as before\t1.0500", "new\t0.5000", "of another program\t3.0000", "slower\t1.2000"])
        self.assertEqual(self.run_program()[-1], "4 figures: 1 not met, 0 worse than the baseline by more than 10%")


if __name__ == "__main__":
    unittest.main()
