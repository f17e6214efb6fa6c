"""Scalings of rotary frequencies: what is true of them. Statements and sources: spec/rope_scaling/claims.toml.

Free parameters are sums of positive numbers, so that signs of coefficients decide which case of a definition holds.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import sympy as sp

from posenc.definitions import Fixed
from posenc.definitions.rope_scaling import CONVENTIONS, EXTENT, Scaling, paper_ramp, published_ramp, ramp_stands
from posenc.definitions.wrong import gallery
from posenc.proving import (
    leaves,
    require_digits,
    require_equal,
    require_less,
    require_positive,
    require_value,
    require_zero,
    resolved,
    trust,
)

PAPER = CONVENTIONS["rope_scaling/published"]
WRONG = gallery("rope_scaling")

m, n = sp.symbols("m n", real=True)
b, s, u, v, w, y = sp.symbols("b s u v w y", positive=True)
i, r = sp.symbols("i r", integer=True, positive=True)
ZERO, ONE, TEN_THOUSAND, HALF = sp.Integer(0), sp.Integer(1), sp.Integer(10_000), sp.Rational(1, 2)


def scaling(kind: str, extent: Any = None, **keys: Any) -> dict[str, Any]:
    """A scaling by its type and keys."""
    return {"rope_type": kind, **({} if extent is None else {EXTENT: extent}), **keys}


def found(which: Scaling, given: Any, width: int, length: int = 1) -> list[Any]:
    """All scaled frequencies."""
    return [which.scaled(pair, width, TEN_THOUSAND, given, length) for pair in range(width // 2)]


def plain(width: int) -> list[Any]:
    """Those of rope."""
    return [TEN_THOUSAND ** sp.Rational(-2 * pair, width) for pair in range(width // 2)]


LLAMA2 = scaling("yarn", 4096, factor=16)  # rotary_dim 128, base 10000
WORKED = (
    (scaling("ntk", factor=2), 8, 1, "0.0793700525984"),
    (scaling("dynamic", 4, factor=2), 8, 3, "0.000333333333333"),
    (scaling("yarn", 2048, factor=4), 16, 3, "0.025693505988868"),
    (scaling("yarn", 4096, factor=4, truncate=False), 12, 2, "0.045853790"),
    (scaling("yarn", 4096, factor=8, beta_fast=8, beta_slow=2), 12, 3, "0.005625"),
    (scaling("llama3", 2048, factor=8, low_freq_factor=1, high_freq_factor=4), 8, 2, "0.0078401886006"),
)
IDENTITIES = (
    scaling("default"), scaling("linear", factor=1), scaling("ntk", factor=1), scaling("dynamic", 4, factor=1),
    scaling("by-parts", 2048, factor=1), scaling("yarn", 2048, factor=1),
    scaling("llama3", 2048, factor=1, low_freq_factor=1, high_freq_factor=4),
    scaling("longrope", 4, factor=1, short_factor=(1, 1, 1), long_factor=(1, 1, 1)),
)  # fmt: skip


def prove_anchor(which: Scaling = PAPER) -> None:
    for given, width, pair, digits in WORKED:
        require_digits(found(which, given, width, 8)[pair], digits, f"{given['rope_type']}: pair {pair}, r = {width}")
    turned = which.block(0, ONE, 8, TEN_THOUSAND, scaling("default"), 1)[:, 0]
    require_equal(turned, sp.Matrix([sp.cos(1), sp.sin(1)]), "position 1 turns pair 0 by 1, counter-clockwise")
    other = which.scaled(1, 4, sp.Integer(500_000), scaling("default"), 1)
    require_zero(other - 1 / sp.sqrt(500_000), "base 500000, r = 4: pair 1 has its inverse root")


def prove_relative(which: Scaling = PAPER) -> None:
    free = replace(which, attention=lambda given: y, ramp=lambda *of: HALF)
    for pair in (0, 1):
        one, other, between = (free.block(pair, p, 4, b, LLAMA2, 1) for p in (m, n, n - m))
        require_zero(one.T * other - y * between, f"pair {pair}: (A R(m))ᵀ(A R(n)) = A² R(n − m)")


def refute_prefix(which: Scaling = PAPER) -> None:
    lists = scaling("longrope", 4, factor=2, short_factor=(1, 2), long_factor=(1, 4))
    for given in (scaling("dynamic", 4, factor=2), lists):
        before, after = (which.block(1, ONE, 4, TEN_THOUSAND, given, length)[0, 0] for length in (4, 5))
        require_less(before, after, f"{given['rope_type']}: the wave of pair 1 at distance 1 differs in 4 and 5 tokens")


def refute_stitched(which: Scaling = PAPER) -> None:
    given = scaling("longrope", 4, attention_factor=1, short_factor=(1, 1), long_factor=(2, 2))
    short, long = (which.scaled(0, 4, TEN_THOUSAND, given, length) for length in (4, 5))
    require_equal([short, long], [ONE, HALF], "factors 1 and 2: frequencies 1 and 1/2")
    require_equal([3 * short - 2 * short, 5 * long - 4 * short], [ONE, -3 * HALF], "angles from 2 to 3, 4 to 5")


def prove_positions(which: Scaling = PAPER) -> None:
    theta = which.scaled(i, r, b, scaling("linear", factor=s), 1)
    require_zero(which.rope.angle(m, theta) - which.rope.angle(m / s, b ** (-2 * i / r)), "m · θ/s = (m/s) · θ")


def prove_ntk_ends(which: Scaling = PAPER) -> None:
    for width in (4, 6, 8, 128):
        thetas = [which.scaled(pair, width, b, scaling("ntk", factor=s), 1) for pair in (0, width // 2 - 1)]
        last = sp.powsimp(thetas[-1] * s * b ** (ONE - sp.Rational(2, width)))
        require_equal(last, ONE, f"d = {width}: the last frequency is divided by s")
        require_equal(thetas[0], ONE, "and the first is 1 as before")
    grown = sp.expand_log(sp.log(which.stretched(b, s, r)), force=True) - sp.log(b)
    require_zero(sp.cancel(grown * 2 * i / r / sp.log(s)) - 2 * i / (r - 2), "θ'_i = θ_i s^(−2i/(r − 2)), whatever r")


def prove_dynamic_ntk(which: Scaling = PAPER) -> None:
    given = scaling("dynamic", 12, factor=1)
    for length in (13, 24, 96):
        same = found(which, scaling("ntk", factor=sp.Rational(length, 12)), 8)
        require_equal(found(which, given, 8, length), same, f"factor 1, l = {length}, L = 12: ntk with s = l/L")
    for length in (1, 11, 12):
        require_equal(found(which, {**given, "factor": 4}, 8, length), plain(8), f"l = {length} ≤ L: nothing is scaled")
    require_zero(which.bracket(s, u, u) - 1, "the bracket is 1 at l = L, so nothing jumps there")


def prove_parts(which: Scaling = PAPER) -> None:
    given = scaling("by-parts", 1, factor=1 + v, beta_slow=w, beta_fast=w + y)
    zones = (("below", w / (1 + u), 0), ("above", w + y + u, 1), ("between", (w + (w + y) * u) / (1 + u), u / (1 + u)))
    for zone, rho, right in zones:
        share = resolved(paper_ramp(replace(which, wavelength=lambda *of, rho=rho: 1 / rho), 0, 4, b, given))
        require_zero(sp.cancel(share - right), f"{zone} the betas: {right}, linear between, and continuous at both")
    theta, kept = w + y * u, u  # θ in units of 1/L turns, inside the ramp
    slope = sp.cancel(sp.diff(which.blend(theta, 1 + v, kept), u) * (1 + v))
    require_positive(sp.expand(slope - y), [u, v, w, y], "θ' rises with θ inside the ramp as well", strict=False)
    for share, right in ((ZERO, theta / (1 + v)), (ONE, theta)):
        require_zero(sp.cancel(which.blend(theta, 1 + v, share) - right), f"share {share}: {right}")


def prove_bands(which: Scaling = PAPER) -> None:
    given = scaling("llama3", 1, factor=1 + v, low_freq_factor=w, high_freq_factor=w + y)
    zones = ((w / (1 + u), "below low"), (w + y + u, "above high"), ((w + (w + y) * u) / (1 + u), "between"))
    for theta, zone in zones:
        rope = replace(which.rope, frequency=lambda *of, t=theta: t)
        one = replace(which, wavelength=lambda theta: 1 / theta, rope=rope)
        parts = scaling("by-parts", 1, factor=1 + v, beta_slow=w, beta_fast=w + y)
        same = resolved(one.scaled(0, 4, b, given, 1)) - resolved(one.scaled(0, 4, b, parts, 1))
        require_zero(sp.cancel(same), f"{zone}: llama3 is by-parts")
    ends = [sp.limit(resolved(one.scaled(0, 4, b, given, 1)), u, at) for at in (0, sp.oo)]
    require_zero(sp.Matrix([sp.cancel(ends[0] - w / (1 + v)), sp.cancel(ends[1] - w - y)]), "continuous at both ends")


def refute_ramps(which: Scaling = PAPER) -> None:
    kinds = (which, replace(which, ramp=paper_ramp))
    one, other = (found(kind, LLAMA2, 128) for kind in kinds)
    for kind, (pair, right) in product(kinds, ((0, ONE), (10, ONE), (20, ONE), (46, ZERO), (63, ZERO))):
        share = kind.ramp(kind, pair, 128, TEN_THOUSAND, LLAMA2)
        require_value(share, right, f"outside the ramp, pair {pair}: both keep {right}")
    require_digits(one[38] / other[38], "3.0414", "inside, pair 38: the code's frequency over the paper's")
    require_digits(one[21] / other[21], "0.9714", "pair 21")
    for turns, digits in ((32, "20.94448162063"), (1, "45.02688127375")):
        require_digits(which.index(turns, 128, TEN_THOUSAND, 4096), digits, f"the pair of {turns} turns")


def prove_untied(which: Scaling = PAPER) -> None:
    at = which.index(u, r, b, 2 * sp.pi * u * b ** (2 * i / r))
    require_zero(sp.simplify(sp.expand_log(at, force=True)) - i, "the index is i exactly if L = 2π · turns · b^(2i/r)")
    require_zero(which.wavelength(b) * b - 2 * sp.pi, "and ρ = Lθ/(2π)")
    trust("π is transcendental, so it is not L/(2 · turns · b^(2i/r)) with rational L, turns and b")


def refute_short(which: Scaling = PAPER) -> None:
    few, many = (4, TEN_THOUSAND, 128, 0, "fewer than beta_slow"), (4096, sp.Integer(2), 4, 1, "more than beta_fast")
    for extent, base, width, right, says in (few, many):
        given = {**LLAMA2, EXTENT: extent}
        require_equal(ramp_stands(width, base, Fixed(given)), False, f"L = {extent}, base {base}: refused")
        for pair, (ramp, share) in product((0, 1, width // 2 - 1), ((paper_ramp, right), (published_ramp, 1 - right))):
            kept = ramp(which, pair, width, base, given)
            require_value(kept, sp.Integer(share), f"pair {pair} turns {says} times: {ramp.__name__} keeps {share}")
    for ramp, pair, share in ((published_ramp, 0, 1), (published_ramp, 1, 0), (paper_ramp, 0, 0)):
        kept = ramp(which, pair, 16, TEN_THOUSAND, {**LLAMA2, EXTENT: 6})
        require_value(kept, sp.Integer(share), f"L = 6, the ends meet: {ramp.__name__} keeps {share} of pair {pair}")
    require_equal(ramp_stands(128, TEN_THOUSAND, Fixed({**LLAMA2, EXTENT: 7})), True, "7 > 2π: the ramp stands")


def prove_identity(which: Scaling = PAPER) -> None:
    for given in IDENTITIES:
        for pair, theta in enumerate(plain(6)):
            cases = leaves(which.scaled(pair, 6, TEN_THOUSAND, given, 4))
            require_equal(set(cases), {theta}, f"{given['rope_type']} with factor 1: pair {pair} is rope's")
        require_equal(which.waves(which.attention(given), given, 4), (ONE, ONE), "and the attention factor 1")


def prove_attention(which: Scaling = PAPER) -> None:
    require_digits(which.attention(LLAMA2), "1.2772588722239781", "yarn, s = 16")
    phi = which.attention(scaling("longrope", 4096, factor=32)) ** 2
    exact = sp.cancel(phi.replace(sp.log, lambda x: sp.expand_log(sp.log(x), factor=True)))
    require_equal(exact, sp.Rational(17, 12), "longrope, s = 32, L = 4096: A² = 17/12")
    mscales = scaling("yarn", 4096, factor=40, mscale=HALF, mscale_all_dim=1)
    require_digits(which.attention(mscales), "0.8652599", "mscale 1/2 over 1, s = 40")
    require_equal(which.attention({**mscales, "mscale": 1}), ONE, "equal mscales: 1")
    for kind in ("yarn", "longrope"):
        require_equal(which.attention(scaling(kind, 4, factor=16, attention_factor=HALF)), HALF, f"{kind}: as said")
    given = scaling("longrope", 4, factor=16, short_factor=(1, 1), long_factor=(2, 2))
    for block in (which.block(0, ZERO, 4, b, given, length) for length in (4, 5)):
        require_equal(block, sp.sqrt(1 + sp.log(16) / sp.log(4)) * sp.eye(2), "position 0, both lists: A I")


def refute_logits(which: Scaling = PAPER) -> None:
    params = {"base": TEN_THOUSAND, "rotary_dim": 2, "scaling": LLAMA2, "length": 1, "pairing": "interleaved"}
    square = which.attention(LLAMA2) ** 2
    part, whole = (which.rotate([ONE, ZERO, ONE, ZERO], ZERO, {**params, "rotary_dim": turned}) for turned in (2, 4))
    require_zero(sum(c * c for c in part) - square - 1, "q = k = (1, 0, 1, 0), 2 of 4 channels, distance 0: A² + 1")
    require_less(1 + square, 2 * square, "below A² times the score without the factor")
    require_zero(sum(c * c for c in whole) - 2 * square, "with all channels turned it is A² times that")


def prove_switch(which: Scaling = PAPER) -> None:
    given = scaling("longrope", 12, factor=4, short_factor=(1, 2), long_factor=(3, 4))
    for length, (one, other) in ((1, (1, 2)), (11, (1, 2)), (12, (1, 2)), (13, (3, 4)), (96, (3, 4))):
        require_equal(found(which, given, 4, length), [ONE / one, HALF / 50 / other], f"l = {length}: {one}, {other}")


def prove_share(which: Scaling = PAPER) -> None:
    shares = ((ONE, 8, 4), (ZERO, 8, 0), (HALF, 8, 2), (sp.Rational(0.3), 8, 1), (sp.Rational(0.7), 8, 2))
    for share, width, pairs in (*shares, (sp.Rational(0.3), 20, 3)):
        given = scaling("proportional", partial_rotary_factor=share, factor=2)
        for pair, theta in enumerate(plain(width)):
            turned = which.shared(pair, share, width)
            require_value(turned, ONE if pair < pairs else ZERO, f"d = {width}, share {float(share):.1f}: pair {pair}")
            scaled = which.scaled(pair, width, TEN_THOUSAND, given, 1).xreplace({turned: ONE})
            require_equal(scaled, theta / 2, "one that is turned has rope's frequency over the factor")


def refute_partial(which: Scaling = PAPER) -> None:
    half = found(which, scaling("proportional", partial_rotary_factor=HALF), 8)
    require_less(
        abs(half[1] - sp.Rational(1, 10)), sp.Rational(1, 10**25), "d = 8, share 1/2: pair 1 has frequency 1/10"
    )
    require_equal(found(which, scaling("default"), 4)[1], sp.Rational(1, 100), "partial rotary, 4 of 8: 1/100")


def refute_reach(which: Scaling = PAPER) -> None:
    ntk, linear = (found(which, scaling(kind, factor=2), 8) for kind in ("ntk", "linear"))
    require_equal([2 * theta for theta in linear], plain(8), "linear: 2L tokens reach the angles of L tokens")
    for pair, theta in enumerate(plain(8)[:3]):
        require_less(theta, 2 * ntk[pair], f"ntk, pair {pair}: they reach a larger one")
    require_zero(2 * ntk[3] - plain(8)[3], "only in the last pair of ntk they do not")


def refute_rerope(which: Scaling = PAPER) -> None:
    q, k = sp.Matrix([1, 2, 3, 4]), sp.Matrix([HALF, -1, 2, sp.Rational(1, 4)])
    ahead, back = (which.rope.matrix(p, 4, TEN_THOUSAND) for p in (w, -w))
    require_digits(((ahead * q).T * k)[0].subs(w, 5), "8.12125811668378", "window 5: (R(5)q)ᵀk")
    require_digits((q.T * ahead * k)[0].subs(w, 5), "5.01025897245606", "but qᵀR(5)k")
    require_zero((ahead * q).T * k - q.T * back * k, "it is qᵀR(−w)k")
    shifted, key = (which.block(0, p, 4, b, scaling("linear", factor=u), 1) for p in (m + w * (u - 1), n))
    leaky = which.block(0, w + (m - n - w) / u, 4, b, scaling("default"), 1)
    require_zero(sp.expand_trig(shifted.T * key - leaky.T), "Leaky ReRoPE: linear, the query shifted by w(k − 1)")
