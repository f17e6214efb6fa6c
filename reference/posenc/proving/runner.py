"""Runs the proof scripts and holds what they find against the ledger of claims."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from types import ModuleType
from typing import Any

from posenc import spec
from posenc.proving.certificate import certificate
from posenc.proving.record import Step, Unproved, recording

PREFIXES = {"prove_": "proved", "refute_": "refuted"}


@dataclass(frozen=True)
class Outcome:
    """What became of one claim.

    claim        family.name
    entry        its row in the ledger
    verdict      proved, refuted or unknown: what the proof found; empirical: nothing that a proof could settle
    seconds      it took
    steps        what was decided, and how
    message      what is left over when the verdict is unknown
    certificate  the steps as data, when asked for and when the finding is what the ledger says
    """

    claim: str
    entry: dict[str, Any]
    verdict: str
    seconds: float
    steps: list[Step]
    message: str = ""
    certificate: dict[str, Any] | None = None

    @property
    def holds(self) -> bool:
        """Whether the finding is what the ledger says; unknown never is."""
        return self.verdict != "unknown" and self.verdict == self.entry["verdict"]


@cache
def script(family: str) -> ModuleType:
    """proofs/prove_<family>.py as a module; raises FileNotFoundError when the family has none."""
    path = spec.folder("proofs") / f"prove_{family}.py"
    found = importlib.util.spec_from_file_location(f"prove_{family}", path)
    if found is None or found.loader is None or not path.is_file():
        raise FileNotFoundError(f"proving: {path} is missing, needs the proofs of {family}")
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module  # dataclasses look themselves up
    found.loader.exec_module(module)
    return module


def proofs(family: str) -> dict[str, Callable[..., None]]:
    """The proof functions of a family by claim name."""
    found = {}
    for name, function in vars(script(family)).items():
        for prefix in PREFIXES:
            if name.startswith(prefix) and callable(function):
                found[name.removeprefix(prefix)] = function
    return found


def run(family: str, claim: str, definition: Any = None) -> Outcome:
    """Run the proof of one claim, about the family's definition or about another one handed in."""
    entry = spec.claims(family)[claim]
    function = proofs(family).get(claim)
    if entry["verdict"] == "empirical" and function is None:
        return Outcome(f"{family}.{claim}", entry, "empirical", 0.0, [])
    start = time.perf_counter()
    with recording() as steps:
        verdict, message = _found(function, definition)
    if verdict != "unknown" and all(step.rule == "trusted" for step in steps):
        verdict, message = "unknown", "no step of the proof decides anything"
    return Outcome(f"{family}.{claim}", entry, verdict, time.perf_counter() - start, steps, message)


def _found(function: Callable[..., None] | None, definition: Any) -> tuple[str, str]:
    if function is None:
        return "unknown", "there is no proof"
    try:
        function() if definition is None else function(definition)
    except Unproved as reason:
        return "unknown", str(reason)
    prefix = next(prefix for prefix in PREFIXES if function.__name__.startswith(prefix))
    return PREFIXES[prefix], ""


def broken_by(family: str, claim: str) -> list[str]:
    """The wrong definitions of a family's gallery of which the claim cannot be shown."""
    gallery, paper = script(family).WRONG, script(family).PAPER
    return [name for name, make in gallery.items() if not run(family, claim, make(paper)).holds]


def audit(names: list[str], jobs: int = 1, *, certified: bool = False) -> Iterator[Outcome]:
    """The outcome of every claim of the families, or of single claims written family.claim, in the ledgers' order.

    jobs       processes to share the work; with more than one, what comes back has no `matter` in its steps
    certified  whether a claim that holds comes with its certificate
    """
    asked = []
    for name in names:
        family, _, claim = name.partition(".")
        asked += [(family, one) for one in ([claim] if claim else spec.claims(family))]
    if jobs == 1:
        for family, claim in asked:
            yield _certified(run(family, claim), certified)
        return
    from concurrent.futures import ProcessPoolExecutor  # only here: it takes a while to load
    from multiprocessing import get_context

    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(_alone, certified=certified), asked, chunksize=4)


def _certified(outcome: Outcome, certified: bool) -> Outcome:
    if not (certified and outcome.holds):
        return outcome
    return replace(outcome, certificate=certificate(outcome.claim, outcome.entry, outcome.steps))


def _alone(asked: tuple[str, str], certified: bool) -> Outcome:
    """One claim in a process of its own; the steps go back as words."""
    outcome = _certified(run(*asked), certified)
    return replace(outcome, steps=[replace(step, matter={}) for step in outcome.steps])
