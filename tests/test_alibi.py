"""Attention with linear biases: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domains import heads
from oracle import A, distance, truth
from posenc import alibi, attention

RULES = st.sampled_from(alibi.RULES)
TOPS = st.sampled_from([8.0, 4.0, 16.0, 5.5])
SIZES = st.tuples(st.integers(1, 4), st.integers(0, 4)).map(lambda s: (s[0], s[0] + s[1]))
"""n_q ≤ n_k."""


@given(n=heads, rule=RULES, top=TOPS)
def test_slopes_are_true(n: int, rule: str, top: float) -> None:
    found = alibi.slopes(n, rule=rule, max_bias=top)
    assert distance("alibi.slopes", f"alibi/{rule}", {"num_heads": n, "max_bias": top}, found) <= A


@given(n=st.integers(1, 6), sizes=SIZES, use=st.sampled_from(alibi.USES), rule=RULES, top=TOPS)
def test_bias_is_true(n: int, sizes: tuple[int, int], use: str, rule: str, top: float) -> None:
    params = {"num_heads": n, "n_q": sizes[0], "n_k": sizes[1], "use": use, "max_bias": top}
    found = alibi.bias(n, *sizes, use=use, rule=rule, max_bias=top)
    right = truth("alibi.bias", f"alibi/{rule}", params)["bias"]
    assert (np.isneginf(found) == np.isneginf(right)).all()
    finite = np.isfinite(right)
    assert np.allclose(found[finite], right[finite], rtol=A * 2.0**-53 * (1 + top), atol=0)


def test_anchor() -> None:
    for n, exponents in {1: [8], 2: [4, 8], 3: [4, 8, 2], 6: [2, 4, 6, 8, 1, 3], 8: [1, 2, 3, 4, 5, 6, 7, 8]}.items():
        assert alibi.slopes(n).tolist() == [2.0**-e for e in exponents]
    assert alibi.bias(8, 4, 4)[0, 3].tolist() == [-1.5, -1.0, -0.5, 0.0]
    assert alibi.bias(8, 2, 2)[0, 0].tolist() == [0.0, -np.inf]


@given(n=heads, size=st.integers(2, 6), use=st.sampled_from(alibi.USES))
def test_relative(n: int, size: int, use: str) -> None:
    bias = alibi.bias(n, size, size, use=use)
    assert (bias[:, 1:, 1:] == bias[:, :-1, :-1]).all()
    one_query = alibi.bias(n, 1, size, use=use)
    assert (one_query[:, 0] == bias[:, -1]).all()


@given(n=heads, size=st.integers(2, 8))
def test_decreasing(n: int, size: int) -> None:
    slopes = alibi.slopes(n)
    assert (slopes > 0).all()
    bias = alibi.bias(n, size, size, use="symmetric")
    for row in range(size):
        past, future = bias[:, row, : row + 1], bias[:, row, row:]
        assert (np.diff(past) > 0).all()
        assert (np.diff(future) < 0).all()
        assert np.allclose(np.diff(past), slopes[:, None], rtol=size * 2.0**-52, atol=0)


@given(n=heads, sizes=SIZES, form=st.sampled_from(["key-only", "last-key"]), data=st.data())
def test_shift_equivalent(n: int, sizes: tuple[int, int], form: str, data: st.DataObject) -> None:
    content = np.array(data.draw(st.lists(st.integers(-64, 64), min_size=sizes[1], max_size=sizes[1]))) / 16
    centred, shifted = (attention.softmax(content + alibi.bias(n, *sizes, form=f)) for f in ("centred", form))
    assert np.allclose(centred, shifted, rtol=2.0**-53 * 64, atol=0)  # logits up to 8 in size, rounded twice each


def test_shift_symmetric() -> None:
    keys = 0.5 * np.arange(4)
    centred = attention.softmax(alibi.bias(8, 4, 4, use="symmetric")[0])[1]
    assert np.abs(centred - attention.softmax(keys)).max() > 0.1
    assert centred[0] == centred[2]


def test_geometric() -> None:
    ratios = alibi.slopes(3)[1:] / alibi.slopes(3)[:-1]
    assert ratios.tolist() == [1 / 16, 64.0]


@given(n=heads)
def test_geometric_powers(n: int) -> None:
    steps = np.diff(np.log2(alibi.slopes(n)))
    geometric = np.allclose(steps, -8 / n, rtol=1e-12)
    assert geometric == (n & (n - 1) == 0 or n == 1)
    assert np.allclose(np.diff(np.log2(alibi.slopes(n, rule="geometric"))), -8 / n, rtol=1e-12)


@given(n=st.integers(1, 128))
def test_distinct(n: int) -> None:
    assert len(set(alibi.slopes(n))) == n


@given(n=st.integers(1, 128))
def test_strided(n: int) -> None:
    whole = 1 << (n - 1).bit_length()
    listed = 2.0 ** -(8 * np.arange(1, whole + 1) / whole)
    strided = listed if n == whole else np.concatenate([listed[1::2], listed[::2]])[:n]
    assert (alibi.slopes(n) == strided).all()


@given(n=heads, top=TOPS)
def test_max_bias(n: int, top: float) -> None:
    assert alibi.slopes(n, max_bias=top).min() == 2.0**-top
    assert np.allclose(alibi.slopes(n, max_bias=2 * top), alibi.slopes(n, max_bias=top) ** 2, rtol=2.0**-50, atol=0)


def test_short_dtypes() -> None:
    assert alibi.slopes(12, dtype=np.float32).dtype == np.float32
    assert (alibi.bias(3, 2, 3, dtype=np.float32) == alibi.bias(3, 2, 3).astype(np.float32)).all()
