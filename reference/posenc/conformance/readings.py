"""Parameters read off an answer: angular frequency, phase and factor of every pair, and the law behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PLACES = (0, 1, 2, 3, 4, 16, 64, 256, 1024, 4096)  # positions asked for: each frequency is refined from one to the next
SLACK = 0.05  # radians by which an angle may miss the prediction before it counts as not linear
REACH = 8  # whole turns of the slowest pair within which an offset is looked for
EXACT = 2e-5  # relative error within which a parameter counts as the simple number beside it


@dataclass(frozen=True)
class Reading:
    """What was read off at one setting of the parameters.

    omega    radians per token of every pair, negative when it turns clockwise
    phase    radians at position 0
    scale    the factor of the pair
    """

    omega: Array
    phase: Array
    scale: Array


@dataclass(frozen=True)
class Law:
    """The parameters behind the readings.

    multiplier   of every frequency, negative when clockwise
    base         the one that is used; None when it is the one that is asked for
    excess       denominator of the exponent = rotary_dim + excess
    over_head    with partial rotary the denominator is head_dim instead
    offset       tokens added to every position
    phase        radians added to every angle
    scale        factor of cosine and sine
    """

    multiplier: Fraction
    base: Fraction | None
    excess: Fraction
    over_head: bool
    offset: Fraction
    phase: Fraction
    scale: Fraction

    def said(self, base: str, width: str) -> str:
        """The angle and the factor, as a formula."""
        below = "head_dim" if self.over_head else width
        below = f"({below} {float(self.excess):+g})" if self.excess else below
        where = f"(position {float(self.offset):+g})" if self.offset else "position"
        times = "" if self.multiplier == 1 else f"{float(self.multiplier):.6g} · "
        root = base if self.base is None else f"{float(self.base):.6g}"
        plus = f" {float(self.phase) / math.pi:+.4g}·π" if self.phase else ""
        grown = f", cosine and sine times {float(self.scale):.6g}" if self.scale != 1 else ""
        return f"angle = {times}{where} · {root}^(−2i/{below}){plus}{grown}"


def unwrapped(vectors: Array) -> tuple[float, float, float] | None:
    """Frequency, phase and factor of one pair from its (cosine, sine) at PLACES; None when angles are not linear."""
    lengths, angles = np.hypot(vectors[:, 0], vectors[:, 1]), np.arctan2(vectors[:, 1], vectors[:, 0])
    if not np.isfinite(vectors).all() or not lengths.min() > 0 or np.ptp(lengths) > 1e-3 * lengths.max():
        return None
    phase = float(angles[0])
    omega = float(_nearest(angles[1] - phase, 0.0))
    for position, angle in list(zip(PLACES, angles, strict=True))[2:]:
        found = _nearest(angle - phase, omega * position)
        if abs(found - omega * position) > SLACK:
            return None
        omega = found / position
    return omega, phase, float(np.median(lengths))


def _nearest(angle: float, near: float) -> float:
    """The angle, give or take whole turns, that is nearest to another."""
    return float(angle + 2 * math.pi * round((near - angle) / (2 * math.pi)))


def law(readings: Mapping[tuple[int, int, float], Reading]) -> Law | None:
    """The law behind readings at several (rotary_dim, head_dim, base); None when there is no single one."""
    (width, head, base), first = next(iter(readings.items()))
    slope, top = _line(np.log(np.abs(first.omega)))
    if math.isnan(slope) or (np.sign(first.omega) != np.sign(first.omega[0])).any():
        return None
    shift = _shift(first)
    if shift is None:
        return None
    own = None
    others = {key: _line(np.log(np.abs(other.omega)))[0] for key, other in readings.items()}
    below = {key: -2 * math.log(key[2]) / found if found else math.inf for key, found in others.items()}
    rebased = [key for key in others if key[2] != base and key[:2] == (width, head)]
    if any(abs(others[key] - slope) < EXACT * abs(slope) for key in rebased):
        own = simple(math.exp(-slope * width / 2))
        below = {key: -2 * math.log(float(own)) / found if found else math.inf for key, found in others.items()}
    if not all(math.isfinite(value) for value in below.values()):
        return None
    excess = simple(below[width, head, base] - width, absolute=1e-3)
    partial = [key for key in below if key[1] > key[0]]
    over_head = any(abs(below[key] - key[1] - float(excess)) < 1e-3 for key in partial)
    sign = 1 if first.omega[0] > 0 else -1
    scale = simple(float(np.median(first.scale)))
    return Law(sign * simple(math.exp(top)), own, excess, over_head, *shift, scale)


def _line(logarithms: Array) -> tuple[float, float]:
    """Slope and start of a straight line through the logarithms; NaN when they lie on none."""
    steps = np.arange(len(logarithms))
    slope, start = np.polyfit(steps, logarithms, 1)
    straight = np.abs(logarithms - slope * steps - start).max() < 1e-3
    return (float(slope), float(logarithms[0])) if straight else (math.nan, math.nan)


def _shift(reading: Reading) -> tuple[Fraction, Fraction] | None:
    """Offset of the position and phase of the angle: one of them, when either explains all pairs."""
    if np.abs(reading.phase).max() < 1e-5:
        return Fraction(0), Fraction(0)
    slowest = int(np.abs(reading.omega).argmin())
    for turns in sorted(range(-REACH, REACH + 1), key=abs):
        offset = simple((reading.phase[slowest] + 2 * math.pi * turns) / reading.omega[slowest], absolute=1e-2)
        off = float(offset) * reading.omega - reading.phase
        if np.abs(off - 2 * math.pi * np.round(off / (2 * math.pi))).max() < 1e-3:
            return offset, Fraction(0)
    if np.ptp(reading.phase) < 1e-5:
        return Fraction(0), Fraction(float(reading.phase[0]))
    return None


def simple(value: float, absolute: float = 0.0) -> Fraction:
    """The simplest number within reach of a measured one; the measured one itself when that is not simple."""
    for most in (1, 2, 10, 100):
        found = Fraction(value).limit_denominator(most)
        if abs(float(found) - value) <= max(absolute, EXACT * abs(value)):
            return found
    return Fraction(value)


def pairs_of(matrices: Sequence[Array]) -> list[tuple[int, int]] | None:
    """The channels that mix, two by two; None when some channel mixes with none or several that it should not."""
    mixing = np.abs(np.array(matrices)).max(axis=0) > 1e-5
    mixing &= ~np.eye(len(mixing), dtype=bool)
    partners = [list(np.flatnonzero(mixing[k] | mixing[:, k])) for k in range(len(mixing))]
    if any(len(found) > 1 for found in partners):
        return None
    return [(k, int(found[0])) for k, found in enumerate(partners) if found and k < found[0]]


def layout(pairs: list[tuple[int, int]], width: int) -> str:
    """Where pairs stand, in words."""
    if pairs == [(2 * i, 2 * i + 1) for i in range(width // 2)]:
        return "interleaved"
    if pairs == [(i, i + width // 2) for i in range(width // 2)]:
        return "halves"
    return ", ".join(map(str, pairs))
