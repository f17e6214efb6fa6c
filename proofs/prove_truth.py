"""The error bounds of the certified tables: what the kernels may stray. Statements: spec/truth/claims.toml.

Hypotheses, the rounding-error model: an IEEE 754 operation in binary64, to nearest, gives its exact result plus an
error of at most 2^(e − 54) when the result is at most 2^e in size; products of numbers of 26 bits are exact; Knuth's
two_sum and Dekker's two_product leave nothing out. `posenc audit truth` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from posenc.proving import (
    require_all,
    require_equal,
    require_in_ideal,
    require_less,
    require_positive,
    require_zero,
    trust,
)

TWO = sp.Integer(2)


def power(exponent: int) -> sp.Expr:
    """2^exponent."""
    return TWO**exponent


@dataclass(frozen=True)
class Tables:
    """What the kernels compute and rely on; replace a field to get wrong ones.

    unit         bound of the rounding of a number of at most 1
    short_error  bound that the kernel of the short formats uses
    long_error   bound that the kernel of binary64 uses
    bits         of the first part of a split anchor
    entry        the products of a cosine from far (c, s) and near (C, S): (what is added, what is subtracted)
    cross        the cross terms of c·C with c = c1 + c2, C = C1 + C2
    product      bound of a double-double product, in modulus
    doublings    how many times an anchor is doubled at most
    """

    unit: sp.Expr = TWO**-54
    short_error: sp.Expr = 9 * TWO**-54
    long_error: sp.Expr = TWO**-74
    bits: int = 26
    entry: Callable[..., tuple[sp.Expr, sp.Expr]] = lambda c, s, C, S: (c * C, s * S)
    cross: Callable[..., sp.Expr] = lambda c1, c2, C1, C2: c1 * C2 + c2 * (C1 + C2)
    product: sp.Expr = TWO**-98
    doublings: int = 11


PAPER = Tables()
WRONG: dict[str, Callable[[Tables], Tables]] = {
    "truth/short-error-halved": lambda which: replace(which, short_error=which.short_error / 2),
    "truth/long-error-too-small": lambda which: replace(which, long_error=power(-77)),
    "truth/split-at-27": lambda which: replace(which, bits=27),
    "truth/wrong-sense": lambda which: replace(which, entry=lambda c, s, C, S: (c * C, -s * S)),
    "truth/cross-term-dropped": lambda which: replace(which, cross=lambda c1, c2, C1, C2: c1 * C2),
    "truth/product-error-too-small": lambda which: replace(which, product=power(-102)),
    "truth/too-many-doublings": lambda which: replace(which, doublings=24),
    "truth/coarse-unit": lambda which: replace(which, unit=power(-53)),
}

c, s, C, S = sp.symbols("c s C S", real=True)
a, b = sp.symbols("alpha beta", real=True)


def prove_addition(which: Tables = PAPER) -> None:
    plus, minus = which.entry(sp.cos(a), sp.sin(a), sp.cos(b), sp.sin(b))
    require_zero(plus - minus - sp.cos(a + b), "the entry of the anchors of α and β is that of α + β")
    plus, minus = which.entry(sp.sin(a), -sp.cos(a), sp.cos(b), sp.sin(b))
    require_zero(plus - minus - sp.sin(a + b), "and with (sin α, −cos α) its sine")


def prove_short(which: Tables = PAPER) -> None:
    d = sp.symbols("d1:5", real=True)  # the errors of the anchors
    e = sp.symbols("e1:4", real=True)  # the roundings of two products and of their difference
    plus, minus = which.entry(c + d[0], s + d[1], C + d[2], S + d[3])
    exact = which.entry(c, s, C, S)
    strays = (plus + e[0]) - (minus + e[1]) + e[2] - (exact[0] - exact[1])
    said = c * d[2] + C * d[0] + d[0] * d[2] - s * d[3] - S * d[1] - d[1] * d[3] + e[0] - e[1] + e[2]
    require_zero(strays - said, "the entry strays by the anchors' errors times their partners, and by three roundings")
    circle = [c**2 + s**2 - 1]
    require_in_ideal(2 - (c + s) ** 2 - (c - s) ** 2, circle, "(|c| + |s|)² = 2 − (|c| − |s|)², so |c| + |s| ≤ √2")
    delta = which.unit * (1 + power(-30))
    strays_at_most = 2 * sp.sqrt(2) * delta + 2 * delta**2 + 4 * which.unit
    require_less(strays_at_most, sp.Rational(683, 100) * power(-54), "2√2 δ + 2 δ² + (1 + 1 + 2) u' < 6.83 u'")
    shifting = 2 * which.unit
    require_less(
        strays_at_most + shifting, which.short_error, "with the rounding of entry ± error: within the bound used"
    )


def prove_split(which: Tables = PAPER) -> None:
    widest = power(which.bits) - 1
    require_less(widest**2, power(53), "a product of two significands of so many bits fits into 53")
    last = power(-which.bits)  # the last place of a first part between 1/2 and 1
    require_equal(last / 2, power(-27), "and the rest of an anchor is at most 2^−27 in size")
    trust("Dekker 1971: splitting with 2^27 + 1 gives two parts of 26 bits whose sum is exact")


def prove_long(which: Tables = PAPER) -> None:
    c1, c2, C1, C2 = sp.symbols("c1 c2 C1 C2", real=True)
    whole = c1 * C1 + which.cross(c1, c2, C1, C2)
    require_zero(whole - (c1 + c2) * (C1 + C2), "the exact product and the cross terms make up c·C")
    small, half = power(-27) + power(-53), power(-53)  # a second part; the relative rounding of anything
    roundings = {
        "four cross products, each at most `small`": 4 * small * half,
        "two sums of two of them": 2 * 2 * small * half,
        "their difference": 4 * small * half,
        "added to what two_sum left out": 5 * small * half,
        "plus or minus the bound": 5 * small * half,
        "the second parts themselves, each met once": 4 * small * half,
        "the near anchor's value for its two parts": 2 * small * 2 * half,
    }
    anchors = 4 * anchor_error(which)
    total = sum(roundings.values()) + anchors
    for name, size in roundings.items():
        require_positive(size, [], f"{name}: {size}")
    require_less(total, which.long_error, "together, with the anchors' own errors: within the bound used")
    trust("Knuth 1969: two_sum leaves nothing out")


def anchor_error(which: Tables) -> sp.Expr:
    """How far an anchor may stray after all doublings: a power base^(2^k) by 2^k times (its start + a product)."""
    start = 2 * power(-106)
    return power(which.doublings + 1) * (start + which.product) * (1 + power(-20))


def prove_doubling(which: Tables = PAPER) -> None:
    z, w, dz, dw = sp.symbols("z w dz dw")
    require_zero(
        (z + dz) * (w + dw) - z * w - (z * dw + w * dz + dz * dw), "errors of a product, in modulus: η₁ + η₂ + η₁η₂"
    )
    start, error = 2 * power(-106), which.product
    eta = start
    sizes = []
    for k in range(which.doublings):
        eta = 2 * eta + power(-80) * eta + error  # η² ≤ 2^−80 η, as the last line confirms
        sizes.append((k + 1, eta < power(k + 1) * (start + error) * (1 + power(-30))))
    require_all(sizes, "after k doublings: below 2^k (start + product)(1 + 2^−30)")
    require_less(anchor_error(which), power(-84), "so no anchor strays by 2^−84, far or near")


def prove_product(which: Tables = PAPER) -> None:
    half, tail = power(-53), power(-54)  # the relative rounding of anything; a low part of a number of at most 1
    rest = 3 * tail  # what a product leaves out, and two products of a value and a low part
    times = tail**2 + 2 * tail * half + 2 * rest * half
    require_less(times, power(-103), "value · value: low·low dropped, two products and two sums rounded")
    low = 2 * tail + 2 * rest  # what the sum of two such products leaves out, with their rests
    plus = 2 * times + 3 * low * half
    require_less(plus, power(-101), "their sum: two roundings of the low parts, and one in settling them")
    require_less(sp.sqrt(2) * plus, which.product, "in modulus")
    trust("Dekker 1971 and Knuth 1969: two_product and two_sum leave nothing out")


def prove_monotone(which: Tables = PAPER) -> None:
    trust("rounding to nearest is monotone: x ≤ y gives round(x) ≤ round(y)")
    lower, upper, value = sp.symbols("lower upper value", real=True)
    inside = [(value - lower), (upper - value)]
    gap = sp.symbols("p q", nonnegative=True)
    bounds = [side.subs({value: lower + gap[0], upper: lower + gap[0] + gap[1]}) for side in inside]
    for side, bound in zip(("below", "above"), bounds, strict=True):
        require_positive(bound, gap, f"a value within the bound lies between the two ends: {side}", strict=False)
    require_equal(which.short_error / which.unit >= 9, True, "the ends are those of the bound used")
