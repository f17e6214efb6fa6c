"""Bad input to posenc.rope_scaling: the call, the kind of error, and what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from posenc import rope, rope_scaling

X, EXTENT, NAN = np.ones((2, 4)), "original_max_position_embeddings", float("nan")


def of(kind: Any, extent: Any = None, **keys: Any) -> dict[str, Any]:
    """A scaling; factor 4 unless said."""
    return {"rope_type": kind, "factor": 4.0, **({} if extent is None else {EXTENT: extent}), **keys}


def _lists(extent: Any = 4, **keys: Any) -> dict[str, Any]:
    return of("longrope", extent, **{"short_factor": [1.0, 1.0], "long_factor": [2.0, 2.0], **keys})


def _without(scaling: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in scaling.items() if name != key}


LLAMA = of("llama3", 2048, low_freq_factor=1.0, high_freq_factor=4.0)
SAID: dict[str, tuple[Any, int, type[Exception], str]] = {
    "no mapping": ("linear", 4, TypeError, "scaling is 'linear', needs a mapping"),
    "no type": ({"factor": 2.0}, 4, ValueError, "scaling has no rope_type"),
    "old spelling": ({"type": "linear", "factor": 2.0}, 4, ValueError, "scaling has no rope_type"),
    "unknown type": (of("lama3", 2048), 4, ValueError, "rope_type is 'lama3'.*did you mean 'llama3'"),
    "boolean type": (of(True), 4, ValueError, "rope_type is True"),
    "list type": (of(["yarn"]), 4, ValueError, r"rope_type is \['yarn'\]"),
    "unknown key": (
        of("linear", facter=3.0),
        4,
        ValueError,
        "a key of the scaling 'linear' is 'facter'.*did you mean 'factor'",
    ),
    "theta": (of("ntk", rope_theta=1e4), 4, ValueError, "'rope_theta', needs one of 'rope_type', 'factor'"),
    "key of another type": (of("ntk", 4), 4, ValueError, f"a key of the scaling 'ntk' is '{EXTENT}'"),
    "default with a factor": (of("default"), 4, ValueError, "a key of the scaling 'default' is 'factor'"),
    "no factor": ({"rope_type": "linear"}, 4, ValueError, "the scaling 'linear' has no factor"),
    "factor none": (of("yarn", 2048, factor=None), 4, ValueError, "'yarn' has no factor"),
    "no original": (of("yarn"), 4, ValueError, f"'yarn' has no {EXTENT}, needs {EXTENT}"),
    "no thresholds": (of("llama3", 4), 4, ValueError, "no low_freq_factor and no high_freq_factor"),
    "factor below one": (
        of("linear", factor=0.5),
        4,
        ValueError,
        "factor is 0.5, needs a finite real number of at least 1",
    ),
    "factor nan": (of("linear", factor=NAN), 4, ValueError, "factor is nan"),
    "factor infinite": (of("ntk", factor=np.inf), 4, ValueError, "factor is inf"),
    "factor boolean": (of("ntk", factor=True), 4, TypeError, "factor is True of type bool"),
    "factor text": (of("ntk", factor="4"), 4, TypeError, "factor is '4' of type str"),
    "original zero": (of("yarn", 0), 4, ValueError, f"{EXTENT} is 0, needs an integer of at least 1"),
    "original real": (of("yarn", 4096.0), 4, TypeError, f"{EXTENT} is 4096.0 of type float"),
    "betas equal": (of("yarn", 2048, beta_fast=2.0, beta_slow=2.0), 4, ValueError, "beta_slow is 2 and beta_fast 2"),
    "betas exchanged": (of("by-parts", 2048, beta_fast=1.0, beta_slow=32.0), 4, ValueError, "needs beta_slow below"),
    "beta zero": (
        of("yarn", 2048, beta_slow=0.0),
        4,
        ValueError,
        "beta_slow is 0.0, needs a finite real number above 0",
    ),
    "beta nan": (of("yarn", 2048, beta_fast=NAN), 4, ValueError, "beta_fast is nan"),
    "truncate number": (of("yarn", 2048, truncate=0), 4, TypeError, "truncate is 0 of type int, needs True or False"),
    "truncate of the parts": (of("by-parts", 2048, truncate=True), 4, ValueError, "is 'truncate'"),
    "mscale alone": (
        of("yarn", 2048, mscale=0.7),
        4,
        ValueError,
        "mscale and mscale_all_dim have one meaning only together",
    ),
    "mscale zero": (of("yarn", 2048, mscale=1.0, mscale_all_dim=0.0), 4, ValueError, "mscale_all_dim is 0.0"),
    "attention factor zero": (of("yarn", 2048, attention_factor=0.0), 4, ValueError, "attention_factor is 0.0"),
    "attention factor nan": (_lists(attention_factor=NAN), 4, ValueError, "attention_factor is nan"),
    "thresholds exchanged": (
        {**LLAMA, "low_freq_factor": 8.0},
        4,
        ValueError,
        "low_freq_factor is 8 and high_freq_factor 4",
    ),
    "low zero": (
        {**LLAMA, "low_freq_factor": 0.0},
        4,
        ValueError,
        "low_freq_factor is 0.0, needs a finite real number above 0",
    ),
    "list short": (_lists(), 8, ValueError, "short_factor holds 2 numbers, needs one for each of 4 pairs"),
    "lists unequal": (_lists(long_factor=[1.0]), 4, ValueError, "short_factor and long_factor hold 2 and 1 numbers"),
    "list zero": (
        _lists(long_factor=[1.0, 0.0]),
        4,
        ValueError,
        r"long_factor\[1\] is 0.0, needs a finite real number above 0",
    ),
    "list boolean": (_lists(short_factor=[True, 1.0]), 4, TypeError, r"short_factor\[0\] is True"),
    "list number": (_lists(short_factor=1.0), 4, TypeError, "short_factor is 1.0, needs a list"),
    "original one": (_lists(1), 4, ValueError, f"{EXTENT} is 1, whose logarithm divides"),
    "longrope without a factor": (_without(_lists(), "factor"), 4, ValueError, "needs factor or attention_factor"),
    "share": (of("proportional", partial_rotary_factor=1.5), 4, ValueError, "partial_rotary_factor is 1.5.*at most 1"),
    "share negative": (of("proportional", partial_rotary_factor=-0.1), 4, ValueError, "of at least 0 and at most 1"),
    "ntk of two": (of("ntk"), 2, ValueError, "rotary_dim is 2, needs at least 4"),
    "dynamic of two": (of("dynamic", 4), 2, ValueError, "rotary_dim is 2, needs at least 4"),
}


def frequencies(scaling: Any, wide: int = 4, **other: Any) -> Callable[[], Any]:
    options = {"length": 1, **other}
    return lambda: rope_scaling.inverse_frequencies(wide, scaling=scaling, **options)


def rotate(scaling: Any = LLAMA, x: Any = X, positions: Any = (0, 1), **other: Any) -> Callable[[], Any]:
    return lambda: rope_scaling.rotate(x, positions, **{"scaling": scaling, "length": 1, **other})


PLAIN = rope.inverse_frequencies(4)
NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    **{name: (frequencies(scaling, wide), kind, said) for name, (scaling, wide, kind, said) in SAID.items()},
    "odd": (frequencies(LLAMA, 3), ValueError, "rotary_dim is 3, needs an even number"),
    "base": (frequencies(LLAMA, base=1), ValueError, "base is 1, needs a finite real number above 1"),
    "length zero": (frequencies(LLAMA, length=0), ValueError, "length is 0, needs an integer of at least 1"),
    "length real": (frequencies(LLAMA, length=4.0), TypeError, "length is 4.0 of type float"),
    "ramp": (frequencies(of("yarn", 2048), ramp="papers"), ValueError, "ramp is 'papers'.*did you mean 'paper'"),
    "truncate of the paper": (frequencies(of("yarn", 2048, truncate=True), ramp="paper"), ValueError, "needs none with ramp='paper'"),
    "short original": (frequencies(of("yarn", 6)), ValueError, "needs more than 2π·beta_slow tokens"),
    "short original of slow pairs": (frequencies(of("yarn", 25, beta_slow=4)), ValueError, "is 25 and beta_slow 4"),
    "long original": (frequencies(of("yarn", 4096), base=2.0), ValueError, "needs fewer tokens or a larger base"),
    "dtype": (lambda: rope_scaling.table([0], 4, scaling=LLAMA, length=1, dtype=int), TypeError, "dtype is int64"),
    "table factor": (
        lambda: rope_scaling.table([0], 4, scaling=of("yarn", 2048, attention_factor=1e5), length=1, dtype="f2"),
        ValueError,
        r"attention_factor is 100000, needs a number within float16",
    ),
    "table positions": (lambda: rope_scaling.table([NAN], 4, scaling=LLAMA, length=1), ValueError, "positions.*nan"),
    "nan x": (rotate(x=X * NAN), ValueError, r"x\[0, 0\] is nan"),
    "int x": (rotate(x=X.astype(int)), TypeError, "x has dtype int64"),
    "one position": (rotate(positions=[1]), ValueError, r"positions have shape \(1,\), needs \(2,\)"),
    "pairing": (rotate(pairing="half"), ValueError, "pairing is 'half'.*did you mean 'halves'"),
    "long rotary": (rotate(rotary_dim=6), ValueError, "6 channels are to be turned"),
    "part of proportional": (rotate(of("proportional"), rotary_dim=2), ValueError, "rotary_dim is 2, needs all 4 channels"),
    "large output": (rotate(of("yarn", 2048), X.astype("f2") * 60000), ValueError, r"the output\[0, 0\] is inf"),
    "attention factor": (lambda: rope_scaling.attention_factor({"rope_type": "yarm"}), ValueError, "did you mean 'yarn'"),
    "linear": (lambda: rope_scaling.linear(PLAIN, factor=0), ValueError, "rope_scaling.linear: factor is 0"),
    "linear frequencies": (lambda: rope_scaling.linear([1, 2], factor=2), TypeError, "frequencies has dtype int64"),
    "ntk": (lambda: rope_scaling.ntk(PLAIN[:1], factor=2), ValueError, "rope_scaling.ntk: rotary_dim is 2"),
    "dynamic": (lambda: rope_scaling.dynamic(PLAIN, 0, factor=2, **{EXTENT: 4}), ValueError, "length is 0"),
    "by parts": (lambda: rope_scaling.by_parts(PLAIN, factor=2), ValueError, "rope_scaling.by_parts: .* has no orig"),
    "yarn": (lambda: rope_scaling.yarn(PLAIN, base=1, factor=2, original_max_position_embeddings=4096), ValueError, "rope_scaling.yarn: base is 1"),
    "llama3": (lambda: rope_scaling.llama3(PLAIN, factor=2, **{EXTENT: 4}), ValueError, "rope_scaling.llama3: .* no low_freq"),
    "longrope": (
        lambda: rope_scaling.longrope(PLAIN, 5, factor=2, short_factor=[1.0], long_factor=[1.0], **{EXTENT: 4}),
        ValueError,
        "rope_scaling.longrope: short_factor holds 1 numbers, needs one for each of 2 pairs",
    ),
    "proportional": (lambda: rope_scaling.proportional(PLAIN, partial_rotary_factor=NAN), ValueError, "partial_rotary_factor is nan"),
}  # fmt: skip
