"""The sketch of liere."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import WIDTH, numbers
from posenc.definitions import family as definitions

TITLE = (
    "one offset, seen from places further and further along an axis that does not commute: the score is not constant"
)
AXIS = "place, in 1/16"


def values() -> list[float]:
    """q = (1, 0, 0) at (0, p), k = (0, 1, 0) at (1, p); generators of the planes (0, 1) and (0, 2)."""
    liere, axes = definitions("liere").CONVENTIONS["liere/blocks"], [[[-1, 0, 0]], [[0, -1, 0]]]
    places = [sp.Rational(p, 16) for p in range(WIDTH)]
    both = ((liere.rotate([1, 0, 0], [0, p], axes), liere.rotate([0, 1, 0], [1, p], axes)) for p in places)
    return numbers([sum(a * b for a, b in zip(q, k, strict=True)) for q, k in both])
