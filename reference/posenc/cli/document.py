"""`posenc audit --document`: what one document says, statement by statement, and whether it is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import typer
from rich.markup import escape

from posenc import spec
from posenc.cli.console import err, out, print_json, progress, styled
from posenc.proving.documents import VERDICTS, disagreement
from posenc.proving.runner import Outcome, audit

SAID = ("english", "says", "condition", "correction", "note", "reason")  # beside the phrase, in this order
RUN = {"runs": "run as printed", "called": "called as printed"}


def page(number: str, json: bool) -> None:
    """Run the proofs of every claim that carries a statement of the document, and print its page.

    Ends with exit code 1 where a proof or a verdict does not hold.
    """
    statements = spec.document(number)["statement"]
    outcomes = _outcomes([claim for one in statements for claim in one.get("claims", ())])
    found = {claim: outcome.verdict for claim, outcome in outcomes.items() if outcome.holds}
    against = {one["id"]: disagreement(one, found) for one in statements}
    if json:
        print_json(_report(number, outcomes, against))
    else:
        _print(number, outcomes, against)
    if any(against.values()):
        raise typer.Exit(1)


def _outcomes(claims: list[str]) -> dict[str, Outcome]:
    asked = list(dict.fromkeys(claims))
    outcomes: dict[str, Outcome] = {}
    with progress("proving", len(asked)) as advance:
        for outcome in audit(asked):
            outcomes[outcome.claim] = outcome
            advance(len(outcomes), outcome.claim)
    return outcomes


def _counts(number: str) -> dict[str, int]:
    counted = Counter(one["verdict"] for one in spec.document(number)["statement"])
    return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}


def _print(number: str, outcomes: dict[str, Outcome], against: dict[str, str]) -> None:
    page = spec.document(number)
    listed = ", ".join(f"{count} {styled(verdict)}" for verdict, count in _counts(number).items())
    out.print(f"[bold]{number}[/] {escape(page['document']['title'])}\n{len(page['statement'])} statements: {listed}\n")
    for one in page["statement"]:
        first, last = one["lines"]
        place = f"line {first}" if first == last else f"lines {first} to {last}"
        out.print(f"{styled(one['verdict'])} [dim]{number}.{one['id']}, {place}[/]\n  {escape(one['phrase'])}")
        for field, said in _said(one):
            out.print(f"  [dim]{field}:[/] {escape(said)}")
        for claim in one.get("claims", ()):
            out.print(
                f"  [dim]by[/] {claim}, {styled(outcomes[claim].verdict)}: {escape(outcomes[claim].entry['says'])}"
            )
        if against[one["id"]]:
            err.print(f"[bold red]{number}.{one['id']}[/]: {against[one['id']]}", soft_wrap=True)
    out.print(f"\n{len(outcomes)} claims, {sum(o.seconds for o in outcomes.values()):.1f} s")


def _said(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is said of a statement, beside the claims that carry it: name of the field, text."""
    yield from ((field, one[field]) for field in SAID if field in one and one[field] != one["phrase"])
    yield from ((words, one[field]) for field, words in RUN.items() if field in one)
    yield from (("mend", f"{old!r} becomes {new!r}") for old, new in one.get("mend", ()))
    yield from (("against", other) for other in one.get("contradicts", ()))
    yield from (("see", claim) for claim in one.get("see", ()))


def _report(number: str, outcomes: dict[str, Outcome], against: dict[str, str]) -> dict[str, Any]:
    page = spec.document(number)
    claims = {
        claim: {"verdict": outcome.verdict, "holds": outcome.holds, "says": outcome.entry["says"]}
        for claim, outcome in outcomes.items()
    }
    statements = [{**one, "agrees": not against[one["id"]]} for one in page["statement"]]
    return {
        "number": number,
        "document": page["document"],
        "counts": _counts(number),
        "statements": statements,
        "claims": claims,
        "holds": not any(against.values()),
    }
