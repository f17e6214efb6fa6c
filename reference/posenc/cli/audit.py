"""`posenc audit`: run the proofs and print the ledger with verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from posenc import spec
from posenc._files import vacant
from posenc.cli.console import err, known, out, print_json, progress, styled
from posenc.cli.document import page
from posenc.proving.runner import Outcome, audit

Names = Annotated[
    list[str] | None, typer.Argument(help="families, or single claims such as rope.relative; all by default")
]


def command(
    names: Names = None,
    steps: Annotated[bool, typer.Option("--steps", help="print every step of every proof")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="also write all of it as a page (.html) that needs nothing but itself")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an existing page")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
    document: Annotated[str | None, typer.Option("--document", help="what one document says, such as 003")] = None,
) -> None:
    """Run every proof and print each claim with its verdict and time.

    With --document, what that document says, statement by statement, and the claims that decide it.
    Exit code 0 when every finding is what the ledger says, 1 otherwise.
    """
    if document is not None:
        if names or steps or html:
            raise ValueError("--document was given with claims, --steps or --html, needs to be alone, or with --json")
        page(known("document", document, spec.documents()), json)
        return
    claims = [f"{ledger}.{claim}" for ledger in spec.ledgers() for claim in spec.claims(ledger)]
    asked = [known("claim", name, [*spec.ledgers(), *claims]) for name in names or spec.ledgers()]
    total = sum(1 if "." in name else len(spec.claims(name)) for name in asked)
    if html:
        vacant(html, force=force)
    outcomes: list[Outcome] = []
    with progress("proving", total) as advance:
        for outcome in audit(asked):
            outcomes.append(outcome)
            advance(len(outcomes), outcome.claim)
    if json:
        print_json(_report(outcomes))
    else:
        _print(outcomes, steps)
    if html:
        from posenc.cli.html import write

        write(html, outcomes, force=force)
        err.print(f"page in {html}", soft_wrap=True)
    if not all(outcome.holds for outcome in outcomes):
        raise typer.Exit(1)


VERDICTS = ("proved", "refuted", "empirical", "unknown")


def _print(outcomes: list[Outcome], steps: bool) -> None:
    table = Table("claim", "verdict", "time", "says", box=None, pad_edge=False, header_style="bold")
    for outcome in outcomes:
        table.add_row(outcome.claim, styled(outcome.verdict), f"{outcome.seconds:.2f} s", escape(outcome.entry["says"]))
        for step in outcome.steps if steps else ():
            table.add_row("", f"[dim]{step.rule}[/]", "", f"[dim]{escape(step.statement)}  {escape(step.evidence)}[/]")
    out.print(table)
    counts = {verdict: sum(o.verdict == verdict for o in outcomes) for verdict in VERDICTS}
    listed = ", ".join(f"{count} {styled(verdict)}" for verdict, count in counts.items())
    out.print(f"\n{len(outcomes)} claims: {listed}; {sum(o.seconds for o in outcomes):.1f} s")
    for outcome in outcomes:
        if not outcome.holds:
            said = f"found {outcome.verdict}, the ledger says {outcome.entry['verdict']}"
            err.print(f"[bold red]{outcome.claim}[/]: {said}. {outcome.message}", soft_wrap=True)


def _report(outcomes: list[Outcome]) -> dict[str, object]:
    return {
        "claims": [
            {
                "claim": outcome.claim,
                "verdict": outcome.verdict,
                "holds": outcome.holds,
                "seconds": round(outcome.seconds, 3),
                "message": outcome.message,
                **{name: outcome.entry[name] for name in ("says", "domain", "source", "general")},
                "steps": [vars(step) for step in outcome.steps],
            }
            for outcome in outcomes
        ],
        "holds": all(outcome.holds for outcome in outcomes),
    }
