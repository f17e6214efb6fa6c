"""The cases of accumulated Householder transformations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

PAPER = ("path_attention/paper",)
WORKED = {
    "q": np.array([[[1.0, 2.0]]]),
    "k": np.array([[[0.5, -1.0], [1.0, 1.0], [2.0, -0.5]]]),
    "w": np.array([[[1.0, 1.0], [1.0, 0.0], [3.0, 4.0]]]),
    "beta": np.array([[2.0, 1.5, 0.5]]),
}
RATES = np.array([0.5, 1.5, 1.25, 0.75, 1.75, 0.25])


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _scores()
    yield from _attend()
    yield from _update()
    yield from _refused()


def _inputs(heads: int, n_q: int, n_k: int, d: int, **other: Any) -> dict[str, Any]:
    rates = np.broadcast_to(RATES[:n_k], (heads, n_k)).copy()
    found = {"q": values(heads, n_q, d, seed=n_q + d), "k": values(heads, n_k, d, seed=n_k + 2 * d)}
    return {**found, "w": values(heads, n_k, d, seed=3 * d + n_k), "beta": rates, **other}


def _scores() -> Iterator[Case]:
    def scores(name: str, comment: str, flags: Sequence[str], **inputs: Any) -> Case:
        return Case(f"scores/{name}", comment, flags, {}, inputs, PAPER)

    yield scores("worked", "−1.205 for the first key; −1.925 in the wrong order", ["Ktv", "MatrixSide"], **WORKED)
    yield scores("alone", "no token between", ["SmokeOnly"], **_inputs(1, 1, 1, 2))
    yield scores("square", "keys after the query are −∞", ["Bidirectional"], **_inputs(1, 3, 3, 2))
    yield scores(
        "heads", "two heads, two queries at the end of four keys", ["CacheOffset", "AxisOrder"], **_inputs(2, 2, 4, 4)
    )
    yield scores("decode", "one query with a cache", ["CacheOffset", "MatrixSide"], **_inputs(1, 1, 5, 6))
    yield scores("projection", "β = 1 throughout", ["Ktv"], **_inputs(1, 3, 3, 4, beta=np.ones((1, 3))))
    yield scores("reflection", "β = 2 throughout", ["Ktv"], **_inputs(1, 2, 4, 4, beta=np.full((1, 4), 2.0)))
    yield scores("identity", "β = 0: no position at all", ["Ktv"], **_inputs(1, 3, 3, 4, beta=np.zeros((1, 3))))
    yield scores(
        "constant",
        "one matrix for all tokens: relative",
        ["Direction"],
        **_inputs(1, 3, 3, 2, w=np.tile([1.0, 2.0], (1, 3, 1))),
    )
    short = _inputs(1, 2, 3, 4)
    yield scores(
        "short",
        "vectors of length 2^−9: only their direction counts",
        ["ShortVectors"],
        **{**short, "w": short["w"] / 512},
    )
    yield scores(
        "shorter",
        "each vector of another length",
        ["ShortVectors"],
        **{**short, "w": short["w"] / [[[1024], [2048], [512]]]},
    )
    yield scores("long", "vectors of length 2^9", ["ShortVectors"], **{**short, "w": short["w"] * 512})  # fmt: skip


def _attend() -> Iterator[Case]:
    def attend(name: str, comment: str, flags: Sequence[str], **inputs: Any) -> Case:
        shape = inputs["k"].shape
        v = values(*shape[:-1], 3, seed=shape[1])
        return Case(f"attend/{name}", comment, flags, {}, {**inputs, "v": v}, PAPER)

    yield attend("square", "causal by itself", ["Bidirectional"], **_inputs(1, 3, 3, 2))
    yield attend("heads", "two heads with a cache", ["AxisOrder", "CacheOffset"], **_inputs(2, 2, 3, 4))
    yield attend("decode", "one query", ["CacheOffset"], **_inputs(1, 1, 4, 2))
    yield attend("worked", "the scores worked by hand, over √2", ["ScaleMissing"], **WORKED)
    short = _inputs(1, 2, 3, 4)
    yield attend("short", "vectors of length 2^−9", ["ShortVectors"], **{**short, "w": short["w"] / 512})
    yield attend("shorter", "vectors of length 2^−10", ["ShortVectors"], **{**short, "w": short["w"] / 1024})


def _update() -> Iterator[Case]:
    def update(name: str, comment: str, flags: Sequence[str], k: Any, w: Any, beta: Any) -> Case:
        inputs = {"k": np.asarray(k), "w": np.asarray(w), "beta": np.asarray(beta)}
        return Case(f"update/{name}", comment, flags, {}, inputs, PAPER)

    yield update("worked", "(3, 4) with β = 1/2", ["Ktv"], [[[0.5, -1.0], [1.0, 1.0]]], [[3.0, 4.0]], [0.5])
    yield update(
        "heads",
        "each head has a vector of its own",
        ["AxisOrder"],
        values(2, 3, 4, seed=5),
        values(2, 4, seed=6),
        [1.5, 0.75],
    )
    yield update("wide", "ten channels", ["CacheOffset"], values(1, 2, 10, seed=7), values(1, 10, seed=8), [1.25])
    yield update("reflection", "β = 2", ["Ktv"], values(1, 2, 4, seed=9), values(1, 4, seed=10), [2.0])
    for power in (9, 10):
        yield update(
            f"short-{power}",
            f"2^−{power}",
            ["ShortVectors"],
            values(1, 2, 4, seed=9),
            values(1, 4, seed=10) / 2**power,
            [1.5],
        )


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, kind: str = "domain", flags: Sequence[str] = (), **other: Any) -> Case:
        return Case(f"scores/{name}", comment, flags, {}, _inputs(1, 2, 3, 4, **other), (), kind)

    zero = values(1, 3, 4, seed=2)
    zero[0, 1] = 0
    yield refused("refuse-zero-vector", "no direction: 0/0", flags=["ShortVectors"], w=zero)
    yield refused("refuse-beta-large", "keys would grow with every token", beta=np.array([[1.0, 2.5, 1.0]]))
    yield refused("refuse-beta-negative", "the same", beta=np.array([[1.0, -0.5, 1.0]]))
    yield refused("refuse-nan", "not a number", beta=np.array([[1.0, np.nan, 1.0]]))
    yield refused(
        "refuse-more-queries", "the first query would see no key", "shape", ["CacheOffset"], q=values(1, 4, 4, seed=3)
    )
    yield refused(
        "refuse-shared-vectors",
        "w of one head for two would broadcast",
        "shape",
        ["BroadcastAxis"],
        q=values(2, 2, 4, seed=3),
        k=values(2, 3, 4, seed=4),
    )
