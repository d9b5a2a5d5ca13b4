#!/usr/bin/env -S python3 -B
"""Runs the command lines of docs/*.md and README.md: what a reader copies works, and prints what the page shows.

    tests/cases/docs.py DRIFT [PAGE...]

Blocks that are marked ```console have commands ("$ drift up") and what they print, stdout and stderr together; `...`
stands for any lines. Those marked ```sh are run as a whole. A page is one session of a shell: its blocks come one after
the other, in a directory that begins as tests/cases/docs/<page>/ (before.json: the tables, prepare.sh: what was done
before; $EXAMPLES are the examples of the source). `...` in a line stands for any text. A command ends with 0
unless it says otherwise: `$ drift up   # exit 7`. A block behind a line <!-- not run: reason --> is not run. One of another
language behind <!-- examples/...: reason --> is in that file as it is.
"""

import re
import sys
import time
from pathlib import Path

import results
import transcript
from local_dynamodb import LocalDynamoDb, read_tables, server_program
from workplace import Workplace

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent.parent / "docs"
BLOCK = re.compile(r"^(?P<mark>[^\n]*)\n```(?P<kind>console|sh)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COPY = re.compile(r"^<!-- (?P<file>examples/[\w./]+)[^\n]*-->\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# A person of the page, whoever runs the test.
SOMEBODY = re.compile(r"\b[\w.-]+@[\w.-]+")


class Session:
    """A shell that goes on from command to command: its directory and its variables."""

    def __init__(self, place):
        self.place = place
        place.environment["PATH"] = f"{HERE / 'docs'}:{place.environment['PATH']}"  # aws, as far as the pages use it
        place.environment["EXAMPLES"] = str(DOCS.parent / "examples")
        self.kept = place.root / "session"
        self.kept.write_text(f"cd '{place.work}'\n", encoding="utf-8")

    def run(self, command):
        script = (f". '{self.kept}'\n{command}\ncode=$?\n"
                  f"{{ export -p; printf \"cd '%s'\\n\" \"$PWD\"; }} > '{self.kept}'\nexit $code\n")
        code, out, err = self.place.run(script, merged=True)
        return code, transcript.lines_of(out + err, self.place.places)


def expected_code(command):
    found = re.search(r"#.*\bexit (\d+)$", command)
    return int(found.group(1)) if found else 0


def commands_of(text):
    """(command, lines that it prints) of a console block."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (found[-1][0] + "\n" + line[2:], [])
        elif found:
            found[-1][1].append(line)
    return found


def as_it_may_be(line, places):
    line = SOMEBODY.sub("<who>", transcript.steady(line, places))
    return line if line == "..." else line.replace("...", "<any>")


def check_block(session, kind, text):
    """What is wrong with the block, a line each."""
    if kind == "sh":
        code, lines = session.run("set -e\n" + text + "set +e")
        return [] if code == 0 else [f"exit code {code} of:", text, *lines]
    problems = []
    for command, shown in commands_of(text):
        code, lines = session.run(command)
        shown = transcript.without_empty_end([as_it_may_be(line, session.place.places) for line in shown])
        if code != expected_code(command):
            problems += [f"exit code {code} of: {command}", *lines]
        elif shown and not transcript.lines_match(shown, lines):
            problems += [f"the output of: {command}", "  as the page has it:", *shown, "  as it is:", *lines]
    return problems


def check_copies(text):
    return [f"{copy.group('file')} has not what the page shows of it" for copy in COPY.finditer(text)
            if copy.group("text") not in (DOCS.parent / copy.group("file")).read_text(encoding="utf-8")]


def check_page(drift, server, page, dynoxide):
    prepared = HERE / "docs" / page.stem
    server.clear()
    if (prepared / "before.json").exists():
        for name, table in read_tables(prepared / "before.json").items():
            server.create(name, table)
    place = Workplace(drift, server, prepared, dynoxide)
    try:
        session = Session(place)
        text = page.read_text(encoding="utf-8")
        problems = check_copies(text)
        if (prepared / "prepare.sh").exists():
            problems += check_block(session, "sh", (prepared / "prepare.sh").read_text(encoding="utf-8"))
        for block in BLOCK.finditer(text):
            if not block.group("mark").startswith("<!-- not run: "):
                problems += check_block(session, block.group("kind"), block.group("text"))
        return "\n".join(problems) or None
    finally:
        place.close()


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: docs.py DRIFT [PAGE...]")
    drift, names = sys.argv[1], sys.argv[2:]
    pages = [page for page in [*sorted(DOCS.glob("*.md")), DOCS.parent / "README.md"]
             if BLOCK.search(page.read_text(encoding="utf-8")) or COPY.search(page.read_text(encoding="utf-8"))]
    pages = [page for page in pages if not names or page.stem in names]
    dynoxide = server_program(HERE.parent.parent)
    server = LocalDynamoDb(drift)
    done = []
    try:
        for page in pages:
            started = time.monotonic()
            done.append((page.stem, time.monotonic() - started, check_page(drift, server, page, dynoxide)))
    finally:
        server.close()
    return results.finish("docs", done)


if __name__ == "__main__":
    sys.exit(main())
