"""Models whose positions have three axes: Qwen2-VL, Qwen2.5-VL and Qwen3-VL."""

from __future__ import annotations

from typing import Any

from posenc.models import rotary
from posenc.models.record import Config, Encoding
from posenc.models.rotary import Kind
from posenc.models.scaling import rope_type, scaling
from posenc.models.values import WHO, flag, integer, mapping

SECTION, INTERLEAVED = "mrope_section", "mrope_interleaved"
KINDS = {
    "qwen2_vl": Kind(base=1e6),
    "qwen2_5_vl": Kind(base=1e6),
    "qwen3_vl": Kind(base=500_000.0, sizes={"head_dim": 128}),
}
ORDERS = {"qwen2_vl": "chunked", "qwen2_5_vl": "chunked", "qwen3_vl": "interleaved"}


def encoding(config: Config) -> Encoding:
    """The table of three axes, at the positions of a text unless those of a prompt are given (mrope.position_ids)."""
    kind, said = rotary.known(config, KINDS)
    order = ORDERS[config["model_type"]]
    old, new = mapping(said, "rope_scaling"), mapping(said, "rope_parameters")
    if old and new:
        raise ValueError(f"{WHO}: rope_scaling and rope_parameters are both there, needs one of them")
    settings, section = _split(old or new, order)
    plain = rotary.filled(settings, said, kind)
    if rope_type(settings) != "default":
        raise ValueError(f"{WHO}: rope_type is {rope_type(settings)!r}, needs default: three axes have no scaling here")
    scaling(settings, said, rotary.head_dim(said))  # refuses keys that it does not know
    rotary_dim = rotary.head_dim(said)
    if 2 * sum(section) != rotary_dim:
        raise ValueError(f"{WHO}: {SECTION} sums to {sum(section)}, needs {rotary_dim // 2}, the pairs of a head")
    room = [len(range(axis, sum(section), 3)) for axis in (1, 2)]
    if order == "interleaved" and (section[1] > room[0] or section[2] > room[1]):
        most = f"at most {room[0]} pairs for the height and {room[1]} for the width"
        raise ValueError(f"{WHO}: {SECTION} is {list(section)}, needs {most} of {sum(section)} that are interleaved")
    params = {"rotary_dim": rotary_dim, "base": plain["rope_theta"]}
    context, notes = integer(said, "max_position_embeddings"), {"pairing": "halves"}
    return Encoding("mrope.table", f"mrope/{order}", params, context, ("positions",), notes, {SECTION: section})


def _split(settings: Config, order: str) -> tuple[Config, tuple[int, ...]]:
    """The settings of one axis, and the sections; an order that is not the model's is refused."""
    rest = {name: value for name, value in settings.items() if name not in (SECTION, INTERLEAVED)}
    rest = {name: "default" if value == "mrope" else value for name, value in rest.items()}  # said of before
    if flag(settings, INTERLEAVED, order == "interleaved") != (order == "interleaved"):
        raise ValueError(f"{WHO}: {INTERLEAVED} is {settings[INTERLEAVED]!r}, needs none: the model's code is {order}")
    section: Any = settings.get(SECTION)
    if not isinstance(section, list) or len(section) != 3 or not all(type(one) is int and one >= 0 for one in section):
        raise ValueError(f"{WHO}: {SECTION} is {section!r}, needs three counts of pairs, for time, height and width")
    return rest, tuple(section)
