"""Powers, exponentials and logarithms of fractions of Laurent polynomials, and whole expressions of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from posenc.checking.algebra import Algebra, Monomial, Ratio, Rational, Refused, primes

Nodes = Sequence[Any]
HALF = Fraction(1, 2)
REAL = {"real", "nonnegative", "positive"}


def number(text: str) -> Fraction:
    """A rational number as certificates write it: digits, or digits/digits."""
    if not isinstance(text, str) or not text.removeprefix("-").replace("/", "", 1).isdecimal():
        raise Refused(f"{text!r} is no rational number")
    return Fraction(text)


class Functions(Algebra):
    """Algebra with powers, exponentials and logarithms."""

    def positive(self, g: int) -> bool:
        """Whether a generator is known to be positive."""
        kind = self.kinds[g]
        if kind[0] == "e":
            return not kind[2] and self.real(kind[1])
        return kind[0] in ("prime", "pi") or (kind[0] == "name" and kind[2] == "positive")

    def splits(self, g: int) -> bool:
        """Whether the root of a product with it is the product of the roots: it is known not to be negative."""
        return self.positive(g) or self.kinds[g][0] == "abs" or self.kinds[g][2:] == ("nonnegative",)

    def real(self, m: Monomial) -> bool:
        """Whether a monomial is known to be real."""
        return all(self.positive(g) or (self._real(g) and Fraction(e).denominator == 1) for g, e in m)

    def _real(self, g: int) -> bool:
        kind = self.kinds[g]
        if kind[0] == "log":
            top, under = self.meant[g]
            return not under and all(c > 0 and all(self.positive(h) for h, _ in m) for m, c in top.items())
        return kind[0] == "abs" or (kind[0] == "name" and kind[2] in REAL)

    def root(self, base: Ratio, power: Rational) -> Ratio:
        """base^power for a rational power."""
        if Fraction(power).denominator == 1:
            return self.whole_power(base, int(power))
        if base.under or not base.top:
            return self.single(self.generator(("opaque", base.key(), power)))
        factor, common, rest = self.split(base.top)
        out = self._scaled(abs(Fraction(factor)), power)
        left: dict[int, Rational] = {}
        for g, e in common:
            if self.splits(g):
                out = self.multiply(out, self.single(g, e * power))
            else:
                left[g] = e
        formal = any(self.kinds[g][0] in ("i", "e") for g in left)  # whose powers are not principal values
        if factor > 0 and rest == {(): 1} and list(left.values()) in ([], [1]) and not formal:
            for g in left:
                out = self.multiply(out, self.single(g, power))
            return out
        kept = self.times({tuple(sorted(left.items())): 1 if factor > 0 else -1}, rest)
        root = self.generator(("root", tuple(sorted(kept.items()))), kept)
        return self.multiply(out, self.single(root, power))

    def _scaled(self, factor: Fraction, power: Rational) -> Ratio:
        """A power of a positive rational number, by its primes."""
        out = self.number(1)
        for sign, part in ((1, factor.numerator), (-1, factor.denominator)):
            for p, e in primes(part):
                out = self.multiply(out, self.single(self.generator(("prime", p)), sign * e * power))
        return out

    def power(self, base: Ratio, exponent: Ratio) -> Ratio:
        """base^exponent, which is e^(exponent · ln base) by definition."""
        rational = exponent.rational()
        return self.exp(self.multiply(exponent, self.log(base))) if rational is None else self.root(base, rational)

    def log(self, one: Ratio) -> Ratio:
        """The logarithm; that of a product of positive numbers is a sum."""
        if not one.under and len(one.top) == 1:
            ((m, c),) = one.top.items()
            if c > 0 and all(self.positive(g) for g, _ in m):
                return self._log_of_product(m, Fraction(c))
        return self.single(self.generator(("log", one.key()), one))

    def _log_of_product(self, m: Monomial, factor: Fraction) -> Ratio:
        parts = [(p, e) for p, e in primes(factor.numerator)] + [(p, -e) for p, e in primes(factor.denominator)]
        out = self.number(0)
        for generator, e in [*m, *((self.generator(("prime", p)), e) for p, e in parts)]:
            if self.kinds[generator][0] == "e":
                term = Ratio({self.kinds[generator][1]: e}, {})
            else:
                value = Ratio({((generator, 1),): 1}, {})
                if self.kinds[generator][0] == "prime":
                    value = self.number(self.kinds[generator][1])
                term = self.multiply(self.number(e), self.single(self.generator(("log", value.key()), value)))
            out = self.add(out, term)
        return out

    def exp(self, one: Ratio) -> Ratio:
        """The exponential, term by term: rational multiples of a term are powers of one generator."""
        out, under = self.number(1), tuple(sorted(one.under.items()))
        half_turn = ((0, 1), (self.generator(("pi",)), 1))
        for m, c in one.top.items():
            if not under and len(m) == 1 and m[0][1] == 1 and self.kinds[m[0][0]][0] == "log":
                factor = self.root(self.meant[m[0][0]], c)
            elif not under and m == half_turn and Fraction(2 * c).denominator == 1:
                factor = self.single(0, int(2 * c))
            else:
                factor = self.single(self.generator(("e", m, under)), c)
            out = self.multiply(out, factor)
        return out

    def waves(self, one: Ratio, sign: int) -> Ratio:
        """e^ix + sign · e^−ix."""
        forth = self.multiply(one, self.single(0))
        back = self.multiply(self.number(sign), self.exp(self.multiply(self.number(-1), forth)))
        return self.add(self.exp(forth), back)


class Expressions(Functions):
    """The normal forms of the nodes of one claim."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__()
        self.nodes = nodes
        self.done: dict[int, Ratio] = {}

    def normal(self, place: int) -> Ratio:
        """The normal form of a node; parts stand before the whole."""
        if place not in self.done:
            self.done[place] = self._normal(place, self.nodes[place])
        return self.done[place]

    def _normal(self, place: int, node: Any) -> Ratio:
        if isinstance(node, str):
            value = number(node)
            return self.number(int(value) if value.denominator == 1 else value)
        head, *rest = node
        if head in ("name", "pi"):
            return self.single(self.generator(tuple(node)))
        if head == "i":
            return self.single(0)
        if head not in PARTS:
            return self.single(self.generator((head, *map(self._part(place), rest))))
        found: Ratio = PARTS[head](self, [self.normal(part) for part in parts(place, node)])
        return found

    def _part(self, place: int) -> Any:
        """What tells an unknown function from others: its arguments' normal forms, or words."""
        return lambda one: one if isinstance(one, str) else self.normal(earlier(place, one)).key()

    def sum(self, parts: Sequence[Ratio]) -> Ratio:
        """Their sum, those with equal denominators first."""
        groups: dict[tuple[Any, ...], Ratio] = {}
        for part in parts:
            under = part.key()[1]
            groups[under] = self.add(groups[under], part) if under in groups else part
        out = self.number(0)
        for part in groups.values():
            out = self.add(out, part)
        return out

    def product(self, parts: Sequence[Ratio]) -> Ratio:
        """Their product."""
        out = self.number(1)
        for part in sorted(parts, key=lambda one: len(one.top)):
            out = self.multiply(out, part)
        return out


def earlier(place: int, part: Any) -> int:
    """The number of a part, which must stand before the whole."""
    if not isinstance(part, int) or not 0 <= part < place:
        raise Refused(f"node {place} has a part {part!r}, which does not stand before it")
    return part


def parts(place: int, node: Any) -> list[int]:
    """The numbers of all parts of a node."""
    return [earlier(place, part) for part in node[1:]]


PARTS: dict[str, Any] = {
    "+": Expressions.sum,
    "*": Expressions.product,
    "^": lambda at, given: at.power(*given),
    "exp": lambda at, given: at.exp(*given),
    "log": lambda at, given: at.log(*given),
    "cos": lambda at, given: at.multiply(at.number(HALF), at.waves(given[0], 1)),
    "sin": lambda at, given: at.multiply(Ratio({((0, 1),): -HALF}, {}), at.waves(given[0], -1)),
}
