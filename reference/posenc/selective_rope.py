"""Selective RoPE: every pair of channels is turned by the sum of increments up to its token, which the tokens choose.

Source: Movahedi et al. 2025, *Selective Rotary Position Embedding*. Chapter: spec/selective_rope/README.md.
Steps: phases → rotate (queries and keys alike); with a cache: advance, a token at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check, rope
from posenc._check import Floating, Reals


def phases(increments: ArrayLike) -> Reals:
    """The sum of the increments up to and with every token.

    increments  (..., n, d/2) floating, finite, of either sign, in radians: what each token adds to each pair
    returns     (..., n, d/2) float64, radians

    Raises TypeError, ValueError; also where a sum is beyond float64. Source: Movahedi et al. 2025.
    Claims: selective_rope.exclusive, selective_rope.start, selective_rope.causal
    """
    found = _check.reals("selective_rope.phases", "increments", increments, ndim=2)
    with np.errstate(over="ignore"):
        out: Reals = np.cumsum(found, axis=-2, dtype=np.float64)
    _check.finite("selective_rope.phases", "the phase", out)
    return out


def rotate(x: ArrayLike, increments: ArrayLike, *, pairing: str = "interleaved") -> Floating:
    """Turn every pair of every token by its phase.

    x           (..., n, d) floating, finite, d even: queries or keys, both by the same increments
    increments  (..., n, d/2), see phases; leading axes and n of x, nothing is broadcast
    pairing     "interleaved": pairs (2i, 2i+1); "halves": pairs (i, i + d/2)
    returns     the shape and dtype of x, a new array; formed in float64 and rounded once

    Raises TypeError, ValueError; also where a sum is beyond float64. Source: Movahedi et al. 2025.
    Claims: selective_rope.anchor, selective_rope.between, selective_rope.path_law, selective_rope.relative,
    selective_rope.rope, selective_rope.norm, selective_rope.nope, selective_rope.whole_turns, selective_rope.layouts
    """
    who = "selective_rope.rotate"
    x = _halved(who, x, "increments", increments, ndim=2)
    return _turned(who, x, phases(increments), pairing)


def advance(
    x: ArrayLike, phase: ArrayLike, increment: ArrayLike, *, pairing: str = "interleaved"
) -> tuple[Floating, Reals]:
    """A new token's query or key, turned, and the phase after it. Keys that were turned before stay as they are.

    x          (..., d) floating, finite, d even: of the new token
    phase      (..., d/2) floating, finite, in radians: after the token before, zeros before the first
    increment  (..., d/2) floating, finite, in radians: of the new token
    pairing    see rotate
    returns    y, the shape and dtype of x; the phase after the token, (..., d/2) float64. Both are new arrays

    Raises TypeError, ValueError; also where a sum is beyond float64. Source: Movahedi et al. 2025.
    Claims: selective_rope.cache
    """
    who = "selective_rope.advance"
    x = _halved(who, x, "phase", phase, ndim=1)
    _halved(who, x, "increment", increment, ndim=1)
    before, step = (_check.reals(who, name, w, ndim=1) for name, w in (("phase", phase), ("increment", increment)))
    with np.errstate(over="ignore"):
        after: Reals = before.astype(np.float64) + step
    _check.finite(who, "the phase", after)
    return _turned(who, x, after, pairing), after


def _turned(who: str, x: Floating, angles: Reals, pairing: str) -> Floating:
    pairing = _check.one_of(who, "pairing", pairing, rope.PAIRINGS)
    turned = rope.apply(x.astype(np.float64), np.cos(angles), np.sin(angles), pairing=pairing)
    return turned.astype(x.dtype, copy=False)


def _halved(who: str, x: ArrayLike, name: str, value: ArrayLike, *, ndim: int) -> Floating:
    """x, if its channels make pairs and the other array has a number for each of them."""
    found = _check.reals(who, "x", x, ndim=ndim)
    wanted = (*found.shape[:-1], _check.even(who, "d", found.shape[-1]) // 2)
    if _check.reals(who, name, value, ndim=ndim).shape != wanted:
        raise ValueError(f"{who}: {name} has shape {np.shape(value)}, needs {wanted} for x of shape {found.shape}")
    return found
