"""Values of a configuration, each refused by name when it is missing or not what it must be."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from posenc.models.record import Config

WHO = "models.encoding"


def integer(config: Config, *names: str) -> int:
    """The first of some spellings of a positive integer that is there."""
    name, value = _first(config, names)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{WHO}: {name} is {value!r}, needs a positive integer")
    return value


def number(config: Config, *names: str, least: float = 0.0, reached: bool = False) -> float:
    """The first of some spellings of a finite number above least, or equal to it where that may be reached."""
    name, value = _first(config, names)
    return real(name, value, least=least, reached=reached)


def real(name: str, value: Any, *, least: float = 0.0, reached: bool = False) -> float:
    """A finite number above least, or equal to it where that may be reached."""
    right = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**1000
    if not right or value < least or (value == least and not reached):
        bound = f"of at least {least:g}" if reached else f"above {least:g}"
        raise ValueError(f"{WHO}: {name} is {value!r}, needs a finite number {bound}")
    return float(value)


def flag(config: Config, name: str, default: bool) -> bool:
    """True or false; the default where nothing is said."""
    value = config.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise ValueError(f"{WHO}: {name} is {value!r}, needs true or false")
    return value


def mapping(config: Config, name: str) -> Config:
    """An object; an empty one where nothing is said."""
    value = config.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{WHO}: {name} is {value!r}, needs an object or null")
    return value


def one_of(name: str, value: Any, known: Collection[str]) -> str:
    """A name among those that are known; near misses are listed."""
    if not isinstance(value, str) or value not in known:
        near = get_close_matches(value.lower(), known, n=3, cutoff=0.4) if isinstance(value, str) else []
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"{WHO}: {name} is {value!r}, needs one of {', '.join(known)}{hint}")
    return value


def agreed(name: str, values: dict[str, Any]) -> Any:
    """The one value that is said in several places, by place; None when it is said nowhere."""
    said = {place: value for place, value in values.items() if value is not None}
    if any(value != next(iter(said.values())) for value in said.values()):
        told = " and ".join(f"{value!r} in {place}" for place, value in said.items())
        raise ValueError(f"{WHO}: {name} is {told}, needs one value")
    return next(iter(said.values()), None)


def _first(config: Config, names: tuple[str, ...]) -> tuple[str, Any]:
    for name in names:
        if config.get(name) is not None:
            return name, config[name]
    raise ValueError(f"{WHO}: {' or '.join(names)} is missing")
