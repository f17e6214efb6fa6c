"""Departures of x-transformers."""

from __future__ import annotations

from typing import Any

from mpmath import mp

from departures._base import Departure, Numbers, rope, truth, turned, unit


def _forgetting(cached: bool) -> Any:
    """One head of one channel, no logits, values 1 and 0, every gate σ(0) = 1/2; the output of the second token."""
    import torch
    from x_transformers.x_transformers import Attention

    module = Attention(1, dim_head=1, heads=1, causal=True, data_dependent_alibi=True)
    for name, parameter in module.named_parameters():
        torch.nn.init.constant_(parameter, float(name in ("to_v.weight", "to_out.weight")))
    x = torch.tensor([[[1.0], [0.0]]])
    if not cached:
        return module(x)[0, 1]
    _, cache = module(x[:, :1], return_intermediates=True)
    return module(x[:, 1:], cache=cache)[0, 0]


def _forgetting_truth() -> Numbers:
    zero, half = [[[0.0], [0.0]]], float(mp.log(mp.mpf(1) / 2))
    inputs = {"q": [[[0.0]]], "k": zero, "v": [[[1.0], [0.0]]], "log_f": [[half, half]]}
    return truth("fox.attend", "paper", inputs)()


def _left_padded() -> Any:
    import torch
    from x_transformers.x_transformers import ScaledSinusoidalEmbedding

    return ScaledSinusoidalEmbedding(4)(torch.zeros(1, 1, 4), seq_start_pos=torch.tensor([0]))


def _soft_one_hot() -> Any:
    import torch
    from x_transformers.x_transformers import CoPE

    return CoPE(2, 1, 2, soft_onehot=True)(torch.zeros(1, 1, 1, 2), torch.zeros(1, 1, 1, 1))


def _two() -> Any:
    from x_transformers.x_transformers import RotaryEmbedding

    return RotaryEmbedding(2)


def _cast() -> Any:
    import torch
    from x_transformers.x_transformers import RotaryEmbedding, apply_rotary_pos_emb

    angles, scale = RotaryEmbedding(4).to(torch.bfloat16)(torch.tensor([257]))
    return apply_rotary_pos_emb(unit(), angles.float(), scale)


def _beside_linear_biases() -> Any:
    """What a decoder with ALiBi adds to a token of one channel, the rows of its table being 1."""
    import torch
    from x_transformers import Decoder, TransformerWrapper

    layers = Decoder(dim=1, depth=1, heads=1, attn_dim_head=1, alibi_pos_bias=True)
    model = TransformerWrapper(num_tokens=1, max_seq_len=1, attn_layers=layers)
    torch.nn.init.ones_(model.pos_emb.emb.weight)
    return model.pos_emb(torch.zeros(1, 1))


DEPARTURES = [
    Departure(
        "nothing-forgotten-in-decoding",
        "Data-dependent ALiBi (the forgetting gates) sums the gates of the new tokens alone: while one token is decoded with a cache, nothing is forgotten. data_dependent_alibi_per_row likewise.",
        "Attention(1, dim_head=1, heads=1, causal=True, data_dependent_alibi=True) with logits 0, values 1 and 0 and gates 1/2; the second token after the first's cache",
        _forgetting_truth,
        lambda: [1 / 3],  # weights 1/2 and 1 of values 1 and 0
        lambda: _forgetting(cached=True),
        "Keep the sums with the cache, and take the new ones' from there.",
    ),
    Departure(
        "sinusoids-of-padded-sequences",
        "ScaledSinusoidalEmbedding fails with seq_start_pos: positions have two axes then.",
        "ScaledSinusoidalEmbedding(4)(zeros(1, 1, 4), seq_start_pos=tensor([0]))",
        None,
        None,
        _left_padded,
        "einsum('... i, j -> ... i j').",
    ),
    Departure(
        "soft-one-hot",
        "CoPE fails with soft_onehot=True: positions of four axes are subtracted as if they had one.",
        "CoPE(2, 1, 2, soft_onehot=True)(zeros(1, 1, 1, 2), zeros(1, 1, 1, 1))",
        None,
        None,
        _soft_one_hot,
        "Subtract along a new axis, and sum over that of the table.",
    ),
    Departure(
        "heads-of-two",
        "A rotary embedding of dimension 2 cannot be made: the exponent of a rescaling that was not asked for is 2/0.",
        "RotaryEmbedding(2)",
        None,
        None,
        _two,
        "Rescale only when base_rescale_factor is not 1.",
    ),
    Departure(
        "cast-with-the-model",
        "A model that is cast to bfloat16 casts inv_freq, and positions with it, which merges them above 256; as once in EleutherAI/gpt-neox#1003.",
        "RotaryEmbedding(4).to(bfloat16)(tensor([257])), applied to (1, 0, 0, 0) in float32",
        rope(257),
        turned(257),
        _cast,
        "Form angles in float32 whatever the module's dtype.",
    ),
    Departure(
        "linear-biases-and-a-table",
        "A decoder with alibi_pos_bias=True adds a learned absolute table to its tokens as well, unless use_abs_pos_emb=False is said; with ALiBi no position embeddings are added (Press et al. 2022, section 3).",
        "TransformerWrapper(..., attn_layers=Decoder(..., alibi_pos_bias=True)).pos_emb with rows of 1",
        None,
        lambda: [0.0],
        _beside_linear_biases,
        "Count alibi_pos_bias among what disables absolute positions, as rel_pos_bias and rotary_pos_emb are.",
    ),
]
