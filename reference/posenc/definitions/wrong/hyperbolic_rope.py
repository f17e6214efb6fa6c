"""Wrong boosts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from posenc.definitions import Expr, Rounded
from posenc.definitions.wrong import Mistake


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


def _turned(a: Expr, b: Expr, plus: Expr, minus: Expr) -> tuple[Expr, Expr]:
    """The signs of a rotation around hyperbolic functions."""
    cosh, sinh = (plus + minus) / 2, (plus - minus) / 2
    return a * cosh - b * sinh, a * sinh + b * cosh


WRONG: dict[str, Mistake] = {
    "hyperbolic_rope/same-map": _with(boost=lambda role: 1),
    "hyperbolic_rope/roles-swapped": _with(boost=lambda role: {"query": 1, "key": -1}[role]),
    "hyperbolic_rope/keys-only": _with(boost=lambda role: {"query": 0, "key": 1}[role]),
    "hyperbolic_rope/undamped": _with(damp=lambda role: 0),
    "hyperbolic_rope/keys-damped-too": _with(damp=lambda role: -1),
    "hyperbolic_rope/growing": _with(damp=lambda role: {"query": 1, "key": -1}[role]),
    "hyperbolic_rope/rotation-signs": _with(mix=_turned),
    "hyperbolic_rope/one-rapidity": _with(rapidity=lambda rapidities, i: rapidities[0]),
    "hyperbolic_rope/one-based": _with(stands=lambda position: position + 1),
    "hyperbolic_rope/bf16-factors": _with(held=lambda factor: Rounded(factor, "bfloat16")),
}
