"""Conditional positional encoding: what is true of it. Statements and sources: spec/cpe/claims.toml.

Grids are written out with free symbols for tokens, weights and biases.
`posenc audit cpe` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import sympy as sp

from posenc.definitions.cpe import CONVENTIONS, OPERATIONS, Conditional
from posenc.definitions.wrong import gallery
from posenc.proving import require_all, require_equal, require_nonzero, require_zero

PAPER = CONVENTIONS["cpe/zero"]
CIRCULAR = CONVENTIONS["cpe/circular"]
WRONG = gallery("cpe")

Grid = list[list[sp.Expr]]
ONES = [[[sp.Integer(1)] * 3] * 3]


def _named(name: str, *shape: int) -> Any:
    """Nested lists of free symbols."""
    if not shape:
        return sp.Symbol(name, real=True)
    return [_named(f"{name}_{at}", *shape[1:]) for at in range(shape[0])]


def _inject(which: Conditional, height: int, width: int, x: Any, kernel: Any, bias: Any, prefix: int = 0) -> Any:
    params = {"height": height, "width": width, "prefix": prefix}
    return OPERATIONS["inject"].define(which, params, x=x, kernel=kernel, bias=bias)["y"]


def _image(which: Conditional, grid: Grid, kernel: Any, bias: sp.Expr = sp.S.Zero) -> Grid:
    """A grid of one channel, there and back."""
    height, width = len(grid), len(grid[0])
    flat = [[entry] for row in grid for entry in row]
    y = _inject(which, height, width, flat, kernel, [bias])
    return [[y[row * width + column][0] for column in range(width)] for row in range(height)]


def _rolled(grid: Grid, down: int, right: int) -> Grid:
    """Moved cyclically."""
    height, width = len(grid), len(grid[0])
    return [[grid[(r - down) % height][(c - right) % width] for c in range(width)] for r in range(height)]


def _unit(height: int, width: int, row: int, column: int) -> Grid:
    return [[sp.Integer((r, c) == (row, column)) for c in range(width)] for r in range(height)]


def prove_anchor(which: Conditional = PAPER) -> None:
    laplace = [[list(map(sp.Integer, row)) for row in ((0, 1, 0), (1, -4, 1), (0, 1, 0))]]
    grid = [[sp.Integer(3 * r + c + 1) for c in range(3)] for r in range(3)]
    wanted = [[3, 3, -1], [1, 5, -1], [-9, -3, -13]]
    require_equal(_image(which, grid, laplace), wanted, "1 ... 9 and the Laplacian")
    x, w, b = _named("x", 7, 2), _named("w", 2, 3, 3), _named("b", 2)
    y = _inject(which, 2, 3, x, w, b, prefix=1)
    for k in range(2):
        corner = b[k] + w[k][1][1] * x[1][k] + w[k][1][2] * x[2][k] + w[k][2][1] * x[4][k] + w[k][2][2] * x[5][k]
        require_zero(y[1][k] - x[1][k] - corner, f"2 by 3 after a class token: the first patch, channel {k}")


def _sizes() -> Iterator[tuple[int, int, int]]:
    """Height, width and side of the kernel."""
    return product(range(1, 5), range(1, 5), (1, 3, 5))


def prove_any_grid(which: Conditional = PAPER) -> None:
    for height, width, k in _sizes():
        x, w, b = _named("x", height, width), _named("w", 1, k, k), _named("b")
        cells = list(product(range(height), range(width)))
        near = [
            sum(
                x[r + u][c + v] * w[0][u + k // 2][v + k // 2]
                for u, v in product(range(-(k // 2), k // 2 + 1), repeat=2)
                if (r + u, c + v) in cells
            )
            for r, c in cells
        ]
        y = _image(which, x, w, b)
        gap = [y[r][c] - x[r][c] - b - total for (r, c), total in zip(cells, near, strict=True)]
        require_zero(sp.Matrix(gap), f"{height} by {width}, kernel {k}: weight [r' − r, c' − c] wherever (r', c') is")


def prove_conditioned(which: Conditional = PAPER) -> None:
    w, b, (s, t) = _named("w", 1, 3, 3), _named("b"), sp.symbols("s t", real=True)
    one, other = _named("x", 2, 3), _named("z", 2, 3)
    mixed = [[s * a + t * c for a, c in zip(*rows, strict=True)] for rows in zip(one, other, strict=True)]
    given = [sp.Matrix(_image(which, grid, w, b)) - sp.Matrix(grid) for grid in (one, other, mixed)]
    base = b * sp.ones(2, 3)
    require_zero(
        given[2] - base - s * (given[0] - base) - t * (given[1] - base), "the encoding less its bias is linear in x"
    )
    nothing = [[sp.Integer(0)] * 3] * 2
    require_zero(sp.Matrix(_image(which, nothing, w, b)) - base, "a grid of zeros gets the bias alone")


def prove_depthwise(which: Conditional = PAPER) -> None:
    x, w, b = _named("x", 6, 2), _named("w", 2, 3, 3), _named("b", 2)
    y = _inject(which, 2, 3, x, w, b)
    foreign = [sp.Matrix([row[1 - k] for row in x] + sp.flatten(w[1 - k]) + [b[1 - k]]) for k in range(2)]
    own = (((n, k), not y[n][k].has(*foreign[k])) for n in range(6) for k in range(2))
    require_all(own, "2 by 3, two channels: no entry has a token, weight or bias of the other channel")


def prove_class_token(which: Conditional = PAPER) -> None:
    for prefix in (1, 2):
        x, w, b = _named("x", prefix + 6, 1), _named("w", 1, 3, 3), _named("b", 1)
        y = _inject(which, 2, 3, x, w, b, prefix=prefix)
        require_equal(y[:prefix], x[:prefix], f"{prefix} class tokens as they came")
        alone = _inject(which, 2, 3, x[prefix:], w, b)
        require_zero(sp.Matrix(y[prefix:]) - sp.Matrix(alone), "and the patches as without them")


def prove_circular_equivariant(which: Conditional = PAPER) -> None:
    around = replace(which, read=CIRCULAR.read)
    for height, width, k in _sizes():
        x, w, b = _named("x", height, width), _named("w", 1, k, k), _named("b")
        y = _image(around, x, w, b)
        for down, right in ((1, 0), (0, 1)):
            moved = sp.Matrix(_image(around, _rolled(x, down, right), w, b)) - sp.Matrix(_rolled(y, down, right))
            require_zero(moved, f"{height} by {width}, kernel {k}: moved by ({down}, {right}), and so by any number")


def refute_zero_equivariant(which: Conditional = PAPER) -> None:
    before, after = (_image(which, _unit(3, 4, *at), ONES) for at in ((1, 1), (0, 0)))
    require_equal((before[0][0], after[2][3]), (1, 0), "a 1 moved from (1, 1) to (0, 0): (0, 0) had 1, (−1, −1) has 0")
    require_equal(after[1][:3], [1, 1, 0], "its neighbours below still have 1")


def prove_interior(which: Conditional = PAPER) -> None:
    for k, height, width in ((3, 4, 5), (5, 6, 7)):
        world, w, b, rim = _named("x", height + 1, width + 1), _named("w", 1, k, k), _named("b"), k // 2
        here, there = ([row[s : s + width] for row in world[s : s + height]] for s in (0, 1))
        one, other = _image(which, here, w, b), _image(which, there, w, b)
        cells = product(range(rim + 1, height - rim), range(rim + 1, width - rim))
        gaps = [one[r][c] - other[r - 1][c - 1] for r, c in cells]
        require_zero(
            sp.Matrix(gaps), f"{height} by {width}, kernel {k}: the same where all neighbours are on both grids"
        )


def refute_invariant(which: Conditional = PAPER) -> None:
    around = replace(which, read=CIRCULAR.read)
    one, other = (_image(around, _unit(3, 4, *at), ONES) for at in ((1, 1), (1, 2)))
    require_nonzero(one[1][1] - other[1][1], "circular, a 1 moved by one column: 2 becomes 1")
    require_equal((one[1][1], other[1][1], other[1][2]), (2, 1, 2), "the 2 has moved with it")


def prove_border(which: Conditional = PAPER) -> None:
    flat = [[sp.Integer(1)] * 5] * 4
    ring = [[5, 7, 7, 7, 5], [7, 10, 10, 10, 7], [7, 10, 10, 10, 7], [5, 7, 7, 7, 5]]
    require_equal(_image(which, flat, ONES), ring, "zero: 5 in corners, 7 on edges, 10 inside")
    around, w, b = replace(which, read=CIRCULAR.read), _named("w", 1, 3, 3), _named("b")
    level = 1 + b + sum(sp.flatten(w))
    same = sp.Matrix(_image(around, flat, w, b)) - level * sp.ones(4, 5)
    require_zero(same, "circular: the same everywhere, whatever the kernel")


def refute_distinct(which: Conditional = PAPER) -> None:
    w, b = _named("w", 1, 3, 3), _named("b")
    y = _image(which, [[sp.Integer(1)] * 4] * 3, w, b)
    require_zero(
        y[1][1] - y[1][2], "3 by 4, constant: patches (1, 1) and (1, 2) are given the same, whatever the kernel"
    )
    require_zero(y[1][1] - 1 - b - sum(sp.flatten(w)), "namely all weights")


def prove_depth(which: Conditional = PAPER) -> None:
    grid = [[sp.Integer(1)] * 9] * 9
    average = [[[sp.Rational(1, 9)] * 3] * 3]
    for layers, count in ((1, 3), (2, 6), (3, 10), (4, 15)):
        grid = _image(which, grid, average)
        require_equal(len(set(sp.flatten(grid))), count, f"9 by 9, constant, {layers} layers: {count} values")
    orbits = {(tuple(sorted((min(r, 8 - r), min(c, 8 - c)))), grid[r][c]) for r, c in product(range(9), repeat=2)}
    require_equal(len(orbits), 15, "one for each cell up to the eight symmetries of the square")


def prove_background(which: Conditional = PAPER) -> None:
    thing, w, b = _named("x", 2, 2), _named("w", 1, 3, 3), _named("b")

    def image(at: int) -> Grid:
        grid = [[sp.Integer(0)] * 6 for _ in range(6)]
        for r, c in product(range(2), repeat=2):
            grid[at + r][at + c] = thing[r][c]
        return _image(which, grid, w, b)

    before, after = image(1), image(4)
    gaps = [before[r][c] - after[r + 3][c + 3] for r, c in product(range(3), repeat=2)]
    require_zero(sp.Matrix(gaps), "6 by 6, a 2 by 2 thing on zeros moved into the corner: the same beside the border")


def prove_bias_tells(which: Conditional = PAPER) -> None:
    grid: Grid = [[sp.Integer(0)] * 5] * 5
    for _ in range(2):
        grid = _image(which, grid, ONES, sp.Integer(1))
    require_equal([grid[0][0], grid[0][2], grid[2][2]], [6, 8, 11], "zeros, bias 1, two layers: corner, edge, inside")
    require_equal(len(set(sp.flatten(grid))), 3, "and no other value")
