"""The units of the rotations with two axes: those of rope at the coordinate of each pair."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from posenc.definitions import family
from posenc.truth.bounds import Array, Question, Units, conditioned, exact, relative
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64


def floats(question: Question, name: str) -> Array:
    """An input in binary64."""
    return np.asarray(question.inputs[name], dtype=np.float64)


def aligned(places: Array, x: Array) -> Array:
    """Positions (n, axes) or (batch, n, axes) with axes put in between, so that they go into x."""
    return places if places.ndim < 3 else places.reshape(len(places), *(1,) * (x.ndim - 3), *places.shape[1:])


def turned(question: Question, x: Array, per_pair: Array, output: str = "y") -> Units:
    """The unit of the pair's table times |a| + |b|, plus the rounding of the output; 0 where nothing is turned."""
    place, pairs = question.definition.rope.place, per_pair.shape[-1]
    right = np.abs(question.truth[output])
    out = np.zeros(right.shape)
    for i in range(pairs):
        both = [place(i, side, 2 * pairs) for side in (0, 1)]
        out[..., both] = per_pair[..., [i]] * np.abs(x[..., both]).sum(axis=-1, keepdims=True)
        out[..., both] += question.precision.output.unit * right[..., both]
    return {output: out}


def _spread(question: Question, places: Array, d: int) -> Array:
    """The unit of cos and sin of every pair, (..., d/2)."""
    which: Any = question.definition
    params = {"head_dim": d, "base": question.params["base"]}
    words = evaluate(family("rope_axial").OPERATIONS["inverse_frequencies"], which, params, {})["inverse_frequencies"]
    per_patch = question.precision.angle.unit * conditioned(np.asarray(FLOAT64.decode(words), dtype=np.float64))
    slots = [(which.axis(i, d // 2), which.rank(i, d // 2)) for i in range(d // 2)]
    pairs = [np.abs(places[..., axis]) * per_patch[axis, rank] for axis, rank in slots]
    return np.asarray(np.stack(pairs, axis=-1) + question.precision.table.unit)


def _table(question: Question) -> Units:
    unit = _spread(question, floats(question, "positions"), question.params["head_dim"])
    return {"cos": unit, "sin": unit}


def _rotate(question: Question) -> Units:
    x, places = floats(question, "x"), floats(question, "positions")
    return turned(question, x, _spread(question, aligned(places, x), x.shape[-1]))


def _mixed(question: Question) -> Units:
    """2·u_angle·(|x·t_x| + |y·t_y|) + u_table for cos and sin: two products and a sum of given numbers."""
    x, places, frequencies = (floats(question, name) for name in ("x", "positions", "frequencies"))
    sizes = np.abs(aligned(places, x)) @ np.abs(frequencies).T
    return turned(question, x, 2 * question.precision.angle.unit * sizes + question.precision.table.unit)


UNITS = {
    "positions": partial(exact, "positions"),
    "inverse_frequencies": partial(relative, "inverse_frequencies"),
    "table": _table,
    "rotate": _rotate,
    "mixed": _mixed,
}
