"""Departures of rotary-embedding-torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from mpmath import mp

from departures._base import Departure, Numbers, rope, truth, turned, unit


def _rotary(**options: Any) -> Any:
    from rotary_embedding_torch import RotaryEmbedding

    return RotaryEmbedding(options.pop("dim", 4), **options)


def _poisoned() -> Any:
    embedding = _rotary()
    embedding.rotate_queries_or_keys(unit(258, "bfloat16"))
    return embedding.rotate_queries_or_keys(unit(258))[0, 257]


def _axial(*dims: int, before: bool = False) -> Any:
    """The last patch's unit vector of the second axis, at offset 1; or of one axis, after a call without offset."""
    import torch
    from rotary_embedding_torch import apply_rotary_emb

    embedding = _rotary()
    if before:
        embedding.get_axial_freqs(*dims)
    angles = embedding.get_axial_freqs(*dims, offsets=(0, 1)[-len(dims) :]).reshape(1, -1)
    x = torch.zeros(1, angles.shape[-1])
    x[0, -4] = 1.0
    return apply_rotary_emb(angles, x)[0, -4:]


def _xpos_score(cached: bool) -> Any:
    embedding, (q, k) = _rotary(use_xpos=True, xpos_scale_base=1), (unit(2)[None], unit(2)[None])
    if cached:
        q, k = embedding.rotate_queries_with_cached_keys(q[:, :, 1:], k)
    else:
        q, k = embedding.rotate_queries_and_keys(q, k)
    return q[0, 0, -1] @ k[0, 0, 0]


def _xpos_truth() -> Numbers:
    """Of a query (1, 0, 0, 0) at 1 and a key at 0."""
    shared = {"base": 10000.0, "center": 0.0, "scale_base": 1.0, "gamma": 0.4}
    x = [[1.0, 0, 0, 0]]
    q = truth("xpos.rotate", "interleaved", {"x": x, "positions": [1]}, role="query", **shared)()
    k = truth("xpos.rotate", "interleaved", {"x": x, "positions": [0]}, role="key", **shared)()
    return [float(np.dot(q, k))]


def _sequence_first() -> Any:
    import torch

    q = torch.tensor([[[[1.0, 0, 0, 0]]]]).repeat(1, 2, 1, 1)
    return _rotary(use_xpos=True).rotate_queries_with_cached_keys(q, q, seq_dim=-3)


DEPARTURES = [
    Departure(
        "positions-in-the-queries-dtype",
        "rotate_queries_or_keys makes positions in the dtype of the queries: bfloat16 merges them above 256, float16 above 2048.",
        "RotaryEmbedding(4).rotate_queries_or_keys(tensor([[[1, 0, 0, 0]]], dtype=bfloat16), offset=257)",
        rope(257),
        turned(257),
        lambda: _rotary().rotate_queries_or_keys(unit(1, "bfloat16"), offset=257),
        "Make positions in float32 and cast the product.",
    ),
    Departure(
        "cache-filled-in-bfloat16",
        "What a call in bfloat16 has kept is what a later call in float32 reads.",
        "e = RotaryEmbedding(4); e.rotate_queries_or_keys(258 tokens in bfloat16); e.rotate_queries_or_keys(258 tokens (1, 0, 0, 0) in float32), token 257",
        rope(257),
        turned(257),
        _poisoned,
        "As above; or keep angles by dtype.",
    ),
    Departure(
        "axis-has-another-axis-angles",
        "get_axial_freqs reads from what it kept for the axis before, whatever the offsets, when an axis is no longer than that.",
        "RotaryEmbedding(4).get_axial_freqs(1, 1, offsets=(0, 1)), applied to (0, 0, 0, 0, 1, 0, 0, 0)",
        lambda: truth(
            "rope_axial.rotate", "rope-vit", {"x": [[0.0] * 4 + [1.0, 0, 0, 0]], "positions": [[0, 1]]}, base=10000.0
        )()[4:],
        turned(1),
        lambda: _axial(1, 1),
        "Hand the offset to forward, and keep nothing that was made with one.",
    ),
    Departure(
        "offset-forgotten-between-calls",
        "get_axial_freqs with an offset gives what a call without it has kept; rotate_queries_or_keys once did so, lucidrains/rotary-embedding-torch#11.",
        "e = RotaryEmbedding(4); e.get_axial_freqs(1); e.get_axial_freqs(1, offsets=(1,)), applied to (1, 0, 0, 0)",
        rope(1),
        turned(1),
        lambda: _axial(1, before=True),
        "As above.",
    ),
    Departure(
        "negative-offset",
        "Tokens that end before position 0 read rows of the cache that nothing was written to: nothing is turned.",
        "RotaryEmbedding(4).rotate_queries_or_keys(tensor([[[1, 0, 0, 0]]]), offset=-2)",
        rope(-2),
        turned(-2),
        lambda: _rotary().rotate_queries_or_keys(unit(), offset=-2),
        "Read the cache only for offsets from 0 on.",
    ),
    Departure(
        "xpos-centers-differ",
        "rotate_queries_with_cached_keys centers queries on the middle of the queries and keys on the middle of the keys, so that the score of a distance changes with the length.",
        "q, k = RotaryEmbedding(4, use_xpos=True, xpos_scale_base=1).rotate_queries_with_cached_keys(one query (1, 0, 0, 0), two keys (1, 0, 0, 0)); q · k[0]",
        _xpos_truth,
        lambda: [float(mp.cos(1) * mp.mpf("0.4") / mp.mpf("1.4"))],
        lambda: _xpos_score(cached=True),
        "One center for both: that of the keys.",
    ),
    Departure(
        "xpos-sequence-first",
        "rotate_queries_with_cached_keys fails with xPos when the sequence is before the heads: the scale is not laid out so.",
        "RotaryEmbedding(4, use_xpos=True).rotate_queries_with_cached_keys(q, k, seq_dim=-3), q and k of shape (1, 2, 1, 4)",
        None,
        None,
        _sequence_first,
        "Give the scale the axis of the heads, as rotate_queries_and_keys does.",
    ),
    Departure(
        "heads-of-two",
        "An embedding of dimension 2 cannot be made: the exponent of a rescaling that was not asked for is 2/0.",
        "RotaryEmbedding(2)",
        None,
        None,
        lambda: _rotary(dim=2),
        "Rescale only when theta_rescale_factor is not 1.",
    ),
]
