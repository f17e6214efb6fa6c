"""One small run, made in this process and kept: what reports, expectations and pages are tested on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import targets
from posenc.conformance.diagnosis import diagnose
from posenc.conformance.expectations import Verdict
from posenc.conformance.inside import Inside
from posenc.conformance.judge import Result, grade
from posenc.conformance.runner import Report, answers, empty
from posenc.conformance.stream import Record, lines, records
from posenc.conformance.targets import Options, rivals
from posenc.conformance.words import totals

NASTY = "<script>alert('&')</script> ]]> \x00\x1b[1m \u2028 \udc80 \ufffe \U0001f600"
IMPLEMENTATION = {"name": "library", "version": "library 4.40.1, other 2.0"}
NOTHING = Verdict()
DECLINED = {"alibi.bias": (18, "not in its <profile>")}


@cache
def report(function: str, operation: str, convention: str, name: str = "") -> Report:
    """One of tests/targets.py judged by the vectors of an operation."""
    (subject,) = rivals(name or function, Options(operation, convention), operation)
    results = list(answers(Inside(lambda: getattr(targets, function), function), subject))
    return Report(subject, results, grade(results), empty(results) or diagnose(subject, results).causes)


def crashed(whole: Report) -> Report:
    """The report with its third answer lost, and last words that no format likes."""
    results = list(whole.results)
    results[2] = Result(results[2].vector, "crashed", message=NASTY)
    return replace(whole, results=results, grade=grade(results), causes=[])


@cache
def reports() -> tuple[Report, ...]:
    """A right target, one that is wrong, one that crashes, and one that takes nothing."""
    return (
        report("f32_angles", "rope.rotate", "rope/halves", "right"),
        report("bf16_positions", "rope.rotate", "rope/halves", "wrong"),
        crashed(report("bloom", "alibi.bias", "alibi/key-only", "lost")),
        report("unsupported", "rope.rotate", "rope/halves", "nothing"),
    )


def said(verdict: Verdict = NOTHING) -> list[Record]:
    """The records of the run."""
    return list(records("library", IMPLEMENTATION, reports(), DECLINED, verdict, 1))


@cache
def raw() -> bytes:
    """The run as JSON Lines."""
    return lines(iter(said()))


def counted() -> dict[str, Any]:
    """Its totals."""
    return totals(reports(), DECLINED)
