"""Wrong rotations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Rounded
from posenc.definitions.rope import Rope
from posenc.definitions.wrong import Mistake, rounded_angles, rounded_positions


def _frequency(function: Any) -> Mistake:
    """The frequency of a definition passed through function(definition, i, r, head_dim, base)."""
    return lambda which: replace(which, frequency=lambda i, r, width, base: function(which, i, r, width, base))


def _angle(function: Any) -> Mistake:
    return lambda which: replace(which, angle=function)


def _moved(function: Any) -> Mistake:
    """Another position or another frequency comes into the angle of a definition, whatever that is."""
    return lambda which: replace(which, angle=lambda p, w: which.angle(*function(p, w)))


def _turn(function: Any) -> Mistake:
    """The 2×2 matrix of a definition passed through a function."""
    return lambda which: replace(which, turn=lambda angle: function(which.turn(angle)))


def _as(kind: type[Rope]) -> Mistake:
    return lambda which: kind(**vars(which))


class _Concatenated(Rope):
    """The partner channels are split off and negated rightly, but concatenated instead of put back in place."""

    def matrix(self, position: Expr, r: int, base: Expr, head_dim: int | None = None) -> sp.Matrix:
        width = r if head_dim is None else head_dim
        out = sp.eye(width)
        out[:r, :r] = sp.zeros(r, r)
        for i in range(r // 2):
            for side in (0, 1):
                own, partner = self.place(i, side, r), self.place(i, 1 - side, r)
                block = self.block(position, sp.Integer(i), r, base, width)
                out[own, own] += block[0, 0]
                # what belongs at `own` lands at position i of the half that its side names, with that row's sine
                landed = i + side * r // 2
                pair = next(j for j in range(r // 2) if landed in (self.place(j, 0, r), self.place(j, 1, r)))
                sine = self.block(position, sp.Integer(pair), r, base, width)[1, 0]
                out[landed, partner] += -sine if side == 0 else sine
        return out


class _WholeHeadSpan(Rope):
    """Half the head instead of half of rotary_dim between the two channels of a pair; unturned channels are hit."""

    def matrix(self, position: Expr, r: int, base: Expr, head_dim: int | None = None) -> sp.Matrix:
        width = r if head_dim is None else head_dim
        out = sp.eye(width)
        for i in range(r // 2):
            block = self.block(position, sp.Integer(i), r, base, width)
            channels = [self.place(i, side, width) for side in (0, 1)]
            for row in (0, 1):
                for column in (0, 1):
                    out[channels[row], channels[column]] = block[row, column]
        return out


class _PaddedWithOne(Rope):
    """Cosine and sine tables are both padded with 1 for the channels that are not turned."""

    def matrix(self, position: Expr, r: int, base: Expr, head_dim: int | None = None) -> sp.Matrix:
        out = super().matrix(position, r, base, head_dim)
        rest = out.shape[0] - r
        for i in range(rest // 2):
            first, second = (r + self.place(i, side, rest) for side in (0, 1))
            out[first, second], out[second, first] = -sp.Integer(1), sp.Integer(1)
        return out


WRONG: dict[str, Mistake] = {
    "rope/clockwise": _moved(lambda p, w: (-p, w)),
    "rope/no-rotation": _moved(lambda p, w: (sp.Integer(0), w)),
    "rope/half-angle": _moved(lambda p, w: (p * sp.Rational(1, 2), w)),
    "rope/doubled": _moved(lambda p, w: (2 * p, w)),
    "rope/squared-position": _moved(lambda p, w: (p**2, w)),
    "rope/one-based": _moved(lambda p, w: (p + 1, w)),
    "rope/bf16-positions": _angle(rounded_positions("bfloat16")),
    "rope/f16-positions": _angle(rounded_positions("float16")),
    "rope/f32-positions": _angle(rounded_positions("float32")),
    "rope/bf16-angles": _angle(rounded_angles("bfloat16")),
    "rope/f16-angles": _angle(rounded_angles("float16")),
    "rope/f32-angles": _angle(rounded_angles("float32")),
    "rope/bf16-frequencies": _angle(lambda p, w: p * Rounded(w, "bfloat16")),
    "rope/f16-frequencies": _angle(lambda p, w: p * Rounded(w, "float16")),
    "rope/stretched": _turn(lambda t: t * sp.Rational(101, 100)),
    "rope/mirrored": _turn(lambda t: t * sp.diag(1, -1)),
    "rope/sine-cosine": _turn(lambda t: sp.Matrix([[t[1, 0], -t[0, 0]], [t[0, 0], t[1, 0]]])),
    "rope/sine-unsigned": _turn(lambda t: sp.Matrix([[t[0, 0], t[1, 0]], [t[1, 0], t[1, 1]]])),
    "rope/bf16-table": _turn(lambda t: t.applyfunc(lambda entry: Rounded(entry, "bfloat16"))),
    "rope/f16-table": _turn(lambda t: t.applyfunc(lambda entry: Rounded(entry, "float16"))),
    "rope/reciprocal": _frequency(lambda which, i, r, width, base: 1 / which.frequency(i, r, width, base)),
    "rope/all-ones": _frequency(lambda which, i, r, width, base: sp.Integer(1)),
    "rope/base-ignored": _frequency(lambda which, i, r, width, base: which.frequency(i, r, width, sp.Integer(10_000))),
    "rope/endpoint": _frequency(
        lambda which, i, r, width, base: which.frequency(i, r - 2 if r != 2 else r, width, base)
    ),
    "rope/exponent-over-head": _frequency(lambda which, i, r, width, base: which.frequency(i, width, width, base)),
    "rope/partial-ignored": lambda which: replace(which, extent=lambda r, width: width),
    "rope/whole-head-span": _as(_WholeHeadSpan),
    "rope/padded-with-one": _as(_PaddedWithOne),
    "rope/concatenated": _as(_Concatenated),
    "rope/overlapping": lambda which: replace(which, place=lambda i, side, r: i + side),
}
