"""What each encoding means: exact SymPy expressions, one module per family.

A definition is a frozen record of small functions; replacing one of them (`dataclasses.replace`) gives another
convention, or a wrong definition for the proofs to reject. Nothing here is a float and nothing here is fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias

import sympy as sp

Expr: TypeAlias = sp.Expr
Params = Mapping[str, Any]


class Rounded(sp.Function):  # type: ignore[misc]
    """Rounded(x, "bfloat16"): x rounded to the nearest number of that format, ties to even.

    It stays unevaluated. With it, what a program does in limited precision is mathematics too, and can be proved
    wrong or evaluated exactly like any other definition.
    """

    nargs = 2
    is_real = True

    def __new__(cls, value: Expr, form: str | sp.Symbol) -> Any:
        return super().__new__(cls, sp.sympify(value), sp.Symbol(str(form)))


class Held(sp.Dummy):  # type: ignore[misc]
    """A symbol that stands for an expression: Held(x).means is x.

    Formulas that feed on their own results, step after step, stay small with it; written out they would double with
    every step. A program computes what it means, once.
    """

    means: Expr
    __slots__ = ("means",)

    def __new__(cls, means: Expr) -> Any:
        held = super().__new__(cls, "held", real=True)
        held.means = sp.sympify(means)
        return held


class Below(sp.Function):  # type: ignore[misc]
    """Below(a, b, x, y): x where a < b, y elsewhere; it stays unevaluated unless a and b are rational.

    Which of the two it is an enclosure decides. Irrational numbers that are equal stay undecided, so a definition
    that compares them must know that they cannot be.
    """

    nargs = 4
    is_real = True
    is_number = False  # so that SymPy, which cannot evaluate it, does not try

    def __new__(cls, a: Expr, b: Expr, x: Expr, y: Expr) -> Any:
        a, b, x, y = map(sp.sympify, (a, b, x, y))
        if a.is_Rational and b.is_Rational:
            return x if a < b else y
        return super().__new__(cls, a, b, x, y)


class Fixed(dict[str, Any]):
    """A parameter with parts of its own, by name, which are not changed any more: it has a hash."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))


def standing(function: Any, *args: Any) -> Expr:
    """exp, Max, Min, Abs, floor or ceiling of its arguments: decided at once for rationals, left standing otherwise.

    SymPy would try to decide it for any expression, which for the logits of attention takes minutes.
    """
    exact = [sp.sympify(arg) for arg in args]
    return function(*exact, evaluate=all(arg.is_Rational for arg in exact))


def dot(one: Sequence[Expr], other: Sequence[Expr]) -> Expr:
    """Σ one · other."""
    return sp.Add(*(a * b for a, b in zip(one, other, strict=True)))


@dataclass(frozen=True, eq=False)
class Operation:
    """One computation of a family on its smallest block, the core; the same for every row, head or position.

    define    (definition, params, **inputs) → the outputs by name, each a list (of lists) of expressions
    inputs    the array inputs by name → how many of their last axes belong to the core (0: a number per row)
    concrete  the inputs that define needs as numbers, because its form depends on them; the others are symbols
    implied   inputs that follow from the params (query and key positions from n_q and n_k), as nested lists
    leading   whether the core axis of the outputs stands first rather than last
    first     the inputs whose one core axis stands first: positions (3, ...) of three axes
    domain    (params, input shapes by name) → what is needed, in a sentence, when the mathematics does not cover them
    """

    define: Callable[..., Mapping[str, Sequence[Any]]]
    inputs: Mapping[str, int] = field(default_factory=dict)
    concrete: frozenset[str] = frozenset()
    implied: Callable[[Params], Mapping[str, Any]] | None = None
    leading: bool = False
    first: frozenset[str] = frozenset()
    domain: Callable[[Params, Mapping[str, tuple[int, ...]]], str | None] | None = None


def places(params: Params) -> dict[str, Any]:
    """`implied` positions of a bias: query i down, key j across; the queries are the last n_q of the n_k positions."""
    n_q, n_k = params["n_q"], params["n_k"]
    return {"i": [[a + n_k - n_q] for a in range(n_q)], "j": [list(range(n_k))]}


def enough_keys(params: Params, shapes: Any) -> str | None:
    """`domain` of a bias: in causal use the first query would see no key if there were more queries than keys."""
    if params["use"] == "causal" and params["n_q"] > params["n_k"]:
        return f"n_q is {params['n_q']} and n_k is {params['n_k']}, needs n_q ≤ n_k in causal use"
    return None


def family(name: str) -> ModuleType:
    """The module of a family; it has CONVENTIONS (name → definition) and OPERATIONS (name → Operation)."""
    return import_module(f"posenc.definitions.{name}")
