"""Rotary position embedding with two axes: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import bases, vectors
from oracle import A, assert_near, distance, truth, unit
from posenc import rope, rope_axial

CONVENTIONS: dict[str, dict[str, Any]] = {
    "rope-vit": {"first": "x", "pairing": "interleaved", "spacing": "shared"},
    "eva-02": {"first": "y", "pairing": "interleaved", "spacing": "shared"},
    "qwen2-vl": {"first": "y", "pairing": "halves", "spacing": "shared"},
    "pixtral": {"first": "y", "pairing": "halves", "spacing": "alternating"},
}
NAMES = st.sampled_from(sorted(CONVENTIONS))
fours = st.integers(1, 3).map(lambda quarters: 4 * quarters)
places = st.sampled_from([0, 1, 2, 255, 257, 513]) | st.integers(-1024, 1024)
points = st.tuples(places, places)
reals = st.tuples(*[st.floats(-1024, 1024, width=32)] * 2)
HALF = 2.0**-53
GRAIN = 2.0**-38  # angles up to 4096 stray by 2^12 half units, with a few roundings of elements up to 8


def without(name: str, *left: str) -> dict[str, Any]:
    return {key: value for key, value in CONVENTIONS[name].items() if key not in left}


def size(q: Any, k: Any) -> float:
    return GRAIN * float(1 + np.abs(q).sum() * np.abs(k).max())


def score(q: Any, k: Any, at: Any, other: Any, **how: Any) -> float:
    return float((rope_axial.rotate(q, [at], **how) * rope_axial.rotate(k, [other], **how)).sum())


@given(data=st.data(), at=points | reals, dim=fours, base=bases, name=NAMES)
def test_rotate_is_true(data: st.DataObject, at: Any, dim: int, base: float, name: str) -> None:
    x = data.draw(vectors(1, dim))
    found = rope_axial.rotate(x, [at], base=base, **CONVENTIONS[name])
    assert distance("rope_axial.rotate", f"rope_axial/{name}", {"base": base}, found, x=x, positions=[at]) <= A


@given(data=st.data(), at=points, dim=fours, name=NAMES, dtype=st.sampled_from(["float32", "float16"]))
def test_rotate_in_short_precision(data: st.DataObject, at: Any, dim: int, name: str, dtype: str) -> None:
    x = data.draw(vectors(1, dim)).astype(dtype)
    found = rope_axial.rotate(x, [at], **CONVENTIONS[name])
    assert found.dtype == dtype
    told = distance("rope_axial.rotate", f"rope_axial/{name}", {"base": 10_000.0}, found, dtype, x=x, positions=[at])
    assert told <= A


@given(at=points | reals, dim=fours, base=bases, name=NAMES)
def test_table_is_true(at: Any, dim: int, base: float, name: str) -> None:
    asked: tuple[str, str, dict[str, Any]] = ("rope_axial.table", f"rope_axial/{name}", {"head_dim": dim, "base": base})
    right, scale = truth(*asked, positions=[at]), unit(*asked, positions=[at])
    found = rope_axial.table([at], dim, base=base, **without(name, "pairing"))
    for key, part in zip(("cos", "sin"), found, strict=True):
        assert_near(part, right[key], A * scale[key])


@given(data=st.data(), at=points | reals, pairs=st.integers(1, 4), pairing=st.sampled_from(rope.PAIRINGS))
def test_mixed_is_true(data: st.DataObject, at: Any, pairs: int, pairing: str) -> None:
    x, frequencies = data.draw(vectors(1, 2 * pairs)), data.draw(vectors(pairs, 2))
    found = rope_axial.mixed(x, [at], frequencies, pairing=pairing)
    name = "rope-vit" if pairing == "interleaved" else "qwen2-vl"
    inputs: dict[str, Any] = {"x": x, "positions": [at], "frequencies": frequencies}
    assert distance("rope_axial.mixed", f"rope_axial/{name}", {}, found, **inputs) <= A


def test_anchor() -> None:
    q, k = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[0.5, -1.0, 2.0, 0.25]])
    for at, other in (((2, 5), (1, 3)), ((12, -5), (11, -7))):
        assert_near(score(q, k, at, other), -11.99882962873419159, 1e-13)
    unit_vectors = np.array([[1.0, 0.0, 1.0, 0.0]])
    said = [np.cos(1), np.sin(1), np.cos(2), np.sin(2)]
    assert_near(rope_axial.rotate(unit_vectors, [(1, 2)])[0], said, 4 * HALF)


@given(height=st.integers(1, 9), width=st.integers(1, 9), classes=st.integers(0, 2), origin=st.integers(0, 2))
def test_row_major(height: int, width: int, classes: int, origin: int) -> None:
    found = rope_axial.positions(height, width, class_tokens=classes, origin=origin)
    assert not found[:classes].any()
    x, y = (found[classes:] - origin).T
    assert (x + y * width == np.arange(height * width)).all()
    assert ((x >= 0) & (x < width)).all()


@given(dim=fours, base=bases, spacing=st.sampled_from(rope_axial.SPACINGS), first=st.sampled_from(rope_axial.AXES))
def test_frequencies(dim: int, base: float, spacing: str, first: str) -> None:
    found = rope_axial.inverse_frequencies(dim, base=base, first=first, spacing=spacing)
    if spacing == "shared":
        assert (found == rope.inverse_frequencies(dim // 2, base=base)).all()
        assert (found[:, 0] == 1).all()
    else:
        assert sorted(found.ravel()) == sorted(rope.inverse_frequencies(dim, base=base))
        assert found[rope_axial.AXES.index(first), 0] == 1


@given(data=st.data(), at=points, other=points, by=points, dim=fours, name=NAMES)
def test_relative(data: st.DataObject, at: Any, other: Any, by: Any, dim: int, name: str) -> None:
    q, k = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    moved = [tuple(np.add(place, by)) for place in (at, other)]
    how = CONVENTIONS[name]
    assert_near(score(q, k, at, other, **how), score(q, k, *moved, **how), size(q, k))


@given(data=st.data(), at=points, other=points, dim=fours, name=NAMES)
def test_group(data: st.DataObject, at: Any, other: Any, dim: int, name: str) -> None:
    x, how = data.draw(vectors(1, dim)), CONVENTIONS[name]
    one_way, back, once = (
        rope_axial.rotate(rope_axial.rotate(x, [at], **how), [other], **how),
        rope_axial.rotate(rope_axial.rotate(x, [other], **how), [at], **how),
        rope_axial.rotate(x, [tuple(np.add(at, other))], **how),
    )
    assert_near(one_way, once, size(x, x))
    assert_near(back, once, size(x, x))


@given(data=st.data(), at=points, dim=fours, name=NAMES)
def test_norm(data: st.DataObject, at: Any, dim: int, name: str) -> None:
    x, y = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    assert_near(score(x, y, at, at, **CONVENTIONS[name]), float((x * y).sum()), size(x, y))


@given(data=st.data(), dim=fours, name=NAMES)
def test_identity(data: st.DataObject, dim: int, name: str) -> None:
    x = data.draw(vectors(3, dim))
    found = rope_axial.rotate(x, rope_axial.positions(1, 2, class_tokens=1, origin=1), **CONVENTIONS[name])
    assert (found[0] == x[0]).all()
    assert (rope_axial.mixed(x[:1], [(0, 0)], np.ones((dim // 2, 2))) == x[:1]).all()


@given(data=st.data(), at=points, dim=fours, base=bases, name=st.sampled_from(["rope-vit", "eva-02"]))
def test_two_ropes(data: st.DataObject, at: Any, dim: int, base: float, name: str) -> None:
    x, half = data.draw(vectors(1, dim)), dim // 2
    found = rope_axial.rotate(x, [at], base=base, **CONVENTIONS[name])
    first, second = at if name == "rope-vit" else at[::-1]
    assert (found[:, :half] == rope.rotate(x[:, :half], [first], base=base)).all()
    assert (found[:, half:] == rope.rotate(x[:, half:], [second], base=base)).all()


@given(data=st.data(), at=points, dim=fours, name=NAMES)
def test_separable(data: st.DataObject, at: Any, dim: int, name: str) -> None:
    q, k = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    x, y = at
    both, right, down, none = (score(q, k, p, (0, 0), **CONVENTIONS[name]) for p in (at, (x, 0), (0, y), (0, 0)))
    assert_near(both - right - down + none, 0, 4 * size(q, k))


@given(data=st.data(), at=points, dim=fours)
def test_orders(data: st.DataObject, at: Any, dim: int) -> None:
    """Axis by axis and rank by rank, the pairs of all conventions with one spacing are the same."""
    x = data.draw(vectors(1, dim))
    pairs = np.arange(dim // 2).reshape(2, -1)
    found = []
    for name in ("rope-vit", "eva-02", "qwen2-vl"):
        rows = pairs if name == "rope-vit" else pairs[::-1]
        order = rope.convert(np.arange(dim), CONVENTIONS[name]["pairing"], "interleaved").reshape(-1, 2)[rows].ravel()
        laid = np.empty_like(x)
        laid[:, order] = x
        found.append(rope_axial.rotate(laid, [at], **CONVENTIONS[name])[:, order])
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()


@given(data=st.data(), at=points, dim=fours)
def test_mixed_is_axial(data: st.DataObject, at: Any, dim: int) -> None:
    x, theta = data.draw(vectors(1, dim)), rope.inverse_frequencies(dim // 2)
    given_ = np.concatenate([np.stack([theta, 0 * theta], -1), np.stack([0 * theta, theta], -1)])
    assert_near(rope_axial.mixed(x, [at], given_), rope_axial.rotate(x, [at]), size(x, x))


@given(data=st.data(), at=points, other=points, by=points, pairs=st.integers(1, 4))
def test_mixed_relative(data: st.DataObject, at: Any, other: Any, by: Any, pairs: int) -> None:
    q, k = data.draw(vectors(1, 2 * pairs)), data.draw(vectors(1, 2 * pairs))
    frequencies = data.draw(vectors(pairs, 2))

    def between(*both: Any) -> float:
        one, two = (rope_axial.mixed(x, [p], frequencies) for x, p in zip((q, k), both, strict=True))
        return float((one * two).sum())

    moved = [tuple(np.add(place, by)) for place in (at, other)]
    assert_near(between(at, other), between(*moved), 64 * size(q, k))  # frequencies up to 8


def test_mixed_separable() -> None:
    q = np.array([[1.0, 0.0]])
    both, right, down, none = (
        float((rope_axial.mixed(q, [at], np.ones((1, 2))) * q).sum()) for at in ((1, 1), (1, 0), (0, 1), (0, 0))
    )
    assert_near(both - right - down + none, np.cos(2) - 2 * np.cos(1) + 1, 8 * HALF)
    assert both - right - down + none < -0.49


def test_flattened() -> None:
    ones, patches = np.ones((1, 4)), rope_axial.positions(2, 3)
    right, down = (score(ones, ones, patches[0], patches[t]) for t in (1, 3))
    assert patches[1].tolist() == [1, 0]
    assert_near(right, down, 16 * HALF)
    flat = [float((rope.rotate(ones, [t]) * ones).sum()) for t in (1, 3)]
    assert abs(flat[0] - flat[1]) > 1


def test_class_relative() -> None:
    ones = np.ones((1, 4))
    tokens = [rope_axial.positions(2, 3, class_tokens=1, origin=origin) for origin in (0, 1)]
    scores = [score(ones, ones, at[0], at[1]) for at in tokens]
    assert scores[0] - scores[1] > 1
    assert (tokens[0][0] == tokens[0][1]).all()


@given(data=st.data(), x=places, y=places, dim=fours, name=NAMES)
def test_quaternions(data: st.DataObject, x: int, y: int, dim: int, name: str) -> None:
    """Turning by column and row in either order is the same, as it is not for quaternions."""
    rows, how = data.draw(vectors(1, dim)), CONVENTIONS[name]
    one, other = (
        rope_axial.rotate(rope_axial.rotate(rows, [a], **how), [b], **how)
        for a, b in (((x, 0), (0, y)), ((0, y), (x, 0)))
    )
    assert_near(one, other, size(rows, rows))
    assert_near(one, rope_axial.rotate(rows, [(x, y)], **how), size(rows, rows))


def test_batches_heads_and_views() -> None:
    x = np.arange(2 * 3 * 2 * 8.0).reshape(2, 3, 2, 8) / 64
    at = np.array([[[0, 1], [2, 3]], [[5, 4], [7, 6]]])
    found, kept = rope_axial.rotate(x, at), x.copy()
    assert (found[1, 2] == rope_axial.rotate(x[1, 2], at[1])).all()
    assert (x == kept).all()


@pytest.mark.parametrize("dim", [64, 80, 128])
def test_wide_heads(dim: int) -> None:
    x = np.ones((1, dim))
    found = rope_axial.rotate(x, [(63, 31)], base=100.0)
    asked = ("rope_axial.rotate", "rope_axial/rope-vit", {"base": 100.0})
    assert distance(*asked, found, x=x, positions=[(63, 31)]) <= A
