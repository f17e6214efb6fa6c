"""Lie rotational position encodings, exactly, in blocks of two or three channels. Ostmeier et al. 2025 (LieRE).

A token with the coordinates x_a is turned by exp(Σ_a x_a·A_a), A_a skew-symmetric. In a block of two or three channels
A³ = −s²·A with s the length of its entries above the diagonal, so that exp A = I + (sin s)/s · A + (1 − cos s)/s² · A².
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params, dot

Vector = Sequence[Expr]

SIZES = {1: 2, 3: 3}  # entries above the diagonal → channels of a block


def sine(s: Expr) -> Expr:
    """(sin s)/s, which is 1 at 0."""
    return sp.Integer(1) if s == 0 else sp.sin(s) / s


def versine(s: Expr) -> Expr:
    """(1 − cos s)/s², which is 1/2 at 0."""
    return sp.Rational(1, 2) if s == 0 else (1 - sp.cos(s)) / s**2


def length(entries: Vector) -> Expr:
    """s: of one entry itself (both series are even), of three √(Σ entry²)."""
    return entries[0] if len(entries) == 1 else sp.sqrt(dot(entries, entries))


def skew(entries: Vector) -> sp.Matrix:
    """U − Uᵀ, U having the entries above its diagonal, row by row."""
    size = SIZES[len(entries)]
    above = iter(entries)
    upper = sp.Matrix(size, size, lambda r, c: next(above) if c > r else 0)
    return upper - upper.T


@dataclass(frozen=True)
class Liere:
    """Replace a function to get another convention, or a mistake.

    place      (block, row in it, size of blocks, blocks) → channel
    generator  entries → the skew-symmetric matrix
    combined   (coordinates, entries of every axis) → entries of the block's matrix
    held       entry of that matrix → the number kept for it
    length     entries → s
    sine       s → what A is multiplied by
    versine    s → what A² is multiplied by
    compose    (definition, block of x, coordinates, entries of every axis) → the block, turned
    """

    place: Callable[[int, int, int, int], int] = lambda block, row, size, blocks: block * size + row
    generator: Callable[[Vector], sp.Matrix] = skew
    combined: Callable[[Vector, Sequence[Vector]], list[Expr]] = lambda at, axes: [
        dot(at, column) for column in zip(*axes, strict=True)
    ]
    held: Callable[[Expr], Expr] = lambda entry: entry
    length: Callable[[Vector], Expr] = length
    sine: Callable[[Expr], Expr] = sine
    versine: Callable[[Expr], Expr] = versine
    compose: Callable[[Any, Vector, Vector, Sequence[Vector]], list[Expr]] = lambda which, x, at, axes: which.turn(
        x, which.combined(at, axes)
    )

    def turn(self, x: Vector, entries: Vector) -> list[Expr]:
        """exp A · x."""
        kept = [self.held(entry) for entry in entries]
        rows, s = self.generator(kept).tolist(), self.length(kept)
        once = [dot(row, x) for row in rows]
        twice = [dot(row, once) for row in rows]
        first, second = self.sine(s), self.versine(s)
        return [x_i + first * l_i + second * q_i for x_i, l_i, q_i in zip(x, once, twice, strict=True)]

    def rotate(self, x: Vector, at: Vector, axes: Sequence[Sequence[Vector]]) -> list[Expr]:
        """Every block turned; channels beyond the blocks left alone."""
        blocks, size = len(axes[0]), SIZES[len(axes[0][0])]
        out = list(x)
        for block in range(blocks):
            channels = [self.place(block, row, size, blocks) for row in range(size)]
            turned = self.compose(self, [x[c] for c in channels], at, [axis[block] for axis in axes])
            for channel, value in zip(channels, turned, strict=True):
                out[channel] = value
        return out

    def matrix(self, at: Vector, axes: Sequence[Sequence[Vector]], d: int) -> sp.Matrix:
        """The matrix of that map; its columns are the images of the unit vectors."""
        return sp.Matrix([self.rotate(list(sp.eye(d).col(i)), at, axes) for i in range(d)]).T


CONVENTIONS = {"liere/blocks": Liere()}


def _rotate(which: Liere, params: Params, x: Vector, positions: Vector, generators: Any) -> dict[str, list[Expr]]:
    return {"y": which.rotate(x, positions, generators)}


def _blocks_that_fit(params: Params, shapes: Any) -> str | None:
    x, positions, generators = (tuple(shapes[name]) for name in ("x", "positions", "generators"))
    if x and positions and len(generators) == 3 and generators[2] in SIZES and min(generators) > 0:
        axes, blocks, entries = generators
        if positions[-1] == axes and blocks * SIZES[entries] <= x[-1]:
            return None
    return (
        f"x {x}, positions {positions} and generators {generators} need (..., n, head_dim), (n, axes) and "
        "(axes, blocks, 1 or 3), blocks of 2 or 3 channels within head_dim"
    )


INPUTS = {"x": 1, "positions": 1, "generators": 3}
NUMBERS = frozenset(INPUTS)  # whether s is 0 depends on them, and numbers are quicker than symbols
OPERATIONS = {"rotate": Operation(_rotate, INPUTS, concrete=NUMBERS, domain=_blocks_that_fit)}
