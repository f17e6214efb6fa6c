"""The sketch of grape."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import WIDTH, numbers
from posenc.definitions import family as definitions

TITLE = "the score of a vector half in the plane with itself, by distance: it swings around what is outside"
AXIS = "distance in tokens"


def values() -> list[float]:
    """(1, 0, 1) in the plane of (1, 0, 0) and (3, 4, 0), frequency 1/32: s = 4."""
    grape, x = definitions("grape").CONVENTIONS["grape/paper"], [sp.Integer(1), sp.Integer(0), sp.Integer(1)]
    turned = (grape.rotate(x, sp.Integer(far), [1, 0, 0], [3, 4, 0], sp.Rational(1, 32)) for far in range(WIDTH))
    return numbers([sum(p * q for p, q in zip(x, y, strict=True)) for y in turned])
