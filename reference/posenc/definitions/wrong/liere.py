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


def _lost_coefficient(which: Any) -> Any:
    """A polynomial of degree 8 for the exponential where s is above 1/20 up to 29/50, with a coefficient too small.

    (x3·A² + A4)(x4 + x5·A + x6·A² + x7·A4), A4 = x1·A³ + x2·A⁴, is the rest of the series, with an x7 that was divided
    by x3 once instead of twice. What that takes from the coefficients of A⁵ to A⁸ is taken from them here.
    """
    root, x3 = sp.sqrt(177), sp.Rational(2, 3)
    x1 = x3 * (1 + root) / 88
    x2, lost = x1 / 4, (1 - x3) * (89 - root) / (5040 * x3**2)
    inverse = [1 / sp.factorial(k) for k in range(9)]
    odd = [1, inverse[3], inverse[5] - lost * x1 * x3, inverse[7] - 2 * lost * x1 * x2]
    even = [inverse[2], inverse[4], inverse[6] - lost * (x1**2 + x2 * x3), inverse[8] - lost * x2**2]

    def within(s: Any) -> bool:
        return bool(s.is_number) and bool(abs(s) > sp.Rational(1, 20)) and bool(abs(s) <= sp.Rational(29, 50))

    def series(coefficients: list[Any], s: Any) -> Any:
        return sum(c * (-(s**2)) ** k for k, c in enumerate(coefficients))

    return replace(
        which,
        sine=lambda s: series(odd, s) if within(s) else which.sine(s),
        versine=lambda s: series(even, s) if within(s) else which.versine(s),
    )


WRONG: dict[str, Mistake] = {
    "liere/transposed": lambda which: replace(which, generator=lambda entries: -which.generator(entries)),
    "liere/axis-by-axis": _with(compose=_axis_by_axis),
    "liere/first-order": _with(sine=lambda s: sp.Integer(1), versine=lambda s: sp.Integer(0)),
    "liere/cayley": _with(sine=lambda s: 1 / (1 + s**2 / 4), versine=lambda s: 1 / (2 + s**2 / 2)),
    "liere/axes-reversed": _reversed,
    "liere/first-axis-alone": _first_alone,
    "liere/strided": _with(place=lambda block, row, size, blocks: row * blocks + block),
    "liere/lost-coefficient": _lost_coefficient,
    "liere/upper-alone": _upper_alone,
    "liere/one-based": _one_based,
    "liere/bf16-exponent": _with(held=lambda entry: Rounded(entry, "bfloat16") if entry != 0 else entry),
}
