"""The messages between posenc and a target: JSON Lines, arrays as bits. Expected values are never sent.

> {"cmd": "hello", "protocol": 1}
< {"protocol": 1, "impl": {"name": ..., "version": ...}, "profile": {"targets": [...]}}
> {"cmd": "run", "seq": 7, "target": ..., "op": "rope.rotate", "params": {...}, "extra": {...}, "in": {...},
   "folder": where large outputs may be put as files, or null}
< {"seq": 7, "out": {...}, "notes": [...]} | {"seq": 7, "unsupported": why} | {"seq": 7, "error": {"kind", "message"}}
> {"cmd": "bye"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.vectors.tensor import decode, encode, plain, unplain

PROTOCOL = 1
Message = dict[str, Any]


def line(message: Message) -> bytes:
    """A message as one line; NaN and infinity among the parameters become strings."""
    if "params" in message:
        message = message | {"params": {name: plain(value) for name, value in message["params"].items()}}
    return json.dumps(message, allow_nan=False).encode() + b"\n"


def parse(raw: bytes) -> Message:
    """The message of a line; raises ValueError when it is none."""
    message = json.loads(raw)
    if not isinstance(message, dict):
        raise ValueError(f"protocol: got {raw[:80]!r}, needs a JSON object on a line")
    if "params" in message:
        message["params"] = {name: unplain(value) for name, value in message["params"].items()}
    return message


LARGE = 2**20  # bytes from which an array goes through a file, where both sides have the same disk


def tensors(arrays: Mapping[str, NDArray[Any]], folder: str | None = None) -> Message:
    """Arrays by name as bits; large ones as files in the folder, if there is one."""
    said = {}
    for name, array in arrays.items():
        if folder and array.nbytes >= LARGE:
            path = Path(folder) / f"{name}.npy"
            np.save(path, array, allow_pickle=False)
            said[name] = {"file": str(path)}
        else:
            said[name] = encode(array, data=False)
    return said


def arrays(message: Message) -> dict[str, NDArray[Any]]:
    """The arrays that tensors stand for; raises ValueError for bits that do not fit their shape."""
    return {
        name: np.load(tensor["file"], allow_pickle=False) if "file" in tensor else decode(tensor)
        for name, tensor in message.items()
    }
