"""Hyperbolic rotary position embedding: what is true of it. Statements and sources: spec/hyperbolic_rope/claims.toml.

Without damping the map of a key is the boost itself. `posenc audit hyperbolic_rope` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from posenc.definitions.hyperbolic_rope import CONVENTIONS, HyperbolicRope
from posenc.definitions.rope import PLACES
from posenc.definitions.wrong import gallery
from posenc.proving import (
    require_equal,
    require_less,
    require_positive,
    require_zero,
    trust,
)

PAPER = CONVENTIONS["hyperbolic_rope/interleaved"]
WRONG = gallery("hyperbolic_rope")

m, n, a, b, t, u, delta = sp.symbols("m n a b t u delta", real=True)
x, y, z, w = sp.symbols("x y z w", real=True)
gap, more = sp.symbols("gap more", nonnegative=True)

TENTH = [sp.Rational(1, 10)]
Q, K = sp.Matrix([1, 2]), sp.Matrix([sp.Rational(1, 2), -1])


def _boost(which: HyperbolicRope, p: sp.Expr) -> sp.Matrix:
    """That of a key at p with rapidity 1, undamped."""
    return which.matrix(p, [sp.Integer(1)], sp.Integer(0), "key")


def _score(
    which: HyperbolicRope, q: sp.Matrix, k: sp.Matrix, place: tuple[int, int], damping: sp.Expr = sp.S.Zero
) -> sp.Expr:
    """Of one pair with rapidity 1/10 at (query position, key position)."""
    query, key = (which.matrix(sp.Integer(p), TENTH, damping, r) for p, r in zip(place, ("query", "key"), strict=True))
    return ((query * q).T * (key * k))[0]


def _term(which: HyperbolicRope, q: sp.Matrix, k: sp.Matrix, rapidity: sp.Expr, damping: sp.Expr) -> sp.Expr:
    """The score of one pair at distance n."""
    query, key = (which.matrix(p, [rapidity], damping, r) for p, r in ((m + n, "query"), (m, "key")))
    return ((query * q).T * (key * k))[0]


def _require_between(low: str, found: sp.Expr, high: str, statement: str) -> None:
    require_less(sp.Rational(low), found, f"{statement}: above {low}")
    require_less(found, sp.Rational(high), f"and below {high}")


def prove_anchor(which: HyperbolicRope = PAPER) -> None:
    _require_between("-1.530100133429", _score(which, Q, K, (3, 1)), "-1.530100133428", "(1, 2) at 3, (1/2, −1) at 1")
    damped = _score(which, Q, K, (3, 1), sp.Rational(1, 5))
    _require_between("-1.025656792", damped, "-1.025656791", "damped by 1/5 a token")
    moved = which.rotate([sp.Integer(1), 0, 0, sp.Integer(2)], sp.Integer(1), [sp.Integer(1), 0], sp.Integer(0), "key")
    require_zero(moved[0] - (sp.exp(1) + sp.exp(-1)) / 2, "a key (1, 0, 0, 2) at 1, rapidities 1 and 0: cosh 1 first")
    require_zero(moved[1] - (sp.exp(1) - sp.exp(-1)) / 2, "then sinh 1")
    require_equal(moved[2:], [0, 2], "and the second pair as it was")


def prove_group(which: HyperbolicRope = PAPER) -> None:
    require_zero(_boost(which, a) * _boost(which, b) - _boost(which, a + b), "B(a)·B(b) = B(a + b)")
    require_zero(_boost(which, sp.Integer(0)) - sp.eye(2), "B(0) = I")


def prove_relative(which: HyperbolicRope = PAPER) -> None:
    product = which.matrix(m, [t, u], delta, "query").T * which.matrix(n, [t, u], delta, "key")
    said = sp.exp(-delta * (m - n)) * which.matrix(n - m, [t, u], sp.Integer(0), "key")
    require_zero(product - said, "between query and key stands e^(−δ(m − n))·B(n − m)")


def refute_same_map(which: HyperbolicRope = PAPER) -> None:
    for place, low, high in (
        ((3, 1), "-1.621608557758", "-1.621608557757"),
        ((13, 11), "-8.335420750449", "-8.335420750448"),
    ):
        one, other = (which.matrix(sp.Integer(p), TENTH, sp.Integer(0), "key") for p in place)
        _require_between(low, ((one * Q).T * (other * K))[0], high, f"both boosted alike at {place}, distance 2")
    require_zero(_boost(which, a).T - _boost(which, a), "a boost is symmetric")
    require_zero(_boost(which, m).T * _boost(which, n) - _boost(which, m + n), "so the score depends on the sum")


def prove_minkowski(which: HyperbolicRope = PAPER) -> None:
    eta = sp.diag(1, -1)
    require_zero(_boost(which, a).T * eta * _boost(which, a) - eta, "x² − y² is kept")


def refute_norm(which: HyperbolicRope = PAPER) -> None:
    y_ = _boost(which, sp.Integer(1)) * sp.Matrix([1, 0])
    _require_between("3.7621", (y_.T * y_)[0], "3.7622", "(1, 0) boosted by 1: its squared length is cosh 2")


def prove_eigenvectors(which: HyperbolicRope = PAPER) -> None:
    for side, sign in ((1, 1), (-1, -1)):
        v = sp.Matrix([1, side])
        found = which.matrix(n, [t], delta, "key") * v - sp.exp((delta + sign * t) * n) * v
        require_zero(found, f"(1, {side}) is multiplied by e^((δ {'+' if sign > 0 else '−'} t)·n)")


def prove_bounded(which: HyperbolicRope = PAPER) -> None:
    q, k = sp.Matrix([x, y]), sp.Matrix([z, w])
    score = _term(which, q, k, t, t + gap)
    plus, minus = (x + y) * (z + w) / 2, (x - y) * (z - w) / 2
    said = plus * sp.exp(-(2 * t + gap) * n) + minus * sp.exp(-gap * n)
    require_zero(score - said, "δ = t + g: the score is q₊k₊·e^(−(2t + g)r)/2 + q₋k₋·e^(−g·r)/2")
    require_positive(2 * more + gap, [more, gap], "2t + g ≥ 0 for t ≥ 0; and g ≥ 0", strict=False)
    require_zero(2 * sum(one**2 for one in (x, y)) - (x + y) ** 2 - (x - y) ** 2, "q₊² + q₋² = 2|q|², and so for k")
    trust("e^(−c) ≤ 1 for c ≥ 0; Cauchy and Schwarz: |q₊k₊| + |q₋k₋| ≤ 2·|q|·|k|. Hence |score| ≤ |q|·|k|")


def refute_any_damping(which: HyperbolicRope = PAPER) -> None:
    v = sp.Matrix([1, -1])
    near, far = (_score(which, v, v, (r, 0), sp.Rational(1, 20)) for r in (0, 40))
    require_zero(near - 2, "t = 1/10, damped by 1/20: (1, −1) with itself has the score 2 at distance 0")
    require_less(sp.Integer(14), far, "above 14 at distance 40")


def refute_monotone(which: HyperbolicRope = PAPER) -> None:
    q, k, damping = sp.Matrix([1, 0]), sp.Matrix([3, -5]), sp.Rational(3, 25)
    near, far = (_score(which, q, k, (r, 0), damping) for r in (0, 5))
    require_zero(near - 3, "t = 1/10, damped by 3/25: (1, 0) and (3, −5) have the score 3 at distance 0")
    require_less(sp.Rational("3.28"), far, "above 3.28 at distance 5")


def prove_same_sign(which: HyperbolicRope = PAPER) -> None:
    plus, minus = (_term(which, sp.Matrix([1, s]), sp.Matrix([1, s]), t, t + gap + 1) for s in (1, -1))
    for name, term, rate in (("q₊k₊", plus, 2 * t + gap + 1), ("q₋k₋", minus, gap + 1)):
        require_zero(term.subs(n, n + 1) - sp.exp(-rate) * term, f"the term of {name} loses e^(−{rate}) a token")
    require_positive(
        2 * more + gap + 1, [more, gap], "t ≥ 0 and δ > t (δ = t + g + 1, in any unit): the rates are above 0"
    )
    trust("e^(−c) < 1 for c > 0; a sum of falling terms of one sign falls, in absolute value")


def refute_rope_case(which: HyperbolicRope = PAPER) -> None:
    require_zero(_boost(which, a).T - _boost(which, a), "a boost is symmetric for every real rapidity")
    require_less(sp.Integer(0), sp.sin(1), "a rotation by 1 is not: its off-diagonal entries are −sin 1 and sin 1")
    D = sp.diag(1, -sp.I)
    turn = sp.Matrix([[sp.cos(a), -sp.sin(a)], [sp.sin(a), sp.cos(a)]])
    require_zero(
        D * _boost(which, sp.I * a) * D.inv() - turn, "for the imaginary rapidity i·a it is one, in other coordinates"
    )


def prove_layouts(which: HyperbolicRope = PAPER) -> None:
    for width in (2, 4, 6):
        P, rates = sp.zeros(width, width), sp.symbols(f"t_:{width // 2}", real=True)
        for pair in range(width // 2):
            for side in (0, 1):
                P[PLACES["halves"](pair, side, width), PLACES["interleaved"](pair, side, width)] = 1
        one, other = (
            replace(which, place=PLACES[name]).matrix(m, rates, delta, "key") for name in ("interleaved", "halves")
        )
        require_zero(other - P * one * P.T, f"d = {width}: M_halves = P M_interleaved Pᵀ")
        apart = sp.symbols("s", real=True)
        for pair in range(width // 2):
            changed = replace(which, place=PLACES["halves"]).matrix(
                m, [apart if i == pair else r for i, r in enumerate(rates)], delta, "key"
            )
            rows = [PLACES["halves"](pair, side, width) for side in (0, 1)]
            kept = [i for i in range(width) if i not in rows]
            if kept:
                rest = changed.extract(kept, kept) - other.extract(kept, kept)
                require_zero(rest, "a rapidity moves its own pair alone")
