"""The units of the sinusoidal operations."""

from __future__ import annotations

from functools import partial

import numpy as np

from posenc.truth.bounds import Question, Units, angles, at_channels, relative


def _table(question: Question) -> Units:
    unit = angles("sinusoidal", question, np.asarray(question.inputs["positions"]) + question.params["start"])
    return {"table": at_channels(question, unit, question.params["dim"])}


def _shift_matrix(question: Question) -> Units:
    unit = angles("sinusoidal", question, question.inputs["offset"])
    rows = at_channels(question, unit, question.params["dim"])
    return {"matrix": np.where(question.truth["matrix"] != 0, rows[..., np.newaxis], 0.0)}


UNITS = {
    "inverse_frequencies": partial(relative, "inverse_frequencies"),
    "table": _table,
    "shift_matrix": _shift_matrix,
}
