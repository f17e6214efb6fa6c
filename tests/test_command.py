"""The command: what it writes, what it prints, and how it says no."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from typer.testing import CliRunner

from posenc import spec
from posenc.cli import app
from posenc.cli.request import parse_positions
from posenc.definitions.wrong import gallery
from posenc.proving.runner import script
from posenc.truth.formats import BFLOAT16, FLOAT32, FORMATS
from posenc.truth.golden import digest
from posenc.vectors import files


def posenc(*arguments: str) -> Any:
    """The command in this process; an error that is no exit is raised."""
    run = CliRunner().invoke(app, list(arguments))
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    return run


def shell(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a user calls it."""
    return subprocess.run([sys.executable, "-m", "posenc", *arguments], capture_output=True, text=True, cwd=cwd)


def load(path: Path) -> dict[str, Any]:
    """All arrays of an npz file."""
    with np.load(path) as archive:
        return dict(archive)


# --- golden --------------------------------------------------------------------------------------------------------


def test_golden_table_equals_an_independent_evaluation(tmp_path: Path) -> None:
    """Llama 2 over 131072 positions: sampled entries against mpmath, which shares nothing with the table's making."""
    path = tmp_path / "llama.npz"
    posenc("golden", "--model", "llama-2-7b", "--positions", "0:131072", "-o", str(path))
    table = load(path)
    assert table["cos"].shape == table["sin"].shape == (131072, 64)
    assert table["cos"].dtype == np.float32
    assert (table["positions"] == np.arange(131072)).all()
    rng = np.random.default_rng(7)
    places = [
        *zip(rng.integers(0, 131072, 400), rng.integers(0, 64, 400), strict=True),
        (0, 0),
        (131071, 0),
        (131071, 63),
    ]
    with mpmath.workprec(200):
        for p, i in places:
            angle = int(p) * mpmath.mpf(10_000) ** (-mpmath.mpf(2 * int(i)) / 128)
            for name, function in (("cos", mpmath.cos), ("sin", mpmath.sin)):
                exact = function(angle)
                nearest = FLOAT32.round(Fraction(int(exact.man), 1) * Fraction(2) ** int(exact.exp)) if exact else 0
                assert table[name][p, i].view(np.uint32) == nearest | (exact < 0) << 31


@pytest.mark.parametrize("suffix", [".npz", ".npy", ".safetensors", ".json"])
@pytest.mark.parametrize("dtype", FORMATS)
def test_golden_formats_hold_the_same_words(tmp_path: Path, suffix: str, dtype: str) -> None:
    path = tmp_path / f"table{suffix}"
    run = posenc(
        "golden", "rope.table", "--dim", "6", "--positions", "0,1/2,257", "--dtype", dtype, "-o", str(path), "--json"
    )
    said = json.loads(run.stdout)
    assert said["dtype"] == dtype
    assert said["shapes"]["cos"] == [3, 3]
    words, metadata = read(path, dtype)
    assert FORMATS[dtype].decode(words)[2, 0] == FORMATS[dtype].decode(
        np.array([FORMATS[dtype].round(exact_cosine(257))], dtype=FORMATS[dtype].word_dtype)
    )
    assert metadata.get("digest", said["digest"]) == said["digest"]


@pytest.mark.parametrize("suffix", [".npy", ".safetensors"])
@pytest.mark.parametrize("operation", ["rope.table", "sinusoidal.table"])
def test_files_written_in_place_are_the_same(tmp_path: Path, suffix: str, operation: str) -> None:
    """Streamed by two threads into the file itself, or by one into memory: one digest, also of empty tables."""
    for positions in ("0:5000", "0:0", "9007199254730992:9007199254740992:7"):
        digests = set()
        for name, more in ((f"a{suffix}", ["--jobs", "2"]), ("b.npz", [])):
            options = ["--dim", "8", "--positions", positions, "-o", str(tmp_path / name), *more, "--json", "--force"]
            digests.add(json.loads(posenc("golden", operation, *options).stdout)["digest"])
        assert len(digests) == 1
    arrays = {name: array for name, array in load(tmp_path / "b.npz").items() if name in ("cos", "sin", "table")}
    assert digests == {digest({name: FLOAT32.encode(array) for name, array in arrays.items()})}
    if suffix == ".npy":
        assert (
            np.load(tmp_path / "a.npy").ravel() == np.concatenate([array.ravel() for array in arrays.values()])
        ).all()


def test_interrupted_streams_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from posenc.truth.fast import rope as maker

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(maker, "rotations", interrupt)
    for suffix in (".npy", ".safetensors", ".npz", ".json"):
        options = ["golden", "rope.table", "--dim", "8", "--positions", "0:9", "-o", str(tmp_path / f"a{suffix}")]
        assert CliRunner().invoke(app, options).exit_code != 0
        assert list(tmp_path.iterdir()) == []


def exact_cosine(angle: int) -> Fraction:
    with mpmath.workprec(300):
        value = mpmath.cos(angle)
        return (-1 if value < 0 else 1) * Fraction(int(value.man)) * Fraction(2) ** int(value.exp)


def read(path: Path, dtype: str) -> tuple[Any, dict[str, Any]]:
    """The words of cos, and the metadata (npy has none), as another program would read them."""
    form = FORMATS[dtype]
    if path.suffix == ".npy":
        stacked = np.load(path)
        assert stacked.dtype == ("uint16" if dtype == "bfloat16" else dtype)
        return stacked[0] if dtype == "bfloat16" else form.encode(stacked[0]), {}
    if path.suffix == ".npz":
        loaded = load(path)
        return loaded["cos"] if dtype == "bfloat16" else form.encode(loaded["cos"]), json.loads(str(loaded["metadata"]))
    raw = path.read_bytes()
    if path.suffix == ".json":
        loaded = json.loads(raw)
        bits = bytes.fromhex(loaded["tensors"]["cos"]["bits"])
        return np.frombuffer(bits, dtype=form.word_dtype).reshape(3, 3), loaded["metadata"]
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    assert header["cos"]["dtype"] == {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16"}[dtype]
    start, stop = (8 + length + offset for offset in header["cos"]["data_offsets"])
    metadata = {name: json.loads(value) for name, value in header["__metadata__"].items()}
    return np.frombuffer(raw[start:stop], dtype=form.word_dtype).reshape(3, 3), metadata


def test_a_t5_model_has_two_tables(tmp_path: Path) -> None:
    found = {}
    for use, *options in (("bidirectional",), ("causal", "--set", "use=causal")):
        posenc("golden", "--model", "t5-small", *options, "-o", str(tmp_path / f"{use}.npz"))
        loaded = load(tmp_path / f"{use}.npz")
        assert loaded["positions"].tolist() == list(range(-128, 129))
        assert loaded["buckets"].dtype == np.int64
        found[use] = loaded["buckets"][[0, 37, 38, 128, 129, 256]].tolist()
    assert found == {"bidirectional": [15, 15, 14, 0, 17, 31], "causal": [31, 29, 29, 0, 0, 0]}
    sizes = {"relative_attention_num_buckets": 8, "relative_attention_max_distance": 20}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "t5", "is_decoder": True, **sizes}))
    run = posenc("golden", "--config", str(tmp_path / "config.json"), "-o", str(tmp_path / "out.npz"), "--json")
    assert json.loads(run.stdout)["parameters"] == {"num_buckets": 8, "max_distance": 20, "use": "causal"}


LLAMA = {"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "max_position_embeddings": 32}


@pytest.mark.parametrize(
    ("config", "rotary_dim", "base"),
    [
        (LLAMA, 16, 10_000.0),
        ({**LLAMA, "rope_theta": 500_000.0}, 16, 500_000.0),
        ({**LLAMA, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}, 16, 1e6),
        ({**LLAMA, "head_dim": 32}, 32, 10_000.0),
        (
            {**LLAMA, "model_type": "phi", "rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}},
            8,
            10_000.0,
        ),
    ],
)
def test_configurations_old_and_new(tmp_path: Path, config: dict[str, Any], rotary_dim: int, base: float) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    run = posenc("golden", "--config", str(path), "-o", str(tmp_path / "out.npz"), "--json")
    said = json.loads(run.stdout)
    assert said["parameters"] == {"rotary_dim": rotary_dim, "base": base}
    assert said["shapes"]["cos"] == [32, rotary_dim // 2]


def test_golden_takes_arrays(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([[1.0, 2.0, 3.0, 4.0]]))
    path = tmp_path / "y.npz"
    posenc(
        "golden",
        "rope.rotate",
        "--input",
        f"x={tmp_path / 'x.npy'}",
        "--positions",
        "3",
        "--dtype",
        "float64",
        "-o",
        str(path),
    )
    assert load(path)["y"].round(12).tolist() == [[-1.272232512720, -1.838864985141, 2.878668100437, 4.088186635603]]


def test_golden_knows_every_operation(tmp_path: Path) -> None:
    for at, (operation, options) in enumerate({
        "sinusoidal.table": ["--dim", "6", "--positions", "0:100", "--set", "start=2", "--convention", "sinusoidal/halves"],
        "sinusoidal.inverse_frequencies": ["--dim", "8"],
        "rope.inverse_frequencies": ["--dim", "8", "--base", "500000"],
        "alibi.slopes": ["--dim", "12"],
        "t5.thresholds": ["--set", "use=causal"],
        "t5.buckets": ["--positions=-256:257"],
        "alibi.bias": ["--dim", "3", "--set", "n_q=2", "--set", "n_k=4", "--set", "use=symmetric"],
    }.items()):  # fmt: skip
        run = posenc("golden", operation, *options, "-o", str(tmp_path / f"{at}.npz"))
        assert "every entry correctly rounded" in run.stdout
    table = load(tmp_path / "0.npz")["table"]
    assert table[0, 0] == np.float32(0.9092974268256817)  # sin 2: the table starts at 2


YARN = {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 2048, "truncate": False}
SCALED = ["--dim", "8", "--set", "length=1", "--set", f"scaling={json.dumps(YARN)}"]


def test_golden_takes_a_mapping_and_gives_a_number(tmp_path: Path) -> None:
    digests = set()
    for suffix in (".npz", ".safetensors", ".json"):
        path = tmp_path / f"frequencies{suffix}"
        options = [*SCALED, "--dtype", "float64", "-o", str(path), "--json"]
        said = json.loads(posenc("golden", "rope_scaling.inverse_frequencies", *options).stdout)
        assert said["parameters"]["scaling"] == YARN
        assert said["shapes"] == {"inverse_frequencies": [4], "attention_factor": []}
        digests.add(said["digest"])
    assert len(digests) == 1
    assert load(tmp_path / "frequencies.npz")["attention_factor"] == 0.1 * np.log(4) + 1
    assert path.read_text().count(np.float64(0.1 * np.log(4) + 1).tobytes().hex()) == 1
    assert (tmp_path / "frequencies.safetensors").read_bytes().endswith(np.float64(0.1 * np.log(4) + 1).tobytes())


@pytest.mark.parametrize("convention", ["published", "paper"])
def test_scaled_tables_are_the_definition(convention: str) -> None:
    from posenc.definitions import family
    from posenc.truth.evaluate import evaluate
    from posenc.truth.golden import Request, golden

    operation, way = family("rope_scaling").OPERATIONS["table"], f"rope_scaling/{convention}"
    scaling = {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 4096}
    params = {"rotary_dim": 8, "base": 10_000.0, "scaling": scaling, "length": 1}
    words = golden(Request("rope_scaling.table", way, params, FLOAT32, range(0, 131072, 997)))
    definition = family("rope_scaling").CONVENTIONS[way]
    right = evaluate(operation, definition, params, {"positions": np.arange(0, 131072, 997)}, FLOAT32)
    assert all((words[name] == right[name]).all() for name in ("cos", "sin"))


def test_positions_are_exact() -> None:
    assert list(parse_positions("3:9:2")) == [3, 5, 7]
    assert list(parse_positions("1, 0.1, -1/3")) == [1, Fraction(1, 10), Fraction(-1, 3)]


# --- no ------------------------------------------------------------------------------------------------------------

NO: dict[str, tuple[list[str], str]] = {
    "unknown operation": (["golden", "rope.tabel"], "did you mean rope.table"),
    "nothing asked": (["golden"], "needs an operation such as rope.table"),
    "two things asked": (["golden", "rope.table", "--model", "bloom"], "one of them"),
    "odd dim": (["golden", "rope.table", "--dim", "7", "--positions", "0:3"], "rotary_dim is 7, needs an even number"),
    "no dim": (["golden", "rope.table", "--positions", "0:3"], "needs rotary_dim as well"),
    "no positions": (["golden", "rope.table", "--dim", "8"], "needs positions as well"),
    "positions for slopes": (["golden", "alibi.slopes", "--dim", "8", "--positions", "0:3"], "has no positions"),
    "positions along two axes": (["golden", "rope_axial.table", "--set", "head_dim=8", "--positions", "0:3"], "needs --input positions=FILE.npy"),
    "three pairs for two axes": (["golden", "rope_axial.inverse_frequencies", "--set", "head_dim=6"], "needs a multiple of 4"),
    "bad positions": (["golden", "rope.table", "--dim", "8", "--positions", "a:b"], "needs START:STOP[:STEP] or numbers"),
    "far positions": (["golden", "rope.table", "--dim", "8", "--positions", "9007199254740994"], "at most ±2^53"),
    "bad base": (["golden", "rope.table", "--dim", "8", "--positions", "0", "--base", "1"], "base is 1.0, needs a finite real"),
    "bad dtype": (["golden", "rope.table", "--dim", "8", "--positions", "0", "--dtype", "float31"], "did you mean float32"),
    "bad convention": (["golden", "rope.table", "--dim", "8", "--positions", "0", "--convention", "rope/half"], "needs one of rope/interleaved"),
    "bad parameter": (["golden", "rope.table", "--dim", "8", "--positions", "0", "--set", "bse=3"], "did you mean base"),
    "bad value": (["golden", "alibi.slopes", "--set", "num_heads=many"], "needs one integer"),
    "no value": (["golden", "alibi.slopes", "--set", "num_heads"], "needs NAME=VALUE"),
    "bad suffix": (["golden", "rope.table", "-o", "table.txt"], "needs one of .npz, .npy, .safetensors, .json"),
    "unknown model": (["golden", "--model", "llama-2-7"], "did you mean llama-2-7b"),
    "no config": (["golden", "--config", "nowhere.json"], "nowhere.json"),
    "parameters beside a model": (["golden", "--model", "bloom", "--base", "3"], "needs none beside it"),
    "closed parameter beside a model": (["golden", "--model", "t5-small", "--set", "max_distance=64"], "needs none beside it"),
    "no such use": (["golden", "--model", "t5-small", "--set", "use=decoder"], "needs one of 'bidirectional', 'causal'"),
    "half a token": (["golden", "t5.buckets", "--positions", "1/2"], "needs integers"),
    "two shapes": (["golden", "rope_scaling.inverse_frequencies", *SCALED, "-o", "a.npy"], "needs .npz, .safetensors or .json"),
    "no JSON": (["golden", "rope_scaling.inverse_frequencies", "--dim", "8", "--set", "length=1", "--set", "scaling={"], "needs one mapping"),
    "no mapping": (["golden", "rope_scaling.inverse_frequencies", *SCALED[:4], "--set", "scaling=4"], "scaling is 4, needs a mapping"),
    "unknown scaling": (["golden", "rope_scaling.inverse_frequencies", *SCALED[:4], "--set", 'scaling={"rope_type": "yarm"}'], "did you mean 'yarn'"),
    "no length": (["golden", "rope_scaling.inverse_frequencies", *SCALED[:2], *SCALED[4:]], "needs length as well"),
    "ramp turned round": (["golden", "rope_scaling.inverse_frequencies", *SCALED, "--base", "1.5"], "the published ramp turns round"),
    "short max_distance": (["golden", "t5.thresholds", "--set", "max_distance=8"], "needs more than 8"),
    "another convention": (["golden", "--model", "llama-2-7b", "--convention", "rope/interleaved"], "needs the configuration's"),
    "n_q > n_k": (["golden", "alibi.bias", "--dim", "2", "--set", "n_q=3", "--set", "n_k=2"], "needs n_q ≤ n_k"),
    "unknown claim": (["audit", "rope.relativ"], "did you mean rope.relative"),
    "unknown family": (["audit", "rpe"], "did you mean rope"),
    "certificates of a claim": (["audit", "rope.norm", "--certificates", "c"], "needs whole ledgers"),
    "certificates nowhere": (["audit", "rope", "--certificates", "no/where"], "is no folder"),
    "no certificates": (["audit", "--recheck", "--certificates", "nowhere"], "holds no certificates"),
    "unknown name": (["show", "rope.rotat"], "did you mean rope.rotate"),
    "unknown library": (["check", "transformrs"], "did you mean transformers"),
    "no op": (["check", "math:sin"], "needs --op"),
    "op for a library": (["check", "transformers", "--op", "rope.rotate"], "needs none beside it"),
    "unknown check dtype": (["check", "math:sin", "--op", "rope.rotate", "--dtype", "bfloat8"], "needs one of float64"),
    "unknown format": (["vectors", "export", "rope", "-o", "x", "--format", "xml"], "needs one of json"),
    "unknown vectors": (["vectors", "list", "ropes"], "did you mean rope"),
}  # fmt: skip


@pytest.mark.parametrize("case", NO)
def test_no(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, said = NO[case]
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, TypeError, OSError)) as error:
        posenc(*arguments)
    assert said in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_one_line_and_exit_code_2() -> None:
    run = shell("golden", "rope.tabel")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("posenc: operation is 'rope.tabel'")


@pytest.mark.parametrize("text", ["not json", "[1, 2]", '{"model_type": "mamba"}', '{"model_type": "llama"}'])
def test_unreadable_configurations(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"models\.(read|encoding): .*(needs|missing)"):
        posenc("golden", "--config", str(path), "-o", str(tmp_path / "out.npz"))


@pytest.mark.parametrize(
    "key",
    [
        {"rope_scaling": {"type": "linear", "factr": 2}},
        {"rope_parameters": {"rope_type": "yarn"}},
        {"hidden_size": 65},
    ],
)
def test_what_is_not_specified_is_refused_by_name(tmp_path: Path, key: dict[str, Any]) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**LLAMA, **key}))
    with pytest.raises(ValueError, match=r"linear|yarn|multiple"):
        posenc("golden", "--config", str(path), "-o", str(tmp_path / "out.npz"))


def test_files_are_not_replaced_by_surprise(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_text("mine")
    options = ["golden", "alibi.slopes", "--dim", "4", "-o", str(path)]
    with pytest.raises(FileExistsError, match="--force"):
        posenc(*options)
    assert path.read_text() == "mine"
    posenc(*options, "--force")
    assert load(path)["slopes"].tolist() == [0.25, 0.0625, 0.015625, 0.00390625]
    with pytest.raises(FileNotFoundError, match="no folder"):
        posenc("golden", "alibi.slopes", "--dim", "4", "-o", str(tmp_path / "nowhere" / "a.npz"))


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", fail)
    run = CliRunner().invoke(app, ["golden", "alibi.slopes", "--dim", "4", "-o", str(tmp_path / "a.npz")])
    assert run.exit_code != 0
    assert list(tmp_path.iterdir()) == []


OPERATIONS = [f"{family}.{name}" for family in spec.families() for name in spec.operations(family)]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_its_golden_outputs(operation: str, tmp_path: Path) -> None:
    """The command gives the bits of the vectors, whatever the operation takes."""
    vector = next(v for v in files.load(operation) if v.outputs)
    convention, outputs = next(iter(vector.outputs.items()))
    asked = ["--convention", convention, "-o", str(tmp_path / "out.npz")]
    integral = spec.integral(*operation.split("."))
    asked += [] if integral else ["--dtype", "float64"]
    for name, value in vector.case.params.items():
        said = json.dumps(value) if isinstance(value, dict) else value
        asked += ["--set", f"{name}={said}"] if value is not None else []
    for name, array in vector.case.inputs.items():
        np.save(tmp_path / f"{name}.npy", array)
        asked += ["--input", f"{name}={tmp_path / name}.npy"]
    run = posenc("golden", operation, *asked)
    assert run.exit_code == 0, run.output
    with np.load(tmp_path / "out.npz") as found:
        for name, right in outputs.items():
            assert found[name].dtype == (np.int64 if integral else np.float64)
            assert np.array_equal(found[name], right)


# --- audit, vectors, show ------------------------------------------------------------------------------------------


def test_audit_prints_every_claim() -> None:
    """Of three ledgers; that every proof holds is asked in test_house.py."""
    asked = ("rope", "attention", "truth")
    run = posenc("audit", *asked)
    for family in asked:
        for claim, entry in spec.claims(family).items():
            line = next(line for line in run.stdout.splitlines() if line.startswith(f"{family}.{claim} "))
            assert entry["verdict"] in line
            assert " s " in line
    assert "0 unknown" in run.stdout


@pytest.mark.parametrize(
    ("family", "mistake"), [("rope", "clockwise"), ("sinusoidal", "unpaired"), ("alibi", "reward")]
)
def test_audit_names_the_claim_when_a_definition_is_broken(
    family: str, mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = script(family)
    broken = gallery(family)[f"{family}/{mistake}"](module.PAPER)
    for name, function in list(vars(module).items()):
        if name.startswith(("prove_", "refute_")):
            monkeypatch.setattr(function, "__defaults__", (broken,))
    run = posenc("audit", *spec.families()[:3], family, "--json")
    said = json.loads(run.stdout)
    assert run.exit_code == 1
    failing = [claim["claim"] for claim in said["claims"] if not claim["holds"]]
    assert failing
    assert all(claim.startswith(f"{family}.") for claim in failing)


def test_audit_of_one_claim_with_steps() -> None:
    run = posenc("audit", "rope.norm", "--steps")
    assert "ideal" in run.stdout
    assert "c**2 + s**2 - 1" in run.stdout
    assert "1 claims: 1 proved" in run.stdout


def test_audit_explains_a_proof() -> None:
    said = posenc("audit", "rope.norm", "kerple.definite", "--explain").stdout
    for word in (
        "RoFormer (2021), §3.2",
        "rotary_dim even; m real",
        "a real; c real; gap integer nonnegative",
        "rope/mirrored",
        "(c·x − s·y)^2 + (c·y + s·x)^2 − x^2 − y^2 = (x^2 + y^2)·(−1 + c^2 + s^2)",
        "0 = 0: both sides are written alike",
        "a symmetric matrix with positive leading minors is positive definite (Sylvester)",
        "0 < 4 − 8·√(2) + 8·√(3)",
        "fully: 2 as written, 19 recomputed, 4 trusted",
        "fully: 1 as written, 15 recomputed",
    ):
        assert word in said
    (told,) = json.loads(posenc("audit", "kerple.decreasing", "--explain", "--json").stdout)["claims"]
    assert told["hypotheses"] == ["r2 positive", "u integer nonnegative"]
    assert told["rechecked"]["summary"] == "fully"
    assert "kerple/reward" in told["broken_by"]
    assert "−log(2) < 0" in told["steps"][-2]["formulas"]


def test_audit_explains_what_is_left_over(monkeypatch: pytest.MonkeyPatch) -> None:
    module = script("rope")
    wrong = gallery("rope")["rope/squared-position"](module.PAPER)
    monkeypatch.setattr(module.prove_group, "__defaults__", (wrong,))
    run = posenc("audit", "rope.group", "--explain")
    assert run.exit_code == 1
    assert "left over" in run.stderr
    assert "rechecked" not in run.stdout


def test_audit_writes_certificates_and_rechecks_them(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    posenc("audit", "nope", "attention", "--certificates", str(folder))
    assert {path.name for path in tmp_path.iterdir()} == {"certificates"}
    assert {path.name for path in folder.iterdir()} == {"nope.json", "attention.json"}
    again = posenc("audit", "--recheck", "--certificates", str(folder))
    assert (again.exit_code, again.stderr) == (0, "")
    assert f"{len(spec.claims('nope')) + len(spec.claims('attention'))} claims:" in again.stdout
    path = folder / "nope.json"
    path.write_text(path.read_text().replace('"exp"', '"cos"'))
    run = posenc("audit", "--recheck", "--certificates", str(folder))
    assert run.exit_code == 1
    assert "nope." in run.stderr
    assert "is refused" in run.stderr
    assert posenc("audit", "attention", "--recheck", "--certificates", str(folder)).exit_code == 0
    with pytest.raises(ValueError, match="did you mean nope"):
        posenc("audit", "nop", "--recheck", "--certificates", str(folder))


def test_certificates_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "nope.json").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty"):
        posenc("audit", "nope", "--certificates", str(tmp_path))
    assert (tmp_path / "nope.json").read_text() == "mine"


def test_audit_rechecks_fresh_certificates() -> None:
    said = json.loads(posenc("audit", "nope", "--recheck", "--json").stdout)
    assert said["holds"]
    assert [claim["claim"] for claim in said["claims"]] == [f"nope.{claim}" for claim in spec.claims("nope")]


def test_audit_of_a_broken_definition_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = script("nope")
    for name, function in list(vars(module).items()):
        if name.startswith(("prove_", "refute_")):
            wrong = next(iter(module.WRONG.values()))(module.PAPER)
            monkeypatch.setattr(function, "__defaults__", (wrong,))
    assert posenc("audit", "nope", "--certificates", str(tmp_path / "c")).exit_code == 1
    assert posenc("audit", "nope", "--recheck").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_audit_in_processes_is_the_same() -> None:
    one, two = (json.loads(posenc("audit", "nope", "alibi", "--json", "--jobs", n).stdout) for n in ("1", "2"))
    for claim in one["claims"] + two["claims"]:
        del claim["seconds"]
    assert one == two


def test_vectors_verify_and_list() -> None:
    assert "every bit as the definitions give it" in posenc("vectors", "verify", "alibi").stdout
    assert json.loads(posenc("vectors", "verify", "alibi.slopes", "--json").stdout)["verified"]
    assert posenc("vectors", "verify", "alibi").stdout.count(".json") == len(spec.operations("alibi"))
    assert "rope.rotate/unit-1" in posenc("vectors", "list", "rope.rotate").stdout
    assert len(json.loads(posenc("vectors", "list", "--json").stdout)["cases"]) > 100


@pytest.mark.parametrize("kind", ["json", "npz", "safetensors", "csv", "c"])
def test_vectors_export(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    posenc("vectors", "export", "rope.rotate", "--format", kind, "-o", str(path))
    raw = path.read_bytes()
    assert raw
    with pytest.raises(FileExistsError):
        posenc("vectors", "export", "rope.rotate", "--format", kind, "-o", str(path))
    one = "rope.rotate/unit-1|rope/halves|y"
    if kind == "npz":
        assert load(path)[one].shape == (1, 4)
    elif kind == "json":
        assert json.loads(raw)["tensors"][one]["data"][0] == 0.5403023058681398
    elif kind == "csv":
        assert b"rope.rotate/unit-1,rope/halves,y,0 0,f64,3fe14a280fb5068c,0.5403023058681398\n" in raw
    elif kind == "c":
        assert b"0x3fe14a280fb5068cu" in raw


def test_c_export_compiles(tmp_path: Path) -> None:
    import shutil

    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    posenc("vectors", "export", "alibi", "--format", "c", "-o", str(tmp_path / "v.h"))
    (tmp_path / "t.c").write_text('#include "v.h"\nint main(void) { return posenc_vectors[0].size == 0; }\n')
    subprocess.run([compiler, "-Wall", "-Werror", "-o", str(tmp_path / "t"), str(tmp_path / "t.c")], check=True)
    assert subprocess.run([tmp_path / "t"]).returncode == 0


@pytest.mark.parametrize("family", spec.families())
def test_show(family: str, tmp_path: Path) -> None:
    said = posenc("show", family).stdout
    for claim in spec.claims(family):
        assert f"{family}.{claim}" in said
    assert set(json.loads(posenc("show", family, "--json").stdout)) == {
        "name",
        "formula",
        "operations",
        "conventions",
        "claims",
    }
    for operation, entry in spec.operations(family).items():
        assert all(a["name"] in posenc("show", f"{family}.{operation}").stdout for a in entry["arguments"])
    for convention in list(spec.conventions(family))[::4]:
        assert posenc("show", f"{family}/{convention}").stdout.startswith(f"{family}/{convention}")
    pytest.importorskip("matplotlib")
    posenc("show", family, "--plot", str(tmp_path / "plot.svg"))
    assert (tmp_path / "plot.svg").read_text().lstrip().startswith("<?xml")


def test_bfloat16_words_are_what_other_programs_expect() -> None:
    torch = pytest.importorskip("torch")
    values = torch.linspace(-3, 3, 101, dtype=torch.float64)
    words = np.array([BFLOAT16.round(Fraction(float(v))) for v in values], dtype=np.uint16)
    assert (values.to(torch.bfloat16).view(torch.int16).numpy().view(np.uint16) == words).all()
