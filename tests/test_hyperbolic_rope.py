"""Hyperbolic rotary position embedding: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domains import elements, vectors
from oracle import A, assert_near, distance
from posenc import hyperbolic_rope, rope

PAIRINGS, ROLES = st.sampled_from(("interleaved", "halves")), st.sampled_from(hyperbolic_rope.ROLES)
integers = st.sampled_from([0, 1, 2, 15, 16, 17]) | st.integers(-24, 24)
rates = st.floats(-0.5, 0.5, width=32)
dampings = st.sampled_from([0.0, 0.5]) | st.floats(0, 1, width=32)
widths = st.integers(1, 3)
ONE, OTHER = np.array([[1.0, 2.0]]), np.array([[0.5, -1.0]])


def rapidities(pairs: int) -> Any:
    return st.lists(rates, min_size=pairs, max_size=pairs).map(np.array)


def score(q: Any, k: Any, m: int, n: int, t: Any, damping: float = 0.0, **common: Any) -> float:
    query = hyperbolic_rope.rotate(q, [m], np.array(t), role="query", damping=damping, **common)
    key = hyperbolic_rope.rotate(k, [n], np.array(t), role="key", damping=damping, **common)
    return float((query * key).sum())


def room(*places: int) -> float:
    """2^-40 of the largest product of factors of both, |t| ≤ 1/2 and damping ≤ 1, elements up to 8."""
    return 2.0**-40 * float(np.exp(1.5 * sum(map(abs, places)))) * 1000


@given(data=st.data(), p=integers, pairs=widths, role=ROLES, damping=dampings, pairing=PAIRINGS)
def test_rotate_is_true(data: st.DataObject, p: int, pairs: int, role: str, damping: float, pairing: str) -> None:
    x, t = data.draw(vectors(1, 2 * pairs)), data.draw(rapidities(pairs))
    found = hyperbolic_rope.rotate(x, [p], t, role=role, damping=damping, pairing=pairing)
    params, inputs = {"role": role, "damping": damping}, {"x": x, "positions": [p], "rapidities": t}
    assert distance("hyperbolic_rope.rotate", f"hyperbolic_rope/{pairing}", params, found, **inputs) <= A


@given(data=st.data(), p=st.integers(-8, 8), role=ROLES, dtype=st.sampled_from(["float32", "float16"]))
def test_rotate_in_short_precision(data: st.DataObject, p: int, role: str, dtype: str) -> None:
    x, t = data.draw(vectors(1, 4)).astype(dtype), data.draw(rapidities(2))
    found = hyperbolic_rope.rotate(x, [p], t, role=role)
    assert found.dtype == dtype
    params, inputs = {"role": role, "damping": 0.0}, {"x": x, "positions": [p], "rapidities": t}
    assert distance("hyperbolic_rope.rotate", "hyperbolic_rope/interleaved", params, found, dtype, **inputs) <= A


def test_anchor() -> None:
    assert_near(score(ONE, OTHER, 3, 1, [0.1]), -1.5301001334286138, 1e-14)
    assert_near(score(ONE, OTHER, 13, 11, [0.1]), -1.5301001334286138, 1e-13)
    assert_near(score(ONE, OTHER, 3, 1, [0.1], 0.2), -1.0256567918790062, 1e-14)
    found = hyperbolic_rope.rotate(np.array([[1.0, 0.0, 0.0, 2.0]]), [1], np.array([1.0, 0.0]), role="key")
    assert_near(found, [[np.cosh(1), np.sinh(1), 0, 2]], 1e-15)


@given(data=st.data(), a=integers, b=integers, pairing=PAIRINGS)
def test_group(data: st.DataObject, a: int, b: int, pairing: str) -> None:
    x, t = data.draw(vectors(1, 4)), data.draw(rapidities(2))

    def boost(x: Any, p: int) -> Any:
        return hyperbolic_rope.rotate(x, [p], t, role="key", pairing=pairing)

    assert_near(boost(boost(x, a), b), boost(x, a + b), room(a, b))
    assert (boost(x, 0) == x).all()


@given(data=st.data(), m=integers, n=integers, s=st.integers(-4, 4), damping=dampings, pairing=PAIRINGS)
def test_relative(data: st.DataObject, m: int, n: int, s: int, damping: float, pairing: str) -> None:
    q, k, t = data.draw(vectors(1, 4)), data.draw(vectors(1, 4)), data.draw(rapidities(2))
    moved = score(q, k, m + s, n + s, t, damping, pairing=pairing)
    assert_near(moved, score(q, k, m, n, t, damping, pairing=pairing), room(m, n, s, s))
    key = hyperbolic_rope.rotate(k, [n - m], t, role="key", pairing=pairing)
    assert_near(
        score(q, k, m, n, t, damping, pairing=pairing), np.exp(-damping * (m - n)) * (q * key).sum(), room(m, n)
    )


def test_same_map() -> None:
    def alike(m: int, n: int) -> float:
        query, key = (hyperbolic_rope.rotate(x, [p], np.array([0.1]), role="key") for x, p in ((ONE, m), (OTHER, n)))
        return float((query * key).sum())

    assert_near(alike(3, 1), -1.6216085577576822, 1e-14)
    assert_near(alike(13, 11), -8.3354207504482606, 1e-13)
    assert_near(alike(5, 7), alike(1, 11), 1e-13)


@given(data=st.data(), p=integers, role=ROLES)
def test_minkowski(data: st.DataObject, p: int, role: str) -> None:
    x, t = data.draw(vectors(1, 2)), data.draw(rapidities(1))
    found = hyperbolic_rope.rotate(x, [p], t, role=role)
    assert_near(found[0, 0] ** 2 - found[0, 1] ** 2, x[0, 0] ** 2 - x[0, 1] ** 2, room(p, p))


@given(p=integers.filter(bool), role=ROLES)
def test_norm(p: int, role: str) -> None:
    found = hyperbolic_rope.rotate(np.array([[1.0, 0.0]]), [p], np.array([0.25]), role=role)
    assert_near((found**2).sum() / np.cosh(0.5 * p), 1, 1e-13)
    assert (found**2).sum() > 1


@given(p=integers, t=rates, damping=dampings)
def test_eigenvectors(p: int, t: float, damping: float) -> None:
    x = np.array([[1.0, 1.0], [1.0, -1.0]])
    found = hyperbolic_rope.rotate(x, [p, p], np.array([t]), role="key", damping=damping)
    assert_near(found, np.exp(p * np.array([[damping + t], [damping - t]])) * x, room(p))


@given(data=st.data(), m=integers, far=st.integers(0, 24), t=rates)
def test_bounded(data: st.DataObject, m: int, far: int, t: float) -> None:
    q, k = data.draw(vectors(1, 2)), data.draw(vectors(1, 2))
    most = np.linalg.norm(q) * np.linalg.norm(k)
    assert abs(score(q, k, far, 0, [t], abs(t))) <= most * (1 + 1e-9) + 1e-300


def test_any_damping() -> None:
    v = np.array([[1.0, -1.0]])
    assert_near(score(v, v, 0, 0, [0.1], 0.05), 2, 0)
    assert score(v, v, 40, 0, [0.1], 0.05) > 14


def test_monotone() -> None:
    q, k = np.array([[1.0, 0.0]]), np.array([[3.0, -5.0]])
    assert score(q, k, 0, 0, [0.1], 0.12) == 3
    assert score(q, k, 5, 0, [0.1], 0.12) > 3.28


@given(data=st.data(), far=st.integers(0, 23), t=rates)
def test_same_sign(data: st.DataObject, far: int, t: float) -> None:
    plus, minus = (data.draw(st.floats(0.5, 4, width=32)) for _ in range(2))
    q, k = np.array([[plus + minus, plus - minus]]), np.array([[1.0, 0.0]])
    near, further = (abs(score(q, k, r, 0, [t], abs(t) + 0.0625)) for r in (far, far + 1))
    assert further < near


@given(p=integers, t=rates)
def test_rope_case(p: int, t: float) -> None:
    units = hyperbolic_rope.rotate(np.eye(2), [p, p], np.array([t]), role="key")
    assert (units == units.T).all()
    assert not (rope.matrix(1, 2) == rope.matrix(1, 2).T).all()


@given(data=st.data(), p=integers, role=ROLES, damping=dampings)
def test_layouts(data: st.DataObject, p: int, role: str, damping: float) -> None:
    x, t = data.draw(vectors(1, 6)), data.draw(rapidities(3))
    halves = rope.convert(x, "interleaved", "halves")
    found = hyperbolic_rope.rotate(halves, [p], t, role=role, damping=damping, pairing="halves")
    whole = hyperbolic_rope.rotate(x, [p], t, role=role, damping=damping)
    assert (rope.convert(found, "halves", "interleaved") == whole).all()
    alone = hyperbolic_rope.rotate(x[:, 2:4], [p], t[1:2], role=role, damping=damping)
    assert (whole[:, 2:4] == alone).all()


def test_batches_have_their_own_positions() -> None:
    x, positions, t = np.arange(2.0 * 3 * 2 * 4).reshape(2, 3, 2, 4), np.array([[0, 1], [7, 8]]), np.array([0.5, 0.1])
    found = hyperbolic_rope.rotate(x, positions, t, role="query")
    for row in range(2):
        assert (found[row] == hyperbolic_rope.rotate(x[row], positions[row], t, role="query")).all()


@given(first=elements)
def test_input_is_left_alone(first: float) -> None:
    x = np.full((2, 4), first)
    hyperbolic_rope.rotate(x, [1, 2], np.array([0.5, 0.1]), role="key")
    assert (x == first).all()
