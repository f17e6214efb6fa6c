"""Models with biases, buckets, learned tables and fixed tables for images."""

from __future__ import annotations

from typing import Any

from posenc.models import rotary
from posenc.models.record import Config, Encoding
from posenc.models.values import WHO, flag, integer, mapping, number


def gptj(config: Config) -> Encoding:
    """GPT-J and CodeGen: interleaved, base 10000 in their code, rotary_dim in their configurations."""
    rotary_dim = rotary.head_dim(config) if config.get("rotary_dim") is None else integer(config, "rotary_dim")
    params = {"rotary_dim": rotary_dim, "base": 10000.0}
    context = integer(config, "n_positions", "max_position_embeddings")
    return Encoding("rope.table", "rope/interleaved", params, context, notes={"pairing": "interleaved"})


def bloom(config: Config) -> Encoding:
    """BLOOM: the key-only row of ALiBi."""
    heads, context = integer(config, "n_head", "num_attention_heads"), integer(config, "seq_length", "n_positions")
    return _alibi("key-only", heads, context)


def mpt(config: Config) -> Encoding:
    """MPT: ALiBi with 0 at the last key and a largest slope of its own; without ALiBi a learned table."""
    attention = {"alibi": True, "alibi_bias_max": 8, **mapping(config, "attn_config")}
    for name in ("rope", "prefix_lm"):
        if flag(attention, name, False):
            raise ValueError(f"{WHO}: {name} is true in attn_config, needs false: it is no causal ALiBi")
    context = integer(config, "max_seq_len")
    if not flag(attention, "alibi", True):
        return _learned("plain", context)
    heads, top = integer(config, "n_heads", "num_attention_heads"), number(attention, "alibi_bias_max")
    return _alibi("last-key", heads, context, top)


def falcon(config: Config) -> Encoding:
    """Falcon with ALiBi: the key-only row rounded to bfloat16, then divided by √head_dim, as it was trained."""
    params = {"num_heads": integer(config, "num_attention_heads", "n_head"), "head_dim": rotary.head_dim(config)}
    context = integer({"max_position_embeddings": 2048, **config}, "max_position_embeddings")
    return Encoding("alibi.padded", "alibi/falcon", params, context, ("mask",))


def _alibi(form: str, heads: int, context: int, top: float = 8.0) -> Encoding:
    params = {"num_heads": heads, "max_bias": top, "use": "causal"}
    return Encoding("alibi.bias", f"alibi/{form}", params, context)


def t5(config: Config) -> Encoding:
    """T5, mT5, UMT5 and Flan-T5: the encoder's buckets unless it is a decoder; 32 up to 128 where nothing is said."""
    said = {"relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, **config}
    count, furthest = (integer(said, f"relative_attention_{name}") for name in ("num_buckets", "max_distance"))
    use = "causal" if flag(config, "is_decoder", False) else "bidirectional"
    params = {"num_buckets": count, "max_distance": furthest, "use": use}
    return Encoding("t5.buckets", "t5/unscaled", params, furthest, ("use",))


def deberta(config: Config) -> Encoding:
    """DeBERTa-v2 and v3: the log buckets of the distances within the context."""
    if not flag(config, "relative_attention", False):
        raise ValueError(f"{WHO}: relative_attention is false, needs true: there are no distances without it")
    said = {"position_buckets": -1, "max_relative_positions": -1, **config}
    if said["position_buckets"] == -1:
        raise ValueError(f"{WHO}: position_buckets is -1, needs a number of log buckets; see deberta.index for none")
    context = integer(said, "max_position_embeddings")
    furthest = context if said["max_relative_positions"] == -1 else integer(said, "max_relative_positions")
    params = {"span": integer(said, "position_buckets"), "max_position": furthest}
    return Encoding("deberta.buckets", "deberta/paper", params, context)


def bert(config: Config) -> Encoding:
    """BERT, ELECTRA and GPT-2: a row for every column."""
    return _learned("plain", integer(_absolute(config), "max_position_embeddings", "n_positions", "n_ctx"))


def roberta(config: Config) -> Encoding:
    """RoBERTa and XLM-R: real tokens from the padding id + 1 on; the rows up to the padding id hold no token."""
    pad = integer({"pad_token_id": 1, **_absolute(config)}, "pad_token_id")
    return _learned("padding-aware", integer(config, "max_position_embeddings") - pad - 1, pad)


def opt(config: Config) -> Encoding:
    """OPT: real tokens from 2 on; the table has two rows more than max_position_embeddings."""
    return _learned("opt", integer(config, "max_position_embeddings"))


def bart(config: Config) -> Encoding:
    """BART and mBART: every column from 2 on; the table has two rows more than max_position_embeddings."""
    return _learned("bart", integer(config, "max_position_embeddings"))


def vit(config: Config) -> Encoding:
    """ViT: a class token, then the patches row by row."""
    height, width = _patches(config)
    return _learned("plain", 1 + height * width)


def mae(config: Config) -> Encoding:
    """MAE's encoder: a fixed table for the grid of patches, after a row of zeros for the class token."""
    height, width = _patches(config)
    dim = integer(config, "hidden_size")
    params: dict[str, Any] = {"height": height, "width": width, "dim": dim, "class_rows": 1, "base": 10000.0}
    return Encoding("grid.table", "grid/mae", params, 1 + height * width)


def swin(config: Config) -> Encoding:
    """Swin, first version: the row of the bias table for every query and key of a window."""
    window = integer(config, "window_size")
    params = {"window_height": window, "window_width": window, "class_token": "none"}
    return Encoding("swin.index", "swin/v1", params, window * window)


def _learned(rule: str, context: int, pad: int = 1) -> Encoding:
    if context < 1:
        raise ValueError(f"{WHO}: the table has {context} rows for tokens, needs at least 1")
    return Encoding("learned.ids", f"learned/{rule}", {"past": 0, "pad": pad}, context, ("mask",))


def _absolute(config: Config) -> Config:
    kind = config.get("position_embedding_type")
    if kind not in (None, "absolute"):
        raise ValueError(
            f"{WHO}: position_embedding_type is {kind!r}, needs absolute; the others are of the family shaw"
        )
    return config


def _patches(config: Config) -> tuple[int, int]:
    """Rows and columns of patches: sides are one number or two, (height, width)."""
    said = {}
    for name in ("image_size", "patch_size"):
        value = config.get(name)
        sides = value if isinstance(value, list) and len(value) == 2 else [value, value]
        said[name] = [integer({name: side}, name) for side in sides]
    for image, patch in zip(said["image_size"], said["patch_size"], strict=True):
        if image % patch:
            raise ValueError(f"{WHO}: image_size {image} needs to be a multiple of patch_size {patch}")
    height, width = (image // patch for image, patch in zip(*said.values(), strict=True))
    return height, width
