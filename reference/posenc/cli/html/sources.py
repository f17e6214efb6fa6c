"""What the source documents say, statement by statement, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from posenc import spec
from posenc.cli.html.parts import counted, listed, tag, terms, text
from posenc.proving.runner import Outcome

# those that a ledger may quote, whether or not anybody has gone through them
NUMBERS = ("000", "001", "002", "003", "004")
SHOWN = ("id", "phrase", "english", "says", "verdict", "lines")  # a statement's fields that have a place of their own
Outcomes = Mapping[str, Outcome]


def document(number: str) -> dict[str, Any]:
    """What the document says; empty where nobody has gone through it."""
    return spec.document(number) if number in spec.documents() else {}


def verdicts() -> list[str]:
    """Those that statements of documents have."""
    return sorted({one["verdict"] for number in NUMBERS for one in document(number).get("statement", ())})


def documents(outcomes: Outcomes) -> str:
    """A section for every document."""
    return "".join(_section(number, document(number), outcomes) for number in NUMBERS)


def _section(number: str, found: dict[str, Any], outcomes: Outcomes) -> str:
    said = found.get("document", {}).get("title", "")
    head = tag("h3", tag("a", f"Document {number}", href=f"#{number}"), text(f": {said}" if said else ""))
    statements = found.get("statement", [])
    body = _statements(number, found, outcomes) if statements else _phrases(number, outcomes)
    return tag("section", head, *body, class_="document", id=number)


def _statements(number: str, found: dict[str, Any], outcomes: Outcomes) -> Iterable[str]:
    statements = found["statement"]
    verdicts = sorted({one["verdict"] for one in statements})
    counts = ", ".join(f"{sum(one['verdict'] == verdict for one in statements)} {verdict}" for verdict in verdicts)
    yield tag("p", text(f"{counted(len(statements), 'statement')}: {counts}."))
    for one in statements:
        yield _statement(number, one, outcomes)
    passed = found.get("passed", [])
    if passed:
        rows = (tag("li", text(f"lines {_lines(one['lines'])}: {one['why']}")) for one in passed)
        summary = tag("summary", text(f"{counted(len(passed), 'passage')} that state nothing"))
        yield tag("details", summary, tag("ul", *rows))


def _statement(number: str, one: dict[str, Any], outcomes: Outcomes) -> str:
    place, verdict = f"{number}.{one['id']}", one["verdict"]
    head = tag("h4", tag("a", text(place), href=f"#{place}"), " ", tag("span", text(verdict), class_="verdict"))
    rows = {name: listed(value) for name, value in one.items() if name not in SHOWN}
    if "lines" in one:
        rows = {"lines": text(_lines(one["lines"])), **rows}
    for name in ("claims", "see", "contradicts"):
        if one.get(name):
            rows[name] = ", ".join(_link(where, outcomes) for where in one[name])
    families = " ".join(sorted({claim.partition(".")[0] for claim in one.get("claims", ())}))
    broken = [claim for claim in one.get("claims", ()) if claim in outcomes and not outcomes[claim].holds]
    said = [tag("p", text(f"Rests on {claim}, which is not as the ledger says."), class_="alarm") for claim in broken]
    said += [tag("blockquote", text(one["phrase"]))] if one.get("phrase") else []
    said += [tag("p", text(one[name]), class_="says") for name in ("english", "says") if one.get(name)]
    marks = {"data_verdict": verdict, "data_family": families, "data_document": number}
    return tag("article", head, *said, terms(rows), id=place, class_=f"item {verdict}", **marks)


def _link(claim: str, outcomes: Outcomes) -> str:
    """To the claim, with what was found of it, if it is on this page, or to a statement of a document."""
    if claim[:3] in NUMBERS:
        return tag("a", text(claim), href=f"#{claim}")
    if claim not in outcomes:
        return text(f"{claim} (not in this run)")
    return tag("a", text(claim), href=f"#{claim}") + text(f" ({outcomes[claim].verdict})")


def _lines(lines: Sequence[int] | int) -> str:
    ends = [lines] if isinstance(lines, int) else sorted(set(lines))
    return " to ".join(map(str, ends))


def _phrases(number: str, outcomes: Outcomes) -> Iterable[str]:
    """What the ledgers quote of a document that nobody has gone through."""
    yield tag(
        "p",
        text("This installation has no list of this document's statements. What the claims on this page quote of it:"),
        class_="note",
    )
    rows = [
        tag("li", tag("q", text(phrase["text"])), ": ", _link(claim, outcomes))
        for claim, outcome in outcomes.items()
        for phrase in outcome.entry.get("phrases", ())
        if phrase["document"] == number
    ]
    yield tag("ul", *rows) if rows else tag("p", "nothing.")
