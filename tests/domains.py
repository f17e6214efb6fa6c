"""Hypothesis strategies, named after the domains of the claims."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

# Where real bugs live: powers of two and their neighbours, and the ends of common contexts.
LANDMARKS = [0, 1, 2, 255, 256, 257, 2047, 2049, 4095, 4097, 8191, 32767, 65535, 65537, 131071, 1048575]

tokens = st.sampled_from(LANDMARKS) | st.integers(0, 2**20)
"""Positions that models reach."""

integers = tokens | st.integers(-(2**20), 2**20)
"""Integer positions of either sign."""

far = st.integers(-(2**53), 2**53)
"""Every integer that float64 holds."""

reals = integers.map(float) | st.floats(-1e6, 1e6, allow_nan=False, width=32)
"""Real positions of either sign."""

offsets = st.integers(-5000, 5000)
"""Shifts; position + shift stays exact."""

bases = st.sampled_from([10_000.0, 500_000.0, 1_000_000.0, 100.0]) | st.floats(1.5, 1e7)
"""Bases above 1."""

even = st.integers(1, 8).map(lambda pairs: 2 * pairs)
"""Even widths."""

wide = st.integers(2, 8).map(lambda pairs: 2 * pairs)
"""Even widths of at least two pairs."""

heads = st.integers(1, 40)
"""Numbers of heads."""

elements = st.floats(-8, 8, allow_nan=False, width=32)
"""Entries of queries and keys."""


def vectors(*shape: int) -> SearchStrategy[NDArray[np.float64]]:
    """Arrays of elements."""
    size = int(np.prod(shape))
    return st.lists(elements, min_size=size, max_size=size).map(lambda v: np.array(v, dtype=np.float64).reshape(shape))
