"""Two published bounds of rotary scores: what is true of them. Statements and sources: spec/rope_bounds/claims.toml.

S_j(n) is the sum of the first j of the unit vectors e^{inθ_i}, B(n) the mean of |S_1(n)| ... |S_M(n)|, M = d/2, and
f(n) the sum of the cosines. `posenc audit rope_bounds` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from posenc.definitions.rope import CONVENTIONS, Rope
from posenc.proving import (
    Enclosed,
    Less,
    enclosure,
    modulus_sums,
    require_all,
    require_equal,
    require_less,
    require_positive,
    require_zero,
    trust,
)

ROPE = CONVENTIONS["rope/interleaved"]


def plain_step(h: Sequence[sp.Expr], j: int) -> sp.Expr:
    """h_j − h_{j+1}, with 0 after the last."""
    return h[j] - (h[j + 1] if j + 1 < len(h) else 0)


@dataclass(frozen=True)
class Bounds:
    """What the claims speak of; replace a field to get wrong ones.

    rope      the rotations
    step      (h, j) → what |S_{j+1}| is multiplied with in Abel's bound
    bound     (Σ |S_j|, M) → B
    printed   (d, ln b) → the factor of max |h| (u − u1)(u2 − u) in Theorem 2.1 of Chen et al. 2023
    mended    the same in this specification
    """

    rope: Rope = ROPE
    step: Callable[[Sequence[sp.Expr], int], sp.Expr] = plain_step
    bound: Callable[[sp.Expr, sp.Expr], sp.Expr] = lambda total, M: total / M
    printed: Callable[[sp.Expr, sp.Expr], sp.Expr] = lambda d, log_b: sp.sympify(d) / (8 * log_b)
    mended: Callable[[sp.Expr, sp.Expr], sp.Expr] = lambda d, log_b: (1 + sp.sympify(d) / (4 * log_b)) / 2

    def thetas(self, d: int) -> list[sp.Expr]:
        """The frequencies of all pairs, base 10000."""
        return [self.rope.frequency(sp.Integer(i), d, d, sp.Integer(10_000)) for i in range(d // 2)]


def _turned(turn: Callable[[sp.Expr], sp.Matrix]) -> Callable[[Bounds], Bounds]:
    return lambda which: replace(which, rope=replace(which.rope, turn=turn))


def _powers(factor: int) -> Callable[[Bounds], Bounds]:
    """Frequencies b^(factor · i/r)."""
    return lambda which: replace(
        which, rope=replace(which.rope, frequency=lambda i, r, width, base: base ** (factor * sp.sympify(i) / r))
    )


PAPER = Bounds()
WRONG: dict[str, Callable[[Bounds], Bounds]] = {
    "rope_bounds/last-difference-dropped": lambda which: replace(
        which, step=lambda h, j: h[j] - h[j + 1] if j + 1 < len(h) else sp.Integer(0)
    ),
    "rope_bounds/one-frequency": _powers(0),
    "rope_bounds/exponents-doubled": _powers(-4),
    "rope_bounds/exponents-halved": _powers(-1),
    "rope_bounds/mean-over-channels": lambda which: replace(which, bound=lambda total, M: total / (2 * M)),
    "rope_bounds/shrinking-turns": _turned(lambda a: sp.exp(-a) * ROPE.turn(a)),
    "rope_bounds/reflections": _turned(lambda a: ROPE.turn(a) * sp.diag(1, sp.Integer(-1))),
    "rope_bounds/printed-for-mended": lambda which: replace(which, mended=which.printed),
    "rope_bounds/mended-for-printed": lambda which: replace(which, printed=which.mended),
}

m, n, t, x, y, v, w, theta, phi = sp.symbols("m n t x y v w theta phi", real=True)
k, M = sp.symbols("k M", integer=True, nonnegative=True)
a, L = sp.symbols("a L", positive=True)  # a modulus; ln b
SIZES = range(1, 7)
FIRST_RISES = {  # d: the last distance before a rise, and B there and one further
    64: (11, "8.6850745194435", "8.8037588560077"),
    128: (18, "15.3487456640772", "15.3907999961112"),
    512: (62, "41.6144687465636", "41.6237074414425"),
}


def prove_summation(which: Bounds = PAPER) -> None:
    for size in SIZES:
        h, e = sp.symbols(f"h:{size}"), sp.symbols(f"e:{size}")
        parts = sum(sp.Add(*e[: j + 1]) * which.step(h, j) for j in range(size))
        require_zero(sum(map(sp.Mul, h, e)) - parts, f"M = {size}: Σ h_i e_i = Σ S_j (h_{{j−1}} − h_j), h_M = 0")
    S, h = sp.Symbol("S"), sp.symbols("h:2")
    grown = S * which.step(h, 0) + (S + t) * which.step(h, 1) - S * which.step(h[:1], 0)
    require_zero(grown - t * h[1], "from M to M + 1 the right side grows by e_M h_M, as the left side does")


def prove_abel(which: Bounds = PAPER) -> None:
    query, key = x + sp.I * y, v - sp.I * w
    turned = sp.re(sp.expand(query * key * sp.expand_complex(sp.exp(sp.I * (m - n) * theta))))
    require_zero(
        ((which.rope.turn(m * theta) * sp.Matrix([x, y])).T * which.rope.turn(n * theta) * sp.Matrix([v, w]))[0]
        - turned,
        "a pair adds Re h_i e^{i(m − n)θ_i}, h_i = Q_i times conjugate K_i",
    )
    prove_summation(which)
    trust("the triangle inequality: |Re Σ S_j δ_j| ≤ Σ |S_j| |δ_j|")
    D = sp.Symbol("D", nonnegative=True)
    for size in SIZES:
        s, gaps = (sp.symbols(f"{name}:{size}", nonnegative=True) for name in "sg")
        room = D * size * which.bound(sp.Add(*s), sp.Integer(size)) - sum(
            one * (D - g) for one, g in zip(s, gaps, strict=True)
        )
        require_positive(sp.expand(room), [D, *s, *gaps], f"M = {size}: Σ |S_j| |δ_j| ≤ max |δ| · M · B", strict=False)


def prove_profiles(which: Bounds = PAPER) -> None:
    for size in SIZES:
        flat, falling = [a] * size, [a * (size - i) for i in range(size)]
        steps = [which.step(flat, j) for j in range(size)]
        require_equal(steps[-1], a, f"M = {size}, h constant: the largest difference is |h| itself, the last")
        require_equal(steps[:-1], [0] * (size - 1), "the others are 0")
        require_equal(
            [which.step(falling, j) for j in range(size)], flat, "h linear to 0: every difference is the same"
        )
        start = which.bound(sp.Integer(size * (size + 1) // 2), sp.Integer(size))
        require_zero(sp.Add(*falling) - a * size * start, "and Σ |h_i| is that difference times M · B(0)")
    require_zero(M * which.bound(n, M) - n, "M · B is Σ |S_j|, so the bounds are B(n) and B(n)/B(0) times Σ |h_i|")


def refute_useful(which: Bounds = PAPER) -> None:
    for d in (64, 128):
        sums = modulus_sums(which.thetas(d), 65)
        above = ((i, Less(sp.Integer(1), _over(which, one, d // 2))) for i, one in enumerate(sums))
        require_all(above, f"d = {d}, h constant: B(n) > 1 for n = 0 ... 64, so Σ |h_i| is the smaller bound")
    low = modulus_sums([16193 * one for one in which.thetas(64)], 2)[1]
    require_less(sp.Rational("1.0338"), _over(which, low, 32), "d = 64: B(16193) > 1.0338")
    require_less(_over(which, low, 32), sp.Rational("1.0339"), "and < 1.0339")


def _over(which: Bounds, total: Enclosed, size: int) -> Enclosed:
    """Σ |S_j| as an enclosure → B."""
    return total.mapped(lambda value: which.bound(value, sp.Integer(size)))


def refute_bound_decreasing(which: Bounds = PAPER) -> None:
    for d, (rise, *values) in FIRST_RISES.items():
        sums = modulus_sums(which.thetas(d), rise + 2)
        require_all(((i, Less(sums[i + 1], sums[i])) for i in range(rise)), f"d = {d}: B falls up to {rise}")
        require_less(sums[rise], sums[rise + 1], f"d = {d}: and rises from {rise} to {rise + 1}")
        for total, said in zip(sums[rise:], map(sp.Rational, values), strict=True):
            require_less(said, _over(which, total, d // 2), f"B is {said.evalf(15)}, and a bit")
            require_less(_over(which, total, d // 2), said + sp.Rational(1, 10**13), "of less than 10^−13")
    near, mid, far = (modulus_sums([p * one for one in which.thetas(64)], 2)[1] for p in (256, 1000, 10_000))
    require_less(near, mid, "d = 64: B(256) < B(1000)")
    require_less(mid, far, "B(1000) < B(10000)")
    require_less(sp.Rational("3.8435"), _over(which, near, 32), "B(256) > 3.8435")
    require_less(_over(which, far, 32), sp.Rational("4.4137"), "B(10000) < 4.4137")


def prove_half(which: Bounds = PAPER) -> None:
    column = which.rope.turn(phi)[:, 0]
    require_zero((column.T * column)[0] - 1, "consecutive partial sums differ by a vector of length 1")
    trust("the triangle inequality: |S_j| + |S_{j+1}| ≥ |S_{j+1} − S_j|")
    require_zero(which.bound(k + 1, 2 * k + 2) - sp.Rational(1, 2), "M = 2k pairs up: at least k, and k/M = 1/2")
    odd = sp.cancel((2 * k + 1) * (which.bound(k + 1, 2 * k + 1) - sp.Rational(1, 2)))
    require_positive(odd, [k], "M = 2k + 1: |S_1| = 1 and k pairs, and (k + 1)/M > 1/2")


def prove_recurrence(which: Bounds = PAPER) -> None:
    total = M * (M + 1) / 2
    require_zero(total.subs(M, M + 1) - total - (M + 1), "1 + 2 + ... + M = M(M + 1)/2: the step of the induction")
    require_zero(which.bound(total, M) - (M + 1) / 2, "at distance 0 all |S_j| = j, and B(0) = (M + 1)/2")
    column = which.rope.turn(phi)[:, 0] - sp.Matrix([1, 0])
    require_zero((column.T * column)[0] - 4 * sp.sin(phi / 2) ** 2, "|e^{iφ} − 1| = 2 |sin(φ/2)|")
    trust("|sin x| ≤ |x|, so phases within ε of full turns leave |S_j| between (1 − ε)j and j")
    trust("Dirichlet 1842: for every ε there are arbitrarily large n with all n·θ_i within ε of full turns")
    back = enclosure(sp.Add(*(sp.cos(169_646 * one) for one in which.thetas(8))))
    require_less(sp.Rational("3.99999"), back, "d = 8: f(169646) is above 3.99999, and f(0) is 4")
    far = enclosure(sp.Add(*(sp.cos(1000 * one) for one in which.thetas(8))))
    require_less(far, sp.Rational("3.9"), "though f(1000) is below 3.9")


def refute_interpolation(which: Bounds = PAPER) -> None:
    for d, error, bound in ((64, "0.2597", "0.2172"), (128, "0.4592", "0.4343")):
        stray = sum(sp.cos(one / 2) - (1 + sp.cos(one)) / 2 for one in which.thetas(d))
        require_less(sp.Rational(error), stray, f"d = {d}, h = 1: half-way between 0 and 1 the error is above {error}")
        require_less(which.printed(d, sp.log(10_000)) / 4, sp.Rational(bound), f"the printed bound below {bound}")


def prove_interpolation_bound(which: Bounds = PAPER) -> None:
    q, E, rest, d = sp.symbols("q E rho d", positive=True)
    step = which.rope.frequency(k + 1, d, d, sp.exp(L)) ** 2 / which.rope.frequency(k, d, d, sp.exp(L)) ** 2
    require_equal(sp.simplify(step), sp.exp(-4 * L / d), "θ_i² = q^i with q = e^{−X}, X = 4 ln b / d")
    whole = (1 - q**M) / (1 - q)
    require_zero(whole.subs(M, 0), "Σ_{i<M} q^i is (1 − q^M)/(1 − q), below 1/(1 − q): for M = 0,")
    require_equal(sp.simplify(whole.subs(M, M + 1) - whole - q**M), 0, "and from M to M + 1")
    X = sp.Symbol("X", positive=True)
    require_zero(1 + 1 / X - 1 / (1 - 1 / E) - (E - 1 - X) / (X * (E - 1)), "1 + 1/X − 1/(1 − 1/E) over X(E − 1)")
    trust("e^X ≥ 1 + X, so with E = e^X no part is negative")
    require_positive((E - 1 - X).subs(E, 1 + X + rest), [X, rest], "E = 1 + X + ρ: E − 1 − X = ρ", strict=False)
    trust("linear interpolation errs by at most max |a″| (u − u1)(u2 − u)/2, and |a″| ≤ max |h| Σ θ_i²")
    require_zero(which.mended(d, L) - (1 + d / (4 * L)) / 2, "so the factor is (1 + 1/X)/2")
    stray = sum(sp.cos(one / 2) - (1 + sp.cos(one)) / 2 for one in which.thetas(128))
    require_less(stray, which.mended(128, sp.log(10_000)) / 4, "d = 128, h = 1, half-way: within it")


def refute_at_least_d(which: Bounds = PAPER) -> None:
    for d, place, said in ((64, 1181, "60.258"), (128, 4861, "127.486")):
        total = modulus_sums([place * one for one in which.thetas(d)], 2)[1]
        require_less(total, sp.Rational(said), f"d = {d}: Σ |S_j({place})| is below {said}")
        require_less(sp.Rational(said), sp.Integer(d), "which is less than d")
