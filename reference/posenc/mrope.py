"""Rotary position embedding with time, height and width: every pair belongs to one of three axes.

Source: Wang et al. 2024, *Qwen2-VL*, §2.1; J. Huang et al. 2025, *Revisiting Multimodal Positional Encoding*.
Chapter: spec/mrope/README.md.
Steps, as in every family: axes and position ids → table → apply (here: rotate queries and keys, as rope does).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from posenc import _check, rope
from posenc._check import Floating, Reals

Integers = NDArray[np.int64]

ORDERS = ("chunked", "interleaved")
TEXT, IMAGE, VIDEO = 0, 1, 2


def axes(mrope_section: ArrayLike, *, order: str = "chunked") -> Integers:
    """The axis of every pair: 0 for time, 1 for height, 2 for width.

    mrope_section  (3,) integers ≥ 0, at least one of them above 0: how many pairs belong to time, height and width
    order          "chunked": time, then height, then width; "interleaved": pair j to height if j mod 3 = 1 and
                   j < 3·(second section), to width if j mod 3 = 2 and j < 3·(third section), to time otherwise. Every
                   axis must then have the pairs that it asks for.
    returns        (sum of the sections,) int64

    Raises TypeError, ValueError. Source: Wang et al. 2024, code; J. Huang et al. 2025.
    Claims: mrope.cover, mrope.interleaved_fits
    """
    who = "mrope.axes"
    section = _integers(who, "mrope_section", mrope_section)
    if section.shape != (3,) or section.min() < 0 or section.sum() == 0:
        raise ValueError(f"{who}: mrope_section is {section.tolist()}, needs three counts from 0, not all of them 0")
    if _check.one_of(who, "order", order, ORDERS) == "chunked":
        return np.repeat(np.arange(3), section)
    pairs = np.arange(section.sum())
    found = np.where(pairs < 3 * section[pairs % 3], pairs % 3, 0)
    if (np.bincount(found, minlength=3) != section).any():
        room = [len(pairs[axis::3]) for axis in (1, 2)]
        raise ValueError(
            f"{who}: mrope_section is {section.tolist()}, needs at most {room[0]} pairs for the height and {room[1]} "
            f"for the width of {len(pairs)} that are interleaved"
        )
    return found


def position_ids(
    segments: ArrayLike,
    seconds_per_grid: ArrayLike | None = None,
    *,
    spatial_merge_size: int = 2,
    tokens_per_second: float = 1.0,
) -> tuple[Integers, np.int64]:
    """The positions of every token of a prompt along time, height and width.

    segments  (s, 4) integers, a row for each piece of the prompt in order: 0, n, 1, 1 for a text of n ≥ 1 tokens;
              1, t, h, w for an image, 2, t, h, w for a video with a grid of t × h × w patches, all ≥ 1, h and w
              multiples of spatial_merge_size. Where the frames of a video have text between them, each is a segment.
    seconds_per_grid   (s,) finite, > 0: seconds from one step of a video's grid to the next, 1 by default; no other
                       segment has any use for it
    spatial_merge_size ≥ 1: so many patches along height and along width make one token
    tokens_per_second  finite, > 0: steps of time in a second; 1 with 1 second counts the steps of the grid
    returns   ids (3, n) int64, and delta: the next token after them, and every later one, stands at the number of
              tokens before it + delta, on all axes. No id may be beyond 2⁵³.

    A text has equal ids on all axes. A grid that starts at p has p + ⌊step · seconds · tokens_per_second⌋ (p + step for
    images), p + row, p + column; the product is exact. Whatever follows starts at the largest id so far + 1.

    Raises TypeError, ValueError. Source: Wang et al. 2024, §2.1; Bai et al. 2025, *Qwen2.5-VL*, §2.1.
    Claims: mrope.ids_anchor, mrope.continues, mrope.image_shift, mrope.merge, mrope.time, mrope.frames,
    mrope.delta_grids, mrope.never_ahead, mrope.longer_side, mrope.distinct
    """
    who = "mrope.position_ids"
    rows = _integers(who, "segments", segments)
    if rows.ndim != 2 or rows.shape[1] != 4 or not len(rows):
        raise ValueError(
            f"{who}: segments have shape {rows.shape}, needs (s, 4): kind, t, h, w of at least one segment"
        )
    merge = _check.integer(who, "spatial_merge_size", spatial_merge_size, least=1)
    rate = Fraction(_check.real(who, "tokens_per_second", tokens_per_second, above=0.0))
    found, start = [], 0
    for (kind, *grid), seconds in zip(rows.tolist(), _seconds(who, seconds_per_grid, len(rows)), strict=True):
        cells = start + _segment(who, kind, grid, merge, seconds * rate if kind == VIDEO else Fraction(1))
        found.append(cells)
        start = int(cells.max()) + 1
    ids = np.concatenate(found, axis=1)
    return ids, np.int64(ids.max() + 1 - ids.shape[1])


def table(
    positions: ArrayLike,
    rotary_dim: int,
    mrope_section: ArrayLike,
    *,
    base: float = 10_000.0,
    order: str = "chunked",
    dtype: DTypeLike = np.float64,
) -> tuple[Floating, Floating]:
    """Cosine and sine of position along the pair's axis × the pair's inverse frequency.

    positions   (3, ...): along time, height and width; integers or finite reals of either sign, in tokens, up to ±2⁵³
    rotary_dim, base  see rope.inverse_frequencies
    mrope_section, order  see axes; the sections sum to rotary_dim/2
    dtype       float16, float32 or float64: angles are formed in float64, the table is rounded once
    returns     cos, sin, each (..., rotary_dim/2)

    Raises TypeError, ValueError. Source: Wang et al. 2024, §2.1.
    Claims: mrope.rows, mrope.text_is_rope
    """
    who = "mrope.table"
    dtype, places = _check.dtype(who, dtype), _three(who, positions)
    omegas = rope.inverse_frequencies(_check.even(who, "rotary_dim", rotary_dim), base=_check.base(who, base))
    chosen = axes(mrope_section, order=order)
    if len(chosen) != len(omegas):
        raise ValueError(f"{who}: mrope_section sums to {len(chosen)}, needs {len(omegas)}: rotary_dim is {rotary_dim}")
    angles = np.moveaxis(places[chosen], 0, -1) * omegas
    return np.cos(angles).astype(dtype, copy=False), np.sin(angles).astype(dtype, copy=False)


def rotate(
    x: ArrayLike,
    positions: ArrayLike,
    mrope_section: ArrayLike,
    *,
    base: float = 10_000.0,
    rotary_dim: int | None = None,
    order: str = "chunked",
    pairing: str = "halves",
) -> Floating:
    """Turn every pair of the first rotary_dim channels by its angle; leave the rest alone.

    x           (..., n, head_dim) floating, finite: queries or keys, one head or many
    positions   (3, n), or (3, batch, n) when x is (batch, ..., n, head_dim): along time, height and width
    mrope_section, order  see axes: they say which axis a pair belongs to, not where its channels stand
    base        finite, > 1
    rotary_dim  even, ≤ head_dim; head_dim by default
    pairing     see rope.rotate; "halves" by default
    returns     the shape and dtype of x, a new array; x is not touched

    Raises TypeError, ValueError. Source: Wang et al. 2024, §2.1.
    Claims: mrope.anchor, mrope.relative, mrope.norm, mrope.identity
    """
    who = "mrope.rotate"
    x = _check.reals(who, "x", x, ndim=2)
    rotary_dim = rope._rotary_dim(who, rotary_dim, x.shape[-1])
    pairing = _check.one_of(who, "pairing", pairing, rope.PAIRINGS)
    places = np.stack([rope._aligned(who, p, x.shape, "the positions along an axis") for p in _three(who, positions)])
    work = np.result_type(x.dtype, np.float32)  # float16 is computed in float32 and rounded once
    cos, sin = table(places, rotary_dim, mrope_section, base=base, order=order, dtype=work)
    return rope.apply(x, cos, sin, pairing=pairing)


def _segment(who: str, kind: int, grid: list[int], merge: int, step: Fraction) -> Integers:
    """The positions of a segment from 0 on, (3, tokens)."""
    if kind not in (TEXT, IMAGE, VIDEO):
        raise ValueError(f"{who}: a segment is of kind {kind}, needs 0 for text, 1 for an image or 2 for a video")
    if min(grid) < 1 or (kind == TEXT and grid[1:] != [1, 1]):
        raise ValueError(f"{who}: a segment of kind {kind} is {grid}, needs counts from 1; n, 1, 1 for a text")
    if kind == TEXT:
        return np.tile(np.arange(grid[0]), (3, 1))
    if grid[1] % merge or grid[2] % merge:
        raise ValueError(f"{who}: a grid is {grid}, needs a height and a width that are multiples of {merge}")
    last = int((grid[0] - 1) * step)
    if last > _check.EXACT_INTEGERS:
        raise ValueError(f"{who}: the ids reach {last}, needs at most {_check.EXACT_INTEGERS}")
    frame, row, column = np.indices((grid[0], grid[1] // merge, grid[2] // merge)).reshape(3, -1)
    times = np.array([int(t * step) for t in range(grid[0])], dtype=np.int64)  # exact: a float product may round up
    return np.stack([times[frame], row, column])


def _seconds(who: str, seconds: ArrayLike | None, count: int) -> Iterator[Fraction]:
    """One exact positive number for each segment."""
    found = np.ones(count) if seconds is None else np.asarray(seconds)
    if found.shape != (count,):
        raise ValueError(f"{who}: seconds_per_grid has shape {found.shape}, needs ({count},): one for each segment")
    return (Fraction(_check.real(who, "seconds_per_grid", value, above=0.0)) for value in found.tolist())


def _integers(who: str, name: str, value: ArrayLike) -> Integers:
    """`value` as int64; floats and bools are not integers, whatever they equal."""
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{who}: {name} has dtype {array.dtype}, needs integers")
    if array.size and int(array.max()) > _check.EXACT_INTEGERS:
        raise ValueError(f"{who}: {name} reaches {array.max()}, needs at most {_check.EXACT_INTEGERS}")
    return array.astype(np.int64)


def _three(who: str, positions: ArrayLike) -> Reals:
    """Positions whose first axis holds time, height and width."""
    places = _check.positions(who, positions)
    if places.ndim < 1 or places.shape[0] != 3:
        raise ValueError(f"{who}: positions have shape {places.shape}, needs (3, ...): time, height and width")
    return places
