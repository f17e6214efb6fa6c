"""The units of rotations by exponentials."""

from __future__ import annotations

import numpy as np

from posenc.truth.bounds import Question, Units


def _rotate(question: Question) -> Units:
    """(u_angle·(axes + 2)·Θ + 4·u_table)·|x| + u_out·|y|, Θ = Σ_a |x_a|·|A_a|; 0 where Θ is 0 and beyond the blocks."""
    x, at, g = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("x", "positions", "generators"))
    axes, blocks, size = *g.shape[:2], {1: 2, 3: 3}[g.shape[2]]
    if at.ndim == 3:
        at = at.reshape(len(at), *(1,) * (x.ndim - 3), *at.shape[1:])
    theta = np.abs(at) @ np.linalg.norm(g, axis=2)
    precision, out = question.precision, np.zeros(x.shape)
    for block in range(blocks):
        channels = [question.definition.place(block, row, size, blocks) for row in range(size)]
        angle = theta[..., block, np.newaxis]
        strays = precision.angle.unit * (axes + 2) * angle + 4 * precision.table.unit
        sizes = np.linalg.norm(x[..., channels], axis=-1, keepdims=True)
        rounded = precision.output.unit * np.abs(question.truth["y"][..., channels])
        out[..., channels] = np.where(angle > 0, strays * sizes + rounded, 0.0)
    return {"y": out}


UNITS = {"rotate": _rotate}
