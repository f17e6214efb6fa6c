"""Programs that make tables and ids, and the bugs that they had."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.entry import Bug, Program, bf16, bug, f16


def omegas(d: int, base: float) -> Any:
    return base ** -(np.arange(0, d, 2) / d)


def alternating(sin: Any, cos: Any) -> Any:
    return np.stack([sin, cos], axis=-1).reshape(*sin.shape[:-1], 2 * sin.shape[-1])


def beside(sin: Any, cos: Any) -> Any:
    return np.concatenate([sin, cos], axis=-1)


def sinusoidal(inv: Any = omegas, places: Any = lambda p: p, order: Any = alternating) -> Program:
    def program(positions: Any, dim: int, base: float = 10_000.0, start: float = 0.0) -> Any:
        angles = np.asarray(places(np.asarray(positions, dtype=np.float64) + start), dtype=np.float64)[..., None] * inv(
            dim, base
        )
        return order(np.sin(angles), np.cos(angles))

    return program


def endpoint(d: int, base: float) -> Any:
    if d == 2:
        raise ValueError("half - 1 is 0")
    return np.exp(np.arange(d // 2) * -(np.log(base) / (d // 2 - 1)))


def unpaired(positions: Any, dim: int, base: float = 10_000.0, start: float = 0.0) -> Any:
    """The exponent runs over all columns."""
    angles = (np.asarray(positions, dtype=float) + start)[..., None] / np.float64(base) ** (2 * np.arange(dim) / dim)
    return np.where(np.arange(dim) % 2, np.cos(angles), np.sin(angles))


def odd_crashes(positions: Any, dim: int, base: float = 10_000.0, start: float = 0.0) -> Any:
    """As many cosines as sines, which an odd width has not."""
    places = (np.asarray(positions, dtype=float) + start)[..., None]
    angles = places * base ** -(np.arange(0, dim, 2) / dim)
    out = np.zeros((*np.shape(positions), dim))
    out[..., 0::2], out[..., 1::2] = np.sin(angles), np.cos(angles)
    return out


def reversed_table(positions: Any, dim: int, base: float = 10_000.0, start: float = 0.0, longest: int = 5000) -> Any:
    """A table stored from the last position to the first, read from its beginning."""
    if np.max(positions, initial=0) >= longest:
        raise NotImplementedError("the table ends")
    return sinusoidal(places=lambda p: longest - 1 - p)(positions, dim, base, start)


def grid(rows_first: bool = True, square: bool = False, base_: float | None = None, normal: bool = False) -> Program:
    """MoCo v3's order with rows_first, MAE's without; DETR's with its coordinates normalised."""

    def program(height: int, width: int, dim: int, class_rows: int = 0, base: float = 10_000.0) -> Any:
        tokens = np.arange(height * width)
        y, x = np.divmod(tokens, int(len(tokens) ** 0.5) if square else width)
        if normal:
            y, x = (y + 1) / (height + 1e-6) * 2 * np.pi, (x + 1) / (width + 1e-6) * 2 * np.pi
        order = alternating if normal else beside
        inv = omegas(dim // 2, base_ or base)
        a, b = ((axis[:, None] * inv) for axis in ((y, x) if rows_first else (x, y)))
        table = np.concatenate([order(np.sin(a), np.cos(a)), order(np.sin(b), np.cos(b))], axis=1)
        return np.concatenate([np.zeros((class_rows, dim)), table])

    return program


def vision(swapped: bool = False) -> Program:
    """Positions of patches along both axes."""

    def program(height: int, width: int, class_tokens: int = 0, origin: int = 0) -> Any:
        y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="xy" if swapped else "ij")
        return np.concatenate(
            [np.zeros((class_tokens, 2), dtype=np.int64), np.stack([x.ravel(), y.ravel()], axis=-1) + origin]
        )

    return program


def weights(old: int, new: int, corners: bool = False) -> Any:
    i = np.arange(new)
    source = i * (old - 1) / max(new - 1, 1) if corners else (i + 0.5) * old / new - 0.5
    below = np.floor(source).astype(int)
    out = np.zeros((new, old))
    for offset in (0, 1):
        np.add.at(out, (i, np.clip(below + offset, 0, old - 1)), 1 - np.abs(offset - (source - below)))
    return out


def resize(same_count: bool = False, size: Any = lambda old, new: new) -> Program:
    def program(table: Any, height: int, width: int, new_height: int, new_width: int, prefix: int = 0) -> Any:
        if same_count and height * width == new_height * new_width:
            return table.copy()
        down, across = weights(height, size(height, new_height)), weights(width, size(width, new_width))
        rows = table[prefix:].reshape(height, width, -1)
        found = np.einsum("ah,bw,hwd->abd", down, across, rows).reshape(-1, table.shape[1])
        return np.concatenate([table[:prefix], found])

    return program


def ids(offset: int = 1, past_of: Any = lambda past, n: past, real: bool = True) -> Program:
    """RoBERTa's rule: real tokens are numbered from pad + 1."""

    def program(mask: Any, past: int = 0, pad: int = 1) -> Any:
        new = mask[..., past:].astype(np.int64)
        before = past_of(past, new.shape[-1])
        if not real:
            return np.broadcast_to(before + np.arange(new.shape[-1]) + pad + 1, new.shape)
        count = (np.cumsum(new, axis=-1) + before) * new
        return count + pad if offset else count - 1

    return program


def one_token(x: Any, table: Any, ids: Any) -> Any:
    """Nothing is added to a single token."""
    return x.copy() if x.shape[-2] == 1 else x + table[ids]


def plain_ids(mask: Any, past: int = 0, pad: int = 1) -> Any:
    return np.broadcast_to(np.arange(mask.shape[-1] - past), mask[..., past:].shape)


SIN, GRID, RESIZE, IDS = "sinusoidal.table", "grid.table", "interpolation.resize", "learned.ids"
BUGS: list[Bug] = [
    bug("PREC-03", "positions cast to bfloat16", SIN, "interleaved", "bf16-positions", "nkalyanv99/UNI-D2#6, huggingface/diffusers#13922", sinusoidal(places=bf16)),
    bug("PREC-04", "positions cast to float16", SIN, "interleaved", "f16-positions", "openvinotoolkit/openvino#33214, openvinotoolkit/openvino#36896", sinusoidal(places=lambda p: f16(p).astype(float))),
    bug("FREQ-03", "an integer division in the exponent", SIN, "interleaved", "all-ones", "Kyubyong/transformer#81", sinusoidal(lambda d, base: base ** -(np.arange(0, d, 2) // d).astype(float))),
    bug("FREQ-04", "multiplied by base^(2i/d) instead of divided", SIN, "interleaved", "reciprocal", "harvardnlp/annotated-transformer#131, aharley/pips#30", sinusoidal(lambda d, base: 1 / omegas(d, base))),
    bug("SIN-01", "all sines, then all cosines, where they should alternate", SIN, "interleaved", "halves", "tensorflow/text#1122, allenai/allennlp#2993, facebookresearch/fairseq#4648, huggingface/diffusers#3981", sinusoidal(order=beside)),
    bug("SIN-03", "the exponent divided by half − 1", SIN, "halves", "halves-endpoint", "hojonathanho/diffusion#15, kohya-ss/sd-scripts#1187, huggingface/diffusers#12791, ml-explore/mlx#3615", sinusoidal(endpoint, order=beside)),
    bug("SIN-04", "the exponent runs over all columns", SIN, "interleaved", "unpaired", "shenweichen/DeepCTR#379, BrianPulfer/PapersReimplementations#9", unpaired),
    bug("SIN-07", "an odd width crashes", SIN, "interleaved", "", "gc-os-ai/pyaptamer#607, codertimo/BERT-pytorch#78, huggingface/transformers#8226", odd_crashes, unseen="an odd width has no pairs and must be refused; a crash refuses it"),
    bug("SIN-09", "a reversed table read from its beginning", SIN, "interleaved", "identified", "espnet/espnet#2816", reversed_table),
    bug("SIN-10", "every token gets the row of one position", SIN, "interleaved", "frozen", "explosion/curated-transformers#254", sinusoidal(places=lambda p: 0 * p)),
    bug("GRID-01", "the column's half first where the row's is declared", GRID, "moco-v3", "mae", "facebookresearch/mae#18, huggingface/diffusers#10877, facebookresearch/dinov2#582", grid(rows_first=False)),
    bug("GRID-03", "the side of the grid is the root of the number of patches", GRID, "moco-v3", "square-assumed", "facebookresearch/mae#151, Mountchicken/Union14M#12", grid(square=True)),
    bug("GRID-04", "height and width in the order of another indexing", "rope_axial.positions", "rope-vit", "column-major", "", vision(swapped=True)),
    bug("GRID-06", "the new size is a product with a rounded scale", RESIZE, "linear", "fault/shape", "facebookresearch/dino#8, facebookresearch/dinov2#378, huggingface/transformers#32410", resize(size=lambda old, new: int(old * (new / old)))),
    bug("GRID-07", "a table of the right number of rows is left as it is", RESIZE, "linear", "same-count-kept", "huggingface/pytorch-image-models#2737", resize(same_count=True)),
    bug("GRID-09", "centres aligned where corners are declared", "interpolation.weights", "linear-corners", "linear", "facebookresearch/dinov2#468", weights),
    bug("GRID-10", "another temperature in one of two code paths", GRID, "detr-normalised", "base-ignored", "IDEA-Research/DAB-DETR#21", grid(base_=10_000.0, normal=True)),
    bug("LRN-01", "ids start at 0 instead of pad + 1", IDS, "padding-aware", "offset-missing", "sbryngelson/ANEForge#257, huggingface/sentence-transformers#3879, EleutherAI/gpt-neox#650, huggingface/transformers#1761, facebookresearch/fairseq#1187", ids(offset=0)),
    bug("CACHE-06", "a decoded token stands at position 0", IDS, "plain", "past-ignored", "Blaizzy/mlx-vlm#1983, RobertCsordas/moeut#6, ml-explore/mlx-lm#93", plain_ids),
    bug("CACHE-06", "nothing is added to a single token", "learned.add", "plain", "skipped-when-decoding", "ml-explore/mlx-lm#93", one_token),
    bug("CACHE-07", "the offset counts the new tokens already", IDS, "padding-aware", "past-too-far", "skyzh/tiny-llm#46", ids(past_of=lambda past, n: past + n if past else 0)),
    bug("CACHE-09", "positions taken from the column, pads counted", IDS, "padding-aware", "pads-counted, from-embeddings, bart", "huggingface/transformers#22161, unslothai/unsloth#3803, unslothai/unsloth#4078, PaddlePaddle/PaddleNLP#6496", ids(real=False)),
]  # fmt: skip
