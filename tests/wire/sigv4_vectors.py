#!/usr/bin/env python3
"""Writes data/sigv4_vectors.tsv: signed requests as botocore signs them, for sigv4_test.cpp.

Needs botocore (pip install botocore). The seed is fixed, so that a new run gives the same file. Every secret in it is
made up. A line: region, service, access key, secret, token, authority, content type, target, body in base64, seconds
since 1970, x-amz-date, authorization; tab-separated, empty where there is none.
"""

import base64
import datetime
import pathlib
import random
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

random.seed(20260102)
COUNT = 240
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1", "local", "x"]
AUTHORITIES = [
    "dynamodb.us-east-1.amazonaws.com",
    "localhost:8000",
    "127.0.0.1:1",
    "[::1]:8000",
    "[2001:db8::2]",
    "a-very.long.host-name.with-many.labels.example.com:65535",
    "vpce-0123456789abcdef0-abcdefgh.dynamodb.eu-west-1.vpce.amazonaws.com",
    "under_score.example.org:8443",
    "123456789012.ddb.eu-west-1.amazonaws.com",
]
OPERATIONS = ["PutItem", "UpdateItem", "Scan", "TransactWriteItems", "DescribeTable", "ExecuteStatement"]
ALPHABETS = ["abc xyz", "äöüß€", "日本語", "🙂🏁", '"\\/\b\f\n\r\t\0', "0123456789"]
# Ends of days, months and years, leap days, the first and last second of a clock that is far off.
MOMENTS = [
    datetime.datetime(2024, 2, 29, 23, 59, 59),
    datetime.datetime(2025, 12, 31, 23, 59, 59),
    datetime.datetime(2026, 1, 1, 0, 0, 0),
    datetime.datetime(2100, 2, 28, 12, 0, 1),
    datetime.datetime(1970, 1, 1, 0, 0, 0),
    datetime.datetime(2038, 1, 19, 3, 14, 8),
]


def fake(prefix, length):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+="
    return prefix + "".join(random.choice(letters) for _ in range(length))


def make_body(number):
    size = random.choice([0, 1, 55, 56, 63, 64, 65, 200, 200, 200, 1500])
    alphabet = ALPHABETS[number % len(ALPHABETS)]
    return "".join(random.choice(alphabet) for _ in range(size)).encode()


def make_moment(number):
    if number < len(MOMENTS):
        return MOMENTS[number]
    skew = random.choice([0, 1, -1, 300, -301, 86400, -86400]) + random.randrange(-(10**8), 10**8)
    return datetime.datetime(2026, 1, 2, 3, 4, 5) + datetime.timedelta(seconds=skew)


def sign(number):
    moment = make_moment(number)
    region, authority = random.choice(REGIONS), random.choice(AUTHORITIES)
    access, secret = fake("AKIDFAKE", 12), fake("fakesecret", random.choice([0, 30, 44, 45, 90]))
    token = fake("FAKETOKEN", random.choice([10, 200, 700])) if number % 3 == 0 else ""
    is_form = number % 8 == 7
    service = "sts" if is_form else "dynamodb"
    content_type = "application/x-www-form-urlencoded" if is_form else "application/x-amz-json-1.0"
    target = "" if is_form else "DynamoDB_20120810." + random.choice(OPERATIONS)
    body = b"Action=AssumeRole&RoleSessionName=drift-" + str(number).encode() if is_form else make_body(number)
    headers = {"Content-Type": content_type}
    if target:
        headers["X-Amz-Target"] = target
    scheme = "http" if number % 2 else "https"
    request = AWSRequest(method="POST", url=f"{scheme}://{authority}/", headers=headers, data=body)
    aware = moment.replace(tzinfo=datetime.timezone.utc)
    with mock.patch("botocore.auth.get_current_datetime", return_value=aware):
        botocore.auth.SigV4Auth(Credentials(access, secret, token or None), service, region).add_auth(request)
    return "\t".join(
        [region, service, access, secret, token, authority, content_type, target, base64.b64encode(body).decode(),
         str(int(aware.timestamp())), request.headers["X-Amz-Date"], request.headers["Authorization"]])


lines = [sign(number) for number in range(COUNT)]
path = pathlib.Path(__file__).parent / "data" / "sigv4_vectors.tsv"
path.parent.mkdir(exist_ok=True)
path.write_text("\n".join(lines) + "\n")
print(f"{len(lines)} requests in {path}")
