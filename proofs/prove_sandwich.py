"""Sandwich: what is true of it. Statements and sources: spec/sandwich/claims.toml.

A claim about the sum is proved for one term with free m, d and base, and holds for the sum of any number of them.
`posenc audit sandwich` runs this file; so does pytest.
"""

from __future__ import annotations

import sympy as sp

from posenc.definitions.attention import softmax
from posenc.definitions.sandwich import CONVENTIONS, Sandwich
from posenc.definitions.sinusoidal import CONVENTIONS as SINUSOIDAL
from posenc.definitions.wrong import gallery
from posenc.proving import (
    cosine_sums,
    require_all,
    require_equal,
    require_less,
    require_nonzero,
    require_zero,
    trust,
)

PAPER = CONVENTIONS["sandwich/centred"]
WRONG = gallery("sandwich")
TABLE = SINUSOIDAL["sinusoidal/interleaved"]

i, j = sp.symbols("i j", integer=True)
u, n_q, n_k = sp.symbols("u n_q n_k", integer=True, nonnegative=True)
m, d, h, n = sp.symbols("m d h n", integer=True, positive=True)
b = sp.Symbol("b", positive=True)  # the base, above 1
t, p, q, theta = sp.symbols("t p q theta", real=True)
TEN_THOUSAND = sp.Integer(10_000)


def _sum(which: Sandwich, distance: int, dim: int) -> sp.Expr:
    return which.total(sp.Integer(distance), dim, TEN_THOUSAND)


def _require_cosines(which: Sandwich) -> None:
    """The terms of the sum are the cosines of distance × ω, and d/2 of them."""
    require_zero(which.term(t, m, d, b) - sp.cos(t * which.frequency(m, d, b)), "term m is cos(t·ω_m)")
    require_all(((dim, which.terms(dim) == dim // 2) for dim in range(2, 1025, 2)), "d/2 terms (d up to 1024)")


def prove_anchor(which: Sandwich = PAPER) -> None:
    found = [which.frequency(sp.Integer(k), 4, TEN_THOUSAND) for k in (1, 2)]
    require_equal(found, [sp.Rational(1, 100), sp.Rational(1, 10_000)], "d = 4: frequencies 1/100 and 1/10000")
    slow = [sp.cos(sp.Rational(distance, 100)) + sp.cos(sp.Rational(distance, 10_000)) - 2 for distance in range(4)]
    sums = [_sum(which, distance, 4) for distance in range(4)]
    require_equal(sums, slow, "d = 4: cos(t/100) + cos(t/10000) − 2, so 0 at distance 0")
    require_equal([which.divisor(k, 12) for k in (1, 12)], [sp.Rational(2, 3), 8], "12 heads: divisors 2/3 ... 8")
    require_equal(which.causal(3, 1, 2, 4), 2, "two queries at the end of four keys: the last one is at 3")


def prove_relative(which: Sandwich = PAPER) -> None:
    require_zero(which.term(-t, m, d, b) - which.term(t, m, d, b), "each term is even in the distance")
    moved = which.causal(i + u, j + u, n_q, n_k) - which.causal(i, j, n_q, n_k)
    require_zero(moved, "causal: the distance is unchanged when both positions move")
    both = which.symmetric(i, i + u) - which.symmetric(i, i - u)
    require_zero(both, "symmetric: the same on both sides")


def prove_gram(which: Sandwich = PAPER) -> None:
    _require_cosines(which)
    closer = which.frequency(1, d, b)
    shift = sp.powsimp(TABLE.frequency(m - 1, 0, d, b) * closer) / which.frequency(m, d, b)
    require_equal(sp.simplify(shift), 1, "ω_m is the frequency of pair m − 1 times b^(−2/d), that of pair 1")
    omega = sp.Symbol("omega", positive=True)
    one, other = (sp.Matrix(TABLE.wave(TABLE.angle(position, omega))) for position in (p, q))
    require_zero((one.T * other)[0] - sp.cos((p - q) * omega), "a pair at p · the pair at q is the term at p − q")
    for dim in (2, 4, 6):
        base, scale = sp.Integer(10) ** dim, which.frequency(1, dim, sp.Integer(10) ** dim)
        rows = [sp.Matrix(TABLE.row(position * scale, dim, base)) for position in (p, q)]
        gram = (rows[0].T * rows[1])[0]
        require_zero(gram - dim // 2 - which.total(p - q, dim, base), f"d = {dim}: rows at positions times b^(−2/d)")


def prove_negative(which: Sandwich = PAPER) -> None:
    _require_cosines(which)
    require_equal(which.centre(d), d / 2, "what is subtracted is the number of terms")
    require_zero(1 - sp.cos(theta) - 2 * sp.sin(theta / 2) ** 2, "1 − cos θ = 2 sin²(θ/2) ≥ 0, so no sum is above 0")
    require_equal(which.frequency(d / 2, d, b), 1 / b, "the last frequency is 1/base")
    trust("cos x = 1 only where x is an integer multiple of 2π")
    trust("π is irrational, so t/base is not such a multiple for an integer t ≠ 0 and a rational base")
    require_less(_sum(which, 1, 2) / which.divisor(2, 2), sp.Integer(0), "d = 2, head 2 of 2, distance 1: below 0")


def refute_decreasing(which: Sandwich = PAPER) -> None:
    _require_cosines(which)
    for dim, rise in {64: 7, 128: 13, 512: 38}.items():
        omegas = [which.frequency(sp.Integer(k), sp.Integer(dim), TEN_THOUSAND) for k in range(1, which.terms(dim) + 1)]
        sums = cosine_sums(omegas, rise + 2)
        for distance in range(rise):
            require_less(sums[distance + 1], sums[distance], f"d = {dim}: falls from {distance} to {distance + 1}")
        require_less(sums[rise], sums[rise + 1], f"d = {dim}: rises from {rise} to {rise + 1}")
    require_less(sp.Integer(0), which.divisor(1, 1), "and a positive divisor keeps the order")


def prove_bounded(which: Sandwich = PAPER) -> None:
    _require_cosines(which)
    require_zero(1 + sp.cos(theta) - 2 * sp.cos(theta / 2) ** 2, "cos θ ≥ −1, so a sum of d/2 of them is at least −d/2")
    least = (-d / 2 - which.centre(d)) / which.divisor(h, n)
    require_zero(least + d * n / (8 * h), "so the bias is never below −d·n/(8h)")


def prove_constant(which: Sandwich = PAPER) -> None:
    require_zero(which.total(0, 2, b), "d = 2: the centred bias is 0 at distance 0")
    logits, totals = (sp.symbols(f"{name}:3", real=True) for name in ("s", "c"))
    divisor = which.divisor(1, 3)
    centred, plain = (
        softmax([one + (total - away) / divisor for one, total in zip(logits, totals, strict=True)])
        for away in (which.centre(4), CONVENTIONS["sandwich/inner-product"].centre(4))
    )
    require_zero(sp.Matrix(centred) - sp.Matrix(plain), "a softmax does not see what is subtracted from a whole row")


def prove_heads(which: Sandwich = PAPER) -> None:
    require_zero(which.divisor(h, n) - h * which.divisor(1, n), "head h has h times the divisor of head 1")
    require_equal(which.divisor(n, n), 8, "the last head's is 8")
    require_nonzero(which.divisor(1, 3) - which.divisor(1, 2), "so the first one depends on the number of heads")
