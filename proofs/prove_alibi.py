"""Attention with linear biases: what is true of it. Statements and sources: spec/alibi/claims.toml.

Slopes are treated in general: p stands for any power of two, n for any number of heads from p to 2p − 1.
`posenc audit alibi` runs this file; so does pytest.
"""

from __future__ import annotations

import sympy as sp

from posenc.definitions.alibi import CONVENTIONS, Alibi, power_below, strided_exponent
from posenc.definitions.attention import softmax
from posenc.definitions.wrong import gallery
from posenc.proving import (
    require_all,
    require_equal,
    require_less,
    require_nonzero,
    require_positive,
    require_zero,
)

PAPER = CONVENTIONS["alibi/press"]
WRONG = gallery("alibi")

i, j, t = sp.symbols("i j t", integer=True)
h, k, p, u = sp.symbols("h k p u", integer=True, nonnegative=True)
top, slope = sp.symbols("top m", positive=True)
EIGHT = sp.Integer(8)
KEYS = 4


def _causal(which: Alibi, query: sp.Expr, key: sp.Expr, name: str | None = None) -> sp.Expr:
    """The causal bias, without its −∞, of a definition or of one of its named rows."""
    return -slope * (CONVENTIONS[name] if name else which).penalty(query, key, KEYS, KEYS)


def prove_anchor(which: Alibi = PAPER) -> None:
    for n, exponents in {1: [8], 2: [4, 8], 3: [4, 8, 2], 8: [1, 2, 3, 4, 5, 6, 7, 8]}.items():
        require_equal([which.exponent(a + 1, n, EIGHT) for a in range(n)], exponents, f"exponents for {n} heads")
    twelve = [1, 2, 3, 4, 5, 6, 7, 8, *(sp.Rational(2 * a + 1, 2) for a in range(4))]
    require_equal([which.exponent(a + 1, 12, EIGHT) for a in range(12)], twelve, "exponents for 12 heads")
    require_equal(which.slope(1, 8, EIGHT), sp.Rational(1, 2), "the first of 8 heads has slope 1/2")
    values = [which.bias(slope, 3, other, 2, KEYS, use="causal") for other in range(KEYS)]
    require_equal(values, [-3 * slope, -2 * slope, -slope, 0], "row 3: −3m, −2m, −m, 0")
    require_equal(which.bias(slope, 0, 1, 2, KEYS, use="causal"), -sp.oo, "a key after the query is forbidden")


def prove_relative(which: Alibi = PAPER) -> None:
    require_zero(_causal(which, i + t, j + t) - _causal(which, i, j), "causal: unchanged when both positions move")
    moved = which.symmetric(i + t, j + t) - which.symmetric(i, j)
    require_zero(sp.simplify(moved), "symmetric: unchanged when both positions move")
    require_zero(which.symmetric(i, i + u) - which.symmetric(i, i - u), "symmetric: the same on both sides")


def prove_decreasing(which: Alibi = PAPER) -> None:
    one = which.slope(1, 3, EIGHT)
    require_less(sp.Integer(0), one, "slopes are positive: powers of 2")
    step = sp.expand(which.penalty(i, i - u - 1, KEYS, KEYS) - which.penalty(i, i - u, KEYS, KEYS))
    require_positive(step, [u], "causal: the penalty grows from every distance to the next")
    require_equal(step, 1, "by exactly one slope")
    for side in (1, -1):
        step = sp.expand(which.symmetric(i, i + side * (u + 1)) - which.symmetric(i, i + side * u))
        require_equal(step, 1, "symmetric: the same on both sides")


def prove_shift_equivalent(which: Alibi = PAPER) -> None:
    for name in ("alibi/key-only", "alibi/last-key"):
        difference = sp.expand(_causal(which, i, j) - _causal(which, i, j, name))
        require_equal(difference.has(j), False, f"−m(i − j) and {name} differ by {difference}, the same for every key")
    logits = sp.symbols(f"s:{KEYS}", real=True)
    for query in range(KEYS):
        allowed = range(query + 1)
        rows = (
            softmax([logits[key] + _causal(which, query, key, name) for key in allowed])
            for name in (None, "alibi/key-only", "alibi/last-key")
        )
        centred, *others = (sp.Matrix(row) for row in rows)
        for other in others:
            require_zero(centred - other, f"so row {query} of a causal softmax has the same weights")


def refute_shift_symmetric(which: Alibi = PAPER) -> None:
    half = sp.Rational(1, 2)
    centred = softmax([-half * which.symmetric(1, key) for key in range(KEYS)])
    shifted = softmax([half * key for key in range(KEYS)])
    require_nonzero(centred[0] - shifted[0], "m = 1/2, row 1 of 4, equal contents: the weights of key 0 differ")
    require_zero(centred[0] - centred[2], "symmetric use treats the neighbours alike")


def _require_power(which: Alibi) -> None:
    held = ((n, which.whole(n) == power_below(n) and power_below(n) <= n < 2 * power_below(n)) for n in range(1, 4097))
    require_all(held, "the first list is that of p heads, p the power of two with p ≤ n < 2p (n up to 4096)")


def prove_geometric_powers(which: Alibi = PAPER) -> None:
    _require_power(which)
    require_zero(
        which.first(h + 1, p, top) - which.first(h, p, top) - top / p, "n = p: ratio 2^(−max_bias/n) throughout"
    )
    require_zero(which.first(1, p, top) - top / p, "and the first slope is that ratio")
    gaps = top / p - (which.extra(1, p, top) - which.first(p, p, top))
    require_positive(sp.expand(gaps * 2 * p / top).subs(p, u + 2), [u], "n > p ≥ 2: the step after head p is another")


def refute_geometric(which: Alibi = PAPER) -> None:
    a, b, c = (which.exponent(number, 3, EIGHT) for number in (1, 2, 3))
    require_equal((a, b, c), (4, 8, 2), "3 heads: exponents 4, 8, 2")
    require_equal(b - a == c - b, False, "4 up, 6 down: no geometric sequence")


def prove_distinct(which: Alibi = PAPER) -> None:
    unit = 2 * p / top
    require_zero(which.first(h, p, top) * unit - 2 * h, "the first heads have even multiples of max_bias/(2p)")
    require_zero(which.extra(k, p, top) * unit - (2 * k - 1), "the others odd multiples, so no two slopes are equal")
    _require_power(which)


def prove_strided(which: Alibi = PAPER) -> None:
    _require_power(which)
    require_zero(which.first(h, p, top) - top * 2 * h / (2 * p), "even places of the list for N = 2p: the first list")
    require_zero(which.extra(k, p, top) - top * (2 * (p + k) - 2 * p - 1) / (2 * p), "odd places: the others")
    same = (
        ((n, a), which.exponent(a, n, EIGHT) == strided_exponent(a, n, EIGHT))
        for n in range(1, 65)
        for a in range(1, n + 1)
    )
    require_all(same, "MPT's rule gives the same list in the same order (every head of up to 64)")


def prove_max_bias(which: Alibi = PAPER) -> None:
    require_zero(which.first(p, p, top) - top, "head p has slope 2^(−max_bias)")
    rest = sp.expand((top - which.extra(k, p, top)) * 2 * p / top).subs(p, k + u + 1)
    require_positive(sp.expand(rest), [k, u], "no other head has a smaller one: k < p")
    require_zero(which.first(h, p, 2 * top) - 2 * which.first(h, p, top), "exponents are proportional to max_bias")
