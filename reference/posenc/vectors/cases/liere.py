"""The cases of rotations by exponentials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

PLANES = np.array([[[-1.0, 0.0, 0.0]], [[0.0, -1.0, 0.0]]])  # the planes (0, 1) and (0, 2)


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _rotate()
    yield from _refused()


def _case(name: str, comment: str, flags: Sequence[str], x: Any, positions: Any, generators: Any, **more: Any) -> Case:
    inputs = {"x": x, "positions": np.array(positions), "generators": np.asarray(generators, dtype=np.float64)}
    return Case(f"rotate/{name}", comment, flags, {}, inputs, **{"conventions": ("liere/blocks",), **more})


def _rotate() -> Iterator[Case]:
    def rotate(
        name: str,
        comment: str,
        flags: Sequence[str],
        shape: tuple[int, ...],
        positions: Any,
        generators: tuple[int, ...] | Any,
    ) -> Case:
        seed = len(name)
        given = values(*generators, seed=seed + 1) if isinstance(generators, tuple) else generators
        return _case(name, comment, flags, values(*shape, seed=seed), positions, given)

    units = np.eye(3)
    yield rotate("origin", "coordinates 0: nothing is turned", ["SmokeOnly"], (1, 6), [[0, 0]], (2, 2, 3))
    yield _case(
        "one-two-two", "entries (1, 2, 2), of length 3", ["Ktv", "Direction"], units, [[1], [2], [3]], [[[1, 2, 2]]]
    )
    yield _case("planes", "two axes that do not commute", ["Ktv", "AxisOrder"], units, [[1, 0], [0, 1], [1, 1]], PLANES)
    yield rotate("pairs", "blocks of two on one axis", ["PairLayout", "Direction"], (2, 6), [[3], [257]], (1, 3, 1))
    for name, place, angle in (("half-radian", 1, 0.5), ("half-way", 2, -0.28125), ("small-angle", 1, 0.04)):
        alone = np.array([[1.0, 2.0]]), [[place]], [[[angle]]]
        yield _case(name, "a single matrix, for which a library may have a way of its own", ["Ktv"], *alone)
    yield rotate(
        "axial", "a plane for each axis", ["AxisOrder"], (2, 4), [[3, 5], [2, 7]], [[[-1.0], [0]], [[0], [-0.125]]]
    )
    yield rotate("triples", "two blocks of three", ["PairLayout", "AxisOrder"], (2, 6), [[1, 2], [4, 3]], (2, 2, 3))
    yield rotate("left-over", "a channel beyond the blocks", ["PartialRotary"], (2, 7), [[2, 1], [5, 0]], (2, 2, 3))
    yield rotate(
        "three-axes",
        "a video: time, row, column",
        ["AxisOrder", "NonSquare"],
        (2, 3),
        [[1, 2, 5], [3, 0, 4]],
        (3, 1, 3),
    )
    yield rotate(
        "far", "large coordinates", ["LargePosition", "Bf16Trap"], (2, 6), [[257, 2049], [65537, 131071]], (2, 2, 3)
    )
    yield rotate("beyond-float32", "beyond 2^24", ["LargePosition", "F32IntegerLimit"], (1, 4), [[16777217]], (1, 2, 1))
    yield rotate(
        "fractional", "coordinates scaled to [0, 1]", [], (3, 6), [[0.25, 0.5], [0.1, 0.9], [1.0, 0.0]], (2, 2, 3)
    )
    yield rotate("negative", "before the origin", ["NegativeOffset"], (2, 3), [[-1, -2], [-17, 5]], (2, 1, 3))
    yield rotate("heads", "the head axis is not the token axis", ["AxisOrder"], (3, 2, 4), [[1, 3], [5, 2]], (2, 2, 1))
    batch = [[[0, 1], [2, 3]], [[7, 0], [8, 1]]]
    yield rotate("batch", "each row with coordinates of its own", ["LeftPad"], (2, 3, 2, 3), batch, (2, 1, 3))
    yield _case("empty", "no token at all", ["EmptySequence"], np.zeros((2, 0, 3)), np.zeros((0, 2)), PLANES)


def _refused() -> Iterator[Case]:
    x = values(2, 4, seed=1)

    def refused(name: str, comment: str, flags: Sequence[str], kind: str, *given: Any) -> Case:
        return _case(name, comment, flags, *given, conventions=(), refused=kind)

    places = [[0, 1], [1, 0]]
    yield refused(
        "refuse-two-entries", "no block has two entries above its diagonal", [], "shape", x, places, np.ones((2, 1, 2))
    )
    yield refused("refuse-too-many", "two blocks of three in four channels", [], "shape", x, places, np.ones((2, 2, 3)))
    yield refused(
        "refuse-one-axis",
        "one coordinate for two axes would broadcast",
        ["BroadcastAxis"],
        "shape",
        x,
        [[0], [1]],
        PLANES,
    )
    yield refused(
        "refuse-few", "one token's coordinates for two would broadcast", ["BroadcastAxis"], "shape", x, [[0, 1]], PLANES
    )
    yield refused("refuse-nan", "NaN in x", [], "domain", np.where(x > 1, np.nan, x), places, PLANES)
    yield refused("refuse-nan-generator", "NaN in a generator", [], "domain", x, places, PLANES * np.nan)
