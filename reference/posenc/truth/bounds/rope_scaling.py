"""The units of the scaled rotations."""

from __future__ import annotations

from typing import Any

import numpy as np

from posenc.definitions import family
from posenc.definitions.rope import PLACES
from posenc.truth.bounds import Array, Question, Units, conditioned
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64

EXTENT = "original_max_position_embeddings"


def _factors(question: Question, width: int) -> tuple[Array, float]:
    """The true frequencies and attention factor, (pairs,) and a number."""
    operation = family("rope_scaling").OPERATIONS["inverse_frequencies"]
    words = evaluate(operation, question.definition, {**question.params, "rotary_dim": width}, {})
    found = {name: np.asarray(FLOAT64.decode(word), dtype=np.float64) for name, word in words.items()}
    return found["inverse_frequencies"], float(found["attention_factor"])


def _strays(question: Question, width: int, found: Array) -> Array:
    """By how much each frequency strays, in units of roundoff, (pairs,).

    ω·(1 + |ln ω|) as a power does. In dynamic NTK ω·(s·l/L + s)/bracket more, since the bracket is a difference. Inside
    a ramp, where ω is between θ/s and θ, θ·κ·(1 + |ln θ|) more: κ is how far the share moves when what it is computed
    from moves by one part.
    """
    given, pairs = question.params["scaling"], width // 2
    own = np.zeros(pairs)
    own[found > 0] = conditioned(found[found > 0])
    if given["rope_type"] == "dynamic" and question.params["length"] > given[EXTENT]:
        stretch = given["factor"] * question.params["length"] / given[EXTENT]
        return np.asarray(own + found * (stretch + given["factor"]) / (stretch - (given["factor"] - 1)))
    if given["rope_type"] not in ("by-parts", "yarn", "llama3"):
        return own
    theta = question.params["base"] ** -(np.arange(pairs) / pairs)
    inside = (found < theta * (1 - 1e-12)) & (found > theta / given["factor"] * (1 + 1e-12))
    steepness = _steepness(given, width, question.params["base"]) if inside.any() else 0.0
    return np.where(inside, own + steepness * conditioned(theta), own)


def _steepness(given: Any, width: int, base: float) -> float:
    """κ: fast/(fast − slow) of a ramp in turns; (|low| + |high| + r/ln base)/(high − low) of one in pairs."""
    if given["rope_type"] == "llama3":
        slow, fast = given["low_freq_factor"], given["high_freq_factor"]
        return float(fast / (fast - slow))
    slow, fast = given.get("beta_slow", 1), given.get("beta_fast", 32)
    turned = given[EXTENT] / (2 * np.pi * np.array([fast, slow]))
    low, high = width / 2 * np.log(turned) / np.log(base)
    by_turns = fast / (fast - slow)
    return float(max(by_turns, (abs(low) + abs(high) + width / np.log(base)) / (high - low)))


def _inverse_frequencies(question: Question) -> Units:
    found, factor = (question.truth[name] for name in ("inverse_frequencies", "attention_factor"))
    u = question.precision.output.unit
    strays = _strays(question, question.params["rotary_dim"], found)
    return {"inverse_frequencies": u * strays, "attention_factor": np.where(factor == 1, 0.0, 2 * u * factor)}


def _waves(question: Question, positions: Array, width: int) -> Array:
    """A·(u_angle·|p|·(strays) + 3·u_table), or one u_table without a factor: (..., pairs)."""
    frequencies, factor = _factors(question, width)
    per_token = question.precision.angle.unit * _strays(question, width, frequencies)
    roundings = (1 if factor == 1 else 3) * question.precision.table.unit
    return factor * (np.abs(positions)[..., np.newaxis] * per_token + roundings)


def _table(question: Question) -> Units:
    positions = np.asarray(question.inputs["positions"], dtype=np.float64)
    unit = _waves(question, positions, question.params["rotary_dim"])
    return {"cos": unit, "sin": unit}


def _rotate(question: Question) -> Units:
    """The unit of the pair's table times |a| + |b|, plus the rounding of the output; 0 where nothing is turned."""
    x, positions = (np.asarray(question.inputs[name], dtype=np.float64) for name in ("x", "positions"))
    r = question.params["rotary_dim"] or x.shape[-1]
    if positions.ndim == 2:
        positions = positions.reshape(len(positions), *(1,) * (x.ndim - 3), -1)
    waves, out = _waves(question, positions, r), np.zeros(x.shape)
    for i in range(r // 2):
        pair = [PLACES[question.params["pairing"]](i, side, r) for side in (0, 1)]
        out[..., pair] = waves[..., i : i + 1] * np.abs(x[..., pair]).sum(axis=-1, keepdims=True)
    out[..., :r] += question.precision.output.unit * np.abs(question.truth["y"][..., :r])
    return {"y": out}


UNITS = {"inverse_frequencies": _inverse_frequencies, "table": _table, "rotate": _rotate}
