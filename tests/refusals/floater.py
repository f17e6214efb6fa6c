"""Bad input to posenc.floater: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import floater

P, A, B, W2 = np.ones(2), np.ones((2, 2)), np.ones(2), np.ones((2, 3))

NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no steps": (lambda: floater.table(P, A, B, 3, steps=0), ValueError, "steps is 0, needs an integer of at least 1"),
    "half a step": (lambda: floater.table(P, A, B, 3, steps=0.5), TypeError, "steps is 0.5"),  # type: ignore[arg-type]
    "no positions": (lambda: floater.table(P, A, B, 0), ValueError, "n is 0"),
    "standstill": (lambda: floater.table(P, A, B, 3, delta=0), ValueError, "delta is 0, needs a finite real number"),
    "backwards": (lambda: floater.table(P, A, B, 3, delta=-1.0), ValueError, "delta is -1.0"),
    "endless": (lambda: floater.table(P, A, B, 3, delta=float("inf")), ValueError, "delta is inf"),
    "solver": (lambda: floater.table(P, A, B, 3, solver="rk45"), ValueError, "did you mean 'rk4'"),
    "not square": (lambda: floater.table(P, np.ones((2, 3)), B, 3), ValueError, r"matrix \(2, 3\)"),
    "widths": (lambda: floater.table(P, A, np.ones(1), 3), ValueError, r"bias \(1,\) need"),
    "batch": (lambda: floater.table(np.ones((1, 2)), A, B, 3), ValueError, r"initial \(1, 2\)"),
    "no channels": (lambda: floater.table(P[:0], A[:0, :0], B[:0], 3), ValueError, r"initial \(0,\)"),
    "integers": (lambda: floater.table([1, 2], A, B, 3), TypeError, "initial has dtype int64"),
    "not a number": (lambda: floater.table(P, A * np.nan, B, 3), ValueError, r"matrix\[0, 0\] is nan"),
    "divergence": (lambda: floater.table(P, A * 1e300, B, 3), ValueError, "finite after step 1, at time 1;"),
    "overflow": (
        lambda: floater.table(P.astype(np.float16), A.astype(np.float16), B.astype(np.float16), 20),
        ValueError,
        r"table\[\d+, 0\] is inf, needs finite numbers",
    ),
    "network without time": (lambda: floater.network(P, A, B, W2, B, 3), ValueError, r"w1 \(2, 2\)"),
    "network of other width": (lambda: floater.network(P, W2, B, A, B, 3), ValueError, r"w2 \(2, 2\)"),
    "a block too many": (
        lambda: floater.network(P, W2[None], B[None], W2[None], B[None], 3),
        ValueError,
        "leading axes",
    ),
    "layers of other blocks": (
        lambda: floater.network(np.ones((2, 2)), W2, B[None], W2, B, 3),
        ValueError,
        "leading axes",
    ),
    "activation": (lambda: floater.network(P, W2, B, W2, B, 3, activation="tahn"), ValueError, "did you mean 'tanh'"),
    "network backwards": (lambda: floater.network(P, W2, B, W2, B, 3, delta=-0.5), ValueError, "delta is -0.5"),
    "network without steps": (lambda: floater.network(P, W2, B, W2, B, 3, steps=0), ValueError, "steps is 0"),
    "network diverges": (
        lambda: floater.network(P, W2 * 1e200, B, W2, B, 3, steps=4),
        ValueError,
        "finite after step 1, at time 0.25;",
    ),
    "odd sinusoid": (lambda: floater.sinusoid(5), ValueError, "channels come in pairs"),
    "base 1": (lambda: floater.sinusoid(4, base=1.0), ValueError, "base is 1.0"),
    "sinusoid at a standstill": (lambda: floater.sinusoid(4, delta=0.0), ValueError, "delta is 0.0"),
}
