"""Rotary position embedding, exactly. Su et al. 2021, RoFormer, §3.2 and §3.4.

Pair i of the first r channels is turned counter-clockwise by m·θ_i with θ_i = base^(−2i/r).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params


def paper_frequency(i: Expr, r: Expr, head_dim: Expr, base: Expr) -> Expr:
    """base^(−2i/r): the exponent runs over the channels that are turned, not over the head."""
    return base ** (-2 * sp.sympify(i) / r)


PLACES: dict[str, Callable[[Any, int, Any], Any]] = {
    "interleaved": lambda i, side, r: 2 * i + side,
    "halves": lambda i, side, r: i + side * r // 2,
}


@dataclass(frozen=True)
class Rope:
    """Replace a function to get another convention, or a mistake.

    frequency  (pair i, rotary_dim r, head_dim, base) → θ in radians per token
    angle      (position, θ) → radians
    turn       angle → the 2×2 matrix that acts on a pair
    place      (pair i, side, r) → channel
    extent     (r, head_dim) → how many channels are turned
    """

    frequency: Callable[[Expr, Expr, Expr, Expr], Expr] = paper_frequency
    angle: Callable[[Expr, Expr], Expr] = lambda position, theta: position * theta
    turn: Callable[[Expr], sp.Matrix] = lambda a: sp.Matrix([[sp.cos(a), -sp.sin(a)], [sp.sin(a), sp.cos(a)]])
    place: Callable[[Any, int, Any], Any] = PLACES["interleaved"]
    extent: Callable[[int, int], int] = lambda r, head_dim: r

    def block(self, position: Expr, i: Expr, r: Expr, base: Expr, head_dim: Expr | None = None) -> sp.Matrix:
        """The 2×2 rotation of pair i."""
        return self.turn(self.angle(position, self.frequency(i, r, r if head_dim is None else head_dim, base)))

    def matrix(self, position: Expr, r: int, base: Expr, head_dim: int | None = None) -> sp.Matrix:
        """The blocks of all pairs at their channels; the identity on the channels that are not turned."""
        width = r if head_dim is None else head_dim
        r = self.extent(r, width)
        out = sp.eye(width)
        for i in range(r // 2):
            block = self.block(position, sp.Integer(i), r, base, width)
            for row in (0, 1):
                for column in (0, 1):
                    out[self.place(i, row, r), self.place(i, column, r)] = block[row, column]
        return out

    def rotate(self, x: Sequence[Expr], position: Expr, r: int, base: Expr) -> list[Expr]:
        """R · x, as the matrix says it, for a column x."""
        turned = self.matrix(position, r, base, len(x)) * sp.Matrix(x)
        return list(turned)


CONVENTIONS = {f"rope/{name}": replace(Rope(), place=place) for name, place in PLACES.items()}


def _inverse_frequencies(which: Rope, params: Params) -> dict[str, list[Expr]]:
    r, base = params["rotary_dim"], params["base"]
    return {"inverse_frequencies": [which.frequency(sp.Integer(i), r, r, base) for i in range(r // 2)]}


def _table(which: Rope, params: Params, positions: Expr) -> dict[str, list[Expr]]:
    r, base = params["rotary_dim"], params["base"]
    blocks = [which.block(positions, sp.Integer(i), r, base) for i in range(r // 2)]
    return {"cos": [block[0, 0] for block in blocks], "sin": [block[1, 0] for block in blocks]}


def _rotate(which: Rope, params: Params, x: Sequence[Expr], positions: Expr) -> dict[str, list[Expr]]:
    r = len(x) if params["rotary_dim"] is None else params["rotary_dim"]
    return {"y": which.rotate(x, positions, r, params["base"])}


OPERATIONS = {
    "inverse_frequencies": Operation(_inverse_frequencies),
    "table": Operation(_table, {"positions": 0}),
    "rotate": Operation(_rotate, {"x": 1, "positions": 0}),
}
