"""Targets for `posenc check`: one that is right, and many that misbehave, each in its own way."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import numpy as np

from posenc import alibi, rope, sinusoidal

calls = 0


def halves(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """A plain implementation with its pairs in halves, in the precision of x."""
    half = x.shape[-1] // 2
    angles = np.asarray(positions, dtype=np.float64)[..., None] / base ** (np.arange(half) / half)
    cos, sin = np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)
    if cos.ndim == 3:
        cos, sin = cos[:, None], sin[:, None]
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos], axis=-1)


def other_names(q: Any, where: Any) -> Any:
    return halves(q, where)


def in_a_dict(x: Any, positions: Any) -> Any:
    return {"y": halves(x, positions), "z": 0}


def as_lists(x: Any, positions: Any) -> Any:
    return halves(x, positions).astype(np.float64).tolist()


def strided(x: Any, positions: Any) -> Any:
    return np.asfortranarray(halves(x, positions))[..., ::-1][..., ::-1]


def bf16_positions(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    words = np.asarray(positions, dtype=np.float32).view(np.uint32)
    rounded = ((words + 0x7FFF + (words >> 16 & 1)) >> 16 << 16).astype(np.uint32)
    return halves(x, rounded.view(np.float32), base)


def f16_positions(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    return halves(x, np.asarray(positions).astype(np.float16), base)


def f32_angles(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    half = x.shape[-1] // 2
    frequencies = np.float32(1) / np.float32(base) ** (np.arange(half, dtype=np.float32) / np.float32(half))
    angles = np.asarray(positions).astype(np.float32)[..., None] * frequencies
    cos, sin = np.cos(angles, dtype=np.float64), np.sin(angles, dtype=np.float64)
    if cos.ndim == 3:
        cos, sin = cos[:, None], sin[:, None]
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos], axis=-1)


def clockwise(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    return rope.rotate(x, -np.asarray(positions), base=base, pairing="halves")


def base_ignored(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    return halves(x, positions)


def clockwise_interleaved(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    return rope.rotate(x, -np.asarray(positions), base=base)


def uncatalogued(x: Any, positions: Any) -> Any:
    """No rotation at all: what a pair becomes depends on its length."""
    return halves(x, positions) * (1 + 0.01 * x * x)


def unlisted(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """A factor that nobody has listed."""
    return halves(x, np.asarray(positions) * 1.3, base)


def identity(x: Any, positions: Any) -> Any:
    return x.copy()


def zeros(x: Any, positions: Any) -> Any:
    return np.zeros_like(x)


def nan(x: Any, positions: Any) -> Any:
    return x * np.nan


def transposed(x: Any, positions: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def none(x: Any, positions: Any) -> Any:
    return None


def objects(x: Any, positions: Any) -> Any:
    return x.astype(object)


def ints(x: Any, positions: Any) -> Any:
    return x.astype(np.int64)


def unreadable(x: Any, positions: Any) -> Any:
    return [[1.0], [1.0, 2.0]]


def mutates(x: Any, positions: Any) -> Any:
    x *= 2
    return x


def raises(x: Any, positions: Any) -> Any:
    raise RuntimeError("no luck today")


def unsupported(x: Any, positions: Any) -> Any:
    raise NotImplementedError("rotations")


def leaves(x: Any, positions: Any) -> Any:
    raise SystemExit(0)


def dies(x: Any, positions: Any) -> Any:
    print("last words", file=sys.stderr, flush=True)
    os._exit(7)


def dies_on_the_seventh(x: Any, positions: Any) -> Any:
    global calls
    calls += 1
    if calls == 7:
        os._exit(7)
    return halves(x, positions)


def hangs(x: Any, positions: Any) -> Any:
    time.sleep(1000)


def prints(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    print("{'seq': 1}")
    sys.stdin.read()
    return halves(x, positions, base)


def needs_more(x: Any, cos: Any, sin: Any) -> Any:
    return x


def marian(positions: Any, dim: int) -> Any:
    return sinusoidal.table(positions, dim, order="halves", dtype=np.float32)


def tutorial(positions: Any, dim: int) -> Any:
    """The exponent runs over all columns."""
    angles = np.asarray(positions)[..., None] / 10_000.0 ** (2 * np.arange(dim) / dim)
    return np.where(np.arange(dim) % 2, np.cos(angles), np.sin(angles))


def two_arrays(positions: Any, rotary_dim: int, base: float = 10_000.0) -> Any:
    return rope.table(positions, rotary_dim, base=base)


def one_array(positions: Any, rotary_dim: int, base: float = 10_000.0) -> Any:
    return rope.table(positions, rotary_dim, base=base)[0]


def bloom(num_heads: int, n_q: int, n_k: int, use: str = "causal", max_bias: float = 8.0) -> Any:
    if use != "causal":
        raise NotImplementedError("causal only")
    row = alibi.slopes(num_heads, max_bias=max_bias)[:, None, None] * np.arange(n_k)
    return np.broadcast_to(row, (num_heads, n_q, n_k)).astype(np.float32)


def _t5(dtype: Any, positions: Any, num_buckets: int, max_distance: int, use: str) -> Any:
    """T5's buckets as common code has them, each logarithm rounded once."""
    n = np.asarray(positions)
    side = num_buckets // 2 if use == "bidirectional" else num_buckets
    first, away = (side * (n > 0), abs(n)) if use == "bidirectional" else (0 * n, np.maximum(-n, 0))
    near = side // 2
    if max_distance <= near:
        raise ValueError("max_distance")
    share = np.log(np.maximum(away, near).astype(dtype) / dtype(near), dtype=np.float64).astype(dtype)
    step = share / np.log(max_distance / near, dtype=np.float64).astype(dtype) * dtype(side - near)
    return first + np.where(away < near, away, np.minimum(side - 1, near + step.astype(np.int64)))


def t5_single(positions: Any, num_buckets: int = 32, max_distance: int = 128, use: str = "bidirectional") -> Any:
    return _t5(np.float32, positions, num_buckets, max_distance, use)


def t5_double(positions: Any, num_buckets: int = 32, max_distance: int = 128, use: str = "bidirectional") -> Any:
    return _t5(np.float64, positions, num_buckets, max_distance, use)


not_callable = 3


# --- state, chance, and arrays of every kind -----------------------------------------------------------------------

kept: dict[Any, Any] = {}


def stale_by_shape(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """Keeps the angles of the first positions of each shape."""
    positions, base = kept.setdefault((x.shape, np.shape(positions)), (positions, base))
    return halves(x, positions, base)


def stale_base(positions: Any, rotary_dim: int, base: float = 10_000.0) -> Any:
    """Keeps the base of the first call of each width, as if no model had another."""
    return rope.table(positions, rotary_dim, base=kept.setdefault(rotary_dim, base))


def sticky_start(positions: Any, dim: int, base: float = 10_000.0, start: float = 0.0) -> Any:
    """Once there was a start, it stays."""
    kept["start"] = start or kept.get("start", 0.0)
    return sinusoidal.table(positions, dim, base=base, start=kept["start"])


def stale_slopes(num_heads: int, n_q: int, n_k: int, use: str = "causal", max_bias: float = 8.0) -> Any:
    """Keeps the slopes by the number of heads alone."""
    return alibi.bias(num_heads, n_q, n_k, use=use, max_bias=kept.setdefault(num_heads, max_bias))


def counts(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """Right once, then ever farther off."""
    global calls
    calls += 1
    return halves(x, positions, base) + (calls - 1) * 0.01


def chance(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    return halves(x, positions, base) + np.random.default_rng().normal(size=x.shape)


def one_later(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    return halves(x, np.asarray(positions) + 1, base)


def read_only(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    y = halves(x, positions, base)
    y.flags.writeable = False
    return y


def backwards(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """An array of negative strides, in the other byte order."""
    y = halves(x, positions, base)[..., ::-1].copy()[..., ::-1]
    return y.astype(y.dtype.newbyteorder(">"))


def two_gigabytes(x: Any, positions: Any) -> Any:
    return np.broadcast_to(x.ravel()[:1], (2**29,))


def floods(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    global calls
    calls += 1
    sys.stderr.write("no news\n" * (2**21 + 2**17) * (calls < 3))
    return halves(x, positions, base)


def slow(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    time.sleep(0.03)
    return halves(x, positions, base)


def own_names(*, queries: Any, position_ids: Any, theta: float = 10_000.0) -> Any:
    return halves(queries, position_ids, theta)


def in_torch(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """Angles in float64, the rest in the dtype of x; the answer still carries gradients."""
    torch: Any = sys.modules["torch"]
    half = x.shape[-1] // 2
    angles = positions.double()[..., None] / base ** (torch.arange(half, dtype=torch.float64) / half)
    cos, sin = angles.cos(), angles.sin()
    if cos.ndim == 3:
        cos, sin = cos[:, None], sin[:, None]
    a, b = x[..., :half].double(), x[..., half:].double()
    y = torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1).to(x.dtype)
    return y.requires_grad_()


def in_words(x: Any, positions: Any, base: float = 10_000.0) -> Any:
    """bfloat16 as words, where NumPy has no such numbers."""
    numbers = (x.astype(np.uint32) << 16).view(np.float32) if x.dtype == np.uint16 else x
    y = np.asarray(halves(numbers.astype(np.float64), positions, base), dtype=np.float32).view(np.uint32)
    return ((y + 0x7FFF + (y >> 16 & 1)) >> 16).astype(np.uint16)


class Adapter:
    """Declares what it has, and has a method for each operation."""

    version = "1"
    profile = {  # noqa: RUF012
        "operations": ["rope.rotate", "rope.table"],
        "conventions": ["rope/halves"],
        "dtypes": ["float64", "float32"],
        "angle": "float64",
    }

    def rope_rotate(self, x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
        return rope.rotate(x, positions, base=base, rotary_dim=rotary_dim, pairing="halves")

    def rope_table(self, positions: Any, rotary_dim: int, base: float) -> Any:
        return rope.table(positions, rotary_dim, base=base)


def one_wrong_cell(positions: Any, rotary_dim: int, base: float) -> Any:
    cos, sin = rope.table(positions, rotary_dim, base=base)
    sin[np.asarray(positions) == 5000, -1] += 1e-6
    return cos, sin


def one_missing_cell(positions: Any, rotary_dim: int, base: float) -> Any:
    cos, sin = rope.table(positions, rotary_dim, base=base)
    cos[np.asarray(positions) == 140_000, -1] = np.nan
    return cos, sin


def cut_table(positions: Any, rotary_dim: int, base: float) -> Any:
    cos, sin = rope.table(positions, rotary_dim, base=base)
    return cos[:2048], sin[:2048]
