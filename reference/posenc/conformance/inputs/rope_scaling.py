"""Small inputs of the scaled rotations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from posenc.conformance.inputs import BASES, POSITIONS, array, case
from posenc.vectors.case import Case

EXTENT = "original_max_position_embeddings"
FACTORS = st.sampled_from([4.0, 2.0, 8.0, 32.0])
LENGTHS = st.sampled_from([2047, 2048, 2049, 8192])
LLAMA = {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
LARGE = st.sampled_from([10000.0, 500000.0, 1000000.0])


@st.composite
def scalings(draw: Callable[..., Any], convention: str, pairs: int) -> dict[str, Any]:
    """One of every type; with YaRN's own keys where the convention has them."""
    kind = draw(st.sampled_from(["linear", "ntk", "dynamic", "by-parts", "yarn", "llama3", "longrope", "proportional"]))
    found = {"rope_type": kind, "factor": draw(FACTORS)}
    if kind in ("dynamic", "by-parts", "yarn", "llama3", "longrope"):
        found[EXTENT] = 2048
    if kind == "llama3":
        found |= LLAMA
    if kind == "proportional":
        found["partial_rotary_factor"] = draw(st.sampled_from([0.5, 0.25, 0.75, 1.0]))
    if kind == "longrope":
        found |= {"short_factor": [1.0 + i / 8 for i in range(pairs)], "long_factor": [2.0 + i for i in range(pairs)]}
    if kind == "yarn" and convention == "rope_scaling/published" and draw(st.booleans()):
        found["truncate"] = False
    return found


@st.composite
def inverse_frequencies(draw: Callable[..., Any], convention: str) -> Case:
    """Any even rotary_dim from 4 to 8."""
    return case("inverse_frequencies", convention, draw(params(convention)))


@st.composite
def params(draw: Callable[..., Any], convention: str) -> dict[str, Any]:
    """The parameters that the operations share; the bases are large where a ramp has to fit."""
    pairs = draw(st.integers(2, 4))
    scaling = draw(scalings(convention, pairs))
    base = draw(LARGE if scaling["rope_type"] == "yarn" else BASES)
    return {"rotary_dim": 2 * pairs, "base": base, "scaling": scaling, "length": draw(LENGTHS)}


@st.composite
def table(draw: Callable[..., Any], convention: str) -> Case:
    """One or two positions."""
    positions = np.array(draw(st.lists(POSITIONS, min_size=1, max_size=2)))
    return case("table", convention, draw(params(convention)), positions=positions)


@st.composite
def rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens of one head, wholly or partly turned."""
    said, tokens = draw(params(convention)), draw(st.integers(1, 2))
    rest = 0 if said["scaling"]["rope_type"] == "proportional" else draw(st.sampled_from([0, 0, 2]))
    said["pairing"] = draw(st.sampled_from(["interleaved", "halves"]))
    x = draw(array((tokens, said["rotary_dim"] + rest)))
    positions = np.array(draw(st.lists(POSITIONS, min_size=tokens, max_size=tokens)))
    return case("rotate", convention, said, x=x, positions=positions)
