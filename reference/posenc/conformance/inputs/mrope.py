"""Small inputs of the rotations with three axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from posenc.conformance.inputs import BASES, array, case
from posenc.definitions.mrope import CONVENTIONS, IMAGE, TEXT, VIDEO
from posenc.vectors.case import Case

PLACES = st.integers(0, 64) | st.integers(0, 2**20)
SECTIONS = [[1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 1, 1], [2, 2, 1], [2, 1, 2], [1, 2, 2], [0, 1, 1], [3, 1, 0]]
STEPS = st.sampled_from([1.0, 0.5, 2.0, 0.25, 1.5])


def places(count: int) -> SearchStrategy[NDArray[np.int64]]:
    """Positions along three axes."""
    numbers = st.lists(PLACES, min_size=3 * count, max_size=3 * count)
    return numbers.map(lambda v: np.array(v, dtype=np.int64).reshape(3, count))


def _section(draw: Callable[..., Any], convention: str) -> NDArray[np.int64]:
    """Sections that the convention can have."""
    fits = CONVENTIONS[convention].fits
    return np.array(draw(st.sampled_from([section for section in SECTIONS if fits(section) is None])))


@st.composite
def axes(draw: Callable[..., Any], convention: str) -> Case:
    """Up to five pairs."""
    return case("axes", convention, {}, mrope_section=_section(draw, convention))


@st.composite
def position_ids(draw: Callable[..., Any], convention: str) -> Case:
    """Up to three segments: text, an image or a short video."""
    merge, segments = draw(st.integers(1, 2)), []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([TEXT, IMAGE, VIDEO]))
        t = draw(st.integers(1, 3)) if kind != IMAGE else 1
        h, w = (1, 1) if kind == TEXT else (merge * draw(st.integers(1, 3)) for _ in range(2))
        segments.append([kind, t, h, w])
    params = {"spatial_merge_size": merge, "tokens_per_second": draw(STEPS)}
    seconds = np.array([draw(STEPS) for _ in segments])
    return case("position_ids", convention, params, segments=np.array(segments), seconds_per_grid=seconds)


@st.composite
def table(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens."""
    section = _section(draw, convention)
    params = {"rotary_dim": 2 * int(section.sum()), "base": draw(BASES)}
    found = draw(places(draw(st.integers(1, 2))))
    return case("table", convention, params, positions=found, mrope_section=section)


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens of one head, wholly or partly turned."""
    section, tokens = _section(draw, convention), draw(st.integers(1, 2))
    turned, rest = 2 * int(section.sum()), draw(st.sampled_from([0, 0, 2]))
    params = {"base": draw(BASES), "rotary_dim": turned if rest else None}
    x = draw(array((tokens, turned + rest)))
    return case("rotate", convention, params, x=x, positions=draw(places(tokens)), mrope_section=section)
