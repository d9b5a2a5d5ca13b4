#!/usr/bin/env -S python3 -B
"""Checks the rules of the house that a machine can check, on the sources as they lie in the tree.

    tests/tidy/tidy.py <the project's root>

Prints a line "file:line: rule: what is wrong" for each breach and exits with 1 when there is one. tidy_test.py breaks
each rule once. What is a matter of judgement is left to people; what clang-tidy sees is left to clang-tidy.
"""

import re
import sys
from pathlib import Path

import links
import source

LINES_PER_FILE_MAX = 500
LINES_PER_FUNCTION_MAX = 60

# Which rooms of src/ each room may use; as src/CMakeLists.txt links them.
ROOMS = {
    "base": set(),
    "value": {"base"},
    "expression": {"base", "value"},
    "wire": {"base"},
    "client": {"base", "value", "wire"},
    "journal": {"base", "value"},
    "pace": {"base"},
    "local": {"base", "value"},
    "migrate": {"base", "value", "expression", "wire", "client", "journal", "pace"},
}
# The room that implements each public header; a room may include its own and those of the rooms that it may use.
PUBLIC_HEADERS = {
    "value": {"error", "item", "json", "number", "table", "value", "version"},
    "client": {"client", "credentials"},
    "migrate": {
        "actions", "controls", "drift", "failure", "lease", "migration", "migration_status", "migrator", "plan", "progress", "rate", "report",
        "run_options", "run_record", "signal_stop", "verify",
    },
}
# Public headers of which a room uses only the plain types, so that nothing is linked against the arrows.
PLAIN_TYPES = {"expression": {"client"}}  # Names
# A header of the machine or of a library, and the only rooms that may know of it.
HEADER_ROOMS = {
    r"<asio": {"wire"},
    r"<openssl/": {"wire"},
    r"<sqlite3": {"journal"},
    r"<(zlib|libdeflate)": {"base"},
    r"<(sys/socket|netinet/|arpa/inet|netdb|sys/un)": {"wire", "local"},
}
# The same of the folders of cli/.
CLI_HEADER_FOLDERS = {
    r"<(lua|lualib|lauxlib)\.h(pp)?>": {"script"},
    r"<(spawn|sys/wait|sys/pidfd)\.h>": {"script"},
}
# What cli/script may use of the rooms; the verbs stand above all of them.
SCRIPT_ROOMS = {"base", "value", "wire"}
FORBIDDEN_TEXT = {
    r"\b(TODO|FIXME|XXX|HACK)\b": "unfinished work belongs into the tracker",
    r"(?i)dynamodb-local|DynamoDBLocal": "the local DynamoDB is dynoxide",
    r"(?i)\b(crates\.io|pypi\.org|npmjs\.|ghcr\.io|docker\.io|proxy\.golang\.org)": "no registry is named here",
    r"(?<![\w.~$}])/(work|root)/": "a path of one machine",
}
CLOCKS = r"(::now\s*\(|\b(clock_gettime|gettimeofday|timespec_get)\s*\(|(?<![\w.>])time\s*\(\s*(nullptr|NULL|0|&))"
SLEEPS = r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>])sleep\s*\("
PRINTS = r"std::c(out|err|log)\b|(?<![\w:.>])(std::)?(printf|fprintf|puts|fputs|perror)\s*\("
EXITS = r"(?<![\w:.>])(std::)?(exit|quick_exit|abort|terminate)\s*\("

CODE_FOLDERS = ("include", "src", "cli", "tests", "bench", "examples", "fuzz")


def verb_names(root):
    """As the rows of cli/verbs say them."""
    rows = "".join(source.read_text(path) or "" for path in Path(root, "cli/verbs").glob("*.cpp"))
    return set(re.findall(r'return \{\s*\.name = "([a-z-]+)",\s*\.(?:aliases|help|arguments)', rows)) | {"up"}


class Tidy:
    def __init__(self, root):
        self.root = Path(root)
        self.problems = []

    def report(self, file, line, rule, what):
        self.problems.append(f"{file.path}:{line}: {rule}: {what}")

    def run(self):
        for top in sorted(self.root.iterdir()):
            if top.name in (".git", "build"):
                continue
            for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
                text = source.read_text(path) if path.is_file() else None
                if text is not None:
                    self.check(source.Source(path.relative_to(self.root), text))
        self.check_example()
        return self.problems

    # One program in three places: what a reader copies, what is run, and what is built against the package.
    def check_example(self):
        example = self.root / "examples/readme.cpp"
        if not example.exists():
            return
        text = source.read_text(example)
        program = text[text.index("#include <drift/drift.hpp>"):]
        for name in ("README.md", "tests/package/readme.cpp"):
            copy = self.root / name
            if not copy.exists() or program not in source.read_text(copy):
                self.problems.append(f"{name}:1: example: does not show the program of examples/readme.cpp as it is")

    def check(self, file):
        self.check_text(file)
        if file.path.suffix == ".md":
            for number, link in links.broken(self.root, file.path, "\n".join(file.lines)):
                self.report(file, number, "link", f"{link} leads nowhere")
        if file.path.parts[0] in CODE_FOLDERS and file.path.suffix in (".hpp", ".cpp"):
            self.check_shape(file)
            self.check_includes(file)
            self.check_calls(file)
            self.check_reasons(file)
            if file.path.parts[0] == "cli" and file.path.parts[1] not in ("script", "program"):
                self.check_commands(file)
        elif file.path.parts[0] in ("scripts", ".ci") or file.path.suffix == ".py":
            self.check_length(file)

    # Text of any kind of file.
    def check_text(self, file):
        if file.path.parts[:2] == ("tests", "tidy"):
            return  # names what it forbids
        for number, line in enumerate(file.lines, 1):
            for pattern, why in FORBIDDEN_TEXT.items():
                found = re.search(pattern, line)
                if found:
                    self.report(file, number, "forbidden", f"{found.group(0)}: {why}")

    def check_length(self, file):
        if len(file.lines) > LINES_PER_FILE_MAX:
            self.report(file, len(file.lines), "length", f"over {LINES_PER_FILE_MAX} lines: it has two reasons to change")

    def check_shape(self, file):
        self.check_length(file)
        if not re.match(r"// \S.{10,}", file.lines[0] if file.lines else "") and not self.header_opens(file):
            self.report(file, 1, "opening", "a file opens with a comment: what it is, why, its thread-safety")
        if file.is_header and "#pragma once" not in file.lines:
            self.report(file, 1, "guard", "a header has #pragma once")
        for first, last, name in source.functions(file.code):
            if last - first + 1 > LINES_PER_FUNCTION_MAX:
                self.report(file, first, "length",
                            f"{name} has {last - first + 1} lines, a function fits a screen ({LINES_PER_FUNCTION_MAX})")
        if file.path.parts[0] in ("include", "src"):
            for number, line in enumerate(file.code_lines, 1):
                setting = re.match(r"\s*#\s*define [A-Z]+_[A-Z_]+( 1)?\s*$", line) or "NOLINT(" in file.lines[number - 1]
                if re.match(r"\s*#\s*define\b", line) and not setting:
                    self.report(file, number, "macro", "no macros outside tests but the settings of a library")

    # What a .cpp implements, and what a test tests, is told by the header that it is named after.
    def header_opens(self, file):
        if file.is_header:
            return False
        name = file.path.with_suffix(".hpp").name.replace("_test.hpp", ".hpp")
        room = file.path.parts[1]
        return any((self.root / folder / name).exists()
                   for folder in (file.path.parent, Path("src", room), Path("cli", room), "include/drift"))

    def check_includes(self, file):
        for number, line in enumerate(file.lines, 1):
            found = re.match(r'\s*#\s*include\s*([<"][^>"]+[>"])', line)
            if not found:
                continue
            header = found.group(1)
            if file.path.parts[0] == "include":
                self.check_public_include(file, number, header)
            elif file.path.parts[0] == "src":
                self.check_room_include(file, number, header)
            elif file.path.parts[0] == "cli":
                self.check_cli_include(file, number, header)
            elif file.path.parts[0] == "examples" and len(file.path.parts) == 2 and header[0] == '"':
                self.report(file, number, "include", f"{header}: an example uses what is installed, <drift/...>")

    # Only drift's own and the standard library's, whose names have neither a dot nor a slash.
    def check_public_include(self, file, number, header):
        if not re.fullmatch(r"<(drift/\w+\.hpp|\w+)>", header):
            self.report(file, number, "include", f"{header}: include/ knows only drift's own and standard headers")

    def check_room_include(self, file, number, header):
        room = file.path.parts[1]
        allowed = ROOMS.get(room, set()) | {room}
        if room not in ROOMS:
            self.report(file, number, "include", f"the room {room} is not in the list of rooms (tests/tidy)")
            return
        own = re.match(r'"(\w+)/', header)
        public = re.match(r"<drift/(\w+)\.hpp>", header)
        if header[0] == '"' and (not own or own.group(1) not in allowed):
            self.report(file, number, "include", f"{room} may use only {', '.join(sorted(allowed))}, not {header}")
        known = set().union(PLAIN_TYPES.get(room, ()), *(PUBLIC_HEADERS.get(other, ()) for other in allowed))
        if public and public.group(1) not in known:
            self.report(file, number, "include", f"{header} is implemented in a room that {room} may not use")
        for pattern, rooms in HEADER_ROOMS.items():
            if re.match(pattern, header) and room not in rooms:
                self.report(file, number, "include", f"{header}: only {', '.join(sorted(rooms))} may know of it")

    # Around drift::main the program has another name: cli/program_name.
    def check_commands(self, file):
        verbs = "|".join(sorted(verb_names(self.root)))
        for number, line in enumerate(file.lines, 1):
            if not line.lstrip().startswith("//"):
                for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', line):
                    found = re.search(rf"(?<![\w/{{.])drift (--[a-z]+|({verbs})(?![\w-]))", text)
                    if found:
                        self.report(file, number, "command", f'"{found.group()}": a text of a command begins with {{drift}}')

    # Scripts know nothing of the command around them.
    def check_cli_include(self, file, number, header):
        folder = file.path.parts[1] if len(file.path.parts) > 2 else "cli"
        for pattern, folders in CLI_HEADER_FOLDERS.items():
            if re.match(pattern, header) and folder not in folders:
                self.report(file, number, "include", f"{header}: only cli/{', '.join(sorted(folders))} may know of it")
        if folder == "script" and header[0] == '"':
            own = header.startswith('"cli/script/')
            room = re.match(r'"(\w+)/', header)
            if not own and not (room and room.group(1) in SCRIPT_ROOMS):
                self.report(file, number, "include", f"cli/script may use only {', '.join(sorted(SCRIPT_ROOMS))}, not {header}")
        if folder != "script" and re.match(r'"cli/script/(?!\w+_script\.hpp)', header):
            self.report(file, number, "include", f"{header}: of cli/script only the headers *_script.hpp are for others")

    def check_calls(self, file):
        folder, room = file.path.parts[0], file.path.parts[1] if len(file.path.parts) > 2 else ""
        library = folder in ("include", "src")
        rules = [(SLEEPS, "sleep", "nothing sleeps: time is injected (base/clock.hpp, base/loop.hpp)")]
        if folder == "bench" or (folder == "src" and room in ("wire", "local")):
            rules = []
        if library and room not in ("wire", "local") and file.path.parts[1:] != ("base", "clock.cpp"):
            rules.append((CLOCKS, "clock", "only src/base/clock.cpp reads clocks: take a base::Clock"))
        if library:
            rules.append((PRINTS, "print", "the library never prints"))
            rules.append((EXITS, "exit", "the library never ends its process"))
        for number, line in enumerate(file.code_lines, 1):
            for pattern, rule, why in rules:
                if re.search(pattern, line):
                    self.report(file, number, rule, why)

    def check_reasons(self, file):
        for number, line in enumerate(file.lines, 1):
            found = re.search(r"NOLINT(NEXTLINE|BEGIN)?(\([^)]*\))?(.*)", line)
            if found and not (found.group(2) and re.match(r":? \w+ \w+|: \w+", found.group(3))):
                if "NOLINTEND" not in line:
                    self.report(file, number, "reason", "NOLINT(check): the reason, on the same line")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tidy.py <the project's root>")
    problems = Tidy(sys.argv[1]).run()
    print("\n".join(problems) if problems else "tidy: the house is in order")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
