"""Rotary encodings of transformers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from transformers.models.gptj import modeling_gptj as gptj

from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import as_heads, as_rows, need
from posenc.conformance.libraries.transformers._rotary import MODELS, SLIDING, Model

PLAIN = {"rope_type": "default"}
WHOLE = [model for model in MODELS.values() if model.layer is None]


def _table(model: Model, positions: Any, rotary_dim: int, base: float) -> Any:
    rows = np.asarray(positions).reshape(1, -1)
    both = model.waves(model.embedding(rotary_dim, rotary_dim, base, PLAIN), rows)
    half = rotary_dim // 2  # it holds every column twice
    return tuple(part[0, :, :half].numpy().reshape(*np.shape(positions), half) for part in both)


def _rotate(model: Model, x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    width = x.shape[-1]
    return model.turned(x, model.waves(model.embedding(width, rotary_dim or width, base, PLAIN), positions))


def _gptj(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    need(base == 10000.0, "GPT-J's base is 10000 in its code")
    rows, turned = as_rows(positions), rotary_dim or x.shape[-1]
    table = gptj.create_sinusoidal_positions(int(rows.max()) + 1 if rows.numel() else 1, turned)
    sin, cos = torch.split(table[rows if rows.ndim == 2 else rows[None]], turned // 2, dim=-1)
    heads = as_heads(x).permute(0, 2, 1, 3)
    part = gptj.apply_rotary_pos_emb(heads[..., :turned], sin, cos)
    return torch.cat((part, heads[..., turned:]), dim=-1).permute(0, 2, 1, 3).numpy().reshape(x.shape)


TARGETS = [
    Target("llama.table", "rope.table", "rope/halves", partial(_table, MODELS["llama"])),
    *(
        Target(f"{model.name}.rotate", "rope.rotate", f"rope/{model.pairing}", partial(_rotate, model))
        for model in (*WHOLE, replace(MODELS["gemma3"], layer=SLIDING))
    ),
    Target("gptj.rotate", "rope.rotate", "rope/interleaved", _gptj),
]
