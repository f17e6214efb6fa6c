"""The units of turned planes and of lifted vectors."""

from __future__ import annotations

import numpy as np

from posenc.truth.bounds import Array, Question, Units


def _places(question: Question) -> Array:
    """Positions with axes put in between, so that they go into x."""
    p, ndim = np.asarray(question.inputs["positions"], dtype=np.float64), question.inputs["x"].ndim
    return p.reshape(len(p), *(1,) * (ndim - 3), -1, 1) if p.ndim == 2 else p[..., np.newaxis]


def _rotate(question: Question) -> Units:
    """c²·(d + 1)·(u_angle·|φ| + 4·u_table)·|x| + u_out·|y|, φ = t·s the angle, c = |a|·|b|/s; 0 where φ is 0."""
    x, a, b = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("x", "a", "b"))
    product = np.outer(a, b)
    s = np.linalg.norm(product - product.T) / np.sqrt(2)
    if not s:
        return {"y": np.zeros(x.shape)}
    angle = np.abs(question.params["frequency"] * _places(question)) * s
    grown = (np.linalg.norm(a) * np.linalg.norm(b) / s) ** 2 * (len(a) + 1)
    precision = question.precision
    strays = (
        grown * (precision.angle.unit * angle + 4 * precision.table.unit) * np.linalg.norm(x, axis=-1, keepdims=True)
    )
    return {"y": np.where(angle > 0, strays + precision.output.unit * np.abs(question.truth["y"]), 0.0)}


def _lift(question: Question) -> Units:
    """(u_angle + u_out)·|position·slope| in its channel; everything else is exact."""
    y, extra = question.truth["y"], -2 if question.params["role"] == "key" else -1
    out = np.zeros(y.shape)
    out[..., extra] = (question.precision.angle.unit + question.precision.output.unit) * np.abs(y[..., extra])
    return {"y": out}


UNITS = {"rotate": _rotate, "lift": _lift}
