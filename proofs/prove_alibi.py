"""Attention with linear biases: what is true of it. Statements and sources: spec/alibi/claims.toml.

Slopes are treated in general: p stands for any power of two, n for any number of heads from p to 2p − 1. A definition
handed in stands for the paper's, with what Falcon makes of a padded sequence.
`posenc audit alibi` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import sympy as sp

from posenc.definitions import places
from posenc.definitions.alibi import CONVENTIONS, Alibi, power_below, strided_exponent
from posenc.definitions.attention import Attention, softmax
from posenc.definitions.wrong import gallery
from posenc.proving import require_all, require_digits, require_equal, require_less, require_positive, require_zero
from posenc.proving.enclose import enclosure

PRESS, FALCON = CONVENTIONS["alibi/press"], CONVENTIONS["alibi/falcon"]
PAPER = replace(PRESS, product=FALCON.product, shared=FALCON.shared)
WRONG = gallery("alibi")

i, j, t = sp.symbols("i j t", integer=True)
h, k, p, u = sp.symbols("h k p u", integer=True, nonnegative=True)
top, slope = sp.symbols("top m", positive=True)
EIGHT, HALF, KEYS = sp.Integer(8), sp.Rational(1, 2), 4


def _causal(which: Alibi, query: sp.Expr, key: sp.Expr, name: str | None = None) -> sp.Expr:
    """The causal bias, without its −∞, of a definition or of one of its named rows."""
    return -slope * (CONVENTIONS[name] if name else which).penalty(query, key, KEYS, KEYS)


def prove_anchor(which: Alibi = PAPER) -> None:
    eight, rest = list(range(1, 9)), [sp.Rational(odd, 2) for odd in (1, 3, 5, 7)]
    for n, exponents in {1: [8], 2: [4, 8], 3: [4, 8, 2], 8: eight, 12: eight + rest}.items():
        require_equal([which.exponent(a + 1, n, EIGHT) for a in range(n)], exponents, f"exponents for {n} heads")
    require_equal(which.slope(1, 8, EIGHT), HALF, "the first of 8 heads has slope 1/2")
    values = [which.bias(slope, 3, other, 2, KEYS, use="causal") for other in range(KEYS)]
    require_equal(values, [-3 * slope, -2 * slope, -slope, 0], "row 3: −3m, −2m, −m, 0")
    require_equal(which.bias(slope, 0, 1, 2, KEYS, use="causal"), -sp.oo, "a key after the query is forbidden")


def prove_relative(which: Alibi = PAPER) -> None:
    require_zero(_causal(which, i + t, j + t) - _causal(which, i, j), "causal: unchanged when both positions move")
    moved = which.symmetric(i + t, j + t) - which.symmetric(i, j)
    require_zero(sp.simplify(moved), "symmetric: unchanged when both positions move")
    require_zero(which.symmetric(i, i + u) - which.symmetric(i, i - u), "symmetric: the same on both sides")


def prove_decreasing(which: Alibi = PAPER) -> None:
    one = which.slope(1, 3, EIGHT)
    require_less(sp.Integer(0), one, "slopes are positive: powers of 2")
    step = sp.expand(which.penalty(i, i - u - 1, KEYS, KEYS) - which.penalty(i, i - u, KEYS, KEYS))
    require_positive(step, [u], "causal: the penalty grows from every distance to the next")
    require_equal(step, 1, "by exactly one slope")
    for side in (1, -1):
        step = sp.expand(which.symmetric(i, i + side * (u + 1)) - which.symmetric(i, i + side * u))
        require_equal(step, 1, "symmetric: the same on both sides")


def prove_shift_equivalent(which: Alibi = PAPER) -> None:
    for name in ("alibi/key-only", "alibi/last-key"):
        difference = sp.expand(_causal(which, i, j) - _causal(which, i, j, name))
        require_equal(difference.has(j), False, f"−m(i − j) and {name} differ by {difference}, the same for every key")
    logits = sp.symbols(f"s:{KEYS}", real=True)
    for query in range(KEYS):
        allowed = range(query + 1)
        rows = (
            softmax([logits[key] + _causal(which, query, key, name) for key in allowed])
            for name in (None, "alibi/key-only", "alibi/last-key")
        )
        centred, *others = (sp.Matrix(row) for row in rows)
        for other in others:
            require_zero(centred - other, f"so row {query} of a causal softmax has the same weights")


def refute_shift_symmetric(which: Alibi = PAPER) -> None:
    centred = softmax([-HALF * which.symmetric(1, key) for key in range(KEYS)])
    shifted = softmax([HALF * key for key in range(KEYS)])
    require_digits((centred[0], shifted[0]), "0.2350 0.1015", "m = 1/2, row 1 of 4, equal contents: key 0")
    require_zero(centred[0] - centred[2], "symmetric use treats the neighbours alike")


def _require_power(which: Alibi) -> None:
    held = ((n, which.whole(n) == power_below(n) and power_below(n) <= n < 2 * power_below(n)) for n in range(1, 4097))
    require_all(held, "the first list is that of p heads, p the power of two with p ≤ n < 2p (n up to 4096)")


def prove_geometric_powers(which: Alibi = PAPER) -> None:
    _require_power(which)
    step = which.first(h + 1, p, top) - which.first(h, p, top)
    require_zero(step - top / p, "n = p: ratio 2^(−max_bias/n) throughout")
    require_zero(which.first(1, p, top) - top / p, "and the first slope is that ratio")
    gaps = top / p - (which.extra(1, p, top) - which.first(p, p, top))
    require_positive(sp.expand(gaps * 2 * p / top).subs(p, u + 2), [u], "n > p ≥ 2: the step after head p is another")


def refute_geometric(which: Alibi = PAPER) -> None:
    a, b, c = (which.exponent(number, 3, EIGHT) for number in (1, 2, 3))
    require_equal((a, b, c), (4, 8, 2), "3 heads: exponents 4, 8, 2")
    require_equal(b - a == c - b, False, "4 up, 6 down: no geometric sequence")


def prove_distinct(which: Alibi = PAPER) -> None:
    unit = 2 * p / top
    require_zero(which.first(h, p, top) * unit - 2 * h, "the first heads have even multiples of max_bias/(2p)")
    require_zero(which.extra(k, p, top) * unit - (2 * k - 1), "the others odd multiples, so no two slopes are equal")
    _require_power(which)


def prove_strided(which: Alibi = PAPER) -> None:
    _require_power(which)
    require_zero(which.first(h, p, top) - top * 2 * h / (2 * p), "even places of the list for N = 2p: the first list")
    require_zero(which.extra(k, p, top) - top * (2 * (p + k) - 2 * p - 1) / (2 * p), "odd places: the others")
    heads = ((a, n, EIGHT) for n in range(1, 65) for a in range(1, n + 1))
    same = ((at, which.exponent(*at) == strided_exponent(*at)) for at in heads)
    require_all(same, "MPT's rule gives the same list in the same order (every head of up to 64)")


def prove_max_bias(which: Alibi = PAPER) -> None:
    require_zero(which.first(p, p, top) - top, "head p has slope 2^(−max_bias)")
    rest = sp.expand((top - which.extra(k, p, top)) * 2 * p / top).subs(p, k + u + 1)
    require_positive(sp.expand(rest), [k, u], "no other head has a smaller one: k < p")
    require_zero(which.first(h, p, 2 * top) - 2 * which.first(h, p, top), "exponents are proportional to max_bias")


def _forms(which: Alibi, content: int = 0) -> tuple[list[sp.Expr], ...]:
    """The logits of row 3, centred and key-only, with slope 1/2 and equal contents."""
    rows = [[_causal(which, 3, key, name) for key in range(KEYS)] for name in (None, "alibi/key-only")]
    return tuple([content + bias.subs(slope, HALF) for bias in row] for row in rows)


def refute_null_key(which: Alibi = PAPER) -> None:
    centred, shifted = (softmax([*row, sp.Integer(0)])[:-1] for row in _forms(which))
    require_digits(centred, "0.0697 0.1150 0.1896 0.3127", "centred, beside a null key of logit 0")
    require_digits(shifted, "0.0921 0.1519 0.2505 0.4131", "key-only, beside the same")
    moved = softmax([*_forms(which)[1], 3 * HALF])[:-1]
    require_zero(sp.Matrix(moved) - sp.Matrix(centred), "the null key moved with the row by 3/2: the same")


def refute_soft_capped(which: Alibi = PAPER) -> None:
    centred, shifted = (softmax([2 * sp.tanh(logit / 2) for logit in row]) for row in _forms(which))
    require_digits(centred, "0.1225 0.1732 0.2675 0.4366", "centred, capped at 2 after the bias")
    require_digits(shifted, "0.1147 0.1872 0.2891 0.4087", "key-only, capped at 2 after the bias")


def refute_without_softmax(which: Alibi = PAPER) -> None:
    centred, shifted = ([1 / (1 + sp.exp(-logit)) for logit in row] for row in _forms(which))
    require_equal((centred[3], shifted[0]), (HALF, HALF), "sigmoid: key 3 has 1/2 centred, key 0 has 1/2 key-only")
    require_digits((centred[0], shifted[3]), "0.1824 0.8175", "sigmoid: the other ends")
    centred, shifted = ([sp.Max(logit, 0) for logit in row] for row in _forms(which, 1))
    require_equal([2 * s for s in (*centred, *shifted)], [0, 0, 1, 2, 2, 3, 4, 5], "ReLU, contents 1: other ratios")
    doubled = [2 * logit for row in _forms(which, 2) for logit in row]
    require_equal(doubled, [1, 2, 3, 4, 4, 5, 6, 7], "no function at all, contents 2: other ratios")


def prove_cached_rows(which: Alibi = PAPER) -> None:
    gap = which.penalty(i, j, k, p) - which.penalty(i, j, p, p)
    require_zero(gap, "the bias of positions i and j does not depend on how many queries there are")
    rows = ((n, places({"n_q": n, "n_k": 6})["i"]) for n in range(1, 7))
    require_all(((n, row == [[at] for at in range(6 - n, 6)]) for n, row in rows), "they stand at the last positions")
    moved = _causal(which, i, j) + slope * CONVENTIONS["alibi/last-key"].penalty(i, j, 1, p + 1)
    require_zero(sp.expand(moved) - slope * (p - i), "last-key: every key more moves the whole row")


def prove_bias_alone(which: Alibi = PAPER) -> None:
    q, keys = (sp.symbols(f"{name}:4", real=True) for name in "qk")
    bias = which.bias(slope, 3, 1, 1, KEYS, use="causal")
    ((logit,),) = Attention().logits([q], [keys], [[bias]], [[1]])
    content = sum(a * b for a, b in zip(q, keys, strict=True)) / 2
    require_zero(logit - content + 2 * slope, "query 3, key 1, d = 4: q·k/√d − 2m, the bias not scaled")


def refute_same_constant(which: Alibi = PAPER) -> None:
    near, far = (which.bias(slope, 3, key, 1, KEYS, use="causal") for key in (2, 1))
    require_equal([near, far], [-slope, -2 * slope], "−m at distance 1, −2m at distance 2")


def refute_after_softmax(which: Alibi = PAPER) -> None:
    weights = softmax(sp.symbols("s:2", real=True))
    total = sum(weights) + sum(_causal(which, 1, key) for key in range(2))
    require_zero(total - (1 - slope), "row 1, the bias added to the weights: they add up to 1 − m")


def prove_reweighs(which: Alibi = PAPER) -> None:
    logits = sp.symbols("s:3", real=True)
    biased = softmax([logits[key] + _causal(which, 2, key) for key in range(3)])
    parts = [weight * sp.exp(-slope * (2 - key)) for key, weight in enumerate(softmax(logits))]
    require_zero(sp.Matrix(biased) - sp.Matrix(parts) / sum(parts), "weight · e^(−m·distance), divided by their sum")
    parted = sp.exp(-slope * i) * sp.exp(slope * j)
    require_zero(sp.exp(_causal(which, i, j)) - parted, "a factor of the query, and one of the key")


def prove_mass(which: Alibi = PAPER) -> None:
    near, x = sp.exp(-slope), sp.Symbol("x", positive=True)
    row = softmax([_causal(which, KEYS - 1, key) for key in range(KEYS)])
    for w in range(1, KEYS + 1):
        share = (1 - near**w) / (1 - near**KEYS)
        require_zero(sum(row[-w:]) - share, f"the last {w} of {KEYS}, x = e^(−m): (1 − x^{w}) / (1 − x^{KEYS})")
    require_equal(sp.expand(x**k * (1 - x) - x**k + x ** (k + 1)), 0, "one more adds x^w: 1 − x^w if there is no end")
    first, last = (which.slope(head, 8, EIGHT) for head in (1, 8))
    require_digits([1 - sp.exp(-128 * last)], "0.3934", "the slowest of 8 heads: distances below 128")
    halves = [sp.log(2) / last / 1000, sp.log(2) / first / 10]
    require_digits(halves, "0.1774 0.1386", "half-lives: 177.4 and 1.386 tokens")


def refute_sparse(which: Alibi = PAPER) -> None:
    bias = _causal(which, t, sp.Integer(0)).subs(slope, which.slope(1, 8, EIGHT))
    near, far = (2**150 * sp.exp(bias.subs(t, distance)) for distance in (207, 208))
    require_less(sp.Integer(0), far, "distance 208, slope 1/2: the weight is above 0")
    require_less(far, sp.Integer(1), "and below 2^(−150), which float32 rounds to 0")
    require_less(sp.Integer(1), near, "at distance 207 it is above, and float32 has a number for it")


def prove_set_beforehand(which: Alibi = PAPER) -> None:
    first, second = (which.slope(head, 12, EIGHT) for head in (1, 2))
    require_equal((first, second), (HALF, HALF**2), "two of 12 heads: a number each, nothing to learn")
    require_equal(_causal(which, i, j).free_symbols, {slope, i, j}, "the bias has no other parameter")


def prove_left_padding(which: Alibi = PAPER) -> None:
    for pads, real in product(range(4), range(1, 5)):
        found = replace(which, product=PRESS.product, shared=PRESS.shared).padded(slope, [0] * pads + [1] * real, EIGHT)
        require_equal(found, [0] * pads + [slope * place for place in range(real)], f"{pads} pads, {real} tokens")


def refute_holes(which: Alibi = PAPER) -> None:
    found = replace(which, product=PRESS.product, shared=PRESS.shared).padded(slope, [1, 0, 1, 1], EIGHT)
    require_equal(found, [0, 0, slope, 2 * slope], "token, pad, token, token: the third column is 1 from the first")


def prove_falcon_slope(which: Alibi = PAPER) -> None:
    require_zero(which.shared(slope * j, sp.Integer(64)) - slope * j / 8, "head_dim 64: m/8")
    require_zero(which.shared(slope * j, sp.Integer(80)) ** 2 - (slope * j) ** 2 / 80, "head_dim 80: m/√80")
    require_equal(which.shared(which.slope(1, 8, EIGHT), EIGHT**2), HALF / 8, "the first of 8 heads: 1/16")


def refute_falcon_merged(which: Alibi = PAPER) -> None:
    first = which.slope(1, 8, EIGHT)
    held = ((at, enclosure(which.product(first, sp.Integer(at)))[0] == sp.Rational(at, 2)) for at in (0, 1, 255, 256))
    require_all(held, "slope 1/2, up to position 256: exact")
    require_equal(enclosure(which.product(first, sp.Integer(257)))[0], 128, "position 257 has the bias of 256")


def prove_grid_metric(which: Alibi = PAPER) -> None:
    euclidean = replace(which, apart=CONVENTIONS["alibi/euclidean"].apart)
    for a, b in product(range(12), repeat=2):
        down, across = abs(a // 4 - b // 4), abs(a % 4 - b % 4)
        both = [one.grid(slope, a, b, 3, 4) / -slope for one in (which, euclidean)]
        require_equal(both, [down + across, sp.sqrt(down**2 + across**2)], f"tokens {a} and {b} of 3 by 4")
        require_equal(which.grid(slope, a, b, 1, 12) / -slope, which.symmetric(a, b), "and of a single row of 12")
    require_positive((u + h) ** 2 - (u**2 + h**2), [u, h], "the sum is never the lesser of the two", strict=False)
