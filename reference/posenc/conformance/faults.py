"""Faults that are no matter of positions: numbers that are none, the input returned, axes exchanged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.conformance.causes import Cause, clause
from posenc.conformance.judge import Result, Subject, compare
from posenc.definitions import family as definitions
from posenc.truth.bounds import GRADES
from posenc.vectors.answers import truth

ALONG_HEADS = (  # where the same was reported
    "vukrosic/leo-optimizer#2",
    "ml-explore/mlx-lm#1553",
    "elixir-nx/emlx#121",
    "rasbt/LLMs-from-scratch#411",
    "huggingface/candle#1582",
)
LOOK = "Look at the function itself before its positions."


def fault(subject: Subject, failing: list[Result], passing: list[Result]) -> Cause | None:
    """The first fault that all answers show: a passing one that does not speaks against it."""
    stem = subject.operation.split(".")[0]
    answered = [result for result in [*failing, *passing] if result.outputs]
    arrays = [array for result in answered for array in (result.outputs or {}).values() if array.size]
    if not answered or not arrays:
        return None
    for name, says, fix, holds in _SAME_EVERYWHERE:
        if all(holds(array) for array in arrays):
            return Cause(name, says, fix, len(failing), (), clause(stem))
    if all(_is_input(subject, result) for result in answered):
        says, fix = "The output equals the input.", "Check that the positions arrive and that the result is returned."
        return None if _listed(stem) else Cause("fault/input", says, fix, len(failing), (), clause(stem))
    return _axes(subject, failing) or _along_heads(subject, failing, passing) or _shape(subject, failing)


_SAME_EVERYWHERE: tuple[tuple[str, str, str, Callable[[NDArray[np.generic]], bool]], ...] = (
    ("fault/not-finite", "Every answer consists of NaN or infinity.", LOOK, lambda a: not np.isfinite(a).any()),
    ("fault/zeros", "Every answer is 0 throughout.", LOOK, lambda a: not (a != 0).any()),
)


def _listed(stem: str) -> bool:
    """Whether the catalogue has a name for the output that equals the input."""
    return "no-rotation" in spec.conventions(stem)


def _is_input(subject: Subject, result: Result) -> bool:
    inputs = [array for array in result.vector.case.inputs.values() if array.dtype.kind == "f" and array.ndim > 1]
    outputs = list((result.outputs or {}).values())
    like = [one.astype(outputs[0].dtype) for one in inputs if outputs[0].shape == one.shape]
    return len(outputs) == 1 and any(np.array_equal(outputs[0], one) for one in like)


def _axes(subject: Subject, failing: list[Result]) -> Cause | None:
    """The one permutation of the axes that makes every failing answer right."""
    rank = next(iter((failing[0].outputs or {}).values())).ndim
    for order in permutations(range(rank)):
        if order != tuple(range(rank)) and all(_right(subject, result, order) for result in failing):
            inverse = tuple(int(n) for n in np.argsort(order))
            says = f"The axes of the output are permuted: it is the right one after transpose{inverse}."
            fix = f"Return the output after transpose{order}."
            return Cause("fault/axes-permuted", says, fix, len(failing), (), clause(subject.operation.split(".")[0]))
    return None


def _right(subject: Subject, result: Result, order: tuple[int, ...]) -> bool:
    if any(array.ndim != len(order) for array in (result.outputs or {}).values()):
        return False
    turned = {name: np.transpose(array, order) for name, array in (result.outputs or {}).items()}
    try:
        return compare(subject, result.vector, turned)[0] <= GRADES["B"]
    except ValueError:
        return False


def _shape(subject: Subject, failing: list[Result]) -> Cause | None:
    """Outputs that are all longer, or all shorter, along one axis, where nothing else is wrong."""
    steps = set()
    for result in failing:
        for name, right in result.vector.outputs[subject.convention].items():
            found = (result.outputs or {})[name].shape
            if len(found) != right.ndim:
                return None
            steps |= {(axis, n - m) for axis, (n, m) in enumerate(zip(found, right.shape, strict=True)) if n != m}
    if len(steps) != 1 or any(result.state != "shape" for result in failing):
        return None
    (axis, step) = steps.pop()
    says = f"Axis {axis} of the output is {abs(step)} {'longer' if step > 0 else 'shorter'} than it should be."
    fix = "Say the size itself; a product with a rounded factor may fall short of it."
    return Cause("fault/shape", says, fix, len(failing), (), clause(subject.operation.split(".")[0]))


def _along_heads(subject: Subject, failing: list[Result], passing: list[Result]) -> Cause | None:
    """Whether positions were read along the axis before the tokens, as (batch, tokens, heads, channels) has it."""
    arguments = spec.operations(subject.operation.split(".")[0])[subject.operation.split(".")[1]]["arguments"]
    if [one["name"] for one in arguments[:2]] != ["x", "positions"] or subject.convention not in _conventions(subject):
        return None
    for how, taken in (("the positions", False), ("the number of the head", True)):
        if all(_explained(subject, result, taken) for result in [*failing, *passing]):
            says = f"Head h is turned by {how}{'' if taken else ' at h'}: positions lie along the axis of the heads."
            fix = "The axes are (batch, heads, tokens, channels): let cosine and sine run along the last but one."
            return Cause(
                "fault/head-axis", says, fix, len(failing), ALONG_HEADS, clause(subject.operation.split(".")[0])
            )
    return None


def _conventions(subject: Subject) -> dict[str, object]:
    found: dict[str, object] = definitions(subject.operation.split(".")[0]).CONVENTIONS
    return found


def _explained(subject: Subject, result: Result, numbered: bool) -> bool:
    """Whether an answer is the truth about heads taken for tokens, or has no heads and is right."""
    case = result.vector.case
    x, positions = case.inputs["x"], case.inputs["positions"]
    if x.ndim < 4 or positions.ndim != 1:
        return result.state == "passed"
    heads = x.shape[-3]
    if not numbered and heads > positions.size:
        return False
    other = {"x": np.swapaxes(x, -2, -3), "positions": np.arange(heads) if numbered else positions[:heads]}
    stem, _ = subject.operation.split(".")
    found = truth(stem, replace(case, inputs={**case.inputs, **other}), _conventions(subject)[subject.convention])
    claimed = {name: np.swapaxes(array, -2, -3) for name, array in found.items()}
    try:
        vector = replace(result.vector, outputs={subject.convention: claimed})
        return compare(subject, vector, result.outputs or {})[0] <= GRADES["B"]
    except ValueError:
        return False
