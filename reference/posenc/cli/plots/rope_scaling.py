"""The sketch of rope_scaling."""

from __future__ import annotations

from posenc.cli.plots import BASE, numbers
from posenc.definitions import family as definitions

PAIRS = 64
TITLE, AXIS = "by what YaRN divides frequency i, head_dim 128, factor 16, 4096 tokens before", "pair i"
YARN = {"rope_type": "yarn", "factor": 16, "original_max_position_embeddings": 4096}


def values() -> list[float]:
    """θ_i over the scaled frequency."""
    which = definitions("rope_scaling").CONVENTIONS["rope_scaling/published"]
    plain = numbers([which.frequency(i, 2 * PAIRS, BASE) for i in range(PAIRS)])
    scaled = numbers([which.scaled(i, 2 * PAIRS, BASE, YARN, 1) for i in range(PAIRS)])
    return [one / other for one, other in zip(plain, scaled, strict=True)]
