"""Certified outputs of any operation for any parameters: what `posenc golden` writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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
    positions: range | Positions | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


def golden(request: Request, progress: Progress = lambda share: None) -> dict[str, Words]:
    """The correctly rounded outputs by name; raises OverflowError where one is beyond the format's numbers."""
    if request.operation in _FAST and "positions" not in request.inputs:
        return _FAST[request.operation](request, progress)
    inputs = dict(request.inputs)
    if request.positions is not None:
        inputs["positions"] = np.array([float(p) for p in request.positions])
    stem, name = request.operation.split(".")
    module = family(stem)
    definition = module.CONVENTIONS[request.convention]
    return evaluate(module.OPERATIONS[name], definition, request.params, inputs, request.form, refuse_overflow=True)


def digest(outputs: Mapping[str, Words]) -> str:
    """A digest over names, shapes and words, the same for the same numbers in any file format."""
    seen = hashlib.sha256()
    for name, found in sorted(outputs.items()):
        seen.update(f"{name}{found.shape}{found.dtype}".encode())
        seen.update(np.ascontiguousarray(found).astype(found.dtype.newbyteorder("<"), copy=False).data)
    return seen.hexdigest()


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


def _rope_table(request: Request, progress: Progress) -> dict[str, Words]:
    cosines, sines = rotations(frequencies(request), _positions(request), request.form, progress=progress)
    return {"cos": cosines, "sin": sines}


def _sinusoidal_table(request: Request, progress: Progress) -> dict[str, Words]:
    start, positions = Fraction(request.params["start"]), _positions(request)
    if start.denominator == 1 and isinstance(positions, range):
        positions = range(positions.start + int(start), positions.stop + int(start), positions.step)
    elif start:
        positions = [Fraction(p) + start for p in positions]
    cosines, sines = rotations(frequencies(request), positions, request.form, progress=progress)
    place = family("sinusoidal").CONVENTIONS[request.convention].place
    dim = request.params["dim"]
    table = np.empty((len(positions), dim), dtype=request.form.word_dtype)
    for i in range(dim // 2):
        table[:, place(i, 0, dim)], table[:, place(i, 1, dim)] = sines[:, i], cosines[:, i]
    return {"table": table}


def _positions(request: Request) -> range | Positions:
    return () if request.positions is None else request.positions


def _alibi_bias(request: Request, progress: Progress) -> dict[str, Words]:
    """Every distinct penalty once: the bias is the slope times an integer."""
    definition, form = family("alibi").CONVENTIONS[request.convention], request.form
    heads, n_q, n_k = (request.params[name] for name in ("num_heads", "n_q", "n_k"))
    penalty = sp.Symbol("t", integer=True)
    top = sp.Rational(*request.params["max_bias"].as_integer_ratio())
    program = Program([-definition.slope(h, heads, top) * penalty for h in range(1, heads + 1)], [penalty])
    forbidden = form.infinity | 1 << (form.bits - 1)
    seen: dict[int, list[int]] = {}
    out = np.full((heads, n_q, n_k), forbidden, dtype=form.word_dtype)
    for a, i in enumerate(range(n_k - n_q, n_k)):
        causal = request.params["use"] == "causal"
        for j in range(i + 1 if causal else n_k):
            t = int(definition.penalty(i, j, n_q, n_k) if causal else definition.symmetric(i, j))
            if t not in seen:
                seen[t] = words(program, [Fraction(t)], form, refuse_overflow=True)
            out[:, a, j] = seen[t]
        progress((a + 1) / n_q)
    return {"bias": out}


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
