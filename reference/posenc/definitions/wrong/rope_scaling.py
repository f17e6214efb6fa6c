"""Wrong scalings of rotary frequencies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.definitions import Below, Rounded
from posenc.definitions.rope_scaling import EXTENT, ONE, TENTH
from posenc.definitions.wrong import Mistake
from posenc.definitions.wrong import rope as wrong_rope


def _with(**functions: Any) -> Mistake:
    return lambda which: replace(which, **functions)


def _on(field: str, function: Callable[..., Any]) -> Mistake:
    """A function of a definition passed through function(definition's own, its arguments)."""
    return lambda which: replace(which, **{field: lambda *args: function(getattr(which, field), *args)})


def _given(change: Callable[[Any], dict[str, Any]]) -> Mistake:
    """The attention factor of another scaling: change(scaling) is put over it."""
    return _on("attention", lambda attention, given: attention({**given, **change(given)}))


def _only(kind: str, function: Callable[[Any, Any], Any]) -> Mistake:
    """Another attention factor of one type."""
    return _on(
        "attention",
        lambda attention, given: function(attention, given) if given["rope_type"] == kind else attention(given),
    )


def _seen(kind: str, function: Callable[[Any], Any]) -> Mistake:
    """Another length for one type, whatever the sequence has."""
    return _on(
        "seen", lambda seen, given, length: function(given) if given["rope_type"] == kind else seen(given, length)
    )


def _mscale(given: Any) -> Any:
    """What is said for A, read as mscale."""
    said = given.get("attention_factor")
    return {} if said is None else {"attention_factor": TENTH * said * sp.log(given.get("factor", 1)) + 1}


def _long(given: Any, length: int) -> bool:
    return bool(given["rope_type"] != "longrope" or length > given[EXTENT])


WRONG: dict[str, Mistake] = {
    "rope_scaling/multiplied": _with(shrink=lambda theta, s: theta * s),
    "rope_scaling/unscaled": _with(
        shrink=lambda theta, s: theta,
        stretched=lambda base, s, r: base,
        blend=lambda theta, s, kept: theta,
        picked=lambda theta, factor: theta,
        shared=lambda i, p, r: ONE,
        attention=lambda given: ONE,
    ),
    "rope_scaling/doubled": lambda which: replace(which, rope=wrong_rope.WRONG["rope/doubled"](which.rope)),
    "rope_scaling/clockwise": lambda which: replace(which, rope=wrong_rope.WRONG["rope/clockwise"](which.rope)),
    "rope_scaling/base-ignored": lambda which: replace(which, rope=wrong_rope.WRONG["rope/base-ignored"](which.rope)),
    "rope_scaling/base-times-factor": _with(stretched=lambda base, s, r: base * s),
    "rope_scaling/ntk-inverted": _with(stretched=lambda base, s, r: base * s ** (sp.sympify(r - 2) / r)),
    "rope_scaling/ntk-twice": _on("stretched", lambda stretched, base, s, r: stretched(stretched(base, s, r), s, r)),
    "rope_scaling/dynamic-static": _seen("dynamic", lambda given: given["factor"] * sp.sympify(given[EXTENT])),
    "rope_scaling/dynamic-ratio": _with(bracket=lambda s, length, extent: length / extent),
    "rope_scaling/dynamic-fixed": _with(bracket=lambda s, length, extent: s),
    "rope_scaling/dynamic-product": _with(bracket=lambda s, length, extent: s * length / extent),
    "rope_scaling/extended-original": _on("extent", lambda extent, given: extent(given) * (given.get("factor") or 1)),
    "rope_scaling/boundary": _with(longer=lambda length, extent: bool(length >= extent)),
    "rope_scaling/always-long": _seen("longrope", lambda given: sp.sympify(given[EXTENT]) + 1),
    "rope_scaling/always-short": _seen("longrope", lambda given: sp.sympify(given[EXTENT])),
    "rope_scaling/longrope-multiplied": _with(picked=lambda theta, factor: theta * factor),
    "rope_scaling/branches-swapped": _on("blend", lambda blend, theta, s, kept: blend(theta, s, 1 - kept)),
    "rope_scaling/wavelengths-blended": _with(
        blend=lambda theta, s, kept: theta * sp.Pow(s * (1 - kept) + kept, -1, evaluate=False)
    ),
    "rope_scaling/ends-not-rounded": _with(truncates=lambda given: False),
    "rope_scaling/ends-rounded": _with(truncates=lambda given: True),
    "rope_scaling/betas-ignored": _with(betas=lambda given: (1, 32)),
    "rope_scaling/index-without-two": _on(
        "index", lambda index, turns, r, base, extent: 2 * index(turns, r, base, extent)
    ),
    "rope_scaling/index-without-pi": _with(
        index=lambda turns, r, base, extent: r * sp.log(sp.sympify(extent) / turns) / (2 * sp.log(base))
    ),
    "rope_scaling/frequency-as-wavelength": _with(wavelength=lambda theta: ONE / theta),
    "rope_scaling/smooth-inverted": _with(smooth=lambda share: 1 - share),
    "rope_scaling/thresholds-swapped": _on("thresholds", lambda thresholds, given: thresholds(given)[::-1]),
    "rope_scaling/share-of-the-exponent": _with(
        spread=lambda base, i, r, p: base ** (-2 * sp.sympify(i) / (p * r)) if p else ONE
    ),
    "rope_scaling/share-ignored": _with(shared=lambda i, p, r: ONE),
    "rope_scaling/share-rounded-up": _with(shared=lambda i, p, r: Below(2 * i, Rounded(p * r, "float64"), 1, 0)),
    "rope_scaling/factor-missing": _with(attention=lambda given: ONE),
    "rope_scaling/factor-squared": _on("attention", lambda attention, given: attention(given) ** 2),
    "rope_scaling/factor-on-cosine": _with(waves=lambda a, given, length: (a, ONE)),
    "rope_scaling/factor-on-all-channels": _with(rest=lambda a: a),
    "rope_scaling/factor-when-long": _with(
        waves=lambda a, given, length: (a, a) if _long(given, length) else (ONE, ONE)
    ),
    "rope_scaling/said-factor-ignored": _given(lambda given: {"attention_factor": None}),
    "rope_scaling/said-factor-as-mscale": _given(_mscale),
    "rope_scaling/mscales-ignored": _given(lambda given: {"mscale": None}),
    "rope_scaling/mscale-without-ratio": _given(lambda given: {"mscale_all_dim": 0}),
    "rope_scaling/longrope-as-yarn": _only(
        "longrope", lambda attention, given: attention({**given, "rope_type": "yarn"})
    ),
    "rope_scaling/bf16-frequencies": _with(held=lambda theta: Rounded(theta, "bfloat16")),
}
