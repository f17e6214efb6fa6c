"""The cases of turned planes and lifted vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

PAPER = ("grape/paper",)


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _rotate()
    yield from _lift()
    yield from _refused()


def _turned(
    name: str,
    comment: str,
    flags: Sequence[str],
    x: Any,
    positions: Any,
    a: Any,
    b: Any,
    frequency: float = 1.0,
    **more: Any,
) -> Case:
    arrays = {"a": np.asarray(a, dtype=np.float64), "b": np.asarray(b, dtype=np.float64)}
    inputs = {"x": x, "positions": np.array(positions), **arrays}
    return Case(f"rotate/{name}", comment, flags, {"frequency": frequency}, inputs, **{"conventions": PAPER, **more})


def _rotate() -> Iterator[Case]:
    def plane(
        name: str, comment: str, flags: Sequence[str], shape: tuple[int, ...], positions: Any, frequency: float = 1.0
    ) -> Case:
        x, a, b = (values(*size, seed=len(name) + i) for i, size in enumerate((shape, shape[-1:], shape[-1:])))
        return _turned(name, comment, flags, x, positions, a, b, frequency)

    units = np.eye(3)
    yield plane("origin", "position 0: nothing is turned", ["SmokeOnly"], (2, 4), [0, 0])
    yield _turned("three-four", "s = 5", ["Ktv", "Direction"], units, [1, 2, 3], [1, 0, 0], [0, 3, 4], 0.1)
    yield _turned(
        "oblique", "a and b not orthogonal: s = 4, not 5", ["Ktv"], units, [1, 2, 7], [1, 0, 0], [3, 4, 0], 0.25
    )
    yield _turned(
        "pair",
        "a plane of rope",
        ["PairLayout", "Direction"],
        values(2, 4, seed=3),
        [3, 17],
        np.eye(4)[1],
        np.eye(4)[0],
    )
    yield _turned(
        "parallel",
        "no plane: nothing is turned, nor divided by 0",
        ["SmokeOnly"],
        values(2, 2, seed=4),
        [1, 5],
        [1, 2],
        [-3, -6],
    )
    one, other = np.eye(2)
    yield _turned("half-radian", "a single token, turned by 1/2", ["Ktv"], one[np.newaxis], [1], one, other, 0.5)
    yield plane("irregular", "five channels", ["MatrixSide", "OneBased"], (3, 5), [1, 2, 9])
    yield plane("half-speed", "frequency 1/2", ["BaseIgnored"], (2, 3), [5, 258], 0.5)
    yield plane("backwards", "a frequency below 0", ["Direction"], (2, 4), [3, 11], -0.1)
    yield plane("far", "large angles", ["LargePosition", "Bf16Trap"], (2, 6), [2049, 131071])
    yield plane("beyond-float32", "beyond 2^24", ["LargePosition", "F32IntegerLimit"], (1, 4), [16777217])
    yield plane("negative", "before the start", ["NegativeOffset"], (2, 3), [-1, -257])
    yield plane("fractional", "between tokens", [], (2, 3), [0.5, 100.25], 0.3)
    yield plane("heads", "the head axis is not the token axis", ["AxisOrder"], (3, 2, 4), [1, 6])
    yield plane("batch", "each row with positions of its own", ["LeftPad"], (2, 3, 2, 3), [[0, 1], [7, 8]])
    nothing = np.zeros((2, 0, 3))
    yield _turned(
        "empty", "no token at all", ["EmptySequence"], nothing, np.zeros(0, dtype=np.int64), [1, 0, 0], [0, 1, 0]
    )


def _lifted(
    name: str, comment: str, flags: Sequence[str], x: Any, positions: Any, role: str, slope: float, **more: Any
) -> Case:
    inputs = {"x": x, "positions": np.array(positions)}
    return Case(
        f"lift/{name}", comment, flags, {"role": role, "slope": slope}, inputs, **{"conventions": PAPER, **more}
    )


def _lift() -> Iterator[Case]:
    for role in ("query", "key"):
        x = values(2, 3, seed=len(role))
        yield _lifted(
            f"{role}-half", "the slope of the first of eight heads", ["Ktv", "OneBased"], x, [0, 3], role, 0.5
        )
        yield _lifted(f"{role}-last-head", "1/256", ["SignOfDistance"], x, [5, 257], role, 0.00390625)
        yield _lifted(f"{role}-tenth", "a slope without exact binary", [], x, [7, 1023], role, 0.1)
        yield _lifted(
            f"{role}-far", "beyond 2^24", ["LargePosition", "F32IntegerLimit"], x, [65537, 16777217], role, 0.3
        )
        yield _lifted(f"{role}-negative", "before the start", ["NegativeOffset"], x, [-1, -300], role, 2.5)
        heads = values(3, 2, 2, seed=7)
        yield _lifted(f"{role}-heads", "the head axis is not the token axis", ["AxisOrder"], heads, [1, 6], role, 0.25)
        yield _lifted(f"{role}-batch", "rows of their own", ["LeftPad"], heads, [[0, 1], [4, 5], [7, 9]], role, 0.25)
        gates = -np.cumsum(np.log2([0.5, 0.25, 0.5]))
        yield _lifted(f"{role}-gates", "positions that count forgetting", [], values(3, 2, seed=8), gates, role, 0.7)


def _refused() -> Iterator[Case]:
    x, places, a, b = values(2, 3, seed=1), [0, 1], [1, 0, 0], [0, 1, 0]

    def refused(make: Any, name: str, comment: str, flags: Sequence[str], kind: str, *given: Any) -> Case:
        case: Case = make(name, comment, flags, *given, conventions=(), refused=kind)
        return case

    yield refused(
        _turned, "refuse-short-plane", "two channels for three", ["BroadcastAxis"], "shape", x, places, a[:2], b[:2]
    )
    yield refused(_turned, "refuse-one-channel", "would broadcast", ["BroadcastAxis"], "shape", x, places, [1.0], b)
    yield refused(_turned, "refuse-nan", "NaN in a", [], "domain", x, places, [np.nan, 0, 0], b)
    yield refused(_turned, "refuse-frequency", "not finite", [], "domain", x, places, a, b, float("inf"))
    yield refused(_lifted, "refuse-slope-zero", "no bias at all", ["BaseIgnored"], "domain", x, places, "key", 0.0)
    yield refused(
        _lifted, "refuse-slope-negative", "distance rewarded", ["SignOfDistance"], "domain", x, places, "key", -0.5
    )
    yield refused(_lifted, "refuse-few", "one position for two tokens", ["BroadcastAxis"], "shape", x, [1], "key", 0.5)
