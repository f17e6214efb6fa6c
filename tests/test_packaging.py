"""The wheel by itself: no checkout beside it, and still everything works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked as an installer would."""
    builders = pytest.importorskip("hatchling.builders.wheel")
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = builders.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=site, env=environment)


def test_the_wheel_holds_all_of_spec_and_proofs(unpacked: Path) -> None:
    for name in ("spec", "proofs"):
        there = {
            p.relative_to(unpacked / "posenc" / f"_{name}") for p in (unpacked / "posenc" / f"_{name}").rglob("*.*")
        }
        here = {p.relative_to(ROOT / name) for p in (ROOT / name).rglob("*.*") if "__pycache__" not in p.parts}
        assert there == here
    assert (unpacked / "posenc" / "py.typed").is_file()
    skeletons = {path.suffix for path in (unpacked / "posenc" / "conformance" / "skeletons").glob("adapter.*")}
    assert skeletons == {".js", ".cpp", ".rs", ".py"}
    assert {path.name for path in unpacked.iterdir()} == {"posenc", "posenc-0.1.0.dist-info"}


def test_the_wheel_is_what_runs(unpacked: Path) -> None:
    code = "import posenc.spec; print(posenc.spec.folder('spec'))"
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=unpacked,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
    )
    assert Path(said.stdout.strip()) == unpacked / "posenc" / "_spec"


@pytest.mark.parametrize("command", [["audit", "rope", "truth"], ["vectors", "verify", "alibi"], ["show", "rope"]])
def test_the_wheel_audits_and_verifies(unpacked: Path, command: list[str]) -> None:
    """Of a few families: the files of all are there, as the first test says."""
    done = run(unpacked, "posenc", *command)
    assert done.returncode == 0, done.stderr


def test_the_wheel_writes_the_audit_as_a_page(unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked, "posenc", "audit", "truth", "--html", str(tmp_path / "report.html"))
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="truth.addition"' in written
    assert '"use strict"' in written, "the script and the style sheet are in the wheel"


def test_the_wheel_gives_its_theorems_to_coq(unpacked: Path, tmp_path: Path) -> None:
    """A stand-in for coqc, which accepts a file when it is there; what Coq says of it is tested beside the sources."""
    stand_in = tmp_path / "coqc"
    stand_in.write_text(
        '#!/bin/sh\ntest -s "$5" && grep -q Print "$5" && echo "Closed under the global context"\ntest -s "$5"\n'
    )
    stand_in.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "posenc", "audit", "shaw.clips", "--kernel"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=unpacked, env=environment)
    assert done.returncode == 0, done.stderr
    assert "shaw_clips" in done.stdout
    assert {path.suffix for path in (unpacked / "posenc" / "_proofs" / "kernel").iterdir()} == {".v"}


def test_a_broken_definition_is_named_by_the_audit(unpacked: Path, tmp_path: Path) -> None:
    """The real thing: a sign changed in the file of a definition, and the command run."""

    site = tmp_path / "site"
    shutil.copytree(unpacked, site)
    for file, old, new, claim in (
        ("rope.py", "[sp.sin(a), sp.cos(a)]", "[sp.sin(a), -sp.cos(a)]", "rope.orthogonal"),
        ("attention.py", "1 / sp.sqrt(d)", "1 / sp.Integer(d)", "attention.scale"),
    ):
        path = site / "posenc" / "definitions" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        done = run(site, "posenc", "audit", claim.partition(".")[0])
        assert done.returncode == 1
        assert f"{claim}: found unknown, the ledger says" in done.stderr.replace("\n", " ")
        verified = run(site, "posenc", "vectors", "verify", claim.partition(".")[0])
        assert verified.returncode == 4
        assert "is not the truth" in verified.stderr
        path.write_text(text)


def test_an_installation_without_its_data_says_so(unpacked: Path, tmp_path: Path) -> None:

    site = tmp_path / "site"
    shutil.copytree(unpacked, site, ignore=shutil.ignore_patterns("_spec"))
    done = run(site, "posenc", "audit")
    assert done.returncode == 2
    assert "needs an intact installation" in done.stderr
