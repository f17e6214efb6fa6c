"""Attention with a forget gate: what is true of it. Statements and sources: spec/fox/claims.toml.

`posenc audit fox` runs this file; so does pytest.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import sympy as sp

from posenc.definitions import Expr, dot
from posenc.definitions.alibi import CONVENTIONS as ALIBI
from posenc.definitions.fox import CONVENTIONS, OPERATIONS, Fox
from posenc.definitions.nope import CONVENTIONS as NOPE
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_positive, require_zero

PAPER = CONVENTIONS["fox/paper"]
WRONG = gallery("fox")

GATES = list(sp.symbols("g:5", real=True))
m, x = sp.symbols("m x", real=True)
small = sp.Symbol("t", nonnegative=True)


def _rows(name: str, count: int, width: int = 2) -> list[list[Expr]]:
    return [list(sp.symbols(f"{name}{row}_:{width}", real=True)) for row in range(count)]


def prove_gates(which: Fox = PAPER) -> None:
    require_zero(sp.exp(which.gate(x)) * (1 + sp.exp(-x)) - 1, "σ(x) is 1 over 1 + e^(−x)")
    require_positive(1 + small, [small], "t = e^(−x) ≥ 0: 1 + t > 0, so the gate is above 0")
    require_zero(sp.exp(which.gate(sp.Integer(0))) - sp.Rational(1, 2), "σ(0) = 1/2")
    require_zero(sp.exp(which.gate(x) - which.gate(-x)) - sp.exp(x), "σ(x)/σ(−x) = e^x")


def prove_anchor(which: Fox = PAPER) -> None:
    numbers = [sp.Integer(g) for g in (-7, -1, -2, -4)]
    require_equal(which.bias(numbers, 4)[3], [-7, -6, -4, 0], "ln f = −7, −1, −2, −4")
    require_equal(which.bias(numbers, 2), [[-3, -2, 0, -sp.oo], [-7, -6, -4, 0]], "the last two queries alone")
    require_equal([which.place(a, 2, 5) for a in (0, 1)], [3, 4], "two queries of five tokens are the last two")


def prove_sum(which: Fox = PAPER) -> None:
    for i, row in enumerate(which.bias(GATES, 5)):
        for j in range(i + 1):
            require_zero(row[j] - sp.Add(*GATES[j + 1 : i + 1]), f"query {i}, key {j}: the gates {j + 1} to {i}")
        require_equal(row[i + 1 :], [-sp.oo] * (4 - i), f"query {i}: later keys are forbidden")


def prove_alibi(which: Fox = PAPER) -> None:
    alibi = ALIBI["alibi/press"]
    for a, row in enumerate(which.bias([-m] * 5, 3)):
        i, sizes = sp.Integer(a + 2), (sp.Integer(3), sp.Integer(5))
        said = [alibi.bias(m, i, sp.Integer(j), *sizes, use="causal") for j in range(5)]
        for j in range(a + 3):
            require_zero(row[j] - said[j], f"query {i}, key {j}: −m·(i − j)")
        require_equal(row[a + 3 :], said[a + 3 :], f"query {i}: the same keys are forbidden")


def refute_relative(which: Fox = PAPER) -> None:
    rows = which.bias([sp.Integer(-7), sp.Integer(-1), sp.Integer(-2)], 3)
    require_equal([rows[1][0], rows[2][1]], [-1, -2], "ln f = −7, −1, −2: two pairs of neighbours")


def prove_path_law(which: Fox = PAPER) -> None:
    for j, k, i in combinations_with_replacement(range(5), 3):
        whole, parts = which.between(GATES, i, j), which.between(GATES, i, k) + which.between(GATES, k, j)
        require_zero(whole - parts, f"from {j} to {i} by {k}")


def prove_falling(which: Fox = PAPER) -> None:
    for i, row in enumerate(which.bias(GATES, 5)):
        require_zero(row[i], f"query {i}: nothing of its own key is lost")
        for j in range(i):
            require_zero(row[j] - row[j + 1] - GATES[j + 1], f"query {i}: key {j} has lost ln f of {j + 1} more")


def prove_keys_alone(which: Fox = PAPER) -> None:
    for i, row in enumerate(which.bias(GATES, 5)):
        sums = [sp.Add(*GATES[: j + 1]) for j in range(i + 1)]
        for j in range(i + 1):
            require_zero(
                row[j] + sums[j] - row[0] - sums[0], f"query {i}: bias + c is for key {j} what it is for key 0"
            )


def prove_nope(which: Fox = PAPER) -> None:
    q, k, v = _rows("q", 2), _rows("k", 3), _rows("v", 3, 1)
    found = OPERATIONS["attend"].define(which, {}, q=q, k=k, v=v, log_f=[sp.Integer(0)] * 3)["output"]
    require_equal(found, NOPE["nope/plain"].attend(q, k, v, use="causal"), "ln f = 0: nope")


def prove_product(which: Fox = PAPER) -> None:
    q, k = _rows("q", 2), _rows("k", 3)
    for a, row in enumerate(which.logits(q, k, GATES[:3])):
        for j in range(a + 2):
            gates = sp.Mul(*(sp.exp(g) for g in GATES[j + 1 : a + 2]))
            said = gates * sp.exp(dot(q[a], k[j]) / sp.sqrt(2))
            require_zero(sp.exp(row[j]) - said, f"query {a + 1}, key {j}: e^(q·k/√2) times the gates between")


def prove_cache(which: Fox = PAPER) -> None:
    row: list[Expr] = []
    for i, log_f in enumerate(GATES):
        row = which.extend(row, log_f)
        said = which.bias(GATES, 5)[i][: i + 1]
        require_zero(sp.Matrix(row) - sp.Matrix(said), f"after token {i} the row is that of the bias")
