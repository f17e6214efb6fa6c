"""Small inputs of the hyperbolic_rope operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from posenc.conformance.inputs import PAIRS, array, case
from posenc.vectors.case import Case

POSITIONS = st.integers(0, 16) | st.integers(-64, 64)
RAPIDITIES = st.sampled_from([0.0625, 0.0, -0.03125]) | st.integers(0, 8).map(lambda n: n / 128)
DAMPINGS = st.sampled_from([0.0, 0.0625, 0.03125])


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two queries or keys of one head, at positions whose factors float16 holds."""
    pairs, tokens = draw(PAIRS), draw(st.integers(1, 2))
    params = {"role": draw(st.sampled_from(["query", "key"])), "damping": draw(DAMPINGS)}
    rapidities = np.array(draw(st.lists(RAPIDITIES, min_size=pairs, max_size=pairs)))
    positions = np.array(draw(st.lists(POSITIONS, min_size=tokens, max_size=tokens)))
    x = draw(array((tokens, 2 * pairs)))
    return case("rotate", convention, params, x=x, positions=positions, rapidities=rapidities)
