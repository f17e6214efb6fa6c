"""Rotary position embedding with three axes: what is true of it. Statements and sources: spec/mrope/claims.toml.

The order of the axes is enumerated over small sections, positions over small prompts; positions and base are free
elsewhere. `posenc audit mrope` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import sympy as sp

from posenc.definitions.mrope import CONVENTIONS, IMAGE, TEXT, VIDEO, Mrope, chunked, interleaved
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.wrong import gallery
from posenc.proving import require_all, require_equal, require_less, require_zero

PAPER = CONVENTIONS["mrope/chunked"]
WRONG = gallery("mrope")

T, H, W, t, h, w = sp.symbols("T H W t h w", real=True)
b = sp.Symbol("b", positive=True)  # the base, above 1
HERE, THERE, BETWEEN = (T, H, W), (t, h, w), (t - T, h - H, w - W)
HALF, ONE = sp.Rational(1, 2), sp.Integer(1)
HALVES = ROPE["rope/halves"]
PIECES = [(TEXT, 1, 1, 1), (TEXT, 3, 1, 1), (IMAGE, 1, 2, 3), (IMAGE, 1, 1, 1), (VIDEO, 4, 1, 2), (VIDEO, 2, 2, 1)]


def _orders(which: Mrope) -> list[tuple[str, Mrope]]:
    """The definition with its pairs chunked and interleaved; one that has an order of its own, as it is."""
    if which.axis is not chunked:
        return [("this definition", which)]
    return [("chunked", which), ("interleaved", replace(which, axis=interleaved))]


def _sections(most: int) -> Iterator[tuple[int, int, int]]:
    """Every three sections, not all of them 0."""
    triples = product(range(most + 1), repeat=3)
    return ((a, c, e) for a, c, e in triples if 0 < a + c + e <= most)


def _ids(which: Mrope, segments: Sequence[Any], merge: int = 1, seconds: Any = ONE, rate: Any = ONE) -> list[Any]:
    """The ids of every token, with the same seconds for every segment."""
    return which.ids(segments, [seconds] * len(segments), merge, rate)


def _prompts() -> Iterator[tuple[Any, ...]]:
    for count in (1, 2, 3):
        yield from product(PIECES, repeat=count)


def prove_anchor(which: Mrope = PAPER) -> None:
    q = sp.Matrix(range(1, 9))
    k = sp.Matrix([HALF, -1, 2, HALF, -HALF, 1, 3 * HALF, -3 * HALF])
    said = {"chunked": "7.4404593110985", "interleaved": "8.0015114783648"}
    for name, one in _orders(which):
        near = sp.Rational(said.get(name, "0"))
        query, key = (
            one.matrix([sp.Integer(p) for p in at], 8, (2, 1, 1), sp.Integer(10_000), 8)
            for at in ((2, 3, 5), (1, 1, 1))
        )
        score = ((query * q).T * (key * k))[0]
        require_less(near, score, f"{name}: the score is above {float(near):.13f}")
        require_less(score, near + sp.Rational(1, 10**13), "and less than 1e-13 further")
    turned = which.matrix((ONE, ONE, ONE), 8, (2, 1, 1), b, 8)[:, 0]
    require_equal(list(turned), [sp.cos(1), 0, 0, 0, sp.sin(1), 0, 0, 0], "channel 4 is the partner of channel 0")


def prove_text_is_rope(which: Mrope = PAPER) -> None:
    for name, one in _orders(which):
        for section in _sections(6):
            r = 2 * sum(section)
            found = [one.angle(j, (T, T, T), r, section, b) for j in range(r // 2)]
            said = [HALVES.angle(T, HALVES.frequency(j, sp.Integer(r), sp.Integer(r), b)) for j in range(r // 2)]
            require_equal(found, said, f"{name}, {section}: the angles of rope")
        whole = one.matrix((T, T, T), 8, (2, 1, 1), b, 10)
        require_equal(whole, HALVES.matrix(T, 8, b, 10), f"{name}, 8 of 10 channels: the matrix of rope")


def prove_relative(which: Mrope = PAPER) -> None:
    for name, one in _orders(which):
        here, there, between = (one.matrix(at, 6, (1, 1, 1), b, 6) for at in (HERE, THERE, BETWEEN))
        require_zero(here.T * there - between, f"{name}, r = 6: R(p)ᵀ R(p') = R(p' − p)")


def prove_norm(which: Mrope = PAPER) -> None:
    R = which.matrix(HERE, 6, (1, 1, 1), b, 6)
    require_zero(R.T * R - sp.eye(6), "r = 6: R(p)ᵀ R(p) = I")


def prove_identity(which: Mrope = PAPER) -> None:
    origin = [sp.Integer(0)] * 3
    for section, width in (((1, 1, 1), 6), ((2, 1, 1), 8), ((2, 1, 1), 10)):
        R = which.matrix(origin, 2 * sum(section), section, b, width)
        require_equal(R, sp.eye(width), f"{2 * sum(section)} of {width} channels: R(0, 0, 0) = I")


def prove_rows(which: Mrope = PAPER) -> None:
    for name, one in _orders(which):
        for section in _sections(4):
            r = 2 * sum(section)
            tables = {
                axis: [HALVES.block(at, j, sp.Integer(r), b)[:, 0] for j in range(r // 2)]
                for axis, at in enumerate(HERE)
            }
            said = [tables.get(one.axis(j, section), [None] * r)[j] for j in range(r // 2)]
            found = [one.rope.turn(one.angle(j, HERE, r, section, b))[:, 0] for j in range(r // 2)]
            require_equal(found, said, f"{name}, {section}: rows picked from three tables of rope")


def prove_cover(which: Mrope = PAPER) -> None:
    cases = []
    for section in [*_sections(16), (16, 24, 24)]:
        found = [which.axis(j, section) for j in range(sum(section))]
        cases.append((section, found == [axis for axis in range(3) for _ in range(section[axis])]))
    require_all(cases, "chunked: time, then height, then width, as many pairs as the sections say")
    for name, one in _orders(which):
        fine = ((s, {one.axis(j, s) for j in range(sum(s))} <= {0, 1, 2}) for s in _sections(16))
        require_all(fine, f"{name}: every pair belongs to one of the three")


def _counts(which: Mrope, section: Sequence[int]) -> list[int]:
    found = [which.axis(j, section) for j in range(sum(section))]
    return [found.count(axis) for axis in range(3)]


def prove_interleaved_fits(which: Mrope = PAPER) -> None:
    one = dict(_orders(which)).get("interleaved", which)
    cases = []
    for section in _sections(16):
        n = sum(section)
        room = all(section[axis] == 0 or 3 * (section[axis] - 1) + axis < n for axis in (1, 2))
        cases.append((section, (_counts(one, section) == list(section)) == room))
        cases.append((section, (CONVENTIONS["mrope/interleaved"].fits(section) is None) == room))
    require_all(
        cases, "the counts are the sections if and only if both conditions hold, and other sections are refused"
    )
    require_equal(_counts(one, (24, 20, 20)), [24, 20, 20], "24, 20, 20: as asked")
    require_equal([one.axis(j, (24, 20, 20)) for j in range(58, 64)], [1, 2, 0, 0, 0, 0], "with T T T T at the end")
    require_equal(_counts(one, (8, 12, 12)), [11, 11, 10], "8, 12, 12: cut to 11, 11, 10")


def prove_ids_anchor(which: Mrope = PAPER) -> None:
    image = _ids(which, [(TEXT, 2, 1, 1), (IMAGE, 1, 2, 2), (TEXT, 2, 1, 1)])
    said = [[0, 1, 2, 2, 2, 2, 4, 5], [0, 1, 2, 2, 3, 3, 4, 5], [0, 1, 2, 3, 2, 3, 4, 5]]
    require_equal([list(axis) for axis in zip(*image, strict=True)], said, "two words, an image of 2 by 2, two words")
    require_equal(which.ahead(image), -2, "delta −2")
    video = _ids(which, [(TEXT, 1, 1, 1), (VIDEO, 3, 1, 2), (TEXT, 1, 1, 1)], 1, 3 * HALF)
    said = [[0, 1, 1, 2, 2, 4, 4, 5], [0, 1, 1, 1, 1, 1, 1, 5], [0, 1, 2, 1, 2, 1, 2, 5]]
    require_equal([list(axis) for axis in zip(*video, strict=True)], said, "a word, 3 frames of 1 by 2, a word")
    require_equal(which.ahead(video), -2, "delta −2")


def prove_continues(which: Mrope = PAPER) -> None:
    cases = []
    for prompt in _prompts():
        ids = _ids(which, prompt)
        largest = max(max(at) for at in ids)
        before = _ids(which, prompt[:-1]) if prompt[1:] else []
        start = max((max(at) for at in before), default=-1) + 1
        last = ids[len(before) :]
        fine = ids[: len(before)] == before and tuple(last[0]) == (start,) * 3
        if prompt[-1][0] == TEXT:
            fine = fine and last == [(start + i,) * 3 for i in range(prompt[-1][1])]
        cases.append((prompt, fine and len(ids) + which.ahead(ids) == largest + 1))
    require_all(cases, "a segment starts at the largest id + 1, and so does the token after the prompt")


def prove_image_shift(which: Mrope = PAPER) -> None:
    cases = []
    for count, (deep, tall, wide) in product(range(1, 5), product(range(1, 4), repeat=3)):
        ids = _ids(which, [(TEXT, count, 1, 1), (IMAGE, deep, tall, wide)])
        said = [(count + z, count + y, count + x) for z in range(deep) for y in range(tall) for x in range(wide)]
        cases.append(((count, deep, tall, wide), [tuple(at) for at in ids[count:]] == said))
    require_all(cases, "an image that starts at p has the ids of its grid + p")


def prove_merge(which: Mrope = PAPER) -> None:
    cases = []
    for merge, tall, wide, kind in product((1, 2, 3), range(1, 4), range(1, 4), (IMAGE, VIDEO)):
        patches = _ids(which, [(TEXT, 2, 1, 1), (kind, 2, merge * tall, merge * wide)], merge)
        cases.append(((merge, tall, wide), patches == _ids(which, [(TEXT, 2, 1, 1), (kind, 2, tall, wide)])))
    require_all(cases, "merged patches have the ids of so many tokens")


def prove_time(which: Mrope = PAPER) -> None:
    def times(kind: int, seconds: Any, rate: Any) -> list[Any]:
        ids = _ids(which, [(TEXT, 1, 1, 1), (kind, 5, 1, 1)], 1, seconds, rate)
        return [at[0] - 1 for at in ids[1:]]

    require_equal(times(VIDEO, HALF, 2 * ONE)[:4], [0, 1, 2, 3], "half a second at 2 steps a second: 0, 1, 2, 3")
    cases = []
    for seconds, rate in product((HALF / 2, HALF, ONE, sp.Rational(11, 8), 3 * HALF), (ONE, 2 * ONE, 25 * ONE, HALF)):
        said = [(frame * seconds * rate) // 1 for frame in range(5)]
        cases.append((("video", seconds, rate), times(VIDEO, seconds, rate) == said))
        cases.append((("image", seconds, rate), times(IMAGE, seconds, rate) == list(range(5))))
    require_all(cases, "frame f stands ⌊f · seconds · rate⌋ after the start, layer f of an image f after it")


def prove_frames(which: Mrope = PAPER) -> None:
    cases = []
    for stamp, tall, wide in product((1, 2, 3), repeat=3):
        for seconds in (ONE, 3 * HALF):
            pieces = [(TEXT, stamp, 1, 1), (VIDEO, 1, tall, wide)] * 2
            ids = _ids(which, pieces, 1, seconds, 25 * ONE)
            first, other = (ids[at : at + tall * wide] for at in (stamp, 2 * stamp + tall * wide))
            starts = stamp, 2 * stamp + max(tall, wide)
            fine = all(
                {at[0] for at in f} == {s} and tuple(f[0]) == (s,) * 3
                for f, s in zip((first, other), starts, strict=True)
            )
            cases.append(((stamp, tall, wide, seconds), fine))
    require_all(cases, "T is one number in a frame, that of its first row and column")


def prove_delta_grids(which: Mrope = PAPER) -> None:
    cases = []
    grids = list(product(range(1, 5), repeat=3))
    for grid, other in [(grid, None) for grid in grids] + [(grid, grids[-1 - at]) for at, grid in enumerate(grids)]:
        both = [grid] if other is None else [grid, other]
        pieces: list[Any] = [(TEXT, 2, 1, 1)]
        for one in both:
            pieces += [(VIDEO, *one), (TEXT, 1, 1, 1)]
        delta = which.ahead(_ids(which, pieces))
        lost = sum(max(one) - one[0] * one[1] * one[2] for one in both)
        lines = all(sum(size > 1 for size in one) <= 1 for one in both)
        cases.append((both, delta == lost <= 0 and (delta == 0) == lines))
    require_all(cases, "delta = Σ (max(t, h, w) − t·h·w) ≤ 0, and 0 for lines alone")


def refute_never_ahead(which: Mrope = PAPER) -> None:
    ids = _ids(which, [(VIDEO, 2, 1, 1)], 1, 4 * ONE)
    require_equal([at[0] for at in ids], [0, 4], "two frames of one token, 4 steps apart: 0 and 4")
    require_equal(which.ahead(ids), 3, "the third token stands at 5: delta is 3")


def refute_longer_side(which: Mrope = PAPER) -> None:
    def following(*grid: int) -> Any:
        return _ids(which, [(TEXT, 1, 1, 1), grid, (TEXT, 1, 1, 1)])[-1][0]

    require_equal(following(VIDEO, 4, 1, 2), 5, "four frames of 1 by 2 starting at 1: the text begins at 5, not at 3")
    times = [at[0] for at in _ids(which, [(TEXT, 1, 1, 1), (VIDEO, 4, 1, 2)])[1:]]
    require_equal(times, [1, 1, 2, 2, 3, 3, 4, 4], "3 is the time of a frame")
    images = ((size, following(IMAGE, 1, *size) == 1 + max(size)) for size in product(range(1, 5), repeat=2))
    require_all(images, "for images it does")


def refute_distinct(which: Mrope = PAPER) -> None:
    slow = _ids(which, [(VIDEO, 4, 1, 1)], 1, HALF / 2)
    require_equal([tuple(at) for at in slow], [(0, 0, 0)] * 4, "four frames a quarter of a step apart: one position")
    for seconds in (ONE, 3 * HALF):
        fine = (
            (prompt, len(set(found)) == len(found))
            for prompt in _prompts()
            for found in [_ids(which, prompt, 1, seconds)]
        )
        require_all(fine, f"{seconds} steps apart: no two tokens of a prompt have the same ids")
