"""How errors grow with the position, in units of the bound, and which precision that shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from posenc.conformance.causes import Cause, clause
from posenc.conformance.judge import Result, Subject, bound, compare
from posenc.truth.bounds import GRADES, Precision
from posenc.truth.formats import FORMATS

COARSER = [(angle, table) for angle in ("float32", "float16", "bfloat16") for table in (None, angle)] + [
    (None, table) for table in ("float32", "float16", "bfloat16")
]
TELLING = 0.05  # a bound wider than this, on outputs of the size of their inputs, would be kept by anything
ENOUGH = 3
USED = 0.25  # units of a format that its errors reach somewhere
F16_MOST = 65504
MERGED = {257: "bfloat16", 2049: "float16", 2**24 + 1: "float32"}  # the first integer that a format has not


def precision(subject: Subject, results: list[Result], count: int) -> list[Cause]:
    """The coarser angle or table with which every answer conforms, judged where that bound says something.

    Of several the one that leaves least room; with grade A where there is one, since the room of grade B in one format
    is that of grade A in another. Float16 has no angles beyond its largest number.
    """
    for grade in ("A", "B"):
        fitting = [forms for forms in _coarser(subject) if _fits(subject, results, forms, GRADES[grade])]
        if fitting:
            return [_cause(subject, min(fitting, key=lambda forms: _room(subject, results, forms)), count)]
    return []


def _coarser(subject: Subject) -> Iterator[Precision]:
    declared = subject.precision
    for angle, table in COARSER:
        forms = replace(declared, **{n: FORMATS[f] for n, f in (("angle", angle), ("table", table)) if f})
        if forms.angle.precision <= declared.angle.precision and forms != declared:
            yield forms


def _fits(subject: Subject, results: list[Result], forms: Precision, most: float) -> bool:
    """Whether answers stray no further than these formats let them, enough of the failing ones where that is little."""
    half = forms.angle == FORMATS["float16"]
    beyond = [result for result in results if half and _placed(result) and _farthest(result) > F16_MOST]
    if any(_finite(result) for result in beyond):
        return False
    coarse, results = replace(subject, precision=forms), [result for result in results if result not in beyond]
    if max((compare(coarse, r.vector, r.outputs or {})[0] for r in results), default=0.0) > GRADES["B"]:
        return False
    share = most / GRADES["B"]
    telling = [result for result in results if share * bound(subject, result.vector, forms) < TELLING]
    if sum(result.state == "failed" for result in telling) < ENOUGH:
        return False
    return USED <= max(compare(coarse, r.vector, r.outputs or {})[0] for r in telling) <= most


def _room(subject: Subject, results: list[Result], forms: Precision) -> float:
    """How much these formats would let answers stray, as a mean of logarithms."""
    return float(np.mean([np.log(bound(subject, result.vector, forms) or 1e-300) for result in results]))


def _cause(subject: Subject, forms: Precision, count: int) -> Cause:
    angle, table = (
        form.name if form != own else None
        for form, own in ((forms.angle, subject.precision.angle), (forms.table, subject.precision.table))
    )
    what = " and ".join(f"{form} {name}" for name, form in (("angles", angle), ("a table", table)) if form)
    said = f"The answers stray as far as {what} would let them, and no further."
    name = f"precision/{'-'.join(filter(None, (angle, table)))}{'' if angle else '-table'}"
    return Cause(name, said, f"Declare {what}, or use more.", count, (), clause(subject.operation.split(".")[0]))


def _finite(result: Result) -> bool:
    return all(np.isfinite(array).all() for array in (result.outputs or {}).values())


def growth(results: list[Result]) -> Iterator[str]:
    """What the answers show of the way their errors grow, in words."""
    failing = sorted((r for r in results if r.state == "failed" and _placed(r)), key=_farthest)
    if not failing:
        return
    first, last = _farthest(failing[0]), _farthest(failing[-1])
    right = max(
        (p for r in results if r.state == "passed" and _placed(r) and (p := _farthest(r)) < first), default=None
    )
    if right is not None:
        merged = [form for least, form in MERGED.items() if right < least <= first]
        why = f"; {merged[0]} merges integers from there on" if merged else ""
        yield f"right up to position {right:.10g}, wrong from {first:.10g} on{why}"
    units = [result.units or 0.0 for result in failing]
    if all(np.isfinite(units)):
        yield f"off by {min(units):.3g} to {max(units):.3g} units at positions {first:.10g} to {last:.10g}"
        if (exponent := _flat(units)) is not None:
            yield f"off by about 2^{exponent} units wherever it fails, as one coarser format makes it"
    yield from _ratio(failing)


def _placed(result: Result) -> bool:
    positions = result.vector.case.inputs.get("positions")
    return bool(result.answered and positions is not None and np.size(positions) and np.isfinite(positions).all())


def _farthest(result: Result) -> float:
    return float(np.abs(np.asarray(result.vector.case.inputs["positions"], dtype=np.float64)).max())


def _flat(units: list[float]) -> int | None:
    """The power of two near which all distances lie, when they lie within a factor of 32 of each other."""
    low, high = min(units), max(units)
    return round(float(np.log2(low * high) / 2)) if len(units) > 2 and low > 0 and high < 32 * low else None


def _ratio(failing: list[Result]) -> Iterator[str]:
    """The constant by which every failing answer is longer than the truth."""
    found = []
    for result in failing:
        right = next(iter(result.vector.outputs.values()), {})
        for name, array in (result.outputs or {}).items():
            if name in right and (norm := float(np.linalg.norm(right[name]))) > 0:
                found.append(float(np.linalg.norm(array.astype(np.float64))) / norm)
    if len(found) > 1 and np.ptp(found) < 1e-4 * max(found) and abs(found[0] - 1) > 1e-3:
        yield f"every failing answer is {found[0]:.6g} times as long as the right one"
