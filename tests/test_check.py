"""`posenc check`: right about those that conform, right about why others do not, and unharmed by any of them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from typer.testing import CliRunner

from peers import CONFORM, MISDECLARED
from posenc.cli import app
from posenc.conformance import contract, judge, runner
from posenc.conformance.judge import Subject
from posenc.truth.bounds import Precision
from posenc.vectors.files import load

TARGETS = Path(__file__).with_name("targets.py")


def check(target: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report of one target in targets.py, rope.rotate unless said."""
    if "--op" not in options:
        options = ("--op", "rope.rotate", *options)
    run = CliRunner().invoke(app, ["check", f"{TARGETS}:{target}", "--json", "--timeout", "2", *options])
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    return run.exit_code, json.loads(run.stdout)["targets"][0] if run.stdout.startswith("{") else {"said": run.output}


@pytest.mark.parametrize("target", ["halves", "other_names", "as_lists", "in_a_dict", "strided"])
def test_conforming_callables_conform(target: str) -> None:
    code, report = check(target, "--convention", "rope/halves", "--search", "20")
    assert (code, report["grade"], report["causes"]) == (0, "A", [])


def test_the_convention_is_found_out() -> None:
    code, report = check("halves", "--search", "0")
    assert (code, report["convention"], report["grade"]) == (0, "rope/halves", "A")
    code, report = check("marian", "--op", "sinusoidal.table", "--search", "0")
    assert (code, report["convention"], report["grade"]) == (0, "sinusoidal/halves", "A")


def test_a_convention_without_answers_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    states = {"a": ["unsupported"] * 3, "b": ["passed", "unsupported", "passed"], "c": ["failed", "passed", "passed"]}
    answers = {name: [SimpleNamespace(state=state) for state in said] for name, said in states.items()}
    monkeypatch.setattr(runner, "answers", lambda process, subject: answers[subject])
    asked: Any = list(answers)
    best: Any = runner.guess(None, asked)  # type: ignore[arg-type]
    assert best == "b"


NAMED = {
    "halves": ("rope/interleaved", "rope/halves"),
    "bf16_positions": ("rope/halves", "rope/bf16-positions"),
    "f16_positions": ("rope/halves", "rope/f16-positions"),
    "clockwise": ("rope/halves", "rope/clockwise"),
    "base_ignored": ("rope/halves", "rope/base-ignored"),
    "clockwise_interleaved": ("rope/halves", "rope/clockwise on rope/interleaved"),
    "identity": ("rope/halves", "rope/no-rotation"),
    "zeros": ("rope/halves", "fault/zeros"),
    "nan": ("rope/halves", "fault/not-finite"),
}


@pytest.mark.parametrize("target", NAMED)
def test_the_cause_is_named(target: str) -> None:
    declared, cause = NAMED[target]
    code, report = check(target, "--convention", declared, "--search", "0")
    assert (code, report["grade"]) == (1, "fail")
    assert [found["name"] for found in report["causes"]] == [cause]
    assert report["causes"][0]["explained"] == report["states"]["failed"]


def test_other_families_are_named_too() -> None:
    code, report = check(
        "tutorial", "--op", "sinusoidal.table", "--convention", "sinusoidal/interleaved", "--search", "0"
    )
    assert (code, [cause["name"] for cause in report["causes"]]) == (1, ["sinusoidal/unpaired"])
    code, report = check("bloom", "--op", "alibi.bias", "--convention", "alibi/press", "--search", "0")
    assert (code, [cause["name"] for cause in report["causes"]]) == (1, ["alibi/key-only"])
    code, report = check("bloom", "--op", "alibi.bias", "--convention", "alibi/key-only", "--search", "0")
    assert (code, report["grade"]) == (0, "A")


def test_precisions_are_declared() -> None:
    code, report = check("f32_angles", "--convention", "rope/halves", "--dtype", "float64", "--search", "0")
    assert (code, [cause["name"] for cause in report["causes"]]) == (1, ["precision/float32"])
    declared = ("--angle", "float32", "--table", "float32")
    code, report = check("f32_angles", "--convention", "rope/halves", "--dtype", "float64", *declared, "--search", "0")
    assert (code, report["grade"], report["precision"]["angle"]) == (0, "A", "float32")


def test_an_unknown_cause_is_not_named() -> None:
    code, report = check("uncatalogued", "--convention", "rope/halves", "--search", "0")
    assert (code, report["causes"], report["grade"]) == (1, [], "fail")


def test_a_failure_is_shrunk_to_the_smallest_case() -> None:
    _, report = check("halves", "--convention", "rope/interleaved")
    smallest = report["smallest"]["call"]
    assert smallest.count(",") <= 8, smallest
    assert "positions=[1]" in smallest
    _, report = check("bf16_positions", "--convention", "rope/halves")
    assert "257" in report["smallest"]["call"]


STATES = {
    "transposed": "shape",
    "none": "none",
    "objects": "dtype",
    "ints": "dtype",
    "unreadable": "dtype",
    "mutates": "mutated",
    "raises": "raised",
    "leaves": "exit",
    "dies": "crashed",
    "dies_on_the_seventh": "crashed",
    "needs_more": "raised",
}


@pytest.mark.parametrize("target", STATES)
def test_misbehaviour_is_reported_as_that(target: str) -> None:
    code, report = check(target, "--convention", "rope/halves", "--search", "5")
    assert (code, report["grade"]) == (1, "fail")
    assert report["states"][STATES[target]] > 0
    assert "failed" not in report["states"]


def test_a_crash_loses_no_finished_result() -> None:
    _, report = check("dies_on_the_seventh", "--convention", "rope/halves", "--search", "0")
    assert report["states"]["passed"] > 6
    said = next(r["message"] for r in report["results"] if r["state"] == "crashed")
    assert said.startswith("the process ended with code 7")


def test_a_crash_shows_the_last_words() -> None:
    _, report = check("dies", "--convention", "rope/halves", "--search", "0")
    assert "last words" in next(r["message"] for r in report["results"] if r["state"] == "crashed")


def test_a_target_that_hangs_is_given_up() -> None:
    code, report = check("hangs", "--convention", "rope/halves", "--search", "5")
    assert (code, report["states"]["hung"]) == (1, 3)
    assert "gave no answer within 2 s" in next(r["message"] for r in report["results"] if r["state"] == "hung")


def test_printing_is_noted_and_does_no_harm() -> None:
    code, report = check("prints", "--convention", "rope/halves", "--search", "0")
    assert (code, report["grade"]) == (0, "A")
    assert any("printed" in note for result in report["results"] for note in result["notes"])


def test_what_is_not_supported_is_no_failure_and_no_success() -> None:
    code, report = check("unsupported", "--convention", "rope/halves", "--search", "0")
    assert (code, report["grade"]) == (1, "none")


def test_several_outputs() -> None:
    code, report = check("two_arrays", "--op", "rope.table", "--search", "5")
    assert (code, report["grade"]) == (0, "A")
    code, report = check("one_array", "--op", "rope.table", "--search", "0")
    assert (code, "shape" in report["states"]) == (1, True)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("not_there", "AttributeError"),
        ("not_callable", "needs a callable"),
    ],
)
def test_what_cannot_be_loaded(target: str, said: str) -> None:
    code, report = check(target)
    assert code == 3
    assert said in report["said"]


def test_a_search_keeps_its_notes_out_of_the_users_folder() -> None:
    set_hypothesis_home_dir(None)
    check("clockwise", "--convention", "rope/halves", "--search", "3")
    assert not storage_directory("constants").path.is_relative_to(Path.cwd())


@pytest.mark.peers
@pytest.mark.parametrize(("search", "only"), [("0", ""), ("20", "rotate")])
def test_transformers_conforms(search: str, only: str) -> None:
    pytest.importorskip("transformers")
    options = ["--json", "--search", search, "--timeout", "60", *(["--only", only] if only else [])]
    run = CliRunner().invoke(app, ["check", "transformers", *options])
    assert run.exit_code == 0, run.output
    found = {t["target"]: (t["convention"], t["grade"]) for t in json.loads(run.stdout)["targets"]}
    assert found == {name: known for name, known in CONFORM.items() if only in name}


@pytest.mark.peers
def test_a_library_declared_wrongly_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own answers under another declaration: the failure must be named after what it really is."""
    pytest.importorskip("transformers")
    from posenc.conformance.process import Process
    from posenc.conformance.runner import check as run

    with Process.python("library:transformers", timeout=60) as process:
        for name, (operation, declared, causes) in MISDECLARED.items():
            report = run(process, Subject(name, operation, declared, Precision.of("float32"), "float32", {}), search=0)
            assert [found.name for found in report.causes] == causes.split()


@pytest.mark.parametrize(("target", "cause"), [("t5_double", "float64-logarithm"), ("t5_single", "float32-logarithm")])
def test_a_floating_bucket_is_named(target: str, cause: str) -> None:
    code, report = check(target, "--op", "t5.buckets", "--search", "0")
    assert (code, report["causes"][0]["name"]) == (1, f"t5/{cause}")


@pytest.mark.peers
def test_known_defects_are_counted_and_still_there() -> None:
    """When one is repaired, this says so: then it is known no longer."""
    pytest.importorskip("transformers")
    found = {}
    for only in ("mpnet.buckets", "t5.buckets", "deberta_v2.buckets", "beit.bias", "mrope_position_ids"):
        run = CliRunner().invoke(app, ["check", "transformers", "--json", "--search", "0", "--only", only])
        for target in json.loads(run.stdout)["targets"]:
            found[target["target"]] = target["states"].get("known", 0)
            assert [note for result in target["results"] for note in result["notes"]] == []
    buckets = {"t5.buckets": 2, "mpnet.buckets": 1, "deberta_v2.buckets": 4, "beit.bias": 1}
    prompts = {"qwen2_vl": 3, "qwen2_5_vl": 5, "qwen3_vl": 1}
    assert found == {**buckets, **{f"{model}.mrope_position_ids": count for model, count in prompts.items()}}


def test_a_known_defect_is_no_failure_and_no_pass() -> None:
    vector = next(v for v in load("alibi.slopes") if v.outputs)
    convention = next(iter(vector.outputs))
    subject = Subject("f", "alibi.slopes", convention, Precision.of("float64"), "float64", {})
    right = dict(vector.outputs[convention])
    wrong = {"slopes": right["slopes"] + 1}
    for reply, outputs, state, grade in (
        ({}, wrong, "failed", "fail"),
        ({"known": "why"}, wrong, "known", "none"),
        ({"known": "why"}, {"slopes": wrong["slopes"][:-1]}, "known", "none"),
        ({"known": "why", "error": {"kind": "raised", "message": "no"}}, None, "known", "none"),
        ({"known": "why"}, right, "passed", "A"),
    ):
        result = judge.judge(subject, vector, reply, outputs)
        assert (result.state, judge.grade([result])) == (state, grade)
        assert bool(result.notes) == (state == "passed")


def test_defects_are_forgotten_between_calls() -> None:
    contract._defects.clear()
    contract.known_defect(True, "one")
    contract.known_defect(False, "two")
    assert contract.defects() == ["one"]
    assert contract.defects() == []
