"""Expressions with cases, Below(a, b, x, y): which case holds for free parameters, or what all of them say."""

from __future__ import annotations

from typing import Any

import sympy as sp

from posenc.definitions import Below
from posenc.proving.algebra import require_positive
from posenc.proving.record import Unproved


def resolved(expr: Any) -> Any:
    """An expression with its cases decided, for all positive values of its symbols.

    What decides is that the difference of a and b, as a quotient of polynomials, has coefficients of one sign only.
    """
    if not getattr(expr, "args", ()):
        return expr
    args = [resolved(arg) for arg in expr.args]
    if not isinstance(expr, Below):
        return expr.func(*args)
    above, below = sp.fraction(sp.cancel(args[1] - args[0]))
    free = sorted(expr.free_symbols, key=str)
    for sign, answer in ((1, args[2]), (-1, args[3])):
        try:
            for part in (sign * above, below):
                require_positive(sp.expand(part), free, f"{args[0]} against {args[1]}", strict=False)
        except Unproved:
            continue
        return answer
    raise Unproved(f"{args[0]} < {args[1]} is not decided by the signs of coefficients")


def leaves(expr: Any) -> list[Any]:
    """Everything that an expression may be, multiplied out, whichever case holds."""
    if not isinstance(expr, Below):
        return [sp.expand(expr)]
    return [leaf for branch in expr.args[2:] for leaf in leaves(branch)]
