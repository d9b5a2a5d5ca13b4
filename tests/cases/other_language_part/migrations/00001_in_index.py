#!/usr/bin/env python3
import json
import sys

WHAT = {"table": "Movies", "index": "by_decade"}


def answer(request):
    if "hello" in request:
        return WHAT
    update = {"update": "SET era_known = :t", "values": {":t": {"BOOL": True}}}
    return {"id": request["id"], "results": [{"actions": [update]} for _ in request["items"]]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
