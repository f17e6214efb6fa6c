"""The sketch of mrope."""

from __future__ import annotations

from posenc.definitions import family as definitions
from posenc.definitions.mrope import IMAGE, TEXT

TITLE, AXIS = "position along the height: 16 tokens of text, an image of 6 × 10, 20 tokens of text", "token"


def values() -> list[float]:
    """The second row of position_ids."""
    which = definitions("mrope").CONVENTIONS["mrope/chunked"]
    segments = [(TEXT, 16, 1, 1), (IMAGE, 1, 6, 10), (TEXT, 20, 1, 1)]
    return [float(height) for _, height, _ in which.ids(segments, [1, 1, 1], 1, 1)]
