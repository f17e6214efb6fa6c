"""Small inputs of the rotations with two axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from posenc.conformance.inputs import BASES, array, case
from posenc.vectors.case import Case

SIZES = st.integers(1, 4)
DIMS = st.integers(1, 3).map(lambda quarters: 4 * quarters)
PLACES = st.integers(0, 64) | st.integers(0, 1024)


def patches(count: int) -> SearchStrategy[NDArray[np.int64]]:
    """Columns and rows."""
    numbers = st.lists(PLACES, min_size=2 * count, max_size=2 * count)
    return numbers.map(lambda v: np.array(v, dtype=np.int64).reshape(count, 2))


@st.composite
def positions(draw: Callable[..., Any], convention: str) -> Case:
    """Up to four rows and columns."""
    params = {"height": draw(SIZES), "width": draw(SIZES)}
    return case(
        "positions", convention, {**params, "class_tokens": draw(st.integers(0, 2)), "origin": draw(st.integers(0, 1))}
    )


@st.composite
def inverse_frequencies(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three pairs an axis."""
    return case("inverse_frequencies", convention, {"head_dim": draw(DIMS), "base": draw(BASES)})


@st.composite
def table(draw: Callable[..., Any], convention: str) -> Case:
    """One or two patches."""
    params = {"head_dim": draw(DIMS), "base": draw(BASES)}
    return case("table", convention, params, positions=draw(patches(draw(st.integers(1, 2)))))


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two patches of one head."""
    tokens = draw(st.integers(1, 2))
    x, places = draw(array((tokens, draw(DIMS)))), draw(patches(tokens))
    return case("rotate", convention, {"base": draw(BASES)}, x=x, positions=places)


@st.composite
def mixed(draw: Callable[..., Any], convention: str) -> Case:
    """One or two patches of one head, frequencies that every format holds."""
    tokens, pairs = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    frequencies = draw(array((pairs, 2)))
    x, places = draw(array((tokens, 2 * pairs))), draw(patches(tokens))
    return case("mixed", convention, {}, x=x, positions=places, frequencies=frequencies)
