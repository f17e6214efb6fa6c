"""A program that computes inverse frequencies rightly and misbehaves as its first argument says."""

from __future__ import annotations

import json
import struct
import sys
import time
from typing import Any

from posenc.conformance.skeletons import adapter

HOW = sys.argv[1]
DECIMAL = ("decimal", "float32-parser", "no-sign", "flushed")
asked = 0


def frequencies(arrays: Any, params: Any, convention: str) -> Any:
    pairs = params["rotary_dim"] // 2
    if not params["base"] > 1:
        raise ValueError(f"base is {params['base']}")
    data = [params["base"] ** (-i / pairs) for i in range(pairs)]
    return {"inverse_frequencies": {"dtype": "f64", "shape": [pairs], "data": data}}


def from_decimals(tensor: Any) -> Any:
    data: list[Any] = [adapter.SPECIAL.get(x, x) if isinstance(x, str) else x for x in tensor["data"]]
    if HOW == "float32-parser" and tensor["dtype"] == "f64":
        data = [x if not 1e-30 < abs(x) < 1e38 else struct.unpack("f", struct.pack("f", x))[0] for x in data]
    if HOW == "no-sign":
        data = [x if x or isinstance(x, bool) else 0 for x in data]
    if HOW == "flushed" and tensor["dtype"] == "f64":
        data = [0.0 * x if abs(x) < 2.0**-1022 else x for x in data]
    return {**tensor, "data": data}


def to_decimals(tensor: Any) -> Any:
    names = {str(value): name for name, value in adapter.SPECIAL.items()}
    return {**tensor, "data": [names.get(str(x), x) for x in tensor["data"]]}


if HOW in DECIMAL:
    adapter.decode, adapter.encode = from_decimals, to_decimals
    adapter.PROFILE["encoding"] = "decimal"  # type: ignore[assignment]
if HOW == "unknown-operation":
    adapter.PROFILE["operations"] = ["rope.turn"]
elif HOW == "lies":
    adapter.PROFILE["operations"] = ["rope.inverse_frequencies", "sinusoidal.inverse_frequencies"]
    adapter.PROFILE["conventions"] = ["sinusoidal/interleaved"]
else:
    adapter.PROFILE["operations"] = ["rope.inverse_frequencies"]
if HOW != "lies":
    adapter.PROFILE["conventions"] = ["rope/halves"]
adapter.OPERATIONS["rope.inverse_frequencies"] = frequencies


def changed(said: dict[str, Any], command: str) -> dict[str, Any]:
    """The reply as this program spoils it."""
    if command == "hello" and HOW == "other-protocol":
        return {**said, "protocol": 2}
    if command == "echo":
        if HOW == "no-echo":
            return {"unsupported": "echo"}
        for tensor in said["out"].values():
            if HOW == "flat":
                tensor["shape"] = [len(tensor["bits"]) // 16] if tensor["dtype"] == "f64" else tensor["shape"]
            if HOW == "one-dtype" and tensor["dtype"] == "i64":
                tensor["dtype"] = "f64"
    if command == "run":
        if HOW == "no-shape":
            del said["out"]["inverse_frequencies"]["shape"]
        if HOW == "other-name":
            return {"out": {"frequencies": said["out"]["inverse_frequencies"]}}
        if HOW == "both":
            return {**said, "unsupported": "and yet"}
        if HOW == "file":
            return {"out": {"inverse_frequencies": {"file": "/etc/hostname"}}}
    return said


def misbehave(number: int) -> None:
    """What happens before a run is answered."""
    if HOW == "garbage":
        print("loading weights ...", flush=True)
    if HOW == "slow":
        time.sleep(0.15)
    if HOW == "chatty":
        sys.stderr.write("no news\n" * 2**19 * 5)
    if HOW == "huge":
        sys.stdout.write('{"seq": 1, "out": "')
        for _ in range(2**15):  # 2 GB in all
            sys.stdout.write("0" * 2**16)
    if HOW == "seventh" and number == 7:
        sys.stderr.write("out of luck\n")
        sys.exit(9)


for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "bye":
        break
    if message["cmd"] == "run":
        asked += 1
        misbehave(asked)
    try:
        reply = changed(adapter.answer(message), message["cmd"])
    except Exception as error:
        reply = {"error": {"kind": "raised", "message": str(error)}}
    seq = message.get("seq")
    print(json.dumps({"seq": seq - 1 if HOW == "behind" and message["cmd"] == "run" else seq, **reply}), flush=True)
