"""Decay of rotary scores: the claims as properties of NumPy's rotations."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domains import bases, even, integers, offsets, vectors
from oracle import assert_near
from posenc import rope

GRAIN = 2.0**-30  # an angle of at most 2^20 strays by a few times 2^20 · 2^−53, as ω(1 + |ln ω|) ≤ 1


def score(q: Any, k: Any, m: float, n: float, base: float = 10_000.0) -> float:
    return float((rope.rotate(q, [m], base=base) * rope.rotate(k, [n], base=base)).sum())


def cosines(distances: Any, dim: int, base: float = 10_000.0) -> Any:
    """f: half the score of ones with ones."""
    ones, some = np.ones((1, dim)), np.asarray(distances)
    return rope.rotate(np.ones((len(some), dim)), some, base=base) @ ones[0] / 2


def room(q: Any, k: Any) -> float:
    return GRAIN * float(1 + np.abs(q).sum() * np.abs(k).max())


@given(data=st.data(), n=integers, t=offsets, dim=even, base=bases)
def test_no_attenuation(data: st.DataObject, n: int, t: int, dim: int, base: float) -> None:
    q, k = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    assert abs(score(q, k, n + t, n, base)) <= np.linalg.norm(q) * np.linalg.norm(k) + room(q, k)
    there = rope.rotate(q, [t], base=base)
    assert_near(score(q, there, n + t, n, base), (q * q).sum(), room(q, q))


@given(data=st.data(), r=offsets, t=offsets, n=offsets, dim=even)
def test_peak(data: st.DataObject, r: int, t: int, n: int, dim: int) -> None:
    q = data.draw(vectors(1, dim))
    assume(np.hypot(*q[0, :2]) > 1 and t != r)
    key = rope.rotate(q, [r])
    best = score(q, key, n + r, n)
    assert_near(best, (q * q).sum(), room(q, q))
    assert score(q, key, n + t, n) < best


def test_peak_by_hand() -> None:
    q = np.array([[1.0, 2.0, 3.0, 4.0]])
    found = [score(q, rope.rotate(q, [7]), t, 0) for t in (5, 6, 7, 8, 9)]
    assert_near(found, np.array([22.914, 27.700, 30, 27.700, 22.914]), 1e-3)


def test_largest_at_zero() -> None:
    rising = [score(np.ones((1, 64)), -np.ones((1, 64)), t, 0) for t in range(7)]
    assert rising[0] == -64
    assert (np.diff(rising[:6]) > 0).all()
    assert rising[6] < rising[5]


@pytest.mark.parametrize(("base", "dim", "rise"), [(5e5, 64, 5), (5e5, 128, 11), (1e6, 64, 5), (1e6, 128, 5)])
def test_larger_base(base: float, dim: int, rise: int) -> None:
    f = cosines(np.arange(rise + 2), dim, base)
    assert (np.diff(f[: rise + 1]) < 0).all()
    assert f[rise + 1] > f[rise]


@given(data=st.data(), n=integers, t=offsets, dim=even)
def test_isotropic(data: st.DataObject, n: int, t: int, dim: int) -> None:
    """Phases on four points of the circle give the mean and the mean square of the whole circle."""
    sizes, k = data.draw(vectors(1, dim // 2))[0], data.draw(vectors(1, dim))
    pair, at = data.draw(st.integers(0, dim // 2 - 1)), rope.rotate(k, [n])
    found = []
    for phase in range(4):
        q = np.zeros((1, dim))
        q[0, 2 * pair : 2 * pair + 2] = sizes[pair] * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])[phase]
        found.append(float((rope.rotate(q, [n + t]) * at).sum()))
    assert_near(np.mean(found), 0, GRAIN * 64)
    said = sizes[pair] ** 2 * (k[0, 2 * pair : 2 * pair + 2] ** 2).sum() / 2
    assert_near(np.mean(np.square(found)), said, GRAIN * 2**16)


@given(n=integers, t=offsets, dim=even, mu=st.floats(-4, 4, width=16))
def test_mean(n: int, t: int, dim: int, mu: float) -> None:
    """The score is linear in either vector, so the mean of independent vectors is the score of their means."""
    means = np.full((1, dim), mu)
    assert_near(score(means, means, n + t, n), 2 * mu**2 * cosines([t], dim)[0], room(means, means))


def rotations_apart(m: int, t: int, dim: int) -> float:
    one, other = (rope.rotate(np.eye(dim), np.full(dim, p)) for p in (m, m + t))
    return float(((one - other) ** 2).sum())


@given(m=integers, t=offsets, dim=even)
def test_distance(m: int, t: int, dim: int) -> None:
    assert_near(rotations_apart(m, t, dim), 4 * (dim / 2 - cosines([t], dim)[0]), GRAIN * 64)


def test_apart() -> None:
    far = {t: rotations_apart(3, t, 64) for t in (1, 5, 6, 100, 10_000, 137_093)}
    assert_near(list(far.values()), np.array([4.333, 33.984, 33.762, 56.501, 121.683, 70.597]), 1e-3)
    assert far[6] < far[5]
    assert far[137_093] < far[10_000]


def test_continuum() -> None:
    def whole(n: float) -> float:
        return float((mpmath.ci(n) - mpmath.ci(n / 10_000)) / mpmath.log(10_000))

    assert_near([whole(100), whole(1000)], np.array([0.436773293208559, 0.187690642511779]), 1e-14)
    assert whole(6166.02) > 0 > whole(6166.03)
    for n in (1, 10, 100):
        gaps = [abs(cosines([n], dim)[0] / (dim / 2) - whole(n)) for dim in (64, 512, 4096)]
        assert gaps[0] > gaps[1] > gaps[2]
        assert gaps[2] < 1 / 2000
