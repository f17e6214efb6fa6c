"""Complex numbers of about 106 bits: pairs of float64 whose unevaluated sum is the number.

Only IEEE additions and multiplications are used (Dekker 1971, Knuth 1969), so the bits depend on no library, no SIMD
width and no fused operation. One product strays by at most ERROR in modulus when its factors are at most 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = tuple[Array, Array]

ERROR = 2.0**-98
SPLITTER = 2.0**27 + 1


class Complex(NamedTuple):
    """(re + re_low) + i·(im + im_low), elementwise; each low part is at most half a last place of its high part."""

    re: Array
    re_low: Array
    im: Array
    im_low: Array


def two_sum(a: Array, b: Array) -> Pair:
    """a + b rounded, and exactly what the rounding left out (Knuth)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def split(a: Array) -> Pair:
    """a as a sum of two numbers of 26 bits (Dekker). Claims: truth.split"""
    t = SPLITTER * a
    high = t - (t - a)
    return high, a - high


class _Factor(NamedTuple):
    """A part of a complex number, split once for the two products it enters."""

    value: Array
    low: Array
    first: Array
    second: Array


def _factors(z: Complex) -> tuple[_Factor, _Factor]:
    return _Factor(z.re, z.re_low, *split(z.re)), _Factor(z.im, z.im_low, *split(z.im))


def _times(a: _Factor, b: _Factor) -> Pair:
    """a · b as a rounded product and what it left out (Dekker) with the products of the low parts."""
    p = a.value * b.value
    rest = a.first * b.first - p
    for one, other in ((a.first, b.second), (a.second, b.first), (a.second, b.second)):
        rest += one * other
    rest += a.value * b.low
    rest += a.low * b.value
    return p, rest


def _plus(a: Pair, b: Pair) -> Pair:
    """a + b with the low part below half a last place of the high part."""
    high, low = two_sum(a[0], b[0])
    low += a[1]
    low += b[1]
    total = high + low
    return total, low - (total - high)


def product(a: Complex, b: Complex) -> Complex:
    """a · b. Claims: truth.product"""
    (x, y), (u, v) = _factors(a), _factors(b)
    minus, left_out = _times(y, v)
    return Complex(*_plus(_times(x, u), (-minus, -left_out)), *_plus(_times(x, v), _times(y, u)))


def powers(base: Complex, count: int) -> Complex:
    """base^0 ... base^(count − 1) along a new first axis, by doubling.

    A power base^(2^k) strays by at most 2^k times (the error of base + ERROR), the product of several by their sum.
    Claims: truth.doubling
    """
    table = Complex(*(np.empty((count, *part.shape)) for part in base))
    for part, value in zip(table, (1.0, 0.0, 0.0, 0.0), strict=True):
        part[0] = value
    done = 1
    while done < count:
        more = min(done, count - done)
        doubled = product(Complex(*(part[:more] for part in table)), base)
        for part, values in zip(table, doubled, strict=True):
            part[done : done + more] = values
        base, done = product(base, base), done + more
    return table
