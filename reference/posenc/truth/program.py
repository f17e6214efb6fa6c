"""SymPy expressions as straight-line programs over exact rationals and enclosures.

A number stays an exact rational for as long as it is one (so ties and exact results are recognised, which no
precision could decide) and becomes an enclosure where it turns irrational. Equal subexpressions are computed once.
Rationals are taken over as they stand: nothing passes through a float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from posenc.definitions import Expr, Held, Rounded
from posenc.truth.engines import Engine
from posenc.truth.formats import FORMATS

Number = Any  # Fraction, or an engine's enclosure, or a float that is infinite or NaN
NAN = float("nan")  # what arithmetic with an overflowed number gives

EXACT_AT_ZERO = {"sin": Fraction(0), "cos": Fraction(1), "exp": Fraction(1)}


class Undecided(ArithmeticError):
    """The enclosure is too wide to say; more precision may help."""


@dataclass
class Program:
    """The value of each expression, for any exact values of the symbols.

    exprs, symbols  what is computed, of what; every free symbol of exprs is among symbols
    """

    exprs: Sequence[Expr]
    symbols: Sequence[sp.Symbol]
    _steps: list[tuple[str, Any]] = field(default_factory=list)
    _places: dict[Expr, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, symbol in enumerate(self.symbols):
            self._places[symbol] = place
        self._outputs = [self._compile(sp.sympify(expr)) for expr in self.exprs]

    def __call__(self, engine: Engine, values: Sequence[Fraction]) -> list[Number]:
        """The values of exprs, inside `with engine:`; raises Undecided where its precision does not suffice."""
        memory: list[Number] = list(values)
        for name, args in self._steps:
            memory.append(_STEPS[name](engine, memory, args))
        return [memory[place] for place in self._outputs]

    def _compile(self, expr: Expr) -> int:
        """The place in memory where the expression's value will stand."""
        if isinstance(expr, Held):
            return self._compile(expr.means)
        if expr not in self._places:
            step = self._step(expr)
            self._places[expr] = len(self.symbols) + len(self._steps)
            self._steps.append(step)
        return self._places[expr]

    def _step(self, expr: Expr) -> tuple[str, Any]:
        if expr.is_Rational:
            return "constant", Fraction(int(expr.p), int(expr.q))
        if expr in (sp.oo, -sp.oo):
            return "constant", float(expr)
        if expr is sp.pi:
            return "pi", None
        if expr is sp.E:
            return "constant_e", None
        if isinstance(expr, sp.Pow) and expr.exp.is_Rational:
            return "power", (self._compile(expr.base), Fraction(int(expr.exp.p), int(expr.exp.q)))
        if isinstance(expr, Rounded):
            return "rounded", (self._compile(expr.args[0]), FORMATS[expr.args[1].name])
        names = {sp.Add: "add", sp.Mul: "mul", sp.Abs: "abs", sp.Max: "max", sp.Min: "min"}
        name = names.get(expr.func, expr.func.__name__)
        if name not in _STEPS or isinstance(expr, sp.Symbol):
            raise TypeError(f"truth.program: cannot evaluate {expr}, needs one of {', '.join(_STEPS)}")
        return name, [self._compile(arg) for arg in expr.args]


def _is_exact(value: Number) -> bool:
    return isinstance(value, Fraction)


def _lift(engine: Engine, value: Number) -> Any:
    return engine.ball(value) if _is_exact(value) else value


def fold(engine: Engine, values: list[Number], neutral: int) -> Number:
    """The sum (neutral 0) or product (neutral 1): the exact operands first and exactly, then the enclosures."""
    exact: Fraction | None = None
    rest = []
    for value in values:
        if isinstance(value, float):
            return NAN
        if not isinstance(value, Fraction):
            rest.append(value)
        elif exact is None:
            exact = value
        else:
            exact = exact * value if neutral else exact + value
    if exact is not None and (not rest or (neutral and not exact)):  # 0 times anything is exactly 0
        return exact
    if not rest:
        return Fraction(neutral)
    out = rest[0] if exact is None or exact == neutral else _lift(engine, exact)
    for value in rest[1:] if out is rest[0] else rest:
        out = engine.mul(out, value) if neutral else engine.add(out, value)
    return out


def _power(engine: Engine, memory: list[Number], args: tuple[int, Fraction]) -> Number:
    value, exponent = memory[args[0]], args[1]
    if isinstance(value, float):
        return NAN
    if _is_exact(value) and exponent.denominator == 1:
        return value ** int(exponent)
    if _is_exact(value):
        root = sp.Rational(value.numerator, value.denominator) ** sp.Rational(exponent.numerator, exponent.denominator)
        if root.is_Rational:
            return Fraction(int(root.p), int(root.q))
    return engine.power(_lift(engine, value), exponent)


def _function(name: str) -> Any:
    def step(engine: Engine, memory: list[Number], args: list[int]) -> Number:
        value = memory[args[0]]
        if isinstance(value, float):
            return NAN
        if _is_exact(value) and value == (1 if name == "log" else 0):
            return EXACT_AT_ZERO.get(name, Fraction(0))
        return engine.apply(name, _lift(engine, value))

    return step


def _abs(engine: Engine, memory: list[Number], args: list[int]) -> Number:
    value = memory[args[0]]
    if _is_exact(value) or isinstance(value, float):
        return abs(value)
    (low, _), (high, _) = engine.bounds(value)
    if low < 0 < high:
        raise Undecided
    return value if low >= 0 else engine.mul(engine.ball(Fraction(-1)), value)


def _extreme(sign: int) -> Any:
    """The largest (sign 1) or the smallest (sign −1) of the operands."""

    def step(engine: Engine, memory: list[Number], args: list[int]) -> Number:
        best, *others = (memory[place] for place in args)
        if any(isinstance(value, float) for value in (best, *others)):
            return NAN
        for other in others:
            if sign * _compare(engine, other, best) > 0:
                best = other
        return best

    return step


def _below(engine: Engine, memory: list[Number], args: list[int]) -> Number:
    """The third operand where the first is below the second, the fourth elsewhere."""
    a, b, x, y = (memory[place] for place in args)
    if isinstance(a, float) or isinstance(b, float):
        return NAN
    return x if _compare(engine, a, b) < 0 else y


def _compare(engine: Engine, a: Number, b: Number) -> int:
    """1, 0 or −1 as a is above, equal to or below b; raises Undecided when their enclosures overlap."""
    if _is_exact(a) and _is_exact(b):
        return int(a > b) - int(a < b)
    minus_b = -b if _is_exact(b) else engine.mul(engine.ball(Fraction(-1)), b)
    (low, _), (high, _) = engine.bounds(engine.add(_lift(engine, a), _lift(engine, minus_b)))
    if low <= 0 <= high:
        raise Undecided
    return -1 if high < 0 else 1


def _integer(function: Callable[[Fraction], int]) -> Any:
    """floor or ceiling; Undecided when it differs between the ends of the enclosure."""

    def step(engine: Engine, memory: list[Number], args: list[int]) -> Number:
        value = memory[args[0]]
        if isinstance(value, float):
            return NAN
        ends = [value] if _is_exact(value) else [m * Fraction(2) ** e for m, e in engine.bounds(value)]
        found = {function(end) for end in ends}
        if len(found) > 1:
            raise Undecided
        return Fraction(found.pop())

    return step


def _rounded(engine: Engine, memory: list[Number], args: tuple[int, Any]) -> Number:
    form, word = args[1], round_number(engine, memory[args[0]], args[1])
    return form.value(word) if form.is_finite(word) else float(form.decode(np.array([word], form.word_dtype))[0])


def round_number(engine: Engine, value: Number, form: Any) -> int:
    """The word of the correctly rounded value; raises Undecided when the enclosure's ends round differently."""
    if _is_exact(value):
        return int(form.round(value))
    if isinstance(value, float):
        return int(form.nan if math.isnan(value) else form.infinity | (value < 0) << (form.bits - 1))
    low, high = (form.round_ratio(m << max(e, 0), 1 << max(-e, 0)) for m, e in engine.bounds(value))
    if low != high:
        raise Undecided
    return int(low)


_STEPS: dict[str, Any] = {
    "constant": lambda engine, memory, value: value,
    "pi": lambda engine, memory, _: engine.pi(),
    "constant_e": lambda engine, memory, _: engine.apply("exp", engine.ball(Fraction(1))),
    "add": lambda engine, memory, args: fold(engine, [memory[a] for a in args], 0),
    "mul": lambda engine, memory, args: fold(engine, [memory[a] for a in args], 1),
    "power": _power,
    "abs": _abs,
    "max": _extreme(1),
    "min": _extreme(-1),
    "floor": _integer(math.floor),
    "ceiling": _integer(math.ceil),
    "rounded": _rounded,
    "Below": _below,
    **{name: _function(name) for name in ("sin", "cos", "exp", "log", "tanh")},
}
