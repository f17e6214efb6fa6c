"""Hyperbolic rotary position embedding (HoPE): pairs of queries and keys boosted instead of turned, and damped.

Source: Dai, Shan, Song, Liang 2025, *HoPE: Hyperbolic Rotary Positional Encoding*.
Chapter: spec/hyperbolic_rope/README.md.
Steps: factors of the two eigenvectors of every boost → rotate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check, _pairs, rope
from posenc._check import Floating

ROLES = ("query", "key")


def rotate(
    x: ArrayLike,
    positions: ArrayLike,
    rapidities: ArrayLike,
    *,
    role: str,
    damping: float = 0.0,
    pairing: str = "interleaved",
) -> Floating:
    """Boost every pair by position × rapidity and damp it: (a, b) → (a·cosh + b·sinh, a·sinh + b·cosh)·factor.

    x           (..., n, head_dim) floating, finite, head_dim even: queries or keys, one head or many
    positions   (n,), or (batch, n) when x is (batch, ..., n, head_dim); in tokens, integer or real, of either sign
    rapidities  (head_dim/2,) floating, finite, of either sign: t, per token
    role        "key": boosted by position·t, times e^(position·damping); "query": by −position·t, times the inverse
    damping     finite, per token; only one of at least every |rapidity| keeps the scores bounded
    pairing     "interleaved": pairs (2i, 2i+1); "halves": pairs (i, i + head_dim/2)
    returns     the shape and dtype of x, a new array; formed in float64 and rounded once

    Raises TypeError, ValueError; also where a factor or an output is beyond the numbers of x's dtype.
    Source: Dai et al. 2025; the damping is a given number here, because its rule is not established.
    Claims: hyperbolic_rope.anchor, hyperbolic_rope.group, hyperbolic_rope.relative, hyperbolic_rope.same_map,
    hyperbolic_rope.minkowski, hyperbolic_rope.norm, hyperbolic_rope.eigenvectors, hyperbolic_rope.bounded,
    hyperbolic_rope.any_damping, hyperbolic_rope.monotone, hyperbolic_rope.same_sign, hyperbolic_rope.rope_case,
    hyperbolic_rope.layouts
    """
    who = "hyperbolic_rope.rotate"
    x, t = _check.reals(who, "x", x, ndim=2), _check.reals(who, "rapidities", rapidities, ndim=1)
    pairs = _check.even(who, "head_dim", x.shape[-1]) // 2
    if t.shape != (pairs,):
        raise ValueError(f"{who}: rapidities have shape {t.shape}, needs ({pairs},) for x of shape {x.shape}")
    sign = 1.0 if _check.one_of(who, "role", role, ROLES) == "key" else -1.0
    fading = _check.real(who, "damping", damping, above=-np.inf)
    pairing = _check.one_of(who, "pairing", pairing, rope.PAIRINGS)
    places = sign * rope._aligned(who, _check.positions(who, positions), x.shape)[..., np.newaxis]
    plus, minus = (_factors(who, places * (fading + side), x.dtype) for side in (t.astype(np.float64), -t))
    cosh, sinh = (plus + minus) / 2, (plus - minus) / 2
    out = np.empty(x.shape)
    first, second = _pairs.split(x.astype(np.float64), pairing)
    new_first, new_second = _pairs.split(out, pairing)
    with np.errstate(over="ignore"):
        new_first[...], new_second[...] = first * cosh + second * sinh, first * sinh + second * cosh
        found: Floating = out.astype(x.dtype, copy=False)
    _check.finite(who, "the output", found)
    return found


def _factors(who: str, exponents: Floating, dtype: np.dtype[np.floating]) -> Floating:
    """e to the exponents; refused beyond the numbers of dtype, where they would be infinite."""
    largest, most = exponents.max(initial=0.0), np.log(np.finfo(dtype).max.astype(np.float64))
    if largest > most:
        raise ValueError(
            f"{who}: position × (rapidity + damping) reaches {largest:g}, needs at most {most:g} in {dtype}"
        )
    return np.exp(exponents)
