"""Rotary position embedding: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domains import bases, even, far, integers, offsets, reals, tokens, vectors
from oracle import A, Array, assert_near, distance, truth, unit
from posenc import rope

PAIRINGS = st.sampled_from(rope.PAIRINGS)
HALF = 2.0**-53


def params(base: float = 10_000.0, rotary_dim: int | None = None) -> dict[str, object]:
    return {"base": base, "rotary_dim": rotary_dim}


def angle_unit(position: float, dim: int, base: float = 10_000.0) -> float:
    return float(
        unit("rope.table", "rope/interleaved", {"rotary_dim": dim, "base": base}, positions=position)["cos"].max()
    )


def score_slack(q: Array, k: Array, positions: tuple[float, ...], base: float = 10_000.0) -> float:
    """Both rotations stray by a unit of their angle times |a| + |b|, and the dot product by a rounding a term."""
    strays = sum(angle_unit(p, q.shape[-1], base) for p in positions)
    return A * float(
        2 * strays * np.abs(q).sum() * np.abs(k).max() + 4 * q.size * HALF * np.abs(q).sum() * np.abs(k).max()
    )


@given(data=st.data(), p=reals | far, dim=even, rest=st.integers(0, 3), base=bases, pairing=PAIRINGS)
def test_rotate_is_true(data: st.DataObject, p: float, dim: int, rest: int, base: float, pairing: str) -> None:
    x = data.draw(vectors(1, dim + rest))
    found = rope.rotate(x, [p], base=base, rotary_dim=dim, pairing=pairing)
    assert distance("rope.rotate", f"rope/{pairing}", params(base, dim), found, x=x, positions=[p]) <= A


@given(data=st.data(), p=tokens, dim=even, pairing=PAIRINGS, dtype=st.sampled_from(["float32", "float16"]))
def test_rotate_in_short_precision(data: st.DataObject, p: int, dim: int, pairing: str, dtype: str) -> None:
    x = data.draw(vectors(1, dim)).astype(dtype)
    found = rope.rotate(x, [p], pairing=pairing)
    assert found.dtype == dtype
    assert distance("rope.rotate", f"rope/{pairing}", params(), found, dtype, x=x, positions=[p]) <= A


@given(p=reals | far, dim=even, base=bases)
@example(p=2**53 - 1, dim=16, base=10_000.0)
def test_table_is_true(p: float, dim: int, base: float) -> None:
    right = truth("rope.table", "rope/interleaved", {"rotary_dim": dim, "base": base}, positions=[p])
    scale = unit("rope.table", "rope/interleaved", {"rotary_dim": dim, "base": base}, positions=[p])
    for name, found in zip(("cos", "sin"), rope.table([p], dim, base=base), strict=True):
        assert_near(found, right[name], A * scale[name])


def test_sense() -> None:
    x = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    right = truth("rope.rotate", "rope/interleaved", params(), x=x, positions=[1, 1])["y"]
    assert_near(rope.rotate(x, [1, 1]), right, 4 * HALF)
    assert (right[0, :2] > 0.5).all()  # cos 1 and sin 1, on channels 0 and 1
    assert 0.0099 < right[1, 3] < 0.01


@given(data=st.data(), m=integers, n=integers, t=offsets, dim=even, base=bases, pairing=PAIRINGS)
def test_relative(data: st.DataObject, m: int, n: int, t: int, dim: int, base: float, pairing: str) -> None:
    q, k = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))

    def score(a: int, b: int) -> float:
        one, other = (rope.rotate(x, [p], base=base, pairing=pairing) for x, p in ((q, a), (k, b)))
        return float((one * other).sum())

    assert_near(score(m, n), score(m + t, n + t), score_slack(q, k, (m, n, m + t, n + t), base))


@given(distance_=st.integers(1, 10_000), dim=even)
def test_relative_changes(distance_: int, dim: int) -> None:
    q = np.zeros((1, dim))
    q[0, 0] = 1.0
    assert (rope.rotate(q, [distance_]) * q).sum() < 1.0 - 1e-9


@given(data=st.data(), p=reals, dim=even, base=bases, pairing=PAIRINGS)
def test_norm(data: st.DataObject, p: float, dim: int, base: float, pairing: str) -> None:
    x, y = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    turned_x, turned_y = (rope.rotate(v, [p], base=base, pairing=pairing) for v in (x, y))
    # one angle for both, whatever its error: the roundings of table, products and sum
    slack = A * 8 * dim * HALF
    assert_near((turned_x**2).sum(), (x**2).sum(), slack * (x**2).sum())
    assert_near((turned_x * turned_y).sum(), (x * y).sum(), slack * np.sqrt((x**2).sum() * (y**2).sum()))


@given(data=st.data(), m=integers, n=offsets, dim=even, pairing=PAIRINGS)
def test_group(data: st.DataObject, m: int, n: int, dim: int, pairing: str) -> None:
    x = data.draw(vectors(1, dim))
    twice, once = (
        rope.rotate(rope.rotate(x, [m], pairing=pairing), [n], pairing=pairing),
        rope.rotate(x, [m + n], pairing=pairing),
    )
    strays = sum(angle_unit(p, dim) for p in (m, n, m + n))
    assert_near(twice, once, A * 2 * strays * 2 * np.abs(x).max())


@given(data=st.data(), dim=even, pairing=PAIRINGS)
def test_identity(data: st.DataObject, dim: int, pairing: str) -> None:
    x = data.draw(vectors(2, dim))
    assert (rope.rotate(x, [0, 0], pairing=pairing) == x).all()


@given(data=st.data(), p=integers, dim=even, pairing=PAIRINGS)
def test_inverse(data: st.DataObject, p: int, dim: int, pairing: str) -> None:
    x = data.draw(vectors(1, dim))
    back = rope.rotate(rope.rotate(x, [p], pairing=pairing), [-p], pairing=pairing)
    assert_near(back, x, A * 8 * HALF * np.abs(x).max())  # the very same table, so the angle's error cancels
    assert (rope.matrix(-p, dim, pairing=pairing) == rope.matrix(p, dim, pairing=pairing).T).all()


@given(p=reals, dim=even, base=bases, pairing=PAIRINGS)
def test_orthogonal(p: float, dim: int, base: float, pairing: str) -> None:
    R = rope.matrix(p, dim, base=base, pairing=pairing)
    assert_near(R.T @ R, np.eye(dim), A * 4 * HALF)
    assert_near(np.linalg.det(R), 1.0, A * 8 * dim * HALF)


@given(dim=even, base=bases)
def test_frequencies(dim: int, base: float) -> None:
    found = rope.inverse_frequencies(dim, base=base)
    assert distance("rope.inverse_frequencies", "rope/interleaved", {"rotary_dim": dim, "base": base}, found) <= A
    assert found[0] == 1.0
    assert (np.diff(found) < 0).all()


@given(m=st.integers(0, 2**20), n=st.integers(0, 2**20))
def test_injective(m: int, n: int) -> None:
    cos, sin = rope.table([m, n], 2)
    assert (cos[0] == cos[1] and sin[0] == sin[1]) == (m == n)


@given(dim=st.integers(1, 64).map(lambda pairs: 2 * pairs), pairing=PAIRINGS)
def test_pairing(dim: int, pairing: str) -> None:
    # a quarter turn in every pair sends each channel to its partner: every channel is reached once
    quarter = np.zeros((1, dim // 2)), np.ones((1, dim // 2))
    reached = rope.apply(np.arange(1.0, dim + 1)[np.newaxis], *quarter, pairing=pairing)
    assert sorted(np.abs(reached[0])) == list(range(1, dim + 1))


@given(p=integers, dim=even, pairing=PAIRINGS)
def test_blocks(p: int, dim: int, pairing: str) -> None:
    R = rope.matrix(p, dim, pairing=pairing)
    order = rope.convert(np.arange(dim), "interleaved", pairing)
    lined = R[np.ix_(np.argsort(order), np.argsort(order))]
    outside = np.kron(np.eye(dim // 2), np.ones((2, 2))) == 0
    assert not lined[outside].any()
    assert (lined == rope.matrix(p, dim)).all()


@given(data=st.data(), p=integers, dim=even, rest=st.integers(0, 2))
def test_layouts(data: st.DataObject, p: int, dim: int, rest: int) -> None:
    x = data.draw(vectors(1, dim + rest))
    halves = rope.convert(x, "interleaved", "halves", rotary_dim=dim)
    turned = rope.rotate(halves, [p], rotary_dim=dim, pairing="halves")
    assert (rope.convert(turned, "halves", "interleaved", rotary_dim=dim) == rope.rotate(x, [p], rotary_dim=dim)).all()


@given(
    data=st.data(),
    m=tokens,
    n=tokens,
    key_heads=st.integers(1, 3),
    group=st.integers(1, 3),
    dim=even,
    rest=st.integers(0, 2),
)
def test_weights(data: st.DataObject, m: int, n: int, key_heads: int, group: int, dim: int, rest: int) -> None:
    """Grouped queries, biases and partial rotary: every score survives the conversion of a checkpoint."""
    width, hidden = dim + rest, 3

    def project(heads: int) -> tuple[Array, Array]:
        return data.draw(vectors(heads * width, hidden)), data.draw(vectors(heads * width))

    queries, keys, x = project(key_heads * group), project(key_heads), data.draw(vectors(hidden))

    def scores(pairing: str) -> Array:
        out = []
        for (weight, bias), heads, position in ((queries, key_heads * group, m), (keys, key_heads, n)):
            laid = [
                rope.convert(part, "interleaved", pairing, num_heads=heads, rotary_dim=dim, axis=0)
                for part in (weight, bias)
            ]
            projected = (laid[0] @ x + laid[1]).reshape(heads, 1, width)
            out.append(rope.rotate(projected, [position], rotary_dim=dim, pairing=pairing)[:, 0])
        return np.asarray(np.einsum("hd,hd->h", out[0], np.repeat(out[1], group, axis=0)))

    sizes = [np.abs(w) @ np.abs(x) + np.abs(b) for w, b in (queries, keys)]
    assert_near(
        scores("interleaved"), scores("halves"), A * 64 * width * HALF * (1 + sizes[0].max()) * (1 + sizes[1].max())
    )


@given(data=st.data(), p=integers, dim=even, pairing=PAIRINGS)
def test_forms(data: st.DataObject, p: int, dim: int, pairing: str) -> None:
    x = data.draw(vectors(1, dim))
    turned = rope.rotate(x, [p], pairing=pairing)
    cos, sin = rope.table([p], dim)
    laid = rope.convert(x, pairing, "interleaved")
    complex_form = (laid[:, 0::2] + 1j * laid[:, 1::2]) * (cos + 1j * sin)
    joined = np.stack([complex_form.real, complex_form.imag], axis=-1).reshape(1, dim)
    slack = A * 4 * HALF * 2 * np.abs(x).max()
    assert_near(rope.convert(joined, "interleaved", pairing), turned, slack)
    assert_near(rope.matrix(p, dim, pairing=pairing) @ x[0], turned[0], slack)
    assert (rope.apply(x, cos, sin, pairing=pairing) == turned).all()


@given(data=st.data(), p=integers, dim=even, rest=st.integers(1, 4), pairing=PAIRINGS)
def test_partial(data: st.DataObject, p: int, dim: int, rest: int, pairing: str) -> None:
    x = data.draw(vectors(1, dim + rest))
    found = rope.rotate(x, [p], rotary_dim=dim, pairing=pairing)
    assert (found[:, dim:] == x[:, dim:]).all()
    assert (found[:, :dim] == rope.rotate(x[:, :dim], [p], pairing=pairing)).all()


@pytest.mark.parametrize(("dim", "rise", "negative"), [(64, 5, 725), (128, 11, 1707), (512, 43, 3284)])
def test_decreasing(dim: int, rise: int, negative: int) -> None:
    turned = rope.rotate(np.ones((negative + 1, dim)), np.arange(negative + 1))
    scores = turned @ np.ones(dim)
    assert (np.diff(scores[: rise + 1]) < 0).all()
    assert scores[rise + 1] > scores[rise]
    assert (scores[:negative] > 0).all()
    assert scores[negative] < 0


@given(m=tokens, n=tokens, dim=even, data=st.data())
def test_symmetric(m: int, n: int, dim: int, data: st.DataObject) -> None:
    q = data.draw(vectors(1, dim))
    one, other = rope.rotate(q, [m]), rope.rotate(q, [n])
    assert (one * other).sum() == (other * one).sum()  # q = k
    first, second = np.eye(dim)[:1], np.eye(dim)[1:2]
    ahead, behind = ((rope.rotate(first, [a]) * rope.rotate(second, [b])).sum() for a, b in ((1, 0), (0, 1)))
    assert abs(ahead - behind) > 1


def test_batches_have_their_own_positions() -> None:
    x = np.arange(2.0 * 3 * 2 * 4).reshape(2, 3, 2, 4)
    positions = np.array([[0, 1], [511, 512]])
    found = rope.rotate(x, positions)
    for row in range(2):
        assert (found[row] == rope.rotate(x[row], positions[row])).all()
    assert (rope.rotate(x[:, 0], positions) == found[:, 0]).all()


def test_input_is_left_alone() -> None:
    x = np.ones((2, 4))
    assert rope.rotate(x, [1, 2]) is not x
    assert (x == 1).all()
    strided = np.ones((4, 8))[::2, ::2]
    assert (rope.rotate(strided, [1, 2]) == rope.rotate(x, [1, 2])).all()
    x.setflags(write=False)
    assert rope.rotate(x, [1, 2]).flags.writeable


def test_empty_sequence() -> None:
    assert rope.rotate(np.zeros((2, 0, 4)), []).shape == (2, 0, 4)
