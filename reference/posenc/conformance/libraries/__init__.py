"""Adapters of real libraries, one module or package each, imported only inside the process in which the library runs.

A module has TARGETS, a list of Target, and version(). A target takes the contract's arguments and gives its outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import iter_modules
from typing import Any


@dataclass(frozen=True)
class Target:
    """A function of the library with what it declares.

    name        model.operation
    operation   family.operation
    convention  full name
    call        takes the contract's arguments by keyword; raises Unsupported for what the library does not have
    angle       the format in which it forms angles; table and output: in which it keeps tables and answers
    """

    name: str
    operation: str
    convention: str
    call: Callable[..., Any]
    angle: str = "float32"
    table: str = "float32"
    output: str = "float32"

    def described(self) -> dict[str, str]:
        """The target without its function, for the profile."""
        return {name: value for name, value in vars(self).items() if name != "call"}


def names() -> tuple[str, ...]:
    """The supported libraries, whether installed or not."""
    return tuple(sorted(one.name for one in iter_modules(__path__) if not one.name.startswith("_")))
