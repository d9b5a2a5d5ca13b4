#!/usr/bin/env python3
import json
import os
import sys

if os.environ.get("DIE") == "at-once":
    sys.exit("no such day")
for line in sys.stdin.buffer:
    request = json.loads(line)
    if "hello" in request:
        answer = {"table": "Movies", "copies": 1}
    elif os.environ.get("DIE") == "later":
        sys.exit("it is later")
    elif os.environ.get("SAY"):
        answer = os.environ["SAY"]
    elif os.environ.get("GOOD"):
        answer = {"id": request["id"], "results": [{"actions": [{"remove": True}]} for item in request["items"]]}
    else:
        answer = {"id": request["id"], "results": [{"error": "no item is right"} for item in request["items"]]}
    print(json.dumps(answer), flush=True)
