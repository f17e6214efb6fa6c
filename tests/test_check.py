"""`posenc check`: right about those that conform, right about why others do not, and unharmed by any of them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from typer.testing import CliRunner

from peers import CONFORM, KNOWN, MISDECLARED
from posenc import spec
from posenc.cli import app, main
from posenc.conformance import contract, exchange, judge, runner
from posenc.conformance.asking import ask
from posenc.conformance.diagnosis import diagnose
from posenc.conformance.judge import Subject
from posenc.conformance.matrix import page
from posenc.conformance.process import Process
from posenc.conformance.stream import read
from posenc.truth.bounds import Precision
from posenc.vectors import files
from posenc.vectors.files import load

TARGETS = Path(__file__).with_name("targets.py")


def check(target: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report of one target in targets.py, rope.rotate unless said."""
    if "--op" not in options:
        options = ("--op", "rope.rotate", *options)
    if "--sessions" not in options:
        options = ("--no-sessions", *options)  # seconds each, and asked for where they are what is tested
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
    "unlisted": ("rope/halves", "rope/identified"),
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
    assert report["causes"][0]["clause"] == "spec/rope/README.md#rival-conventions"
    assert "function(x, positions" in report["reproducer"]


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
    assert any("one-hot inputs" in said or "pairs" in said for said in report["measured"])


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
    "needs_more": "signature",
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
@pytest.mark.parametrize(("search", "only"), [("0", ""), ("20", "gpt")])
def test_transformers_conforms(tmp_path: Path, search: str, only: str) -> None:
    pytest.importorskip("transformers")
    options = ["--json", "--search", search, "--timeout", "60", *(["--only", only] if only else [])]
    options += ["--jsonl", str(tmp_path / "run.jsonl")]
    run = CliRunner().invoke(app, ["check", "transformers", *options])
    assert run.exit_code == 0, run.output
    targets = json.loads(run.stdout)["targets"]
    found = {target["target"]: (target["convention"], target["grade"]) for target in targets}
    assert found == {name: known for name, known in CONFORM.items() if only in name}
    assert len(page([read(tmp_path / "run.jsonl")])) < 2e6
    if search == "0":  # what is drawn may be known to be wrong as well
        assert_known_defects(targets)


def assert_known_defects(targets: list[dict[str, Any]]) -> None:
    """They are counted and still there: when one is repaired, this says so, and then it is known no longer."""
    known = {target["target"]: target["states"].get("known", 0) for target in targets}
    assert {name: count for name, count in known.items() if count} == KNOWN
    notes = [note for target in targets for result in target["results"] for note in result["notes"]]
    assert [note for note in notes if "known to be wrong" in note] == []


@pytest.mark.peers
def test_a_library_declared_wrongly_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own answers under another declaration: the failure must be named after what it really is."""
    pytest.importorskip("transformers")
    with Process.python("library:transformers", timeout=60) as process:
        for name, (operation, declared, causes) in MISDECLARED.items():
            subject = Subject(name, operation, declared, Precision.of("float32"), "float32", {})
            named = diagnose(subject, list(runner.answers(process, subject))).causes
            assert [found.name for found in named] == causes.split(), name
        assert_stale_dynamic(process)


def assert_stale_dynamic(process: Any) -> None:
    """A module that was called for long sequences: right again below the original 8 tokens, and not before."""
    subject = Subject(
        "llama.kept_rotate", "rope_scaling.rotate", "rope_scaling/published", Precision.of("float32"), "float32", {}
    )
    vectors = {vector.case.id: vector for vector in load(subject.operation)}
    for name, state in (
        ("growing-3", "passed"), ("growing-12", "passed"), ("growing-32", "passed"), ("growing-12", "known"), ("growing-8", "known"),
        ("growing-3", "passed"), ("growing-8", "passed"), ("list-9", "passed"), ("list-8", "passed"),
    ):  # fmt: skip
        result = ask(process, subject, vectors[f"rotate/{name}"])
        assert (result.state, result.notes) == (state, ()), name


@pytest.mark.parametrize(("target", "cause"), [("t5_double", "float64-logarithm"), ("t5_single", "float32-logarithm")])
def test_a_floating_bucket_is_named(target: str, cause: str) -> None:
    code, report = check(target, "--op", "t5.buckets", "--search", "0")
    assert (code, report["causes"][0]["name"]) == (1, f"t5/{cause}")


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


# --- arrays, names and adapters ------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["read_only", "backwards", "slow", "floods"])
def test_odd_but_right_answers_are_right(target: str) -> None:
    code, report = check(target, "--convention", "rope/halves", "--search", "0")
    assert (code, report["grade"]) == (0, "A")
    flooded = [note for result in report["results"] for note in result["notes"] if "flooded" in note]
    assert bool(flooded) == (target == "floods")


def test_an_answer_of_two_gigabytes_is_refused_before_it_is_copied() -> None:
    code, report = check("two_gigabytes", "--convention", "rope/halves", "--search", "0")
    assert (code, set(report["states"]), report["states"]["oversized"]) == (1, {"oversized", "untried"}, 3)
    assert "has 2147483648 bytes" in report["results"][0]["message"]


def test_off_by_one_is_named() -> None:
    code, report = check("one_later", "--convention", "rope/halves", "--search", "0")
    assert (code, [cause["name"] for cause in report["causes"]]) == (1, ["rope/one-based"])


def test_arguments_of_other_names() -> None:
    options = ("--convention", "rope/halves", "--search", "0")
    code, report = check("own_names", *options)
    assert (code, set(report["states"]) & {"signature", "passed"}) == (1, {"signature"})
    assert "the contract has x, positions, base, rotary_dim" in report["results"][0]["message"]
    names = ("--name", "x=queries", "--name", "positions=position_ids", "--name", "base=theta")
    code, report = check("own_names", *options, *names)
    assert (code, report["grade"]) == (0, "A")
    with pytest.raises(ValueError, match="needs CONTRACT=THEIRS"):
        check("own_names", *options, "--name", "x")


@pytest.mark.peers
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_arrays_of_torch(dtype: str) -> None:
    pytest.importorskip("torch")
    options = ("--convention", "rope/halves", "--search", "0", "--angle", "float32", "--table", "float32")
    code, report = check("in_torch", *options, "--arrays", "torch", "--dtype", dtype, "--timeout", "60")
    assert (code, report["grade"], report["precision"]["output"]) == (0, "A", dtype)
    assert report["states"]["passed"] > 20


def test_bfloat16_as_words() -> None:
    options = ("--convention", "rope/halves", "--search", "0", "--dtype", "bfloat16")
    code, report = check("in_words", *options, "--angle", "float32", "--table", "float32")
    assert (code, report["grade"]) == (0, "A")
    assert max(float(result["units"] or 0) for result in report["results"]) > 0.5  # rounded to bfloat16, and judged so


def test_an_adapter_declares_what_it_has() -> None:
    run = CliRunner().invoke(app, ["check", f"py:{TARGETS}:Adapter", "--json", "--search", "0", "--no-sessions"])
    report = json.loads(run.stdout)
    assert run.exit_code == 0
    assert [(one["target"], one["grade"]) for one in report["targets"]] == [
        ("rope.rotate float64", "A"),
        ("rope.rotate float32", "A"),
        ("rope.table float64", "A"),
        ("rope.table float32", "A"),
    ]
    assert {one["precision"]["angle"] for one in report["targets"]} == {"float64"}
    assert set(report["declined"]) == {"rope.inverse_frequencies"}
    asked = ["check", f"{TARGETS}:Adapter", "--json", "--op", "alibi.bias", "--search", "0"]
    run = CliRunner().invoke(app, asked)
    assert (run.exit_code, json.loads(run.stdout)["declined"]["alibi.bias"]["reason"]) == (1, "not in its profile")


def test_soak_tries_other_inputs_on_every_run() -> None:
    code, report = check("clockwise", "--convention", "rope/halves", "--search", "0", "--soak", "9")
    assert (code, report["smallest"] is not None) == (1, True)


def test_a_corpus_that_has_shrunk_is_no_failure_of_the_target(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = files._manifest(spec.folder("spec"))
    monkeypatch.setattr(files, "_manifest", lambda root: {**whole, "minCases": whole["minCases"] + 1})
    monkeypatch.setattr("sys.argv", ["posenc", "check", f"{TARGETS}:halves", "--op", "rope.rotate"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 4
    assert "that manifest.json promises" in capsys.readouterr().err


class Foreign:
    """An array that NumPy can only have by DLPack."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()


def test_arrays_come_out_of_every_wrapping() -> None:
    array = np.arange(6.0).reshape(2, 3)
    for value in (array, array.tolist(), Foreign(array), array.astype(">f8"), array[:, ::-1][:, ::-1]):
        found = exchange.taken(value)
        assert found.dtype == np.float64
        assert found.tolist() == array.tolist()
        assert found.flags.c_contiguous
        assert found.dtype.isnative
    words = np.array([0x3F80, 0xC000], dtype=np.uint16)  # 1 and -2
    assert exchange.taken(words).tolist() == words.tolist()
    given = exchange.given(array, "numpy")
    assert exchange.same(given, array)
    given[0, 0] = 5
    assert not exchange.same(given, array)
    assert array[0, 0] == 0


@pytest.mark.peers
def test_bfloat16_goes_through_torch_and_back() -> None:
    torch = pytest.importorskip("torch")
    words = np.array([[0x3F80, 0xC000, 0x7F80, 0x0001]], dtype=np.uint16)
    tensor = exchange.given(words, "torch")
    assert (tensor.dtype, tensor[0, :2].tolist()) == (torch.bfloat16, [1.0, -2.0])
    assert exchange.taken(tensor.requires_grad_()).tolist() == words.tolist()
    assert exchange.same(tensor, words)


def test_what_cannot_be_started_again_loses_no_result(tmp_path: Path) -> None:
    """A module that loads once and dies at its second case."""
    (tmp_path / "once.py").write_text(
        "import os, pathlib\n"
        "mark = pathlib.Path(__file__).with_name('mark')\n"
        "if mark.exists(): raise ImportError('only once')\n"
        "mark.touch(); asked = []\n"
        "def f(rotary_dim, base=1e4):\n"
        "    asked.append(1)\n"
        "    if len(asked) > 2: os._exit(3)\n"
        "    return [base ** (-2 * i / rotary_dim) for i in range(rotary_dim // 2)]\n"
    )
    asked = ["check", f"{tmp_path / 'once.py'}:f", "--op", "rope.inverse_frequencies", "--convention", "rope/halves"]
    run = CliRunner().invoke(app, [*asked, "--dtype", "float64", "--search", "0", "--json"])
    (report,) = json.loads(run.stdout)["targets"]
    assert (run.exit_code, report["states"]) == (1, {"crashed": 3, "passed": 2, "untried": 4})
    assert report["results"][3]["message"] == "cannot be started again: ImportError: only once"
