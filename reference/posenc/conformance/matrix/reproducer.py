"""A case as a few lines of Python that anyone can paste: the exact bits, and the call."""

from __future__ import annotations

from typing import Any

import numpy as np

from posenc.conformance.stream import Record
from posenc.vectors.tensor import LONG, unplain

SHORT = 1500  # hexadecimal digits; longer inputs are read from the vectors, where posenc is installed
WORDS = {"float64": "<f8", "float32": "<f4", "float16": "<f2", "bfloat16": "<u2", "int64": "<i8", "bool": "?"}


def reproducer(case: Record) -> str:
    """The lines: every input from its words, then the call, to a function named after the operation."""
    name, _, of = case["case"].partition(" of ")
    operation = name.partition(".")[2].partition("/")[0]
    params = {key: unplain(value) for key, value in case["params"].items() if value is not None}
    said = [f"{key}={_literal(value)}" for key, value in params.items()]
    if not of and sum(len(tensor["bits"]) for tensor in case["in"].values()) > SHORT:
        return (
            "from posenc.vectors.files import load\n"
            f"case = next(v.case for v in load({name.partition('/')[0]!r}) if v.id == {name!r})\n"
            f"{operation}({', '.join(['**case.inputs', *said])})"
        )
    lines = [f"{key} = {_array(tensor)}" for key, tensor in case["in"].items()]
    return "\n".join(
        ["import numpy as np", *lines, f"{operation}({', '.join([*(f'{k}={k}' for k in case['in']), *said])})"]
    )


def _array(tensor: Record) -> str:
    words = WORDS[LONG[tensor["dtype"]]]
    return f'np.frombuffer(bytes.fromhex("{tensor["bits"]}"), "{words}").reshape({tuple(tensor["shape"])})'


def _literal(value: Any) -> str:
    """A parameter as Python has it; what no literal can say is asked of float or NumPy."""
    if isinstance(value, float) and not np.isfinite(value):
        return f'float("{value}")'
    return repr(value)
