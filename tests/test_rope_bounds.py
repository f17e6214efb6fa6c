"""The bounds behind the decay of rotary scores: the claims as properties of NumPy's rotations."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domains import bases, even, integers, offsets, reals, vectors
from oracle import assert_near
from posenc import rope

numbers = st.floats(-8, 8, allow_nan=False, width=32)
profiles = st.lists(numbers, min_size=1, max_size=12).map(np.array)
GRAIN = 2.0**-30  # an angle of at most 2^20 strays by a few times 2^20 · 2^−53, as ω(1 + |ln ω|) ≤ 1


def partial_sums(distances: Any, dim: int, base: float = 10_000.0) -> Any:
    """S_1 ... S_M as complex numbers, a row for each distance."""
    cos, sin = rope.table(np.asarray(distances), dim, base=base)
    return np.cumsum(cos + 1j * sin, axis=-1)


def mean_modulus(distances: Any, dim: int, base: float = 10_000.0) -> Any:
    """B."""
    return np.abs(partial_sums(distances, dim, base)).mean(axis=-1)


def steps(h: Any) -> Any:
    return np.append(h, 0)[:-1] - np.append(h, 0)[1:]


def products(q: Any, k: Any) -> Any:
    """Q_i times conjugate K_i."""
    Q, K = (x[0, 0::2] + 1j * x[0, 1::2] for x in (q, k))
    return Q * K.conj()


def score(q: Any, k: Any, m: float, n: float, base: float = 10_000.0) -> float:
    return float((rope.rotate(q, [m], base=base) * rope.rotate(k, [n], base=base)).sum())


@given(h=profiles, data=st.data())
def test_summation(h: Any, data: st.DataObject) -> None:
    e = np.array(data.draw(st.lists(numbers, min_size=len(h), max_size=len(h))))
    assert_near((h * e).sum(), (np.cumsum(e) * steps(h)).sum(), 1e-9)


@given(data=st.data(), m=integers, t=offsets, dim=even, base=bases)
def test_abel(data: st.DataObject, m: int, t: int, dim: int, base: float) -> None:
    q, k = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    bound = np.abs(steps(products(q, k))).max() * np.abs(partial_sums([t], dim, base)).sum()
    assert abs(score(q, k, m + t, m, base)) <= bound * (1 + GRAIN) + GRAIN * 64 * dim


def test_abel_counts_the_last_difference() -> None:
    ones = np.ones((1, 8))
    inner = np.abs(steps(products(ones, ones))[:-1]).max()
    assert inner == 0
    assert score(ones, ones, 0, 0) == 8


@given(t=integers, dim=even, base=bases)
def test_profiles(t: int, dim: int, base: float) -> None:
    M = dim // 2
    sums, B = np.abs(partial_sums([t], dim, base)).sum(), mean_modulus([t], dim, base)[0]
    flat, falling = np.full(M, 3.0), 3.0 * np.arange(M, 0, -1)
    assert_near(np.abs(steps(flat)).max() * sums, B * flat.sum(), 1e-12 * dim)
    assert_near(np.abs(steps(falling)).max() * sums, B / ((M + 1) / 2) * falling.sum(), 1e-12 * dim**2)


def test_useful() -> None:
    for dim in (64, 128):
        assert (mean_modulus(np.arange(65), dim) > 1).all()
    assert_near(mean_modulus([16193], 64), 1.03382, 1e-4)


def test_bound_decreasing() -> None:
    for dim, rise, values in (
        (64, 11, (8.6850745194435594, 8.8037588560077247)),
        (128, 18, (15.348745664077279, 15.390799996111226)),
        (512, 62, (41.614468746563602, 41.623707441442555)),
    ):
        B = mean_modulus(np.arange(rise + 2), dim)
        assert (np.diff(B[: rise + 1]) < 0).all()
        assert_near(B[rise:], np.array(values), 1e-12)
    near, mid, far = mean_modulus([256, 1000, 10_000], 64)
    assert near < mid < far


@given(t=reals, dim=even, base=bases)
def test_half(t: float, dim: int, base: float) -> None:
    assert mean_modulus([t], dim, base)[0] >= 0.5 - GRAIN


@given(t=reals, dim=even, base=bases)
def test_recurrence(t: float, dim: int, base: float) -> None:
    assert mean_modulus([t], dim, base)[0] <= (dim // 2 + 1) / 2 * (1 + GRAIN)
    assert mean_modulus([0], dim, base)[0] == (dim // 2 + 1) / 2
    B = mean_modulus([1000, 169_646], 8)
    assert B[0] < 2.4
    assert B[1] > 2.499
    ones = np.ones((1, 8))
    assert score(ones, ones, 169_646, 0) > 7.9999


def stray(q: Any, k: Any, one: int, u: float) -> float:
    """How far the score at a distance between two integers is from the line between theirs."""
    here = [score(q, k, d, 0) for d in (one + u, one, one + 1)]
    return abs(here[0] - (1 - u) * here[1] - u * here[2])


def test_interpolation() -> None:
    for dim, error, bound in ((64, 0.259755714713667, 0.217147240951626), (128, 0.459282432230682, 0.434294481903252)):
        unit = np.tile([1.0, 0.0], dim // 2)[None]
        assert_near(stray(unit, unit, 0, 0.5), error, 1e-12)
        assert_near(dim / (8 * np.log(10_000)) / 4, bound, 1e-12)
        assert error > bound


@given(data=st.data(), one=st.integers(0, 2**16), u=st.floats(0, 1, width=16), dim=even)
def test_interpolation_bound(data: st.DataObject, one: int, u: float, dim: int) -> None:
    q, k = data.draw(vectors(1, dim)), data.draw(vectors(1, dim))
    most = np.abs(products(q, k)).max() * (1 + dim / (4 * np.log(10_000))) / 2
    assert stray(q, k, one, u) <= most * u * (1 - u) + GRAIN * 64 * dim


def test_at_least_d() -> None:
    for dim, distance, total in ((64, 1181, 60.257296697572), (128, 4861, 127.485509302287)):
        found = np.abs(partial_sums([distance], dim)).sum()
        assert_near(found, total, 1e-10)
        assert dim / 4 <= found < dim
