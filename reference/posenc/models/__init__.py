"""What a real model runs: its configuration, as its authors publish it, read as operations with parameters."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from posenc import spec
from posenc.models import mrope, others, rotary
from posenc.models.record import Config, Encoding
from posenc.models.values import WHO, flag, mapping, one_of

__all__ = ["Config", "Encoding", "encoding", "layer_types", "preset", "read"]


def read(path: Path) -> Config:
    """A config.json file; raises ValueError when it is not a JSON object or says something twice."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"models.read: {path} is not JSON ({error}), needs a model's config.json") from error
    if not isinstance(loaded, dict):
        raise ValueError(f"models.read: {path} holds a {type(loaded).__name__}, needs a JSON object")
    return loaded


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"models.read: {twice!r} is said twice, needs every key once")
    return found


def preset(name: str) -> Config:
    """The configuration of a model kept in spec/models, by file name; near misses are listed."""
    known = spec.models()
    if name not in known:
        near = get_close_matches(name.lower(), known, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"models.preset: model is {name!r}, needs one of {', '.join(known)}{hint}")
    found: Config = spec.model(name)["config"]
    return found


def encoding(config: Config, layer_type: str | None = None) -> Encoding:
    """What the configuration says about positions; a type or a setting that is not known is refused by name.

    layer_type  of the layers that are meant, for a model whose layers differ: Gemma 3 has full_attention and
                sliding_attention
    """
    text = _text(config)
    if _turns(text):
        return rotary.encoding(text, layer_type)
    if layer_type is not None:
        raise ValueError(f"{WHO}: layer_type is {layer_type!r}, needs none: all layers of the model are alike")
    return READERS[text["model_type"]](text)


def layer_types(config: Config) -> tuple[str, ...]:
    """The types of layers whose positions differ; none where all layers are alike."""
    text = _text(config)
    return rotary.layer_types(text) if _turns(text) else ()


def _text(config: Config) -> Config:
    """The configuration of a model of text, which a model of images and text has inside."""
    kind = one_of("model_type", config.get("model_type"), [*rotary.KINDS, *READERS, *COMPOSITES])
    if kind in mrope.KINDS:
        return {**(mapping(config, "text_config") or config), "model_type": kind}
    return config if kind not in COMPOSITES else {**mapping(config, "text_config"), "model_type": COMPOSITES[kind]}


def _turns(config: Config) -> bool:
    """Whether it is a model with RoPE; Falcon may have ALiBi instead."""
    kind = config["model_type"]
    return kind in rotary.KINDS and not (kind in READERS and flag(config, "alibi", False))


COMPOSITES = {"gemma3": "gemma3_text"}
READERS: dict[str, Callable[[Config], Encoding]] = {
    "gptj": others.gptj,
    "codegen": others.gptj,
    "bloom": others.bloom,
    "mpt": others.mpt,
    "falcon": others.falcon,
    "t5": others.t5,
    "mt5": others.t5,
    "umt5": others.t5,
    "deberta-v2": others.deberta,
    "bert": others.bert,
    "electra": others.bert,
    "gpt2": others.bert,
    "roberta": others.roberta,
    "xlm-roberta": others.roberta,
    "opt": others.opt,
    "bart": others.bart,
    "vit": others.vit,
    "vit_mae": others.mae,
    "swin": others.swin,
    **dict.fromkeys(mrope.KINDS, mrope.encoding),
}
