"""What a proof leaves behind: each step with the statement, how it was decided, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


class Unproved(Exception):
    """A step could not be decided, or was decided the other way; the message says what is left over."""


@dataclass(frozen=True)
class Step:
    """One step of a proof.

    rule       "laurent", "ideal", "coefficients", "enclosure" or "exact" decide; "trusted" only names what is used
    statement  what the step says
    evidence   what decided it, for readers: a normal form, cofactors, end points, a count
    matter     the same as objects, by name: what a certificate is written from, when somebody asks for one
    """

    rule: str
    statement: str
    evidence: str
    matter: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


_steps: ContextVar[list[Step] | None] = ContextVar("steps", default=None)


@contextmanager
def recording() -> Iterator[list[Step]]:
    """The steps taken inside the block."""
    steps: list[Step] = []
    token = _steps.set(steps)
    try:
        yield steps
    finally:
        _steps.reset(token)


def decided(rule: str, statement: str, evidence: str, **matter: Any) -> None:
    """Note a step that was decided."""
    steps = _steps.get()
    if steps is not None:
        steps.append(Step(rule, statement, evidence, matter))


def trust(statement: str) -> None:
    """Name a classical theorem that a proof uses and this program does not check."""
    decided("trusted", statement, "")
