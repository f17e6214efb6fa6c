"""The cases of hyperbolic rotary position embedding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

BOTH = ("hyperbolic_rope/interleaved", "hyperbolic_rope/halves")


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _rotate()
    yield from _refused()


def _case(
    name: str,
    comment: str,
    flags: Sequence[str],
    x: Any,
    positions: Any,
    rapidities: Any,
    role: str,
    damping: float = 0.0,
    **more: Any,
) -> Case:
    inputs = {"x": x, "positions": np.array(positions), "rapidities": np.array(rapidities)}
    given = {"conventions": BOTH, **more}
    return Case(f"rotate/{name}", comment, flags, {"role": role, "damping": damping}, inputs, **given)


def _rotate() -> Iterator[Case]:
    four, rates = np.array([[1.0, 2.0, 0.5, -1.0]]), [0.1, 0.03125]
    for role in ("query", "key"):

        def rotate(
            name: str,
            comment: str,
            flags: Sequence[str],
            shape: tuple[int, ...],
            positions: Any,
            rapidities: Any,
            damping: float = 0.0,
            role: str = role,
        ) -> Case:
            x = values(*shape, seed=len(name) + len(role))
            return _case(f"{role}-{name}", comment, flags, x, positions, rapidities, role, damping)

        yield rotate("origin", "position 0 leaves everything alone", ["SmokeOnly"], (1, 4), [0], [0.5, 0.25])
        yield _case(f"{role}-tenth", "rapidity 1/10", ["Ktv", "PairLayout"], four, [3], rates, role)
        yield _case(f"{role}-damped", "damped by 1/5", ["Ktv", "Direction"], four, [1], rates, role, 0.2)
        yield rotate("near", "two tokens, damped", ["PairLayout", "OneBased"], (2, 4), [1, 2], [0.25, 0.125], 0.5)
        yield rotate(
            "negative", "before the start", ["NegativeOffset"], (2, 6), [-1, -17], [0.125, 0.0625, 0.25], 0.375
        )
        yield rotate(
            "both-signs", "a rapidity below 0, one of 0", ["Direction"], (2, 6), [5, 9], [-0.25, 0.0, 0.5], 0.125
        )
        yield rotate(
            "far",
            "factors near 10^30",
            ["LargePosition", "Bf16Trap"],
            (2, 4),
            [257, 2049],
            [0.0078125, 0.015625],
            0.015625,
        )
        yield rotate(
            "further",
            "small rapidities",
            ["LargePosition", "F32IntegerLimit"],
            (1, 4),
            [16777217],
            [2.0**-22, 2.0**-24],
            2.0**-23,
        )
        yield rotate("fractional", "between tokens", [], (2, 4), [0.5, 10.25], [0.1, 0.3], 0.7)
        yield rotate("heads", "the head axis is not the token axis", ["AxisOrder"], (3, 2, 4), [1, 5], [0.5, 0.1], 0.3)
        yield rotate(
            "batch", "each row with positions of its own", ["LeftPad"], (2, 3, 2, 4), [[0, 1], [7, 8]], [0.2, 0.4], 0.1
        )
    nothing = np.zeros((2, 0, 4))
    yield _case(
        "empty", "no token at all", ["EmptySequence"], nothing, np.zeros(0, dtype=np.int64), [0.5, 0.25], "query"
    )


def _refused() -> Iterator[Case]:
    x = values(2, 4, seed=1)

    def refused(
        name: str,
        comment: str,
        flags: Sequence[str],
        kind: str = "domain",
        x: Any = x,
        positions: Any = (0, 1),
        rapidities: Any = (0.5, 0.25),
        damping: float = 0.0,
    ) -> Case:
        return _case(name, comment, flags, x, positions, rapidities, "key", damping, conventions=(), refused=kind)

    yield refused("refuse-odd", "three channels make no pairs", ["OddDim"], "shape", x[:, :3])
    yield refused(
        "refuse-one-rapidity", "one for two pairs would broadcast", ["BroadcastAxis"], "shape", rapidities=[0.5]
    )
    yield refused("refuse-overflow", "a factor beyond float64", ["LargePosition"], positions=[0, 2049])
    yield refused("refuse-damping-nan", "not a number", [], damping=float("nan"))
    yield refused("refuse-nan", "NaN in x", [], x=np.where(x > 1, np.nan, x))
    yield refused(
        "refuse-few", "one position for two tokens would broadcast", ["BroadcastAxis"], "shape", positions=[1]
    )
