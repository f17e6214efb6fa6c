"""Rotations by input-dependent increments: what is true. Statements and sources: spec/selective_rope/claims.toml.

`posenc audit selective_rope` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import sympy as sp

from posenc.definitions import Expr
from posenc.definitions.rope import PLACES
from posenc.definitions.selective_rope import CONVENTIONS, SelectiveRope
from posenc.definitions.wrong import gallery
from posenc.proving import require_equal, require_zero

PAPER = CONVENTIONS["selective_rope/interleaved"]
WRONG = gallery("selective_rope")

b = sp.Symbol("b", positive=True)
STEPS = [list(sp.symbols(f"w{t}_:2", real=True)) for t in range(4)]
FREE = [list(sp.symbols(f"{name}:2", real=True)) for name in ("p", "r", "s")]  # phases of two pairs
X = list(sp.symbols("x:4", real=True))
ONE = [sp.Integer(1), sp.Integer(0)]


def _between(which: SelectiveRope, phases: Any, m: int, n: int) -> sp.Matrix:
    """The matrix between a query at m and a key at n in their score."""
    return which.matrix(phases[m]).T * which.matrix(phases[n])


def _numbers(*steps: Expr) -> list[list[Expr]]:
    return [[sp.sympify(step)] for step in steps]


def _score(which: SelectiveRope, steps: Any, m: int, n: int) -> Expr:
    """Of q = k = (1, 0)."""
    phases = which.phases(steps)
    return sum(a * c for a, c in zip(which.turned(ONE, phases[m]), which.turned(ONE, phases[n]), strict=True))


def prove_anchor(which: SelectiveRope = PAPER) -> None:
    phases = which.phases(_numbers(sp.pi / 6, sp.pi / 3))
    require_equal(which.turned(ONE, phases[0]), [sp.sqrt(3) / 2, sp.Rational(1, 2)], "token 0: by π/6")
    require_equal(which.turned(ONE, phases[1]), [0, 1], "token 1: by π/2")
    quarter = which.turned(X, [sp.pi / 2, sp.Integer(0)])
    require_equal(quarter, [-X[1], X[0], X[2], X[3]], "pair 0 is channels 0 and 1, and has the first phase")


def prove_between(which: SelectiveRope = PAPER) -> None:
    whole, first = which.phases(STEPS), which.phases([row[:1] for row in STEPS])
    pairs = [(m, n, first) for m in range(4) for n in range(m + 1)]
    for m, n, phases in [*pairs, (3, 1, whole)]:
        angles = [-sp.Add(*(STEPS[s][i] for s in range(n + 1, m + 1))) for i in range(len(phases[0]))]
        said = sp.diag(*(sp.Matrix([[sp.cos(a), -sp.sin(a)], [sp.sin(a), sp.cos(a)]]) for a in angles))
        require_zero(_between(which, phases, m, n) - said, f"query {m}, key {n}: tokens {n + 1} to {m}")


def prove_path_law(which: SelectiveRope = PAPER) -> None:
    matrix = which.matrix(FREE[0])
    require_zero(matrix * matrix.T - sp.eye(4), "R_k R_kᵀ = I, so R_mᵀR_k · R_kᵀR_n = R_mᵀR_n")
    require_zero(matrix.T * matrix - sp.eye(4), "R_nᵀR_n = I")


def refute_relative(which: SelectiveRope = PAPER) -> None:
    steps = _numbers(0, sp.pi, 0)
    found = [_score(which, steps, m, m - 1) for m in (1, 2)]
    require_equal(found, [-1, 1], "increments 0, π, 0: two pairs of neighbours")


def prove_rope(which: SelectiveRope = PAPER) -> None:
    for place in PLACES.values():
        mine = replace(which, rope=replace(which.rope, place=place))
        rope = replace(PAPER.rope, place=place)
        phases = mine.phases([[rope.frequency(sp.Integer(i), 4, 4, b) for i in (0, 1)]] * 4)
        for t in range(4):
            require_zero(mine.matrix(phases[t]) - rope.matrix(sp.Integer(t + 1), 4, b), f"token {t}: rope at {t + 1}")
        score = _between(mine, phases, 3, 1) - rope.matrix(sp.Integer(-2), 4, b)
        require_zero(score, "tokens 3 and 1: rope at distance 2")


def refute_exclusive(which: SelectiveRope = PAPER) -> None:
    steps = _numbers(0, sp.pi)
    found = [_score(one, steps, 1, 0) for one in (which, replace(which, counted=range))]
    require_equal(found, [-1, 1], "increments 0, π: neighbours with inclusive and with exclusive sums")


def prove_start(which: SelectiveRope = PAPER) -> None:
    query, key, shift = FREE
    shifted = [[phase + s for phase, s in zip(row, shift, strict=True)] for row in (query, key)]
    require_zero(_between(which, shifted, 0, 1) - _between(which, FREE, 0, 1), "a common phase cancels")


def prove_causal(which: SelectiveRope = PAPER) -> None:
    for t, row in enumerate(which.phases(STEPS)):
        for i, phase in enumerate(row):
            seen = {STEPS[s][i] for s in range(t + 1)}
            require_equal(phase.free_symbols, seen, f"token {t}, pair {i}: the increments of tokens 0 to {t}")


def prove_norm(which: SelectiveRope = PAPER) -> None:
    length = sum(y**2 for y in which.turned(X, FREE[0]))
    require_zero(length - sum(x**2 for x in X), "|y|² = |x|²")


def prove_nope(which: SelectiveRope = PAPER) -> None:
    for t, phases in enumerate(which.phases([[sp.Integer(0)] * 2] * 4)):
        require_equal(which.turned(X, phases), X, f"token {t}")


def prove_whole_turns(which: SelectiveRope = PAPER) -> None:
    for at, i in product(range(3), (0, 1)):
        more = [[w + 2 * sp.pi * int((t, c) == (at, i)) for c, w in enumerate(row)] for t, row in enumerate(STEPS[:3])]
        for t, (one, other) in enumerate(zip(which.phases(STEPS[:3]), which.phases(more), strict=True)):
            require_equal(which.turned(X, other), which.turned(X, one), f"2π more in token {at}, pair {i}: token {t}")


def prove_cache(which: SelectiveRope = PAPER) -> None:
    phase: list[Expr] = [sp.Integer(0)] * 2
    for t, whole in enumerate(which.phases(STEPS)):
        y, phase = which.advance(X, phase, STEPS[t])
        require_zero(sp.Matrix(phase) - sp.Matrix(whole), f"token {t}: the phase")
        require_zero(sp.Matrix(y) - sp.Matrix(which.turned(X, whole)), f"token {t}: what is turned by it")


def prove_layouts(which: SelectiveRope = PAPER) -> None:
    for width in (2, 4, 6):
        phases = sp.symbols(f"phi:{width // 2}", real=True)
        P = sp.zeros(width, width)
        for i, side in product(range(width // 2), (0, 1)):
            P[PLACES["halves"](i, side, width), PLACES["interleaved"](i, side, width)] = 1
        one, other = (
            replace(which, rope=replace(which.rope, place=PLACES[name])).matrix(phases)
            for name in ("interleaved", "halves")
        )
        require_zero(other - P * one * P.T, f"d = {width}: M_halves = P M_interleaved Pᵀ")
