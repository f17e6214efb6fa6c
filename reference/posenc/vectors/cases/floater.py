"""The cases of trajectories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

SOLVERS = ("floater/rk4", "floater/midpoint", "floater/euler")


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _sinusoids()
    yield from _general()
    yield from _networks()
    for dim, base, delta in ((4, 10000.0, 0.01), (6, 500000.0, 0.5), (8, 10000.0, 2.0), (64, 100.0, 1.0)):
        params = {"dim": dim, "base": base, "delta": delta}
        comment = f"{dim // 2} pairs, positions {delta:g} apart"
        yield Case(f"sinusoid/{dim}-{base:g}", comment, ["Direction", "BaseIgnored"], params, {}, SOLVERS[:1])
    yield from _refused()


def _case(name: str, comment: str, flags: list[str], inputs: dict[str, Any], **more: Any) -> Case:
    params = {"n": 4, "delta": 1.0, "steps": 1, **more.pop("params", {})}
    return Case(f"table/{name}", comment, flags, params, inputs, **{"conventions": SOLVERS, **more})


def _sinusoids() -> Iterator[Case]:
    def pairs(name: str, comment: str, flags: list[str], frequencies: list[float], **params: Any) -> Case:
        matrix = np.kron(np.diag(frequencies), [[0.0, 1.0], [-1.0, 0.0]]) + 0.0
        dim = len(matrix)
        inputs = {"initial": np.tile([0.0, 1.0], dim // 2), "matrix": matrix, "bias": np.zeros(dim)}
        return _case(name, comment, flags, inputs, params=params)

    yield pairs("sinusoid-tenth", "one step of 1/10 from (0, 1)", ["Ktv", "StepSize"], [1.0], n=2, delta=0.1)
    yield pairs("sinusoid-long", "16 positions of a pair", ["StepSize", "Direction"], [0.5], n=16, delta=0.5, steps=2)
    yield pairs("sinusoid-pairs", "two frequencies", ["StepSize", "Direction"], [1.0, 0.125], n=6, delta=0.25, steps=5)
    yield pairs("sinusoid-authors", "time 1/100, five steps", ["StepSize"], [100.0, 1.0], n=5, delta=0.01, steps=5)


def _general() -> Iterator[Case]:
    def irregular(name: str, comment: str, flags: list[str], dim: int, seed: int, **params: Any) -> Case:
        inputs = {
            "initial": values(dim, seed=seed),
            "matrix": values(dim, dim, seed=seed + 1) / 2,
            "bias": values(dim, seed=seed + 2),
        }
        return _case(name, comment, flags, inputs, params=params)

    yield irregular("one-channel", "a scalar equation with a bias", ["StepSize", "OneBased"], 1, 1, n=4, delta=0.5)
    yield irregular("whole-steps", "one step of 1 a position", ["MatrixSide", "OneBased"], 3, 4, n=4)
    yield irregular("three-steps", "a step of 1/3 has no exact binary", ["StepSize"], 3, 7, n=4, steps=3)
    yield irregular("half-positions", "positions 1/2 apart", ["StepSize", "MatrixSide"], 2, 10, n=5, delta=0.5, steps=2)
    yield irregular("far-positions", "positions 2 apart", ["StepSize"], 2, 13, n=4, delta=2.0, steps=4)
    yield irregular("four-channels", "five steps of 1/20", ["MatrixSide", "StepSize"], 4, 16, n=6, delta=0.25, steps=5)
    yield irregular("first-position", "the initial value itself", ["OneBased"], 3, 19, n=1, steps=2)
    yield _case(
        "drift-alone",
        "a constant velocity: positions in a row",
        ["StepSize", "OneBased"],
        {"initial": np.array([1.0, -2.0]), "matrix": np.zeros((2, 2)), "bias": np.array([0.5, 0.25])},
        params={"n": 5, "steps": 2, "delta": 0.5},
    )


def _networks() -> Iterator[Case]:
    def layers(dim: int, hidden: int, seed: int, *blocks: int) -> dict[str, Any]:
        shapes = {"w1": (hidden, dim + 1), "b1": (hidden,), "w2": (dim, hidden + 1), "b2": (dim,)}
        return {name: values(*blocks, *shapes[name], seed=seed + at) / 2 for at, name in enumerate(shapes)}

    def network(name: str, comment: str, flags: list[str], initial: Any, rest: Any, activation: str, **p: Any) -> Case:
        params = {"n": 3, "delta": 0.5, "steps": 1, **p, "activation": activation}
        ways = SOLVERS if name == "relu-blocks" else (*SOLVERS, "floater/three-eighths")
        return Case(f"network/{name}", comment, flags, params, {"initial": initial, **rest}, ways)

    one, two = values(1, 1, seed=1), values(2, 2, seed=3)
    yield network("relu-one-channel", "two units", ["StepSize"], one, layers(1, 2, 2), "relu", steps=2, n=2)
    yield network("tanh-one-channel", "two units", ["StepSize"], one, layers(1, 2, 2), "tanh", steps=2, n=2, delta=2.0)
    yield network("relu-shared", "two blocks, one network", ["BroadcastAxis"], two, layers(2, 2, 4), "relu")
    yield network("relu-blocks", "a network for each", ["BroadcastAxis"], two, layers(2, 2, 5, 2), "relu", delta=0.25)
    yield network(
        "tanh-blocks", "a network for each", ["BroadcastAxis"], two, layers(2, 1, 5, 2), "tanh", n=2, delta=2.0
    )
    yield network("first-position", "the initial value", ["OneBased"], two[:1], layers(2, 1, 8), "tanh", n=1)


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, flags: list[str], kind: str, dims: tuple[int, ...] = (2, 2, 2, 2), **p: Any):  # type: ignore[no-untyped-def]
        first, rows, columns, last = dims
        inputs = {"initial": np.ones(first), "matrix": np.ones((rows, columns)), "bias": np.ones(last)}
        return _case(name, comment, flags, inputs, params=p, conventions=(), refused=kind)

    yield refused("refuse-no-steps", "no step from one position to the next", ["StepSize"], "domain", steps=0)
    yield refused("refuse-standstill", "no time from one position to the next", ["StepSize"], "domain", delta=0.0)
    yield refused("refuse-backwards", "time that runs backwards", ["Direction"], "domain", delta=-1.0)
    yield refused("refuse-no-positions", "an empty table", ["OneBased"], "domain", n=0)
    yield refused("refuse-not-square", "a matrix of other shape", ["MatrixSide"], "shape", (2, 2, 3, 2))
    yield refused("refuse-widths", "a bias of other width", ["BroadcastAxis"], "shape", (2, 2, 2, 1))
    one = {"initial": np.ones((1, 2)), "w1": np.ones((3, 3)), "b1": np.ones(3), "w2": np.ones((2, 4)), "b2": np.ones(2)}
    params = {"n": 3, "delta": 1.0, "steps": 1, "activation": "relu"}
    for name, comment, changed in (
        ("no-time", "no column for the time", {"w1": np.ones((3, 2))}),
        ("hidden", "layers of other width", {"w2": np.ones((2, 3))}),
        ("blocks", "two networks for one block", {"w1": np.ones((2, 3, 3))}),
    ):
        yield Case(f"network/refuse-{name}", comment, ["BroadcastAxis"], params, {**one, **changed}, (), "shape")
    for name, comment, wrong in (("odd", "a channel without a partner", {"dim": 5}), ("base", "base 1", {"base": 1.0})):
        whole = {"dim": 4, "base": 10000.0, "delta": 1.0, **wrong}
        yield Case(f"sinusoid/refuse-{name}", comment, ["OddDim"], whole, {}, (), "domain")
