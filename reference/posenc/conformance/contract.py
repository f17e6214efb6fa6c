"""The call contract: how a callable is given its arguments, and what may come back."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.conformance.exchange import taken

Argument = Mapping[str, Any]


class Unsupported(Exception):
    """The target does not take what the case needs; the message says what."""


class Broken(Exception):
    """What came back is not what the contract asks for; `kind` names the fault."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


_defects: list[str] = []


def known_defect(present: bool, reason: str) -> None:
    """Said by an adapter during a call: the library is known to be wrong on this input, and why.

    A wrong answer then counts as known and not as a failure; a right one is remarked upon.
    """
    if present:
        _defects.append(reason)


def defects() -> list[str]:
    """What was said since the last time this was asked."""
    said = list(_defects)
    _defects.clear()
    return said


def call(
    function: Callable[..., Any], contract: Sequence[Argument], values: Mapping[str, Any], extra: Mapping[str, Any]
) -> Any:
    """Call by keyword where the names match and by position, in the contract's order, otherwise.

    A parameter that has no counterpart may be left out when it has its default; otherwise the case is unsupported.
    extra     arguments that select a convention, handed over only where a name matches
    Raises Broken, of kind "signature", when the callable needs an argument that the contract does not have.
    """
    positional, keywords = _bind(function, contract, values)
    names = _names(function)
    keywords |= {name: value for name, value in extra.items() if name in names}
    try:
        if names:  # a signature that can be read
            inspect.signature(function).bind(*positional, **keywords)
    except TypeError as error:
        has = ", ".join(argument["name"] for argument in contract)
        raise Broken("signature", f"{error}; the contract has {has}") from error
    return function(*positional, **keywords)


def _bind(
    function: Callable[..., Any], contract: Sequence[Argument], values: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    names = _names(function)
    places = [name for name, kind in names.items() if kind is not inspect.Parameter.KEYWORD_ONLY]
    accepts_any = any(kind is inspect.Parameter.VAR_KEYWORD for kind in names.values())
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    free = [p for p in places if p not in {a["name"] for a in contract} and names[p] not in _STARRED]
    for argument in contract:
        name, value = argument["name"], values.get(argument["name"])
        required = argument["kind"] == "array" or "default" not in argument
        if name in names:
            keywords[name] = value
        elif required and free:
            keywords[free.pop(0)] = value
        elif required:
            positional.append(value)  # a signature that cannot be read, or *args: the contract's order
        elif not _is_default(argument, value):
            if not accepts_any:
                raise Unsupported(f"takes no {name}, which is {value!r} here")
            keywords[name] = value
    positional_only = [p for p in places if names[p] is inspect.Parameter.POSITIONAL_ONLY and p in keywords]
    return [*(keywords.pop(p) for p in positional_only), *positional], keywords


_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _names(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return {name: p.kind for name, p in inspect.signature(function).parameters.items()}
    except (TypeError, ValueError):  # builtins and ufuncs may have no signature
        return {}


def _is_default(argument: Argument, value: Any) -> bool:
    return value is None or value == argument.get("default")


def outputs(result: Any, returns: Sequence[Argument], most: int = sys.maxsize) -> dict[str, NDArray[Any]]:
    """What came back as floating or integer arrays by name; raises Broken with the kind of fault otherwise.

    most   bytes that an array may have: a larger one is refused before it is copied
    """
    names = [one["name"] for one in returns]
    if result is None:
        raise Broken("none", f"returned None, needs {', '.join(names)}")
    if isinstance(result, Mapping):
        missing = [name for name in names if name not in result]
        if missing:
            raise Broken("shape", f"returned {list(result)}, needs {', '.join(names)}")
        parts = [result[name] for name in names]
    elif len(names) == 1:
        parts = [result]
    elif isinstance(result, tuple | list) and len(result) == len(names):
        parts = list(result)
    else:
        raise Broken("shape", f"returned one {type(result).__name__}, needs {len(names)}: {', '.join(names)}")
    for name, part in zip(names, parts, strict=True):
        if getattr(part, "nbytes", 0) > most:
            raise Broken("oversized", f"{name} has {part.nbytes} bytes, needs at most {most}")
    return {one["name"]: _array(one, part) for one, part in zip(returns, parts, strict=True)}


def _array(said: Argument, value: Any) -> NDArray[Any]:
    name = said["name"]
    try:
        array = taken(value)
    except Exception as error:
        raise Broken("dtype", f"{name} is a {type(value).__name__} that NumPy cannot read: {error}") from error
    return array if array.dtype == np.uint16 and not said.get("integer") else fits(said, array)


def fits(said: Argument, array: NDArray[Any]) -> NDArray[Any]:
    """An output of a dtype that the contract allows; raises Broken."""
    name = said["name"]
    if said.get("integer"):
        if array.dtype.kind not in "iu":
            raise Broken("dtype", f"{name} has dtype {array.dtype}, needs integers")
        return array.astype(np.int64)
    if array.dtype not in (np.float16, np.float32, np.float64):
        raise Broken("dtype", f"{name} has dtype {array.dtype}, needs float16, bfloat16, float32 or float64")
    return array
