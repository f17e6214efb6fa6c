"""Bad input to posenc.alibi: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import alibi

NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no heads": (lambda: alibi.slopes(0), ValueError, "num_heads is 0, needs an integer of at least 1"),
    "float heads": (lambda: alibi.slopes(8.0), TypeError, "num_heads is 8.0 of type float"),  # type: ignore[arg-type]
    "rule": (lambda: alibi.slopes(8, rule="pres"), ValueError, "did you mean 'press'"),
    "max_bias": (
        lambda: alibi.slopes(8, max_bias=0),
        ValueError,
        "max_bias is 0, needs a finite real number above 0",
    ),
    "negative": (lambda: alibi.slopes(8, max_bias=-8), ValueError, "max_bias is -8"),
    "no queries": (lambda: alibi.bias(2, 0, 3), ValueError, "n_q is 0"),
    "no keys": (lambda: alibi.bias(2, 1, 0), ValueError, "n_k is 0"),
    "more queries": (
        lambda: alibi.bias(2, 4, 3),
        ValueError,
        "n_q is 4 and n_k is 3, needs n_q ≤ n_k in causal use",
    ),
    "use": (lambda: alibi.bias(2, 2, 3, use="bidirectional"), ValueError, "use is 'bidirectional', needs one of"),
    "form": (lambda: alibi.bias(2, 2, 3, form="centered"), ValueError, "did you mean 'centred'"),
    "form symmetric": (
        lambda: alibi.bias(2, 2, 3, use="symmetric", form="key-only"),
        ValueError,
        "the row shift holds only causally",
    ),
    "overflow": (
        lambda: alibi.bias(1, 1, 70_000, max_bias=1e-9, dtype=np.float16),
        ValueError,
        "needs a dtype wider than float16",
    ),
    "mask of numbers": (lambda: alibi.padded([1, 0], 2, 64), TypeError, "mask has dtype int64"),
    "no mask": (lambda: alibi.padded(np.bool_(True), 2, 64), TypeError, r"shape \(\), needs bool \(..., n_k\)"),
    "no width": (lambda: alibi.padded([True], 2, 0), ValueError, "head_dim is 0"),
    "no heads padded": (lambda: alibi.padded([True], 0, 64), ValueError, "num_heads is 0"),
    "form padded": (lambda: alibi.padded([True], 2, 64, form="falcons"), ValueError, "did you mean 'falcon'"),
    "no rows": (lambda: alibi.grid(2, 0, 3), ValueError, "height is 0"),
    "half a column": (lambda: alibi.grid(2, 2, 1.5), TypeError, "width is 1.5"),  # type: ignore[arg-type]
    "metric": (lambda: alibi.grid(2, 2, 3, metric="euclid"), ValueError, "did you mean 'euclidean'"),
}
