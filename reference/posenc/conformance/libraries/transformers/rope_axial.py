"""Rotations with two axes of transformers' vision towers, and SAM 2's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from transformers.models.glm4v import modeling_glm4v as glm4v
from transformers.models.llama4 import modeling_llama4 as llama4
from transformers.models.pixtral import modeling_pixtral as pixtral
from transformers.models.qwen2_5_vl import modeling_qwen2_5_vl as qwen2_5_vl
from transformers.models.qwen2_vl import modeling_qwen2_vl as qwen2_vl
from transformers.models.qwen3_vl import modeling_qwen3_vl as qwen3_vl
from transformers.models.sam2_video import modeling_sam2_video as sam2
from transformers.vision_utils import get_vision_position_ids

from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import need


def _rows_first(positions: Any) -> Any:
    """(n, 2) with the row first, as the towers take them."""
    return torch.from_numpy(positions[..., [1, 0]])


def _tower(kind: Any, head_dim: int, base: float) -> Any:
    """A vision tower's table, from the part of a configuration that it reads."""
    rope = {"rope_type": "axial", "rope_theta": base}
    sizes = {"head_dim": head_dim, "memory_attention_hidden_size": head_dim, "memory_attention_downsample_rate": 1}
    return kind(SimpleNamespace(rope_parameters=rope, memory_attention_num_attention_heads=1, **sizes))


def _table(kind: Any, positions: Any, head_dim: int, base: float) -> Any:
    need(positions.ndim == 2, "positions are (n, 2)")
    both = _tower(kind, head_dim, base)(torch.zeros(1), _rows_first(positions))
    return tuple(part[:, : head_dim // 2].numpy() for part in both)  # it holds every column twice


def _one_image(x: Any, positions: Any) -> Any:
    """(heads, n, d): all heads of one image."""
    need(positions.ndim == 2, "positions are those of one image")
    return torch.from_numpy(x.reshape(int(np.prod(x.shape[:-2])), *x.shape[-2:]))


def _vision(module: Any, kind: Any, x: Any, positions: Any, base: float) -> Any:
    heads = _one_image(x, positions).transpose(0, 1)  # (n, heads, d)
    cos, sin = _tower(kind, x.shape[-1], base)(heads, _rows_first(positions))
    turned, _ = module.apply_rotary_pos_emb_vision(heads, heads, cos, sin)
    return turned.transpose(0, 1).numpy().reshape(x.shape)


def _pixtral(x: Any, positions: Any, base: float) -> Any:
    heads = _one_image(x, positions)
    cos, sin = _tower(pixtral.PixtralVisionRotaryEmbedding, x.shape[-1], base)(heads, _rows_first(positions))
    turned, _ = pixtral.apply_rotary_pos_emb(heads, heads, cos, sin, unsqueeze_dim=0)
    return turned.numpy().reshape(x.shape)


def _sam2(x: Any, positions: Any, base: float) -> Any:
    need(positions.size > 0, "SAM 2 has no image without patches")
    heads = _one_image(x, positions)[np.newaxis]
    tower = _tower(sam2.Sam2VideoVisionRotaryEmbedding, x.shape[-1], base)
    cos, sin = tower(heads, torch.from_numpy(positions))  # column first, as precompute_positions has it
    turned, _ = sam2.apply_rotary_pos_emb_2d(heads, heads, cos, sin)
    return turned.numpy().reshape(x.shape)


def _llama4(x: Any, positions: Any, base: float) -> Any:
    need(positions.dtype.kind in "iu", "Llama 4's table has rows for patches only")
    need(bool((positions >= 1).all()), "patches are counted from 1")
    need(positions.size > 0 and positions.max() <= 64, "a table of more than 64 rows and columns is not built here")
    heads, side = _one_image(x, positions), int(positions.max())
    sizes = {"image_size": side, "patch_size": 1, "hidden_size": x.shape[-1], "num_attention_heads": 1}
    config = SimpleNamespace(rope_parameters={"rope_theta": base}, **sizes)
    whole: Callable[..., Any] = llama4.Llama4VisionRotaryEmbedding(config)
    rows = torch.from_numpy((positions[:, 1] - 1) * side + positions[:, 0] - 1)
    table = whole(heads)[rows]
    by_token = heads.transpose(0, 1)[np.newaxis]  # (1, n, heads, d)
    turned, _ = llama4.vision_apply_rotary_emb(by_token, by_token, table)
    return turned[0].transpose(0, 1).numpy().reshape(x.shape)


def _positions(height: int, width: int, class_tokens: int, origin: int) -> Any:
    need(class_tokens == 0 and origin == 0, "no class tokens, and patches are counted from 0")
    return get_vision_position_ids(torch.tensor([[1, height, width]]), 1).flip(-1).numpy()


def _sam2_positions(height: int, width: int, class_tokens: int, origin: int) -> Any:
    need(class_tokens == 0 and origin == 0, "no class tokens, and patches are counted from 0")
    sizes = SimpleNamespace(memory_attention_rope_feat_sizes=[width, height])
    return sam2.Sam2VideoMemoryAttention.precompute_positions(sizes).numpy()


TOWERS = {
    "qwen2_vl": (qwen2_vl, qwen2_vl.Qwen2VLVisionRotaryEmbedding),
    "qwen2_5_vl": (qwen2_5_vl, qwen2_5_vl.Qwen2_5_VLVisionRotaryEmbedding),
    "qwen3_vl": (qwen3_vl, qwen3_vl.Qwen3VLVisionRotaryEmbedding),
    "glm4v": (glm4v, glm4v.Glm4vVisionRotaryEmbedding),
}
TARGETS = [
    Target("vision_utils.positions", "rope_axial.positions", "rope_axial/rope-vit", _positions),
    Target("sam2_video.positions", "rope_axial.positions", "rope_axial/rope-vit", _sam2_positions),
    Target(
        "qwen2_vl.vision_table",
        "rope_axial.table",
        "rope_axial/qwen2-vl",
        partial(_table, qwen2_vl.Qwen2VLVisionRotaryEmbedding),
    ),
    Target(
        "pixtral.vision_table",
        "rope_axial.table",
        "rope_axial/pixtral",
        partial(_table, pixtral.PixtralVisionRotaryEmbedding),
    ),
    *(
        Target(f"{name}.vision_rotate", "rope_axial.rotate", "rope_axial/qwen2-vl", partial(_vision, *tower))
        for name, tower in TOWERS.items()
    ),
    Target("pixtral.vision_rotate", "rope_axial.rotate", "rope_axial/pixtral", _pixtral),
    Target("sam2_video.vision_rotate", "rope_axial.rotate", "rope_axial/rope-vit", _sam2),
    Target("llama4.vision_rotate", "rope_axial.rotate", "rope_axial/rope-vit", _llama4),
]
