"""Bad input to posenc.selective_rope: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import selective_rope

X, W = np.ones((2, 4)), np.ones((2, 2))
NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "odd": (lambda: selective_rope.rotate(X[:, :3], W[:, :1]), ValueError, "d is 3, needs an even number"),
    "no channels": (
        lambda: selective_rope.rotate(X[:, :0], W[:, :0]),
        ValueError,
        "d is 0, needs an integer of at least",
    ),
    "by channel": (lambda: selective_rope.rotate(X, X), ValueError, r"increments has shape \(2, 4\), needs \(2, 2\)"),
    "one token": (
        lambda: selective_rope.rotate(X, W[:1]),
        ValueError,
        r"increments has shape \(1, 2\), needs \(2, 2\)",
    ),
    "one head": (
        lambda: selective_rope.rotate(X[None], W),
        ValueError,
        r"has shape \(2, 2\), needs \(1, 2, 2\) for x of",
    ),
    "integers": (lambda: selective_rope.phases(W.astype(int)), TypeError, "increments has dtype int64"),
    "one axis": (
        lambda: selective_rope.phases(W[0]),
        ValueError,
        r"increments has shape \(2,\), needs at least 2 axes",
    ),
    "nan": (lambda: selective_rope.phases(W * np.nan), ValueError, r"increments\[0, 0\] is nan"),
    "infinite x": (lambda: selective_rope.rotate(X * np.inf, W), ValueError, r"x\[0, 0\] is inf"),
    "pairing": (
        lambda: selective_rope.rotate(X, W, pairing="half"),
        ValueError,
        "pairing is 'half'.*did you mean 'halves'",
    ),
    "phase of all tokens": (
        lambda: selective_rope.advance(X[0], W, W[0]),
        ValueError,
        r"phase has shape \(2, 2\), needs",
    ),
    "increment of all tokens": (
        lambda: selective_rope.advance(X[0], W[0], W),
        ValueError,
        r"increment has shape \(2, 2\), needs \(2,\)",
    ),
    "overflow": (lambda: selective_rope.phases(W * 1.5e308), ValueError, r"the phase\[1, 0\] is inf, needs finite"),
    "overflow of a cache": (
        lambda: selective_rope.advance(X[0], W[0] * -1.5e308, W[0] * -1.5e308),
        ValueError,
        r"the phase\[0\] is -inf",
    ),
}
