"""Encodings of x-transformers that depend on content: CoPE, and the gates that forget (data-dependent ALiBi)."""

from __future__ import annotations

from typing import Any

import torch
from x_transformers.attend import Attend
from x_transformers.x_transformers import CoPE, DataDependentAlibi

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries import Target
from posenc.conformance.libraries._shared import as_heads, need

FORGETS = "In decoding it sums the gates of the new tokens alone: for one new token every bias is 0."


def _cope(q: Any, k: Any, v: Any, e: Any) -> tuple[Any, Any]:
    heads, _, width = q.shape
    module = CoPE(width, heads, max_pos=len(e))
    module.pos_emb.data = torch.from_numpy(e).to(torch.float32)
    run = Attend(causal=True, heads=heads, scale=width**-0.5, cope=module)
    output, between = run(*(as_heads(x).to(torch.float32) for x in (q, k, v)))
    return output[0], between.pre_softmax_attn[0]


def _cope_logits(q: Any, k: Any, e: Any) -> Any:
    return _cope(q, k, k, e)[1]


def _cope_attend(q: Any, k: Any, v: Any, e: Any) -> Any:
    return _cope(q, k, v, e)[0]


def _log_gates(x: Any) -> Any:
    return DataDependentAlibi(1, 1).to_forget_gates[-1](torch.from_numpy(x))


def _forgetting(log_f: Any, n_q: int) -> Any:
    """As its attention calls it: with the new tokens alone, and added to the logits of all keys."""
    heads, n_k = log_f.shape
    need(n_q in (1, n_k), "it does not take several new tokens beside a cache")
    known_defect(n_q < n_k, FORGETS)
    module = DataDependentAlibi(1, heads)
    module.to_forget_gates = torch.nn.Identity()
    return module(torch.from_numpy(log_f[None, :, n_k - n_q :]))[0].expand(heads, n_q, n_k)


def _forgetting_attend(q: Any, k: Any, v: Any, log_f: Any) -> Any:
    bias = _forgetting(log_f, q.shape[-2])
    run = Attend(causal=True, heads=len(q), scale=q.shape[-1] ** -0.5)
    return run(*(as_heads(x) for x in (q, k, v)), attn_bias=bias[None])[0][0]


TARGETS = [
    Target("cope.logits", "cope.logits", "cope/listing", _cope_logits),
    Target("cope.attend", "cope.attend", "cope/listing", _cope_attend),
    Target("forgetting.log_gates", "fox.log_gates", "fox/paper", _log_gates),
    Target("forgetting.bias", "fox.bias", "fox/paper", _forgetting),
    Target("forgetting.attend", "fox.attend", "fox/paper", _forgetting_attend),
]
