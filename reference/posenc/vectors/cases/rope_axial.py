"""The cases of the rotary position embedding with two axes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from posenc.definitions.rope_axial import CONVENTIONS
from posenc.vectors.case import Case, values

ALL = tuple(CONVENTIONS)
ONE = ALL[:1]
SPACED = ("rope_axial/rope-vit", "rope_axial/pixtral")
ORDERED = ("rope_axial/rope-vit", "rope_axial/qwen2-vl", "rope_axial/pixtral")
PAIRED = ("rope_axial/rope-vit", "rope_axial/qwen2-vl")


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _positions()
    yield from _inverse_frequencies()
    yield from _table()
    yield from _rotate()
    yield from _mixed()
    yield from _refused()


def _positions() -> Iterator[Case]:
    for name, comment, flags, height, width, classes, origin in (
        ("1-by-1", "one patch", ["SmokeOnly"], 1, 1, 0, 0),
        ("2-by-3", "more columns than rows", ["NonSquare", "Ktv"], 2, 3, 0, 0),
        ("3-by-2", "more rows than columns", ["NonSquare"], 3, 2, 0, 0),
        ("1-by-4", "as many patches as a square of side 2", ["NonSquare"], 1, 4, 0, 0),
        ("4-by-1", "one column", ["NonSquare"], 4, 1, 0, 0),
        ("class-and-origin-1", "a class token at (0, 0), patches from 1", ["ClassToken", "OneBased"], 2, 3, 1, 1),
        ("classes-and-origin-1", "two of them", ["ClassToken", "OneBased"], 3, 2, 2, 1),
        ("class-and-origin-0", "it shares the place of the first patch", ["ClassToken", "NonSquare"], 2, 3, 1, 0),
    ):
        params = {"height": height, "width": width, "class_tokens": classes, "origin": origin}
        yield Case(f"positions/{name}", comment, flags, params, {}, ONE)


def _inverse_frequencies() -> Iterator[Case]:
    for head_dim, base, flags in (
        (4, 10000.0, ["ExponentDenominator"]),
        (8, 100.0, ["BaseIgnored"]),
        (12, 10.0, ["BaseIgnored"]),
        (64, 10000.0, ["ExponentDenominator"]),
        (80, 10000.0, ["ExponentDenominator"]),
    ):
        comment = f"{head_dim // 4} frequencies an axis, base {base:g}"
        name = f"inverse_frequencies/dim-{head_dim}-base-{base:.0f}"
        yield Case(name, comment, flags, {"head_dim": head_dim, "base": base}, {}, SPACED)


def _table() -> Iterator[Case]:
    def table(name: str, comment: str, flags: list[str], places: Any, head_dim: int, base: float = 10000.0) -> Case:
        params = {"head_dim": head_dim, "base": base}
        return Case(f"table/{name}", comment, flags, params, {"positions": np.array(places)}, ORDERED)

    yield table("origin", "the first patch is not turned", ["SmokeOnly"], [[0, 0]], 8)
    yield table("near", "column 1, row 2 and the other way round", ["AxisOfPair", "Ktv"], [[1, 2], [2, 1]], 8)
    yield table("bf16-trap", "257 and 259 are not bfloat16 numbers", ["Bf16Trap"], [[257, 3], [2, 259]], 8)
    yield table("bf16-trap-far", "nor are 515 and 1021", ["Bf16Trap"], [[515, 1021]], 8)
    yield table("base-100", "RoPE-ViT's table", ["BaseIgnored"], [[3, 1], [13, 7]], 12, 100.0)
    yield table("base-10", "RoPE-ViT's attention", ["BaseIgnored"], [[5, 2], [1, 31]], 8, 10.0)
    yield table("fractional", "a grid that was scaled to another size", ["AxisOfPair"], [[0.5, 1.75]], 8)
    yield table("negative", "to the left and above", ["Direction", "NegativeOffset"], [[-1, -5]], 8)
    yield table("dim-20", "4j/20 is no dyadic fraction", ["ExponentDenominator"], [[63, 31]], 20)
    yield table("two-images", "positions (batch, n, 2)", ["LeftPad"], [[[0, 1], [1, 0]], [[2, 5], [4, 3]]], 8)


def _rotate() -> Iterator[Case]:
    def rotate(
        name: str, comment: str, flags: list[str], shape: tuple[int, ...], places: Any, base: float = 10000.0
    ) -> Case:
        inputs = {"x": values(*shape, seed=len(name)), "positions": np.array(places)}
        return Case(f"rotate/{name}", comment, flags, {"base": base}, inputs, ALL)

    yield rotate("origin", "the first patch is left alone", ["SmokeOnly"], (1, 8), [[0, 0]])
    ktv = {"x": np.array([[1.0, 2.0, 3.0, 4.0]]), "positions": np.array([[2, 5]])}
    yield Case("rotate/one-two-three-four", "for pencil and paper", ["Ktv"], {"base": 1e4}, ktv, ALL)
    yield rotate("near", "d = 8, near", ["PairLayout", "AxisOfPair"], (2, 8), [[1, 2], [2, 1]])
    yield rotate("row-alone", "column 0", ["AxisOfPair"], (2, 8), [[0, 3], [0, 7]])
    yield rotate("column-alone", "row 0", ["AxisOfPair"], (2, 8), [[3, 0], [7, 0]])
    yield rotate("bf16-trap", "257 and 259 are not bfloat16 numbers", ["Bf16Trap"], (2, 8), [[257, 2], [1, 259]])
    yield rotate("bf16-trap-far", "nor are 515 and 1021", ["Bf16Trap"], (1, 8), [[515, 1021]])
    yield rotate("base-100", "another base", ["BaseIgnored"], (2, 12), [[3, 1], [13, 7]], 100.0)
    yield rotate("base-10", "another base", ["BaseIgnored"], (2, 8), [[5, 2], [1, 31]], 10.0)
    yield rotate("negative", "turned back", ["Direction", "NegativeOffset"], (1, 8), [[-1, -5]])
    yield rotate("fractional", "between patches", ["AxisOfPair"], (1, 8), [[0.5, 1.75]])
    yield rotate("dim-20", "4j/20 is no dyadic fraction", ["ExponentDenominator"], (1, 20), [[63, 31]])
    yield rotate("heads-3-tokens-2", "the head axis is not the token axis", ["AxisOrder"], (3, 2, 8), [[1, 2], [5, 3]])
    places = [[[0, 1], [1, 0]], [[2, 5], [4, 3]]]
    yield rotate("batch-2", "each image with its own positions", ["LeftPad", "BroadcastAxis"], (2, 3, 2, 8), places)
    yield rotate("empty", "no patch at all", ["EmptySequence"], (2, 0, 8), np.zeros((0, 2), dtype=np.int64))


def _mixed() -> Iterator[Case]:
    def mixed(name: str, comment: str, flags: list[str], shape: tuple[int, ...], places: Any) -> Case:
        frequencies = values(shape[-1] // 2, 2, seed=100 + len(name))
        inputs = {"x": values(*shape, seed=len(name)), "positions": np.array(places), "frequencies": frequencies}
        return Case(f"mixed/{name}", comment, flags, {}, inputs, PAIRED)

    yield mixed("origin", "the first patch is left alone", ["SmokeOnly"], (1, 4), [[0, 0]])
    yield mixed("near", "d = 4, near", ["PairLayout", "AxisOfPair"], (2, 4), [[1, 2], [3, 1]])
    yield mixed("dim-6", "three pairs", ["PairLayout"], (2, 6), [[2, 5], [7, 4]])
    yield mixed("negative", "to the left and above", ["Direction", "NegativeOffset"], (1, 8), [[-3, -2]])
    yield mixed("heads-3", "three heads with the same frequencies", ["AxisOrder"], (3, 2, 4), [[1, 4], [6, 2]])


def _refused() -> Iterator[Case]:
    def positions(name: str, comment: str, flags: list[str], **params: Any) -> Case:
        whole = {"height": 2, "width": 3, "class_tokens": 0, "origin": 0, **params}
        return Case(f"positions/{name}", comment, flags, whole, {}, (), "domain")

    yield positions("refuse-no-rows", "a grid without rows", ["NonSquare"], height=0)
    yield positions("refuse-no-columns", "a grid without columns", ["NonSquare"], width=0)
    yield positions("refuse-class-tokens", "fewer than no class tokens", ["ClassToken"], class_tokens=-1)
    odd = {"head_dim": 6, "base": 1e4}
    yield Case("inverse_frequencies/refuse-dim-6", "3 pairs for two axes", ["OddDim"], odd, {}, (), "shape")

    def rotate(name: str, comment: str, flags: list[str], kind: str, x: Any, places: Any, base: float = 1e4) -> Case:
        inputs = {"x": np.array(x, dtype=np.float64), "positions": np.array(places)}
        return Case(f"rotate/{name}", comment, flags, {"base": base}, inputs, (), kind)

    eight = values(2, 8, seed=1)
    yield rotate("refuse-dim-6", "3 pairs for two axes", ["OddDim"], "shape", eight[:, :6], [[0, 1], [1, 0]])
    yield rotate("refuse-three-axes", "columns, rows and what?", ["AxisOfPair"], "shape", eight, [[0, 1, 2]] * 2)
    yield rotate("refuse-flat", "positions of one axis", ["AxisOfPair"], "shape", eight, [0, 1])
    yield rotate("refuse-one-for-all", "one position for two tokens", ["BroadcastAxis"], "shape", eight, [[0, 1]])
    yield rotate("refuse-base-one", "equal frequencies", ["BaseIgnored"], "domain", eight, [[0, 1], [1, 0]], 1.0)
    inputs = {"x": eight, "positions": np.array([[0, 1], [1, 0]]), "frequencies": values(3, 2, seed=2)}
    yield Case("mixed/refuse-frequencies", "3 frequencies for 4 pairs", ["PairSpan"], {}, inputs, (), "shape")
