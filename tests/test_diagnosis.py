"""The bugs that libraries had are killed and named; what nobody listed is read off; what is right is left in peace."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import logits, others, rotations, scalings, tables
from corpus.entry import Bug, bug
from corpus.matrix import BUGS, PAGE, Outcome, outcome, page, row, run
from corpus.outside import OUTSIDE
from posenc import spec
from posenc.conformance.catalogue import Catalogue
from posenc.conformance.growth import growth
from posenc.conformance.inside import Inside
from posenc.conformance.judge import Result, Subject
from posenc.conformance.probes import rotation
from posenc.conformance.readings import law, simple
from posenc.conformance.runner import Plan, check
from posenc.truth.bounds import Precision
from posenc.vectors.files import load

SEEN = [one for one in BUGS if not one.unseen]


@cache
def found(at: int) -> Outcome:
    return outcome(SEEN[at])


@pytest.mark.parametrize("at", range(len(SEEN)), ids=[f"{one.id} {one.operation}" for one in SEEN])
def test_every_bug_is_killed_and_named_and_its_row_is_not_stale(at: int) -> None:
    said = found(at)
    assert said.killed >= 2 or said.named == ("state/stale",), said
    assert said.right or (not said.bug.causes and not said.named), said
    assert row(said) in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_page_is_what_the_corpus_makes_of_its_rows() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| bug ")]
    assert len(rows) == len(SEEN)
    assert text == page(rows)
    assert sum(bool(one.causes) for one in SEEN) >= 0.95 * len(SEEN)
    assert not {one.id for one in BUGS} & set(OUTSIDE)


@pytest.mark.parametrize("one", [one for one in BUGS if one.unseen], ids=lambda one: str(one.id))
def test_what_cannot_be_seen_fails_nothing(one: Bug) -> None:
    report = run(one)
    assert (report.grade, report.causes) == ("A", [])
    if one.id == "LAY-16":
        assert any(r.state == "accepted" and r.vector.case.params["base"] == 0 for r in report.results)


RIGHT = [
    ("rope.rotate", "halves", rotations.rotate()),
    ("rope.rotate", "interleaved", rotations.rotate(turn=rotations.interleaved)),
    ("rope.table", "interleaved", rotations.table()),
    ("rope_scaling.inverse_frequencies", "published", scalings.Scaled().frequencies),
    ("rope_scaling.table", "published", scalings.Scaled().table),
    ("xpos.rotate", "interleaved", others.xpos()),
    ("mrope.rotate", "chunked", others.mrope()),
    ("mrope.rotate", "interleaved", others.mrope(others.taking_turns)),
    ("mrope.position_ids", "chunked", others.prompt()),
    ("sinusoidal.table", "interleaved", tables.sinusoidal()),
    ("sinusoidal.table", "halves-endpoint", tables.sinusoidal(tables.endpoint, order=tables.beside)),
    ("grid.table", "moco-v3", tables.grid()),
    ("interpolation.resize", "linear", tables.resize()),
    ("learned.ids", "padding-aware", tables.ids()),
    ("t5.buckets", "unscaled", logits.Buckets().buckets),
    ("alibi.bias", "press", logits.alibi()),
    ("shaw.logits", "clipped", logits.shaw()),
    ("transformer_xl.scores", "causal", logits.xl()),
    ("deberta.scores", "paper", logits.deberta()),
    ("swin.index", "v1", logits.swin()),
]


@pytest.mark.parametrize(("operation", "convention", "program"), RIGHT)
def test_programs_without_the_bug_conform(operation: str, convention: str, program: Any) -> None:
    report = run(bug("none", "", operation, convention, "", "", program))
    bad = [(r.vector.id, r.state, r.worst or r.message) for r in report.results if r.state in ("failed", "raised")]
    allowed = {"raised"} if convention == "halves-endpoint" else set()  # half − 1 is 0 at width 2
    assert [one for one in bad if one[1] not in allowed] == []
    assert (report.causes, report.measured, report.reproducer) == ([], (), "")


# --- what nobody listed --------------------------------------------------------------------------------------------------


def turned(pairing: str = "halves", dtype: str = "float64", **hooks: Any) -> Any:
    turn = {"halves": rotations.halves, "interleaved": rotations.interleaved}[pairing]
    program = rotations.rotate(turn=turn, **hooks)
    return run(bug("none", "", "rope.rotate", pairing, "", "", program, dtype=dtype))


@pytest.mark.parametrize(
    ("said", "hooks"),
    [
        ("angle = -1.3 · position · base^(−2i/rotary_dim)", {"outer": lambda p, f: -1.3 * p[..., None] * f}),
        ("angle = (position +3) · base^(−2i/rotary_dim)", {"outer": lambda p, f: (p[..., None] + 3) * f}),
        ("angle = position · base^(−2i/(rotary_dim +2))", {"inv": lambda r, b: b ** -(np.arange(0, r, 2) / (r + 2))}),
        ("angle = position · 5000^(−2i/rotary_dim)", {"inv": lambda r, b: 5000.0 ** -(np.arange(0, r, 2) / r)}),
    ],
)
def test_parameters_are_read_off(said: str, hooks: Any) -> None:
    report = turned(**hooks)
    assert [cause.name for cause in report.causes] == ["rope/identified"]
    assert said in report.causes[0].says
    assert "pairs halves, each a rotation" in report.causes[0].says


def test_two_mistakes_at_once_are_named() -> None:
    report = turned("interleaved", outer=lambda p, f: -2.0 * p[..., None] * f)
    assert [cause.name for cause in report.causes] == ["rope/clockwise and rope/doubled"]


def test_pairs_that_nobody_has_are_read_off() -> None:
    """Partners from both ends of the head."""

    def program(x: Any, positions: Any, base: float = 10_000.0) -> Any:
        if x.shape[-1] % 2:
            raise NotImplementedError("odd")
        y = rotations.rotate()(
            np.concatenate([x[..., : x.shape[-1] // 2], x[..., : x.shape[-1] // 2 - 1 : -1]], -1), positions, base
        )
        return np.concatenate([y[..., : x.shape[-1] // 2], y[..., : x.shape[-1] // 2 - 1 : -1]], -1)

    subject = Subject("f", "rope.rotate", "rope/halves", Precision.of("float64"), "float64", {})
    shown = rotation(Inside(lambda: program, "program"), subject)
    assert (shown.place, shown.block) == ("(0, 7), (1, 6), (2, 5), (3, 4)", "rotation")
    behind = law(shown.readings)
    assert behind is not None
    assert behind.said("base", "rotary_dim") == "angle = position · base^(−2i/rotary_dim)"


def test_simple_numbers_are_found_and_others_kept() -> None:
    assert [str(simple(value)) for value in (1.0000001, 0.5, 1.3, 2.0 / 3)] == ["1", "1/2", "13/10", "2/3"]
    assert float(simple(np.pi)) == np.pi


def test_slopes_and_buckets_are_measured_when_no_name_fits() -> None:
    def slopes(num_heads: int, max_bias: float = 8.0) -> Any:
        return 3.0 ** -np.arange(1.0, num_heads + 1)

    report = run(bug("none", "", "alibi.slopes", "press", "", "", slopes))
    assert report.causes == []
    assert "slopes of 8 heads: 8 from 2^-1.58496, ratio 2^-1.58496" in report.measured
    late = logits.t5(step=lambda n, near, most, far: logits.integers(n, near, most, far + 100)).buckets
    report = run(bug("none", "", "t5.buckets", "unscaled", "", "", late))
    assert report.causes == []
    assert any("exact up to 8, wider ones from 13, 19, 29" in said for said in report.measured)


# --- what is claimed, and what is not -----------------------------------------------------------------------------------


def test_a_passing_case_refutes_a_cause() -> None:
    """Clockwise beyond position 1000 only: what passes before it speaks against clockwise."""
    report = turned(outer=lambda p, f: (-p if np.abs(p).max(initial=0) > 1000 else p)[..., None] * f)
    assert report.causes == []
    assert any(said.startswith("right up to position ") for said in report.measured)
    failing = [result for result in report.results if result.state == "failed"]
    catalogue = Catalogue(report.subject, failing, [])
    assert [cause.name for cause in catalogue.causes()] == ["rope/clockwise"]
    match = catalogue.closest()
    assert match is not None
    assert match.explained == len(failing)


def test_the_runner_up_is_named_with_its_distance() -> None:
    (cause,) = turned(inv=lambda r, base: rotations.plain_inv(r, 1e4)).causes
    assert (cause.name, cause.clause) == ("rope/base-ignored", "spec/rope/README.md#rival-conventions")
    assert cause.runner_up.startswith("rope/")
    assert cause.margin is not None
    assert cause.margin > 8


def test_growth_names_the_format_that_merges_integers() -> None:
    vector = next(v for v in load("rope.rotate") if v.outputs)

    def at(position: int, state: str, units: float) -> Result:
        case = replace(vector.case, inputs={"x": np.ones((1, 2)), "positions": np.array([position])})
        outputs = {"rope/halves": {"y": np.ones((1, 2))}}
        return Result(replace(vector, case=case, outputs=outputs), state, units, outputs={"y": np.full((1, 2), 1.5)})

    said = list(
        growth(
            [
                at(1, "passed", 0.5),
                at(2047, "passed", 1.0),
                at(2049, "failed", 9000.0),
                at(4099, "failed", 8000.0),
                at(8193, "failed", 8500.0),
            ]
        )
    )
    assert said[0] == "right up to position 2047, wrong from 2049 on; float16 merges integers from there on"
    assert any("about 2^13 units" in one for one in said)
    assert "every failing answer is 1.5 times as long as the right one" in said


def test_a_permutation_of_axes_is_named() -> None:
    def program(num_heads: int, n_q: int, n_k: int, use: str = "causal", max_bias: float = 8.0) -> Any:
        return np.moveaxis(logits.alibi()(num_heads, n_q, n_k, use, max_bias), 0, -1)

    (cause,) = run(bug("none", "", "alibi.bias", "press", "", "", program)).causes
    assert (cause.name, "(1, 2, 0)" in cause.says, "(2, 0, 1)" in cause.fix) == ("fault/axes-permuted", True, True)


# --- the reproducer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "dtype"), [("clockwise", "float32"), ("two_arrays_wrong", "float64"), ("other_names_wrong", "float32")]
)
def test_the_reproducer_runs_and_fails_until_it_is_repaired(name: str, dtype: str, tmp_path: Path) -> None:
    module = tmp_path / "mine.py"
    module.write_text(WRONG, encoding="utf-8")
    space: dict[str, Any] = {}
    exec(compile(WRONG, "mine.py", "exec"), space)
    operation = "rope.table" if name.startswith("two") else "rope.rotate"
    convention = "rope/interleaved" if name.startswith("two") else "rope/halves"
    subject = Subject(f"py:{module}:{name}", operation, convention, Precision.of(dtype), dtype, {})
    report = check(Inside(lambda: space[name], name), subject, Plan(search=0, sessions=False))
    assert report.causes
    broken = subprocess.run([sys.executable, "-c", report.reproducer], capture_output=True, text=True)
    assert "AssertionError" in broken.stderr, report.reproducer + broken.stderr
    module.write_text(WRONG.replace("SIGN = -1", "SIGN = 1"), encoding="utf-8")
    repaired = subprocess.run([sys.executable, "-c", report.reproducer], capture_output=True, text=True)
    assert (repaired.returncode, repaired.stderr) == (0, "")


WRONG = """
import numpy as np

SIGN = -1


def clockwise(x, positions, base=10_000.0):
    half = x.shape[-1] // 2
    angles = SIGN * np.asarray(positions)[..., None] / base ** (np.arange(half) / half)
    cos, sin = np.cos(angles), np.sin(angles)
    if cos.ndim == 3:
        cos, sin = cos[:, None], sin[:, None]
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos], axis=-1).astype(x.dtype)


def other_names_wrong(q, where, *, base=10_000.0):
    return clockwise(q, where, base)


def two_arrays_wrong(positions, rotary_dim, base=10_000.0):
    angles = SIGN * np.asarray(positions)[..., None] / base ** (np.arange(0, rotary_dim, 2) / rotary_dim)
    return np.cos(angles), np.sin(angles)
"""


def test_references_are_those_of_the_catalogue_too() -> None:
    """Every name that the corpus expects is in the catalogue, or is made by the diagnosis."""
    made = ("fault/", "state/", "precision/")
    for one in SEEN:
        for name in one.causes:
            if not name.startswith(made) and not name.endswith("/identified"):
                family, short = name.split(" on ")[0].split("/")
                assert short in spec.conventions(family), name
