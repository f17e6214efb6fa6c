"""Wrong trajectories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions.floater import CONVENTIONS, affine
from posenc.definitions.wrong import Mistake

EULER = CONVENTIONS["floater/euler"]


def _size(function: Any) -> Mistake:
    """The size of a step passed through function(size, delta, steps)."""
    return lambda which: replace(which, size=lambda delta, steps: function(which.size(delta, steps), delta, steps))


def _velocity(function: Any) -> Mistake:
    return lambda which: replace(which, velocity=function)


def _taken(function: Any) -> Mistake:
    return lambda which: replace(which, taken=function)


WRONG: dict[str, Mistake] = {
    "floater/euler-declared-otherwise": lambda which: replace(which, stages=EULER.stages, weights=EULER.weights),
    "floater/half-step-forgotten": lambda which: replace(
        which, stages=tuple(tuple(sp.Integer(bool(part)) for part in row) for row in which.stages)
    ),
    "floater/equal-weights": lambda which: replace(
        which, weights=tuple(sp.Rational(1, len(which.weights)) for _ in which.weights)
    ),
    "floater/bias-dropped": _velocity(lambda matrix, p, bias: affine(matrix, p, [sp.Integer(0)] * len(p))),
    "floater/transposed": _velocity(lambda matrix, p, bias: affine(list(zip(*matrix, strict=True)), p, bias)),
    "floater/backwards": _size(lambda size, delta, steps: -size),
    "floater/size-squared": _size(lambda size, delta, steps: size**2),
    "floater/step-not-divided": _size(lambda size, delta, steps: delta),
    "floater/delta-ignored": _size(lambda size, delta, steps: size / delta),
    "floater/first-moved": _taken(lambda k, steps: (k + 1) * steps),
    "floater/one-step-a-position": _taken(lambda k, steps: k),
    "floater/both-ends-counted": _taken(lambda k, steps: k * (steps + 1)),
    "floater/clock-stopped": lambda which: replace(which, node=lambda parts: sp.Integer(0)),
    "floater/clock-restarted": lambda which: replace(
        which, clock=lambda taken, size, steps: which.clock(taken % steps, size, steps)
    ),
    "floater/clock-in-positions": lambda which: replace(
        which, clock=lambda taken, size, steps: which.clock(taken, sp.Rational(1, steps), steps)
    ),
    "floater/time-heard-once": lambda which: replace(which, heard=lambda number, time: time if number == 1 else 0),
    "floater/no-activation": lambda which: replace(which, unit=lambda name, x: x),
    "floater/residual-velocity": lambda which: replace(
        which, added=lambda velocity, p: [v + entry for v, entry in zip(velocity, p, strict=True)]
    ),
    "floater/turned-back": lambda which: replace(which, turn=lambda w: which.turn(-w)),
    "floater/pace-of-positions": lambda which: replace(which, pace=lambda w, delta: w),
    "floater/pairs-to-dim": lambda which: replace(
        which, frequency=lambda i, dim, base: which.frequency(i, 2 * dim, base)
    ),
}
