"""PyTorch itself: torch.onnx.ops.rotary_embedding, the ONNX operator (opset 23) as torch computes it.

The tables are inputs, as for onnx.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from posenc import rope
from posenc.conformance.libraries import Target
from posenc.conformance.libraries._shared import as_batch, as_heads


def version() -> str:
    """Of the installed library."""
    return f"torch {torch.__version__}"


def _rotation(interleaved: bool, hidden: bool) -> Any:
    def rotate(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
        q = as_heads(x)
        heads = q.shape[1]
        ids = as_batch(positions).repeat(len(q) if positions.ndim == 1 else 1, axis=0)
        places, row = np.unique(ids, return_inverse=True)
        table = rope.table(places, rotary_dim or x.shape[-1], base=base)
        cos, sin = (torch.from_numpy(part).to(q.dtype) for part in table)
        q = q.transpose(1, 2).flatten(2) if hidden else q
        turned = torch.onnx.ops.rotary_embedding(
            q,
            cos,
            sin,
            torch.from_numpy(row.reshape(ids.shape)),
            interleaved=interleaved,
            num_heads=heads if hidden else 0,
            rotary_embedding_dim=rotary_dim or 0,
        )
        turned = turned.unflatten(-1, (heads, x.shape[-1])).transpose(1, 2) if hidden else turned
        return turned.reshape(x.shape)

    return rotate


TARGETS = [
    Target(
        f"onnx_ops_{pairing}{'_hidden' * hidden}.rotate",
        "rope.rotate",
        f"rope/{pairing}",
        _rotation(pairing == "interleaved", hidden),
        angle="float64",
    )
    for pairing in ("halves", "interleaved")
    for hidden in (False, True)
]
