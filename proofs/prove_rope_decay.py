"""Decay of rotary scores: what is true of it. Statements and sources: spec/rope_decay/claims.toml.

f(n) is the sum of cos nθ_i over the pairs, half the score of q = k = (1, ..., 1). `posenc audit rope_decay` runs this
file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import sympy as sp

from posenc.definitions.rope import CONVENTIONS, Rope
from posenc.proving import (
    Enclosed,
    Less,
    cosine_integral_gap,
    cosine_sums,
    enclosure,
    require_all,
    require_equal,
    require_less,
    require_zero,
    trust,
)

ROPE = CONVENTIONS["rope/interleaved"]


@dataclass(frozen=True)
class Decay:
    """What the claims speak of; replace a field to get wrong ones.

    rope      the rotations
    turned    r → the position by which a query is turned to make the key that it scores highest r tokens away
    circle    the range of a uniform phase
    """

    rope: Rope = ROPE
    turned: Callable[[sp.Expr], sp.Expr] = lambda r: r
    circle: sp.Expr = 2 * sp.pi

    def thetas(self, d: int, b: int = 10_000) -> list[sp.Expr]:
        """The frequencies of all pairs."""
        return [self.rope.frequency(sp.Integer(i), d, d, sp.Integer(b)) for i in range(d // 2)]

    def block(self, position: sp.Expr) -> sp.Matrix:
        """The rotation of a pair of any frequency."""
        return self.rope.turn(self.rope.angle(position, theta))

    def score(self, query: sp.Matrix, key: sp.Matrix) -> sp.Expr:
        """What the pair adds, the query at m and the key at n."""
        return ((self.block(m) * query).T * (self.block(n) * key))[0]


def _turning(turn: Callable[[sp.Expr], sp.Matrix]) -> Callable[[Decay], Decay]:
    return lambda which: replace(which, rope=replace(which.rope, turn=turn))


def _powers(factor: int) -> Callable[[Decay], Decay]:
    """Frequencies b^(factor · i/r)."""
    return lambda which: replace(
        which, rope=replace(which.rope, frequency=lambda i, r, width, base: base ** (factor * sp.sympify(i) / r))
    )


PAPER = Decay()
WRONG: dict[str, Callable[[Decay], Decay]] = {
    "rope_decay/one-frequency": _powers(0),
    "rope_decay/exponents-halved": _powers(-1),
    "rope_decay/key-turned-back": lambda which: replace(which, turned=lambda r: -r),
    "rope_decay/half-a-circle": lambda which: replace(which, circle=sp.pi),
    "rope_decay/shrinking-turns": _turning(lambda angle: sp.exp(-angle) * ROPE.turn(angle)),
    "rope_decay/reflections": _turning(lambda angle: ROPE.turn(angle) * sp.diag(1, sp.Integer(-1))),
    "rope_decay/one-channel-turned": _turning(lambda angle: sp.diag(sp.cos(angle), 1)),
}

m, n, r, t, x, y, v, w, theta, phi, mu = sp.symbols("m n r t x y v w theta phi mu", real=True)
M = sp.Symbol("M", integer=True, positive=True)
a, L = sp.symbols("a L", positive=True)  # a modulus, or the base; ln b
QUERY, KEY, ONES = sp.Matrix([x, y]), sp.Matrix([v, w]), sp.Matrix([1, 1])


def refute_larger_base(which: Decay = PAPER) -> None:
    for b, d, rise in ((500_000, 64, 5), (500_000, 128, 11), (1_000_000, 64, 5), (1_000_000, 128, 5)):
        sums = cosine_sums(which.thetas(d, b), rise + 2)
        require_all(((i, Less(sums[i + 1], sums[i])) for i in range(rise)), f"b = {b}, d = {d}: falls up to {rise}")
        require_less(sums[rise], sums[rise + 1], f"and rises from {rise} to {rise + 1}")


def refute_largest_at_zero(which: Decay = PAPER) -> None:
    require_zero(which.score(ONES, -ONES) + 2 * sp.cos((m - n) * theta), "k = −q = −1: a pair adds −2 cos((m − n)θ)")
    sums = cosine_sums(which.thetas(64), 7)
    require_all(((i, Less(sums[i + 1], sums[i])) for i in range(5)), "d = 64: the score rises from distance 0 to 5")
    require_less(sums[5], sums[6], "and falls from 5 to 6")


def prove_peak(which: Decay = PAPER) -> None:
    key = which.rope.turn(which.rope.angle(which.turned(r), theta)) * QUERY
    gap = (x**2 + y**2) * 2 * sp.sin((m - n - r) * theta / 2) ** 2
    require_zero(x**2 + y**2 - which.score(QUERY, key) - gap, "k = R(r)q: a pair loses 2|Q_i|² sin²((m − n − r)θ_i/2)")
    require_equal(which.rope.frequency(sp.Integer(0), 4, 4, a), 1, "θ_0 = 1")
    trust(
        "sin x = 0 only at multiples of π, and π is irrational, so on integers the first pair loses nothing at r alone"
    )
    sizes = [sp.Integer(5), sp.Integer(25)]  # of the pairs of (1, 2, 3, 4)
    for off in (-1, 1):
        lag = [off * one for one in which.thetas(4)]
        value = enclosure(sp.Add(*(size * sp.cos(one) for size, one in zip(sizes, lag, strict=True))))
        require_less(sp.Rational("27.700"), value, f"q = (1, 2, 3, 4), {off:+} token from r: above 27.700")
        require_less(value, sp.Rational("27.701"), "below 27.701, and 30 at r")


def prove_no_attenuation(which: Decay = PAPER) -> None:
    there = which.rope.turn(which.rope.angle(m - n, theta)) * QUERY
    require_zero(which.score(QUERY, there) - (QUERY.T * QUERY)[0], "k = R(m − n)q: the score is ‖q‖² at distance m − n")
    require_zero((there.T * there)[0] - (QUERY.T * QUERY)[0], "and ‖k‖ = ‖q‖")
    for size in (2, 4, 6):
        q, key = (sp.symbols(f"{name}:{size}", real=True) for name in "qk")
        squares = [(q[i] * key[j] - q[j] * key[i]) ** 2 for i in range(size) for j in range(i)]
        length = [sum(one**2 for one in vector) for vector in (q, key)]
        product = sum(map(sp.Mul, q, key))
        require_zero(length[0] * length[1] - product**2 - sum(squares), f"d = {size}: Lagrange, so |q·k| ≤ ‖q‖ ‖k‖")
    trust("the Cauchy–Schwarz inequality in every dimension")


def prove_isotropic(which: Decay = PAPER) -> None:
    query = sp.Matrix([a * sp.cos(phi), a * sp.sin(phi)])
    score = which.score(query, KEY)
    shifted = score.subs({m: 0, n: 0}).subs(phi, phi + (m - n) * theta)
    require_zero(score - shifted, "the score at distance m − n is that of distance 0 with the phase moved by (m − n)θ")
    trust("a uniform phase moved by a constant is uniform, so the distribution is the same")
    whole = score.subs(phi, phi - sp.pi / 2)
    require_zero(sp.diff(whole, phi) - score, "an integral over the phase")
    require_zero(whole.subs(phi, which.circle) - whole.subs(phi, 0), "over the circle: the mean is 0")
    require_zero(score**2 + whole**2 - a**2 * (v**2 + w**2), "the mean square is |Q|²|K|²/2 at every distance")


def prove_mean(which: Decay = PAPER) -> None:
    score = sp.expand(which.score(QUERY, KEY))
    require_all(((s, sp.degree(score, s) == 1) for s in (x, y, v, w)), "the score is linear in every component")
    said = 2 * mu**2 * sp.cos((m - n) * theta)
    require_zero(
        score.subs(dict.fromkeys((x, y, v, w), mu)) - said, "independent components of mean μ: 2μ² f in the mean"
    )


def prove_distance(which: Decay = PAPER) -> None:
    gap = which.rope.turn(which.rope.angle(m, theta)) - which.rope.turn(which.rope.angle(m + n, theta))
    require_zero(sum(entry**2 for entry in gap) - 4 + 4 * sp.cos(n * theta), "a pair adds 4(1 − cos nθ_i)")


def refute_apart(which: Decay = PAPER) -> None:
    prove_distance(which)
    sums = cosine_sums(which.thetas(64), 7)
    five, six = (sums[i].mapped(lambda f: 4 * (32 - f)) for i in (5, 6))
    require_less(sp.Rational("33.983"), five, "d = 64: above 33.983 for neighbours five apart")
    require_less(six, sp.Rational("33.763"), "below 33.763 for six apart")


def _mean(gap: Enclosed) -> sp.Expr:
    """(2/d) f(n) in the limit, given Ci(n) − Ci(n/b) − ln b."""
    return (gap.meant() + sp.log(10_000)) / sp.log(10_000)


def prove_continuum(which: Decay = PAPER) -> None:
    require_equal(which.rope.frequency(t * M, 2 * M, 2 * M, a), a ** (-t), "pair i = tM has frequency b^(−t)")
    whole = -sp.Ci(n * sp.exp(-L * t)) / L
    require_equal(
        sp.simplify(sp.diff(whole, t) - sp.cos(n * sp.exp(-L * t))), 0, "−Ci(n b^(−t))/ln b has slope cos(n b^(−t))"
    )
    trust("Riemann sums of a continuous function tend to its integral: (2/d) f(n) → I(n)")
    trust("Ci x = γ + ln x + Σ_{k≥1} (−1)^k x^{2k}/(2k·(2k)!)")
    log_b = enclosure(sp.log(10_000))
    for place, digits in ((100, "0.436773293208559"), (1000, "0.187690642511779")):
        gap = cosine_integral_gap(Fraction(place), Fraction(10_000))
        low, high = ((gap[i] + log_b[i]) / log_b[1 - i] for i in (0, 1))
        mean = Enclosed((low, high), partial(_mean, gap))
        require_less(sp.Rational(digits) - sp.Rational(1, 10**15), mean, f"I({place}) is {digits}, from below")
        require_less(mean, sp.Rational(digits) + sp.Rational(1, 10**15), "and above")
    ends = [cosine_integral_gap(Fraction(hundredths, 100), Fraction(10_000)) for hundredths in (616_602, 616_603)]
    level = log_b.mapped(lambda value: -value)
    require_less(level, ends[0], "I(6166.02) > 0")
    require_less(ends[1], level, "I(6166.03) < 0")
