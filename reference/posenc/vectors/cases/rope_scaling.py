"""The cases of scaled rotary frequencies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from posenc.vectors.case import Case, Session, values
from posenc.vectors.scalings import SPREAD, Given, llama3, longrope, scaling, yarn

BOTH = ("rope_scaling/published", "rope_scaling/paper")
ONE = BOTH[:1]
FAR = ["LargePosition", "Bf16Trap"]


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _inverse_frequencies()
    yield from _models()
    yield from _table()
    yield from _rotate()
    yield from _refused()


def sessions() -> Iterator[Session]:
    """One module for sequences of several lengths, and for several scalings."""
    for operation, name, comment, flags, order in (
        ("inverse_frequencies", "long-then-short", "the base grows and must shrink again", [], "dynamic-8 dynamic-3"),
        ("inverse_frequencies", "long-then-original", "and at just L tokens", [], "dynamic-8 dynamic-4"),
        ("inverse_frequencies", "around-the-switch", "short list, long list, short list", [],
         "longrope-4096 longrope-4097 longrope-4096"),
        ("rotate", "long-then-short", "the base grows and must shrink again", [], "growing-12 growing-3 growing-12"),
        ("rotate", "long-then-original", "and at just L tokens", [], "growing-12 growing-8"),
        ("rotate", "longer-then-long", "and above L", [], "growing-32 growing-12"),
        ("rotate", "short-then-long", "a base that must grow twice", [], "growing-3 growing-12 growing-32"),
        ("rotate", "prefill-then-decode", "every token makes the sequence longer", ["CacheOffset"],
         "growing-12 growing-decode growing-12"),
        ("rotate", "around-the-switch", "short list, long list, short list", [], "list-8 list-9 list-8"),
        ("rotate", "left-padding", "rows that start later, in the same shape", ["LeftPad"], "rows padded rows"),
        ("rotate", "packed-documents", "the positions start anew in the middle", [], "near packed near"),
        ("rotate", "other-scaling", "two models, one cache", [], "near near-8 near"),
    ):  # fmt: skip
        steps = [f"{operation}/{step}" for step in order.split()]
        yield Session(f"{operation}/session-{name}", comment, ["StaleState", *flags], steps)


def _told(given: Given) -> tuple[str, ...]:
    """Both ramps where they differ and both may be asked."""
    return BOTH if given["rope_type"] == "yarn" and "truncate" not in given else ONE


def _inverse_frequencies() -> Iterator[Case]:
    def case(
        name: str, comment: str, given: Given, r: int = 8, *, base: float = 10000.0, length: int = 1,
        flags: Sequence[str] = (), ways: Sequence[str] | None = None,
    ) -> Case:  # fmt: skip
        params = {"rotary_dim": r, "base": base, "scaling": given, "length": length}
        return Case(f"inverse_frequencies/{name}", comment, flags, params, {}, ways or _told(given))

    yield case("default", "nothing is scaled", {"rope_type": "default"}, flags=["SmokeOnly"])
    yield case("factor-one", "a factor of 1 changes nothing", yarn(2048, factor=1.0), flags=["SmokeOnly"], ways=ONE)
    yield case("linear-4", "1/4 and 0.0025", scaling("linear"), 4, flags=["Ktv"])
    yield case("linear-128", "base 500000", scaling("linear", factor=128.0), 6, base=500000.0, flags=["BaseIgnored"])
    yield case("ntk-2", "1, 0.07937005, 0.00629961, 0.0005", scaling("ntk", factor=2.0), flags=["Ktv"])
    yield case("ntk-8", "the last frequency is an eighth", scaling("ntk", factor=8.0), 6, base=500000.0, flags=["Ktv"])
    for length, said in ((3, "below"), (4, "at"), (5, "above"), (8, "twice")):
        comment = f"{length} tokens, {said} the original 4"
        yield case(
            f"dynamic-{length}", comment, scaling("dynamic", 4, factor=2.0), length=length, flags=["SwitchPoint"]
        )
    yield case("dynamic-long", "7 times the length", scaling("dynamic", 2048), 6, length=14336, flags=["SwitchPoint"])
    yield case("by-parts", "eq. (17) to (20)", scaling("by-parts", 4096, factor=16.0), flags=["RampDomain"])
    betas = {"beta_fast": 8.0, "beta_slow": 2.0}
    yield case("by-parts-8-2", "other betas", scaling("by-parts", 2048, **betas), 6, flags=["RampDomain"])
    yield case("yarn-16", "worked in the chapter", yarn(2048), 16, flags=["Ktv", "RampDomain"])
    yield case("yarn-64", "factor 64", yarn(4096, factor=64.0), 8, flags=["RampDomain"])
    yield case("yarn-betas", "other betas", yarn(4096, factor=8.0, **betas), 12, flags=["RampDomain"])
    yield case("yarn-real-ends", "truncate false", yarn(4096, truncate=False), 12, flags=["RampEnds"])
    yield case(
        "yarn-real-ends-b", "truncate false, base 150000", yarn(4096, factor=32.0, truncate=False), 10,
        base=150000.0, flags=["RampEnds"],
    )  # fmt: skip
    yield case(
        "yarn-said", "attention_factor is the factor", yarn(4096, attention_factor=1.0), flags=["FactorSaid"], ways=ONE
    )
    yield case(
        "yarn-said-b",
        "attention_factor 1.5",
        yarn(2048, factor=64.0, attention_factor=1.5),
        flags=["FactorSaid"],
        ways=ONE,
    )
    mscales = {"mscale": 0.707, "mscale_all_dim": 1.0}
    yield case("yarn-mscales", "a ratio", yarn(4096, factor=40.0, **mscales), flags=["FactorSaid"], ways=ONE)
    equal = {"mscale": 0.707, "mscale_all_dim": 0.707}
    yield case("yarn-mscales-equal", "the ratio is 1", yarn(4096, factor=16.0, **equal), flags=["FactorSaid"], ways=ONE)
    yield case("llama3", "1, 0.1, 0.00784019, 0.000125", llama3(2048, factor=8.0), flags=["Ktv", "RampDomain"])
    yield case("llama3-32", "factor 32", llama3(8192, factor=32.0), 12, base=500000.0, flags=["RampDomain"])
    yield case("llama3-step", "both thresholds 1: a step", llama3(8192, 1.0, 1.0, factor=16.0), flags=["RampDomain"])
    for length in (4095, 4096, 4097):
        comment = f"{length} tokens, original 4096"
        yield case(f"longrope-{length}", comment, longrope(4096, 4, factor=32.0), length=length, flags=["SwitchPoint"])
    other = longrope(1024, 3, factor=8.0)
    yield case("longrope-1024", "another original length, just reached", other, 6, length=1024, flags=["SwitchPoint"])
    yield case("longrope-1025", "another original length, exceeded", other, 6, length=1025, flags=["SwitchPoint"])
    told = longrope(2048, 4, factor=None, attention_factor=1.25)
    yield case("longrope-said", "attention_factor without factor", told, length=9000, flags=["FactorSaid"])
    half = scaling("proportional", partial_rotary_factor=0.5, factor=1.0)
    yield case("proportional", "1, 0.1, 0, 0", half, flags=["Ktv", "PartialRotary"])
    third = scaling("proportional", partial_rotary_factor=0.3, factor=2.0)
    yield case("proportional-cut", "2.4 channels are 1 pair", third, base=1e6, flags=["PartialRotary"])
    yield case(
        "proportional-20", "0.3 · 20 is 6 in float64, and just below 6 in the reals", third, 20, flags=["PartialRotary"]
    )
    most = scaling("proportional", partial_rotary_factor=0.7)
    yield case("proportional-most", "5.6 channels are 2 pairs", most, flags=["PartialRotary"])
    none = scaling("proportional", partial_rotary_factor=0.0)
    yield case("proportional-none", "nothing is turned", none, flags=["PartialRotary"])


def _models() -> Iterator[Case]:
    """Frequencies of released models; Phi-3's with other lists, since its own are long and say no more."""
    for name, r, base, given, length in (
        ("llama-3.1", 128, 500000.0, llama3(8192, factor=8.0), 131072),
        ("qwen2.5", 128, 1000000.0, yarn(32768), 131072),
        ("gpt-oss", 64, 150000.0, yarn(4096, factor=32.0, beta_fast=32.0, beta_slow=1.0, truncate=False), 131072),
        ("deepseek-v3", 64, 10000.0,
         yarn(4096, factor=40.0, beta_fast=32.0, beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0), 163840),
        ("phi-3", 96, 10000.0, longrope(4096, 48, factor=32.0), 131072),
    ):  # fmt: skip
        params = {"rotary_dim": r, "base": base, "scaling": given, "length": length}
        other = ", with other lists" if name == "phi-3" else ""
        comment = f"as in {name}{other}: {given['rope_type']}, factor {given['factor']:g}"
        yield Case(f"inverse_frequencies/{name}", comment, ["RealModel"], params, {}, ONE)


def _places(at: int) -> list[int]:
    """Two positions, others for every case: one near, one that a short format merges with its neighbours."""
    return [1 + at, (257, 2049, 4097, 65537, 131071)[at % 5] + 2 * (at // 5)]


def _table() -> Iterator[Case]:
    for at, (name, comment, flag, given, length, base) in enumerate(SPREAD):
        params = {"rotary_dim": 8, "base": base, "scaling": given, "length": length}
        inputs = {"positions": np.array(_places(at))}
        yield Case(f"table/{name}", comment, [*filter(None, [flag]), *FAR], params, inputs, _told(given))
    for name, comment, flags, given, positions in (
        ("origin", "position 0 is the factor and 0", ["SmokeOnly"], yarn(4096, truncate=True), [0]),
        ("negative", "before the start", ["NegativeOffset"], scaling("linear"), [-1, -257]),
        ("beyond-float32", "float32 has merged neighbours", ["F32IntegerLimit"], scaling("ntk"), [2**24 + 1, 1048575]),
        ("two-axes", "positions (batch, n)", ["LeftPad"], scaling("linear"), [[0, 1], [511, 512]]),
    ):
        params = {"rotary_dim": 6, "base": 10000.0, "scaling": given, "length": 1}
        yield Case(f"table/{name}", comment, flags, params, {"positions": np.array(positions)}, ONE)


def _rotate() -> Iterator[Case]:
    for at, (name, comment, flag, given, length, base) in enumerate(SPREAD):
        params: dict[str, Any] = {"base": base, "rotary_dim": None, "scaling": given, "length": length}
        params["pairing"] = ("interleaved", "halves")[at % 2]
        inputs = {"x": values(2, 8, seed=at + 1), "positions": np.array(_places(at))}
        yield Case(f"rotate/{name}", comment, [*filter(None, [flag]), *FAR], params, inputs, _told(given))

    def case(name: str, comment: str, flags: list[str], shape: tuple[int, ...], positions: Any, **other: Any) -> Case:
        params = {"base": 10000.0, "rotary_dim": None, "scaling": scaling("linear"), "length": 1, "pairing": "halves"}
        inputs = {"x": values(*shape, seed=len(name)), "positions": np.array(positions)}
        return Case(f"rotate/{name}", comment, flags, {**params, **other}, inputs, ONE)

    part = {"scaling": yarn(2048, truncate=True), "rotary_dim": 6, "pairing": "interleaved"}
    yield case("origin", "only the factor is left", ["SmokeOnly"], (1, 6), [0], **part)
    yield case("partial", "channels that are not turned have no factor", ["PartialRotary"], (2, 10), [1, 300], **part)
    span = {**part, "pairing": "halves"}
    yield case("partial-halves", "nor have they in halves", ["PartialRotary", "PairSpan"], (2, 9), [3, 2049], **span)
    yield case("heads", "the head axis is not the token axis", ["AxisOrder"], (3, 2, 6), [1, 5])
    yield case("batch", "each row with positions of its own", ["LeftPad"], (2, 3, 2, 4), [[0, 1], [511, 512]])
    yield case("beyond-float32", "float32 has merged neighbours", ["F32IntegerLimit"], (1, 6), [2**24 + 1])
    yield from _in_order(case)
    yield case("empty", "no token at all", ["EmptySequence"], (2, 0, 4), np.zeros(0, dtype=np.int64))


def _in_order(case: Callable[..., Case]) -> Iterator[Case]:
    """The steps of the sessions: three tokens of one head, within the length."""
    turning, lists = scaling("dynamic", 8, factor=2.0), longrope(8, 3)
    for length in (3, 8, 12, 32):
        comment, last = f"{length} tokens, original 8", [length - 3, length - 2, length - 1]
        yield case(f"growing-{length}", comment, ["SwitchPoint"], (3, 6), last, scaling=turning, length=length)
    yield case(
        "growing-decode", "the token after growing-12", ["CacheOffset"], (1, 6), [12], scaling=turning, length=13
    )
    for length in (8, 9):
        comment, last = f"{length} tokens, original 8", [length - 3, length - 2, length - 1]
        yield case(f"list-{length}", comment, ["SwitchPoint"], (3, 6), last, scaling=lists, length=length)
    four, eight = yarn(2048, truncate=True), yarn(2048, factor=8.0, truncate=True)
    yield case("near", "three tokens from the start", ["RampDomain"], (3, 6), [0, 1, 2], scaling=four)
    yield case("near-8", "near, with another factor", ["RampDomain"], (3, 6), [0, 1, 2], scaling=eight)
    yield case("packed", "a document of two and one of one", ["RampDomain"], (3, 6), [0, 1, 0], scaling=four)
    yield case("rows", "two rows alike", ["BroadcastAxis"], (2, 1, 3, 6), [[0, 1, 2], [0, 1, 2]], scaling=four)
    yield case(
        "padded", "the first row starts one later", ["LeftPad"], (2, 1, 3, 6), [[0, 0, 1], [0, 1, 2]], scaling=four
    )


def _refused() -> Iterator[Case]:
    def case(name: str, comment: str, given: Any, r: int = 8, length: int = 1, base: float = 10000.0) -> Case:
        params = {"rotary_dim": r, "base": base, "scaling": given, "length": length}
        return Case(f"inverse_frequencies/refuse-{name}", comment, ["UnknownScaling"], params, {}, (), "domain")

    nan = float("nan")
    yield case("type", "near dynamic", scaling("dynamik", 2048))
    yield case("old-spelling", "type where rope_type is needed", {"type": "linear", "factor": 2.0})
    yield case("key", "beta_fast does not belong to linear", scaling("linear", beta_fast=32.0))
    yield case("theta", "the base stands beside the scaling", scaling("linear", rope_theta=10000.0))
    yield case("no-factor", "linear without a factor", {"rope_type": "linear"})
    yield case("factor-below-one", "a shorter context", scaling("linear", factor=0.5))
    yield case("factor-nan", "not a number", scaling("ntk", factor=nan))
    yield case("factor-boolean", "a boolean is no number", scaling("linear", factor=True))
    yield case("no-original", "yarn without the original length", {"rope_type": "yarn", "factor": 4.0})
    yield case("betas-equal", "a ramp without width", yarn(2048, beta_fast=4.0, beta_slow=4.0))
    yield case("short-original", "6 tokens, fewer than 2π: the published ramp turns round", yarn(6))
    yield case("thresholds", "low above high", llama3(8192, 4.0, 1.0))
    yield case("low-zero", "an infinite wavelength", llama3(8192, 0.0, 4.0))
    yield case("ntk-two-channels", "the exponent is 2/0", scaling("ntk"), 2)
    yield case("list-length", "three factors for four pairs", longrope(4096, 3))
    yield case(
        "list-zero", "a factor of 0", scaling("longrope", 4096, short_factor=[1.0, 0.0], long_factor=[1.0, 2.0]), 4
    )
    yield case("original-one", "ln 1 divides", longrope(1, 4))
    yield case("share", "more than all channels", scaling("proportional", partial_rotary_factor=1.5))
    yield case("mscale-alone", "one mscale has two readings", yarn(4096, mscale=0.707))
    yield case("length-zero", "a sequence without tokens has no table", scaling("dynamic", 2048), length=0)
    yield case("base-one", "all frequencies equal", scaling("linear"), base=1.0)
