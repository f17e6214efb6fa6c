"""Rotary position embedding with two axes: half of the pairs turned by the column of a patch, half by its row.

Source: Heo et al. 2024, *Rotary Position Embedding for Vision Transformer*; Su 2021, kexue.fm/8397.
Chapter: spec/rope_axial/README.md.
Steps, as in every family: positions → inverse frequencies → table → apply (here: rotate queries and keys).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from posenc import _check, rope
from posenc._check import Floating, Reals

AXES = ("x", "y")
SPACINGS = ("shared", "alternating")


def positions(height: int, width: int, *, class_tokens: int = 0, origin: int = 0) -> NDArray[np.int64]:
    """The column and the row of every patch of a grid, row by row; class tokens before them stand at (0, 0).

    height, width  ≥ 1: rows and columns of patches
    class_tokens   ≥ 0: tokens that stand at (0, 0), where nothing is turned: they are left as they are
    origin         ≥ 0: the coordinate of the first column and of the first row; at 0 the first patch shares its place
                   with class tokens, at 1 it does not
    returns        (class_tokens + height·width, 2) int64: x = t mod width, y = t div width, plus origin

    Raises TypeError, ValueError. Source: Heo et al. 2024, code. Claims: rope_axial.row_major, rope_axial.flattened
    """
    who = "rope_axial.positions"
    rows, columns = (_check.integer(who, n, v, least=1) for n, v in (("height", height), ("width", width)))
    classes = _check.integer(who, "class_tokens", class_tokens, least=0)
    start = _check.integer(who, "origin", origin, least=0)
    tokens = np.arange(rows * columns, dtype=np.int64)
    patches = np.stack([tokens % columns, tokens // columns], axis=-1) + start
    return np.concatenate([np.zeros((classes, 2), dtype=np.int64), patches])


def inverse_frequencies(head_dim: int, *, base: float = 10_000.0, first: str = "x", spacing: str = "shared") -> Reals:
    """The angular frequencies of both axes, in radians per patch.

    head_dim  multiple of 4: pairs for each of two axes
    base      finite, > 1
    first     see table
    spacing   "shared": base^(−4j/head_dim) for both axes; "alternating": of the list base^(−2i/head_dim) the axis whose
              pairs come first has the even entries, the other the odd ones
    returns   (2, head_dim/4) float64: those of the column x, then those of the row y

    Raises TypeError, ValueError. Source: Heo et al. 2024, §3. Claims: rope_axial.frequencies
    """
    who = "rope_axial.inverse_frequencies"
    d, base = _quarters(who, head_dim), _check.base(who, base)
    first = _check.one_of(who, "first", first, AXES)
    if _check.one_of(who, "spacing", spacing, SPACINGS) == "shared":
        return np.tile(rope.inverse_frequencies(d // 2, base=base), (2, 1))
    even_odd = rope.inverse_frequencies(d, base=base).reshape(-1, 2).T
    return even_odd if first == "x" else even_odd[::-1]


def table(
    positions: ArrayLike,
    head_dim: int,
    *,
    base: float = 10_000.0,
    first: str = "x",
    spacing: str = "shared",
    dtype: DTypeLike = np.float64,
) -> tuple[Floating, Floating]:
    """Cosine and sine of coordinate × inverse frequency: all pairs of one axis, then all of the other.

    positions  (..., 2): column and row, integers or finite reals of either sign, in patches, up to ±2⁵³
    head_dim, base, spacing  see inverse_frequencies
    first      "x" or "y": the axis whose pairs come first
    dtype      float16, float32 or float64: angles are formed in float64, the table is rounded once
    returns    cos, sin, each (..., head_dim/2)

    Raises TypeError, ValueError. Source: Heo et al. 2024, §3. Claims: rope_axial.anchor, rope_axial.orders
    """
    who = "rope_axial.table"
    dtype, places = _check.dtype(who, dtype), _two(who, positions)
    omegas = inverse_frequencies(head_dim, base=base, first=first, spacing=spacing)
    if first == "y":
        places, omegas = places[..., ::-1], omegas[::-1]
    angles = (places[..., np.newaxis] * omegas).reshape(*places.shape[:-1], omegas.size)
    return np.cos(angles).astype(dtype, copy=False), np.sin(angles).astype(dtype, copy=False)


def rotate(
    x: ArrayLike,
    positions: ArrayLike,
    *,
    base: float = 10_000.0,
    first: str = "x",
    pairing: str = "interleaved",
    spacing: str = "shared",
) -> Floating:
    """Turn half of the pairs by the column of each token and half by its row.

    x          (..., n, head_dim) floating, finite, head_dim a multiple of 4: queries or keys, one head or many
    positions  (n, 2), or (batch, n, 2) when x is (batch, ..., n, head_dim): column and row in patches, integer or real,
               of either sign. Nothing is broadcast by size 1.
    base, spacing  see inverse_frequencies; libraries have 100 (RoPE-ViT) or 10000
    first      see table
    pairing    "interleaved": pair i is channels (2i, 2i+1); "halves": channels (i, i + head_dim/2) of the whole head
    returns    the shape and dtype of x, a new array; x is not touched

    Raises TypeError, ValueError. Source: Heo et al. 2024, §3.
    Claims: rope_axial.relative, rope_axial.group, rope_axial.norm, rope_axial.identity, rope_axial.two_ropes,
    rope_axial.separable, rope_axial.class_relative, rope_axial.quaternions
    """
    who = "rope_axial.rotate"
    x = _check.reals(who, "x", x, ndim=2)
    places = _aligned(who, positions, x.shape)
    pairing = _check.one_of(who, "pairing", pairing, rope.PAIRINGS)
    work = np.result_type(x.dtype, np.float32)  # float16 is computed in float32 and rounded once
    cos, sin = table(places, _quarters(who, x.shape[-1]), base=base, first=first, spacing=spacing, dtype=work)
    return rope.apply(x, cos, sin, pairing=pairing)


def mixed(x: ArrayLike, positions: ArrayLike, frequencies: ArrayLike, *, pairing: str = "interleaved") -> Floating:
    """Turn every pair by column × its first frequency + row × its second: RoPE-mixed.

    x            (..., n, head_dim) floating, finite, head_dim even: one head, or many with the same frequencies
    positions    see rotate
    frequencies  (head_dim/2, 2) floating, finite: of each pair along x and along y, in radians per patch; learned
    pairing      see rotate
    returns      the shape and dtype of x, a new array

    Raises TypeError, ValueError. Source: Heo et al. 2024, §3.
    Claims: rope_axial.mixed_is_axial, rope_axial.mixed_relative, rope_axial.mixed_separable
    """
    who = "rope_axial.mixed"
    x = _check.reals(who, "x", x, ndim=2)
    pairs = _check.even(who, "head_dim", x.shape[-1]) // 2
    pairing = _check.one_of(who, "pairing", pairing, rope.PAIRINGS)
    omegas = _check.reals(who, "frequencies", frequencies, ndim=2)
    if omegas.shape != (pairs, 2):
        raise ValueError(f"{who}: frequencies have shape {omegas.shape}, needs ({pairs}, 2) for x of shape {x.shape}")
    angles = _aligned(who, positions, x.shape) @ omegas.T.astype(np.float64)
    work = np.result_type(x.dtype, np.float32)
    return rope.apply(x, np.cos(angles).astype(work), np.sin(angles).astype(work), pairing=pairing)


def _quarters(who: str, head_dim: int) -> int:
    """`head_dim` as pairs for each of two axes."""
    if _check.integer(who, "head_dim", head_dim, least=4) % 4:
        raise ValueError(f"{who}: head_dim is {head_dim}, needs a multiple of 4: pairs for each of two axes")
    return int(head_dim)


def _two(who: str, positions: ArrayLike) -> Reals:
    """Positions whose last axis holds column and row."""
    places = _check.positions(who, positions)
    if places.ndim < 1 or places.shape[-1] != 2:
        raise ValueError(f"{who}: positions have shape {places.shape}, needs (..., 2): column and row of each token")
    return places


def _aligned(who: str, positions: ArrayLike, shape: tuple[int, ...]) -> Reals:
    """Positions with axes put in between, so that they go into x of the given shape."""
    places = np.moveaxis(_two(who, positions), -1, 0)
    return np.stack([rope._aligned(who, axis, shape, "the positions along an axis") for axis in places], axis=-1)
