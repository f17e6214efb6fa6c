"""rotary-embedding-torch: RotaryEmbedding, interleaved throughout, as it counts tokens itself and as it is composed.

Every call has an embedding of its own; what one keeps between calls is another matter.
"""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Any

import numpy as np
import torch
from rotary_embedding_torch import RotaryEmbedding, apply_rotary_emb

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries import Target
from posenc.conformance.libraries._shared import as_batch, as_heads, is_bfloat16, moved, need, options

LONGEST = 2**12  # patches of a side of an image up to which a grid is built here
MERGED = "Positions are made in bfloat16, the dtype of the queries, which merges neighbours above 256."
BEFORE = "Tokens that end at position 0 or before read rows of its cache that nothing was written to."
STALE = "An axis no longer than the one before has that one's angles, whatever its own offset."


def version() -> str:
    """Of the installed library."""
    return f"rotary-embedding-torch {installed('rotary-embedding-torch')}, torch {installed('torch')}"


def _embedding(dim: int, base: float, **options: Any) -> Any:
    need(dim > 2, "it divides by dim - 2")
    return RotaryEmbedding(dim, theta=base, **options)


def _angles(positions: Any, dim: int, base: float, **options: Any) -> Any:
    """Of any positions, two columns for each pair; a factor divides them beforehand, as its own calls do."""
    embedding = _embedding(dim, base, **options)
    return embedding(torch.from_numpy(np.asarray(positions)) / embedding.interpolate_factor)


def _table(positions: Any, rotary_dim: int, base: float, **options: Any) -> Any:
    angles = _angles(positions, rotary_dim, base, **options)[..., ::2]
    return angles.cos(), angles.sin()


def _rotate(x: Any, positions: Any, base: float, rotary_dim: int | None, **options: Any) -> Any:
    angles = _angles(as_batch(positions), rotary_dim or x.shape[-1], base, **options)[:, None]
    return apply_rotary_emb(angles, as_heads(x)).reshape(x.shape)


def _counted(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    """Through rotate_queries_or_keys, which counts tokens from an offset: at once if they follow, else one by one."""
    need(positions.ndim == 1 and positions.dtype.kind in "iu", "it counts the tokens itself, for all rows alike")
    embedding, heads = _embedding(rotary_dim or x.shape[-1], base), as_heads(x)
    step = len(positions) if positions.size and (np.diff(positions) == 1).all() else 1
    known_defect(bool((positions[::step] + step <= 0).any()), BEFORE)
    turned = [
        embedding.rotate_queries_or_keys(heads[:, :, at : at + step], offset=int(positions[at]))
        for at in range(0, len(positions), step)
    ]
    return torch.cat(turned, dim=2).reshape(x.shape) if turned else heads.reshape(x.shape)


def _in_bfloat16(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
    """The same of bfloat16 queries, while frequencies stay in float32."""
    need(is_bfloat16(x), "bfloat16 does not hold these queries")
    single = torch.from_numpy(positions[abs(positions) < 2**24]).to(torch.float32)  # beyond, float32 merges as well
    known_defect(not torch.equal(single, single.to(torch.bfloat16).to(torch.float32)), MERGED)
    return _counted(x, positions, base, rotary_dim)


FACTORS = {
    "linear": "interpolate_factor",
    "ntk": "theta_rescale_factor",
}  # in its constructor


def _scaled_table(positions: Any, rotary_dim: int, base: float, scaling: Any, length: int) -> Any:
    return _table(positions, rotary_dim, base, **options(scaling, FACTORS))


def _scaled_rotate(
    x: Any, positions: Any, base: float, rotary_dim: int | None, scaling: Any, length: int, pairing: str
) -> Any:
    need(pairing == "interleaved", "its pairs are interleaved")
    return _rotate(x, positions, base, rotary_dim, **options(scaling, FACTORS))


def _scales(positions: Any, head_dim: int, center: float, scale_base: float, gamma: float) -> Any:
    """The powers. Its center is the middle of what it is given, so that is made long enough for `center`."""
    need(gamma == 0.4, "gamma is 0.4 in its code")
    there, middle = moved(positions, center)
    need(there.size <= 2 * middle <= LONGEST * 8, "its center is the middle of the sequence that it is given")
    sequence = np.concatenate([there.ravel(), np.zeros(2 * middle - there.size, there.dtype)])
    embedding = _embedding(head_dim, 10000.0, use_xpos=True, xpos_scale_base=scale_base)
    scales = embedding.get_scale(torch.from_numpy(sequence))[: there.size, ::2]
    return scales.reshape(*there.shape, head_dim // 2)


def _xpos(x: Any, positions: Any, role: str, base: float, center: float, scale_base: float, gamma: float) -> Any:
    ids = as_batch(positions)
    angles = _angles(ids, x.shape[-1], base)[:, None]
    scale = _scales(ids, x.shape[-1], center, scale_base, gamma).repeat_interleave(2, -1)[:, None]
    return apply_rotary_emb(angles, as_heads(x), scale=scale if role == "query" else scale**-1).reshape(x.shape)


def _grid(positions: Any, head_dim: int, base: float, **options: Any) -> Any:
    """Angles of columns, then of rows, out of the grid that spans these positions."""
    need(positions.dtype.kind in "iu" and positions.size > 0, "it counts the patches itself")
    flat = positions.reshape(-1, 2)
    first = flat.min(axis=0)
    width, height = (flat.max(axis=0) - first + 1).tolist()
    need(width * height <= LONGEST * 32, "a grid of this size is not built here")
    known_defect(not options and height <= width and first[0] != first[1], STALE)
    embedding = _embedding(head_dim // 2, base, **options)
    angles = embedding.get_axial_freqs(width, height, offsets=tuple(first.tolist()))
    column, row = torch.from_numpy(flat - first).unbind(-1)
    return angles[column, row].reshape(*positions.shape[:-1], head_dim)


def _axial(**options: Any) -> tuple[Any, Any]:
    """Table and rotation of a grid."""

    def table(positions: Any, head_dim: int, base: float) -> Any:
        angles = _grid(positions, head_dim, base, **options)[..., ::2]
        return angles.cos(), angles.sin()

    def rotate(x: Any, positions: Any, base: float) -> Any:
        ids = positions if positions.ndim == 3 else positions[np.newaxis]
        return apply_rotary_emb(_grid(ids, x.shape[-1], base, **options)[:, None], as_heads(x)).reshape(x.shape)

    return table, rotate


KEPT, ANEW = _axial(), _axial(cache_if_possible=False)

TARGETS = [
    Target("composed.table", "rope.table", "rope/interleaved", _table),
    Target("composed.rotate", "rope.rotate", "rope/interleaved", _rotate),
    Target("queries_or_keys.rotate", "rope.rotate", "rope/interleaved", _counted),
    Target("queries_or_keys_bfloat16.rotate", "rope.rotate", "rope/interleaved", _in_bfloat16, output="bfloat16"),
    Target("composed.scaled_table", "rope_scaling.table", "rope_scaling/published", _scaled_table),
    Target("composed.scaled_rotate", "rope_scaling.rotate", "rope_scaling/published", _scaled_rotate),
    Target("composed.xpos_scales", "xpos.scales", "xpos/interleaved", _scales),
    Target("composed.xpos_rotate", "xpos.rotate", "xpos/interleaved", _xpos),
    Target("axial.table", "rope_axial.table", "rope_axial/rope-vit", KEPT[0]),
    Target("axial.rotate", "rope_axial.rotate", "rope_axial/rope-vit", KEPT[1]),
    Target("axial_uncached.table", "rope_axial.table", "rope_axial/rope-vit", ANEW[0]),
    Target("axial_uncached.rotate", "rope_axial.rotate", "rope_axial/rope-vit", ANEW[1]),
]
