#!/usr/bin/env -S python3 -B
"""Breaks each rule of tidy.py once in a tree of its own, and sees that what is allowed passes."""

import tempfile
import unittest
from pathlib import Path

import source
import tidy

OPENING = "// A file that says what it is.\n"


def problems_of(path, text, others=None):
    """The rules that a tree with this one file breaks."""
    with tempfile.TemporaryDirectory() as root:
        for name, content in {path: text, **(others or {})}.items():
            file = Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return [problem.split(": ")[1] for problem in tidy.Tidy(root).run()]


class Rules(unittest.TestCase):
    def breaks(self, rule, path, text, opening=OPENING):
        self.assertEqual(problems_of(path, opening + text), [rule], f"{path}: {text[:80]}")

    def keeps(self, path, text, opening=OPENING):
        self.assertEqual(problems_of(path, opening + text), [], f"{path}: {text[:80]}")

    def test_rooms_use_only_rooms_below(self):
        self.breaks("include", "src/base/a.cpp", '#include "value/page.hpp"\n')
        self.breaks("include", "src/value/a.cpp", '#include "expression/limits.hpp"\n')
        self.breaks("include", "src/wire/a.cpp", '#include "value/page.hpp"\n')
        self.breaks("include", "src/client/a.cpp", '#include "journal/journal.hpp"\n')
        self.breaks("include", "src/journal/a.cpp", '#include "client/core.hpp"\n')
        self.breaks("include", "src/local/a.cpp", '#include "wire/transport.hpp"\n')
        self.breaks("include", "src/migrate/a.cpp", '#include "local/local_server.hpp"\n')
        self.breaks("include", "src/base/a.cpp", '#include "support/processes.hpp"\n')
        self.breaks("include", "src/unknown/a.cpp", '#include "base/text.hpp"\n')
        self.keeps("src/base/a.cpp", '#include "base/text.hpp"\n')
        self.keeps("src/client/a.cpp", '#include "wire/transport.hpp"\n#include "value/page.hpp"\n')
        self.keeps("src/migrate/a.cpp", '#include "journal/journal.hpp"\n#include "expression/limits.hpp"\n')

    def test_public_headers_belong_to_rooms(self):
        self.breaks("include", "src/wire/a.cpp", "#include <drift/error.hpp>\n")
        self.breaks("include", "src/journal/a.cpp", "#include <drift/client.hpp>\n")
        self.breaks("include", "src/client/a.cpp", "#include <drift/drift.hpp>\n")
        self.keeps("src/client/a.cpp", "#include <drift/error.hpp>\n#include <drift/client.hpp>\n")
        self.keeps("src/migrate/a.cpp", "#include <drift/migrator.hpp>\n")

    def test_libraries_stay_in_their_rooms(self):
        self.breaks("include", "src/client/a.cpp", "#include <asio/ip/tcp.hpp>\n")
        self.breaks("include", "src/value/a.cpp", "#include <openssl/evp.h>\n")
        self.breaks("include", "src/migrate/a.cpp", "#include <sqlite3.h>\n")
        self.breaks("include", "src/client/a.cpp", "#include <sys/socket.h>\n")
        self.keeps("src/journal/a.cpp", "#include <sqlite3.h>\n")
        self.keeps("src/local/a.cpp", "#include <sys/socket.h>\n")

    def test_lua_stays_in_scripts(self):
        self.breaks("include", "cli/settings.cpp", "#include <lua.hpp>\n")
        self.breaks("include", "cli/verbs/up.cpp", "#include <lauxlib.h>\n")
        self.breaks("include", "cli/verbs/up.cpp", '#include "cli/script/lua_api.hpp"\n')
        self.breaks("include", "cli/script/a.cpp", '#include "cli/console.hpp"\n')
        self.breaks("include", "cli/script/a.cpp", '#include "migrate/run.hpp"\n')
        self.keeps("cli/script/a.cpp", '#include <lua.hpp>\n#include "cli/script/b.hpp"\n#include "base/text.hpp"\n')
        self.keeps("cli/verbs/up.cpp", '#include "cli/script/lua_script.hpp"\n#include "local/local_server.hpp"\n')

    def test_processes_stay_in_scripts(self):
        self.breaks("include", "cli/session.cpp", "#include <spawn.h>\n")
        self.breaks("include", "cli/verbs/up.cpp", "#include <sys/wait.h>\n")
        self.breaks("include", "cli/session.cpp", '#include "cli/script/child_process.hpp"\n')
        self.keeps("cli/script/a.cpp", "#include <spawn.h>\n#include <sys/wait.h>\n")
        self.keeps("cli/session.cpp", '#include "cli/script/process_script.hpp"\n')

    def test_public_headers_know_no_third_party(self):
        for header in ("<asio/io_context.hpp>", "<unistd.h>", '"base/text.hpp"'):
            self.breaks("include", "include/drift/a.hpp", f"#pragma once\n#include {header}\n")
        self.keeps("include/drift/a.hpp", "#pragma once\n#include <drift/value.hpp>\n#include <string>\n")

    def test_examples_use_what_is_installed(self):
        self.breaks("include", "examples/a.cpp", '#include "client/core.hpp"\n')
        self.keeps("examples/test/a.cpp", '#include "local/local_server.hpp"\n')

    def test_readme_shows_the_program_that_is_run(self):
        program = "#include <drift/drift.hpp>\n\nint main() {}\n"
        copies = {"README.md": "# drift\n```cpp\n" + program + "```\n", "tests/package/readme.cpp": OPENING + program}
        self.assertEqual(problems_of("examples/readme.cpp", OPENING + program, copies), [])
        changed = OPENING + program.replace("{}", "{ return 0; }")
        self.assertEqual(problems_of("examples/readme.cpp", changed, copies), ["example", "example"])

    def test_links_lead_somewhere(self):
        others = {"README.md": "# drift\n\n## What is `it`, then?\n```sh\n# no heading\n```\n"}
        page = "[a](../README.md), [b](../README.md#what-is-it-then), [c](#here), [d](https://example.org/x#y), `[e](no)`\n# Here\n"
        self.assertEqual(problems_of("docs/a.md", page, others), [])
        for link in ("other.md", "../README.md#no-heading", "#there"):
            self.assertEqual(problems_of("docs/a.md", f"[a]({link})\n", others), ["link"], link)

    def test_commands_have_the_programs_name(self):
        self.breaks("command", "cli/a.cpp", 'const char* a = "To see it: drift up";\n')
        self.breaks("command", "cli/verbs/a.cpp", 'const char* a = "drift --help lists them";\n')
        self.keeps("cli/a.cpp", 'const char* a = "To see it: {drift} up, and drift does it; bin/drift up";  // drift up\n')

    def test_clocks_are_read_in_one_file(self):
        for call in ("std::chrono::steady_clock::now()", "clock_gettime(CLOCK_BOOTTIME, &t)", "std::time(nullptr)"):
            self.breaks("clock", "src/migrate/a.cpp", f"auto t = {call};\n")
            self.keeps("src/base/clock.cpp", f"auto t = {call};\n")
        self.keeps("src/migrate/a.cpp", "auto t = clock.steady();\n// never std::chrono::system_clock::now()\n")
        self.keeps("tests/wire/a_test.cpp", "auto t = std::chrono::steady_clock::now();\n")

    def test_nothing_sleeps(self):
        for call in ("std::this_thread::sleep_for(1s)", "usleep(5)", "::sleep(1)", "nanosleep(&a, &b)"):
            self.breaks("sleep", "src/client/a.cpp", f"void f() {{ {call}; }}\n")
            self.breaks("sleep", "tests/client/a_test.cpp", f"void f() {{ {call}; }}\n")
        self.keeps("src/client/a.cpp", "void f() { waiter.sleep(1); }\n")
        self.keeps("bench/a_bench.cpp", "void f() { usleep(5); }\n")  # a pace may be what is measured

    def test_library_neither_prints_nor_exits(self):
        for call in ('std::cout << "x"', 'std::printf("x")', 'fprintf(stderr, "x")', 'puts("x")'):
            self.breaks("print", "src/value/a.cpp", f"void f() {{ {call}; }}\n")
            self.keeps("examples/a.cpp", f"void f() {{ {call}; }}\n")
        for call in ("std::exit(1)", "abort()", "std::terminate()"):
            self.breaks("exit", "src/value/a.cpp", f"void f() {{ {call}; }}\n")
        self.keeps("src/value/a.cpp", "void f() { std::snprintf(b, 3, s); _exit(1); transaction.abort(); }\n")

    def test_files_are_short(self):
        self.keeps("src/base/a.cpp", "int a;\n" * 499)
        self.breaks("length", "src/base/a.cpp", "int a;\n" * 500)
        self.breaks("length", "tests/base/a_test.cpp", "int a;\n" * 500)
        self.breaks("length", "scripts/big", "true\n" * 500)

    def test_functions_fit_a_screen(self):
        for head in ("void f() {\n", "TEST(A, B) {\n", "A::A() : a_{1}, b_(2) {\n", "auto f() -> int {\n"):
            self.keeps("src/base/a.cpp", "namespace {\n" + head + "  a();\n" * 58 + "}\n}\n")
            self.breaks("length", "src/base/a.cpp", "namespace {\n" + head + "  a();\n" * 59 + "}\n}\n")
        method = "class A final : public B {\n  int f() const {\n" + "    if (x) { a(); }\n" * 59 + "  }\n};\n"
        self.breaks("length", "include/drift/a.hpp", "#pragma once\n" + method)
        self.keeps("src/base/a.cpp", "constexpr auto words = to_array<int>({\n" + "    1,\n" * 99 + "});\n")
        self.keeps("src/base/a.cpp", "class A {\n" + "  int f() { return 1; }\n" * 99 + "};\n")
        self.keeps("src/base/a.cpp", "void f() {\n}\n" + "// }\n" * 70 + "void g() {\n}\n")

    def test_files_open_with_a_comment(self):
        self.breaks("opening", "src/base/a.cpp", "int a;\n", opening="")
        self.breaks("opening", "src/base/a.hpp", "#pragma once\n", opening="")
        header = {"src/base/a.hpp": OPENING + "#pragma once\n"}
        self.assertEqual(problems_of("src/base/a.cpp", "int a;\n", header), [], "the header opens it")
        self.assertEqual(problems_of("tests/base/a_test.cpp", "int a;\n", header), [], "the header opens it")
        self.assertEqual(problems_of("tests/base/b_test.cpp", "int a;\n", header), ["opening"])

    def test_headers_have_their_guard(self):
        self.breaks("guard", "src/base/a.hpp", "int a();\n")

    def test_no_macros(self):
        self.breaks("macro", "src/base/a.cpp", "#define TWICE(x) x x\n")
        self.breaks("macro", "src/base/a.cpp", "#define __cpp_x 201902L\n")
        self.keeps("src/base/a.cpp", "#define ASIO_STANDALONE 1\n")
        self.keeps("src/base/a.cpp", "#define __cpp_x 201902L  // NOLINT(a-b): the compiler does not say it\n")
        self.keeps("tests/base/a_test.cpp", "#define TWICE(x) x x\n")

    def test_forbidden_text(self):
        for text in ("TODO: later", "// FIXME", "uses dynamodb-local", "see crates.io", "cd /work/here", "/root/.aws"):
            self.assertEqual(problems_of("docs/a.md", text + "\n"), ["forbidden"], text)
        self.assertEqual(problems_of("docs/a.md", "the local DynamoDB; ~/work/x; build/work/\n"), [])

    def test_every_exemption_has_its_reason(self):
        self.breaks("reason", "src/base/a.cpp", "int A;  // NOLINT\n")
        self.breaks("reason", "src/base/a.cpp", "int A;  // NOLINT(readability-identifier-naming)\n")
        self.breaks("reason", "src/base/a.cpp", "// NOLINTNEXTLINE(readability-identifier-naming)\nint A;\n")
        self.keeps("src/base/a.cpp", "int A;  // NOLINT(readability-identifier-naming): the standard's own name\n")
        self.keeps("src/base/a.cpp", "// NOLINTBEGIN(x-y): their own names\nint A;\n// NOLINTEND(x-y)\n")

    def test_build_folders_are_not_looked_at(self):
        self.keeps("build/dev/src/a.cpp", "int x = time(nullptr);\n", opening="")


class BlankOut(unittest.TestCase):
    def test_comments_and_texts_are_gone_and_lines_stay(self):
        code = 'a("sleep(1) // {"); // }\n/* {\n */ b(\'{\', R"x(\n{ ")x", 1\'000, \'"\'); c();\n'
        blank = source.blank_out(code)
        self.assertEqual(blank.count("\n"), code.count("\n"))
        self.assertNotIn("{", blank)
        self.assertNotIn("sleep", blank)
        for kept in ("a(", "b(", "1'000", "c();"):
            self.assertIn(kept, blank)


if __name__ == "__main__":
    unittest.main()
