"""The audit as a page: what it must hold, that it needs nothing else, and that a browser shows it."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import mpmath
import pytest
from typer.testing import CliRunner

from posenc import spec
from posenc.cli import app
from posenc.cli.html import figures, page, sources, svg
from posenc.cli.html.formulas import definition, formulas
from posenc.cli.html.ledgers import claim
from posenc.cli.html.mathml import equation
from posenc.definitions.wrong import gallery
from posenc.proving.explain import hypotheses
from posenc.proving.record import Step
from posenc.proving.runner import Outcome, audit

PROVED = ("alibi", "truth")  # their proofs are run; of the others the ledger is taken at its word, to save time
ASKED = (*PROVED, "floater", "rope_bounds", "rope_decay", "sinusoidal", "t5")
VOID = {"meta", "input", "br", "hr", "path", "circle"}


class Reader(HTMLParser):
    """Every element with its attributes and words; an element that is not closed in its turn is an error."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.items: list[dict[str, Any]] = []
        self.outside: list[str] = []  # whatever a browser might fetch
        self.words: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            raise ValueError(f"left open: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if "item" in (given.get("class") or "").split():
            self.items.append({"id": "none", **given})
        self.outside += [v for n, v in attrs if n in ("src", "srcset", "action", "xlink:href", "data", "poster") and v]
        self.outside += [v for n, v in attrs if n == "href" and v and not v.startswith("#")]
        self.outside += [tag] if tag in ("link", "iframe", "object", "embed", "base", "img") else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            raise ValueError(f"</{tag}> closes {self.open[-1:]}")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    said = ((ledger, *row) for ledger in ASKED if ledger not in PROVED for row in spec.claims(ledger).items())
    rest = [Outcome(f"{ledger}.{claim}", entry, entry["verdict"], 0.0, []) for ledger, claim, entry in said]
    return [*audit(list(PROVED)), *rest]


@pytest.fixture(scope="module")
def made(outcomes: list[Outcome]) -> str:
    return page(outcomes)


def problems(text: str, ledgers: tuple[str, ...] = ASKED) -> list[str]:
    """What is wrong with a page of these ledgers."""
    try:
        read = Reader(text)
    except ValueError as error:
        return [f"not well formed: {error}"]
    found = [f"twice: {name}" for name, count in Counter(read.ids).items() if count > 1]
    claims = {f"{ledger}.{claim}": entry for ledger in ledgers for claim, entry in spec.claims(ledger).items()}
    shown = {item["id"]: item for item in read.items if not item["id"][:3].isdigit()}
    found += [f"missing or too many: {name}" for name in set(claims) ^ set(shown)]
    found += [f"verdict of {n}" for n in set(claims) & set(shown) if shown[n]["data-verdict"] != claims[n]["verdict"]]
    counts = Counter(entry["verdict"] for entry in claims.values())
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("proved", "refuted", "empirical", "unknown"))
    if f"{len(claims)} claims in {len(ledgers)} ledger{'s' * (len(ledgers) > 1)}: {said}." not in text:
        found.append("counts")
    statements = {f"{n}.{one['id']}" for n in spec.documents() for one in spec.document(n)["statement"]}
    found += [f"statement: {n}" for n in statements ^ {item["id"] for item in read.items if item["id"][:3].isdigit()}]
    found += [f"leads nowhere: {to}" for to in set(re.findall(r'href="#([^"]+)"', text)) - set(read.ids)]
    found += [f"from outside: {what}" for what in read.outside]
    if re.search(r"https?:|url\(|@import|//[a-z]+\.", text):
        found.append("an address")
    for formula in re.findall(r"<math.*?</math>", text, re.DOTALL):
        try:
            ElementTree.fromstring(formula)
        except ElementTree.ParseError as error:
            found.append(f"MathML: {error}")
    if len(text.encode()) > 5e6:
        found.append("too large")
    return found


def test_page_holds_every_claim_once_and_needs_nothing_else(made: str) -> None:
    assert problems(made) == []
    assert made.count("<math") > 15
    assert made.count("<svg") >= 7


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("</article>", "", "not well formed"),
        ('id="alibi.anchor"', 'id="alibi.relative"', "twice: alibi.relative"),
        ('id="truth.split"', "", "missing or too many: truth.split"),
        (
            'id="truth.split" class="item proved" data-verdict="proved',
            'id="truth.split" class="item" data-verdict="none',
            "verdict of",
        ),
        (" proved, ", " proofs, ", "counts"),
        ("<main>", '<main><a href="other.html">x</a>', "from outside: other.html"),
        ("<main>", '<main><a href="#nowhere">x</a>', "leads nowhere: nowhere"),
        ("<style>", "<style>@import 'a';", "an address"),
        ("</mrow></math>", "</math>", "not well formed"),
        ("<mo>=</mo>", "<mo>&InvisibleTimes;</mo>", "MathML"),
        ("<main>", f"<main>{'x' * 5_000_000}", "too large"),
    ],
)
def test_each_defect_is_seen(made: str, old: str, new: str, problem: str) -> None:
    assert old in made
    assert any(one.startswith(problem) for one in problems(made.replace(old, new, 1)))


def test_words_from_outside_are_escaped(outcomes: list[Outcome]) -> None:
    one = outcomes[0]
    evil = "<script>alert(1)</script> & a<b"
    entry = {
        **one.entry,
        "says": evil,
        "domain": evil,
        "trusts": [evil],
        "kernel": {"theorem": evil, "assumptions": [evil]},
    }
    entry["phrases"] = [{"document": "000", "text": evil}]
    text = page([replace(one, entry=entry, message=evil, verdict="unknown", steps=[Step(evil, evil, evil)])])
    Reader(text)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; a&lt;b") == 10
    assert "theorem" in text, "a field that this page does not know is shown"
    assert "Found unknown, the ledger says proved." in text


def test_what_a_proof_assumes_of_its_symbols_is_shown() -> None:
    (outcome,) = audit(["rope.norm"])
    assert hypotheses(outcome.steps)
    assert f"assumed of symbols</dt><dd>{'; '.join(hypotheses(outcome.steps))}</dd>" in claim(outcome)


def test_a_claim_asked_for_twice_stands_there_once(outcomes: list[Outcome]) -> None:
    some = [one for one in outcomes if one.claim.startswith("truth.")]
    assert problems(page([*some, *some]), ("truth",)) == []


def test_documents_that_nobody_has_gone_through(outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spec, "documents", lambda: ())
    text = sources.documents({one.claim: one for one in outcomes})
    assert text.count("has no list of this document's statements") == len(sources.NUMBERS)
    quoted = [phrase for one in outcomes for phrase in one.entry.get("phrases", ())]
    assert text.count("<q>") == len(quoted) > 0


def test_a_statement_says_when_its_claim_fails(outcomes: list[Outcome]) -> None:
    found = {one.claim: one for one in outcomes}
    assert "Rests on" not in sources.documents(found)
    carried = next(
        c for n in spec.documents() for s in spec.document(n)["statement"] for c in s.get("claims", ()) if c in found
    )
    found[carried] = replace(found[carried], verdict="unknown")
    assert f"Rests on {carried}, which is not as the ledger says." in sources.documents(found)


# --- formulas and plots --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", spec.families())
def test_formulas_are_those_of_the_definition(family: str) -> None:
    """Well formed, and a wrong definition gives others."""
    rows = formulas(family)
    assert rows
    written = [equation(left, right) for _, left, right in rows]
    for one in written:
        ElementTree.fromstring(one)
    assert any(_changed(family, wrong, rows) for wrong in gallery(family).values())


def _changed(family: str, wrong: Any, rows: list[Any]) -> bool:
    try:
        return [row[2] for row in formulas(family, wrong(definition(family)))] != [row[2] for row in rows]
    except (TypeError, AttributeError):  # a mistake of numbers cannot be asked about symbols
        return False


def test_first_rise_is_certified() -> None:
    third, half = Fraction(1, 3), Fraction(1, 2)
    falls = [(Fraction(3), Fraction(3)), (Fraction(1), Fraction(1))]
    assert figures.first_rise([*falls, (Fraction(2), Fraction(2))]) == 1
    assert figures.first_rise([*falls, (Fraction(1), Fraction(2))]) is None, "an end in common decides nothing"
    assert figures.first_rise([*falls, (Fraction(1), Fraction(2)), (Fraction(5), Fraction(5))]) is None, "nor later"
    assert figures.first_rise([*falls, (third, half)]) is None, "it never rises"


def test_plots_show_what_the_claims_say() -> None:
    assert "d = 64: from 5 to 6; d = 128: from 11 to 12; d = 512: from 43 to 44" in figures.dot_product()
    assert "begins at 113 (causal) and at 91 (bidirectional)" in figures.buckets()


def test_accuracy_has_a_line_for_every_table_that_was_measured() -> None:
    page = (spec.folder("spec") / "accuracy.md").read_text(encoding="utf-8")
    head = next(line for line in page.splitlines() if line.startswith("| positions"))
    names = [name.strip() for name in head.strip("|").split("|")][1:]
    drawn = figures.accuracy()
    lines = re.findall('<polyline points="([^"]*)"', drawn)
    assert [name in drawn for name in names] == [True] * len(lines) != []
    final = next(line for line in reversed(page.splitlines()) if " to " in line and line[:1] == "|")
    errors = [float(cell) for cell in final.strip("|").split("|")[1:]]
    ends = [float(one.rpartition(",")[2]) for one in lines]
    decade = (svg.HEIGHT - svg.TOP - svg.BOTTOM) / 17
    for end, error in zip(ends, errors, strict=True):
        assert end - ends[0] == pytest.approx(decade * math.log10(errors[0] / error), abs=0.2)


def test_heat_map_is_the_table() -> None:
    """Sampled cells against mpmath: each stands in the path of its own shade."""
    drawn = figures.heat_map()
    paths = dict(re.findall(r'<path d="([^"]*)" fill="(#[0-9a-f]{6})">', drawn))
    shade = {cell: fill for d, fill in paths.items() for cell in d.split("z") if cell}
    assert len(shade) == figures.TOKENS * figures.CHANNELS
    for position, channel in ((0, 0), (0, 1), (1, 0), (1, 1), (7, 12), (95, 13), (50, 40), (3, 63)):
        angle = position / mpmath.mpf(10_000) ** (mpmath.mpf(channel - channel % 2) / figures.CHANNELS)
        value = mpmath.cos(angle) if channel % 2 else mpmath.sin(angle)
        steps = figures.SHADES - 1
        wanted = figures.shaded(2 * round(float((value + 1) / 2 * steps)) / steps - 1)
        assert shade[f"M{channel} {position}h1v1h-1"] == wanted


# --- the command ---------------------------------------------------------------------------------------------------


def test_command_writes_the_page_whole_and_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("mine")
    refused = CliRunner().invoke(app, ["audit", "truth", "--html", str(path)])
    assert isinstance(refused.exception, FileExistsError)
    assert path.read_text() == "mine"
    done = CliRunner().invoke(app, ["audit", "truth", "--html", str(path), "--force", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["holds"], "the JSON is still all of standard output"
    assert problems(path.read_text(), ("truth",)) == []
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    both = CliRunner().invoke(app, ["audit", "--document", "003", "--html", str(path), "--force"])
    assert "needs to be alone" in str(both.exception)
    other = CliRunner().invoke(app, ["audit", "truth", "--recheck", "--html", str(path), "--force"])
    assert "needs to be without them" in str(other.exception)
    lost = CliRunner().invoke(app, ["audit", "truth", "--html", str(tmp_path / "no" / "report.html")])
    assert isinstance(lost.exception, FileNotFoundError)


# --- a browser -----------------------------------------------------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
LISTEN = """<script>
const seen = [];
addEventListener("error", (event) => seen.push(event.message));
addEventListener("securitypolicyviolation", (event) => seen.push(event.violatedDirective));
</script>"""
ASK = """<script>
const form = document.getElementById("filters"), items = [...document.querySelectorAll(".item")];
const shown = (fields) => {
  form.reset();
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  form.dispatchEvent(new Event("input"));
  return items.filter((item) => item.offsetParent !== null).map((item) => item.id);
};
const sizes = [...document.querySelectorAll("math")].map((one) => one.getBoundingClientRect());
const said = {
  all: shown({}).length, refuted: shown({verdict: "refuted"}), alibi: shown({family: "alibi"}),
  both: shown({verdict: "refuted", family: "alibi", words: "slopes"}), third: shown({document: "003"}),
  sections: document.querySelectorAll(".ledger:not([hidden])").length,
};
location.hash = "#alibi.anchor"; // hidden by the last filter
dispatchEvent(new Event("hashchange"));
said.reached = document.getElementById("alibi.anchor").offsetParent !== null;
said.flat = sizes.filter((one) => one.width < 10 || one.height < 10).length;
said.formulas = sizes.length;
said.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
dispatchEvent(new Event("beforeprint"));
said.folded = document.querySelectorAll("details:not([open])").length;
said.errors = seen;
document.documentElement.innerHTML = "<body><pre>" + btoa(JSON.stringify(said)) + "</pre></body>";
</script>"""


def browse(text: str, folder: Path, width: int = 390) -> dict[str, Any]:
    """What the page answers in a browser of that width."""
    path = folder / "page.html"
    asking = text.replace("<style>", f"{LISTEN}<style>", 1).replace("</body>", f"{ASK}</body>", 1)
    path.write_text(asking, encoding="utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--dump-dom", path.as_uri()]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    encoded = re.search("<pre>(.*)</pre>", said)
    assert encoded, said[:500]
    import base64

    found: dict[str, Any] = json.loads(base64.b64decode(encoded[1]))
    return found


@needs_browser
def test_browser_shows_formulas_filters_and_reaches_every_claim(
    made: str, outcomes: list[Outcome], tmp_path: Path
) -> None:
    said = browse(made, tmp_path)
    statements = [(n, one) for n in spec.documents() for one in spec.document(n)["statement"]]
    assert said["errors"] == []
    assert said["all"] == len(outcomes) + len(statements)
    refuted = {one.claim for one in outcomes if one.verdict == "refuted"}
    assert {name for name in said["refuted"] if not name[:3].isdigit()} == refuted
    assert {name for name in said["alibi"] if not name[:3].isdigit()} == {f"alibi.{c}" for c in spec.claims("alibi")}
    assert set(said["both"]) <= set(said["refuted"]) & set(said["alibi"])
    assert 0 < len(said["both"]) < len(set(said["refuted"]) & set(said["alibi"]))
    assert {name for name in said["third"] if name[:3].isdigit()} == {
        f"{n}.{s['id']}" for n, s in statements if n == "003"
    }
    assert 0 < said["sections"] < len(ASKED)
    assert said["reached"]
    assert (said["flat"], said["formulas"]) == (0, made.count("<math"))
    assert said["wide"] <= 0, "nothing hangs over the edge of a phone"
    assert said["folded"] == 0, "everything is open on paper"


@needs_browser
def test_browser_sees_what_is_broken(made: str, tmp_path: Path) -> None:
    broken = made.replace("<main>", '<main><img src="x.png"><div style="width:900px">x</div>', 1)
    broken = broken.replace("</body>", "<script>nothing.there</script></body>", 1)
    said = browse(broken.replace("math { font-size: 1.15rem;", "math { display: none;"), tmp_path)
    assert any("nothing is not defined" in error for error in said["errors"])
    assert "img-src" in said["errors"]
    assert said["wide"] > 0
    assert said["flat"] == said["formulas"]
