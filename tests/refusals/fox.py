"""Bad input to posenc.fox: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import fox

X, GATES = np.ones((2, 4)), -np.ones(2)
NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "infinite logit": (lambda: fox.log_gates([np.inf]), ValueError, r"x\[0\] is inf, needs finite numbers"),
    "integer logit": (lambda: fox.log_gates([1]), TypeError, "x has dtype int64, needs float16"),
    "shut": (lambda: fox.bias([-1.0, -np.inf], 1), ValueError, r"log_f\[1\] is -inf, needs finite numbers"),
    "above 1": (
        lambda: fox.bias([-1.0, 0.25], 1),
        ValueError,
        "log_f reaches 0.25, needs at most 0: a gate is at most 1",
    ),
    "gates for logarithms": (lambda: fox.extend([-1.0], 0.5), ValueError, "log_f reaches 0.5, needs at most 0"),
    "more queries": (lambda: fox.bias(GATES, 3), ValueError, "n_q is 3 and log_f has 2 tokens, needs n_q ≤ n_k"),
    "no queries": (lambda: fox.bias(GATES, 0), ValueError, "n_q is 0, needs an integer of at least 1"),
    "float queries": (lambda: fox.bias(GATES, 2.0), TypeError, "n_q is 2.0 of type float"),  # type: ignore[arg-type]
    "scalar gate": (lambda: fox.bias(-1.0, 1), ValueError, r"log_f has shape \(\), needs at least 1 axes"),
    "no query rows": (lambda: fox.attend(X[:0], X, X, GATES), ValueError, "q has 0 rows and k has 2, needs at least"),
    "few gates": (
        lambda: fox.attend(X, X, X, GATES[:1]),
        ValueError,
        r"log_f has shape \(1,\), needs \(2,\), a gate for",
    ),
    "gates of one head": (
        lambda: fox.attend(X[None], X[None], X[None], GATES),
        ValueError,
        r"needs \(1, 2\), a gate for",
    ),
    "gates for one row": (
        lambda: fox.extend(X, GATES[0]),
        ValueError,
        r"log_f has shape \(\), needs \(2,\), a gate for",
    ),
    "row of the mask": (lambda: fox.extend([0.0, -np.inf], -1.0), ValueError, r"row\[1\] is -inf"),
    "overflow": (lambda: fox.bias(GATES * 1.5e308, 1), ValueError, r"the sum of log_f\[1\] is -inf, needs finite"),
    "overflow of a row": (lambda: fox.extend([-1.5e308], -1.5e308), ValueError, r"the new row\[0\] is -inf"),
}
