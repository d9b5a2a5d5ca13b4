"""That the cases are of all of the command: each verb, alias, flag and exit code is in one of them at least."""

import re
import subprocess

# Whose results a transcript cannot have, and where they are tested.
ELSEWHERE = {
    "demo": "the test of its name",
    "--items": "the demo's",
    "--no-color": "there is no terminal here: tests/cli",
}
EXIT_CODES = range(0, 9)


def said_by_help(drift, *verb):
    text = subprocess.run([drift, *verb, "--help"], capture_output=True, text=True, check=True).stdout
    flags = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", text, re.MULTILINE))
    listed = text.partition("Subcommands:\n")[2]
    verbs = {name for line in re.findall(r"^  (\S+(?:, \S+)*)  ", listed, re.MULTILINE) for name in line.split(", ")}
    return flags, verbs


def words_of(steps):
    words = set()
    for step in steps:
        for line in step.command.split("\n"):
            words.update(re.split(r"[\s=;&|'\"()]+", line))
    return words


def missing(drift, steps):
    """What no case has, a line each."""
    flags, verbs = said_by_help(drift)
    for verb in verbs:
        flags |= said_by_help(drift, verb)[0]
    words = words_of(steps)
    variables = {"--" + word[len("DRIFT_"):].lower().replace("_", "-") for word in words if word.startswith("DRIFT_")}
    lacking = sorted((verbs | flags) - words - variables - set(ELSEWHERE))
    codes = {step.code for step in steps} | {
        int(found.group(1)) for step in steps for line in step.out for found in [re.search(r"\[code.* (\d+)\]", line)] if found}
    return [f"no case has {name}" for name in lacking] + [f"no case ends with exit code {code}" for code in EXIT_CODES
                                                          if code not in codes]
