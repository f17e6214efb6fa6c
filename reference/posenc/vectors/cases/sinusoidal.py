"""The cases of sinusoidal positional encoding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from posenc.definitions.sinusoidal import CONVENTIONS
from posenc.vectors.case import Case, Session

ALL = tuple(CONVENTIONS)
SPACINGS = ("sinusoidal/interleaved", "sinusoidal/interleaved-endpoint")
FAR = ["LargePosition", "Bf16Trap"]


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _inverse_frequencies()
    yield from _table()
    yield from _shift_matrix()
    yield from _refused()


def sessions() -> Iterator[Session]:
    """Tables kept between calls: by length alone, by width alone, by shape alone, or with their start."""
    for name, comment, flags, order in (
        ("long-then-short", "the longer table serves again", [], "bf16-trap dim-8 bf16-trap"),
        ("other-positions", "as many, but others", [], "dim-8 fractional dim-8"),
        ("other-base", "the same sizes", ["BaseIgnored"], "dim-8 base-100 dim-8"),
        ("other-width", "a row of four, then of eight", [], "near-0-1-2-3 dim-8 near-0-1-2-3"),
        ("other-start", "a start that stays", ["CacheOffset"], "near-0-1-2-3 start-1 near-0-1-2-3"),
    ):
        steps = [f"table/{step}" for step in order.split()]
        yield Session(f"table/session-{name}", comment, ["StaleState", *flags], steps)


def _inverse_frequencies() -> Iterator[Case]:
    for dim, base in (
        (4, 10000.0),
        (6, 10000.0),
        (8, 100.0),
        (64, 10000.0),
        (80, 1000.0),
        (512, 10000.0),
        (768, 10000.0),
    ):
        params = {"dim": dim, "base": base}
        flags = ["ExponentDenominator"] if base == 10000.0 else ["ExponentDenominator", "BaseIgnored"]
        comment = f"{dim // 2} frequencies, base {base:g}"
        yield Case(f"inverse_frequencies/dim-{dim}-base-{base:.0f}", comment, flags, params, {}, SPACINGS)


def _table() -> Iterator[Case]:
    def table(
        name: str, comment: str, flags: list[str], positions: Any, dim: int, base: float = 10000.0, start: float = 0.0
    ) -> Case:
        params = {"dim": dim, "base": base, "start": start}
        return Case(f"table/{name}", comment, flags, params, {"positions": np.array(positions)}, ALL)

    yield table("origin", "position 0 is 0 and 1, which shows the order alone", ["PairLayout"], [0], 4)
    yield table("near-0-1-2-3", "the four rows every tutorial prints", ["Ktv", "PairLayout"], [0, 1, 2, 3], 4)
    yield table("dim-6", "the exponents 0, 1/3, 2/3 are no dyadic fractions", ["ExponentDenominator"], [2, 100], 6)
    yield table("dim-8", "four pairs", ["ExponentDenominator", "PairLayout"], [1, 7], 8)
    yield table("bf16-trap", "257 and 259 become 256 and 260 in bfloat16", FAR, [255, 257, 258, 259], 8)
    yield table("f16-trap", "2049 and 4099 become 2048 and 4100 in float16", FAR, [2049, 4097, 4099], 6)
    yield table("far", "positions of long documents", [*FAR, "F16Overflow"], [65537, 131071], 6)
    yield table("million", "a million tokens", [*FAR, "F16Overflow"], [1048575], 16)
    yield table(
        "beyond-float32",
        "float32 has merged these with their neighbours",
        ["F32IntegerLimit"],
        [2**24 + 1, 2**25 + 3],
        4,
    )
    yield table("beyond-int32", "the largest integers float64 holds", ["F32IntegerLimit"], [2**40 + 1, 2**53 - 1], 6)
    yield table("base-100", "another base", ["BaseIgnored"], [1, 30], 8, 100.0)
    yield table("base-1000", "another base, d no power of two", ["BaseIgnored"], [3, 257], 10, 1000.0)
    yield table("start-1", "the first row is that of position 1", ["OneBased"], [0, 1], 4, 10000.0, 1.0)
    yield table("start-2", "padding_idx + 1 = 2 comes first", ["PaddingIdxOffset"], [0, 1, 255], 6, 10000.0, 2.0)
    yield table("negative", "a sine changes sign, a cosine does not", ["Direction", "NegativeOffset"], [-1, -257], 4)
    yield table("fractional", "diffusion steps between the integers", [], [0.5, 999.25], 8)
    yield table("two-axes", "positions of any shape", ["BroadcastAxis"], [[0, 1, 2], [10, 11, 12]], 4)
    yield table("scalar", "one position without an axis", ["BroadcastAxis"], 5, 4)
    yield table("empty", "no position at all", ["EmptySequence"], np.zeros(0, dtype=np.int64), 4)
    yield table("dim-64", "a wide row", ["ExponentDenominator"], [4097], 64)
    yield table("dim-80", "2i/80 is no dyadic fraction", ["ExponentDenominator"], [511], 80)


def _shift_matrix() -> Iterator[Case]:
    for name, offset, dim, flags in (
        ("by-0", 0.0, 4, ["SmokeOnly"]),
        ("by-3", 3.0, 4, ["Direction"]),
        ("by-minus-1", -1.0, 6, ["Direction", "NegativeOffset"]),
        ("by-257", 257.0, 6, FAR),
        ("by-half", 0.5, 4, []),
    ):
        params, inputs = {"dim": dim, "base": 10000.0}, {"offset": np.array(offset)}
        yield Case(f"shift_matrix/{name}", f"PE at p + {offset:g} from PE at p", flags, params, inputs, ALL)
    for name, offset, dim, base in (("base-100", 2049.0, 8, 100.0), ("base-1000", -4099.0, 6, 1000.0)):
        params, inputs = {"dim": dim, "base": base}, {"offset": np.array(offset)}
        yield Case(
            f"shift_matrix/{name}", "another base, an offset float16 merges", ["BaseIgnored", *FAR], params, inputs, ALL
        )


def _refused() -> Iterator[Case]:
    def refused(name: str, comment: str, kind: str, positions: Any, flags: list[str], **params: Any) -> Case:
        whole = {"dim": 4, "base": 10000.0, "start": 0.0, **params}
        return Case(f"table/{name}", comment, flags, whole, {"positions": np.asarray(positions)}, (), kind)

    yield refused("refuse-odd", "three channels make no pairs", "shape", [0, 1], ["OddDim"], dim=3)
    yield refused("refuse-zero", "no channels", "domain", [0, 1], ["OddDim"], dim=0)
    yield refused("refuse-base-zero", "1/0 would be NaN", "domain", [0, 1], ["BaseIgnored"], base=0.0)
    yield refused(
        "refuse-base-infinite", "all but one frequency would be 0", "domain", [0, 1], ["BaseIgnored"], base=float("inf")
    )
    yield refused("refuse-nan-position", "no angle", "domain", [0.0, np.nan], [])
