"""Positions as a trajectory: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import bases, even, vectors
from oracle import A, assert_near, distance, truth, unit
from posenc import floater
from posenc.vectors.case import values

SOLVERS = st.sampled_from(list(floater.SOLVERS))
SIZES = st.sampled_from([0.125, 0.25, 0.5, 0.1])
WIDTHS = st.integers(1, 3)
TURN = np.array([[0.0, 1.0], [-1.0, 0.0]])
SINUSOID: tuple[Any, Any, Any] = (np.array([0.0, 1.0]), TURN, np.zeros(2))
ORDERS = {"euler": 1, "midpoint": 2, "rk4": 4, "three-eighths": 4}


@st.composite
def equations(draw: Any) -> tuple[Any, Any, Any]:
    """An initial value, a matrix and a bias, of entries up to 1."""
    dim = draw(WIDTHS)
    return draw(vectors(dim)) / 8, draw(vectors(dim, dim)) / 8, draw(vectors(dim)) / 8


def follow(equation: tuple[Any, Any, Any], n: int, **how: Any) -> Any:
    """The table of an equation."""
    p, matrix, bias = equation
    return floater.table(p, matrix, bias, n, **how)


def close(found: Any, right: Any) -> bool:
    """Up to roundings of values that stay below a few hundred."""
    return bool(np.allclose(found, right, rtol=1e-11, atol=1e-11))


@given(e=equations(), n=st.integers(1, 4), delta=SIZES, steps=st.integers(1, 3), solver=SOLVERS)
def test_table_is_true(e: Any, n: int, delta: float, steps: int, solver: str) -> None:
    found = follow(e, n, delta=delta, steps=steps, solver=solver)
    inputs = dict(zip(("initial", "matrix", "bias"), e, strict=True))
    params = {"n": n, "delta": delta, "steps": steps}
    assert distance("floater.table", f"floater/{solver}", params, found, **inputs) <= A


def test_anchor() -> None:
    right = {"euler": (0.1, 1.0), "midpoint": (0.1, 199 / 200), "rk4": (599 / 6000, 238801 / 240000)}
    for solver, row in right.items():
        assert close(follow(SINUSOID, 2, delta=0.1, solver=solver)[1], row)
    one = np.ones(1)
    assert floater.table(one, np.ones((1, 1)), one, 2, delta=0.5, steps=2, solver="euler").tolist() == [[1], [17 / 8]]


@given(z=st.floats(-2, 2), p=st.floats(-4, 4), solver=SOLVERS)
def test_series(z: float, p: float, solver: str) -> None:
    found = floater.table(np.array([p]), np.array([[z]]), np.zeros(1), 2, solver=solver)[1, 0]
    assert close(found, p * sum(z**k / factorial(k) for k in range(ORDERS[solver] + 1)))


@given(e=equations(), delta=SIZES)
def test_three_eighths(e: Any, delta: float) -> None:
    p, matrix, bias = e
    first = matrix @ p + bias
    second = matrix @ (p + delta / 3 * first) + bias
    third = matrix @ (p + delta * (second - first / 3)) + bias
    fourth = matrix @ (p + delta * (first - second + third)) + bias
    assert close(follow(e, 2, delta=delta)[1], p + delta / 8 * (first + 3 * (second + third) + fourth))


@given(e=equations(), scale=st.floats(-4, 4), solver=SOLVERS)
def test_superposition(e: Any, scale: float, solver: str) -> None:
    p, matrix, bias = e
    found = floater.table(p * scale + 1, matrix, bias * scale + 1, 3, solver=solver)
    ones = floater.table(np.ones(len(p)), matrix, np.ones(len(p)), 3, solver=solver)
    assert close(found, scale * follow(e, 3, solver=solver) + ones)
    still = floater.table(p, 0 * matrix, bias, 3, solver=solver)
    assert close(still, p + np.arange(3)[:, np.newaxis] * bias)


@given(e=equations(), delta=SIZES, steps=st.integers(1, 3), j=st.integers(0, 3), solver=SOLVERS)
def test_composition(e: Any, delta: float, steps: int, j: int, solver: str) -> None:
    whole = follow(e, 5, delta=delta, steps=steps, solver=solver)
    assert whole[0].tolist() == e[0].tolist()
    again = follow((whole[j], *e[1:]), 5 - j, delta=delta, steps=steps, solver=solver)
    assert again.tolist() == whole[j:].tolist()


@given(e=equations(), delta=SIZES, steps=st.integers(1, 4), solver=SOLVERS)
def test_refined(e: Any, delta: float, steps: int, solver: str) -> None:
    fine = follow(e, 2 * steps + 1, delta=delta / steps, solver=solver)
    assert follow(e, 3, delta=delta, steps=steps, solver=solver).tolist() == fine[::steps].tolist()


@given(e=equations(), delta=SIZES)
def test_recurrence(e: Any, delta: float) -> None:
    p, matrix, bias = e
    for row in follow(e, 4, delta=delta, solver="euler"):
        assert close(row, p)
        p = p + delta * (matrix @ p + bias)


@given(dim=even, base=bases, delta=SIZES)
def test_sinusoid(dim: int, base: float, delta: float) -> None:
    start, matrix = floater.sinusoid(dim, base=base, delta=delta)
    for name, found in (("initial", start), ("matrix", matrix)):
        params = {"dim": dim, "base": base, "delta": delta}
        right = truth("floater.sinusoid", "floater/rk4", params)[name]
        assert_near(found, right, A * unit("floater.sinusoid", "floater/rk4", params)[name])
    rows = floater.table(start, matrix, np.zeros(dim), 5, delta=delta, steps=16)
    angles = np.arange(5)[:, None] * base ** (-np.arange(0, dim, 2) / dim)
    right = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(5, dim)
    assert np.abs(rows - right).max() <= 64 * (1 / 16) ** 5 / 100


@given(w=st.floats(-2, 2), p=vectors(2))
def test_euler_grows(w: float, p: Any) -> None:
    norms = np.linalg.norm(floater.table(p, w * TURN, np.zeros(2), 4, solver="euler"), axis=1)
    assert close(norms, norms[0] * np.sqrt(1 + w * w) ** np.arange(4))
    far = follow(SINUSOID, 256, solver="euler")[255]
    assert np.isclose(np.linalg.norm(far), 2.0**127.5, rtol=1e-12)


def test_norm_kept() -> None:
    for solver, low, high in (("midpoint", 2e-5, 3e-5), ("rk4", -1.4e-8, -1.3e-8)):
        once = follow(SINUSOID, 2, delta=0.1, solver=solver)[1]
        assert low <= once @ once - 1 <= high


@given(z=st.floats(-4, 4), p=vectors(2))
def test_runge_kutta_norm(z: float, p: Any) -> None:
    first, moved = floater.table(p, z * TURN, np.zeros(2), 2)
    assert np.isclose(moved @ moved, (1 - z**6 / 72 + z**8 / 576) * (first @ first), rtol=1e-10, atol=1e-10)


def test_any_length() -> None:
    """With p² as velocity, the tangent at p = 1/(1 − t) is followed until the table would be infinite."""
    squared = {name: solver(lambda t, p: p**2, 0.0, np.ones(1), 0.01)[0] for name, solver in floater.SOLVERS.items()}
    gaps = {name: abs(found - 1 / 0.99) for name, found in squared.items()}
    assert all(gaps[name] <= 2 * 0.01 ** (order + 1) for name, order in ORDERS.items())
    with pytest.raises(ValueError, match="no longer finite after step 9, at time 9;"):
        floater.table(np.ones(1), np.full((1, 1), 1e9), np.zeros(1), 40)


def test_short_dtypes() -> None:
    p, matrix, bias = (array.astype(np.float32) for array in SINUSOID)
    found = floater.table(p, matrix, bias, 3, delta=0.5)
    assert found.dtype == np.float32
    assert (found == follow(SINUSOID, 3, delta=0.5).astype(np.float32)).all()


# --- velocities by a network ----------------------------------------------------------------------------------------


@st.composite
def networks(draw: Any) -> dict[str, Any]:
    """Initial values of two blocks and the layers of one network, of entries up to 1."""
    dim, hidden, seed = draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(0, 999))
    shapes = {"initial": (2, dim), "w1": (hidden, dim + 1), "b1": (hidden,), "w2": (dim, hidden + 1), "b2": (dim,)}
    return {name: values(*shape, seed=seed + at) / 2 for at, (name, shape) in enumerate(shapes.items())}


UNITS = st.sampled_from(list(floater.ACTIVATIONS))


def move(arrays: Any, n: int, **how: Any) -> Any:
    """The table of a network."""
    initial, w1, b1, w2, b2 = arrays.values()
    return floater.network(initial, w1, b1, w2, b2, n, **how)


@given(arrays=networks(), n=st.integers(1, 3), delta=st.sampled_from([0.5, 0.25]), solver=SOLVERS, activation=UNITS)
def test_network_is_true(arrays: Any, n: int, delta: float, solver: str, activation: str) -> None:
    params = {"n": n, "delta": delta, "steps": 1, "activation": activation}
    found = move(arrays, n, delta=delta, solver=solver, activation=activation)
    assert distance("floater.network", f"floater/{solver}", params, found, **arrays) <= A


@given(arrays=networks(), solver=SOLVERS, activation=UNITS)
def test_velocity(arrays: Any, solver: str, activation: str) -> None:
    """A small step shows the velocity; blocks do not know each other, and may share a network or not."""
    w1, b1, w2, b2 = (arrays[name] for name in ("w1", "b1", "w2", "b2"))
    found = move(arrays, 2, delta=2.0**-20, solver=solver, activation=activation)
    for block, start in zip(found, arrays["initial"], strict=True):
        hidden = w1[:, :-1] @ start + b1
        units = np.tanh(hidden) if activation == "tanh" else hidden * (hidden > 0)
        assert np.allclose((block[1] - start) * 2**20, w2[:, :-1] @ units + b2, rtol=0, atol=1e-4)
    repeated = {name: np.stack([arrays[name]] * 2) for name in ("w1", "b1", "w2", "b2")}
    own = move({"initial": arrays["initial"], **repeated}, 2, delta=2.0**-20, solver=solver, activation=activation)
    assert (own == found).all()
    single = floater.network(
        arrays["initial"][1], w1, b1, w2, b2, 2, delta=2.0**-20, solver=solver, activation=activation
    )
    assert close(single, found[1])


def _clocked(solver: str, delta: float, steps: int) -> Any:
    """Rows of p' = t, read off the last column of the second layer."""
    zeros = np.zeros((1, 2))
    return floater.network(
        np.zeros(1), zeros, np.zeros(1), np.array([[0.0, 1.0]]), np.zeros(1), 5, delta=delta, steps=steps, solver=solver
    )[:, 0]


@given(delta=SIZES, steps=st.integers(1, 4), solver=SOLVERS)
def test_clock(delta: float, steps: int, solver: str) -> None:
    times = delta * np.arange(5)
    lost = delta / steps * times / 2 if solver == "euler" else 0.0  # what a sum to the left of every step leaves out
    assert close(_clocked(solver, delta, steps), times**2 / 2 - lost)


@given(arrays=networks(), solver=SOLVERS, activation=UNITS)
def test_time_channel(arrays: Any, solver: str, activation: str) -> None:
    """The time as a further channel, whose velocity the network has as a bias of 1."""
    initial, w1, b1, w2, b2 = (arrays[name] for name in ("initial", "w1", "b1", "w2", "b2"))
    w2 = np.where(np.arange(w2.shape[1]) < w2.shape[1] - 1, w2, 0.0)  # in the first layer alone
    found = floater.network(initial, w1, b1, w2, b2, 3, delta=0.5, solver=solver, activation=activation)
    timed = np.concatenate([initial, np.zeros((2, 1))], axis=1)
    wider = np.concatenate([w1, np.zeros((len(w1), 1))], axis=1)
    longer = np.concatenate([w2, np.zeros((1, w2.shape[1]))])
    more = np.append(b2, 1.0)
    channel = floater.network(timed, wider, b1, longer, more, 3, delta=0.5, solver=solver, activation=activation)
    assert close(channel[..., :-1], found)


@pytest.mark.parametrize("name", ORDERS)
def test_order(name: str) -> None:
    """Errors against the exact flow at halved steps: sines, and p' = sin(t)·p², whose solution is 1/(cos t + 1/p − 1)."""
    turn = []
    for steps in (8, 16, 32):
        end = floater.table(*SINUSOID, 2, steps=steps, solver=name)[1]
        turn.append(np.abs(end - [np.sin(1), np.cos(1)]).max())
    curved = []
    for steps in (32, 64, 128):
        p, size = np.ones(1) / 2, 1 / steps
        for step in range(steps):
            p = floater.SOLVERS[name](lambda t, q: np.sin(t) * q**2, step * size, p, size)
        curved.append(abs(p[0] - 1 / (np.cos(1) + 1)))
    for errors in (turn, curved):
        measured = np.log2(errors[1] / errors[2])
        assert abs(measured - ORDERS[name]) < 0.15, errors


def test_same_method() -> None:
    found = {
        name: solver(lambda t, p: np.sin(t) * p**2, 1.0, np.ones(1), 0.1)[0] for name, solver in floater.SOLVERS.items()
    }
    assert np.isclose(found["rk4"], 1.0949377480820154, rtol=1e-15)
    assert np.isclose(found["three-eighths"], 1.0949380248828484, rtol=1e-15)


@given(w=st.floats(0.01, 1), solver=SOLVERS)
def test_represents(w: float, solver: str) -> None:
    layers = np.eye(2, 3), np.ones(2), np.array([[0, w, 0], [-w, 0, 0]]), np.array([-w, w])
    start = np.array([0.3, 0.4])
    found = floater.network(start, *layers, 3, delta=0.25, solver=solver)
    assert close(found, floater.table(start, w * TURN, np.zeros(2), 3, delta=0.25, solver=solver))


@given(z=st.floats(-10, 10))
def test_orientation(z: float) -> None:
    def ends(solver: str, rate: float) -> Any:
        return floater.table(np.ones(1), np.array([[rate]]), np.zeros(1), 2, solver=solver)[1, 0]

    assert min(ends(solver, z) for solver in ("rk4", "three-eighths", "midpoint")) > 0.2
    assert ends("euler", -2.0) == -1
    half = floater.table(np.array([1.0, 2.0]), np.pi * TURN, np.zeros(2), 2, steps=200)[1]
    assert np.allclose(half, [-1, -2], atol=1e-7)
