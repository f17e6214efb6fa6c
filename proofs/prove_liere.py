"""Lie rotational position encodings: what is true of them. Statements and sources: spec/liere/claims.toml.

On one axis a block's matrix is t·A with a free t, and its exponential 1 + σ(t)·A + ν(t)·A². What is claimed of it is
decided among polynomials in one symbol for A, reduced by A³ = −s²·A, which is decided with free entries.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from posenc.definitions import Expr
from posenc.definitions.liere import CONVENTIONS, Liere
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_less, require_zero, trust

PAPER = CONVENTIONS["liere/blocks"]
WRONG = gallery("liere")

m, n, t, s, p, q, r, A = sp.symbols("m n t s p q r A", real=True)
u, v, lam = sp.symbols("u v lambda", real=True)
X = sp.symbols("x_:4", real=True)
ENTRIES = {2: [p], 3: [p, q, r]}
SQUARES = {2: p**2, 3: p**2 + q**2 + r**2}
FIRST, SECOND = [sp.Integer(-1), sp.Integer(0), sp.Integer(0)], [sp.Integer(0), sp.Integer(-1), sp.Integer(0)]
PLANES = [[FIRST], [SECOND]]  # two axes: the planes (0, 1) and (0, 2) of one block


def _series(which: Liere, time: Expr) -> Expr:
    """exp(time·A) as a polynomial in A."""
    return 1 + which.sine(time * s) * time * A + which.versine(time * s) * time**2 * A**2


def _require_same(one: Expr, other: Expr, statement: str) -> None:
    """Decide that two polynomials in A are the same where A³ = −s²·A."""
    rest = sp.rem(sp.Poly(sp.expand(one - other), A), sp.Poly(A**3 + s**2 * A, A))
    for power in range(3):
        require_zero(rest.coeff_monomial(A**power), f"{statement}: coefficient of A^{power}")


def _require_form(which: Liere) -> None:
    """Decide that blocks of both sizes have that form on one axis, with A skew and A³ = −s²·A."""
    for size, entries in ENTRIES.items():
        found = replace(which, length=lambda given: t * s).matrix([t], [[entries]], size)
        a = which.generator(entries)
        said = sp.eye(size) + which.sine(t * s) * t * a + which.versine(t * s) * t**2 * a**2
        require_zero(found - said, f"size {size}: R = I + σ(t)·A + ν(t)·A²")
        require_zero(a + a.T, f"size {size}: A is skew-symmetric")
        require_zero((a**3 + SQUARES[size] * a).expand(), f"size {size}: A³ = −s²·A, s² the sum of its squared entries")
        require_zero(which.length([t * e for e in entries]) ** 2 - t**2 * SQUARES[size], "and s grows with t")


def _score(which: Liere, query: list[int], key: list[int]) -> Expr:
    """Of e_0 and e_1 at two places of two axes."""
    one, other = (which.rotate(list(sp.eye(3).col(i)), at, PLANES) for i, at in ((0, query), (1, key)))
    return sum(a * b for a, b in zip(one, other, strict=True))


def _require_between(low: str, found: Expr, high: str, statement: str) -> None:
    require_less(sp.Rational(low), found, f"{statement}: above {low}")
    require_less(found, sp.Rational(high), f"and below {high}")


def prove_anchor(which: Liere = PAPER) -> None:
    x = [sp.Integer(v) for v in (1, 0, 0, 0, 1, 0, 5)]
    axes = [[[1, 2, 2], [0, 0, 0]], [[0, 0, 0], [0, 0, sp.Rational(1, 10)]]]
    found = which.rotate(x, [sp.Integer(1), sp.Integer(3)], axes)
    cos3, sin3 = sp.cos(3), sp.sin(3)
    first = [(4 + 5 * cos3) / 9, -sin3 / 3 - 4 * (1 - cos3) / 9, -2 * sin3 / 3 + 2 * (1 - cos3) / 9]
    second = [0, sp.cos(sp.Rational(3, 10)), -sp.sin(sp.Rational(3, 10))]
    for i, (value, right) in enumerate(zip(found, [*first, *second, 5], strict=True)):
        require_zero(value - right, f"channel {i} is {right}")


def prove_exponential(which: Liere = PAPER) -> None:
    _require_form(which)
    series = _series(which, t)
    _require_same(sp.diff(series, t), A * series, "dR/dt = A·R")
    require_zero(_series(which, sp.Integer(0)) - 1, "R = I at t = 0")
    trust("a linear differential equation with a start has one solution, exp(t·A)")


def prove_orthogonal(which: Liere = PAPER) -> None:
    _require_form(which)
    series = _series(which, t)
    _require_same(series.subs(A, -A) * series, sp.Integer(1), "RᵀR = I, Aᵀ being −A")


def prove_one_axis(which: Liere = PAPER) -> None:
    _require_form(which)
    both = _series(which, m).subs(A, -A) * _series(which, n)
    _require_same(both, _series(which, n - m), "R(m)ᵀR(n) = R(n − m)")


def prove_commuting(which: Liere = PAPER) -> None:
    one, other = which.generator([p, q, r]), which.generator(list(sp.symbols("a b c", real=True)))
    bracket = (one * other - other * one).expand()
    a, b, c = sp.symbols("a b c", real=True)
    minors = {(0, 1): q * c - r * b, (0, 2): r * a - p * c, (1, 2): p * b - q * a}
    for (row, column), minor in minors.items():
        found = {sp.expand(bracket[row, column] - minor), sp.expand(bracket[row, column] + minor)}
        require_equal(0 in found, True, f"size 3: [A, B] has ±({minor}) at {row}, {column}")
    two = which.generator([p]) * which.generator([a]) - which.generator([a]) * which.generator([p])
    require_zero(two.expand(), "size 2: all generators commute")
    for size, entries in ENTRIES.items():
        axes = [[entries], [[lam * e for e in entries]]]
        together = which.combined([u, v], [axis[0] for axis in axes])
        for entry, given in zip(together, entries, strict=True):
            require_zero(entry - (u + lam * v) * given, f"size {size}: parallel generators have one time, u + λ·v")
    trust("all minors are 0 exactly when the three entries of one are a multiple of those of the other")
    prove_one_axis(which)


def refute_relative(which: Liere = PAPER) -> None:
    zero, one = sp.Integer(0), sp.Integer(1)
    near, far = _score(which, [zero, zero], [one, zero]), _score(which, [zero, one], [one, one])
    _require_between("-0.8414709849", near, "-0.8414709848", "offset (1, 0) from (0, 0)")
    _require_between("-0.7325018319", far, "-0.7325018318", "the same offset from (0, 1)")
    at_one, at_both, apart = (which.matrix(at, PLANES, 3) for at in ([one, zero], [one, one], [zero, one]))
    gap = at_one.T * at_both - apart
    squares = sum(entry**2 for entry in gap)
    _require_between("0.4410495", squares, "0.4410496", "|R(1, 0)ᵀR(1, 1) − R(0, 1)|² is 0.664115...²")


def refute_product(which: Liere = PAPER) -> None:
    zero, one = sp.Integer(0), sp.Integer(1)
    each = which.matrix([one, zero], PLANES, 3) * which.matrix([zero, one], PLANES, 3)
    _require_between("0.2919", each[0, 0], "0.2920", "exp A_1·exp A_2 begins with cos² 1")
    _require_between("0.1559", which.matrix([one, one], PLANES, 3)[0, 0], "0.1560", "exp(A_1 + A_2) with cos √2")


def prove_rope(which: Liere = PAPER) -> None:
    rope, base = ROPE["rope/interleaved"], sp.Integer(100)
    for d in (2, 4, 6):
        rates = [rope.frequency(sp.Integer(i), sp.Integer(d), sp.Integer(d), base) for i in range(d // 2)]
        found = which.matrix([t], [[[-rate] for rate in rates]], d)
        require_zero(found - rope.matrix(t, d, base), f"d = {d}: one axis, entries −θ_i")


def prove_axial(which: Liere = PAPER) -> None:
    thetas = sp.symbols("theta_:2", real=True)
    found = which.matrix([u, v], [[[-thetas[0]], [0]], [[0], [-thetas[1]]]], 4)
    rope = ROPE["rope/interleaved"]
    said = sp.diag(rope.turn(rope.angle(u, thetas[0])), rope.turn(rope.angle(v, thetas[1])))
    require_zero(found - said, "a plane for each axis: rope of the one coordinate beside rope of the other")


def prove_fixed_axis(which: Liere = PAPER) -> None:
    axis = [r, -q, p]
    found = replace(which, length=lambda given: s).rotate(axis, [sp.Integer(1)], [[[p, q, r]]])
    require_zero((sp.Matrix(found) - sp.Matrix(axis)).expand(), "a block of three leaves (r, −q, p) alone")


def prove_origin(which: Liere = PAPER) -> None:
    found = which.matrix([sp.Integer(0)] * 2, [[[p, q, r]], [[u, v, lam]]], 4)
    require_equal(found, sp.eye(4), "coordinates 0: nothing is turned, in the block or beyond it")
