"""Symbols that the formulas of several families share, and what a formula is."""

from __future__ import annotations

from typing import Any

import sympy as sp

from posenc.definitions import Expr

Row = tuple[str, Expr | None, Any]

b, d, r, p, k, c, delta = sp.symbols("b d r p k c delta", positive=True)
i, j, m, n, h = sp.symbols("i j m n h", integer=True, nonnegative=True)
H, W = sp.symbols("H W", integer=True, positive=True)
omega, theta, lam, phi = sp.symbols("omega_i theta_i lambda phi", real=True)
q, key, x, y, s, t, gamma, beta = sp.symbols("q k x y s t gamma beta", real=True)


def named(name: str) -> Any:
    """A function without a definition, for left sides."""
    return sp.Function(name)


def cells(name: str, rows: int, columns: int) -> list[list[Any]]:
    """Symbols with two indices."""
    return [[sp.Symbol(f"{name}_{row}{column}", real=True) for column in range(columns)] for row in range(rows)]
