"""Scalings of rotary frequencies, exactly: θ_i and one factor A of both waves, by rope_type.

Chen et al. 2023 (linear), bloc97, emozilla 2023 (ntk, dynamic), Peng et al. 2023 (by-parts, yarn), Meta 2024 (llama3),
Ding et al. 2024 (longrope), Barbero et al. 2025 (proportional). s is the factor, L the original context, l the length
of the sequence. A wavelength is λ = 2π/θ, and ρ = L/λ how often a pair turns within the original context.

Cases are decided by enclosures. None is a tie: with rational parameters ρ is an algebraic number over π, and the real
pair of a number of turns no integer, since π is transcendental.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import sympy as sp

from posenc.definitions import Below, Expr, Fixed, Operation, Params, Rounded, standing
from posenc.definitions.rope import CONVENTIONS as ROPES
from posenc.definitions.rope import PLACES, Rope

Given = Mapping[str, Any]
Ramp = Callable[[Any, int, int, Expr, Given], Expr]
EXTENT = "original_max_position_embeddings"
ROPE, ONE, TENTH = ROPES["rope/interleaved"], sp.Integer(1), sp.Rational(1, 10)


def clip(x: Expr) -> Expr:
    """x, but at least 0 and at most 1; not by sp.Max, of which SymPy wants to know more than it can find out."""
    return Below(x, 0, 0, Below(1, x, 1, x))


def paper_ramp(which: Scaling, i: int, r: int, base: Expr, given: Given) -> Expr:
    """What is kept of pair i, linear in its turns. YaRN, eq. (18)."""
    turns = which.extent(given) / which.wavelength(which.frequency(i, r, base))
    slow, fast = which.betas(given)
    return clip((turns - slow) / (fast - slow))


def published_ramp(which: Scaling, i: int, r: int, base: Expr, given: Given) -> Expr:
    """What is kept of pair i, linear in i: YaRN's code."""
    slow, fast = which.betas(given)
    low, high = (which.index(turns, r, base, which.extent(given)) for turns in (fast, slow))
    truncated = which.truncates(given)
    if truncated:
        low, high = standing(sp.floor, low), standing(sp.ceiling, high)
    low, high = Below(low, 0, 0, low), Below(r - 1, high, r - 1, high)
    width = high - low
    if truncated:  # two ends at the same pair make a step
        width = Below(high, low, width, Below(width, TENTH**3, TENTH**3, width))
    return 1 - clip((i - low) / width)


@lru_cache(maxsize=1024)
def ramp_stands(r: int, base: Expr, given: Fixed) -> bool:
    """Whether the low end of the published ramp is below the high end; a claim says what the code does elsewhere."""
    slow, fast = given.get("beta_slow", 1), given.get("beta_fast", 32)
    most = r if given.get("truncate", True) else r - 1
    turned = given[EXTENT] / (2 * sp.pi)
    return bool(turned > slow) and bool((turned / fast) ** r < base ** (2 * most))


def bands(which: Scaling, theta: Expr, given: Given) -> Expr:
    """llama3, as Meta wrote it, by wavelengths; a step where both thresholds are the same."""
    low, high = which.thresholds(given)
    wavelength, extent = which.wavelength(theta), which.extent(given)
    shrunk = which.shrink(theta, given["factor"])
    if low == high:
        return Below(extent / low, wavelength, shrunk, theta)
    kept = which.smooth((extent / wavelength - low) / (high - low))
    between = (1 - kept) * shrunk + kept * theta
    return Below(wavelength, extent / high, theta, Below(extent / low, wavelength, shrunk, between))


def transformers_attention(given: Given) -> Expr:
    """A: what is said, or what the type has; 1 for those that have none, and where nothing is scaled."""
    kind, said, s = given["rope_type"], given.get("attention_factor"), sp.sympify(given.get("factor", 1))
    if said is not None:
        return sp.sympify(said)
    if kind not in ("yarn", "longrope") or s == 1:
        return ONE
    if kind == "longrope":
        return sp.sqrt(1 + sp.log(s) / sp.log(given[EXTENT]))
    if given.get("mscale") is None:
        return TENTH * sp.log(s) + 1
    return (TENTH * given["mscale"] * sp.log(s) + 1) / (TENTH * given["mscale_all_dim"] * sp.log(s) + 1)


@dataclass(frozen=True)
class Scaling:
    """Replace a function to get another convention, or a mistake.

    rope       how a pair is turned, and the frequencies that are scaled
    shrink     (θ, s) → θ interpolated
    stretched  (base, s, r) → NTK's base
    bracket    (s, l, L) → dynamic's s beyond L
    seen       (scaling, l) → the length that dynamic and longrope look at
    longer     (l, L) → whether the long list is read; dynamic has begun
    picked     (θ, one of the factors) → longrope's frequency
    extent     scaling → L
    betas      scaling → (slow, fast), in turns
    ramp       (definition, i, r, base, scaling) → what YaRN keeps of pair i
    index      (turns, r, base, L) → the real i of the pair that makes so many turns
    truncates  scaling → whether the ends of the ramp are rounded outwards
    blend      (θ, s, kept) → the frequency between θ/s and θ
    wavelength θ → λ in tokens
    thresholds scaling → (low, high) of llama3, in turns
    smooth     the share that llama3 keeps → the share
    shared     (i, share p, r) → proportional's 0 or 1 for pair i
    spread     (base, i, r, p) → proportional's frequency before that
    attention  scaling → A
    waves      (A, scaling, l) → what cos and sin are multiplied by
    rest       A → what the channels that are not turned are multiplied by
    held       frequency → the number kept for it
    """

    rope: Rope = ROPE
    shrink: Callable[[Expr, Expr], Expr] = lambda theta, s: theta / s
    stretched: Callable[[Expr, Expr, int], Expr] = lambda base, s, r: base * s ** (sp.sympify(r) / (r - 2))
    bracket: Callable[[Expr, Expr, Expr], Expr] = lambda s, length, extent: s * length / extent - (s - 1)
    seen: Callable[[Given, int], Expr] = lambda given, length: sp.Integer(length)
    longer: Callable[[Expr, Expr], bool] = lambda length, extent: bool(length > extent)
    picked: Callable[[Expr, Expr], Expr] = lambda theta, factor: theta / factor
    extent: Callable[[Given], Expr] = lambda given: sp.sympify(given[EXTENT])
    betas: Callable[[Given], tuple[Any, Any]] = lambda given: (given.get("beta_slow", 1), given.get("beta_fast", 32))
    ramp: Ramp = published_ramp
    index: Callable[[Expr, int, Expr, Expr], Expr] = lambda turns, r, base, extent: (
        r * sp.log(extent / (2 * sp.pi * turns)) / (2 * sp.log(base))
    )
    truncates: Callable[[Given], bool] = lambda given: given.get("truncate", True)
    blend: Callable[[Expr, Expr, Expr], Expr] = lambda theta, s, kept: theta * (1 - kept) / s + theta * kept
    wavelength: Callable[[Expr], Expr] = lambda theta: 2 * sp.pi / theta
    thresholds: Callable[[Given], tuple[Any, Any]] = lambda given: (given["low_freq_factor"], given["high_freq_factor"])
    smooth: Callable[[Expr], Expr] = lambda share: share
    shared: Callable[[int, Expr, int], Expr] = lambda i, p, r: Below(Rounded(p * r, "float64"), 2 * (i + 1), 0, 1)
    spread: Callable[[Expr, int, int, Expr], Expr] = lambda base, i, r, p: ROPE.frequency(sp.Integer(i), r, r, base)
    attention: Callable[[Given], Expr] = transformers_attention
    waves: Callable[[Expr, Given, int], tuple[Expr, Expr]] = lambda a, given, length: (a, a)
    rest: Callable[[Expr], Expr] = lambda a: ONE
    held: Callable[[Expr], Expr] = lambda theta: theta

    def frequency(self, i: int, r: int, base: Expr) -> Expr:
        """The θ_i that is scaled."""
        return self.rope.frequency(sp.sympify(i), r, r, base)

    def scaled(self, i: int, r: int, base: Expr, given: Given, length: int) -> Expr:
        """The scaled frequency of pair i of r/2."""
        return self.held(_SCALED[given["rope_type"]](self, i, r, sp.sympify(base), given, self.seen(given, length)))

    def rotate(self, x: Sequence[Expr], position: Expr, params: Params) -> list[Expr]:
        """Every pair of the first r channels turned, times A; the rest left alone."""
        given, length, r = params["scaling"], params["length"], params["rotary_dim"]
        out = [self.rest(self.attention(given)) * one for one in x]
        for i in range(r // 2):
            block = self.block(i, position, r, params["base"], given, length)
            channels = [PLACES[params["pairing"]](i, side, r) for side in (0, 1)]
            for row, channel in enumerate(channels):
                out[channel] = block[row, 0] * x[channels[0]] + block[row, 1] * x[channels[1]]
        return out

    def block(self, i: int, position: Expr, r: int, base: Expr, given: Given, length: int) -> sp.Matrix:
        """The 2×2 rotation of pair i, with A."""
        turn = self.rope.turn(self.rope.angle(position, self.scaled(i, r, base, given, length)))
        cos, sin = self.waves(self.attention(given), given, length)
        return sp.Matrix([[cos * turn[0, 0], sin * turn[0, 1]], [sin * turn[1, 0], cos * turn[1, 1]]])


def _ntk(which: Scaling, i: int, r: int, base: Expr, given: Given, length: Expr) -> Expr:
    return which.frequency(i, r, which.stretched(base, sp.sympify(given["factor"]), r))


def _dynamic(which: Scaling, i: int, r: int, base: Expr, given: Given, length: Expr) -> Expr:
    extent = which.extent(given)
    if not which.longer(length, extent):
        return which.frequency(i, r, base)
    return which.frequency(i, r, which.stretched(base, which.bracket(given["factor"], length, extent), r))


def _blended(ramp: Ramp | None, which: Scaling, i: int, r: int, base: Expr, given: Given, length: Expr) -> Expr:
    kept = (ramp or which.ramp)(which, i, r, base, given)
    return which.blend(which.frequency(i, r, base), given["factor"], kept)


def _longrope(which: Scaling, i: int, r: int, base: Expr, given: Given, length: Expr) -> Expr:
    factors = given["long_factor" if which.longer(length, which.extent(given)) else "short_factor"]
    return which.picked(which.frequency(i, r, base), sp.sympify(factors[i]))


def _proportional(which: Scaling, i: int, r: int, base: Expr, given: Given, length: Expr) -> Expr:
    p = sp.sympify(given.get("partial_rotary_factor", 1))
    return which.shrink(which.shared(i, p, r) * which.spread(base, i, r, p), given.get("factor", 1))


_SCALED: dict[str, Callable[[Scaling, int, int, Expr, Given, Expr], Expr]] = {
    "default": lambda which, i, r, base, given, length: which.frequency(i, r, base),
    "linear": lambda which, i, r, base, given, length: which.shrink(which.frequency(i, r, base), given["factor"]),
    "ntk": _ntk,
    "dynamic": _dynamic,
    "by-parts": partial(_blended, paper_ramp),
    "yarn": partial(_blended, None),
    "llama3": lambda which, i, r, base, given, length: bands(which, which.frequency(i, r, base), given),
    "longrope": _longrope,
    "proportional": _proportional,
}

CONVENTIONS = {
    "rope_scaling/published": Scaling(),
    "rope_scaling/paper": replace(Scaling(), ramp=paper_ramp),
}


def _inverse_frequencies(which: Scaling, params: Params) -> dict[str, Any]:
    r, base, given, length = _read(which, params)
    found = [which.scaled(i, r, base, given, length) for i in range(r // 2)]
    return {"inverse_frequencies": found, "attention_factor": which.waves(which.attention(given), given, length)[0]}


def _table(which: Scaling, params: Params, positions: Expr) -> dict[str, list[Expr]]:
    r, base, given, length = _read(which, params)
    blocks = [which.block(i, positions, r, base, given, length) for i in range(r // 2)]
    return {"cos": [block[0, 0] for block in blocks], "sin": [block[1, 0] for block in blocks]}


def _rotate(which: Scaling, params: Params, x: Sequence[Expr], positions: Expr) -> dict[str, list[Expr]]:
    r = len(x) if params["rotary_dim"] is None else params["rotary_dim"]
    given = _read(which, {**params, "rotary_dim": r})[2]
    return {"y": which.rotate(x, positions, {**params, "rotary_dim": r, "scaling": given})}


def _read(which: Scaling, params: Params) -> tuple[int, Expr, Given, int]:
    """The parameters of the frequencies. Raises ValueError where the published ramp would turn round."""
    r, base, length = params["rotary_dim"], sp.sympify(params["base"]), params["length"]
    given = {key: value for key, value in params["scaling"].items() if value is not None}
    if given["rope_type"] == "yarn" and which.ramp is not paper_ramp and not ramp_stands(r, base, Fixed(given)):
        raise ValueError("rope_scaling: the published ramp turns round, needs another original length, base or beta")
    return r, base, given, length


def covered(params: Params, shapes: Mapping[str, tuple[int, ...]]) -> str | None:
    """`domain`: a list holds a number for each pair, NTK's exponent has a denominator, proportional has the head."""
    given, head = params["scaling"], shapes["x"][-1] if "x" in shapes else params["rotary_dim"]
    r = head if params["rotary_dim"] is None else params["rotary_dim"]
    if given["rope_type"] in ("ntk", "dynamic") and r == 2:
        return "rotary_dim is 2, needs at least 4, since the exponent is rotary_dim/(rotary_dim − 2)"
    if given["rope_type"] == "longrope" and {len(given[f"{n}_factor"]) for n in ("short", "long")} != {r // 2}:
        return f"short_factor and long_factor need a number for each of {r // 2} pairs"
    if given["rope_type"] == "proportional" and r != head:
        return f"rotary_dim is {r}, needs the {head} channels of the head: its scaling says their share"
    return None


OPERATIONS = {
    "inverse_frequencies": Operation(_inverse_frequencies, domain=covered),
    "table": Operation(_table, {"positions": 0}, domain=covered),
    "rotate": Operation(_rotate, {"x": 1, "positions": 0}, domain=covered),
}
