"""Where the two channels of a pair stand: the one home of the channel orders that rotations and sinusoids share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ORDERS = ("interleaved", "halves", "cosine-first")


def split(x: Array, order: str) -> tuple[Array, Array]:
    """Views of the first and the second channel of every pair, each of shape (..., d/2)."""
    if order == "interleaved":
        return x[..., 0::2], x[..., 1::2]
    half = x.shape[-1] // 2
    low, high = x[..., :half], x[..., half:]
    return (low, high) if order == "halves" else (high, low)


def join(first: Array, second: Array, order: str) -> Array:
    """A new array of shape (..., d) with the pairs put in the given order; the inverse of `split`."""
    out = np.empty((*first.shape[:-1], 2 * first.shape[-1]), dtype=first.dtype)
    low, high = split(out, order)
    low[...], high[...] = first, second
    return out


def reorder(x: Array, source: str, target: str) -> Array:
    """The channels of x, which stand in one order, in another."""
    return join(*split(x, source), target)
