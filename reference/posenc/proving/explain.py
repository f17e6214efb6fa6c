"""The record of a proof for a reader: hypotheses, steps as formulas, and what decided each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import sympy as sp
from sympy.printing.pretty.pretty_symbology import greek_unicode

from posenc.checking import Found, check
from posenc.proving.enclose import Enclosed
from posenc.proving.record import Step
from posenc.proving.runner import Outcome, broken_by

WIDEST = 400  # characters of a formula
ROW = ("says", "corrected", "domain", "source", "general", "trusts")
FEW = 4  # entries of a matrix, or cases, that are shown
KINDS = ("integer", "positive", "nonnegative", "real")
SIGNS = [("**", "^"), ("*", "·"), (" - ", " − "), ("(-", "(−"), ("[-", "[−")]
GREEK = r"\b(alpha|beta|gamma|delta|theta|kappa|lambda|mu|omega|phi|pi|psi|rho|sigma|tau)\b"


def record(outcome: Outcome) -> dict[str, Any]:
    """Everything about one claim: its row in the ledger, hypotheses, steps, and which wrong definitions break it.

    The certificate, if the outcome has one, is rechecked, and each step says what came of that.
    """
    family, _, claim = outcome.claim.partition(".")
    found = check(outcome.certificate, outcome.entry) if outcome.certificate else None
    row: dict[str, Any] = {name: outcome.entry[name] for name in ROW if name in outcome.entry}
    return {
        "claim": outcome.claim,
        "verdict": outcome.verdict,
        "holds": outcome.holds,
        "message": outcome.message,
        **row,
        "hypotheses": hypotheses(outcome.steps),
        "steps": [_step(step) for step in outcome.steps],
        "rechecked": _rechecked(found),
        "broken_by": broken_by(family, claim) if outcome.steps else [],
    }


def _rechecked(found: Found | None) -> dict[str, Any]:
    if found is None:
        return {}
    left = [f"{statement}: {why}" for statement, why in found.left]
    return {"summary": found.summary, **found.states, "left": left}


def _step(step: Step) -> dict[str, Any]:
    formulas = list(_formulas(step.matter))
    return {"rule": step.rule, "statement": step.statement, "formulas": formulas, "evidence": step.evidence}


def plain(value: Any) -> str:
    """An expression or a collection of them in one line of Unicode, cut where it is long."""
    text: str = sp.sstr(value.tolist() if isinstance(value, sp.MatrixBase) else value, order="none")
    for old, new in SIGNS:
        text = text.replace(old, new)
    text = re.sub(r"^-", "−", text)
    text = re.sub(GREEK, lambda found: _greek(found[0]), text.replace("sqrt(", "√("))
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 2]} …"


def _greek(word: str) -> str:
    return str(greek_unicode.get(word, word))


def hypotheses(steps: list[Step]) -> list[str]:
    """What is assumed of every name that stands in a step: b positive, n integer nonnegative."""
    names: set[sp.Symbol] = set()
    for step in steps:
        for one in _expressions(list(step.matter.values())):
            names |= one.free_symbols
    said = set()
    for name in names:
        kinds = [kind for kind in KINDS if getattr(name, f"is_{kind}")]
        if "positive" in kinds:
            kinds = [kind for kind in kinds if kind != "nonnegative"]
        kinds = [kind for kind in kinds if kind != "real" or len(kinds) == 1]
        said.add(f"{plain(name)} {' '.join(kinds) or 'complex'}")
    return sorted(said)


def _expressions(value: Any) -> Iterator[sp.Basic]:
    if isinstance(value, Enclosed):
        yield value.meant()
    elif isinstance(value, sp.Basic | sp.MatrixBase):
        yield value
    elif isinstance(value, Mapping):
        yield from _expressions([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _expressions(one)


def _formulas(matter: Mapping[str, Any]) -> Iterator[str]:
    """What a step decides, written out."""
    if "zero" in matter:
        kept = [entry for entry in matter["zero"] if entry != 0]
        yield from (f"0 = {plain(entry)}" for entry in kept[:FEW])
        if len(kept) > FEW:
            yield f"and {len(kept) - FEW} more"
        elif not kept:
            yield "0 = 0: both sides are written alike"
    elif "members" in matter:
        count = len(matter["relations"])
        for at, member in enumerate(matter["members"]):
            own = zip(matter["cofactors"][at * count :], matter["relations"], strict=False)
            yield f"{plain(member)} = " + " + ".join(f"({plain(c)})·({plain(r)})" for c, r in own)
    elif "polynomial" in matter:
        says = "is odd" if matter["sign"] == "odd" else f"{matter['sign']} 0"
        yield f"{plain(matter['polynomial'])} {says} for all {', '.join(map(plain, matter['names']))} ≥ 0"
    elif "less" in matter:
        yield " < ".join(plain(_meant(side)) for side in matter["less"])
    elif "nonzero" in matter:
        yield f"{plain(matter['nonzero'])} ≠ 0"
    elif "equal" in matter:
        left, right = map(plain, matter["equal"])
        yield f"{left} = {right}" if left != right else f"both sides: {left}"
    elif "cases" in matter:
        yield from (" < ".join(plain(_meant(side)) for side in pair) for pair in matter["compared"][:FEW])
        yield f"{matter['cases']} cases"


def _meant(side: Any) -> Any:
    if isinstance(side, Enclosed):
        return side.meant()
    return "a number between the end points" if isinstance(side, tuple) else side
