"""Scaled rotary frequencies of transformers, through the models' own configurations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries import Target
from posenc.conformance.libraries.transformers._common import need
from posenc.conformance.libraries.transformers._rotary import EXTENT, MODELS, Model

PUBLISHED = "rope_scaling/published"
BY_LENGTH = ("dynamic", "longrope")
Scaling = Mapping[str, Any]
_kept: dict[str, Any] = {}


def _frequencies(rotary_dim: int, base: float, scaling: Scaling, length: int) -> Any:
    """The function of the type itself, as every model calls it; plain frequencies are each model's own."""
    config = MODELS["llama"].config(rotary_dim, rotary_dim, base, scaling)
    plain = LlamaRotaryEmbedding.compute_default_rope_parameters
    kind = config.rope_parameters["rope_type"]
    make = plain if kind == "default" else ROPE_INIT_FUNCTIONS[kind]
    found, factor = make(config, seq_len=length)
    return found.numpy(), np.float32(factor)


def _length(scaling: Scaling, length: int) -> int | None:
    return length if scaling["rope_type"] in BY_LENGTH else None


def _table(model: Model, positions: Any, rotary_dim: int, base: float, scaling: Scaling, length: int) -> Any:
    _nested(model, scaling)
    rows = np.asarray(positions).reshape(1, -1)
    embedding = model.embedding(rotary_dim, rotary_dim, base, scaling)
    half = rotary_dim // 2  # it holds every column twice, or once
    both = model.waves(embedding, rows, _length(scaling, length))
    return tuple(part[0, :, :half].numpy().reshape(*np.shape(positions), half) for part in both)


def _rotate(
    model: Model,
    x: Any,
    positions: Any,
    base: float,
    rotary_dim: int | None,
    scaling: Scaling,
    length: int,
    pairing: str,
) -> Any:
    _nested(model, scaling)
    need(pairing == model.pairing, f"its channels are {model.pairing}")
    width = x.shape[-1]
    embedding = model.embedding(width, rotary_dim or width, base, scaling)
    return model.turned(x, model.waves(embedding, positions, _length(scaling, length)))


def _kept_rotate(
    x: Any, positions: Any, base: float, rotary_dim: int | None, scaling: Scaling, length: int, pairing: str
) -> Any:
    """Llama's with one module for each configuration, as a model has it, and not one for each call."""
    model, width = MODELS["llama"], x.shape[-1]
    need(pairing == model.pairing, f"its channels are {model.pairing}")
    configured = (width, rotary_dim or width, base, scaling)
    key = json.dumps(configured)
    embedding = _kept[key] = _kept.get(key) or model.embedding(*configured)
    stale = scaling["rope_type"] == "dynamic" and embedding.max_seq_len_cached > length >= scaling[EXTENT]
    reason = (
        "dynamic: frequencies are those of the longest sequence so far, unless this one is below the original length"
    )
    known_defect(bool(stale and np.any(positions)), reason)
    return model.turned(x, model.waves(embedding, positions, _length(scaling, length)))


def _nested(model: Model, scaling: Scaling) -> None:
    """Settings of a type of layer: one key is looked for outside of them."""
    ignored = model.layer is not None and scaling.get("truncate") is False
    known_defect(ignored, "yarn: truncate is read beside the types of layers, where it cannot stand")


TARGETS = [
    Target("rope_init.scaled_frequencies", "rope_scaling.inverse_frequencies", PUBLISHED, _frequencies),
    *(
        Target(f"{name}.scaled_table", "rope_scaling.table", PUBLISHED, partial(_table, MODELS[name]))
        for name in ("llama", "gemma3")
    ),
    *(
        Target(f"{name}.scaled_rotate", "rope_scaling.rotate", PUBLISHED, partial(_rotate, model))
        for name, model in MODELS.items()
    ),
    Target("llama.kept_rotate", "rope_scaling.rotate", PUBLISHED, _kept_rotate),
]
