"""Products of anchors, rounded, with the entries that the error bound leaves open: in NumPy, for blocks of rows.

Short formats. With anchors rounded to float64 (u' = 2^−54 bounds the rounding of numbers up to 1) the entry cC − sS,
and likewise sC + cS, strays by less than 6.83 u'. It is decided when entry − 9u' and entry + 9u' round alike.

float64. Anchors are taken as c = c1 + c2 with 26 bits in c1, so c1·C1 is exact, and so is the sum of the exact products
as a pair; the cross terms, at most 2^−25, are computed plainly. The entry strays by less than 2^−74.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posenc.truth.doubledouble import Array, Complex, split, two_sum
from posenc.truth.formats import BFLOAT16, FLOAT64, Format, Words

Open = NDArray[np.bool_]

SHORT_ERROR = 9 * 2.0**-54
LONG_ERROR = 2.0**-74


class Short(NamedTuple):
    """Anchors rounded to float64."""

    c: Array
    s: Array


class Long(NamedTuple):
    """Anchors as 26 bits and the rest, with their float64 value."""

    c1: Array
    c2: Array
    c: Array
    s1: Array
    s2: Array
    s: Array


Anchors = Short | Long


def anchors(z: Complex, form: Format) -> Anchors:
    """What the kernel of a format needs of double-double numbers."""
    if form is not FLOAT64:
        return Short(z.re, z.im)
    (c1, c2), (s1, s2) = split(z.re), split(z.im)
    return Long(c1, c2 + z.re_low, z.re, s1, s2 + z.im_low, z.im)


def combine(far: Anchors, near: Anchors, form: Format, size: float) -> tuple[Words, Words, Open]:
    """The words of cos and sin of far + near, elementwise, and which entries of either are open.

    size    what the numbers may reach beyond 1: the error bounds are multiplied with it

    Claims: truth.addition, truth.short, truth.long
    """
    if isinstance(far, Long) and isinstance(near, Long):
        found = [_long(*pair, LONG_ERROR * size) for pair in _exact_products(far, near)]
    else:
        (c, s), (C, S) = far[:2], near[:2]
        found = [decide(entries, form, SHORT_ERROR * size) for entries in (c * C - s * S, s * C + c * S)]
    (cosines, one), (sines, other) = found
    return cosines, sines, one | other


def decide(entries: Array, form: Format, error: float) -> tuple[Words, Open]:
    """The words of entries known within an error, and which of them it leaves open. Claims: truth.monotone"""
    low, high = narrow(entries - error, form), narrow(entries + error, form)
    return low, low != high


def _exact_products(far: Long, near: Long) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """cC − sS and sC + cS as high and low parts."""
    c1, c2, _, s1, s2, _ = far
    C1, C2, C, S1, S2, S = near
    cosine, left = two_sum(c1 * C1, -(s1 * S1))
    sine, rest = two_sum(s1 * C1, c1 * S1)
    return (
        (cosine, left + ((c1 * C2 + c2 * C) - (s1 * S2 + s2 * S))),
        (sine, rest + ((s1 * C2 + s2 * C) + (c1 * S2 + c2 * S))),
    )


def _long(high: Array, low: Array, error: float) -> tuple[Words, Open]:
    below, above = high + (low - error), high + (low + error)
    return below.view(np.uint64), below != above


def narrow(entries: Array, form: Format) -> Words:
    """The words of float64 entries rounded to a shorter format, ties to even.

    NumPy's casts to float32 and float16 round correctly. For bfloat16 the last 45 bits are rounded away in integer
    arithmetic, which is right down to its smallest normal number 2^−126; entries below 2^−52 are open anyway.
    """
    if form is not BFLOAT16:
        return entries.astype(form.name).view(form.word_dtype)
    bits = entries.view(np.uint64)
    rounded = (bits + (np.uint64(2**44 - 1) + (bits >> np.uint64(45) & np.uint64(1)))) >> np.uint64(45) << np.uint64(45)
    return (rounded.view(np.float64).astype(np.float32).view(np.uint32) >> np.uint32(16)).astype(np.uint16)
