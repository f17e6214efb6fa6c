"""Wrong input-dependent rotations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Rounded
from posenc.definitions.rope import Rope
from posenc.definitions.wrong import Mistake


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


def _turn(function: Any) -> Mistake:
    """The 2×2 matrix of a definition as another function of it and of the angle."""

    def other(rope: Rope) -> Rope:
        return replace(rope, turn=lambda angle: function(rope.turn, angle))

    return lambda which: replace(which, rope=other(which.rope))


WRONG: dict[str, Mistake] = {
    "selective_rope/phase-layout": _with(read=lambda i, channel, d: channel % (d // 2)),
    "selective_rope/exclusive": _with(counted=range),
    "selective_rope/bf16-phases": _with(held=lambda phase: Rounded(phase, "bfloat16")),
    "selective_rope/not-accumulated": _with(counted=lambda t: (t,)),
    "selective_rope/position-times": _with(counted=lambda t: (t,) * (t + 1)),
    "selective_rope/clockwise": _turn(lambda turn, angle: turn(-angle)),
    "selective_rope/half-angle": _turn(lambda turn, angle: turn(angle / 2)),
    "selective_rope/mirrored": _turn(lambda turn, angle: turn(angle) * sp.diag(1, -1)),
    "selective_rope/cosine-only": _turn(lambda turn, angle: turn(angle)[0, 0] * sp.eye(2)),
    "selective_rope/carry-missing": _with(carried=lambda phase, increment: increment),
    "selective_rope/carry-late": _with(used=lambda before, after: before),
}
