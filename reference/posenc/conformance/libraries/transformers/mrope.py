"""Rotations with three axes of transformers, and the positions of its prompts."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from transformers.models.glm4v import modeling_glm4v as glm4v
from transformers.models.qwen2_5_vl import modeling_qwen2_5_vl as qwen2_5_vl
from transformers.models.qwen2_vl import modeling_qwen2_vl as qwen2_vl
from transformers.models.qwen3_vl import modeling_qwen3_vl as qwen3_vl

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import as_heads, need

TEXT, IMAGE, VIDEO = 0, 1, 2


def _embedding(kind: Any, rotary_dim: int, base: float, mrope_section: Any) -> Any:
    """A model's table, from the part of a configuration that it reads."""
    section = [int(count) for count in mrope_section]
    rope = {"rope_type": "default", "rope_theta": base, "mrope_section": section}
    return kind(SimpleNamespace(rope_parameters=rope, head_dim=rotary_dim, max_position_embeddings=32))


def _table(kind: Any, positions: Any, rotary_dim: int, mrope_section: Any, base: float) -> Any:
    ids = torch.from_numpy(positions if positions.ndim == 3 else positions[:, np.newaxis])
    both = _embedding(kind, rotary_dim, base, mrope_section)(torch.zeros(1), ids)
    shape = (*positions.shape[1:], rotary_dim // 2)  # it holds every column twice
    return tuple(part[..., : rotary_dim // 2].numpy().reshape(shape) for part in both)


def _rotate(
    module: Any, kind: Any, x: Any, positions: Any, mrope_section: Any, base: float, rotary_dim: int | None
) -> Any:
    turned = rotary_dim or x.shape[-1]
    need(module is glm4v or turned == x.shape[-1], "this model turns the whole head")
    q = as_heads(x)
    ids = torch.from_numpy(positions if positions.ndim == 3 else positions[:, np.newaxis])
    cos, sin = _embedding(kind, turned, base, mrope_section)(q, ids)
    out, _ = module.apply_rotary_pos_emb(q, q, cos, sin)
    return out.numpy().reshape(x.shape)


def _position_ids(
    model: Any, segments: Any, seconds_per_grid: Any, spatial_merge_size: int, tokens_per_second: float
) -> Any:
    rows, seconds = segments.tolist(), seconds_per_grid.tolist()
    steps = [s * tokens_per_second if kind == VIDEO else 1.0 for (kind, *_), s in zip(rows, seconds, strict=True)]
    need(all(a[0] != b[0] or a[0] == TEXT for a, b in pairwise(rows)), "grids of one kind have text between them")
    if model is qwen2_vl.Qwen2VLModel:
        need(all(step == 1 for step in steps), "Qwen2-VL has no seconds")
    if model is qwen3_vl.Qwen3VLModel:
        need(all(row[1] == 1 for row in rows if row[0] == VIDEO), "every frame of Qwen3-VL is a grid of its own")
    merge, late = spatial_merge_size, []
    for (kind, t, h, w), step in zip(rows[:-1], steps[:-1], strict=True):
        late.append(kind != TEXT and int((t - 1) * step) >= max(h, w) // merge)
    known_defect(any(late), "goes on after the longer of height and width, although a frame stands later")
    grids = {kind: torch.tensor([row[1:] for row in rows if row[0] == kind]) for kind in (IMAGE, VIDEO)}
    types = [kind for kind, t, h, w in rows for _ in range(t if kind == TEXT else t * (h // merge) * (w // merge))]
    vision = SimpleNamespace(spatial_merge_size=merge, tokens_per_second=tokens_per_second)
    one_grid = partial(model.get_vision_position_ids, None)
    itself = SimpleNamespace(config=SimpleNamespace(vision_config=vision), get_vision_position_ids=one_grid)
    videos = torch.tensor([s for (kind, *_), s in zip(rows, seconds, strict=True) if kind == VIDEO])
    ids, delta = model.get_rope_index(
        itself,
        torch.zeros(1, len(types), dtype=torch.long),
        torch.tensor([types]),
        image_grid_thw=grids[IMAGE] if len(grids[IMAGE]) else None,
        video_grid_thw=grids[VIDEO] if len(grids[VIDEO]) else None,
        **({"second_per_grid_ts": videos} if model is qwen2_5_vl.Qwen2_5_VLModel else {}),
    )
    return ids[:, 0].numpy(), delta[0, 0].numpy()


MODELS = {
    "qwen2_vl": (qwen2_vl, qwen2_vl.Qwen2VLRotaryEmbedding, "mrope/chunked"),
    "qwen2_5_vl": (qwen2_5_vl, qwen2_5_vl.Qwen2_5_VLRotaryEmbedding, "mrope/chunked"),
    "qwen3_vl": (qwen3_vl, qwen3_vl.Qwen3VLTextRotaryEmbedding, "mrope/interleaved"),
}
PROMPTS = {
    "qwen2_vl": qwen2_vl.Qwen2VLModel,
    "qwen2_5_vl": qwen2_5_vl.Qwen2_5_VLModel,
    "qwen3_vl": qwen3_vl.Qwen3VLModel,
}
TARGETS = [
    *(
        Target(f"{name}.mrope_table", "mrope.table", convention, partial(_table, kind))
        for name, (_, kind, convention) in MODELS.items()
    ),
    *(
        Target(f"{name}.mrope_rotate", "mrope.rotate", convention, partial(_rotate, module, kind))
        for name, (module, kind, convention) in MODELS.items()
    ),
    Target("glm4v.mrope_rotate", "mrope.rotate", "mrope/glm", partial(_rotate, glm4v, glm4v.Glm4vTextRotaryEmbedding)),
    *(
        Target(f"{name}.mrope_position_ids", "mrope.position_ids", "mrope/chunked", partial(_position_ids, model))
        for name, model in PROMPTS.items()
    ),
]
