"""A run as JSON Lines, the one source of every report: header, targets, cases, results, causes, footer.

Each line is an object whose `record` says what it is. The last is the footer, with the number of lines before it: a
file without one is of a run that was cut off, and is read by nobody. The same run gives the same bytes; there is no
time in it. spec/schema/report.schema.json has the records field by field.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from posenc import spec
from posenc.conformance.by_position import by_position
from posenc.conformance.expectations import Verdict
from posenc.conformance.judge import HARMLESS, Result
from posenc.conformance.protocol import tensors
from posenc.conformance.runner import Report
from posenc.conformance.words import call, explanation, ids, totals
from posenc.vectors.files import load_sessions
from posenc.vectors.tensor import plain

FORMAT = "posenc-report/1"
Record = dict[str, Any]


class Truncated(ValueError):
    """A report that ends before its footer, or whose footer counts other lines than there are."""


@dataclass(frozen=True)
class Run:
    """A report as it is read back: its records by kind, in order."""

    name: str
    header: Record
    footer: Record
    records: Mapping[str, list[Record]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Record]:
        """All records of a kind: target, case, result, cause, declined, expectation."""
        return self.records.get(kind, [])


def records(
    target: str,
    implementation: Mapping[str, Any],
    reports: Sequence[Report],
    declined: Mapping[str, tuple[int, str]],
    verdict: Verdict,
    code: int,
) -> Iterator[Record]:
    """Every record of a run, in order. code is its exit code."""
    manifest = hashlib.sha256((spec.folder("spec") / "manifest.json").read_bytes()).hexdigest()
    said: list[Record] = [
        {"record": "header", "format": FORMAT, "target": target, "manifest": manifest}
        | {"implementation": {"name": implementation["name"], "version": str(implementation.get("version", ""))}}
    ]
    seen = set[str]()
    for report in reports:
        said += _target(report, verdict, seen)
    said += [
        {"record": "declined", "operation": name, "cases": count, "reason": why}
        for name, (count, why) in declined.items()
    ]
    said += [{"record": "expectation", **problem._asdict()} for problem in verdict.problems]
    yield from said
    yield {"record": "footer", "lines": len(said), "totals": totals(reports, declined), "exit": code}


def lines(said: Iterator[Record]) -> bytes:
    """Records as JSON Lines."""
    texts = (json.dumps(plain(record), allow_nan=False, ensure_ascii=False) for record in said)
    return b"".join(text.encode(errors="replace") + b"\n" for text in texts)


def read(path: Path) -> Run:
    """A report from its file; raises Truncated, or ValueError for what is none."""
    return parsed(path.read_bytes(), str(path))


def parsed(raw: bytes, name: str) -> Run:
    """A report from its bytes; name is what errors call it."""
    found: dict[str, list[Record]] = defaultdict(list)
    *held, rest = raw.split(b"\n")
    for number, line in enumerate(held, 1):
        try:
            record = json.loads(line)
            found[record["record"]].append(record)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"report: line {number} of {name} is {line[:60]!r}, needs a record") from error
    if not found["header"] or found["header"][0].get("format") != FORMAT:
        raise ValueError(f"report: {name} has no header of {FORMAT}, needs what posenc check --jsonl writes")
    if rest or record["record"] != "footer":
        raise Truncated(f"report: {name} ends without a footer after {len(held)} lines: the run was cut off")
    if record["lines"] != len(held) - 1:
        raise Truncated(f"report: {name} has {len(held) - 1} lines before its footer, needs {record['lines']}")
    return Run(name, found["header"][0], record, dict(found))


def _target(report: Report, verdict: Verdict, seen: set[str]) -> Iterator[Record]:
    subject, called = report.subject, ids(report.results)
    yield {
        "record": "target",
        "target": subject.name,
        "operation": subject.operation,
        "convention": subject.convention,
        "dtype": subject.dtype,
        "precision": {name: form.name for name, form in vars(subject.precision).items()},
        "grade": report.grade,
        "explanation": explanation(report),
        "smallest": call(report.smallest) if report.smallest else None,
        "calls": [f"{call(result)}: {result.state}" for result in report.calls],
    }
    flags = {f"{subject.operation.split('.')[0]}.{one.id}": one.flags for one in load_sessions(subject.operation)}
    for name, result in zip(called, report.results, strict=True):
        case = result.vector.id
        if case.endswith("/search"):
            case += f" of {subject.name}"  # the only case that is not the same for everybody
        if case not in seen:
            seen.add(case)
            yield _case(case, result)
        entry = verdict.met.get(id(result))
        yield _result(report, name, case, result) | {
            "flags": list(flags.get(result.session, result.vector.case.flags)),
            "expected": {"reason": entry.reason, "issue": entry.issue} if entry else None,
        }
    for cause in report.causes:
        fields = ("name", "says", "fix", "explained")
        said = {name: getattr(cause, name) for name in fields} | {"seen_in": list(cause.seen_in)}
        yield {"record": "cause", "target": subject.name, **said}


def _case(name: str, result: Result) -> Record:
    case = result.vector.case
    inputs = tensors({name: np.asarray(array) for name, array in case.inputs.items()})
    said = {"params": dict(case.params), "in": inputs, "refused": case.refused}
    return {"record": "case", "case": name, "comment": case.comment, **said}


def _result(report: Report, name: str, case: str, result: Result) -> Record:
    return {
        "record": "result",
        "target": report.subject.name,
        "id": name,
        "case": case,
        "state": result.state,
        "wrong": result.state not in HARMLESS and result.state != "passed",
        "units": result.units,
        "worst": result.worst,
        "message": result.message,
        "notes": list(result.notes),
        "positions": by_position(report.subject, result),
    }
