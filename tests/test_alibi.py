"""Attention with linear biases: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from domains import elements, heads, vectors
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


def forms() -> list[NDArray[np.float64]]:
    """Row 3 with slope 1/2, centred and key-only."""
    return [np.asarray(alibi.bias(8, 4, 4, form=form)[0, 3], dtype=np.float64) for form in ("centred", "key-only")]


@given(sink=elements)
def test_null_key(sink: float) -> None:
    centred, shifted = (attention.softmax(np.append(row, sink))[:-1] for row in forms())
    assert np.abs(centred - shifted).max() > 1e-5
    assert np.allclose(centred, attention.softmax(np.append(forms()[1], sink + 1.5))[:-1], rtol=1e-14, atol=0)


@given(cap=st.floats(0.5, 50))
def test_soft_capped(cap: float) -> None:
    after = [attention.softmax(cap * np.tanh(row / cap)) for row in forms()]
    assert np.abs(after[0] - after[1]).max() > 1e-5
    content = cap * np.tanh(np.arange(4.0) / cap)
    before = [attention.softmax(content + row) for row in forms()]
    assert np.allclose(before[0], before[1], rtol=1e-14, atol=0)


def test_without_softmax() -> None:
    sigmoid = [1 / (1 + np.exp(-row)) for row in forms()]
    assert np.allclose(sigmoid[1] - sigmoid[0], [0.3175744761936437, 0.35351796, 0.35351796, 0.3175744761936437])
    for content in (1, 2):  # a ReLU cuts the first, and leaves the second as it is
        parts = [np.maximum(content + row, 0) for row in forms()]
        shares = [part / part.sum() for part in parts]
        assert np.abs(shares[0] - shares[1]).max() > 0.08


@given(n=st.integers(1, 4), sizes=SIZES, more=st.integers(1, 3))
def test_cached_rows(n: int, sizes: tuple[int, int], more: int) -> None:
    whole = alibi.bias(n, sizes[1], sizes[1])
    assert (alibi.bias(n, *sizes) == whole[:, -sizes[0] :]).all()
    longer = alibi.bias(n, sizes[1] + more, sizes[1] + more)
    assert (longer[:, : sizes[1], : sizes[1]] == whole).all()
    last = [alibi.bias(n, 1, sizes[1] + extra, form="last-key")[:, 0, : sizes[1]] for extra in (0, more)]
    assert np.allclose(last[0] - last[1], more * alibi.slopes(n)[:, None], rtol=1e-13, atol=0)


@given(q=vectors(1, 4), k=vectors(4, 4))
def test_bias_alone(q: NDArray[np.float64], k: NDArray[np.float64]) -> None:
    bias = alibi.bias(8, 1, 4)[0]
    assert np.allclose(attention.logits(q, k, bias=bias), q @ k.T / 2 + [-1.5, -1.0, -0.5, 0.0], rtol=1e-14, atol=1e-13)
    weights = attention.softmax(attention.logits(q, k) + bias)
    assert np.allclose(attention.attend(q, k, k, bias=bias), weights @ k, rtol=1e-13, atol=1e-13)


@given(n=heads)
def test_same_constant(n: int) -> None:
    far, near, own = alibi.bias(n, 1, 3)[:, 0].T
    assert (far == 2 * near).all()
    assert (near == -alibi.slopes(n)).all()
    assert not own.any()


@given(n=heads, content=vectors(2))
def test_after_softmax(n: int, content: NDArray[np.float64]) -> None:
    added = attention.softmax(content) + alibi.bias(n, 1, 2)[:, 0]
    assert np.allclose(added.sum(axis=-1), 1 - alibi.slopes(n), rtol=1e-14, atol=0)


@given(n=heads, content=vectors(5))
def test_reweighs(n: int, content: NDArray[np.float64]) -> None:
    slopes = alibi.slopes(n)[:, None]
    parts = attention.softmax(content) * np.exp(-slopes * 4) * np.exp(slopes * np.arange(5))
    biased = attention.softmax(content + alibi.bias(n, 1, 5)[:, 0])
    assert np.allclose(biased, parts / parts.sum(axis=-1, keepdims=True), rtol=1e-13, atol=0)


@given(n=st.integers(1, 16), w=st.integers(1, 40), size=st.integers(40, 60))
def test_mass(n: int, w: int, size: int) -> None:
    weights = attention.softmax(alibi.bias(n, 1, size)[:, 0])
    slopes = alibi.slopes(n)
    assert np.allclose(weights[:, -w:].sum(axis=-1), np.expm1(-slopes * w) / np.expm1(-slopes * size), rtol=1e-12)
    assert np.allclose(2.0 ** -(1 / (np.log(2) / slopes)), np.exp(-slopes), rtol=1e-15, atol=0)


def test_sparse() -> None:
    weights = np.exp(alibi.bias(8, 1, 1001)[:, 0, ::-1])  # by distance
    assert (weights > 0).all()
    assert weights.astype(np.float32)[0].nonzero()[0].max() == 207
    assert (weights.astype(np.float32)[4:] > 0).all()


@given(n=heads)
def test_set_beforehand(n: int) -> None:
    assert (alibi.slopes(n) == alibi.slopes(n)).all()
    assert (alibi.bias(n, 1, 2)[:, 0, 0] == -alibi.slopes(n)).all()


MASKS = st.lists(st.booleans(), min_size=1, max_size=6).map(np.array)


@given(mask=MASKS, n=st.integers(1, 6), width=st.sampled_from([64, 80, 1]), form=st.sampled_from(alibi.PADDED))
def test_padded_is_true(mask: NDArray[np.bool_], n: int, width: int, form: str) -> None:
    found = alibi.padded(mask, n, width, form=form)
    params = {"num_heads": n, "head_dim": width}
    assert distance("alibi.padded", f"alibi/{form}", params, found, mask=mask) <= A
    assert (alibi.padded(np.stack([mask, mask]), n, width, form=form) == found).all()


@given(pads=st.integers(0, 5), real=st.integers(1, 6), n=heads, form=st.sampled_from(alibi.PADDED))
def test_left_padding(pads: int, real: int, n: int, form: str) -> None:
    mask = np.arange(pads + real) >= pads
    found = alibi.padded(mask, n, 64, form=form)
    assert (found[:, pads:] == alibi.padded(mask[pads:], n, 64, form=form)).all()
    assert not found[:, :pads].any()
    assert (alibi.padded(mask[pads:], n, 64) == alibi.bias(n, 1, real, form="key-only")[:, 0]).all()


@given(n=heads)
def test_holes(n: int) -> None:
    found = alibi.padded(np.array([True, False, True, True]), n, 64)
    assert (found == alibi.slopes(n)[:, None] * [0, 0, 1, 2]).all()


@given(n=st.integers(1, 8).map(lambda e: 2**e), width=st.sampled_from([4, 16, 64, 256]))
def test_falcon_slope(n: int, width: int) -> None:
    found = alibi.padded(np.ones(9, dtype=bool), n, width, form="falcon")[:, -1]
    rounded = np.asarray([float(alibi._short(slope)) for slope in alibi.slopes(n)])
    assert (found == 8 * rounded / np.sqrt(width)).all()


def test_falcon_merged() -> None:
    row = alibi.padded(np.ones(600, dtype=bool), 8, 64, form="falcon")[0]
    assert (row[:257] == np.arange(257) / 16).all()
    assert row[257] == row[256]
    assert row[258] < row[259] == row[260]  # half way goes to the even one


@given(n=st.integers(1, 4), h=st.integers(1, 4), w=st.integers(1, 4), metric=st.sampled_from(list(alibi.METRICS)))
def test_grid_is_true(n: int, h: int, w: int, metric: str) -> None:
    found = alibi.grid(n, h, w, metric=metric)
    convention = {"manhattan": "alibi/press", "euclidean": "alibi/euclidean"}[metric]
    assert distance("alibi.grid", convention, {"num_heads": n, "height": h, "width": w}, found) <= A


@given(n=st.integers(1, 4), h=st.integers(1, 4), w=st.integers(1, 4))
def test_grid_metric(n: int, h: int, w: int) -> None:
    found, straight = alibi.grid(n, h, w), alibi.grid(n, h, w, metric="euclidean")
    assert (found <= straight).all()
    line = alibi.bias(n, h * w, h * w, use="symmetric")
    for metric in alibi.METRICS:
        assert (alibi.grid(n, 1, h * w, metric=metric) == line).all()
        assert (alibi.grid(n, h * w, 1, metric=metric) == line).all()
    rows, columns = (alibi.bias(n, size, size, use="symmetric") for size in (h, w))
    both = rows[:, :, None, :, None] + columns[:, None, :, None, :]
    assert np.allclose(found, both.reshape(found.shape), rtol=1e-15, atol=0)


def test_short_dtypes() -> None:
    assert alibi.slopes(12, dtype=np.float32).dtype == np.float32
    assert (alibi.bias(3, 2, 3, dtype=np.float32) == alibi.bias(3, 2, 3).astype(np.float32)).all()
