"""Small inputs of the operations with forget gates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from posenc.conformance.inputs import array, case
from posenc.vectors.case import Case

LOGITS = st.sampled_from([0.0, 1.0]) | st.integers(-512, 512).map(lambda n: n / 16)


def _gates(*shape: int) -> st.SearchStrategy[NDArray[np.float64]]:
    return array(shape).map(lambda x: 0.0 - np.abs(x))


@st.composite
def log_gates(draw: Callable[..., Any], convention: str) -> Case:
    """One or two gates."""
    return case("log_gates", convention, {}, x=np.array(draw(st.lists(LOGITS, min_size=1, max_size=2))))


@st.composite
def bias(draw: Callable[..., Any], convention: str) -> Case:
    """One head, up to four tokens."""
    n_k = draw(st.integers(1, 4))
    return case("bias", convention, {"n_q": draw(st.integers(1, n_k))}, log_f=draw(_gates(1, n_k)))


@st.composite
def attend(draw: Callable[..., Any], convention: str) -> Case:
    """One head, up to two queries and three keys of width 2, one value each."""
    n_k = draw(st.integers(1, 3))
    shapes = {"q": (1, draw(st.integers(1, min(2, n_k))), 2), "k": (1, n_k, 2), "v": (1, n_k, 1)}
    arrays = {name: draw(array(shape)) for name, shape in shapes.items()}
    return case("attend", convention, {}, **arrays, log_f=draw(_gates(1, n_k)))


@st.composite
def extend(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three keys."""
    return case("extend", convention, {}, row=draw(_gates(1, draw(st.integers(1, 3)))), log_f=draw(_gates(1)))
