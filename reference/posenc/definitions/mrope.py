"""Rotary position embedding with time, height and width, exactly. Wang et al. 2024, Qwen2-VL; Qwen3-VL, interleaved.

Every pair belongs to one of three axes and is turned by the position along it times its frequency of rope. Text has the
same position on all three; an image has those of its grid, and what follows goes on after the largest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions import Expr, Operation, Params
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.rope import Rope

TEXT, IMAGE, VIDEO = 0, 1, 2
Section = Sequence[int]
Cell = tuple[Any, Any, Any]  # time, row and column


def chunked(j: int, section: Section) -> int:
    """Time, then height, then width."""
    return 0 if j < section[0] else 1 if j < section[0] + section[1] else 2


def interleaved(j: int, section: Section) -> int:
    """Time, height, width, and again; time once height or width have all their pairs."""
    return j % 3 if j % 3 and j < 3 * section[j % 3] else 0


def always(section: Section) -> str | None:
    """Any three sections fit."""
    return None


def residues(section: Section) -> str | None:
    """Why sections cannot be interleaved: height has every third pair from 1 on at most, width from 2 on."""
    for axis, name in ((1, "height"), (2, "width")):
        room = len(range(axis, sum(section), 3))
        if section[axis] > room:
            return f"mrope_section is {list(section)}, needs at most {room} of {sum(section)} pairs for the {name}"
    return None


def stepped(kind: int, frame: Any, seconds: Expr, rate: Expr) -> Expr:
    """⌊frame · seconds · rate⌋ in a video, the frame itself otherwise."""
    return sp.floor(frame * seconds * rate) if kind == VIDEO else sp.sympify(frame)


@dataclass(frozen=True)
class Mrope:
    """Replace a function to get another convention, or a mistake.

    rope     frequency, angle, turn and place of a pair
    axis     (pair j, sections) → the axis it belongs to
    fits     sections → why they cannot be had, None if they can
    along    (position, axis) → coordinate
    rank     (pair j, sections) → the pair whose frequency it has
    time     (kind, frame, seconds per step of the grid, tokens per second) → step along the first axis
    merged   (patches along an axis, merge) → tokens along it
    cell     (frame step, row, column, merge) → position in the grid
    shift    (kind of segment, start, cell) → position
    advance  (start, cells of a segment, its kind and grid in tokens) → start of the next
    delta    (largest position, tokens) → what the position after the prompt is ahead of the number of its tokens
    """

    rope: Rope = ROPE["rope/halves"]
    axis: Callable[[int, Section], int] = chunked
    fits: Callable[[Section], str | None] = always
    along: Callable[[Sequence[Expr], int], Expr] = lambda position, axis: position[axis]
    rank: Callable[[int, Section], int] = lambda j, section: j
    time: Callable[[int, Any, Expr, Expr], Expr] = stepped
    merged: Callable[[int, int], int] = lambda patches, merge: patches // merge
    cell: Callable[[Any, Any, Any, int], Cell] = lambda time, row, column, merge: (time, row, column)
    shift: Callable[[int, Any, Cell], Cell] = lambda kind, start, cell: (
        start + cell[0],
        start + cell[1],
        start + cell[2],
    )
    advance: Callable[[Any, Sequence[Cell], Section], Any] = lambda start, cells, grid: (
        start + max(max(cell) for cell in cells) + 1
    )
    delta: Callable[[Any, int], Any] = lambda largest, tokens: largest + 1 - tokens

    def axes(self, section: Section) -> list[int]:
        """The axis of every pair."""
        reason = self.fits(section)
        if reason:
            raise ValueError(f"mrope: {reason}")
        return [self.axis(j, section) for j in range(sum(section))]

    def angle(self, j: int, position: Sequence[Expr], r: int, section: Section, base: Expr) -> Expr:
        """By which pair j is turned."""
        theta = self.rope.frequency(sp.Integer(self.rank(j, section)), sp.Integer(r), sp.Integer(r), base)
        return self.rope.angle(self.along(position, self.axis(j, section)), theta)

    def matrix(self, position: Sequence[Expr], r: int, section: Section, base: Expr, width: int) -> sp.Matrix:
        """What a query or key at a position is multiplied by."""
        out = sp.eye(width)
        for j in range(r // 2):
            block = self.rope.turn(self.angle(j, position, r, section, base))
            for row in (0, 1):
                for column in (0, 1):
                    out[self.rope.place(j, row, r), self.rope.place(j, column, r)] = block[row, column]
        return out

    def cells(self, segment: Section, seconds: Expr, merge: int, rate: Expr) -> tuple[list[Cell], Section]:
        """The positions of a segment from 0 on, and its kind and grid in tokens."""
        kind, t, h, w = (int(number) for number in segment)
        if kind == TEXT:
            return [(i, i, i) for i in range(t)], (kind, t, 1, 1)
        h, w = self.merged(h, merge), self.merged(w, merge)
        steps = [self.time(kind, frame, seconds, rate) for frame in range(t)]
        return [self.cell(step, y, x, merge) for step in steps for y in range(h) for x in range(w)], (kind, t, h, w)

    def ids(self, segments: Sequence[Section], seconds: Sequence[Expr], merge: int, rate: Expr) -> list[Cell]:
        """The position of every token of a prompt."""
        found: list[Cell] = []
        start: Any = 0
        for segment, step in zip(segments, seconds, strict=True):
            cells, grid = self.cells(segment, step, merge, rate)
            found += [self.shift(grid[0], start, cell) for cell in cells]
            start = self.advance(start, cells, grid)
        return found

    def ahead(self, ids: Sequence[Cell]) -> Any:
        """delta: what is to be added to the number of tokens so far for the position of the next."""
        return self.delta(max(max(cell) for cell in ids), len(ids))


CONVENTIONS = {
    "mrope/chunked": Mrope(),
    "mrope/interleaved": Mrope(axis=interleaved, fits=residues),
    "mrope/glm": replace(Mrope(), rope=ROPE["rope/interleaved"]),
}


def _section(section: Sequence[Expr], r: int) -> Section:
    """Sections as integers that make the pairs of r channels."""
    found = [int(count) for count in section]
    if len(found) != 3 or min(found) < 0 or 2 * sum(found) != r:
        raise ValueError(f"mrope: mrope_section is {found}, needs three counts from 0 that sum to {r // 2}")
    return found


def _axes(which: Mrope, params: Params, mrope_section: Sequence[Expr]) -> dict[str, Any]:
    return {"axes": which.axes(_section(mrope_section, 2 * int(sum(mrope_section))))}


def _ids(which: Mrope, params: Params, segments: Any, seconds_per_grid: Sequence[Expr]) -> dict[str, Any]:
    merge, rate = params["spatial_merge_size"], params["tokens_per_second"]
    ids = which.ids(segments, seconds_per_grid, merge, rate)
    return {"position_ids": [list(axis) for axis in zip(*ids, strict=True)], "delta": which.ahead(ids)}


def _table(which: Mrope, params: Params, positions: Sequence[Expr], mrope_section: Any) -> dict[str, Any]:
    r, base = params["rotary_dim"], params["base"]
    section = _section(mrope_section, r)
    which.axes(section)
    blocks = [which.rope.turn(which.angle(j, _three(positions), r, section, base)) for j in range(r // 2)]
    return {"cos": [block[0, 0] for block in blocks], "sin": [block[1, 0] for block in blocks]}


def _rotate(which: Mrope, params: Params, x: Any, positions: Any, mrope_section: Any) -> dict[str, Any]:
    r = len(x) if params["rotary_dim"] is None else params["rotary_dim"]
    section = _section(mrope_section, r)
    which.axes(section)
    return {"y": list(which.matrix(_three(positions), r, section, params["base"], len(x)) * sp.Matrix(x))}


def _three(positions: Sequence[Expr]) -> Sequence[Expr]:
    if len(positions) != 3:
        raise ValueError(f"mrope: positions start with an axis of {len(positions)}, needs 3: time, height and width")
    return positions


SECTION, FIRST = frozenset({"mrope_section"}), frozenset({"positions"})

OPERATIONS = {
    "axes": Operation(_axes, {"mrope_section": 1}, concrete=SECTION),
    "position_ids": Operation(
        _ids, {"segments": 2, "seconds_per_grid": 1}, concrete=frozenset({"segments", "seconds_per_grid"})
    ),
    "table": Operation(_table, {"positions": 1, "mrope_section": 1}, concrete=SECTION, first=FIRST),
    "rotate": Operation(_rotate, {"x": 1, "positions": 1, "mrope_section": 1}, concrete=SECTION, first=FIRST),
}
