"""Attention with linear biases, exactly. Press, Smith, Lewis 2022, §3, and the authors' code.

The logit of query i and key j in head h is lowered by m_h·(i − j), m_h = 2^(−exponent). On a grid the distance is that
of two cells; in a padded sequence keys are counted without the pads, as BLOOM and Falcon do in their code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy as sp

from posenc.definitions import Expr, Operation, Params, Rounded, enough_keys, places

EIGHT = sp.Integer(8)


def power_below(n: int) -> int:
    """The greatest power of two ≤ n."""
    return 1 << (n.bit_length() - 1)


def strided_exponent(h: int, n: int, top: Expr) -> Expr:
    """MPT's rule: of the list for the next power of two N, the even places, then the odd ones, cut to n."""
    N = 1 << (n - 1).bit_length()
    return top * sp.Rational(h if n == N else 2 * h if 2 * h <= N else 2 * h - N - 1, N)


@dataclass(frozen=True)
class Alibi:
    """Replace a function to get another convention, or a mistake.

    whole     number of heads → p, how many of them share the first list
    first     (head h from 1 to p, p, max_bias) → its exponent: minus the binary logarithm of the slope
    extra     (k from 1 to n − p, p, max_bias) → the exponent of head p + k: every other one of the list for 2p
    penalty   (query position i, key position j, n_q, n_k) → what the slope is multiplied with, in causal use
    symmetric (i, j) → the same in symmetric use
    cell      (token, height, width) → its row and column on a grid
    apart     (rows between two cells, columns between them) → the same on a grid
    count     (mask, column t) → how many real tokens there are up to t
    place     (that count, whether t is a real token itself) → position of the key in column t
    product   (slope, position) → the bias of a key in a padded sequence
    shared    (that bias, head_dim) → what reaches the logits
    """

    whole: Callable[[int], int] = power_below
    first: Callable[[Expr, Expr, Expr], Expr] = lambda h, p, top: top * sp.sympify(h) / p
    extra: Callable[[Expr, Expr, Expr], Expr] = lambda k, p, top: top * (2 * sp.sympify(k) - 1) / (2 * p)
    penalty: Callable[[Expr, Expr, Expr, Expr], Expr] = lambda i, j, n_q, n_k: i - j
    symmetric: Callable[[Expr, Expr], Expr] = lambda i, j: sp.Abs(i - j)
    cell: Callable[[int, int, int], tuple[int, int]] = lambda token, height, width: divmod(token, width)
    apart: Callable[[Expr, Expr], Expr] = lambda down, across: sp.Abs(down) + sp.Abs(across)
    count: Callable[[Sequence[Expr], int], Expr] = lambda mask, t: sum(mask[: t + 1])
    place: Callable[[Expr, Expr], Expr] = lambda count, real: (count - 1) * real
    product: Callable[[Expr, Expr], Expr] = lambda slope, place: slope * place
    shared: Callable[[Expr, Expr], Expr] = lambda bias, head_dim: bias

    def exponent(self, h: int, n: int, top: Expr) -> Expr:
        """Of head h of n."""
        p = self.whole(n)
        return self.first(h, p, top) if h <= p else self.extra(h - p, p, top)

    def slope(self, h: int, n: int, top: Expr) -> Expr:
        """m_h, in logits per token."""
        return sp.Integer(2) ** -self.exponent(h, n, top)

    def bias(self, slope: Expr, i: Expr, j: Expr, n_q: Expr, n_k: Expr, *, use: str) -> Expr:
        """What is added to the logit; −∞ for a key after the query in causal use."""
        if use == "symmetric":
            return -slope * self.symmetric(i, j)
        return -sp.oo if (j > i) == True else -slope * self.penalty(i, j, n_q, n_k)  # noqa: E712, symbols are neither

    def grid(self, slope: Expr, i: int, j: int, height: int, width: int) -> Expr:
        """The bias of two tokens of a grid, numbered row by row."""
        (row, column), (other_row, other_column) = (self.cell(token, height, width) for token in (i, j))
        return -slope * self.apart(sp.Integer(row - other_row), sp.Integer(column - other_column))

    def padded(self, slope: Expr, mask: Sequence[Expr], head_dim: Expr) -> list[Expr]:
        """What is added to the logits of every query, for each column of the mask."""
        places = [self.place(self.count(mask, t), real) for t, real in enumerate(mask)]
        return [self.shared(self.product(slope, place), head_dim) for place in places]


def short(value: Expr) -> Expr:
    """Rounded to bfloat16."""
    return Rounded(value, "bfloat16")


CONVENTIONS = {
    "alibi/press": Alibi(),
    "alibi/geometric": replace(Alibi(), whole=lambda n: n),
    "alibi/key-only": replace(Alibi(), penalty=lambda i, j, n_q, n_k: -j),
    "alibi/last-key": replace(Alibi(), penalty=lambda i, j, n_q, n_k: n_k - 1 - j),
    "alibi/falcon": replace(
        Alibi(),
        penalty=lambda i, j, n_q, n_k: -j,
        product=lambda slope, place: short(short(slope) * short(place)),
        shared=lambda bias, head_dim: bias / sp.sqrt(head_dim),
    ),
    "alibi/euclidean": replace(Alibi(), apart=lambda down, across: sp.sqrt(down**2 + across**2)),
}


@lru_cache(maxsize=256)
def _all(which: Alibi, n: int, top: Expr) -> tuple[Expr, ...]:
    """The slopes of all heads, kept because a bias asks for them at every query and key."""
    return tuple(which.slope(h, n, top) for h in range(1, n + 1))


def _slopes(which: Alibi, params: Params) -> dict[str, list[Expr]]:
    return {"slopes": list(_all(which, params["num_heads"], params["max_bias"]))}


def _bias(which: Alibi, params: Params, i: Expr, j: Expr) -> dict[str, list[Expr]]:
    slopes, sizes = _slopes(which, params)["slopes"], (params["n_q"], params["n_k"])
    return {"bias": [which.bias(slope, i, j, *sizes, use=params["use"]) for slope in slopes]}


def _padded(which: Alibi, params: Params, mask: Sequence[Expr]) -> dict[str, list[list[Expr]]]:
    if any(real not in (0, 1) for real in mask):
        raise ValueError("alibi.padded: mask has other entries than 0 and 1, needs 1 for a real token and 0 for a pad")
    return {
        "bias": [
            which.padded(slope, mask, sp.Integer(params["head_dim"]))
            for slope in _all(which, params["num_heads"], EIGHT)
        ]
    }


def _grid(which: Alibi, params: Params, i: Expr, j: Expr) -> dict[str, list[Expr]]:
    sizes = params["height"], params["width"]
    return {"bias": [which.grid(slope, int(i), int(j), *sizes) for slope in _all(which, params["num_heads"], EIGHT)]}


def _cells(params: Params) -> dict[str, list[list[int]]]:
    tokens = range(params["height"] * params["width"])
    return {"i": [[token] for token in tokens], "j": [list(tokens)]}


OPERATIONS = {
    "slopes": Operation(_slopes),
    "bias": Operation(
        _bias, {"i": 0, "j": 0}, concrete=frozenset("ij"), implied=places, leading=True, domain=enough_keys
    ),
    "padded": Operation(_padded, {"mask": 1}, concrete=frozenset({"mask"})),
    "grid": Operation(_grid, {"i": 0, "j": 0}, concrete=frozenset("ij"), implied=_cells, leading=True),
}
