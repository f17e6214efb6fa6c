"""Attention with a forget gate, exactly. Lin, Nikishin, He, Courville 2025, the Forgetting Transformer.

The logit of query i and key j is lowered by what the gates between have lost, Σ_{l=j+1}^{i} ln f_l, with 0 < f_l ≤ 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params, dot, standing
from posenc.definitions.attention import softmax

Vector = Sequence[Expr]
Rows = Sequence[Vector]


@dataclass(frozen=True)
class Fox:
    """Replace a function to get a mistake.

    gate    logit of a gate → ln f
    query   query position i → the tokens whose ln f are summed for it
    key     key position j → the same for a key
    held    a sum → the number kept for it
    sign    (sum of the query, sum of the key) → the bias
    read    (query row a, n_q, n_k) → the position whose sum is read for the query
    place   (query row a, n_q, n_k) → its position
    scale   d → the factor of q·k
    term    (bias, d) → what is added to the logit
    faded   (entry of the last query's row, ln f of the new token) → the same entry for the new query
    own     ln f of the new token → the new query's entry for its own key
    """

    gate: Callable[[Expr], Expr] = lambda x: -sp.log(1 + standing(sp.exp, -x))
    query: Callable[[int], Sequence[int]] = lambda i: range(i + 1)
    key: Callable[[int], Sequence[int]] = lambda j: range(j + 1)
    held: Callable[[Expr], Expr] = lambda total: total
    sign: Callable[[Expr, Expr], Expr] = lambda query, key: query - key
    read: Callable[[int, int, int], int] = lambda a, n_q, n_k: a + n_k - n_q
    place: Callable[[int, int, int], int] = lambda a, n_q, n_k: a + n_k - n_q
    scale: Callable[[int], Expr] = lambda d: 1 / sp.sqrt(d)
    term: Callable[[Expr, int], Expr] = lambda bias, d: bias
    faded: Callable[[Expr, Expr], Expr] = lambda entry, log_f: entry + log_f
    own: Callable[[Expr], Expr] = lambda log_f: sp.Integer(0)

    def between(self, log_f: Vector, i: int, j: int) -> Expr:
        """What a query whose sum is that of i has lost of key j."""
        query, key = (self.held(sp.Add(*(log_f[t] for t in tokens))) for tokens in (self.query(i), self.key(j)))
        return self.sign(query, key)

    def bias(self, log_f: Vector, n_q: int) -> list[list[Expr]]:
        """(n_q, n_k), the queries being the last; −∞ for keys after them."""
        n_k, rows = len(log_f), []
        for a in range(n_q):
            i, at = self.place(a, n_q, n_k), self.read(a, n_q, n_k)
            rows.append([self.between(log_f, at, j) if j <= i else -sp.oo for j in range(n_k)])
        return rows

    def logits(self, q: Rows, k: Rows, log_f: Vector) -> list[list[Expr]]:
        """(n_q, n_k); −∞ for keys after the query."""
        d, rows = len(q[0]), []
        for one, row in zip(q, self.bias(log_f, len(q)), strict=True):
            sums = [self.scale(d) * dot(one, key) + self.term(b, d) for key, b in zip(k, row, strict=True)]
            rows.append([-sp.oo if b == -sp.oo else total for b, total in zip(row, sums, strict=True)])
        return rows

    def extend(self, row: Vector, log_f: Expr) -> list[Expr]:
        """The row of a new query from that of the last one."""
        return [*(self.faded(entry, log_f) for entry in row), self.own(log_f)]


CONVENTIONS = {"fox/paper": Fox()}


def _log_gates(which: Fox, params: Params, x: Expr) -> dict[str, Any]:
    return {"log_gates": which.gate(x)}


def _bias(which: Fox, params: Params, log_f: Vector) -> dict[str, list[Any]]:
    return {"bias": which.bias(log_f, params["n_q"])}


def _attend(which: Fox, params: Params, q: Rows, k: Rows, v: Rows, log_f: Vector) -> dict[str, list[Any]]:
    columns = list(zip(*v, strict=True))
    return {"output": [[dot(softmax(row), column) for column in columns] for row in which.logits(q, k, log_f)]}


def _extend(which: Fox, params: Params, row: Vector, log_f: Expr) -> dict[str, list[Expr]]:
    return {"extended": which.extend(row, log_f)}


def _seen(params: Params, shapes: Any) -> str | None:
    n_k = shapes["log_f"][-1]
    n_q = shapes["q"][-2] if "q" in shapes else params["n_q"]
    if not 1 <= n_q <= n_k:
        return f"there are {n_q} queries and {n_k} keys, needs at least one query and as many keys: use is causal"
    return None


OPERATIONS = {
    "log_gates": Operation(_log_gates, {"x": 0}),
    "bias": Operation(_bias, {"log_f": 1}, domain=_seen),
    "attend": Operation(_attend, {"q": 2, "k": 2, "v": 2, "log_f": 1}, domain=_seen),
    "extend": Operation(_extend, {"row": 1, "log_f": 0}),
}
