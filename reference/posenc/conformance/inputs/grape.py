"""Small inputs of the grape operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from posenc.conformance.inputs import array, case
from posenc.vectors.case import Case

POSITIONS = st.integers(0, 64) | st.integers(-512, 2048)
SLOPES = st.sampled_from([1.0, 0.5, 0.00390625])


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens of two to four channels, the first of a one and of b zero so that a plane is certain."""
    d, tokens = draw(st.integers(2, 4)), draw(st.integers(1, 2))
    params = {"frequency": draw(st.sampled_from([1.0, 0.5, -0.25]))}
    a, b = draw(array((d,))), draw(array((d,)))
    a[:2], b[:2] = (1.0, a[1]), (0.0, 1.0)
    positions = np.array(draw(st.lists(POSITIONS, min_size=tokens, max_size=tokens)))
    return case("rotate", convention, params, x=draw(array((tokens, d))), positions=positions, a=a, b=b)


@st.composite
def lift(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens of one to four channels."""
    d, tokens = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    params = {"role": draw(st.sampled_from(["query", "key"])), "slope": draw(SLOPES)}
    positions = np.array(draw(st.lists(POSITIONS, min_size=tokens, max_size=tokens)))
    return case("lift", convention, params, x=draw(array((tokens, d))), positions=positions)
