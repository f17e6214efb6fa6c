"""What the user asks `posenc golden` for, read from the command line or from a model's configuration."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import models, spec
from posenc.cli.console import known
from posenc.definitions import family
from posenc.models.request import Positions, request
from posenc.truth.formats import Format
from posenc.truth.golden import Request, check

LIMIT = 2**53
TYPES: dict[str, Callable[[Any], Any]] = {"integer": int, "real": float, "text": str, "mapping": json.loads}


def from_options(
    operation: str,
    convention: str | None,
    given: Mapping[str, Any],
    positions: Positions | None,
    inputs: Mapping[str, NDArray[Any]],
    form: Format,
) -> Request:
    """A request for an operation; raises ValueError for what the contract does not know, lacks or refuses."""
    stem, name = operation.split(".")
    contract = {a["name"]: a for a in spec.operations(stem)[name]["arguments"]}
    arrays = [n for n, a in contract.items() if a["kind"] == "array"]
    params = {n: a.get("default") for n, a in contract.items() if a["kind"] == "parameter" and "default" in a}
    if params.get("rotary_dim") == "head_dim":
        params["rotary_dim"] = None
    for key, value in given.items():
        argument = contract[known(f"parameter of {operation}", key, [n for n in contract if n not in arrays])]
        params[key] = _typed(key, value, argument["type"])
    for key in inputs:
        known(f"array of {operation}", key, arrays)
    there = {*params, *inputs, *(["positions"] if positions is not None else [])}
    missing = [n for n in contract if n not in there]
    if missing:
        raise ValueError(f"golden: {operation} needs {', '.join(missing)} as well; posenc show {operation} says what")
    if positions is not None and "positions" not in arrays:
        raise ValueError(f"golden: {operation} has no positions, needs {', '.join(contract)}")
    if positions is not None and family(stem).OPERATIONS[name].inputs["positions"]:
        raise ValueError(f"golden: {operation} has positions along several axes, needs --input positions=FILE.npy")
    check(operation, params, inputs)
    chosen = known("convention", convention, spec.ways(stem)) if convention else spec.ways(stem, name)[0]
    return Request(operation, chosen, params, form, positions, dict(inputs))


def from_configuration(
    config: models.Config,
    convention: str | None,
    positions: Positions | None,
    form: Format,
    given: Mapping[str, Any],
    inputs: Mapping[str, NDArray[Any]],
) -> tuple[Request, Mapping[str, str]]:
    """A request for what a model's configuration says about positions, over its context unless said otherwise.

    given, inputs   parameters and arrays by name; only those that the configuration leaves open, and layer_type
    Returns with it what the operation does not say: how channels are paired, for which layers this is.
    """
    found = models.encoding(config, given.get("layer_type"))
    stem, name = found.operation.split(".")
    contract = {a["name"]: a for a in spec.operations(stem)[name]["arguments"]}
    left = {key: value for key, value in given.items() if key != "layer_type"}
    if not {*left, *inputs} <= set(found.open):
        beside = f"none beside it but {', '.join(found.open)}" if found.open else "none beside it"
        raise ValueError(f"golden: a configuration says its parameters itself, needs {beside}")
    if convention not in (None, found.convention):
        raise ValueError(f"golden: convention is {convention}, needs the configuration's, {found.convention}")
    typed = {key: _typed(key, value, contract[key]["type"]) for key, value in left.items()}
    return request(found, form, positions, typed, inputs), found.notes


def parse_positions(text: str) -> Positions:
    """START:STOP[:STEP] as a range, or numbers with commas between them (decimals, fractions) as exact rationals."""
    try:
        if ":" in text:
            found: Positions = range(*(int(part) for part in text.split(":")))
        else:
            found = tuple(Fraction(part.strip()) for part in text.split(","))
    except (ValueError, ZeroDivisionError, TypeError) as error:
        raise ValueError(f"golden: positions are {text!r} ({error}), needs START:STOP[:STEP] or numbers") from error
    if any(abs(p) > LIMIT for p in (found if isinstance(found, tuple) else [*found[:1], *found[-1:]])):
        raise ValueError(f"golden: positions are {text!r}, needs numbers of at most ±2^53")
    return found


def pairs(options: Sequence[str] | None) -> dict[str, str]:
    """NAME=VALUE options by name."""
    found = {}
    for option in options or ():
        name, equals, value = option.partition("=")
        if not equals or name in found:
            raise ValueError(f"golden: got {option!r}, needs NAME=VALUE, each name once")
        found[name] = value
    return found


def load(path: str) -> NDArray[Any]:
    """The one array of a .npy file."""
    loaded = np.load(Path(path), allow_pickle=False)
    if not isinstance(loaded, np.ndarray):
        raise ValueError(f"golden: {path} is an archive of arrays, needs a single array (.npy)")
    return loaded


def _typed(name: str, value: Any, kind: str) -> Any:
    try:
        return TYPES[kind](value)
    except ValueError:
        raise ValueError(f"golden: {name} is {value!r}, needs one {kind}") from None
