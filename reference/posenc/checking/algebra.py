"""Exact arithmetic of fractions of Laurent polynomials, in integers and fractions.

A polynomial is a dictionary from monomials to rational coefficients, a monomial a tuple of (generator, exponent). The
generators are the names of an expression, i, primes (for their roots), formal exponentials e^monomial, roots of
polynomials, and functions of which nothing is known. Every rule used here holds for all values for which both sides are
defined: x^a·x^b = x^(a+b), e^(a+b) = e^a·e^b, i² = −1; (xy)^c = x^c·y^c and ln xy = ln x + ln y for what is known to be
positive. So a fraction without a numerator is zero; two that are equal may look different, and are then refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

Rational = int | Fraction
Monomial = tuple[tuple[int, Rational], ...]
Polynomial = dict[Monomial, Rational]
MOST = 400_000  # products of terms for one claim, after which it is too long


class Refused(Exception):
    """A certificate is not what it says; the message says where."""


class TooLong(Exception):
    """Too long to recheck."""


class Ratio(NamedTuple):
    """A numerator, and the factors of the denominator: index into Algebra.factors → how often."""

    top: Polynomial
    under: dict[int, int]

    def key(self) -> tuple[Any, ...]:
        """The same for what is written alike."""
        return tuple(sorted(self.top.items())), tuple(sorted(self.under.items()))

    def rational(self) -> Rational | None:
        """The value, if it is a rational number."""
        if self.under or not self.top.keys() <= {()}:
            return None
        return self.top.get((), 0)


def primes(number: int) -> Iterator[tuple[int, int]]:
    """The prime factors below a thousand and what is left, each with its power."""
    for p in range(2, 1000):
        if p * p > number:
            break
        power = 0
        while number % p == 0:
            number, power = number // p, power + 1
        if power:
            yield p, power
    if number > 1:
        yield number, 1


class Algebra:
    """The generators and denominators of one claim, and arithmetic with them."""

    def __init__(self) -> None:
        self.kinds: list[tuple[Any, ...]] = [("i",)]
        self.index: dict[tuple[Any, ...], int] = {("i",): 0}
        self.meant: dict[int, Any] = {}  # of a root its polynomial, of a logarithm its argument
        self.special = {0}  # generators whose powers are written out: i, primes, roots
        self.factors: list[Polynomial] = []
        self.places: dict[tuple[Any, ...], int] = {}
        self.products = 0

    def generator(self, kind: tuple[Any, ...], meant: Any = None) -> int:
        """The number of a generator, the same for the same kind."""
        if kind not in self.index:
            self.index[kind] = len(self.kinds)
            self.kinds.append(kind)
            self.meant[self.index[kind]] = meant
            if kind[0] in ("prime", "root"):
                self.special.add(self.index[kind])
        return self.index[kind]

    # --- polynomials

    def times(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """The product of two polynomials."""
        self.products += len(one) * len(other)
        if self.products > MOST:
            raise TooLong(f"more than {MOST} products of terms")
        out: Polynomial = {}
        for left, a in one.items():
            for right, b in other.items():
                powers = dict(left)
                for g, e in right:
                    powers[g] = powers.get(g, 0) + e
                if self.special.isdisjoint(powers):
                    m = tuple(sorted((g, e) for g, e in powers.items() if e))
                    out[m] = out.get(m, 0) + a * b
                else:
                    for m, c in self._written(powers, a * b).items():
                        out[m] = out.get(m, 0) + c
        return {m: c for m, c in out.items() if c}

    def _written(self, powers: dict[int, Rational], factor: Rational) -> Polynomial:
        """A monomial whose whole powers of i, primes and roots are multiplied out; of roots none is negative."""
        wholes: list[Polynomial] = []
        for g in self.special & powers.keys():
            e = powers.pop(g)
            if g == 0:
                whole = int(e) % 4
                powers[g], factor = whole % 2, -factor if whole > 1 else factor
                continue
            whole = floor(e)
            powers[g] = e - whole
            if self.kinds[g][0] == "prime":
                factor *= Fraction(self.kinds[g][1]) ** whole
            else:
                wholes += [self.meant[g]] * whole
        out: Polynomial = {tuple(sorted((g, e) for g, e in powers.items() if e)): factor}
        for polynomial in wholes:
            out = self.times(out, polynomial)
        return out

    # --- fractions

    def number(self, value: Rational) -> Ratio:
        """A rational number."""
        return Ratio({(): value} if value else {}, {})

    def single(self, generator: int, exponent: Rational = 1) -> Ratio:
        """A power of a generator."""
        if generator in self.special:
            whole = floor(exponent) if self.kinds[generator][0] == "root" else 0
            found = Ratio(self._written({generator: exponent - whole}, 1), {})
            return self.multiply(found, self.whole_power(Ratio(self.meant[generator], {}), whole)) if whole else found
        return Ratio({((generator, exponent),): 1}, {})

    def add(self, one: Ratio, other: Ratio) -> Ratio:
        """The sum, over the least common denominator of the factors."""
        common = {f: max(one.under.get(f, 0), other.under.get(f, 0)) for f in one.under | other.under}
        out: Polynomial = {}
        for part in (one, other):
            top = self._raised(part.top, {f: n - part.under.get(f, 0) for f, n in common.items()})
            for m, c in top.items():
                out[m] = out.get(m, 0) + c
        return Ratio({m: c for m, c in out.items() if c}, common)

    def multiply(self, one: Ratio, other: Ratio) -> Ratio:
        """The product; a numerator that is a factor of the other denominator is cancelled."""
        under = {f: one.under.get(f, 0) + other.under.get(f, 0) for f in one.under | other.under}
        tops: list[Polynomial] = []
        for top in (one.top, other.top):
            same = next((f for f, n in under.items() if n and self.factors[f] == top), None)
            if same is not None:
                under[same] -= 1
            tops.append(top if same is None else {(): 1})
        return Ratio(self.times(*tops), {f: n for f, n in under.items() if n})

    def _raised(self, top: Polynomial, powers: dict[int, int]) -> Polynomial:
        for f, power in powers.items():
            for _ in range(power):
                top = self.times(top, self.factors[f])
        return top

    def inverse(self, one: Ratio) -> Ratio:
        """One over it."""
        if not one.top:
            raise Refused("a division by zero")
        factor, common, rest = self.split(one.top)
        out = Ratio(self._raised({(): 1 / Fraction(factor)}, one.under), {})
        for g, e in common:
            out = self.multiply(out, self.single(g, -e))
        if rest == {(): 1}:
            return out
        key = tuple(sorted(rest.items()))
        if key not in self.places:
            self.places[key] = len(self.factors)
            self.factors.append(rest)
        return self.multiply(out, Ratio({(): 1}, {self.places[key]: 1}))

    def split(self, top: Polynomial) -> tuple[Rational, Monomial, Polynomial]:
        """A coefficient, a common monomial, and what is left: 1, or several terms, the first with coefficient 1."""
        if len(top) == 1:
            ((m, c),) = top.items()
            return c, m, {(): 1}
        least = {g: e for g, e in next(iter(top)) if g not in self.special}
        for m in top:
            powers = dict(m)
            least = {g: min(powers.get(g, 0), least.get(g, 0)) for g in powers.keys() | least if g not in self.special}
        common = tuple(sorted((g, e) for g, e in least.items() if e))
        shifted = {tuple(sorted(self._less(m, least))): c for m, c in top.items()}
        factor = shifted[max(shifted)]
        return factor, common, {m: Fraction(c) / factor for m, c in shifted.items()}

    @staticmethod
    def _less(m: Monomial, least: dict[int, Rational]) -> Iterator[tuple[int, Rational]]:
        powers = dict(m)
        for g in powers.keys() | least:
            e = powers.get(g, 0) - least.get(g, 0)
            if e:
                yield g, e

    def whole_power(self, one: Ratio, power: int) -> Ratio:
        """An integer power."""
        out, base = self.number(1), one if power >= 0 else self.inverse(one)
        for _ in range(abs(power)):
            out = self.multiply(out, base)
        return out
