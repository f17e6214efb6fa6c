"""Exact decision procedures of algebra: trigonometric identities, polynomial ideals, positivity by coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import sympy as sp

from posenc.definitions import Expr
from posenc.proving.record import Unproved, decided

FIELDS = (sp.ZZ, sp.QQ, sp.ZZ_I, sp.QQ_I)  # coefficient domains in which zero is decided, not guessed


def require_zero(expr: Any, statement: str) -> None:
    """Decide that an expression, or every entry of a matrix, is zero for all real values of its symbols.

    Every sine, cosine and exponential is written in formal exponentials; exp of each independent term becomes a
    variable; what remains is a Laurent polynomial with Gaussian rational coefficients, and zero means no coefficients.
    """
    entries = list(expr) if isinstance(expr, sp.MatrixBase) else [sp.sympify(expr)]
    terms = 0
    if not entries:
        raise Unproved(f"{statement}: no entries to decide")
    for entry in entries:
        left = laurent(entry)
        if left != 0:
            raise Unproved(f"{statement}: left over {left}")
        terms += sp.count_ops(entry)
    decided("laurent", statement, f"{len(entries)} entries, {terms} operations, all coefficients cancel", zero=entries)


def laurent(expr: Expr) -> Expr:
    """The numerator of the normal form: 0 exactly when the Laurent polynomial is the zero polynomial."""
    expr = sp.sympify(expr).rewrite([sp.sin, sp.cos], sp.exp)
    powers = {node: _terms(node.exp) for node in expr.atoms(sp.exp)}
    scale: dict[Expr, int] = {}
    for terms in powers.values():
        for term, coefficient in terms.items():
            scale[term] = lcm(scale.get(term, 1), int(coefficient.q))
    names = {term: sp.Dummy(f"z{i}") for i, term in enumerate(sorted(scale, key=str))}
    flat = expr.xreplace(
        {
            node: sp.Mul(*(names[term] ** (coefficient * scale[term]) for term, coefficient in terms.items()))
            for node, terms in powers.items()
        }
    )
    numerator = sp.fraction(sp.together(flat))[0]
    return _decided_polynomial(numerator)


def _terms(exponent: Expr) -> dict[Expr, sp.Rational]:
    """An exponent as a rational combination of independent terms."""
    out: dict[Expr, sp.Rational] = {}
    for part in sp.Add.make_args(sp.expand(exponent)):
        coefficient, term = part.as_coeff_Mul()
        if not coefficient.is_Rational:
            coefficient, term = sp.Integer(1), part
        out[term] = out.get(term, sp.Integer(0)) + coefficient
    return {term: coefficient for term, coefficient in out.items() if coefficient}


def _decided_polynomial(expr: Expr) -> Expr:
    """The expanded polynomial; raises Unproved when its coefficients are outside the decidable fields."""
    if expr.is_number:
        expanded = sp.expand(expr)
        if expanded.is_Rational or expanded == 0:
            return expanded
    gens = sorted(expr.free_symbols, key=str)
    try:
        polynomial = sp.Poly(expr, *gens) if gens and expr.is_polynomial(*gens) else sp.Poly(expr)
    except sp.GeneratorsNeeded:
        return sp.expand(expr)
    if polynomial.domain not in FIELDS:
        raise Unproved(f"coefficients in {polynomial.domain}, in which zero is not decided: {expr}")
    return polynomial.as_expr()


def require_in_ideal(expr: Any, relations: Sequence[Expr], statement: str) -> None:
    """Decide that an expression vanishes wherever all relations do, by finding cofactors: expr = Σ cofactor·relation.

    The cofactors are the certificate: multiplying out needs no trust in how they were found.
    """
    entries = list(expr) if isinstance(expr, sp.MatrixBase) else [sp.sympify(expr)]
    shown, found = [], []
    for entry in entries:
        gens = sorted(entry.free_symbols.union(*(r.free_symbols for r in relations)), key=str)
        cofactors, _ = sp.reduced(entry, relations, *gens, order="grevlex")
        rest = sp.expand(entry - sum(c * r for c, r in zip(cofactors, relations, strict=True)))
        if rest != 0:
            raise Unproved(f"{statement}: remainder {rest}")
        shown += [f"({c})·({r})" for c, r in zip(cofactors, relations, strict=True) if c != 0]
        found += cofactors
    evidence = " + ".join(shown) or "identically zero"
    decided("ideal", statement, evidence, members=entries, relations=list(relations), cofactors=found)


def require_positive(expr: Expr, positive: Sequence[sp.Symbol], statement: str, *, strict: bool = True) -> None:
    """Decide expr > 0 (≥ 0 if not strict) for all non-negative values of the symbols.

    It suffices that, multiplied out, no coefficient is negative and (if strict) the constant term is positive.
    """
    polynomial = sp.Poly(expr, *positive, sp.Dummy())  # the dummy lets a bare number be a polynomial too
    constant = polynomial.nth(*(0,) * len(polynomial.gens))
    if not all(c.is_Rational and c >= 0 for c in polynomial.coeffs()) or (strict and not constant > 0):
        raise Unproved(f"{statement}: {polynomial.as_expr()} has a coefficient that is not a number of the right sign")
    evidence = f"{polynomial.as_expr()}, no negative coefficient"
    decided("coefficients", statement, evidence, polynomial=expr, names=list(positive), sign=">" if strict else "≥")
