"""What a library is expected to get wrong, as its own repository says, and whether it does, for that very reason.

An entry says which results it covers, their outcome, for a failure the exact diagnosis, the reason and the issue. It
stays true or it is in the way: one that nothing needs, whose time is over, that passes now, or that is wrong for
another reason is a problem.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from posenc.conformance.diagnosis import diagnose
from posenc.conformance.entries import Expectation
from posenc.conformance.judge import HARMLESS, Result
from posenc.conformance.runner import Report
from posenc.conformance.words import ids
from posenc.truth.formats import FORMATS

UNKNOWN = "unknown"  # the diagnosis of what no convention and no known mistake explains
SILENT = ("unsupported", "untried", "declined", "refused", "accepted")  # nothing was said that an entry speaks of


class Problem(NamedTuple):
    """An entry that does not hold: which, how (stale, expired, unmatched, explained), and in words."""

    entry: str
    kind: str
    says: str


@dataclass(frozen=True)
class Verdict:
    """What was expected and what was not.

    met         the entry that covers a result and has its outcome, by the identity of the result
    unexpected  failures that no entry expects, by target
    problems    entries that do not hold
    """

    met: Mapping[int, Expectation] = field(default_factory=dict)
    unexpected: Mapping[str, list[str]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Covered:
    """The results that an entry decides, of one target, with what they are called."""

    report: Report
    called: list[str]
    results: list[Result]


def judged(
    entries: Sequence[Expectation], reports: Sequence[Report], version: str, *, today: datetime.date, partial: bool
) -> Verdict:
    """Compare what was found with what was expected.

    partial   that only some targets were asked, so that an entry about nothing proves nothing
    """
    held = [entry for entry in entries if entry.applies(version)]
    decided: dict[int, list[Covered]] = defaultdict(list)
    met: dict[int, Expectation] = {}
    unexpected: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        chosen: dict[int, Covered] = {}
        for name, result in zip(ids(report.results), report.results, strict=True):
            number = _most_exact(held, report, name, result)
            if number is not None:
                covered = chosen.setdefault(number, Covered(report, [], []))
                covered.called.append(name)
                covered.results.append(result)
                if held[number].outcome == result.state:
                    met[id(result)] = held[number]
            if result.state not in HARMLESS and id(result) not in met:
                unexpected[report.subject.name].append(name)
        for number, covered in chosen.items():
            decided[number].append(covered)
    problems = []
    for number, entry in enumerate(held):
        problems += _problems(entry, decided[number], version, today)
        if not decided[number] and not partial:
            problems.append(_unmatched(entry, reports))
    return Verdict(met, unexpected, problems)


def _most_exact(entries: Sequence[Expectation], report: Report, name: str, result: Result) -> int | None:
    """The entry that decides a result: one that has its id, else the longest prefix, else the first flag."""
    subject, case = report.subject, result.vector.case
    found = [
        (entry.exactness(name, case.flags), -number)
        for number, entry in enumerate(entries)
        if entry.about(subject.name, subject.dtype)
        and entry.exactness(name, case.flags)
        and (entry.id or entry.outcome == result.state or result.state not in SILENT)
    ]
    return -max(found)[1] if found else None


def _problems(entry: Expectation, decided: list[Covered], version: str, today: datetime.date) -> list[Problem]:
    found = []
    if entry.expired(version, today):
        found.append(Problem(entry.name, "expired", f"was to hold until {entry.until}: fix it, or say until when"))
    for covered in decided:
        where = f"of {covered.report.subject.name}"
        if wrong := _explained_otherwise(entry, covered):
            found.append(Problem(entry.name, "explained", f"{_listed(covered.called)} {where} {wrong}"))
        elif stale := _stale(entry, covered):
            passes = f"{_listed(stale)} {where} no longer {entry.outcome}: take the entry out, or say it more exactly"
            found.append(Problem(entry.name, "stale", passes))
    return found


def _stale(entry: Expectation, covered: Covered) -> list[str]:
    """The results that are better than expected.

    A prefix or a flag may cover cases that the expected mistake passes. It must fail where the vectors say that they
    tell it from the right answer, which they say for float32, and somewhere.
    """
    both = list(zip(covered.called, covered.results, strict=True))
    if entry.outcome in HARMLESS:
        return [name for name, result in both if result.state not in (entry.outcome, *SILENT)]
    better = [(name, result) for name, result in both if result.state in HARMLESS]
    if entry.id or len(better) == len(both):
        return [name for name, _ in better]
    coarse = any(form.unit > FORMATS["float32"].unit for form in vars(covered.report.subject.precision).values())
    return [name for name, result in better if not coarse and entry.diagnosis in result.vector.discriminates]


def _explained_otherwise(entry: Expectation, covered: Covered) -> str:
    """How what was found differs from the entry's diagnosis or words; empty when it does not."""
    if entry.says is not None:
        others = [result.message for result in covered.results if entry.says not in f"{result.message} {result.worst}"]
        return f"said {others[0][:200]!r}, the entry says {entry.says!r}" if others else ""
    failed = [result for result in covered.results if result.state == "failed"]
    if entry.diagnosis is None or not failed:
        return ""
    report = covered.report
    names = {cause.name for cause in report.causes}
    if entry.diagnosis not in names and len(failed) < report.count("failed"):  # others may have other causes
        passed = [result for result in report.results if result.state == "passed"]
        names = {cause.name for cause in diagnose(report.subject, [*failed, *passed]).causes}
    if entry.diagnosis in (names or {UNKNOWN}):
        return ""
    return f"failed because of {' or '.join(sorted(names)) or UNKNOWN}, the entry says {entry.diagnosis}"


def _unmatched(entry: Expectation, reports: Sequence[Report]) -> Problem:
    called = [name for report in reports for name in ids(report.results)]
    near = get_close_matches(entry.id or entry.prefix or "", called, n=2, cutoff=0.6)
    hint = f"; did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
    return Problem(entry.name, "unmatched", f"decides no result of this run{hint}")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
