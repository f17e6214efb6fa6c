"""Runs a target through the vectors, a search and ordered calls, grades it, and has its failures named and shrunk."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import hypothesis
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky, NoSuchExample

from posenc.conformance.asking import ask
from posenc.conformance.diagnosis import Cause, diagnose
from posenc.conformance.inputs import cases
from posenc.conformance.judge import HARMLESS, LOST, Result, Subject, grade
from posenc.conformance.process import Process
from posenc.conformance.reproducer import first, reproducer
from posenc.conformance.sessions import sessions, state, wrong
from posenc.definitions import family as definitions
from posenc.vectors.answers import truth
from posenc.vectors.case import Case
from posenc.vectors.files import Vector, load

SEARCH = 100  # inputs tried beyond the vectors
LOSSES = 3  # crashes or hangs after which the rest of the cases is not tried


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Plan:
    """What is done beyond the vectors, in this order.

    tables    called after the vectors: whole tables are compared by others (conformance.whole)
    search    inputs tried, the same on every run
    soak      inputs tried besides, others on every run
    sessions  whether ordered calls are asked, each list of a process of its own
    progress  called after the answer to every vector
    """

    tables: Callable[[], None] = nothing
    search: int = SEARCH
    soak: int = 0
    sessions: bool = True
    progress: Callable[[], None] = nothing


@dataclass(frozen=True)
class Report:
    """What was found out about one target.

    results   one for each vector, in order, then what the search found, then the steps of the sessions
    grade     A, B, fail, or none when nothing could be compared
    causes    named explanations of the failures; empty when none fits
    smallest  the smallest failing case, when one was searched for and found
    calls     the calls that show stale state, in order, the last one wrong; empty for every other cause
    measured  what was measured of the failures, beside the causes or instead of them
    reproducer   a few lines of Python that show the smallest failing case; empty when there is none
    """

    subject: Subject
    results: list[Result]
    grade: str
    causes: list[Cause] = field(default_factory=list)
    smallest: Result | None = None
    calls: list[Result] = field(default_factory=list)
    measured: tuple[str, ...] = ()
    reproducer: str = ""

    def count(self, *states: str) -> int:
        """How many results are in one of the states."""
        return sum(result.state in states for result in self.results)


def check(process: Process, subject: Subject, plan: Plan = Plan()) -> Report:
    """Everything about one target; the cause is asked for once everything else has been seen."""
    results = []
    for result in answers(process, subject):
        results.append(result)
        plan.progress()
    plan.tables()
    misbehaved = grade(results) == "fail" and not any(result.state == "failed" for result in results)
    lost = sum(result.state in LOST for result in results)
    found = None if misbehaved else searched(process, subject, plan)
    if found is not None and not any(result.state == "failed" for result in results):
        results.append(found)
    if plan.sessions and lost < LOSSES:
        results += sessions(process, subject, [vector for vector in applicable(subject) if vector.outputs])
    shown = state(process, subject, results) if any(wrong(result) for result in results) else None
    if shown is not None:
        return Report(subject, results, grade(results), [shown[0]], found, shown[1])
    if nothing := empty(results):
        return Report(subject, results, grade(results), nothing, found)
    why = diagnose(subject, results, process)
    code = reproducer(subject, found or first(results)) if why.causes or grade(results) == "fail" else ""
    return Report(subject, results, grade(results), why.causes, found, measured=why.measured, reproducer=code)


def empty(results: list[Result]) -> list[Cause]:
    """The cause when nothing that was asked was taken, although the operation is declared."""
    asked = [result for result in results if not result.vector.case.refused]
    if not asked or any(result.state != "unsupported" for result in asked):
        return []
    says = f"It declares the operation and takes none of its {len(asked)} cases: {asked[0].message}"
    return [Cause("profile/claims-too-much", says, "Leave it out of the profile, or implement it.", len(asked), ())]


def searched(process: Process, subject: Subject, plan: Plan) -> Result | None:
    """The smallest failing input: of the search that is always the same, else of the one that never is."""
    for attempts, random_ in ((plan.search, random.Random(0)), (plan.soak, random.Random())):
        found = smallest(process, subject, attempts, random_) if attempts else None
        if found is not None:
            return found
    return None


def guess(process: Process, subjects: list[Subject]) -> Subject:
    """The subject, one for each rival convention, whose vectors the target answers best; the first when none fits.

    Best is the fewest failures and then the most answers: a convention about which it cannot be asked fails none.
    """
    merits = []
    for subject in subjects:
        states = [result.state for result in answers(process, subject)]
        failed = sum(state not in HARMLESS for state in states)
        merits.append((-failed, states.count("passed")))
        if set(LOST) & set(states):
            break  # it would do the same under every name
    return subjects[merits.index(max(merits))]


def answers(process: Process, subject: Subject) -> Iterator[Result]:
    """The target's answer to every vector; after some crashes or hangs the rest is not tried."""
    lost = 0
    for vector in applicable(subject):
        if lost < LOSSES:
            result = ask(process, subject, vector)
        else:
            result = Result(vector, "untried", message=f"not tried after {LOSSES} crashes or hangs")
        lost += result.state in LOST
        yield result


def applicable(subject: Subject) -> list[Vector]:
    """The vectors of the operation that list the convention or hold for everybody, and those that must be refused."""
    found = []
    for vector in load(subject.operation):
        if vector.case.refused or subject.convention in vector.outputs:
            found.append(vector)
        elif len(vector.outputs) == 1:  # required: one output for everybody
            found.append(replace(vector, outputs={subject.convention: next(iter(vector.outputs.values()))}))
    return found


def smallest(process: Process, subject: Subject, attempts: int, random_: random.Random | None = None) -> Result | None:
    """The simplest input on which the target leaves its bound, as far as a search and Hypothesis's shrinking find."""

    def fails(case: Case) -> bool:
        return ask(process, subject, _vector(subject, case)).state == "failed"

    settings = hypothesis.settings(max_examples=attempts, database=None, deadline=None)
    set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "posenc-hypothesis")  # not the user's folder
    try:
        case = hypothesis.find(
            cases(subject.operation, subject.convention), fails, settings=settings, random=random_ or random.Random(0)
        )
    except (NoSuchExample, Flaky):  # Flaky: wrong once and right again, which is for the sessions to show
        return None
    result = ask(process, subject, _vector(subject, case))
    return result if result.state == "failed" else None


def _vector(subject: Subject, case: Case) -> Vector:
    stem = subject.operation.split(".")[0]
    outputs = truth(stem, case, definitions(stem).CONVENTIONS[subject.convention])
    return Vector(stem, case, {subject.convention: dict(outputs)}, ())
