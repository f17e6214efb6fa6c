"""Programs that turn queries and keys, as libraries write them, and the bugs that they had."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from corpus.entry import Bug, Program, bf16, bug, f16, keeping


def plain_inv(r: int, base: float) -> Any:
    return base ** -(np.arange(0, r, 2) / r)


def spread(table: Any, x: Any) -> Any:
    """(batch, n, pairs) against x of (batch, ..., n, channels)."""
    return table.reshape(table.shape[0], *(1,) * (x.ndim - 3), *table.shape[1:]) if table.ndim == 3 else table


def halves(x: Any, cos: Any, sin: Any) -> Any:
    a, b = np.split(x, 2, axis=-1)
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)


def interleaved(x: Any, cos: Any, sin: Any) -> Any:
    a, b = x[..., 0::2], x[..., 1::2]
    return np.stack([a * cos - b * sin, b * cos + a * sin], axis=-1).reshape(x.shape)


def rotate(inv: Any = plain_inv, outer: Any = lambda p, f: p[..., None] * f, turn: Any = halves) -> Program:
    def program(x: Any, positions: Any, base: float = 10_000.0, rotary_dim: int | None = None) -> Any:
        r = rotary_dim or x.shape[-1]
        angles = np.asarray(outer(positions, inv(r, base)), dtype=np.float64)
        cos, sin = spread(np.cos(angles), x), spread(np.sin(angles), x)
        return np.concatenate([turn(x[..., :r], cos, sin), x[..., r:]], axis=-1).astype(x.dtype)

    return program


def table(
    inv: Any = plain_inv, outer: Any = lambda p, f: p[..., None] * f, wave: Any = lambda a: (np.cos(a), np.sin(a))
) -> Program:
    def program(positions: Any, rotary_dim: int, base: float = 10_000.0) -> Any:
        cos, sin = wave(np.asarray(outer(np.asarray(positions), inv(rotary_dim, base))))
        return cos.astype(np.float64), sin.astype(np.float64)

    return program


# --- precision ---------------------------------------------------------------------------------------------------------


def all_f16(r: int, base: float) -> Any:
    return f16(plain_inv(r, base))


def half_outer(positions: Any, inv: Any) -> Any:
    return f16(f16(positions)[..., None] * inv).astype(np.float64)


def in_bf16(x: Any, cos: Any, sin: Any) -> Any:
    """Every product and the sum rounded."""
    a, b = np.split(x, 2, axis=-1)
    first = bf16(bf16(a * cos) - bf16(b * sin))
    return np.concatenate([first, bf16(bf16(b * cos) + bf16(a * sin))], axis=-1)


def fast_sine(angles: Any) -> Any:
    """The reduction by 2π in float32 that fast intrinsics have."""
    turn = np.float32(2 * np.pi)
    a = angles.astype(np.float32)
    rest = (a - turn * np.round(a / turn)).astype(np.float64)
    return np.cos(rest), np.sin(rest)


def arange_in_bf16(r: int, base: float) -> Any:
    """arange, the logarithm and exp in the dtype of x."""
    exponents = bf16(bf16(np.arange(r // 2)) * bf16(-np.log(base) / (r // 2)))
    return bf16(np.exp(exponents))


# --- layout, axes and signs --------------------------------------------------------------------------------------------


def concatenated(x: Any, cos: Any, sin: Any) -> Any:
    """Even and odd channels split off, and joined without being put back in place."""
    turned = np.concatenate([-x[..., 1::2], x[..., 0::2]], axis=-1)
    return x * np.repeat(cos, 2, axis=-1) + turned * np.repeat(sin, 2, axis=-1)


def along_heads(x: Any, positions: Any, base: float = 10_000.0, rotary_dim: int | None = None) -> Any:
    """x taken for (batch, tokens, heads, channels)."""
    if x.ndim < 4:
        return rotate()(x, positions, base, rotary_dim)
    if positions.ndim != 1 or rotary_dim:
        raise NotImplementedError("one list of positions")
    angles = np.arange(x.shape[-3])[:, None] * plain_inv(x.shape[-1], base)
    return halves(x, np.cos(angles)[:, None, :], np.sin(angles)[:, None, :])


def factor_ignored(x: Any, positions: Any, base: float = 10_000.0, rotary_dim: int | None = None) -> Any:
    if x.shape[-1] % 2:
        raise NotImplementedError("an odd head")
    return rotate()(x, positions, base)


def padded_with_one(x: Any, positions: Any, base: float = 10_000.0, rotary_dim: int | None = None) -> Any:
    r = rotary_dim or x.shape[-1]
    angles = np.asarray(positions)[..., None] * plain_inv(r, base)
    width = [(0, 0)] * (angles.ndim - 1) + [(0, (x.shape[-1] - r) // 2)]
    cos, sin = (spread(np.pad(t, width, constant_values=1), x) for t in (np.cos(angles), np.sin(angles)))
    return interleaved(x, cos, sin)


def uninitialised() -> Program:
    """Frequencies that are whatever the memory held."""
    rng = np.random.default_rng(next(_memory))
    kept: dict[int, Any] = {}
    return rotate(inv=lambda r, base: kept.setdefault(r, rng.uniform(0, 1, r // 2)))


_memory = count()


def accepts_zero(x: Any, positions: Any, base: float = 10_000.0, rotary_dim: int | None = None) -> Any:
    with np.errstate(all="ignore"):
        inv = 1 / np.float64(base) ** (np.arange(0, x.shape[-1], 2) / x.shape[-1])
        return (
            rotate(inv=lambda r, b: inv[: r // 2])(x, positions, base, rotary_dim)
            if base < 1
            else rotate()(x, positions, base, rotary_dim)
        )


# --- caches ------------------------------------------------------------------------------------------------------------


def by_length() -> Program:
    """The key of the cache is the length alone."""
    kept: dict[Any, Any] = {}
    return lambda positions, rotary_dim, base=10_000.0: kept.setdefault(
        (np.shape(positions), rotary_dim, base), table()(positions, rotary_dim, base)
    )


def by_half_width() -> Program:
    """The key holds the width after it was halved, in a table that another width has filled."""
    kept: dict[Any, Any] = {}

    def program(positions: Any, rotary_dim: int, base: float = 10_000.0) -> Any:
        return kept.setdefault(np.asarray(positions).tobytes(), table()(positions, rotary_dim, base))

    return program


ROTATE, TABLE = "rope.rotate", "rope.table"
BUGS: list[Bug] = [
    bug("PREC-01", "frequencies, positions and angles in float16", TABLE, "interleaved", "f16-angles, precision/float16", "EleutherAI/gpt-neox#1003", table(all_f16, half_outer)),
    bug("PREC-03", "positions cast to bfloat16", ROTATE, "halves", "bf16-positions", "nkalyanv99/UNI-D2#6, EleutherAI/gpt-neox#1016, huggingface/diffusers#13922, Nerogar/OneTrainer#1177", rotate(outer=lambda p, f: bf16(p)[..., None] * f)),
    bug("PREC-04", "positions cast to float16", ROTATE, "halves", "f16-positions", "openvinotoolkit/openvino#33214, NVIDIA/Megatron-LM#535, huggingface/transformers#26602", rotate(outer=lambda p, f: f16(p).astype(float)[..., None] * f)),
    bug("PREC-06", "products and sum rounded to bfloat16", ROTATE, "halves", "precision/bfloat16-table, bf16-table", "NVIDIA/TransformerEngine#1245", rotate(turn=in_bf16), dtype="float32"),
    bug("PREC-07", "angles reduced by 2π in float32", TABLE, "interleaved", "precision/float32, f32-angles", "kekzl/imp#1316, kekzl/imp#1325, kekzl/imp#1630, tenstorrent/tt-metal#33971, lablup/mlxcel#1049", table(wave=fast_sine)),
    bug("PREC-12", "arange, logarithm and exponential in bfloat16", ROTATE, "halves", "bf16-angles, precision/bfloat16", "ml-explore/mlx#2792, keras-team/keras-hub#1508, lucidrains/x-transformers#210", rotate(arange_in_bf16, lambda p, f: bf16(bf16(p)[..., None] * f))),
    bug("PREC-13", "inverse frequencies held in float16, where a large base makes them vanish", TABLE, "interleaved", "f16-frequencies", "vllm-project/vllm#1004", table(lambda r, base: f16(plain_inv(r, base)).astype(float))),
    bug("LAY-01", "adjacent channels paired where weights expect halves", ROTATE, "halves", "interleaved", "huggingface/transformers#25199, huggingface/candle#3411, warpfront/hipfire#241, pytorch/torchtitan#801, ggml-org/llama.cpp#6033", rotate(turn=interleaved)),
    bug("LAY-03", "partners joined without being put back in place", ROTATE, "interleaved", "concatenated", "naver/croco#3", rotate(turn=concatenated)),
    bug("LAY-10", "positions read along the axis of the heads", ROTATE, "halves", "fault/head-axis", "vukrosic/leo-optimizer#2, ml-explore/mlx-lm#1553, elixir-nx/emlx#121, rasbt/LLMs-from-scratch#411, huggingface/candle#1582", along_heads),
    bug("LAY-12", "rotary_dim ignored", ROTATE, "halves", "partial-ignored", "AI-Hypercomputer/maxtext#4616, vllm-project/vllm#43770, chrishayuk/larql#404", factor_ignored),
    bug("LAY-13", "the sine padded with 1", ROTATE, "interleaved", "padded-with-one", "vllm-project/vllm#55204", padded_with_one),
    bug("LAY-15", "a slice that covers only rows of frequency 0", ROTATE, "halves", "no-rotation", "hustvl/ControlAR#18", rotate(outer=lambda p, f: 0 * p[..., None] * f)),
    bug("LAY-16", "base 0 accepted, so that angles are infinite", ROTATE, "halves", "", "nntrainer/nntrainer#3982", accepts_zero, unseen="what must be refused and is answered is counted as accepted; it is no wrong number"),
    bug("FREQ-01", "base 10000 whatever is configured", ROTATE, "halves", "base-ignored", "deepspeedai/DeepSpeed#4442, vllm-project/vllm#9503, Lightning-AI/litgpt#2217, turboderp/exllama#270, NVIDIA/TransformerEngine#849", rotate(lambda r, base: plain_inv(r, 1e4))),
    bug("FREQ-03", "an integer division in the exponent", ROTATE, "halves", "all-ones", "xlite-dev/LeetCUDA#289, ReaLLMASIC/ReaLLM-Forge#35", rotate(lambda r, base: base ** -(np.arange(0, r, 2) // r).astype(float))),
    bug("FREQ-04", "multiplied by base^(2i/d) instead of divided", ROTATE, "interleaved", "reciprocal", "xlite-dev/LeetCUDA#289, goodfire-ai/spd#88", rotate(lambda r, base: 1 / plain_inv(r, base), turn=interleaved)),
    keeping("FREQ-07", "frequencies never initialised", ROTATE, "halves", "fault/not-deterministic", "huggingface/transformers#34234, huggingface/transformers#45902, pytorch/torchtitan#4783", uninitialised),
    keeping("CACHE-01", "the cache's key is the length alone", TABLE, "interleaved", "state/stale", "lucidrains/rotary-embedding-torch#11", by_length),
    keeping("CACHE-03", "the cache's key lacks the width", TABLE, "interleaved", "state/stale", "ml-explore/mlx#561", by_half_width),
]  # fmt: skip
