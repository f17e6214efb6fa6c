"""The cases of forget gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, values

PAPER = ("fox/paper",)


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _log_gates()
    yield from _bias()
    yield from _attend()
    yield from _extend()
    yield from _refused()


def _gates(*shape: int, seed: int) -> Any:
    return -np.abs(values(*shape, seed=seed))


def _log_gates() -> Iterator[Case]:
    def log_gates(name: str, comment: str, flags: Sequence[str], x: Any) -> Case:
        return Case(f"log_gates/{name}", comment, flags, {}, {"x": np.array(x, dtype=np.float64)}, PAPER)

    yield log_gates("half", "σ(0) = 1/2: −ln 2", ["Ktv"], [0.0])
    yield log_gates("near", "around 0", ["Ktv"], [-2.0, -0.5, 0.75, 3.0])
    yield log_gates("open", "σ is within a rounding of 1", ["GatesNearOne"], [10.0, 18.5, 40.0])
    yield log_gates("wide-open", "σ is 1 even in float64", ["GatesNearOne"], [37.5, 64.0, 80.0])
    yield log_gates("shut", "nearly the logit itself", ["GatesNearOne"], [-10.0, -40.0, -80.0])
    yield log_gates("heads", "two heads, three tokens", ["AxisOrder"], values(2, 3, seed=1))


def _bias() -> Iterator[Case]:
    def bias(name: str, comment: str, flags: Sequence[str], log_f: Any, n_q: int) -> Case:
        return Case(f"bias/{name}", comment, flags, {"n_q": n_q}, {"log_f": np.asarray(log_f, dtype=np.float64)}, PAPER)

    yield bias("alone", "a token loses nothing of itself", ["SmokeOnly"], [[-0.5]], 1)
    yield bias("worked", "small enough to add in the head", ["Ktv", "SignOfDistance"], [[-7.0, -1.0, -2.0, -4.0]], 4)
    yield bias("decode", "one query with a cache", ["CacheOffset"], _gates(1, 6, seed=2), 1)
    yield bias(
        "chunk", "two heads, two queries at the end of five keys", ["CacheOffset", "AxisOrder"], _gates(2, 5, seed=3), 2
    )
    yield bias("constant", "ALiBi with slope 1/4", ["Ktv"], np.full((1, 5), -0.25), 3)
    yield bias("open", "gates of 1: no bias", ["Ktv"], np.zeros((1, 4)), 3)
    far = np.full((1, 12), -64.0)
    far[0, -8:] = -1 / 64
    yield bias("small-beside-large", "little forgotten after much", ["CancelledSums"], far, 2)
    far = np.full((1, 7), -32.0)
    far[0, -3:] = [-1 / 128, -3 / 128, -5 / 256]
    yield bias("small-beside-large-decode", "the same with a cache", ["CancelledSums", "CacheOffset"], far, 1)


def _attend() -> Iterator[Case]:
    def attend(
        name: str, comment: str, flags: Sequence[str], shape: tuple[int, int, int, int], log_f: Any = None
    ) -> Case:
        heads, n_q, n_k, d = shape
        inputs = {"q": values(heads, n_q, d, seed=n_q + d), "k": values(heads, n_k, d, seed=n_k + 2 * d)}
        inputs |= {
            "v": values(heads, n_k, 3, seed=n_k),
            "log_f": _gates(heads, n_k, seed=d) if log_f is None else log_f,
        }
        return Case(f"attend/{name}", comment, flags, {}, inputs, PAPER)

    yield attend("square", "causal by itself", ["Bidirectional", "SignOfDistance"], (1, 3, 3, 2))
    yield attend("heads", "two heads with a cache", ["AxisOrder", "CacheOffset"], (2, 2, 4, 4))
    yield attend("decode", "one query", ["CacheOffset", "ScaleTwice"], (1, 1, 4, 8))
    yield attend("wide", "16 channels: the bias is not divided", ["ScaleTwice", "ScaleMissing"], (1, 2, 3, 16))
    far = np.full((1, 6), -64.0)
    far[0, -4:] = [-3 / 128, -5 / 128, -3 / 256, -7 / 256]
    yield attend("small-beside-large", "little forgotten after much", ["CancelledSums"], (1, 1, 6, 2), far)
    yield attend("small-beside-large-chunk", "two queries", ["CancelledSums"], (1, 2, 6, 2), far)


def _extend() -> Iterator[Case]:
    def extend(name: str, comment: str, flags: Sequence[str], row: Any, log_f: Any) -> Case:
        inputs = {"row": np.asarray(row, dtype=np.float64), "log_f": np.asarray(log_f, dtype=np.float64)}
        return Case(f"extend/{name}", comment, flags, {}, inputs, PAPER)

    yield extend("worked", "two more are forgotten", ["Ktv"], [[-3.0, -2.0, 0.0]], [-4.0])
    yield extend("heads", "each head has a gate of its own", ["AxisOrder"], _gates(2, 3, seed=4), [-0.5, -1.5])
    yield extend("first", "no key yet", ["EmptySequence"], np.zeros((1, 0)), [-0.5])


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, flags: Sequence[str], kind: str, log_f: Any, n_q: int = 1) -> Case:
        return Case(f"bias/{name}", comment, flags, {"n_q": n_q}, {"log_f": np.array(log_f)}, (), kind)

    yield refused("refuse-shut", "f = 0: −∞ − (−∞) for all earlier keys", [], "domain", [[-1.0, -np.inf, -1.0]])
    yield refused(
        "refuse-above-1", "a gate that remembers more than there was", ["SignOfDistance"], "domain", [[-1.0, 0.5]]
    )
    yield refused("refuse-nan", "not a number", [], "domain", [[-1.0, np.nan]])
    yield refused(
        "refuse-more-queries", "the first query would see no key", ["CacheOffset"], "shape", [[-1.0, -2.0]], 3
    )
    yield refused("refuse-no-query", "nothing is asked", [], "domain", [[-1.0, -2.0]], 0)
