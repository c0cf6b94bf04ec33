"""Validates recorded calls against AWS's service models: `validate.py FOLDER`. `npm run test:requests` runs it.

FOLDER has files *.jsonl, also in folders, with a call in each line, as `tests/record/recorded-call.ts` describes.
Exits with 1 if a call has a fault that `exceptions.json` does not name, if an exception is no longer needed, or if
there are no calls.
"""

import base64
import collections
import datetime
import json
import pathlib
import re
import sys

from rules import faults

EXCEPTIONS = pathlib.Path(__file__).with_name("exceptions.json")
# Faults; each takes two lines.
MOST_SHOWN = 18
MOST_FILES = 3
MOST_CHARACTERS = 80


def value_of(recorded):
    """Times and bytes as botocore wants them."""
    if recorded.keys() == {"$date"}:
        # Python 3.10 does not know the Z.
        return datetime.datetime.fromisoformat(recorded["$date"].replace("Z", "+00:00"))
    if recorded.keys() == {"$bytes"}:
        return base64.b64decode(recorded["$bytes"])
    return recorded


def calls_in(folder):
    """The calls whose members are the model's. A call read from another protocol has another `shape`."""
    for file in sorted(pathlib.Path(folder).rglob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                call = json.loads(line, object_hook=value_of)
                if call.get("shape", "model") == "model":
                    yield call


class Findings:
    """What validation found, and how often."""

    def __init__(self, exceptions):
        """`exceptions` have an origin (a file of tests), an operation, the path of a member, and a reason."""
        self.exceptions = {(it["origin"], it["operation"], it["path"]) for it in exceptions}
        self.needed = set()
        self.origins = set()
        self.calls = collections.Counter()
        # Calls by origin, and one of the values, for each operation, path and rule.
        self.faults = {}

    def add(self, call):
        operation, origin = f"{call['service']}:{call['operation']}", call["origin"]
        self.calls[operation] += 1
        self.origins.add(origin)
        for path, rule, value in faults(call["service"], call["operation"], call["input"]):
            path = re.sub(r"\[\d+\]", "[]", path)
            if (origin, operation, path) in self.exceptions:
                self.needed.add((origin, operation, path))
            else:
                by_origin, _ = self.faults.setdefault((operation, path, rule), (collections.Counter(), value))
                by_origin[origin] += 1

    def unneeded(self):
        """Exceptions that no call needed, of origins that made calls."""
        return sorted(it for it in self.exceptions - self.needed if it[0] in self.origins)

    def lines(self):
        for operation, count in sorted(self.calls.items()):
            yield f"{count:7}  {operation}"
        by_count = sorted(self.faults.items(), key=lambda it: -it[1][0].total())
        for (operation, path, rule), (origins, value) in by_count[:MOST_SHOWN]:
            yield f"{origins.total()} x {operation}: {path or 'the request'} {rule}: {short(value)}"
            more = f" and {len(origins) - MOST_FILES} more" if len(origins) > MOST_FILES else ""
            yield f"  from {', '.join(sorted(origins)[:MOST_FILES])}{more}"
        if len(by_count) > MOST_SHOWN:
            yield f"and {len(by_count) - MOST_SHOWN} more faults"
        for origin, operation, path in self.unneeded():
            yield f"{EXCEPTIONS.name}: delete {path} of {operation}, which {origin} no longer gets wrong"
        yield f"{self.calls.total()} requests validated, {len(self.faults)} distinct faults"


def short(value):
    text = repr(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}..."


def main(folder):
    findings = Findings(json.loads(EXCEPTIONS.read_text(encoding="utf-8")))
    for call in calls_in(folder):
        findings.add(call)
    print(*findings.lines(), sep="\n")
    if findings.calls.total() == 0:
        print(f"There are no calls in {folder}. Record some: GROUND_CONTROL_CALLS={folder} npm test")
        return 1
    return 1 if findings.faults or findings.unneeded() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
