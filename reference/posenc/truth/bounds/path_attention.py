"""The units of accumulated Householder transformations."""

from __future__ import annotations

import numpy as np

from posenc.truth.bounds import Array, Question, Units, averaged


def _strays(question: Question) -> Array:
    """How far the scores stray, in units of roundoff: |q||k|·((d + 1)·(1 + 2·Σβ) + i − j), β of those between."""
    q, k, beta = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("q", "k", "beta"))
    n_q, n_k, d = q.shape[-2], k.shape[-2], q.shape[-1]
    places = np.array([question.definition.place(a, n_q, n_k) for a in range(n_q)])
    passed = np.cumsum(beta, axis=-1)
    rates = np.maximum(passed[..., places, np.newaxis] - passed[..., np.newaxis, :], 0.0)
    steps = np.maximum(places[:, np.newaxis] - np.arange(n_k), 0)
    sizes = np.linalg.norm(q, axis=-1)[..., np.newaxis] * np.linalg.norm(k, axis=-1)[..., np.newaxis, :]
    return np.asarray(sizes * ((d + 1) * (1 + 2 * rates) + steps))


def _scores(question: Question) -> Units:
    """u times that."""
    return {"scores": question.precision.output.unit * _strays(question)}


def _attend(question: Question) -> Units:
    """As attention, with those scores over √d."""
    return averaged(question, _strays(question) / np.sqrt(question.inputs["q"].shape[-1]), question.inputs["v"])


def _update(question: Question) -> Units:
    """u·(|k'| + |k| + 2·(d + 1)·β·|key|·|w_c|/|w|): two dot products of d terms, a product and a difference."""
    k, w, beta = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("k", "w", "beta"))
    direction = np.abs(w) / np.linalg.norm(w, axis=-1, keepdims=True)
    lengths = np.linalg.norm(k, axis=-1, keepdims=True)
    taken = 2 * (k.shape[-1] + 1) * beta[..., np.newaxis, np.newaxis] * lengths * direction[..., np.newaxis, :]
    return {"keys": question.precision.output.unit * (np.abs(question.truth["keys"]) + np.abs(k) + taken)}


UNITS = {"scores": _scores, "attend": _attend, "update": _update}
