#!/usr/bin/env -S python3 -B
"""Runs the cases of the command: the real binary against a real local DynamoDB.

    tests/cases/run.py DRIFT                    all cases
    tests/cases/run.py DRIFT NAME...            some
    tests/cases/run.py DRIFT --update NAME...   writes down what comes of them; read the difference before you commit it

A case is a folder of data, tests/cases/<name>/:

    commands.txt   a transcript (transcript.py says how it is written)
    before.json    the tables before: {"Movies": {"key": {"id": "N"}, "items": [...]}}; may be absent
    after.json     the tables afterwards; may be absent where there are none
    anything else  is copied to the directory in which the commands run: migrations/, drift.toml, ...

No output may contain the secret key of the environment, and no file that was written either.
"""

import argparse
import difflib
import queue
import sys
import threading
import time
from pathlib import Path

import coverage
import results
import transcript
from local_dynamodb import LocalDynamoDb, plain, read_tables, server_program, tables_text
from workplace import Workplace

HERE = Path(__file__).resolve().parent
AT_ONCE = 2


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.transcript = folder / "commands.txt"
        self.after = folder / "after.json"

    def run(self, drift, server, dynoxide, update):
        """None, or what is wrong."""
        opening, expected = transcript.parse(self.transcript.read_text(encoding="utf-8"))
        if not expected:
            return "commands.txt has no command"
        if not any(opening):
            return "commands.txt does not say what the case is about before its first command"
        server.clear()
        if (self.folder / "before.json").exists():
            for name, table in read_tables(self.folder / "before.json").items():
                server.create(name, table)
        place = Workplace(drift, server, self.folder, dynoxide)
        try:
            return self.compare(place, server, opening, expected, update)
        finally:
            place.close()

    def compare(self, place, server, opening, expected, update):
        actual, problems = [], []
        for step in expected:
            done, leaked = place.step(step.command)
            actual.append(step if transcript.step_matches(step, done) else done)
            if leaked:
                problems.append("the secret key was printed by: " + step.command)
        problems += [f"the secret key is in the file {file}" for file in place.files_with_secret()]
        tables = server.contents()
        if update:
            self.write(opening, actual, tables)
        else:
            problems += self.differences(expected, actual, tables)
        return "\n".join(problems) or None

    def differences(self, expected, actual, tables):
        found = diff("commands.txt", [line for step in expected for line in step.text()],
                     [line for step in actual for line in step.text()])
        wanted = read_tables(self.after) if self.after.exists() else {}
        wanted = {name: {**table, "items": [plain(item) for item in table["items"]]} for name, table in wanted.items()}
        if wanted != tables:
            found += diff("after.json", tables_text(wanted).splitlines(), tables_text(tables).splitlines())
        if found:
            found.append(f"to accept: tests/cases/run.py DRIFT --update {self.folder.name}")
        return found

    def write(self, opening, actual, tables):
        while opening and not opening[-1]:
            opening.pop()
        blocks = ["\n".join(opening)] + ["\n".join(step.text()) for step in actual]
        self.transcript.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
        if tables:
            self.after.write_text(tables_text(tables), encoding="utf-8")
        elif self.after.exists():
            self.after.unlink()


def diff(name, expected, actual):
    return list(difflib.unified_diff(expected, actual, f"{name} as expected", f"{name} as it is", lineterm="", n=4))


def run_all(cases, arguments, dynoxide):
    waiting = queue.Queue()
    for case in cases:
        waiting.put(case)
    done = {}

    def work():
        server = LocalDynamoDb(arguments.drift)
        try:
            while True:
                try:
                    case = waiting.get_nowait()
                except queue.Empty:
                    return
                started = time.monotonic()
                try:
                    problem = case.run(arguments.drift, server, dynoxide, arguments.update)
                except Exception as error:  # pylint: disable=broad-except # a case that cannot run is one that failed
                    problem = f"{type(error).__name__}: {error}"
                done[case.folder.name] = (case.folder.name, time.monotonic() - started, problem)
        finally:
            server.close()

    workers = [threading.Thread(target=work) for _ in range(min(AT_ONCE, len(cases)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    lost = [(case.folder.name, 0.0, "it was not run") for case in cases if case.folder.name not in done]
    return sorted([*done.values(), *lost])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drift", help="the binary")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of cases; none: all")
    parser.add_argument("--update", action="store_true", help="write down what comes of them")
    arguments = parser.parse_intermixed_args()
    if arguments.update and not arguments.names:
        parser.error("--update needs the names of cases")
    all_cases = sorted(file.parent for file in HERE.glob("*/commands.txt"))
    unknown = set(arguments.names) - {folder.name for folder in all_cases}
    if unknown:
        parser.error("there is no case " + ", ".join(sorted(unknown)))
    cases = [Case(folder) for folder in all_cases if not arguments.names or folder.name in arguments.names]
    done = run_all(cases, arguments, server_program(HERE.parent.parent))
    if not arguments.names:
        steps = [step for case in cases for step in transcript.parse(case.transcript.read_text(encoding="utf-8"))[1]]
        done.append(("every verb, flag and exit code", 0.0, "\n".join(coverage.missing(arguments.drift, steps)) or None))
    return results.finish("cases", done)


if __name__ == "__main__":
    sys.exit(main())
