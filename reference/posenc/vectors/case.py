"""A case as its author writes it: exact inputs and the reason it exists. Outputs are never written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Case:
    """One input of one operation.

    id           operation/name, unique for ever; the family is the file's
    comment      what the case is there to catch
    flags        names from spec/flags.toml
    params       every parameter of the contract, defaults written out
    inputs       the arrays by name
    conventions  those whose outputs are listed, by full name; empty for a case that must be refused
    refused      why it must raise: "domain", "shape" or "dtype"
    """

    id: str
    comment: str
    flags: Sequence[str]
    params: Mapping[str, Any]
    inputs: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    conventions: Sequence[str] = ()
    refused: str | None = None

    @property
    def operation(self) -> str:
        """The operation's name within its family."""
        return self.id.split("/")[0]


@dataclass(frozen=True)
class Session:
    """Cases of one operation that are asked in order of one instance, each compared with its own truth.

    What is right when asked first and wrong after another is state that should not be there.

    id       operation/name, unique for ever, among the cases too
    comment  which state it is there to catch
    flags    names from spec/flags.toml
    order    ids of cases of the operation, without the family; one may come twice
    """

    id: str
    comment: str
    flags: Sequence[str]
    order: Sequence[str]

    @property
    def operation(self) -> str:
        """The operation's name within its family."""
        return self.id.split("/")[0]


def values(*shape: int, seed: int) -> NDArray[np.float64]:
    """Irregular numbers that every format holds exactly: odd multiples of 1/64 between −2 and 2, never 0.

    A linear congruential generator, spelled out so that the inputs are the same in any language and for ever.
    """
    out, state = [], seed * 2654435761 + 1
    for _ in range(int(np.prod(shape))):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append((2 * (state >> 57) + 1 - 128) / 64)
    return np.array(out, dtype=np.float64).reshape(shape)


def cases(family: str) -> tuple[Case, ...]:
    """All cases of a family, in the order of their files."""
    found: tuple[Case, ...] = tuple(import_module(f"posenc.vectors.cases.{family}").cases())
    return found


def sessions(family: str) -> tuple[Session, ...]:
    """The ordered calls of a family; none where nothing is worth keeping between calls."""
    make = getattr(import_module(f"posenc.vectors.cases.{family}"), "sessions", tuple)
    found: tuple[Session, ...] = tuple(make())
    return found
