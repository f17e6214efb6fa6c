"""The sketch of path_attention."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import WIDTH, numbers
from posenc.definitions import family as definitions

TITLE, AXIS = "score of equal keys (1, 0) for the query (1, 0): β = 1/8, every eighth token reflects", "key position"


def values() -> list[float]:
    """Scores for the last of WIDTH keys; the reflections are along the first axis, the others along (3, 4)."""
    path = definitions("path_attention").CONVENTIONS["path_attention/paper"]
    turned = [t % 8 == 7 for t in range(WIDTH)]
    one, none = sp.Integer(1), sp.Integer(0)
    w = [[one, none] if turn else [sp.Integer(3), sp.Integer(4)] for turn in turned]
    beta = [sp.Integer(2) if turn else sp.Rational(1, 8) for turn in turned]
    rows = [path.moved([one, none], w, beta, WIDTH - 1, j)[0] for j in range(WIDTH)]
    return numbers(rows)
