"""Arrays as JSON that any language can read back bit for bit.

`bits` is authoritative: lowercase hex of the little-endian words, one after the other. `data` is for readers and for
languages whose JSON is exact: the shortest decimals of the binary64 values; what JSON has no number for is a string.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.truth.formats import FORMATS

SHORT = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16", "int64": "i64", "bool": "bool"}
LONG = {short: long for long, short in SHORT.items()}


def encode(array: NDArray[Any], dtype: str | None = None, *, data: bool = True) -> dict[str, Any]:
    """An array (for bfloat16 its uint16 words, named by dtype) as a JSON object, with or without the decimals."""
    name = dtype or str(array.dtype)
    if name not in SHORT:
        raise TypeError(f"vectors.tensor: dtype is {name}, needs one of {', '.join(SHORT)}")
    raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    shown = FORMATS["bfloat16"].decode(array) if name == "bfloat16" else array
    decimals = {"data": [plain(value) for value in shown.ravel()]} if data else {}
    return {"dtype": SHORT[name], "shape": list(array.shape), **decimals, "bits": raw.tobytes().hex()}


def decode(tensor: dict[str, Any]) -> NDArray[Any]:
    """The array that an object stands for, from its bits; raises ValueError when data or shape say otherwise."""
    name = LONG.get(tensor.get("dtype", ""))
    if name is None:
        raise ValueError(f"vectors.tensor: dtype is {tensor.get('dtype')!r}, needs one of {', '.join(LONG)}")
    kind = np.dtype("<u2" if name == "bfloat16" else name).newbyteorder("<")
    raw = bytes.fromhex(tensor["bits"])
    shape = tuple(tensor["shape"])
    if len(raw) != kind.itemsize * math.prod(shape):
        raise ValueError(
            f"vectors.tensor: {len(raw)} bytes of bits, needs {kind.itemsize * math.prod(shape)} for {shape}"
        )
    array = np.frombuffer(raw, dtype=kind).astype(kind.newbyteorder("=")).reshape(shape)
    shown = FORMATS["bfloat16"].decode(array) if name == "bfloat16" else array
    if "data" in tensor and tensor["data"] != [plain(value) for value in shown.ravel()]:
        raise ValueError("vectors.tensor: data and bits differ, needs both to say the same numbers")
    return array


SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def plain(value: Any) -> Any:
    """A parameter or an element as JSON has it; what JSON has no number for is a string."""
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if not isinstance(value, float | np.floating):
        return value
    number = float(value)
    if math.isnan(number):
        return "NaN"
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


def unplain(value: Any) -> Any:
    """The parameter that `plain` wrote."""
    if isinstance(value, dict):
        return {name: unplain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [unplain(part) for part in value]
    return SPECIAL.get(value, value) if isinstance(value, str) else value
