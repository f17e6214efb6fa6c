"""What a scaling of rotary frequencies may hold: the one home of its names, its defaults and its refusals.

The names are those of transformers' rope_parameters, without rope_theta, which is the base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from posenc import _check

MUST = object()  # the key has no default
EXTENT = "original_max_position_embeddings"
KEYS: dict[str, dict[str, Any]] = {
    "default": {},
    "linear": {"factor": MUST},
    "ntk": {"factor": MUST},
    "dynamic": {"factor": MUST, EXTENT: MUST},
    "by-parts": {"factor": MUST, EXTENT: MUST, "beta_fast": 32.0, "beta_slow": 1.0},
    "yarn": {
        "factor": MUST,
        EXTENT: MUST,
        "beta_fast": 32.0,
        "beta_slow": 1.0,
        "truncate": True,
        "attention_factor": None,
        "mscale": None,
        "mscale_all_dim": None,
    },
    "llama3": {"factor": MUST, EXTENT: MUST, "low_freq_factor": MUST, "high_freq_factor": MUST},
    "longrope": {"short_factor": MUST, "long_factor": MUST, EXTENT: MUST, "factor": None, "attention_factor": None},
    "proportional": {"partial_rotary_factor": 1.0, "factor": 1.0},
}


def checked(who: str, scaling: object) -> dict[str, Any]:
    """The scaling with its defaults filled in.

    Refused, by name: what is no mapping, a rope_type that is not known, a key that does not belong to it or is missing,
    a value out of its range, two values that contradict each other.
    """
    if not isinstance(scaling, Mapping):
        raise TypeError(
            f"{who}: scaling is {scaling!r}, needs a mapping such as {{'rope_type': 'linear', 'factor': 4}}"
        )
    if "rope_type" not in scaling:
        raise ValueError(f"{who}: scaling has no rope_type, needs one of {', '.join(map(repr, KEYS))}")
    kind = _check.one_of(who, "rope_type", scaling["rope_type"], KEYS)
    known = KEYS[kind]
    for key in scaling:
        if key != "rope_type" and key not in known:
            _check.one_of(who, f"a key of the scaling {kind!r}", key, ("rope_type", *known))
    missing = [key for key, default in known.items() if default is MUST and scaling.get(key) is None]
    if missing:
        raise ValueError(f"{who}: the scaling {kind!r} has no {' and no '.join(missing)}, needs {', '.join(missing)}")
    given = {key: NEEDS[key](who, key, scaling[key]) for key in known if scaling.get(key) is not None}
    _agreed(who, kind, given := {"rope_type": kind, **known, **given})
    return given


def _agreed(who: str, kind: str, given: Mapping[str, Any]) -> None:
    """Refuse values that contradict each other."""
    if "beta_fast" in given and not given["beta_slow"] < given["beta_fast"]:
        raise ValueError(
            f"{who}: beta_slow is {given['beta_slow']:g} and beta_fast {given['beta_fast']:g}, needs beta_slow below"
        )
    if kind == "llama3" and given["low_freq_factor"] > given["high_freq_factor"]:
        said = f"low_freq_factor is {given['low_freq_factor']:g} and high_freq_factor {given['high_freq_factor']:g}"
        raise ValueError(f"{who}: {said}, needs low_freq_factor at most high_freq_factor")
    if kind == "yarn" and (given["mscale"] is None) != (given["mscale_all_dim"] is None):
        # transformers drops the one, DeepSeek's code reads it with a default for the other: two attention factors
        raise ValueError(f"{who}: mscale and mscale_all_dim have one meaning only together, needs both or none")
    if kind == "longrope":
        if given[EXTENT] < 2:
            raise ValueError(f"{who}: {EXTENT} is 1, whose logarithm divides, needs an integer of at least 2")
        if given["factor"] is None and given["attention_factor"] is None:
            raise ValueError(f"{who}: the scaling 'longrope' has no factor, needs factor or attention_factor")
        if len(given["short_factor"]) != len(given["long_factor"]):
            lengths = f"{len(given['short_factor'])} and {len(given['long_factor'])}"
            raise ValueError(f"{who}: short_factor and long_factor hold {lengths} numbers, needs as many as pairs")


def ramp(who: str, value: object, scaling: Mapping[str, Any]) -> str:
    """YaRN's ramp by name; that of the paper has no ends that could be rounded."""
    found = _check.one_of(who, "ramp", value, ("published", "paper"))
    if found == "paper" and scaling.get("truncate") is not None:
        raise ValueError(f"{who}: truncate rounds the ends of the published ramp, needs none with ramp='paper'")
    return found


def one_per_pair(who: str, given: Mapping[str, Any], pairs: int) -> None:
    """Refuse lists of factors that do not hold one for each pair."""
    for name in ("short_factor", "long_factor"):
        if len(given.get(name, range(pairs))) != pairs:
            raise ValueError(f"{who}: {name} holds {len(given[name])} numbers, needs one for each of {pairs} pairs")


def _factors(who: str, name: str, value: object) -> tuple[float, ...]:
    """A list of numbers above 0."""
    if not isinstance(value, list | tuple | np.ndarray) or not len(value):
        raise TypeError(f"{who}: {name} is {value!r}, needs a list of numbers above 0, one for each pair")
    return tuple(_check.real(who, f"{name}[{place}]", one, above=0.0) for place, one in enumerate(value))


def _flag(who: str, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{who}: {name} is {value!r} of type {type(value).__name__}, needs True or False")
    return value


def _above_zero(who: str, name: str, value: object) -> float:
    return _check.real(who, name, value, above=0.0)


def _stretch(who: str, name: str, value: object) -> float:
    return _check.within(who, name, value, least=1.0)


NEEDS: dict[str, Callable[[str, str, Any], Any]] = {
    "factor": _stretch,
    EXTENT: lambda who, name, value: _check.integer(who, name, value, least=1),
    **dict.fromkeys(("beta_fast", "beta_slow", "mscale", "mscale_all_dim", "attention_factor"), _above_zero),
    **dict.fromkeys(("low_freq_factor", "high_freq_factor"), _above_zero),
    **dict.fromkeys(("short_factor", "long_factor"), _factors),
    "partial_rotary_factor": lambda who, name, value: _check.within(who, name, value, least=0.0, most=1.0),
    "truncate": _flag,
}

PI = (Fraction(314159265358979323846264338327950288, 10**35), Fraction(314159265358979323846264338327950289, 10**35))


def ramp_stands(who: str, given: Mapping[str, Any], rotary_dim: int, base: float) -> None:
    """Refuse a published ramp whose low end is not below its high end: there the published code turns it round.

    Decided exactly, since π is irrational and no case lies between its two bounds that is not refused.
    """
    extent, slow, fast = given[EXTENT], Fraction(given["beta_slow"]), Fraction(given["beta_fast"])
    if extent <= 2 * PI[1] * slow:
        raise ValueError(
            f"{who}: {EXTENT} is {extent} and beta_slow {given['beta_slow']:g}, needs more than 2π·beta_slow tokens: "
            "there the published ramp turns round and interpolates nothing"
        )
    most = 2 * rotary_dim - (0 if given["truncate"] else 2)
    if (extent / (2 * PI[0] * fast)) ** rotary_dim >= Fraction(base) ** most:
        raise ValueError(
            f"{who}: {EXTENT} is {extent}, base {base:g} and beta_fast {given['beta_fast']:g}, needs fewer tokens or a "
            "larger base: there the published ramp turns round and interpolates everything"
        )
