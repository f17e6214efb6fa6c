"""FIRE: what is true of it. Statements and sources: spec/fire/claims.toml.

ψ is treated through e^ψ, which is a polynomial; that ln is increasing is all that is trusted of it.
`posenc audit fire` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from posenc.definitions.fire import CONVENTIONS, Fire
from posenc.definitions.kerple import CONVENTIONS as KERPLE
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_less, require_nonzero, require_positive, require_zero, trust

PAPER = CONVENTIONS["fire/paper"]
WRONG = gallery("fire")
CODE = CONVENTIONS["fire/code"]

x, y = sp.symbols("x y", real=True)
c, s, L, r1 = sp.symbols("c s L r1", positive=True)
u, v, t = sp.symbols("u v t", nonnegative=True)
TENTH, FOUR = sp.Rational(1, 10), sp.Integer(4)


def _at(which: Fire, distance: int, position: int) -> sp.Expr:
    """Progress with c = 1/10 and threshold 4."""
    return which.progress(sp.Integer(distance), sp.Integer(position), TENTH, FOUR)


def _require_share(which: Fire) -> None:
    """Progress is ψ(distance)/ψ(max(L, position)), and ψ grows from 0."""
    require_zero(sp.exp(which.transform(t, c)) - (c * t + 1), "e^ψ(t) = c·t + 1, which is 1 at 0 and grows with t")
    require_zero(which.share(x, y) - x / y, "progress is the quotient")
    require_equal([which.reach(L, L + u), which.reach(L + u, L)], [L + u, L + u], "the whole way is max(L, position)")
    trust("ln is increasing")


Vector = Sequence[sp.Expr]


def _evaluated(which: Fire, at: sp.Expr, w1: Vector, b1: Vector, w2: Sequence[Vector], b2: Vector) -> list[sp.Expr]:
    """The network, its maxima decided."""
    return [sp.expand(one.doit()) for one in which.network(at, w1, b1, w2, b2)]


def prove_anchor(which: Fire = PAPER) -> None:
    logs = {distance: sp.log(1 + sp.Rational(distance, 10)) for distance in range(7)}
    row = [_at(which, distance, 2) for distance in (2, 1, 0)]
    require_equal(row, [logs[2] / logs[4], logs[1] / logs[4], 0], "c = 1/10, L = 4, position 2: over ln 1.4")
    row = [_at(which, distance, 6) for distance in range(7)]
    require_equal(
        row, [logs[distance] / logs[6] for distance in range(7)], "position 6: over ln 1.6, so 1 at the start"
    )
    two = [which.query(5, 2, 6), which.causal(5, 1), which.symmetric(1, 5)]
    require_equal(two, [5, 4, 4], "two queries at the end of six keys: the last one is at 5, key 1 is 4 back")


def prove_interval(which: Fire = PAPER) -> None:
    _require_share(which)
    require_positive(sp.expand(c * (t + u) + 1 - (c * t + 1)), [c, t, u], "ψ(distance) ≤ ψ(position)", strict=False)
    require_positive(sp.expand(c * (t + u + v) - c * (t + u)), [c, t, u, v], "≤ ψ(whole way)", strict=False)
    require_less(sp.Integer(0), which.transform(FOUR, TENTH), "and the denominator is positive, for instance ψ(4)")


def prove_ends(which: Fire = PAPER) -> None:
    require_equal(which.progress(sp.Integer(0), t, c, L), 0, "0 at distance 0")
    require_equal(which.progress(L + u, L + u, c, L), 1, "1 at distance = position ≥ L")
    require_less(_at(which, 3, 3), sp.Integer(1), "below 1 at the start of a short context")


def prove_increasing(which: Fire = PAPER) -> None:
    _require_share(which)
    step = sp.exp(which.transform(t + 1, c)) - sp.exp(which.transform(t, c))
    require_zero(step - c, "e^ψ grows by c > 0 a token, and the denominator is the row's")
    require_less(_at(which, 2, 6), _at(which, 3, 6), "for instance from 2 to 3 at position 6")


def prove_relative_within(which: Fire = PAPER) -> None:
    within = which.progress(t, v, c, v + u)
    require_zero(within - which.share(which.transform(t, c), which.transform(v + u, c)), "position ≤ L: over ψ(L)")
    require_zero(which.causal(x + t, y + t) - which.causal(x, y), "and the distance is relative, in causal use")
    require_zero(which.symmetric(x + t, y + t) - which.symmetric(x, y), "and in symmetric use")
    require_zero(which.symmetric(x, x + t) - which.symmetric(x, x - t), "where it is the same on both sides")


def refute_relative(which: Fire = PAPER) -> None:
    require_less(_at(which, 1, 6), _at(which, 1, 5), "L = 4: distance 1 at position 6 is less of the way than at 5")
    require_zero(_at(which, 1, 3) - _at(which, 1, 4), "up to L it is the same")


def prove_unit_free(which: Fire = PAPER) -> None:
    require_zero(which.transform(s * t, c / s) - which.transform(t, c), "ψ takes c × tokens")
    for place, other in ((L, L + u), (L + u, L)):
        longer = which.reach(sp.expand(s * place), sp.expand(s * other))
        require_zero(longer - s * which.reach(place, other), "positions and threshold times s: whole way times s")
    require_zero(which.share(x, y) - x / y, "so c/s, s·L and positions times s leave progress as it is")


def refute_interval_symmetric(which: Fire = PAPER) -> None:
    require_equal(which.symmetric(sp.Integer(1), sp.Integer(9)), 8, "symmetric use: key 9 is 8 from query 1")
    require_less(sp.Integer(1), _at(which, 8, 1), "L = 4: progress is above 1")


def prove_code(which: Fire = PAPER) -> None:
    small = sp.Rational(1, 10**6)
    require_zero(which.share(x, y) * y / (y + small) - CODE.share(x, y), "code: progress × Ψ/(Ψ + 10⁻⁶)")
    require_less(
        CODE.progress(FOUR, FOUR, TENTH, FOUR), which.progress(FOUR, FOUR, TENTH, FOUR), "so below 1 at the end"
    )


def prove_network(which: Fire = PAPER) -> None:
    inner = [sp.Integer(2), sp.Integer(-1), sp.Integer(4)], [sp.Integer(-1), sp.Rational(1, 2), sp.Integer(1)]
    outer = [[sp.Integer(3), sp.Integer(5), sp.Integer(7)], [sp.Integer(1), sp.Integer(0), sp.Integer(-2)]], [x, y]
    at_quarter = _evaluated(which, sp.Rational(1, 4), *inner, *outer)
    require_equal(at_quarter, [sp.Rational(61, 4) + x, y - 4], "units 0, 1/4 and 2 at progress 1/4, two heads")
    at_one = _evaluated(which, sp.Integer(1), *inner, *outer)
    require_equal(at_one, [x + 38, y - 9], "units 1, 0 and 5 at progress 1")


def prove_kerple(which: Fire = PAPER) -> None:
    share = sp.Symbol("share", nonnegative=True)
    (found,) = _evaluated(which, share, [sp.Integer(1)], [sp.Integer(0)], [[-r1 * x]], [sp.Integer(0)])
    require_zero(found + r1 * x * share, "one unit, w1 = 1, w2 = −r1·ψ(L), no offsets: −r1·ψ(L)·progress")
    value = -r1 * which.transform(L, c) * which.progress(t, L, c, L)
    require_zero(value - KERPLE["kerple/log"].log(r1, c, t), "up to L that is −r1·ln(1 + c·distance)")


def prove_any_bias(which: Fire = PAPER) -> None:
    _require_share(which)
    gaps, wanted = sp.symbols("g1:4", positive=True), sp.symbols("b:4", real=True)
    knots = [sum(gaps[:k], sp.Integer(0)) for k in range(4)]
    slopes = [(wanted[k + 1] - wanted[k]) / gaps[k] for k in range(3)]
    bends = [slopes[0], slopes[1] - slopes[0], slopes[2] - slopes[1]]
    ones, offsets = [sp.Integer(1)] * 3, [-knot for knot in knots[:3]]
    for k in range(4):
        (found,) = _evaluated(which, knots[k], ones, offsets, [bends], [wanted[0]])
        require_zero(found - wanted[k], f"progress of distance {k} → b_{k}: one unit bends the line at each knot")
    require_nonzero(_at(which, 1, 4) - _at(which, 2, 4), "knots are apart: progress grows with the distance")
