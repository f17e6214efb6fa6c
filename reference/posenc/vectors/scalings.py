"""Scalings of rotary frequencies that the cases have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Given = Mapping[str, Any]


def scaling(kind: str, extent: int | None = None, **keys: Any) -> dict[str, Any]:
    """A scaling by its type and keys; factor 4 where nothing is said."""
    original = {} if extent is None else {"original_max_position_embeddings": extent}
    said = {"rope_type": kind, "factor": 4.0, **original, **keys}
    return {key: value for key, value in said.items() if value is not None}


def yarn(extent: int, **keys: Any) -> dict[str, Any]:
    """YaRN's."""
    return scaling("yarn", extent, **keys)


def llama3(extent: int, low: float = 1.0, high: float = 4.0, **keys: Any) -> dict[str, Any]:
    """That of Llama 3."""
    return scaling("llama3", extent, low_freq_factor=low, high_freq_factor=high, **keys)


def longrope(extent: int, pairs: int, **keys: Any) -> dict[str, Any]:
    """A short list from 1 to 2 and a long one from 1 to 64, irregular."""
    short = [1.0 + round(8 * i / pairs) / 8 for i in range(pairs)]
    long = [1.0 + round(64 * (i / pairs) ** 2 * 4) / 4 for i in range(pairs)]
    return scaling("longrope", extent, short_factor=short, long_factor=long, **keys)


HALF, THIRD, MOST = (
    scaling("proportional", partial_rotary_factor=p, factor=s) for p, s in ((0.5, 4.0), (0.3, 1.0), (0.7, 2.0))
)
EDGES, OWN = {"beta_fast": 4.0, "beta_slow": 0.5}, {"beta_fast": 2.0, "beta_slow": 0.25}
RATIO, EQUAL = {"mscale": 0.707, "mscale_all_dim": 1.0}, {"mscale": 1.0, "mscale_all_dim": 1.0}
SPREAD: tuple[tuple[str, str, str, Given, int, float], ...] = (
    ("linear", "factor 4", "", scaling("linear"), 1, 1e4),
    ("linear-64", "factor 64", "", scaling("linear", factor=64.0), 1, 5e5),
    ("ntk", "factor 2", "", scaling("ntk", factor=2.0), 1, 1e4),
    ("ntk-32", "factor 32", "", scaling("ntk", factor=32.0), 1, 5e5),
    ("dynamic-at", "at the original length nothing is scaled", "SwitchPoint", scaling("dynamic", 2048), 2048, 1e4),
    ("dynamic", "beyond it", "SwitchPoint", scaling("dynamic", 2048), 2049, 5e5),
    ("dynamic-far", "far beyond it", "SwitchPoint", scaling("dynamic", 2048, factor=2.0), 8192, 1e4),
    ("yarn", "a ramp and a factor", "RampDomain", yarn(2048), 1, 1e4),
    ("yarn-16", "factor 16, other betas", "RampDomain", yarn(4096, factor=16.0, **EDGES), 1, 1e4),
    ("yarn-8", "factor 8, other betas", "RampDomain", yarn(2048, factor=8.0, **OWN), 1, 1e4),
    ("yarn-real", "truncate false", "RampEnds", yarn(4096, truncate=False), 1, 1e4),
    ("yarn-real-b", "truncate false", "RampEnds", yarn(8192, factor=32.0, truncate=False), 1, 15e4),
    ("yarn-said", "attention_factor 1", "FactorSaid", yarn(2048, attention_factor=1.0, truncate=True), 1, 1e4),
    ("yarn-said-b", "attention_factor 1.5", "FactorSaid", yarn(4096, attention_factor=1.5, truncate=True), 1, 1e4),
    ("yarn-mscales", "a ratio", "FactorSaid", yarn(4096, factor=40.0, truncate=True, **RATIO), 1, 1e4),
    ("yarn-mscales-equal", "a ratio of 1", "FactorSaid", yarn(4096, factor=16.0, truncate=True, **EQUAL), 1, 1e4),
    ("llama3", "factor 8", "RampDomain", llama3(2048, factor=8.0), 1, 1e4),
    ("llama3-32", "factor 32, other thresholds", "RampDomain", llama3(2048, 2.0, 8.0, factor=32.0), 1, 1e4),
    ("longrope-at", "just L tokens: the short list", "SwitchPoint", longrope(4096, 4, factor=32.0), 4096, 1e4),
    ("longrope-at-b", "the same for another L", "SwitchPoint", longrope(512, 4, factor=16.0), 512, 5e5),
    ("longrope", "one token more: the long list", "SwitchPoint", longrope(4096, 4, factor=32.0), 4097, 1e4),
    ("longrope-b", "the same for another L", "SwitchPoint", longrope(512, 4, factor=16.0), 513, 5e5),
    ("proportional", "half of the pairs", "PartialRotary", HALF, 1, 1e4),
    ("proportional-cut", "2.4 channels are 1 pair", "PartialRotary", THIRD, 1, 1e6),
    ("proportional-most", "5.6 channels are 2 pairs", "PartialRotary", MOST, 1, 1e4),
)  # name, comment, flag, scaling, length and base of what tables and rotations have in common; four pairs
