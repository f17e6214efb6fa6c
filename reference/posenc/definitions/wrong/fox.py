"""Wrong forget gates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Rounded, standing
from posenc.definitions.wrong import Mistake


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


def _gate(function: Any) -> Mistake:
    """ln f as a function of the definition's own and of the logit."""
    return lambda which: replace(which, gate=lambda x: function(which.gate, x))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + standing(sp.exp, -x))


WRONG: dict[str, Mistake] = {
    "fox/log-missing": _with(gate=_sigmoid),
    "fox/log-of-sigmoid": _with(gate=lambda x: sp.log(Rounded(_sigmoid(x), "float32"))),
    "fox/binary-log": _gate(lambda gate, x: gate(x) / sp.log(2)),
    "fox/complement": _gate(lambda gate, x: gate(-x)),
    "fox/key-included": _with(key=range),
    "fox/query-left-out": _with(query=range),
    "fox/shifted": _with(key=range, query=range),
    "fox/sign-reversed": _with(sign=lambda query, key: key - query),
    "fox/not-accumulated": _with(query=lambda i: (i,), key=lambda j: ()),
    "fox/bf16-sums": _with(held=lambda total: Rounded(total, "bfloat16")),
    "fox/query-sum-from-start": _with(read=lambda a, n_q, n_k: a),
    "fox/top-left": _with(read=lambda a, n_q, n_k: a, place=lambda a, n_q, n_k: a),
    "fox/scale-missing": _with(scale=lambda d: sp.Integer(1)),
    "fox/bias-scaled": _with(term=lambda bias, d: bias / sp.sqrt(d)),
    "fox/bias-dropped": _with(term=lambda bias, d: sp.Integer(0)),
    "fox/row-stale": _with(faded=lambda entry, log_f: entry),
    "fox/own-faded": _with(own=lambda log_f: log_f),
}
