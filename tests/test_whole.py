"""Whole tables against the truth: every cell counts, also one beyond the first piece; and the page made of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from posenc.cli import app
from posenc.truth.bounds import GRADES
from test_check import TARGETS

TABLE = ("--op", "rope.table", "--convention", "rope/interleaved", "--dtype", "float64", "--search", "0", "--dim", "16")


def posenc(*arguments: str) -> Any:
    """The command in this process; an error that is no exit is raised."""
    run = CliRunner().invoke(app, list(arguments))
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    return run


def binades(target: str, positions: int) -> tuple[int, list[dict[str, Any]]]:
    """Exit code, and what is worst from each power of two to the next."""
    run = posenc("check", f"{TARGETS}:{target}", "--json", *TABLE, "--whole", str(positions))
    (table,) = json.loads(run.stdout)["tables"].values()
    assert (table["positions"], table["width"]) == (positions, 8)
    return run.exit_code, table["binades"]


def test_a_right_table_is_right_everywhere() -> None:
    code, found = binades("two_arrays", 150_000)
    assert code == 0
    assert [worst["first"] for worst in found] == [0, *(1 << k for k in range(18))]
    assert [worst["last"] for worst in found] == [0, *((2 << k) - 1 for k in range(17)), 149_999]
    assert all(worst["units"] <= GRADES["A"] for worst in found)
    assert found[-1]["error"] > 1e3 * found[1]["error"]  # the angle's own error grows with the position


@pytest.mark.parametrize(
    ("target", "binade", "error", "cell"),
    [
        ("one_wrong_cell", 13, 1e-6, "sin[5000, 7]"),
        ("one_missing_cell", 18, "inf", "cos[140000, 7]"),
    ],
)
def test_one_wrong_cell_is_found(target: str, binade: int, error: float, cell: str) -> None:
    """The vectors cannot see it: it is one cell of a million."""
    code, found = binades(target, 150_000)
    assert code == 1
    (worst,) = [worst for worst in found if float(worst["units"]) > GRADES["B"]]
    assert worst is found[binade]
    assert float(worst["error"]) == pytest.approx(float(error), rel=1e-3)
    assert worst["cell"].startswith(cell)


def test_additive_tables_have_their_own_columns() -> None:
    options = ("--op", "sinusoidal.table", "--convention", "sinusoidal/halves", "--search", "0", "--dim", "16")
    run = posenc("check", f"{TARGETS}:marian", "--json", *options, "--whole", "3000")
    (table,) = json.loads(run.stdout)["tables"].values()
    assert (run.exit_code, table["width"]) == (0, 16)
    worst = max(table["binades"], key=lambda one: float(one["units"]))
    assert 0 < worst["units"] <= GRADES["A"]


@pytest.mark.parametrize(
    ("target", "op", "convention", "said"),
    [("cut_table", "rope.table", "rope/halves", "has shape"), ("halves", "rope.rotate", "rope/halves", "")],
)
def test_what_makes_no_table_is_said(target: str, op: str, convention: str, said: str) -> None:
    options = ("--op", op, "--convention", convention, "--search", "0", "--whole", "4096")
    run = CliRunner().invoke(app, ["check", f"{TARGETS}:{target}", *options])
    assert "no target makes a whole table" in str(run.exception)
    assert said in run.stderr


def test_the_common_formulas_are_within_their_precision() -> None:
    run = posenc("check", "naive", "--json", "--search", "0", "--whole", "2048", "--dim", "64")
    said = json.loads(run.stdout)
    assert {target["target"]: target["grade"] for target in said["targets"]} == dict.fromkeys(said["tables"], "A")
    short, long = (said["tables"][f"{form}.rope.table"]["binades"][-1] for form in ("float32", "float64"))
    assert short["error"] > 1e6 * long["error"]


def test_the_accuracy_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    posenc("accuracy", "naive", "-o", str(page), "--positions", "3000", "--dim", "16")
    text, plot = page.read_text(), (tmp_path / "page.svg").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    assert rows[0][0] == "positions"
    assert rows[0][1:] == [
        f"naive {form}.{family}" for family in ("rope", "sinusoidal") for form in ("float64", "float32")
    ]
    assert (rows[2][0], rows[-2][0]) == ("0 to 0", "2048 to 2999")
    assert float(rows[-2][1]) < 1e-11
    assert float(rows[-2][2]) > 1e-5
    assert plot.count("<polyline") == 4
    assert plot.count(" 700.0,") == 4  # the curves end at the right edge
    command = re.search(r"^    posenc (accuracy .*)$", text, re.M)
    assert command
    again = tmp_path / "again" / "page.md"
    again.parent.mkdir()
    posenc(*command[1].replace("page.md", str(again)).split())
    assert (again.read_text(), again.with_suffix(".svg").read_text()) == (text, plot)
    for gone, kept in ((page, page.with_suffix(".svg")), (page.with_suffix(".svg"), page)):
        gone.unlink(missing_ok=True)
        kept.touch()
        with pytest.raises(FileExistsError, match="--force"):
            posenc("accuracy", "naive", "-o", str(page), "--positions", "3000", "--dim", "16")
        assert list(tmp_path.glob("page.*")) == [kept]
