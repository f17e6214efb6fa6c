"""Certified outputs of any operation for any parameters: what `posenc golden` writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from posenc import _check, spec
from posenc.definitions import family
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64, Format, Words
from posenc.truth.program import Program
from posenc.truth.rounding import words
from posenc.truth.tables import Positions, Progress, rotations


@dataclass(frozen=True)
class Request:
    """What is asked for.

    operation   family.operation
    convention  full name, one of the operation's
    params      of the contract, defaults filled in
    form        the format the outputs are rounded to
    positions   where the operation has positions and they need not be stored as an array: exact numbers
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
    if request.operation in _FAST and "positions" not in request.inputs:
        return _FAST[request.operation](request, _Run(progress, jobs, room))
    inputs = dict(request.inputs)
    if request.positions is not None:
        inputs["positions"] = np.array([Fraction(p) for p in request.positions], dtype=object)
    stem, name = request.operation.split(".")
    module = family(stem)
    definition = module.CONVENTIONS[request.convention]
    found = evaluate(module.OPERATIONS[name], definition, request.params, inputs, request.form, refuse_overflow=True)
    outputs = room({output: array.shape for output, array in found.items()})
    for output, array in found.items():
        outputs[output][...] = array
    return outputs


class _Run(NamedTuple):
    """How a fast maker is to work."""

    progress: Progress
    jobs: int
    room: Allocate


def digest(outputs: Mapping[str, Words]) -> str:
    """A digest over names, shapes and words, the same for the same numbers in any file format."""
    seen = hashlib.sha256()
    for name, found in sorted(outputs.items()):
        seen.update(f"{name}{found.shape}{found.dtype}".encode())
        rows = found.reshape(len(found), -1) if found.size else found
        for at in range(0, len(found), PIECE):  # in pieces: the array may be larger than memory
            piece = np.ascontiguousarray(rows[at : at + PIECE])
            seen.update(piece.astype(piece.dtype.newbyteorder("<"), copy=False).data)
    return seen.hexdigest()


PIECE = 2**16  # rows


def frequencies(request: Request) -> list[Any]:
    """The exact inverse frequencies of a request whose family has them."""
    stem = request.operation.split(".")[0]
    module = family(stem)
    exact = {n: sp.Rational(*v.as_integer_ratio()) if isinstance(v, float) else v for n, v in request.params.items()}
    if exact.get("rotary_dim", 0) is None:
        exact["rotary_dim"] = request.inputs["x"].shape[-1]
    asked = module.OPERATIONS["inverse_frequencies"].define(module.CONVENTIONS[request.convention], exact)
    return list(asked["inverse_frequencies"])


def rounded_frequencies(request: Request) -> Words:
    """The same, correctly rounded to float64 whatever the format of the table."""
    return np.array(words(Program(frequencies(request), []), [], FLOAT64), dtype=np.uint64)


def _rope_table(request: Request, run: _Run) -> Mapping[str, Words]:
    omegas, positions = frequencies(request), _positions(request)
    shape = (len(positions), len(omegas))
    outputs = run.room({"cos": shape, "sin": shape})
    out = (outputs["cos"], outputs["sin"])
    rotations(omegas, positions, request.form, out=out, jobs=run.jobs, progress=run.progress)
    return outputs


def _sinusoidal_table(request: Request, run: _Run) -> Mapping[str, Words]:
    start, positions, dim = Fraction(request.params["start"]), _positions(request), request.params["dim"]
    if start.denominator == 1 and isinstance(positions, range):
        positions = range(positions.start + int(start), positions.stop + int(start), positions.step)
    elif start:
        positions = [Fraction(p) + start for p in positions]
    outputs = run.room({"table": (len(positions), dim)})
    place = family("sinusoidal").CONVENTIONS[request.convention].place
    sines, cosines = (outputs["table"][:, _channels([place(i, side, dim) for i in range(dim // 2)])] for side in (0, 1))
    out = (cosines, sines)
    rotations(frequencies(request), positions, request.form, out=out, jobs=run.jobs, progress=run.progress)
    return outputs


def _channels(places: list[int]) -> slice:
    """Evenly spaced channels as a slice, which makes a view."""
    step = places[1] - places[0] if len(places) > 1 else 1
    if places != list(range(places[0], places[-1] + 1, step)):
        raise ValueError(f"golden: channels {places} are not evenly spaced")
    return slice(places[0], places[-1] + 1, step)


def _positions(request: Request) -> Positions:
    return () if request.positions is None else request.positions


def _alibi_bias(request: Request, run: _Run) -> Mapping[str, Words]:
    """Every distinct penalty once: the bias is the slope times an integer."""
    definition, form = family("alibi").CONVENTIONS[request.convention], request.form
    heads, n_q, n_k = (request.params[name] for name in ("num_heads", "n_q", "n_k"))
    penalty = sp.Symbol("t", integer=True)
    top = sp.Rational(*request.params["max_bias"].as_integer_ratio())
    program = Program([-definition.slope(h, heads, top) * penalty for h in range(1, heads + 1)], [penalty])
    seen: dict[int, list[int]] = {}
    outputs = run.room({"bias": (heads, n_q, n_k)})
    outputs["bias"][...] = form.infinity | 1 << (form.bits - 1)
    for a, i in enumerate(range(n_k - n_q, n_k)):
        causal = request.params["use"] == "causal"
        for j in range(i + 1 if causal else n_k):
            t = int(definition.penalty(i, j, n_q, n_k) if causal else definition.symmetric(i, j))
            if t not in seen:
                seen[t] = words(program, [Fraction(t)], form, refuse_overflow=True)
            outputs["bias"][:, a, j] = seen[t]
        run.progress((a + 1) / n_q)
    return outputs


_FAST = {"rope.table": _rope_table, "sinusoidal.table": _sinusoidal_table, "alibi.bias": _alibi_bias}


NEEDS: dict[str, Callable[[str, str, Any], object]] = {
    "even": _check.even,
    "count": lambda who, name, value: _check.integer(who, name, value, least=1),
    "base": lambda who, name, value: _check.base(who, value),
    "above-0": lambda who, name, value: _check.real(who, name, value, above=0.0),
    "finite": lambda who, name, value: _check.real(who, name, value, above=-np.inf),
    "use": lambda who, name, value: _check.one_of(who, name, value, ("causal", "symmetric")),
}


def check(operation: str, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Refuse parameters and arrays that the contract does not allow; raises TypeError or ValueError."""
    stem, name = operation.split(".")
    for argument in spec.operations(stem)[name]["arguments"]:
        given = {**params, **inputs}.get(argument["name"])
        if argument["kind"] == "parameter" and given is not None:
            NEEDS[argument["needs"]](operation, argument["name"], given)
        elif given is not None and given.dtype.kind == "f" and argument["name"] not in ("logits", "bias"):
            _check.finite(operation, argument["name"], given)
    if params.get("use") == "causal" and params["n_q"] > params["n_k"]:
        raise ValueError(
            f"{operation}: n_q is {params['n_q']} and n_k is {params['n_k']}, needs n_q ≤ n_k in causal use"
        )
