"""The sketch of hyperbolic_rope."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import WIDTH, numbers
from posenc.definitions import family as definitions

TITLE = "the score of a pair whose two terms have opposite signs, damped more than boosted: not monotone"
AXIS = "distance in tokens"


def values() -> list[float]:
    """q = (1, 0) and k = (3, −5): −e^(−0.11·r) + 4·e^(−0.01·r)."""
    boost = definitions("hyperbolic_rope").CONVENTIONS["hyperbolic_rope/interleaved"]
    q, k = sp.Matrix([1, 0]), sp.Matrix([3, -5])
    given = [sp.Rational(1, 20)], sp.Rational(3, 50)
    return numbers([(q.T * boost.matrix(far, *given, "query").T * k)[0] for far in map(sp.Integer, range(WIDTH))])
