"""Certified outputs of any operation for any parameters: what `posenc golden` writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from posenc import _check, _scaling, spec
from posenc.definitions import family
from posenc.truth.evaluate import evaluate, exact
from posenc.truth.formats import FLOAT64, Format, Words
from posenc.truth.tables import Positions, Progress


@dataclass(frozen=True)
class Request:
    """What is asked for.

    operation   family.operation
    convention  full name, one of the operation's
    params      of the contract, defaults filled in
    form        the format the outputs are rounded to
    positions   where the operation has positions and they need not be stored as an array: exact numbers; along
                several axes the same on all
    inputs      the other arrays of the contract by name
    """

    operation: str
    convention: str
    params: Mapping[str, Any]
    form: Format
    positions: Positions | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


Shapes = Mapping[str, tuple[int, ...]]
Allocate = Callable[[Shapes], Mapping[str, Words]]


def golden(
    request: Request,
    progress: Progress = lambda share: None,
    *,
    jobs: int = 1,
    allocate: Allocate | None = None,
) -> Mapping[str, Words]:
    """The correctly rounded outputs by name; raises OverflowError where one is beyond the format's numbers.

    jobs      threads for long tables; the words do not depend on it
    allocate  gives the arrays of words to fill, by output name, for their shapes: in memory unless said otherwise
    """

    def memory(shapes: Shapes) -> Mapping[str, Words]:
        return {name: np.empty(shape, dtype=request.form.word_dtype) for name, shape in shapes.items()}

    room = allocate or memory
    stem, name = request.operation.split(".")
    if "positions" not in request.inputs and (maker := makers(stem).get(name)):
        return maker(request, Run(progress, jobs, room))
    inputs = dict(request.inputs)
    if request.positions is not None:
        inputs["positions"] = np.array([Fraction(p) for p in request.positions], dtype=object)
    module = family(stem)
    definition = module.CONVENTIONS[request.convention]
    found = evaluate(module.OPERATIONS[name], definition, request.params, inputs, request.form, refuse_overflow=True)
    outputs = room({output: array.shape for output, array in found.items()})
    for output, array in found.items():
        outputs[output][...] = array
    return outputs


class Run(NamedTuple):
    """How a fast maker is to work."""

    progress: Progress
    jobs: int
    room: Allocate


Maker = Callable[[Request, Run], Mapping[str, Words]]


def makers(stem: str) -> Mapping[str, Maker]:
    """The operations of a family that have a way of their own to be made quickly: truth/fast/<family>.py, FAST."""
    if find_spec(f"posenc.truth.fast.{stem}") is None:
        return {}
    found: Mapping[str, Maker] = import_module(f"posenc.truth.fast.{stem}").FAST
    return found


def digest(outputs: Mapping[str, Words]) -> str:
    """A digest over names, shapes and words, the same for the same numbers in any file format."""
    seen = hashlib.sha256()
    for name, found in sorted(outputs.items()):
        seen.update(f"{name}{found.shape}{found.dtype}".encode())
        whole = np.atleast_1d(found)
        rows = whole.reshape(len(whole), -1) if found.size else whole
        for at in range(0, len(rows), PIECE):  # in pieces: the array may be larger than memory
            piece = np.ascontiguousarray(rows[at : at + PIECE])
            seen.update(piece.astype(piece.dtype.newbyteorder("<"), copy=False).data)
    return seen.hexdigest()


PIECE = 2**16  # rows


def frequencies(request: Request) -> list[Any]:
    """The exact inverse frequencies of a request whose family has them."""
    stem = request.operation.split(".")[0]
    module = family(stem)
    params = {name: exact(value) for name, value in request.params.items()}
    params |= _width(request, params)
    asked = module.OPERATIONS["inverse_frequencies"].define(module.CONVENTIONS[request.convention], params)
    return list(asked["inverse_frequencies"])


def _width(request: Request, params: Mapping[str, Any]) -> dict[str, int]:
    """The parameters that stand for the width of the heads where nothing is said."""
    names = ("rotary_dim", "head_dim")
    return {name: request.inputs["x"].shape[-1] for name in names if params.get(name, 0) is None}


def beside(request: Request) -> Mapping[str, Words]:
    """What a table is made of, correctly rounded to float64 whatever its own format.

    Inverse frequencies (and the factor of attention, where there is one) or slopes; nothing for other families.
    """
    stem = request.operation.split(".")[0]
    if stem == "mrope":  # its pairs turn at the frequencies of rope
        return beside(replace(request, operation="rope.table", convention="rope/interleaved"))
    name = next((name for name in ("inverse_frequencies", "slopes") if name in spec.operations(stem)), None)
    if name is None:
        return {}
    contract = {argument["name"]: argument.get("default") for argument in spec.operations(stem)[name]["arguments"]}
    params = {**contract, **{key: value for key, value in request.params.items() if key in contract}}
    params |= _width(request, params)
    module = family(stem)
    return evaluate(module.OPERATIONS[name], module.CONVENTIONS[request.convention], params, {}, FLOAT64)


def places(request: Request) -> Positions:
    """The positions asked for; none without them."""
    return () if request.positions is None else request.positions


NEEDS: dict[str, Callable[[str, str, Any], object]] = {
    "even": _check.even,
    "count": lambda who, name, value: _check.integer(who, name, value, least=1),
    "base": lambda who, name, value: _check.base(who, value),
    "above-0": lambda who, name, value: _check.real(who, name, value, above=0.0),
    "finite": lambda who, name, value: _check.real(who, name, value, above=-np.inf),
    "scaling": lambda who, name, value: _scaling.checked(who, value),
    "index": lambda who, name, value: _check.integer(who, name, value, least=0),
}


def check(operation: str, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Refuse parameters and arrays that the contract does not allow; raises TypeError or ValueError."""
    stem, name = operation.split(".")
    for argument in spec.operations(stem)[name]["arguments"]:
        given = {**params, **inputs}.get(argument["name"])
        if "choices" in argument and given is not None:
            _check.one_of(operation, argument["name"], given, argument["choices"])
        elif argument["kind"] == "parameter" and given is not None:
            NEEDS[argument["needs"]](operation, argument["name"], given)
        elif given is not None and given.dtype.kind == "f" and argument["name"] not in ("logits", "bias"):
            _check.finite(operation, argument["name"], given)
    domain = family(stem).OPERATIONS[name].domain
    reason = domain(params, {key: np.shape(array) for key, array in inputs.items()}) if domain else None
    if reason:
        raise ValueError(f"{operation}: {reason}")
