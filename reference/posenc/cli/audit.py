"""`posenc audit`: run the proofs and print the ledger with verdicts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from posenc import spec
from posenc._files import vacant
from posenc.checking import Found, check, read, recheck, told
from posenc.cli.console import err, known, out, print_json, progress, styled
from posenc.cli.document import page
from posenc.cli.kernel import kernel
from posenc.proving.certificate import book, written
from posenc.proving.explain import record
from posenc.proving.runner import Outcome, audit

Names = Annotated[
    list[str] | None, typer.Argument(help="families, or single claims such as rope.relative; all by default")
]
FOLDER = "write certificates into this folder, one file a ledger; with --recheck, read them from it"
PAGE = "also write all of it as a page (.html) that needs nothing but itself"


def command(
    names: Names = None,
    steps: Annotated[bool, typer.Option("--steps", help="print every step of every proof")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="print each proof as a record to follow")] = False,
    certificates: Annotated[Path | None, typer.Option("--certificates", metavar="FOLDER", help=FOLDER)] = None,
    again: Annotated[bool, typer.Option("--recheck", help="recheck certificates without computer algebra")] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="processes to share the proofs")] = 1,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help=PAGE)] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an existing page")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
    document: Annotated[str | None, typer.Option("--document", help="what one document says, such as 003")] = None,
    by_kernel: Annotated[
        bool, typer.Option("--kernel", help="have Coq check its own proofs, where there are any")
    ] = False,
) -> None:
    """Run every proof and print each claim with its verdict and time.

    With --document, what that document says, statement by statement, and the claims that decide it.
    Exit code 0 when every finding is what the ledger says, and no certificate is refused; 1 otherwise; 5 when Coq is
    asked for and not there.
    """
    if document is not None:
        if names or steps or by_kernel or explain or certificates or again or html:
            raise ValueError("--document was given with claims or --steps, needs to be alone, or with --json")
        page(known("document", document, spec.documents()), json)
        return
    asked = _asked(names)
    if html:
        if by_kernel or again:
            raise ValueError("--html was given with --kernel or --recheck, needs to be without them")
        vacant(html, force=force)
    if by_kernel:
        kernel(names and asked, json)
        return
    if again and certificates:
        _tell(_read(certificates, names), json)
        return
    if certificates:
        _require_room(certificates, asked)
    outcomes = _run(asked, 1 if explain else jobs, certified=bool(certificates) or again or explain)
    if again and all(outcome.holds for outcome in outcomes):
        _tell([check(outcome.certificate, outcome.entry) for outcome in outcomes], json)
        return
    _show(outcomes, steps, explain, json)
    if html:
        from posenc.cli.html import write

        write(html, outcomes, force=force)
        err.print(f"page in {html}", soft_wrap=True)
    if not all(outcome.holds for outcome in outcomes):
        raise typer.Exit(1)
    if certificates:
        _write(certificates, asked, outcomes)


def _asked(names: list[str] | None) -> list[str]:
    claims = [f"{ledger}.{claim}" for ledger in spec.ledgers() for claim in spec.claims(ledger)]
    return [known("claim", name, [*spec.ledgers(), *claims]) for name in names or spec.ledgers()]


def _run(asked: list[str], jobs: int, *, certified: bool) -> list[Outcome]:
    total = sum(1 if "." in name else len(spec.claims(name)) for name in asked)
    outcomes: list[Outcome] = []
    with progress("proving", total) as advance:
        for outcome in audit(asked, jobs, certified=certified):
            outcomes.append(outcome)
            advance(len(outcomes), outcome.claim)
    return outcomes


# --- certificates --------------------------------------------------------------------------------------------------


def _require_room(folder: Path, asked: list[str]) -> None:
    single = [name for name in asked if "." in name]
    if single:
        raise ValueError(f"certificates: {single[0]} is a single claim, needs whole ledgers")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists and is not empty, needs a new folder for certificates")
    if not folder.absolute().parent.is_dir():
        raise FileNotFoundError(f"{folder.absolute().parent} is no folder, needs one for {folder.name}")


def _write(folder: Path, asked: list[str], outcomes: list[Outcome]) -> None:
    """Write beside the folder and take its name in the end, so that all files appear or none."""
    with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}.") as place:
        new = Path(place) / folder.name
        new.mkdir()
        for ledger in dict.fromkeys(asked):
            own = [o.certificate for o in outcomes if o.certificate and o.claim.partition(".")[0] == ledger]
            (new / f"{ledger}.json").write_text(written(book(ledger, own)), encoding="utf-8")
        new.replace(folder)
    err.print(f"certificates of {len(dict.fromkeys(asked))} ledgers in {folder}", soft_wrap=True)


def _read(folder: Path, names: list[str] | None) -> list[Found]:
    books = {one["ledger"]: one for one in read(folder)}
    asked = [known("ledger", name, [*books]) for name in names or books]
    strange = [name for name in asked if name not in spec.ledgers()]
    if strange:
        raise ValueError(f"{folder} has certificates of {strange[0]!r}, which is no ledger")
    return [found for name in asked for found in recheck(books[name], spec.claims(name))]


def _tell(found: list[Found], json: bool) -> None:
    if json:
        claims = [{**vars(one), "summary": one.summary} for one in found]
        print_json({"claims": claims, "holds": not any(one.refused for one in found)})
    else:
        for one in found:
            for statement, why in one.left:
                out.print(f"{one.claim}  [dim]{escape(statement)}  {escape(why)}[/]")
        out.print(escape(told(found)))
    for one in found:
        if one.refused:
            err.print(f"[bold red]{escape(one.claim)}[/] is refused: {escape(one.refused)}", soft_wrap=True)
    if any(one.refused for one in found):
        raise typer.Exit(1)


# --- what is printed -----------------------------------------------------------------------------------------------


VERDICTS = ("proved", "refuted", "empirical", "unknown")


def _show(outcomes: list[Outcome], steps: bool, explain: bool, json: bool) -> None:
    if json:
        print_json(_report(outcomes, explain))
        return
    if explain:
        for outcome in outcomes:
            _explain(record(outcome))
    else:
        _print(outcomes, steps)
    for outcome in outcomes:
        if not outcome.holds:
            said = f"found {outcome.verdict}, the ledger says {outcome.entry['verdict']}"
            err.print(f"[bold red]{outcome.claim}[/]: {said}. {escape(outcome.message)}", soft_wrap=True)


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


def _explain(one: dict[str, Any]) -> None:
    out.print(f"[bold]{one['claim']}[/]  {styled(one['verdict'])}")
    for name in ("says", "corrected", "domain", "source", "general"):
        if name in one:
            out.print(f"  [dim]{name:<11}[/] {escape(one[name])}", soft_wrap=True)
    for name in ("hypotheses", "trusts", "broken_by"):
        if one.get(name):
            out.print(f"  [dim]{name.replace('_', ' '):<11}[/] {escape('; '.join(one[name]))}", soft_wrap=True)
    for number, step in enumerate(one["steps"], 1):
        out.print(f"\n  {number}. {escape(step['statement'])}  [dim]{step['rule']}[/]", soft_wrap=True)
        for line in (*step["formulas"], step["evidence"]):
            if line:
                out.print(f"     {escape(line)}", soft_wrap=True)
    again = one["rechecked"]
    if again:
        counts = ", ".join(f"{n} {name}" for name, n in again.items() if isinstance(n, int))
        out.print(f"\n  [dim]rechecked  [/] {again['summary']}: {counts}", soft_wrap=True)
        for line in again["left"]:
            out.print(f"              {escape(line)}", soft_wrap=True)
    out.print()


def _report(outcomes: list[Outcome], explain: bool) -> dict[str, object]:
    return {
        "claims": [
            {
                "claim": outcome.claim,
                "verdict": outcome.verdict,
                "holds": outcome.holds,
                "seconds": round(outcome.seconds, 3),
                "message": outcome.message,
                **{name: outcome.entry[name] for name in ("says", "domain", "source", "general")},
                "steps": [{"rule": s.rule, "statement": s.statement, "evidence": s.evidence} for s in outcome.steps],
                **(record(outcome) if explain else {}),
            }
            for outcome in outcomes
        ],
        "holds": all(outcome.holds for outcome in outcomes),
    }
