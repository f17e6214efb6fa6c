"""Interval arithmetic with rational end points: every result encloses the true value, whatever the rounding.

An interval is (low, high); a number that is known exactly has equal ends. After each operation the ends are rounded
outwards to multiples of 2^−bits, which `Intervals` is given. Series are summed in integers scaled by 2^bits, with the
error of every truncated division carried along in the same units.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import isqrt

Interval = tuple[Fraction, Fraction]
ONE = Fraction(1)
FORMATS = {"float64": (53, -1074), "float32": (24, -149), "float16": (11, -24), "bfloat16": (8, -133)}
LARGEST = 1 << 14  # of an argument of exp, in size


class Undecided(Exception):
    """More bits are needed."""


def exact(value: Fraction | int) -> Interval:
    """A number that is known."""
    return Fraction(value), Fraction(value)


def series(x: Fraction, bits: int, first: int, step: int, sign: int) -> Interval:
    """Σ sign^k x^n/n! over n = first, first + step, ..., for |x| ≤ 4; sign is 1 with |x| ≤ 1/2, or −1."""
    one = 1 << bits
    at = x.numerator * one // x.denominator  # within a unit below
    term, stray = (one, 0) if first == 0 else (at, 1)
    total, error, n = term, stray, first
    grow = at**step
    slack = (abs(at) + 1) ** step - abs(at) ** step  # of grow, in units of 2^(−bits·step)
    while abs(term) > 1 or n < 8:
        over = 1
        for factor in range(n + 1, n + step + 1):
            over *= factor
        scale = over << bits * step
        stray = (stray * (abs(at) + 1) ** step + abs(term) * slack) // scale + 2
        term, n = sign * (term * grow // scale), n + step
        total, error = total + term, error + stray
    error += stray + 3  # the rest is below the last term, alternating or halved each time
    return Fraction(total - error, one), Fraction(total + error, one)


@cache
def pi(bits: int) -> Interval:
    """Machin: π = 16 arctan 1/5 − 4 arctan 1/239."""
    total = error = 0
    for factor, inverse in ((16, 5), (-4, 239)):
        power, n = (1 << bits) // inverse, 1
        while power:
            total += factor * (-1) ** (n // 2) * (power // n)
            error += 3 * abs(factor)  # of the power, of the division, and of the rest in the end
            power, n = power // inverse**2, n + 2
        error += 2 * abs(factor)
    return Fraction(total - error, 1 << bits), Fraction(total + error, 1 << bits)


@cache
def _two(bits: int) -> Interval:
    return artanh_doubled(Fraction(1, 3), bits)


def logarithm(y: Fraction, bits: int) -> Interval:
    """ln y for y > 0: y = 2^k·z with z near 1, ln z = 2 artanh((z − 1)/(z + 1)), ln 2 = 2 artanh 1/3."""
    k = y.numerator.bit_length() - y.denominator.bit_length()
    z = y / Fraction(2) ** k  # between 1/2 and 2
    part = artanh_doubled((z - 1) / (z + 1), bits)
    if not k:
        return part
    two = _two(bits)
    low, high = sorted((k * two[0], k * two[1]))
    return part[0] + low, part[1] + high


def artanh_doubled(t: Fraction, bits: int) -> Interval:
    """2 Σ t^n/n over odd n, for |t| ≤ 1/3: the rest after a term is below an eighth of it."""
    one = 1 << bits
    power, total, error, n = t.numerator * one // t.denominator, 0, 0, 1
    square = t * t
    while abs(power) > 1:
        total, error = total + 2 * power // n, error + 5  # the power within 2, doubled, and the division
        power, n = power * square.numerator // square.denominator, n + 2
    return Fraction(total - error - 8, one), Fraction(total + error + 8, one)


def rounded(x: Fraction, form: str) -> Fraction:
    """The number of a format that is nearest to x, ties to even."""
    precision, lowest = FORMATS[form]
    if not x:
        return x
    size = abs(x)
    e = size.numerator.bit_length() - size.denominator.bit_length()
    e -= size < Fraction(2) ** e
    unit = Fraction(2) ** max(e - precision + 1, lowest)
    return round(x / unit) * unit


class Intervals:
    """Arithmetic at a number of bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def outwards(self, low: Fraction, high: Fraction) -> Interval:
        """The ends rounded outwards; a number that is known and short stays as it is."""
        if low == high and low.numerator.bit_length() + low.denominator.bit_length() <= self.bits:
            return low, high
        one = 1 << self.bits
        return Fraction(low.numerator * one // low.denominator, one), Fraction(
            -(-high.numerator * one // high.denominator), one
        )

    def sum(self, parts: Iterable[Interval]) -> Interval:
        """The sum of all."""
        low = high = Fraction(0)
        for part in parts:
            low, high = low + part[0], high + part[1]
        return self.outwards(low, high)

    def product(self, parts: Iterable[Interval]) -> Interval:
        """The product of all."""
        out = exact(1)
        for part in parts:
            ends = [a * b for a in out for b in part]
            out = self.outwards(min(ends), max(ends))
        return out

    def inverse(self, x: Interval) -> Interval:
        """One over it."""
        if x[0] <= 0 <= x[1]:
            raise Undecided
        return self.outwards(1 / x[1], 1 / x[0])

    def exp(self, x: Interval) -> Interval:
        """The exponential, of both ends since it grows."""
        return self._exp(x[0])[0], self._exp(x[1])[1]

    def _exp(self, x: Fraction) -> Interval:
        if x == 0:
            return exact(1)
        if abs(x) > LARGEST:
            raise Undecided
        halvings = max(0, int(abs(x)).bit_length() + 1)
        inner = Intervals(self.bits + 3 * halvings + (2 * int(abs(x)) if x > 0 else 0) + 8)
        out = series(x / 2**halvings, inner.bits, 0, 1, 1)
        for _ in range(halvings):
            out = inner.product((out, out))
        return self.outwards(max(out[0], Fraction(0)), out[1])

    def log(self, x: Interval) -> Interval:
        """The logarithm, of both ends since it grows."""
        if x[0] <= 0:
            raise Undecided
        if x[0] == x[1] == 1:
            return exact(0)
        return self.outwards(logarithm(x[0], self.bits)[0], logarithm(x[1], self.bits)[1])

    def wave(self, x: Interval, first: int) -> Interval:
        """The cosine (first = 0) or sine (1) of the middle, and as much around as the ends are from it."""
        middle, room = (x[0] + x[1]) / 2, (x[1] - x[0]) / 2
        if middle == 0 == room:
            return exact(1 - first)
        bits = self.bits + 16
        turn = pi(bits + max(0, int(abs(middle)).bit_length()))
        turns = round(middle / (2 * turn[0]))
        near = middle - turns * (turn[0] + turn[1])  # off by no more than this:
        room += abs(turns) * (turn[1] - turn[0])
        low, high = series(self.outwards(near, near)[0], bits, first, 2, -1)
        room += Fraction(1, 1 << self.bits)
        return self.outwards(max(low - room, -ONE), min(high + room, ONE))

    def root(self, x: Interval) -> Interval:
        """The square root, of both ends since it grows."""
        if x[0] < 0:
            raise Undecided
        ends = []
        for end, up in zip(x, (0, 1), strict=True):
            top, under = isqrt(end.numerator), isqrt(end.denominator)
            if top * top == end.numerator and under * under == end.denominator:
                ends.append(Fraction(top, under))
            else:
                ends.append(Fraction(isqrt((end.numerator << 2 * self.bits) // end.denominator) + up, 1 << self.bits))
        return ends[0], ends[1]

    def power(self, x: Interval, e: Interval) -> Interval:
        """x^e: whole powers by products, halves by roots, others by exp(e · ln x)."""
        if e[0] == e[1] and e[0].denominator <= 2:
            whole, half = divmod(e[0].numerator, e[0].denominator) if e[0].denominator == 2 else (int(e[0]), 0)
            out = self.product([x] * abs(whole))
            if abs(whole) % 2 == 0 and whole:
                out = max(out[0], Fraction(0)), out[1]
            out = self.inverse(out) if whole < 0 else out
            return self.product((out, self.root(x))) if half else out
        return self.exp(self.product((e, self.log(x))))

    def round(self, x: Interval, form: str) -> Interval:
        """Rounded to a format, when both ends round alike."""
        low, high = (rounded(end, form) for end in x)
        if low != high:
            raise Undecided
        return low, high
