"""Kernelized relative biases: what is true of them. Statements and sources: spec/kerple/claims.toml.

A kernel k is conditionally positive definite (CPD) when Σ c_a c_b k(x_a, x_b) ≥ 0 for all points and all c with
Σ c = 0. `posenc audit kerple` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

import sympy as sp

from posenc.definitions.attention import softmax
from posenc.definitions.kerple import CONVENTIONS, Kerple
from posenc.definitions.wrong import gallery
from posenc.proving import (
    require_equal,
    require_in_ideal,
    require_less,
    require_zero,
    trust,
)

PAPER = CONVENTIONS["kerple/log"]
WRONG = gallery("kerple")

i, j, t = sp.symbols("i j t", integer=True)
u, n_q, n_k = sp.symbols("u n_q n_k", integer=True, nonnegative=True)
r1, r2, p, a = sp.symbols("r1 r2 p a", positive=True)
x, y, s = sp.symbols("x y s", real=True)
ONE, TWO, HALF = sp.Integer(1), sp.Integer(2), sp.Rational(1, 2)
SECOND = (ONE, -TWO, ONE)  # the second difference: its entries sum to zero


def _form(kernel: Callable[[sp.Expr], sp.Expr], points: Sequence[sp.Expr], c: Sequence[sp.Expr]) -> sp.Expr:
    """Σ c_a c_b k(|x_a − x_b|)."""
    pairs = product(zip(points, c, strict=True), repeat=2)
    return sp.expand(sum(f * g * kernel(sp.Abs(v - w)) for (v, f), (w, g) in pairs))


def _contrasts(kernel: Callable[[sp.Expr], sp.Expr], size: int) -> sp.Matrix:
    """The form at the positions 0 ... size, on the basis e_a − e_0 of all c with Σ c = 0."""
    at = [kernel(sp.Integer(distance)) for distance in range(size + 1)]
    return sp.Matrix(size, size, lambda b, c: at[abs(b - c)] - at[b + 1] - at[c + 1] + at[0])


def _require_positive_minors(matrix: sp.Matrix, statement: str) -> None:
    for size in range(1, matrix.rows + 1):
        minor = matrix[:size, :size].det(method="berkowitz")
        require_less(sp.Integer(0), sp.expand(minor), f"{statement}: leading minor {size} is positive")


def _require_form(which: Kerple) -> None:
    require_zero(which.log(r1, r2, u) + r1 * sp.log(1 + r2 * u), "log: −r1·ln(1 + r2·t)")
    require_zero(which.power(r1, r2, u) + r1 * u**r2, "power: −r1·t^r2")


def prove_anchor(which: Kerple = PAPER) -> None:
    def row(kernel: str, size: sp.Expr, growth: sp.Expr) -> list[sp.Expr]:
        one = Kerple(which.log, which.power, kernel, which.causal, which.symmetric, which.pick)
        return [one.bias(size, growth, sp.Integer(3), sp.Integer(key), 2, 4, use="causal") for key in range(4)]

    logs = [-2 * sp.log(sp.Rational(2 + distance, 2)) for distance in (3, 2, 1, 0)]
    require_equal(row("log", TWO, HALF), logs, "log, r1 = 2, r2 = 1/2, row 3: −2 ln 5/2, −2 ln 2, −2 ln 3/2, 0")
    roots = [-sp.sqrt(distance) / 2 for distance in (3, 2, 1, 0)]
    require_equal(row("power", HALF, HALF), roots, "power, r1 = r2 = 1/2, row 3: −√3/2, −√2/2, −1/2, 0")
    require_equal(which.bias(r1, r2, 2, 3, 2, 4, use="causal"), -sp.oo, "a key after the query is forbidden")
    require_equal([which.pick([r1, r2], head) for head in (0, 1)], [r1, r2], "each head has its own numbers")


def prove_relative(which: Kerple = PAPER) -> None:
    moved = which.causal(i + t, j + t, n_q, n_k) - which.causal(i, j, n_q, n_k)
    require_zero(moved, "causal: the distance is unchanged when both positions move")
    moved = which.symmetric(i + t, j + t) - which.symmetric(i, j)
    require_zero(moved, "symmetric: the distance is unchanged when both positions move")
    require_zero(which.symmetric(i, i + u) - which.symmetric(i, i - u), "symmetric: the same on both sides")


def prove_decreasing(which: Kerple = PAPER) -> None:
    _require_form(which)
    require_equal([which.log(r1, r2, 0), which.power(r1, r2, 0)], [0, 0], "the bias is 0 at distance 0")
    inside = sp.exp(-which.log(ONE, r2, u))
    require_zero(inside.subs(u, u + 1) - inside - r2, "log: what is inside grows by r2 > 0 a step")
    trust("ln is increasing, and so is t ↦ t^p on t ≥ 0 for p > 0")
    require_less(which.log(ONE, ONE, ONE), sp.Integer(0), "so the bias falls: below 0 at distance 1")
    require_less(which.power(ONE, HALF, TWO), which.power(ONE, HALF, ONE), "and lower at 2 than at 1")


def prove_power_is_alibi(which: Kerple = PAPER) -> None:
    require_zero(which.power(r1, ONE, u) + r1 * u, "r2 = 1: −r1·|i − j|, ALiBi with slope r1")
    require_zero(which.symmetric(i, j) - sp.Abs(i - j), "in symmetric use")
    require_zero(which.causal(i, j, n_q, n_k) - (i - j), "and in causal use")


def prove_definite(which: Kerple = PAPER) -> None:
    _require_form(which)
    c = sp.symbols("c:4", real=True)
    points = sp.symbols("x:4", real=True)
    require_zero(which.power(ONE, TWO, sp.Abs(x - y)) - (2 * x * y - x**2 - y**2), "p = 2: −(x − y)²")
    square = 2 * sum(f * v for f, v in zip(c, points, strict=True)) ** 2
    form = _form(partial(which.power, ONE, TWO), points, c)
    require_in_ideal(sp.expand(form - square), [sum(c)], "p = 2: the form is 2(Σ c x)² where Σ c = 0; so for any n")
    gaps = sp.symbols("g1:4", nonnegative=True)
    sorted_points = [sum(gaps[:k], sp.Integer(0)) for k in range(4)]
    squares = 2 * sum(gap * sum(c[: k + 1]) ** 2 for k, gap in enumerate(gaps))
    form = _form(partial(which.power, ONE, ONE), sorted_points, c)
    require_in_ideal(sp.expand(form - squares), [sum(c)], "p = 1: 2 Σ gap·(c before the gap)²; one square a gap")
    wave = sp.cos(s * (x - y)) - sp.cos(s * x) * sp.cos(s * y) - sp.sin(s * x) * sp.sin(s * y)
    require_zero(wave, "Σ c c cos(s(x − y)) = (Σ c cos sx)² + (Σ c sin sx)², so −(1 − cos s(x − y)) is CPD")
    trust("for 0 < p < 2, t^p is a positive multiple of the integral of (1 − cos st)·s^(−1−p) over s > 0 (Schoenberg)")
    trust("ln(1 + rt) is the integral of (1 − e^(−rts))·e^(−s)/s over s > 0 (Frullani)")
    trust("e^(−a|x − y|) is positive definite for a > 0")
    trust("a symmetric matrix with positive leading minors is positive definite (Sylvester)")
    for rate in (HALF, TWO):
        _require_positive_minors(_contrasts(partial(which.log, ONE, rate), 3), f"log, r2 = {rate}, 4 positions")
    for power in (HALF, ONE, sp.Rational(3, 2)):
        _require_positive_minors(
            _contrasts(partial(which.power, ONE, power), 3), f"power {power}, 4 positions, strictly"
        )


def refute_definite_any_power(which: Kerple = PAPER) -> None:
    form = _form(partial(which.power, ONE, p), [sp.Integer(0), ONE, TWO], SECOND)
    require_zero(form - (8 - 2 * 2**p), "positions 0, 1, 2 and c = 1, −2, 1: the form is 8 − 2·2^p")
    values = [form.subs(p, power) for power in (2, 3, 4)]
    require_equal(values, [0, -8, -24], "0 at p = 2, −8 at p = 3, −24 at p = 4: negative for every p > 2")


def prove_shifted(which: Kerple = PAPER) -> None:
    entries = sp.symbols("k:6", real=True)
    full = sp.Matrix(3, 3, lambda b, c: entries[[0, 1, 2, 1, 3, 4, 2, 4, 5][3 * b + c]])
    rest = sp.Matrix(2, 2, lambda b, c: full[b + 1, c + 1] - full[b + 1, 0] - full[0, c + 1] + full[0, 0])
    grown = (full + a * sp.ones(3, 3)).det() - full.det() - a * rest.det()
    require_zero(grown, "det(K + a·11ᵀ) = det K + a·det M, M the form on Σ c = 0 (free K, 3 points)")
    trust("a symmetric matrix with positive leading minors is positive definite (Sylvester)")
    _require_positive_minors(_contrasts(partial(which.log, ONE, ONE), 3), "log, M of 4 positions, so a exists")
    kernel = sp.Matrix(4, 4, lambda b, c: which.log(ONE, ONE, sp.Integer(abs(b - c))))
    require_less(kernel[:2, :2].det(), sp.Integer(0), "without a constant it is not positive definite")
    _require_positive_minors(kernel + ONE * sp.ones(4, 4), "log, r1 = r2 = 1, 4 positions, a = 1")
    logits = sp.symbols("s:3", real=True)
    biased = [logit + which.power(r1, ONE, sp.Integer(distance)) for distance, logit in enumerate(logits)]
    weights = sp.Matrix(softmax(biased)) - sp.Matrix(softmax([one + a for one in biased]))
    require_zero(weights, "and a softmax does not see the constant")


def refute_shifted_square(which: Kerple = PAPER) -> None:
    points = [sp.Integer(0), ONE, TWO]
    c = [a * one + first for one, first in zip(SECOND, (1, 0, 0), strict=True)]
    form = _form(lambda distance: which.power(ONE, TWO, distance) + a, points, c)
    require_zero(
        form + 3 * a, "r2 = 2, positions 0, 1, 2, c = (1 + a, −2a, a): the form of k + a is −3a, for every a > 0"
    )


def refute_one_constant(which: Kerple = PAPER) -> None:
    value = sp.Symbol("k", real=True)
    two = sp.Matrix([[a, a + value], [a + value, a]])
    require_zero(two.det() + value * (2 * a + value), "positions 0 and N: det = −k(2a + k), negative when −k > 2a")
    require_equal(which.log(ONE, ONE, sp.Integer(0)), 0, "the diagonal is a")
    require_zero(sp.exp(-which.log(ONE, ONE, u)) - (1 + u), "log, r1 = r2 = 1: −k = ln(1 + N)")
    require_less(sp.exp(2), sp.Integer(8), "e² < 8, so ln(1 + N) > 2a at N = 8^a: no a serves all lengths")
    require_less(which.log(ONE, ONE, sp.Integer(8)), sp.Integer(-2), "for instance a = 1 and N = 8")
