"""Sinusoidal positional encoding, exactly. Vaswani et al. 2017, §3.5.

For pair i of d/2 and position p: sin(p·ω_i) and cos(p·ω_i) with ω_i = base^(−2i/d).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params


def paper_frequency(i: Expr, side: int, d: Expr, base: Expr) -> Expr:
    """base^(−2i/d), the same for the sine (side 0) and the cosine (side 1) of a pair."""
    return base ** (-2 * sp.sympify(i) / d)


def endpoint_frequency(i: Expr, side: int, d: Expr, base: Expr) -> Expr:
    """base^(−i/(d/2−1)): tensor2tensor's spacing, whose last frequency is 1/base."""
    return base ** (-sp.sympify(i) / (sp.sympify(d) / 2 - 1))


PLACES: dict[str, Callable[[Any, int, Any], Any]] = {
    "interleaved": lambda i, side, d: 2 * i + side,
    "halves": lambda i, side, d: i + side * d // 2,
    "cosine-first": lambda i, side, d: i + (1 - side) * d // 2,
}


@dataclass(frozen=True)
class Sinusoidal:
    """Replace a function to get another convention, or a mistake.

    frequency  (pair i, side, d, base) → ω in radians per token; side 0 is the sine, 1 the cosine
    angle      (position, ω) → radians
    wave       angle → (first, second) of the pair
    place      (pair i, side, d) → channel
    """

    frequency: Callable[[Expr, int, Expr, Expr], Expr] = paper_frequency
    angle: Callable[[Expr, Expr], Expr] = lambda position, omega: position * omega
    wave: Callable[[Expr], tuple[Expr, Expr]] = lambda angle: (sp.sin(angle), sp.cos(angle))
    place: Callable[[Any, int, Any], Any] = PLACES["interleaved"]

    def pair(self, position: Expr, i: Expr, d: Expr, base: Expr) -> tuple[Expr, Expr]:
        """The two numbers of pair i."""
        angles = (self.angle(position, self.frequency(i, side, d, base)) for side in (0, 1))
        sine, cosine = (self.wave(angle)[side] for side, angle in enumerate(angles))
        return sine, cosine

    def row(self, position: Expr, d: int, base: Expr) -> list[Expr]:
        """All d channels of one position."""
        out: list[Expr] = [sp.Integer(0)] * d
        for i in range(d // 2):
            for side, value in enumerate(self.pair(position, sp.Integer(i), d, base)):
                out[self.place(i, side, d)] = value
        return out

    def shift_block(self, offset: Expr, i: Expr, d: Expr, base: Expr) -> sp.Matrix:
        """What takes pair i from position p to p + offset."""
        sine, cosine = self.pair(offset, i, d, base)
        return sp.Matrix([[cosine, sine], [-sine, cosine]])

    def shift(self, offset: Expr, d: int, base: Expr) -> sp.Matrix:
        """The blocks of all pairs, at their channels."""
        out = sp.zeros(d, d)
        for i in range(d // 2):
            block = self.shift_block(offset, sp.Integer(i), d, base)
            for row in (0, 1):
                for column in (0, 1):
                    out[self.place(i, row, d), self.place(i, column, d)] = block[row, column]
        return out


CONVENTIONS = {
    f"sinusoidal/{order}{suffix}": replace(Sinusoidal(), place=place, frequency=frequency)
    for suffix, frequency in (("", paper_frequency), ("-endpoint", endpoint_frequency))
    for order, place in PLACES.items()
}


def _inverse_frequencies(which: Sinusoidal, params: Params) -> dict[str, list[Expr]]:
    d, base = params["dim"], params["base"]
    return {"inverse_frequencies": [which.frequency(sp.Integer(i), 0, d, base) for i in range(d // 2)]}


def _table(which: Sinusoidal, params: Params, positions: Expr) -> dict[str, list[Expr]]:
    return {"table": which.row(positions + params["start"], params["dim"], params["base"])}


def _shift_matrix(which: Sinusoidal, params: Params, offset: Expr) -> dict[str, list[list[Expr]]]:
    return {"matrix": which.shift(offset, params["dim"], params["base"]).tolist()}


OPERATIONS = {
    "inverse_frequencies": Operation(_inverse_frequencies),
    "table": Operation(_table, {"positions": 0}),
    "shift_matrix": Operation(_shift_matrix, {"offset": 0}),
}
