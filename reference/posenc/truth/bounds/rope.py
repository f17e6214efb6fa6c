"""The units of the rotary operations."""

from __future__ import annotations

from functools import partial

import numpy as np

from posenc.truth.bounds import Question, Units, angles, at_channels, relative


def _table(question: Question) -> Units:
    unit = angles("rope", question, question.inputs["positions"])
    return {"cos": unit, "sin": unit}


def _rotate(question: Question) -> Units:
    """The unit of the pair's table times |a| + |b|, plus the rounding of the output; 0 where nothing is turned."""
    x, positions = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("x", "positions"))
    r = question.params["rotary_dim"] or x.shape[-1]
    if positions.ndim == 2:
        positions = positions.reshape(len(positions), *(1,) * (x.ndim - 3), -1)
    unit = at_channels(question, angles("rope", question, positions, rotary_dim=r), r)
    sizes = np.zeros((*x.shape[:-1], r))
    for i in range(r // 2):
        pair = [question.definition.place(i, side, r) for side in (0, 1)]
        sizes[..., pair] = np.abs(x[..., pair]).sum(axis=-1, keepdims=True)
    turned = unit * sizes + question.precision.output.unit * np.abs(question.truth["y"][..., :r])
    return {"y": np.concatenate([turned, np.zeros(x[..., r:].shape)], axis=-1)}


UNITS = {"inverse_frequencies": partial(relative, "inverse_frequencies"), "table": _table, "rotate": _rotate}
