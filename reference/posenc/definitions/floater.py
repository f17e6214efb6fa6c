"""Positions as a trajectory, exactly. Liu, Yu, Dhillon, Hsieh 2020.

p(t) = p(s) + ∫ h(τ, p(τ)) dτ, followed by an explicit Runge-Kutta method in steps of one size. The velocity h is
linear, A·p + b, or a network of two layers, each of which has the time among its inputs, as in the authors' code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Held, Operation, Params, standing

Vector = Sequence[Expr]
Velocity = Callable[[Expr, Vector], Vector]

HALF, THIRD, EIGHTH = (sp.Rational(1, n) for n in (2, 3, 8))


def affine(matrix: Sequence[Vector], p: Vector, bias: Vector) -> list[Expr]:
    """A·p + b."""
    return [sp.Add(e, *(a * c for a, c in zip(row, p, strict=True))) for row, e in zip(matrix, bias, strict=True)]


def layer(weights: Sequence[Vector], x: Vector, time: Expr, bias: Vector) -> list[Expr]:
    """W·[x, t] + b: the last column of W belongs to the time."""
    return affine(weights, [*x, time], bias)


def active(name: str, x: Expr) -> Expr:
    """A unit of the hidden layer."""
    return standing(sp.tanh, x) if name == "tanh" else sp.Max(x, 0, evaluate=False)


def plus(p: Vector, size: Expr, parts: Sequence[Expr], moves: Sequence[Vector]) -> list[Expr]:
    """p + size·Σ part·move."""
    shares = [(size * part, move) for part, move in zip(parts, moves, strict=True) if part != 0]
    return [sp.Add(entry, *(share * move[i] for share, move in shares)) for i, entry in enumerate(p)]


@dataclass(frozen=True)
class Floater:
    """Replace a field to get another convention, or a mistake.

    velocity  (A, p, b) → h(p)
    stages    for each velocity after the first: how much of every earlier one leads to the point where it is taken
    weights   how much of each velocity goes into the step
    size      (delta, steps) → the size of a step
    taken     (position k, steps) → how many steps lead there from the initial value
    node      the parts that lead to a point between → how much of the step has passed there
    clock     (steps taken, size, steps a position) → the time at which the next step begins
    heard     (number of the layer, time) → the time that the layer is given
    unit      (name, input) → a unit of the hidden layer
    added     (velocity by the network, p) → velocity
    frequency (pair i, dim, base) → inverse frequency of a sinusoid, in radians a position
    turn      frequency per unit of time → the matrix of a pair (sin, cos)
    pace      (frequency per position, delta) → per unit of time
    """

    velocity: Callable[[Sequence[Vector], Vector, Vector], Vector] = affine
    stages: tuple[tuple[Expr, ...], ...] = ((HALF,), (0, HALF), (0, 0, 1))
    weights: tuple[Expr, ...] = (sp.Rational(1, 6), sp.Rational(1, 3), sp.Rational(1, 3), sp.Rational(1, 6))
    size: Callable[[Expr, int], Expr] = lambda delta, steps: delta / sp.Integer(steps)
    taken: Callable[[int, int], int] = lambda k, steps: k * steps
    node: Callable[[Sequence[Expr]], Expr] = lambda parts: sum(parts, sp.Integer(0))
    clock: Callable[[int, Expr, int], Expr] = lambda taken, size, steps: taken * size
    heard: Callable[[int, Expr], Expr] = lambda number, time: time
    unit: Callable[[str, Expr], Expr] = active
    added: Callable[[Vector, Vector], Vector] = lambda velocity, p: velocity
    frequency: Callable[[int, int, Expr], Expr] = lambda i, dim, base: base ** sp.Rational(-2 * i, dim)
    turn: Callable[[Expr], Sequence[Vector]] = lambda w: ((sp.Integer(0), w), (-w, sp.Integer(0)))
    pace: Callable[[Expr, Expr], Expr] = lambda w, delta: w / delta

    def step(self, h: Velocity, p: Vector, size: Expr, time: Expr = sp.S.Zero) -> list[Expr]:
        """p after one step that begins at a time, for any velocity h(t, p)."""
        moves = [h(time, p)]
        for row in self.stages:
            moves.append(h(time + size * self.node(row), plus(p, size, row, moves)))
        return plus(p, size, self.weights, moves)

    def travel(
        self, h: Velocity, start: Vector, n: int, delta: Expr, steps: int, tidy: Callable[[Expr], Expr] = sp.expand
    ) -> list[Any]:
        """The values at positions 0 ... n − 1, delta apart; entries are tidied up after every step."""
        size = self.size(sp.sympify(delta), steps)
        path = [list(start)]
        for taken in range(self.taken(n - 1, steps)):
            moved = self.step(h, path[-1], size, self.clock(taken, size, steps))
            path.append([tidy(entry) for entry in moved])
        return [path[self.taken(k, steps)] for k in range(n)]

    def network(self, name: str, time: Expr, p: Vector, w1: Any, b1: Vector, w2: Any, b2: Vector) -> Vector:
        """The velocity by a network: W2·[unit(W1·[p, t] + b1), t] + b2."""
        hidden = [self.unit(name, x) for x in layer(w1, p, self.heard(1, time), b1)]
        return self.added(layer(w2, hidden, self.heard(2, time), b2), p)

    def sinusoid(self, dim: int, base: Expr, delta: Expr) -> list[list[Expr]]:
        """The matrix along which pairs (sin, cos) of the frequencies of a sinusoidal table move."""
        out = [[sp.Integer(0)] * dim for _ in range(dim)]
        for i in range(dim // 2):
            block = self.turn(self.pace(self.frequency(i, dim, base), delta))
            for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
                out[2 * i + a][2 * i + b] = block[a][b]
        return out

    def rows(self, start: Vector, matrix: Sequence[Vector], bias: Vector, n: int, delta: Expr, steps: int) -> list[Any]:
        """The values at positions 0 ... n − 1, delta apart."""
        return self.travel(lambda time, p: self.velocity(matrix, p, bias), start, n, delta, steps)


CONVENTIONS = {
    "floater/rk4": Floater(),
    "floater/three-eighths": replace(
        Floater(),
        stages=((THIRD,), (-THIRD, sp.Integer(1)), (sp.Integer(1), sp.Integer(-1), sp.Integer(1))),
        weights=(EIGHTH, 3 * EIGHTH, 3 * EIGHTH, EIGHTH),
    ),
    "floater/midpoint": replace(Floater(), stages=((HALF,),), weights=(sp.Integer(0), sp.Integer(1))),
    "floater/euler": replace(Floater(), stages=(), weights=(sp.Integer(1),)),
}


def _table(which: Floater, params: Params, initial: Any, matrix: Any, bias: Any) -> dict[str, Any]:
    return {"table": which.rows(initial, matrix, bias, params["n"], params["delta"], params["steps"])}


def _one_width(params: Params, shapes: Any) -> str | None:
    initial, matrix, bias = (tuple(shapes[name]) for name in ("initial", "matrix", "bias"))
    if len(initial) == 1 and bias == initial and matrix == 2 * initial and initial[0]:
        return None
    return f"initial {initial}, matrix {matrix} and bias {bias} need (dim,), (dim, dim) and (dim,)"


def _network(which: Floater, params: Params, initial: Vector, **layers: Any) -> dict[str, Any]:
    def h(time: Expr, p: Vector) -> Vector:
        return [Held(entry) for entry in which.network(params["activation"], time, p, **layers)]

    return {"table": which.travel(h, initial, params["n"], params["delta"], params["steps"], tidy=Held)}


def _sinusoid(which: Floater, params: Params) -> dict[str, Any]:
    dim = params["dim"]
    matrix = which.sinusoid(dim, sp.sympify(params["base"]), sp.sympify(params["delta"]))
    return {"initial": [sp.Integer(c % 2) for c in range(dim)], "matrix": matrix}


def _layers_fit(params: Params, shapes: Any) -> str | None:
    initial, w1, b1, w2, b2 = (tuple(shapes[name]) for name in ("initial", *LAYERS))
    if not initial or not initial[-1] or len(w1) < 2 or not w1[-2]:
        return f"initial {initial} and w1 {w1} need (..., dim) and (..., hidden, dim + 1)"
    dim, hidden, blocks = initial[-1], w1[-2], w1[:-2]
    wanted = (hidden, dim + 1), (hidden,), (dim, hidden + 1), (dim,)
    fits = all(found == (*blocks, *core) for found, core in zip((w1, b1, w2, b2), wanted, strict=True))
    if fits and blocks in ((), initial[:-1]):
        return None
    return (
        f"w1 {w1}, b1 {b1}, w2 {w2} and b2 {b2} need (hidden, dim + 1), (hidden,), (dim, hidden + 1) and (dim,), "
        f"shared or with the blocks {initial[:-1]} of the initial values before them"
    )


LAYERS = {"w1": 2, "b1": 1, "w2": 2, "b2": 1}
ARRAYS = {"initial": 1, "matrix": 2, "bias": 1}
OPERATIONS = {
    "table": Operation(_table, ARRAYS, concrete=frozenset(ARRAYS), domain=_one_width),
    "network": Operation(_network, {"initial": 1, **LAYERS}, domain=_layers_fit),
    "sinusoid": Operation(_sinusoid),
}
