"""The sketch of rope_axial."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import DIM, WIDTH, numbers
from posenc.definitions import dot
from posenc.definitions import family as definitions

TITLE, AXIS = "half the score of q = k = 1 along a diagonal, head_dim 64, base 100", "patches to the right and down"


def values() -> list[float]:
    """Σ cos of the angles of patch (n, n)."""
    which = definitions("rope_axial").CONVENTIONS["rope_axial/rope-vit"]
    found = []
    for far in range(WIDTH):
        angles = which.angles((sp.Integer(far), sp.Integer(far)), DIM, sp.Integer(100))
        found.append(dot([sp.cos(angle) for angle in angles], [1] * len(angles)))
    return numbers(found)
