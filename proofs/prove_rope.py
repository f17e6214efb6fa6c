"""Rotary position embedding: what is true of it. Statements and sources: spec/rope/claims.toml.

A claim is proved for one pair with free angle or free pair index i, and lifted to every even rotary_dim by the
pairing, which is a claim of its own. `posenc audit rope` runs this file; so does pytest.
"""

from __future__ import annotations

import sympy as sp

from posenc.definitions.rope import CONVENTIONS, PLACES, Rope
from posenc.definitions.wrong import gallery
from posenc.proving import (
    Less,
    Unproved,
    cosine_sums,
    require_all,
    require_equal,
    require_in_ideal,
    require_less,
    require_nonzero,
    require_pairing,
    require_zero,
    trust,
)

PAPER = CONVENTIONS["rope/interleaved"]
WRONG = gallery("rope")

m, n, t, angle = sp.symbols("m n t a", real=True)
x, y, v, w = sp.symbols("x y v w", real=True)
b = sp.Symbol("b", positive=True)  # the base, above 1
i = sp.Symbol("i", integer=True, nonnegative=True)
r = sp.Symbol("r", integer=True, positive=True)
ONE, ZERO = sp.Integer(1), sp.Integer(0)
TEN_THOUSAND = sp.Integer(10_000)
QUERY, KEY = sp.Matrix([x, y]), sp.Matrix([v, w])


def _block(which: Rope, position: sp.Expr, index: sp.Expr = i) -> sp.Matrix:
    return which.block(position, index, r, b)


def _exponent(which: Rope, index: sp.Expr) -> sp.Expr:
    """log_b of the frequency of a pair, read off the power b^e."""
    base, exponent = which.frequency(index, r, r, b).as_base_exp()
    if base == 1:
        return ZERO
    if base != b or exponent.has(b):
        raise Unproved(f"the frequency of pair {index} is {base}**({exponent}), not a power of the base")
    return exponent


def _permutation(source: str, target: sp.Expr, width: int) -> sp.Matrix:
    """P with P · (channels in the source order) = channels in the target order."""
    P = sp.zeros(width, width)
    for j in range(width // 2):
        for side in (0, 1):
            P[PLACES[target](j, side, width), PLACES[source](j, side, width)] = 1
    return P


def prove_relative(which: Rope = PAPER) -> None:
    require_zero(_block(which, m).T * _block(which, n) - _block(which, n - m), "R(m)ᵀ R(n) = R(n − m)")
    score = ((_block(which, m) * QUERY).T * (_block(which, n) * KEY))[0]
    moved = score.subs({m: m + t, n: n + t}, simultaneous=True)
    require_zero(moved - score, "the score is unchanged when t is added to both positions")
    lag = which.frequency(i, r, r, b) * (m - n)
    said = (x * v + y * w) * sp.cos(lag) + (x * w - y * v) * sp.sin(lag)
    require_zero(score - said, "pair i adds (q·k) cos((m − n)θ_i) + (q₀k₁ − q₁k₀) sin((m − n)θ_i)")
    require_pairing(which.place, "the pairs cover every channel once, so the score is the sum over pairs")
    whole = which.matrix(m, 4, b).T * which.matrix(n, 4, b) - which.matrix(n - m, 4, b)
    require_zero(whole, "the same for the whole matrix, rotary_dim = 4")


def prove_relative_changes(which: Rope = PAPER) -> None:
    first = (_block(which, m, ZERO) * QUERY).T * (_block(which, n, ZERO) * QUERY)
    require_zero(first[0] - (x**2 + y**2) * sp.cos(m - n), "q = k in pair 0: the score is |q|² cos(m − n)")
    trust("cos x = 1 only where x is an integer multiple of 2π")
    trust("π is irrational, so no non-zero integer distance gives the score of distance 0")


def prove_norm(which: Rope = PAPER) -> None:
    c, s = which.turn(angle)[:, 0]
    require_zero(which.turn(angle) - sp.Matrix([[c, -s], [s, c]]), "a block is [[c, −s], [s, c]]")
    require_zero(c**2 + s**2 - 1, "with c² + s² = 1")
    cosine, sine = sp.symbols("c s", real=True)
    turn, circle = sp.Matrix([[cosine, -sine], [sine, cosine]]), [cosine**2 + sine**2 - 1]
    require_in_ideal(((turn * QUERY).T * (turn * QUERY) - QUERY.T * QUERY)[0], circle, "‖Rx‖² = ‖x‖²")
    require_in_ideal(((turn * QUERY).T * (turn * KEY) - QUERY.T * KEY)[0], circle, "(Rx)·(Ry) = x·y")
    require_pairing(which.place, "the pairs cover every channel once, so it holds for the whole vector")


def prove_group(which: Rope = PAPER) -> None:
    require_zero(_block(which, m) * _block(which, n) - _block(which, m + n), "R(m) R(n) = R(m + n)")


def prove_identity(which: Rope = PAPER) -> None:
    require_zero(_block(which, ZERO) - sp.eye(2), "R(0) = I on every pair")
    require_equal(which.matrix(ZERO, 4, b, 6), sp.eye(6), "and on the channels that are not turned")


def prove_inverse(which: Rope = PAPER) -> None:
    require_zero(_block(which, -m) - _block(which, m).T, "R(−m) = R(m)ᵀ")
    require_zero(_block(which, -m) * _block(which, m) - sp.eye(2), "R(−m) R(m) = I")


def prove_orthogonal(which: Rope = PAPER) -> None:
    require_zero(_block(which, m).T * _block(which, m) - sp.eye(2), "Rᵀ R = I")
    require_zero(_block(which, m).det() - 1, "det R = 1: a rotation, not a reflection")


def prove_sense(which: Rope = PAPER) -> None:
    turned = _block(which, ONE, ZERO) * sp.Matrix([1, 0])
    require_equal(turned, sp.Matrix([sp.cos(1), sp.sin(1)]), "position 1 turns the first pair by +1 radian")
    half = b ** sp.Rational(-1, 2)
    second = which.block(ONE, ONE, sp.Integer(4), b) * sp.Matrix([1, 0])
    require_equal(second, sp.Matrix([sp.cos(half), sp.sin(half)]), "rotary_dim = 4: and the second by b^(−1/2)")
    whole = which.matrix(ONE, 4, b) * sp.Matrix([1, 0, 0, 0])
    require_equal(whole, sp.Matrix([sp.cos(1), sp.sin(1), 0, 0]), "channel 1 is the partner of channel 0")


def prove_frequencies(which: Rope = PAPER) -> None:
    require_equal(which.frequency(ZERO, r, r, b), 1, "θ_0 = 1")
    require_equal(sp.simplify((_exponent(which, i + 1) - _exponent(which, i)) * r), -2, "ratio b^(−2/r), falling")
    require_zero(_exponent(which, r / 2 - 1) - (2 / r - 1), "θ_{r/2−1} = b^(2/r − 1)")


def prove_injective(which: Rope = PAPER) -> None:
    gap = _block(which, m, ZERO) - _block(which, n, ZERO)
    size = sum(entry**2 for entry in gap)
    require_zero(size - 4 + 4 * sp.cos(m - n), "‖R₀(m) − R₀(n)‖² = 4 − 4 cos(m − n) on the first pair")
    trust("cos x = 1 only where x is an integer multiple of 2π")
    trust("π is irrational, so a non-zero integer m − n is not such a multiple")


def prove_pairing(which: Rope = PAPER) -> None:
    require_pairing(which.place, "this pairing")
    for name, place in PLACES.items():
        require_pairing(place, name)


def prove_blocks(which: Rope = PAPER) -> None:
    for width in (2, 4, 6, 8):
        order = [which.place(j, side, width) for j in range(width // 2) for side in (0, 1)]
        lined = which.matrix(m, width, b).extract(order, order)
        blocks = sp.diag(*(which.block(m, sp.Integer(j), sp.Integer(width), b) for j in range(width // 2)))
        require_equal(lined, blocks, f"rotary_dim = {width}: pair by pair the matrix is diag(R₀, R₁, ...)")
    require_pairing(which.place, "the pairs cover every channel once")


def prove_layouts(which: Rope = PAPER) -> None:
    for width in (2, 4, 6, 8):
        P = _permutation("interleaved", "halves", width)
        one, other = (_laid(which, name).matrix(m, width, b) for name in ("interleaved", "halves"))
        require_equal(P * P.T, sp.eye(width), f"rotary_dim = {width}: P is a permutation")
        require_equal(other, P * one * P.T, "R_halves = P R_interleaved Pᵀ")
    for name, place in PLACES.items():
        require_pairing(place, f"{name} covers every channel once, so P exists for every even rotary_dim")
    require_equal(_laid(which, "interleaved").matrix(m, 4, b), which.matrix(m, 4, b), "the definition is interleaved")


def _laid(which: Rope, name: str) -> Rope:
    """The definition with its pairs at the places of a named pairing."""
    return type(which)(**{**vars(which), "place": PLACES[name]})


def prove_weights(which: Rope = PAPER) -> None:
    prove_layouts(which)
    W, U = (sp.Matrix(4, 2, sp.symbols(f"{name}:8", real=True)) for name in "wu")
    vector, other = sp.Matrix([x, y]), sp.Matrix([v, w])
    P = _permutation("interleaved", "halves", 4)
    one, half = (_laid(which, name) for name in ("interleaved", "halves"))
    before = ((one.matrix(m, 4, b) * W * vector).T * (one.matrix(n, 4, b) * U * other))[0]
    after = ((half.matrix(m, 4, b) * P * W * vector).T * (half.matrix(n, 4, b) * P * U * other))[0]
    require_zero(before - after, "rows of W_q and W_k permuted, pairing changed: every score is the same")
    query, key = sp.Matrix([1, 2, 3, 4]), sp.Matrix([sp.Rational(1, 2), -1, 2, sp.Rational(1, 4)])
    right = ((one.matrix(3, 4, TEN_THOUSAND) * query).T * (one.matrix(1, 4, TEN_THOUSAND) * key))[0]
    only = ((half.matrix(3, 4, TEN_THOUSAND) * P * query).T * (half.matrix(1, 4, TEN_THOUSAND) * key))[0]
    require_nonzero(right - only, "the permutation applied to the query alone changes the score")


def prove_forms(which: Rope = PAPER) -> None:
    c, s = sp.cos(angle), sp.sin(angle)
    turned = which.turn(angle) * QUERY
    require_zero(
        turned - sp.Matrix([x * c - y * s, y * c + x * s]), "element-wise: x·cos + J(x)·sin, J(x, y) = (−y, x)"
    )
    complex_form = (x + sp.I * y) * sp.exp(sp.I * angle)
    require_zero(turned[0] + sp.I * turned[1] - complex_form, "complex: (x + iy) e^{ia}")
    J = sp.Matrix([[0, -1], [1, 0]])
    require_zero(which.turn(angle).diff(angle) - J * which.turn(angle), "exponential: dR/da = J R")
    require_equal(which.turn(ZERO), sp.eye(2), "with R(0) = I, so R(a) = exp(aJ)")
    q = sp.symbols("q:4", real=True)
    a0, a1 = m, m * b ** sp.Rational(-1, 2)
    said = [
        q[0] * sp.cos(a0) - q[1] * sp.sin(a0),
        q[1] * sp.cos(a0) + q[0] * sp.sin(a0),
        q[2] * sp.cos(a1) - q[3] * sp.sin(a1),
        q[3] * sp.cos(a1) + q[2] * sp.sin(a1),
    ]
    require_zero(sp.Matrix(which.rotate(q, m, 4, b)) - sp.Matrix(said), "the matrix form, rotary_dim = 4")


def prove_partial(which: Rope = PAPER) -> None:
    q = sp.symbols("q:8", real=True)
    for name in PLACES:
        for turned, width in ((2, 3), (2, 8), (4, 6), (6, 8)):
            whole, part = (_laid(which, name).rotate(q[:size], m, turned, b) for size in (width, turned))
            require_equal(whole[turned:], list(q[turned:width]), f"{name}, {turned} of {width}: the rest is left alone")
            require_equal(whole[:turned], part, f"{name}, {turned} of {width}: the first turn as if they were all")
    width = sp.Symbol("D", integer=True, positive=True)
    require_equal(which.frequency(i, r, width, b).has(width), False, "frequencies do not depend on head_dim")


FIRST_RISES = {64: 5, 128: 11, 512: 43}
FIRST_NEGATIVES = {64: 725, 128: 1707, 512: 3284}


def refute_decreasing(which: Rope = PAPER) -> None:
    ones = sp.Matrix([1, 1])
    score = ((_block(which, m) * ones).T * (_block(which, n) * ones))[0]
    require_zero(score - 2 * sp.cos((m - n) * which.frequency(i, r, r, b)), "q = k = 1: pair i adds 2 cos((m − n)θ_i)")
    for width, rise in FIRST_RISES.items():
        thetas = [which.frequency(sp.Integer(j), width, width, TEN_THOUSAND) for j in range(width // 2)]
        below = FIRST_NEGATIVES[width]
        sums = cosine_sums(thetas, below + 1)
        falls = ((k, Less(sums[k + 1], sums[k])) for k in range(rise))
        require_all(falls, f"d = {width}: half the score falls up to distance {rise}")
        require_less(sums[rise], sums[rise + 1], f"d = {width}: and rises from {rise} to {rise + 1}")
        positive = ((k, Less(ZERO, sums[k])) for k in range(below))
        require_all(positive, f"d = {width}: it is positive below distance {below}")
        require_less(sums[below], ZERO, f"d = {width}: and negative at {below}")


def refute_symmetric(which: Rope = PAPER) -> None:
    score = ((_block(which, m) * QUERY).T * (_block(which, n) * KEY))[0]
    swapped = score.subs({m: n, n: m}, simultaneous=True)
    one_sided = (score - swapped).subs({x: 1, y: 0, v: 0, w: 1, m: 1, n: 0}).subs({i: 0, r: 2})
    require_nonzero(one_sided, "q = (1, 0), k = (0, 1): the scores at distances 1 and −1 differ")
    require_zero((score - swapped).subs({v: x, w: y}), "for q = k they agree")
