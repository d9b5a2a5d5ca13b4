"""What came of the cases: said on the terminal, and as the XML that scripts/test counts ($GTEST_OUTPUT)."""

import os
from pathlib import Path
from xml.sax.saxutils import quoteattr


def finish(suite, results):
    """`results`: (name, seconds, problem or None). Returns the exit code."""
    failed = [(name, problem) for name, _, problem in results if problem]
    for name, problem in failed:
        print(f"== {suite} {name} FAILED\n{problem}\n")
    print(f"{suite}: {len(results) - len(failed)} passed, {len(failed)} failed")
    write_xml(suite, results, len(failed))
    return 0 if results and not failed else 1


def write_xml(suite, results, failures):
    wanted = os.environ.get("GTEST_OUTPUT", "")
    if not wanted.startswith("xml:"):
        return
    file = Path(wanted[len("xml:"):])
    if wanted.endswith("/"):
        file = file / f"{suite}.xml"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             f'<testsuites tests="{len(results)}" failures="{failures}" errors="0" name={quoteattr(suite)}>',
             f'  <testsuite name={quoteattr(suite)} tests="{len(results)}" failures="{failures}" errors="0">']
    for name, seconds, problem in results:
        inside = f"<failure message={quoteattr(problem)}/>" if problem else ""
        lines.append(f'    <testcase name={quoteattr(name)} time="{seconds:.3f}">{inside}</testcase>')
    file.write_text("\n".join([*lines, "  </testsuite>", "</testsuites>", ""]), encoding="utf-8")
