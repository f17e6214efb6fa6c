"""Programs that make biases and scores, and the bugs that they had."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from corpus.entry import Bug, Program, bf16, bug

# --- T5 ----------------------------------------------------------------------------------------------------------------


def integers(n: Any, near: int, most: int, far: int) -> Any:
    """The step by whole numbers: n has taken m of the steps when n^steps ≥ far^m · near^(steps − m)."""
    steps = most - near
    marks = [next(d for d in range(near, far + 1) if d**steps >= far**m * near ** (steps - m)) for m in range(1, steps)]
    return near + np.searchsorted(marks, n, side="right")


def rounded(n: Any, near: int, most: int, far: int) -> Any:
    """Every result of the formula in bfloat16."""
    logarithm = bf16(np.log(bf16(bf16(n) / near).astype(np.float64)))
    whole = bf16(np.log(np.float64(bf16(far / near))))
    return near + bf16(bf16(logarithm / whole) * (most - near)).astype(int)


def factor_first(n: Any, near: int, most: int, far: int) -> Any:
    factor = (most - near) / math.log(far / near)
    return near + (np.log(n / near) * factor).astype(int)


class Buckets:
    """T5's buckets. A subclass gets one of the steps wrong."""

    step = staticmethod(integers)

    def flag(self, use: str) -> bool:
        return use == "bidirectional"

    def far(self, max_distance: int) -> int:
        return max_distance

    def clamp(self, bucket: Any, most: int) -> Any:
        return np.minimum(bucket, most - 1)

    def buckets(
        self, positions: Any, num_buckets: int = 32, max_distance: int = 128, use: str = "bidirectional"
    ) -> Any:
        r = np.asarray(positions).astype(np.int64)
        first: Any = 0
        most = num_buckets
        if self.flag(use):
            most //= 2
            first, n = np.multiply(r > 0, most), np.abs(r)
        else:
            n = np.maximum(-r, 0)
        near = most // 2
        large = self.clamp(self.step(np.maximum(n, near), near, most, self.far(max_distance)), most)
        return first + np.where(n < near, n, large)

    def shown(self, n_q: int, n_k: int) -> bool:
        return True

    def bias(self, table: Any, n_q: int, n_k: int, max_distance: int = 128, use: str = "bidirectional") -> Any:
        r = np.arange(n_k) - np.arange(n_k - n_q, n_k)[:, None]
        rows = self.buckets(r, len(table), max_distance, use)
        return np.moveaxis(table[np.minimum(rows, len(table) - 1)], -1, 0) * self.shown(n_q, n_k)


def unclamped(self: Any, bucket: Any, most: int) -> Any:
    return bucket


def endless(n: Any, near: int, most: int, far: int) -> Any:
    """The step without an end."""
    steps = most - near
    marks = [
        math.ceil(near * (far / near) ** (m / steps) - 1e-9)
        for m in range(1, 65 * steps)
        if m / steps * math.log(far / near) < 43
    ]
    return near + np.searchsorted(marks, n, side="right")


def t5(**steps: Any) -> Any:
    return type("Wrong", (Buckets,), {k: staticmethod(v) if k == "step" else v for k, v in steps.items()})()


# --- ALiBi -------------------------------------------------------------------------------------------------------------


def press(n: int, most: float = 8.0) -> Any:
    power = 2 ** math.floor(math.log2(n))
    first = [2 ** (-most * (h + 1) / power) for h in range(power)]
    return np.array(first + [2 ** (-most * (h + 1) / (2 * power)) for h in range(0, 2 * (n - power), 2)])


def uniform(num_heads: int, max_bias: float = 8.0) -> Any:
    return 2.0 ** (-max_bias * np.arange(1, num_heads + 1) / num_heads)


def alibi(distance: Any = lambda r, use: -np.abs(r), rows: Any = lambda n_q, n_k: np.arange(n_k - n_q, n_k)) -> Program:
    def program(num_heads: int, n_q: int, n_k: int, use: str = "causal", max_bias: float = 8.0) -> Any:
        r = np.arange(n_k) - rows(n_q, n_k)[:, None]
        out = press(num_heads, max_bias)[:, None, None] * distance(r, use)
        behind = np.arange(n_k) > np.arange(n_k - n_q, n_k)[:, None]
        return np.where(behind & (use == "causal"), -np.inf, out)

    return program


# --- Shaw, Transformer-XL, DeBERTa, Swin -------------------------------------------------------------------------------


def shaw(
    first: Any = lambda n_q, n_k: n_k - n_q, clip: Any = lambda r, left, right: np.clip(r, -left, right)
) -> Program:
    def program(q: Any, k: Any, key_table: Any, left: int, right: int, terms: str = "query") -> Any:
        n_q, n_k = q.shape[-2], k.shape[-2]
        r = np.arange(n_k) - (first(n_q, n_k) + np.arange(n_q))[:, None]
        vectors = key_table[clip(r, left, right) + left]
        out = np.einsum("hid,hjd->hij", q, k) + np.einsum("hid,ijd->hij", q, vectors)
        if terms == "query-key":
            out = out + np.einsum("hjd,ijd->hij", k, vectors)
        return out / np.sqrt(q.shape[-1])

    return program


def xl(scale: Any = lambda d, dim: d, reverse: bool = False, masked: bool = True) -> Program:
    """Transformer-XL with the shift of n_k columns."""

    def program(q: Any, k: Any, w_r: Any, u: Any, v: Any, base: float = 10_000.0, clamp_len: int = -1) -> Any:
        n_q, n_k, dim = q.shape[-2], k.shape[-2], w_r.shape[-1]
        back = np.arange(n_k - 1, -1, -1.0)
        back = np.clip(back if not reverse else back[::-1], -np.inf, clamp_len if clamp_len > 0 else np.inf)
        angles = back[:, None] * base ** -(np.arange(0, dim, 2) / dim)
        r = np.einsum("hdc,nc->hnd", w_r, np.concatenate([np.sin(angles), np.cos(angles)], axis=1))
        place = np.einsum("...hid,hnd->...hin", q + v[:, None], r)
        padded = np.concatenate([np.zeros((*place.shape[:-1], 1)), place], axis=-1)
        moved = padded.reshape(*place.shape[:-2], n_k + 1, n_q)[..., 1:, :].reshape(place.shape)
        out = (np.einsum("...hid,...hjd->...hij", q + u[:, None], k) + moved) / np.sqrt(scale(q.shape[-1], dim))
        behind = np.arange(n_k) > np.arange(n_k - n_q, n_k)[:, None]
        return np.where(behind & masked, -np.inf, out)

    return program


def deberta(transposed: bool = True, gate: Any = lambda terms: terms) -> Program:
    """As released, with the table of v1; both forms of the third term are written with the sign that the paper has."""

    def program(q: Any, k: Any, kr: Any, qr: Any, span: int, max_position: int = 0, terms: str = "both") -> Any:
        if max_position:
            raise NotImplementedError("no log buckets")
        n_q, n_k, chosen = q.shape[-2], k.shape[-2], gate(terms)
        r = np.arange(n_k - n_q, n_k)[:, None] - np.arange(n_k)
        there, back = (np.clip(side + span, 0, 2 * span - 1) for side in (r, -r))
        out = q @ np.swapaxes(k, -1, -2)
        if chosen in ("both", "c2p"):
            out = out + np.take_along_axis(q @ np.swapaxes(kr, -1, -2), np.broadcast_to(there, out.shape), axis=-1)
        if chosen in ("both", "p2c"):
            if not transposed and n_q != n_k:
                raise NotImplementedError("square only")
            by_key = k @ np.swapaxes(qr, -1, -2)
            rows = np.broadcast_to(back.T, (*out.shape[:-2], n_k, n_q))
            gathered = np.take_along_axis(by_key, rows, axis=-1)
            out = out + (np.swapaxes(gathered, -1, -2) if transposed else gathered)
        return out / np.sqrt((3 if terms == "both" else 2) * q.shape[-1])

    return program


def swin(stride: Any = lambda h, w: 2 * w - 1) -> Program:
    def program(window_height: int, window_width: int, class_token: str = "none") -> Any:
        if class_token != "none":
            raise NotImplementedError("class tokens")
        y, x = np.divmod(np.arange(window_height * window_width), window_width)
        down, across = y[:, None] - y + window_height - 1, x[:, None] - x + window_width - 1
        return down * stride(window_height, window_width) + across

    return program


def coordinates(window_height: int, window_width: int, pretrained_height: int = 0, pretrained_width: int = 0) -> Any:
    """The window of the pre-training is not asked for."""
    axes = [np.arange(1 - n, n) / (n - 1) * 8 for n in (window_height, window_width)]
    both = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    return np.sign(both) * np.log2(1 + np.abs(both)) / np.log2(8)


BUCKETS, BIAS, SHAW, XL, DEBERTA, INDEX = "t5.buckets", "alibi.bias", "shaw.logits", "transformer_xl.scores", "deberta.scores", "swin.index"  # fmt: skip
BUGS: list[Bug] = [
    bug("PREC-09", "the logarithm in bfloat16", BUCKETS, "unscaled", "bfloat16-logarithm", "mindspore-lab/mindone#670", t5(step=rounded).buckets),
    bug("PREC-10", "the constant factor formed before the division", BUCKETS, "unscaled", "float64-factor-first", "huggingface/candle#727, mindspore-lab/mindone#670", t5(step=factor_first).buckets),
    bug("REL-01", "the flag for both directions inverted", BUCKETS, "unscaled", "flag-inverted", "lucidrains/x-transformers#10", t5(flag=lambda self, use: use != "bidirectional").buckets),
    bug("REL-03", "distances beyond the last bucket run on", BUCKETS, "unscaled", "clamp-missing", "huggingface/candle#1312", t5(clamp=unclamped, step=endless).buckets),
    bug("REL-04", "max_distance not handed through", BUCKETS, "unscaled", "max-distance-ignored", "", t5(far=lambda self, far: 128).buckets),
    bug("REL-07", "no bias when there is a cache", "t5.bias", "unscaled", "dropped-with-cache", "NVIDIA/TensorRT-LLM#13870, NVIDIA/TensorRT-LLM#1343", t5(shown=lambda self, n_q, n_k: n_q == n_k).bias),
    bug("ALI-01", "one geometric series for any number of heads", "alibi.slopes", "press", "geometric", "ml-explore/mlx#343, ml-explore/mlx#3071, NVIDIA/TensorRT-LLM#1611, huggingface/transformers#28380, baichuan-inc/Baichuan2#225", uniform),
    bug("ALI-03", "far tokens favoured", BIAS, "press", "reward", "meta-pytorch/attention-gym#86", alibi(lambda r, use: np.abs(r))),
    bug("ALI-04", "the bias built over a query length of 1", BIAS, "press", "flat, top-left", "keras-team/keras-hub#2862, keras-team/keras-hub#2977", alibi(lambda r, use: 0.0 * r)),
    bug("ALI-06", "in symmetric use the distance keeps its sign", BIAS, "press", "signed", "", alibi(lambda r, use: r)),
    bug("LRN-03", "with a cache, the new token's query is at 0", SHAW, "clipped", "cache-ignored", "huggingface/transformers#20203, huggingface/transformers#19045", shaw(first=lambda n_q, n_k: 0)),
    bug("LRN-04", "the distance is not clipped", SHAW, "clipped", "past-unclipped", "huggingface/transformers#9164, huawei-noah/Pretrained-Language-Model#111", shaw(clip=lambda r, left, right: np.minimum(r, right))),
    bug("REL-09", "the causal shift used without its mask", XL, "bidirectional", "junk-used", "espnet/espnet#2684, espnet/espnet#2816, ZhengkunTian/OpenTransformer#25, TensorSpeech/TensorFlowASR#161, kimiyoung/transformer-xl#132", xl(masked=False)),
    bug("REL-10", "the square root of the model's width", XL, "causal", "scaled-by-model", "sooftware/conformer#55, openspeech-team/openspeech#182", xl(scale=lambda d, dim: dim)),
    bug("SIN-09", "rows of a reversed table under a shift that expects them descending", XL, "causal", "reversed-rows", "espnet/espnet#2816", xl(reverse=True)),
    bug("REL-12", "the transpose of position to content left out", DEBERTA, "paper", "not-transposed", "nntrainer/nntrainer#3982, microsoft/DeBERTa#47, microsoft/DeBERTa#162", deberta(transposed=False)),
    bug("REL-13", "both terms whatever was selected", DEBERTA, "paper", "terms-ignored", "huggingface/transformers#15732", deberta(gate=lambda terms: "both")),
    bug("GRID-12", "the stride from the height", INDEX, "v1", "stride-from-height", "microsoft/Swin-Transformer#75, microsoft/Swin-Transformer#139", swin(lambda h, w: 2 * h - 1)),
    bug("GRID-12", "a stride of 2·width − 2", INDEX, "v1", "stride-even", "microsoft/Swin-Transformer#367, microsoft/Swin-Transformer#64", swin(lambda h, w: 2 * w - 2)),
    bug("GRID-13", "divided by the present window's width", "swin.coordinates", "v2-code", "pretraining-ignored", "microsoft/Swin-Transformer#385, pytorch/vision#6246", coordinates),
]  # fmt: skip
