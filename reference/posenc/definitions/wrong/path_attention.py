"""Wrong accumulated Householder transformations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import dot
from posenc.definitions.wrong import Mistake


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


WRONG: dict[str, Mistake] = {
    "path_attention/order-reversed": _with(between=lambda i, j: range(i, j, -1)),
    "path_attention/key-included": _with(between=lambda i, j: range(j, i + 1)),
    "path_attention/query-left-out": _with(between=lambda i, j: range(j + 1, i)),
    "path_attention/nothing-between": _with(between=lambda i, j: ()),
    "path_attention/unnormalized": _with(size=lambda w: sp.Integer(1)),
    "path_attention/epsilon": _with(size=lambda w: dot(w, w) + sp.Rational(1, 10**6)),
    "path_attention/normalized-once": _with(size=lambda w: sp.sqrt(dot(w, w))),
    "path_attention/plus-sign": _with(rate=lambda beta: -beta),
    "path_attention/beta-halved": _with(rate=lambda beta: beta / 2),
    "path_attention/beta-ignored": _with(rate=lambda beta: sp.Integer(2)),
    "path_attention/cache-stale": _with(kept=lambda old, new: old),
    "path_attention/scale-missing": _with(scale=lambda d: sp.Integer(1)),
    "path_attention/top-left": _with(place=lambda a, n_q, n_k: a),
}
