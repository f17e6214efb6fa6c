"""Rotary encodings of x-transformers, interleaved throughout."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from x_transformers.x_transformers import RotaryEmbedding, apply_rotary_pos_emb

from posenc.conformance.libraries import Target
from posenc.conformance.libraries._shared import as_batch, as_heads, moved, need, options


def _ids(positions: Any) -> Any:
    need(positions.size > 0, "it looks for the largest position")
    return torch.from_numpy(as_batch(positions))


def _embedding(dim: int, **options: Any) -> Any:
    need(dim > 2, "it divides by dim - 2")
    return RotaryEmbedding(dim, **options)


def _rotate(x: Any, positions: Any, base: float, rotary_dim: int | None, **options: Any) -> Any:
    angles, scale = _embedding(rotary_dim or x.shape[-1], base=base, **options)(_ids(positions))
    return apply_rotary_pos_emb(as_heads(x), angles, scale).reshape(x.shape)


def _table(positions: Any, rotary_dim: int, base: float, **options: Any) -> Any:
    ids = np.asarray(positions)
    angles, _ = _embedding(rotary_dim, base=base, **options)(_ids(ids.ravel()))
    angles = angles[0, :, ::2].reshape(*ids.shape, rotary_dim // 2)  # it holds every column twice
    return angles.cos(), angles.sin()


FACTORS = {
    "linear": "interpolation_factor",
    "ntk": "base_rescale_factor",
}  # in its constructor


def _scaled_table(positions: Any, rotary_dim: int, base: float, scaling: Any, length: int) -> Any:
    return _table(positions, rotary_dim, base, **options(scaling, FACTORS))


def _scaled_rotate(
    x: Any, positions: Any, base: float, rotary_dim: int | None, scaling: Any, length: int, pairing: str
) -> Any:
    need(pairing == "interleaved", "its pairs are interleaved")
    return _rotate(x, positions, base, rotary_dim, **options(scaling, FACTORS))


def _scales(positions: Any, head_dim: int, center: float, scale_base: float, gamma: float) -> Any:
    """The powers. Its center is the middle of the sequence, so positions are moved until `center` stands there."""
    need(gamma == 0.4, "gamma is 0.4 in its code")
    ids = np.asarray(positions)
    there, middle = moved(ids, center)
    longest = np.concatenate([there.ravel(), [2 * middle]])
    _, scale = _embedding(head_dim, use_xpos=True, scale_base=scale_base)(_ids(longest))
    return scale[0, :-1, ::2].reshape(*ids.shape, head_dim // 2)


def _xpos(x: Any, positions: Any, role: str, base: float, center: float, scale_base: float, gamma: float) -> Any:
    ids = as_batch(positions)
    angles, _ = _embedding(x.shape[-1], base=base)(_ids(ids))
    scale = _scales(ids, x.shape[-1], center, scale_base, gamma).repeat_interleave(2, -1)
    return apply_rotary_pos_emb(as_heads(x), angles, scale if role == "query" else scale**-1).reshape(x.shape)


TARGETS = [
    Target("rotary.table", "rope.table", "rope/interleaved", _table),
    Target("rotary.rotate", "rope.rotate", "rope/interleaved", _rotate),
    Target("rotary.scaled_table", "rope_scaling.table", "rope_scaling/published", _scaled_table),
    Target("rotary.scaled_rotate", "rope_scaling.rotate", "rope_scaling/published", _scaled_rotate),
    Target("rotary.xpos_scales", "xpos.scales", "xpos/interleaved", _scales),
    Target("rotary.xpos_rotate", "xpos.rotate", "xpos/interleaved", _xpos),
]
