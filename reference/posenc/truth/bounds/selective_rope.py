"""The units of input-dependent rotations."""

from __future__ import annotations

import numpy as np

from posenc.truth.bounds import Array, Question, Units, at_channels


def _strays(question: Question) -> Array:
    """How far a phase strays, in units of roundoff: Σ_{1 ≤ s ≤ t} of Σ_{r ≤ s} |ω_r|, a rounding for each sum."""
    sums = np.cumsum(np.abs(np.asarray(question.inputs["increments"], dtype=np.float64)), axis=-2)
    return np.asarray(np.cumsum(sums, axis=-2) - sums[..., :1, :])


def _turned(question: Question, x: Array, strays: Array) -> Array:
    """(u_angle·strays + u_table)·(|a| + |b|) + u_out·|y|."""
    precision, d = question.precision, x.shape[-1]
    sizes = np.zeros(x.shape)
    for i in range(d // 2):
        pair = [question.definition.place(i, side, d) for side in (0, 1)]
        sizes[..., pair] = np.abs(x[..., pair]).sum(axis=-1, keepdims=True)
    table = at_channels(question, precision.angle.unit * strays + precision.table.unit, d)
    return np.asarray(table * sizes + precision.output.unit * np.abs(question.truth["y"]))


def _phases(question: Question) -> Units:
    """u times that; 0, so exact, for the first token."""
    return {"phases": question.precision.output.unit * _strays(question)}


def _rotate(question: Question) -> Units:
    return {"y": _turned(question, np.asarray(question.inputs["x"], dtype=np.float64), _strays(question))}


def _advance(question: Question) -> Units:
    """As a rotation whose phase is one sum."""
    after = np.abs(question.truth["after"])
    y = _turned(question, np.asarray(question.inputs["x"], dtype=np.float64), after)
    return {"y": y, "after": question.precision.output.unit * after}


UNITS = {"phases": _phases, "rotate": _rotate, "advance": _advance}
