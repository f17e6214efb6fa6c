"""Every bug of the corpus through the runner: by how many cases it is killed, and what it is named."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":  # the folder above holds the corpus
    sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus import logits, others, rotations, scalings, tables
from corpus.entry import Bug
from corpus.outside import OUTSIDE
from posenc.conformance.inside import Inside
from posenc.conformance.judge import HARMLESS, Subject
from posenc.conformance.runner import Plan, Report, check
from posenc.truth.bounds import Precision

BUGS = sorted([*rotations.BUGS, *scalings.BUGS, *others.BUGS, *tables.BUGS, *logits.BUGS], key=lambda bug: bug.id)
QUICK = Plan(search=0, sessions=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a bug.

    cases   those that it fails; asked: how many it answered
    named   the names it was given
    """

    bug: Bug
    cases: tuple[str, ...]
    asked: int
    named: tuple[str, ...]

    @property
    def killed(self) -> int:
        """How many cases it fails."""
        return len(self.cases)

    @property
    def right(self) -> bool:
        """Whether the first name is one of those expected."""
        return self.named[:1] != () and self.named[0] in self.bug.causes

    @property
    def wrong(self) -> bool:
        """Whether it was given a name that is not right; none at all is not wrong."""
        return self.named != () and not self.right


def run(bug: Bug, plan: Plan = QUICK) -> Report:
    """The bug's report."""
    forms = Precision.of(bug.angle or bug.dtype, bug.table or bug.dtype, bug.dtype)
    return check(Inside(bug.make, bug.id), Subject(bug.id, bug.operation, bug.convention, forms, bug.dtype, {}), plan)


def outcome(bug: Bug) -> Outcome:
    """Run it, and read the report."""
    report = run(bug)
    bad = tuple(result.vector.case.id.partition("/")[2] for result in report.results if result.state not in HARMLESS)
    asked = sum(result.state not in ("unsupported", "refused", "accepted") for result in report.results)
    return Outcome(bug, bad, asked, tuple(cause.name for cause in report.causes))


HEAD = """# Bugs that libraries had

What has gone wrong in public code, as a program here, and what `posenc check` says of it: by how many of the cases
that it answers it is killed, with the first of them, and the name that it is given. {programs} programs of {bugs} bugs;
{named} are given their name, and none another one. A cause *not known* comes with what was measured. Made by

    python tests/corpus/matrix.py

| bug | what is wrong | operation, convention | killed by | named | seen in |
|---|---|---|---|---|---|
"""
TAIL = """
## What cannot be seen

{unseen}

## What no operation can have

{outside}
"""
PAGE = Path(__file__).parents[2] / "spec" / "bugs.md"


def row(found: Outcome) -> str:
    """The line of the page."""
    bug = found.bug
    first = ", ".join(found.cases[:2]) + (", ..." if len(found.cases) > 2 else "")
    named = found.named[0] if found.named else "not known"
    killed = f"{found.killed} of {found.asked}: {first}"
    return f"| {bug.id} | {bug.says} | {bug.operation}, {bug.convention} | {killed} | {named} | {bug.seen_in or 'commits'} |"


def page(rows: Sequence[str]) -> str:
    """The page around its rows."""
    seen = [bug for bug in BUGS if not bug.unseen]
    head = HEAD.format(
        programs=len(seen), bugs=len({bug.id for bug in seen}), named=sum(bool(bug.causes) for bug in seen)
    )
    unseen = "\n".join(f"- {bug.id}, {bug.says}: {bug.unseen} ({bug.seen_in})." for bug in BUGS if bug.unseen)
    outside = "\n".join(f"- {name}: {why}." for name, why in sorted(OUTSIDE.items()))
    return head + "\n".join(rows) + "\n" + TAIL.format(unseen=unseen, outside=outside)


if __name__ == "__main__":
    PAGE.write_text(page([row(outcome(bug)) for bug in BUGS if not bug.unseen]), encoding="utf-8")
