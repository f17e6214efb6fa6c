"""Group representational position encoding, exactly. Zhang et al. 2026 (GRAPE).

Multiplicative: at position n, G(n) = exp(n·ω·L) with L = abᵀ − baᵀ. It turns the plane of a and b and leaves what is
orthogonal to both: with s² = |a|²|b|² − (a·b)², L³ = −s²·L and exp(tL) = I + sin(ts)/s · L + (1 − cos(ts))/s² · L².
Additive: G(n) = I + n·ω·A with A² = 0, on vectors with two more channels; a query gets the inverse transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params, dot
from posenc.definitions.liere import sine, versine

Vector = Sequence[Expr]


def in_plane(a: Vector, b: Vector, x: Vector) -> list[Expr]:
    """L·x = a(b·x) − b(a·x)."""
    along_b, along_a = dot(b, x), dot(a, x)
    return [one * along_b - other * along_a for one, other in zip(a, b, strict=True)]


def closed_form(x: Vector, once: Vector, twice: Vector, time: Expr, s: Expr) -> list[Expr]:
    """x + sin(ts)/s · Lx + (1 − cos(ts))/s² · L²x, also where t or s is 0."""
    first, second = sine(time * s) * time, versine(time * s) * time**2
    return [x_i + first * l_i + second * q_i for x_i, l_i, q_i in zip(x, once, twice, strict=True)]


def corner(d: int) -> sp.Matrix:
    """A: the last channel but one is raised by the last one. Its square is 0."""
    return sp.Matrix(d + 2, d + 2, lambda row, column: int((row, column) == (d, d + 1)))


def contragredient(role: str, A: sp.Matrix, drift: Expr) -> sp.Matrix:
    """G = I + drift·A for keys, its inverse transpose (I − drift·A)ᵀ for queries."""
    identity = sp.eye(A.rows)
    return identity + drift * A if role == "key" else (identity - drift * A).T


@dataclass(frozen=True)
class Grape:
    """Replace a function to get another convention, or a mistake.

    act       (a, b, x) → L·x
    squared   (a, b) → s²
    root      s² → s
    time      (position, frequency) → t
    form      (x, Lx, L²x, t, s) → exp(tL)·x
    corner    number of channels d → A, with two more
    carried   (role, A, position·slope) → the matrix of that role
    drift     (position, slope) → what A is multiplied by
    """

    act: Callable[[Vector, Vector, Vector], list[Expr]] = in_plane
    squared: Callable[[Vector, Vector], Expr] = lambda a, b: dot(a, a) * dot(b, b) - dot(a, b) ** 2
    root: Callable[[Expr], Expr] = sp.sqrt
    time: Callable[[Expr, Expr], Expr] = lambda position, frequency: position * frequency
    form: Callable[[Vector, Vector, Vector, Expr, Expr], list[Expr]] = closed_form
    corner: Callable[[int], sp.Matrix] = corner
    carried: Callable[[str, sp.Matrix, Expr], sp.Matrix] = contragredient
    drift: Callable[[Expr, Expr], Expr] = lambda position, slope: position * slope

    def rotate(self, x: Vector, position: Expr, a: Vector, b: Vector, frequency: Expr) -> list[Expr]:
        """G(position)·x, multiplicative."""
        once = self.act(a, b, x)
        s = self.root(self.squared(a, b))
        return self.form(x, once, self.act(a, b, once), self.time(position, frequency), s)

    def matrix(self, position: Expr, a: Vector, b: Vector, frequency: Expr) -> sp.Matrix:
        """The matrix of that map; its columns are the images of the unit vectors."""
        d = len(a)
        return sp.Matrix([self.rotate(list(sp.eye(d).col(i)), position, a, b, frequency) for i in range(d)]).T

    def lift(self, x: Vector, position: Expr, slope: Expr, role: str) -> list[Expr]:
        """The vector with two more channels, (1, 0) of a query and (0, 1) of a key, carried to its position."""
        start = (0, 1) if role == "key" else (1, 0)
        matrix = self.carried(role, self.corner(len(x)), self.drift(position, slope))
        return list(matrix * sp.Matrix([*x, *start]))


CONVENTIONS = {"grape/paper": Grape()}


def _rotate(which: Grape, params: Params, x: Vector, positions: Expr, a: Vector, b: Vector) -> dict[str, Any]:
    return {"y": which.rotate(x, positions, a, b, params["frequency"])}


def _lift(which: Grape, params: Params, x: Vector, positions: Expr) -> dict[str, Any]:
    return {"y": which.lift(x, positions, params["slope"], params["role"])}


def _one_width(params: Params, shapes: Any) -> str | None:
    x, a, b = (tuple(shapes[name]) for name in ("x", "a", "b"))
    if x and a == b == x[-1:] and a[0]:
        return None
    return f"x {x}, a {a} and b {b} need (..., n, head_dim), (head_dim,) and (head_dim,)"


PLANE = {"x": 1, "positions": 0, "a": 1, "b": 1}
NUMBERS = frozenset(PLANE)  # whether t and s are 0 depends on them, and numbers are quicker than symbols
OPERATIONS = {
    "rotate": Operation(_rotate, PLANE, concrete=NUMBERS, domain=_one_width),
    "lift": Operation(_lift, {"x": 1, "positions": 0}),
}
