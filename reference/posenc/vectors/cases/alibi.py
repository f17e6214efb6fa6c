"""The cases of attention with linear biases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from posenc.vectors.case import Case, Session

RULES = ("alibi/press", "alibi/geometric")
PADDED, GRID = ("alibi/key-only", "alibi/falcon"), ("alibi/press", "alibi/euclidean")
CAUSAL = (*RULES, "alibi/key-only", "alibi/last-key")


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _slopes()
    yield from _bias()
    yield from _padded()
    yield from _grid()
    yield from _refused()


def sessions() -> Iterator[Session]:
    """Biases and slopes kept between calls: by length alone, by heads alone, or with their use."""
    for name, comment, flags, order in (
        ("prefill-then-decode", "the keys grow", ["CacheOffset"], "causal-3-heads decode causal-3-heads"),
        ("long-then-short", "a longer row of keys serves again", [], "chunk causal-2-heads chunk"),
        ("decode-twice", "one query, more keys", ["CacheOffset"], "decode long-row decode"),
        ("other-heads", "as many keys", ["NonPow2Heads"], "causal-3-heads causal-6-heads causal-3-heads"),
        ("other-use", "the same sizes", ["Bidirectional"], "causal-3-heads symmetric-3-heads causal-3-heads"),
        ("other-max-bias", "as many heads", ["BaseIgnored"], "causal-2-heads max-16 causal-2-heads"),
    ):
        steps = [f"bias/{step}" for step in order.split()]
        yield Session(f"bias/session-{name}", comment, ["StaleState", *flags], steps)


def _slopes() -> Iterator[Case]:
    for heads in (1, 2, 4, 8, 16, 32, 64):
        params = {"num_heads": heads, "max_bias": 8.0}
        flags = ["HeadOffByOne"] if heads > 1 else ["HeadOffByOne", "SingletonHead"]
        yield Case(f"slopes/heads-{heads}", "a power of two: both rules agree", flags, params, {}, RULES[:1])
    for heads in (3, 5, 6, 7, 12, 20, 40, 71):
        params = {"num_heads": heads, "max_bias": 8.0}
        yield Case(
            f"slopes/heads-{heads}",
            "no power of two: the rules part",
            ["NonPow2Heads", "OddHeads"][: 1 + heads % 2],
            params,
            {},
            RULES,
        )
    for heads, top in ((8, 16.0), (6, 4.0), (3, 5.5)):
        params = {"num_heads": heads, "max_bias": top}
        yield Case(
            f"slopes/heads-{heads}-max-{top:g}",
            "another max_bias",
            ["BaseIgnored"],
            params,
            {},
            RULES if heads != 8 else RULES[:1],
        )


def _bias() -> Iterator[Case]:
    def bias(
        name: str, comment: str, flags: list[str], sizes: tuple[int, int, int], use: str, top: float = 8.0
    ) -> Case:
        heads, n_q, n_k = sizes
        params = {"num_heads": heads, "n_q": n_q, "n_k": n_k, "use": use, "max_bias": top}
        return Case(f"bias/{name}", comment, flags, params, {}, CAUSAL if use == "causal" else RULES)

    yield bias("causal-2-heads", "the future is −∞, the present 0", ["SignOfDistance"], (2, 4, 4), "causal")
    yield bias(
        "causal-3-heads",
        "the third slope is not the third of a sequence",
        ["NonPow2Heads", "SignOfDistance"],
        (3, 3, 3),
        "causal",
    )
    yield bias("causal-6-heads", "and neither are the fifth and sixth", ["NonPow2Heads"], (6, 2, 3), "causal")
    yield bias("decode", "one query with a cache of 7 keys", ["CacheOffset"], (3, 1, 8), "causal")
    yield bias("chunk", "two queries at the end of five keys", ["CacheOffset", "AxisOrder"], (2, 2, 5), "causal")
    yield bias("long-row", "the penalty of a far key", ["LargePosition"], (4, 1, 300), "causal")
    yield bias("max-16", "max_bias 16", ["BaseIgnored"], (2, 2, 3), "causal", 16.0)
    yield bias("max-4", "max_bias 4, no power of two", ["BaseIgnored", "NonPow2Heads"], (3, 2, 4), "causal", 4.0)
    yield bias("causal-12-heads", "slopes that are no powers of two", ["NonPow2Heads"], (12, 1, 3), "causal")
    yield bias("max-5.5", "neither are these", ["BaseIgnored"], (3, 2, 3), "causal", 5.5)
    yield bias(
        "symmetric-2-heads", "both sides lose alike", ["Bidirectional", "SignOfDistance"], (2, 4, 4), "symmetric"
    )
    yield bias("symmetric-3-heads", "no power of two", ["Bidirectional", "NonPow2Heads"], (3, 3, 3), "symmetric")
    yield bias("symmetric-cross", "more keys than queries", ["Bidirectional", "CacheOffset"], (3, 2, 5), "symmetric")
    yield bias(
        "symmetric-more-queries", "more queries than keys", ["Bidirectional", "AxisOrder"], (3, 4, 2), "symmetric"
    )


def _padded() -> Iterator[Case]:
    def padded(name: str, comment: str, flags: list[str], mask: Any, heads: int = 3, head_dim: int = 80) -> Case:
        inputs = {"mask": np.array(mask, dtype=bool)}
        return Case(f"padded/{name}", comment, flags, {"num_heads": heads, "head_dim": head_dim}, inputs, PADDED)

    yield padded("left", "two pads before four tokens", ["LeftPad"], [[0, 0, 1, 1, 1, 1]])
    yield padded("right", "two pads after four tokens", ["LeftPad"], [[1, 1, 1, 1, 0, 0]], 12)
    yield padded("hole", "a masked token between others is not counted", ["LeftPad"], [[1, 1, 0, 1, 0, 1]], 6, 64)
    yield padded("batch", "two sequences", ["BroadcastAxis", "LeftPad"], [[0, 1, 1, 1], [1, 1, 1, 1]], 9, 64)
    yield padded("no-token", "nothing but pads", ["LeftPad"], [[0, 0, 0]], 2, 64)
    yield padded("past-256", "bfloat16 merges positions", ["Bf16Trap", "LargePosition"], [[0, *[1] * 262]], 1, 64)


def _grid() -> Iterator[Case]:
    for heads, height, width in ((3, 2, 3), (9, 3, 2), (1, 3, 3), (12, 1, 4)):
        comment = f"{height} rows of {width} tokens"
        params = {"num_heads": heads, "height": height, "width": width}
        ways = GRID if height > 1 else GRID[:1]  # both are the same in one row
        yield Case(f"grid/{height}-by-{width}-{heads}-heads", comment, ["NonSquare", "AxisOrder"], params, {}, ways)


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, flags: list[str], **params: Any) -> Case:
        whole = {"num_heads": 2, "n_q": 2, "n_k": 3, "use": "causal", "max_bias": 8.0, **params}
        return Case(f"bias/{name}", comment, flags, whole, {}, (), "domain")

    yield refused("refuse-no-heads", "a model without heads", ["SingletonHead"], num_heads=0)
    yield refused("refuse-more-queries", "causally, the first query would see no key", ["CacheOffset"], n_q=4)
    yield refused("refuse-max-bias-zero", "all slopes would be 1", ["BaseIgnored"], max_bias=0.0)
    yield refused("refuse-negative-max-bias", "distance would be rewarded", ["SignOfDistance"], max_bias=-8.0)
    shape = {"num_heads": 2, "head_dim": 64}
    mask = {"mask": np.ones((1, 3), dtype=bool)}
    yield Case(
        "padded/refuse-no-width", "heads without channels", ["LeftPad"], {**shape, "head_dim": 0}, mask, (), "domain"
    )
    yield Case(
        "padded/refuse-no-heads", "a model without heads", ["LeftPad"], {**shape, "num_heads": 0}, mask, (), "domain"
    )
    grid = {"num_heads": 2, "height": 0, "width": 3}
    yield Case("grid/refuse-no-rows", "an image without rows", ["NonSquare"], grid, {}, (), "domain")
