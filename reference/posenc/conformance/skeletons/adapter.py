"""An adapter for `posenc check "cmd:python3 FILE"`: JSON Lines on standard input and output. Needs Python alone.

The place to work in is marked. A tensor is a dict with dtype (f64, f32, f16, i64 or bool), shape, and data, its
numbers one after the other, the last axis first. What is printed on standard output is taken for an answer; print to
sys.stderr.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Callable
from typing import Any

Tensors = dict[str, dict[str, Any]]

# ---- yours from here ------------------------------------------------------------------------------------------------

IMPLEMENTATION = {"name": "my library", "version": "0", "language": "python"}
CONVENTIONS: list[str] = []  # the ones you follow, such as "rope/halves": posenc show rope lists them
DTYPES = ["float64"]  # in which you are asked

# One function for each operation: arrays by name, parameters by name, the convention that is asked about.
# `posenc show rope.rotate` says what they are called. Return the outputs by name; raise to refuse.
OPERATIONS: dict[str, Callable[[Tensors, dict[str, Any], str], Tensors]] = {
    # "rope.rotate": lambda arrays, params, convention: {"y": {**arrays["x"], "data": turned}},
}

# ---- to here --------------------------------------------------------------------------------------------------------

PROFILE = {"operations": list(OPERATIONS), "conventions": CONVENTIONS, "dtypes": DTYPES}
LETTERS = {"f64": "d", "f32": "f", "f16": "e", "i64": "q", "bool": "?"}
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def decode(tensor: dict[str, Any]) -> dict[str, Any]:
    """A tensor as numbers."""
    raw, letter = bytes.fromhex(tensor["bits"]), LETTERS[tensor["dtype"]]
    data = list(struct.unpack(f"<{len(raw) // struct.calcsize('<' + letter)}{letter}", raw))
    return {"dtype": tensor["dtype"], "shape": tensor["shape"], "data": data}


def encode(tensor: dict[str, Any]) -> dict[str, Any]:
    """A tensor as words."""
    data, count = tensor["data"], math.prod(tensor["shape"])
    if len(data) != count:
        raise ValueError(f"{len(data)} numbers, needs {count} for shape {tensor['shape']}")
    bits = struct.pack(f"<{count}{LETTERS[tensor['dtype']]}", *data).hex()
    return {"dtype": tensor["dtype"], "shape": tensor["shape"], "bits": bits}


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """The reply to a message, without its number."""
    if message["cmd"] == "hello":
        return {"protocol": 1, "impl": IMPLEMENTATION, "profile": PROFILE}
    arrays = {name: decode(tensor) for name, tensor in message["in"].items()}
    if message["cmd"] == "echo":
        return {"out": {name: encode(tensor) for name, tensor in arrays.items()}}
    operation = OPERATIONS.get(message["op"])
    if operation is None:
        return {"unsupported": f"{message['op']} is not implemented"}
    params = {n: SPECIAL.get(v, v) if isinstance(v, str) else v for n, v in message["params"].items()}
    outputs = operation(arrays, params, message["convention"])
    return {"out": {name: encode(tensor) for name, tensor in outputs.items()}}


def main() -> None:
    """Answer until told goodbye."""
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "bye":
            return
        try:
            said = answer(message)
        except Exception as error:
            said = {"error": {"kind": "raised", "message": f"{type(error).__name__}: {error}"}}
        print(json.dumps({"seq": message.get("seq"), **said}), flush=True)


if __name__ == "__main__":
    main()
