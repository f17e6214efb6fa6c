"""Small inputs of the PaTH operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from posenc.conformance.inputs import array, case
from posenc.vectors.case import Case

RATES = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0])


@st.composite
def _inputs(draw: Callable[..., Any], *names: str) -> dict[str, Any]:
    """One head, up to two queries and three keys of width 2; directions that are never zero."""
    n_k = draw(st.integers(1, 3))
    shapes = {"q": (1, draw(st.integers(1, min(2, n_k))), 2), "k": (1, n_k, 2), "v": (1, n_k, 1)}
    found = {name: draw(array(shapes[name])) for name in names}
    w = np.concatenate([np.ones((1, n_k, 1)), draw(array((1, n_k, 1)))], axis=-1)
    return {**found, "w": w, "beta": np.array([draw(st.lists(RATES, min_size=n_k, max_size=n_k))])}


@st.composite
def scores(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three keys."""
    return case("scores", convention, {}, **draw(_inputs("q", "k")))


@st.composite
def attend(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three keys, one value each."""
    return case("attend", convention, {}, **draw(_inputs("q", "k", "v")))


@st.composite
def update(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three keys and a new token."""
    found = draw(_inputs("k"))
    return case("update", convention, {}, k=found["k"], w=found["w"][:, 0], beta=found["beta"][:, 0])
