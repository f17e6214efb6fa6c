"""The cases of input-dependent rotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

BOTH = ("selective_rope/interleaved", "selective_rope/halves")


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _phases()
    yield from _rotate()
    yield from _advance()
    yield from _refused()


def _phases() -> Iterator[Case]:
    def phases(name: str, comment: str, flags: Sequence[str], increments: Any) -> Case:
        return Case(f"phases/{name}", comment, flags, {}, {"increments": np.asarray(increments)}, BOTH[:1])

    yield phases("first", "the first token is turned by its own increment", ["OneBased"], values(1, 1, 2, seed=1))
    yield phases(
        "worked", "small enough to add in the head", ["Ktv", "OneBased"], [[[1.0, 0.25], [2.0, -0.5], [-4.0, 1.0]]]
    )
    yield phases("heads", "each head has increments of its own", ["AxisOrder"], values(2, 4, 3, seed=2))
    yield phases("many", "sums of 40 increments", ["Bf16Trap"], values(1, 40, 2, seed=3) * 8)
    yield phases("empty", "no token at all", ["SmokeOnly"], np.zeros((1, 3, 1)))


def _rotate() -> Iterator[Case]:
    def rotate(name: str, comment: str, flags: Sequence[str], x: Any, increments: Any) -> Case:
        return Case(
            f"rotate/{name}", comment, flags, {}, {"x": np.asarray(x), "increments": np.asarray(increments)}, BOTH
        )

    four = np.array([[[1.0, 2.0, 3.0, 4.0]] * 3])
    yield rotate("still", "no increments: no position", ["SmokeOnly"], four, np.zeros((1, 3, 2)))
    yield rotate(
        "worked",
        "phases 1, 3, −1 and 1/4, −1/4, 3/4",
        ["Ktv", "PairLayout"],
        four,
        [[[1.0, 0.25], [2.0, -0.5], [-4.0, 1.0]]],
    )
    constant = np.tile([1.0, 1 / 16], (1, 3, 1))
    yield rotate("constant", "rope with base 256 at positions 1, 2, 3", ["Ktv", "OneBased"], four, constant)
    yield rotate("heads", "two heads, three tokens", ["AxisOrder"], values(2, 3, 4, seed=4), values(2, 3, 2, seed=5))
    yield rotate("wide", "ten channels", ["PairLayout"], values(1, 2, 10, seed=6), values(1, 2, 5, seed=7))
    yield rotate(
        "backwards", "negative increments", ["Direction"], values(1, 3, 6, seed=8), -np.abs(values(1, 3, 3, seed=9))
    )
    yield rotate(
        "many",
        "32 tokens, phases far beyond a turn",
        ["LargePosition", "Bf16Trap"],
        values(1, 32, 4, seed=10),
        values(1, 32, 2, seed=11) * 16,
    )
    far = np.array([[[1048575.0, 131071.0], [0.25, 0.125]]])
    yield rotate("far", "after a million radians a quarter", ["LargePosition", "Bf16Trap"], four[:, :2], far)


def _advance() -> Iterator[Case]:
    def advance(name: str, comment: str, flags: Sequence[str], x: Any, phase: Any, increment: Any) -> Case:
        inputs = {"x": np.asarray(x), "phase": np.asarray(phase), "increment": np.asarray(increment)}
        return Case(f"advance/{name}", comment, flags, {}, inputs, BOTH)

    four = np.array([[1.0, 2.0, 3.0, 4.0]])
    yield advance("first", "no phase before the first token", ["OneBased"], four, [[0.0, 0.0]], [[1.0, 0.25]])
    yield advance(
        "worked", "to phases 3 and −1/4", ["Ktv", "CacheOffset", "PairLayout"], four, [[1.0, 0.25]], [[2.0, -0.5]]
    )
    yield advance(
        "heads",
        "each head has phases of its own",
        ["AxisOrder"],
        values(2, 6, seed=12),
        values(2, 3, seed=13),
        values(2, 3, seed=14),
    )
    yield advance(
        "far", "after a thousand radians", ["LargePosition", "Bf16Trap"], four, [[1023.0, 2047.5]], [[0.375, -0.125]]
    )
    yield advance(
        "far-heads",
        "two heads, three pairs",
        ["LargePosition"],
        values(2, 6, seed=12),
        values(2, 3, seed=13) * 512,
        values(2, 3, seed=14),
    )


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, flags: Sequence[str], kind: str, x: Any, increments: Any) -> Case:
        return Case(f"rotate/{name}", comment, flags, {}, {"x": x, "increments": increments}, (), kind)

    x, w = values(1, 2, 4, seed=15), values(1, 2, 2, seed=16)
    yield refused("refuse-odd", "three channels make no pairs", ["OddDim"], "shape", x[..., :3], w[..., :1])
    yield refused(
        "refuse-channels", "an increment for each channel", ["PairLayout"], "shape", x, values(1, 2, 4, seed=17)
    )
    yield refused("refuse-one-token", "one token's increments would broadcast", ["BroadcastAxis"], "shape", x, w[:, :1])
    yield refused(
        "refuse-one-head",
        "one head's increments would broadcast",
        ["BroadcastAxis"],
        "shape",
        values(2, 2, 4, seed=18),
        w,
    )
    yield refused("refuse-infinite", "a phase that is no angle", [], "domain", x, np.where(w > 0, np.inf, w))
