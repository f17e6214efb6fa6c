"""The messages between posenc and a target: JSON Lines on standard input and output. Expected values are never sent.

> {"cmd": "hello", "protocol": 1}
< {"protocol": 1, "impl": {"name": ..., "version": ...}, "profile": {...}}
> {"cmd": "echo", "seq": 1, "in": {...}}
< {"seq": 1, "out": {...}}
> {"cmd": "run", "seq": 7, "target": ..., "op": "rope.rotate", "convention": ..., "params": {...}, "extra": {...},
   "in": {...}, "session": name or null, "folder": where large outputs may be put as files, or null}
< {"seq": 7, "out": {...}, "notes": [...]} | {"seq": 7, "unsupported": why} | {"seq": 7, "error": {"kind", "message"}}
> {"cmd": "bye"}

spec/schema/adapter.schema.json has the messages field by field; `received` is the part of it that a run relies on.
A profile lists targets, each with what it declares, or operations, dtypes and conventions that hold for one another.
An array goes as `bits` (hexadecimal words), as `decimal` numbers or as `b64`, as the profile asks.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.truth.formats import BFLOAT16
from posenc.vectors.tensor import LONG, SHORT, decode, encode, plain, unplain

PROTOCOL = 1
ENCODINGS = ("bits", "decimal", "b64")
Message = dict[str, Any]


def line(message: Message) -> bytes:
    """A message as one line; NaN and infinity among the parameters become strings."""
    if "params" in message:
        message = message | {"params": {name: plain(value) for name, value in message["params"].items()}}
    return json.dumps(message, allow_nan=False).encode() + b"\n"


def parse(raw: bytes) -> Message:
    """The message of a line; raises ValueError when it is none."""
    try:
        message = json.loads(raw)
    except RecursionError as error:
        raise ValueError(f"protocol: got {raw[:80]!r}, needs an object that is no maze") from error
    if not isinstance(message, dict):
        raise ValueError(f"protocol: got {raw[:80]!r}, needs a JSON object on a line")
    if "params" in message:
        message["params"] = {name: unplain(value) for name, value in message["params"].items()}
    return message


ANSWERS = ("out", "unsupported", "error")


def received(command: str, reply: Message) -> None:
    """Check the fields of a reply to hello, echo or run that the rest relies on; raises ValueError."""
    if "error" in reply:
        error = reply["error"]
        _need(isinstance(error, dict), "error", error, "an object with kind and message")
        for name in ("kind", "message"):
            _need(isinstance(error.get(name), str), f"error.{name}", error.get(name), "text")
    if command == "hello":
        if "error" not in reply:
            _need(reply.get("protocol") == PROTOCOL, "protocol", reply.get("protocol"), str(PROTOCOL))
            implementation = reply.get("impl")
            named = isinstance(implementation, dict) and isinstance(implementation.get("name"), str)
            _need(named, "impl", implementation, "an object with a name")
            _need(isinstance(reply.get("profile"), dict), "profile", reply.get("profile"), "an object")
        return
    _need(sum(name in reply for name in ANSWERS) == 1, "reply", sorted(reply), f"one of {', '.join(ANSWERS)}")
    _need(isinstance(reply.get("unsupported", ""), str), "unsupported", reply.get("unsupported"), "a reason")
    notes = reply.get("notes", [])
    _need(isinstance(notes, list) and all(isinstance(note, str) for note in notes), "notes", notes, "a list of text")
    _need(isinstance(reply.get("out", {}), dict), "out", reply.get("out"), "an object of arrays by name")


def _need(fulfilled: bool, name: str, got: Any, needs: str) -> None:
    if not fulfilled:
        raise ValueError(f"protocol: {name} is {str(got)[:80]!r}, needs {needs}")


LARGE = 2**20  # bytes from which an array goes through a file, where both sides have the same disk


def tensors(arrays: Mapping[str, NDArray[Any]], folder: str | None = None, encoding: str = "bits") -> Message:
    """Arrays by name; bfloat16 as its uint16 words; large ones as files in the folder, if there is one."""
    said = {}
    for name, array in arrays.items():
        if folder and array.nbytes >= LARGE:
            path = Path(folder) / f"{name}.npy"
            np.save(path, array, allow_pickle=False)
            said[name] = {"file": str(path)}
        else:
            said[name] = tensor(array, encoding)
    return said


def tensor(array: NDArray[Any], encoding: str = "bits") -> Message:
    """One array; words of 16 bits are bfloat16, which NumPy lacks."""
    dtype = "bfloat16" if array.dtype == np.uint16 else str(array.dtype)
    whole = encode(array, dtype, data=encoding == "decimal")
    bits = whole.pop("bits")
    if encoding == "bits":
        return whole | {"bits": bits}
    return whole if encoding == "decimal" else whole | {"b64": base64.b64encode(bytes.fromhex(bits)).decode()}


def arrays(message: Message, folder: str | None = None) -> dict[str, NDArray[Any]]:
    """The arrays that tensors stand for; raises ValueError for what is no array, or does not fit its shape."""
    return {name: _loaded(one, folder) if "file" in one else array(one) for name, one in message.items()}


def _loaded(said: Message, folder: str | None) -> NDArray[Any]:
    path = Path(said["file"])
    if folder is None or path.parent != Path(folder):
        raise ValueError(f"protocol: file is {str(path)!r}, needs one in the folder of the question")
    found: NDArray[Any] = np.load(path, allow_pickle=False)
    return found


def array(said: Message) -> NDArray[Any]:
    """One array, in whichever encoding; bfloat16 as its uint16 words."""
    shape = said.get("shape")
    whole = isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape)
    _need(whole, "shape", shape, "a list of sizes")
    try:
        if "b64" in said:
            raw = base64.b64decode(said["b64"], validate=True)
            said = {"dtype": said.get("dtype"), "shape": shape, "bits": raw.hex()}
        if "bits" in said:
            return decode({name: said[name] for name in ("dtype", "shape", "bits") if name in said})
        return _from_decimals(said)
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"protocol: an array of {sorted(said)} cannot be read: {error!r}") from error


def _from_decimals(said: Message) -> NDArray[Any]:
    name, data = LONG.get(said.get("dtype", "")), said.get("data")
    _need(name is not None, "dtype", said.get("dtype"), f"one of {', '.join(SHORT.values())}")
    count = math.prod(said["shape"])
    _need(isinstance(data, list) and len(data) == count, "data", data, f"a list of {count} numbers")
    numbers = [unplain(value) for value in said["data"]]
    _need(not any(isinstance(value, str | list | dict) for value in numbers), "data", data, "numbers")
    if name == "bfloat16":
        return BFLOAT16.encode(np.array(numbers, dtype=np.float64)).reshape(said["shape"])
    return np.array(numbers, dtype=name).reshape(said["shape"])
