"""Before anything is computed: does a target send back the arrays that it is sent, bit for bit?

A reader of JSON that is off by one unit in the last place, or a writer that loses the sign of zero, would otherwise be
blamed on the encoding. The numbers are those on which readers and writers of decimals are known to fail.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.conformance.contract import Broken
from posenc.conformance.process import Lost, NotLoaded, Process
from posenc.conformance.protocol import arrays, tensors
from posenc.truth.formats import BFLOAT16, FORMATS

# decimals whose shortest form lies close to a boundary, or that a fast path of a reader gets wrong
HALFWAY = """
0x1.fffffffffffffp+1023 0x1.0p-1022 0x0.fffffffffffffp-1022 0x0.0000000000001p-1022 0x1.8p-1074
0x1.999999999999ap-4 0x1.3333333333333p-2 0x1.0000000000001p+0 0x1.fffffffffffffp-1 0x1.921fb54442d18p+1
0x1.5bf0a8b145769p+1 0x1.0c6f7a0b5ed8dp-20 0x1.1c37937e08000p+53 0x1.0p+53 0x1.fffffffffffffp+52 0x1.8p-1073
0x1.9p+6 0x1.4484bfeebc2a0p+99 0x1.4484bfeebc29fp+99 0x1.249ad2594c37dp+332 0x1.7e43c8800759cp+996
"""


def decimals() -> NDArray[np.float64]:
    """64 numbers that parsers of decimals get wrong: largest, smallest, halfway, and neighbours of powers of ten."""
    found = [float.fromhex(text) for text in HALFWAY.split()]
    for exponent in (-300, -22, -10, -5, -1, 1, 5, 15, 22, 23, 100, 300):
        power = np.float64(f"1e{exponent}")
        found += [float(np.nextafter(power, 0)), float(power), float(np.nextafter(power, np.inf))]
    found += [1 / 3, 2 / 3, 0.1 + 0.2, 8.41e21, 6.02214076e23, 7.2057594037927933e16, 1.2345678901234567e-7]
    signs: NDArray[np.float64] = np.resize([-1.0, 1.0], len(found))
    return np.array(found) * signs


def tensors_of_all_kinds(dtypes: list[str]) -> dict[str, dict[str, NDArray[Any]]]:
    """What is sent, by the fault that another answer shows: name of the fault → arrays."""
    special = np.array([np.inf, -np.inf, np.nan])
    sent: dict[str, dict[str, NDArray[Any]]] = {
        "shape": {
            "rows": np.arange(6.0).reshape(2, 3),
            "none": np.zeros((2, 0, 3)),
            "one": np.array(5.0),
            "more": np.arange(24.0).reshape(2, 3, 4)[:, :, ::-1],
        },
        "dtype": {"integers": np.array([0, -1, 2**53 - 1]), "truths": np.array([True, False, True])},
        "signed-zero": {"zeros": np.array([0.0, -0.0])},
        "not-finite": {"special": special},
        "subnormals": {"least": np.array([5e-324, -5e-324, 2.0**-1050, 2.0**-1022])},
        "decimals": {"decimals": decimals()},
    }
    for name in dtypes:
        if name in FORMATS and name != "float64":
            sent["dtype"][name] = _typical(name)
    return sent


def _typical(name: str) -> NDArray[Any]:
    numbers = np.array([1.0, -0.0, 2.0**-14, -1.5, 255.0])
    return BFLOAT16.encode(numbers) if name == "bfloat16" else numbers.astype(name)


def canary(process: Process) -> None:
    """Have everything echoed; raises Broken, of kind "harness/...", at the first difference."""
    dtypes = process.hello.get("profile", {}).get("dtypes", ["float32"])
    for fault, sent in tensors_of_all_kinds(dtypes).items():
        try:
            reply = process.run({"in": tensors(sent, encoding=process.encoding)}, command="echo")
            back = arrays(reply.get("out", {}))
        except (Lost, NotLoaded, ValueError) as error:
            raise Broken("harness/echo", f"does not echo: {error}") from error
        if "out" not in reply:
            raise Broken("harness/echo", f"does not echo: {reply.get('unsupported') or reply['error']['message']}")
        for name, array in sent.items():
            if name not in back:
                raise Broken("harness/echo", f"does not echo {name}")
            _same(fault, name, array, back[name])


def _same(fault: str, name: str, sent: NDArray[Any], back: NDArray[Any]) -> None:
    if back.dtype != sent.dtype:
        raise Broken("harness/dtype", f"{name} was sent as {sent.dtype} and came back as {back.dtype}")
    if back.shape != sent.shape:
        raise Broken("harness/shape", f"{name} was sent as {sent.shape} and came back as {back.shape}")
    if name == "special":  # a NaN may come back as another one
        sent, back = (np.where(np.isnan(array), np.float64(np.nan), array) for array in (sent, back))
    kind = f"uint{8 * sent.dtype.itemsize}"
    differ = np.flatnonzero(np.ascontiguousarray(sent).view(kind) != np.ascontiguousarray(back).view(kind))
    if differ.size:
        at = int(differ[0])
        was, now = sent.ravel()[at], back.ravel()[at]
        raise Broken(f"harness/{fault}", f"{name}[{at}] was sent as {was!r} and came back as {now!r}")
