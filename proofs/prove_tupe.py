"""Untied positional encoding: what is true of it. Statements and sources: spec/tupe/claims.toml.

`posenc audit tupe` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from posenc.definitions.tupe import CONVENTIONS, Tupe
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_nonzero, require_zero

PAPER = CONVENTIONS["tupe/untied"]
WRONG = gallery("tupe")

D, INSIDE = 3, (1, 2)  # width of the vectors written out; a place beside the classification token
q, k, p, r = (sp.symbols(f"{name}:{D}", real=True) for name in "qkpr")  # q_i, k_j, and their positions
bias, one, two, shift = sp.symbols("b theta_1 theta_2 c", real=True)


def _dot(left: Sequence[sp.Expr], right: Sequence[sp.Expr]) -> sp.Expr:
    return sp.Add(*(a * b for a, b in zip(left, right, strict=True)))


def _logit(which: Tupe, i: int, j: int) -> sp.Expr:
    return sp.expand(which.logit(i, j, (q, k, p, r), bias, (one, two)))


def prove_anchor(which: Tupe = PAPER) -> None:
    vectors = ((1, 0), (2, 3), (1, 1), (-1, 2))
    value = which.logit(*INSIDE, [tuple(map(sp.Integer, vector)) for vector in vectors], bias, (one, two))
    require_zero(value - sp.Rational(3, 2) - bias, "d = 2: (1·2 + 0·3 + 1·(−1) + 1·2)/√4 + b = 3/2 + b")


def prove_cross_terms(which: Tupe = PAPER) -> None:
    logit = _logit(which, *INSIDE) * sp.sqrt(2 * D)
    kept = _dot(q, k) + _dot(p, r)
    require_zero(logit - bias * sp.sqrt(2 * D) - kept, "√(2d) · (logit − bias) = q·k + p_i·p_j")
    whole = sp.expand(_dot([a + b for a, b in zip(q, p, strict=True)], [a + b for a, b in zip(k, r, strict=True)]))
    require_zero(whole - kept - _dot(q, r) - _dot(p, k), "of (q + p_i)·(k + p_j) q·p_j and p_i·k are left out")


def prove_scale(which: Tupe = PAPER) -> None:
    for width in range(1, 9):
        vectors = [sp.symbols(f"{name}:{width}", real=True) for name in "qkpr"]
        logit = sp.expand(which.logit(*INSIDE, vectors, sp.Integer(0), (one, two)))
        factors = sp.Poly(logit, *(s for vector in vectors for s in vector)).coeffs()
        require_equal(sum(factor**2 for factor in factors), 1, f"d = {width}: the squares of all factors sum to one")
        require_equal(len(factors), 2 * width, "of 2d products")


def prove_content_free(which: Tupe = PAPER) -> None:
    content = [*q, *k]
    part = _logit(which, *INSIDE)
    for symbol in (*p, *r, bias):
        slope = sp.diff(part, symbol)
        require_equal(slope.free_symbols.isdisjoint(content), True, f"∂logit/∂{symbol} = {slope} contains no content")
        require_nonzero(slope.subs(dict.fromkeys([*p, *r], 1)), "and is not 0")


def prove_cls(which: Tupe = PAPER) -> None:
    content = _dot(q, k) / sp.sqrt(2 * D)
    for i, j, theta in ((0, 0, one), (0, 1, one), (0, 5, one), (1, 0, two), (5, 0, two)):
        require_zero(_logit(which, i, j) - sp.expand(content) - theta, f"query {i}, key {j}: content + {theta} alone")
    for i, j in ((1, 1), (1, 5), (5, 1)):
        gap = _logit(which, i, j) - sp.expand((_dot(q, k) + _dot(p, r)) / sp.sqrt(2 * D)) - bias
        require_zero(gap, f"query {i}, key {j}: position and bias, no θ")


def refute_relative(which: Tupe = PAPER) -> None:
    def value(i: int, j: int) -> sp.Expr:
        zeros = (sp.Integer(0),) * 2
        places = [(sp.Integer(a), sp.Integer(1)) for a in (i, j)]
        return which.logit(i, j, (zeros, zeros, *places), sp.Integer(0), (one, two))

    require_nonzero(value(1, 2) - value(2, 3), "positions (t, 1): (1·2 + 1)/2 against (2·3 + 1)/2 at the same distance")
    require_equal([value(1, 2), value(2, 3)], [sp.Rational(3, 2), sp.Rational(7, 2)], "3/2 and 7/2")
