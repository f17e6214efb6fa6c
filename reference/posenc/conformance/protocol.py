"""The messages between posenc and a target: JSON Lines, arrays as bits. Expected values are never sent.

> {"cmd": "hello", "protocol": 1}
< {"protocol": 1, "impl": {"name": ..., "version": ...}, "profile": {"targets": [...]}}
> {"cmd": "run", "seq": 7, "target": ..., "op": "rope.rotate", "params": {...}, "extra": {...}, "in": {...}}
< {"seq": 7, "out": {...}, "notes": [...]} | {"seq": 7, "unsupported": why} | {"seq": 7, "error": {"kind", "message"}}
> {"cmd": "bye"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

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


def tensors(arrays: Mapping[str, NDArray[Any]]) -> Message:
    """Arrays by name as bits."""
    return {name: {k: v for k, v in encode(array).items() if k != "data"} for name, array in arrays.items()}


def arrays(message: Message) -> dict[str, NDArray[Any]]:
    """The arrays that tensors stand for; raises ValueError for bits that do not fit their shape."""
    return {name: decode(tensor) for name, tensor in message.items()}
