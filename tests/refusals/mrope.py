"""Bad input to posenc.mrope: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import mrope

X = np.ones((2, 8))
AT = [[0, 1], [0, 2], [0, 3]]
SECTION = [2, 1, 1]


def rotate(x: Any = X, positions: Any = AT, section: Any = SECTION, **other: Any) -> Callable[[], Any]:
    return lambda: mrope.rotate(x, positions, section, **other)


def axes(*section: Any, **other: Any) -> Callable[[], Any]:
    return lambda: mrope.axes(list(section), **other)


def ids(*segments: Any, seconds: Any = None, **other: Any) -> Callable[[], Any]:
    return lambda: mrope.position_ids(list(segments), seconds, **other)


NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "negative section": (axes(3, -1, 2), ValueError, r"mrope_section is \[3, -1, 2\], needs three counts from 0"),
    "two sections": (axes(2, 2), ValueError, r"mrope_section is \[2, 2\], needs three counts"),
    "four sections": (axes(24, 20, 20, 0), ValueError, r"mrope_section is \[24, 20, 20, 0\], needs three counts"),
    "no pairs": (axes(0, 0, 0), ValueError, "not all of them 0"),
    "half a section": (axes(1.5, 1.5, 1.0), TypeError, "mrope_section has dtype float64, needs integers"),
    "true section": (axes(True, True, True), TypeError, "mrope_section has dtype bool, needs integers"),
    "text section": (axes("2", "1", "1"), TypeError, "mrope_section has dtype <U1"),
    "too high": (
        axes(8, 12, 12, order="interleaved"),
        ValueError,
        "at most 11 pairs for the height and 10 for the width",
    ),
    "too wide": (
        axes(1, 1, 2, order="interleaved"),
        ValueError,
        "at most 1 pairs for the height and 1 for the width of 4",
    ),
    "qwen2 interleaved": (axes(16, 24, 24, order="interleaved"), ValueError, "at most 21 pairs for the height"),
    "order": (axes(2, 1, 1, order="interleave"), ValueError, "order is 'interleave'.*did you mean 'interleaved'"),
    "sum too small": (rotate(section=[1, 1, 1]), ValueError, "mrope_section sums to 3, needs 4: rotary_dim is 8"),
    "sum too large": (rotate(section=[2, 2, 1]), ValueError, "mrope_section sums to 5, needs 4"),
    "doubled": (rotate(section=[4, 2, 2]), ValueError, "mrope_section sums to 8, needs 4"),
    "two axes": (rotate(positions=AT[:2]), ValueError, r"positions have shape \(2, 2\), needs \(3, ...\)"),
    "axes last": (rotate(positions=np.array(AT).T), ValueError, r"positions have shape \(2, 3\), needs \(3, ...\)"),
    "scalar": (lambda: mrope.table(3, 8, SECTION), ValueError, r"positions have shape \(\), needs \(3, ...\)"),
    "one for two": (rotate(positions=[[0], [0], [0]]), ValueError, r"have shape \(1,\), needs \(2,\) for x of shape"),
    "batch of one": (rotate(np.ones((2, 2, 8)), [[[0, 1]]] * 3), ValueError, r"needs \(2,\) or \(2, 2\)"),
    "nan position": (rotate(positions=[[0, np.nan], [0, 1], [0, 1]]), ValueError, r"positions\[0, 1\] is nan"),
    "boolean positions": (rotate(positions=[[True, False]] * 3), TypeError, "positions has dtype bool"),
    "odd head": (rotate(X[:, :7]), ValueError, "head_dim is 7, needs an even number"),
    "long rotary": (rotate(rotary_dim=10), ValueError, "10 channels are to be turned, needs at most the 8"),
    "odd rotary": (rotate(rotary_dim=3), ValueError, "rotary_dim is 3, needs an even number"),
    "pairing": (rotate(pairing="half"), ValueError, "pairing is 'half'.*did you mean 'halves'"),
    "base": (rotate(base=1), ValueError, "base is 1, needs a finite real number above 1"),
    "int x": (rotate(X.astype(int)), TypeError, "x has dtype int64"),
    "nan x": (rotate(X * np.nan), ValueError, r"x\[0, 0\] is nan"),
    "table dtype": (lambda: mrope.table(AT, 8, SECTION, dtype=complex), TypeError, "dtype is complex128"),
    "no segments": (
        lambda: mrope.position_ids(np.zeros((0, 4), int)),
        ValueError,
        r"segments have shape \(0, 4\), needs",
    ),
    "three columns": (ids([1, 2, 3]), ValueError, r"segments have shape \(1, 3\), needs \(s, 4\)"),
    "one row": (lambda: mrope.position_ids([0, 1, 1, 1]), ValueError, r"segments have shape \(4,\), needs"),
    "half a token": (ids([0, 1.5, 1, 1]), TypeError, "segments has dtype float64, needs integers"),
    "kind": (ids([3, 1, 2, 2]), ValueError, "a segment is of kind 3, needs 0 for text"),
    "negative kind": (ids([-1, 1, 2, 2]), ValueError, "a segment is of kind -1"),
    "no text": (ids([0, 0, 1, 1]), ValueError, r"a segment of kind 0 is \[0, 1, 1\], needs counts from 1"),
    "text with a height": (ids([0, 2, 2, 1]), ValueError, r"a segment of kind 0 is \[2, 2, 1\].*n, 1, 1 for a text"),
    "no rows": (ids([1, 1, 0, 2]), ValueError, r"a segment of kind 1 is \[1, 0, 2\], needs counts from 1"),
    "no columns": (ids([1, 1, 2, 0]), ValueError, "needs counts from 1"),
    "no frames": (ids([2, 0, 2, 2]), ValueError, "needs counts from 1"),
    "odd rows": (
        ids([1, 1, 3, 4]),
        ValueError,
        r"a grid is \[1, 3, 4\], needs a height and a width that are multiples of 2",
    ),
    "odd columns": (ids([1, 1, 4, 3]), ValueError, "multiples of 2"),
    "merge zero": (ids([1, 1, 2, 2], spatial_merge_size=0), ValueError, "spatial_merge_size is 0"),
    "merge half": (ids([1, 1, 2, 2], spatial_merge_size=1.0), TypeError, "spatial_merge_size is 1.0 of type float"),
    "no rate": (ids([2, 2, 2, 2], tokens_per_second=0.0), ValueError, "tokens_per_second is 0.0, needs a finite"),
    "no seconds": (ids([2, 2, 2, 2], seconds=[0.0]), ValueError, "seconds_per_grid is 0.0, needs a finite"),
    "backwards": (ids([2, 2, 2, 2], seconds=[-1.0]), ValueError, "seconds_per_grid is -1.0"),
    "nan seconds": (ids([2, 2, 2, 2], seconds=[np.nan]), ValueError, "seconds_per_grid is nan"),
    "true seconds": (ids([2, 2, 2, 2], seconds=[True]), TypeError, "seconds_per_grid is True of type bool"),
    "seconds of videos": (ids([0, 1, 1, 1], [2, 2, 2, 2], seconds=[1.0]), ValueError, r"shape \(1,\), needs \(2,\)"),
    "far": (ids([2, 3, 2, 2], seconds=[2.0**60]), ValueError, "the ids reach .*, needs at most 9007199254740992"),
}
