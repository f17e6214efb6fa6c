"""Accumulated Householder transformations: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import elements, vectors
from oracle import A, Array, assert_near, distance
from posenc import attention, nope, path_attention

PAPER = "path_attention/paper"
rates = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0]) | st.floats(0, 2, width=32)
GRAIN = 2.0**-40  # scores up to 64·d, a hundred roundings each


def betas(n: int) -> st.SearchStrategy[Array]:
    return st.lists(rates, min_size=n, max_size=n).map(np.array)


def directions(n: int, d: int) -> st.SearchStrategy[Array]:
    """Vectors that are not zero."""
    first = st.lists(elements.map(lambda x: x if abs(x) > 0.25 else 1.0), min_size=n, max_size=n).map(np.array)
    return st.tuples(first, vectors(n, d - 1)).map(np.column_stack)


@st.composite
def inputs(draw: Any, most: int = 4) -> dict[str, Any]:
    n_k, d = draw(st.integers(1, most)), draw(st.sampled_from([2, 4]))
    found = {"q": draw(vectors(draw(st.integers(1, n_k)), d)), "k": draw(vectors(n_k, d))}
    return {**found, "w": draw(directions(n_k, d)), "beta": draw(betas(n_k))}


def product(w: Array, beta: Array, i: int, j: int) -> Array:
    """H_i ... H_{j+1}, by matrices."""
    out = np.eye(w.shape[1])
    for t in range(j + 1, i + 1):
        out = path_attention.transition(w[t], beta[t]) @ out
    return out


@given(found=inputs())
def test_scores_are_true(found: dict[str, Any]) -> None:
    scores = path_attention.scores(**found)
    assert (np.isneginf(scores) == ~attention.causal_mask(*scores.shape)).all()
    assert distance("path_attention.scores", PAPER, {}, scores, **found) <= A


@given(found=inputs(3), data=st.data())
def test_attend_is_true(found: dict[str, Any], data: st.DataObject) -> None:
    v = data.draw(vectors(len(found["k"]), 3))
    assert distance("path_attention.attend", PAPER, {}, path_attention.attend(**found, v=v), **found, v=v) <= A


@given(found=inputs(3), dtype=st.sampled_from(["float64", "float32"]))
def test_update_is_true(found: dict[str, Any], dtype: str) -> None:
    given_ = {"k": found["k"].astype(dtype), "w": found["w"][0], "beta": found["beta"][0]}
    keys = path_attention.update(**given_)
    assert keys.dtype == dtype
    assert distance("path_attention.update", PAPER, {}, keys, dtype, **given_) <= A


Q, K = np.array([[1.0, 2.0]]), np.array([[0.5, -1.0], [1.0, 1.0], [2.0, -0.5]])
W, RATES = np.array([[1.0, 1.0], [1.0, 0.0], [3.0, 4.0]]), np.array([2.0, 1.5, 0.5])


def test_anchor() -> None:
    assert_near(path_attention.scores(Q, K, W, RATES)[0, 0], -1.205, 2.0**-50)
    assert_near(path_attention.scores(Q, K, -7 * W, RATES)[0, 0], -1.205, 2.0**-50)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_size_of_w(size: float) -> None:
    scaled = W * np.array([[1.0], [size], [1 / size]])
    assert_near(path_attention.scores(Q, K, scaled, RATES)[0, 0], -1.205, 2.0**-50)


def test_order() -> None:
    there = [0, 2, 1]
    assert_near(path_attention.scores(Q, K, W[there], RATES[there])[0, 0], -1.925, 2.0**-50)


@given(data=st.data(), beta=rates, d=st.sampled_from([2, 3, 8]))
def test_contraction(data: st.DataObject, beta: float, d: int) -> None:
    x, w = data.draw(vectors(d)), data.draw(directions(1, d))[0]
    moved = path_attention.transition(w, np.float64(beta)) @ x
    lost = beta * (2 - beta) * (w @ x) ** 2 / (w @ w)
    assert_near(moved @ moved, x @ x - lost, GRAIN)
    assert np.linalg.norm(moved) <= np.linalg.norm(x) * (1 + GRAIN) + GRAIN


@given(data=st.data(), d=st.sampled_from([2, 3, 8]))
def test_special(data: st.DataObject, d: int) -> None:
    w = data.draw(directions(1, d))[0]
    none, projection, reflection = path_attention.transition(np.stack([w] * 3), np.array([0.0, 1.0, 2.0]))
    assert (none == np.eye(d)).all()
    assert_near(projection @ projection, projection, GRAIN)
    assert_near(projection @ w, 0.0, GRAIN)
    assert_near(reflection @ reflection, np.eye(d), GRAIN)
    assert_near(reflection @ w, -w, GRAIN)


@given(data=st.data(), j=st.integers(0, 3), k=st.integers(0, 3), i=st.integers(0, 3))
def test_path_law(data: st.DataObject, j: int, k: int, i: int) -> None:
    j, k, i = sorted((j, k, i))
    w, beta, unit = data.draw(directions(4, 3)), data.draw(betas(4)), np.eye(3)
    whole = [
        path_attention.scores(unit[[r]], unit[[c] * (i + 1)], w[: i + 1], beta[: i + 1])[0, j]
        for r in range(3)
        for c in range(3)
    ]
    parts = product(w, beta, i, k) @ product(w, beta, k, j)
    assert_near(np.reshape(whole, (3, 3)), parts, GRAIN)


def test_relative() -> None:
    first = np.tile([1.0, 0.0], (3, 1))
    scores = [path_attention.scores(first[:1], first, first, [0.0, rate, 0.0])[0, 0] for rate in (0.0, 2.0)]
    assert scores == [1, -1]


@given(data=st.data(), beta=rates, n=st.integers(1, 6))
def test_constant(data: st.DataObject, beta: float, n: int) -> None:
    q, k, w = data.draw(vectors(2)), data.draw(vectors(2)), data.draw(directions(1, 2))[0]
    scores = path_attention.scores(q[None], np.tile(k, (n, 1)), np.tile(w, (n, 1)), np.full(n, beta))[0]
    far = n - 1 - np.arange(n)
    assert_near(scores, q @ k - (1 - (1 - beta) ** far) * (q @ w) * (w @ k) / (w @ w), GRAIN)


@given(found=inputs(), data=st.data(), j=st.integers(0, 3))
def test_between(found: dict[str, Any], data: st.DataObject, j: int) -> None:
    n, d = found["k"].shape
    j = min(j, n - 1)
    other = {**found, "w": found["w"].copy(), "beta": found["beta"].copy()}
    other["w"][: j + 1], other["beta"][: j + 1] = data.draw(directions(1, d)), data.draw(rates)
    assert (path_attention.scores(**found)[:, j] == path_attention.scores(**other)[:, j]).all()


@given(found=inputs())
def test_triangular(found: dict[str, Any]) -> None:
    w = found["w"] / np.linalg.norm(found["w"], axis=1, keepdims=True)
    inner = found["beta"][:, None] * (w @ w.T)
    inverse = np.linalg.inv(np.eye(len(w)) + np.tril(inner, -1)) * found["beta"]
    scores, query = path_attention.scores(**found)[-1], found["q"][-1]
    for j, key in enumerate(found["k"]):
        part, square = w[j + 1 :], inverse[j + 1 :, j + 1 :]
        assert_near(scores[j], query @ key - query @ part.T @ square @ part @ key, GRAIN)


@given(found=inputs(), data=st.data())
def test_nope(found: dict[str, Any], data: st.DataObject) -> None:
    v = data.draw(vectors(len(found["k"]), 2))
    plain = nope.attend(found["q"], found["k"], v)
    assert_near(path_attention.attend(**{**found, "beta": 0 * found["beta"]}, v=v), plain, 2.0**-44)


@given(found=inputs())
def test_cache(found: dict[str, Any]) -> None:
    k, w, beta = found["k"], found["w"], found["beta"]
    held, last = k[:0], len(k) - 1
    for t in range(len(k)):
        held = np.vstack([path_attention.update(held, w[t], beta[t]), k[t]])
    assert_near(path_attention.scores(**found)[-1], held @ found["q"][-1], GRAIN)
    assert_near(held, [product(w, beta, last, j) @ key for j, key in enumerate(k)], GRAIN)


def test_heads_are_apart() -> None:
    rows = np.arange(1.0, 25).reshape(2, 3, 4)
    given_ = {
        "q": rows[:, :2],
        "k": rows[..., ::-1],
        "w": rows % 5 + 1,
        "beta": np.array([[0.5, 1.0, 2.0], [1.5, 0.25, 1.0]]),
    }
    both = path_attention.scores(**given_)
    for head in (0, 1):
        alone = path_attention.scores(**{name: x[head] for name, x in given_.items()})
        seen = np.isfinite(alone)
        assert (seen == np.isfinite(both[head])).all()
        assert_near(both[head][seen], alone[seen], 1e-12)


def test_output_dtype_and_input_left_alone() -> None:
    x, beta = np.ones((2, 2), dtype=np.float32), np.ones(2, dtype=np.float32)
    assert path_attention.attend(x, x, x, x, beta).dtype == np.float32
    assert (path_attention.update(x[:0], x[0], beta[0])).shape == (0, 2)
    assert (x == 1).all()
