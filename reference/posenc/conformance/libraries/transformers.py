"""Hugging Face transformers: the positional encodings of its models, built from their own configuration classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import transformers
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.gpt_neox import modeling_gpt_neox as gpt_neox
from transformers.models.gptj import modeling_gptj as gptj
from transformers.models.llama import modeling_llama as llama
from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding
from transformers.models.speech_to_text.modeling_speech_to_text import Speech2TextSinusoidalPositionalEmbedding

from posenc.conformance.contract import Unsupported
from posenc.conformance.libraries import Target

LONGEST = 2**17  # rows up to which a table that the library builds from 0 on is built here


def version() -> str:
    """Of the installed library."""
    return f"transformers {transformers.__version__}, torch {torch.__version__}"


def _need(holds: bool, reason: str) -> None:
    if not holds:
        raise Unsupported(reason)


def _rows(positions: Any) -> Any:
    """Non-negative integer positions as row numbers, if a table that starts at 0 reaches them."""
    positions = np.asarray(positions)
    _need(positions.dtype.kind in "iu", "a table has rows for integers only")
    _need(not positions.size or positions.min() >= 0, "a table starts at position 0")
    _need(not positions.size or positions.max() < LONGEST, f"a table of more than {LONGEST} rows is not built here")
    return torch.from_numpy(positions.astype(np.int64))


def _heads(x: Any) -> Any:
    """(..., n, head_dim) as (batch, heads, n, head_dim)."""
    if x.ndim == 4:
        return torch.from_numpy(x)
    heads = int(np.prod(x.shape[:-2]))
    return torch.from_numpy(x.reshape(1, heads, *x.shape[-2:]))


def _rotary(module: Any, embedding: Any, config: Any, x: Any, positions: Any) -> Any:
    ids = torch.from_numpy(positions if positions.ndim == 2 else positions[np.newaxis])
    q = _heads(x)
    cos, sin = embedding(config)(q, ids)
    turned, _ = module.apply_rotary_pos_emb(q, q, cos, sin)
    return turned.numpy().reshape(x.shape)


def _llama(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    width = x.shape[-1]
    _need(rotary_dim in (None, width), "Llama turns the whole head")
    config = transformers.LlamaConfig(
        hidden_size=width,
        num_attention_heads=1,
        head_dim=width,
        rope_parameters={"rope_type": "default", "rope_theta": base},
    )
    return _rotary(llama, llama.LlamaRotaryEmbedding, config, x, positions)


def _llama_table(positions: Any, rotary_dim: int, base: float) -> Any:
    config = transformers.LlamaConfig(
        hidden_size=rotary_dim,
        num_attention_heads=1,
        head_dim=rotary_dim,
        rope_parameters={"rope_type": "default", "rope_theta": base},
    )
    ids = torch.from_numpy(np.asarray(positions).reshape(1, -1))
    both = llama.LlamaRotaryEmbedding(config)(torch.zeros(1), ids)
    half = rotary_dim // 2  # it holds every column twice
    return tuple(part[0, :, :half].numpy().reshape(*np.shape(positions), half) for part in both)


def _gpt_neox(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    width = x.shape[-1]
    share = (rotary_dim or width) / width
    _need(int(width * share) == (rotary_dim or width), "rotary_pct does not give this rotary_dim")
    config = transformers.GPTNeoXConfig(
        hidden_size=width,
        num_attention_heads=1,
        rope_parameters={"rope_type": "default", "rope_theta": base, "partial_rotary_factor": share},
    )
    return _rotary(gpt_neox, gpt_neox.GPTNeoXRotaryEmbedding, config, x, positions)


def _gptj(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    _need(base == 10000.0, "GPT-J's base is 10000 in its code")
    rows, turned = _rows(positions), rotary_dim or x.shape[-1]
    table = gptj.create_sinusoidal_positions(int(rows.max()) + 1 if rows.numel() else 1, turned)
    sin, cos = torch.split(table[rows if rows.ndim == 2 else rows[None]], turned // 2, dim=-1)
    heads = _heads(x).permute(0, 2, 1, 3)
    part = gptj.apply_rotary_pos_emb(heads[..., :turned], sin, cos)
    return torch.cat((part, heads[..., turned:]), dim=-1).permute(0, 2, 1, 3).numpy().reshape(x.shape)


def _marian(positions: Any, dim: int, base: float, start: float) -> Any:
    _need(base == 10000.0, "Marian's base is 10000 in its code")
    rows = _rows(positions + int(start))
    _need(not rows.numel() or int(rows.max()) < 5000, "Marian builds its table row by row: 5000 rows are enough here")
    table = MarianSinusoidalPositionalEmbedding(int(rows.max()) + 1 if rows.numel() else 1, dim)
    return table.create_weight()[rows].numpy()


def _speech_to_text(positions: Any, dim: int, base: float, start: float) -> Any:
    _need(base == 10000.0, "Speech2Text's base is 10000 in its code")
    rows = _rows(positions + int(start))
    build = Speech2TextSinusoidalPositionalEmbedding.get_embedding
    return build(int(rows.max()) + 1 if rows.numel() else 1, dim)[rows].numpy()


def _bloom(num_heads: int, n_q: int, n_k: int, use: str, max_bias: float) -> Any:
    _need(use == "causal", "BLOOM is causal")
    _need(max_bias == 8.0, "BLOOM's max_bias is 8 in its code")
    row = build_alibi_tensor(torch.ones(1, n_k, dtype=torch.int64), num_heads, torch.float32)
    return row.expand(num_heads, n_q, n_k).numpy()


TARGETS = [
    Target("llama.table", "rope.table", "rope/halves", _llama_table),
    Target("llama.rotate", "rope.rotate", "rope/halves", _llama),
    Target("gpt_neox.rotate", "rope.rotate", "rope/halves", _gpt_neox),
    Target("gptj.rotate", "rope.rotate", "rope/interleaved", _gptj),
    Target("marian.table", "sinusoidal.table", "sinusoidal/halves", _marian, angle="float64"),
    Target("speech_to_text.table", "sinusoidal.table", "sinusoidal/halves-endpoint", _speech_to_text),
    Target("bloom.bias", "alibi.bias", "alibi/key-only", _bloom),
]
