"""Sums of many waves, in integers: each pair is turned step by step, and the errors are counted."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from posenc.checking.intervals import Interval, Intervals, Undecided

SUMS = ("cosines", "moduli")


def sums(kind: str, frequencies: Sequence[Interval], count: int, bits: int) -> list[Interval]:
    """Σ_i cos nω_i ("cosines"), or Σ_j |Σ_{i≤j} e^{inω_i}| ("moduli"), for n = 0 ... count − 1.

    z = e^{inω} is a pair of integers scaled by 2^bits. Both parts of w = e^{iω} are known within 2 units, so w within
    3; truncating a product of pairs errs by at most 2 more. With z̃ within e of z, |z̃w̃ − zw| ≤ e·|w̃| + |w̃ − w|, which
    is at most e + 1 + 3 while e is below 2^(bits − 2): a turn adds at most 6 units. So after n turns a pair errs by at
    most 6n units, and a sum of j pairs by 6nj; a modulus by as much, and 1 for the root.
    """
    one, at = 1 << bits, Intervals(bits + 8)
    turns = []
    for frequency in frequencies:
        ends = [at.wave(frequency, first) for first in (0, 1)]
        if any(high - low > Fraction(1, one) for low, high in ends):
            raise Undecided
        turns.append([int((low + high) / 2 * one) for low, high in ends])
    size, out = len(turns), []
    pairs = [(one, 0)] * size
    for n in range(count):
        total, error = 0, 6 * n * size
        if kind == "cosines":
            total = sum(pair[0] for pair in pairs)
        else:
            x = y = 0
            for pair in pairs:
                x, y = x + pair[0], y + pair[1]
                total += isqrt(x * x + y * y)
            error = 3 * n * size * (size + 1) + size
        out.append((Fraction(total - error, one), Fraction(total + error, one)))
        pairs = [
            ((x * c - y * s) >> bits, (x * s + y * c) >> bits) for (x, y), (c, s) in zip(pairs, turns, strict=True)
        ]
    return out


def integral(x: Fraction, b: Fraction, bits: int) -> Interval:
    """Ci(x) − Ci(x/b) − ln b = Σ_{k≥1} (−1)^k (x^{2k} − (x/b)^{2k})/(2k·(2k)!), for x > 0 and b > 1.

    The terms grow to e^x before they fall. Each is a truncated integer with its error carried along; where 2k > 2x and
    a term is at most a unit, the rest of the alternating sum is below it.
    """
    bits += 3 * int(x) // 2
    total = error = 0
    for sign, square in ((1, x * x), (-1, (x / b) ** 2)):
        term, stray, k = 1 << bits, 0, 0
        while term > 1 or k <= x:
            k += 1
            under = square.denominator * (2 * k - 1) * 2 * k
            stray = stray * square.numerator // under + 2
            term = term * square.numerator // under
            total += sign * (-1) ** k * (term // (2 * k))
            error += stray // (2 * k) + 2
        error += stray + 2
    return Fraction(total - error, 1 << bits), Fraction(total + error, 1 << bits)
