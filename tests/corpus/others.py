"""Programs of xPos and of M-RoPE, and the bugs that they had."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from corpus.entry import Bug, Program, bug
from corpus.rotations import halves, interleaved, plain_inv, spread


def xpos(power: Any = lambda p, center, per: (p - center) / per, layout: Any = None, rows: int = 4096) -> Program:
    """With a table of so many rows."""

    def program(
        x: Any,
        positions: Any,
        role: str,
        base: float = 10_000.0,
        center: float = 0.0,
        scale_base: float = 512.0,
        gamma: float = 0.4,
    ) -> Any:
        d = x.shape[-1]
        if np.abs(positions).max(initial=0) >= rows:
            raise NotImplementedError("the table ends")
        zeta = (np.arange(0, d, 2) + np.longdouble(gamma) * d) / ((1 + np.longdouble(gamma)) * d)
        angles = np.asarray(positions)[..., None] * plain_inv(d, base)
        stretch = zeta ** power(np.asarray(positions, dtype=np.longdouble)[..., None], center, scale_base)
        stretch = stretch if role == "query" else 1 / stretch
        turned = interleaved(x, spread(np.cos(angles), x), spread(np.sin(angles), x))
        wide = (layout or (lambda s: np.repeat(s, 2, axis=-1)))(stretch)
        return (turned * spread(wide, x)).astype(x.dtype)

    return program


def sections(counts: Any) -> Any:
    return np.repeat(np.arange(3), counts)


def taking_turns(counts: Any) -> Any:
    pairs = np.arange(np.sum(counts))
    return np.where(pairs < 3 * np.asarray(counts)[pairs % 3], pairs % 3, 0)


def mrope(axes: Any = sections, turn: Any = halves) -> Program:
    def program(
        x: Any, positions: Any, mrope_section: Any, base: float = 10_000.0, rotary_dim: int | None = None
    ) -> Any:
        r = rotary_dim or x.shape[-1]
        angles = np.moveaxis(positions[axes(mrope_section)], 0, -1) * plain_inv(r, base)
        cos, sin = spread(np.cos(angles), x), spread(np.sin(angles), x)
        return np.concatenate([turn(x[..., :r], cos, sin), x[..., r:]], axis=-1).astype(x.dtype)

    return program


def prompt(
    step: Any = lambda t, seconds, rate: math.floor(t * seconds * rate),
    begin: Any = lambda start, second, rate: start,
    after: Any = lambda ids, start, t, h, w: ids.max() + 1,
) -> Program:
    """Position ids of a prompt, segment after segment."""

    def program(
        segments: Any, seconds_per_grid: Any = None, spatial_merge_size: int = 2, tokens_per_second: float = 1.0
    ) -> Any:
        found, start = [], 0
        seconds = np.ones(len(segments)) if seconds_per_grid is None else seconds_per_grid
        merged = np.asarray(segments) // np.where(
            np.asarray(segments)[:, :1] > 0, [1, 1, spatial_merge_size, spatial_merge_size], 1
        )
        for (kind, t, h, w), second in zip(merged.tolist(), np.asarray(seconds).tolist(), strict=True):
            if kind == 0:
                ids = np.tile(np.arange(start, start + t), (3, 1))
                start += t
            else:
                times = [step(n, second, tokens_per_second) if kind == 2 else n for n in range(t)]
                frame, row, column = np.indices((t, h, w)).reshape(3, -1)
                first = begin(start, second, tokens_per_second)
                plain = np.stack([np.array(times)[frame], row, column]).astype(np.int64) + start
                ids = plain + np.array([[first - start], [0], [0]])
                start = int(after(plain, start, t, h, w))
            found.append(ids)
        ids = np.concatenate(found, axis=1)
        return ids, np.int64(ids.max() + 1 - ids.shape[1])

    return program


ROTATE, IDS = "mrope.rotate", "mrope.position_ids"
BUGS: list[Bug] = [
    bug("SCL-27", "parentheses missing: t − center/scale_base", "xpos.rotate", "interleaved", "precedence", "", xpos(power=lambda p, center, per: p - center / per, rows=256)),
    bug("SCL-28", "powers concatenated while angles are repeated", "xpos.rotate", "interleaved", "scale-layout", "lucidrains/rotary-embedding-torch#34", xpos(layout=lambda s: np.concatenate([s, s], axis=-1))),
    bug("LAY-06", "a kernel that always pairs halves", ROTATE, "glm", "other-pairing, chunked", "vllm-project/vllm#49290", mrope()),
    bug("LAY-07", "interleaved sections mistaken for interleaved pairs", ROTATE, "interleaved", "other-pairing", "xLLM-AI/xllm#2120", mrope(taking_turns, interleaved)),
    bug("MROPE-01", "contiguous sections where the model interleaves them", ROTATE, "interleaved", "chunked", "alibaba/MNN#4133, NVIDIA/Megatron-LM#4755, NVIDIA/Megatron-LM#4750, ollama/ollama#12807", mrope()),
    bug("MROPE-03", "seconds truncated before they are multiplied", IDS, "chunked", "seconds-truncated", "huggingface/transformers#48669, EvolvingLMMs-Lab/lmms-eval#1393, huggingface/transformers#45400", prompt(step=lambda t, seconds, rate: math.floor(t * int(seconds) * rate))),
    bug("MROPE-04", "the start of an image multiplied by tokens per second", IDS, "chunked", "start-scaled", "huggingface/transformers#45325", prompt(begin=lambda start, second, rate: math.floor(start * second * rate))),
    bug("MROPE-06", "text after a grid begins after its number of tokens", IDS, "chunked", "counts-tokens", "QwenLM/Qwen3-VL#1459, QwenLM/Qwen3-VL#893, ModelTC/LightLLM#1147", prompt(after=lambda ids, start, t, h, w: start + t * h * w)),
]  # fmt: skip
