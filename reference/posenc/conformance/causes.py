"""What a diagnosis says: a named cause, with all that helps to remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posenc import spec


@dataclass(frozen=True)
class Cause:
    """A named explanation. It holds for every failing case, and no passing case refutes it.

    name       family/convention, family/mistake, "family/mistake on family/convention", "family/mistake and
               family/mistake", family/identified for what was read off and nobody has listed, or fault/...,
               precision/..., state/..., profile/...
    says       in one sentence
    fix        the likely one
    explained  how many failing cases have exactly this cause's outputs; it is all of them
    seen_in    public reports of the same
    clause     where the specification says what is right
    runner_up  the rival that comes next; empty when there is none
    margin     how far the runner-up is off in the case that refutes it, in units of the bound
    """

    name: str
    says: str
    fix: str
    explained: int
    seen_in: tuple[str, ...]
    clause: str = ""
    runner_up: str = ""
    margin: float | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What was found out about failures.

    causes    the explanations that hold; empty when none does
    measured  what was measured beside them, or instead of them: parameters, growth, the closest rival
    """

    causes: list[Cause]
    measured: tuple[str, ...] = ()


def clause(family: str) -> str:
    """The chapter of a family, at the place where its conventions are told apart."""
    chapter = f"spec/{family}/README.md"
    text = (spec.folder("spec") / family / "README.md").read_text(encoding="utf-8")
    return f"{chapter}#rival-conventions" if "\n## Rival conventions" in text else chapter


def listed(name: str, count: int, fix: str = "") -> Cause:
    """The cause that a convention or mistake of the catalogue is, by its full name."""
    family, _, short = name.partition("/")
    entry: dict[str, Any] = spec.conventions(family)[short]
    return Cause(name, entry["says"], entry.get("fix", fix), count, tuple(entry.get("references", ())), clause(family))


def both(first: Cause, second: Cause) -> Cause:
    """Two mistakes at once."""
    says = f"{first.says} And: {second.says}"
    seen = tuple(dict.fromkeys((*first.seen_in, *second.seen_in)))
    fix = f"{first.fix} And: {second.fix}"
    return Cause(f"{first.name} and {second.name}", says, fix, first.explained, seen, first.clause)
