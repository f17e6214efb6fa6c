"""Wrong rotations with time, height and width, and wrong positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr
from posenc.definitions.mrope import TEXT, VIDEO, Mrope, Section
from posenc.definitions.rope import PLACES
from posenc.definitions.wrong import Mistake, rounded_angles, rounded_positions

EXTRA = 3  # an axis along which every position is 0


def _axis(function: Any) -> Mistake:
    """The axis of a definition passed through function(definition, j, sections)."""
    return lambda which: replace(which, axis=lambda j, section: function(which, j, section))


def _rope(**parts: Any) -> Mistake:
    return lambda which: replace(which, rope=replace(which.rope, **parts))


def _turn(function: Any) -> Mistake:
    """The 2×2 matrix of a definition passed through a function."""
    return lambda which: replace(which, rope=replace(which.rope, turn=lambda angle: function(which.rope.turn(angle))))


def _advance(function: Any) -> Mistake:
    """Where the next segment starts, by function(start, cells, kind and grid), except after text."""
    return lambda which: replace(
        which,
        advance=lambda start, cells, grid: (
            which.advance(start, cells, grid) if grid[0] == TEXT else function(start, cells, grid)
        ),
    )


def _video(function: Any) -> Mistake:
    """The step of time of a definition with the product of frame, seconds and rate by a function."""
    return lambda which: replace(
        which,
        time=lambda kind, frame, seconds, rate: (
            which.time(kind, 1, function(frame, seconds, rate), 1)
            if kind == VIDEO
            else which.time(kind, frame, seconds, rate)
        ),
    )


def _with_extra(j: int, section: Section) -> int:
    """A fourth axis takes what none of three conditions does, the first of them included."""
    return j % 3 if j < 3 * section[j % 3] else EXTRA


def _as_documented(j: int, section: Section) -> int:
    """THTHWHTHW...TT."""
    return 0 if j == 0 or j >= sum(section) - 2 else (1, 0, 1, 2)[(j - 1) % 4]


def _other(place: Any) -> Any:
    """The pairing that a definition does not have."""
    return PLACES["interleaved" if place is PLACES["halves"] else "halves"]


def _restarted(which: Mrope, j: int, section: Section) -> int:
    """How many pairs before j belong to its axis."""
    return sum(which.axis(other, section) == which.axis(j, section) for other in range(j))


class _DoubledSections(Mrope):
    """Sections twice as long cut the whole head, so that the channels of a pair belong to different axes."""

    def matrix(self, position: Sequence[Expr], r: int, section: Section, base: Expr, width: int) -> sp.Matrix:
        out, longer = sp.eye(width), [2 * count for count in section]
        for j in range(r // 2):
            own, theta = [self.rope.place(j, side, r) for side in (0, 1)], sp.Integer(j)
            for side in (0, 1):
                at = self.along(position, self.axis(own[side], longer))
                block = self.rope.turn(self.rope.angle(at, self.rope.frequency(theta, sp.Integer(r), r, base)))
                for column in (0, 1):
                    out[own[side], own[column]] = block[side, column]
        return out


class _StartScaled(Mrope):
    """Where a grid starts is multiplied as its steps of time are, for images too."""

    def ids(self, segments: Any, seconds: Any, merge: int, rate: Expr) -> list[Any]:
        found: list[Any] = []
        start: Any = 0
        for segment, step in zip(segments, seconds, strict=True):
            cells, grid = self.cells(segment, step, merge, rate)
            moved = [self.shift(grid[0], start, cell) for cell in cells]
            if grid[0] != TEXT:
                moved = [
                    (sp.floor(start * step * rate) + cell[0], *at[1:]) for cell, at in zip(cells, moved, strict=True)
                ]
            found += moved
            start = self.advance(start, cells, grid)
        return found


WRONG: dict[str, Mistake] = {
    "mrope/doubled-sections": lambda which: _DoubledSections(**vars(which)),
    "mrope/counts-tokens": _advance(lambda start, cells, grid: start + len(cells)),
    "mrope/extra-axis": lambda which: replace(
        which, axis=_with_extra, along=lambda position, axis: position[axis] if axis < EXTRA else sp.Integer(0)
    ),
    "mrope/start-scaled": lambda which: _StartScaled(**vars(which)),
    "mrope/corner-at-zero": lambda which: replace(
        which,
        shift=lambda kind, start, cell: (
            which.shift(kind, start, cell) if kind == TEXT else (start + cell[0], *cell[1:])
        ),
    ),
    "mrope/time-unscaled": _video(lambda frame, seconds, rate: frame),
    "mrope/as-documented": _axis(lambda which, j, section: _as_documented(j, section)),
    "mrope/width-before-height": _axis(lambda which, j, section: (0, 2, 1)[which.axis(j, section)]),
    "mrope/time-alone": _axis(lambda which, j, section: 0),
    "mrope/restarted": lambda which: replace(which, rank=lambda j, section: _restarted(which, j, section)),
    "mrope/other-pairing": lambda which: replace(which, rope=replace(which.rope, place=_other(which.rope.place))),
    "mrope/clockwise": _rope(angle=lambda p, w: -p * w),
    "mrope/doubled": _rope(angle=lambda p, w: 2 * p * w),
    "mrope/one-based": _rope(angle=lambda p, w: (p + 1) * w),
    "mrope/bf16-positions": _rope(angle=rounded_positions("bfloat16")),
    "mrope/bf16-angles": _rope(angle=rounded_angles("bfloat16")),
    "mrope/mirrored": _turn(lambda t: t * sp.diag(1, -1)),
    "mrope/stretched": _turn(lambda t: t * sp.Rational(101, 100)),
    "mrope/base-ignored": lambda which: replace(
        which,
        rope=replace(which.rope, frequency=lambda i, r, d, base: which.rope.frequency(i, r, d, sp.Integer(10_000))),
    ),
    "mrope/longer-side": _advance(lambda start, cells, grid: start + max(grid[2:])),
    "mrope/last-plus-one": _advance(lambda start, cells, grid: start + cells[-1][0] + 1),
    "mrope/seconds-truncated": _video(lambda frame, seconds, rate: frame * sp.floor(seconds) * rate),
    "mrope/step-truncated": _video(lambda frame, seconds, rate: frame * sp.floor(seconds * rate)),
    "mrope/time-rounded": _video(lambda frame, seconds, rate: sp.floor(frame * seconds * rate + sp.Rational(1, 2))),
    "mrope/images-scaled": lambda which: replace(
        which, time=lambda kind, frame, seconds, rate: sp.floor(frame * seconds * rate)
    ),
    "mrope/rows-as-columns": lambda which: replace(
        which, cell=lambda time, row, column, merge: which.cell(time, column, row, merge)
    ),
    "mrope/merge-as-stride": lambda which: replace(
        which, cell=lambda time, row, column, merge: which.cell(time, row * merge, column * merge, merge)
    ),
    "mrope/delta-of-last": lambda which: replace(which, delta=lambda largest, tokens: largest - tokens),
    "mrope/delta-negated": lambda which: replace(which, delta=lambda largest, tokens: tokens - largest - 1),
}
