"""PaTH, accumulated Householder transformations: what is true. Statements and sources: spec/path_attention/claims.toml.

`posenc audit path_attention` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import sympy as sp

from posenc.definitions import Expr, dot
from posenc.definitions.nope import CONVENTIONS as NOPE
from posenc.definitions.path_attention import CONVENTIONS, OPERATIONS, Path
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_positive, require_zero, trust

PAPER = CONVENTIONS["path_attention/paper"]
WRONG = gallery("path_attention")

beta = sp.Symbol("beta", real=True)
BETAS = list(sp.symbols("beta:4", real=True))
u, v = sp.symbols("u v", positive=True)


def _rows(name: str, count: int, width: int = 2) -> list[list[Expr]]:
    return [list(sp.symbols(f"{name}{row}_:{width}", real=True)) for row in range(count)]


def _numbers(*rows: tuple[Any, ...]) -> list[list[Expr]]:
    return [[sp.Rational(entry) for entry in row] for row in rows]


def _column(entries: Any) -> sp.Matrix:
    return sp.Matrix(list(entries))


Q2, K0 = _numbers((1, 2), (sp.Rational(1, 2), -1))
W = _numbers((1, 1), (1, 0), (3, 4))
RATES = [sp.Integer(2), sp.Rational(3, 2), sp.Rational(1, 2)]


def prove_anchor(which: Path = PAPER) -> None:
    for first in (W[0], [sp.Integer(-2), sp.Integer(5)]):
        score = which.scores(Q2, [K0, K0, K0], [first, *W[1:]], RATES, 2)[0]
        require_equal(score, sp.Rational(-241, 200), f"−1.205 exactly, with w_0 = {first}")
    require_equal([which.place(a, 2, 5) for a in (0, 1)], [3, 4], "two queries of five tokens are the last two")


def refute_order(which: Path = PAPER) -> None:
    score = which.scores(Q2, [K0] * 3, W, RATES, 2)[0]
    exchanged = which.scores(Q2, [K0] * 3, [W[0], W[2], W[1]], [RATES[0], RATES[2], RATES[1]], 2)[0]
    require_equal([score, exchanged], [sp.Rational(-241, 200), sp.Rational(-77, 40)], "the two tokens exchanged")


def prove_contraction(which: Path = PAPER) -> None:
    (x,), (w,) = _rows("x", 1, 3), _rows("w", 1, 3)
    moved = which.step(x, w, beta)
    lost = beta * (2 - beta) * dot(w, x) ** 2 / dot(w, w)
    require_zero(dot(moved, moved) - dot(x, x) + lost, "|Hx|² = |x|² − β(2 − β)(w·x)²/|w|²")
    share = sp.cancel(beta * (2 - beta) * (u + v) ** 2).subs(beta, 2 * u / (u + v))
    require_positive(sp.cancel(share), [u, v], "β = 2u/(u + v), between 0 and 2: β(2 − β) ≥ 0", strict=False)
    trust("|q·k| ≤ |q||k|")


def prove_special(which: Path = PAPER) -> None:
    for width in (2, 3):
        (x,), (w,) = _rows("x", 1, width), _rows("w", 1, width)

        def twice(rate: int, x: Any = x, w: Any = w) -> sp.Matrix:
            return _column(which.step(which.step(x, w, sp.Integer(rate)), w, sp.Integer(rate)))

        once = {rate: _column(which.step(x, w, sp.Integer(rate))) for rate in (0, 1)}
        require_zero(once[0] - _column(x), f"d = {width}, β = 0: the identity")
        require_zero(twice(1) - once[1], f"d = {width}, β = 1: H² = H")
        require_zero(twice(2) - _column(x), f"d = {width}, β = 2: H² = I")
        require_zero(_column(which.step(w, w, beta)) - (1 - beta) * _column(w), f"d = {width}: Hw = (1 − β)w")
    flat = [-w[1], w[0], sp.Integer(0)]
    require_zero(_column(which.step(flat, w, beta)) - _column(flat), "x ⊥ w: Hx = x")


def _matrix(which: Path, w: Any, i: int, j: int) -> sp.Matrix:
    """What a key of position j is multiplied with for the query at i."""
    columns = [which.moved([sp.Integer(int(r == c)) for r in (0, 1)], w, BETAS, i, j) for c in (0, 1)]
    return sp.Matrix(columns).T


def _sized(which: Path) -> Path:
    """The definition for vectors of length 1."""
    return replace(which, size=lambda w: sp.Integer(1))


def prove_path_law(which: Path = PAPER) -> None:
    w, free = _rows("w", 4), _sized(which)
    for j, k, i in combinations(range(4), 3):
        whole, parts = _matrix(free, w, i, j), _matrix(free, w, i, k) * _matrix(free, w, k, j)
        require_zero(whole - parts, f"from {j} to {i} by {k}")
    require_zero(_matrix(free, w, 2, 2) - sp.eye(2), "from 2 to 2")


def refute_relative(which: Path = PAPER) -> None:
    one, none = sp.Integer(1), sp.Integer(0)
    found = []
    for rate in (none, sp.Integer(2)):
        w, key = [[one, none]] * 3, [[one, none]] * 3
        found.append(which.scores([one, none], key, w, [none, rate, none], 2)[0])
    require_equal(found, [1, -1], "q = k = w = (1, 0), two tokens apart, β of the one between 0 or 2: 1 or −1")


def prove_constant(which: Path = PAPER) -> None:
    (q, k, w) = _rows("x", 3)
    for i in range(4):
        score = which.scores(q, [k] * (i + 1), [w] * 4, [beta] * 4, i)[0]
        said = dot(q, k) - (1 - (1 - beta) ** i) * dot(q, w) * dot(w, k) / dot(w, w)
        require_zero(score - said, f"distance {i}")


def prove_between(which: Path = PAPER) -> None:
    (q,), k, w = _rows("q", 1), _rows("k", 4), _rows("w", 4)
    for i in range(4):
        for j, score in enumerate(which.scores(q, k, w, BETAS, i)[: i + 1]):
            inside = {*q, *k[j]}.union(*({*w[t], BETAS[t]} for t in range(j + 1, i + 1)))
            require_equal(score.free_symbols, inside, f"query {i}, key {j}: the tokens {j + 1} to {i}")


def prove_triangular(which: Path = PAPER) -> None:
    w, free = _rows("w", 4), _sized(which)
    rows, rates = sp.Matrix(w[1:]), sp.diag(*BETAS[1:])
    gram = rates * rows * rows.T
    low = sp.Matrix(3, 3, lambda a, c: gram[a, c] if c < a else 0)
    inverse = sp.eye(3) - low + low * low
    require_zero((sp.eye(3) + low) * inverse - sp.eye(3), "(I + L)^(−1) = I − L + L², because L³ = 0")
    for j in range(4):
        part, square = rows[j:, :], inverse[j:, j:] * rates[j:, j:]
        require_zero(_matrix(free, w, 3, j) - sp.eye(2) + part.T * square * part, f"key {j}, query 3")


def prove_nope(which: Path = PAPER) -> None:
    q, k, values, w = _rows("q", 2), _rows("k", 3), _rows("v", 3, 1), _rows("w", 3)
    found = OPERATIONS["attend"].define(which, {}, q=q, k=k, v=values, w=w, beta=[sp.Integer(0)] * 3)["output"]
    require_equal(found, NOPE["nope/plain"].attend(q, k, values, use="causal"), "β = 0: nope")


def prove_cache(which: Path = PAPER) -> None:
    k, w = _rows("k", 4), _rows("w", 4)
    held: list[Any] = []
    for i in range(4):
        held = [*which.update(held, w[i], BETAS[i]), k[i]]
        for j, key in enumerate(held):
            moved = which.moved(k[j], w, BETAS, i, j)
            require_equal(list(key), moved, f"after token {i} the cache holds key {j} as the query meets it")
