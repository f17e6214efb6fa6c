"""The cases of scaled dot-product attention."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from posenc.vectors.case import Case, values

ONLY = ("attention/scaled",)


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _softmax()
    yield from _attend()


def _softmax() -> Iterator[Case]:
    rows = {
        "equal": ([[0.5, 0.5, 0.5]], "equal logits: exactly 1/3", ["Ktv"]),
        "one-key": ([[3.25]], "one key takes all", ["SingletonHead"]),
        "masked": ([[1.0, -np.inf, 2.5], [-np.inf, 0.25, -1.0]], "−∞ is a weight of exactly 0", ["BroadcastAxis"]),
        "masked-last": ([[0.5, -0.25, -np.inf]], "the last key forbidden", ["BroadcastAxis"]),
        "large": ([[1000.0, 999.5, 990.0]], "exp overflows unless the row is shifted first", ["LargePosition"]),
        "shifted-twin": ([[10.0, 9.5, 0.0]], "as large, shifted: the same weights", ["LargePosition"]),
        "tiny": ([[0.0, -700.0, -740.0]], "weights down to the subnormal numbers", ["HardToRound"]),
        "mixed": (values(2, 5, seed=3).tolist(), "rows of five", []),
    }
    for name, (logits, comment, flags) in rows.items():
        yield Case(f"softmax/{name}", comment, flags, {}, {"logits": np.array(logits)}, ONLY)
    refused = np.array([[0.0, np.nan]])
    yield Case("softmax/refuse-nan", "NaN in the logits", [], {}, {"logits": refused}, (), "domain")
    empty = np.array([[0.0, 1.0], [-np.inf, -np.inf]])
    yield Case("softmax/refuse-empty-row", "a row without an allowed key", [], {}, {"logits": empty}, (), "domain")


def _attend() -> Iterator[Case]:
    def attend(
        name: str, comment: str, flags: list[str], sizes: tuple[int, int, int, int, int], causal: bool, biased: bool
    ) -> Case:
        heads, n_q, n_k, d, e = sizes
        seed = len(name)
        mask = np.tri(n_q, n_k, n_k - n_q, dtype=bool) if causal else np.ones((n_q, n_k), dtype=bool)
        inputs = {
            "q": values(heads, n_q, d, seed=seed),
            "k": values(heads, n_k, d, seed=seed + 1),
            "v": values(heads, n_k, e, seed=seed + 2),
            "bias": values(heads, n_q, n_k, seed=seed + 3) * biased,
            "mask": np.broadcast_to(mask, (heads, n_q, n_k)).copy(),
        }
        return Case(f"attend/{name}", comment, flags, {}, inputs, ONLY)

    yield attend("plain", "no mask, no bias", ["ScaleMissing"], (1, 2, 3, 4, 2), False, False)
    yield attend("two-heads", "heads do not mix", ["AxisOrder", "ScaleMissing"], (2, 3, 3, 4, 3), False, False)
    yield attend("causal", "later keys do not exist", ["Bidirectional"], (2, 3, 3, 4, 2), True, False)
    yield attend("biased", "the bias is not divided by √d", ["ScaleTwice"], (2, 2, 3, 4, 2), False, True)
    yield attend(
        "causal-biased-cache", "two new queries, five keys", ["CacheOffset", "ScaleTwice"], (2, 2, 5, 8, 2), True, True
    )
    yield attend("decode", "one query", ["CacheOffset"], (1, 1, 4, 4, 3), True, True)
