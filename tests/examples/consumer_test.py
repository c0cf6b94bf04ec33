"""Tests of examples/relays/consumer.py. `consumers.test.ts` starts them, with a DynamoDB at ENDPOINT."""

import importlib.util
import json
import os
import pathlib
import random
import unittest
import urllib.error
import urllib.request

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "relays" / "consumer.py"
spec = importlib.util.spec_from_file_location("consumer", EXAMPLE)
consumer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(consumer)


class ClientError(Exception):
    """The shape of boto3's error: the members of the answer are in `response`, beside `Error`."""

    def __init__(self, answer):
        super().__init__(answer)
        self.response = {**answer, "Error": {"Code": answer["__type"].split("#")[-1]}}


class DynamoDb:
    """The two calls of boto3's client, over DynamoDB's wire protocol."""

    def call(self, operation, request):
        headers = {
            "x-amz-target": f"DynamoDB_20120810.{operation}",
            "content-type": "application/x-amz-json-1.0",
            "x-amz-date": "20261121T000000Z",
            "authorization": "AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/dynamodb/aws4_request, "
            "SignedHeaders=host, Signature=0",
        }
        sent = urllib.request.Request(os.environ["ENDPOINT"], json.dumps(request).encode(), headers)
        try:
            with urllib.request.urlopen(sent) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ClientError(json.load(error)) from None

    def put_item(self, **request):
        return self.call("PutItem", request)

    def update_item(self, **request):
        return self.call("UpdateItem", request)


def change(resource, order):
    return {
        "schema": "ground-control/change",
        "version": "1.0",
        "id": f"{resource}-{order}",
        "order": order,
        "resource": {"id": resource, "name": '"; $(x)\n'},
    }


def record(envelope, message="m", group=None):
    body = envelope if isinstance(envelope, str) else json.dumps(envelope)
    return {"messageId": message, "body": body, "attributes": {"MessageGroupId": group} if group else {}}


class Test(unittest.TestCase):
    def setUp(self):
        self.acted, self.fails, self.time = [], set(), 1_000_000
        self.name = f"py-{self.id()}"
        self.consumer = consumer.Consumer(DynamoDb(), os.environ["TABLE"], self.act, lambda: self.time)

    def act(self, envelope):
        if envelope["id"] in self.fails:
            raise RuntimeError("the target is down")
        self.acted.append(envelope["id"])

    def handle(self, *records):
        answer = self.consumer.handle({"Records": list(records)})
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def test_any_shuffling_and_duplication_ends_in_the_newest_state(self):
        for seed in range(15):
            chance = random.Random(seed)
            names = [f"{self.name}-{seed}-{number}" for number in range(chance.randint(1, 3))]
            changes = [change(name, order) for name in names for order in range(1, chance.randint(2, 5))]
            messages = [envelope for envelope in changes for _ in range(chance.randint(1, 3))]
            chance.shuffle(messages)
            self.acted.clear()
            self.assertEqual(self.handle(*[record(envelope) for envelope in messages]), [])
            self.assertEqual(len(self.acted), len(set(self.acted)))
            for name in names:
                mine = [int(event.rsplit("-", 1)[1]) for event in self.acted if event.startswith(f"{name}-")]
                self.assertEqual(mine, sorted(mine))
                self.assertEqual(mine[-1], max(at["order"] for at in changes if at["resource"]["id"] == name))

    def test_an_action_is_acted_on_once(self):
        action = {**change(self.name, 1), "schema": "ground-control/action", "id": f"{self.name}-action"}
        del action["order"]
        self.handle(record(action), record(action))
        self.assertEqual(self.acted, [f"{self.name}-action"])

    def test_what_fails_comes_again_and_is_then_acted_on_at_once(self):
        first = change(self.name, 1)
        self.fails = {first["id"]}
        self.assertEqual(self.handle(record(first, "a")), ["a"])
        self.fails = set()
        self.assertEqual(self.handle(record(first, "a"), record(first, "b")), [])
        self.assertEqual(self.acted, [first["id"]])

    def test_what_an_invocation_did_not_end_is_acted_on_when_it_has_certainly_ended(self):
        first = change(self.name, 1)
        self.assertIsNotNone(self.consumer.claim(first))
        self.assertEqual(self.handle(record(first, "a")), ["a"])
        self.time += consumer.LEASE + 1
        self.assertEqual(self.handle(record(first, "a"), record(first, "b")), [])
        self.assertEqual(self.acted, [first["id"]])

    def test_a_slow_invocation_does_not_end_the_claim_of_the_next_one(self):
        first = change(self.name, 1)
        slow = self.consumer.claim(first)
        self.time += consumer.LEASE + 1
        self.assertIsNotNone(self.consumer.claim(first))
        self.consumer.release(first, slow)
        self.assertEqual(self.handle(record(first, "a")), ["a"])
        self.assertEqual(self.acted, [])

    def test_what_follows_a_failure_in_its_group_waits_for_it(self):
        first, second, other = change(self.name, 1), change(self.name, 2), change(f"{self.name}-other", 1)
        self.fails = {first["id"]}
        failed = self.handle(record(first, "a", "g"), record(other, "b", "h"), record(second, "c", "g"))
        self.assertEqual((failed, self.acted), (["a", "c"], [other["id"]]))

    def test_what_is_no_envelope_fails_alone(self):
        bodies = [
            "no JSON",
            "[]",
            '{"schema":"ground-control/change"}',
            json.dumps({**change(self.name, 1), "version": "2.0"}),
            json.dumps({**change(self.name, 1), "order": "1"}),
            json.dumps({**change(self.name, 1), "schema": "other"}),
        ]
        records = [record(body, str(at)) for at, body in enumerate(bodies)]
        self.assertEqual(self.handle(*records, record(change(self.name, 1), "good")), ["0", "1", "2", "3", "4", "5"])
        self.assertEqual(self.acted, [f"{self.name}-1"])

    def test_an_error_of_dynamodb_is_not_taken_for_a_copy(self):
        self.consumer.table = "not-there"
        self.assertEqual(self.handle(record(change(self.name, 1), "a")), ["a"])
        self.assertEqual(self.acted, [])


if __name__ == "__main__":
    unittest.main()
