"""Small inputs of the floater operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from posenc.conformance.inputs import BASES, PAIRS, array, case
from posenc.vectors.case import Case


@st.composite
def table(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three channels, four positions and three steps from one to the next."""
    dim = draw(st.integers(1, 3))
    params = {
        "n": draw(st.integers(1, 4)),
        "delta": draw(st.sampled_from([1.0, 0.5, 0.25, 2.0])),
        "steps": draw(st.integers(1, 3)),
    }
    shapes = {"initial": (dim,), "matrix": (dim, dim), "bias": (dim,)}
    return case("table", convention, params, **{name: draw(array(shape)) for name, shape in shapes.items()})


@st.composite
def network(draw: Callable[..., Any], convention: str) -> Case:
    """Up to two channels, two hidden units and three positions, two blocks that share the network."""
    dim, hidden = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    params = {
        "n": draw(st.integers(1, 3)),
        "delta": draw(st.sampled_from([0.5, 0.25])),
        "steps": draw(st.integers(1, 2)),
        "activation": draw(st.sampled_from(["relu", "tanh"])),
    }
    shapes = {"w1": (hidden, dim + 1), "b1": (hidden,), "w2": (dim, hidden + 1), "b2": (dim,)}
    layers = {name: draw(array(shape)) / 4 for name, shape in shapes.items()}
    return case("network", convention, params, initial=draw(array((2, dim))), **layers)


@st.composite
def sinusoid(draw: Callable[..., Any], convention: str) -> Case:
    """Up to four pairs."""
    params = {
        "dim": 2 * draw(PAIRS),
        "base": draw(BASES),
        "delta": draw(st.sampled_from([1.0, 0.5, 0.01])),
    }
    return case("sinusoid", convention, params)
