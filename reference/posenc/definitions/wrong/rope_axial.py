"""Wrong rotations with two axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isqrt
from typing import Any

import sympy as sp

from posenc.definitions import Expr
from posenc.definitions.rope_axial import RopeAxial
from posenc.definitions.wrong import Mistake, rounded_angles, rounded_positions


def quaternion(x: Expr, y: Expr) -> sp.Matrix:
    """What multiplication by e^{xi}·e^{yj} from the left does to the four numbers of a quaternion."""
    cx, sx, cy, sy = sp.cos(x), sp.sin(x), sp.cos(y), sp.sin(y)
    by_i = sp.Matrix([[cx, -sx, 0, 0], [sx, cx, 0, 0], [0, 0, cx, -sx], [0, 0, sx, cx]])
    by_j = sp.Matrix([[cy, 0, -sy, 0], [0, cy, 0, sy], [sy, 0, cy, 0], [0, -sy, 0, cy]])
    return by_i * by_j


class _Quaternions(RopeAxial):
    """Pairs of equal rank of both axes make a quaternion, which is turned by both coordinates."""

    def matrix(self, position: Sequence[Expr], d: int, base: Expr) -> sp.Matrix:
        angles, out, fours = self.angles(position, d, base), sp.zeros(d, d), d // 4
        for j in range(fours):
            places = [self.rope.place(i, side, d) for i in (j, j + fours) for side in (0, 1)]
            turn = quaternion(angles[j], angles[j + fours])
            for row in range(4):
                for column in range(4):
                    out[places[row], places[column]] = turn[row, column]
        return out


class _Summed(RopeAxial):
    """Every pair is turned by the sum of column and row."""

    def angles(self, position: Sequence[Expr], d: int, base: Expr) -> list[Expr]:
        total = position[0] + position[1]
        return super().angles((total, total), d, base)


class _Continued(RopeAxial):
    """One list of frequencies over the whole head: the second axis has only the low ones."""

    def angle(self, i: int, position: Sequence[Expr], d: int, base: Expr) -> Expr:
        theta = self.rope.frequency(sp.Integer(i), sp.Integer(d), sp.Integer(d), base)
        return self.rope.angle(position[self.axis(i, d // 2)], theta)


def _rope(**parts: Any) -> Mistake:
    return lambda which: replace(which, rope=replace(which.rope, **parts))


def _turn(function: Any) -> Mistake:
    """The 2×2 matrix of a definition passed through a function."""
    return lambda which: replace(which, rope=replace(which.rope, turn=lambda angle: function(which.rope.turn(angle))))


def _frequency(function: Any) -> Mistake:
    """The frequency of a definition passed through function(definition, axis, j, d, base)."""
    return lambda which: replace(which, frequency=lambda rope, axis, j, d, base: function(which, axis, j, d, base))


def _within_axis(i: int, side: int, d: int) -> int:
    ahead = (d // 2 + 1) // 2  # pairs of the first axis
    return i + side * ahead if i < ahead else ahead + i + side * (d // 2 - ahead)


WRONG: dict[str, Mistake] = {
    "rope_axial/quaternions": lambda which: _Quaternions(**vars(which)),
    "rope_axial/one-axis-twice": lambda which: replace(which, axis=lambda i, pairs: which.axis(0, pairs)),
    "rope_axial/stretched": _turn(lambda t: t * sp.Rational(101, 100)),
    "rope_axial/mirrored": _turn(lambda t: t * sp.diag(1, -1)),
    "rope_axial/bf16-positions": _rope(angle=rounded_positions("bfloat16")),
    "rope_axial/column-major": lambda which: replace(
        which, place=lambda token, height, width: (token // height, token % height)
    ),
    "rope_axial/stride-of-rows": lambda which: replace(
        which, place=lambda token, height, width: (token % height, token // height)
    ),
    "rope_axial/square-assumed": lambda which: replace(
        which, place=lambda token, height, width: (token % isqrt(height * width), token // isqrt(height * width))
    ),
    "rope_axial/origin-ignored": lambda which: replace(which, origin=lambda index, origin: index),
    "rope_axial/class-at-origin": lambda which: replace(which, class_at=lambda origin: (origin, origin)),
    "rope_axial/summed": lambda which: _Summed(**vars(which)),
    "rope_axial/list-continued": lambda which: _Continued(**vars(which)),
    "rope_axial/exponent-over-head": _frequency(
        lambda which, axis, j, d, base: which.frequency(which.rope, axis, j, 2 * d, base)
    ),
    "rope_axial/base-ignored": _frequency(
        lambda which, axis, j, d, base: which.frequency(which.rope, axis, j, d, sp.Integer(10_000))
    ),
    "rope_axial/halves-within-axis": _rope(place=_within_axis),
    "rope_axial/clockwise": _rope(angle=lambda p, w: -p * w),
    "rope_axial/doubled": _rope(angle=lambda p, w: 2 * p * w),
    "rope_axial/no-rotation": _rope(angle=lambda p, w: sp.Integer(0)),
    "rope_axial/bf16-angles": _rope(angle=rounded_angles("bfloat16")),
    "rope_axial/mixed-exchanged": lambda which: replace(which, mix=lambda p, w: which.mix(p, w[::-1])),
    "rope_axial/mixed-along-x": lambda which: replace(which, mix=lambda p, w: which.mix(p[:1], w[:1])),
    "rope_axial/mixed-product": lambda which: replace(which, mix=lambda p, w: p[0] * w[0] * p[1] * w[1]),
}
