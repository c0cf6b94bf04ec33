"""A complete consumer of a relay to a queue: a Lambda function on an SQS queue, standard or FIFO.

Copy it and write your own `act` at the end. It does the same as consumer.ts.

Messages may come twice, and on a standard queue in any order. The function acts on each event once. It ignores a
change if it has acted on a later one of the same resource. If `act` raises an error, the message comes again, and so
does the action. If the function dies meanwhile, the next delivery acts again once `LEASE` is over.

It needs a DynamoDB table with the partition key `pk` (a string) and time to live on `expires`, its name in the
environment as TABLE, and the permissions dynamodb:PutItem and dynamodb:UpdateItem on it. The event source mapping
needs `FunctionResponseTypes: [ReportBatchItemFailures]`. The queue needs a visibility timeout of six times the
function's timeout, and a dead-letter queue.
"""

import json
import os
import time

# How long a dead function keeps its claim, in seconds: longer than its timeout, shorter than the queue's visibility.
LEASE = 60
# Seconds. Longer than an event can wait: a day for EventBridge's tries, and 14 days in each of two queues.
KEPT = 60 * 86_400

SCHEMAS = ("ground-control/change", "ground-control/action")


class Busy(Exception):
    """Another invocation is acting on the same event. The message must come again, in case that invocation fails."""


def read_envelope(body):
    """The envelope in a message. Raises an error for anything else: the message ends in your dead-letter queue."""
    envelope = json.loads(body)
    if not isinstance(envelope, dict) or envelope.get("schema") not in SCHEMAS:
        raise ValueError("not an event of Ground Control")
    if not str(envelope.get("version")).startswith("1."):
        raise ValueError(f"version {envelope.get('version')} is not known here")
    resource = envelope.get("resource")
    known = isinstance(envelope.get("id"), str) and isinstance(resource, dict) and isinstance(resource.get("id"), str)
    if not known or (is_change(envelope) and type(envelope.get("order")) is not int):
        raise ValueError("an event without id, resource.id or order")
    return envelope


def is_change(envelope):
    return envelope["schema"] == "ground-control/change"


def key_of(envelope):
    """Changes of one resource share an item, each action has its own."""
    return f"resource/{envelope['resource']['id']}" if is_change(envelope) else f"action/{envelope['id']}"


class Consumer:
    """Calls `act` once for each event that is not outdated.

    `dynamodb` is a client of boto3, `now` gives the time in seconds since 1970.
    """

    def __init__(self, dynamodb, table, act, now=lambda: int(time.time())):
        self.dynamodb = dynamodb
        self.table = table
        self.act = act
        self.now = now

    def claim(self, envelope):
        """Remembers that this invocation acts on the event, and returns until when the claim lasts.

        None if nobody should act on it. Raises `Busy`.
        """
        event, order, now = envelope["id"], str(envelope.get("order", 0)), self.now()
        until = now + LEASE
        old = self._refused(
            self.dynamodb.put_item,
            Item={
                "pk": {"S": key_of(envelope)},
                "id": {"S": event},
                "order": {"N": order},
                "done": {"BOOL": False},
                "until": {"N": str(until)},
                "expires": {"N": str(now + KEPT)},
            },
            # New; or later than the last; or the last itself, if its action failed or its function died.
            ConditionExpression="attribute_not_exists(pk) OR #order < :order"
            " OR (#id = :id AND #done = :no AND #until < :now)",
            ExpressionAttributeNames={"#order": "order", "#id": "id", "#done": "done", "#until": "until"},
            ExpressionAttributeValues={
                ":order": {"N": order},
                ":id": {"S": event},
                ":no": {"BOOL": False},
                ":now": {"N": str(now)},
            },
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        if old is not None and old.get("id") == {"S": event} and old.get("done") == {"BOOL": False}:
            raise Busy(f"{event} is being handled")
        return until if old is None else None

    def finish(self, envelope):
        """Remembers that the action is done, unless a later change has taken the place since."""
        self._refused(
            self.dynamodb.update_item,
            Key={"pk": {"S": key_of(envelope)}},
            UpdateExpression="SET #done = :yes",
            ConditionExpression="#id = :id",
            ExpressionAttributeNames={"#done": "done", "#id": "id"},
            ExpressionAttributeValues={":yes": {"BOOL": True}, ":id": {"S": envelope["id"]}},
        )

    def release(self, envelope, until):
        """Ends the claim that lasts `until`, so that the next delivery acts at once.

        Changes no claim of another invocation.
        """
        try:
            self._refused(
                self.dynamodb.update_item,
                Key={"pk": {"S": key_of(envelope)}},
                UpdateExpression="SET #until = :over",
                ConditionExpression="#id = :id AND #until = :until",
                ExpressionAttributeNames={"#id": "id", "#until": "until"},
                ExpressionAttributeValues={
                    ":over": {"N": "0"},
                    ":id": {"S": envelope["id"]},
                    ":until": {"N": str(until)},
                },
            )
        except Exception as error:
            # The reason why `act` failed matters more. The claim ends by itself.
            print(json.dumps({"claimOf": envelope["id"], "error": repr(error)}))

    def _refused(self, call, **request):
        """None if DynamoDB took the request; the item as it is if the condition was not met."""
        try:
            call(TableName=self.table, **request)
            return None
        except Exception as error:
            # boto3's ClientError, without an import of it.
            response = getattr(error, "response", {})
            if response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                raise
            return response.get("Item", {})

    def handle(self, event):
        """Lambda's answer: SQS delivers the messages in it again, and deletes the others."""
        failures, groups = [], set()
        for record in event["Records"]:
            group = record.get("attributes", {}).get("MessageGroupId")
            try:
                # What follows a failure in its group must wait for it, or a FIFO queue would lose its order.
                if group in groups:
                    raise RuntimeError(f"an earlier message of group {group} failed")
                envelope = read_envelope(record["body"])
                until = self.claim(envelope)
                if until is None:
                    continue
                try:
                    self.act(envelope)
                except Exception:
                    self.release(envelope, until)
                    raise
                self.finish(envelope)
            except Exception as error:
                print(json.dumps({"messageId": record["messageId"], "error": repr(error)}))
                if group is not None:
                    groups.add(group)
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}


def act(envelope):
    """Your own action. Names come from other people: never put them into a shell command, a query or a page as is."""
    print(json.dumps({name: envelope.get(name) for name in ("schema", "resource", "order")}))


_consumer = None


def handler(event, _context):
    global _consumer
    if _consumer is None:
        import boto3  # Lambda's runtime has it.

        _consumer = Consumer(boto3.client("dynamodb"), os.environ["TABLE"], act)
    return _consumer.handle(event)
