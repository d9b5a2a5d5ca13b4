#!/usr/bin/env python3
# Every movie gets its decade; undoing removes it.
import json
import sys
import traceback

TABLE = "Movies"
DESCRIPTION = "add the decade"
READS = ["year", "decade"]  # the attributes on which the actions depend; none: the whole item


def up(movie):
    if "decade" in movie or "year" not in movie:
        return []
    decade = int(movie["year"]["N"]) // 10 * 10
    return [{"update": "SET decade = :d", "values": {":d": {"N": str(decade)}}}]


def down(movie):
    return [{"update": "REMOVE decade"}]


def verify(movie):
    return "decade" in movie or "year" not in movie


# From here on it is the same in every migration: drift asks with a line, and is answered with a line.
def result(call, item):
    try:
        returned = globals()[call](item)
        return {"holds": returned} if call == "verify" else {"actions": returned or []}
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}


def answer(request):
    if "hello" in request:
        return {"table": TABLE, "description": DESCRIPTION, "reads": READS,
                "has_down": "down" in globals(), "has_verify": "verify" in globals()}
    return {"id": request["id"], "results": [result(request["call"], item) for item in request["items"]]}


answers, sys.stdout = sys.stdout, sys.stderr  # what is printed goes to the log
for line in sys.stdin.buffer:
    answers.write(json.dumps(answer(json.loads(line))) + "\n")
    answers.flush()
