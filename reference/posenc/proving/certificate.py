"""Certificates: the steps of a proof as data, for posenc.checking to recheck without SymPy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from posenc.checking.rules import FORMAT, digest
from posenc.definitions import Rounded
from posenc.proving.enclose import Enclosed, Summed
from posenc.proving.record import Step

HEADS = {
    sp.Add: "+",
    sp.Mul: "*",
    sp.Pow: "^",
    sp.exp: "exp",
    sp.log: "log",
    sp.sin: "sin",
    sp.cos: "cos",
    sp.Abs: "abs",
    sp.Max: "max",
    sp.Min: "min",
    sp.floor: "floor",
    sp.ceiling: "ceiling",
    Rounded: "round",
    Summed: "summed",
    sp.Tuple: "list",
}
DEFINED = {  # functions that are written as what they are short for
    sp.tan: lambda x: sp.sin(x) / sp.cos(x),
    sp.sinh: lambda x: (sp.exp(x) - sp.exp(-x)) / 2,
    sp.cosh: lambda x: (sp.exp(x) + sp.exp(-x)) / 2,
    sp.tanh: lambda x: 1 - 2 / (1 + sp.exp(2 * x)),
}
ATOMS = {sp.I: ["i"], sp.pi: ["pi"], sp.oo: ["infinity"], -sp.oo: ["-infinity"], sp.true: ["true"], sp.false: ["false"]}
SIGNS = ("positive", "nonnegative", "real")


class Nodes:
    """All expressions of a claim, every part once: a node is a rational number as text, or a head and its parts."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self._places: dict[Any, int] = {}
        self._written: dict[Any, int] = {}
        self._symbols: dict[str, list[sp.Symbol]] = {}

    def put(self, value: Any) -> int:
        """The number of the node that says the value: an expression, a number, a word, or a collection of these."""
        if isinstance(value, sp.Basic):
            if value not in self._written:
                self._written[value] = self._expression(value)
            return self._written[value]
        if isinstance(value, bool | str):
            return self._node([str(value).lower()] if isinstance(value, bool) else ["text", value])
        if isinstance(value, int | Fraction):
            return self._node(str(value))
        if isinstance(value, sp.MatrixBase):
            return self.put(value.tolist())
        if isinstance(value, Mapping):
            pairs = sorted([self.put(key), self.put(entry)] for key, entry in value.items())
            return self._node(["map", *(one for pair in pairs for one in pair)])
        if isinstance(value, set | frozenset):
            return self._node(["set", *sorted(map(self.put, value))])
        if isinstance(value, list | tuple):
            return self._node(["list", *map(self.put, value)])
        return self._node(["opaque", f"{type(value).__name__} {value}"])

    def _node(self, node: Any) -> int:
        key = node if isinstance(node, str) else tuple(node)
        if key not in self._places:
            self._places[key] = len(self.nodes)
            self.nodes.append(node)
        return self._places[key]

    def _expression(self, value: sp.Basic) -> int:
        if value in ATOMS:
            return self._node(ATOMS[value])
        if isinstance(value, sp.Rational):
            return self._node(str(value))
        if isinstance(value, sp.Symbol):
            sign = next((sign for sign in SIGNS if getattr(value, f"is_{sign}")), "complex")
            return self._node(["name", self.name(value), sign])
        if value is sp.E:
            return self._node(["exp", self.put(1)])
        if isinstance(value, Rounded):
            return self._node(["round", self.put(value.args[0]), str(value.args[1])])
        if isinstance(value, Summed):
            return self._node(["summed", str(value.args[0]), *map(self.put, value.args[1:])])
        if type(value) in DEFINED:
            return self.put(DEFINED[type(value)](*value.args))
        head = HEADS.get(type(value))
        if head is None:
            if not isinstance(value, sp.Function):
                return self._node(["opaque", sp.srepr(value)])
            head = f"function {type(value).__name__}"
        return self._node([head, *map(self.put, value.args)])

    def name(self, symbol: sp.Symbol) -> str:
        """The symbol's name; different symbols that are called the same are told apart by primes."""
        same = self._symbols.setdefault(str(symbol), [])
        if symbol not in same:
            same.append(symbol)
        return str(symbol) + "′" * same.index(symbol)


def certificate(claim: str, entry: Mapping[str, Any], steps: Sequence[Step]) -> dict[str, Any]:
    """The steps that settle a claim as data, beside its row in the ledger, sealed by a digest."""
    nodes = Nodes()
    found = {
        "claim": claim,
        **{name: entry[name] for name in ("says", "domain", "verdict")},
        "steps": [{"rule": s.rule, "statement": s.statement, **_matter(nodes, s)} for s in steps],
        "nodes": nodes.nodes,
    }
    return {**found, "digest": digest(found)}


def book(ledger: str, certificates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The certificates of one ledger: what a file holds."""
    return {"format": FORMAT, "ledger": ledger, "claims": list(certificates)}


def written(value: Mapping[str, Any]) -> str:
    """A book as the text of its file."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _matter(nodes: Nodes, step: Step) -> dict[str, Any]:
    matter = step.matter
    if step.rule == "enclosure" and matter:
        key = "less" if "less" in matter else "nonzero"
        sides = matter["less"] if key == "less" else (matter["nonzero"],)
        return {
            key: [_side(nodes, side) for side in sides],
            "ends": [[str(Fraction(end)) for end in ends] for ends in matter["ends"]],
        }
    if "names" in matter:
        names = [nodes.name(name) for name in matter["names"]]
        return {"polynomial": nodes.put(matter["polynomial"]), "names": names, "sign": matter["sign"]}
    if "cases" in matter:
        pairs = [[_side(nodes, side) for side in pair] for pair in matter["compared"]]
        return {"cases": matter["cases"], "compared": pairs}
    return {name: [nodes.put(one) for one in values] for name, values in matter.items()}


def _side(nodes: Nodes, side: Any) -> int | None:
    """The node of what was enclosed; None where only the end points are known."""
    if isinstance(side, tuple):
        return nodes.put(side.meant()) if isinstance(side, Enclosed) else None
    return nodes.put(sp.sympify(side))
