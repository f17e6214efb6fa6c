"""Rotary position embedding with two axes: what is true of it. Statements and sources: spec/rope_axial/claims.toml.

A claim is proved per axis with free pair index and head_dim, and written out as a matrix for small ones; that the pairs
cover all channels is a claim of its own. `posenc audit rope_axial` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.rope_axial import CONVENTIONS, RopeAxial, X, Y
from posenc.definitions.wrong import gallery
from posenc.definitions.wrong.rope_axial import quaternion
from posenc.proving import require_all, require_equal, require_less, require_nonzero, require_zero

PAPER = CONVENTIONS["rope_axial/rope-vit"]
WRONG = gallery("rope_axial")

x, y, u, v, b1, b2 = sp.symbols("x y u v b1 b2", real=True)
b = sp.Symbol("b", positive=True)  # the base, above 1
j = sp.Symbol("j", integer=True, nonnegative=True)
d = sp.Symbol("d", integer=True, positive=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)
HERE, THERE = (x, y), (u, v)
BETWEEN, TOGETHER = (u - x, v - y), (x + u, y + v)
TEN_THOUSAND = sp.Integer(10_000)
Q, K = sp.Matrix([1, 2, 3, 4]), sp.Matrix([sp.Rational(1, 2), -1, 2, sp.Rational(1, 4)])
ONES = sp.Matrix([1, 1, 1, 1])


def _block(which: RopeAxial, axis: int, at: sp.Expr) -> sp.Matrix:
    """The rotation of the pair of rank j of an axis."""
    return which.rope.turn(which.rope.angle(at, which.frequency(which.rope, axis, j, d, b)))


def _score(which: RopeAxial, q: sp.Matrix, k: sp.Matrix, at: Sequence[int], other: Sequence[int]) -> sp.Expr:
    """Of numbers, at base 10000."""
    one, two = (which.matrix([sp.Integer(p) for p in place], len(q), TEN_THOUSAND) for place in (at, other))
    return ((one * q).T * (two * k))[0]


def prove_anchor(which: RopeAxial = PAPER) -> None:
    for query, key in (((2, 5), (1, 3)), ((12, -5), (11, -7))):
        score = _score(which, Q, K, query, key)
        require_less(
            sp.Rational("-11.998829628734192"), score, f"query at {query}, key at {key}: above −11.998829628734192"
        )
        require_less(score, sp.Rational("-11.998829628734191"), "and below −11.998829628734191")
    turned = which.matrix((ONE, 2 * ONE), 4, b) * sp.Matrix([1, 0, 1, 0])
    said = sp.Matrix([sp.cos(1), sp.sin(1), sp.cos(2), sp.sin(2)])
    require_equal(turned, said, "d = 4 at (1, 2): channels 0 and 1 are turned by 1, channels 2 and 3 by 2")
    second = which.matrix((ONE, ZERO), 8, b)[:, 2]
    half = b ** sp.Rational(-1, 2)
    require_equal(list(second), [0, 0, sp.cos(half), sp.sin(half), 0, 0, 0, 0], "d = 8: the second pair by b^(−1/2)")


def prove_row_major(which: RopeAxial = PAPER) -> None:
    sizes = [(height, width, origin) for height in range(1, 7) for width in range(1, 7) for origin in (0, 1)]
    for height, width, origin in sizes:
        rows = which.patches(height, width, 2, origin)
        require_equal(rows[:2], [[0, 0], [0, 0]], f"{height} by {width} from {origin}: class tokens at (0, 0)")
        found = [(at[0] - origin, at[1] - origin) for at in rows[2:]]
        fine = (
            (t, 0 <= column < width and 0 <= row < height and row * width + column == t)
            for t, (column, row) in enumerate(found)
        )
        require_all(fine, "then t = y·W + x with 0 ≤ x < W and 0 ≤ y < H")


def prove_frequencies(which: RopeAxial = PAPER) -> None:
    for axis, name in ((X, "column"), (Y, "row")):
        first, this, after, last = (
            which.frequency(which.rope, axis, index, d, b) for index in (ZERO, j, j + 1, d / 4 - 1)
        )
        require_equal(first, 1, f"{name}: θ_0 = 1")
        require_zero(sp.log(after) * d - sp.log(this) * d + 4 * sp.log(b), "each next one has the factor b^(−4/d)")
        require_zero(sp.log(last) - (4 / d - 1) * sp.log(b), "the last is b^(4/d − 1)")
        half = sp.Rational(1, 2) * d
        require_equal(this, ROPE["rope/interleaved"].frequency(j, half, half, b), "that of rope with d/2 channels")


def prove_relative(which: RopeAxial = PAPER) -> None:
    for axis, name in ((X, "column"), (Y, "row")):
        require_zero(
            _block(which, axis, x).T * _block(which, axis, u) - _block(which, axis, u - x), f"a pair of the {name}"
        )
    whole = which.matrix(HERE, 4, b).T * which.matrix(THERE, 4, b) - which.matrix(BETWEEN, 4, b)
    require_zero(whole, "d = 4: R(x, y)ᵀ R(x', y') = R(x' − x, y' − y)")


def prove_group(which: RopeAxial = PAPER) -> None:
    for axis, name in ((X, "column"), (Y, "row")):
        require_zero(
            _block(which, axis, x) * _block(which, axis, u) - _block(which, axis, x + u), f"a pair of the {name}"
        )
    one, other, both = (which.matrix(at, 4, b) for at in (HERE, THERE, TOGETHER))
    require_zero(one * other - both, "d = 4: R(x, y) R(x', y') = R(x + x', y + y')")
    require_zero(other * one - both, "in either order")


def prove_norm(which: RopeAxial = PAPER) -> None:
    for axis, name in ((X, "column"), (Y, "row")):
        require_zero(_block(which, axis, x).T * _block(which, axis, x) - sp.eye(2), f"a pair of the {name}")
        require_zero(_block(which, axis, x).det() - 1, "a rotation, not a reflection")
    R = which.matrix(HERE, 4, b)
    require_zero(R.T * R - sp.eye(4), "d = 4: R(x, y)ᵀ R(x, y) = I")


def prove_identity(which: RopeAxial = PAPER) -> None:
    for axis, name in ((X, "column"), (Y, "row")):
        require_zero(_block(which, axis, ZERO) - sp.eye(2), f"a pair of the {name} at 0")
    for size in (4, 8, 12):
        classes = [sp.Integer(c) for c in which.patches(2, 3, 1, 1)[0]]
        require_equal(which.matrix(classes, size, b), sp.eye(size), f"d = {size}: a class token is left as it is")


def prove_two_ropes(which: RopeAxial = PAPER) -> None:
    rope = ROPE["rope/interleaved"]
    for size in (4, 8, 12):
        halves = [rope.matrix(at, size // 2, b) for at in HERE]
        require_equal(which.matrix(HERE, size, b), sp.diag(*halves), f"d = {size}: rope by x beside rope by y")
    rows_first = CONVENTIONS["rope_axial/eva-02"].matrix((y, x), 8, b)
    require_equal(rows_first, which.matrix(HERE, 8, b), "eva-02 at (y, x) is rope-vit at (x, y)")


def prove_separable(which: RopeAxial = PAPER) -> None:
    for size in (4, 8):
        both, right, down, none = (which.matrix(at, size, b) for at in ((x, y), (x, ZERO), (ZERO, y), (ZERO, ZERO)))
        require_zero(both - right - down + none, f"d = {size}: R(Δx, Δy) − R(Δx, 0) − R(0, Δy) + R(0, 0) = 0")
        require_zero(both.diff(x).diff(y), "no entry depends on both differences")


def _slots(which: RopeAxial, size: int) -> dict[tuple[int, int, int], int]:
    """The channel of every axis, rank and side."""
    pairs = range(size // 2)
    return {
        (which.axis(i, size // 2), which.rank(i, size // 2), side): which.rope.place(i, side, size)
        for i in pairs
        for side in (0, 1)
    }


def prove_orders(which: RopeAxial = PAPER) -> None:
    for name, convention in {**CONVENTIONS, "this definition": which}.items():
        fine = []
        for size in range(4, 257, 4):
            slots = _slots(convention, size)
            wanted = {(axis, rank, side) for axis in (X, Y) for rank in range(size // 4) for side in (0, 1)}
            fine.append((size, set(slots) == wanted and sorted(slots.values()) == list(range(size))))
        require_all(fine, f"{name}: d/4 ranks of both axes, and every channel once")
    here, other = _slots(which, 8), _slots(CONVENTIONS["rope_axial/qwen2-vl"], 8)
    P = sp.zeros(8, 8)
    for slot, channel in here.items():
        P[other[slot], channel] = 1
    said = P * which.matrix(HERE, 8, b) * P.T
    require_equal(CONVENTIONS["rope_axial/qwen2-vl"].matrix(HERE, 8, b), said, "d = 8: R_qwen2-vl = P R Pᵀ")
    spread = CONVENTIONS["rope_axial/pixtral"].matrix((ONE, ZERO), 8, TEN_THOUSAND)
    require_nonzero(spread.trace() - which.matrix((ONE, ZERO), 8, TEN_THOUSAND).trace(), "pixtral's trace is another")


def prove_mixed_is_axial(which: RopeAxial = PAPER) -> None:
    for size in (4, 8):
        list_ = [which.frequency(which.rope, X, sp.Integer(rank), sp.Integer(size), b) for rank in range(size // 4)]
        given = [(theta, ZERO) for theta in list_] + [(ZERO, theta) for theta in list_]
        mixed = which.turned(which.mixed(HERE, given))
        require_zero(mixed - which.matrix(HERE, size, b), f"d = {size}: frequencies (θ, 0) and (0, θ)")


def prove_mixed_relative(which: RopeAxial = PAPER) -> None:
    frequencies = [sp.symbols("s t", real=True), sp.symbols("p q", real=True)]
    one, other, between = (which.turned(which.mixed(at, frequencies)) for at in (HERE, THERE, BETWEEN))
    require_zero(one.T * other - between, "d = 4, free frequencies: M(x, y)ᵀ M(x', y') = M(x' − x, y' − y)")
    angles = which.mixed(HERE, frequencies)
    s, t = frequencies[0]
    require_zero(angles[0] - x * s - y * t, "the angle of a pair is x·t_x + y·t_y")


def refute_mixed_separable(which: RopeAxial = PAPER) -> None:
    def first(at: Sequence[sp.Expr], frequencies: Sequence[sp.Expr]) -> sp.Expr:
        return which.turned(which.mixed(at, [frequencies]))[0, 0]  # the score of q = k = (1, 0)

    places = ((ONE, ONE), (ONE, ZERO), (ZERO, ONE), (ZERO, ZERO))
    both, right, down, none = (first(at, (ONE, ONE)) for at in places)
    require_zero(
        both - right - down + none - (sp.cos(2) - 2 * sp.cos(1) + 1), "frequencies (1, 1): cos 2 − 2·cos 1 + 1"
    )
    require_less(sp.cos(2) - 2 * sp.cos(1) + 1, ZERO, "which is below 0")
    slope = first(HERE, (b1, b2)).diff(x).diff(y).subs({x: 0, y: 0})
    require_zero(slope + b1 * b2, "the mixed derivative at 0 is −a·b: it vanishes only where a or b does")
    for pair in ((b1, ZERO), (ZERO, b2)):
        parts = [first(at, pair) for at in (HERE, (x, ZERO), (ZERO, y), (ZERO, ZERO))]
        require_zero(parts[0] - parts[1] - parts[2] + parts[3], f"with frequencies {pair} it is separable")


def refute_flattened(which: RopeAxial = PAPER) -> None:
    patches = which.patches(2, 3, 0, 0)
    require_equal(
        [patches[1], patches[3]], [[1, 0], [0, 1]], "W = 3: patch 1 is to the right of patch 0, patch 3 below"
    )
    right, down = (_score(which, ONES, ONES, patches[0], patches[t]) for t in (1, 3))
    require_zero(right - down, "q = k = (1, 1, 1, 1), two axes: the scores are equal")
    rope = ROPE["rope/interleaved"]
    one, three = ((ONES.T * rope.matrix(sp.Integer(t), 4, TEN_THOUSAND) * ONES)[0] for t in (1, 3))
    require_less(three, one, "flattened they are 1 and 3 apart, and the scores differ")


def refute_class_relative(which: RopeAxial = PAPER) -> None:
    scores = []
    for origin in (0, 1):
        token, first, *_ = which.patches(2, 3, 1, origin)
        scores.append(_score(which, ONES, ONES, token, first))
    require_less(scores[1], scores[0], "every patch moved by (1, 1): the score of class token and first patch falls")
    moved = [_score(which, ONES, ONES, *which.patches(2, 3, 0, origin)[:2]) for origin in (0, 1)]
    require_zero(moved[0] - moved[1], "that of two patches stays")
    token, first, *_ = which.patches(2, 3, 1, 0)
    require_equal(token, first, "from 0 on, the class token has the place of the first patch")


def refute_quaternions(which: RopeAxial = PAPER) -> None:
    one, other = (quaternion(sp.Integer(at), ONE) for at in (0, 1))
    require_zero(one.T * one - sp.eye(4), "e^{xi}·e^{yj} keeps lengths")
    require_zero(quaternion(ZERO, ZERO).T * quaternion(ONE, ZERO) - quaternion(ONE, ZERO), "(0, 0) to (1, 0): e^i")
    require_nonzero((one.T * other - quaternion(ONE, ZERO))[0, 3], "(0, 1) to (1, 1): something else")
    right, down = which.matrix((x, ZERO), 4, b), which.matrix((ZERO, y), 4, b)
    require_zero(right * down - down * right, "rotations of different channels commute")
    require_zero(right * down - which.matrix(HERE, 4, b), "and make up R(x, y)")
