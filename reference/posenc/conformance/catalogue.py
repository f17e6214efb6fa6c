"""The catalogue against the answers: rival conventions and known mistakes, singly and in pairs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.conformance.causes import Cause, both, listed
from posenc.conformance.judge import Result, Subject, compare
from posenc.definitions import family as definitions
from posenc.definitions.wrong import gallery
from posenc.truth.bounds import GRADES
from posenc.vectors.answers import Outputs, mistakes, rival, truth

MASKED = -1e3  # a logit up to here forbids as well as −∞
PATIENCE = 10.0  # seconds that pairs of mistakes are tried
ROUNDING = ("bf16-", "f16-", "f32-")  # mistakes of precision are not tried in pairs: they hide behind others


@dataclass(frozen=True)
class Match:
    """How far a rival explains the answers: how many cases in order, and its distance in the first that refutes it."""

    cause: Cause
    explained: int
    distance: float = 0.0


class Catalogue:
    """The answers of one target, and every rival's distance from them, computed once.

    results   the failing ones, the smallest first, then the passing ones
    failing   how many of them fail
    matches   every rival that was tried
    """

    def __init__(self, subject: Subject, failing: list[Result], passing: list[Result]) -> None:
        self.subject, self.failing = subject, len(failing)
        self.results = [*sorted(failing, key=_size), *passing]
        self.matches: list[Match] = []
        self.all_tried = True

    def causes(self) -> list[Cause]:
        """Those that explain everything: the rivals of the simplest level where there are any."""
        for level in (self._conventions, self._mistakes, self._mistakes_elsewhere, self._pairs):
            found = [cause for cause, definition in level() if self.explains(cause, definition)]
            if found:
                return [self._with_runner_up(cause, found) for cause in found]
        return []

    def explains(self, cause: Cause, definition: Any, room: float = 1.0) -> bool:
        """Whether every answer is within grade B, so many times, of what another definition gives."""
        for count, result in enumerate(self.results):
            distance = apart(self.subject, result, definition)
            if not distance <= GRADES["B"] * room:
                self.matches.append(Match(cause, count, distance))
                return False
        self.matches.append(Match(cause, len(self.results)))
        return True

    def closest(self, besides: tuple[str, ...] = ()) -> Match | None:
        """The rival that explains most cases before one refutes it, the nearest of those."""
        rivals = [match for match in self.matches if match.cause.name not in besides]
        return max(rivals, key=lambda match: (match.explained, -match.distance), default=None)

    def _with_runner_up(self, cause: Cause, found: list[Cause]) -> Cause:
        other = self.closest(tuple(one.name for one in found))
        return replace(cause, runner_up=other.cause.name, margin=other.distance) if other else cause

    def _conventions(self) -> Iterator[tuple[Cause, Any]]:
        """The rivals of the declared convention in this operation."""
        stem, operation = self.subject.operation.split(".")
        for name in spec.ways(stem, operation):
            if name != self.subject.convention:
                fix = f"Declare {name}, or convert: the chapter spec/{stem}/README.md says how."
                yield listed(name, self.failing, fix), definitions(stem).CONVENTIONS[name]

    def _mistakes(self, convention: str | None = None) -> Iterator[tuple[Cause, Any]]:
        """Known mistakes on top of a convention, the declared one unless said."""
        stem, operation = self.subject.operation.split(".")
        for name in mistakes(stem, operation):
            cause = listed(name, self.failing)
            if convention:
                cause = replace(cause, name=f"{name} on {convention}")
            yield cause, rival(stem, name, convention or self.subject.convention)

    def _mistakes_elsewhere(self) -> Iterator[tuple[Cause, Any]]:
        """Known mistakes on top of rival conventions."""
        for convention in spec.ways(*self.subject.operation.split(".")):
            if convention != self.subject.convention:
                yield from self._mistakes(convention)

    def _pairs(self) -> Iterator[tuple[Cause, Any]]:
        """Two known mistakes on top of the declared convention, tried while there is patience.

        Both must show in the smallest failing case, or one of them explain it alone: any other pair is refuted there.
        """
        stem, operation = self.subject.operation.split(".")
        names = [name for name in mistakes(stem, operation) if not name.split("/")[1].startswith(ROUNDING)]
        alone = {match.cause.name for match in self.matches if match.explained}
        names = [name for name in names if name in alone or self._shows(rival(stem, name, self.subject.convention))]
        start = time.monotonic()
        for at, first in enumerate(names):
            for second in names[at + 1 :]:
                if time.monotonic() - start > PATIENCE:
                    self.all_tried = False
                    return
                try:
                    definition = _twice(stem, first, second, self.subject.convention)
                except Exception:  # two replacements that do not go together are no mistake
                    continue
                yield both(listed(first, self.failing), listed(second, self.failing)), definition

    def _shows(self, definition: Any) -> bool:
        """Whether a mistake changes the smallest failing case."""
        smallest = self.results[0].vector
        return (
            apart(self.subject, replace(self.results[0], outputs=smallest.outputs[self.subject.convention]), definition)
            > 0
        )


@cache
def _twice(stem: str, first: str, second: str, convention: str) -> Any:
    """A mistake on top of another one."""
    return gallery(stem)[second](rival(stem, first, convention))


def _size(result: Result) -> int:
    return sum(array.size for array in (result.outputs or {}).values())


def apart(subject: Subject, result: Result, definition: Any) -> float:
    """How far an answer is from what another definition gives for the same case, in units; infinite where undefined."""
    try:
        outputs = truth(result.vector.family, result.vector.case, definition)
        if _unforbidden(result.vector.outputs[subject.convention], outputs, result.outputs or {}):
            return float("inf")
        claimed = replace(result.vector, outputs={subject.convention: dict(outputs)})
        return compare(subject, claimed, result.outputs or {}, definition)[0]
    except Exception:  # undefined for this case, as two mistakes that do not go together are: it explains nothing
        return float("inf")


def _unforbidden(right: Outputs, rivals: Outputs, found: Mapping[str, NDArray[Any]]) -> bool:
    """Whether a key that a rival alone forbids is allowed: what masks hide in the right answer, they show there."""
    return any(
        bool((np.isneginf(rivals[name]) & ~np.isneginf(right[name]) & (found[name] > MASKED)).any()) for name in right
    )
