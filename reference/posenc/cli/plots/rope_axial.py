"""The sketch of rope_axial."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import DIM, WIDTH, middles
from posenc.definitions import family as definitions
from posenc.definitions.rope_axial import X
from posenc.proving.enclose import cosine_sums

TITLE, AXIS = "half the score of q = k = 1 along a row, head_dim 64, base 100", "patches to the right"


def values() -> list[float]:
    """16 + Σ cos(n·θ_j) for a patch n columns to the right: the pairs of the row are not turned."""
    which = definitions("rope_axial").CONVENTIONS["rope_axial/rope-vit"]
    pairs = DIM // 4
    thetas = [which.frequency(which.rope, X, sp.Integer(j), sp.Integer(DIM), sp.Integer(100)) for j in range(pairs)]
    return [pairs + value for value in middles(cosine_sums(thetas, WIDTH))]
