"""Models that turn queries and keys: the base, the channels, how they are paired, and what is scaled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from posenc._scaling import EXTENT
from posenc.models.record import Config, Encoding
from posenc.models.scaling import rope_type, scaling
from posenc.models.values import WHO, agreed, flag, integer, mapping, one_of, real

SHARE = "partial_rotary_factor"
LAYERS = ("full_attention", "sliding_attention", "chunked_attention")
FULL, SLIDING = LAYERS[:2]


@dataclass(frozen=True)
class Kind:
    """How all models of one model_type do it.

    pairing  "halves" or "interleaved"
    base     where a configuration says none
    share    of the head that is turned, where it says none; None where the code turns all of it, whatever is said
    sizes    the others that it need not say
    spelled  the names of base and share beside rope_scaling
    more     names of others that it knows
    settings the scaling where it says none
    sliding  the base of its sliding layers where it says none; None where all layers are alike
    """

    pairing: str = "halves"
    base: float = 10_000.0
    share: float | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    spelled: tuple[str, str] = ("rope_theta", SHARE)
    more: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    sliding: float | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """The settings that the reader of this kind reads."""
        return ("rope_scaling", "rope_parameters", *self.spelled, *self.more)


MLA = {"qk_rope_head_dim": 64}  # of every head, 64 channels are turned; the others are without position
KINDS = {
    "llama": Kind(),
    "mistral": Kind(),
    "mixtral": Kind(base=1e6),
    "qwen2": Kind(),
    "qwen2_moe": Kind(),
    "qwen3": Kind(sizes={"head_dim": 128}),
    "qwen3_moe": Kind(),
    "gemma": Kind(sizes={"head_dim": 256}),
    "gemma2": Kind(sizes={"head_dim": 256}),
    "gemma3_text": Kind(
        base=1e6,
        sizes={"head_dim": 256, "max_position_embeddings": 131072},
        more=("rope_local_base_freq",),
        sliding=10_000.0,
    ),
    "gpt_oss": Kind(
        base=150_000.0,
        sizes={"head_dim": 64},
        settings={"rope_type": "yarn", "factor": 32.0, "truncate": False, EXTENT: 4096},
    ),
    "deepseek_v2": Kind("interleaved", sizes=MLA, more=("qk_rope_head_dim",)),
    "deepseek_v3": Kind("interleaved", sizes=MLA, more=("qk_rope_head_dim", "rope_interleave")),
    "phi": Kind(share=0.5),
    "phi3": Kind(share=1.0, sizes={EXTENT: 4096}),
    "gpt_neox": Kind(share=0.25, spelled=("rotary_emb_base", "rotary_pct")),
    "glm": Kind("interleaved", share=0.5, sizes={"head_dim": 128}),
    "glm4": Kind("interleaved", share=0.5, sizes={"head_dim": 128}),
    "cohere": Kind("interleaved", base=500_000.0),
    "granite": Kind(),
    "olmo": Kind(),
    "olmo2": Kind(),
    "starcoder2": Kind(),
    "stablelm": Kind(share=0.25),
    "persimmon": Kind(share=0.5),
    "falcon": Kind(more=("alibi",)),
}
ABOUT = re.compile(r"(^|_)(m?rope|rotary|alibi|yarn|ntk)(_|$)")  # keys that are about positions


def encoding(config: Config, layer_type: str | None) -> Encoding:
    """Plain or scaled RoPE; a model whose layers differ needs the type of the layers."""
    kind, said = known(config, KINDS)
    settings, notes = _chosen(_layers(said, kind), layer_type)
    interleaved = flag(said, "rope_interleave", kind.pairing == "interleaved")
    return _encoding(settings, said, {"pairing": "interleaved" if interleaved else "halves", **notes})


def layer_types(config: Config) -> tuple[str, ...]:
    """The types of layers that differ; none where all are alike."""
    kind, said = known(config, KINDS)
    return tuple(name for name, settings in _layers(said, kind).items() if name is not None and settings is not None)


def known(config: Config, kinds: Mapping[str, Kind]) -> tuple[Kind, Config]:
    """The kind of a configuration, and what it says, sizes filled in; a setting that is not known is refused."""
    kind = kinds[config["model_type"]]
    said = {**kind.sizes, **{name: value for name, value in config.items() if value is not None}}
    for name in said:
        if ABOUT.search(name) and name not in (*kind.known, *kind.sizes):
            one_of(f"key of model_type {config['model_type']}", name, kind.known)
    return kind, said


def _encoding(settings: Config, said: Config, notes: Mapping[str, str]) -> Encoding:
    share = 1.0 if rope_type(settings) == "proportional" else settings[SHARE]
    rotary_dim = int(head_dim(said) * share)
    context = integer(said, "max_position_embeddings")
    params: dict[str, Any] = {"rotary_dim": rotary_dim, "base": settings["rope_theta"]}
    found = scaling(settings, said, rotary_dim)
    if found is None:
        return Encoding("rope.table", f"rope/{notes['pairing']}", params, context, notes=notes)
    if found["rope_type"] == "yarn":  # some say the length of the training and leave the longer one to the factor
        context = max(context, int(found["factor"] * found[EXTENT]))
    params |= {"scaling": found, "length": context}
    left = ("length",) if found["rope_type"] in ("dynamic", "longrope") else ()
    return Encoding("rope_scaling.table", "rope_scaling/published", params, context, left, notes)


def head_dim(config: Config) -> int:
    """The channels of a head that may be turned, said or derived."""
    for name in ("qk_rope_head_dim", "head_dim"):
        if config.get(name) is not None:
            return integer(config, name)
    width, heads = integer(config, "hidden_size", "n_embd"), integer(config, "num_attention_heads", "n_head")
    if width % heads:
        raise ValueError(f"{WHO}: hidden_size {width} needs to be a multiple of the {heads} heads, or head_dim")
    return width // heads


def _layers(config: Config, kind: Kind) -> dict[str | None, Config | None]:
    """The settings of every type of layer, base and share filled in; under None where all layers are alike."""
    old, new = mapping(config, "rope_scaling"), mapping(config, "rope_parameters")
    if old and new:
        raise ValueError(f"{WHO}: rope_scaling and rope_parameters are both there, needs one of them")
    given = old or new or kind.settings
    nested = any(isinstance(value, dict) for value in given.values())
    for name in given if nested else ():
        one_of("layer type of rope_parameters", name, LAYERS)
    if kind.sliding is not None:
        full, local = (mapping(given, FULL), mapping(given, SLIDING)) if nested else (given, {})
        sliding = replace(kind, base=kind.sliding, spelled=("rope_local_base_freq", kind.spelled[1]))
        return {FULL: filled(full, config, kind), SLIDING: filled(local, config, sliding)}
    if not nested:
        return {None: filled(given, config, kind)}
    each = {name: filled(mapping(given, name), config, kind) for name in given}
    return {name: None if given[name] is None else settings for name, settings in each.items()}


def filled(settings: Config, config: Config, kind: Kind) -> Config:
    """With the base and the share, which may be said beside the settings; twice only if they are the same."""
    found = {}
    names = zip(("rope_theta", SHARE), kind.spelled, (kind.base, kind.share or 1.0), strict=True)
    for inner, outer, default in names:
        said = agreed(inner, {"the rope settings": settings.get(inner), "the configuration": config.get(outer)})
        found[inner] = default if said is None else real(inner, said)
    some = kind.share is not None or rope_type(settings) == "proportional"
    if found[SHARE] > 1 or (found[SHARE] < 1 and not some):
        most = "at most 1" if some else "1: all of the head is turned"
        raise ValueError(f"{WHO}: {SHARE} is {found[SHARE]!r}, needs {most}")
    return {**settings, **found}


def _chosen(layers: Mapping[str | None, Config | None], layer_type: str | None) -> tuple[Config, dict[str, str]]:
    if None in layers and layer_type is not None:
        raise ValueError(f"{WHO}: layer_type is {layer_type!r}, needs none: all layers of the model are alike")
    if None not in layers and layer_type is None:
        raise ValueError(f"{WHO}: layer_type is left open, needs one of {', '.join(map(str, layers))}")
    name = one_of("layer_type", layer_type, [str(name) for name in layers]) if layer_type else None
    settings = layers[name]
    if settings is None:
        raise ValueError(f"{WHO}: {name} layers have no rope settings (null), needs layers that turn their channels")
    return settings, {} if name is None else {"layer_type": name}
