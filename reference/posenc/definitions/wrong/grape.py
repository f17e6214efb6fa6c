"""Wrong rotations of a plane, and wrong lifts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Rounded, dot
from posenc.definitions.wrong import Mistake


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


def _flat(x: Any, once: Any, twice: Any, time: Expr, s: Expr) -> list[Expr]:
    """cos(ts)·x + sin(ts)/s·Lx: right in two channels, where the plane is all there is."""
    first = sp.sin(time * s) / s if s != 0 else time
    return [sp.cos(time * s) * x_i + first * l_i for x_i, l_i in zip(x, once, strict=True)]


def _linear(x: Any, once: Any, twice: Any, time: Expr, s: Expr) -> list[Expr]:
    return [x_i + time * l_i for x_i, l_i in zip(x, once, strict=True)]


def _short(position: Expr, frequency: Expr) -> Expr:
    """position · frequency in bfloat16; 0 is seen to be 0."""
    return Rounded(position * frequency, "bfloat16") if position != 0 else position


def _one_based(which: Any) -> Any:
    return replace(
        which,
        time=lambda position, frequency: which.time(position + 1, frequency),
        drift=lambda position, slope: which.drift(position + 1, slope),
    )


WRONG: dict[str, Mistake] = {
    "grape/exchanged": lambda which: replace(which, act=lambda a, b, x: which.act(b, a, x)),
    "grape/unit-speed": _with(squared=lambda a, b: sp.Integer(1)),
    "grape/lengths-alone": _with(squared=lambda a, b: dot(a, a) * dot(b, b)),
    "grape/flat": _with(form=_flat),
    "grape/first-order": _with(form=_linear),
    "grape/frequency-ignored": _with(time=lambda position, frequency: position),
    "grape/bf16-time": _with(time=_short),
    "grape/one-based": _one_based,
    "grape/same-lift": lambda which: replace(which, carried=lambda role, A, drift: which.carried("key", A, drift)),
    "grape/rewarded": lambda which: replace(which, drift=lambda position, slope: -which.drift(position, slope)),
    "grape/slope-ignored": _with(drift=lambda position, slope: position),
}
