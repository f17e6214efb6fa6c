"""The smallest failing case as a few lines of Python to copy: inputs and expected values as bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.conformance.asking import in_dtype
from posenc.conformance.judge import Result, Subject, bounds
from posenc.truth.formats import BFLOAT16

MOST = 64  # entries of all arrays together that still make a text to copy
BRAIN = "(np.frombuffer(bytes.fromhex({text!r}), '<u2').astype('u4') << 16).view('f4')"


def first(results: list[Result]) -> Result | None:
    """The smallest failing case that has numbers."""
    failing = [result for result in results if result.state == "failed"]
    return min(failing, key=_entries, default=None)


def reproducer(subject: Subject, result: Result | None) -> str:
    """A text that defines the inputs, calls `function` and asserts; empty without a failing case or for a large one."""
    if result is None or _entries(result) > MOST:
        return ""
    stem, name = subject.operation.split(".")
    inputs = {key: in_dtype(subject, array) for key, array in result.vector.case.inputs.items()}
    lines = [f"# {result.vector.id} under {subject.convention}: {' '.join(result.worst.split())}", "import numpy as np"]
    lines += [_module(subject.name)]
    lines += [f"{key} = {_array(array)}" for key, array in inputs.items()]
    said = _arguments(spec.operations(stem)[name]["arguments"], result, list(inputs))
    returned = list(result.vector.outputs[subject.convention])
    lines += [f"{', '.join(returned)} = function({', '.join(said)})"]
    room = bounds(subject, result.vector)
    for key in returned:
        right, most = result.vector.outputs[subject.convention][key], room[key]
        lines += [f"right = {_array(right)}", f"most = {_array(np.broadcast_to(most, right.shape))}"]
        lines += [f"assert (abs({key} - right) <= most).all(), abs({key} - right).max()"]
    return "\n".join(lines) + "\n"


def _arguments(contract: Sequence[Mapping[str, Any]], result: Result, inputs: list[str]) -> list[str]:
    """Arrays first and by position, as far as the contract has them so; parameters by name unless they are defaults."""
    said: list[str] = []
    params = result.vector.case.params
    for at, one in enumerate(contract):
        name, value = one["name"], params.get(one["name"])
        if name in inputs:
            said.append(name if at == len(said) and "=" not in "".join(said) else f"{name}={name}")
        elif value is not None and value != one.get("default"):
            said.append(f"{name}={value!r}")
    return said


def _module(target: str) -> str:
    """How the callable is had: imported where that is known."""
    place, _, name = target.removeprefix("py:").rpartition(":")
    if place.endswith(".py"):
        return f"import runpy; function = runpy.run_path({place!r})[{name!r}]"
    if place.replace(".", "").replace("_", "").isalnum() and name.isidentifier():
        return f"from {place} import {name} as function"
    return "function = ...  # yours"


def _array(array: NDArray[Any]) -> str:
    """An array as an expression: integers as they are, numbers by their bits."""
    kind = array.dtype
    if kind == np.uint16:
        text = np.ascontiguousarray(array).astype("<u2").tobytes().hex()
        numbers = BFLOAT16.decode(array).ravel().tolist()
        return f"{BRAIN.format(text=text)}.reshape({array.shape})  # {numbers}, bfloat16"
    if kind.kind in "iub":
        return f"np.array({array.tolist()}, dtype={kind.name!r}).reshape({array.shape})"
    text = np.ascontiguousarray(array).astype(kind.newbyteorder("<")).tobytes().hex()
    shown = ", ".join(f"{value:.9g}" for value in array.ravel()[:8]) + (", ..." if array.size > 8 else "")
    return f"np.frombuffer(bytes.fromhex({text!r}), {kind.newbyteorder('<').str!r}).reshape({array.shape})  # {shown}"


def _entries(result: Result) -> int:
    arrays = [*result.vector.case.inputs.values(), *next(iter(result.vector.outputs.values()), {}).values()]
    return sum(np.size(array) for array in arrays)
