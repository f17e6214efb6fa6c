"""Certified values of scale·cos(p·ω) and scale·sin(p·ω) for exact p: one entry, or the anchors of a table."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from fractions import Fraction
from math import ldexp
from typing import Any

import numpy as np
import sympy as sp

from posenc.definitions import Expr
from posenc.truth.doubledouble import Complex
from posenc.truth.engines import Engine, best
from posenc.truth.formats import Format
from posenc.truth.program import Program, Undecided, fold, round_number
from posenc.truth.rounding import GUARD, MOST

_ANGLE, _SCALE = sp.symbols("angle scale", real=True)
_WAVE = Program([_SCALE * sp.cos(_ANGLE), _SCALE * sp.sin(_ANGLE)], [_ANGLE, _SCALE])
ANCHOR_BITS = 110  # of which a double-double keeps 106
_LOCK = threading.RLock()  # an engine's precision is a setting of the whole process


class Waves:
    """All frequencies of a table, compiled once.

    frequencies  exact expressions, in radians per unit of position
    scale        an exact expression; both waves are multiplied with it before the one rounding
    """

    def __init__(self, frequencies: Sequence[Expr], scale: Expr = 1, engine: type[Engine] | None = None) -> None:
        self.engine = engine or best()
        self._frequencies = [Program([omega], []) for omega in frequencies]
        self._scale = Program([scale], [])
        self.amplitude = float(abs(sp.sympify(scale)))
        self._known: dict[int, tuple[list[Any], Any]] = {}

    def __len__(self) -> int:
        return len(self._frequencies)

    def words(self, which: int, position: Fraction, form: Format) -> tuple[int, int]:
        """The words of the correctly rounded pair of one frequency, by Ziv's method."""
        precision = form.precision + GUARD
        while precision <= MOST:
            with _LOCK, self.engine(precision) as at:
                try:
                    cosine, sine = self._pair(at, which, position, True)
                    return round_number(at, cosine, form), round_number(at, sine, form)
                except Undecided:
                    precision *= 2
        raise ArithmeticError(f"truth.waves: position {position} is undecided at {MOST} bits")

    def anchors(self, position: Fraction, *, scaled: bool) -> Complex:
        """e^{i·position·ω} for every frequency, times scale if asked for, within 2^−106 in each part."""
        precision = ANCHOR_BITS + GUARD + max(0, int(abs(position)).bit_length())
        with _LOCK, self.engine(precision) as at:
            pairs = [self._pair(at, which, position, scaled) for which in range(len(self))]
            parts = [[part for number in pair for part in _double_double(at, number)] for pair in pairs]
        return Complex(*np.array(parts, dtype=np.float64).reshape(-1, 4).T.copy())

    def _pair(self, at: Engine, which: int, position: Fraction, scaled: bool) -> list[Any]:
        frequencies, scale = self._at(at)
        return _WAVE(at, [fold(at, [frequencies[which], position], 1), scale if scaled else Fraction(1)])

    def _at(self, at: Engine) -> tuple[list[Any], Any]:
        """Frequencies and scale at a precision, kept for the next call."""
        if at.precision not in self._known:
            self._known[at.precision] = [p(at, [])[0] for p in self._frequencies], self._scale(at, [])[0]
        return self._known[at.precision]


def _double_double(at: Engine, number: Any) -> tuple[float, float]:
    """A number of at most 2 in size as a sum of two float64, within 2^−106; Undecided if known too coarsely."""
    if isinstance(number, Fraction):
        high = float(number)
        return high, float(number - Fraction(high))
    (m, e), (n, f) = at.bounds(number)
    common = min(e, f)
    low, top = m << (e - common), n << (f - common)
    if (top - low).bit_length() + common > -ANCHOR_BITS:
        raise Undecided
    high = float(low)  # Python rounds integers to nearest, however long
    return ldexp(high, common), ldexp(float(low - int(high)), common)
