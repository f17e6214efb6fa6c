"""The units of trajectories."""

from __future__ import annotations

import numpy as np

from posenc.definitions.floater import Floater
from posenc.truth.bounds import Array, Question, Units


def _path(question: Question) -> tuple[Array, Array]:
    """The values before and after every step of the solver, and how far a step of absolute values moves them."""
    which, params = question.definition, question.params
    size = float(which.size(params["delta"], params["steps"]))
    start, matrix, bias = (
        np.asarray(question.inputs[name], dtype=np.float64) for name in ("initial", "matrix", "bias")
    )
    path, moved = [start], [np.zeros(len(start))]
    for _ in range((params["n"] - 1) * params["steps"]):
        now = np.abs(path[-1])
        moved.append(_step(which, np.abs(matrix), np.abs(bias), now, abs(size)) - now)
        path.append(_step(which, matrix, bias, path[-1], size))
    return np.array(path), np.array(moved)


def _step(which: Floater, matrix: Array, bias: Array, p: Array, size: float) -> Array:
    """One step of the method in float64."""
    rows = [np.array(row, dtype=np.float64) for row in (*which.stages, which.weights)]
    moves = [matrix @ p + bias]
    for row in rows[:-1]:
        moves.append(matrix @ (p + size * (row @ moves)) + bias)
    return np.asarray(p + size * (rows[-1] @ moves))


def _table(question: Question) -> Units:
    """u·(‖p_k‖ + Σ_j ‖M^(s − j)‖·(‖p_j‖ + (1 + dim)·‖moved_j‖)) after s steps; 0 at position 0."""
    which, params = question.definition, question.params
    path, moved = _path(question)
    dim, steps = path.shape[1], params["steps"]
    size = float(which.size(params["delta"], steps))
    matrix = np.asarray(question.inputs["matrix"], dtype=np.float64)
    step = np.array([_step(which, matrix, np.zeros(dim), unit, size) for unit in np.eye(dim)]).T
    power, carried = np.eye(dim), []
    for _ in path:
        carried.append(np.linalg.norm(power, 2))
        power = step @ power
    made = np.linalg.norm(path, axis=1) + (1 + dim) * np.linalg.norm(moved, axis=1)
    made[0] = 0.0
    strays = np.convolve(made, carried)[: len(path)][::steps]
    rows = question.precision.output.unit * (strays + np.linalg.norm(path[::steps], axis=1))
    rows[0] = 0.0
    return {"table": np.broadcast_to(rows[:, np.newaxis], (len(rows), dim))}


def _network(question: Question) -> Units:
    """u·(|p_k| + how far p_k has strayed), in units of roundoff and entry by entry; 0 at position 0.

    An evaluation of the network rounds by (dim + hidden + 6)·H, H = |W2|·(|W1|·|[p, t]| + |b1|) + |W2's last|·t + |b2|,
    and passes on what its input has strayed by at most |W2|·|W1|, since no unit is steeper than 1.
    """
    which, params = question.definition, question.params
    names = ("initial", "w1", "b1", "w2", "b2")
    p, w1, b1, w2, b2 = (np.asarray(question.inputs[name], dtype=np.float64) for name in names)
    unit = np.tanh if params["activation"] == "tanh" else (lambda x: np.maximum(x, 0.0))
    size = float(which.size(params["delta"], params["steps"]))
    stages = [np.array(row, dtype=np.float64) for row in (*which.stages, which.weights)]
    most = w1.shape[-1] + w1.shape[-2] + 5

    def velocity(t: float, p: Array, stray: Array) -> tuple[Array, Array]:
        hidden = _apply(w1, p, t) + b1
        large = _apply(np.abs(w1), np.abs(p), abs(t)) + np.abs(b1)
        passed = _apply(np.abs(w2), _apply(np.abs(w1), stray, 0.0), 0.0)
        return _apply(w2, unit(hidden), t) + b2, passed + most * (_apply(np.abs(w2), large, abs(t)) + np.abs(b2))

    stray, rows = np.zeros_like(p), [np.zeros_like(p)]
    for taken in range((params["n"] - 1) * params["steps"]):
        moves, strays = (list(found) for found in zip(velocity(taken * size, p, stray), strict=True))
        for row in stages[:-1]:
            at = p + size * sum(a * move for a, move in zip(row, moves, strict=True))
            off = stray + abs(size) * sum(abs(a) * one for a, one in zip(row, strays, strict=True)) + np.abs(at)
            move, one = velocity((taken + row.sum()) * size, at, off)
            moves, strays = [*moves, move], [*strays, one]
        p = p + size * sum(a * move for a, move in zip(stages[-1], moves, strict=True))
        stray = stray + abs(size) * sum(abs(a) * one for a, one in zip(stages[-1], strays, strict=True)) + np.abs(p)
        rows.append(stray + np.abs(p))
    return {"table": question.precision.output.unit * np.moveaxis(np.array(rows[:: params["steps"]]), 0, -2)}


def _apply(weights: Array, x: Array, time: float) -> Array:
    """W·[x, t]."""
    return np.asarray((weights[..., :-1] @ x[..., np.newaxis])[..., 0] + weights[..., -1] * time)


def _sinusoid(question: Question) -> Units:
    """u·ω·(2 + |ln(ω·delta)|): a power, and its quotient."""
    size = np.abs(question.truth["matrix"])
    with np.errstate(divide="ignore", invalid="ignore"):
        entries = np.where(size > 0, size * (2 + np.abs(np.log(size * question.params["delta"]))), 0.0)
    return {"initial": np.zeros_like(question.truth["initial"]), "matrix": question.precision.output.unit * entries}


UNITS = {"table": _table, "network": _network, "sinusoid": _sinusoid}
