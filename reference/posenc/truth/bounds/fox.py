"""The units of forget gates."""

from __future__ import annotations

import numpy as np

from posenc.truth.bounds import Array, Question, Units, averaged, dots


def _log_gates(question: Question) -> Units:
    """2u·|ln f|: an exponential and a logarithm rounded, and a sum of two numbers of one sign."""
    return {"log_gates": 2 * question.precision.output.unit * np.abs(question.truth["log_gates"])}


def _strays(question: Question, n_q: int) -> Array:
    """(i − j)·|c_i| + |c_i − c_j| in units of roundoff: the roundings of the cumulative sum c that i has beyond j."""
    sums = np.cumsum(np.asarray(question.inputs["log_f"], dtype=np.float64), axis=-1)
    n_k = sums.shape[-1]
    places = np.array([question.definition.place(a, n_q, n_k) for a in range(n_q)])
    steps = np.maximum(places[:, np.newaxis] - np.arange(n_k), 0)
    query = sums[..., places, np.newaxis]
    return np.asarray(np.where(steps > 0, steps * np.abs(query) + np.abs(query - sums[..., np.newaxis, :]), 0.0))


def _bias(question: Question) -> Units:
    """u times that; 0, so exact, for the query's own key."""
    return {"bias": question.precision.output.unit * _strays(question, question.params["n_q"])}


def _attend(question: Question) -> Units:
    """As attention, with that bias."""
    q, k = question.inputs["q"], question.inputs["k"]
    logits = dots(q, k) / np.sqrt(q.shape[-1]) + _strays(question, q.shape[-2])
    return averaged(question, logits, question.inputs["v"])


def _extend(question: Question) -> Units:
    """u·|entry|, one sum; 0, so exact, for the new token."""
    return {"extended": question.precision.output.unit * np.abs(question.truth["extended"])}


UNITS = {"log_gates": _log_gates, "bias": _bias, "attend": _attend, "extend": _extend}
