"""Rotary position embedding: every pair of channels is turned by position × inverse frequency.

Source: Su et al. 2021, *RoFormer*, §3.2 and §3.4. Chapter: spec/rope/README.md.
Steps, as in every family: inverse frequencies → table → apply (here: rotate queries and keys).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from posenc import _check, _pairs
from posenc._check import Floating, Reals

PAIRINGS = ("interleaved", "halves")


def inverse_frequencies(rotary_dim: int, *, base: float = 10_000.0) -> Reals:
    """The angular frequency of every pair, in radians per token: base^(−2i/rotary_dim).

    rotary_dim  even, ≥ 2: how many channels of a head are turned (often all of them)
    base        finite, > 1
    returns     (rotary_dim/2,) float64, strictly falling from 1

    Raises TypeError, ValueError. Source: RoFormer, §3.2.2. Claims: rope.frequencies
    """
    who = "rope.inverse_frequencies"
    pairs = _check.even(who, "rotary_dim", rotary_dim) // 2
    return _check.base(who, base) ** -(np.arange(pairs) / pairs)


def table(
    positions: ArrayLike, rotary_dim: int, *, base: float = 10_000.0, dtype: DTypeLike = np.float64
) -> tuple[Floating, Floating]:
    """Cosine and sine of position × inverse frequency.

    positions  (...) any shape; integers or finite reals of either sign, in tokens, up to ±2⁵³
    rotary_dim, base  see inverse_frequencies
    dtype      float16, float32 or float64: angles are formed in float64, the table is rounded once
    returns    cos, sin, each (..., rotary_dim/2)

    Raises TypeError, ValueError. Source: RoFormer, eq. (34). Claims: rope.sense, rope.injective
    """
    dtype = _check.dtype("rope.table", dtype)
    angles = _check.positions("rope.table", positions)[..., np.newaxis] * inverse_frequencies(rotary_dim, base=base)
    return np.cos(angles).astype(dtype, copy=False), np.sin(angles).astype(dtype, copy=False)


def rotate(
    x: ArrayLike,
    positions: ArrayLike,
    *,
    base: float = 10_000.0,
    rotary_dim: int | None = None,
    pairing: str = "interleaved",
) -> Floating:
    """Turn the pairs of the first rotary_dim channels by position × inverse frequency; leave the rest alone.

    x           (..., n, head_dim) floating, finite: queries or keys, one head or many
    positions   (n,), or (batch, n) when x is (batch, ..., n, head_dim); in tokens, either sign (−positions turns
                back), integer or real. Nothing is broadcast by size 1.
    base        finite, > 1
    rotary_dim  even, ≤ head_dim; head_dim by default
    pairing     "interleaved": pairs (2i, 2i+1); "halves": pairs (i, i + rotary_dim/2)
    returns     the shape and dtype of x, a new array; x is not touched

    Raises TypeError, ValueError. Source: RoFormer, eq. (34).
    Claims: rope.relative, rope.relative_changes, rope.norm, rope.group, rope.identity, rope.inverse, rope.pairing,
    rope.layouts, rope.forms, rope.partial, rope.decreasing, rope.symmetric
    """
    who = "rope.rotate"
    x = _check.reals(who, "x", x, ndim=2)
    rotary_dim = _rotary_dim(who, rotary_dim, x.shape[-1])
    angles_in = _aligned(who, _check.positions(who, positions), x.shape)
    work = np.result_type(x.dtype, np.float32)  # float16 is computed in float32 and rounded once
    cos, sin = table(angles_in, rotary_dim, base=base, dtype=work)
    return apply(x, cos, sin, pairing=pairing)


def apply(x: ArrayLike, cos: ArrayLike, sin: ArrayLike, *, pairing: str = "interleaved") -> Floating:
    """Rotate by a table that is at hand: (a, b) → (a·cos − b·sin, a·sin + b·cos) on every pair.

    x         (..., n, head_dim) floating, finite
    cos, sin  (..., n, rotary_dim/2), as `table` gives them; their leading axes broadcast against those of x
    pairing   see rotate
    returns   the shape and dtype of x, a new array; channels from rotary_dim on are copied

    Raises TypeError, ValueError. Source: RoFormer, eq. (34). Claims: rope.forms, rope.partial
    """
    who = "rope.apply"
    x = _check.reals(who, "x", x, ndim=1)
    cos, sin = _check.reals(who, "cos", cos, ndim=1), _check.reals(who, "sin", sin, ndim=1)
    pairing = _check.one_of(who, "pairing", pairing, PAIRINGS)
    turned = _rotary_dim(who, 2 * cos.shape[-1], x.shape[-1])
    if cos.shape != sin.shape or np.broadcast_shapes(cos.shape[:-1], x.shape[:-1]) != x.shape[:-1]:
        raise ValueError(f"{who}: cos {cos.shape} and sin {sin.shape} need equal shapes that go into x {x.shape}")
    out = np.empty_like(x)
    out[..., turned:] = x[..., turned:]
    first, second = _pairs.split(x[..., :turned], pairing)
    new_first, new_second = _pairs.split(out[..., :turned], pairing)
    np.subtract(first * cos, second * sin, out=new_first, casting="same_kind")
    np.add(first * sin, second * cos, out=new_second, casting="same_kind")
    return out


def matrix(position: float, rotary_dim: int, *, base: float = 10_000.0, pairing: str = "interleaved") -> Reals:
    """The rotation as a matrix R, so that rotate(x) = R · x for a column x.

    position  finite real of either sign, in tokens
    rotary_dim, base, pairing  see rotate
    returns   (rotary_dim, rotary_dim) float64, orthogonal

    Raises TypeError, ValueError. Source: RoFormer, eq. (14) and (15).
    Claims: rope.orthogonal, rope.forms, rope.blocks
    """
    unit = np.eye(_check.even("rope.matrix", "rotary_dim", rotary_dim))
    place = float(_check.positions("rope.matrix", position, name="position"))
    return rotate(unit, np.full(len(unit), place), base=base, pairing=pairing).T.astype(np.float64, copy=False)


def convert(
    x: ArrayLike, source: str, target: str, *, num_heads: int = 1, rotary_dim: int | None = None, axis: int = -1
) -> NDArray[Any]:
    """Bring channels from one pairing to the other: vectors, biases, or the rows of a projection.

    x           any dtype; `axis` holds num_heads × head_dim channels, head after head
    source      the pairing it has; target: the pairing wanted
    num_heads   how many heads lie along the axis: for a key projection the number of *key-value* heads
    rotary_dim  even, ≤ head_dim: channels from there on stay where they are
    axis        the axis of the channels: −1 for vectors; 0 for a weight (out, in) and for its bias (out,)
    returns     the shape and dtype of x, a new array

    To bring a checkpoint over, convert the weight and the bias of both the query and the key projection. Values and
    the output projection are not touched. Raises TypeError, ValueError.
    Claims: rope.layouts, rope.weights
    """
    who = "rope.convert"
    source, target = (_check.one_of(who, n, o, PAIRINGS) for n, o in (("source", source), ("target", target)))
    heads = _check.integer(who, "num_heads", num_heads, least=1)
    array = np.asarray(x)
    if not -array.ndim <= _check.integer(who, "axis", axis, least=-array.ndim) < array.ndim:
        raise ValueError(f"{who}: axis is {axis}, needs an axis of x, whose shape is {array.shape}")
    moved = np.moveaxis(array, axis, -1)
    if moved.shape[-1] % heads:
        raise ValueError(f"{who}: axis {axis} of x holds {moved.shape[-1]} channels, needs a multiple of {heads} heads")
    by_head = moved.reshape(*moved.shape[:-1], heads, -1).copy()
    turned = _rotary_dim(who, rotary_dim, by_head.shape[-1])
    by_head[..., :turned] = _pairs.reorder(by_head[..., :turned], source, target)
    return np.moveaxis(by_head.reshape(moved.shape), -1, axis)


def _rotary_dim(who: str, rotary_dim: int | None, head_dim: int) -> int:
    """How many channels are turned: all by default, never more than there are."""
    if rotary_dim is None:
        return _check.even(who, "head_dim", head_dim)
    turned = _check.even(who, "rotary_dim", rotary_dim)
    if turned > head_dim:
        raise ValueError(f"{who}: {turned} channels are to be turned, needs at most the {head_dim} that x has")
    return turned


def _aligned(who: str, positions: Reals, shape: tuple[int, ...], name: str = "positions") -> Reals:
    """Positions (n,) or (batch, n) with axes put in between, so that they go into x of the given shape."""
    n, batch = shape[-2], shape[0]
    if positions.shape == (n,):
        return positions
    if len(shape) >= 3 and positions.shape == (batch, n):
        return positions.reshape(batch, *(1,) * (len(shape) - 3), n)
    batched = f" or ({batch}, {n})" if len(shape) >= 3 else ""
    raise ValueError(f"{who}: {name} have shape {positions.shape}, needs ({n},){batched} for x of shape {shape}")
