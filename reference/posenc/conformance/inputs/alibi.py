"""Small inputs of the alibi operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from posenc.conformance.inputs import case
from posenc.vectors.case import Case

MAX_BIASES = st.sampled_from([8.0, 4.0, 16.0])


@st.composite
def slopes(draw: Callable[..., Any], convention: str) -> Case:
    """Up to 16 heads."""
    return case("slopes", convention, {"num_heads": draw(st.integers(1, 16)), "max_bias": draw(MAX_BIASES)})


@st.composite
def bias(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three heads and four keys, the queries at their end."""
    n_k = draw(st.integers(1, 4))
    uses = ["causal"] if convention in ("alibi/key-only", "alibi/last-key") else ["causal", "symmetric"]
    params = {
        "num_heads": draw(st.integers(1, 3)),
        "n_q": draw(st.integers(1, n_k)),
        "n_k": n_k,
        "use": draw(st.sampled_from(uses)),
        "max_bias": draw(MAX_BIASES),
    }
    return case("bias", convention, params)


@st.composite
def padded(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three heads and five keys, some of them pads."""
    mask = np.array(draw(st.lists(st.booleans(), min_size=1, max_size=5)))
    params = {"num_heads": draw(st.integers(1, 3)), "head_dim": draw(st.sampled_from([64, 80, 1]))}
    return case("padded", convention, params, mask=mask[np.newaxis])


@st.composite
def grid(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three heads, three rows and three columns."""
    return case("grid", convention, {name: draw(st.integers(1, 3)) for name in ("num_heads", "height", "width")})
