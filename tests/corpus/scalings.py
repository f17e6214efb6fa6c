"""Programs of scaled frequencies, powers of the position and several axes, and the bugs that they had."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from corpus.entry import Bug, Program, bug, keeping
from corpus.rotations import halves, interleaved, plain_inv, spread

EXTENT = "original_max_position_embeddings"


class Scaled:
    """Frequencies and factor by rope_type, as common code has them. A subclass gets one of the steps wrong."""

    def inv(self, r: int, base: float, s: Any, length: int) -> Any:
        kind, plain, factor = s["rope_type"], self.plain(r, base), s.get("factor", 1.0)
        if kind == "default":
            return plain
        if kind == "linear":
            return self.linear(plain, factor)
        if kind in ("ntk", "dynamic"):
            return plain_inv(
                r, self.stretched(base, self.dynamic(factor, s, length) if kind == "dynamic" else factor, r)
            )
        if kind == "longrope":
            return plain / np.array(s["long_factor" if self.long(length, s[EXTENT]) else "short_factor"])
        if kind == "proportional":
            return np.where(np.arange(r // 2) < int(s.get("partial_rotary_factor", 1.0) * r // 2), plain / factor, 0.0)
        if kind == "llama3":
            kept = self.llama3(plain, s)
            return plain / factor * (1 - kept) + plain * kept
        return self.blend(plain, factor, {"yarn": self.yarn, "by-parts": self.by_parts}[kind](plain, r, base, s))

    def plain(self, r: int, base: float) -> Any:
        return plain_inv(r, base)

    def linear(self, plain: Any, factor: float) -> Any:
        return plain / factor

    def stretched(self, base: float, factor: float, r: int) -> Any:
        return base * factor ** (r / (r - 2))

    def dynamic(self, factor: float, s: Any, length: int) -> Any:
        return factor * length / s[EXTENT] - (factor - 1) if length > s[EXTENT] else 1.0

    def long(self, length: int, original: int) -> bool:
        return length > original

    def original(self, s: Any) -> Any:
        return s[EXTENT]

    def ends(self, low: float, high: float, truncate: bool) -> tuple[float, float]:
        return (math.floor(low), math.ceil(high)) if truncate else (low, high)

    def yarn(self, plain: Any, r: int, base: float, s: Any) -> Any:
        low, high = (
            r * math.log(self.original(s) / (2 * math.pi * turns)) / (2 * math.log(base))
            for turns in (s.get("beta_fast", 32), s.get("beta_slow", 1))
        )
        low, high = self.ends(low, high, s.get("truncate", True))
        low, high = max(low, 0), min(high, r - 1)
        return self.keep(1 - np.clip((np.arange(r // 2) - low) / (high - low or 0.001), 0, 1))

    def by_parts(self, plain: Any, r: int, base: float, s: Any) -> Any:
        slow, fast = s.get("beta_slow", 1), s.get("beta_fast", 32)
        return self.keep(np.clip((self.original(s) * plain / (2 * math.pi) - slow) / (fast - slow), 0, 1))

    def llama3(self, plain: Any, s: Any) -> Any:
        low, high, turns = s["low_freq_factor"], s["high_freq_factor"], self.original(s) * plain / (2 * math.pi)
        if low == high:
            return np.where(turns < low, 0.0, 1.0)
        return self.smooth((turns - low) / (high - low))

    def smooth(self, share: Any) -> Any:
        return np.clip(share, 0, 1)

    def keep(self, kept: Any) -> Any:
        return kept

    def blend(self, plain: Any, factor: float, kept: Any) -> Any:
        return plain / factor * (1 - kept) + plain * kept

    def factor(self, s: Any) -> Any:
        said, kind, factor = s.get("attention_factor"), s["rope_type"], s.get("factor", 1.0)
        if said is not None:
            return self.said(said, kind, factor)
        if kind not in ("yarn", "longrope") or factor == 1:
            return 1.0
        if kind == "longrope":
            return math.sqrt(1 + math.log(factor) / math.log(s[EXTENT]))
        return self.mscale(factor, s.get("mscale"), s.get("mscale_all_dim"))

    def said(self, said: float, kind: str, factor: float) -> float:
        return said

    def mscale(self, factor: float, above: Any, below: Any) -> Any:
        above, below = (1.0, 0.0) if above is None else (above, below)
        return (0.1 * above * math.log(factor) + 1) / (0.1 * below * math.log(factor) + 1)

    def frequencies(self, rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1) -> Any:
        return self.inv(rotary_dim, base, scaling, length), np.asarray(self.factor(scaling))

    def table(
        self, positions: Any, rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1
    ) -> Any:
        inv, factor = self.frequencies(rotary_dim, base, scaling, length)
        angles = np.asarray(positions)[..., None] * inv
        return factor * np.cos(angles), factor * np.sin(angles)

    def rotate(
        self,
        x: Any,
        positions: Any,
        base: float = 10_000.0,
        rotary_dim: Any = None,
        scaling: Any = None,
        length: int = 1,
        pairing: str = "interleaved",
    ) -> Any:
        r = rotary_dim or x.shape[-1]
        cos, sin = (spread(one, x) for one in self.table(positions, r, base, scaling, length))
        turned = {"halves": halves, "interleaved": interleaved}[pairing](x[..., :r], cos, sin)
        return np.concatenate([turned, x[..., r:]], axis=-1).astype(x.dtype)


def wrong(**steps: Any) -> Any:
    """A program with steps replaced; each is given the instance first."""
    return type("Wrong", (Scaled,), steps)()


def only(kind: str, program: Program) -> Program:
    """A program that knows one type."""

    def narrow(rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1) -> Any:
        if scaling["rope_type"] not in ("default", kind):
            raise NotImplementedError(scaling["rope_type"])
        return program(rotary_dim, base, scaling, length)

    return narrow


def sticky() -> Program:
    """The longest sequence so far decides."""
    longest = [0]

    def program(rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1) -> Any:
        longest[0] = max(longest[0], length)
        return Scaled().frequencies(rotary_dim, base, scaling, longest[0])

    return program


def first_list() -> Program:
    """The list of factors that the first sequence needed stays in use, as in the keys of a cache."""
    kept: dict[Any, int] = {}

    def program(positions: Any, rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1) -> Any:
        return Scaled().table(positions, rotary_dim, base, scaling, kept.setdefault((str(scaling), rotary_dim), length))

    return program


def grown_plainly() -> Program:
    """Rows beyond those of the first call are made of plain frequencies."""
    made: dict[int, float] = {}

    def program(positions: Any, rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1) -> Any:
        rows = made.setdefault(rotary_dim, np.max(positions, initial=0))
        right = Scaled().table(positions, rotary_dim, base, scaling, length)
        plain = Scaled().table(positions, rotary_dim, base, {"rope_type": "default"}, length)
        late = (np.asarray(positions) > rows)[..., None]
        return tuple(np.where(late, new, old) for new, old in zip(plain, right, strict=True))

    return program


def unscaled(self: Any, r: int, base: float, s: Any, length: int) -> Any:
    return plain_inv(r, base)


def doubled(
    self: Any, positions: Any, rotary_dim: int, base: float = 10_000.0, scaling: Any = None, length: int = 1
) -> Any:
    return Scaled.table(self, 2 * np.asarray(positions), rotary_dim, base, scaling, length)


def by_insertion(
    x: Any,
    positions: Any,
    base: float = 10_000.0,
    rotary_dim: Any = None,
    scaling: Any = None,
    length: int = 1,
    pairing: str = "interleaved",
) -> Any:
    """Every key turned with the base of the moment at which it was put into the cache."""
    if np.ndim(positions) != 1:
        raise NotImplementedError("one sequence")
    rows = [
        Scaled().rotate(
            x[..., t : t + 1, :], positions[t : t + 1], base, rotary_dim, scaling, max(1, int(p) + 1), pairing
        )
        for t, p in enumerate(positions)
    ]
    return np.concatenate(rows, axis=-2)


def default_said(self: Any, said: float, kind: str, factor: float) -> Any:
    return Scaled.factor(self, {"rope_type": kind, "factor": factor, EXTENT: 4096})


INV, TAB, ROT = "rope_scaling.inverse_frequencies", "rope_scaling.table", "rope_scaling.rotate"
BUGS: list[Bug] = [
    bug("FREQ-09", "NTK applied to a base that is scaled already", INV, "published", "ntk-twice", "oobabooga/textgen#3852, turboderp/exllama#270", wrong(stretched=lambda self, b, f, r: b * f ** (2 * r / (r - 2))).frequencies),
    bug("SCL-01", "the longest length taken for the present one", INV, "published", "dynamic-static", "vllm-project/vllm#5093, vllm-project/vllm#41236", wrong(dynamic=lambda self, f, s, n: f * f - (f - 1)).frequencies),
    keeping("SCL-03", "an enlarged base is kept when sequences are short again", INV, "published", "state/stale", "huggingface/transformers#27227, huggingface/transformers#27033", sticky),
    bug("SCL-04", "keys turned with the base at their insertion", ROT, "published", "", "huggingface/transformers#25104, EleutherAI/gpt-neox#363", by_insertion),
    bug("SCL-06", "a scale of 2 for want of another", TAB, "published", "doubled", "ml-explore/mlx-lm#1553, ml-explore/mlx-lm#1554, lablup/mlxcel#1324", wrong(table=doubled).table),
    bug("SCL-07", "positions multiplied by the factor instead of divided", INV, "published", "multiplied", "ml-explore/mlx#261, NVIDIA/Megatron-LM#2902", only("linear", wrong(linear=lambda self, f, s: f * s).frequencies)),
    bug("SCL-09", "attention_factor taken for mscale", INV, "published", "said-factor-as-mscale", "NVIDIA/TensorRT-LLM#16379", wrong(said=lambda self, a, kind, f: 0.1 * a * math.log(f) + 1).frequencies),
    bug("SCL-10", "attention_factor ignored", TAB, "published", "said-factor-ignored", "vllm-project/vllm#46280, vllm-project/vllm#48351, ml-explore/mlx-lm#1507", wrong(said=default_said).table),
    bug("SCL-12", "a default of mscale where the model says another", INV, "published", "mscales-ignored", "Avarok-Cybersecurity/atlas#342", wrong(mscale=lambda self, f, a, b: 0.1 * math.log(f) + 1).frequencies),
    bug("SCL-13", "the ends of YaRN's ramp rounded although truncate is false", INV, "published", "ends-rounded", "vllm-project/vllm#27722, sgl-project/sglang#14270", wrong(ends=lambda self, a, b, t: (math.floor(a), math.ceil(b))).frequencies),
    bug("SCL-15", "wavelengths blended instead of frequencies", INV, "published", "wavelengths-blended", "mlx-node/mlx-node#60, jquesnelle/yarn#24", wrong(blend=lambda self, p, s, k: 1 / (s / p * (1 - k) + k / p)).frequencies),
    bug("SCL-16", "the fast pairs interpolated and the slow ones kept", INV, "published", "branches-swapped", "jingyaogong/minimind#530", wrong(keep=lambda self, k: 1 - k).frequencies),
    bug("SCL-19", "the original length multiplied by the factor again", INV, "published", "extended-original", "vllm-project/vllm#55116, vllm-project/vllm#56446", wrong(inv=lambda self, r, b, s, n: Scaled.inv(self, r, b, {**s, EXTENT: s[EXTENT] * s.get("factor", 1.0)} if EXTENT in s else s, n)).frequencies),
    bug("SCL-21", "the long list at exactly the original length", INV, "published", "boundary", "unslothai/unsloth#10681", wrong(long=lambda self, n, L: n >= L).frequencies),
    keeping("SCL-22", "keys of the short list kept when the long one begins", TAB, "published", "state/stale", "huggingface/transformers#33129, microsoft/onnxruntime-genai#1161", first_list),
    bug("SCL-24", "the scaling read and never used", TAB, "published", "unscaled", "lablup/mlxcel#1355, jmaczan/tiny-vllm#1, unslothai/unsloth#6197, ggml-org/llama.cpp#8676", wrong(inv=unscaled, factor=lambda self, s: 1.0).table),
    bug("SCL-25", "the weights of llama3's blend exchanged", INV, "published", "smooth-inverted", "ml-explore/mlx-examples#907, ml-explore/mlx-swift-examples#152", wrong(smooth=lambda self, t: np.where(t <= 0, 0.0, np.where(t >= 1, 1.0, 1 - t))).frequencies),
    keeping("CACHE-04", "rows that are added later have plain frequencies", TAB, "published", "state/stale", "sgl-project/sglang#35171", grown_plainly),
]  # fmt: skip
