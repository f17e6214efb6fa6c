"""Scalings of rotary frequencies: the claims as properties of the NumPy reference, held against the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import bases, offsets, tokens, vectors
from oracle import A, assert_near, truth, unit
from posenc import rope, rope_scaling
from posenc.conformance.inputs.rope_scaling import scalings

EXTENT = "original_max_position_embeddings"
PAIRINGS = st.sampled_from(rope.PAIRINGS)
RAMPS = st.sampled_from(["published", "paper"])
factors = st.sampled_from([2.0, 4.0, 8.0, 32.0, 64.0, 128.0]) | st.floats(1, 200)
extents = st.sampled_from([512, 2048, 4096, 8192, 32768]) | st.integers(300, 2**17)
lengths = st.sampled_from([1, 2047, 2048, 2049, 8192, 131072])
even = st.integers(2, 8).map(lambda pairs: 2 * pairs)
HALF = 2.0**-53


def scaling(kind: str, extent: int | None = None, **keys: Any) -> dict[str, Any]:
    """A scaling by its type and keys."""
    return {"rope_type": kind, **({} if extent is None else {EXTENT: extent}), **keys}


def frequencies(dim: int, scaling: dict[str, Any], length: int = 1, base: float = 10_000.0, **other: Any) -> Any:
    return rope_scaling.inverse_frequencies(dim, base=base, scaling=scaling, length=length, **other)[0]


def near(found: Any, right: Any, room: float = 64 * HALF) -> None:
    assert_near(found, right, room * np.abs(right))


def conforms(
    operation: str, ramp: str, params: dict[str, Any], found: Any, precision: str = "float64", **inputs: Any
) -> None:
    way = f"rope_scaling/{ramp}"
    right = truth(f"rope_scaling.{operation}", way, params, **inputs)
    scale = unit(f"rope_scaling.{operation}", way, params, precision, **inputs)
    for name, one in zip(right, found, strict=True):
        assert_near(np.asarray(one, dtype=np.float64), right[name], A * scale[name])


@given(data=st.data(), ramp=RAMPS, pairs=st.integers(2, 6), length=lengths, base=st.sampled_from([10_000.0, 500_000.0]))
def test_frequencies_and_tables_are_true(data: st.DataObject, ramp: str, pairs: int, length: int, base: float) -> None:
    said = data.draw(scalings(f"rope_scaling/{ramp}", pairs))
    params: dict[str, Any] = {"rotary_dim": 2 * pairs, "base": base, "scaling": said, "length": length}
    conforms("inverse_frequencies", ramp, params, rope_scaling.inverse_frequencies(**params, ramp=ramp))
    positions = [data.draw(tokens), -3]
    found = rope_scaling.table(positions, **params, ramp=ramp)
    conforms("table", ramp, params, found, positions=positions)


@given(data=st.data(), ramp=RAMPS, pairing=PAIRINGS, p=tokens, dtype=st.sampled_from(["float64", "float32", "float16"]))
def test_rotate_is_true(data: st.DataObject, ramp: str, pairing: str, p: int, dtype: str) -> None:
    said = data.draw(scalings(f"rope_scaling/{ramp}", 3))
    rest = 0 if said["rope_type"] == "proportional" else data.draw(st.integers(0, 2))
    x = data.draw(vectors(1, 6 + rest)).astype(dtype)
    params: dict[str, Any] = {"base": 10_000.0, "rotary_dim": 6, "scaling": said, "length": 2049, "pairing": pairing}
    found = rope_scaling.rotate(x, [p], **params, ramp=ramp)
    assert found.dtype == dtype
    conforms("rotate", ramp, params, [found], dtype, x=x, positions=[p])


def test_anchor() -> None:
    near(frequencies(8, scaling("ntk", factor=2)), [1, 0.0793700525984099737, 0.00629960524947436582, 0.0005])
    kept = [
        1,
        0.31622776601683793,
        0.1,
        0.025693505988868082,
        0.00625,
        0.001383496476323666,
        0.00025,
        7.9056941504209483e-5,
    ]
    near(frequencies(16, scaling("yarn", 2048, factor=4)), kept)
    paper = frequencies(16, scaling("yarn", 2048, factor=4), ramp="paper")[3:6]
    near(paper, [0.015026497703256058, 0.0030466515889972621, 0.00079292140474419896], 256 * HALF)
    llama = scaling("llama3", 8192, factor=8, low_freq_factor=1, high_freq_factor=4)
    near(frequencies(128, llama, base=500_000.0)[[29, 63]], [0.0021665707635033586, 3.0689259889145111e-7], 256 * HALF)
    real = frequencies(12, scaling("yarn", 4096, factor=4, truncate=False), base=150_000.0)
    near(real[2], 0.014916276117377451, 256 * HALF)
    near(frequencies(12, scaling("yarn", 4096, factor=8, beta_fast=8, beta_slow=2))[3], 0.005625)
    near(frequencies(8, scaling("dynamic", 4, factor=2), 8)[3], 1 / 3000)


@given(data=st.data(), m=tokens, n=tokens, t=offsets, ramp=RAMPS, pairing=PAIRINGS)
def test_relative(data: st.DataObject, m: int, n: int, t: int, ramp: str, pairing: str) -> None:
    q, k, said = data.draw(vectors(1, 8)), data.draw(vectors(1, 8)), data.draw(scalings(f"rope_scaling/{ramp}", 4))
    options: dict[str, Any] = {"scaling": said, "length": 4097, "pairing": pairing, "ramp": ramp}
    scores = [
        float((rope_scaling.rotate(q, [a], **options) * rope_scaling.rotate(k, [c], **options)).sum())
        for a, c in ((m, n), (m + t, n + t))
    ]
    room = (2 * max(abs(m), abs(n)) + 2 * abs(t) + 8) * 32 * HALF * (1 + np.abs(q).sum() * np.abs(k).max())
    assert_near(scores[0], scores[1], room)


def test_prefix() -> None:
    lists = scaling("longrope", 4, factor=2, short_factor=[1, 2], long_factor=[1, 4])
    for said in (scaling("dynamic", 4, factor=2), lists):
        assert frequencies(4, said, 4)[1] > frequencies(4, said, 5)[1]
        before, after = (rope_scaling.table([1], 4, scaling=said, length=length)[0] for length in (4, 5))
        assert before[0, 1] < after[0, 1]


@given(step=st.integers(1, 9))
def test_stitched(step: int) -> None:
    said = scaling("longrope", 4, attention_factor=1, short_factor=[1, 1], long_factor=[2, 2])
    at = {l: rope_scaling.table(list(range(20)), 4, scaling=said, length=l)[1] for l in (4, 5)}  # noqa: E741
    assert_near(at[4][step, 0], np.sin(step), 8 * HALF)
    assert_near(at[5][step + 4, 0], np.sin((step + 4) / 2), 16 * HALF)


@given(p=tokens, dim=even, factor=factors, base=bases)
def test_positions(p: int, dim: int, factor: float, base: float) -> None:
    theta = rope_scaling.linear(rope.inverse_frequencies(dim, base=base), factor=factor)
    near(theta, rope.inverse_frequencies(dim, base=base) / factor)
    cos, _ = rope_scaling.table([p], dim, base=base, scaling=scaling("linear", factor=factor), length=1)
    assert_near(cos, rope.table([p / factor], dim, base=base)[0], 8 * (p + 1) * HALF)


@given(dim=even, factor=factors, base=bases)
def test_ntk_ends(dim: int, factor: float, base: float) -> None:
    plain = rope.inverse_frequencies(dim, base=base)
    found = rope_scaling.ntk(plain, factor=factor)
    assert found[0] == 1.0
    near(found[-1], plain[-1] / factor)
    near(found, rope.inverse_frequencies(dim, base=base * factor ** (dim / (dim - 2))))


@given(dim=even, extent=extents, beyond=st.integers(1, 2**17), factor=factors)
def test_dynamic_ntk(dim: int, extent: int, beyond: int, factor: float) -> None:
    plain, options = rope.inverse_frequencies(dim), {EXTENT: extent}
    found = rope_scaling.dynamic(plain, extent + beyond, factor=1.0, **options)
    near(found, rope_scaling.ntk(plain, factor=(extent + beyond) / extent))
    for length in (1, extent - 1, extent):
        assert (rope_scaling.dynamic(plain, length, factor=factor, **options) == plain).all()
    bracket = factor * (extent + beyond) / extent - (factor - 1)
    scaled = rope_scaling.dynamic(plain, extent + beyond, factor=factor, **options)
    near(scaled, rope_scaling.ntk(plain, factor=bracket), 64 * factor * HALF)  # the bracket is a difference
    assert (frequencies(dim, scaling("dynamic", extent, factor=factor), extent + beyond)[1:] < plain[1:]).all()


@given(dim=even, extent=extents, factor=factors, slow=st.floats(0.5, 4), width=st.floats(1, 32))
def test_parts(dim: int, extent: int, factor: float, slow: float, width: float) -> None:
    plain, options = rope.inverse_frequencies(dim), {EXTENT: extent, "beta_slow": slow, "beta_fast": slow + width}
    found, turns = rope_scaling.by_parts(plain, factor=factor, **options), extent * plain / (2 * np.pi)
    near(found[turns >= slow + width], plain[turns >= slow + width])
    near(found[turns <= slow], plain[turns <= slow] / factor)
    assert (np.diff(found) < 0).all()
    inside = (turns > slow) & (turns < slow + width)
    right = plain * (turns - slow) / width + plain / factor * (slow + width - turns) / width
    near(found[inside], right[inside], 1e-12)
    near(found, rope_scaling.yarn(plain, ramp="paper", factor=factor, **options))


@given(dim=even, extent=extents, factor=factors, low=st.floats(0.5, 4), width=st.floats(1, 8))
def test_bands(dim: int, extent: int, factor: float, low: float, width: float) -> None:
    plain = rope.inverse_frequencies(dim)
    found = rope_scaling.llama3(
        plain, factor=factor, low_freq_factor=low, high_freq_factor=low + width, original_max_position_embeddings=extent
    )
    near(
        found,
        rope_scaling.by_parts(
            plain, factor=factor, beta_slow=low, beta_fast=low + width, original_max_position_embeddings=extent
        ),
    )
    step = rope_scaling.llama3(
        plain, factor=factor, low_freq_factor=low, high_freq_factor=low, original_max_position_embeddings=extent
    )
    near(step, np.where(2 * np.pi / plain > extent / low, plain / factor, plain))


def test_ramps() -> None:
    said = scaling("yarn", 4096, factor=16)
    code, paper = (frequencies(128, said, ramp=ramp) for ramp in ("published", "paper"))
    near(code[:21], paper[:21])
    near(code[46:], paper[46:])
    assert abs(code[38] / paper[38] - 3.0414) < 1e-4
    assert abs(code[21] / paper[21] - 0.97142) < 1e-5


@given(dim=even, extent=st.sampled_from([2048, 4096, 32768]), factor=factors, truncate=st.booleans())
def test_untied(dim: int, extent: int, factor: float, truncate: bool) -> None:
    plain = rope.inverse_frequencies(dim)
    ends = dim * np.log(extent / (2 * np.pi * np.array([32, 1]))) / (2 * np.log(10_000))
    assert (np.abs(ends - np.round(ends)) > 1e-9).all()
    found = rope_scaling.yarn(plain, factor=factor, truncate=truncate, original_max_position_embeddings=extent)
    low, high = (np.floor(ends[0]), np.ceil(ends[1])) if truncate else ends
    lost = np.clip((np.arange(dim // 2) - low) / (high - low), 0, 1)
    near(found, plain * (1 - lost) + plain / factor * lost, 1e-12)


@pytest.mark.parametrize(("extent", "slow"), [(6, 1.0), (12, 2.0), (1, 0.25)])
def test_short(extent: int, slow: float) -> None:
    plain, options = rope.inverse_frequencies(128), scaling("yarn", extent, beta_slow=slow)
    options.pop("rope_type")
    with pytest.raises(ValueError, match="interpolates nothing"):
        rope_scaling.yarn(plain, factor=8, **options)
    near(rope_scaling.yarn(plain, ramp="paper", factor=8, **options), plain / 8)
    near(rope_scaling.yarn(plain, factor=8, **{**options, EXTENT: extent + 1})[-1], plain[-1] / 8)
    with pytest.raises(ValueError, match="interpolates everything"):
        rope_scaling.yarn(
            rope.inverse_frequencies(4, base=2.0), base=2.0, factor=8, original_max_position_embeddings=4096
        )


@given(dim=even, base=bases)
def test_identity(dim: int, base: float) -> None:
    plain, ones = rope.inverse_frequencies(dim, base=base), [1] * (dim // 2)
    for said in (
        scaling("default"), scaling("linear", factor=1), scaling("ntk", factor=1), scaling("dynamic", 4, factor=3),
        scaling("by-parts", 2048, factor=1), scaling("proportional"), scaling("proportional", factor=1),
        scaling("llama3", 2048, factor=1, low_freq_factor=1, high_freq_factor=4),
        scaling("longrope", 4, factor=1, short_factor=ones, long_factor=ones),
    ):  # fmt: skip
        near(frequencies(dim, said, 4, base), plain)
        assert rope_scaling.attention_factor(said) == 1.0
    near(frequencies(dim, scaling("yarn", 2048, factor=1), base=10_000.0), rope.inverse_frequencies(dim))
    assert rope_scaling.attention_factor(scaling("yarn", 2048, factor=1)) == 1.0


@given(factor=factors.filter(lambda s: s > 1), said=st.floats(0.25, 4))
def test_attention(factor: float, said: float) -> None:
    of = rope_scaling.attention_factor
    near(of(scaling("yarn", 4096, factor=factor)), 0.1 * np.log(factor) + 1)
    near(of(scaling("yarn", 4096, factor=16)), 1.2772588722239781)
    lists = {"short_factor": [1, 1], "long_factor": [1, 2]}
    near(of(scaling("longrope", 4096, factor=32, **lists)), np.sqrt(17 / 12))
    assert of(scaling("yarn", 4096, factor=factor, mscale=said, mscale_all_dim=said)) == 1.0
    ratio = (0.1 * said * np.log(40) + 1) / (0.1 * np.log(40) + 1)
    near(of(scaling("yarn", 4096, factor=40, mscale=said, mscale_all_dim=1)), ratio)
    for kind, keys in (("yarn", {}), ("longrope", lists)):
        assert of(scaling(kind, 4096, factor=factor, attention_factor=said, **keys)) == said
    for length in (4096, 4097):
        found = rope_scaling.table([0], 4, scaling=scaling("longrope", 4096, factor=32, **lists), length=length)
        near(found[0], np.full((1, 2), np.sqrt(17 / 12)))
    sine = rope_scaling.table([1], 2, scaling=scaling("yarn", 4096, factor=16), length=1)[1]
    near(sine[0, 0], 1.2772588722239781 * np.sin(1))


@given(data=st.data(), p=tokens, pairing=PAIRINGS)
def test_logits(data: st.DataObject, p: int, pairing: str) -> None:
    x, said = data.draw(vectors(1, 6)), scaling("yarn", 4096, factor=16)
    found = rope_scaling.rotate(x, [p], rotary_dim=4, scaling=said, length=1, pairing=pairing)
    assert (found[:, 4:] == x[:, 4:]).all()
    right = 1.2772588722239781**2 * (x[:, :4] ** 2).sum()
    assert_near((found[:, :4] ** 2).sum(), right, 64 * HALF * (1 + right))


@given(extent=extents)
def test_switch(extent: int) -> None:
    plain = rope.inverse_frequencies(4)
    lists: dict[str, Any] = {"short_factor": [1, 2], "long_factor": [3, 4], "factor": 2, EXTENT: extent}
    for length, right in ((1, [1, 2]), (extent - 1, [1, 2]), (extent, [1, 2]), (extent + 1, [3, 4])):
        near(rope_scaling.longrope(plain, length, **lists), plain / right)


@given(pairs=st.integers(1, 40), share=st.floats(0, 1) | st.sampled_from([0.25, 0.3, 0.5, 0.7]), factor=factors)
def test_share(pairs: int, share: float, factor: float) -> None:
    plain = rope.inverse_frequencies(2 * pairs)
    found = rope_scaling.proportional(plain, partial_rotary_factor=share, factor=factor)
    turned = int(share * (2 * pairs) // 2)
    near(found[:turned], plain[:turned] / factor)
    assert not found[turned:].any()
    assert np.count_nonzero(rope_scaling.proportional(rope.inverse_frequencies(20), partial_rotary_factor=0.3)) == 3


def test_partial() -> None:
    found = frequencies(8, scaling("proportional", partial_rotary_factor=0.5))
    near(found[:2], [1, 0.1])
    near(frequencies(4, scaling("default"))[:2], [1, 0.01])


@given(dim=even, factor=factors.filter(lambda s: s > 1.01))
def test_reach(dim: int, factor: float) -> None:
    plain = rope.inverse_frequencies(dim)
    assert (factor * frequencies(dim, scaling("ntk", factor=factor))[:-1] > plain[:-1]).all()
    near(factor * frequencies(dim, scaling("ntk", factor=factor))[-1], plain[-1])
    near(factor * frequencies(dim, scaling("linear", factor=factor)), plain)


def test_rerope() -> None:
    q, k = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[0.5, -1.0, 2.0, 0.25]])

    def turn(x: Any, p: float, said: Any = None) -> Any:
        return rope_scaling.rotate(x, [p], scaling=said or scaling("default"), length=1)

    near((turn(q, 5) * k).sum(), 8.1212581166837834)
    near((q * turn(k, -5)).sum(), 8.1212581166837834)
    near((q * turn(k, 5)).sum(), 5.0102589724560653)
    four = scaling("linear", factor=4)
    leaky = (turn(q, 40 + 5 * 3, four) * turn(k, 7, four)).sum()
    near(leaky, (turn(q, 5 + (40 - 7 - 5) / 4) * k).sum())
