"""Group representational position encoding: what is true of it. Statements and sources: spec/grape/claims.toml.

A rotation is 1 + σ(t)·L + ν(t)·L². What is claimed of it is decided among polynomials in one symbol for L, reduced by
L³ = −s²·L, which is decided with free a and b.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from posenc.definitions import Expr
from posenc.definitions.alibi import CONVENTIONS as ALIBI
from posenc.definitions.grape import CONVENTIONS, Grape
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_less, require_zero, trust

PAPER = CONVENTIONS["grape/paper"]
WRONG = gallery("grape")

m, n, t, s, w, lam, L = sp.symbols("m n t s w lambda L", real=True)
a, b, x = (sp.symbols(f"{name}_:4", real=True) for name in "abx")
q, k = sp.symbols("q_:3", real=True), sp.symbols("k_:3", real=True)


def _series(which: Grape, position: Expr) -> Expr:
    """exp(position·w·L) as a polynomial in L."""
    (found,) = which.form([sp.Integer(1)], [L], [L**2], which.time(position, w), s)
    return found


def _require_same(one: Expr, other: Expr, statement: str) -> None:
    """Decide that two polynomials in L are the same where L³ = −s²·L."""
    rest = sp.rem(sp.Poly(sp.expand(one - other), L), sp.Poly(L**3 + s**2 * L, L))
    for power in range(3):
        require_zero(rest.coeff_monomial(L**power), f"{statement}: coefficient of L^{power}")


def _generator(which: Grape, d: int) -> sp.Matrix:
    return sp.Matrix([which.act(a[:d], b[:d], list(sp.eye(d).col(i))) for i in range(d)]).T


def _require_form(which: Grape) -> None:
    """Decide that L is skew and L³ = −s²·L; that G is the series in L is how the definition is written."""
    for d in (2, 3, 4):
        generator = _generator(which, d)
        require_zero((generator + generator.T).expand(), f"d = {d}: L is skew-symmetric")
        cube = generator**3 + which.squared(a[:d], b[:d]) * generator
        require_zero(cube.expand(), f"d = {d}: L³ = −(|a|²|b|² − (a·b)²)·L")


def prove_anchor(which: Grape = PAPER) -> None:
    tenth, rate = sp.Rational(1, 10), sp.Rational(1, 4)
    found = which.rotate([sp.Integer(1), 0, 0], sp.Integer(2), [1, 0, 0], [0, 3, 4], tenth)
    right = [sp.cos(1), -sp.sin(1) * sp.Rational(3, 5), -sp.sin(1) * sp.Rational(4, 5)]
    for value, said in zip(found, right, strict=True):
        require_zero(value - said, f"a = (1, 0, 0), b = (0, 3, 4): (1, 0, 0) at 2, frequency 1/10, has {said}")
    found = which.rotate([sp.Integer(1), 0], sp.Integer(1), [1, 0], [3, 4], rate)
    for value, said in zip(found, [sp.cos(1), -sp.sin(1)], strict=True):
        require_zero(value - said, f"a = (1, 0), b = (3, 4), not orthogonal: (1, 0) at 1, frequency 1/4, has {said}")
    half = sp.Rational(1, 2)
    for role, said in (("query", [5, 1, -3 * half]), ("key", [5, 3 * half, 1])):
        found = which.lift([sp.Integer(5)], sp.Integer(3), half, role)
        require_equal(found, said, f"5 as a {role} at 3, slope 1/2, is lifted to {said}")


def prove_exponential(which: Grape = PAPER) -> None:
    _require_form(which)
    series = _series(which, n)
    _require_same(sp.diff(series, n), w * L * series, "dG/dn = ω·L·G")
    require_zero(_series(which, sp.Integer(0)) - 1, "G = I at n = 0")
    trust("a linear differential equation with a start has one solution, exp(n·ω·L)")


def prove_orthogonal(which: Grape = PAPER) -> None:
    _require_form(which)
    series = _series(which, n)
    _require_same(series.subs(L, -L) * series, sp.Integer(1), "GᵀG = I, Lᵀ being −L")


def prove_relative(which: Grape = PAPER) -> None:
    _require_form(which)
    _require_same(_series(which, m) * _series(which, n), _series(which, m + n), "G(m)·G(n) = G(m + n)")
    both = _series(which, m).subs(L, -L) * _series(which, n)
    _require_same(both, _series(which, n - m), "G(m)ᵀG(n) = G(n − m)")


def prove_complement(which: Grape = PAPER) -> None:
    free = replace(which, root=lambda squared: s)
    for d in (3, 4):
        columns = [a[:d], b[:d], x[:d]][: d - 1]  # with a free third vector in four channels
        across: list[Expr] = []
        for i in range(d):
            kept = sp.Matrix([[column[row] for row in range(d) if row != i] for column in columns])
            across.append((-1) ** i * kept.det())
        for name, one in (("a", a), ("b", b)):
            total = sum(p * y for p, y in zip(one[:d], across, strict=True))
            require_zero(sp.expand(total), f"d = {d}: the minors of the rest are a vector orthogonal to {name}")
        found = free.rotate(across, t, a[:d], b[:d], sp.Integer(1))
        require_zero((sp.Matrix(found) - sp.Matrix(across)).expand(), f"d = {d}: it is left alone")
    trust("such vectors span what is orthogonal to a and b, for independent a and b")


def prove_rope(which: Grape = PAPER) -> None:
    rope, base = ROPE["rope/interleaved"], sp.Integer(100)
    for d in (4, 6):
        unit = [list(sp.eye(d).col(i)) for i in range(d)]
        found = [
            which.matrix(
                t, unit[2 * i + 1], unit[2 * i], rope.frequency(sp.Integer(i), sp.Integer(d), sp.Integer(d), base)
            )
            for i in range(d // 2)
        ]
        said = rope.matrix(t, d, base)
        require_zero(
            sp.prod(found, start=sp.eye(d)) - said, f"d = {d}: a = e_(2i+1), b = e_(2i), ω = θ_i, one after another"
        )
        require_zero(sp.prod(reversed(found), start=sp.eye(d)) - said, "and in the opposite order")


def prove_parallel(which: Grape = PAPER) -> None:
    for d in (2, 4):
        along = [lam * entry for entry in a[:d]]
        require_zero(sp.expand(which.squared(a[:d], along)), f"d = {d}: s = 0 for b = λ·a")
        require_zero(sp.Matrix(which.act(a[:d], along, x[:d])).expand(), "and L = 0")
    found = which.rotate([x[0], x[1]], sp.Integer(7), [1, 2], [-3, -6], sp.Integer(1))
    require_zero(sp.Matrix(found) - sp.Matrix(x[:2]), "a = (1, 2), b = (−3, −6): nothing is turned")


def _raised(which: Grape, position: Expr) -> sp.Matrix:
    return which.carried("key", which.corner(3), which.drift(position, w))


def prove_unipotent(which: Grape = PAPER) -> None:
    require_equal(which.corner(3) ** 2, sp.zeros(5, 5), "A² = 0")
    require_zero(_raised(which, m) * _raised(which, n) - _raised(which, m + n), "G(m)·G(n) = G(m + n)")
    query = which.carried("query", which.corner(3), which.drift(m, w))
    require_zero(query.T * _raised(which, m) - sp.eye(5), "a query's matrix is the inverse transpose of a key's")


def _lifted(which: Grape, i: Expr, j: Expr) -> Expr:
    """The score of a query at i and a key at j, less that of the vectors themselves."""
    query, key = which.lift(q, i, w, "query"), which.lift(k, j, w, "key")
    plain = sum(one * other for one, other in zip(q, k, strict=True))
    return sp.expand(sum(one * other for one, other in zip(query, key, strict=True)) - plain)


def prove_lift_relative(which: Grape = PAPER) -> None:
    require_zero(_lifted(which, m, n) + w * (m - n), "lifting adds −ω·(m − n) to the score")
    require_zero(_lifted(which, m + t, n + t) - _lifted(which, m, n), "which a common shift leaves alone")


def prove_alibi(which: Grape = PAPER) -> None:
    alibi = ALIBI["alibi/press"]
    bias = alibi.bias(w, m, n, sp.Integer(1), sp.Integer(1), use="causal")
    require_zero(_lifted(which, m, n) - bias, "with ω the slope, the score has ALiBi's bias, key not after query")
    for head, said in ((1, sp.Rational(1, 2)), (8, sp.Rational(1, 256))):
        slope = alibi.slope(head, 8, sp.Integer(8))
        require_equal(slope, said, f"slope of head {head} of 8")
        found = _lifted(which, sp.Integer(5), sp.Integer(2)).subs(w, slope)
        require_equal(found, -3 * slope, "three tokens back")


def refute_same_lift(which: Grape = PAPER) -> None:
    query = _raised(which, m) * sp.Matrix([*q, 1, 0])
    key = which.lift(k, n, w, "key")
    plain = sum(one * other for one, other in zip(q, k, strict=True))
    found = sp.expand((query.T * sp.Matrix(key))[0] - plain)
    bias = ALIBI["alibi/key-only"].bias(w, m, n, sp.Integer(1), sp.Integer(1), use="causal")
    require_zero(found - bias, "the same lift for both adds ω·n, the key-only row")
    require_zero(found.subs({m: m + 1, n: n + 1}) - found - w, "which a common shift does not leave alone")


def refute_scaled(which: Grape = PAPER) -> None:
    found = _lifted(which, sp.Integer(1), sp.Integer(0)).subs(w, sp.Rational(1, 2)) / sp.sqrt(4)
    require_equal(found, -sp.Rational(1, 4), "d = 4, slope 1/2: a token back costs 1/4 after the division by √d")
    require_less(-sp.Rational(1, 2), found, "where ALiBi takes 1/2")


def prove_forgetting(which: Grape = PAPER) -> None:
    gates = sp.symbols("f_:5", positive=True)
    places = [-sum((sp.log(f) for f in gates[: i + 1]), sp.Integer(0)) for i in range(5)]
    for i, j in ((4, 1), (3, 3), (2, 0)):
        found = _lifted(which, places[i], places[j]).subs(w, 1)
        said = sum((sp.log(f) for f in gates[j + 1 : i + 1]), sp.Integer(0))
        require_zero(
            sp.expand(found - said), f"positions −Σ log f: key {j} and query {i} have Σ log f over what lies between"
        )
