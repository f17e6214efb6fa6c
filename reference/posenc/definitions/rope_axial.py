"""Rotary position embedding with two axes, exactly. Su 2021 (kexue.fm/8397); Heo et al. 2024, RoPE-ViT.

Half of the pairs are turned by the column x of a patch, the other half by its row y: pair j of an axis by x·θ_j or
y·θ_j with θ_j = base^(−4j/d). RoPE-mixed turns every pair by x·t_x + y·t_y with frequencies that are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params, dot
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.rope import Rope

X, Y = 0, 1  # the coordinates of a position, in this order


def shared(rope: Rope, axis: int, j: Expr, d: Expr, base: Expr) -> Expr:
    """base^(−4j/d), whatever the axis: that of rope with half of the channels."""
    half = sp.sympify(d) / 2
    return rope.frequency(j, half, half, base)


def alternating(rope: Rope, axis: int, j: Expr, d: Expr, base: Expr) -> Expr:
    """base^(−2i/d): the row has the even i, the column the odd ones."""
    return rope.frequency(2 * sp.sympify(j) + int(axis == X), sp.sympify(d), sp.sympify(d), base)


@dataclass(frozen=True)
class RopeAxial:
    """Replace a function to get another convention, or a mistake.

    rope       frequency, angle, turn and place of a pair
    axis       (pair i, pairs) → the coordinate that turns it
    rank       (pair i, pairs) → which of the pairs of its axis it is
    frequency  (rope, axis, rank j, head_dim, base) → θ in radians per patch
    mix        (position, frequencies of a pair along both axes) → angle
    place      (token, height, width) → its column and row
    origin     (column or row, origin) → coordinate
    class_at   origin → where class tokens stand
    """

    rope: Rope = ROPE["rope/interleaved"]
    axis: Callable[[int, int], int] = lambda i, pairs: X if i < pairs // 2 else Y
    rank: Callable[[int, int], int] = lambda i, pairs: i % (pairs // 2)
    frequency: Callable[[Rope, int, Expr, Expr, Expr], Expr] = shared
    mix: Callable[[Sequence[Expr], Sequence[Expr]], Expr] = dot
    place: Callable[[Any, Any, Any], tuple[Any, Any]] = lambda token, height, width: (token % width, token // width)
    origin: Callable[[Any, Any], Any] = lambda index, origin: index + origin
    class_at: Callable[[Any], tuple[Any, Any]] = lambda origin: (0, 0)

    def angle(self, i: int, position: Sequence[Expr], d: int, base: Expr) -> Expr:
        """By which pair i is turned."""
        axis, j = self.axis(i, d // 2), sp.Integer(self.rank(i, d // 2))
        return self.rope.angle(position[axis], self.frequency(self.rope, axis, j, sp.Integer(d), base))

    def angles(self, position: Sequence[Expr], d: int, base: Expr) -> list[Expr]:
        """By which the pairs are turned."""
        return [self.angle(i, position, d, base) for i in range(d // 2)]

    def mixed(self, position: Sequence[Expr], frequencies: Sequence[Sequence[Expr]]) -> list[Expr]:
        """The same with given frequencies."""
        return [self.mix(position, pair) for pair in frequencies]

    def turned(self, angles: Sequence[Expr]) -> sp.Matrix:
        """The rotations of all pairs at their channels."""
        d = 2 * len(angles)
        out = sp.zeros(d, d)
        for i, angle in enumerate(angles):
            block = self.rope.turn(angle)
            for row in (0, 1):
                for column in (0, 1):
                    out[self.rope.place(i, row, d), self.rope.place(i, column, d)] = block[row, column]
        return out

    def matrix(self, position: Sequence[Expr], d: int, base: Expr) -> sp.Matrix:
        """What a query or key at a position is multiplied by."""
        return self.turned(self.angles(position, d, base))

    def patches(self, height: int, width: int, class_tokens: int, origin: int) -> list[list[Any]]:
        """The positions of class tokens, then of the patches row by row."""
        places = (self.place(token, height, width) for token in range(height * width))
        return [list(self.class_at(origin))] * class_tokens + [[self.origin(v, origin) for v in at] for at in places]


def _rows_first(i: int, pairs: int) -> int:
    return Y if i < pairs // 2 else X


HALVES = ROPE["rope/halves"]
CONVENTIONS = {
    "rope_axial/rope-vit": RopeAxial(),
    "rope_axial/eva-02": RopeAxial(axis=_rows_first),
    "rope_axial/qwen2-vl": RopeAxial(HALVES, axis=_rows_first),
    "rope_axial/pixtral": replace(RopeAxial(HALVES, axis=_rows_first), frequency=alternating),
}


def _two(positions: Sequence[Expr]) -> Sequence[Expr]:
    if len(positions) != 2:
        raise ValueError(f"rope_axial: positions end in an axis of {len(positions)}, needs 2: column and row")
    return positions


def _inverse_frequencies(which: RopeAxial, params: Params) -> dict[str, Any]:
    d, base = params["head_dim"], params["base"]
    both = [[which.frequency(which.rope, axis, sp.Integer(j), d, base) for j in range(d // 4)] for axis in (X, Y)]
    return {"inverse_frequencies": both}


def _table(which: RopeAxial, params: Params, positions: Sequence[Expr]) -> dict[str, Any]:
    blocks = [which.rope.turn(a) for a in which.angles(_two(positions), params["head_dim"], params["base"])]
    return {"cos": [block[0, 0] for block in blocks], "sin": [block[1, 0] for block in blocks]}


def _rotate(which: RopeAxial, params: Params, x: Sequence[Expr], positions: Sequence[Expr]) -> dict[str, Any]:
    return {"y": list(which.matrix(_two(positions), len(x), params["base"]) * sp.Matrix(x))}


def _mixed(which: RopeAxial, params: Params, x: Any, positions: Any, frequencies: Any) -> dict[str, Any]:
    return {"y": list(which.turned(which.mixed(_two(positions), frequencies)) * sp.Matrix(x))}


def _fours(params: Params, shapes: Any) -> str | None:
    """`domain`: pairs for both axes."""
    d = params["head_dim"] if "head_dim" in params else shapes["x"][-1]
    if d % 4 or not d:
        return f"head_dim is {d}, needs a multiple of 4: pairs for each of two axes"
    return None


OPERATIONS = {
    "positions": Operation(lambda which, params: {"positions": which.patches(**params)}),
    "inverse_frequencies": Operation(_inverse_frequencies, domain=_fours),
    "table": Operation(_table, {"positions": 1}, domain=_fours),
    "rotate": Operation(_rotate, {"x": 1, "positions": 1}, domain=_fours),
    "mixed": Operation(_mixed, {"x": 1, "positions": 1, "frequencies": 2}),
}
