"""Lie rotational position encodings: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import vectors
from oracle import A, assert_near, distance
from posenc import liere, rope

integers = st.sampled_from([0, 1, 2, 255, 257]) | st.integers(-512, 512)
kinds = st.sampled_from([(1, 2), (3, 3)])  # entries, channels of a block
GRAIN = 2.0**-38  # angles up to 3·512·16: 2^15 roundings at most, and elements up to 8
PLANES = np.array([[[-1.0, 0.0, 0.0]], [[0.0, -1.0, 0.0]]])
E0, E1 = np.eye(3)[:1], np.eye(3)[1:2]


def entries(*shape: int) -> Any:
    return vectors(*shape).map(lambda v: v / 8)


def score(q: Any, k: Any, at: Any, other: Any, generators: Any) -> float:
    return float((liere.rotate(q, [at], generators) * liere.rotate(k, [other], generators)).sum())


def matrix(at: Any, generators: Any, d: int = 3) -> Any:
    return liere.rotate(np.eye(d), np.tile(at, (d, 1)), generators).T


@given(data=st.data(), kind=kinds, axes=st.integers(1, 3), blocks=st.integers(1, 2), rest=st.integers(0, 1))
def test_rotate_is_true(data: st.DataObject, kind: tuple[int, int], axes: int, blocks: int, rest: int) -> None:
    x = data.draw(vectors(1, blocks * kind[1] + rest))
    g, at = data.draw(entries(axes, blocks, kind[0])), [[data.draw(integers) for _ in range(axes)]]
    found = liere.rotate(x, at, g)
    assert distance("liere.rotate", "liere/blocks", {}, found, x=x, positions=at, generators=g) <= A


@given(data=st.data(), kind=kinds, at=st.integers(-8, 8), dtype=st.sampled_from(["float32", "float16"]))
def test_rotate_in_short_precision(data: st.DataObject, kind: tuple[int, int], at: int, dtype: str) -> None:
    x, g = data.draw(vectors(1, kind[1])).astype(dtype), data.draw(entries(1, 1, kind[0]))
    found = liere.rotate(x, [[at]], g)
    assert found.dtype == dtype
    assert distance("liere.rotate", "liere/blocks", {}, found, dtype, x=x, positions=[[at]], generators=g) <= A


def test_anchor() -> None:
    x = np.array([[1.0, 0, 0, 0, 1, 0, 5]])
    g = np.array([[[1.0, 2, 2], [0, 0, 0]], [[0, 0, 0], [0, 0, 0.1]]])
    c, s = np.cos(3), np.sin(3)
    first = [(4 + 5 * c) / 9, -s / 3 - 4 * (1 - c) / 9, -2 * s / 3 + 2 * (1 - c) / 9]
    assert_near(liere.rotate(x, [[1, 3]], g), [[*first, 0, np.cos(0.3), -np.sin(0.3), 5]], 1e-15)


@pytest.mark.parametrize("size", [2, 3])
def test_exponential(size: int) -> None:
    """Against the power series, whose 40 terms are more than float64 holds for a matrix of norm 2."""
    g = np.array([[[0.5, -1.25, 0.75][: size * (size - 1) // 2]]])
    upper = np.zeros((size, size))
    upper[np.triu_indices(size, 1)] = g[0, 0]
    series = term = np.eye(size)
    for k in range(1, 40):
        term = term @ (upper - upper.T) / k
        series = series + term
    assert_near(matrix([1], g, size), series, 1e-15)


@given(data=st.data(), kind=kinds, at=integers, other=integers)
def test_orthogonal(data: st.DataObject, kind: tuple[int, int], at: int, other: int) -> None:
    g = data.draw(entries(2, 1, kind[0]))
    r = matrix([at, other], g, kind[1])
    assert_near(r.T @ r, np.eye(kind[1]), 1e-14)


@given(data=st.data(), kind=kinds, m=integers, n=integers, t=integers)
def test_one_axis(data: st.DataObject, kind: tuple[int, int], m: int, n: int, t: int) -> None:
    q, k, g = data.draw(vectors(1, kind[1])), data.draw(vectors(1, kind[1])), data.draw(entries(1, 1, kind[0]))
    assert_near(score(q, k, [m + t], [n + t], g), score(q, k, [m], [n], g), GRAIN * 64)


@given(data=st.data(), kind=kinds, scale=st.sampled_from([-2.0, 0.0, 0.5, 3.0]), m=integers, n=integers, t=integers)
def test_commuting(data: st.DataObject, kind: tuple[int, int], scale: float, m: int, n: int, t: int) -> None:
    q, k, g = data.draw(vectors(1, kind[1])), data.draw(vectors(1, kind[1])), data.draw(entries(1, 1, kind[0]))
    other = scale * g if kind[0] == 3 else data.draw(entries(1, 1, 1))
    both = np.concatenate([g, other])
    assert_near(score(q, k, [m + t, n], [n + t, m], both), score(q, k, [m, n], [n, m], both), GRAIN * 64)
    assert_near(matrix([m, n], both, kind[1]), matrix([m], g, kind[1]) @ matrix([n], other, kind[1]), GRAIN)


def test_relative() -> None:
    assert_near(score(E0, E1, [0, 0], [1, 0], PLANES), -0.84147098480789651, 1e-15)
    assert_near(score(E0, E1, [0, 1], [1, 1], PLANES), -0.73250183181034116, 1e-15)
    gap = matrix([1, 0], PLANES).T @ matrix([1, 1], PLANES) - matrix([0, 1], PLANES)
    assert_near(np.linalg.norm(gap), 0.66411561272383225, 1e-15)


def test_product() -> None:
    each = matrix([1, 0], PLANES) @ matrix([0, 1], PLANES)
    assert_near(each[0, 0], np.cos(1) ** 2, 1e-15)
    assert_near(matrix([1, 1], PLANES)[0, 0], np.cos(np.sqrt(2)), 1e-15)


@given(data=st.data(), p=integers, pairs=st.integers(1, 4), base=st.sampled_from([10_000.0, 100.0]))
def test_rope(data: st.DataObject, p: int, pairs: int, base: float) -> None:
    x, rates = data.draw(vectors(1, 2 * pairs)), rope.inverse_frequencies(2 * pairs, base=base)
    found = liere.rotate(x, [[p]], -rates[np.newaxis, :, np.newaxis])
    assert_near(found, rope.rotate(x, [p], base=base), 2.0**-48 * np.abs(x).max(initial=1))


@given(data=st.data(), row=integers, column=integers)
def test_axial(data: st.DataObject, row: int, column: int) -> None:
    x, rate = data.draw(vectors(1, 4)), -1.0
    found = liere.rotate(x, [[row, column]], np.array([[[rate], [0]], [[0], [rate]]]))
    said = [rope.rotate(half, [p]) for half, p in ((x[:, :2], row), (x[:, 2:], column))]
    assert_near(found, np.concatenate(said, axis=1), 2.0**-48 * np.abs(x).max(initial=1))


@given(data=st.data(), p=integers)
def test_fixed_axis(data: st.DataObject, p: int) -> None:
    g = data.draw(entries(1, 1, 3))
    a, b, c = g[0, 0]
    axis = np.array([[c, -b, a]])
    assert_near(liere.rotate(axis, [[p]], g), axis, 1e-14)


@given(data=st.data(), kind=kinds)
def test_origin(data: st.DataObject, kind: tuple[int, int]) -> None:
    x, g = data.draw(vectors(2, kind[1] + 1)), data.draw(entries(2, 1, kind[0]))
    assert (liere.rotate(x, np.zeros((2, 2)), g) == x).all()


def test_batches_have_their_own_coordinates() -> None:
    x, at = np.arange(2.0 * 3 * 2 * 3).reshape(2, 3, 2, 3), np.array([[[0, 1], [2, 3]], [[7, 0], [8, 1]]])
    found = liere.rotate(x, at, PLANES)
    for row in range(2):
        assert (found[row] == liere.rotate(x[row], at[row], PLANES)).all()


def test_input_is_left_alone() -> None:
    x = np.ones((2, 4))
    liere.rotate(x, [[1, 2], [3, 4]], PLANES)
    assert (x == 1).all()
