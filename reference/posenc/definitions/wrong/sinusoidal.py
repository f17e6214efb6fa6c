"""Wrong sinusoids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Rounded
from posenc.definitions.sinusoidal import Sinusoidal
from posenc.definitions.wrong import Mistake, rounded_angles, rounded_positions


def _frequency(function: Any) -> Mistake:
    """The frequency of a definition passed through function(definition, i, side, d, base)."""
    return lambda which: replace(which, frequency=lambda i, side, d, base: function(which, i, side, d, base))


def _angle(function: Any) -> Mistake:
    return lambda which: replace(which, angle=function)


def _wave(function: Any) -> Mistake:
    return lambda which: replace(which, wave=function)


def _unpaired(which: Sinusoidal, i: Expr, side: int, d: Expr, base: Expr) -> Expr:
    return which.frequency(2 * i + side, 0, d, base)


def _overlapping(i: Any, side: int, d: Any) -> Any:
    return i + side


WRONG: dict[str, Mistake] = {
    "sinusoidal/clockwise": _angle(lambda p, w: -p * w),
    "sinusoidal/frozen": _angle(lambda p, w: sp.Integer(0)),
    "sinusoidal/one-based": _angle(lambda p, w: (p + 1) * w),
    "sinusoidal/bf16-positions": _angle(rounded_positions("bfloat16")),
    "sinusoidal/f16-positions": _angle(rounded_positions("float16")),
    "sinusoidal/f32-positions": _angle(rounded_positions("float32")),
    "sinusoidal/bf16-angles": _angle(rounded_angles("bfloat16")),
    "sinusoidal/f16-angles": _angle(rounded_angles("float16")),
    "sinusoidal/f32-angles": _angle(rounded_angles("float32")),
    "sinusoidal/cosine-sine": _wave(lambda a: (sp.cos(a), sp.sin(a))),
    "sinusoidal/sine-twice": _wave(lambda a: (sp.sin(a), sp.sin(a))),
    "sinusoidal/bf16-table": _wave(lambda a: (Rounded(sp.sin(a), "bfloat16"), Rounded(sp.cos(a), "bfloat16"))),
    "sinusoidal/stretched": _wave(lambda a: (sp.sin(a) * sp.Rational(101, 100), sp.cos(a) * sp.Rational(101, 100))),
    "sinusoidal/unpaired": _frequency(_unpaired),
    "sinusoidal/reciprocal": _frequency(lambda which, i, side, d, base: 1 / which.frequency(i, side, d, base)),
    "sinusoidal/all-ones": _frequency(lambda which, i, side, d, base: sp.Integer(1)),
    "sinusoidal/base-ignored": _frequency(
        lambda which, i, side, d, base: which.frequency(i, side, d, sp.Integer(10_000))
    ),
    "sinusoidal/base-tenfold": _frequency(lambda which, i, side, d, base: which.frequency(i, side, d, 10 * base)),
    "sinusoidal/overlapping": lambda which: replace(which, place=_overlapping),
}
