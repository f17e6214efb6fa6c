"""The formulas as common code has them, in NumPy: not a library, but what an uncertified table is worth."""

from __future__ import annotations

from typing import Any

import numpy as np

from posenc.conformance.libraries import Target


def version() -> str:
    """Of NumPy."""
    return f"NumPy {np.__version__}"


def _rope(dtype: Any) -> Any:
    def table(positions: Any, rotary_dim: int, base: float) -> Any:
        exponents = np.arange(0, rotary_dim, 2, dtype=dtype) / dtype(rotary_dim)
        angles = np.asarray(positions).astype(dtype)[..., np.newaxis] * (dtype(1) / dtype(base) ** exponents)
        return np.cos(angles), np.sin(angles)

    return table


def _sinusoidal(dtype: Any) -> Any:
    def table(positions: Any, dim: int, base: float, start: float) -> Any:
        frequencies = np.exp(np.arange(0, dim, 2, dtype=dtype) * dtype(-np.log(base) / dim))
        angles = (np.asarray(positions) + start).astype(dtype)[..., np.newaxis] * frequencies
        return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(*angles.shape[:-1], dim)

    return table


TARGETS = [
    Target("float64.rope.table", "rope.table", "rope/interleaved", _rope(np.float64), *["float64"] * 3),
    Target("float32.rope.table", "rope.table", "rope/interleaved", _rope(np.float32)),
    Target(
        "float64.sinusoidal.table",
        "sinusoidal.table",
        "sinusoidal/interleaved",
        _sinusoidal(np.float64),
        *["float64"] * 3,
    ),
    Target("float32.sinusoidal.table", "sinusoidal.table", "sinusoidal/interleaved", _sinusoidal(np.float32)),
]
