"""`posenc audit --kernel`: which claims Coq's own kernel accepts, and on which axioms they rest."""

from __future__ import annotations

import typer
from rich.markup import escape
from rich.table import Table

from posenc.cli.console import err, out, print_json, progress
from posenc.proving import kernel as coq

NO_KERNEL = 5


def kernel(asked: list[str] | None, json: bool) -> None:
    """The claims that have a proof for Coq: whether its kernel accepts it, and on which axioms it rests."""
    checked: list[coq.Checked] = []
    try:
        with progress("checking", len(coq.ledger(asked))) as advance:
            for one in coq.check(asked):
                checked.append(one)
                advance(len(checked), one.claim)
    except (coq.NoKernel, coq.Refused) as error:
        err.print(escape(f"posenc: {error}"), soft_wrap=True)
        raise typer.Exit(NO_KERNEL if isinstance(error, coq.NoKernel) else 1) from None
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
