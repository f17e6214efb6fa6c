"""The sketch of selective_rope."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import WIDTH, numbers
from posenc.definitions import family as definitions

TITLE, AXIS = "cosine of the phase when every fourth stretch of eight tokens stands still", "position in tokens"


def values() -> list[float]:
    """The first channel of (1, 0), turned by increments of 1/2 and of 0."""
    selective = definitions("selective_rope").CONVENTIONS["selective_rope/interleaved"]
    increments = [[sp.Rational(token // 8 % 4 != 3, 2)] for token in range(WIDTH)]
    return numbers([sp.cos(phase) for (phase,) in selective.phases(increments)])
