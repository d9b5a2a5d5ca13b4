"""The transcript of a terminal: commands, what each printed, and its exit code; how two of them are compared.

    $ drift up            a command, for a shell; lines that begin with "> " go on with it
    applied  00001_x      a line of stdout
    stderr> note: ...     a line of stderr; after those of stdout
    [exit 7]              its exit code; left out where it is 0

What stands before the first command says what the case is about. `...` alone on a line stands for any lines, `<any>`
for any text on a line. What differs from run to run is replaced by its name (<time>, <run>, ...) before anything is
compared, and columns are compared without their width.
"""

import getpass
import os
import re
import socket


class Step:
    """A command with what is expected of it, or with what came of it."""

    def __init__(self, command):
        self.command = command
        self.out = []
        self.err = []
        self.code = 0

    def text(self):
        first, *more = self.command.split("\n")
        lines = ["$ " + first, *("> " + line for line in more), *self.out, *("stderr> " + line for line in self.err)]
        if self.code != 0:
            lines.append(f"[exit {self.code}]")
        return [line.rstrip() for line in lines]


def parse(text):
    """The lines before the first command, and the steps."""
    opening, blocks = [], []
    for line in text.splitlines():
        if line.startswith("$ "):
            blocks.append([line])
        else:
            (blocks[-1] if blocks else opening).append(line)
    return opening, [_step(block) for block in blocks]


def _step(lines):
    lines = without_empty_end(lines)  # empty lines between the steps are for the reader
    step = Step(lines[0][2:])
    for line in lines[1:]:
        code = re.fullmatch(r"\[exit (\d+)\]", line)
        if line.startswith("> ") and not (step.out or step.err):
            step.command += "\n" + line[2:]
        elif code:
            step.code = int(code.group(1))
        elif line.startswith("stderr>"):
            step.err.append(line[len("stderr> "):])
        else:
            step.out.append(line)
    return step


def without_empty_end(lines):
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


_USER = getpass.getuser()
_HOST = socket.gethostname()
_VOLATILE = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<time>"),
    (re.compile(r"\b20\d\d-\d\d-\d\d \d\d:\d\d\b"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<run>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<checksum>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "<endpoint>"),
    (re.compile(re.escape(f"{_USER}@{_HOST}")), "<who>"),
    (re.compile(rf"\b{re.escape(_USER)} on {re.escape(_HOST)}\b"), "<who>"),
    (re.compile(rf"\bon {re.escape(_HOST)}\b"), "on <host>"),
    (re.compile(rf'"user":"{re.escape(_USER)}"'), '"user":"<user>"'),
    (re.compile(rf'"host":"{re.escape(_HOST)}"'), '"host":"<host>"'),
    (re.compile(r"\b(pid\W+)\d+"), r"\1<pid>"),
    (re.compile(r"\b\d+ RCU\b"), "<n> RCU"),  # more segments, more pages; their number is that of the machine's cores
    (re.compile(r'"read_units":[\d.]+'), '"read_units":<n>'),
    (re.compile(r"drift-[0-9a-f]{16}\b"), "drift-<table>"),
]


def steady(line, places=None):
    """The line with what differs from run to run replaced; `places`: directories and what they are called."""
    for place, name in (places or {}).items():
        line = line.replace(place, name)
    for pattern, name in _VOLATILE:
        line = pattern.sub(name, line)
    return re.sub(r"(?<=\S) {2,}", "  ", line).rstrip()


def lines_of(data, places):
    return without_empty_end([steady(line, places) for line in data.decode("utf-8", "replace").splitlines()])


def _line_matches(expected, actual):
    if "<any>" not in expected:
        return re.sub(r"(?<=\S) {2,}", "  ", expected).rstrip() == actual
    return re.fullmatch(".*?".join(re.escape(part) for part in expected.split("<any>")), actual) is not None


def lines_match(expected, actual):
    """Whether all lines are as expected; `...` stands for any number of them."""
    reachable = {0}  # how many of the actual lines may have been used up
    for line in expected:
        if line.strip() == "...":
            reachable = set(range(min(reachable), len(actual) + 1)) if reachable else reachable
        else:
            reachable = {at + 1 for at in reachable if at < len(actual) and _line_matches(line, actual[at])}
    return len(actual) in reachable


def step_matches(expected, actual):
    return (expected.code == actual.code and lines_match(expected.out, actual.out)
            and lines_match(expected.err, actual.err))

