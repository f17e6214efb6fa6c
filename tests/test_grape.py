"""Group representational position encoding: the claims as properties of the NumPy reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import elements, vectors
from oracle import A, assert_near, distance
from posenc import alibi, grape, rope

integers = st.sampled_from([0, 1, 2, 255, 257, 2049]) | st.integers(-4096, 4096)
slopes = st.sampled_from([0.5, 0.00390625, 1.0]) | st.floats(2**-10, 4, width=32)
ROLES = st.sampled_from(grape.ROLES)


def plane(width: int) -> Any:
    """Two vectors that are not nearly parallel: the first begins with (1, y), the second with (0, 1)."""

    def steep(both: Any) -> Any:
        both[:, 0], both[1, 1] = (1, 0), 1
        return both

    return vectors(2, width).map(lambda v: v / 8).map(steep)


def room(a: Any, b: Any, *places: int) -> float:
    """2^-44 of the angles and of elements up to 8, for vectors as long as these."""
    return 2.0**-44 * 64 * float(1 + sum(map(abs, places))) * float(1 + (a @ a) * (b @ b)) ** 2


def score(q: Any, k: Any, m: int, n: int, a: Any, b: Any, frequency: float = 1.0) -> float:
    return float(
        (grape.rotate(q, [m], a, b, frequency=frequency) * grape.rotate(k, [n], a, b, frequency=frequency)).sum()
    )


def lifted(q: Any, k: Any, m: float, n: float, slope: float) -> float:
    return float((grape.lift(q, [m], role="query", slope=slope) * grape.lift(k, [n], role="key", slope=slope)).sum())


@given(data=st.data(), p=integers, width=st.integers(2, 5), frequency=st.sampled_from([1.0, -0.5, 0.1]))
def test_rotate_is_true(data: st.DataObject, p: int, width: int, frequency: float) -> None:
    x, (a, b) = data.draw(vectors(1, width)), data.draw(plane(width))
    found = grape.rotate(x, [p], a, b, frequency=frequency)
    inputs = {"x": x, "positions": [p], "a": a, "b": b}
    assert distance("grape.rotate", "grape/paper", {"frequency": frequency}, found, **inputs) <= A


@given(data=st.data(), p=integers, role=ROLES, slope=slopes, dtype=st.sampled_from(["float32", "float64"]))
def test_lift_is_true(data: st.DataObject, p: int, role: str, slope: float, dtype: str) -> None:
    x = data.draw(vectors(1, 3)).astype(dtype)
    found, params = grape.lift(x, [p], role=role, slope=slope), {"role": role, "slope": slope}
    assert found.dtype == dtype
    assert distance("grape.lift", "grape/paper", params, found, dtype, x=x, positions=[p]) <= A


def test_anchor() -> None:
    found = grape.rotate(np.array([[1.0, 0, 0]]), [2], np.array([1.0, 0, 0]), np.array([0.0, 3, 4]), frequency=0.1)
    assert_near(found, [[np.cos(1), -0.6 * np.sin(1), -0.8 * np.sin(1)]], 1e-15)
    found = grape.rotate(np.array([[1.0, 0]]), [1], np.array([1.0, 0]), np.array([3.0, 4]), frequency=0.25)
    assert_near(found, [[np.cos(1), -np.sin(1)]], 1e-15)
    five = np.array([[5.0]])
    assert grape.lift(five, [3], role="query", slope=0.5).tolist() == [[5, 1, -1.5]]
    assert grape.lift(five, [3], role="key", slope=0.5).tolist() == [[5, 1.5, 1]]


@pytest.mark.parametrize("width", [2, 4])
def test_exponential(width: int) -> None:
    """Against the power series, whose 40 terms are more than float64 holds for a matrix of norm 2."""
    a, b = np.array([0.5, -0.75, 1.0, 0.25])[:width], np.array([0.25, 1.0, 0.5, -0.5])[:width]
    generator = np.outer(a, b) - np.outer(b, a)
    series = term = np.eye(width)
    for k in range(1, 40):
        term = term @ generator / k
        series = series + term
    assert_near(grape.rotate(np.eye(width), [1] * width, a, b).T, series, 1e-15)


@given(data=st.data(), p=integers, width=st.integers(2, 4))
def test_orthogonal(data: st.DataObject, p: int, width: int) -> None:
    a, b = data.draw(plane(width))
    g = grape.rotate(np.eye(width), [p] * width, a, b)
    assert_near(g @ g.T, np.eye(width), 1e-12)


@given(data=st.data(), m=integers, n=integers, t=integers)
def test_relative(data: st.DataObject, m: int, n: int, t: int) -> None:
    q, k, (a, b) = data.draw(vectors(1, 3)), data.draw(vectors(1, 3)), data.draw(plane(3))
    assert_near(score(q, k, m + t, n + t, a, b), score(q, k, m, n, a, b), room(a, b, m, n, t))
    twice = grape.rotate(grape.rotate(q, [m], a, b), [n], a, b)
    assert_near(twice, grape.rotate(q, [m + n], a, b), room(a, b, m, n))


@given(data=st.data(), p=integers)
def test_complement(data: st.DataObject, p: int) -> None:
    a, b = data.draw(plane(3))
    across = np.cross(a, b)[np.newaxis]
    assert_near(grape.rotate(across, [p], a, b), across, 1e-12 * (1 + (a @ a) * (b @ b)))


@given(data=st.data(), p=integers, pairs=st.integers(2, 4), base=st.sampled_from([10_000.0, 100.0]))
def test_rope(data: st.DataObject, p: int, pairs: int, base: float) -> None:
    x, unit = data.draw(vectors(1, 2 * pairs)), np.eye(2 * pairs)
    found: Any = x
    back: Any = x
    rates = rope.inverse_frequencies(2 * pairs, base=base).tolist()
    for i, rate in enumerate(rates):
        found = grape.rotate(found, [p], unit[2 * i + 1], unit[2 * i], frequency=rate)
    for i, rate in reversed(list(enumerate(rates))):
        back = grape.rotate(back, [p], unit[2 * i + 1], unit[2 * i], frequency=rate)
    right = rope.rotate(x, [p], base=base)
    assert_near(found, right, 2.0**-46 * np.abs(x).max(initial=1))
    assert_near(back, right, 2.0**-46 * np.abs(x).max(initial=1))


@given(data=st.data(), p=integers, scale=st.sampled_from([-3.0, 0.0, 0.5, 1.0]))
def test_parallel(data: st.DataObject, p: int, scale: float) -> None:
    x, a = data.draw(vectors(1, 3)), data.draw(vectors(3))
    assert (grape.rotate(x, [p], a, scale * a) == x).all()


@given(data=st.data(), m=integers, n=integers, slope=slopes)
def test_unipotent(data: st.DataObject, m: int, n: int, slope: float) -> None:
    """The two channels of queries and keys at one place add up to nothing, and keys move in equal steps."""
    x = data.draw(vectors(2, 3))
    query, key = (grape.lift(x, [m, n], role=role, slope=slope) for role in ("query", "key"))
    assert (grape.lift(x, [0, 0], role="key", slope=slope)[:, 3:] == [0, 1]).all()
    assert (grape.lift(x, [0, 0], role="query", slope=slope)[:, 3:] == [1, 0]).all()
    assert ((query * key)[:, 3:].sum(axis=1) == 0).all()
    together = grape.lift(x[:1], [m + n], role="key", slope=slope)[0, 3]
    assert_near(key[0, 3] + key[1, 3], together, 2.0**-50 * slope * (abs(m) + abs(n)))


@given(data=st.data(), m=integers, n=integers, t=integers, slope=slopes)
def test_lift_relative(data: st.DataObject, m: int, n: int, t: int, slope: float) -> None:
    q, k = data.draw(vectors(1, 3)), data.draw(vectors(1, 3))
    room = 2.0**-40 * (1 + slope)
    assert_near(lifted(q, k, m, n, slope), (q * k).sum() - slope * (m - n), room)
    assert_near(lifted(q, k, m + t, n + t, slope), lifted(q, k, m, n, slope), room)


@given(data=st.data(), heads=st.sampled_from([1, 4, 8]), tokens=st.integers(1, 5))
def test_alibi(data: st.DataObject, heads: int, tokens: int) -> None:
    q, k, bias = data.draw(vectors(tokens, 2)), data.draw(vectors(tokens, 2)), alibi.bias(heads, tokens, tokens)
    at = np.arange(tokens)
    for head, slope in enumerate(alibi.slopes(heads).tolist()):
        query, key = (grape.lift(x, at, role=role, slope=slope) for x, role in ((q, "query"), (k, "key")))
        below = np.tril_indices(tokens)
        assert_near((query @ key.T)[below], (q @ k.T + bias[head])[below], 1e-12)


@given(data=st.data(), m=integers, n=integers, slope=slopes)
def test_same_lift(data: st.DataObject, m: int, n: int, slope: float) -> None:
    """The matrix of keys leaves the query's (1, 0) as it is at position 0."""
    q, k = data.draw(vectors(1, 3)), data.draw(vectors(1, 3))
    found = float((grape.lift(q, [0], role="query") * grape.lift(k, [n], role="key", slope=slope)).sum())
    assert_near(found, (q * k).sum() + slope * n, 2.0**-40 * (1 + slope))


def test_scaled() -> None:
    q = np.zeros((1, 4))
    assert lifted(q, q, 1, 0, 0.5) / np.sqrt(4) == -0.25
    assert lifted(q, q, 1, 0, 0.5 * np.sqrt(4)) / np.sqrt(4) == -0.5


@given(data=st.data())
def test_forgetting(data: st.DataObject) -> None:
    gates = np.array([data.draw(st.floats(0.01, 1)) for _ in range(5)])
    q, k, at = data.draw(vectors(1, 2)), data.draw(vectors(1, 2)), -np.cumsum(np.log(gates))
    for i, j in ((4, 1), (3, 3), (2, 0)):
        found = lifted(q, k, float(at[i]), float(at[j]), 1.0)
        assert_near(found, (q * k).sum() + np.log(gates[j + 1 : i + 1]).sum(), 1e-12)


def test_batches_have_their_own_positions() -> None:
    x, positions = np.arange(2.0 * 3 * 2 * 3).reshape(2, 3, 2, 3), np.array([[0, 1], [7, 8]])
    a, b = np.eye(3)[:2]
    turned, raised = grape.rotate(x, positions, a, b), grape.lift(x, positions, role="key")
    for row in range(2):
        assert (turned[row] == grape.rotate(x[row], positions[row], a, b)).all()
        assert (raised[row] == grape.lift(x[row], positions[row], role="key")).all()


@given(first=elements)
def test_input_is_left_alone(first: float) -> None:
    x = np.full((2, 3), first)
    grape.rotate(x, [1, 2], *np.eye(3)[:2])
    grape.lift(x, [1, 2], role="query")
    assert (x == first).all()


def test_small_planes_turn_too() -> None:
    """Entries whose squares float64 cannot hold, turned fast."""
    a, b = np.eye(3)[:2] * 1e-90
    found = grape.rotate(np.eye(3)[:1], [1], a, b, frequency=1e180)
    assert_near(found, [[np.cos(1), -np.sin(1), 0]], 1e-14)
