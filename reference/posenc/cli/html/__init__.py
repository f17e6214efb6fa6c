"""`posenc audit --html`: the whole audit as one page that needs nothing but itself."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import posenc
from posenc._files import whole
from posenc.cli.html.figures import accuracy
from posenc.cli.html.ledgers import chapter, section
from posenc.cli.html.parts import counted, tag, terms, text
from posenc.cli.html.sources import NUMBERS, documents, verdicts
from posenc.proving.runner import Outcome
from posenc.truth.engines import best

VERDICTS = ("proved", "refuted", "empirical", "unknown")
MEANING = {
    "proved": "every step of the proof was decided by an exact procedure",
    "refuted": "a counterexample was constructed and certified; the claim says what holds instead",
    "empirical": "a statement about trained models or measurements, which no proof can settle",
    "unknown": "a step is left over; it never passes",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def write(path: Path, outcomes: Sequence[Outcome], *, force: bool) -> None:
    """The page of these outcomes in a file, whole or not at all.

    Raises FileExistsError unless force, FileNotFoundError for a missing folder.
    """
    with whole(path, force=force) as file:
        file.write(page(outcomes).encode())


def page(outcomes: Sequence[Outcome]) -> str:
    """The page; a claim that was asked for twice stands there once."""
    found = {outcome.claim: outcome for outcome in outcomes}
    ledgers: dict[str, list[Outcome]] = {}
    for outcome in found.values():
        ledgers.setdefault(outcome.claim.partition(".")[0], []).append(outcome)
    sections = "".join(section(name, its) for name, its in ledgers.items())
    main = tag(
        "main",
        _summary(ledgers),
        tag("section", tag("h2", "Source documents"), documents(found), id="part-documents"),
        tag("section", tag("h2", "Ledgers"), sections, id="part-ledgers"),
        tag("section", tag("h2", "Accuracy"), accuracy(), id="part-accuracy"),
    )
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", "posenc: audit of positional encodings"),
        tag("style", _file("page.css")),
    ]
    body = tag("body", _header(), _filters(list(ledgers)), main, tag("script", _file("page.js")))
    return f"<!DOCTYPE html>\n{tag('html', tag('head', *head), body, lang='en')}\n"


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _header() -> str:
    places = ("summary", "documents", "ledgers", "accuracy")
    links = (tag("a", text(place.capitalize()), href=f"#part-{place}") for place in places)
    return tag("header", tag("h1", "Audit of positional encodings"), tag("nav", *links, aria_label="Parts"))


def _summary(ledgers: dict[str, list[Outcome]]) -> str:
    every = [outcome for its in ledgers.values() for outcome in its]
    wrong = [outcome.claim for outcome in every if not outcome.holds]
    counts = ", ".join(f"{_count(every, verdict)} {verdict}" for verdict in VERDICTS)
    said = f"{counted(len(every), 'claim')} in {counted(len(ledgers), 'ledger')}: {counts}."
    links = ", ".join(tag("a", text(claim), href=f"#{claim}") for claim in wrong)
    state = (
        tag("p", "Not as the ledger says: ", links, class_="alarm") if wrong else tag("p", "All as the ledger says.")
    )
    rows = {
        "made": text(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        "proofs took": text(f"{sum(outcome.seconds for outcome in every):.1f} s"),
        "versions": text(
            f"posenc {posenc.__version__}, SymPy {version('sympy')}, enclosures by {best().__name__}, "
            f"Python {platform.python_version()}"
        ),
        **{verdict: text(meaning) for verdict, meaning in MEANING.items()},
    }
    return tag(
        "section", tag("h2", "Summary"), tag("p", text(said)), state, terms(rows), _table(ledgers), id="part-summary"
    )


def _count(outcomes: Sequence[Outcome], verdict: str) -> int:
    return sum(outcome.verdict == verdict for outcome in outcomes)


def _table(ledgers: dict[str, list[Outcome]]) -> str:
    """Every ledger with its counts; also the way to it."""
    head = tag("tr", *(tag("th", name, scope="col") for name in ("ledger", *VERDICTS, "seconds")))
    rows = []
    for name, its in ledgers.items():
        link = tag("th", tag("a", text(name), href=f"#{name}", title=chapter(name)[0]), scope="row")
        counts = (tag("td", str(_count(its, verdict) or "")) for verdict in VERDICTS)
        rows.append(tag("tr", link, *counts, tag("td", f"{sum(one.seconds for one in its):.1f}")))
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="counts")


def _filters(ledgers: Sequence[str]) -> str:
    """Shown by the script alone: without it the page is whole and has nothing to press."""
    kinds = (
        ("verdict", list(dict.fromkeys([*VERDICTS, *verdicts()]))),
        ("family", sorted(ledgers)),
        ("document", NUMBERS),
    )
    chosen = [
        tag("label", text(kind), " ", tag("select", tag("option", "all", value=""), *_options(values), name=kind))
        for kind, values in kinds
    ]
    search = tag("label", "search ", tag("input", type="search", name="words", autocomplete="off"))
    buttons = tag("button", "clear", type="reset") + tag("button", "open all proofs", type="button", id="unfold")
    state = tag("output", name="shown", aria_live="polite")
    return tag("form", search, *chosen, buttons, state, id="filters", hidden=True, role="search")


def _options(values: Sequence[str]) -> str:
    return "".join(tag("option", text(value), value=value) for value in values)
