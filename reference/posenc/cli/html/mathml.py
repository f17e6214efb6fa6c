"""Formulas for a browser: SymPy's expressions as MathML, with the functions that only definitions have."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import sympy as sp
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.precedence import PRECEDENCE

from posenc.definitions import Below, Expr


class Printer(MathMLPresentationPrinter):  # type: ignore[misc]
    """SymPy's printer, but for what it does not know or what is hard to read as it does it."""

    def _print_Below(self, expr: Any) -> Any:  # noqa: N802, SymPy's names
        """Cases: x where a < b, and so on; the last one otherwise."""
        table = self.dom.createElement("mtable")
        table.setAttribute("class", "cases")
        while isinstance(expr, Below):
            a, b, x, expr = expr.args
            self._case(table, x, sp.Lt(a, b, evaluate=False))
        self._case(table, expr, sp.Symbol("otherwise"))
        return self._row(self._sign("{"), table)

    def _case(self, table: Any, value: Any, where: Any) -> None:
        line = self.dom.createElement("mtr")
        for one in (value, where):
            cell = self.dom.createElement("mtd")
            cell.appendChild(self._print(one))
            line.appendChild(cell)
        table.appendChild(line)

    def _print_Max(self, expr: Any) -> Any:  # noqa: N802
        return self._named("max", expr.args)

    def _print_Min(self, expr: Any) -> Any:  # noqa: N802
        return self._named("min", expr.args)

    def _print_AppliedUndef(self, expr: Any) -> Any:  # noqa: N802, SymPy would write R as r
        return self._named(expr.func.__name__, expr.args)

    def _print_Mod(self, expr: Any) -> Any:  # noqa: N802
        left, right = expr.args
        word = self._sign("mod")
        for side in ("lspace", "rspace"):
            word.setAttribute(side, "0.3em")
        return self._row(self._print(left), word, self._print(right))

    def _print_Pow(self, expr: Any) -> Any:  # noqa: N802
        return self._raised(expr) or super()._print_Pow(expr)

    def _print_exp(self, expr: Any) -> Any:
        return self._raised(expr) or super()._print_exp(expr)

    def _raised(self, expr: Any) -> Any:
        """A power whose exponent is a fraction on one line: two lines up there are too small to read."""
        base, exponent = expr.as_base_exp()
        above, below = sp.fraction(exponent)
        if exponent.is_Rational or below == 1 or expr.is_Rational:
            return None
        out = self.dom.createElement("msup")
        out.appendChild(self.parenthesize(base, PRECEDENCE["Pow"]))
        parts = (self.parenthesize(above, PRECEDENCE["Mul"] - 1), self.parenthesize(below, PRECEDENCE["Mul"]))
        out.appendChild(self._row(parts[0], self._sign("/"), parts[1]))
        return out

    def _named(self, name: str, args: Any) -> Any:
        word = self._print(sp.Symbol(name))  # which knows Greek letters and indices
        commas = [part for arg in args for part in (self._sign(","), self._print(arg))][1:]
        return self._row(word, self._sign("("), *commas, self._sign(")"))

    def _row(self, *children: Any) -> Any:
        out = self.dom.createElement("mrow")
        for child in children:
            out.appendChild(child)
        return out

    def _sign(self, sign: str) -> Any:
        out = self.dom.createElement("mo")
        out.appendChild(self.dom.createTextNode(sign))
        return out


SIGNS = {  # the first SymPy forgets to escape; the others are how this specification writes them
    "<mo><</mo>": "<mo>&lt;</mo>",
    "<mo>-</mo>": "<mo>−</mo>",
    "&ExponentialE;": "e",
}


def written(expr: Expr) -> str:
    """The expression's MathML, without an element math around it; entities of HTML become characters."""
    found = Printer({"ln_notation": True, "mul_symbol": "dot"}).doprint(expr)
    for sign, better in SIGNS.items():
        found = found.replace(sign, better)
    found = re.sub(r"</mn><mo>&#xB7;</mo>(?=<mi>|<msub>|<mrow>)", "</mn><mo>\N{INVISIBLE TIMES}</mo>", found)
    return re.sub(r"&(?!amp;|lt;|gt;|quot;|#)\w+;", lambda entity: unescape(entity[0]), found)


def equation(left: Expr | None, right: Expr) -> str:
    """A formula on a line of its own; what holds, if there is no left side."""
    sides = written(right) if left is None else f"{written(left)}<mo>=</mo>{written(right)}"
    return f'<math display="block"><mrow>{sides}</mrow></math>'
