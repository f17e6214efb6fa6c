"""What five documents say: their claims as properties, and their pages held against the ledgers.

The documents are no part of the repository. Where POSENC_DOCUMENTS names a folder with files 000*, ..., 004*, phrases,
lines and listings are held against them as well; test_document_texts.py does it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from typer.testing import CliRunner

from domains import bases, even, integers, tokens, vectors
from oracle import A, assert_near
from posenc import learned, rope, sinusoidal, spec
from posenc.cli import app
from posenc.proving.documents import CARRIED, VERDICTS, disagreement
from posenc.proving.runner import run

Table = dict[str, Any]
NUMBERS = spec.documents()
PAGES = {number: spec.document(number) for number in NUMBERS}
LEDGER = {f"{ledger}.{name}": entry for ledger in spec.ledgers() for name, entry in spec.claims(ledger).items()}
FOUND = {claim: entry["verdict"] for claim, entry in LEDGER.items()}  # that proofs find this: test_house.py
KINDS = ("listings", "outputs", "formulas", "figures")

# --- what no family's ledger decides -------------------------------------------------------------------------------


@given(p=integers, dim=even, base=bases)
def test_predefined(p: int, dim: int, base: float) -> None:
    row = sinusoidal.table(p, dim, base=base)
    assert row.shape == (dim,)
    assert (sinusoidal.table([0, p], dim, base=base)[1] == row).all()


@given(p=tokens, dim=even)
def test_sinusoidal_listing(p: int, dim: int) -> None:
    pos_vec = np.array([0.0, p, p + 1])
    omega = 1.0 / 10000 ** (np.arange(dim // 2) / (dim / 2))
    out = pos_vec[:, None] @ omega[None, :]
    embedding = np.zeros((3, dim))
    embedding[:, 0::2], embedding[:, 1::2] = np.sin(out), np.cos(out)
    assert_near(embedding, sinusoidal.table(pos_vec, dim), A * 2.0**-53 * (p + 2) * (1 + np.log(10000)))


def test_counted() -> None:
    found = learned.add(np.arange(10.0)[:, None] / 10, np.arange(10.0)[:, None], np.arange(10))
    assert_near(found[:, 0], [0.0, 1.1, 2.2, 3.3, 4.4, 5.5, 6.6, 7.7, 8.8, 9.9], 1e-15)


def listing(x: Any, table: Any) -> Any:
    """Document 002's rotary function, letter by letter."""
    sin, cos = np.split(table, 2, axis=-1)
    sin_pos, cos_pos = (np.stack([wave, wave], axis=-1).reshape(table.shape) for wave in (sin, cos))
    return x * cos_pos + np.stack([-x[..., 1::2], x[..., ::2]], axis=-1).reshape(x.shape) * sin_pos


@given(x=vectors(3, 8), p=integers)
def test_rotary_listing(x: Any, p: int) -> None:
    positions = [p, p + 1, p + 2]
    cos, sin = rope.table(positions, 8)
    assert_near(listing(x, np.concatenate([sin, cos], axis=-1)), rope.rotate(x, positions, pairing="interleaved"), 1e-9)


def test_rotary_table() -> None:
    cos, sin = rope.table([1], 2)
    turned = listing(np.array([[1.0, 0.0]]), np.concatenate([cos, sin], axis=-1))
    assert_near(turned, [[0.8414709848078965, 0.5403023058681398]], 1e-15)
    assert_near(rope.rotate(np.array([[1.0, 0.0]]), [1]), turned[:, ::-1], 1e-15)


def test_rotated_values() -> None:
    value = np.array([[1.0, 0.0]])
    assert (rope.rotate(value, [0]) != rope.rotate(value, [1])).all()


# --- the pages -----------------------------------------------------------------------------------------------------


def verdicts(page: Table) -> list[str]:
    """Verdicts that the ledgers' verdicts do not bear out."""
    return [f"{one['id']}: {against}" for one in page["statement"] if (against := disagreement(one, FOUND))]


def order(page: Table) -> list[str]:
    """Names that come twice, and statements that stand before what the document says earlier."""
    ids = [one["id"] for one in page["statement"]]
    first = [one["lines"][0] for one in page["statement"]]
    twice = [f"{one}: twice" for one in sorted(set(ids)) if ids.count(one) > 1]
    return twice + [f"{name}: too late" for name, a, b in zip(ids[1:], first, first[1:], strict=False) if b < a]


def lines(page: Table) -> list[str]:
    """Ranges of lines that run backwards, leave the document, or hold a statement in a passage without one."""
    count, found = page["document"]["lines"], []
    for one in [*page["statement"], *page["passed"]]:
        start, end = one["lines"]
        if not 1 <= start <= end <= count:
            found.append(f"{start} to {end} of {count} lines")
    whole = [one["lines"] for one in page["passed"] if "words" not in one]
    passed = {line for first, last in whole for line in range(first, last + 1)}
    return found + [f"{one['id']}: passed over" for one in page["statement"] if one["lines"][0] in passed]


def coverage(page: Table) -> list[str]:
    """Listings, outputs, formulas and pictures of the document that no entry is about, or that it does not have."""
    found = []
    for kind in KINDS:
        told = sorted(number for one in [*page["statement"], *page["passed"]] for number in one.get(kind, ()))
        if told != list(range(1, page["document"][kind] + 1)):
            found.append(f"{kind} {told}, the document has {page['document'][kind]}")
    return found


def references(page: Table) -> list[str]:
    """Claims and contradicted statements that are not there; contradictions that are not returned."""
    claims = [
        (one["id"], claim) for one in page["statement"] for claim in [*one.get("claims", ()), *one.get("see", ())]
    ]
    found = [f"{name}: no {claim}" for name, claim in claims if claim not in LEDGER]
    for one in page["statement"]:
        for other in one.get("contradicts", ()):
            number, _, name = other.partition(".")
            theirs = [they for they in PAGES[number]["statement"] if they["id"] == name] if number in PAGES else []
            if not any(back.endswith(f".{one['id']}") for they in theirs for back in they.get("contradicts", ())):
                found.append(f"{one['id']}: {other} does not contradict it")
    return found


def words(page: Table) -> list[str]:
    """Entries without English words where the document has others; listings without what running them does."""
    foreign = page["document"]["language"] != "en"
    found = [f"{one['id']}: no English" for one in page["statement"] if foreign and "english" not in one]
    told = ("runs", "part_of", "reason")
    codes = [one for one in page["statement"] if one["kind"] == "listing"]
    return found + [f"{one['id']}: does it run?" for one in codes if not any(field in one for field in told)]


CHECKS: dict[str, Callable[[Table], list[str]]] = {
    check.__name__: check for check in (verdicts, order, lines, coverage, references, words)
}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("check", CHECKS)
def test_pages_hold(check: str, number: str) -> None:
    assert CHECKS[check](PAGES[number]) == []


def _change(name: str, **fields: Any) -> Callable[[Table], None]:
    def change(page: Table) -> None:
        next(one for one in page["statement"] if one["id"] == name).update(fields)

    return change


def _without(name: str, field: str) -> Callable[[Table], None]:
    return lambda page: next(one for one in page["statement"] if one["id"] == name).pop(field)


BROKEN: dict[str, tuple[str, str, Callable[[Table], None]]] = {  # what is done → document, check that sees it
    "false called true": ("003", "verdicts", _change("dot_decays", verdict="proved")),
    "true called false": ("003", "verdicts", _change("no_explicit_decay", verdict="refuted")),
    "no claim": ("002", "verdicts", _change("same_norm", claims=[])),
    "another claim": ("002", "verdicts", _change("same_norm", claims=["rope.decreasing"])),
    "conditional on nothing": ("003", "verdicts", _change("alibi_geometric", claims=["alibi.geometric"])),
    "imprecise by measurement": ("002", "verdicts", _change("beyond_512", claims=["learned.similar"])),
    "measured, but proved": ("001", "verdicts", _change("sinusoid_extrapolates", claims=["sinusoidal.norm"])),
    "recorded, but proved": ("004", "verdicts", _change("vit_traits", claims=["learned.fixed"])),
    "misreported, but proved": ("002", "verdicts", _change("who_learns", claims=["learned.fixed"])),
    "a remark with a claim": ("001", "verdicts", _change("length_four", claims=["learned.capacity"])),
    "no such claim": ("000", "verdicts", _change("values", claims=["shaw.both_levels"])),
    "nothing to see": ("000", "references", _change("cpe_longer", see=["cpe.every_grid"])),
    "not contradicted": ("003", "references", _change("no_explicit_decay", contradicts=["000.values"])),
    "contradicts nothing": ("003", "references", _change("no_explicit_decay", contradicts=["000.decay", "009.decay"])),
    "no answer": ("003", "references", _change("angle", contradicts=["000.rope_decaying"])),
    "out of order": ("001", "order", lambda page: page["statement"].reverse()),
    "one name for two": ("001", "order", _change("no_direction", id="becomes_a_cosine")),
    "a line too far": ("004", "lines", _change("class_is_learned", lines=[109, 110])),
    "backwards": ("004", "lines", _change("vit_learned", lines=[48, 47])),
    "passed over": ("004", "lines", _change("class_is_2d", lines=[46, 46])),
    "a listing left out": ("004", "coverage", _without("vit_listing", "listings")),
    "a formula left out": ("000", "coverage", lambda page: page["statement"].pop(0)),
    "a picture left out": ("003", "coverage", lambda page: page["passed"].pop(1)),
    "an output too many": ("002", "coverage", _change("tokens_printed", outputs=[3, 5])),
    "a listing twice": ("002", "coverage", _change("the_call", listings=[8, 9])),
    "no English": ("001", "words", _without("relative_means", "english")),
    "whether it runs": ("004", "words", _without("vit_listing", "runs")),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_corrupted_page_is_refused(broken: str) -> None:
    number, check, change = BROKEN[broken]
    page = copy.deepcopy(PAGES[number])
    change(page)
    assert CHECKS[check](page) != []


def test_every_check_and_every_verdict_was_corrupted() -> None:
    assert {check for _, check, _ in BROKEN.values()} == set(CHECKS)
    seen = set()
    for number, check, change in BROKEN.values():
        page = copy.deepcopy(PAGES[number])
        change(page)
        seen |= {one["verdict"] for one in page["statement"] if check == "verdicts" and disagreement(one, FOUND)}
    assert seen == set(VERDICTS) == set(CARRIED)


def test_verdicts_are_those_of_the_schema() -> None:
    schema = json.loads((spec.folder("spec") / "schema" / "documents.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["statement"]["items"]["properties"]["verdict"]["enum"] == list(VERDICTS)
    chapter = (spec.folder("spec") / "documents" / "README.md").read_text(encoding="utf-8")
    assert [verdict for verdict in VERDICTS if f"| {verdict} |" not in chapter] == []


def carried() -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]:
    """(claim, document, phrase): as the ledgers have it, and as the pages have it."""
    ledgers = {(c, p["document"], p["text"]) for c, entry in LEDGER.items() for p in entry.get("phrases", ())}
    pages = {(c, n, one["phrase"]) for n in NUMBERS for one in PAGES[n]["statement"] for c in one.get("claims", ())}
    return ledgers, pages


def test_phrases_of_the_ledgers_are_those_of_the_pages() -> None:
    ledgers, pages = carried()
    assert ledgers - pages == set()
    assert pages - ledgers == set()


def test_a_page_of_the_audit_sees_a_proof_that_no_longer_holds() -> None:
    found = {claim: "unknown" if claim == "rope_decay.no_attenuation" else verdict for claim, verdict in FOUND.items()}
    seen = [one["id"] for one in PAGES["003"]["statement"] if disagreement(one, found)]
    assert seen == ["no_explicit_decay"]
    assert run("rope_decay", "no_attenuation").verdict == "proved"


def test_counts_of_the_chapter() -> None:
    chapter = (spec.folder("spec") / "documents" / "README.md").read_text(encoding="utf-8")
    for number in NUMBERS:
        told = re.search(rf"^\| \[{number}\]\({number}\.toml\) \|.*$", chapter, re.MULTILINE)
        assert told, f"{number} is not in the chapter"
        counts = [sum(one["verdict"] == verdict for one in PAGES[number]["statement"]) for verdict in VERDICTS]
        assert [int(cell) for cell in told[0].split("|")[3:-1]] == [sum(counts), *counts]


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_prints_a_page() -> None:
    ran = CliRunner().invoke(app, ["audit", "--document", "004"])
    assert ran.exit_code == 0
    for one in PAGES["004"]["statement"]:
        assert f"{one['verdict']} 004.{one['id']}, line" in ran.stdout
        assert one["phrase"][:30] in ran.stdout
    assert "17 statements: 8 proved" in ran.stdout
    assert "run as printed: TabError" in ran.stdout
    assert "called as printed: NameError" in ran.stdout
    assert "mend: 'pos_vec[:, None] @' becomes 'pos_vec[:, None].float() @'" in ran.stdout
    assert "against: 004.sinusoidal_listing" in ran.stdout
    assert "see: sinusoidal.shift_odd" in ran.stdout


def test_the_command_sees_a_verdict_that_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    page = copy.deepcopy(PAGES["004"])
    page["statement"] = [one for one in page["statement"] if one["id"] in ("typed_base", "swin_formula")]
    page["statement"][0]["verdict"] = "proved"
    monkeypatch.setattr(spec, "document", lambda number: page)
    ran = CliRunner().invoke(app, ["audit", "--document", "004", "--json"])
    said = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert [one["agrees"] for one in said["statements"]] == [False, True]
    assert not said["holds"]
    assert said["counts"] == {"proved": 2}
    assert said["claims"]["sinusoidal.typed_base"] == {
        "verdict": "refuted", "holds": True, "says": LEDGER["sinusoidal.typed_base"]["says"]}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--document", "005"], "document is '005', needs one of 000"), (["rope", "--document", "001"], "to be alone")],
)
def test_the_command_refuses(arguments: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CliRunner().invoke(app, ["audit", *arguments], catch_exceptions=False)
