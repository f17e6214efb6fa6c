"""Bad input to posenc.rope_axial: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import rope_axial

X = np.ones((2, 8))
AT = [[0, 1], [2, 3]]


def rotate(x: Any = X, positions: Any = AT, **other: Any) -> Callable[[], Any]:
    return lambda: rope_axial.rotate(x, positions, **other)


def grid(*sizes: Any, **other: Any) -> Callable[[], Any]:
    return lambda: rope_axial.positions(*sizes, **other)


def mixed(frequencies: Any, x: Any = X, positions: Any = AT, **other: Any) -> Callable[[], Any]:
    return lambda: rope_axial.mixed(x, positions, frequencies, **other)


NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no rows": (grid(0, 3), ValueError, "height is 0, needs an integer of at least 1"),
    "no columns": (grid(3, 0), ValueError, "width is 0, needs an integer of at least 1"),
    "half a row": (grid(1.5, 3), TypeError, "height is 1.5 of type float"),
    "true columns": (grid(2, True), TypeError, "width is True of type bool"),
    "class tokens": (grid(2, 3, class_tokens=-1), ValueError, "class_tokens is -1, needs an integer of at least 0"),
    "origin": (grid(2, 3, origin=-1), ValueError, "origin is -1, needs an integer of at least 0"),
    "origin half": (grid(2, 3, origin=0.5), TypeError, "origin is 0.5 of type float"),
    "dim 6": (rotate(X[:, :6]), ValueError, "head_dim is 6, needs a multiple of 4: pairs for each of two axes"),
    "dim 2": (rotate(X[:, :2]), ValueError, "head_dim is 2, needs an integer of at least 4"),
    "table dim": (lambda: rope_axial.table(AT, 10), ValueError, "head_dim is 10, needs a multiple of 4"),
    "frequencies dim": (lambda: rope_axial.inverse_frequencies(7), ValueError, "head_dim is 7, needs a multiple of 4"),
    "three axes": (rotate(positions=[[0, 1, 2]] * 2), ValueError, r"positions have shape \(2, 3\), needs \(..., 2\)"),
    "flat": (rotate(positions=[0, 1]), ValueError, r"the positions along an axis have shape \(\), needs \(2,\)"),
    "scalar": (lambda: rope_axial.table(3, 8), ValueError, r"positions have shape \(\), needs \(..., 2\)"),
    "one for two": (rotate(positions=[[0, 1]]), ValueError, r"have shape \(1,\), needs \(2,\) for x of shape \(2, 8\)"),
    "batch of one": (rotate(np.ones((2, 3, 8)), [[[0, 1]] * 3]), ValueError, r"needs \(3,\) or \(2, 3\)"),
    "nan position": (rotate(positions=[[0, 1], [np.nan, 0]]), ValueError, r"positions\[1, 0\] is nan"),
    "boolean positions": (rotate(positions=[[True, False]] * 2), TypeError, "positions has dtype bool"),
    "far": (rotate(positions=[[0, 2**60], [0, 1]]), ValueError, "positions reaches 1152921504606846976"),
    "base": (rotate(base=1), ValueError, "base is 1, needs a finite real number above 1"),
    "first": (rotate(first="height"), ValueError, "first is 'height', needs one of 'x', 'y'"),
    "spacing": (rotate(spacing="share"), ValueError, "spacing is 'share'.*did you mean 'shared'"),
    "pairing": (rotate(pairing="half"), ValueError, "pairing is 'half'.*did you mean 'halves'"),
    "int x": (rotate(X.astype(int)), TypeError, "x has dtype int64, needs float16, float32 or float64"),
    "infinite x": (rotate(np.full((2, 8), np.inf)), ValueError, r"x\[0, 0\] is inf"),
    "flat x": (rotate(X[0]), ValueError, r"x has shape \(8,\), needs at least 2 axes"),
    "table dtype": (lambda: rope_axial.table(AT, 8, dtype=int), TypeError, "dtype is int64, needs float16"),
    "few frequencies": (mixed(np.ones((3, 2))), ValueError, r"frequencies have shape \(3, 2\), needs \(4, 2\)"),
    "frequencies of heads": (mixed(np.ones((1, 4, 2))), ValueError, r"frequencies have shape \(1, 4, 2\)"),
    "frequencies across": (mixed(np.ones((2, 4))), ValueError, r"frequencies have shape \(2, 4\), needs \(4, 2\)"),
    "integer frequencies": (mixed(np.ones((4, 2), dtype=int)), TypeError, "frequencies has dtype int64"),
    "nan frequencies": (mixed(np.full((4, 2), np.nan)), ValueError, r"frequencies\[0, 0\] is nan"),
    "mixed odd": (mixed(np.ones((2, 2)), X[:, :5]), ValueError, "head_dim is 5, needs an even number"),
    "mixed pairing": (mixed(np.ones((4, 2)), pairing="none"), ValueError, "pairing is 'none'"),
    "mixed positions": (mixed(np.ones((4, 2)), positions=[0, 1, 2]), ValueError, r"positions have shape \(3,\)"),
}
