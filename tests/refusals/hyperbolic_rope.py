"""Bad input to posenc.hyperbolic_rope: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import hyperbolic_rope

X, T = np.ones((2, 4)), np.array([0.5, 0.25])


def rotate(x: Any = X, positions: Any = (0, 1), rapidities: Any = T, **other: Any) -> Callable[[], Any]:
    return lambda: hyperbolic_rope.rotate(x, positions, rapidities, **{"role": "key", **other})


NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "odd head": (rotate(X[:, :3]), ValueError, "head_dim is 3, needs an even number"),
    "role": (rotate(role="keys"), ValueError, "role is 'keys'.*did you mean 'key'"),
    "pairing": (rotate(pairing="half"), ValueError, "pairing is 'half'.*did you mean 'halves'"),
    "damping nan": (rotate(damping=np.nan), ValueError, "damping is nan"),
    "damping text": (rotate(damping="0"), TypeError, "damping is '0' of type str"),
    "one rapidity": (rotate(rapidities=T[:1]), ValueError, r"rapidities have shape \(1,\), needs \(2,\)"),
    "table of rapidities": (rotate(rapidities=T[None]), ValueError, r"rapidities have shape \(1, 2\), needs \(2,\)"),
    "bare rapidity": (rotate(rapidities=np.array(0.5)), ValueError, r"rapidities has shape \(\), needs at least 1"),
    "nan rapidity": (rotate(rapidities=T * np.nan), ValueError, r"rapidities\[0\] is nan"),
    "int rapidities": (rotate(rapidities=np.array([1, 2])), TypeError, "rapidities has dtype int64, needs float16"),
    "int x": (rotate(X.astype(int)), TypeError, "x has dtype int64, needs float16, float32 or float64"),
    "nan x": (rotate(X * np.nan), ValueError, r"x\[0, 0\] is nan, needs finite numbers"),
    "flat x": (rotate(X[0], [0]), ValueError, r"x has shape \(4,\), needs at least 2 axes"),
    "one position": (rotate(positions=[1]), ValueError, r"positions have shape \(1,\), needs \(2,\)"),
    "far float64": (rotate(positions=[0, 2049]), ValueError, r"reaches 1024.5, needs at most 709.783 in float64"),
    "far float32": (rotate(X.astype("f4"), [0, 257]), ValueError, r"reaches 128.5, needs at most 88.7228 in float32"),
    "far float16": (rotate(X.astype("f2"), [0, 31]), ValueError, r"reaches 15.5, needs at most 11.0899 in float16"),
    "far back": (rotate(X.astype("f2"), [0, -31]), ValueError, r"reaches 15.5, needs at most 11.0899 in float16"),
    "damped away": (rotate(positions=[0, -800], damping=1.0, role="query"), ValueError, "reaches 1200, needs at most"),
    "large output": (rotate(X.astype("f2") * 60000, [0, 5]), ValueError, r"the output\[1, 0\] is inf, needs finite"),
}
