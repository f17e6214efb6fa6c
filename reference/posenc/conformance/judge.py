"""What one answer is worth: its distance from the truth in units of the bound, and where it is worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.definitions import family as definitions
from posenc.truth.bounds import GRADES, Precision, Question, units
from posenc.vectors.answers import apart
from posenc.vectors.files import Vector


@dataclass(frozen=True)
class Subject:
    """What is judged: an operation under a convention, in declared precisions, asked in a dtype.

    name   of the target, as its process knows it
    extra  arguments that select the convention, for targets that have them
    """

    name: str
    operation: str
    convention: str
    precision: Precision
    dtype: str
    extra: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """One case answered.

    state    passed, failed, unsupported, raised, signature, mutated, none, shape, dtype, exit, crashed, hung,
             garbled, oversized, refused (rightly), accepted (although it must be refused), known (wrong, as its
             adapter says), untried (after too many losses), declined (by the profile)
    units    distance from the truth in units of the bound; None when there was nothing to compare
    worst    where, what came back, what is true
    message  what the target said, or what is wrong with its answer
    outputs  what came back, for the diagnosis
    notes    remarks that are no failure: that it printed something
    session  the ordered calls in which it was asked, if it was
    """

    vector: Vector
    state: str
    units: float | None = None
    worst: str = ""
    message: str = ""
    outputs: Mapping[str, NDArray[Any]] | None = None
    notes: tuple[str, ...] = ()
    session: str = ""

    @property
    def answered(self) -> bool:
        """Whether there were numbers to compare."""
        return self.units is not None


def compare(
    subject: Subject, vector: Vector, outputs: Mapping[str, NDArray[Any]], definition: Any = None
) -> tuple[float, str]:
    """The largest distance in units, and where; infinite for a NaN or a wrong value where it must be exact.

    definition   whose truth is in vector.outputs[subject.convention]; that of the convention unless said
    Raises ValueError for a wrong shape.
    """
    worst, where = 0.0, ""
    for name, distance in distances(subject, vector, outputs, definition).items():
        if distance.size and not distance.max() <= worst:
            at = np.unravel_index(int(distance.argmax()), distance.shape)
            worst = float(distance[at])
            index = ", ".join(map(str, at))
            found, truth = float(outputs[name][at]), vector.outputs[subject.convention][name][at]
            where = f"{name}[{index}] is {found:.9g}, truth {truth:.17g}"
    return worst, where


def distances(
    subject: Subject, vector: Vector, outputs: Mapping[str, NDArray[Any]], definition: Any = None
) -> dict[str, NDArray[np.float64]]:
    """How far every entry of every output is off, in units; arguments and errors as those of compare."""
    unit = _units(subject, vector, subject.precision, definition)
    if definition is not None:  # what the convention leaves alone, and must be exact there, another may change
        unit = {n: np.where(one == 0, np.max(one, axis=-1, keepdims=True, initial=0.0), one) for n, one in unit.items()}
    apart_by = {}
    for name, truth in vector.outputs[subject.convention].items():
        found = outputs[name].astype(np.float64)
        if found.size == truth.size == 0:
            continue  # nested lists cannot say more than that there is nothing
        if found.shape != truth.shape:
            raise ValueError(f"{name} has shape {found.shape}, needs {truth.shape}")
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.where((gap := apart(found, truth)) == 0, 0.0, gap / unit[name])
        distance[np.isneginf(truth)] = 0.0  # a forbidden key: whatever the library has there is masked away
        apart_by[name] = distance
    return apart_by


def bound(subject: Subject, vector: Vector, precision: Precision) -> float:
    """The widest grade B bound of any output of a case, if it were computed in this precision."""
    unit = _units(subject, vector, precision)
    return GRADES["B"] * max((float(one.max()) for one in unit.values() if one.size), default=0.0)


def bounds(subject: Subject, vector: Vector) -> Mapping[str, NDArray[np.float64]]:
    """The grade B bound of every entry of every output."""
    unit = _units(subject, vector, subject.precision)
    return {name: GRADES["B"] * np.asarray(one, dtype=np.float64) for name, one in unit.items()}


def _units(subject: Subject, vector: Vector, precision: Precision, definition: Any = None) -> Mapping[str, Any]:
    chosen = definition or definitions(vector.family).CONVENTIONS[subject.convention]
    right = vector.outputs[subject.convention]
    return units(subject.operation, Question(chosen, vector.case.params, vector.case.inputs, right, precision))


def judge(
    subject: Subject,
    vector: Vector,
    reply: Mapping[str, Any],
    outputs: Mapping[str, Any] | None,
    session: str = "",
) -> Result:
    """The result that a reply amounts to."""
    return replace(_judge(subject, vector, reply, outputs), session=session)


def _judge(subject: Subject, vector: Vector, reply: Mapping[str, Any], outputs: Mapping[str, Any] | None) -> Result:
    if "unsupported" in reply:
        return Result(vector, "unsupported", message=reply["unsupported"])
    known = reply.get("known")
    if "error" in reply:
        kind, message = reply["error"]["kind"], reply["error"]["message"]
        if known:
            return Result(vector, "known", message=f"{known} ({kind}: {message})")
        refused = vector.case.refused and kind == "raised"
        return Result(vector, "refused" if refused else kind, message=message)
    if vector.case.refused:
        return Result(vector, "accepted", message=f"gave an answer, needs an error: {vector.case.comment}")
    notes = tuple(reply.get("notes", ()))
    try:
        distance, where = compare(subject, vector, outputs or {})
    except ValueError as error:
        return Result(vector, "known" if known else "shape", message=known or str(error), outputs=outputs, notes=notes)
    right = distance <= GRADES["B"]
    if known and not right:
        return Result(vector, "known", worst=where, message=known, outputs=outputs, notes=notes)
    if known:
        notes = (*notes, f"is right where it is known to be wrong: {known}")
    return Result(vector, "passed" if right else "failed", distance, where, outputs=outputs, notes=notes)


HARMLESS = ("passed", "unsupported", "refused", "accepted", "known", "untried", "declined")
LOST = ("crashed", "hung", "garbled", "oversized")  # after these the process was ended


def grade(results: list[Result]) -> str:
    """A or B by the worst answer, "fail" when any is worse or the target misbehaved, "none" without an answer."""
    answered = [result.units for result in results if result.units is not None]
    if any(result.state not in HARMLESS for result in results):
        return "fail"
    if not answered:
        return "none"
    return next((name for name, most in GRADES.items() if max(answered) <= most), "fail")
