"""The scaling of the inverse frequencies that a configuration asks for, as the family rope_scaling takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posenc._scaling import EXTENT, KEYS, checked, one_per_pair
from posenc.models.record import Config
from posenc.models.values import WHO, agreed, integer, one_of

TYPES = ("default", "linear", "dynamic", "yarn", "longrope", "llama3", "proportional")  # those a configuration may name
OLD = {"su": "longrope"}  # spellings of before
THREE = "only the model_types qwen2_vl, qwen2_5_vl and qwen3_vl have three axes here"
SPELLED = ("rope_type", "type")
ELSEWHERE = (*SPELLED, "rope_theta", "partial_rotary_factor")  # read by others; every type may have them


def rope_type(settings: Config) -> str:
    """The type, in either spelling; "default" where nothing is said. One that is not known is refused by name."""
    said = {place: settings.get(place) for place in SPELLED}
    found = agreed("rope_type", {place: OLD.get(str(value), value) for place, value in said.items()})
    if found == "mrope" or settings.get("mrope_section") is not None:
        raise ValueError(f"{WHO}: mrope_section is {settings.get('mrope_section')!r}, needs none: {THREE}")
    return "default" if found is None else one_of("rope_type", found, TYPES)


def scaling(settings: Config, config: Config, rotary_dim: int) -> Mapping[str, Any] | None:
    """The scaling with its lengths filled in, defaults left out and nothing unknown; None where nothing is scaled.

    settings    the object of the configuration that says the type and its factors
    config      the whole, which may say the original length instead
    rotary_dim  channels that are turned: lists of factors have half as many entries
    """
    kind = rope_type(settings)
    found = {key: value for key, value in settings.items() if key not in ELSEWHERE and value is not None}
    if kind == "proportional":
        found["partial_rotary_factor"] = settings["partial_rotary_factor"]
    if EXTENT in KEYS[kind]:
        found[EXTENT] = _original(kind, settings, config)
    if kind == "longrope" and "factor" not in found:
        found["factor"] = max(1.0, integer(config, "max_position_embeddings") / found[EXTENT])
    full = checked(WHO, {"rope_type": kind, **found})
    one_per_pair(WHO, full, rotary_dim // 2)
    if kind == "default":
        return None
    told = {key: value for key, value in full.items() if key == "rope_type" or value != KEYS[kind][key]}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}


def _original(kind: str, settings: Config, config: Config) -> int:
    """Said in the scaling, beside it (Phi-3), or the length that the configuration allows; for dynamic always that."""
    beside = "max_position_embeddings" if kind == "dynamic" else EXTENT
    said = agreed(EXTENT, {"the scaling": settings.get(EXTENT), "the configuration": config.get(beside)})
    return integer({EXTENT: said} if said is not None else config, EXTENT, "max_position_embeddings")
