"""Certified tables: cos and sin of position × frequency for many positions at once, every entry correctly rounded.

The theorem R(aB + b) = R(aB)·R(b) (claims rope.group and sinusoidal.shift_group) fills a table of P positions from
about 2√P anchors per frequency, each correctly rounded to float64 from an enclosure, by one complex product per entry.

Its error is at most 6.83·2^−54, where u' = 2^−54 bounds the rounding of any number up to 1 in size. With anchors (c, s)
and (C, S), exact values (c*, s*) and (C*, S*):

    |cC − c*C*| ≤ u'(|C*| + |c|), likewise for sS:   together ≤ u'(|c| + |s| + |C*| + |S*|) ≤ 2√2 u' + tiny
    rounding the two products:                       ≤ 2 u'
    rounding their difference, at most 1 + tiny:     ≤ 2 u'

An entry is decided when entry − 8u' and entry + 8u' round alike; the margin of 1.17 u' covers the rounding of those two
sums. The few others, zeros among them, go to the enclosures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from posenc.definitions import Expr
from posenc.truth.engines import Engine
from posenc.truth.formats import BFLOAT16, FLOAT64, Format, Words
from posenc.truth.program import Program
from posenc.truth.rounding import words

Positions = Sequence[Fraction]
Progress = Callable[[float], None]

ERROR = 2.0**-51  # 8 u'
FEWEST = 64  # positions from which anchors pay


def rotations(
    frequencies: Sequence[Expr],
    positions: range | Positions,
    form: Format,
    engine: type[Engine] | None = None,
    progress: Progress = lambda share: None,
) -> tuple[Words, Words]:
    """The words of cos(p·ω) and sin(p·ω), each (positions, frequencies).

    positions  a range of integers (from anchors, for the formats shorter than float64), or any exact rationals
    progress   is told the share that is done, from time to time
    """
    shape = (len(positions), len(frequencies))
    cosines, sines = (np.empty(shape, dtype=form.word_dtype) for _ in range(2))
    anchored = isinstance(positions, range) and form is not FLOAT64 and len(positions) >= FEWEST
    for column, omega in enumerate(frequencies):
        wave = Wave(omega, engine)
        if anchored and isinstance(positions, range):
            cosines[:, column], sines[:, column] = wave.anchored(positions, form)
        else:
            pairs = [wave.words(Fraction(p), form) for p in positions]
            cosines[:, column], sines[:, column] = zip(*pairs, strict=True) if pairs else ([], [])
        progress((column + 1) / len(frequencies))
    return cosines, sines


class Wave:
    """cos and sin of p·ω for one frequency, compiled once."""

    def __init__(self, omega: Expr, engine: type[Engine] | None) -> None:
        position = sp.Symbol("p", real=True)
        self._program = Program([sp.cos(position * omega), sp.sin(position * omega)], [position])
        self._engine = engine

    def words(self, position: Fraction, form: Format) -> tuple[int, int]:
        """The words of the correctly rounded pair, by Ziv's method."""
        cosine, sine = words(self._program, [position], form, self._engine)
        return cosine, sine

    def anchored(self, positions: range, form: Format) -> tuple[Words, Words]:
        """The words at a range of positions: products of anchors where they decide, enclosures elsewhere."""
        out = []
        for which, entries in enumerate(self.products(positions)):
            found, open_ = decide(entries, form)
            for i in np.flatnonzero(open_):
                found[i] = self.words(Fraction(positions[int(i)]), form)[which]
            out.append(found)
        return out[0], out[1]

    def products(self, positions: range) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """cos and sin in float64 from anchors, within 6.83·2^−54."""
        block = isqrt(len(positions)) + 1
        far = self._anchors(positions[i] for i in range(0, len(positions), block))
        near = self._anchors(positions.step * i for i in range(block))
        (c, s), (C, S) = (a[:, np.newaxis] for a in far), near
        cosines, sines = (entries.ravel()[: len(positions)] for entries in (c * C - s * S, s * C + c * S))
        return cosines, sines

    def _anchors(self, positions: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        pairs = np.array([self.words(Fraction(p), FLOAT64) for p in positions], dtype=np.uint64)
        return pairs[:, 0].copy().view(np.float64), pairs[:, 1].copy().view(np.float64)


def decide(entries: NDArray[np.float64], form: Format) -> tuple[Words, NDArray[np.bool_]]:
    """The words of entries known within the error bound, and which of them the bound leaves open."""
    low, high = (narrow(entries + error, form) for error in (-ERROR, ERROR))
    return low, low != high


def narrow(entries: NDArray[np.float64], form: Format) -> Words:
    """The words of float64 entries rounded to a shorter format, ties to even.

    NumPy's casts to float32 and float16 round correctly. For bfloat16 the last 45 bits are rounded away in integer
    arithmetic, which is right down to its smallest normal number 2^−126; entries below 2^−51 are undecided anyway.
    """
    if form is not BFLOAT16:
        return entries.astype(form.name).view(form.word_dtype)
    bits = entries.view(np.uint64)
    rounded = (bits + (np.uint64(2**44 - 1) + (bits >> np.uint64(45) & np.uint64(1)))) >> np.uint64(45) << np.uint64(45)
    return (rounded.view(np.float64).astype(np.float32).view(np.uint32) >> np.uint32(16)).astype(np.uint16)
