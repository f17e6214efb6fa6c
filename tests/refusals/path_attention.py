"""Bad input to posenc.path_attention: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import path_attention

X, ONES = np.ones((2, 4)), np.ones(2)
ZERO = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "zero vector": (
        lambda: path_attention.scores(X, X, ZERO, ONES),
        ValueError,
        "w holds a zero vector, needs a direc",
    ),
    "beta above 2": (lambda: path_attention.scores(X, X, X, 2.5 * ONES), ValueError, "beta reaches 2.5, needs 0 to 2"),
    "beta below 0": (lambda: path_attention.transition(X, -ONES), ValueError, "beta reaches -1.0, needs 0 to 2"),
    "beta nan": (lambda: path_attention.scores(X, X, X, ONES * np.nan), ValueError, r"beta\[0\] is nan"),
    "one beta": (lambda: path_attention.scores(X, X, X, [1.0]), ValueError, r"beta has shape \(1,\), needs \(2,\)"),
    "integer beta": (lambda: path_attention.transition(X, [1, 1]), TypeError, "beta has dtype int64"),
    "few vectors": (lambda: path_attention.scores(X, X, X[:1], ONES), ValueError, r"w has shape \(1, 4\), needs that"),
    "more queries": (
        lambda: path_attention.scores(np.ones((3, 4)), X, X, ONES),
        ValueError,
        "q has 3 rows and k has 2, needs at least one query",
    ),
    "no queries": (lambda: path_attention.scores(X[:0], X, X, ONES), ValueError, "q has 0 rows and k has 2"),
    "widths": (
        lambda: path_attention.scores(X[:, :2], X, X, ONES),
        ValueError,
        r"q \(2, 2\) and k \(2, 4\) need equal",
    ),
    "heads": (lambda: path_attention.scores(X[None], X, X, ONES), ValueError, r"q \(1, 2, 4\) and k \(2, 4\) need"),
    "values": (
        lambda: path_attention.attend(X, X, X[:1], X, ONES),
        ValueError,
        r"v has shape \(1, 4\), needs \(2,\) bef",
    ),
    "integers": (lambda: path_attention.scores(X, X.astype(int), X, ONES), TypeError, "k has dtype int64"),
    "two tokens": (lambda: path_attention.update(X, X, ONES), ValueError, r"w has shape \(2, 4\), needs \(4,\)"),
    "infinite key": (lambda: path_attention.update(X * np.inf, X[0], 1.0), ValueError, r"k\[0, 0\] is inf"),
}
