"""The units of boosts."""

from __future__ import annotations

import numpy as np

from posenc.truth.bounds import Question, Units


def _rotate(question: Question) -> Units:
    """(u_angle·(|p·t| + |p·δ|) + u_table)·cosh(p·t)·e^(±p·δ)·(|a| + |b|) + u_out·|y|; 0 where the exponents are 0."""
    x, p, t = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("x", "positions", "rapidities"))
    damping, sign = question.params["damping"], 1.0 if question.params["role"] == "key" else -1.0
    if p.ndim == 2:
        p = p.reshape(len(p), *(1,) * (x.ndim - 3), -1)
    place = p[..., np.newaxis]
    size = (np.exp(sign * place * (damping + t)) + np.exp(sign * place * (damping - t))) / 2
    angle = np.abs(place) * (np.abs(t) + abs(damping))
    precision = question.precision
    strays = np.where(angle > 0, (precision.angle.unit * angle + precision.table.unit) * size, 0.0)
    out = np.zeros(x.shape)
    for i in range(len(t)):
        pair = [question.definition.place(i, side, x.shape[-1]) for side in (0, 1)]
        rounded = precision.output.unit * np.abs(question.truth["y"][..., pair]) * (angle[..., i : i + 1] > 0)
        out[..., pair] = strays[..., i : i + 1] * np.abs(x[..., pair]).sum(axis=-1, keepdims=True) + rounded
    return {"y": out}


UNITS = {"rotate": _rotate}
