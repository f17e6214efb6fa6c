"""What was found out, in plain words: one home for the sentences of the terminal, of reports and of test failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from posenc.conformance.causes import Cause
from posenc.conformance.judge import Result
from posenc.conformance.runner import Report

SAID = {
    "raised": "raised an error",
    "signature": "needs arguments of its own",
    "mutated": "changed its input",
    "none": "returned nothing",
    "shape": "returned the wrong shape",
    "dtype": "returned no array of numbers that it should",
    "exit": "tried to leave the process",
    "crashed": "crashed",
    "hung": "hung",
    "garbled": "broke the protocol",
    "oversized": "sent more than any answer can need",
    "failed": "gave wrong numbers",
}
COUNTED = ("passed", "failed", "unsupported", "declined", "crashed")  # said even when there is none
OWN = ("fault/", "precision/", "state/", "profile/")  # causes that are no convention and no known mistake
UNKNOWN = "cause not known: no convention and no known mistake gives these numbers"


def totals(reports: Iterable[Report], declined: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    """How many cases were required, and how many are in each state; states are never merged and add up."""
    counts = Counter(result.state for report in reports for result in report.results)
    counts["declined"] += sum(count for count, _ in declined.values())
    others = sorted(state for state, count in counts.items() if count and state not in COUNTED)
    return {"required": counts.total(), **{state: counts[state] for state in (*COUNTED, *others)}}


def distance(result: Result) -> str:
    """How far an answer is off, in units of the bound."""
    units = result.units or 0.0
    return f"{units:.3g} units" if units < float("inf") else "not a number, or must be exact"


def call(result: Result) -> str:
    """A case as the call that makes it."""
    case = result.vector.case
    arrays = [f"{name}={np.asarray(array).tolist()}" for name, array in case.inputs.items()]
    return f"{case.operation}({', '.join([*arrays, *(f'{n}={v!r}' for n, v in case.params.items() if v is not None)])})"


def ids(results: Sequence[Result]) -> list[str]:
    """What each result is called, unique within its report: a step of ordered calls after its session and number."""
    steps: Counter[str] = Counter()
    found = []
    for result in results:
        steps[result.session] += 1
        found.append(f"{result.session}[{steps[result.session]}]" if result.session else result.vector.id)
    return found


def because(cause: Cause, convention: str) -> list[str]:
    """A cause in lines, the first of them the sentence that names it."""
    if cause.name.startswith(OWN) or cause.name.endswith("/identified"):
        lines = [f"cause: {cause.says}"]
    else:
        explained = f"It explains all {cause.explained} failures and no passing case speaks against it."
        lines = [f"cause: your output equals {cause.name}; you declared {convention}", f"{cause.says} {explained}"]
    if cause.runner_up:
        off = "off throughout" if cause.margin in (None, float("inf")) else f"off by {cause.margin:.3g} units"
        lines.append(f"next comes {cause.runner_up}, {off} in the case that refutes it")
    lines.append(f"fix: {cause.fix}")
    lines += [f"clause: {cause.clause}"] if cause.clause else []
    return [*lines, f"seen in {', '.join(cause.seen_in)}"] if cause.seen_in else lines


def explanation(report: Report) -> list[str]:
    """Every cause in lines, or that none is known and what was measured; nothing when there is nothing to explain."""
    if report.count("failed") and not report.causes:
        return [UNKNOWN, *(f"measured: {said}" for said in report.measured)]
    return [line for cause in report.causes for line in because(cause, report.subject.convention)]
