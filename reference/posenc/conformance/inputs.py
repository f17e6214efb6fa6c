"""Small inputs of every operation for Hypothesis, which searches them for failures and shrinks those it finds.

The simplest input is the smallest: head size 2, position 0, zeros and ones. Every number is exact in every format.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from posenc.vectors.case import Case

POSITIONS = st.integers(0, 64) | st.integers(0, 2**20)
PAIRS = st.integers(1, 4)
BASES = st.sampled_from([10000.0, 500000.0, 1000000.0, 100.0])
ELEMENTS = st.sampled_from([0.0, 1.0]) | st.integers(-128, 128).map(lambda n: n / 64)


def _array(shape: tuple[int, ...]) -> SearchStrategy[NDArray[np.float64]]:
    size = int(np.prod(shape))
    return st.lists(ELEMENTS, min_size=size, max_size=size).map(lambda v: np.array(v, dtype=np.float64).reshape(shape))


def _case(operation: str, convention: str, params: dict[str, Any], **inputs: Any) -> Case:
    return Case(f"{operation}/search", "found by search", (), params, inputs, (convention,))


@st.composite
def rope_inverse_frequencies(draw: Callable[..., Any], convention: str) -> Case:
    """Any even rotary_dim up to 8."""
    params = {"rotary_dim": 2 * draw(PAIRS), "base": draw(BASES)}
    return _case("inverse_frequencies", convention, params)


@st.composite
def rope_table(draw: Callable[..., Any], convention: str) -> Case:
    """One or two positions."""
    params = {"rotary_dim": 2 * draw(PAIRS), "base": draw(BASES)}
    return _case("table", convention, params, positions=np.array(draw(st.lists(POSITIONS, min_size=1, max_size=2))))


@st.composite
def rope_rotate(draw: Callable[..., Any], convention: str) -> Case:
    """One or two tokens of one head, wholly or partly turned."""
    pairs, tokens = draw(PAIRS), draw(st.integers(1, 2))
    rest = draw(st.sampled_from([0, 0, 2]))
    params = {"base": draw(BASES), "rotary_dim": 2 * pairs if rest else None}
    positions = np.array(draw(st.lists(POSITIONS, min_size=tokens, max_size=tokens)))
    return _case("rotate", convention, params, x=draw(_array((tokens, 2 * pairs + rest))), positions=positions)


@st.composite
def sinusoidal_inverse_frequencies(draw: Callable[..., Any], convention: str) -> Case:
    """Any even dim from 4 to 8."""
    return _case("inverse_frequencies", convention, {"dim": 2 * draw(st.integers(2, 4)), "base": draw(BASES)})


@st.composite
def sinusoidal_table(draw: Callable[..., Any], convention: str) -> Case:
    """One or two positions; dim from 4, so that both spacings exist."""
    params = {"dim": 2 * draw(st.integers(2, 4)), "base": draw(BASES), "start": 0.0}
    return _case("table", convention, params, positions=np.array(draw(st.lists(POSITIONS, min_size=1, max_size=2))))


@st.composite
def sinusoidal_shift_matrix(draw: Callable[..., Any], convention: str) -> Case:
    """Any offset."""
    params = {"dim": 2 * draw(st.integers(2, 4)), "base": draw(BASES)}
    return _case("shift_matrix", convention, params, offset=np.array(draw(POSITIONS)))


MAX_BIASES = st.sampled_from([8.0, 4.0, 16.0])


@st.composite
def alibi_slopes(draw: Callable[..., Any], convention: str) -> Case:
    """Up to 16 heads."""
    return _case("slopes", convention, {"num_heads": draw(st.integers(1, 16)), "max_bias": draw(MAX_BIASES)})


@st.composite
def alibi_bias(draw: Callable[..., Any], convention: str) -> Case:
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
    return _case("bias", convention, params)


@st.composite
def attention_softmax(draw: Callable[..., Any], convention: str) -> Case:
    """A row of up to four logits."""
    return _case("softmax", convention, {}, logits=draw(_array((1, draw(st.integers(1, 4))))))


@st.composite
def attention_attend(draw: Callable[..., Any], convention: str) -> Case:
    """One head, up to two queries and three keys of width 4."""
    n_q, n_k = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    shapes = {"q": (1, n_q, 4), "k": (1, n_k, 4), "v": (1, n_k, 1), "bias": (1, n_q, n_k)}
    inputs = {name: draw(_array(shape)) for name, shape in shapes.items()}
    return _case("attend", convention, {}, **inputs, mask=np.ones((1, n_q, n_k), dtype=bool))


def cases(operation: str, convention: str) -> SearchStrategy[Case]:
    """Small cases of family.operation under a convention."""
    strategy: SearchStrategy[Case] = globals()[operation.replace(".", "_")](convention)
    return strategy
