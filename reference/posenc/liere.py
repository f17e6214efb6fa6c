"""Lie rotational position encodings (LieRE): blocks of channels turned by the exponential of a learned skew matrix.

Source: Ostmeier et al. 2025, *LieRE: Lie Rotational Positional Encodings*.
Chapter: spec/liere/README.md. Here a block has two or three channels, where the exponential has a closed form.
Steps: generators and coordinates → entries of the skew matrices → rotate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from posenc import _check
from posenc._check import Floating, Reals

SIZES = {1: 2, 3: 3}  # entries above the diagonal → channels of a block


def rotate(x: ArrayLike, positions: ArrayLike, generators: ArrayLike) -> Floating:
    """Turn every block by exp(Σ_a x_a·A_a), for a token with coordinates x_a.

    x           (..., n, head_dim) floating, finite: queries or keys, one head or many
    positions   (n, axes), or (batch, n, axes) when x is (batch, ..., n, head_dim); the coordinates of every token in
                any unit, integers or finite reals of either sign; zeros for a token without a place
    generators  (axes, blocks, entries) floating, finite, in radians per unit: what stands above the diagonal of A_a,
                row by row. entries 1: blocks of two channels; 3: of three. Block b begins at channel b·size
    returns     the shape and dtype of x, a new array, formed in float64 and rounded once; channels beyond the blocks
                are copied

    Raises TypeError, ValueError; also where the squares of coordinates times generators are beyond float64.
    Source: Ostmeier et al. 2025, and the authors' code.
    Claims: liere.anchor, liere.exponential, liere.orthogonal, liere.one_axis, liere.commuting, liere.relative,
    liere.product, liere.rope, liere.axial, liere.fixed_axis, liere.origin
    """
    who = "liere.rotate"
    x, g = _check.reals(who, "x", x, ndim=2), _check.reals(who, "generators", generators, ndim=3)
    if g.ndim != 3 or g.shape[2] not in SIZES or 0 in g.shape:
        raise ValueError(f"{who}: generators have shape {g.shape}, needs (axes, blocks, 1 or 3)")
    axes, blocks, size = *g.shape[:2], SIZES[g.shape[2]]
    if blocks * size > x.shape[-1]:
        raise ValueError(f"{who}: {blocks} blocks of {size} channels, needs at most the {x.shape[-1]} that x has")
    places = _aligned(who, _check.positions(who, positions), x.shape, axes)
    with np.errstate(over="ignore", invalid="ignore"):
        entries = np.einsum("...a,abe->...be", places, g.astype(np.float64))
        turned = _turned(x[..., : blocks * size].astype(np.float64).reshape(*x.shape[:-1], blocks, size), entries)
        out = x.copy()
        out[..., : blocks * size] = turned.reshape(*x.shape[:-1], blocks * size)
    _check.finite(who, "the output", out)
    return out


def _turned(x: Reals, entries: Reals) -> Reals:
    """x + (sin s)/s·A·x + (1 − cos s)/s²·A²·x, by blocks; both factors at their limits where s is 0."""
    s = np.sqrt((entries**2).sum(axis=-1, keepdims=True))
    half = np.divide(np.sin(s / 2), s / 2, out=np.ones_like(s), where=s > 0)
    sine = np.divide(np.sin(s), s, out=np.ones_like(s), where=s > 0)
    once = _applied(entries, x)
    out: Reals = x + sine * once + half**2 / 2 * _applied(entries, once)
    return out


def _applied(entries: Reals, x: Reals) -> Reals:
    """A·x."""
    if entries.shape[-1] == 1:
        return np.stack([entries[..., 0] * x[..., 1], -entries[..., 0] * x[..., 0]], axis=-1)
    (p, q, r), (a, b, c) = (np.moveaxis(one, -1, 0) for one in (entries, x))
    return np.stack([p * b + q * c, r * c - p * a, -q * a - r * b], axis=-1)


def _aligned(who: str, positions: Reals, shape: tuple[int, ...], axes: int) -> Reals:
    """Positions (n, axes) or (batch, n, axes), the latter with axes put in between, so that they go into x."""
    n, batch = shape[-2], shape[0]
    if positions.shape == (n, axes):
        return positions
    if len(shape) >= 3 and positions.shape == (batch, n, axes):
        return positions.reshape(batch, *(1,) * (len(shape) - 3), n, axes)
    batched = f" or ({batch}, {n}, {axes})" if len(shape) >= 3 else ""
    raise ValueError(
        f"{who}: positions have shape {positions.shape}, needs ({n}, {axes}){batched} for x of shape {shape}"
    )
