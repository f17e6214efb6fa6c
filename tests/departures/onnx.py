"""Departures of the ONNX operator RotaryEmbedding, in the three places that compute it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from mpmath import mp

from departures._base import Departure, truth

Run = Callable[[dict[str, Any]], Any]
REFUSED = "ONNX says nothing of negative rows; ONNX Runtime refuses them. Refuse what is not from 0 to the number of rows − 1."


def _given(ids: list[int]) -> dict[str, Any]:
    """Tokens (1, 0) with these ids, and the rows of positions 0 and 1."""
    x = np.array([[[[1.0, 0.0]] * len(ids)]], dtype=np.float32)
    cos, sin = (np.array([[part(at)] for at in (0, 1)], dtype=np.float32) for part in (mp.cos, mp.sin))
    return {"input": x, "cos_cache": cos, "sin_cache": sin, "position_ids": np.array([ids])}


def _reference(ids: list[int]) -> Any:
    from posenc.conformance.libraries import onnx

    return onnx._run(onnx.model(_given(ids), ""), _given(ids))


def _runtime(ids: list[int]) -> Any:
    from posenc.conformance.libraries import onnx, onnxruntime

    return onnxruntime._run(onnx.model(_given(ids), ""), _given(ids))


def _torch(ids: list[int]) -> Any:
    import torch

    return torch.onnx.ops.rotary_embedding(*(torch.from_numpy(one) for one in _given(ids).values()))


def _wraps(name: str, ask: Callable[[list[int]], Any]) -> Departure:
    return Departure(
        f"negative-row-{name}",
        "A negative position id reads the table from its end: −1 is the last position.",
        "RotaryEmbedding of (1, 0) with position_ids [[-1]] and the rows of positions 0 and 1",
        None,
        None,
        lambda: ask([-1]),
        REFUSED,
    )


DEPARTURES = {
    "onnx": [_wraps("onnx", _reference)],
    "torch": [_wraps("torch", _torch)],
    "onnxruntime": [
        Departure(
            "longer-than-the-table",
            "A sequence longer than the table is refused, also when its positions repeat, as they do in packed sequences, and all are rows of the table.",
            "RotaryEmbedding of three tokens (1, 0) with position_ids [[0, 1, 0]] and the rows of positions 0 and 1",
            truth(
                "rope.rotate", "halves", {"x": [[1.0, 0.0]] * 3, "positions": [0, 1, 0]}, base=10000.0, rotary_dim=None
            ),
            lambda: [1.0, 0.0, float(mp.cos(1)), float(mp.sin(1)), 1.0, 0.0],
            lambda: _runtime([0, 1, 0]),
            "Compare the ids with the number of rows, not the length.",
        )
    ],
}
