"""Attention with a forget gate: every logit is lowered by what the gates between key and query have let go.

Source: Lin, Nikishin, He, Courville 2025, *Forgetting Transformer: Softmax Attention with a Forget Gate*. Chapter:
spec/fox/README.md. Steps: log_gates → bias → attend; with a cache: extend, a row of the bias at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check, attention
from posenc._check import Floating, Reals


def log_gates(x: ArrayLike) -> Floating:
    """The logarithm of the gates σ(x), without forming σ(x), which rounds to 1 where little is forgotten.

    x        (...) floating, finite: the gates before the logistic function
    returns  the shape and dtype of x, below 0; formed in float64 and rounded once

    Raises TypeError, ValueError. Source: Lin et al. 2025. Claims: fox.gates
    """
    given = _check.reals("fox.log_gates", "x", x, ndim=0)
    wide = given.astype(np.float64)
    return np.asarray(np.minimum(wide, 0.0) - np.log1p(np.exp(-np.abs(wide)))).astype(given.dtype, copy=False)


def bias(log_f: ArrayLike, n_q: int) -> Reals:
    """What is added to the logits: Σ of log_f over the tokens after the key, up to and with the query.

    log_f    (..., n_k) floating, finite, ≤ 0: the logarithms of the gates of all n_k tokens, a row for each head
    n_q      1 to n_k: the queries are the last n_q of the n_k tokens
    returns  (..., n_q, n_k) float64, −inf for keys after the query

    Raises TypeError, ValueError; also where a sum is beyond float64. Source: Lin et al. 2025.
    Claims: fox.anchor, fox.sum, fox.alibi, fox.relative, fox.path_law, fox.falling, fox.keys_alone
    """
    who = "fox.bias"
    with np.errstate(over="ignore"):
        sums = np.cumsum(_closing(who, log_f, ndim=1), axis=-1)
    _check.finite(who, "the sum of log_f", sums)
    queries, n_k = _check.integer(who, "n_q", n_q, least=1), sums.shape[-1]
    if queries > n_k:
        raise ValueError(f"{who}: n_q is {n_q} and log_f has {n_k} tokens, needs n_q ≤ n_k")
    lost = sums[..., n_k - queries :, np.newaxis] - sums[..., np.newaxis, :]
    return np.where(attention.causal_mask(queries, n_k), lost, -np.inf)


def attend(q: ArrayLike, k: ArrayLike, v: ArrayLike, log_f: ArrayLike) -> Floating:
    """The values averaged with the softmax of q·k/√d plus the bias, which is not divided.

    q, k     (..., n_q, d) and (..., n_k, d) floating, finite; the queries are the last n_q ≤ n_k tokens
    v        (..., n_k, e) floating, finite; leading axes and n_k of k
    log_f    (..., n_k), see bias; leading axes of k
    returns  (..., n_q, e), the widest dtype of q, k and v; computed in float64 and rounded once

    Raises TypeError, ValueError. Source: Lin et al. 2025. Claims: fox.nope, fox.product
    """
    who = "fox.attend"
    queries, keys = _check.reals(who, "q", q, ndim=2), _check.reals(who, "k", k, ndim=2)
    n_q, n_k = queries.shape[-2], keys.shape[-2]
    if not 1 <= n_q <= n_k:
        raise ValueError(f"{who}: q has {n_q} rows and k has {n_k}, needs at least one query and as many keys")
    if np.shape(log_f) != keys.shape[:-1]:
        raise ValueError(f"{who}: log_f has shape {np.shape(log_f)}, needs {keys.shape[:-1]}, a gate for every key")
    return attention.attend(queries, keys, v, bias=bias(log_f, n_q))


def extend(row: ArrayLike, log_f: ArrayLike) -> Reals:
    """The bias of a new query, from that of the query before: earlier keys fade, the new one has lost nothing.

    row      (..., n) floating, finite: the bias of the last query for its n keys; n = 0 before the first token
    log_f    (...) floating, finite, ≤ 0: of the new token
    returns  (..., n + 1) float64, a new array

    Raises TypeError, ValueError; also where a sum is beyond float64. Source: Lin et al. 2025. Claims: fox.cache
    """
    who = "fox.extend"
    last = _check.reals(who, "row", row, ndim=1)
    gate = _closing(who, log_f, ndim=0)
    if gate.shape != last.shape[:-1]:
        raise ValueError(f"{who}: log_f has shape {gate.shape}, needs {last.shape[:-1]}, a gate for every row")
    with np.errstate(over="ignore"):
        out: Reals = np.concatenate([last + gate[..., np.newaxis], np.zeros((*gate.shape, 1))], axis=-1)
    _check.finite(who, "the new row", out)
    return out


def _closing(who: str, log_f: ArrayLike, *, ndim: int) -> Reals:
    """Logarithms of gates that are neither shut nor above 1."""
    found: Reals = _check.reals(who, "log_f", log_f, ndim=ndim).astype(np.float64)
    if found.size and found.max() > 0:
        raise ValueError(f"{who}: log_f reaches {found.max()}, needs at most 0: a gate is at most 1")
    return found
