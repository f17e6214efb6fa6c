"""Libraries beside transformers: every target conforms, and what is known to be wrong still is, and is said."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from departures import DEPARTURES
from peers import CONFORM
from posenc.conformance import libraries
from posenc.conformance.diagnosis import diagnose
from posenc.conformance.judge import Subject
from posenc.conformance.runner import Plan, answers, check
from posenc.conformance.targets import Options, judged, process
from posenc.truth.bounds import Precision

ROOT = Path(__file__).parents[1]
NEEDS = {
    "onnx": ["onnx"],
    "onnxruntime": ["onnx", "onnxruntime"],
    "torch": ["torch"],
    "rotary_embedding_torch": ["torch"],
    "x_transformers": ["torch"],
}
KNOWN: dict[str, dict[str, int]] = {
    "onnx": {},
    "onnxruntime": {
        f"{kind}_{pairing}.rotate": 1
        for kind in ("standard", "standard_hidden", "standard_float16", "contrib", "contrib_hidden")
        for pairing in ("halves", "interleaved")
    },
    "torch": {},
    "rotary_embedding_torch": {
        "queries_or_keys.rotate": 1,
        "queries_or_keys_bfloat16.rotate": 12,
        "axial.table": 4,
        "axial.rotate": 6,
    },
    "x_transformers": {
        "relative.buckets": 2,
        "relative.bias": 2,
        "relative.attend": 2,
        "forgetting.bias": 2,
        "forgetting.attend": 2,
    },
}
"""Library → target → how many vectors its adapter knows to be answered wrongly."""

MISDECLARED: dict[str, list[tuple[str, str, str, str]]] = {
    "onnx": [("reference_hidden_halves.rotate", "rope.rotate", "rope/interleaved", "rope/halves")],
    "onnxruntime": [("contrib_interleaved.rotate", "rope.rotate", "rope/halves", "rope/interleaved")],
    "torch": [("onnx_ops_interleaved.rotate", "rope.rotate", "rope/halves", "rope/interleaved")],
    "rotary_embedding_torch": [
        ("axial_uncached.rotate", "rope_axial.rotate", "rope_axial/eva-02", "rope_axial/rope-vit")
    ],
    "x_transformers": [
        ("alibi.slopes", "alibi.slopes", "alibi/geometric", "alibi/press"),
        ("relative.attend", "t5.attend", "t5/unscaled", "t5/raised-bias"),
        ("cope.logits", "cope.logits", "cope/formula", "cope/listing"),
        ("sinusoidal.table", "sinusoidal.table", "sinusoidal/halves-endpoint", "sinusoidal/halves"),
    ],
}
"""Library → target, operation, a convention that it has not, and the cause that must be named."""


def needs(name: str) -> None:
    """Skip where it is not installed; it is imported in a process of its own."""
    for module in (*NEEDS.get(name, ()), name):
        if not find_spec(module):
            pytest.skip(f"{module} is not installed")


PAGE = (ROOT / "spec" / "libraries.md").read_text(encoding="utf-8")
SECTIONS = dict(zip(*[iter(re.split(r"^## (\w+)$", PAGE, flags=re.M)[1:])] * 2, strict=True))


def rows(name: str) -> dict[str, tuple[str, str]]:
    """Convention and grade of every target of a library on the page."""
    found = re.findall(r"^\| `([^`]+)` \| \S+ \| (\S+) \| [^|]+ \| (\S+) \|", SECTIONS[name], flags=re.M)
    return {target: (convention, grade) for target, convention, grade in found}


@pytest.mark.peers
@pytest.mark.parametrize("name", KNOWN)
def test_a_library_conforms(name: str) -> None:
    """One process for all of it: every target as declared, then some declared otherwise; and the page says the same."""
    needs(name)
    with process(name, timeout=60) as library:
        subjects = [subject for (subject,) in judged(name, library.hello, Options()).rivals]
        reports = [check(library, subject, Plan(search=0, sessions=False)) for subject in subjects]
        assert [report.subject.name for report in reports if report.grade != "A" or report.causes] == []
        assert {r.subject.name: r.count("known") for r in reports if r.count("known")} == KNOWN[name]
        assert [note for report in reports for result in report.results for note in result.notes] == []
        assert rows(name) == {report.subject.name: (report.subject.convention, report.grade) for report in reports}
        for target, operation, declared, cause in MISDECLARED[name]:
            subject = Subject(target, operation, declared, Precision.of("float32"), "float32", {})
            causes = diagnose(subject, list(answers(library, subject))).causes
            assert [found.name for found in causes] == [cause], target


def test_every_library_is_tested() -> None:
    assert set(KNOWN) == set(MISDECLARED) == set(libraries.names()) - {"naive", "transformers"}
    assert set(DEPARTURES) <= set(KNOWN)


@pytest.mark.peers
@pytest.mark.parametrize("name", DEPARTURES)
def test_departures_are_still_there_and_are_some(name: str) -> None:
    """When one is repaired, this says so: then it is none any longer."""
    needs(name)
    for one in DEPARTURES[name]:
        answer = one.answer()
        truths = [ask() for ask in (one.truth, one.hand) if ask]
        for truth in truths:
            assert truth == pytest.approx(truths[0], abs=1e-15), one.name
            assert isinstance(answer, str) or answer != pytest.approx(truth, abs=0.01), one.name
        assert truths or isinstance(answer, str) or one.name.startswith("negative-row"), one.name


def test_the_page_has_every_target_and_departure() -> None:
    """`python tests/benchmarks/libraries.py` makes it anew; the other libraries' rows are compared as they are asked."""
    assert set(SECTIONS) == set(libraries.names()) - {"naive"}
    assert rows("transformers") == CONFORM
    for name, section in SECTIONS.items():
        found = re.findall(r"^- \*\*(\S+)\.\*\*", section, flags=re.M)
        assert found == [one.name for one in DEPARTURES.get(name, ())]
    assert "**fails**" not in PAGE
