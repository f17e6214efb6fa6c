"""Inequalities between real numbers, decided by disjoint enclosures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy as sp

from posenc.definitions import Expr
from posenc.proving.record import Unproved, decided
from posenc.truth.program import Program
from posenc.truth.rounding import enclosures

Enclosure = tuple[Fraction, Fraction]
DIGITS = 30


def enclosure(expr: Expr) -> Enclosure:
    """Exact end points around the value of an expression without symbols."""
    (found,) = enclosures(Program([sp.sympify(expr)], []), [], DIGITS)
    return found


def require_less(left: Expr | Enclosure, right: Expr | Enclosure, statement: str) -> None:
    """Decide left < right: the enclosures are disjoint and in this order."""
    a, b = (side if isinstance(side, tuple) else enclosure(side) for side in (left, right))
    if not a[1] < b[0]:
        raise Unproved(f"{statement}: {shown(a)} is not below {shown(b)}")
    decided("enclosure", statement, f"{shown(a)} < {shown(b)}")


def require_nonzero(expr: Expr, statement: str) -> None:
    """Decide that a number is not zero: its enclosure does not contain it."""
    low, high = enclosure(expr)
    if low <= 0 <= high:
        raise Unproved(f"{statement}: {shown((low, high))} contains 0")
    decided("enclosure", statement, f"{shown((low, high))} does not contain 0")


def require_digits(value: Expr, digits: str, statement: str) -> None:
    """Decide that a positive number begins with these decimals: cut off, not rounded."""
    low = sp.Rational(digits)
    high = low + sp.Rational(1, 10 ** len(digits.partition(".")[2]))
    a, b = enclosure(value)
    if not low <= a <= b < high:
        raise Unproved(f"{statement}: {shown((a, b))} does not begin with {digits}")
    decided("enclosure", f"{statement}: {digits}...", f"{shown((a, b))} is in [{low}, {high})")


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


def cosine_sums(frequencies: Sequence[Expr], count: int) -> list[Enclosure]:
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
    return [(Fraction(t - s, one), Fraction(t + s, one)) for t, s in zip(totals, slack, strict=True)]
