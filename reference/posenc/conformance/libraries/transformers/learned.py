"""Learned absolute tables of transformers.

Ids are read off the models themselves: row r of their position table is made to hold the number r.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import BertConfig, GPT2Config, GPT2Model, RobertaConfig
from transformers.models.bart.modeling_bart import BartLearnedPositionalEmbedding
from transformers.models.bert.modeling_bert import BertEmbeddings
from transformers.models.opt.modeling_opt import OPTLearnedPositionalEmbedding
from transformers.models.roberta.modeling_roberta import RobertaEmbeddings

from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import need

ROWS = 64  # more than the ids of any case


def _numbered(table: nn.Embedding) -> nn.Embedding:
    """The table with the number of each row in all its channels."""
    with torch.no_grad():
        table.weight.copy_(torch.arange(len(table.weight))[:, None].expand_as(table.weight))
    return table


def _numbers(rows: Any) -> Any:
    return rows[..., 0].detach().to(torch.int64).numpy()


def _read_by(table: nn.Embedding, run: Callable[[], Any]) -> Any:
    """The ids with which a table is called while the model runs."""
    seen: list[Any] = []
    hook = table.register_forward_pre_hook(lambda _, arguments: seen.append(arguments[0]))
    run()
    hook.remove()
    return seen[-1].numpy()


def _tokens(mask: Any, pad: int) -> Any:
    """Token ids with these pads."""
    return torch.from_numpy(np.where(mask, pad + 1, pad))


def _roberta(mask: Any, past: int, pad: int) -> Any:
    return RobertaEmbeddings.create_position_ids_from_input_ids(_tokens(mask[:, past:], pad), pad, past).numpy()


def _roberta_embeddings(mask: Any, past: int, pad: int) -> Any:
    embeddings = torch.zeros(*mask[:, past:].shape, 2)
    return RobertaEmbeddings.create_position_ids_from_inputs_embeds(embeddings, pad).numpy()


def _bert(mask: Any, past: int, pad: int) -> Any:
    model = BertEmbeddings(BertConfig(vocab_size=9, hidden_size=2, max_position_embeddings=ROWS, pad_token_id=0))
    tokens = _tokens(mask[:, past:], 0)
    ids = _read_by(model.position_embeddings, lambda: model(tokens, cache_length=past))
    return np.broadcast_to(ids, tokens.shape)


def _gpt2(mask: Any, past: int, pad: int) -> Any:
    need(mask.shape[1] > past, "GPT-2 takes at least one new token")
    sizes = {"vocab_size": 9, "bos_token_id": 0, "eos_token_id": 0}
    model = GPT2Model(GPT2Config(n_positions=ROWS, n_embd=2, n_layer=1, n_head=1, **sizes)).eval()
    tokens = _tokens(mask, 1)
    cache = model(tokens[:, :past], use_cache=True).past_key_values if past else None
    ids = _read_by(model.wpe, lambda: model(tokens[:, past:], past_key_values=cache))
    return np.broadcast_to(ids, tokens[:, past:].shape)


def _opt(mask: Any, past: int, pad: int) -> Any:
    table = _numbered(OPTLearnedPositionalEmbedding(ROWS, 1))
    return _numbers(table(torch.from_numpy(mask.astype(np.int64)), past))


def _bart(mask: Any, past: int, pad: int) -> Any:
    table = _numbered(BartLearnedPositionalEmbedding(ROWS, 1))
    return _numbers(table(_tokens(mask[:, past:], pad), past))


def _roberta_capacity(rows: Any, pad: int) -> Any:
    return np.array([_most_tokens(int(one), pad) for one in rows.ravel()], dtype=np.int64).reshape(rows.shape)


def _most_tokens(rows: int, pad: int) -> int:
    """The longest row of tokens that RoBERTa's embedding layer takes, found by trying."""
    need(pad < rows, "RoBERTa's table has a row for its padding id")
    model = RobertaEmbeddings(
        RobertaConfig(vocab_size=pad + 3, hidden_size=2, max_position_embeddings=rows, pad_token_id=pad)
    )

    def fits(n: int) -> bool:
        try:
            model(input_ids=_tokens(np.ones((1, n), dtype=bool), pad))
        except (IndexError, RuntimeError):
            return False
        return True

    low, high = 0, rows + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


TARGETS = [
    Target("bert.ids", "learned.ids", "learned/plain", _bert),
    Target("gpt2.ids", "learned.ids", "learned/plain", _gpt2),
    Target("roberta.ids", "learned.ids", "learned/padding-aware", _roberta),
    Target("roberta-embeddings.ids", "learned.ids", "learned/from-embeddings", _roberta_embeddings),
    Target("opt.ids", "learned.ids", "learned/opt", _opt),
    Target("bart.ids", "learned.ids", "learned/bart", _bart),
    Target("roberta.capacity", "learned.capacity", "learned/padding-aware", _roberta_capacity),
]
