"""The golden vectors: what they hold, that they can be trusted, and that every known mistake meets two of them."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from oracle import A
from posenc import spec
from posenc.conformance.inputs import cases as searched
from posenc.definitions.wrong import gallery
from posenc.truth.bounds import Precision, Question, units
from posenc.truth.formats import BFLOAT16
from posenc.vectors import build, files
from posenc.vectors.answers import Answers, apart, mistakes, truth
from posenc.vectors.case import cases, sessions
from posenc.vectors.files import Tampered, Vector
from posenc.vectors.tensor import decode, encode, plain, unplain

FAMILIES = spec.families()
VECTORS = {vector.id: vector for vector in files.load()}
ANSWERED = [vector for vector in VECTORS.values() if vector.outputs]
REFUSED = [vector for vector in VECTORS.values() if vector.case.refused]
OPERATIONS = [f"{family}.{operation}" for family in FAMILIES for operation in spec.operations(family)]


def reference(vector: Vector, convention: str, dtype: str) -> dict[str, Any]:
    """What the NumPy reference gives for a case, by output name."""
    arguments = spec.conventions(vector.family)[convention.split("/")[1]]["arguments"]
    function = getattr(getattr(posenc, vector.family), vector.case.operation)
    contract = spec.operations(vector.family)[vector.case.operation]
    floating = [a["name"] for a in contract["arguments"] if a.get("dtype") == "real"]
    inputs = {n: array.astype(dtype) if n in floating else array for n, array in vector.case.inputs.items()}
    import inspect

    names = inspect.signature(function).parameters
    found = function(**inputs, **vector.case.params, **{n: v for n, v in arguments.items() if n in names})
    returned = [one["name"] for one in contract["returns"]]
    return dict(zip(returned, found if len(returned) > 1 else [found], strict=True))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("vector", ANSWERED, ids=lambda v: v.id)
def test_reference_gives_the_vectors(vector: Vector, dtype: str) -> None:
    for convention, outputs in vector.outputs.items():
        found = reference(vector, convention, dtype)
        definition = posenc_definition(vector.family, convention)
        question = Question(definition, vector.case.params, vector.case.inputs, outputs, Precision.of(dtype))
        scale = units(f"{vector.family}.{vector.case.operation}", question)
        for name, right in outputs.items():
            assert found[name].shape == right.shape
            assert not spec.integral(vector.family, vector.case.operation) or found[name].dtype == np.int64
            gap = apart(np.asarray(found[name], dtype=np.float64), right)
            assert (gap <= A * scale[name]).all(), f"{convention}: {name}"


def posenc_definition(family: str, convention: str) -> Any:
    from posenc.definitions import family as definitions

    return definitions(family).CONVENTIONS[convention]


@pytest.mark.parametrize("vector", REFUSED, ids=lambda v: v.id)
def test_reference_refuses_what_must_be_refused(vector: Vector) -> None:
    first = f"{vector.family}/{next(iter(spec.conventions(vector.family)))}"
    with pytest.raises((ValueError, TypeError), match=rf"^{vector.family}\."):
        reference(vector, first, "float64")


@pytest.mark.parametrize("operation", OPERATIONS)
@hypothesis.settings(max_examples=4)
@given(data=st.data())
def test_what_the_search_asks_the_reference_answers(operation: str, data: st.DataObject) -> None:
    family, name = operation.split(".")
    convention = data.draw(st.sampled_from(spec.ways(family, name)))
    case = data.draw(searched(operation, convention))
    definition = posenc_definition(family, convention)
    outputs = dict(truth(family, case, definition))
    found = reference(Vector(family, case, {convention: outputs}, ()), convention, "float64")
    scale = units(operation, Question(definition, case.params, case.inputs, outputs, Precision.of("float64")))
    for output, right in outputs.items():
        gap = apart(np.asarray(found[output], dtype=np.float64), right)
        assert (gap <= A * scale[output]).all(), output


# --- trust ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["alibi", "rope", "t5"])  # writing again (below) derives those of all
def test_every_bit_is_what_the_definitions_give(family: str) -> None:
    cases = [vector for vector in VECTORS.values() if vector.family == family]
    assert sum(count for _, count in files.verify(operation=family)) == len(cases)


def test_no_case_is_missing() -> None:
    assert len(VECTORS) == json.loads(manifest())["minCases"] > 700


def manifest() -> str:
    return (spec.folder("spec") / "manifest.json").read_text()


@pytest.mark.parametrize("family", FAMILIES)
def test_writing_again_changes_no_byte(family: str, tmp_path: Path) -> None:
    written = build.write(tmp_path, [family])
    assert len(written) == len(spec.operations(family)) + 1
    for path in written[:-1]:
        kept = spec.folder("spec") / path.relative_to(tmp_path)
        assert path.read_bytes() == kept.read_bytes(), path.name


def test_the_manifest_is_that_of_the_files() -> None:
    assert build.manifest(spec.folder("spec")) == json.loads(manifest())


def copy(tmp_path: Path) -> Path:
    """A folder with the vectors of two families and their manifest."""
    for name in (*files.chosen("alibi"), *files.chosen("rope")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(spec.folder("spec") / name, tmp_path / name)
    (tmp_path / "manifest.json").write_text(json.dumps(build.manifest(tmp_path)))
    return tmp_path


FIRST = "rope/vectors/table.json"


def flip(text: str) -> str:
    at = text.index('"bits": "', text.index('"out"')) + len('"bits": "')
    return text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1 :]


TAMPERINGS: dict[str, Any] = {
    "a bit of an output": flip,
    "an input": lambda text: text.replace("[257, ", "[256, ").replace('"data": [255, 257', '"data": [255, 256'),
    "truncated": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "reformatted": lambda text: json.dumps(json.loads(text)),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_noticed_by_hash(tmp_path: Path, tampering: str) -> None:
    folder = copy(tmp_path)
    (folder / FIRST).write_text(TAMPERINGS[tampering]((folder / FIRST).read_text()))
    with pytest.raises(Tampered, match=rf"{FIRST} has sha256 [0-9a-f]+, needs [0-9a-f]+"):
        list(files.verify(folder))
    with pytest.raises(Tampered, match=FIRST):
        files.load("rope.table", folder)


@pytest.mark.parametrize("tampering", ["a bit of an output", "an input"])
def test_a_forged_manifest_does_not_help(tmp_path: Path, tampering: str) -> None:
    folder = copy(tmp_path)
    (folder / FIRST).write_text(TAMPERINGS[tampering]((folder / FIRST).read_text()))
    (folder / "manifest.json").write_text(json.dumps(build.manifest(folder)))
    with pytest.raises((Tampered, ValueError)):
        list(files.verify(folder))


def test_lost_cases_are_noticed(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / FIRST).unlink()
    with pytest.raises(Tampered, match="is missing"):
        list(files.verify(folder))
    (folder / "manifest.json").write_text(json.dumps({**build.manifest(folder), "minCases": len(VECTORS)}))
    with pytest.raises(Tampered, match="cases, needs the"):
        list(files.verify(folder))
    (folder / "manifest.json").write_text("no JSON")
    with pytest.raises(Tampered, match="cannot be read"):
        files.load(folder=folder)


def test_repeated_ids_are_noticed(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    document = json.loads((folder / FIRST).read_text())
    document["groups"].append(document["groups"][0])
    document["count"] += len(document["groups"][0]["tests"])
    (folder / FIRST).write_text(json.dumps(document))
    (folder / "manifest.json").write_text(json.dumps(build.manifest(folder)))
    with pytest.raises(Tampered, match="repeats the id"):
        list(files.verify(folder))


@pytest.mark.parametrize(
    ("step", "said"), [("rope.table/nowhere", "asks for rope.table/nowhere, needs ids of cases"), (None, "0 sessions")]
)
def test_sessions_ask_for_cases_that_there_are(tmp_path: Path, step: str | None, said: str) -> None:
    folder = copy(tmp_path)
    document = json.loads((folder / FIRST).read_text())
    if step is None:
        del document["sessions"]
    else:
        document["sessions"][0]["order"][1] = step
    (folder / FIRST).write_text(json.dumps(document))
    forged = build.manifest(folder)
    if step is None:
        forged["files"][FIRST]["sessions"] = 4
    (folder / "manifest.json").write_text(json.dumps(forged))
    with pytest.raises(Tampered, match=said):
        files.load_sessions("rope.table", folder)


def test_another_order_is_another_digest() -> None:
    document = json.loads((spec.folder("spec") / FIRST).read_text())
    tests = [test for group in document["groups"] for test in group["tests"]]
    turned = [{**one, "order": one["order"][::-1] + one["order"]} for one in document["sessions"]]
    digests = {build.semantic_digest(tests, ordered) for ordered in (document["sessions"], turned, [])}
    assert len(digests) == 3


def test_case_ids_are_unique() -> None:
    ids = [f"{family}.{case.id}" for family in FAMILIES for case in cases(family)]
    assert len(ids) == len(set(ids)) == len(VECTORS)


@pytest.mark.parametrize(
    "array",
    [np.array([1.5, -0.0, np.inf, np.nan]), np.array([[1, -2]]), np.array([True]), np.array([0.1], dtype=np.float32)],
)
def test_tensors_survive_json(array: Any) -> None:
    back = decode(json.loads(json.dumps(encode(np.asarray(array)), allow_nan=False)))
    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()


def test_an_output_without_axes_is_verified() -> None:
    vector = next(v for v in VECTORS.values() if v.id.startswith("t5.buckets/") and v.outputs)
    case = replace(vector.case, inputs={"positions": np.array(-3)})
    outputs = {name: {"buckets": np.array(3.0)} for name in vector.outputs}
    files._verify("bare", replace(vector, case=case, outputs=outputs))
    with pytest.raises(Tampered, match="is not the truth"):
        files._verify(
            "bare", replace(vector, case=case, outputs={name: {"buckets": np.array(4.0)} for name in outputs})
        )


def test_tensors_must_say_the_same_twice() -> None:
    tensor = encode(np.array([1.0, 2.0]))
    for broken in ({"data": [1.0, 2.5]}, {"shape": [3]}, {"dtype": "f8"}, {"bits": tensor["bits"][:-2]}):
        with pytest.raises(ValueError, match=r"vectors\.tensor"):
            decode({**tensor, **broken})
    bf16 = encode(BFLOAT16.encode(np.array([1.0, 256.0])), "bfloat16")
    assert bf16["data"] == [1.0, 256.0]
    assert [unplain(plain(value)) for value in (1.5, 3, True, None, "x", float("inf"))] == [
        1.5,
        3,
        True,
        None,
        "x",
        float("inf"),
    ]


# --- power ---------------------------------------------------------------------------------------------------------


def rivals(operation: str) -> list[str]:
    """Every mistake that can show in an operation, and every convention where there is a choice."""
    stem, name = operation.split(".")
    ways = [
        f"{stem}/{n}"
        for n, e in spec.conventions(stem).items()
        if e["kind"] == "convention" and name in e["operations"]
    ]
    return [*(ways if len(ways) > 1 else []), *mistakes(stem, name)]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_rival_is_told_apart_twice_at_two_positions(operation: str) -> None:
    killers = defaultdict(set)
    for vector in VECTORS.values():
        if vector.id.startswith(f"{operation}/"):
            said = json.dumps([{n: a.tolist() for n, a in vector.case.inputs.items() if n in ("positions", "offset")}])
            others = json.dumps({n: plain(v) for n, v in vector.case.params.items()}) if said == "[{}]" else ""
            for rival in vector.discriminates:
                killers[rival].add((said + others) if said != "[{}]" else others + vector.id)
    survivors = {rival: len(killers[rival]) for rival in rivals(operation) if len(killers[rival]) < 2}
    assert survivors == {}


def test_discriminates_is_what_is_computed() -> None:
    """A sample, since writing again (above) computes all of them."""
    for vector in list(VECTORS.values())[:: len(VECTORS) // 20]:
        if vector.outputs:
            assert tuple(Answers(vector.family, vector.case).discriminates()) == vector.discriminates


@pytest.mark.parametrize("family", FAMILIES)
def test_mistakes_show_in_no_other_operation(family: str) -> None:
    for name, make in gallery(family).items():
        entry = spec.conventions(family)[name.split("/")[1]]
        for operation in set(spec.operations(family)) - set(entry["operations"]):
            answered = [v for v in VECTORS.values() if v.outputs and v.id.startswith(f"{family}.{operation}/")]
            for vector in answered[:: max(1, len(answered) // 3)]:  # a sample, the same on every run
                convention = next(iter(vector.outputs))
                found = posenc_truth(vector, make(posenc_definition(family, convention)))
                assert all((apart(found[n], a) == 0).all() for n, a in vector.outputs[convention].items()), vector.id


def posenc_truth(vector: Vector, definition: Any) -> Any:
    return truth(vector.family, vector.case, definition)


def test_every_case_earns_its_place() -> None:
    idle = [v.id for v in ANSWERED if not v.discriminates and not {"SmokeOnly", "EmptySequence"} & set(v.case.flags)]
    assert idle == []


def test_positions_reach_where_bugs_live() -> None:
    for operation in ("rope.rotate", "rope.table", "sinusoidal.table"):
        reached = {
            int(p) for v in VECTORS.values() if v.id.startswith(f"{operation}/") and v.outputs
            for p in np.ravel(v.case.inputs["positions"]) if p == int(p)
        }  # fmt: skip
        assert {0, 1, 2, 257, 2049, 65537, 131071, 1048575, 2**24 + 1} <= reached, operation


def test_parameters_are_those_of_the_contract() -> None:
    for vector in VECTORS.values():
        contract = spec.operations(vector.family)[vector.case.operation]["arguments"]
        parameters = {a["name"] for a in contract if a["kind"] == "parameter"}
        arrays = {a["name"] for a in contract if a["kind"] == "array"}
        assert set(vector.case.params) == parameters, vector.id
        assert set(vector.case.inputs) == arrays, vector.id


def test_flags_are_known_and_used() -> None:
    used = {flag for vector in VECTORS.values() for flag in vector.case.flags}
    used |= {flag for family in FAMILIES for session in sessions(family) for flag in session.flags}
    assert used == set(spec.flags())
