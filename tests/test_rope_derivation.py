"""The maps that make scores relative: the claims as properties of NumPy's rotations, and of matrices and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from domains import offsets, vectors
from oracle import assert_near
from posenc import rope, xpos

few = st.integers(-12, 12)
moduli = st.floats(0.7, 1.4)
angles = st.floats(-4, 4)
pairs = vectors(2).map(lambda x: complex(*x))
NEAR = 1e-9


def query(q: Any, m: float, rho: float, theta: Any) -> Any:
    return rho**m * np.exp(1j * m * theta) * q


def key(k: Any, n: float, rho: float, theta: Any) -> Any:
    return rho**-n * np.exp(1j * n * theta) * k


def product(q: Any, k: Any, m: float, n: float, rho: float, theta: float) -> Any:
    return query(q, m, rho, theta) * np.conj(key(k, n, rho, theta))


@given(q=pairs, k=pairs, m=few, n=few, t=few, rho=moduli, theta=angles)
def test_solves(q: complex, k: complex, m: int, n: int, t: int, rho: float, theta: float) -> None:
    found = product(q, k, m, n, rho, theta)
    room = NEAR * (1 + abs(found))
    assert_near(found, q * np.conj(k) * (rho * np.exp(1j * theta)) ** (m - n), room)
    assert_near(product(q, k, m + t, n + t, rho, theta), found, room)
    assert query(q, 0, rho, theta) == q


@given(m=few, k=few, rho=moduli, theta=angles)
def test_equation(m: int, k: int, rho: float, theta: float) -> None:
    both = query(1, m, rho, theta) * query(1, k, rho, theta)
    assert_near(query(1, m + k, rho, theta), both, NEAR * abs(both))
    assert_near(np.conj(key(1, -k, rho, theta)), query(1, k, rho, theta), NEAR * abs(query(1, k, rho, theta)))


@given(n=st.integers(0, 12), rho=moduli, theta=angles)
def test_powers(n: int, rho: float, theta: float) -> None:
    """What one step determines: n factors of the value at 1, and the inverse of as many backwards."""
    z = query(1, 1, rho, theta)
    forwards = np.prod([z] * n) if n else 1
    assert_near(query(1, n, rho, theta), forwards, NEAR * abs(forwards))
    assert_near(query(1, -n, rho, theta) * forwards, 1, NEAR)


@given(q=pairs, k=pairs, m=few, t=few, theta=angles)
def test_modulus(q: complex, k: complex, m: int, t: int, theta: float) -> None:
    assert_near(product(q, k, m + 1, m, 2, theta), product(q, k, m + 1 + t, m + t, 2, theta), NEAR * 256)
    assert_near(abs(query(q, 1, 2, theta)), 2 * abs(q), NEAR)


@given(x=vectors(1, 4), m=st.integers(-500, 500), base=st.sampled_from([100.0, 1e4]))
def test_xpos(x: Any, m: int, base: float) -> None:
    rhos, thetas = xpos.scales(512, 4) ** (1 / 512), rope.inverse_frequencies(4, base=base)
    numbers = x[0, 0::2] + 1j * x[0, 1::2]
    for role, solution in (("query", query), ("key", key)):
        found = xpos.rotate(x, [m], role=role, base=base)[0]
        said = [solution(z, m, rho, theta) for z, rho, theta in zip(numbers, rhos, thetas, strict=True)]
        assert_near(found[0::2] + 1j * found[1::2], np.array(said), NEAR)
    found = rope.rotate(x, [m], base=base)[0]
    assert_near(found[0::2] + 1j * found[1::2], query(numbers, m, 1, thetas), NEAR)


@given(m=few, rho=moduli, theta=angles)
def test_same_map(m: int, rho: float, theta: float) -> None:
    assert query(1, m, 1, theta) == key(1, m, 1, theta)
    assume(abs(rho - 1) > 1e-3)
    assert abs(query(1, 1, rho, theta) - key(1, 1, rho, theta)) > 1e-3


@given(theta=angles, m=few, n=few, t=few)
def test_frequencies(theta: float, m: int, n: int, t: int) -> None:
    assert_near(product(1, 1, m + t, n + t, 1, theta), product(1, 1, m, n, 1, theta), NEAR)
    one, other = (float((rope.rotate(np.ones((1, 4)), [1], base=base)).sum()) for base in (100.0, 1e4))
    assert abs(one - other) > 0.005


@given(theta=angles, n=few)
def test_between(theta: float, n: int) -> None:
    assert_near(query(1, n, 1, theta), query(1, n, 1, theta + 2 * np.pi), NEAR)
    assert_near(query(1, 0.5, 1, theta), -query(1, 0.5, 1, theta + 2 * np.pi), NEAR)


@given(s=st.floats(-8, 8), t=st.floats(-8, 8), rho=moduli, theta=angles)
def test_continuous(s: float, t: float, rho: float, theta: float) -> None:
    whole = query(1, s, rho, theta) * query(1, t, rho, theta)
    assert_near(query(1, s + t, rho, theta), whole, NEAR * (1 + abs(whole)))
    step = 2.0**-20
    slope = (query(1, t + step, rho, theta) - query(1, t - step, rho, theta)) / (2 * step)
    assert_near(slope, (np.log(rho) + 1j * theta) * query(1, t, rho, theta), 1e-6 * (1 + abs(query(1, t, rho, theta))))


def matrices(size: int) -> Any:
    """Invertible: near the identity."""
    return vectors(size, size).map(lambda x: np.eye(size) + x / (10 * size))


def power(G: Any, n: int) -> Any:
    return np.linalg.matrix_power(G, n)


@given(data=st.data(), size=st.integers(1, 4), m=st.integers(-4, 4), n=st.integers(-4, 4), t=st.integers(-4, 4))
def test_linear(data: st.DataObject, size: int, m: int, n: int, t: int) -> None:
    G = data.draw(matrices(size))
    assume(np.linalg.cond(G) < 20)
    inverse = np.linalg.inv(G).T
    found = power(inverse, m).T @ power(G, n)
    room = 1e-12 * 20.0 ** (abs(m) + abs(n) + 2 * abs(t) + 1)
    assume(room < 1)
    assert_near(found, power(G, n - m), room)
    assert_near(power(inverse, m + t).T @ power(G, n + t), found, room)


def orthogonal(seed: int, size: int) -> Any:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]


@given(seed=st.integers(0, 99), size=st.integers(2, 5), m=few)
def test_orthogonal(seed: int, size: int, m: int) -> None:
    G = orthogonal(seed, size)
    assert_near(power(np.linalg.inv(G).T, m), power(G, m), NEAR)
    sheared = G @ (np.eye(size) + np.eye(size, k=1))
    assert np.abs(np.linalg.inv(sheared).T - sheared).max() > 0.1
    assert_near(np.linalg.inv(rope.matrix(3, 6)).T, rope.matrix(3, 6), NEAR)


@given(seed=st.integers(0, 99), size=st.integers(2, 5), n=few)
def test_normal_form(seed: int, size: int, n: int) -> None:
    """The eigenvalues of the power are those powers of a unit circle; in pairs they are rope's rotations."""
    G = orthogonal(seed, size)
    values, basis = np.linalg.eig(G)
    assert_near(np.abs(values), 1, NEAR)
    assert_near(basis @ np.diag(values**n) @ np.linalg.inv(basis), power(G, n), 1e-8)
    real = values[np.abs(values.imag) < 1e-9].real
    assert_near(np.abs(real), 1, NEAR)
    for angle in np.angle(values[values.imag >= 1e-9]):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        assert_near(power(turn, n)[0, 0], np.cos(n * angle), NEAR)
        assert np.abs(values - np.conj(np.exp(1j * angle))).min() < 1e-9


@given(q=vectors(2), k=vectors(2), m=few, n=few, t=few)
def test_real_part(q: Any, k: Any, m: int, n: int, t: int) -> None:
    def at(x: Any, place: int) -> Any:
        return power(np.diag([1.0, -1.0]), place) @ x

    assert at(q, m) @ at(k, n) == at(q, m + t) @ at(k, n + t)
    complex_products = [complex(*at(q, p)) * np.conj(complex(*at(k, p))) for p in (0, 1)]
    assert complex_products[0] == np.conj(complex_products[1])
    assert 1j * np.conj(1) != -1j * np.conj(1)


@given(q=pairs, k=pairs, m=few, n=few, t=offsets, theta=angles)
def test_complex_linear(q: complex, k: complex, m: int, n: int, t: int, theta: float) -> None:
    """Two inner products, with k and with ik, are the complex product."""
    inner = [product(q, number * k, m, n, 1, theta).real for number in (1, 1j)]
    assert_near(complex(*inner), product(q, k, m, n, 1, theta), NEAR)
    moved = [product(q, number * k, m + t, n + t, 1, theta).real for number in (1, 1j)]
    assert_near(inner, np.array(moved), 1e-8)
