"""The cases of rotary position embedding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from posenc.vectors.case import Case, Session, values

BOTH = ("rope/interleaved", "rope/halves")
ONE = BOTH[:1]
FAR = ["LargePosition", "Bf16Trap"]
FARTHER = [*FAR, "F16Overflow"]


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _inverse_frequencies()
    yield from _table()
    yield from _rotate()
    yield from _refused()


def sessions() -> Iterator[Session]:
    """Tables kept between calls: by length alone, by width alone, by shape alone, or counted on."""
    for operation, name, comment, flags, order in (
        ("table", "long-then-short", "the longer table serves again", [], "bf16-trap from-0-dim-8 bf16-trap"),
        ("table", "other-positions", "as many, but others", [], "near-0-1-2-3 from-4 near-0-1-2-3"),
        ("table", "other-base", "the same sizes", ["BaseIgnored"], "from-0-dim-8 from-0-base-500000 from-0-dim-8"),
        ("table", "other-width", "the same positions", [], "near-0-1-2-3 from-0-dim-8 near-0-1-2-3"),
        ("rotate", "long-then-short", "a far position, then near ones", [], "bf16-257-259 prefill near-1-2"),
        ("rotate", "short-then-long", "a table that must grow", [], "near-1-2 prefill bf16-257-259 near-1-2"),
        ("rotate", "prefill-then-decode", "the cache goes on", ["CacheOffset"], "prefill decode-5 chunk prefill"),
        ("rotate", "offset-then-none", "and starts anew", ["CacheOffset"], "chunk prefill chunk"),
        ("rotate", "left-padding", "rows that start later, in the same shape", ["LeftPad"], "rows padded rows"),
        ("rotate", "packed-documents", "the positions start anew in the middle", [], "prefill packed prefill"),
        ("rotate", "other-base", "two models, one cache", ["BaseIgnored"], "prefill prefill-base-500000 prefill"),
        ("rotate", "other-width", "two head sizes, one cache", [], "prefill prefill-dim-8 prefill"),
    ):
        steps = [f"{operation}/{step}" for step in order.split()]
        yield Session(f"{operation}/session-{name}", comment, ["StaleState", *flags], steps)


def _inverse_frequencies() -> Iterator[Case]:
    for rotary_dim, base, flags in (
        (2, 10000.0, ["SmokeOnly"]),
        (4, 10000.0, ["ExponentDenominator"]),
        (6, 10000.0, ["ExponentDenominator"]),
        (8, 500000.0, ["BaseIgnored"]),
        (64, 10000.0, ["ExponentDenominator"]),
        (80, 1000000.0, ["BaseIgnored"]),
        (96, 10000.0, ["ExponentDenominator"]),
        (128, 500000.0, ["BaseIgnored"]),
        (256, 10000.0, ["ExponentDenominator"]),
    ):
        comment = f"{rotary_dim // 2} frequencies, base {base:g}"
        params = {"rotary_dim": rotary_dim, "base": base}
        yield Case(f"inverse_frequencies/dim-{rotary_dim}-base-{base:.0f}", comment, flags, params, {}, ONE)


def _table() -> Iterator[Case]:
    def table(
        name: str, comment: str, flags: list[str], positions: Any, rotary_dim: int, base: float = 10000.0
    ) -> Case:
        params = {"rotary_dim": rotary_dim, "base": base}
        return Case(f"table/{name}", comment, flags, params, {"positions": np.array(positions)}, ONE)

    yield table("origin", "position 0 is cos 1, sin 0, whatever the rest", ["SmokeOnly"], [0], 4)
    yield table("near-0-1-2-3", "the published d = 4 frequencies 1 and 0.01", ["Ktv"], [0, 1, 2, 3], 4)
    yield table("bf16-trap", "255 and 258 are bfloat16 numbers, 257 and 259 are not", FAR, [255, 257, 258, 259], 8)
    yield table("f16-trap", "2049 and 4099 are not float16 numbers", FAR, [2048, 2049, 4097, 4099], 6)
    yield table("base-500000", "a larger base, near and far", ["BaseIgnored"], [1, 46, 1000], 8, 500000.0)
    yield table("long-context", "the ends of common contexts", FARTHER, [8191, 32767, 65537, 131071], 8, 500000.0)
    yield table("million", "a position of a million tokens", FARTHER, [1048575, 999983], 64)
    yield table("beyond-float32", "float32 has merged neighbours", ["F32IntegerLimit"], [2**24 + 1, 2**25 + 3], 4)
    yield table("beyond-int32", "the largest integers float64 holds", ["F32IntegerLimit"], [2**40 + 1, 2**53 - 1], 6)
    yield table(
        "negative", "a position before the start turns clockwise", ["Direction", "NegativeOffset"], [-1, -257], 4
    )
    yield table("fractional", "positions between tokens, as linear scaling makes them", [], [0.25, 0.5, 1023.75], 4)
    yield table("dim-80", "2i/80 is no dyadic fraction", ["ExponentDenominator"], [1, 4097], 80)
    yield table("dim-128", "a full head", ["ExponentDenominator"], [1, 131071], 128)
    hard = ["HardToRound", *FARTHER]
    yield table(
        "hard-float64",
        "of a million positions the nearest to a rounding boundary of float64: cos of pair 24, cos of 40, sin of 27",
        hard,
        [54289, 542890, 584098],
        128,
    )
    yield table(
        "hard-float32",
        "of a million positions the nearest to a rounding boundary of float32: cos of pair 62, cos of 9, cos of 22",
        hard,
        [977267, 976115, 523358],
        128,
    )
    yield table("two-axes", "positions (batch, n)", ["LeftPad"], [[0, 1, 2], [5, 6, 7]], 4)
    yield table("from-4", "the rows after near-0-1-2-3", ["CacheOffset"], [4, 5, 6, 7], 4)
    yield table("from-0-dim-8", "near-0-1-2-3 of another width", ["ExponentDenominator"], [0, 1, 2, 3], 8)
    yield table("from-0-base-500000", "and of another base", ["BaseIgnored"], [0, 1, 2, 3], 8, 500000.0)


def _rotate() -> Iterator[Case]:
    def rotate(
        name: str,
        comment: str,
        flags: list[str],
        shape: tuple[int, ...],
        positions: Any,
        base: float = 10000.0,
        rotary_dim: int | None = None,
    ) -> Case:
        inputs = {"x": values(*shape, seed=len(name)), "positions": np.array(positions)}
        return Case(f"rotate/{name}", comment, flags, {"base": base, "rotary_dim": rotary_dim}, inputs, BOTH)

    yield rotate("origin", "position 0 leaves everything alone", ["SmokeOnly"], (1, 4), [0])
    unit = {"x": np.eye(4)[:1].copy(), "positions": np.array([1])}
    yield Case(
        "rotate/unit-1",
        "which channel is the partner of channel 0?",
        ["PairLayout"],
        {"base": 1e4, "rotary_dim": None},
        unit,
        BOTH,
    )
    ktv = {"x": np.array([[1.0, 2.0, 3.0, 4.0]]), "positions": np.array([3])}
    yield Case(
        "rotate/one-two-three-four",
        "small enough for pencil and paper",
        ["Ktv"],
        {"base": 1e4, "rotary_dim": None},
        ktv,
        BOTH,
    )
    yield rotate("near-1-2", "d = 4, near", ["PairLayout"], (2, 4), [1, 2])
    yield rotate("bf16-257-259", "257 and 259 become 256 and 260 in bfloat16", FAR, (2, 4), [257, 259])
    yield rotate(
        "bf16-twin-256-258",
        "the same as bf16-257-259 at positions bfloat16 holds",
        ["LargePosition"],
        (2, 4),
        [256, 258],
    )
    yield rotate("f16-2049-4099", "2049 and 4099 become 2048 and 4100 in float16", FAR, (2, 6), [2049, 4099])
    yield rotate("f16-overflow", "70001 is infinite in float16", FARTHER, (2, 6), [65537, 70001])
    yield rotate(
        "context-131071", "the end of a 128 k context", ["BaseIgnored", *FARTHER], (2, 8), [131071, 100003], 500000.0
    )
    yield rotate(
        "base-1000000",
        "base 1e6 at positions where d = 8 tells it from 1e4",
        ["BaseIgnored"],
        (2, 8),
        [2, 46],
        1000000.0,
    )
    yield rotate("million", "a million tokens", FARTHER, (1, 64), [1048575])
    yield rotate(
        "beyond-float32",
        "float32 has merged these with their neighbours",
        ["F32IntegerLimit"],
        (2, 4),
        [2**24 + 1, 2**25 + 3],
    )
    yield rotate(
        "beyond-int32", "the largest integers float64 holds", ["F32IntegerLimit"], (2, 6), [2**40 + 1, 2**53 - 1]
    )
    yield rotate("negative", "turned back", ["Direction", "NegativeOffset"], (2, 6), [-1, -257])
    yield rotate("fractional", "between tokens", [], (2, 6), [0.5, 100.25])
    yield rotate(
        "partial-4-of-8",
        "exponents and partners within the first 4 channels",
        ["PartialRotary", "PairSpan"],
        (2, 8),
        [1, 257],
        10000.0,
        4,
    )
    yield rotate(
        "partial-4-of-16", "12 channels untouched", ["PartialRotary", "PairSpan"], (2, 16), [3, 2049], 10000.0, 4
    )
    yield rotate(
        "partial-6-of-9",
        "an odd head with an even rotary_dim",
        ["PartialRotary", "PairSpan"],
        (2, 9),
        [5, 77],
        10000.0,
        6,
    )
    yield rotate(
        "heads-3-tokens-2", "the head axis is not the token axis", ["AxisOrder", "BroadcastAxis"], (3, 2, 4), [1, 5]
    )
    yield rotate(
        "heads-2-tokens-2-twin", "as heads-3-tokens-2, with as many heads as tokens", ["AxisOrder"], (2, 2, 4), [1, 5]
    )
    yield rotate(
        "batch-2-left-pad",
        "each row with its own positions",
        ["LeftPad", "CacheOffset"],
        (2, 3, 2, 4),
        [[0, 1], [511, 512]],
    )
    yield rotate("decode-one", "a single new token at position 4097", ["CacheOffset", "Bf16Trap"], (1, 2, 1, 8), [4097])
    yield rotate("one-head", "a head axis of size one", ["SingletonHead"], (1, 1, 3, 4), [7, 8, 9])
    yield rotate("empty", "no token at all", ["EmptySequence"], (2, 0, 4), np.zeros(0, dtype=np.int64))
    yield rotate("dim-80", "2i/80 is no dyadic fraction", ["ExponentDenominator"], (1, 80), [8191])
    yield rotate("dim-96", "neither is 2i/96", ["ExponentDenominator", *FARTHER], (1, 96), [65537])
    yield rotate("dim-128", "a full head", ["ExponentDenominator"], (2, 128), [1, 4097])
    yield rotate("prefill", "five tokens from the start", ["PairLayout"], (5, 4), [0, 1, 2, 3, 4])
    yield rotate("decode-5", "the token after prefill", ["CacheOffset"], (1, 4), [5])
    yield rotate("chunk", "five tokens after prefill", ["CacheOffset"], (5, 4), [5, 6, 7, 8, 9])
    yield rotate("packed", "a document of three and one of two", ["PairLayout"], (5, 4), [0, 1, 2, 0, 1])
    yield rotate("rows", "two rows alike", ["BroadcastAxis"], (2, 1, 3, 4), [[0, 1, 2], [0, 1, 2]])
    yield rotate("padded", "the first row starts one later", ["LeftPad"], (2, 1, 3, 4), [[0, 0, 1], [0, 1, 2]])
    yield rotate("prefill-dim-8", "prefill of another width", ["ExponentDenominator"], (5, 8), [0, 1, 2, 3, 4])
    yield rotate("prefill-base-500000", "and of another base", ["BaseIgnored"], (5, 4), [0, 1, 2, 3, 4], 500000.0)


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, kind: str, x: Any, positions: Any, flags: list[str], **params: Any) -> Case:
        inputs = {"x": np.asarray(x), "positions": np.asarray(positions)}
        return Case(f"rotate/{name}", comment, flags, {"base": 10000.0, "rotary_dim": None, **params}, inputs, (), kind)

    x = values(2, 4, seed=1)
    yield refused("refuse-odd", "three channels make no pairs", "shape", x[:, :3], [0, 1], ["OddDim"])
    yield refused("refuse-rotary-beyond-head", "6 of 4 channels", "shape", x, [0, 1], ["PartialRotary"], rotary_dim=6)
    yield refused("refuse-rotary-zero", "nothing to turn", "domain", x, [0, 1], ["PartialRotary"], rotary_dim=0)
    yield refused("refuse-base-zero", "1/0 would be NaN", "domain", x, [0, 1], ["BaseIgnored"], base=0.0)
    yield refused("refuse-base-negative", "no real power", "domain", x, [0, 1], ["BaseIgnored"], base=-1.0)
    yield refused("refuse-base-nan", "not a number", "domain", x, [0, 1], ["BaseIgnored"], base=float("nan"))
    yield refused("refuse-nan", "NaN in x", "domain", np.where(x > 1, np.nan, x), [0, 1], [])
    yield refused("refuse-infinite-position", "no angle", "domain", x, [0.0, np.inf], [])
    yield refused(
        "refuse-too-few-positions", "one position for two tokens would broadcast", "shape", x, [1], ["BroadcastAxis"]
    )
    yield refused(
        "refuse-too-many-positions", "three positions for two tokens", "shape", x, [1, 2, 3], ["BroadcastAxis"]
    )
