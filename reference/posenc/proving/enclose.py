"""Inequalities between real numbers, decided by disjoint enclosures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import Any, NamedTuple

import sympy as sp

from posenc.definitions import Expr
from posenc.proving.record import Unproved, decided
from posenc.truth.program import Program
from posenc.truth.rounding import enclosures

Enclosure = tuple[Fraction, Fraction]
DIGITS = 30


class Enclosed(tuple[Fraction, Fraction]):
    """End points that know what they enclose: meant() is the expression, made when somebody asks."""

    meant: Callable[[], Expr]

    def __new__(cls, ends: Enclosure, meant: Callable[[], Expr]) -> Enclosed:
        self = super().__new__(cls, ends)
        self.meant = meant
        return self

    def mapped(self, function: Callable[[Any], Any]) -> Enclosed:
        """What a function makes of it that rises or falls throughout, given rationals and an expression."""
        low, high = sorted(_fraction(function(sp.Rational(end.numerator, end.denominator))) for end in self)
        return Enclosed((low, high), lambda: function(self.meant()))


def _fraction(value: sp.Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


class Summed(sp.Function):  # type: ignore[misc]
    """Summed(kind, n, frequencies): entry n of what the functions below enclose, standing unevaluated."""

    nargs = 3


def enclosure(expr: Expr) -> Enclosed:
    """Exact end points around the value of an expression without symbols."""
    exact = sp.sympify(expr)
    if exact.is_Rational:
        return Enclosed((_fraction(exact), _fraction(exact)), lambda: exact)
    (found,) = enclosures(Program([exact], []), [], DIGITS)
    return Enclosed(found, lambda: exact)


class Less(NamedTuple):
    """One case of an enumeration: that one enclosure lies below another."""

    left: Expr | Enclosure
    right: Expr | Enclosure

    @property
    def holds(self) -> bool:
        """Whether they are disjoint and in this order."""
        a, b = (side if isinstance(side, tuple) else enclosure(side) for side in self)
        return bool(a[1] < b[0])


def require_less(left: Expr | Enclosure, right: Expr | Enclosure, statement: str) -> None:
    """Decide left < right: the enclosures are disjoint and in this order."""
    a, b = (side if isinstance(side, tuple) else enclosure(side) for side in (left, right))
    if not a[1] < b[0]:
        raise Unproved(f"{statement}: {shown(a)} is not below {shown(b)}")
    decided("enclosure", statement, f"{shown(a)} < {shown(b)}", less=(left, right), ends=[a, b])


def require_nonzero(expr: Expr, statement: str) -> None:
    """Decide that a number is not zero: its enclosure does not contain it."""
    low, high = enclosure(expr)
    if low <= 0 <= high:
        raise Unproved(f"{statement}: {shown((low, high))} contains 0")
    decided("enclosure", statement, f"{shown((low, high))} does not contain 0", nonzero=expr, ends=[(low, high)])


def require_digits(values: Expr | Sequence[Expr], digits: str, statement: str) -> None:
    """Decide that positive numbers begin with these decimals, cut off, not rounded; several with spaces between."""
    for value, said in zip([values] if isinstance(values, sp.Basic) else values, digits.split(), strict=True):
        low = sp.Rational(said)
        high = low + sp.Rational(1, 10 ** len(said.partition(".")[2]))
        found = enclosure(value)
        if not low <= found[0] <= found[1] < high:
            raise Unproved(f"{statement}: {shown(found)} does not begin with {said}")
        require_less(found, high, f"{statement}: {said}... and no more")
        if found[0] > low:  # else it is these decimals, an enclosure that is a point
            require_less(low, found, f"{statement}: {said}...")


def require_value(value: Expr, right: Expr, statement: str) -> None:
    """Decide that a number is a rational one: its enclosure is a point."""
    low, high = enclosure(value)
    if not low == high == right:
        raise Unproved(f"{statement}: {shown((low, high))} is not just {right}")
    decided("exact", statement, str(right))


def shown(one: Enclosure) -> str:
    """An enclosure for readers, its ends rounded outwards to 20 decimals."""
    scale = 10**20
    low, high = one[0] * scale // 1, -(-one[1] * scale // 1)
    return f"[{_decimal(int(low))}, {_decimal(int(high))}]"


def _decimal(scaled: int) -> str:
    whole, part = divmod(abs(scaled), 10**20)
    return f"{'-' if scaled < 0 else ''}{whole}.{part:020d}"


BITS = 160


def _entries(kind: str, frequencies: Sequence[Expr], ends: Sequence[Enclosure]) -> list[Enclosed]:
    listed = cache(lambda: sp.Tuple(*frequencies))
    return [Enclosed(one, lambda n=n: Summed(sp.Symbol(kind), n, listed())) for n, one in enumerate(ends)]  # type: ignore[misc]


def cosine_sums(frequencies: Sequence[Expr], count: int) -> list[Enclosed]:
    """Enclosures of Σ_i cos(n·ω_i) for n = 0 ... count − 1, in integer arithmetic.

    Chebyshev's recurrence cos((n+1)ω) = 2 cos ω cos nω − cos((n−1)ω), on integers scaled by 2^BITS. Its error e obeys
    e_{n+1} = 2 cos ω · e_n − e_{n−1} + ρ with e_0 = 0 and |e_1| ≤ 2 units, where |ρ| ≤ 3 collects the truncated product
    and the last-place error of 2 cos ω. The solution started by a unit is the Chebyshev polynomial U_k(cos ω), and
    |U_k| ≤ k + 1, so |e_n| ≤ 2n + 3·(1 + 2 + ... + (n − 1)) ≤ 2·(n + 1)² units.
    """
    one = 1 << BITS
    totals = [0] * count
    for frequency in frequencies:
        low, high = enclosures(Program([sp.cos(frequency)], []), [], BITS // 3)[0]
        doubled = int((low + high) * one)  # 2 cos ω: the middle, within 1 unit
        before, now = one, doubled // 2
        for n in range(count):
            totals[n] += before
            before, now = now, (doubled * now >> BITS) - before
    slack = [2 * len(frequencies) * (n + 1) ** 2 for n in range(count)]
    ends = [(Fraction(t - s, one), Fraction(t + s, one)) for t, s in zip(totals, slack, strict=True)]
    return _entries("cosines", frequencies, ends)


def modulus_sums(frequencies: Sequence[Expr], count: int) -> list[Enclosed]:
    """Enclosures of Σ_j |Σ_{i<j} e^{i·n·ω_i}|, j = 1 ... M, for n = 0 ... count − 1 and M frequencies, in integers.

    z_{n+1} = z_n · w on pairs of integers scaled by 2^BITS. The parts of w = e^{iω} are within 1 unit, so w within √2;
    truncating the product adds at most √2: the error obeys |e_{n+1}| ≤ |e_n| + √2·(1 + |e_n|) + √2 in units of
    2^−BITS, with the product of two errors far below one, so |e_n| ≤ 3n. A sum of j of them errs by at most 3nj, its
    modulus by as much and 1 for the integer root: together 3n·M(M + 1)/2 + M units.
    """
    one, turns = 1 << BITS, []
    for low, high in enclosures(Program([f(w) for w in frequencies for f in (sp.cos, sp.sin)], []), [], BITS // 3):
        turns.append(int((low + high) / 2 * one))
    real, imaginary = [one] * len(frequencies), [0] * len(frequencies)
    size, out = len(frequencies), []
    for n in range(count):
        x = y = total = 0
        for i in range(size):
            x, y = x + real[i], y + imaginary[i]
            total += isqrt(x * x + y * y)
            c, s = turns[2 * i], turns[2 * i + 1]
            real[i], imaginary[i] = (real[i] * c - imaginary[i] * s) >> BITS, (real[i] * s + imaginary[i] * c) >> BITS
        slack = 3 * n * size * (size + 1) // 2 + size
        out.append((Fraction(total - slack, one), Fraction(total + slack, one)))
    return _entries("moduli", frequencies, out)


@cache  # the wrong definitions ask for the same values
def cosine_integral_gap(x: Fraction, b: Fraction) -> Enclosed:
    """Enclosure of Ci(x) − Ci(x/b) − ln b = Σ_{k≥1} (−1)^k (x^{2k} − (x/b)^{2k}) / (2k·(2k)!) for x > 0, b > 1.

    Each power over (2k)! is a truncated integer with its error carried along; the series stops where 2k > 2x and a
    term is below one unit, after which the rest of an alternating series is below the last term.
    """
    bits = 3 * int(x) // 2 + 128  # terms reach e^x, which is 2^(1.443 x), and errors grow as they do
    total = error = 0
    for sign, square in ((1, x * x), (-1, (x / b) ** 2)):
        term, stray, k = 1 << bits, 0, 0
        while term or 2 * k <= 2 * x:
            k += 1
            over = square.denominator * (2 * k - 1) * 2 * k
            term, stray = term * square.numerator // over, stray * square.numerator // over + 2
            total += sign * (-1) ** k * (term // (2 * k))
            error += stray // (2 * k) + 2
        error += stray + 1
    ends = (Fraction(total - error, 1 << bits), Fraction(total + error, 1 << bits))
    return Enclosed(ends, lambda: Summed(sp.Symbol("integral"), sp.sympify(x), sp.sympify(b)))
