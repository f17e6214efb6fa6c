"""The rules of the house as tests: links, imports, orphans, clicks, sizes, and the power of proofs."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import posenc
from cover import uncovered
from posenc import spec
from posenc.checking import recheck
from posenc.definitions import family as definitions
from posenc.definitions.wrong import gallery
from posenc.proving import Unproved, require_zero, trust
from posenc.proving.certificate import book, written
from posenc.proving.runner import PREFIXES, audit, proofs, run, script

ROOT = Path(__file__).parents[1]
FAMILIES, LEDGERS = spec.families(), spec.ledgers()
PACKAGE = ROOT / "reference" / "posenc"
SHELVES = [
    "reference/posenc/{}.py",
    "reference/posenc/definitions/{}.py",
    "reference/posenc/definitions/wrong/{}.py",
    "reference/posenc/truth/bounds/{}.py",
    "reference/posenc/vectors/cases/{}.py",
    "reference/posenc/conformance/inputs/{}.py",
    "proofs/prove_{}.py",
    "tests/test_{}.py",
    "tests/mutants/{}.py",
    "tests/refusals/{}.py",
    "spec/{}/README.md",
    "spec/{}/claims.toml",
    "spec/{}/conventions.toml",
    "spec/{}/operations.toml",
    "spec/{}/vectors",
    "reference/posenc/cli/plots/{}.py",
]
MODULES = {"spec", "models", "testing"}  # stand beside the families and are none


# --- one stem on every shelf ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shelf", SHELVES)
def test_no_orphans(shelf: str) -> None:
    folder, _, pattern = shelf.rpartition("/") if "{}" in shelf.rpartition("/")[2] else ("spec", "", shelf)
    glob = pattern.format("*") if folder != "spec" else shelf.removeprefix("spec/").format("*")
    found = set()
    for path in (ROOT / folder).glob(glob):
        stem = re.fullmatch(re.escape(shelf).replace(r"\{\}", "([a-z0-9_]+)"), path.relative_to(ROOT).as_posix())
        if stem and not stem[1].startswith("_"):
            found.add(stem[1])
    if shelf in ("reference/posenc/{}.py", "spec/{}/README.md"):
        found -= MODULES
    if shelf == "tests/test_{}.py":
        found &= set(FAMILIES)  # the other test files are about rooms, not families
    ledger = (
        set(LEDGERS) if shelf in ("proofs/prove_{}.py", "spec/{}/README.md", "spec/{}/claims.toml") else set(FAMILIES)
    )
    assert found == ledger


def test_public_names() -> None:
    assert set(posenc.__all__) == {*FAMILIES, "__version__"}


# --- claims, proofs, tests and docstrings name each other ----------------------------------------------------------


@pytest.mark.parametrize("family", LEDGERS)
def test_every_claim_has_its_proof_of_the_right_kind(family: str) -> None:
    found = {claim: PREFIXES[f"{f.__name__.split('_')[0]}_"] for claim, f in proofs(family).items()}
    assert found == {claim: entry["verdict"] for claim, entry in spec.decided(family).items()}


@pytest.mark.parametrize("family", LEDGERS)
def test_every_claim_has_its_property(family: str) -> None:
    tests = {name for name, _ in inspect.getmembers(_tests(family), inspect.isfunction) if name.startswith("test_")}
    missing = [claim for claim in spec.decided(family) if f"test_{claim}" not in tests]
    assert not missing


@pytest.mark.parametrize("family", FAMILIES)
def test_docstrings_and_ledger_name_each_other(family: str) -> None:
    module = importlib.import_module(f"posenc.{family}")
    named = {
        claim: name
        for name, function in _public(module)
        for claim in re.findall(rf"\b{family}\.([a-z_]+)", (inspect.getdoc(function) or "").partition("Claims:")[2])
    }
    claims = spec.decided(family)
    assert set(named) == set(claims)
    for claim, entry in claims.items():
        assert entry["about"] in dict(_public(module)), f"{family}.{claim} is about {entry['about']}"


def test_the_machine_names_the_claims_it_relies_on() -> None:
    for claim, entry in spec.claims("truth").items():
        module, name = entry["about"].split(".")
        function = getattr(importlib.import_module(f"posenc.truth.{module}"), name)
        assert f"truth.{claim}" in (inspect.getdoc(function) or ""), claim


@pytest.mark.parametrize("ledger", sorted(set(LEDGERS) - set(FAMILIES) - {"truth"}))
def test_mathematics_behind_several_families_is_about_their_functions(ledger: str) -> None:
    for claim, entry in spec.claims(ledger).items():
        family, _, name = entry["about"].partition(".")
        assert family in FAMILIES, f"{ledger}.{claim} is about {entry['about']}"
        assert name in dict(_public(importlib.import_module(f"posenc.{family}"))), f"{ledger}.{claim}: no {name}"


@pytest.mark.parametrize("family", FAMILIES)
def test_public_functions_say_what_they_take_and_raise(family: str) -> None:
    for name, function in _public(importlib.import_module(f"posenc.{family}")):
        said = inspect.getdoc(function) or ""
        assert "Raises " in said, f"{family}.{name} does not say what it raises"
        assert "Claims: " in said, f"{family}.{name} names no claim"
        for parameter in inspect.signature(function).parameters:
            told = re.search(rf"\b{parameter}\b", said) or "see " in said
            assert told, f"{family}.{name} does not describe {parameter}"


@pytest.mark.parametrize("family", FAMILIES)
def test_contracts_are_those_of_the_reference(family: str) -> None:
    module = importlib.import_module(f"posenc.{family}")
    for name, entry in spec.operations(family).items():
        signature = inspect.signature(getattr(module, name)).parameters
        for argument in entry["arguments"]:
            parameter = signature[argument["name"]]
            if "default" in argument:
                expected = None if argument["default"] == "head_dim" else argument["default"]
                assert parameter.default == expected, f"{family}.{name}({argument['name']})"
        order = [argument["name"] for argument in entry["arguments"] if argument["name"] in signature]
        positional = [n for n, p in signature.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        assert positional == order[: len(positional)], f"{family}.{name}"
        assert set(definitions(family).OPERATIONS) == set(spec.operations(family))


# --- conventions and mistakes are executable, and executables are known --------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_conventions_are_executable(family: str) -> None:
    ledger = spec.conventions(family)
    kinds = {
        kind: {f"{family}/{n}" for n, e in ledger.items() if e["kind"] == kind} for kind in ("convention", "mistake")
    }
    assert kinds["convention"] == set(definitions(family).CONVENTIONS)
    assert kinds["mistake"] == set(gallery(family))
    for name, entry in ledger.items():
        assert set(entry["operations"]) <= set(spec.operations(family)), name
        assert set(entry.get("not_for", ())) <= set(ledger), name


@pytest.mark.parametrize("family", FAMILIES)
def test_every_operation_has_a_convention(family: str) -> None:
    assert [name for name in spec.operations(family) if not spec.ways(family, name)] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_bound_is_explained(family: str) -> None:
    said = "".join((ROOT / "spec" / place / "README.md").read_text() for place in ("", family))
    models = {entry["bound"] for entry in spec.operations(family).values()}
    assert [model for model in models if f"| {model} |" not in said and f"`{model}`" not in said] == []


# --- proofs can fail -----------------------------------------------------------------------------------------------


def unbroken(family: str) -> tuple[list[str], list[str]]:
    """The wrong definitions that break no claim, and the claims that no wrong definition breaks."""
    wrongs = {name: make(script(family).PAPER) for name, make in script(family).WRONG.items()}

    def breaks(claim: str, name: str) -> bool:
        try:
            return not run(family, claim, wrongs[name]).holds
        except TypeError:  # a comparison of symbols: the proof cannot read this definition, which is no verdict
            return False

    return uncovered(wrongs, spec.decided(family), breaks)


def test_what_is_not_covered_is_said() -> None:
    assert uncovered("abc", "bcd", lambda check, breaking: check == breaking) == (["a"], ["d"])


@pytest.mark.parametrize("family", LEDGERS)
def test_every_proof_holds_and_is_rechecked(family: str) -> None:
    outcomes = list(audit([family], certified=True))
    assert [outcome.claim for outcome in outcomes if not outcome.holds] == []
    certificates = [outcome.certificate for outcome in outcomes if outcome.certificate]
    found = recheck(json.loads(written(book(family, certificates))), spec.claims(family))
    assert [(one.claim, one.refused) for one in found if one.refused] == []


@pytest.mark.parametrize("family", LEDGERS)
def test_every_wrong_definition_breaks_a_claim_and_every_claim_is_broken(family: str) -> None:
    assert unbroken(family) == ([], [])


def test_an_empty_proof_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def prove_relative(which: Any = None) -> None:
        trust("somebody said so")

    monkeypatch.setattr(script("rope"), "prove_relative", prove_relative)
    assert run("rope", "relative").verdict == "unknown"
    monkeypatch.delattr(script("rope"), "prove_relative")
    assert run("rope", "relative").verdict == "unknown"


def test_a_finding_against_the_ledger_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script("rope"), "refute_group", script("rope").prove_group, raising=False)
    script("rope").prove_group.__name__ = "refute_group"
    try:
        assert run("rope", "group").verdict == "refuted"
        assert not run("rope", "group").holds
    finally:
        script("rope").prove_group.__name__ = "prove_group"


def test_proofs_do_not_depend_on_assert() -> None:
    for path in [*(ROOT / "proofs").glob("*.py"), *PACKAGE.rglob("*.py")]:
        found = [node.lineno for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Assert)]
        assert not found, f"{path.name} asserts in line {found}: python -O would skip it"
    with pytest.raises(Unproved):
        require_zero(1, "one is nothing")


# --- who may import whom -------------------------------------------------------------------------------------------

REFERENCE = ("numpy", *(f"posenc.{family}" for family in FAMILIES), "posenc._check", "posenc._pairs", "posenc._scaling")
ROOMS: list[tuple[str, tuple[str, ...]]] = [  # folder or file pattern, what it may import beside the standard library
    ("reference/posenc/definitions/**/*.py", ("sympy", "posenc.definitions")),
    ("reference/posenc/truth/**/*.py", ("numpy", "sympy", "mpmath", "flint", "numba", "posenc.definitions", "posenc.truth", "posenc.spec", "posenc._check", "posenc._scaling")),
    ("reference/posenc/proving/*.py", ("sympy", "posenc.proving", "posenc.definitions", "posenc.spec", "posenc.checking", "posenc.truth.program", "posenc.truth.rounding")),
    ("reference/posenc/checking/*.py", ("posenc.checking",)),
    ("proofs/*.py", ("sympy", "posenc.proving", "posenc.definitions")),
    ("reference/posenc/vectors/**/*.py", ("numpy", "posenc.vectors", "posenc.models", "posenc.truth", "posenc.definitions", "posenc.spec", "posenc._files")),
    ("reference/posenc/conformance/libraries/**/*.py", ("numpy", "posenc.conformance", "posenc.rope", "torch", "transformers", "x_transformers", "rotary_embedding_torch", "onnx", "onnxruntime")),
    ("reference/posenc/conformance/**/*.py", ("numpy", "hypothesis", "posenc.conformance", "posenc.vectors", "posenc.truth", "posenc.definitions", "posenc.spec")),
    ("reference/posenc/cli/**/*.py", ("numpy", "sympy", "typer", "rich", "matplotlib", "posenc")),
    ("reference/posenc/spec.py", ()),
    ("reference/posenc/testing.py", ("posenc.conformance", "posenc.truth.formats", "posenc.spec")),
    ("reference/posenc/models/request.py", ("numpy", "posenc.models", "posenc.truth.formats", "posenc.truth.golden", "posenc.spec")),
    ("reference/posenc/models/*.py", ("posenc.models", "posenc.spec", "posenc._scaling")),
    ("reference/posenc/_files.py", ()),
    ("reference/posenc/__main__.py", ("posenc.cli",)),
    ("reference/posenc/__init__.py", REFERENCE),
    ("reference/posenc/_scaling.py", ("numpy", "posenc._check")),
    ("reference/posenc/_*.py", ("numpy",)),
    ("reference/posenc/*.py", REFERENCE),
]  # fmt: skip


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever the import stands; relative imports are refused."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_import_rules() -> None:
    import sys

    seen = set()
    for pattern, allowed in ROOMS:
        for path in sorted(ROOT.glob(pattern)):
            if path in seen:
                continue
            seen.add(path)
            for name in imported(path):
                top = name.split(".")[0]
                fine = top in sys.stdlib_module_names or any(name == a or name.startswith(f"{a}.") for a in allowed)
                assert fine, f"{path.relative_to(ROOT)} imports {name}"
    rooms = {*PACKAGE.rglob("*.py"), *(ROOT / "proofs").glob("*.py")}
    assert rooms == seen, "a file in no room"
    for path in (ROOT / "tests").rglob("*.py"):
        assert not any(name.split(".")[0] == "reference" for name in imported(path)), f"{path} imports the checkout"


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [("import posenc", ["posenc"]), (f"from posenc import {', '.join(FAMILIES)}", ["numpy", "posenc"])],
    ids=["posenc", "families"],
)
def test_import_loads_numpy_and_nothing_else(statement: str, loaded: list[str]) -> None:
    import subprocess
    import sys

    code = (
        f"import numpy, sys; before = set(sys.modules); {statement};"
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(loaded)  # NumPy loads a few parts of its own on demand


def test_a_name_that_is_no_family_is_refused() -> None:
    with pytest.raises(AttributeError, match="posenc has no 'rop', needs one of"):
        posenc.rop  # noqa: B018
    assert set(dir(posenc)) == set(posenc.__all__)


# --- three clicks --------------------------------------------------------------------------------------------------


def links(path: Path) -> Iterator[Path]:
    """Files that a Markdown file links to, resolved."""
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        assert "://" not in target, f"{path}: {target} leads out of the house"
        found = (path.parent / target).resolve()
        assert found.exists(), f"{path.relative_to(ROOT)} links to {target}, which is not there"
        yield found


def test_everything_about_a_family_is_within_three_clicks() -> None:
    depth, queue = {ROOT / "README.md": 0}, [ROOT / "README.md"]
    while queue:
        page = queue.pop(0)
        if page.suffix == ".md":
            for found in links(page):
                if found not in depth:
                    depth[found] = depth[page] + 1
                    queue.append(found)
    wanted = [
        ROOT / shelf.format(family) for family in FAMILIES for shelf in SHELVES[:3] + SHELVES[6:8] + SHELVES[10:14]
    ]
    wanted += [*(ROOT / "spec").rglob("vectors/*.json"), *(ROOT / "spec").glob("*.md")]
    far = [path.relative_to(ROOT).as_posix() for path in wanted if depth.get(path, 99) > 3]
    assert not far


# --- data and sizes ------------------------------------------------------------------------------------------------

DATA = {
    "*/claims.toml": "claims",
    "documents/[0-9]*.toml": "documents",
    "*/conventions.toml": "conventions",
    "*/operations.toml": "operations",
    "flags.toml": "flags",
    "*/vectors/*.json": "vectors",
    "manifest.json": "manifest",
    "models/*.json": "model",
    "models/golden/*.json": "golden",
}


@pytest.mark.parametrize("pattern", DATA)
def test_data_fits_its_schema(pattern: str) -> None:
    schema = json.loads((ROOT / "spec" / "schema" / f"{DATA[pattern]}.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    paths = list((ROOT / "spec").glob(pattern))
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        validator.validate(tomllib.loads(text) if path.suffix == ".toml" else json.loads(text))


def test_spec_is_small_and_has_no_python() -> None:
    files = [path for path in (ROOT / "spec").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15e6
    assert {path.suffix for path in files} <= {".md", ".toml", ".json", ".svg"}


def test_files_and_functions_are_short() -> None:
    cases = PACKAGE / "vectors" / "cases"  # long lists of data
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "proofs").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 260, path
        if path.parent == cases:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                docstring = node.body[0] if ast.get_docstring(node) else None
                start = (docstring.end_lineno if docstring else node.lineno) or 0
                assert (node.end_lineno or 0) - start <= 40, f"{path.name}: {node.name}"


def _public(module: Any) -> list[tuple[str, Any]]:
    return [
        (name, function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


def _tests(family: str) -> Any:
    return importlib.import_module(f"test_{family}")
