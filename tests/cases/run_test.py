#!/usr/bin/env -S python3 -B
"""Breaks a case in each way, and sees that the runner says so: a case that is wrong must not pass.

    tests/cases/run_test.py DRIFT
"""

import json
import sys
import tempfile
import unittest
from pathlib import Path

import coverage
import run
import transcript
from local_dynamodb import LocalDynamoDb
from workplace import SECRET

DRIFT = sys.argv.pop(1) if len(sys.argv) > 1 else ""
TABLE = {"Movies": {"key": {"id": "N"}, "items": [{"id": {"N": "1"}, "tags": {"SS": ["b", "a"]}}]}}


class Lines(unittest.TestCase):
    def test_any_text_and_any_lines(self):
        self.assertTrue(transcript.lines_match(["a <any> c", "...", "z"], ["a b c", "x", "y", "z"]))
        self.assertTrue(transcript.lines_match(["...", "z"], ["z"]))
        self.assertTrue(transcript.lines_match(["..."], []))
        self.assertFalse(transcript.lines_match(["a <any> c"], ["a b d"]))
        self.assertFalse(transcript.lines_match(["..."  , "z"], ["z", "y"]))
        self.assertFalse(transcript.lines_match([], ["x"]))
        self.assertFalse(transcript.lines_match(["x"], []))

    def test_what_differs_from_run_to_run(self):
        line = "run 487d7a5f-2ba3-48a9-8215-e5d884cfba1f at http://127.0.0.1:4711, 2026-11-25T18:33:08Z, 12 RCU"
        self.assertEqual(transcript.steady(line), "run <run> at <endpoint>, <time>, <n> RCU")
        self.assertEqual(transcript.steady("a      b  "), "a  b")

    def test_commands_outputs_and_codes(self):
        opening, steps = transcript.parse("About.\n\n$ one\n> two\nout\n\nstderr> err\n[exit 7]\n\n$ three\n")
        self.assertEqual(opening, ["About.", ""])
        self.assertEqual([step.command for step in steps], ["one\ntwo", "three"])
        self.assertEqual((steps[0].out, steps[0].err, steps[0].code), (["out", ""], ["err"], 7))
        self.assertEqual((steps[1].out, steps[1].err, steps[1].code), ([], [], 0))

    def test_what_no_case_has(self):
        _, steps = transcript.parse("x\n$ DRIFT_YES=true drift up --dir x\n[exit 3]\n")
        found = coverage.missing(DRIFT, steps)
        self.assertIn("no case has down", found)
        self.assertIn("no case has --stamp", found)
        self.assertIn("no case ends with exit code 7", found)
        for name in ("up", "--dir", "--yes"):
            self.assertNotIn(f"no case has {name}", found)
        self.assertNotIn("no case ends with exit code 3", found)


class Cases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = LocalDynamoDb(DRIFT)
        cls.addClassCleanup(cls.server.close)

    def problem(self, commands, before=None, after=None):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "commands.txt").write_text(commands, encoding="utf-8")
            for name, tables in (("before.json", before), ("after.json", after)):
                if tables is not None:
                    Path(folder, name).write_text(json.dumps(tables), encoding="utf-8")
            return run.Case(Path(folder)).run(DRIFT, self.server, "", False) or ""

    def test_a_case_that_is_right(self):
        self.assertEqual(self.problem("x\n$ drift --version\ndrift <any>\n", TABLE, TABLE), "")

    def test_outputs_and_codes(self):
        self.assertIn("+drift", self.problem("x\n$ drift --version\n"))
        self.assertIn("-drift 9", self.problem("x\n$ drift --version\ndrift 9\n"))
        self.assertIn("+stderr> text", self.problem("x\n$ echo text >&2\n"))
        self.assertIn("+[exit 3]", self.problem("x\n$ exit 3\n"))
        self.assertIn("-[exit 3]", self.problem("x\n$ true\n[exit 3]\n"))

    def test_tables(self):
        other = {"Movies": {"key": {"id": "N"}, "items": []}}
        self.assertIn("after.json", self.problem("x\n$ true\n", TABLE))
        self.assertIn("after.json", self.problem("x\n$ true\n", TABLE, other))
        self.assertIn("after.json", self.problem("x\n$ true\n", None, TABLE))

    def test_what_says_nothing(self):
        self.assertIn("no command", self.problem("x\n"))
        self.assertIn("about", self.problem("$ true\n"))

    def test_secrets(self):
        self.assertIn("printed", self.problem("x\n$ echo $AWS_SECRET_ACCESS_KEY\n...\n"))
        self.assertIn("printed", self.problem("x\n$ echo $AWS_SECRET_ACCESS_KEY >&2\nstderr> ...\n"))
        self.assertIn("in the file work/f", self.problem("x\n$ echo $AWS_SECRET_ACCESS_KEY > f\n"))
        self.assertIn("in the file home/f", self.problem("x\n$ echo $AWS_SECRET_ACCESS_KEY > ~/f\n"))
        self.assertNotIn(SECRET, self.problem("x\n$ drift --version\n...\n"))


if __name__ == "__main__":
    unittest.main()
