"""That a rule for the two channels of a pair covers every channel exactly once, for every even number of channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from posenc.definitions import Expr
from posenc.proving.algebra import require_positive
from posenc.proving.record import Unproved, decided

Place = Callable[[Any, int, Any], Any]


def require_pairing(place: Place, statement: str) -> None:
    """Decide that (i, side) ↦ place(i, side, 2h) is a bijection from i < h, side ∈ {0, 1} to 0 ... 2h − 1, for all h.

    i, i' and h are written as sums of free non-negative integers, so "all coefficients are non-negative" decides the
    inequalities and "all coefficients are even but the constant" the parities. Two channels never meet; there are as
    many (i, side) as channels; an injection between finite sets of equal size is a bijection.
    """
    low, gap, room = sp.symbols("low gap room", integer=True, nonnegative=True)
    h = low + gap + 1 + room  # of two pairs the lower is `low`, the higher `low + gap`
    for i, free in ((low, (low, gap, room)), (low + gap, (low, gap, room))):
        for side in (0, 1):
            channel = sp.expand(place(i, side, 2 * h))
            require_positive(channel, free, f"{statement}: channel ≥ 0", strict=False)
            require_positive(2 * h - 1 - channel, free, f"{statement}: channel < d", strict=False)
    for one, other in ((0, 0), (0, 1), (1, 0), (1, 1)):
        # equal sides meet only if the pairs are the same, so their gap is at least one
        distance = gap + 1 if one == other else gap
        size = h + 1 if one == other else h
        difference = sp.expand(place(low + distance, one, 2 * size) - place(low, other, 2 * size))
        _require_apart(difference, (low, gap, room), statement)


def _require_apart(difference: Expr, free: tuple[sp.Symbol, ...], statement: str) -> None:
    """Decide that an integer polynomial is never zero for non-negative integers: one sign throughout, or odd."""
    polynomial = sp.Poly(difference, *free)
    constant = polynomial.eval(dict.fromkeys(free, 0))
    if constant % 2 and all(c % 2 == 0 for c in (polynomial - constant).coeffs()):
        said = f"{statement}: channels apart"
        decided("coefficients", said, f"{difference} is odd", polynomial=difference, names=list(free), sign="odd")
        return
    for sign in (1, -1):
        try:
            require_positive(sign * difference, free, f"{statement}: channels apart")
        except Unproved:
            continue
        return
    raise Unproved(f"{statement}: two channels may meet, {difference} can be 0")
