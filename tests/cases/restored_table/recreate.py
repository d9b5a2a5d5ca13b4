# The table as it was before, under its old name: as a restore from a backup makes it.
import json
import os
import urllib.request


def call(operation, body):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL_DYNAMODB"] + "/", data=json.dumps(body).encode(), headers={
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation,
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"})
    urllib.request.urlopen(request, timeout=30).read()


call("DeleteTable", {"TableName": "Movies"})
call("CreateTable", {"TableName": "Movies", "BillingMode": "PAY_PER_REQUEST",
                     "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
                     "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})
call("PutItem", {"TableName": "Movies", "Item": {"id": {"N": "1"}}})
