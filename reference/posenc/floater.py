"""Positions as a trajectory: the encoding of a position is where a differential equation has led by then.

Source: Liu, Yu, Dhillon, Hsieh 2020, *Learning to Encode Position for Transformer with Continuous Dynamical Model*.
Chapter: spec/floater/README.md. The velocity is linear, h(p) = A·p + b, so that its solution is known, or a network.
Steps: velocity → one step of the solver → table of positions → apply (add it to the input of the block).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check
from posenc._check import Floating, Reals

Velocity = Callable[[float, Reals], Reals]
Solver = Callable[[Velocity, float, Reals, float], Reals]


def _euler(h: Velocity, t: float, p: Reals, size: float) -> Reals:
    return p + size * h(t, p)


def _midpoint(h: Velocity, t: float, p: Reals, size: float) -> Reals:
    return p + size * h(t + size / 2, p + size / 2 * h(t, p))


def _rk4(h: Velocity, t: float, p: Reals, size: float) -> Reals:
    first = h(t, p)
    second = h(t + size / 2, p + size / 2 * first)
    third = h(t + size / 2, p + size / 2 * second)
    fourth = h(t + size, p + size * third)
    return p + size / 6 * (first + 2 * (second + third) + fourth)


def _three_eighths(h: Velocity, t: float, p: Reals, size: float) -> Reals:
    first = h(t, p)
    second = h(t + size / 3, p + size / 3 * first)
    third = h(t + size * 2 / 3, p + size * (second - first / 3))
    fourth = h(t + size, p + size * (first - second + third))
    return p + size / 8 * (first + 3 * (second + third) + fourth)


SOLVERS: dict[str, Solver] = {
    "rk4": _rk4,
    "three-eighths": _three_eighths,
    "midpoint": _midpoint,
    "euler": _euler,
}
ACTIVATIONS: dict[str, Callable[[Reals], Reals]] = {"relu": lambda x: np.maximum(x, 0.0), "tanh": np.tanh}


def table(
    initial: ArrayLike,
    matrix: ArrayLike,
    bias: ArrayLike,
    n: int,
    *,
    delta: float = 1.0,
    steps: int = 1,
    solver: str = "rk4",
) -> Floating:
    """The values at positions 0 ... n − 1 of the trajectory p' = A·p + b, followed in steps of delta/steps.

    initial  (dim,) floating, finite: the value at position 0
    matrix   (dim, dim) floating, finite: A, per unit of time; row c gives the velocity of channel c
    bias     (dim,) floating, finite: b, per unit of time
    n        ≥ 1
    delta    finite, > 0: the time from one position to the next
    steps    ≥ 1: steps of the solver from one position to the next
    solver   "rk4": the classical Runge-Kutta method of order 4; "three-eighths": the other one of that order, the same
             for this velocity; "midpoint": order 2; "euler": order 1
    returns  (n, dim), the widest dtype of the three arrays: formed in float64, rounded once; overflow is refused

    Raises TypeError, ValueError. Source: Liu et al. 2020, eq. (8).
    Claims: floater.anchor, floater.series, floater.three_eighths, floater.superposition, floater.composition,
    floater.refined, floater.recurrence, floater.euler_grows, floater.norm_kept, floater.runge_kutta_norm,
    floater.any_length, floater.orientation
    """
    who = "floater.table"
    start, a = _check.reals(who, "initial", initial, ndim=1), _check.reals(who, "matrix", matrix, ndim=2)
    b = _check.reals(who, "bias", bias, ndim=1)
    if start.ndim != 1 or not start.size or a.shape != 2 * start.shape or b.shape != start.shape:
        raise ValueError(
            f"{who}: initial {start.shape}, matrix {a.shape} and bias {b.shape} need (dim,), (dim, dim) and (dim,)"
        )
    generator, drift = a.astype(np.float64), b.astype(np.float64)
    rows = _follow(who, lambda t, p: generator @ p + drift, start, n, delta, steps, solver)
    return _rounded(who, rows, start, a, b)


def network(
    initial: ArrayLike,
    w1: ArrayLike,
    b1: ArrayLike,
    w2: ArrayLike,
    b2: ArrayLike,
    n: int,
    *,
    delta: float = 1.0,
    steps: int = 1,
    solver: str = "rk4",
    activation: str = "relu",
) -> Floating:
    """The same with the velocity h(t, p) = W2·[unit(W1·[p, t] + b1), t] + b2; one trajectory for every block.

    initial  (..., dim) floating, finite: the value at position 0 of every block, or of its queries, keys and values
    w1, b1   (hidden, dim + 1) and (hidden,) floating, finite: first layer; the last column belongs to the time
    w2, b2   (dim, hidden + 1) and (dim,) floating, finite: second layer, likewise. All four as they stand, shared by
             all blocks, or all with the leading axes of initial: one network for each block
    n, delta, steps, solver  see table; position k has time k·delta. The two methods of order 4 differ here.
    activation  "relu" (the authors' code) or "tanh"
    returns  (..., n, dim), the widest dtype of the arrays: formed in float64, rounded once; overflow is refused

    Raises TypeError, ValueError; a state that is not finite is named with its step and time.
    Source: Liu et al. 2020, eq. (8), and code.
    Claims: floater.velocity, floater.clock, floater.time_channel, floater.order, floater.same_method,
    floater.represents
    """
    who = "floater.network"
    start = _check.reals(who, "initial", initial, ndim=1)
    given = {"w1": (w1, 2), "b1": (b1, 1), "w2": (w2, 2), "b2": (b2, 1)}
    layers = [_check.reals(who, name, value, ndim=ndim) for name, (value, ndim) in given.items()]
    _one_network(who, start, layers)
    unit = ACTIVATIONS[_check.one_of(who, "activation", activation, ACTIVATIONS)]
    first, offset, second, drift = (array.astype(np.float64) for array in layers)

    def h(t: float, p: Reals) -> Reals:
        hidden = unit(_times(first[..., :-1], p) + first[..., -1] * t + offset)
        return np.asarray(_times(second[..., :-1], hidden) + second[..., -1] * t + drift)

    rows = np.moveaxis(_follow(who, h, start, n, delta, steps, solver), 0, -2)
    return _rounded(who, rows, start, *layers)


def sinusoid(dim: int, *, base: float = 10_000.0, delta: float = 1.0) -> tuple[Reals, Reals]:
    """The initial value and the matrix whose exact trajectory is a sinusoidal table, pairs (sin, cos) interleaved.

    dim      even, ≥ 2
    base     finite, > 1: pair i has frequency base^(−2i/dim) a position
    delta    finite, > 0: time from one position to the next; the matrix is per unit of time
    returns  (dim,) float64: 0, 1, 0, 1 ...; (dim, dim) float64: blocks [[0, ω], [−ω, 0]], ω = frequency/delta

    Raises TypeError, ValueError. Source: Liu et al. 2020, on sinusoids as a special case. Claims: floater.sinusoid
    """
    who = "floater.sinusoid"
    width, root = _check.even(who, "dim", dim), _check.base(who, base)
    apart = _check.real(who, "delta", delta, above=0.0)
    matrix = np.zeros((width, width))
    first = np.arange(0, width, 2)
    frequencies = root ** (-first / width) / apart
    matrix[first, first + 1], matrix[first + 1, first] = frequencies, -frequencies
    start: Reals = (np.arange(width) % 2).astype(np.float64)
    return start, matrix


def _follow(who: str, h: Velocity, start: Floating, n: int, delta: float, steps: int, solver: str) -> Reals:
    """The rows at positions 0 ... n − 1, (n, *start.shape), in float64."""
    count, per_position = _check.integer(who, "n", n, least=1), _check.integer(who, "steps", steps, least=1)
    size = _check.real(who, "delta", delta, above=0.0) / per_position
    advance = SOLVERS[_check.one_of(who, "solver", solver, SOLVERS)]
    rows = np.empty((count, *start.shape))
    rows[0] = p = start.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        for taken in range((count - 1) * per_position):
            p = advance(h, taken * size, p, size)
            if not np.isfinite(p).all():
                raise ValueError(
                    f"{who}: the state is no longer finite after step {taken + 1}, at time {(taken + 1) * size:g}; "
                    "needs a trajectory that stays within float64"
                )
            if (taken + 1) % per_position == 0:
                rows[(taken + 1) // per_position] = p
    return rows


def _rounded(who: str, rows: Reals, *arrays: Floating) -> Floating:
    """Rows in the widest dtype of the arrays."""
    with np.errstate(over="ignore"):
        found: Floating = rows.astype(np.result_type(*arrays))
    _check.finite(who, "table", found)
    return found


def _times(matrix: Reals, p: Reals) -> Reals:
    return np.asarray((matrix @ p[..., np.newaxis])[..., 0])


def _one_network(who: str, start: Floating, layers: list[Floating]) -> None:
    """Refuse layers that do not fit the initial values or one another."""
    dim, hidden, blocks = start.shape[-1], layers[0].shape[-2], layers[0].shape[:-2]
    wanted = [(*blocks, *core) for core in ((hidden, dim + 1), (hidden,), (dim, hidden + 1), (dim,))]
    if not dim or not hidden or blocks not in ((), start.shape[:-1]) or [a.shape for a in layers] != wanted:
        shapes = ", ".join(
            f"{name} {array.shape}" for name, array in zip(("w1", "b1", "w2", "b2"), layers, strict=True)
        )
        raise ValueError(
            f"{who}: initial {start.shape}, {shapes} need (..., dim), (hidden, dim + 1), (hidden,), (dim, hidden + 1) "
            "and (dim,), the last four shared or all with the leading axes of the first"
        )
