"""Absolute encodings of x-transformers."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from x_transformers.x_transformers import AbsolutePositionalEmbedding, ScaledSinusoidalEmbedding

from posenc.conformance.libraries import Target

ROWS = 64  # more than the ids of any case


def _sinusoidal(positions: Any, dim: int, base: float, start: float) -> Any:
    """With the learned factor, which begins at dim^(-1/2), at 1."""
    rows = np.asarray(positions + (int(start) if start == int(start) else start))
    module = ScaledSinusoidalEmbedding(dim, theta=base)
    module.scale.data.fill_(1.0)
    ids = torch.from_numpy(rows.reshape(-1))
    ids = ids if rows.dtype.kind in "iu" else ids.to(torch.float32)
    return module(torch.empty(1, len(ids)), pos=ids).reshape(*rows.shape, dim)


def _ids(mask: Any, past: int, pad: int) -> Any:
    """Read off a table that holds the number of each row; of one channel, whose factor dim^(-1/2) is 1."""
    table = AbsolutePositionalEmbedding(1, ROWS)
    table.emb.weight.data = torch.arange(ROWS, dtype=torch.float32)[:, None]
    tokens = torch.empty(mask[:, past:].shape)
    return table(tokens, offset=past)[:, 0].to(torch.int64).expand(tokens.shape)


TARGETS = [
    Target("sinusoidal.table", "sinusoidal.table", "sinusoidal/halves", _sinusoidal),
    Target("absolute.ids", "learned.ids", "learned/plain", _ids),
]
