"""The four terms: the claims as properties of the NumPy references."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import offsets, vectors
from oracle import assert_near
from posenc import alibi, attention, deberta, rope, shaw, t5, transformer_xl, tupe

N, D = 3, 4
tokens = vectors(1, N, D)
NEAR = 1e-10  # dot products of 4 numbers up to 8, and of their sums, in float64
PLACES = [(i, j) for i in range(N) for j in range(N)]


def grid(entry: Any) -> Any:
    """(1, n, n) of entry(i, j)."""
    return np.array([[[entry(i, j) for j in range(N)] for i in range(N)]])


def dots(a: Any, b: Any) -> Any:
    return a @ np.swapaxes(b, -1, -2)


@given(x=vectors(1, 3), p=vectors(1, 3), y=vectors(1, 3), s=vectors(1, 3), w_q=vectors(3, D), w_k=vectors(3, D))
def test_four_terms(x: Any, p: Any, y: Any, s: Any, w_q: Any, w_k: Any) -> None:
    whole = attention.logits((x + p) @ w_q, (y + s) @ w_k, scale=1.0)
    terms = [attention.logits(one @ w_q, other @ w_k, scale=1.0) for one in (x, p) for other in (y, s)]
    assert_near(whole, sum(terms), 1e-7)


@given(a=tokens, b=tokens, p=tokens)
def test_content(a: Any, b: Any, p: Any) -> None:
    assert_near(attention.logits(a + 0 * p, b + 0 * p), dots(a, b) / 2, NEAR)
    assert_near(attention.logits(a, b + p), (dots(a, b) + dots(a, p)) / 2, NEAR)


def shaw_terms(a: Any, b: Any, R: Any) -> Any:
    return dots(a, b) + grid(lambda i, j: a[0, i] @ R[np.clip(j - i, -1, 1) + 1])


@given(a=tokens, b=tokens, R=vectors(3, D))
def test_shaw(a: Any, b: Any, R: Any) -> None:
    assert_near(shaw.logits(a, b, R, 1, 1) * 2, shaw_terms(a, b, R), NEAR)


@given(a=tokens, b=tokens, values=tokens, R=vectors(3, D), S=vectors(3, D))
def test_shaw_values(a: Any, b: Any, values: Any, R: Any, S: Any) -> None:
    found = shaw.attend(a, b, values, R, S, np.ones((1, N, N), dtype=bool), 1, 1)
    weights = attention.softmax(shaw_terms(a, b, R) / 2)
    replaced = [sum(weights[0, i, j] * S[np.clip(j - i, -1, 1) + 1] for j in range(N)) for i in range(N)]
    assert_near(found, weights @ values + np.array([replaced]), NEAR)


@given(a=tokens, b=tokens, w_r=vectors(1, D, 2), u=vectors(1, D), v=vectors(1, D))
def test_transformer_xl(a: Any, b: Any, w_r: Any, u: Any, v: Any) -> None:
    keys = {t: w_r[0] @ transformer_xl.relative_table(t, 2) for t in range(1 - N, N)}
    others = grid(lambda i, j: a[0, i] @ keys[i - j] + u[0] @ b[0, j] + v[0] @ keys[i - j])
    found = transformer_xl.scores(a, b, w_r, u, v, use="bidirectional")
    assert_near(found * 2, dots(a, b) + others, NEAR)
    causal = transformer_xl.scores(a, b, w_r, u, v)
    assert (causal == np.where(np.tril(np.ones((N, N))) > 0, found, -np.inf)).all()


@given(a=tokens, b=tokens, table=vectors(4, 1))
def test_t5(a: Any, b: Any, table: Any) -> None:
    assert_near(t5.scores(a, b, table, max_distance=8), dots(a, b) + t5.bias(table, N, N, max_distance=8), NEAR)


@given(a=tokens, b=tokens, h=st.integers(1, 8))
def test_alibi(a: Any, b: Any, h: int) -> None:
    slope = alibi.slopes(h)[-1]
    found = attention.logits(a, b, bias=alibi.bias(h, N, N, use="symmetric")[-1:])
    assert_near(found * 2, dots(a, b) - slope * grid(lambda i, j: abs(i - j)) * 2, NEAR)


@given(a=tokens, b=tokens, p=tokens, s=tokens, bias=vectors(1, N, N), thetas=vectors(2, 1))
def test_tupe(a: Any, b: Any, p: Any, s: Any, bias: Any, thetas: Any) -> None:
    factor = np.sqrt(2 * D)
    last = dots(p, s) + bias * factor
    last[0, :, 0], last[0, 0] = thetas[1] * factor, thetas[0] * factor
    assert_near(tupe.logits(a, b, p, s, bias, *thetas) * factor, dots(a, b) + last, NEAR)


@given(a=tokens, b=tokens, kr=vectors(1, 2 * N, D), qr=vectors(1, 2 * N, D))
def test_deberta(a: Any, b: Any, kr: Any, qr: Any) -> None:
    mixed = grid(lambda i, j: a[0, i] @ kr[0, i - j + N] + qr[0, j - i + N] @ b[0, j])
    assert_near(deberta.scores(a, b, kr, qr, span=N) * np.sqrt(3 * D), dots(a, b) + mixed, NEAR)


def everywhere(seed: int, a: Any, b: Any) -> dict[str, Any]:
    """The scores of every method but TUPE, times its divisor, for contents handed in and tables of a seed."""
    rng = np.random.default_rng(seed)
    R, w_r, u, v = (rng.normal(size=shape) for shape in ((3, D), (1, D, 2), (1, D), (1, D)))
    table, kr, qr = (rng.normal(size=shape) for shape in ((4, 1), (1, 2 * N, D), (1, 2 * N, D)))
    return {
        "shaw": shaw.logits(a, b, R, 1, 1) * 2,
        "transformer_xl": transformer_xl.scores(a, b, w_r, u, v, use="bidirectional") * 2,
        "t5": t5.scores(a, b, table, max_distance=8),
        "deberta": deberta.scores(a, b, kr, qr, span=N) * np.sqrt(3 * D),
        "alibi": attention.logits(a, b, bias=alibi.bias(1, N, N, use="symmetric")) * 2,
    }


seeds = st.integers(0, 99)


@given(seed=seeds, a=vectors(D), b=vectors(D))
def test_relative_terms(seed: int, a: Any, b: Any) -> None:
    for scores in everywhere(seed, np.tile(a, (1, N, 1)), np.tile(b, (1, N, 1))).values():
        assert_near(scores[0, 1:, 1:], scores[0, :-1, :-1], NEAR)
    positions = np.ones((1, N, D)) + np.arange(float(N))[None, :, None]
    absolute = attention.logits(positions, positions)
    assert absolute[0, 1, 1] != absolute[0, 0, 0]


@given(seed=seeds, a=tokens, b=tokens, t=offsets)
def test_multiplicative(seed: int, a: Any, b: Any, t: int) -> None:
    """The second difference by both contents is their product; under rope a turn stands between them."""
    both, query, key, none = (everywhere(seed, *pair) for pair in ((a, b), (a, 0 * b), (0 * a, b), (0 * a, 0 * b)))
    for name in both:
        assert_near(both[name] - query[name] - key[name] + none[name], dots(a, b), NEAR)
    turned = [rope.rotate(one[0], [place] * N) for one, place in ((a, t), (b, 0))]
    assert_near((turned[0] * turned[1]).sum(), (a[0] * rope.rotate(b[0], [-t] * N)).sum(), 1e-8)
    assert (rope.rotate(0 * a[0], [t] * N) == 0).all()


@pytest.mark.parametrize(("i", "j"), PLACES)
def test_rope(i: int, j: int) -> None:
    q, k = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    score = float((rope.rotate(q, [i]) * rope.rotate(k, [j])).sum())
    assert_near(score, np.sin(i - j), 1e-15)
    assert (score == 0) == (i == j)
