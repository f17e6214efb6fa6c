"""The values of nodes without names, enclosed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from posenc.checking.functions import Nodes, earlier, number, parts
from posenc.checking.intervals import FORMATS, Interval, Intervals, Undecided, exact, pi
from posenc.checking.sums import SUMS, integral, sums

LEAST = 256  # bits for sums, whose end points lie closer than 2^−128


class Unknown(Exception):
    """A node of which no value is known."""


class Values(Intervals):
    """The enclosures of the nodes of one claim, at a number of bits."""

    def __init__(self, nodes: Nodes, bits: int) -> None:
        super().__init__(bits)
        self.nodes = nodes
        self.done: dict[int, Interval] = {}
        self.sums: dict[tuple[str, int], list[Interval]] = {}

    def value(self, place: int) -> Interval:
        """The enclosure of a node; parts stand before the whole."""
        if place not in self.done:
            self.done[place] = self._value(place, self.nodes[place])
        return self.done[place]

    def _value(self, place: int, node: Any) -> Interval:
        if isinstance(node, str):
            return exact(number(node))
        head, *rest = node
        if head == "pi":
            return pi(self.bits)
        if head == "round" and rest[1:] and rest[1] in FORMATS:
            return self.round(self.value(earlier(place, rest[0])), rest[1])
        if head == "summed" and len(rest) == 3:
            return self._summed(rest[0], earlier(place, rest[1]), earlier(place, rest[2]))
        if head not in VALUES:
            raise Unknown(f"nothing is known of the value of {head}")
        found: Interval = VALUES[head](self, [self.value(part) for part in parts(place, node)])
        return found

    def _summed(self, kind: str, index: int, last: int) -> Interval:
        at = number(self.nodes[index])
        if kind == "integral":
            return integral(at, number(self.nodes[last]), self.bits)
        if self.bits < LEAST:
            raise Undecided
        if kind not in SUMS or at.denominator != 1 or at < 0:
            raise Unknown(f"nothing is known of sums of {kind} at {at}")
        if (kind, last) not in self.sums:
            same = [node for node in self.nodes if node[0] == "summed" and node[1] == kind and node[3] == last]
            count = 1 + max(int(number(self.nodes[node[2]])) for node in same)
            finer = Values(self.nodes, self.bits + 64)
            frequencies = [finer.value(part) for part in parts(last, self.nodes[last])]
            self.sums[kind, last] = sums(kind, frequencies, count, self.bits)
        return self.sums[kind, last][int(at)]

    def whole(self, x: Interval, function: Any) -> Interval:
        """⌊x⌋ or ⌈x⌉, when it is the same at both ends."""
        if function(x[0]) != function(x[1]):
            raise Undecided
        return exact(function(x[0]))


def _size(x: Interval) -> Interval:
    least = Fraction(0) if x[0] <= 0 <= x[1] else min(abs(x[0]), abs(x[1]))
    return least, max(abs(x[0]), abs(x[1]))


def _pick(function: Any, given: Sequence[Interval]) -> Interval:
    return function(low for low, _ in given), function(high for _, high in given)


VALUES: dict[str, Any] = {
    "+": Intervals.sum,
    "*": Intervals.product,
    "^": lambda at, given: at.power(*given),
    "exp": lambda at, given: at.exp(*given),
    "log": lambda at, given: at.log(*given),
    "cos": lambda at, given: at.wave(given[0], 0),
    "sin": lambda at, given: at.wave(given[0], 1),
    "abs": lambda at, given: _size(*given),
    "max": lambda at, given: _pick(max, given),
    "min": lambda at, given: _pick(min, given),
    "floor": lambda at, given: at.whole(given[0], floor),
    "ceiling": lambda at, given: at.whole(given[0], ceil),
}
