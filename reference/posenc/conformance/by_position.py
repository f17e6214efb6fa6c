"""Error against position: the largest distance of an answer at every position, in units of the bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.conformance.judge import Result, Subject, distances
from posenc.vectors.case import Case

SHAPES = ("(...)", "(n,)", "(n,) or (batch, n)")  # of contracts in which a position is one number for each token
MOST = 48  # positions kept of one answer, the worst


def by_position(subject: Subject, result: Result) -> list[tuple[float, float]]:
    """Position and largest distance there, by position; empty where the operation has no position for each token."""
    if result.outputs is None or not result.answered:
        return []
    found: dict[float, float] = {}
    for distance in distances(subject, result.vector, result.outputs).values():
        for position, units in _along(_positions(subject, result.vector.case, distance), distance):
            found[position] = max(units, found.get(position, 0.0))
    worst = sorted(found.items(), key=lambda point: point[1])[-MOST:]
    return sorted(worst)


def _positions(subject: Subject, case: Case, distance: NDArray[np.float64]) -> NDArray[Any] | None:
    """The positions of a case, when the contract has one number for each token."""
    stem, operation = subject.operation.split(".")
    shapes: Mapping[str, str] = {
        argument["name"]: argument.get("shape", "") for argument in spec.operations(stem)[operation]["arguments"]
    }
    if shapes.get("positions") in SHAPES:
        return np.asarray(case.inputs["positions"])
    if "start" in case.params and "positions" not in shapes and distance.ndim == 2:  # a table from a first position
        return float(case.params["start"]) + np.arange(distance.shape[0])
    return None


def _along(positions: NDArray[Any] | None, distance: NDArray[np.float64]) -> list[tuple[float, float]]:
    if positions is None or not distance.ndim or not positions.size or not distance.size:
        return []
    if distance.shape[:-1] == positions.shape:
        largest = distance.max(axis=-1)
    elif positions.ndim == 1 and distance.shape[-2:-1] == positions.shape:
        largest = np.moveaxis(distance, -2, 0).reshape(len(positions), -1).max(axis=1)
    elif positions.ndim == 2 and (distance.shape[0], distance.shape[-2]) == positions.shape:
        largest = np.moveaxis(distance, -2, 1).reshape(*positions.shape, -1).max(axis=2)
    else:
        return []
    return [(float(p), float(u)) for p, u in zip(positions.ravel(), largest.ravel(), strict=True)]
