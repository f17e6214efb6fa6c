"""The decision procedures: each says yes to what is true, and no, never maybe, to what is not."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from posenc.proving import (
    Unproved,
    cosine_integral_gap,
    cosine_sums,
    enclosure,
    modulus_sums,
    require_all,
    require_digits,
    require_equal,
    require_in_ideal,
    require_less,
    require_nonzero,
    require_pairing,
    require_positive,
    require_zero,
)
from posenc.proving.record import recording
from posenc.truth.program import Program
from posenc.truth.rounding import enclosures

x, y, w = sp.symbols("x y w", real=True)
b = sp.Symbol("b", positive=True)
n, k = sp.symbols("n k", integer=True, nonnegative=True)

IDENTITIES = [
    sp.sin(x + y) - sp.sin(x) * sp.cos(y) - sp.cos(x) * sp.sin(y),
    sp.cos(3 * x) - 4 * sp.cos(x) ** 3 + 3 * sp.cos(x),
    sp.sin(x / 2) ** 2 - (1 - sp.cos(x)) / 2,
    sp.cos(x * b ** sp.Rational(-1, 2)) ** 2 + sp.sin(x * b ** sp.Rational(-1, 2)) ** 2 - 1,
    sp.exp(x + sp.I * y) - sp.exp(x) * (sp.cos(y) + sp.I * sp.sin(y)),
    1 / (1 + sp.exp(x)) + 1 / (1 + sp.exp(-x)) - 1,
    sp.cos(1) ** 2 + sp.sin(1) ** 2 - 1,
]


@pytest.mark.parametrize("identity", IDENTITIES, ids=str)
def test_identities_are_decided(identity: sp.Expr) -> None:
    require_zero(identity, "identity")


@pytest.mark.parametrize("identity", IDENTITIES, ids=str)
@pytest.mark.parametrize(
    "change", [lambda e: e + sp.Rational(1, 10**30), lambda e: e + sp.sin(x) / 10**30, lambda e: e + w]
)
def test_near_identities_are_rejected(identity: sp.Expr, change: object) -> None:
    with pytest.raises(Unproved, match="left over"):
        require_zero(change(identity), "identity")  # type: ignore[operator]


def test_matrices_are_decided_entry_by_entry() -> None:
    turn = sp.Matrix([[sp.cos(x), -sp.sin(x)], [sp.sin(x), sp.cos(x)]])
    require_zero(turn.T * turn - sp.eye(2), "orthogonal")
    with pytest.raises(Unproved):
        require_zero(turn * turn - sp.eye(2), "not of order two")
    with pytest.raises(Unproved, match="no entries"):
        require_zero(sp.zeros(0, 2), "nothing")


def test_undecidable_coefficients_are_unproved_not_guessed() -> None:
    with pytest.raises(Unproved):
        require_zero(sp.sqrt(2) * sp.sqrt(3) * x - sp.Symbol("s") * x, "an unknown")
    with pytest.raises(Unproved):
        require_zero(sp.Float(0.1) * x, "a float")


def test_ideal_membership_comes_with_cofactors() -> None:
    circle = x**2 + y**2 - 1
    with recording() as steps:
        require_in_ideal(x**4 - y**4 - x**2 + y**2, [circle], "on the circle")
    assert steps[0].rule == "ideal"
    assert "x**2 + y**2 - 1" in steps[0].evidence
    with pytest.raises(Unproved, match="remainder"):
        require_in_ideal(x**4 + y**4 - 1, [circle], "not on the circle")


def test_positivity_by_coefficients() -> None:
    require_positive(n * k + 3 * n + 1, [n, k], "positive")
    require_positive(n**2, [n], "not negative", strict=False)
    require_positive(sp.Rational(1, 3), [], "a number")
    for expr in (n**2, n - k + 1, n * k - 1, b * n + 1):
        with pytest.raises(Unproved):
            require_positive(expr, [n, k], "no")


def test_enclosures_decide_inequalities() -> None:
    require_less(sp.sqrt(2), sp.Rational(141422, 100000), "√2 < 1.41422")
    require_nonzero(sp.sin(22), "sin 22 is small and not zero")
    with pytest.raises(Unproved):
        require_less(sp.Rational(1, 2), sp.Rational(1, 2), "½ < ½")
    with pytest.raises(Unproved):
        require_less(sp.sqrt(2), sp.Rational(14142, 10000), "no")
    with pytest.raises(Unproved):
        require_nonzero(sp.Integer(0), "0 ≠ 0")
    require_digits([sp.sqrt(2) - 1, sp.Rational(1, 3)], "0.4142 0.3333", "cut off, not rounded")
    for wrong in (4141, 4143):
        with pytest.raises(Unproved):
            require_digits([sp.sqrt(2) - 1], f"0.{wrong}", "no")
    low, high = enclosure(sp.pi)
    assert low < sp.Rational(22, 7)
    assert high - low < sp.Rational(1, 10**29)


def test_exact_comparison() -> None:
    require_equal(sp.Matrix([1, x]), sp.Matrix([1, x]), "equal")
    require_all(((a, a * a >= a) for a in range(5)), "squares")
    with pytest.raises(Unproved, match="1 ≠ 2"):
        require_equal(1, 2, "no")
    with pytest.raises(Unproved, match="nothing to enumerate"):
        require_all([], "empty")
    with pytest.raises(Unproved, match="fails at 3"):
        require_all([(3, False)], "3")


def test_pairings() -> None:
    require_pairing(lambda i, side, d: 2 * i + side, "interleaved")
    require_pairing(lambda i, side, d: d - 1 - i - side * d // 2, "halves from the end")
    wrong = {
        "overlapping": lambda i, side, d: i + side,
        "all on one": lambda i, side, d: sp.Integer(0) * i,
        "beyond the end": lambda i, side, d: 2 * i + side + 1,
        "half the width": lambda i, side, d: i + side * (d // 2 - 1),
        "negative": lambda i, side, d: 2 * i + side - 1,
    }
    for name, place in wrong.items():
        with pytest.raises(Unproved):
            require_pairing(place, name)


def test_cosine_sums_enclose() -> None:
    frequencies = [sp.Integer(1), sp.Rational(1, 100), 10 ** sp.Rational(-1, 3)]
    sums = cosine_sums(frequencies, 2000)
    for t in (0, 1, 2, 999, 1999):
        exact = Program([sum(sp.cos(t * frequency) for frequency in frequencies)], [])
        low, high = enclosures(exact, [], 60)[0]
        assert sums[t][0] <= low
        assert high <= sums[t][1]
        assert sums[t][1] - sums[t][0] < sp.Rational(1, 10**30)


def test_modulus_sums_enclose() -> None:
    frequencies = [sp.Integer(1), sp.Rational(1, 100), 10 ** sp.Rational(-1, 3)]
    sums = modulus_sums(frequencies, 1000)
    for t in (0, 1, 2, 499, 999):
        parts = [sum(f(t * one) for one in frequencies[:j]) ** 2 for j in (1, 2, 3) for f in (sp.cos, sp.sin)]
        exact = Program([sum(sp.sqrt(a + b) for a, b in zip(parts[::2], parts[1::2], strict=True))], [])
        low, high = enclosures(exact, [], 60)[0]
        assert sums[t][0] <= low
        assert high <= sums[t][1]
        assert sums[t][1] - sums[t][0] < sp.Rational(1, 10**30)


@pytest.mark.parametrize("x", [Fraction(1, 3), Fraction(7), Fraction(100), Fraction(200_001, 1000)])
def test_cosine_integral_gap_encloses(x: Fraction) -> None:
    low, high = cosine_integral_gap(x, Fraction(10_000))
    with mpmath.workdps(60):
        here = mpmath.mpf(x.numerator) / x.denominator
        found = mpmath.ci(here) - mpmath.ci(here / 10_000) - mpmath.log(10_000)
        assert mpmath.mpf(low.numerator) / low.denominator < found + mpmath.mpf(10) ** -50
        assert found < mpmath.mpf(high.numerator) / high.denominator + mpmath.mpf(10) ** -50
    assert high - low < Fraction(1, 10**28)
