"""What the numbers are held against: the definitions, correctly rounded, with the units of the bounds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.definitions import Fixed, family
from posenc.truth.bounds import GRADES, Precision, Question, units
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64
from posenc.vectors.answers import apart

Array = NDArray[np.float64]
Arrays = dict[str, Array]

A = GRADES["A"]


def truth(operation: str, convention: str, params: dict[str, Any], **inputs: Any) -> Arrays:
    """The correctly rounded float64 outputs."""
    found = _truth(operation, convention, _fixed(params), _frozen(inputs))
    return {name: array.copy() for name, array in found.items()}


def unit(operation: str, convention: str, params: dict[str, Any], precision: str = "float64", **inputs: Any) -> Arrays:
    """The units of the bound around the truth."""
    found = _unit(operation, convention, _fixed(params), precision, _frozen(inputs))
    return {name: array.copy() for name, array in found.items()}


# Remembered, because a mutant of the reference is asked the same questions as every other.
Frozen = tuple[tuple[str, str, tuple[int, ...], bytes], ...]


def _fixed(params: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Parameters with a hash."""
    return tuple((name, _hashable(value)) for name, value in params.items())


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return Fixed({name: _hashable(part) for name, part in value.items()})
    return tuple(value) if isinstance(value, list) else value


def _frozen(inputs: dict[str, Any]) -> Frozen:
    arrays = {name: np.asarray(value) for name, value in inputs.items()}
    return tuple((name, array.dtype.str, array.shape, array.tobytes()) for name, array in arrays.items())


def _thawed(inputs: Frozen) -> dict[str, NDArray[Any]]:
    return {name: np.frombuffer(raw, dtype=dtype).reshape(shape) for name, dtype, shape, raw in inputs}


@cache
def _truth(operation: str, convention: str, params: tuple[tuple[str, Any], ...], inputs: Frozen) -> Arrays:
    stem, name = operation.split(".")
    module = family(stem)
    words = evaluate(module.OPERATIONS[name], module.CONVENTIONS[convention], dict(params), _thawed(inputs))
    return {key: np.asarray(FLOAT64.decode(word), dtype=np.float64) for key, word in words.items()}


@cache
def _unit(
    operation: str, convention: str, params: tuple[tuple[str, Any], ...], precision: str, inputs: Frozen
) -> Arrays:
    right = _truth(operation, convention, params, inputs)
    definition = family(operation.split(".", maxsplit=1)[0]).CONVENTIONS[convention]
    question = Question(definition, dict(params), _thawed(inputs), right, Precision.of(precision))
    return units(operation, question)


def distance(
    operation: str, convention: str, params: dict[str, Any], found: Any, precision: str = "float64", **inputs: Any
) -> float:
    """The largest error of the one output, in units."""
    (right,) = truth(operation, convention, params, **inputs).values()
    (scale,) = unit(operation, convention, params, precision, **inputs).values()
    assert found.shape == right.shape, f"{operation}: shape {found.shape}, needs {right.shape}"
    gap = apart(np.asarray(found, dtype=np.float64), right)  # equal infinities are not apart
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(gap == 0, 0.0, gap / scale).max(initial=0.0))


def assert_near(found: Any, right: Any, bound: Any) -> None:
    """|found − right| ≤ bound, entry by entry; a failure says where and by how much."""
    gap, most = np.broadcast_arrays(np.abs(np.asarray(found) - np.asarray(right)), np.asarray(bound))
    bad = np.argwhere(~(gap <= most))
    if len(bad):
        at = tuple(bad[0])
        raise AssertionError(
            f"{len(bad)} of {gap.size} entries, first {at}: off by {gap[at]:.3g}, at most {most[at]:.3g}"
        )
