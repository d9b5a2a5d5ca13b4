#!/usr/bin/env python3
# Prices in cents become exact prices with 19 % tax: 999 becomes 11.89.
import json
import sys
import traceback
from decimal import ROUND_HALF_UP, Decimal, getcontext

TABLE = "Movies"
DESCRIPTION = "prices with tax"
READS = ["cents", "price"]  # the attributes on which the actions depend; none: the whole item

getcontext().prec = 38  # as many digits as DynamoDB has


def up(movie):
    if "cents" not in movie or "price" in movie:
        return []
    price = Decimal(movie["cents"]["N"]) / 100 * Decimal("1.19")
    price = price.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return [{"update": "SET price = :p REMOVE cents", "values": {":p": {"N": str(price)}}}]


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
