"""The key formulas of each family, asked of its definition: replace a function there, and the formula is another.

A formula is (what it is, left side or None for what holds, right side). Each function takes the family's definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from posenc import spec
from posenc.cli.html.formulas.kinds import Row
from posenc.definitions import family as definitions
from posenc.proving.runner import script

Maker = Callable[[Any], Iterator[Row]]
GROUPS = ("absolute", "relative", "biases", "rotations", "others")


def maker(ledger: str) -> Maker | None:
    """What makes the formulas of a family or of a chapter of mathematics; None where the words are all there is."""
    found = (getattr(import_module(f"posenc.cli.html.formulas.{group}"), ledger, None) for group in GROUPS)
    return next((one for one in found if one is not None), None)


def definition(ledger: str) -> Any:
    """The first convention of a family; what the proofs of a chapter of mathematics are about."""
    if ledger in spec.families():
        return next(iter(definitions(ledger).CONVENTIONS.values()))
    return getattr(script(ledger), "PAPER", None)


def formulas(ledger: str, which: Any = None) -> list[Row]:
    """Of a ledger's definition, or of another one handed in."""
    make = maker(ledger)
    return [] if make is None else list(make(definition(ledger) if which is None else which))
