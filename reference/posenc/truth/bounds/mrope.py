"""The units of the rotations with three axes: those of rope at the position along the axis of each pair."""

from __future__ import annotations

from functools import partial

import numpy as np

from posenc.definitions import family
from posenc.truth.bounds import Array, Question, Units, conditioned, exact
from posenc.truth.bounds.rope_axial import aligned, floats, turned
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64


def _spread(question: Question, places: Array, r: int) -> Array:
    """The unit of cos and sin of every pair, (..., r/2), for positions (..., 3)."""
    params = {"rotary_dim": r, "base": question.params["base"]}
    frequencies = family("rope").OPERATIONS["inverse_frequencies"]
    words = evaluate(frequencies, question.definition.rope, params, {})["inverse_frequencies"]
    per_token = question.precision.angle.unit * conditioned(np.asarray(FLOAT64.decode(words), dtype=np.float64))
    which, along = question.definition, list(np.moveaxis(places, -1, 0))
    axes = which.axes(question.inputs["mrope_section"].tolist())
    own = [np.broadcast_to(np.abs(np.float64(which.along(along, axis))), places.shape[:-1]) for axis in axes]
    return np.asarray(np.stack(own, axis=-1) * per_token + question.precision.table.unit)


def _last(question: Question) -> Array:
    return np.moveaxis(floats(question, "positions"), 0, -1)


def _table(question: Question) -> Units:
    unit = _spread(question, _last(question), question.params["rotary_dim"])
    return {"cos": unit, "sin": unit}


def _rotate(question: Question) -> Units:
    x = floats(question, "x")
    r = question.params["rotary_dim"] or x.shape[-1]
    return turned(question, x, _spread(question, aligned(_last(question), x), r))


def _position_ids(question: Question) -> Units:
    return {**exact("position_ids", question), **exact("delta", question)}


UNITS = {
    "axes": partial(exact, "axes"),
    "position_ids": _position_ids,
    "table": _table,
    "rotate": _rotate,
}
