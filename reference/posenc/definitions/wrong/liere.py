"""Wrong exponentials of generators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Rounded
from posenc.definitions.wrong import Mistake


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


def _axis_by_axis(which: Any, x: Any, at: Any, axes: Any) -> Any:
    """exp(x_1·A_1) · exp(x_2·A_2) · ... · x."""
    for coordinate, entries in reversed(list(zip(at, axes, strict=True))):
        x = which.turn(x, [coordinate * entry for entry in entries])
    return x


def _reversed(which: Any) -> Any:
    return replace(which, combined=lambda at, axes: which.combined(list(reversed(at)), axes))


def _first_alone(which: Any) -> Any:
    return replace(which, combined=lambda at, axes: which.combined(at[:1], axes[:1]))


def _one_based(which: Any) -> Any:
    return replace(which, combined=lambda at, axes: which.combined([coordinate + 1 for coordinate in at], axes))


def _upper_alone(which: Any) -> Any:
    """exp U, which is I + U + U²/2 in up to three channels."""
    upper = replace(which, generator=lambda entries: which.generator(entries).upper_triangular())
    return replace(upper, sine=lambda s: sp.Integer(1), versine=lambda s: sp.Rational(1, 2))


WRONG: dict[str, Mistake] = {
    "liere/transposed": lambda which: replace(which, generator=lambda entries: -which.generator(entries)),
    "liere/axis-by-axis": _with(compose=_axis_by_axis),
    "liere/first-order": _with(sine=lambda s: sp.Integer(1), versine=lambda s: sp.Integer(0)),
    "liere/cayley": _with(sine=lambda s: 1 / (1 + s**2 / 4), versine=lambda s: 1 / (2 + s**2 / 2)),
    "liere/axes-reversed": _reversed,
    "liere/first-axis-alone": _first_alone,
    "liere/strided": _with(place=lambda block, row, size, blocks: row * blocks + block),
    "liere/upper-alone": _upper_alone,
    "liere/one-based": _one_based,
    "liere/bf16-exponent": _with(held=lambda entry: Rounded(entry, "bfloat16") if entry != 0 else entry),
}
