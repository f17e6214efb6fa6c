"""Conditional positional encoding: every patch is given a weighted sum of its neighbours on the grid.

Source: Chu, Tian, Zhang, Wang, Shen 2023, *Conditional Positional Encodings for Vision Transformers* (the position
encoding generator, PEG). Chapter: spec/cpe/README.md.
Steps, as in every family: pad → convolve → apply (here: add it to the tokens).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check
from posenc._check import Floating

PADDINGS = {"zero": "constant", "circular": "wrap"}
"""Name → NumPy's name of it."""


def inject(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike,
    height: int,
    width: int,
    *,
    prefix: int = 0,
    padding: str = "zero",
) -> Floating:
    """The tokens, with a depthwise convolution of their grid (a cross-correlation, unflipped) added to the patches.

    x         (..., prefix + height·width, dim) floating, finite; class tokens first, then the patches row by row
    kernel    (dim, k, k) floating, finite; k odd: weights [channel, down, right], the cell itself in the middle
    bias      (dim,) floating, finite
    height, width  ≥ 1: patches
    prefix    ≥ 0: how many class tokens, which are returned as they came
    padding   what is read beyond the grid: "zero" (the paper) or "circular": the grid goes on at its other side
    returns   y, shape of x, the widest dtype of the three: formed in float64, rounded once; overflow is refused

    Raises TypeError, ValueError. Source: Chu et al. 2023.
    Claims: cpe.anchor, cpe.any_grid, cpe.conditioned, cpe.depthwise, cpe.class_token, cpe.circular_equivariant,
    cpe.zero_equivariant, cpe.interior, cpe.invariant, cpe.border, cpe.distinct,
    cpe.depth, cpe.background, cpe.bias_tells
    """
    who = "cpe.inject"
    weights, offset = _weights(who, kernel, bias)
    state, size = _check.reals(who, "x", x, ndim=2), weights.shape[1]
    rows, columns = _check.integer(who, "height", height, least=1), _check.integer(who, "width", width, least=1)
    start = _check.integer(who, "prefix", prefix, least=0)
    mode = PADDINGS[_check.one_of(who, "padding", padding, PADDINGS)]
    wanted = (start + rows * columns, len(offset))
    if state.shape[-2:] != wanted:
        raise ValueError(
            f"{who}: x has shape {state.shape}, needs (..., {wanted[0]}, {wanted[1]}): prefix + height·width tokens"
        )
    y = state.astype(np.float64)
    grid = y[..., start:, :].reshape(*y.shape[:-2], rows, columns, len(offset))
    around = (size // 2, size // 2)
    padded = np.pad(grid, [(0, 0)] * (grid.ndim - 3) + [around, around, (0, 0)], mode=mode)  # type: ignore[call-overload]
    with np.errstate(over="ignore", invalid="ignore"):
        encoding = np.zeros(grid.shape) + offset
        for u in range(size):
            for v in range(size):
                encoding += weights[:, u, v] * padded[..., u : u + rows, v : v + columns, :]
        y[..., start:, :] += encoding.reshape(*y.shape[:-2], rows * columns, len(offset))
        found: Floating = y.astype(np.result_type(state, weights, offset), copy=False)
    _check.finite(who, "y", found)
    return found


def _weights(who: str, kernel: ArrayLike, bias: ArrayLike) -> tuple[Floating, Floating]:
    """Both as arrays that fit one another."""
    weights, offset = _check.reals(who, "kernel", kernel, ndim=3), _check.reals(who, "bias", bias, ndim=1)
    if weights.ndim != 3 or weights.shape[1] != weights.shape[2] or not weights.shape[1] % 2 or not len(weights):
        raise ValueError(f"{who}: kernel has shape {weights.shape}, needs (dim, k, k) with k odd")
    if offset.shape != weights.shape[:1]:
        raise ValueError(f"{who}: bias has shape {offset.shape}, needs {weights.shape[:1]}: one for each channel")
    return weights, offset
