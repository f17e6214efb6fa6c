"""PaTH: between a key and a query stands a product of Householder-like matrices, one for every token on the way.

Source: Yang et al. 2025, *PaTH Attention: Position Encoding via Accumulating Householder Transformations*. Chapter:
spec/path_attention/README.md. Steps: transition → scores → attend; with a cache: update, then the scores of one query.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check, attention
from posenc._check import Floating, Reals


def transition(w: ArrayLike, beta: ArrayLike) -> Reals:
    """The matrix of a token, H = I − β·w·wᵀ/|w|².

    w        (..., d) floating, finite, not the zero vector: only its direction counts
    beta     (...) floating, from 0 (the identity) through 1 (a projection) to 2 (a reflection); 2σ(...) in the paper
    returns  (..., d, d) float64, symmetric

    Raises TypeError, ValueError. Source: Yang et al. 2025.
    Claims: path_attention.contraction, path_attention.special
    """
    unit, rate = _token("path_attention.transition", w, beta)
    out: Reals = np.eye(unit.shape[-1]) - rate[..., np.newaxis, np.newaxis] * unit[..., np.newaxis] * unit[..., None, :]
    return out


def scores(q: ArrayLike, k: ArrayLike, w: ArrayLike, beta: ArrayLike) -> Reals:
    """q_iᵀ H_i H_{i−1} ... H_{j+1} k_j, without a factor.

    q, k     (..., n_q, d) and (..., n_k, d) floating, finite; the queries are the last n_q ≤ n_k tokens
    w, beta  (..., n_k, d) and (..., n_k), one matrix for each of the n_k tokens: see transition; leading axes of k
    returns  (..., n_q, n_k) float64, −inf for keys after the query

    Raises TypeError, ValueError. Source: Yang et al. 2025.
    Claims: path_attention.anchor, path_attention.order, path_attention.path_law, path_attention.relative,
    path_attention.constant, path_attention.between, path_attention.triangular
    """
    who = "path_attention.scores"
    queries, given = _check.reals(who, "q", q, ndim=2), _check.reals(who, "k", k, ndim=2)
    n_q, n_k = queries.shape[-2], given.shape[-2]
    if not 1 <= n_q <= n_k:
        raise ValueError(f"{who}: q has {n_q} rows and k has {n_k}, needs at least one query and as many keys")
    if queries.shape[:-2] != given.shape[:-2] or queries.shape[-1] != given.shape[-1]:
        raise ValueError(f"{who}: q {queries.shape} and k {given.shape} need equal leading axes and widths")
    if np.shape(w) != given.shape:
        raise ValueError(f"{who}: w has shape {np.shape(w)}, needs that of k, {given.shape}")
    unit, rate = _token(who, w, beta)
    keys = given.astype(np.float64)
    out = np.full((*given.shape[:-2], n_q, n_k), -np.inf)
    for t in range(n_k):  # as in decoding: every earlier key meets the matrix of token t, then the query of t comes
        keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., t, :], rate[..., t])
        if (row := t - (n_k - n_q)) >= 0:
            query = queries[..., row, :, np.newaxis].astype(np.float64)
            out[..., row, : t + 1] = (keys[..., : t + 1, :] @ query)[..., 0]
    return out


def attend(q: ArrayLike, k: ArrayLike, v: ArrayLike, w: ArrayLike, beta: ArrayLike) -> Floating:
    """The values averaged with the softmax of the scores, divided by √d.

    q, k, w, beta  see scores
    v        (..., n_k, e) floating, finite; leading axes and n_k of k
    returns  (..., n_q, e), the widest dtype of q, k and v; computed in float64 and rounded once

    Raises TypeError, ValueError. Source: Yang et al. 2025. Claims: path_attention.nope
    """
    who = "path_attention.attend"
    values = _check.reals(who, "v", v, ndim=2)
    found = scores(q, k, w, beta)
    if values.shape[:-1] != np.shape(k)[:-1]:
        raise ValueError(f"{who}: v has shape {values.shape}, needs {np.shape(k)[:-1]} before its width")
    dtype = np.result_type(np.asarray(q), np.asarray(k), values)
    return (attention.softmax(found / np.sqrt(np.shape(q)[-1])) @ values).astype(dtype, copy=False)


def update(k: ArrayLike, w: ArrayLike, beta: ArrayLike) -> Floating:
    """The keys of a cache after a new token: each one multiplied by its matrix. The token's own key comes in as it is.

    k        (..., n, d) floating, finite: the keys of earlier tokens, updated by all tokens before the new one
    w, beta  (..., d) and (...): of the new token, see transition; leading axes of k
    returns  the shape and dtype of k, a new array; computed in float64 and rounded once

    Raises TypeError, ValueError. Source: Yang et al. 2025, on inference. Claims: path_attention.cache
    """
    who = "path_attention.update"
    keys = _check.reals(who, "k", k, ndim=2)
    if np.shape(w) != (*keys.shape[:-2], keys.shape[-1]):
        raise ValueError(f"{who}: w has shape {np.shape(w)}, needs {(*keys.shape[:-2], keys.shape[-1])}")
    unit, rate = _token(who, w, beta)
    return _moved(keys.astype(np.float64), unit, rate).astype(keys.dtype, copy=False)


def _moved(keys: Reals, unit: Reals, rate: Reals) -> Reals:
    """H·k for every key: what of it lies along w is taken away β times."""
    along = (keys @ unit[..., np.newaxis])[..., 0]
    out: Reals = keys - (rate[..., np.newaxis] * along)[..., np.newaxis] * unit[..., np.newaxis, :]
    return out


def _token(who: str, w: ArrayLike, beta: ArrayLike) -> tuple[Reals, Reals]:
    """The direction of w, of length 1, and β."""
    raw, given = _check.reals(who, "w", w, ndim=1), _check.reals(who, "beta", beta, ndim=0)
    rate: Reals = given.astype(np.float64)
    if rate.shape != raw.shape[:-1]:
        raise ValueError(f"{who}: beta has shape {rate.shape}, needs {raw.shape[:-1]}, a number for each vector of w")
    if rate.size and not (rate.min() >= 0 and rate.max() <= 2):
        worst = rate.min() if rate.min() < 0 else rate.max()
        raise ValueError(f"{who}: beta reaches {worst}, needs 0 to 2: beyond it keys grow with every token")
    largest = np.abs(raw).max(axis=-1, keepdims=True, initial=0.0).astype(np.float64)
    if not largest.all():
        raise ValueError(f"{who}: w holds a zero vector, needs a direction for every token")
    scaled = raw / largest  # squares of it neither overflow nor vanish
    return scaled / np.linalg.norm(scaled, axis=-1, keepdims=True), rate
