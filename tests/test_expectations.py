"""Expectations: as expected is expected, and every way in which an entry can be in the way is noticed."""

from __future__ import annotations

import datetime
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from posenc import spec
from posenc.cli import app
from posenc.cli.check import _code
from posenc.conformance import entries
from posenc.conformance.entries import Expectation
from posenc.conformance.expectations import Verdict, judged
from posenc.conformance.runner import Report
from runs import IMPLEMENTATION, crashed, report, reports

TARGETS = Path(__file__).with_name("targets.py")
TODAY = datetime.date(2026, 7, 1)
HEAD = 'format = "posenc-expectations/1"\n[[expect]]\n'
GOOD = 'id = "rope.rotate/unit-1"\noutcome = "failed"\ndiagnosis = "rope/halves"\nreason = "r"\nissue = "a/b#1"\n'
TRAP = Expectation("failed", "why", "a/b#1", flag="Bf16Trap", diagnosis="rope/bf16-positions")
EXACT = replace(TRAP, flag=None, id="rope.rotate/bf16-257-259")


# --- the file ------------------------------------------------------------------------------------------------------


def fits(text: str) -> bool:
    """Whether the file fits the schema, by jsonschema."""
    schema = json.loads((spec.folder("spec") / "schema" / "expectations.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    return bool(validator.is_valid(json.loads(json.dumps(tomllib.loads(text), default=str))))


ACCEPTED = {
    "nothing": 'format = "posenc-expectations/1"\n',
    "an id": HEAD + GOOD,
    "a prefix": HEAD + GOOD.replace("id =", "prefix ="),
    "a flag": HEAD + GOOD.replace('id = "rope.rotate/unit-1"', 'flag = "PairLayout"'),
    "conditions": HEAD + GOOD + 'when = {version = ">=4.40, <5", dtype = "float32", target = "llama.rotate"}\n',
    "until a version": HEAD + GOOD + 'until = "5.30"\n',
    "until a day": HEAD + GOOD + "until = 2027-01-31\n",
    "words": HEAD + GOOD.replace("failed", "raised").replace("diagnosis", "says"),
    "a crash": HEAD + GOOD.replace("failed", "crashed").replace('diagnosis = "rope/halves"\n', ""),
}
REFUSED = {
    "no format": (GOOD, "format is None, needs 'posenc-expectations/1'"),
    "another format": (HEAD.replace("/1", "/2") + GOOD, "format is 'posenc-expectations/2'"),
    "something else": (HEAD + GOOD + "[more]\n", "there is is 'more'"),
    "no entries": ('format = "posenc-expectations/1"\nexpect = 1\n', "needs entries, each under"),
    "an unknown field": (HEAD + GOOD + 'resaon = "x"\n', "did you mean reason?"),
    "nothing covered": (HEAD + GOOD.partition("\n")[2], "covers by is 'nothing', needs one of id, prefix and flag"),
    "twice covered": (HEAD + GOOD + 'flag = "PairLayout"\n', "needs one of id, prefix and flag"),
    "no reason": (HEAD + GOOD.replace('"r"', '" "'), "reason is ' ', needs text"),
    "no issue": (HEAD + GOOD.replace('issue = "a/b#1"', ""), "issue is 'missing', needs text"),
    "a number for an id": (HEAD + GOOD.replace('"rope.rotate/unit-1"', "1"), "id is 1, needs text"),
    "an unknown outcome": (HEAD + GOOD.replace("failed", "fails"), "did you mean failed?"),
    "an outcome that is none": (HEAD + GOOD.replace("failed", "passed"), "outcome is 'passed', needs one of"),
    "no diagnosis": (HEAD + GOOD.replace('diagnosis = "rope/halves"', ""), "needs the name of the cause"),
    "a cause of a crash": (HEAD + GOOD.replace("failed", "crashed"), "only failures have a cause"),
    "words of a failure": (HEAD + GOOD + 'says = "x"\n', "says is 'x', needs diagnosis instead"),
    "another condition": (HEAD + GOOD + 'when = {os = "linux"}\n', "needs one of version, dtype, target"),
    "a version that is none": (HEAD + GOOD + 'when = {version = "4.x"}\n', "needs comparisons such as"),
    "until a word": (HEAD + GOOD + 'until = "soon"\n', "until is 'soon', needs a version as text or a day"),
    "until a number": (HEAD + GOOD + "until = 5.3\n", "until is 5.3, needs a version as text"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_files_that_say_enough(tmp_path: Path, what: str) -> None:
    (tmp_path / "e.toml").write_text(ACCEPTED[what])
    assert len(entries.read(tmp_path / "e.toml")) == (what != "nothing")
    assert fits(ACCEPTED[what])


@pytest.mark.parametrize("what", REFUSED)
def test_files_that_do_not(tmp_path: Path, what: str) -> None:
    text, says = REFUSED[what]
    (tmp_path / "e.toml").write_text(text)
    with pytest.raises(ValueError, match="expectations: ") as refused:
        entries.read(tmp_path / "e.toml")
    assert says in str(refused.value)
    assert not fits(text)


def test_flags_that_there_are_not_and_files_that_are_no_toml(tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text(ACCEPTED["a flag"].replace("PairLayout", "PairLayuot"))
    with pytest.raises(ValueError, match="did you mean PairLayout"):
        entries.read(tmp_path / "e.toml")
    (tmp_path / "e.toml").write_text("[[expect")
    with pytest.raises(ValueError, match="is no TOML"):
        entries.read(tmp_path / "e.toml")


@pytest.mark.parametrize(
    ("version", "inside"),
    [("4.40", True), ("4.40.0", True), ("library 4.99.dev1, other 9", True), ("5.0.0", False), ("4.39.9", False)],
)
def test_ranges_of_versions(version: str, inside: bool) -> None:
    assert replace(TRAP, when={"version": ">=4.40,<5"}).applies(version) == inside


def test_zeros_at_the_end_of_a_version_do_not_count() -> None:
    for version in ("4", "4.0", "4.0.0"):
        assert replace(TRAP, when={"version": "==4.0"}).applies(version)
    assert not replace(TRAP, when={"version": "==4.0"}).applies("40")


def test_a_version_that_cannot_be_compared_is_said() -> None:
    with pytest.raises(ValueError, match="the target's version is '', needs numbers"):
        replace(TRAP, when={"version": ">=1"}).applies("")


# --- what is expected and what is found ----------------------------------------------------------------------------


def verdict(*expected: Expectation, found: tuple[Report, ...] | None = None, **options: Any) -> Verdict:
    """By default of the target that rounds its positions to bfloat16."""
    asked = {"today": TODAY, "partial": False, **options}
    return judged(expected, found or (reports()[1],), IMPLEMENTATION["version"], **asked)


def kinds(said: Verdict) -> list[str]:
    return [problem.kind for problem in said.problems]


def test_what_is_expected_is_no_failure() -> None:
    everything = replace(TRAP, flag=None, prefix="rope.rotate/")
    said = verdict(everything)
    assert (kinds(said), dict(said.unexpected), len(said.met)) == ([], {}, 12)
    assert _code([reports()[1]], {}, said) == 0
    assert _code([reports()[1]], {}, verdict()) == 1


def test_an_entry_covers_no_more_than_it_says() -> None:
    said = verdict(TRAP)
    assert kinds(said) == []
    assert 0 < len(said.met) < 12
    assert sum(map(len, said.unexpected.values())) == 12 - len(said.met)
    assert _code([reports()[1]], {}, said) == 1


@pytest.mark.parametrize(
    ("entry", "kind", "says"),
    [
        (replace(EXACT, id="rope.rotate/unit-1"), "stale", "no longer failed"),
        (
            replace(EXACT, diagnosis="rope/f16-positions"),
            "explained",
            "failed because of rope/bf16-positions, the entry",
        ),
        (replace(EXACT, diagnosis="unknown"), "explained", "the entry says unknown"),
        (replace(EXACT, id="rope.rotate/unit-2"), "unmatched", "did you mean rope.rotate/unit-1"),
        (replace(TRAP, when={"target": "other"}), "unmatched", "decides no result"),
        (replace(EXACT, until="4.40.1"), "expired", "was to hold until 4.40.1"),
        (replace(EXACT, until=TODAY), "expired", "was to hold until 2026-07-01"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_entries_that_do_not_hold(entry: Expectation, kind: str, says: str) -> None:
    rest = replace(TRAP, flag=None, prefix="rope.rotate/")
    said = verdict(entry, rest)
    assert kinds(said) == [kind]
    assert says in said.problems[0].says
    assert _code([reports()[1]], {}, said) == 2  # nothing fails that no entry covers, and still


def test_entries_whose_time_has_not_come_do_no_harm() -> None:
    for entry in (replace(TRAP, until="4.40.2"), replace(TRAP, until=TODAY + datetime.timedelta(1))):
        assert kinds(verdict(entry)) == []
    for when in ({"version": "<4"}, {"version": ">5"}):
        said = verdict(replace(TRAP, when=when))
        assert (kinds(said), said.met) == ([], {})
    assert kinds(verdict(replace(TRAP, when={"dtype": "float16"}), partial=True)) == []
    assert kinds(verdict(replace(TRAP, when={"dtype": "float16"}))) == ["unmatched"]


def test_a_failure_of_another_kind_is_news() -> None:
    lost = reports()[2]
    one = next(result for result in lost.results if result.state == "crashed")
    entry = Expectation("raised", "why", "a/b#1", id=one.vector.id)
    said = verdict(entry, found=(lost,))
    assert (kinds(said), dict(said.unexpected)) == ([], {"lost": [one.vector.id]})
    said = verdict(replace(entry, outcome="crashed", says="alert"), found=(lost,))
    assert (kinds(said), dict(said.unexpected)) == ([], {})
    said = verdict(replace(entry, outcome="crashed", says="other words"), found=(lost,))
    assert kinds(said) == ["explained"]


def test_what_is_not_taken_may_be_expected_and_is_missed_when_it_is() -> None:
    nothing, wrong = reports()[3], reports()[1]
    entry = Expectation("unsupported", "why", "a/b#1", prefix="rope.rotate/")
    assert _code([nothing], {}, verdict(entry, found=(nothing,))) == 0
    assert _code([nothing], {}, verdict(found=(nothing,))) == 1
    assert kinds(verdict(entry, found=(wrong,))) == ["stale"]


def test_the_closest_entry_decides() -> None:
    first = next(r.vector.id for r in reports()[1].results if r.state == "failed")
    exact = replace(TRAP, flag=None, id=first, reason="the closest")
    said = verdict(replace(TRAP, flag=None, prefix="rope.rotate/"), exact)
    assert kinds(said) == []
    assert sorted(entry.reason for entry in said.met.values()) == ["the closest", *["why"] * 11]


def test_failures_of_two_causes_are_explained_one_by_one() -> None:
    """Of a target that fails in two ways no one cause explains all; each entry's own failures have theirs."""
    wrong, ignored = reports()[1], report("base_ignored", "rope.rotate", "rope/halves")
    both = zip(wrong.results, ignored.results, strict=True)
    mixed = replace(wrong, results=[o if o.state == "failed" else w for w, o in both], causes=[])
    bases = [result.vector.id for result in ignored.results if result.state == "failed"]
    exact = [replace(EXACT, id=name, diagnosis="rope/base-ignored") for name in bases]
    entry = replace(TRAP, flag=None, prefix="rope.rotate/")
    assert kinds(verdict(entry, *exact, found=(mixed,))) == []
    assert kinds(verdict(replace(exact[0], diagnosis="rope/doubled"), found=(mixed,))) == ["explained"]


def test_a_target_that_lost_an_answer_still_fails_by_it() -> None:
    whole = crashed(reports()[0])
    assert _code([whole], {}, verdict(found=(whole,))) == 1


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("", "", 0, "as expected: 12 results, by 1 of the entries"),
        ("Bf16Trap", "Bidirectional", 1, "failures that no entry expects, first rope.rotate/"),
        ("rope/bf16-positions", "rope/f16-positions", 2, "posenc: expectation explained: "),
    ],
)
def test_the_command_knows_what_to_expect(tmp_path: Path, old: str, new: str, code: int, says: str) -> None:
    covers = 'flag = "Bf16Trap"' if old == "Bf16Trap" else 'prefix = "rope.rotate/"'
    entry = f'{covers}\noutcome = "failed"\ndiagnosis = "rope/bf16-positions"\nreason = "r"\nissue = "a/b#1"\n'
    (tmp_path / "e.toml").write_text(HEAD + entry.replace(old, new) if old else HEAD + entry)
    options = ["--op", "rope.rotate", "--convention", "rope/halves", "--search", "0", "--no-sessions"]
    run = CliRunner().invoke(
        app, ["check", f"{TARGETS}:bf16_positions", *options, "--expect", str(tmp_path / "e.toml")]
    )
    assert (run.exit_code, says in run.output) == (code, True), run.output


def test_a_file_that_is_wrong_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text("[[expect")
    run = CliRunner().invoke(app, ["check", "cmd:no-such-program", "--expect", str(tmp_path / "e.toml")])
    assert isinstance(run.exception, ValueError)
    assert "is no TOML" in str(run.exception)
