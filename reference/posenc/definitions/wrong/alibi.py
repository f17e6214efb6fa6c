"""Wrong linear biases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Rounded
from posenc.definitions.alibi import Alibi
from posenc.definitions.wrong import Mistake


def _exponents(function: Any) -> Mistake:
    """Both exponents of a definition passed through function(rule, number, p, top)."""
    return lambda which: replace(
        which,
        first=lambda h, p, top: function(which.first, h, p, top),
        extra=lambda k, p, top: function(which.extra, k, p, top),
    )


def _penalty(function: Any) -> Mistake:
    """Both penalties of a definition passed through a function of (penalty, i, j)."""
    return lambda which: replace(
        which,
        penalty=lambda i, j, n_q, n_k: function(which.penalty(i, j, n_q, n_k), i, j),
        symmetric=lambda i, j: function(which.symmetric(i, j), i, j),
    )


class _RoundedSlopes(Alibi):
    """Slopes held in bfloat16."""

    def slope(self, h: int, n: int, top: Expr) -> Expr:
        return Rounded(super().slope(h, n, top), "bfloat16")


WRONG: dict[str, Mistake] = {
    "alibi/zero-based": _exponents(lambda rule, number, p, top: rule(number - 1, p, top)),
    "alibi/reciprocal-exponent": _exponents(lambda rule, number, p, top: top / number),
    "alibi/extra-from-even": lambda which: replace(which, extra=which.first),
    "alibi/next-power-cut": lambda which: replace(which, whole=lambda n: 1 << (n - 1).bit_length()),
    "alibi/max-bias-ignored": _exponents(lambda rule, number, p, top: rule(number, p, sp.Integer(8))),
    "alibi/one-slope": _exponents(lambda rule, number, p, top: rule(1, p, top)),
    "alibi/bf16-slopes": lambda which: _RoundedSlopes(**vars(which)),
    "alibi/reward": _penalty(lambda penalty, i, j: -penalty),
    "alibi/quadratic": _penalty(lambda penalty, i, j: penalty**2),
    "alibi/scaled-by-position": _penalty(lambda penalty, i, j: penalty * (i + 1)),
    "alibi/flat": _penalty(lambda penalty, i, j: sp.Integer(0)),
    "alibi/signed": lambda which: replace(which, symmetric=lambda i, j: i - j),
    "alibi/top-left": lambda which: replace(
        which, penalty=lambda i, j, n_q, n_k: which.penalty(i - (n_k - n_q), j, n_q, n_k)
    ),
    "alibi/chebyshev": lambda which: replace(which, apart=lambda down, across: sp.Max(sp.Abs(down), sp.Abs(across))),
    "alibi/sides-exchanged": lambda which: replace(
        which, cell=lambda token, height, width: which.cell(token, width, height)
    ),
    "alibi/pads-counted": lambda which: replace(which, count=lambda mask, t: sp.Integer(t + 1)),
    "alibi/one-based": lambda which: replace(which, place=lambda count, real: count * real),
    "alibi/pads-below-zero": lambda which: replace(which, place=lambda count, real: count - 1),
    "alibi/not-divided": lambda which: replace(which, shared=lambda bias, head_dim: bias),
    "alibi/added-twice": lambda which: replace(which, shared=lambda bias, head_dim: 2 * which.shared(bias, head_dim)),
    "alibi/not-rounded": lambda which: replace(which, product=lambda slope, place: slope * place),
}
