"""Bad input to posenc.liere: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import liere

X, G = np.ones((2, 4)), np.ones((2, 1, 3))


def rotate(x: Any = X, positions: Any = ((0, 1), (1, 0)), generators: Any = G) -> Callable[[], Any]:
    return lambda: liere.rotate(x, positions, generators)


NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "two entries": (
        rotate(generators=G[..., :2]),
        ValueError,
        r"generators have shape \(2, 1, 2\), needs \(axes, blocks",
    ),
    "whole matrices": (
        rotate(generators=np.ones((2, 1, 3, 3))),
        ValueError,
        r"generators have shape \(2, 1, 3, 3\), needs",
    ),
    "one matrix": (rotate(generators=G[0]), ValueError, r"generators has shape \(1, 3\), needs at least 3 axes"),
    "no axes": (rotate(generators=G[:0]), ValueError, r"generators have shape \(0, 1, 3\), needs"),
    "too many blocks": (
        rotate(generators=np.ones((2, 2, 3))),
        ValueError,
        "2 blocks of 3 channels, needs at most the 4",
    ),
    "int generators": (rotate(generators=G.astype(int)), TypeError, "generators has dtype int64, needs float16"),
    "nan generators": (rotate(generators=G * np.nan), ValueError, r"generators\[0, 0, 0\] is nan"),
    "one coordinate": (rotate(positions=[[0], [1]]), ValueError, r"positions have shape \(2, 1\), needs \(2, 2\)"),
    "one token": (rotate(positions=[[0, 1]]), ValueError, r"positions have shape \(1, 2\), needs \(2, 2\)"),
    "flat positions": (rotate(positions=[0, 1]), ValueError, r"positions have shape \(2,\), needs \(2, 2\)"),
    "batched": (rotate(np.ones((3, 2, 4)), np.ones((2, 2, 2))), ValueError, r"needs \(2, 2\) or \(3, 2, 2\) for x"),
    "int x": (rotate(X.astype(int)), TypeError, "x has dtype int64, needs float16, float32 or float64"),
    "nan x": (rotate(X * np.nan), ValueError, r"x\[0, 0\] is nan, needs finite numbers"),
    "flat x": (rotate(X[0]), ValueError, r"x has shape \(4,\), needs at least 2 axes"),
    "overflow": (rotate(generators=G * 1e308), ValueError, r"the output\[0, 0\] is nan, needs finite numbers"),
}
