"""Bucketed relative biases of transformers. Buckets are floors of float32 logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import transformers
from transformers.models.layoutlmv3.modeling_layoutlmv3 import LayoutLMv3Encoder
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder
from transformers.models.mt5.modeling_mt5 import MT5Attention
from transformers.models.t5.modeling_t5 import T5Attention
from transformers.models.umt5.modeling_umt5 import UMT5Attention
from transformers.models.wavlm.modeling_wavlm import WavLMAttention

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import as_heads, need

BOTH = "bidirectional"


def _edges(positions: Any, num_buckets: int, max_distance: int, use: str) -> None:
    """What the order of T5's operations gets wrong in float32 (claim t5.single), at a size of no published model."""
    side = num_buckets // 2 if use == BOTH else num_buckets
    there = np.isin(abs(positions) if use == BOTH else -positions, (12, 18)).any()
    known_defect((side, max_distance) == (17, 27) and bool(there), "float32 puts distances 12 and 18 a bucket too low.")


def _t5_buckets(positions: Any, num_buckets: int, max_distance: int, use: str) -> Any:
    _edges(positions, num_buckets, max_distance, use)
    found = T5Attention._relative_position_bucket(torch.from_numpy(positions), use == BOTH, num_buckets, max_distance)
    return found.numpy()


def _mpnet_buckets(positions: Any, num_buckets: int, max_distance: int, use: str) -> Any:
    need(use == BOTH, "MPNet is bidirectional")
    _edges(positions, num_buckets, max_distance, use)
    return MPNetEncoder.relative_position_bucket(torch.from_numpy(positions), num_buckets, max_distance).numpy()


def _wavlm_buckets(positions: Any, num_buckets: int, max_distance: int, use: str) -> Any:
    need(use == BOTH, "WavLM is bidirectional")
    module = WavLMAttention(2, 1, num_buckets=num_buckets, max_distance=max_distance)
    return module._relative_positions_bucket(torch.from_numpy(positions)).numpy()


def _attention(kind: Any, config: Any, table: Any, max_distance: int, use: str, width: int) -> Any:
    """An attention module of the T5 kind that owns this table."""
    num_buckets, heads = table.shape
    module = kind(
        config(
            d_model=3 * heads * width,
            d_kv=width,
            num_heads=heads,
            relative_attention_num_buckets=num_buckets,
            relative_attention_max_distance=max_distance,
            is_decoder=use == "causal",
            dropout_rate=0.0,
            attn_implementation="eager",
        ),
        has_relative_attention_bias=True,
        layer_idx=0,
    )
    module.relative_attention_bias.weight.data = torch.from_numpy(table)
    return module


def _bias(kind: Any, config: Any) -> Any:
    def bias(table: Any, n_q: int, n_k: int, max_distance: int, use: str) -> Any:
        _edges(np.arange(n_k) - np.arange(n_k - n_q, n_k)[:, None], len(table), max_distance, use)
        module = _attention(kind, config, table, max_distance, use, 1)
        return module.compute_bias(n_q, n_k, past_seen_tokens=n_k - n_q)[0]

    return bias


class _Given(torch.nn.Module):  # type: ignore[misc]
    """In the place of a projection: what it would have made of the input, (batch, n, heads · width)."""

    def __init__(self, heads: Any) -> None:
        super().__init__()
        self.made = heads.transpose(1, 2).flatten(2)

    def forward(self, hidden: Any) -> Any:
        return self.made


def _given(q: Any, k: Any, v: Any) -> list[_Given]:
    """The three projections; the queries before the last n_q are 0."""
    need(v.shape == k.shape and q.shape[:-2] == k.shape[:-2], "values are as wide as keys")
    q, k, v = (as_heads(x) for x in (q, k, v))
    early = torch.zeros(*q.shape[:2], k.shape[2] - q.shape[2], q.shape[3], dtype=q.dtype)
    return [_Given(x) for x in (torch.cat((early, q), 2), k, v)]


def _heads(output: Any, q: Any) -> Any:
    """(batch, n_k, heads · width) as the last n_q rows, shaped like the queries."""
    *_, heads, n_q, width = q.shape
    return output[:, -n_q:].unflatten(-1, (heads, width)).transpose(1, 2).reshape(q.shape)


def _t5_attend(q: Any, k: Any, v: Any, table: Any, max_distance: int, use: str) -> Any:
    n_q, n_k = q.shape[-2], k.shape[-2]
    _edges(np.arange(n_k) - np.arange(n_k - n_q, n_k)[:, None], len(table), max_distance, use)
    module = _attention(T5Attention, transformers.T5Config, table, max_distance, use, q.shape[-1]).eval()
    module.q, module.k, module.v = _given(q, k, v)
    module.o = torch.nn.Identity()
    later = torch.ones(n_k, n_k, dtype=torch.bool).triu(1) & (use == "causal")
    mask = torch.zeros(n_k, n_k).masked_fill(later, torch.finfo(torch.float32).min)
    return _heads(module(torch.zeros(module.q.made.shape), mask=mask)[0], q)


def _layoutlmv3_attend(q: Any, k: Any, v: Any, table: Any, max_distance: int, use: str) -> Any:
    need(use == BOTH, "LayoutLMv3 is bidirectional")
    (num_buckets, heads), n_k = table.shape, k.shape[-2]
    _edges(np.arange(n_k) - np.arange(n_k)[:, None], num_buckets, max_distance, use)
    config = transformers.LayoutLMv3Config(
        hidden_size=heads * q.shape[-1],
        intermediate_size=1,
        num_attention_heads=heads,
        num_hidden_layers=1,
        rel_pos_bins=num_buckets,
        max_rel_pos=max_distance,
        has_spatial_attention_bias=False,
    )
    encoder = LayoutLMv3Encoder(config).eval()
    encoder.rel_pos_bias.weight.data = torch.from_numpy(table).T.contiguous()
    module = encoder.layer[0].attention.self
    module.query, module.key, module.value = _given(q, k, v)
    bias = encoder._compute_position_bias(torch.arange(n_k)[None], None)
    return _heads(module(torch.zeros(module.query.made.shape), position_bias=bias)[0], q)


TARGETS = [
    Target("t5.buckets", "t5.buckets", "t5/unscaled", _t5_buckets),
    Target("t5.bias", "t5.bias", "t5/unscaled", _bias(T5Attention, transformers.T5Config)),
    Target("t5.attend", "t5.attend", "t5/unscaled", _t5_attend),
    Target("mt5.bias", "t5.bias", "t5/unscaled", _bias(MT5Attention, transformers.MT5Config)),
    Target("umt5.bias", "t5.bias", "t5/unscaled", _bias(UMT5Attention, transformers.UMT5Config)),
    Target("mpnet.buckets", "t5.buckets", "t5/unscaled", _mpnet_buckets),
    Target("layoutlmv3.attend", "t5.attend", "t5/scaled-logits", _layoutlmv3_attend),
    Target("wavlm.buckets", "t5.buckets", "t5/unscaled", _wavlm_buckets),
]
