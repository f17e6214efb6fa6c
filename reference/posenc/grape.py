"""Group representational position encoding (GRAPE): a plane of channels turned, or two channels added and sheared.

Source: Zhang et al. 2026, *Group Representational Position Encoding*. Chapter: spec/grape/README.md.
Steps: generator of the plane → rotate (multiplicative); two more channels → lift (additive).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check, rope
from posenc._check import Floating

ROLES = ("query", "key")


def rotate(x: ArrayLike, positions: ArrayLike, a: ArrayLike, b: ArrayLike, *, frequency: float = 1.0) -> Floating:
    """exp(position·frequency·L)·x with L = abᵀ − baᵀ: the plane of a and b is turned, the rest left alone.

    x          (..., n, head_dim) floating, finite: queries or keys, one head or many
    positions  (n,), or (batch, n) when x is (batch, ..., n, head_dim); in tokens, integer or real, of either sign
    a, b       (head_dim,) floating, finite; their plane is turned by position·frequency·s, s = √(|a|²|b|² − (a·b)²),
               from b to a for positive positions. Parallel ones span no plane: nothing is turned
    frequency  finite, of either sign, per token
    returns    the shape and dtype of x, a new array; formed in float64 and rounded once

    Raises TypeError, ValueError; also where an output is beyond the numbers of x's dtype.
    Source: Zhang et al. 2026, multiplicative GRAPE.
    Claims: grape.anchor, grape.exponential, grape.orthogonal, grape.relative, grape.complement, grape.rope,
    grape.parallel
    """
    who = "grape.rotate"
    x = _check.reals(who, "x", x, ndim=2)
    first, second = (_check.reals(who, name, one, ndim=1) for name, one in (("a", a), ("b", b)))
    if first.shape != x.shape[-1:] or second.shape != x.shape[-1:]:
        raise ValueError(f"{who}: a {first.shape} and b {second.shape}, needs {x.shape[-1:]} for x of shape {x.shape}")
    speed = _check.real(who, "frequency", frequency, above=-np.inf)
    time = speed * rope._aligned(who, _check.positions(who, positions), x.shape)[..., np.newaxis]
    with np.errstate(over="ignore", invalid="ignore"):
        product = np.outer(first.astype(np.float64), second.astype(np.float64))
        generator = product - product.T
        largest = np.abs(generator).max() or 1.0  # beside which no square underflows
        s = largest * np.linalg.norm(generator / largest) / np.sqrt(2)  # exactly 0 for parallel vectors
        exact = x.astype(np.float64)
        once = exact @ generator.T / (s or 1.0)
        twice = once @ generator.T / (s or 1.0)
        turned = exact + np.sin(time * s) * once + 2 * np.sin(time * s / 2) ** 2 * twice
        out: Floating = turned.astype(x.dtype, copy=False)
    _check.finite(who, "the output", out)
    return out


def lift(x: ArrayLike, positions: ArrayLike, *, role: str, slope: float = 1.0) -> Floating:
    """x with two more channels, so that scores are lowered by slope·(query position − key position).

    x          (..., n, head_dim) floating, finite: queries or keys, one head or many
    positions  (n,), or (batch, n) when x is (batch, ..., n, head_dim); in tokens, integer or real, of either sign;
               −Σ log f up to each token, f its forget gate, for the bias of the forgetting transformer
    role       "key": position·slope and 1 are appended; "query": 1 and −position·slope
    slope      finite, > 0: ALiBi's slope of the head; times √head_dim where scores are divided by that
    returns    (..., n, head_dim + 2), the dtype of x; the products are formed in float64 and rounded once

    Raises TypeError, ValueError; also where a product is beyond the numbers of x's dtype.
    Source: Zhang et al. 2026, additive GRAPE.
    Claims: grape.unipotent, grape.lift_relative, grape.alibi, grape.same_lift, grape.scaled, grape.forgetting
    """
    who = "grape.lift"
    x = _check.reals(who, "x", x, ndim=2)
    role = _check.one_of(who, "role", role, ROLES)
    steep = _check.real(who, "slope", slope, above=0.0)
    drift = rope._aligned(who, _check.positions(who, positions), x.shape) * steep
    out: Floating = np.ones((*x.shape[:-1], x.shape[-1] + 2), dtype=x.dtype)
    out[..., :-2] = x
    with np.errstate(over="ignore"):
        if role == "key":
            out[..., -2] = drift
        else:
            out[..., -1] = 0.0 - drift  # no negative zero
    _check.finite(who, "the output", out)
    return out
