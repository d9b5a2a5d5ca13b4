#!/usr/bin/env python3
import json
import sys

WHAT = {"table": "Movies", "filter": {"expression": "#d > :d", "names": {"#d": "decade"}, "values": {":d": {"N": "1950"}}}}


def answer(request):
    if "hello" in request:
        return WHAT
    update = {"update": "SET late = :t", "values": {":t": {"BOOL": True}}}
    return {"id": request["id"], "results": [{"actions": [update]} for _ in request["items"]]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
