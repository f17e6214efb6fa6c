"""The cases of resampling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from posenc.vectors.case import Case, values

WAYS = tuple(
    f"interpolation/{method}{how}" for method in ("linear", "cubic") for how in ("", "-corners", "-antialiased")
)
GROWN = tuple(way for way in WAYS if way != "interpolation/linear-antialiased")  # which is linear when growing


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _weights()
    yield from _resize()


def _weights() -> Iterator[Case]:
    def weights(name: str, comment: str, flags: list[str], old: int, new: int, **more: Any) -> Case:
        return Case(f"weights/{name}", comment, flags, {"old": old, "new": new}, {}, **{"conventions": WAYS, **more})

    yield weights(
        "4-to-8", "twice as many: ends below the first and above the last", ["GridEdge", "Ktv"], 4, 8, conventions=GROWN
    )
    yield weights("3-to-7", "no whole ratio", ["GridEdge"], 3, 7, conventions=GROWN)
    yield weights("6-to-4", "fewer", ["GridEdge"], 6, 4)
    yield weights("9-to-2", "far fewer: four and a half places for each new one", ["GridEdge"], 9, 2)
    yield weights("14-to-16", "ViT-B/16 from 224 to 256 pixels", ["GridEdge"], 14, 16, conventions=GROWN)
    yield weights("1-to-3", "a single place is repeated", ["GridEdge"], 1, 3, conventions=WAYS[:1])
    yield weights("refuse-none", "no place on the axis", ["GridEdge"], 0, 3, conventions=(), refused="domain")


def _resize() -> Iterator[Case]:
    def resize(
        name: str,
        comment: str,
        flags: list[str],
        old: tuple[int, int],
        new: tuple[int, int],
        prefix: int = 0,
        **more: Any,
    ) -> Case:
        sizes = dict(zip(("height", "width", "new_height", "new_width"), (*old, *new), strict=True))
        rows, channels = prefix + old[0] * old[1] - more.pop("short", 0), more.pop("channels", 2)
        inputs = {"table": values(rows, channels, seed=len(name))}
        return Case(
            f"resize/{name}", comment, flags, {**sizes, "prefix": prefix}, inputs, **{"conventions": WAYS, **more}
        )

    yield resize("text-grown", "a table of text from 4 rows to 7", ["GridEdge"], (4, 1), (7, 1), conventions=GROWN)
    yield resize("text-shrunk", "from 6 rows to 4", ["GridEdge"], (6, 1), (4, 1))
    yield resize(
        "text-one-channel",
        "a single channel, which some layouts confuse",
        ["NonSquare", "GridEdge"],
        (5, 1),
        (3, 1),
        channels=1,
    )
    yield resize(
        "class-row",
        "the class token's row is kept, 2 × 3 to 3 × 4",
        ["NonSquare"],
        (2, 3),
        (3, 4),
        1,
        conventions=GROWN,
    )
    yield resize("two-prefix-rows", "3 × 2 to 2 × 5", ["NonSquare"], (3, 2), (2, 5), 2)
    yield resize("square", "3 × 3 to 4 × 5", ["GridEdge"], (3, 3), (4, 5), 1, conventions=GROWN)
    yield resize("vit-grown", "a class token and 4 × 4 to 6 × 5", ["GridEdge"], (4, 4), (6, 5), 1, conventions=GROWN)
    yield resize("vit-shrunk", "a class token and 4 × 4 to 3 × 2", ["GridEdge"], (4, 4), (3, 2), 1)
    yield resize("same-count", "1 × 4 to 2 × 2: as many places", ["NonSquare"], (1, 4), (2, 2))
    yield resize("same-count-prefix", "2 × 8 to 4 × 4", ["NonSquare"], (2, 8), (4, 4), 1)
    yield resize(
        "to-one",
        "everything into one place",
        ["GridEdge"],
        (2, 3),
        (1, 1),
        conventions=("interpolation/linear", "interpolation/cubic-corners"),
    )
    for old, new in ((11, 15), (13, 15)):  # old · (new / old) falls short of new in float64
        yield resize(
            f"{old}-to-{new}",
            "a size that a product with the rounded scale falls short of",
            ["GridEdge"],
            (old, 1),
            (new, 1),
            conventions=WAYS[:1],
            channels=1,
        )
    yield resize("same-grid", "2 × 3 as it is", ["NonSquare"], (2, 3), (2, 3), 1, conventions=WAYS[:1])
    yield resize(
        "refuse-rows", "a row is missing", ["NonSquare"], (2, 3), (3, 3), 1, conventions=(), refused="shape", short=1
    )
    yield resize(
        "refuse-empty", "a new grid without places", ["GridEdge"], (2, 3), (0, 3), conventions=(), refused="domain"
    )
