"""Tests that validate.py finds each kind of fault, and nothing in what is right. `run.ts` runs them first."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest
import unittest.mock

import validate
from rules import faults

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn"
SCHEDULE = {
    "Name": "deadline-1",
    "ScheduleExpression": "at(2026-11-20T03:00:00)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": "arn:aws:sqs:eu-west-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"},
}
LIST = {"MaxResults": 100, "SortBy": "CreationTime"}
LOGS = {"logGroupName": "/aws/sagemaker/TrainingJobs"}


def without(request, name):
    return {key: value for key, value in request.items() if key != name}


# Each rule once: the call, the path, and how the rule begins.
BROKEN = {
    "a required member is missing": ("Scheduler", "CreateSchedule", without(SCHEDULE, "Target"), "", "lacks Target"),
    "a required member is missing within": (
        "Scheduler", "CreateSchedule", {**SCHEDULE, "Target": without(SCHEDULE["Target"], "RoleArn")},
        "Target", "lacks RoleArn",
    ),
    "a member is unknown": ("SageMaker", "ListTags", {"ResourceArn": ARN, "Arn": ARN}, "", "has the unknown member"),
    "a text is too short": ("DynamoDB", "Scan", {"TableName": ""}, "TableName", "is shorter than 1"),
    "a text is too long": (
        "SageMaker", "ListTags", {"ResourceArn": ARN + "x" * 256}, "ResourceArn", "is longer than 256",
    ),
    "a text only begins as its pattern": (
        "SageMaker", "DescribeTrainingJob", {"TrainingJobName": "my_job"}, "TrainingJobName", "does not match",
    ),
    "a text does not match a pattern of ASCII": (
        "CloudWatch Logs", "GetLogEvents", {**LOGS, "logGroupName": "größe", "logStreamName": "s"},
        "logGroupName", "does not match",
    ),
    "a text does not match a pattern of Unicode": (
        "SageMaker", "CreateLabelingJob", {"Tags": [{"Key": "team", "Value": "a\nb\u0000"}]},
        "Tags[0].Value", "does not match",
    ),
    "a value is not in the enumeration": (
        "SageMaker", "ListTrainingJobs", {**LIST, "SortBy": "Age"}, "SortBy", "is none of the values",
    ),
    "a text is a number": ("SageMaker", "ListTags", {"ResourceArn": 7}, "ResourceArn", "is not <class 'str'>"),
    "a number is a text": ("SageMaker", "ListTrainingJobs", {**LIST, "MaxResults": "9"}, "MaxResults", "is not"),
    "a number is true": ("SageMaker", "ListTrainingJobs", {**LIST, "MaxResults": True}, "MaxResults", "is not integer"),
    "a number is too small": (
        "SageMaker", "ListTrainingJobs", {**LIST, "MaxResults": 0}, "MaxResults", "is below 1",
    ),
    "a number is too large": (
        "SageMaker", "ListTrainingJobs", {**LIST, "MaxResults": 101}, "MaxResults", "is above 100",
    ),
    "a list is too short": ("EventBridge", "PutEvents", {"Entries": []}, "Entries", "is shorter than 1"),
    "a list is too long": ("EventBridge", "PutEvents", {"Entries": [{}] * 11}, "Entries", "is longer than 10"),
    "bytes are too long": (
        "KMS", "Encrypt", {"KeyId": "k", "Plaintext": b"x" * 4097}, "Plaintext", "is longer than 4096",
    ),
    "a time is a word": (
        "SageMaker", "ListTrainingJobs", {**LIST, "CreationTimeAfter": "soon"}, "CreationTimeAfter", "is not",
    ),
    "a union has two members": (
        "SageMaker", "CreateAIRecommendationJob", {"AdapterSource": {"ModelPackageArns": [], "S3Uris": []}},
        "AdapterSource", "more than one input",
    ),
    "the key of a map is too long": (
        "DynamoDB", "GetItem", {"TableName": "t", "Key": {"k" * 65_536: {"S": "v"}}},
        "Key." + "k" * 65_536, "is longer than 65535",
    ),
}

# The SDK fills the token of an idempotent call.
RIGHT = [
    ("Scheduler", "CreateSchedule", SCHEDULE),
    ("SageMaker", "ListTrainingJobs", {**LIST, "NameContains": "churn"}),
    ("SageMaker", "DescribeTrainingJob", {"TrainingJobName": "my--job"}),
    ("SageMaker", "AddTags", {"ResourceArn": ARN, "Tags": [{"Key": "größe:1", "Value": "müller @ 9"}]}),
    ("SageMaker", "CreatePipeline", {"PipelineName": "weekly", "RoleArn": "arn:aws:iam::123456789012:role/r"}),
    ("CloudWatch Logs", "GetLogEvents", {**LOGS, "logStreamName": "churn/algo-1", "limit": 10_000}),
    ("DynamoDB", "GetItem", {"TableName": "table", "Key": {"pk": {"S": "a"}, "count": {"N": "1"}}}),
    ("KMS", "Encrypt", {"KeyId": "k", "Plaintext": b"x" * 4096}),
]


class EachRule(unittest.TestCase):
    def test_reports_each_kind_of_fault(self):
        for what, (service, operation, request, path, rule) in BROKEN.items():
            with self.subTest(what):
                found = [(it.path, it.rule) for it in faults(service, operation, request)]
                self.assertTrue(any(at == path and text.startswith(rule) for at, text in found), found)

    def test_finds_nothing_in_what_is_right(self):
        for service, operation, request in RIGHT:
            with self.subTest(f"{service}:{operation}"):
                self.assertEqual(faults(service, operation, request), [])

    def test_refuses_services_and_operations_that_no_model_has(self):
        for service, operation in [("Quantum", "List"), ("SageMaker", "List")]:
            with self.subTest(f"{service}:{operation}"), self.assertRaises(Exception):
                faults(service, operation, {})


ORIGIN = "tests/some.test.ts"
TAGS = {"origin": ORIGIN, "service": "SageMaker", "operation": "ListTags", "input": {"ResourceArn": ARN}}
WRONG = {**TAGS, "input": {"ResourceArn": "arn:job"}}
EXCEPTION = {"origin": ORIGIN, "operation": "SageMaker:ListTags", "path": "ResourceArn", "reason": "a test"}


class Command(unittest.TestCase):
    def run_with(self, *calls, exceptions=()):
        """The exit code and the output for recorded calls."""
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as output:
            excepted = pathlib.Path(folder, "exceptions.json")
            excepted.write_text(json.dumps(exceptions), encoding="utf-8")
            lines = "".join(f"{json.dumps(call)}\n" for call in calls)
            pathlib.Path(folder, "1.jsonl").write_text(lines, encoding="utf-8")
            with unittest.mock.patch.object(validate, "EXCEPTIONS", excepted):
                return validate.main(folder), output.getvalue()

    def test_counts_calls_and_succeeds(self):
        code, output = self.run_with(TAGS, TAGS)
        self.assertEqual([code, output.split()], [0, "2 SageMaker:ListTags 2 requests validated, 0 distinct faults".split()])

    def test_names_the_fault_the_value_and_where_calls_come_from(self):
        code, output = self.run_with(TAGS, WRONG, {**WRONG, "origin": "tests/other.test.ts"})
        self.assertEqual(code, 1)
        self.assertIn("2 x SageMaker:ListTags: ResourceArn does not match arn:", output)
        self.assertIn(": 'arn:job'\n  from tests/other.test.ts, tests/some.test.ts\n", output)

    def test_reads_times_and_bytes(self):
        after = {"CreationTimeAfter": {"$date": "2026-11-20T03:00:00.000Z"}}
        listed = {**TAGS, "operation": "ListTrainingJobs", "input": after}
        put = {"Bucket": "b", "Key": "k", "Body": {"$bytes": "aGk="}}
        self.assertEqual(self.run_with(listed, {**TAGS, "service": "S3", "operation": "PutObject", "input": put})[0], 0)

    def test_skips_calls_of_another_shape(self):
        query = {**WRONG, "shape": "query"}
        self.assertEqual(self.run_with({**TAGS, "shape": "model"}, query)[0], 0)
        self.assertEqual(self.run_with({**WRONG, "shape": "model"}, query)[0], 1)

    def test_fails_without_calls(self):
        self.assertEqual(self.run_with()[0], 1)

    def test_lets_an_exception_pass_as_long_as_it_is_needed(self):
        self.assertEqual(self.run_with(WRONG, exceptions=[EXCEPTION])[0], 0)
        code, output = self.run_with(TAGS, exceptions=[EXCEPTION])
        self.assertEqual(code, 1)
        self.assertIn("exceptions.json: delete ResourceArn of SageMaker:ListTags", output)
        # Some of the tests may have been recorded.
        self.assertEqual(self.run_with({**TAGS, "origin": "tests/other.test.ts"}, exceptions=[EXCEPTION])[0], 0)
        self.assertEqual(self.run_with({**WRONG, "origin": "tests/other.test.ts"}, exceptions=[EXCEPTION])[0], 1)


if __name__ == "__main__":
    unittest.main()
