"""The request for what an encoding says: its operation with every parameter and array, over its positions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.models.record import Encoding
from posenc.truth.formats import INT64, Format
from posenc.truth.golden import Request, check

Positions = range | tuple[Fraction, ...]
WITHOUT = ("grid.table", "swin.index")  # the whole table at once


def request(
    found: Encoding,
    form: Format,
    positions: Positions | None = None,
    given: Mapping[str, Any] | None = None,
    inputs: Mapping[str, NDArray[Any]] | None = None,
) -> Request:
    """A request for the encoding over its context, unless positions say otherwise.

    given, inputs   parameters and arrays by name; only those that the configuration leaves open
    """
    said = {array: np.array(value, dtype=np.int64) for array, value in found.inputs.items()}
    params, arrays = {**found.params, **(given or {})}, {**said, **(inputs or {})}
    stem, name = found.operation.split(".")
    form = INT64 if spec.integral(stem, name) else form
    if positions is not None and (found.operation in WITHOUT or {"mask", "positions"} & {*arrays}):
        raise ValueError(f"golden: positions are given, needs none: {found.operation} is one table")
    context = range(params["length"]) if "length" in (given or {}) else found.positions
    places: Positions = context if positions is None else positions
    if found.operation == "alibi.bias":
        params |= {"n_q": 1, "n_k": _count(places)}
    elif found.operation in ("learned.ids", "alibi.padded"):
        arrays.setdefault("mask", np.ones((1, _count(places)), dtype=bool))
    elif found.operation == "deberta.buckets":
        arrays["distances"] = np.array(_whole(places), dtype=np.int64)
    if "length" in found.open:
        _within(params["length"], places)
    check(found.operation, params, arrays)
    over = places if "positions" in _arrays(stem, name) and "positions" not in arrays else None
    return Request(found.operation, found.convention, params, form, over, arrays)


def _arrays(stem: str, name: str) -> list[str]:
    return [one["name"] for one in spec.operations(stem)[name]["arguments"] if one["kind"] == "array"]


def _count(places: Positions) -> int:
    """How many tokens there are from the first on."""
    if not isinstance(places, range) or places.start or places.step != 1 or not places:
        raise ValueError("golden: the model counts whole tokens from the first, needs positions of the form 0:STOP")
    return len(places)


def _whole(places: Positions) -> list[int]:
    if not isinstance(places, range) and any(place.denominator != 1 for place in places):
        raise ValueError("golden: distances are counted in whole tokens, needs integers")
    return [int(place) for place in places]


def _within(length: int, places: Positions) -> None:
    """Frequencies that depend on the length of the sequence hold within it."""
    last = max((*places[:1], *places[-1:]) if isinstance(places, range) else places, default=-1)
    if last >= length:
        raise ValueError(f"golden: positions reach {last} and length is {length}, needs a length above them")
