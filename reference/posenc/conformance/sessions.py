"""Ordered calls on one instance, and whether what is wrong depends on what was asked before.

Every session is asked of a process of its own. What is right when it is asked first and wrong after another call is
state that should not be there; the smallest list of calls that shows it is searched for, a pair if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from posenc.conformance.asking import ask
from posenc.conformance.diagnosis import Cause
from posenc.conformance.judge import HARMLESS, LOST, Result, Subject, compare
from posenc.conformance.process import Process
from posenc.truth.bounds import GRADES
from posenc.vectors.files import Vector, load_sessions

TRIALS = 16  # processes that the search for the smallest list may start


def sessions(process: Process, subject: Subject, vectors: Sequence[Vector]) -> Iterator[Result]:
    """The answers to the ordered calls; a step that has no vector for this subject is left out."""
    known = {vector.case.id: vector for vector in vectors}
    for session in load_sessions(subject.operation):
        steps = [known[step] for step in session.order if step in known]
        if len(steps) > 1:
            name = f"{subject.operation.split('.')[0]}.{session.id}"
            yield from in_order(process, subject, steps, name)


def in_order(process: Process, subject: Subject, steps: Sequence[Vector], session: str = "") -> list[Result]:
    """The answers of a fresh process to cases in order."""
    one = process.fresh()
    try:
        return [ask(one, subject, vector, session) for vector in steps]
    finally:
        one.end()


def wrong(result: Result) -> bool:
    """Whether an answer is wrong, from a process that lived on."""
    return result.state not in (*HARMLESS, *LOST)


def state(process: Process, subject: Subject, results: list[Result]) -> tuple[Cause, list[Result]] | None:
    """The cause, when failures depend on what was asked before or on nothing at all, and the calls that show it.

    One failing case, of those that passed elsewhere if there are any the smallest, is asked of a fresh process or two.
    """
    failing = [result for result in results if wrong(result)]
    if not failing:
        return None
    passed = {result.vector.id for result in results if result.state == "passed"}
    chosen = min(failing, key=lambda r: (r.vector.id not in passed, not r.session, _size(r)))
    (alone,) = in_order(process, subject, [chosen.vector])
    if alone.state in LOST or (wrong(alone) and not _differ(subject, alone, chosen)):
        return None  # as wrong as before: the usual case, after one process
    again, count = in_order(process, subject, [chosen.vector])[0], len(failing)
    if _differ(subject, alone, again):
        says = "Two processes asked the same first question gave answers that are farther apart than the bound."
        fix = "Look for random numbers without a seed, memory that is not initialised, or a race."
        return Cause("fault/not-deterministic", says, fix, count, ()), [alone, again]
    if wrong(alone):
        return None
    steps = _smallest(process, subject, _before(results, chosen), chosen.vector)
    calls = in_order(process, subject, [*steps, chosen.vector])
    if steps and wrong(calls[-1]):
        after = " and ".join(step.id for step in steps) if len(steps) < 4 else f"{len(steps)} other calls"
        says = f"{chosen.vector.id} is right when asked first, wrong after {after}."
    else:
        says, calls = f"{chosen.vector.id} is right when asked first, wrong after calls that do not show it again.", []
    fix = "Look at what is kept between calls: its key must hold everything that the answer depends on."
    return Cause("state/stale", says, fix, count, ()), calls


def _size(result: Result) -> int:
    return sum(array.size for array in result.vector.outputs.get(next(iter(result.vector.outputs), ""), {}).values())


def _differ(subject: Subject, one: Result, other: Result) -> bool:
    """Whether two answers to one question are farther apart than any two within the bound, or of another kind."""
    if one.outputs is None or other.outputs is None:
        return one.state != other.state
    claimed = replace(one.vector, outputs={subject.convention: dict(one.outputs)})
    try:
        return compare(subject, claimed, other.outputs)[0] > 2 * GRADES["B"]
    except ValueError:
        return True


def _before(results: list[Result], chosen: Result) -> list[Vector]:
    """What the process had been asked when it was asked this, since it was started."""
    earlier: list[Vector] = []
    for result in results:
        if result is chosen:
            break
        if result.session != chosen.session:
            continue
        earlier = [] if result.state in LOST else [*earlier, result.vector]
    return earlier


def _smallest(process: Process, subject: Subject, steps: list[Vector], last: Vector) -> list[Vector]:
    """Some of the steps after which the last call still goes wrong: halved while a half suffices."""
    for _ in range(TRIALS):
        half = len(steps) // 2
        halves = (steps[half:], steps[:half]) if half else ()
        shorter = next((part for part in halves if wrong(in_order(process, subject, [*part, last])[-1])), None)
        if shorter is None:
            break
        steps = shorter
    return steps
