"""Attention with linear biases: every logit is lowered by slope × distance, with a slope for each head.

Source: Press, Smith, Lewis 2022, *Train Short, Test Long*, §3. Chapter: spec/alibi/README.md.
Steps, as in every family: slopes → bias → apply (here: add it to the logits, after their scaling).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from posenc import _check
from posenc._check import Floating, Reals

RULES = ("press", "geometric")
USES = ("causal", "symmetric")
FORMS = ("centred", "key-only", "last-key")
PADDED = ("key-only", "falcon")
METRICS: dict[str, Callable[[Reals, Reals], Reals]] = {
    "manhattan": lambda down, across: np.abs(down) + np.abs(across),
    "euclidean": np.hypot,
}


def slopes(num_heads: int, *, rule: str = "press", max_bias: float = 8.0, dtype: DTypeLike = np.float64) -> Floating:
    """The slope of every head: 2 to the power of minus its exponent.

    num_heads  ≥ 1
    rule       "press": the authors' code. With p the greatest power of two ≤ num_heads, exponents max_bias·h/p for
               h = 1 ... p, then every other one of the list for 2p heads. "geometric": the paper's text read for any
               number of heads, exponents max_bias·h/num_heads. Both agree when num_heads is a power of two.
    max_bias   finite, > 0: the greatest exponent of the first p heads (8 in the paper; MPT's alibi_bias_max)
    dtype      float16, float32 or float64: formed in float64, rounded once
    returns    (num_heads,) positive, logits per token

    Raises TypeError, ValueError. Source: Press et al. 2022, §3, and the authors' code.
    Claims: alibi.anchor, alibi.geometric, alibi.geometric_powers, alibi.distinct, alibi.strided,
    alibi.max_bias, alibi.set_beforehand
    """
    who = "alibi.slopes"
    heads = _check.integer(who, "num_heads", num_heads, least=1)
    top = _check.real(who, "max_bias", max_bias, above=0.0)
    whole = heads if _check.one_of(who, "rule", rule, RULES) == "geometric" else 1 << (heads.bit_length() - 1)
    exponents = np.concatenate([np.arange(1, whole + 1) / whole, np.arange(1, 2 * (heads - whole), 2) / (2 * whole)])
    found: Floating = (2.0 ** -(top * exponents)).astype(_check.dtype(who, dtype), copy=False)
    return found


def bias(
    num_heads: int,
    n_q: int,
    n_k: int,
    *,
    use: str = "causal",
    rule: str = "press",
    max_bias: float = 8.0,
    form: str = "centred",
    dtype: DTypeLike = np.float64,
) -> Floating:
    """What is added to the logits of every head; the queries are the last n_q of the n_k positions.

    num_heads, n_q, n_k  ≥ 1; n_q ≤ n_k in causal use (one query with a cache: n_q = 1)
    use       "causal": −slope·(i − j) for keys j ≤ i and −inf for later keys; "symmetric": −slope·|i − j|
    rule, max_bias       see slopes
    form      "centred", or one of the rows that a causal softmax cannot tell from it: "key-only": slope·j;
              "last-key": slope·(j − (n_k − 1)). Only in causal use: elsewhere they are another function.
    dtype     float16, float32 or float64: formed in float64, rounded once; overflow is refused
    returns   (num_heads, n_q, n_k), logits

    Raises TypeError, ValueError. Source: Press et al. 2022, §3.
    Claims: alibi.decreasing, alibi.shift_equivalent, alibi.shift_symmetric, alibi.null_key, alibi.soft_capped,
    alibi.without_softmax, alibi.cached_rows, alibi.bias_alone, alibi.same_constant, alibi.after_softmax,
    alibi.reweighs, alibi.mass, alibi.sparse
    """
    who = "alibi.bias"
    dtype = _check.dtype(who, dtype)
    use, form = _check.one_of(who, "use", use, USES), _check.one_of(who, "form", form, FORMS)
    if use == "symmetric" and form != "centred":
        raise ValueError(
            f'{who}: form is {form!r}, needs "centred" in symmetric use: the row shift holds only causally'
        )
    back = distances(n_q, n_k)  # i − j
    if use == "causal" and n_q > n_k:
        raise ValueError(f"{who}: n_q is {n_q} and n_k is {n_k}, needs n_q ≤ n_k in causal use")
    keys = np.broadcast_to(np.arange(n_k), back.shape)
    penalty = {"centred": np.abs(back), "key-only": -keys, "last-key": n_k - 1 - keys}[form]
    out = -slopes(num_heads, rule=rule, max_bias=max_bias)[:, np.newaxis, np.newaxis] * penalty
    forbidden = np.broadcast_to((back < 0) & (use == "causal"), out.shape)
    largest = np.abs(out).max(where=~forbidden, initial=0.0)
    if largest > np.finfo(dtype).max:
        raise ValueError(f"{who}: the bias reaches {largest:g}, needs a dtype wider than {dtype}")
    found: Floating = np.where(forbidden, -np.inf, out + 0.0).astype(dtype)  # + 0.0: no negative zeros
    return found


def distances(n_q: int, n_k: int) -> NDArray[np.int64]:
    """i − j, query position minus key position, when the queries are the last n_q of the n_k positions.

    n_q, n_k  ≥ 1
    returns   (n_q, n_k) int64, tokens, positive towards the past

    Raises TypeError, ValueError. Claims: alibi.relative
    """
    queries = _check.integer("alibi.distances", "n_q", n_q, least=1)
    keys = _check.integer("alibi.distances", "n_k", n_k, least=1)
    return np.arange(keys - queries, keys)[:, np.newaxis] - np.arange(keys)


def padded(mask: ArrayLike, num_heads: int, head_dim: int, *, form: str = "key-only") -> Reals:
    """What is added to the logits of every query over padded sequences: keys are counted without the pads.

    mask       (..., n_k) bool, True for a real token, False for a pad
    num_heads  ≥ 1: slopes of rule "press", max_bias 8
    head_dim   ≥ 1: channels of a head; form "key-only" does not use it
    form       "key-only" (BLOOM): slope·position, the position of a real token being the number of real tokens before
               it, that of a pad 0. "falcon" (Falcon's models were trained with it): slope, position and product rounded
               to bfloat16, then divided by √head_dim.
    returns    (..., num_heads, n_k) float64, logits; pads must be masked besides

    Raises TypeError, ValueError. Source: BLOOM's and Falcon's code.
    Claims: alibi.left_padding, alibi.holes, alibi.falcon_slope, alibi.falcon_merged
    """
    who = "alibi.padded"
    real, form = np.asarray(mask), _check.one_of(who, "form", form, PADDED)
    if real.dtype != np.bool_ or not real.ndim:
        raise TypeError(f"{who}: mask has dtype {real.dtype} and shape {real.shape}, needs bool (..., n_k)")
    width = _check.integer(who, "head_dim", head_dim, least=1)
    rates = slopes(num_heads)[:, np.newaxis]
    places = ((real.cumsum(axis=-1) - 1) * real)[..., np.newaxis, :]
    if form == "falcon":
        return np.asarray(_short(_short(rates) * _short(places)) / np.sqrt(width), dtype=np.float64)
    return np.asarray(rates * places, dtype=np.float64)


def grid(num_heads: int, height: int, width: int, *, metric: str = "manhattan") -> Reals:
    """The symmetric bias of two tokens of an image, numbered row by row: −slope times the distance of their cells.

    num_heads  ≥ 1: slopes of rule "press", max_bias 8
    height, width  ≥ 1: tokens
    metric     "manhattan": |rows apart| + |columns apart|; "euclidean": the root of the sum of their squares
    returns    (num_heads, n, n) float64, n = height·width, logits

    Raises TypeError, ValueError. Source: data2vec 2.0 (Baevski et al. 2022), code.
    Claims: alibi.grid_metric
    """
    who = "alibi.grid"
    rows, columns = _check.integer(who, "height", height, least=1), _check.integer(who, "width", width, least=1)
    apart = METRICS[_check.one_of(who, "metric", metric, METRICS)]
    cells = np.stack(np.divmod(np.arange(rows * columns), columns))
    between = cells[:, :, np.newaxis] - cells[:, np.newaxis]
    found: Reals = -slopes(num_heads)[:, np.newaxis, np.newaxis] * apart(*between) + 0.0
    return found


def _short(values: ArrayLike) -> Reals:
    """Rounded to bfloat16: 8 binary digits, ties to even."""
    digits, exponent = np.frexp(np.asarray(values, dtype=np.float64))
    return np.asarray(np.ldexp(np.rint(digits * 256) / 256, exponent))
