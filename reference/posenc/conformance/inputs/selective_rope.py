"""Small inputs of the operations with input-dependent rotations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from posenc.conformance.inputs import array, case
from posenc.vectors.case import Case

PAIRS, TOKENS = st.integers(1, 3), st.integers(1, 4)


@st.composite
def phases(draw: Callable[..., Any], convention: str) -> Case:
    """One head, up to four tokens."""
    return case("phases", convention, {}, increments=draw(array((1, draw(TOKENS), draw(PAIRS)))))


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """The same."""
    n, pairs = draw(TOKENS), draw(PAIRS)
    return case("rotate", convention, {}, x=draw(array((1, n, 2 * pairs))), increments=draw(array((1, n, pairs))))


@st.composite
def advance(draw: Callable[..., Any], convention: str) -> Case:
    """One head."""
    pairs = draw(PAIRS)
    x, phase, increment = (draw(array((1, width))) for width in (2 * pairs, pairs, pairs))
    return case("advance", convention, {}, x=x, phase=phase, increment=increment)
