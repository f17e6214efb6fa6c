"""Contextual position encoding: what is true of it. Statements and sources: spec/cope/claims.toml.

`posenc audit cope` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from posenc.definitions import Expr
from posenc.definitions.cope import CONVENTIONS, Cope
from posenc.definitions.wrong import gallery
from posenc.proving import enclosure, require_equal, require_less, require_nonzero, require_zero

PAPER = CONVENTIONS["cope/formula"]
WRONG = gallery("cope")

LOGITS = sp.symbols("s:5", real=True)
FAR = 10**6  # a greatest position that clips nothing
u, w = sp.symbols("u w", positive=True)


def _free(which: Cope) -> Cope:
    """The definition without its clip."""
    return replace(which, clip=lambda position, most: position)


def _positions(which: Cope, i: int, most: int = FAR) -> list[Expr]:
    return which.positions(LOGITS, i, most)


def _settled(expr: Expr) -> Expr:
    """The expression with Abs, Max and Min decided: by an enclosure for a number, by positive terms otherwise."""

    def negative(value: Expr) -> bool:
        value = sp.factor(sp.together(value))
        return bool(value.is_negative) if value.free_symbols else enclosure(value)[1] < 0

    plain = expr.replace(sp.Abs, lambda a: -a if negative(a) else a)
    plain = plain.replace(sp.Min, lambda a, b: a if negative(a - b) else b)
    return plain.replace(sp.Max, lambda a, b: b if negative(a - b) else a)


def prove_anchor(which: Cope = PAPER) -> None:
    q, k = [sp.Integer(2), sp.Integer(1)], [[0, 0], [0, 1], [1, 0]]
    keys = [[sp.Integer(x) for x in row] for row in k]
    places = _free(which).positions(which.content(q, keys), 2, FAR)
    one, two = 1 / (1 + sp.exp(-1)), 1 / (1 + sp.exp(-2))
    right = sp.Matrix([sp.Rational(1, 2) + one + two, one + two, two])
    require_zero(sp.Matrix(places) - right, "q·k = 0, 1, 2: positions 1/2 + σ(1) + σ(2), σ(1) + σ(2), σ(2)")
    e = [[sp.Integer(x) for x in row] for row in ([0, 0], [1, 0], [0, 1], [1, 1])]
    last = which.logits(q, keys, e, 2)[2]
    require_zero(_settled(last) - 2 - 2 * two, "key 2: 2 + (1 − p)·0 + p·2, p = 0.88...")
    require_equal([which.place(a, 2, 5) for a in (0, 1)], [3, 4], "two queries of five tokens are the last two")


def prove_falling(which: Cope = PAPER) -> None:
    free = _free(which)
    for i in range(4):
        places = [*_positions(free, i), sp.Integer(0)]
        for j in range(i + 1):
            step = places[j] - places[j + 1]
            require_zero(step - free.gate(LOGITS[j]), f"query {i}: after key {j} it falls by the gate of {j}")
    require_zero(free.gate(LOGITS[0]) * (1 + sp.exp(-LOGITS[0])) - 1, "a gate is 1 over more than 1: between 0 and 1")


def prove_halves(which: Cope = PAPER) -> None:
    for i in range(8):
        places = which.positions([sp.Integer(0)] * 8, i, FAR)
        right = [sp.Rational(i - j + 1, 2) for j in range(i + 1)]
        require_equal(places, right, f"logits 0, query {i}: (i − j + 1)/2")


def prove_causal(which: Cope = PAPER) -> None:
    for i in range(4):
        seen = set().union(*(place.free_symbols for place in _positions(_free(which), i)))
        require_equal(seen, set(LOGITS[: i + 1]), f"query {i}: the positions depend on keys 0 ... {i} and no others")


def prove_clipped(which: Cope = PAPER) -> None:
    places = which.positions([sp.Integer(0)] * 8, 7, 2)
    require_equal(places, [2, 2, 2, 2, 2, sp.Rational(3, 2), 1, sp.Rational(1, 2)], "logits 0, greatest position 2")


def prove_interpolation(which: Cope = PAPER) -> None:
    for m in range(4):
        require_equal(
            [which.weight(sp.Integer(m), row) for row in range(4)], [int(row == m) for row in range(4)], f"at {m}"
        )
    share = u / (u + w)  # any number between 0 and 1
    for m in range(3):
        weights = [_settled(which.weight(m + share, row)) for row in range(4)]
        right = [1 - share if row == m else share if row == m + 1 else sp.Integer(0) for row in range(4)]
        require_zero(sp.Matrix(weights) - sp.Matrix(right), f"between {m} and {m + 1}: 1 − t and t")


def prove_scalars(which: Cope = PAPER) -> None:
    q, shares = sp.symbols("q:3", real=True), sp.symbols("w:4", real=True)
    e = [sp.symbols(f"e{m}_:3", real=True) for m in range(4)]
    vectors = sum(share * sum(a * x for a, x in zip(q, row, strict=True)) for share, row in zip(shares, e, strict=True))
    mixed = [sum(share * row[c] for share, row in zip(shares, e, strict=True)) for c in range(3)]
    scalars = which.term(sum(a * x for a, x in zip(q, mixed, strict=True)), 3)
    require_zero(scalars - vectors, "q · (Σ w_m e[m]) = Σ w_m (q · e[m]): interpolate numbers, not vectors")


def refute_relative(which: Cope = PAPER) -> None:
    places = [which.positions([sp.Integer(s) for s in logits], 2, FAR)[0] for logits in ((0, 0, 0), (0, 4, 4))]
    require_nonzero(places[1] - places[0], "key 0 and query 2, closed or open gates between: another position")
    require_less(places[0], sp.Integer(2), "1.5 tokens")
    require_less(sp.Integer(2), places[1], "against 2.46...")
