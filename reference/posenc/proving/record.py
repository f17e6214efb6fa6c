"""What a proof leaves behind: each step with the statement, how it was decided, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class Unproved(Exception):
    """A step could not be decided, or was decided the other way; the message says what is left over."""


@dataclass(frozen=True)
class Step:
    """One step of a proof.

    rule       "laurent", "ideal", "coefficients", "enclosure" or "exact" decide; "trusted" only names what is used
    statement  what the step says
    evidence   what decided it: a normal form, cofactors, end points, a count
    """

    rule: str
    statement: str
    evidence: str


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


def decided(rule: str, statement: str, evidence: str) -> None:
    """Note a step that was decided."""
    steps = _steps.get()
    if steps is not None:
        steps.append(Step(rule, statement, evidence))


def trust(statement: str) -> None:
    """Name a classical theorem that a proof uses and this program does not check."""
    decided("trusted", statement, "")
