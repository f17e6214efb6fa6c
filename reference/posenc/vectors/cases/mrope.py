"""The cases of the rotary position embedding with time, height and width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from posenc.definitions.mrope import CONVENTIONS, IMAGE, TEXT, VIDEO
from posenc.vectors.case import Case, values

ALL = tuple(CONVENTIONS)
SECTIONED = ("mrope/chunked", "mrope/interleaved")
ONE = ALL[:1]
QWEN3 = [24, 20, 20]


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _axes()
    yield from _position_ids()
    yield from _table()
    yield from _rotate()
    yield from _refused()


def _axes() -> Iterator[Case]:
    for section, comment, flags in (
        ([2, 1, 1], "T T H W or T H W T", ["AxisOfPair", "Ktv"]),
        (QWEN3, "Qwen3-VL: the last four pairs are T's", ["AxisOfPair", "TailOfPairs"]),
        ([11, 11, 10], "every third pair, to the end", ["AxisOfPair"]),
        ([3, 1, 1], "two pairs left over", ["AxisOfPair", "TailOfPairs"]),
        ([5, 3, 2], "three sizes", ["AxisOfPair", "TailOfPairs"]),
        ([4, 0, 0], "time alone: rope", ["SmokeOnly"]),
    ):
        name = "-".join(map(str, section))
        yield Case(f"axes/{name}", comment, flags, {}, {"mrope_section": np.array(section)}, SECTIONED)


def _ids(
    name: str,
    comment: str,
    flags: list[str],
    segments: Sequence[Sequence[int]],
    merge: int = 1,
    seconds: Sequence[float] | None = None,
    rate: float = 1.0,
    refused: str | None = None,
) -> Case:
    params = {"spatial_merge_size": merge, "tokens_per_second": rate}
    inputs = {
        "segments": np.array(segments),
        "seconds_per_grid": np.array([1.0] * len(segments) if seconds is None else seconds),
    }
    return Case(f"position_ids/{name}", comment, flags, params, inputs, () if refused else ONE, refused)


def _position_ids() -> Iterator[Case]:
    def text(count: int) -> list[int]:
        return [TEXT, count, 1, 1]

    start, image, step = ["NextSegment"], ["NextSegment", "NonSquare"], ["TimeStep"]
    yield _ids("text", "0, 1, 2, ...: rope", ["CacheOffset", "NextSegment"], [text(4)])
    yield _ids("image-2-by-2", "two words, an image, two words", ["Ktv", *start], [text(2), [IMAGE, 1, 2, 2], text(2)])
    yield _ids("image-2-by-3", "goes on at start + 3", image, [text(1), [IMAGE, 1, 2, 3], text(2)])
    yield _ids("image-3-by-2", "goes on at start + 3 too", image, [text(3), [IMAGE, 1, 3, 2], text(1)])
    yield _ids("two-images", "one after the other", image, [[IMAGE, 1, 1, 2], text(1), [IMAGE, 1, 2, 1], text(1)])
    merged = [text(2), [IMAGE, 1, 4, 6], text(1)]
    yield _ids("merge-2", "4 by 6 patches are 2 by 3 tokens", ["NonSquare", "TokenMerge"], merged, 2)
    again = [text(1), [IMAGE, 1, 6, 9], text(2)]
    yield _ids("merge-3", "6 by 9 patches are 2 by 3 tokens", ["NonSquare", "TokenMerge"], again, 3)
    yield _ids("video", "more frames than rows or columns", [*start, *step], [text(1), [VIDEO, 4, 1, 2], text(2)])
    video = [text(1), [VIDEO, 4, 2, 1], text(2)]
    yield _ids("video-half-seconds", "half a second, two steps a second: 0, 1, 2, 3", step, video, 1, [1, 0.5, 1], 2.0)
    yield _ids("video-1.5-seconds", "0, 1, 3, 4", step, video, 1, [1, 1.5, 1])
    yield _ids("video-quarter-seconds", "0, 0, 0, 0: all frames share a time", step, video, 1, [1, 0.25, 1])
    yield _ids("video-2.75-steps", "0, 2, 5, 8", [*start, *step], video, 1, [1, 1.375, 1], 2.0)
    still = [text(2), [IMAGE, 1, 2, 2], text(1)]
    yield _ids("image-with-seconds", "an image has no seconds", step, still, 1, [1, 0.5, 1], 25.0)
    stack = [text(1), [IMAGE, 3, 1, 2], text(1)]
    yield _ids("image-of-3", "three layers, not seconds", step, stack, 1, [1, 2.0, 1], 2.0)
    twice = [[IMAGE, 2, 2, 2], [VIDEO, 2, 2, 1]]
    yield _ids("image-of-2-and-video", "an image first, whose layers have no seconds", step, twice, 1, [3.0, 3.0])
    frames = [text(3), [VIDEO, 1, 2, 1], text(3), [VIDEO, 1, 2, 1], text(1)]
    yield _ids("frames", "a time stamp in words before every frame", [*start, *step], frames, 1, [1, 2, 1, 2, 1], 2.0)
    yield _ids("ends-with-image", "the next token after an image", ["CacheOffset"], [text(1), [IMAGE, 1, 3, 4]])


def _table() -> Iterator[Case]:
    def table(
        name: str, comment: str, flags: list[str], places: Any, section: list[int], base: float = 10000.0
    ) -> Case:
        params = {"rotary_dim": 2 * sum(section), "base": base}
        inputs = {"positions": np.array(places), "mrope_section": np.array(section)}
        return Case(f"table/{name}", comment, flags, params, inputs, SECTIONED)

    yield table("origin", "the first token is not turned", ["SmokeOnly"], [[0], [0], [0]], [2, 1, 1])
    yield table("text", "the same on all axes: rope's table", ["Ktv"], [[7], [7], [7]], [2, 1, 1])
    yield table("near", "three axes", ["AxisOfPair"], [[2, 4], [3, 4], [5, 6]], [2, 1, 1])
    yield table("tail", "two pairs left over", ["AxisOfPair", "TailOfPairs"], [[11], [40], [90]], [3, 1, 1])
    yield table("three-sizes", "5, 3 and 2 pairs", ["AxisOfPair"], [[700, 8], [731, 40], [765, 90]], [5, 3, 2], 1e6)
    yield table("bf16-trap", "257 is no bfloat16 number", ["Bf16Trap"], [[257, 259], [263, 261], [259, 269]], [2, 1, 1])
    yield table("far", "after many images", ["LargePosition"], [[131071], [131075], [131090]], [3, 2, 2], 1e6)
    yield table("qwen3-vl", "as its 24, 20, 20, but smaller", ["TailOfPairs"], [[1500], [1523], [1544]], [7, 5, 5], 5e6)
    batch = [[[0, 1], [5, 6]], [[0, 2], [5, 9]], [[0, 3], [5, 7]]]
    yield table("batch-2", "positions (3, batch, n)", ["LeftPad"], batch, [2, 1, 1])
    yield table("base-100", "another base", ["BaseIgnored"], [[3], [5], [9]], [2, 1, 1], 100.0)


def _rotate() -> Iterator[Case]:
    def rotate(
        name: str,
        comment: str,
        flags: list[str],
        shape: tuple[int, ...],
        places: Any,
        section: list[int],
        base: float = 10000.0,
    ) -> Case:
        rotary_dim = 2 * sum(section) if 2 * sum(section) < shape[-1] else None
        inputs = {
            "x": values(*shape, seed=len(name)),
            "positions": np.array(places),
            "mrope_section": np.array(section),
        }
        return Case(f"rotate/{name}", comment, flags, {"base": base, "rotary_dim": rotary_dim}, inputs, ALL)

    yield rotate("origin", "the first token is left alone", ["SmokeOnly"], (1, 8), [[0], [0], [0]], [2, 1, 1])
    one = {"positions": np.array([[2], [3], [5]]), "mrope_section": np.array([2, 1, 1])}
    eight = {"x": np.arange(1.0, 9.0)[np.newaxis], **one}
    params = {"base": 1e4, "rotary_dim": None}
    yield Case("rotate/one-to-eight", "the worked example", ["Ktv", "AxisOfPair"], params, eight, ALL)
    yield rotate("near", "three axes", ["AxisOfPair", "PairLayout"], (2, 8), [[2, 4], [3, 9], [5, 6]], [2, 1, 1])
    yield rotate("text", "the same on all axes", ["PairLayout"], (2, 8), [[1, 5]] * 3, [2, 1, 1])
    yield rotate("tail", "two pairs left over", ["TailOfPairs"], (1, 10), [[11], [40], [90]], [3, 1, 1])
    yield rotate("three-sizes", "5, 3 and 2 pairs", ["AxisOfPair"], (1, 20), [[700], [731], [765]], [5, 3, 2], 1e6)
    yield rotate("bf16-trap", "257 is no bfloat16 number", ["Bf16Trap"], (1, 8), [[257], [263], [259]], [2, 1, 1])
    yield rotate("far", "after many images", ["LargePosition"], (1, 14), [[131071], [131075], [131090]], [3, 2, 2], 1e6)
    yield rotate(
        "partial-8-of-12", "4 channels untouched", ["PartialRotary", "PairSpan"], (1, 12), [[2], [3], [5]], [2, 1, 1]
    )
    yield rotate("base-100", "another base", ["BaseIgnored"], (1, 8), [[3], [5], [9]], [2, 1, 1], 100.0)
    both = [[1, 2], [5, 2], [3, 7]]
    yield rotate("heads-3-tokens-2", "the head axis is not the token axis", ["AxisOrder"], (3, 2, 8), both, [2, 1, 1])
    batch = [[[0, 1], [5, 6]], [[0, 2], [5, 9]], [[0, 3], [5, 7]]]
    yield rotate("batch-2", "(3, batch, n)", ["LeftPad", "BroadcastAxis"], (2, 3, 2, 8), batch, [2, 1, 1])
    none = np.zeros((3, 0), dtype=np.int64)
    yield rotate("empty", "no token at all", ["EmptySequence"], (2, 0, 8), none, [2, 1, 1])


def _refused() -> Iterator[Case]:
    negative = np.array([3, -1, 2])
    yield Case(
        "axes/refuse-negative", "a negative section", ["AxisOfPair"], {}, {"mrope_section": negative}, (), "domain"
    )
    two = np.array([2, 2])
    yield Case("axes/refuse-two", "two sections", ["AxisOfPair"], {}, {"mrope_section": two}, (), "shape")
    yield _ids("refuse-no-rows", "a grid without rows", ["NonSquare"], [[IMAGE, 1, 0, 2]], refused="domain")
    yield _ids("refuse-no-text", "a text without tokens", ["NextSegment"], [[TEXT, 0, 1, 1]], refused="domain")
    yield _ids("refuse-odd", "3 rows, merged by two", ["TokenMerge"], [[IMAGE, 1, 3, 2]], 2, refused="domain")
    yield _ids("refuse-kind", "neither text nor image nor video", ["NextSegment"], [[3, 1, 1, 1]], refused="domain")
    yield _ids("refuse-seconds", "no time between frames", ["TimeStep"], [[VIDEO, 2, 1, 1]], 1, [0.0], refused="domain")
    yield _ids(
        "refuse-nothing", "no prompt", ["EmptySequence"], np.zeros((0, 4), dtype=np.int64).tolist(), refused="shape"
    )
    places, eight = np.array([[0], [1], [2]]), values(1, 8, seed=1)

    def rotate(name: str, comment: str, flags: list[str], kind: str, positions: Any, section: Any) -> Case:
        inputs = {"x": eight, "positions": positions, "mrope_section": np.array(section)}
        return Case(f"rotate/{name}", comment, flags, {"base": 1e4, "rotary_dim": None}, inputs, (), kind)

    yield rotate("refuse-sum", "3 pairs for 4", ["AxisOfPair"], "shape", places, [1, 1, 1])
    yield rotate("refuse-negative", "a negative section", ["AxisOfPair"], "domain", places, [3, 2, -1])
    yield rotate("refuse-two-axes", "no time", ["AxisOfPair"], "shape", places[:2], [2, 1, 1])
    yield rotate("refuse-flat", "one position for three axes", ["AxisOfPair"], "shape", np.array([3]), [2, 1, 1])
