"""Which maps of queries and keys make scores relative. Statements and sources: spec/rope_derivation/claims.toml.

The requirement is ⟨f_q(q, m), f_k(k, n)⟩ = g(q, k, m − n) with f(·, 0) the identity. A pair of channels is a complex
number. ρ = e^λ. Matrices of every size are symbols that do not commute. `posenc audit rope_derivation` runs this file;
so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp
from sympy.core.function import AppliedUndef

from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.xpos import CONVENTIONS as XPOS
from posenc.proving import (
    require_equal,
    require_nonzero,
    require_positive,
    require_zero,
    trust,
)

ONE, ZERO, HALF = sp.Integer(1), sp.Integer(0), sp.Rational(1, 2)


@dataclass(frozen=True)
class Derivation:
    """What is required, and what the chapter says solves it; replace a field to get wrong ones.

    lag        (m, n) → what g depends on
    start      what f_q and f_k multiply with at position 0
    query      (m, λ, θ) → what f_q multiplies with
    key        (n, λ, θ) → what f_k multiplies with
    query_map  (m, G) → A_m, the matrix of f_q
    key_map    (n, G) → B_n, the matrix of f_k
    turn       the orthogonal matrices of two channels with determinant 1, by their angle
    """

    lag: Callable[[sp.Expr, sp.Expr], sp.Expr] = lambda m, n: m - n
    start: tuple[sp.Expr, sp.Expr] = (ONE, ONE)
    query: Callable[[sp.Expr, sp.Expr, sp.Expr], sp.Expr] = lambda m, rate, angle: sp.exp(m * (rate + sp.I * angle))
    key: Callable[[sp.Expr, sp.Expr, sp.Expr], sp.Expr] = lambda n, rate, angle: sp.exp(n * (-rate + sp.I * angle))
    query_map: Callable[[int, sp.Matrix], sp.Matrix] = lambda m, G: (G.inv().T) ** m
    key_map: Callable[[int, sp.Matrix], sp.Matrix] = lambda n, G: G**n
    turn: Callable[[sp.Expr], sp.Matrix] = ROPE["rope/interleaved"].turn

    def product(self, m: sp.Expr, n: sp.Expr, rate: sp.Expr, angle: sp.Expr) -> sp.Expr:
        """What q times conjugate k is multiplied with."""
        return self.query(m, rate, angle) * sp.conjugate(self.key(n, rate, angle))


PAPER = Derivation()
WRONG: dict[str, Callable[[Derivation], Derivation]] = {
    "rope_derivation/sum-of-positions": lambda which: replace(which, lag=lambda m, n: m + n),
    "rope_derivation/no-start": lambda which: replace(which, start=sp.symbols("alpha gamma")),
    "rope_derivation/both-grow": lambda which: replace(which, key=which.query),
    "rope_derivation/modulus-one": lambda which: replace(
        which, query=lambda m, rate, angle: which.query(m, 0, angle), key=lambda n, rate, angle: which.key(n, 0, angle)
    ),
    "rope_derivation/no-frequency": lambda which: replace(
        which, query=lambda m, rate, angle: which.query(m, rate, 0), key=lambda n, rate, angle: which.key(n, rate, 0)
    ),
    "rope_derivation/same-matrix": lambda which: replace(which, query_map=which.key_map),
    "rope_derivation/not-transposed": lambda which: replace(which, query_map=lambda m, G: G.inv() ** m),
    "rope_derivation/key-map-stuck": lambda which: replace(which, key_map=lambda n, G: G),
    "rope_derivation/scaled-turns": lambda which: replace(which, turn=lambda angle: 2 * which.turn(angle)),
}

m, n, k = sp.symbols("m n k", integer=True)
x, y, v, w, rate, theta, phi, t = sp.symbols("x y v w lambda theta phi t", real=True)
a, c, G = (sp.Function(name) for name in ("a", "c", "G"))  # c(n) is the conjugate of what f_k multiplies with


def _combined(target: sp.Expr, parts: dict[sp.Expr, sp.Expr], statement: str) -> None:
    """The target is Σ cofactor · relation, of parts {relation: cofactor}; so it is 0 where the relations are."""
    gap = target - sum(cofactor * relation for relation, cofactor in parts.items())
    names = {one: sp.Symbol(f"v{i}") for i, one in enumerate(sorted(gap.atoms(AppliedUndef), key=str))}
    require_zero(sp.expand(gap).xreplace(names), statement)


def prove_solves(which: Derivation = PAPER) -> None:
    found = which.product(m, n, rate, theta)
    said = sp.exp((m - n) * (rate + sp.I * theta))
    require_zero(found - said, "f_q(q, m) times conjugate f_k(k, n): q k̄ times (ρ e^{iθ})^(m − n)")
    for one in (which.query, which.key):
        require_equal(one(ZERO, rate, theta), 1, "at position 0 the identity")


def prove_equation(which: Derivation = PAPER) -> None:
    def required(p: sp.Expr, q: sp.Expr) -> sp.Expr:
        """0 by the requirement, for q and k other than 0."""
        return a(p) * c(q) - G(which.lag(p, q))

    alone, other, both = required(m, ZERO), required(ZERO, -k), required(m, -k)
    first, second = a(0) - which.start[0], c(0) - which.start[1]
    _combined(a(m) - G(m), {alone: ONE, second: -a(m)}, "n = 0: a(m) = G(m)")
    _combined(c(-k) - G(k), {other: ONE, first: -c(-k)}, "m = 0: the conjugate of f_k's number at −k is G(k)")
    parts = {both: -ONE, alone: c(-k), second: -a(m) * c(-k), other: G(m), first: -G(m) * c(-k)}
    _combined(G(m + k) - G(m) * G(k), parts, "so G(m + k) = G(m) G(k)")


def prove_powers(which: Derivation = PAPER) -> None:
    prove_equation(which)
    z, Z = sp.symbols("z Z")  # Z stands for z^n
    step = {G(n + 1) - G(n) * G(1): ONE, G(n) - Z: G(1), G(1) - z: Z}
    _combined(G(n + 1) - Z * z, step, "G(1) = z and G(n) = z^n give G(n + 1) = z^n z")
    down = {G(0) - G(1) * G(-1): -ONE, G(0) - 1: ONE, G(1) - z: -G(-1)}
    _combined(G(-1) * z - 1, down, "z G(−1) = 1, so z is not 0 and G(−1) = 1/z")
    back = {G(n - 1) - G(n) * G(-1): ONE, G(n) - Z: G(-1)}
    _combined(G(n - 1) - Z * G(-1), back, "G(n) = z^n gives G(n − 1) = z^n/z")
    trust("a complex number other than 0 is ρ e^{iθ} with ρ > 0")
    number = sp.exp(rate + sp.I * theta)
    require_zero(which.query(m, rate, theta) - number**m, "f_q multiplies with z^m = ρ^m e^{imθ}")
    require_zero(which.key(n, rate, theta) - sp.conjugate(number ** (-n)), "f_k with the conjugate of z^(−n)")


def refute_modulus(which: Derivation = PAPER) -> None:
    double = sp.log(2)
    near, far = (which.product(one, one - 1, double, theta) for one in (sp.Integer(1), sp.Integer(5)))
    require_zero(near - far, "ρ = 2: the products at positions 1 and 0 are those at 5 and 4")
    size = sp.expand(which.query(ONE, double, theta) * sp.conjugate(which.query(ONE, double, theta)))
    require_zero(size - 4, "and f_q doubles the length of a query at position 1")


def prove_xpos(which: Derivation = PAPER) -> None:
    lam, B, angle = sp.symbols("l B omega", positive=True)
    pair = replace(XPOS["xpos/interleaved"], zeta=lambda i, d, gamma: sp.exp(-lam))
    pair = replace(pair, rope=replace(pair.rope, frequency=lambda i, r, d, base: angle))
    params = {"base": sp.Integer(10_000), "center": 0, "scale_base": B, "gamma": ONE}
    for role, solution in (("query", which.query), ("key", which.key)):
        column = pair.matrix(m, 2, params, role) * sp.Matrix([1, 0])
        require_zero(column[0] + sp.I * column[1] - solution(m, -lam / B, angle), f"xPos, {role}: ρ = ζ^(1/B)")
    column = ROPE["rope/interleaved"].turn(m * angle) * sp.Matrix([1, 0])
    require_zero(column[0] + sp.I * column[1] - which.query(m, ZERO, angle), "rope: ρ = 1")


def prove_same_map(which: Derivation = PAPER) -> None:
    one, other = which.query(ONE, rate, theta), which.key(ONE, rate, theta)
    require_zero(one - other * sp.exp(2 * rate), "at position 1 f_q is ρ² f_k")
    rho = sp.Symbol("rho", positive=True)
    require_zero(rho**2 - 1 - (rho - 1) * (rho + 1), "so they are the same only if (ρ − 1)(ρ + 1) = 0")
    require_positive(rho + 1, [rho], "and ρ + 1 > 0")
    gap = which.query(n, ZERO, theta) - which.key(n, ZERO, theta)
    require_zero(gap, "with ρ = 1 they are the same at every position")
    length = which.query(n, ZERO, theta) * sp.conjugate(which.query(n, ZERO, theta))
    require_zero(length - 1, "and keep lengths")


def refute_frequencies(which: Derivation = PAPER) -> None:
    require_zero(which.product(m, n, 0, theta) - sp.exp(sp.I * (m - n) * theta), "every θ gives a solution")
    one, third = (sp.re(sp.expand_complex(which.product(ONE, ZERO, 0, angle))) for angle in (ONE, sp.Rational(1, 3)))
    require_nonzero(one - third, "which differ: q = k = 1, distance 1, θ = 1 and θ = 1/3")
    require_zero(which.product(m, n, 0, ZERO) - 1, "θ = 0, no encoding at all, is one of them")


def refute_between(which: Derivation = PAPER) -> None:
    one, other = ([which.query(p, 0, angle) for p in (n, HALF)] for angle in (theta, theta + 2 * sp.pi))
    require_equal(sp.expand(other[0]), one[0], "θ and θ + 2π: the same at every integer position")
    require_equal(sp.expand(other[1]), -one[1], "and of opposite sign at position 1/2")


def prove_continuous(which: Derivation = PAPER) -> None:
    F, (s, D) = sp.Function("F"), sp.symbols("s D")
    sides = [sp.diff(side, s).subs(s, 0).doit() for side in (F(s + t), F(s) * F(t))]
    require_equal(sides[0], sp.diff(F(t), t), "G(s + t) differentiated by s at 0 is G′(t)")
    require_equal(sides[1], sp.Subs(sp.diff(F(s), s), s, 0) * F(t), "and G(s) G(t) is G′(0) G(t)")
    solution = which.query(t, rate, theta)
    require_zero(sp.diff(solution, t) - (rate + sp.I * theta) * solution, "ρ^t e^{itθ} obeys G′ = (λ + iθ) G")
    gone = sp.diff(F(t) * sp.exp(-D * t), t).subs(sp.Derivative(F(t), t), D * F(t))
    require_equal(sp.expand(gone), 0, "and G e^{−Dt} is constant where G′ = D G, so there is no other")
    trust("Cauchy: a continuous G with G(t + s) = G(t) G(s) is differentiable; without continuity there are others")


def prove_linear(which: Derivation = PAPER) -> None:
    A, B, Cm, Ck, C, H, P, N = sp.symbols("A_m B_n C_m C_-n C_m-n H P C_n", commutative=False)
    left, right, both = A * 1 - Cm, 1 * B - Ck, A * B - C  # A is transposed; the matrices of position 0 are I
    require_equal(sp.expand(left * B + Cm * right - both - (C - Cm * Ck)), 0, "C_{m−n} = C_m C_{−n}, for every size")
    up, down = sp.symbols("C_n+1 C_n-1", commutative=False)  # N is C_n, P is H^n
    require_equal(sp.expand((up - N * H) + (N - P) * H - (up - P * H)), 0, "C_1 = H: C_n = H^n gives C_{n+1} = H^n H")
    step = (down - N * Ck) + (N - P) * Ck - (down - P * Ck)
    require_equal(sp.expand(step), 0, "and C_{n−1} = H^n C_{−1}, where H C_{−1} = C_0 = I: H has an inverse, G")
    free = sp.Matrix(2, 2, sp.symbols("g:4"))
    for one, other in ((-1, 2), (0, 1), (1, 1), (2, 1), (1, -1)):
        product = which.query_map(one, free).T * which.key_map(other, free)
        power = free ** (other - one)
        require_zero((product - power).applyfunc(sp.cancel), f"m = {one}, n = {other}: A_mᵀ B_n = G^(n − m), any G")


def _columns() -> tuple[sp.Matrix, sp.Expr, sp.Expr, sp.Expr]:
    """A 2×2 matrix, and what is 0 if it is orthogonal."""
    free = sp.Matrix(2, 2, sp.symbols("g:4", real=True))
    p, q, _, r = free.T * free - sp.eye(2)
    return free, p, q, r


def prove_orthogonal(which: Derivation = PAPER) -> None:
    T, V, g = sp.symbols("T V G", commutative=False)  # G transposed, and its inverse
    require_equal(sp.expand((T - V) * g + (V * g - 1) - (T * g - 1)), 0, "G^(−1) = Gᵀ and G^(−1) G = I give GᵀG = I")
    require_equal(
        sp.expand((T * g - 1) * V - T * (g * V - 1) - (T - V)), 0, "GᵀG = I and G G^(−1) = I give Gᵀ = G^(−1)"
    )
    free, p, q, r = _columns()
    (g0, g1), (g2, g3) = free.tolist()
    gap = (free.det() * (which.query_map(1, free) - which.key_map(1, free))).applyfunc(sp.cancel)
    parts = [{p: -g3, q: g2}, {r: g2, q: -g3}, {p: g1, q: -g0}, {r: -g0, q: g1}]
    for entry, part in zip(gap, parts, strict=True):
        _combined(entry, part, "two channels, GᵀG = I: det G · (A_1 − B_1) = 0")
    shear = sp.Matrix([[1, 1], [0, 1]])
    apart = which.query_map(1, shear) - which.key_map(1, shear)
    require_nonzero(sum(entry**2 for entry in apart), "a shear, which is not orthogonal: A_1 ≠ B_1")


def prove_normal_form(which: Derivation = PAPER) -> None:
    free, p, q, r = _columns()
    (g0, g1), (g2, g3) = free.tolist()
    det = free.det()
    _combined(det**2 - 1, {p: r + 1, r: ONE, q: -q}, "two channels: GᵀG = I gives det G = ±1")
    _combined(g3 - det * g0, {p: -g3, q: g2}, "the second column is the first turned by a right angle, times det G:")
    _combined(g1 + det * g2, {p: -g1, q: g0}, "so G is a rotation or a reflection")
    cosine, sine = sp.symbols("c s", real=True)
    mirror = sp.Matrix([[cosine, sine], [sine, -cosine]])
    require_zero(mirror**2 - (cosine**2 + sine**2) * sp.eye(2), "a reflection is its own inverse: entries 1 and −1")
    require_zero(which.turn(phi) * which.turn(n * phi) - which.turn((n + 1) * phi), "R(θ)^n = R(nθ), by induction")
    S, D, T, X = sp.symbols("S D T X", commutative=False)  # T is S transposed, TS = I; X stands for D^n
    once = sp.expand((S * X * T) * (S * D * T) - S * X * (T * S - 1) * D * T - S * X * D * T)
    require_equal(once, 0, "(S D Sᵀ)^n = S Dⁿ Sᵀ, by induction, so Sᵀ may be taken into W_q and W_k")
    trust("the real normal form: an orthogonal matrix is S D Sᵀ, S orthogonal, D of 2×2 rotations, 1 and −1")


def refute_real_part(which: Derivation = PAPER) -> None:
    flip, q, key = sp.diag(1, -1), sp.Matrix([x, y]), sp.Matrix([v, w])
    for one, other in ((0, 0), (1, 1), (2, 1), (1, 0)):
        score = ((which.query_map(one, flip) * q).T * (which.key_map(other, flip) * key))[0]
        require_zero(score - x * v - y * w * (-1) ** (one - other), f"diag(1, −1), m = {one}, n = {other}: relative")
    found = [(which.query_map(p, flip) * q, which.key_map(p, flip) * key) for p in (0, 1)]
    imaginary = [one[1] * other[0] - one[0] * other[1] for one, other in found]
    require_zero(
        imaginary[0] + imaginary[1], "f_q times conjugate f_k: the imaginary part changes its sign from 0 to 1"
    )
    require_nonzero(imaginary[0].subs({x: 0, y: 1, v: 1, w: 0}), "which is not 0, at the same distance")


def prove_complex_linear(which: Derivation = PAPER) -> None:
    product = which.product(m, n, rate, theta)
    real, imaginary = sp.expand_complex(product).as_real_imag()

    def inner(one: sp.Expr, other: sp.Expr) -> sp.Expr:
        """The inner product of f_q(q, m) and f_k(k, n), k = one + i other."""
        return real * (x * one + y * other) - imaginary * (y * one - x * other)

    parts = [inner(v, w), inner(-w, v)]  # with k, and with ik
    whole = product * (x + sp.I * y) * (v - sp.I * w)
    require_zero(whole - parts[0] - sp.I * parts[1], "the inner products with k and with ik are the complex product")
    for part in parts:
        moved = part.subs({m: m + k, n: n + k}, simultaneous=True)
        require_zero(part - moved, "both are relative, and so is the complex product")
