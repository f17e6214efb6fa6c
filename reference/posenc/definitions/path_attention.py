"""Positions by accumulated Householder transformations, exactly. Yang, Shen, Wen, Tan, Mishra, Ren, Panda, Kim 2025.

Between a key at j and a query at i stand the matrices of the tokens after the key, H_i H_{i−1} ... H_{j+1}, with
H_t = I − β_t·w_t·w_tᵀ/|w_t|².
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params, dot
from posenc.definitions.attention import softmax

Vector = Sequence[Expr]
Rows = Sequence[Vector]


@dataclass(frozen=True)
class Path:
    """Replace a function to get a mistake.

    size     w → what w·wᵀ is divided by
    rate     β → the factor of w·wᵀ
    between  (query position i, key position j) → the tokens whose matrices a key meets, the first one first
    kept     (key, key after a new token) → what the cache holds then
    scale    d → the factor of the scores in attention
    place    (query row a, n_q, n_k) → its position
    """

    size: Callable[[Vector], Expr] = lambda w: dot(w, w)
    rate: Callable[[Expr], Expr] = lambda beta: beta
    between: Callable[[int, int], Sequence[int]] = lambda i, j: range(j + 1, i + 1)
    kept: Callable[[Vector, Vector], Vector] = lambda old, new: new
    scale: Callable[[int], Expr] = lambda d: 1 / sp.sqrt(d)
    place: Callable[[int, int, int], int] = lambda a, n_q, n_k: a + n_k - n_q

    def step(self, x: Vector, w: Vector, beta: Expr) -> list[Expr]:
        """H·x."""
        share = self.rate(beta) * dot(w, x) / self.size(w)
        return [entry - share * c for entry, c in zip(x, w, strict=True)]

    def moved(self, x: Vector, w: Rows, beta: Vector, i: int, j: int) -> list[Expr]:
        """A key of position j as the query at position i meets it."""
        for t in self.between(i, j):
            x = self.step(x, w[t], beta[t])
        return list(x)

    def scores(self, q: Vector, k: Rows, w: Rows, beta: Vector, i: int) -> list[Expr]:
        """Of the query at position i, without a factor; −∞ for keys after it."""
        seen = [dot(q, self.moved(k[j], w, beta, i, j)) for j in range(i + 1)]
        return [*seen, *[-sp.oo] * (len(k) - 1 - i)]

    def update(self, keys: Rows, w: Vector, beta: Expr) -> list[Vector]:
        """The keys that a cache holds after a new token."""
        return [self.kept(key, self.step(key, w, beta)) for key in keys]


CONVENTIONS = {"path_attention/paper": Path()}


def _scores(which: Path, params: Params, q: Rows, k: Rows, w: Rows, beta: Vector) -> dict[str, list[Any]]:
    places = [which.place(a, len(q), len(k)) for a in range(len(q))]
    return {"scores": [which.scores(one, k, w, beta, i) for one, i in zip(q, places, strict=True)]}


def _attend(which: Path, params: Params, q: Rows, k: Rows, v: Rows, w: Rows, beta: Vector) -> dict[str, list[Any]]:
    scale, columns = which.scale(len(q[0])), list(zip(*v, strict=True))
    rows = _scores(which, params, q, k, w, beta)["scores"]
    weights = [softmax([score if score == -sp.oo else scale * score for score in row]) for row in rows]
    return {"output": [[dot(row, column) for column in columns] for row in weights]}


def _update(which: Path, params: Params, k: Rows, w: Vector, beta: Expr) -> dict[str, list[Any]]:
    return {"keys": [list(key) for key in which.update(k, w, beta)]}


def _fitting(params: Params, shapes: Any) -> str | None:
    q, k, w, beta = (tuple(shapes[name]) for name in ("q", "k", "w", "beta"))
    if not 1 <= q[-2] <= k[-2]:
        return f"q has {q[-2]} rows and k has {k[-2]}, needs at least one query and as many keys: use is causal"
    if q[:-2] + q[-1:] != k[:-2] + k[-1:] or w != k or beta != k[:-1]:
        return f"q {q}, k {k}, w {w} and beta {beta} need (..., n_q, d), (..., n_k, d), (..., n_k, d) and (..., n_k)"
    return None


def _one_token(params: Params, shapes: Any) -> str | None:
    k, w, beta = (tuple(shapes[name]) for name in ("k", "w", "beta"))
    if w == k[:-2] + k[-1:] and beta == k[:-2]:
        return None
    return f"k {k}, w {w} and beta {beta} need (..., n, d), (..., d) and (...)"


OPERATIONS = {
    "scores": Operation(_scores, {"q": 2, "k": 2, "w": 2, "beta": 1}, domain=_fitting),
    "attend": Operation(_attend, {"q": 2, "k": 2, "v": 2, "w": 2, "beta": 1}, domain=_fitting),
    "update": Operation(_update, {"k": 2, "w": 1, "beta": 0}, domain=_one_token),
}
