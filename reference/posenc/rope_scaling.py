"""Scalings of rotary frequencies for contexts longer than those of the training: rope with other frequencies.

Sources: Chen et al. 2023 (linear), bloc97, emozilla 2023 (ntk, dynamic), Peng et al. 2023 (by-parts, yarn), Meta 2024
(llama3), Ding et al. 2024 (longrope), Barbero et al. 2025 (proportional). Chapter: spec/rope_scaling/README.md.
Steps: inverse frequencies (rope's, mapped by rope_type) and attention factor → table → rotate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from posenc import _check, _scaling, rope
from posenc._check import Floating, Reals

Scaling = Mapping[str, Any]


def inverse_frequencies(
    rotary_dim: int, *, base: float = 10_000.0, scaling: Scaling, length: int, ramp: str = "published"
) -> tuple[Reals, Reals]:
    """The scaled angular frequency of every pair, in radians per token, and the factor of both waves.

    rotary_dim  even, ≥ 2; for ntk and dynamic ≥ 4
    base        finite, > 1
    scaling     transformers' rope_parameters without rope_theta: rope_type, "default" or one of the functions below
                ("by-parts" with a hyphen), and the keys that it takes
    length      ≥ 1, of the current sequence, in tokens: all of it, cached tokens too. dynamic and longrope read it
    ramp        yarn's: "published", linear in the pair, or "paper", linear in the turns, which has no truncate
    returns     inverse_frequencies (rotary_dim/2,) and attention_factor (), float64

    Raises TypeError, ValueError. Source: those above.
    Claims: rope_scaling.anchor, rope_scaling.identity, rope_scaling.prefix, rope_scaling.reach
    """
    who = "rope_scaling.inverse_frequencies"
    given = _scaling.checked(who, scaling)
    length = _check.integer(who, "length", length, least=1)
    _scaling.ramp(who, ramp, scaling)
    plain = rope.inverse_frequencies(_check.even(who, "rotary_dim", rotary_dim), base=_check.base(who, base))
    _scaling.one_per_pair(who, given, len(plain))
    beside: Any = {"dynamic": {"length": length}, "longrope": {"length": length}, "yarn": {"base": base, "ramp": ramp}}
    kind, keys = given["rope_type"], {key: value for key, value in scaling.items() if key != "rope_type"}
    return _MAPS[kind](plain, **keys, **beside.get(kind, {})), np.asarray(attention_factor(scaling))


def table(
    positions: ArrayLike, rotary_dim: int, *, base: float = 10_000.0, scaling: Scaling, length: int,
    ramp: str = "published", dtype: DTypeLike = np.float64,
) -> tuple[Floating, Floating]:  # fmt: skip
    """Cosine and sine of position × scaled frequency, both times the attention factor.

    positions  (...) any shape; integers or finite reals of either sign, in tokens, up to ±2⁵³
    rotary_dim, base, scaling, length, ramp  see inverse_frequencies
    dtype      float16, float32 or float64, to which what was formed in float64 is rounded once
    returns    cos, sin, each (..., rotary_dim/2)

    Raises TypeError, ValueError; also where the factor is beyond the numbers of dtype.
    Source: Peng et al. 2023, §3.4. Claims: rope_scaling.stitched
    """
    dtype = _check.dtype("rope_scaling.table", dtype)
    places = _check.positions("rope_scaling.table", positions)
    frequencies, factor = inverse_frequencies(rotary_dim, base=base, scaling=scaling, length=length, ramp=ramp)
    if factor > np.finfo(dtype).max:
        raise ValueError(f"rope_scaling.table: attention_factor is {factor:g}, needs a number within {dtype}")
    angles = places[..., np.newaxis] * frequencies
    cos, sin = factor * np.cos(angles), factor * np.sin(angles)
    return cos.astype(dtype, copy=False), sin.astype(dtype, copy=False)


def rotate(
    x: ArrayLike, positions: ArrayLike, *, base: float = 10_000.0, rotary_dim: int | None = None, scaling: Scaling,
    length: int, pairing: str = "interleaved", ramp: str = "published",
) -> Floating:  # fmt: skip
    """Turn the pairs of the first rotary_dim channels by position × scaled frequency, and multiply them by the factor.

    x, positions, pairing  see rope.rotate
    base, scaling, length, ramp  see inverse_frequencies; the same for all tokens whose scores are formed
    rotary_dim  even, ≤ head_dim, which it is by default; proportional says the share itself and needs all of the head
    returns     the shape and dtype of x, a new array; channels from rotary_dim on are copied, without the factor

    Raises TypeError, ValueError; also where an output is beyond the numbers of x's dtype. Source: see table.
    Claims: rope_scaling.relative, rope_scaling.logits, rope_scaling.rerope
    """
    who = "rope_scaling.rotate"
    x = _check.reals(who, "x", x, ndim=2)
    turned = rope._rotary_dim(who, rotary_dim, x.shape[-1])
    if turned < x.shape[-1] and isinstance(scaling, Mapping) and scaling.get("rope_type") == "proportional":
        raise ValueError(f"{who}: rotary_dim is {turned}, needs all {x.shape[-1]} channels: the scaling says the share")
    places = rope._aligned(who, _check.positions(who, positions), x.shape)
    work = np.result_type(x.dtype, np.float32)  # float16 is computed in float32 and rounded once
    cos, sin = table(places, turned, base=base, scaling=scaling, length=length, ramp=ramp, dtype=work)
    with np.errstate(over="ignore"):
        out = rope.apply(x, cos, sin, pairing=_check.one_of(who, "pairing", pairing, rope.PAIRINGS))
    _check.finite(who, "the output", out)
    return out


def attention_factor(scaling: Scaling) -> float:
    """The factor of both waves: 1 except for yarn and longrope.

    scaling   see inverse_frequencies; its attention_factor, > 0, is the factor whatever else it holds. Otherwise
              yarn: 0.1·ln factor + 1; with mscale and mscale_all_dim, > 0, that with 0.1·mscale over that with
              0.1·mscale_all_dim. longrope: √(1 + ln factor/ln original_max_position_embeddings), for both lists
    returns   a number > 0; 1 for factor 1

    Raises TypeError, ValueError.
    Source: Peng et al. 2023, eq. (22); Ding et al. 2024; transformers. Claims: rope_scaling.attention
    """
    given = _scaling.checked("rope_scaling.attention_factor", scaling)
    kind, factor = given["rope_type"], given.get("factor", 1.0)
    if given.get("attention_factor") is not None:
        return float(given["attention_factor"])
    if kind not in ("yarn", "longrope") or factor == 1:
        return 1.0
    if kind == "longrope":
        return float(np.sqrt(1 + np.log(factor) / np.log(given[_scaling.EXTENT])))
    above, below = (1.0, 0.0) if given["mscale"] is None else (given["mscale"], given["mscale_all_dim"])
    return float((0.1 * above * np.log(factor) + 1) / (0.1 * below * np.log(factor) + 1))


def linear(frequencies: ArrayLike, **scaling: Any) -> Reals:
    """θ/factor: position interpolation.

    frequencies  (pairs,) floating: those of rope, falling from 1
    scaling      factor, finite, ≥ 1
    returns      (pairs,) float64
    Raises TypeError, ValueError. Source: Chen et al. 2023, eq. (4). Claims: rope_scaling.positions
    """
    theta, given = _asked("linear", frequencies, scaling)
    return np.asarray(theta / given["factor"])


def ntk(frequencies: ArrayLike, **scaling: Any) -> Reals:
    """θ_i·factor^(−2i/(r − 2)), as the base times factor^(r/(r − 2)) gives it, for r channels.

    frequencies, scaling  see linear; at least two pairs
    Raises TypeError, ValueError. Source: Peng et al. 2023, Definition 1. Claims: rope_scaling.ntk_ends
    """
    theta, given = _asked("ntk", frequencies, scaling)
    if len(theta) < 2:
        raise ValueError("rope_scaling.ntk: rotary_dim is 2, needs at least 4: the exponent divides by rotary_dim − 2")
    return np.asarray(theta * given["factor"] ** -(np.arange(len(theta)) / (len(theta) - 1)))


def dynamic(frequencies: ArrayLike, length: int, **scaling: Any) -> Reals:
    """ntk with factor·length/original − (factor − 1) for the factor, beyond the original length.

    frequencies  see ntk
    length       ≥ 1: of the current sequence, in tokens
    scaling      factor; original_max_position_embeddings, ≥ 1, in tokens: up to there nothing is scaled
    Raises TypeError, ValueError. Source: emozilla 2023; transformers. Claims: rope_scaling.dynamic_ntk
    """
    theta, given = _asked("dynamic", frequencies, scaling)
    share = _check.integer("rope_scaling.dynamic", "length", length, least=1) / given[_scaling.EXTENT]
    return ntk(theta, factor=given["factor"] * share - (given["factor"] - 1) if share > 1 else 1.0)


def by_parts(frequencies: ArrayLike, **scaling: Any) -> Reals:
    """θ where a pair turns beta_fast times in the original context, θ/factor where beta_slow times, a blend between.

    frequencies  see linear
    scaling      factor; original_max_position_embeddings; beta_fast, 32 by default, and beta_slow, 1 by default, in
                 turns, 0 < beta_slow < beta_fast. The share of θ is linear in the turns
    Raises TypeError, ValueError. Source: Peng et al. 2023, eq. (17) to (20). Claims: rope_scaling.parts
    """
    theta, given = _asked("by-parts", frequencies, scaling)
    return _by_turns(theta, given, given["beta_slow"], given["beta_fast"])


def yarn(frequencies: ArrayLike, *, base: float = 10_000.0, ramp: str = "published", **scaling: Any) -> Reals:
    """by_parts with the ramp of the published code, which is linear in the pair; or by_parts itself.

    frequencies  see linear
    base         finite, > 1: that of frequencies
    ramp         see inverse_frequencies
    scaling      as for by_parts; truncate, True by default: whether the ends of the published ramp are rounded outwards
                 to whole pairs; and what attention_factor reads
    Raises TypeError, ValueError; also where the published ramp turns round: if the original length is at most
    2π·beta_slow, or so long that even pair r − 1, if there were one, would turn more than beta_fast times.
    Source: Peng et al. 2023, §3.4, and their code. Claims: rope_scaling.ramps, rope_scaling.untied, rope_scaling.short
    """
    theta, given = _asked("yarn", frequencies, scaling)
    if _scaling.ramp("rope_scaling.yarn", ramp, scaling) == "paper":
        return _by_turns(theta, given, given["beta_slow"], given["beta_fast"])
    _scaling.ramp_stands("rope_scaling.yarn", given, 2 * len(theta), _check.base("rope_scaling.yarn", base))
    return _by_pair(theta, given, base)


def llama3(frequencies: ArrayLike, **scaling: Any) -> Reals:
    """by_parts with low_freq_factor and high_freq_factor for beta_slow and beta_fast; a step where they are equal.

    frequencies  see linear
    scaling      factor; original_max_position_embeddings; 0 < low_freq_factor ≤ high_freq_factor, in turns
    Raises TypeError, ValueError. Source: Meta 2024, llama-models. Claims: rope_scaling.bands
    """
    theta, given = _asked("llama3", frequencies, scaling)
    return _by_turns(theta, given, given["low_freq_factor"], given["high_freq_factor"])


def longrope(frequencies: ArrayLike, length: int, **scaling: Any) -> Reals:
    """θ_i divided by the short list's factor up to the original length, by the long list's beyond it.

    frequencies  see linear
    length       ≥ 1: of the current sequence, in tokens
    scaling      short_factor and long_factor, each (pairs,) numbers > 0; original_max_position_embeddings, ≥ 2, in
                 tokens: a sequence of just this length reads the short list; and what attention_factor reads
    Raises TypeError, ValueError. Source: Ding et al. 2024; Phi-3. Claims: rope_scaling.switch
    """
    theta, given = _asked("longrope", frequencies, scaling)
    _scaling.one_per_pair("rope_scaling.longrope", given, len(theta))
    beyond = _check.integer("rope_scaling.longrope", "length", length, least=1) > given[_scaling.EXTENT]
    return np.asarray(theta / np.array(given["long_factor" if beyond else "short_factor"]))


def proportional(frequencies: ArrayLike, **scaling: Any) -> Reals:
    """θ/factor for a share of the pairs, the fastest; 0 for the rest, which carry no position.

    frequencies  see linear
    scaling      partial_rotary_factor, from 0 to 1, 1 by default: the share; the pairs are cut to an integer. factor,
                 1 by default
    Raises TypeError, ValueError. Source: Barbero et al. 2025; transformers.
    Claims: rope_scaling.share, rope_scaling.partial
    """
    theta, given = _asked("proportional", frequencies, scaling)
    turned = int(given["partial_rotary_factor"] * (2 * len(theta)) // 2)
    return np.where(np.arange(len(theta)) < turned, theta / given["factor"], 0.0)


def _asked(kind: str, frequencies: ArrayLike, scaling: Scaling) -> tuple[Reals, dict[str, Any]]:
    """Frequencies in float64, and the checked keys of a type."""
    who = f"rope_scaling.{kind.replace('-', '_')}"
    theta = _check.reals(who, "frequencies", frequencies, ndim=1)
    return theta.astype(np.float64), _scaling.checked(who, {"rope_type": kind, **scaling})


def _by_turns(theta: Reals, given: Scaling, slow: float, fast: float) -> Reals:
    """θ and θ/factor blended, the share of θ being linear in the turns within the original context."""
    turns = given[_scaling.EXTENT] * theta / (2 * np.pi)
    kept = np.clip((turns - slow) / (fast - slow), 0, 1) if slow < fast else np.where(turns < slow, 0.0, 1.0)
    return np.asarray(theta / given["factor"] * (1 - kept) + theta * kept)


def _by_pair(theta: Reals, given: Scaling, base: float) -> Reals:
    """The same, the share being linear in the pair, between those that would turn beta_fast and beta_slow times."""
    pairs, turns = len(theta), np.array([given["beta_fast"], given["beta_slow"]])
    low, high = pairs * np.log(given[_scaling.EXTENT] / (2 * np.pi * turns)) / np.log(base)
    if given["truncate"]:
        low, high = np.floor(low), np.ceil(high)
    low, high = max(low, 0), min(high, 2 * pairs - 1)
    lost = np.clip((np.arange(pairs) - low) / (high - low or 0.001), 0, 1)
    return np.asarray(theta / given["factor"] * lost + theta * (1 - lost))


_MAPS: dict[str, Callable[..., Reals]] = {
    "default": lambda frequencies: frequencies, "linear": linear, "ntk": ntk, "dynamic": dynamic, "by-parts": by_parts,
    "yarn": yarn, "llama3": llama3, "longrope": longrope, "proportional": proportional,
}  # fmt: skip
