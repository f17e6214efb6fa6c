"""Attention with a forget gate: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import elements, vectors
from oracle import A, Array, assert_near, distance
from posenc import alibi, attention, fox, nope

PAPER = "fox/paper"
GRAIN = 2.0**-44
logits = st.sampled_from([0.0, -80.0, 80.0, 18.5]) | st.floats(-80, 80, width=32)


def gates(n: int) -> st.SearchStrategy[Array]:
    return vectors(n).map(lambda x: -np.abs(x))


@given(x=logits, dtype=st.sampled_from(["float64", "float32"]))
def test_log_gates_are_true(x: float, dtype: str) -> None:
    given_ = np.array([x], dtype=dtype)
    found = fox.log_gates(given_)
    assert found.dtype == dtype
    assert distance("fox.log_gates", PAPER, {}, found, dtype, x=given_) <= A


@pytest.mark.parametrize("x", [-1e300, -745.0, 745.0, 1e300])
def test_log_gates_at_the_ends(x: float) -> None:
    assert fox.log_gates(np.array(x)) == (x if x < 0 else -(5e-324 if x < 1e3 else 0.0))


@given(log_f=st.integers(1, 6).flatmap(gates), n_q=st.integers(1, 6))
def test_bias_is_true(log_f: Array, n_q: int) -> None:
    n_q = min(n_q, len(log_f))
    found = fox.bias(log_f, n_q)
    assert (np.isneginf(found) == ~attention.causal_mask(n_q, len(log_f))).all()
    assert distance("fox.bias", PAPER, {"n_q": n_q}, found, log_f=log_f) <= A


@given(data=st.data(), n_k=st.integers(1, 3), d=st.sampled_from([2, 4]))
def test_attend_is_true(data: st.DataObject, n_k: int, d: int) -> None:
    found: dict[str, Any] = {
        "q": data.draw(vectors(data.draw(st.integers(1, n_k)), d)),
        "k": data.draw(vectors(n_k, d)),
    }
    found |= {"v": data.draw(vectors(n_k, 3)), "log_f": data.draw(gates(n_k))}
    assert distance("fox.attend", PAPER, {}, fox.attend(**found), **found) <= A


@given(row=st.integers(1, 5).flatmap(gates), log_f=elements)
def test_extend_is_true(row: Array, log_f: float) -> None:
    gate = -abs(log_f)
    assert distance("fox.extend", PAPER, {}, fox.extend(row, gate), row=row, log_f=np.array(gate)) <= A


@given(x=logits)
def test_gates(x: float) -> None:
    found = fox.log_gates(np.array([x, -x, 0.0]))
    assert (found < 0).all()
    assert_near(found[0] - found[1], x, 2.0**-46)
    assert found[2] == -np.log(2)


def test_anchor() -> None:
    log_f = [-7.0, -1.0, -2.0, -4.0]
    assert fox.bias(log_f, 4)[3].tolist() == [-7, -6, -4, 0]
    assert fox.bias(log_f, 2).tolist() == [[-3, -2, 0, -np.inf], [-7, -6, -4, 0]]


@given(log_f=gates(5))
def test_sum(log_f: Array) -> None:
    found = fox.bias(log_f, 5)
    for i in range(5):
        assert_near(found[i, : i + 1], [log_f[j + 1 : i + 1].sum() for j in range(i + 1)], GRAIN)


@given(num_heads=st.integers(1, 12), n_k=st.integers(1, 9), n_q=st.integers(1, 9))
def test_alibi(num_heads: int, n_k: int, n_q: int) -> None:
    n_q = min(n_q, n_k)
    slopes = alibi.slopes(num_heads)
    found, right = fox.bias(np.tile(-slopes[:, None], n_k), n_q), alibi.bias(num_heads, n_q, n_k)
    seen = np.isfinite(right)
    assert (np.isfinite(found) == seen).all()
    assert_near(found[seen], right[seen], GRAIN)


def test_relative() -> None:
    found = fox.bias([-7.0, -1.0, -2.0], 3)
    assert (found[1, 0], found[2, 1]) == (-1, -2)


@given(log_f=gates(6), j=st.integers(0, 5), k=st.integers(0, 5), i=st.integers(0, 5))
def test_path_law(log_f: Array, j: int, k: int, i: int) -> None:
    j, k, i = sorted((j, k, i))
    found = fox.bias(log_f, 6)
    assert_near(found[i, j], found[i, k] + found[k, j], GRAIN)
    assert found[i, i] == 0


@given(log_f=gates(6))
def test_falling(log_f: Array) -> None:
    for i, row in enumerate(fox.bias(log_f, 6)):
        assert row[i] == 0
        assert (np.diff(row[: i + 1]) >= 0).all()
        assert_near(-np.diff(row[: i + 1]), log_f[1 : i + 1], GRAIN)


@given(log_f=gates(5), data=st.data())
def test_keys_alone(log_f: Array, data: st.DataObject) -> None:
    x = data.draw(vectors(5, 2))
    keys = np.where(attention.causal_mask(5, 5), -np.cumsum(log_f), -np.inf)
    assert_near(fox.attend(x, x, x, log_f), attention.attend(x, x, x, bias=keys), 2.0**-36)


@given(data=st.data(), n_q=st.integers(1, 4))
def test_nope(data: st.DataObject, n_q: int) -> None:
    q, k, v = data.draw(vectors(n_q, 4)), data.draw(vectors(4, 4)), data.draw(vectors(4, 2))
    assert (fox.bias(np.zeros(4), n_q) == np.where(attention.causal_mask(n_q, 4), 0.0, -np.inf)).all()
    assert_near(fox.attend(q, k, v, np.zeros(4)), nope.attend(q, k, v), GRAIN)


@given(data=st.data(), log_f=gates(4))
def test_product(data: st.DataObject, log_f: Array) -> None:
    q, k, v = data.draw(vectors(1, 4)), data.draw(vectors(4, 4)) / 8, data.draw(vectors(4, 2))
    weights = np.exp(k @ q[0] / 2) * [np.prod(np.exp(log_f[j + 1 :])) for j in range(4)]
    assert_near(fox.attend(q, k, v, log_f)[0], weights @ v / weights.sum(), 2.0**-36)


@given(log_f=gates(5))
def test_cache(log_f: Array) -> None:
    row, whole = np.zeros(0), fox.bias(log_f, 5)
    for i, gate in enumerate(log_f):
        row = fox.extend(row, gate)
        assert_near(row, whole[i, : i + 1], GRAIN)


def test_heads_are_apart() -> None:
    log_f = -np.arange(1.0, 7).reshape(2, 3)
    both = fox.bias(log_f, 2)
    assert all((both[head] == fox.bias(log_f[head], 2)).all() for head in (0, 1))
    rows = fox.extend(log_f, log_f[:, 0])
    assert all((rows[head] == fox.extend(log_f[head], log_f[head, 0])).all() for head in (0, 1))


def test_output_dtype() -> None:
    x = np.ones((2, 2), dtype=np.float32)
    assert fox.attend(x, x, x, -x[0]).dtype == np.float32
