"""`posenc audit`: run the proofs and print the ledger with verdicts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from posenc import spec
from posenc.cli.console import err, known, out, print_json, progress, styled
from posenc.cli.document import page
from posenc.proving import kernel
from posenc.proving.runner import Outcome, audit

Names = Annotated[
    list[str] | None, typer.Argument(help="families, or single claims such as rope.relative; all by default")
]


def command(
    names: Names = None,
    steps: Annotated[bool, typer.Option("--steps", help="print every step of every proof")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
    document: Annotated[str | None, typer.Option("--document", help="what one document says, such as 003")] = None,
    by_kernel: Annotated[
        bool, typer.Option("--kernel", help="have Coq check its own proofs, where there are any")
    ] = False,
) -> None:
    """Run every proof and print each claim with its verdict and time.

    With --document, what that document says, statement by statement, and the claims that decide it.
    Exit code 0 when every finding is what the ledger says, 1 otherwise; 5 when Coq is asked for and not there.
    """
    if document is not None:
        if names or steps or by_kernel:
            raise ValueError("--document was given with claims or --steps, needs to be alone, or with --json")
        page(known("document", document, spec.documents()), json)
        return
    claims = [f"{ledger}.{claim}" for ledger in spec.ledgers() for claim in spec.claims(ledger)]
    asked = [known("claim", name, [*spec.ledgers(), *claims]) for name in names or spec.ledgers()]
    if by_kernel:
        _by_kernel(names and asked, json)
        return
    total = sum(1 if "." in name else len(spec.claims(name)) for name in asked)
    outcomes: list[Outcome] = []
    with progress("proving", total) as advance:
        for outcome in audit(asked):
            outcomes.append(outcome)
            advance(len(outcomes), outcome.claim)
    if json:
        print_json(_report(outcomes))
    else:
        _print(outcomes, steps)
    if not all(outcome.holds for outcome in outcomes):
        raise typer.Exit(1)


NO_KERNEL = 5


def _by_kernel(asked: list[str] | None, json: bool) -> None:
    """The claims that have a proof for Coq: whether its kernel accepts it, and on which axioms it rests."""
    checked: list[kernel.Checked] = []
    try:
        with progress("checking", len(kernel.ledger(asked))) as advance:
            for one in kernel.check(asked):
                checked.append(one)
                advance(len(checked), one.claim)
    except (kernel.NoKernel, kernel.Refused) as error:
        err.print(escape(f"posenc: {error}"), soft_wrap=True)
        raise typer.Exit(NO_KERNEL if isinstance(error, kernel.NoKernel) else 1) from None
    if json:
        print_json({"claims": [{**vars(one), "holds": one.holds} for one in checked]})
    else:
        table = Table("claim", "theorem", "rests on", box=None, pad_edge=False, header_style="bold")
        for one in checked:
            table.add_row(one.claim, f"{one.file} {one.theorem}", _short(one.assumptions))
        out.print(table)
        out.print(f"\n{len(checked)} claims: their theorems are accepted by the kernel of Coq")
    for one in checked:
        if not one.holds:
            said = f"it rests on {_short(one.assumptions)}, the ledger says {', '.join(one.listed) or 'nothing'}"
            err.print(f"[bold red]{one.claim}[/]: {said}", soft_wrap=True)
    if not all(one.holds for one in checked):
        raise typer.Exit(1)


def _short(axioms: tuple[str, ...]) -> str:
    return ", ".join(axiom.rpartition(".")[2] for axiom in axioms) or "nothing"


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
