"""A section for every ledger: the definition as formulas and in words, the plot, and each claim with its proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posenc import spec
from posenc.cli.html.figures import plots
from posenc.cli.html.formulas import formulas
from posenc.cli.html.mathml import equation
from posenc.cli.html.parts import counted, folded, listed, prose, tag, terms, text
from posenc.cli.show import formula
from posenc.proving.explain import hypotheses
from posenc.proving.record import Step
from posenc.proving.runner import Outcome

PLACED = ("says", "verdict", "phrases", "corrected")  # fields of a claim that have a place of their own
ORDER = ("domain", "general", "trusts", "source", "about")  # the rest of the known ones; new ones follow
MEANS = {"general": "arbitrary sizes", "trusts": "uses unchecked", "kernel": "proved for Coq"}


def chapter(ledger: str) -> tuple[str, str]:
    """Title and first paragraph of a ledger's chapter."""
    path = spec.folder("spec") / ledger / "README.md"
    if not path.is_file():
        return ledger, "This ledger has no chapter."
    whole = path.read_text(encoding="utf-8")
    title, first = (part.strip() for part in whole.split("\n\n")[:2])
    return title.removeprefix("# "), first


def section(ledger: str, outcomes: Sequence[Outcome]) -> str:
    """All about a ledger."""
    title, first = chapter(ledger)
    head = tag("h3", tag("a", text(title), href=f"#{ledger}"), " ", tag("code", text(ledger)))
    body = [tag("p", prose(first)), _formulas(ledger), _words(ledger), plots(ledger), *map(claim, outcomes)]
    return tag("section", head, *body, class_="ledger", id=ledger)


def _formulas(ledger: str) -> str:
    rows = [
        tag("div", tag("p", text(said)), tag("div", equation(left, right), class_="scroll"), class_="formula")
        for said, left, right in formulas(ledger)
    ]
    return tag("div", *rows, class_="formulas") if rows else ""


def _words(ledger: str) -> str:
    try:
        said = formula(ledger)
    except (IndexError, FileNotFoundError):  # no block of formulas, or no chapter
        return ""
    return folded("The definition as its chapter writes it", tag("pre", text(said)))


def claim(outcome: Outcome) -> str:
    """One claim: what it says, what was found, and how."""
    entry, ledger = outcome.entry, outcome.claim.partition(".")[0]
    quoted = entry.get("phrases", ())
    head = tag(
        "h4",
        tag("a", text(outcome.claim), href=f"#{outcome.claim}"),
        " ",
        tag("span", text(outcome.verdict), class_="verdict"),
    )
    body = [head, *_alarm(outcome), tag("p", text(entry["says"]), class_="says")]
    if "corrected" in entry:
        body.append(tag("p", tag("strong", "What holds instead: "), text(entry["corrected"]), class_="corrected"))
    known = [name for name in ORDER if name in entry]
    others = [name for name in entry if name not in (*PLACED, *ORDER)]
    rows = {MEANS.get(name, name): listed(entry[name]) for name in [*known, *others]}
    if assumed := hypotheses(outcome.steps):
        rows["assumed of symbols"] = text("; ".join(assumed))
    for one in quoted:
        rows[f"document {one['document']}"] = rows.get(f"document {one['document']}", "") + tag("q", text(one["text"]))
    documents = " ".join(sorted({one["document"] for one in quoted}))
    marks = {"data_verdict": outcome.verdict, "data_family": ledger, "data_document": documents}
    return tag(
        "article", *body, terms(rows), _proof(outcome), id=outcome.claim, class_=f"item {outcome.verdict}", **marks
    )


def _alarm(outcome: Outcome) -> Iterable[str]:
    if not outcome.holds:
        said = f"Found {outcome.verdict}, the ledger says {outcome.entry['verdict']}. {outcome.message}"
        yield tag("p", text(said), class_="alarm")


def _proof(outcome: Outcome) -> str:
    if outcome.verdict == "empirical":
        return tag("p", "No proof can settle this; it stands as said.", class_="note")
    title = f"{counted(len(outcome.steps), 'step')}, {outcome.seconds:.2f} s"
    return folded(title, tag("ol", *map(_step, outcome.steps)), class_="steps")


def _step(step: Step) -> str:
    said = [tag("span", text(step.rule), class_="rule"), " ", text(step.statement)]
    if step.evidence:
        said.append(tag("span", text(step.evidence), class_="evidence"))
    return tag("li", *said)
