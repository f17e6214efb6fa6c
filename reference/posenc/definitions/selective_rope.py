"""Rotations by input-dependent increments, exactly. Movahedi et al. 2025, Selective RoPE.

Pair i of token t is turned by φ_t,i = Σ_{s ≤ t} ω_s,i. Where the increments ω come from does not matter here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.rope import Rope

Vector = Sequence[Expr]
Rows = Sequence[Vector]


@dataclass(frozen=True)
class SelectiveRope:
    """Replace a function to get another convention, or a mistake.

    rope     how a pair is turned, and where it stands
    counted  token t → the tokens whose increments add up to its phase
    held     a phase → the number kept for it
    read     (pair i, channel, d) → the pair by whose phase the channel is turned
    carried  (phase before a token, its increment) → the phase after it
    used     (phase before a token, after it) → the one by which the token is turned
    """

    rope: Rope = ROPE["rope/interleaved"]
    counted: Callable[[int], Sequence[int]] = lambda t: range(t + 1)
    held: Callable[[Expr], Expr] = lambda phase: phase
    read: Callable[[int, int, int], int] = lambda i, channel, d: i
    carried: Callable[[Expr, Expr], Expr] = lambda phase, increment: phase + increment
    used: Callable[[Vector, Vector], Vector] = lambda before, after: after

    def place(self, i: Any, side: int, d: Any) -> Any:
        """The channel of a pair."""
        return self.rope.place(i, side, d)

    def phases(self, increments: Rows) -> list[list[Expr]]:
        """(n, d/2): what each pair of each token is turned by."""
        pairs = range(len(increments[0]) if increments else 0)
        return [
            [self.held(sp.Add(*(increments[s][i] for s in self.counted(t)))) for i in pairs]
            for t in range(len(increments))
        ]

    def turned(self, x: Vector, phases: Vector) -> list[Expr]:
        """A query or key, turned by the phases of its token."""
        d, out = len(x), list(x)
        for i in range(d // 2):
            a, b = (x[self.place(i, side, d)] for side in (0, 1))
            for side in (0, 1):
                channel = self.place(i, side, d)
                row = self.rope.turn(phases[self.read(i, channel, d)]).row(side)
                out[channel] = row[0] * a + row[1] * b
        return out

    def matrix(self, phases: Vector) -> sp.Matrix:
        """The same as a matrix."""
        d = 2 * len(phases)
        return sp.Matrix([self.turned([sp.Integer(int(r == c)) for r in range(d)], phases) for c in range(d)]).T

    def advance(self, x: Vector, phase: Vector, increment: Vector) -> tuple[list[Expr], list[Expr]]:
        """A new token's query or key, turned, and the phase after it."""
        after = [self.held(self.carried(p, w)) for p, w in zip(phase, increment, strict=True)]
        return self.turned(x, self.used(phase, after)), after


CONVENTIONS = {
    f"selective_rope/{name.split('/')[1]}": replace(SelectiveRope(), rope=rope) for name, rope in ROPE.items()
}


def _phases(which: SelectiveRope, params: Params, increments: Rows) -> dict[str, list[Any]]:
    return {"phases": which.phases(increments)}


def _rotate(which: SelectiveRope, params: Params, x: Rows, increments: Rows) -> dict[str, list[Any]]:
    return {"y": [which.turned(one, phases) for one, phases in zip(x, which.phases(increments), strict=True)]}


def _advance(which: SelectiveRope, params: Params, x: Vector, phase: Vector, increment: Vector) -> dict[str, list[Any]]:
    y, after = which.advance(x, phase, increment)
    return {"y": y, "after": after}


def _halved(params: Params, shapes: Any) -> str | None:
    x, others = tuple(shapes["x"]), {name: tuple(shape) for name, shape in shapes.items() if name != "x"}
    wanted = (*x[:-1], x[-1] // 2)
    if x[-1] and x[-1] % 2 == 0 and all(shape == wanted for shape in others.values()):
        return None
    return f"x {x} and {', '.join(f'{name} {shape}' for name, shape in others.items())} need (..., d) and (..., d/2)"


OPERATIONS = {
    "phases": Operation(_phases, {"increments": 2}),
    "rotate": Operation(_rotate, {"x": 2, "increments": 2}, domain=_halved),
    "advance": Operation(_advance, {"x": 1, "phase": 1, "increment": 1}, domain=_halved),
}
