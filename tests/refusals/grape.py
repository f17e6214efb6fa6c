"""Bad input to posenc.grape: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import grape

X, P, Q = np.ones((2, 3)), np.eye(3)[0], np.eye(3)[1]


def rotate(x: Any = X, positions: Any = (0, 1), a: Any = P, b: Any = Q, **other: Any) -> Callable[[], Any]:
    return lambda: grape.rotate(x, positions, a, b, **other)


def lift(x: Any = X, positions: Any = (0, 1), **other: Any) -> Callable[[], Any]:
    return lambda: grape.lift(x, positions, **{"role": "key", **other})


NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "short plane": (
        rotate(a=P[:2], b=Q[:2]),
        ValueError,
        r"a \(2,\) and b \(2,\), needs \(3,\) for x of shape \(2, 3\)",
    ),
    "one channel": (rotate(b=Q[:1]), ValueError, r"a \(3,\) and b \(1,\), needs \(3,\)"),
    "several planes": (rotate(a=np.eye(3)), ValueError, r"a \(3, 3\) and b \(3,\), needs \(3,\)"),
    "int a": (rotate(a=P.astype(int)), TypeError, "a has dtype int64, needs float16"),
    "nan b": (rotate(b=Q * np.nan), ValueError, r"b\[0\] is nan, needs finite numbers"),
    "frequency infinite": (rotate(frequency=np.inf), ValueError, "frequency is inf"),
    "frequency text": (rotate(frequency="1"), TypeError, "frequency is '1' of type str"),
    "int x": (rotate(X.astype(int)), TypeError, "x has dtype int64, needs float16, float32 or float64"),
    "nan x": (rotate(X * np.nan), ValueError, r"x\[0, 0\] is nan, needs finite numbers"),
    "flat x": (rotate(X[0], [0]), ValueError, r"x has shape \(3,\), needs at least 2 axes"),
    "one position": (rotate(positions=[1]), ValueError, r"positions have shape \(1,\), needs \(2,\)"),
    "overflow": (rotate(a=P * 1e200, b=Q * 1e200), ValueError, r"the output\[0, 0\] is nan, needs finite numbers"),
    "large output": (
        rotate(np.full((2, 3), 60000, "f2"), [0, 1], b=-Q, frequency=0.8),
        ValueError,
        r"the output\[1, 1\] is inf, needs finite",
    ),
    "role": (lift(role="keys"), ValueError, "role is 'keys'.*did you mean 'key'"),
    "slope zero": (lift(slope=0), ValueError, "slope is 0, needs a finite real number above 0"),
    "slope negative": (lift(slope=-0.5), ValueError, "slope is -0.5, needs a finite real number above 0"),
    "lifted integers": (lift(X.astype(int)), TypeError, "x has dtype int64, needs float16"),
    "one position to lift": (lift(positions=[1]), ValueError, r"positions have shape \(1,\), needs \(2,\)"),
    "far lift": (lift(X.astype("f2"), [0, 2**20]), ValueError, r"the output\[1, 3\] is inf, needs finite numbers"),
}
