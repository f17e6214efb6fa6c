"""Biases of x-transformers: linear, and in buckets. Buckets are floors of float32 logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from x_transformers.attend import Attend
from x_transformers.x_transformers import AlibiPositionalBias, RelativePositionBias

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries import Target
from posenc.conformance.libraries._shared import as_heads, need


def _slopes(num_heads: int, max_bias: float) -> Any:
    need(max_bias == 8.0, "max_bias is 8 in its code")
    return AlibiPositionalBias(num_heads).slopes.flatten()


def _linear(num_heads: int, n_q: int, n_k: int, use: str, max_bias: float) -> Any:
    """Of either use: what stands after the query is for a mask."""
    need(max_bias == 8.0, "max_bias is 8 in its code")
    return AlibiPositionalBias(num_heads)(n_q, n_k)


def _linear_grown(num_heads: int, n_q: int, n_k: int, use: str, max_bias: float) -> Any:
    """From what it keeps of a longer sequence."""
    need(max_bias == 8.0, "max_bias is 8 in its code")
    module = AlibiPositionalBias(num_heads)
    module(n_q + 3, n_k + 5)
    return module(n_q, n_k)


def _linear_at(num_heads: int, n_q: int, n_k: int, use: str, max_bias: float) -> Any:
    """Of positions that are handed in."""
    need(max_bias == 8.0, "max_bias is 8 in its code")
    return AlibiPositionalBias(num_heads).forward_custom_pos(torch.arange(n_k - n_q, n_k), torch.arange(n_k))


def _edges(positions: Any, num_buckets: int, max_distance: int, use: str) -> None:
    """What the order of T5's operations gets wrong in float32 (claim t5.single), at a size of no published model."""
    both = use == "bidirectional"
    side = num_buckets // 2 if both else num_buckets
    there = np.isin(abs(positions) if both else -positions, (12, 18)).any()
    known_defect((side, max_distance) == (17, 27) and bool(there), "float32 puts distances 12 and 18 a bucket too low.")


def _buckets(positions: Any, num_buckets: int, max_distance: int, use: str) -> Any:
    _edges(positions, num_buckets, max_distance, use)
    tokens = torch.from_numpy(positions)
    return RelativePositionBias._relative_position_bucket(tokens, use == "causal", num_buckets, max_distance)


def _bias(table: Any, n_q: int, n_k: int, max_distance: int, use: str, scale: float = 1.0) -> Any:
    _edges(np.arange(n_k) - np.arange(n_k - n_q, n_k)[:, None], len(table), max_distance, use)
    num_buckets, heads = table.shape
    module = RelativePositionBias(scale, use == "causal", num_buckets, max_distance, heads)
    module.relative_attention_bias.weight.data = torch.from_numpy(table)
    return module(n_q, n_k)


def _attend(q: Any, k: Any, v: Any, table: Any, max_distance: int, use: str) -> Any:
    """As its decoder has it: the bias times the root of dim_head, then its attention."""
    bias = _bias(table, q.shape[-2], k.shape[-2], max_distance, use, q.shape[-1] ** 0.5)
    run = Attend(causal=use == "causal", heads=bias.shape[0], scale=q.shape[-1] ** -0.5)
    output, _ = run(*(as_heads(x) for x in (q, k, v)), attn_bias=bias)
    return output.reshape(*q.shape[:-1], v.shape[-1])


TARGETS = [
    Target("alibi.slopes", "alibi.slopes", "alibi/press", _slopes),
    Target("alibi.bias", "alibi.bias", "alibi/press", _linear),
    Target("alibi_grown.bias", "alibi.bias", "alibi/press", _linear_grown),
    Target("alibi_at.bias", "alibi.bias", "alibi/press", _linear_at),
    Target("relative.buckets", "t5.buckets", "t5/unscaled", _buckets),
    Target("relative.bias", "t5.bias", "t5/unscaled", _bias),
    Target("relative.attend", "t5.attend", "t5/raised-bias", _attend),
]
