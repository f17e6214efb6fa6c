"""Definitions with measured parameters in them, for what was read off a program and nobody has listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy as sp

from posenc.definitions.rope import PLACES as ROPE_PLACES
from posenc.definitions.sinusoidal import PLACES as SINUSOIDAL_PLACES

NEAR = 1e-5  # radians within which a measured angle counts as whole quarter turns
TURNS: dict[str, Callable[[Any], Any]] = {
    "rotation": lambda a: sp.Matrix([[sp.cos(a), -sp.sin(a)], [sp.sin(a), sp.cos(a)]]),
    "reflection": lambda a: sp.Matrix([[sp.cos(a), sp.sin(a)], [sp.sin(a), -sp.cos(a)]]),
    "unsigned": lambda a: sp.Matrix([[sp.cos(a), sp.sin(a)], [sp.sin(a), sp.cos(a)]]),
}


@dataclass(frozen=True)
class Measured:
    """angle = multiplier · (position + offset) · base^(−2i/(width + excess)) + phase; waves times scale.

    place      a layout by name; that of the convention for any other
    block      rotation, reflection or unsigned
    whole      whether all channels are turned, whatever was asked for
    base       None for the one that is asked for
    over_head  whether width is head_dim instead of rotary_dim
    """

    place: str
    block: str
    whole: bool
    multiplier: Fraction
    base: Fraction | None
    excess: Fraction
    over_head: bool
    offset: Fraction
    phase: Fraction
    scale: Fraction

    def frequency(self, i: Any, width: Any, head_dim: Any, base: Any) -> Any:
        """Radians per token, without the multiplier."""
        below = (head_dim if self.over_head else width) + _exact(self.excess)
        return (base if self.base is None else _exact(self.base)) ** (-2 * sp.sympify(i) / below)

    def angle(self, position: Any, omega: Any) -> Any:
        """Radians."""
        quarters = round(2 * float(self.phase) / float(sp.pi))
        near = abs(float(self.phase) - quarters * float(sp.pi) / 2) < NEAR
        phase = quarters * sp.pi / 2 if near else _exact(self.phase)
        return _exact(self.multiplier) * (position + _exact(self.offset)) * omega + phase


def _exact(value: Fraction) -> Any:
    return sp.Rational(value.numerator, value.denominator)


def rope(declared: Any, found: Measured) -> Any:
    """A rotation as it was measured."""
    scale = _exact(found.scale)
    return replace(
        declared,
        frequency=found.frequency,
        angle=found.angle,
        place=ROPE_PLACES.get(found.place, declared.place),
        turn=lambda a: scale * TURNS[found.block](a),
        extent=(lambda r, head_dim: head_dim) if found.whole else declared.extent,
    )


def sinusoidal(declared: Any, found: Measured) -> Any:
    """A table as it was measured."""
    scale = _exact(found.scale)
    return replace(
        declared,
        frequency=lambda i, side, d, base: found.frequency(i, d, d, base),
        angle=found.angle,
        place=SINUSOIDAL_PLACES.get(found.place, declared.place),
        wave=lambda a: (scale * sp.sin(a), scale * sp.cos(a)),
    )


MEASURED: dict[str, Callable[[Any, Measured], Any]] = {"rope": rope, "sinusoidal": sinusoidal}
