"""Rotary position embedding with three axes: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domains import bases, vectors
from oracle import A, assert_near, distance, truth, unit
from posenc import mrope, rope

CONVENTIONS: dict[str, dict[str, Any]] = {
    "chunked": {"order": "chunked", "pairing": "halves"},
    "interleaved": {"order": "interleaved", "pairing": "halves"},
    "glm": {"order": "chunked", "pairing": "interleaved"},
}
NAMES = st.sampled_from(sorted(CONVENTIONS))
ORDERS = st.sampled_from(mrope.ORDERS)
sections = st.sampled_from([(1, 0, 0), (1, 1, 1), (2, 1, 1), (2, 2, 1), (3, 1, 1), (0, 1, 0), (3, 2, 0)]).map(list)
places = st.sampled_from([0, 1, 2, 255, 257, 2049]) | st.integers(-4096, 4096)
triples = st.tuples(places, places, places)
reals = st.tuples(*[st.floats(-4096, 4096, width=32)] * 3)
sides = st.integers(1, 4)
HALF = 2.0**-53
GRAIN = 2.0**-37  # angles up to 8192 stray by 2^13 half units, with a few roundings of elements up to 8


def fits(section: list[int], order: str) -> list[int]:
    """Sections that an order can have: those of one pair if not."""
    room = [len(range(axis, sum(section), 3)) for axis in (1, 2)]
    return section if order == "chunked" or (section[1] <= room[0] and section[2] <= room[1]) else [1, 0, 0]


def column(at: Any) -> Any:
    return np.array(at)[:, np.newaxis]


def size(q: Any, k: Any) -> float:
    return GRAIN * float(1 + np.abs(q).sum() * np.abs(k).max())


def score(q: Any, k: Any, at: Any, other: Any, section: list[int], **how: Any) -> float:
    one, two = (mrope.rotate(x, column(p), section, **how) for x, p in ((q, at), (k, other)))
    return float((one * two).sum())


@given(data=st.data(), at=triples | reals, section=sections, rest=st.integers(0, 2), base=bases, name=NAMES)
def test_rotate_is_true(data: st.DataObject, at: Any, section: list[int], rest: int, base: float, name: str) -> None:
    section = fits(section, CONVENTIONS[name]["order"])
    turned = 2 * sum(section)
    x = data.draw(vectors(1, turned + rest))
    found = mrope.rotate(x, column(at), section, base=base, rotary_dim=turned, **CONVENTIONS[name])
    inputs = {"x": x, "positions": column(at), "mrope_section": section}
    assert distance("mrope.rotate", f"mrope/{name}", {"base": base, "rotary_dim": turned}, found, **inputs) <= A


@given(data=st.data(), at=triples, name=NAMES, dtype=st.sampled_from(["float32", "float16"]))
def test_rotate_in_short_precision(data: st.DataObject, at: Any, name: str, dtype: str) -> None:
    x = data.draw(vectors(1, 8)).astype(dtype)
    found = mrope.rotate(x, column(at), [2, 1, 1], **CONVENTIONS[name])
    assert found.dtype == dtype
    inputs = {"x": x, "positions": column(at), "mrope_section": [2, 1, 1]}
    assert distance("mrope.rotate", f"mrope/{name}", {"base": 1e4, "rotary_dim": None}, found, dtype, **inputs) <= A


@given(at=triples | reals, section=sections, base=bases, order=ORDERS)
def test_table_is_true(at: Any, section: list[int], base: float, order: str) -> None:
    section = fits(section, order)
    params = {"rotary_dim": 2 * sum(section), "base": base}
    asked: tuple[str, str, dict[str, Any]] = ("mrope.table", f"mrope/{order}", params)
    inputs = {"positions": column(at), "mrope_section": section}
    right, scale = truth(*asked, **inputs), unit(*asked, **inputs)
    found = mrope.table(column(at), 2 * sum(section), section, base=base, order=order)
    for key, part in zip(("cos", "sin"), found, strict=True):
        assert_near(part, right[key], A * scale[key])


@st.composite
def prompts(draw: Any) -> tuple[list[list[int]], list[float], int]:
    """Up to four segments, their seconds, and how many patches make a token."""
    merge, segments = draw(st.integers(1, 3)), []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 2))
        h, w = (1, 1) if kind == 0 else (merge * draw(sides), merge * draw(sides))
        segments.append([kind, draw(sides), h, w])
    return segments, [draw(st.sampled_from([0.25, 0.7, 1.0, 1.5, 1 / 3])) for _ in segments], merge


@given(prompt=prompts(), rate=st.sampled_from([1.0, 2.0, 0.1, 25.0]))
def test_position_ids_are_true(prompt: Any, rate: float) -> None:
    segments, seconds, merge = prompt
    params = {"spatial_merge_size": merge, "tokens_per_second": rate}
    right = truth("mrope.position_ids", "mrope/chunked", params, segments=segments, seconds_per_grid=seconds)
    ids, delta = mrope.position_ids(segments, seconds, **params)
    assert (ids == right["position_ids"]).all()
    assert delta == right["delta"]
    assert ids.dtype == delta.dtype == np.int64


def test_anchor() -> None:
    q, k = np.arange(1.0, 9.0)[np.newaxis], np.array([[0.5, -1, 2, 0.5, -0.5, 1, 1.5, -1.5]])
    for order, said in (("chunked", 7.4404593110985431415), ("interleaved", 8.0015114783648487105)):
        for at, other in (((2, 3, 5), (1, 1, 1)), ((9, 8, 7), (8, 6, 3))):
            assert_near(score(q, k, at, other, [2, 1, 1], order=order), said, 1e-13)
    first = mrope.rotate(np.eye(8)[:1], column((1, 1, 1)), [2, 1, 1])[0]
    assert_near(first[[0, 4]], [np.cos(1), np.sin(1)], 4 * HALF)


@given(data=st.data(), p=places, section=sections, base=bases, name=NAMES)
def test_text_is_rope(data: st.DataObject, p: int, section: list[int], base: float, name: str) -> None:
    how = CONVENTIONS[name]
    section = fits(section, how["order"])
    x = data.draw(vectors(1, 2 * sum(section)))
    found = mrope.rotate(x, column((p, p, p)), section, base=base, **how)
    assert (found == rope.rotate(x, [p], base=base, pairing=how["pairing"])).all()


@given(data=st.data(), at=triples, other=triples, by=triples, name=NAMES)
def test_relative(data: st.DataObject, at: Any, other: Any, by: Any, name: str) -> None:
    q, k = data.draw(vectors(1, 10)), data.draw(vectors(1, 10))
    moved = [tuple(np.add(place, by)) for place in (at, other)]
    how, section = CONVENTIONS[name], [2, 2, 1]
    right = score(q, k, moved[0], moved[1], section, **how)
    assert_near(score(q, k, at, other, section, **how), right, size(q, k))


@given(data=st.data(), at=triples, name=NAMES)
def test_norm(data: st.DataObject, at: Any, name: str) -> None:
    x, y = data.draw(vectors(1, 8)), data.draw(vectors(1, 8))
    assert_near(score(x, y, at, at, [2, 1, 1], **CONVENTIONS[name]), float((x * y).sum()), size(x, y))


@given(data=st.data(), section=sections, rest=st.integers(0, 2), name=NAMES)
def test_identity(data: st.DataObject, section: list[int], rest: int, name: str) -> None:
    section = fits(section, CONVENTIONS[name]["order"])
    x = data.draw(vectors(2, 2 * sum(section) + rest))
    found = mrope.rotate(x, np.zeros((3, 2)), section, rotary_dim=2 * sum(section), **CONVENTIONS[name])
    assert (found == x).all()


@given(at=triples, section=sections, base=bases, order=ORDERS)
def test_rows(at: Any, section: list[int], base: float, order: str) -> None:
    section = fits(section, order)
    r = 2 * sum(section)
    three = rope.table(at, r, base=base)
    chosen = mrope.axes(section, order=order)
    for part, whole in zip(mrope.table(column(at), r, section, base=base, order=order), three, strict=True):
        assert (part[0] == whole[chosen, np.arange(r // 2)]).all()


counts = st.lists(st.integers(0, 12), min_size=3, max_size=3).filter(any)


@given(section=counts)
@example(section=[16, 24, 24])
def test_cover(section: list[int]) -> None:
    found = mrope.axes(section)
    assert np.bincount(found, minlength=3).tolist() == section
    assert (np.diff(found) >= 0).all()


@given(section=counts)
@example(section=[24, 20, 20])
@example(section=[8, 12, 12])
@example(section=[11, 11, 10])
def test_interleaved_fits(section: list[int]) -> None:
    n = sum(section)
    room = all(section[axis] == 0 or 3 * (section[axis] - 1) + axis < n for axis in (1, 2))
    assert refused(section) != room
    if room:
        found = mrope.axes(section, order="interleaved")
        assert np.bincount(found, minlength=3).tolist() == section
        for axis in (1, 2):
            assert np.flatnonzero(found == axis).tolist() == list(range(axis, 3 * section[axis], 3))


def refused(section: list[int]) -> bool:
    try:
        mrope.axes(section, order="interleaved")
    except ValueError:
        return True
    return False


def test_ids_anchor() -> None:
    ids, delta = mrope.position_ids([[0, 2, 1, 1], [1, 1, 4, 4], [0, 2, 1, 1]])
    assert ids.tolist() == [[0, 1, 2, 2, 2, 2, 4, 5], [0, 1, 2, 2, 3, 3, 4, 5], [0, 1, 2, 3, 2, 3, 4, 5]]
    assert delta == -2
    ids, delta = mrope.position_ids([[0, 1, 1, 1], [2, 3, 2, 4], [0, 1, 1, 1]], [1, 1.5, 1])
    assert ids.tolist() == [[0, 1, 1, 2, 2, 4, 4, 5], [0, 1, 1, 1, 1, 1, 1, 5], [0, 1, 2, 1, 2, 1, 2, 5]]
    assert delta == -2


@given(prompt=prompts(), count=sides)
def test_continues(prompt: Any, count: int) -> None:
    segments, seconds, merge = prompt
    before, delta = mrope.position_ids(segments, seconds, spatial_merge_size=merge)
    longer = [*segments, [0, count, 1, 1]]
    after, still = mrope.position_ids(longer, [*seconds, 1.0], spatial_merge_size=merge)
    assert (after[:, : before.shape[1]] == before).all()
    assert (after[:, before.shape[1] :] == before.max() + 1 + np.arange(count)).all()
    assert before.shape[1] + delta == before.max() + 1
    assert delta == still


@given(start=sides, grid=st.tuples(sides, sides, sides))
def test_image_shift(start: int, grid: Any) -> None:
    ids, _ = mrope.position_ids([[0, start, 1, 1], [1, *grid]], spatial_merge_size=1)
    assert (ids[:, start:] == start + np.indices(grid).reshape(3, -1)).all()


@given(merge=st.integers(1, 3), kind=st.integers(1, 2), grid=st.tuples(sides, sides, sides))
def test_merge(merge: int, kind: int, grid: Any) -> None:
    t, h, w = grid
    patches = mrope.position_ids([[kind, t, merge * h, merge * w]], spatial_merge_size=merge)
    tokens = mrope.position_ids([[kind, t, h, w]], spatial_merge_size=1)
    assert (patches[0] == tokens[0]).all()
    assert patches[1] == tokens[1]


@given(seconds=st.floats(0.01, 10), rate=st.sampled_from([1.0, 2.0, 0.1, 25.0]), frames=st.integers(1, 12))
@example(seconds=0.5, rate=2.0, frames=4)
@example(seconds=0.7, rate=1.0, frames=12)  # 10 · 0.7 is less than 7, and 7.0 when the product is rounded
def test_time(seconds: float, rate: float, frames: int) -> None:
    pieces = [[0, 1, 1, 1], [2, frames, 1, 1], [1, frames, 1, 1]]
    ids, _ = mrope.position_ids(pieces, [seconds] * 3, spatial_merge_size=1, tokens_per_second=rate)
    said = [1 + int(frame * Fraction(seconds) * Fraction(rate)) for frame in range(frames)]
    assert ids[0, 1 : 1 + frames].tolist() == said
    assert (ids[0, 1 + frames :] == said[-1] + 1 + np.arange(frames)).all()


@given(stamp=sides, height=sides, width=sides, seconds=st.floats(0.1, 10))
def test_frames(stamp: int, height: int, width: int, seconds: float) -> None:
    pieces = [[0, stamp, 1, 1], [2, 1, height, width]] * 2
    ids, _ = mrope.position_ids(pieces, [seconds] * 4, spatial_merge_size=1, tokens_per_second=25.0)
    n = height * width
    for at, start in ((stamp, stamp), (2 * stamp + n, 2 * stamp + max(height, width))):
        assert (ids[0, at : at + n] == start).all()
        assert (ids[:, at] == start).all()


@given(grids=st.lists(st.tuples(sides, sides, sides), min_size=1, max_size=3), words=sides)
def test_delta_grids(grids: Any, words: int) -> None:
    pieces = [piece for grid in grids for piece in ([2, *grid], [0, words, 1, 1])]
    _, delta = mrope.position_ids(pieces, spatial_merge_size=1)
    assert delta == sum(max(grid) - int(np.prod(grid)) for grid in grids) <= 0
    assert (delta == 0) == all(sum(one > 1 for one in grid) <= 1 for grid in grids)


def test_never_ahead() -> None:
    ids, delta = mrope.position_ids([[2, 2, 1, 1]], [4.0], spatial_merge_size=1)
    assert ids[0].tolist() == [0, 4]
    assert delta == 3


@given(start=sides, height=sides, width=sides)
def test_longer_side(start: int, height: int, width: int) -> None:
    image, _ = mrope.position_ids([[0, start, 1, 1], [1, 1, height, width], [0, 1, 1, 1]], spatial_merge_size=1)
    assert (image[:, -1] == start + max(height, width)).all()
    video, _ = mrope.position_ids([[0, start, 1, 1], [2, 5, height, width], [0, 1, 1, 1]], spatial_merge_size=1)
    assert (video[:, -1] == start + 5).all()


@given(prompt=prompts())
def test_distinct(prompt: Any) -> None:
    segments, _, merge = prompt
    ids, _ = mrope.position_ids(segments, [1.5] * len(segments), spatial_merge_size=merge)
    assert len({tuple(token) for token in ids.T}) == ids.shape[1]
    slow, _ = mrope.position_ids([[2, 4, 1, 1]], [0.25], spatial_merge_size=1)
    assert not slow.any()


def test_batches_heads_and_views() -> None:
    x = np.arange(2 * 3 * 2 * 8.0).reshape(2, 3, 2, 8) / 64
    at = np.array([[[0, 1], [5, 6]], [[0, 2], [5, 9]], [[0, 3], [5, 7]]])
    found, kept = mrope.rotate(x, at, [2, 1, 1]), x.copy()
    assert (found[1, 2] == mrope.rotate(x[1, 2], at[:, 1], [2, 1, 1])).all()
    assert (x == kept).all()


@pytest.mark.parametrize(("section", "order"), [([16, 24, 24], "chunked"), ([24, 20, 20], "interleaved")])
def test_real_sections(section: list[int], order: str) -> None:
    at = column((131071, 131080, 131093))
    x = np.ones((1, 128))
    found = mrope.rotate(x, at, section, base=1e6, order=order)
    inputs = {"x": x, "positions": at, "mrope_section": section}
    assert distance("mrope.rotate", f"mrope/{order}", {"base": 1e6, "rotary_dim": None}, found, **inputs) <= A
