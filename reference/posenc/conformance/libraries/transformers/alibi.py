"""Linear biases of transformers."""

from __future__ import annotations

import math
from typing import Any

import torch
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.falcon.modeling_falcon import build_alibi_tensor as build_falcon
from transformers.models.mpt.modeling_mpt import build_mpt_alibi_tensor

from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import need


def _bloom(num_heads: int, n_q: int, n_k: int, use: str, max_bias: float) -> Any:
    need(use == "causal", "BLOOM is causal")
    need(max_bias == 8.0, "BLOOM's max_bias is 8 in its code")
    row = build_alibi_tensor(torch.ones(1, n_k, dtype=torch.int64), num_heads, torch.float32)
    return row.expand(num_heads, n_q, n_k).numpy()


def _mpt(num_heads: int, n_q: int, n_k: int, use: str, max_bias: float) -> Any:
    need(use == "causal", "MPT is causal")
    return build_mpt_alibi_tensor(num_heads, n_k, max_bias).expand(num_heads, n_q, n_k).numpy()


def _bloom_padded(mask: Any, num_heads: int, head_dim: int) -> Any:
    tokens = torch.from_numpy(mask).to(torch.int64)
    return build_alibi_tensor(tokens, num_heads, torch.float32).reshape(len(mask), num_heads, -1).numpy()


def _falcon_padded(mask: Any, num_heads: int, head_dim: int) -> Any:
    """The tensor that its model divides by the root of head_dim before it is added (hidden_size // heads there)."""
    tokens = torch.from_numpy(mask).to(torch.int64)
    rows = build_falcon(tokens, num_heads, torch.float32).reshape(len(mask), num_heads, -1)
    return (rows / math.sqrt(head_dim)).numpy()


TARGETS = [
    Target("bloom.bias", "alibi.bias", "alibi/key-only", _bloom),
    Target("mpt.bias", "alibi.bias", "alibi/last-key", _mpt),
    Target("bloom.padded", "alibi.padded", "alibi/key-only", _bloom_padded),
    Target("falcon.padded", "alibi.padded", "alibi/falcon", _falcon_padded),
]
