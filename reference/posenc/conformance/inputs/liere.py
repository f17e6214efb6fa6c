"""Small inputs of the liere operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from posenc.conformance.inputs import array, case
from posenc.vectors.case import Case


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens on one or two axes, one or two blocks and perhaps a channel beyond them."""
    axes, blocks, tokens = (draw(st.integers(1, 2)) for _ in range(3))
    entries, size = draw(st.sampled_from([(1, 2), (3, 3)]))
    head_dim = blocks * size + draw(st.integers(0, 1))
    places = st.lists(st.integers(0, 16), min_size=axes, max_size=axes)
    positions = np.array(draw(st.lists(places, min_size=tokens, max_size=tokens)))
    x, generators = draw(array((tokens, head_dim))), draw(array((axes, blocks, entries)))
    return case("rotate", convention, {}, x=x, positions=positions, generators=generators)
