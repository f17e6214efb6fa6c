"""What each rule asks of its certificate, and the verdict on a claim: what was rechecked, and what was not."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from posenc.checking.algebra import Ratio, Refused, TooLong
from posenc.checking.functions import Expressions, Nodes, number, parts
from posenc.checking.intervals import Interval, Undecided
from posenc.checking.values import Unknown, Values

FORMAT = 1
BITS = (128, 256, 512, 1024, 2048, 4096)
COLLECTIONS = ("list", "map", "set")
STATES = ("recomputed", "as written", "end points only", "not rechecked", "trusted")


def digest(certificate: Mapping[str, Any]) -> str:
    """SHA-256 of a claim's certificate without its digest: against accidents, not against forgers."""
    rest = {name: value for name, value in certificate.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Found:
    """What became of a claim's certificate.

    claim    ledger.name
    verdict  what the certificate says of the claim
    states   how many steps are in each of STATES
    left     (statement, why) of every step that was not rechecked, or of which only the end points were
    refused  why the certificate is refused; empty when it is not
    """

    claim: str
    verdict: str
    states: Counter[str] = field(default_factory=Counter)
    left: list[tuple[str, str]] = field(default_factory=list)
    refused: str = ""

    @property
    def summary(self) -> str:
        """In a word or two."""
        if self.refused or self.verdict == "empirical":
            return "refused" if self.refused else "empirical"
        if self.left:
            return "partly" if self.states["recomputed"] + self.states["as written"] else "not rechecked"
        return "fully" if self.states["recomputed"] else "as written"


class Claim:
    """The nodes of one claim, and how each rule decides about them."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.algebra = Expressions(nodes)
        self._values: dict[int, Values] = {}

    def normal(self, place: Any) -> Ratio:
        """The normal form of a node."""
        return self.algebra.normal(self._node(place))

    def _node(self, place: Any) -> int:
        if not isinstance(place, int) or not 0 <= place < len(self.nodes):
            raise Refused(f"there is no node {place!r}")
        return place

    def minus(self, one: Ratio, other: Ratio) -> Ratio:
        """The difference."""
        return self.algebra.add(one, self.algebra.multiply(self.algebra.number(-1), other))

    def values(self, places: Sequence[Any], decides: Callable[..., bool]) -> bool:
        """Whether the enclosures of some nodes decide, at as many bits as it takes."""
        for bits in BITS:
            at = self._values.setdefault(bits, Values(self.nodes, bits))
            try:
                if decides(*(at.value(self._node(place)) for place in places)):
                    return True
            except Undecided:
                continue
        return False

    # --- the rules: each gives a state and, if something was not rechecked, the reason; or raises Refused

    def laurent(self, zero: list[Any]) -> tuple[str, str]:
        """Every entry is a fraction without a numerator; where nothing but 0 was left, its sides were written alike."""
        _require(zero, "no entries")
        for place in zero:
            _require(not self.normal(place).top, f"node {place} is not zero")
        return "as written" if all(self.nodes[place] == "0" for place in zero) else "recomputed", ""

    def ideal(self, members: list[Any], relations: list[Any], cofactors: list[Any]) -> tuple[str, str]:
        """Every member is the sum of cofactors times relations."""
        _require(members and relations and len(cofactors) == len(members) * len(relations), "too few cofactors")
        for at, member in enumerate(members):
            rest, own = self.normal(member), cofactors[at * len(relations) :]
            for cofactor, relation in zip(own, relations, strict=False):
                rest = self.minus(rest, self.algebra.multiply(self.normal(cofactor), self.normal(relation)))
            _require(not rest.top, f"the cofactors of node {member} leave something over")
        return "recomputed", ""

    def coefficients(self, polynomial: Any, names: list[str], sign: str) -> tuple[str, str]:
        """All coefficients have the right sign, or parity, for non-negative (integer) values of the names."""
        found = self.normal(polynomial)
        _require(not found.under, "a denominator")
        for m in found.top:
            for g, e in m:
                kind = self.algebra.kinds[g]
                _require(kind[0] == "name" and kind[1] in names, f"{kind[0]} is none of the names")
                _require(e >= 0 and Fraction(e).denominator == 1, "a power of a name that is no natural number")
        constant, others = found.top.get((), 0), [c for m, c in found.top.items() if m]
        if sign == "odd":
            _require(constant % 2 == 1 and all(c % 2 == 0 for c in others), "a coefficient of the wrong parity")
        else:
            _require(sign in (">", "≥") and all(c > 0 for c in [constant, *others] if c), "a coefficient below zero")
            _require(sign == "≥" or constant > 0, "no positive constant")
        return "recomputed", ""

    def enclosure(self, ends: list[Any], less: Any = None, nonzero: Any = None) -> tuple[str, str]:
        """The end points are apart, and around what they are said to enclose."""
        sides = nonzero if less is None else less
        found = [(number(low), number(high)) for low, high in ends]
        _require(all(low <= high for low, high in found) and len(found) == len(sides), "ends in the wrong order")
        if less is None:
            ((low, high),) = found
            _require(low > 0 or high < 0, "0 lies between the end points")
        else:
            left, right = found
            _require(left[1] < right[0], "the end points are not in this order")
        why = [self._inside(side, own) for side, own in zip(sides, found, strict=True)]
        left_over = "; ".join(one for one in why if one)
        return ("end points only", left_over) if left_over else ("recomputed", "")

    def _inside(self, side: Any, ends: Interval) -> str:
        """Empty when the value of a node is found inside; otherwise why it is not known."""
        if side is None:
            return "what they enclose is not written"

        def decides(own: Interval) -> bool:
            _require(own[0] <= ends[1] and ends[0] <= own[1], f"node {side} is not between the end points")
            return ends[0] <= own[0] and own[1] <= ends[1]

        try:
            return "" if self.values([side], decides) else f"undecided at {BITS[-1]} bits"
        except Unknown as reason:
            return str(reason)

    def exact(self, equal: Any = None, cases: int = 0, compared: Sequence[Any] = ()) -> tuple[str, str]:
        """Two things are written alike, or every case of an enumeration holds."""
        if equal is not None:
            left, right = equal
            self._same(self._node(left), self._node(right))
            return "as written", ""
        _require(isinstance(cases, int) and cases > 0 and len(compared) in (0, cases), "no cases, or too few")
        for left, right in compared:
            said = f"node {left} is not found to be below node {right}"
            _require(self.values([left, right], partial(_below, said)), said)
        return ("recomputed", "") if compared else ("not rechecked", f"an enumeration of {cases} cases")

    def _same(self, left: int, right: int) -> None:
        if left == right:
            return
        one, other = self.nodes[left], self.nodes[right]
        if one[0] in COLLECTIONS:
            _require(one[0] == other[0] and len(one) == len(other), f"nodes {left} and {right} differ")
            for a, b in zip(parts(left, one), parts(right, other), strict=True):
                self._same(a, b)
        else:
            _require(other[0] not in COLLECTIONS, f"nodes {left} and {right} differ")
            _require(not self.minus(self.normal(left), self.normal(right)).top, f"nodes {left} and {right} differ")


DECIDING = ("laurent", "ideal", "coefficients", "enclosure", "exact")


def check(certificate: Any, entry: Mapping[str, Any] | None = None) -> Found:
    """Recheck the certificate of one claim, and hold it against its row in the ledger if there is one."""
    found = Found(str(certificate.get("claim")), str(certificate.get("verdict")))
    try:
        _require(certificate.get("digest") == digest(certificate), "the digest is that of something else")
        for name in ("says", "domain", "verdict"):
            _require(entry is None or certificate.get(name) == entry[name], f"the ledger has other words for {name!r}")
        at = Claim(certificate["nodes"])
        for step in certificate["steps"]:
            _check(at, step, found)
        decided = sum(found.states.values()) > found.states["trusted"]
        _require(decided or found.verdict == "empirical", "no step decides anything")
    except Refused as reason:
        found.refused = str(reason)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError) as reason:
        found.refused = f"not in the form of a certificate: {type(reason).__name__} {reason}"
    return found


def _check(at: Claim, step: Mapping[str, Any], found: Found) -> None:
    matter = {name: value for name, value in step.items() if name not in ("rule", "statement")}
    rule, statement = step["rule"], step["statement"]
    try:
        if rule == "trusted":
            _require(not matter, "a trusted step with something to check")
            state, why = "trusted", ""
        elif not matter:
            state, why = "not rechecked", f"{rule} left nothing to check"
        else:
            _require(rule in DECIDING, f"there is no rule {rule!r}")
            state, why = getattr(at, rule)(**matter)
    except TooLong as reason:
        state, why = "not rechecked", str(reason)
    except Refused as reason:
        raise Refused(f"{statement}: {reason}") from reason
    found.states[state] += 1
    if why:
        found.left.append((statement, why))


def _below(said: str, one: Interval, other: Interval) -> bool:
    _require(one[0] < other[1], said)
    return one[1] < other[0]


def _require(holds: Any, why: str) -> None:
    if not holds:
        raise Refused(why)
