"""Every known way to get an encoding wrong, executable: name → (definition → wrong definition), one module per family.

The names, what each does and who has shipped it stand in spec/<family>/conventions.toml. The galleries serve the
proofs (each must break a claim), the vectors (each must be told apart by two cases) and the diagnosis of a library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from posenc.definitions import Expr, Rounded

Mistake = Callable[[Any], Any]


def gallery(family: str) -> dict[str, Mistake]:
    """The wrong definitions of a family by their full name, `family/name`."""
    found: dict[str, Mistake] = import_module(f"posenc.definitions.wrong.{family}").WRONG
    return found


def rounded_positions(form: str) -> Callable[[Expr, Expr], Expr]:
    """Positions cast to a short format before they are multiplied: neighbours merge."""
    return lambda position, frequency: Rounded(position, form) * frequency


def rounded_angles(form: str) -> Callable[[Expr, Expr], Expr]:
    """Positions, frequencies and their product all held in a short format."""
    return lambda position, frequency: Rounded(Rounded(position, form) * Rounded(frequency, form), form)
