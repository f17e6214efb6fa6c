"""`posenc.testing.conformance`: tests in somebody else's suite, which are right, say why, and bear pytest-xdist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import numpy as np
import pytest

import targets
from posenc import rope
from posenc.conformance.runner import applicable
from posenc.conformance.targets import Options, rivals
from posenc.testing import conformance

Y: Any = {"convention": "rope/halves"}
PROJECT = """
import targets
from posenc.testing import conformance

def rotate(x, positions):
    return targets.halves(x, positions)

test_right = conformance(targets.halves, "rope.rotate", convention="rope/halves")
test_wrong = conformance(targets.bf16_positions, "rope.rotate", convention="rope/halves")
test_table = conformance(targets.two_arrays, "rope.table", convention="rope/halves")
"""


def outcome(test: Any, case: str) -> str:
    """What a test of a case does: passed, or what it says."""
    try:
        test(case)
    except (pytest.fail.Exception, pytest.skip.Exception) as said:
        return f"{type(said).__name__}: {said}"
    return "passed"


def cases(test: Any) -> list[str]:
    (mark,) = test.pytestmark
    assert (mark.name, mark.args[0]) == ("parametrize", "case")
    return list(mark.args[1])


def test_there_is_a_test_for_each_vector_in_order() -> None:
    test = conformance(targets.halves, "rope.rotate", **Y)
    (subject,) = rivals("x", Options("rope.rotate", "rope/halves"), "rope.rotate")
    assert (
        cases(test)
        == [vector.id for vector in applicable(subject)]
        == cases(conformance(targets.zeros, "rope.rotate", **Y))
    )


def test_right_answers_pass_and_what_is_not_taken_is_skipped() -> None:
    test = conformance(targets.halves, "rope.rotate", **Y)
    said = {case: outcome(test, case) for case in cases(test)}
    assert {text.partition(":")[0] for text in said.values()} == {"passed", "Skipped"}
    assert said["rope.rotate/bf16-257-259"] == "passed"
    assert said["rope.rotate/partial-4-of-8"].startswith("Skipped: unsupported: takes no rotary_dim")
    assert said["rope.rotate/refuse-nan"].startswith("Skipped: accepted: gave an answer, needs an error")


def test_a_failure_says_why() -> None:
    test = conformance(targets.bf16_positions, "rope.rotate", **Y)
    said = outcome(test, "rope.rotate/bf16-257-259")
    assert said.startswith("Failed: rope.rotate/bf16-257-259: bf16_positions as rope/halves in float32\ny[0, 0] is ")
    assert "cause: your output equals rope/bf16-positions; you declared rope/halves" in said
    assert "fix: Keep positions integer or float32" in said
    assert "call: rotate(x=[[" in said
    assert outcome(test, "rope.rotate/unit-1") == "passed"


def test_misbehaviour_is_a_failure() -> None:
    for function, says in (
        (targets.raises, "raised: RuntimeError: no luck today"),
        (targets.none, "none: returned None"),
    ):
        assert says in outcome(conformance(function, "rope.rotate", **Y), "rope.rotate/unit-1")
    nothing = conformance(targets.unsupported, "rope.rotate", **Y)
    assert "takes none of its 35 cases" in outcome(nothing, "rope.rotate/unit-1")


def test_state_between_calls_is_noticed() -> None:
    asked: list[Any] = []

    def first_wrong(x: Any, positions: Any, base: float = 10_000.0) -> Any:
        asked.append(x)
        return targets.halves(x, positions, base) + (len(asked) == 1)

    said = outcome(conformance(first_wrong, "rope.rotate", **Y), "rope.rotate/unit-1")
    assert "asked again it is passed: the answer depends on what was asked before" in said


def test_arguments_dtypes_and_the_only_convention() -> None:
    seen = set()

    def rotate(queries: Any, positions: Any, base: float = 1e4, rotary_dim: int | None = None) -> Any:
        seen.add(queries.dtype)
        return rope.rotate(queries, positions, base=base, rotary_dim=rotary_dim, pairing="halves")

    test = conformance(rotate, "rope.rotate", **Y, dtype="float16", angle="float64", names={"x": "queries"})
    assert outcome(test, "rope.rotate/unit-1") == "passed"
    assert seen == {np.dtype("float16")}


def test_overflow_shows_in_the_numbers_as_in_a_process_of_its_own() -> None:
    test = conformance(targets.halves, "rope.rotate", **Y)
    with np.errstate(all="raise"):
        assert outcome(test, "rope.rotate/refuse-infinite-position").startswith("Skipped: accepted")


@pytest.mark.parametrize(
    ("operation", "options", "says"),
    [
        ("rope.rotat", Y, "operation is 'rope.rotat'"),
        ("rope.rotate", {}, "convention is None, needs one of rope/interleaved, rope/halves"),
        ("rope.rotate", {"convention": "rope/halfs"}, "did you mean rope/halves"),
        ("rope.rotate", {**Y, "dtype": "f32"}, "dtype is 'f32', needs one of"),
        ("rope.rotate", {**Y, "arrays": "tensors"}, "arrays is 'tensors', needs one of numpy, torch, jax"),
    ],
)
def test_names_that_there_are_not(operation: str, options: Any, says: str) -> None:
    with pytest.raises(ValueError, match=r"posenc\.testing\.conformance: ") as refused:
        conformance(targets.halves, operation, **options)
    assert says in str(refused.value)


def test_without_pytest_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytest", None)
    with pytest.raises(ImportError, match="makes tests for pytest, which is not installed"):
        conformance(targets.halves, "rope.rotate", **Y)


def test_in_a_suite_of_somebody_else(tmp_path: Path) -> None:
    """The real thing, on two workers: they must collect the same ids in the same order."""
    (tmp_path / "targets.py").write_text(Path(targets.__file__).read_text())
    (tmp_path / "test_mine.py").write_text(PROJECT)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    asked = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "xdist",
        "-n",
        "2",
        "-q",
        "-p",
        "no:cacheprovider",
        "--junitxml=out.xml",
    ]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # of this suite's plugins it needs one
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, env=quick)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED test_mine.py::test_wrong[rope.rotate/bf16-257-259]" in done.stdout
    assert "cause: your output equals rope/bf16-positions; you declared rope/halves" in done.stdout
    assert "test_right[" not in done.stdout.partition("short test summary")[2]
    found = list(Tree.parse(tmp_path / "out.xml").iter("testcase"))
    asked_for = [
        *2 * cases(conformance(targets.halves, "rope.rotate", **Y)),
        *cases(conformance(targets.two_arrays, "rope.table", **Y)),
    ]
    assert sorted(str(case.get("name")).partition("[")[2] for case in found) == sorted(f"{case}]" for case in asked_for)
    assert sum(case.find("failure") is not None for case in found) == 12
