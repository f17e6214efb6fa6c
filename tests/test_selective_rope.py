"""Rotations by input-dependent increments: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from domains import bases, vectors
from oracle import A, Array, assert_near, distance, truth, unit
from posenc import rope, selective_rope

PAIRINGS = st.sampled_from(rope.PAIRINGS)
GRAIN = 2.0**-40  # phases up to 8·6, elements up to 8, and a few roundings
ONE = np.array([1.0, 0.0])


@st.composite
def inputs(draw: Any, n: int | None = None) -> dict[str, Array]:
    tokens, pairs = draw(st.integers(1, 5)) if n is None else n, draw(st.integers(1, 3))
    return {"x": draw(vectors(tokens, 2 * pairs)), "increments": draw(vectors(tokens, pairs))}


def scores(x: Array, increments: Array) -> Array:
    """Of the rows of x as queries and as keys."""
    turned = selective_rope.rotate(x, increments)
    return np.asarray(turned @ turned.T)


@given(found=inputs(), pairing=PAIRINGS, dtype=st.sampled_from(["float64", "float32", "float16"]))
def test_rotate_is_true(found: dict[str, Array], pairing: str, dtype: str) -> None:
    given_ = {name: array.astype(dtype) for name, array in found.items()}
    y = selective_rope.rotate(**given_, pairing=pairing)
    assert y.dtype == dtype
    assert distance("selective_rope.rotate", f"selective_rope/{pairing}", {}, y, dtype, **given_) <= A


@given(found=inputs(), scale=st.sampled_from([1.0, 2.0**20]))
def test_phases_are_true(found: dict[str, Array], scale: float) -> None:
    w = found["increments"] * scale
    phases = selective_rope.phases(w)
    assert distance("selective_rope.phases", "selective_rope/interleaved", {}, phases, increments=w) <= A


@given(found=inputs(2), pairing=PAIRINGS)
def test_advance_is_true(found: dict[str, Array], pairing: str) -> None:
    given_ = {"x": found["x"][0], "phase": found["increments"][0], "increment": found["increments"][1]}
    way = f"selective_rope/{pairing}"
    right, scale = (ask("selective_rope.advance", way, {}, **given_) for ask in (truth, unit))
    for name, one in zip(("y", "after"), selective_rope.advance(**given_, pairing=pairing), strict=True):
        assert_near(one, right[name], A * scale[name])


def test_anchor() -> None:
    found = selective_rope.rotate([[1.0, 0.0]] * 2, [[np.pi / 6], [np.pi / 3]])
    assert_near(found, [[np.sqrt(3) / 2, 0.5], [0, 1]], 2.0**-50)
    x = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert_near(selective_rope.rotate(x, [[np.pi / 2, 0.0]]), [[-2, 1, 3, 4]], 2.0**-50)
    assert_near(selective_rope.rotate(x, [[np.pi / 2, 0.0]], pairing="halves"), [[-3, 2, 1, 4]], 2.0**-50)


@given(found=inputs(4), n=st.integers(0, 3), m=st.integers(0, 3))
def test_between(found: dict[str, Array], n: int, m: int) -> None:
    n, m = sorted((n, m))
    x, w = found["x"], found["increments"]
    total = w[n + 1 : m + 1].sum(axis=0, keepdims=True)
    assert_near(scores(x, w)[m, n], (selective_rope.rotate(x[[m]], total) @ x[n])[0], 2.0**-36)


@given(w=vectors(3, 2))
def test_path_law(w: Array) -> None:
    first, second, third = (selective_rope.rotate(np.eye(4)[:, None], np.tile(p, (4, 1, 1)))[:, 0] for p in w)
    assert_near(first @ third.T, (first @ second.T) @ (second @ third.T), GRAIN)
    assert_near(second @ second.T, np.eye(4), GRAIN)


def test_relative() -> None:
    found = scores(np.tile(ONE, (3, 1)), np.array([[0.0], [np.pi], [0.0]]))
    assert_near([found[1, 0], found[2, 1]], [-1, 1], 2.0**-50)


@given(found=inputs(5), base=bases, pairing=PAIRINGS)
def test_rope(found: dict[str, Array], base: float, pairing: str) -> None:
    x = found["x"]
    steps = np.tile(rope.inverse_frequencies(x.shape[1], base=base), (5, 1))
    right = rope.rotate(x, np.arange(1, 6), base=base, pairing=pairing)
    assert_near(selective_rope.rotate(x, steps, pairing=pairing), right, GRAIN)


def test_exclusive() -> None:
    x, w = np.tile(ONE, (2, 1)), np.array([[0.0], [np.pi]])
    shifted = np.vstack([np.zeros((1, 1)), w[:-1]])
    assert_near([scores(x, w)[1, 0], scores(x, shifted)[1, 0]], [-1, 1], 2.0**-50)


@given(found=inputs(3), data=st.data())
def test_start(found: dict[str, Array], data: st.DataObject) -> None:
    x, w = found["x"], found["increments"]
    later = w.copy()
    later[0] += data.draw(vectors(w.shape[1]))
    assert_near(scores(x, later), scores(x, w), 2.0**-36)
    assert_near(selective_rope.phases(later) - selective_rope.phases(w), later[0] - w[0], 2.0**-44)


@given(found=inputs(4), t=st.integers(0, 2))
@example(found={"x": np.ones((4, 2)), "increments": np.ones((4, 1))}, t=0)
def test_causal(found: dict[str, Array], t: int) -> None:
    w = found["increments"]
    changed = w.copy()
    changed[t + 1 :] += 1
    plain, other = selective_rope.phases(w), selective_rope.phases(changed)
    assert (plain[: t + 1] == other[: t + 1]).all()
    assert (plain[t + 1 :] != other[t + 1 :]).all()


@given(found=inputs(), pairing=PAIRINGS)
def test_norm(found: dict[str, Any], pairing: str) -> None:
    turned = selective_rope.rotate(**found, pairing=pairing)
    assert_near(np.linalg.norm(turned, axis=1), np.linalg.norm(found["x"], axis=1), GRAIN)


@given(found=inputs(), pairing=PAIRINGS)
def test_nope(found: dict[str, Array], pairing: str) -> None:
    assert (selective_rope.rotate(found["x"], 0 * found["increments"], pairing=pairing) == found["x"]).all()


@given(found=inputs(3), t=st.integers(0, 2), turns=st.integers(-3, 3))
def test_whole_turns(found: dict[str, Any], t: int, turns: int) -> None:
    more = found["increments"].copy()
    more[t] += turns * 2 * np.pi
    assert_near(selective_rope.rotate(found["x"], more), selective_rope.rotate(**found), GRAIN)


@given(found=inputs(), pairing=PAIRINGS)
def test_cache(found: dict[str, Any], pairing: str) -> None:
    whole = selective_rope.rotate(**found, pairing=pairing)
    phase: Array = np.zeros(found["increments"].shape[1])
    for x, step, right in zip(found["x"], found["increments"], whole, strict=True):
        y, phase = selective_rope.advance(x, phase, step, pairing=pairing)
        assert (y == right).all()


@given(found=inputs())
def test_layouts(found: dict[str, Array]) -> None:
    x, w = found["x"], found["increments"]
    halves = selective_rope.rotate(rope.convert(x, "interleaved", "halves"), w, pairing="halves")
    assert (rope.convert(halves, "halves", "interleaved") == selective_rope.rotate(x, w)).all()


def test_heads_are_apart() -> None:
    x, w = np.arange(1.0, 25).reshape(2, 3, 4), np.arange(1.0, 13).reshape(2, 3, 2)
    both = selective_rope.rotate(x, w)
    assert all((both[head] == selective_rope.rotate(x[head], w[head])).all() for head in (0, 1))


def test_no_tokens_and_input_left_alone() -> None:
    x, w = np.ones((2, 4)), np.ones((2, 2))
    assert selective_rope.rotate(x[:0], w[:0]).shape == (0, 4)
    selective_rope.rotate(x, w)
    selective_rope.advance(x[0], w[0], w[1])
    assert (x == 1).all()
    assert (w == 1).all()
