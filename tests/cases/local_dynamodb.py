"""The local DynamoDB of the cases, and its tables: filled before a case, read afterwards, gone before the next one."""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request



class LocalDynamoDb:
    """Started by `drift local`, as a person would; ended by close()."""

    def __init__(self, drift):
        self.process = subprocess.Popen([drift, "local", "--port", "0"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"AWS_ENDPOINT_URL_DYNAMODB=(\S+)", line)
        if not found:
            raise RuntimeError("drift local did not start: " + self.process.stderr.read())
        self.endpoint = found.group(1)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def call(self, operation, body):
        request = urllib.request.Request(self.endpoint + "/", data=json.dumps(body).encode(), headers={
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810." + operation,
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, "
                             "SignedHeaders=host, Signature=0"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{operation}: {error.read().decode()}") from error

    def tables(self):
        return self.call("ListTables", {})["TableNames"]

    def clear(self):
        for table in self.tables():
            self.call("DeleteTable", {"TableName": table})

    def create(self, name, table):
        """`table`: {"key": {"id": "N"}, "indexes": {"by_year": {"year": "N"}}, "items": [...]}."""
        indexes = table.get("indexes", {})
        attributes = dict(table["key"])
        for key in indexes.values():
            attributes.update(key)
        body = {"TableName": name, "KeySchema": key_schema(table["key"]), "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in attributes.items()]}
        if indexes:
            body["GlobalSecondaryIndexes"] = [
                {"IndexName": index, "KeySchema": key_schema(key), "Projection": {"ProjectionType": "ALL"}}
                for index, key in indexes.items()]
        self.call("CreateTable", body)
        for item in table.get("items", []):
            self.call("PutItem", {"TableName": name, "Item": item})

    def contents(self):
        """All tables but those that drift keeps for itself: their keys, and their items by key."""
        names = self.tables()
        own = {name for name in names if name.endswith(".runs") or name + ".runs" in names}
        found = {}
        for name in sorted(set(names) - own):
            described = self.call("DescribeTable", {"TableName": name})["Table"]
            types = {a["AttributeName"]: a["AttributeType"] for a in described["AttributeDefinitions"]}
            key = [k["AttributeName"] for k in described["KeySchema"]]
            items = self.call("Scan", {"TableName": name})["Items"]
            items.sort(key=lambda item: [sortable(item[k]) for k in key])
            found[name] = {"key": {k: types[k] for k in key}, "items": [key_first(plain(item), key) for item in items]}
        return found


def key_schema(key):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(key, ("HASH", "RANGE"))]


def sortable(value):
    kind, text = next(iter(value.items()))
    return float(text) if kind == "N" else text


def key_first(item, key):
    return {**{name: item[name] for name in key}, **item}


def plain(value):
    """An item as it is compared: members and the elements of sets in one order, which DynamoDB does not promise."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: sorted(each) if name in ("SS", "NS", "BS") and isinstance(each, list) else plain(each)
            for name, each in sorted(value.items())}


def tables_text(tables):
    """As after.json is written: an item a line."""
    parts = []
    for name, table in tables.items():
        items = ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in table["items"])
        parts.append(f'  {json.dumps(name)}: {{"key": {json.dumps(table["key"])}, "items": [\n{items}\n  ]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read_tables(file):
    with open(file, encoding="utf-8") as opened:
        return json.load(opened)


def server_program(root):
    """The program behind `drift local`, for cases whose home directory is another one; empty: it is found by itself."""
    if os.environ.get("DRIFT_DYNOXIDE"):
        return os.environ["DRIFT_DYNOXIDE"]
    asked = subprocess.run([root / "scripts/setup", "--server"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()
