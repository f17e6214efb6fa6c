"""One case put to a target: the message, the room its answer may take, and what came back as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.conformance.contract import Broken, fits
from posenc.conformance.judge import Result, Subject, judge
from posenc.conformance.process import ROOM, Lost, NotLoaded, Process
from posenc.conformance.protocol import Message, arrays, tensors
from posenc.truth.formats import BFLOAT16, FORMATS
from posenc.vectors.files import Vector

PER_ELEMENT = 64  # bytes of an answer in any encoding: decimals, bits and separators


def question(
    subject: Subject, params: Mapping[str, Any], inputs: Message, *, session: str = "", folder: str | None = None
) -> Message:
    """The run message, without its command and number. What must come back is not in it."""
    return {
        "target": subject.name,
        "op": subject.operation,
        "convention": subject.convention,
        "params": dict(params),
        "extra": dict(subject.extra),
        "in": inputs,
        "session": session or None,
        "folder": folder,
    }


def ask(process: Process, subject: Subject, vector: Vector, session: str = "") -> Result:
    """One case put to the target."""
    inputs = {name: in_dtype(subject, array) for name, array in vector.case.inputs.items()}
    flooded = process.flooded
    try:
        process.ready()
        said = tensors(inputs, encoding=process.encoding)
        reply = process.run(question(subject, vector.case.params, said, session=session), room=room(subject, vector))
        outputs = answered(subject, reply)
    except Lost as loss:
        return Result(vector, loss.state, message=str(loss), session=session)
    except NotLoaded as reason:
        return Result(vector, "crashed", message=f"cannot be started again: {reason}", session=session)
    except Broken as fault:
        return Result(vector, fault.kind, message=str(fault), session=session)
    except ValueError as error:
        return Result(vector, "garbled", message=str(error), session=session)
    if process.flooded > flooded:
        thrown = f"flooded standard error: {(process.flooded - flooded) >> 20} MB thrown away"
        reply = reply | {"notes": [*reply.get("notes", []), thrown]}
    return judge(subject, vector, reply, outputs, session)


def room(subject: Subject, vector: Vector) -> int:
    """Bytes that an answer may take: what the right shape needs, and some for messages and wrong shapes."""
    return ROOM + PER_ELEMENT * sum(array.size for array in vector.outputs.get(subject.convention, {}).values())


def answered(subject: Subject, reply: Message, folder: str | None = None) -> dict[str, NDArray[Any]] | None:
    """The outputs by name as numbers; raises Broken when one is missing or no number, ValueError when unreadable."""
    if "out" not in reply:
        return None
    stem, operation = subject.operation.split(".")
    found = {}
    sent = arrays(reply["out"], folder)
    for one in spec.operations(stem)[operation]["returns"]:
        name = one["name"]
        if name not in sent:
            raise Broken("shape", f"returned {', '.join(sent) or 'nothing'}, needs {name}")
        found[name] = fits(one, BFLOAT16.decode(sent[name]) if sent[name].dtype == np.uint16 else sent[name])
    return found


def in_dtype(subject: Subject, array: NDArray[Any]) -> NDArray[Any]:
    """Data in the dtype that is asked for; positions, integers and masks as they are.

    Where the dtype does not hold the numbers exactly they go as they are: another input would have another truth.
    """
    form = FORMATS[subject.dtype]
    if array.dtype != np.float64 or form.name == "float64":
        return array
    words = form.encode(array)
    back = form.decode(words).astype(np.float64).reshape(array.shape)
    if not np.array_equal(back, array, equal_nan=True):
        return array
    return words.reshape(array.shape) if form.name == "bfloat16" else array.astype(subject.dtype)
