"""Conditional encodings: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from oracle import A, distance
from posenc import cpe
from posenc.vectors.case import values

Array = NDArray[np.float64]
SIDES = st.integers(1, 5)
KERNELS = st.sampled_from([1, 3, 5])
PADDINGS = st.sampled_from(list(cpe.PADDINGS))
SEEDS = st.integers(0, 1000)
ONES = np.ones((1, 3, 3))
ZERO = np.zeros(1)


def image(grid: Array, kernel: Array, bias: Array = ZERO, padding: str = "zero") -> Array:
    """A grid (height, width, dim) or (height, width), there and back; of multiples of 1/64, so nothing is rounded."""
    height, width = grid.shape[:2]
    y = cpe.inject(grid.reshape(height * width, -1), kernel, bias, height, width, padding=padding)
    return y.astype(np.float64).reshape(grid.shape)


@given(sides=st.tuples(SIDES, SIDES), k=st.sampled_from([1, 3]), prefix=st.integers(0, 2), padding=PADDINGS, seed=SEEDS)
def test_inject_is_true(sides: tuple[int, int], k: int, prefix: int, padding: str, seed: int) -> None:
    height, width = min(sides[0], 3), min(sides[1], 3)
    inputs: dict[str, Any] = {
        "x": values(2, prefix + height * width, 2, seed=seed) / 3,
        "kernel": values(2, k, k, seed=seed + 1) / 3,
        "bias": values(2, seed=seed + 2) / 3,
    }
    params: dict[str, Any] = {"height": height, "width": width, "prefix": prefix}
    found = cpe.inject(**inputs, **params, padding=padding)
    assert distance("cpe.inject", f"cpe/{padding}", params, found, **inputs) <= A


def test_anchor() -> None:
    laplace = np.array([[[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]])
    grid = np.arange(1.0, 10.0).reshape(3, 3)
    assert image(grid, laplace).tolist() == [[3, 3, -1], [1, 5, -1], [-9, -3, -13]]
    assert (image(grid, laplace, padding="circular") - grid).tolist() == [[12, 9, 6], [3, 0, -3], [-6, -9, -12]]
    shifted = image(grid, np.arange(9.0).reshape(1, 3, 3), np.array([100.0]))
    assert shifted[0, 0] == 101 + 4 * 1 + 5 * 2 + 7 * 4 + 8 * 5


@given(height=SIDES, width=SIDES, k=KERNELS, seed=SEEDS)
def test_any_grid(height: int, width: int, k: int, seed: int) -> None:
    kernel, bias = values(1, k, k, seed=seed), values(1, seed=seed)
    for row, column in ((0, 0), (height - 1, width // 2)):
        unit = np.zeros((height, width))
        unit[row, column] = 1
        given = image(unit, kernel, bias) - unit - bias
        for r in range(height):
            for c in range(width):
                u, v = row - r + k // 2, column - c + k // 2
                assert given[r, c] == (kernel[0, u, v] if 0 <= u < k and 0 <= v < k else 0)


@given(padding=PADDINGS, seed=SEEDS)
def test_conditioned(padding: str, seed: int) -> None:
    kernel, bias = values(1, 3, 3, seed=seed), values(1, seed=seed)
    one, other = values(2, 3, seed=seed + 1), values(2, 3, seed=seed + 2)
    first, second, both = (image(x, kernel, bias, padding) - x - bias for x in (one, other, 2 * one - other))
    assert (both == 2 * first - second).all()
    assert (image(np.zeros((2, 3)), kernel, bias, padding) == bias).all()


@given(padding=PADDINGS, seed=SEEDS)
def test_depthwise(padding: str, seed: int) -> None:
    grid, kernel, bias = values(2, 3, 2, seed=seed), values(2, 3, 3, seed=seed), values(2, seed=seed)
    both = image(grid, kernel, bias, padding)
    for k in range(2):
        alone = image(grid[..., k : k + 1], kernel[k : k + 1], bias[k : k + 1], padding)
        assert (both[..., k : k + 1] == alone).all()


@given(prefix=st.integers(1, 3), padding=PADDINGS, seed=SEEDS)
def test_class_token(prefix: int, padding: str, seed: int) -> None:
    x, kernel, bias = values(prefix + 6, 2, seed=seed), values(2, 3, 3, seed=seed), values(2, seed=seed)
    y = cpe.inject(x, kernel, bias, 2, 3, prefix=prefix, padding=padding)
    assert (y[:prefix] == x[:prefix]).all()
    assert (y[prefix:] == cpe.inject(x[prefix:], kernel, bias, 2, 3, padding=padding)).all()


@given(height=SIDES, width=SIDES, k=KERNELS, down=SIDES, right=SIDES, seed=SEEDS)
def test_circular_equivariant(height: int, width: int, k: int, down: int, right: int, seed: int) -> None:
    grid, kernel = values(height, width, seed=seed), values(1, k, k, seed=seed)
    moved = image(np.roll(grid, (down, right), (0, 1)), kernel, padding="circular")
    assert (moved == np.roll(image(grid, kernel, padding="circular"), (down, right), (0, 1))).all()


def unit(row: int, column: int) -> Array:
    """3 by 4, with a 1 in one place."""
    grid = np.zeros((3, 4))
    grid[row, column] = 1
    return grid


def test_zero_equivariant() -> None:
    before, after = image(unit(1, 1), ONES), image(unit(0, 0), ONES)
    assert (before[0, 0], after[2, 3]) == (1, 0)


@given(k=st.sampled_from([1, 3, 5]), seed=SEEDS)
def test_interior(k: int, seed: int) -> None:
    world, kernel, rim = values(8, 9, seed=seed), values(1, k, k, seed=seed), k // 2
    one, other = image(world[:7, :8], kernel), image(world[1:, 1:], kernel)
    assert (one[rim + 1 : 7 - rim, rim + 1 : 8 - rim] == other[rim : 6 - rim, rim : 7 - rim]).all()


@pytest.mark.parametrize("padding", list(cpe.PADDINGS))
def test_invariant(padding: str) -> None:
    one, other = image(unit(1, 1), ONES, padding=padding), image(unit(1, 2), ONES, padding=padding)
    assert (one[1, 1], other[1, 1], other[1, 2]) == (2, 1, 2)


@given(height=st.integers(3, 6), width=st.integers(3, 6), seed=SEEDS)
def test_border(height: int, width: int, seed: int) -> None:
    flat, inner = np.ones((height, width)), np.zeros((height, width), dtype=int)
    inner[1:-1] += 1
    inner[:, 1:-1] += 1
    assert (image(flat, ONES) == np.array([5, 7, 10])[inner]).all()
    around = image(flat, values(1, 3, 3, seed=seed), padding="circular")
    assert (around == around[0, 0]).all()


@given(seed=SEEDS)
def test_distinct(seed: int) -> None:
    y = image(np.ones((3, 5)), values(1, 3, 3, seed=seed), values(1, seed=seed))
    assert y[1, 1] == y[1, 2] == y[1, 3]


def test_depth() -> None:
    """Multiples of 9 to the number of layers are exact: the kernel is of ones, and the residual 9 times the image."""
    grid, nine = np.ones((9, 9)), ONES.copy()
    nine[0, 1, 1] += 8  # with the residual 9 times the token and the sum around it
    for count in (3, 6, 10, 15):
        grid = image(grid, nine)
        assert len(np.unique(grid)) == count
    mirrored = [np.rot90(each, turns) for turns in range(4) for each in (grid, grid.T)]
    assert all((each == grid).all() for each in mirrored)


@given(seed=SEEDS, k=st.sampled_from([3, 5]), to=st.integers(0, 6))
def test_background(seed: int, k: int, to: int) -> None:
    def placed(at: int) -> Array:
        grid = np.zeros((8, 8))
        grid[at : at + 2, at : at + 2] = values(2, 2, seed=seed)
        return image(grid, values(1, k, k, seed=seed), values(1, seed=seed))

    one, other = placed(2), placed(to)
    shift = to - 2
    low, high = max(0, -shift), min(8, 8 - shift)
    assert (one[low:high, low:high] == other[low + shift : high + shift, low + shift : high + shift]).all()


def test_bias_tells() -> None:
    grid = np.zeros((5, 5))
    for _ in range(2):
        grid = image(grid, ONES, np.ones(1))
    assert (grid[0, 0], grid[0, 2], grid[2, 2]) == (6, 8, 11)
    assert len(np.unique(grid)) == 3


def test_dtypes() -> None:
    x: Any = values(2, 6, 2, seed=1)
    kernel, bias = values(2, 3, 3, seed=2), values(2, seed=3)
    exact = cpe.inject(x, kernel, bias, 2, 3)
    short = cpe.inject(x.astype(np.float16), kernel.astype(np.float32), bias.astype(np.float16), 2, 3)
    assert short.dtype == np.float32
    assert (short == exact.astype(np.float32)).all()
    assert (exact[1] == cpe.inject(x[1], kernel, bias, 2, 3)).all()
