"""Hyperbolic rotary position embedding, exactly. Dai, Shan, Song, Liang 2025 (HoPE), with a given damping.

Pair i of a key at position n is boosted by the rapidity n·t_i and multiplied by e^(n·δ); of a query at m, by −m·t_i and
e^(−m·δ). A boost by a sends (x, y) to (x·cosh a + y·sinh a, x·sinh a + y·cosh a): x + y grows by e^a, x − y by e^(−a).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params
from posenc.definitions.rope import PLACES


def boosted(a: Expr, b: Expr, plus: Expr, minus: Expr) -> tuple[Expr, Expr]:
    """The pair whose sum is plus·(a + b) and whose difference is minus·(a − b)."""
    if plus == minus:
        return a * plus, b * plus  # seen to be exactly 0 where a or b is
    total, gap = plus * (a + b) / 2, minus * (a - b) / 2
    return total + gap, total - gap


@dataclass(frozen=True)
class HyperbolicRope:
    """Replace a function to get another convention, or a mistake.

    place      (pair i, side, head_dim) → channel
    rapidity   (rapidities, pair i) → that of the pair, per token
    boost      {"query", "key"} → what the rapidity is multiplied by
    damp       {"query", "key"} → what the damping is multiplied by
    stands     position → the position that is multiplied
    held       factor of an eigenvector → the number kept for it
    mix        (pair, factor of its sum, factor of its difference) → the new pair
    """

    place: Callable[[int, int, int], int] = PLACES["interleaved"]
    rapidity: Callable[[Sequence[Expr], int], Expr] = lambda rapidities, i: rapidities[i]
    boost: Callable[[str], int] = lambda role: {"query": -1, "key": 1}[role]
    damp: Callable[[str], int] = lambda role: {"query": -1, "key": 1}[role]
    stands: Callable[[Expr], Expr] = lambda position: position
    held: Callable[[Expr], Expr] = lambda factor: factor
    mix: Callable[[Expr, Expr, Expr, Expr], tuple[Expr, Expr]] = boosted

    def factors(self, position: Expr, rapidity: Expr, damping: Expr, role: str) -> tuple[Expr, Expr]:
        """What the sum and the difference of a pair are multiplied by."""
        moved, faded = self.boost(role) * rapidity, self.damp(role) * damping
        p = self.stands(sp.sympify(position))
        return self.held(sp.exp((moved + faded) * p)), self.held(sp.exp((faded - moved) * p))

    def rotate(
        self, x: Sequence[Expr], position: Expr, rapidities: Sequence[Expr], damping: Expr, role: str
    ) -> list[Expr]:
        """Every pair, boosted and damped."""
        d = len(x)
        out = list(x)
        for i in range(d // 2):
            one, other = (self.place(i, side, d) for side in (0, 1))
            factors = self.factors(position, self.rapidity(rapidities, i), damping, role)
            out[one], out[other] = self.mix(x[one], x[other], *factors)
        return out

    def matrix(self, position: Expr, rapidities: Sequence[Expr], damping: Expr, role: str) -> sp.Matrix:
        """The matrix of that map; its columns are the images of the unit vectors."""
        d = 2 * len(rapidities)
        units = (list(sp.eye(d).col(i)) for i in range(d))
        return sp.Matrix([self.rotate(unit, position, rapidities, damping, role) for unit in units]).T


CONVENTIONS = {f"hyperbolic_rope/{name}": replace(HyperbolicRope(), place=place) for name, place in PLACES.items()}


def _rotate(
    which: HyperbolicRope, params: Params, x: Sequence[Expr], positions: Expr, rapidities: Sequence[Expr]
) -> dict[str, list[Expr]]:
    return {"y": which.rotate(x, positions, rapidities, params["damping"], params["role"])}


def _a_rapidity_a_pair(params: Params, shapes: Any) -> str | None:
    x, rapidities = (tuple(shapes[name]) for name in ("x", "rapidities"))
    if x and x[-1] >= 2 and x[-1] % 2 == 0 and rapidities == (x[-1] // 2,):
        return None
    return f"x {x} and rapidities {rapidities} need (..., n, head_dim) and (head_dim/2,), head_dim even"


INPUTS = {"x": 1, "positions": 0, "rapidities": 1}
NUMBERS = frozenset({"positions", "rapidities"})  # whether two factors are equal depends on them
OPERATIONS = {"rotate": Operation(_rotate, INPUTS, concrete=NUMBERS, domain=_a_rapidity_a_pair)}
