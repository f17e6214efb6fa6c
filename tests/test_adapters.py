"""Programs in any language behind `cmd:`: the skeletons echo, the examples conform, and no misbehaviour does harm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner

from posenc import spec
from posenc.cli import app
from posenc.conformance import canary, protocol
from posenc.conformance.contract import Broken
from posenc.conformance.pipes import Lines, TooLong, send
from posenc.conformance.process import ROOM, Process

HERE = Path(__file__).with_name("adapters")
SKELETONS = Path(protocol.__file__).with_name("skeletons")
COMPILERS = {
    "js": ["node", "--version"],
    "python": [sys.executable, "--version"],
    "cpp": ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", "{out}", "{file}"],
    "rust": ["rustc", "--edition", "2021", "-o", "{out}", "{file}"],
}


def command(*arguments: str) -> Any:
    """The command in this process; an error that is no exit is raised."""
    run = CliRunner().invoke(app, list(arguments))
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    return run


def target(language: str, file: Path, tmp_path: Path) -> str:
    """The cmd: target that a source is, compiled where that is needed; skips where there is no compiler."""
    words = [word.format(out=tmp_path / "program", file=file) for word in COMPILERS[language]]
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not there")
    subprocess.run(words, check=True, capture_output=True)
    return f"cmd:{words[0]} {file}" if language in ("js", "python") else f"cmd:{tmp_path / 'program'}"


def check(name: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report of `posenc check` about a target."""
    run = command("check", name, "--json", "--search", "0", *options)
    return run.exit_code, json.loads(run.stdout) if run.stdout.startswith("{") else {"said": run.output}


# --- skeletons and examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", COMPILERS)
def test_a_skeleton_echoes_unchanged(language: str, tmp_path: Path) -> None:
    file = tmp_path / {"cpp": "a.cpp", "rust": "a.rs", "js": "a.js", "python": "a.py"}[language]
    assert command("adapter", "new", language, "-o", str(file)).exit_code == 0
    name = target(language, file, tmp_path)
    run = command("adapter", "echo", name, "--validate", "--json")
    assert (run.exit_code, json.loads(run.stdout)["profile"]["operations"]) == (0, [])
    code, report = check(name)
    assert (code, report["targets"]) == (1, [])  # nothing was judged, which is no success


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "mine.js"
    file.write_text("mine")
    with pytest.raises(FileExistsError, match="--force replaces it"):
        command("adapter", "new", "js", "-o", str(file))
    assert file.read_text() == "mine"
    assert command("adapter", "new", "js", "-o", str(file), "--force").exit_code == 0
    assert "OPERATIONS" in file.read_text()
    with pytest.raises(ValueError, match="language is 'c', needs one of js, cpp, rust, python"):
        command("adapter", "new", "c", "-o", str(tmp_path / "b"))


@pytest.mark.parametrize("language", ["js", "cpp"])
def test_an_example_is_its_skeleton_with_the_marked_place_filled(language: str) -> None:
    def around(path: Path) -> tuple[str, str]:
        head, _, rest = path.read_text().partition("---- yours from here")
        return head, rest.partition("---- to here")[2]

    assert around(HERE / f"rope.{language}") == around(SKELETONS / f"adapter.{language}")


@pytest.mark.parametrize("language", ["js", "cpp"])
def test_an_example_conforms_and_a_wrong_one_is_named(language: str, tmp_path: Path) -> None:
    name = target(language, HERE / f"rope.{language}", tmp_path)
    code, report = check(name, "--validate", "--no-sessions")
    assert code == 0
    grades = [(one["convention"], one["grade"]) for one in report["targets"]]
    assert grades[0] == ("rope/interleaved", "A")
    assert ("rope/halves", "A") in grades
    assert set(report["declined"]) == {"rope.inverse_frequencies", "rope.table"}
    assert report["totals"]["declined"] == sum(one["cases"] for one in report["declined"].values()) > 20
    code, report = check(f"{name} interleaved", "--no-sessions")
    assert (code, {cause["name"] for one in report["targets"] for cause in one["causes"]}) == (1, {"rope/interleaved"})


def test_an_example_that_keeps_angles_is_named(tmp_path: Path) -> None:
    code, report = check(f"{target('js', HERE / 'rope.js', tmp_path)} stale", "--only", "rotate")
    (cause,) = report["targets"][0]["causes"]
    assert (code, cause["name"]) == (1, "state/stale")
    assert [step["state"] for step in report["targets"][0]["calls"]] == ["passed", "failed"]


# --- misbehaviour --------------------------------------------------------------------------------------------------


def odd(how: str, *options: str) -> tuple[int, dict[str, Any]]:
    return check(f"cmd:{sys.executable} {HERE / 'odd.py'} {how}", "--no-sessions", "--timeout", "5", *options)


@pytest.mark.parametrize("how", ["right", "decimal", "slow", "chatty"])
def test_programs_that_conform(how: str) -> None:
    code, report = odd(how, "--validate")
    (found,) = report["targets"]
    assert (code, found["grade"], found["states"]) == (0, "A", {"passed": 9})
    flooded = [note for result in found["results"] for note in result["notes"]]
    assert flooded == (["flooded standard error: 20 MB thrown away"] * 9 if how == "chatty" else [])


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ("no-echo", "harness/echo: does not echo: echo"),
        ("flat", "harness/shape: rows was sent as (2, 3) and came back as (6,)"),
        ("one-dtype", "harness/dtype: integers was sent as int64 and came back as float64"),
        ("no-sign", "harness/signed-zero: zeros[1] was sent as np.float64(-0.0)"),
        ("flushed", "harness/subnormals: least[0] was sent as np.float64(5e-324)"),
        ("float32-parser", "harness/decimals: decimals[5]"),
        ("other-protocol", "cannot be loaded: protocol: protocol is '2', needs 1"),
        ("unknown-operation", "cannot be loaded: profile: operations has 'rope.turn'"),
    ],
)
def test_a_program_that_cannot_be_judged(how: str, fault: str) -> None:
    code, report = odd(how)
    assert code == 3
    assert fault in report["said"]


@pytest.mark.parametrize(
    ("how", "state", "said"),
    [
        ("garbage", "garbled", "Expecting value"),
        ("behind", "garbled", "to message"),
        ("no-shape", "garbled", "shape is 'None', needs a list of sizes"),
        ("other-name", "shape", "returned frequencies, needs inverse_frequencies"),
        ("both", "garbled", "needs one of out, unsupported, error"),
        ("file", "garbled", "needs one in the folder of the question"),
        ("huge", "oversized", "which this question cannot need"),
    ],
)
def test_misbehaviour_is_reported_as_that(how: str, state: str, said: str) -> None:
    start = time.monotonic()
    code, report = odd(how)
    (found,) = report["targets"]
    assert (code, found["grade"], found["causes"]) == (1, "fail", [])
    assert found["states"][state] in (3, 9)
    assert found["states"].get("untried", 0) == 9 - found["states"][state]
    assert said in found["results"][0]["message"]
    assert time.monotonic() - start < 60


def test_a_crash_loses_no_finished_result_and_shows_the_last_words() -> None:
    code, report = odd("seventh")
    (found,) = report["targets"]
    assert (code, found["states"]) == (1, {"crashed": 1, "passed": 8})
    assert found["results"][6]["message"] == "the process ended with code 9: out of luck"


def test_a_program_that_declares_too_much() -> None:
    code, report = odd("lies")
    lie = report["targets"][-1]
    assert (code, lie["operation"], lie["grade"]) == (1, "sinusoidal.inverse_frequencies", "none")
    assert [cause["name"] for cause in lie["causes"]] == ["profile/claims-too-much"]
    assert set(lie["states"]) == {"unsupported"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cmd:", "needs a program after cmd:"),
        ("cmd:node 'a", "needs words quoted as in a shell"),
        ("transformrs", "needs one of"),
    ],
)
def test_names_that_are_none(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        command("check", name)


def test_a_program_that_is_not_there() -> None:
    code, report = check("cmd:./not-there")
    assert code == 3
    assert "./not-there cannot be started" in report["said"]


# --- the pieces ----------------------------------------------------------------------------------------------------


def test_a_line_without_end_is_not_held_in_memory() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", 0) as stream, os.fdopen(writing, "wb", 0) as other:
        lines = Lines(stream, limit=1000)
        other.write(b'{"a": 1}\n' + b"0" * 2000)
        assert lines.get(5) == b'{"a": 1}\n'
        with pytest.raises(TooLong):
            lines.get(1)
        lines.close()


def test_a_program_that_does_not_read_is_given_up() -> None:
    import queue

    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", 0), os.fdopen(writing, "wb", 0) as stream, pytest.raises(queue.Empty):
        send(stream, b"0" * 2**21, 0.2)


@pytest.mark.parametrize("encoding", protocol.ENCODINGS)
def test_every_encoding_keeps_every_bit(encoding: str) -> None:
    sent = canary.tensors_of_all_kinds(["float32", "float16", "bfloat16"])
    for arrays in sent.values():
        back = protocol.arrays(json.loads(json.dumps(protocol.tensors(arrays, encoding=encoding))))
        for name, array in arrays.items():
            assert (back[name].dtype, back[name].shape) == (array.dtype, array.shape)
            assert np.array_equal(back[name], array, equal_nan=array.dtype.kind == "f")
            assert name == "special" or back[name].tobytes() == array.tobytes()


def test_the_decimals_of_the_canary_are_64_nasty_ones() -> None:
    numbers = canary.decimals()
    assert len(set(numbers.tolist())) == 64
    assert np.isfinite(numbers).all()
    assert sum(float(np.float32(x)) == x for x in numbers if abs(x) < 1e38) < 16


def test_every_message_fits_its_schema_and_others_do_not() -> None:
    schema = json.loads((spec.folder("spec") / "schema" / "adapter.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    seen: dict[str, Any] = {}
    words = [sys.executable, str(HERE / "odd.py"), "right"]
    with Process(words, watch=lambda kind, message: seen.setdefault(kind, dict(message))) as process:
        canary.canary(process)
        asked = {"target": "t", "op": "rope.inverse_frequencies", "convention": "rope/halves", "extra": {}, "in": {}}
        process.run({**asked, "params": {"rotary_dim": 4, "base": 1e4}, "session": None, "folder": None}, room=ROOM)
    assert set(seen) == {"hello", "hello-reply", "echo", "echo-reply", "run", "run-reply"}
    for kind, message in seen.items():
        fits = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
        fits.validate(message)
        for name in {"hello": ["protocol"], "hello-reply": ["impl"], "run": ["op"]}.get(kind, ["seq"]):
            assert not fits.is_valid({field: value for field, value in message.items() if field != name})
    assert not {"out", "truth", "expected"} & set(seen["run"])


def test_replies_are_checked_by_hand_as_well() -> None:
    good = {"protocol": 1, "impl": {"name": "x"}, "profile": {}}
    protocol.received("hello", good)
    protocol.received("run", {"unsupported": "no"})
    for command_, reply in (
        ("hello", good | {"protocol": 2}),
        ("hello", good | {"impl": {}}),
        ("hello", good | {"profile": []}),
        ("run", {}),
        ("run", {"out": []}),
        ("run", {"unsupported": 3}),
        ("run", {"error": "no"}),
        ("run", {"error": {"kind": "raised"}}),
        ("run", {"out": {}, "notes": "one"}),
        ("run", {"out": {}, "unsupported": "no"}),
    ):
        with pytest.raises(ValueError, match=r"^protocol: "):
            protocol.received(command_, reply)


def test_a_canary_sees_an_array_that_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with Process([sys.executable, str(HERE / "odd.py"), "right"]) as process:
        monkeypatch.setattr(canary, "arrays", lambda out: {})
        with pytest.raises(Broken, match="does not echo rows"):
            canary.canary(process)
