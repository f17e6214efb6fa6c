"""Configurations of real models: what they are read as, what is refused, and the golden vectors of each."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from typer.testing import CliRunner

import posenc
from oracle import A
from posenc import models, spec
from posenc.cli import app
from posenc.definitions import family
from posenc.models.request import request
from posenc.models.rotary import KINDS
from posenc.truth.bounds import Precision, Question, units
from posenc.truth.formats import FLOAT64
from posenc.truth.golden import beside
from posenc.truth.golden import golden as golden_words
from posenc.vectors import presets
from posenc.vectors.files import Tampered
from posenc.vectors.tensor import decode

LISTS = {"short_factor": [1.0] * 8, "long_factor": [2.0] * 8}
LLAMA = {"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "max_position_embeddings": 4096}
GEMMA = {"model_type": "gemma3_text", "hidden_size": 64, "num_attention_heads": 4, "head_dim": 16}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024}


def golden(path: Path, *options: str) -> dict[str, Any]:
    """What `posenc golden` writes into an npz file; an error that is no exit is raised."""
    run = CliRunner().invoke(app, ["golden", *options, "-o", str(path), "--force"])
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    assert run.exit_code == 0, run.output
    with np.load(path) as archive:
        return {**archive, "metadata": json.loads(str(archive["metadata"]))}


# --- every model, by one command -----------------------------------------------------------------------------------

PLAIN = {  # model → convention, channels turned, base, context
    "gemma-2-2b": ("halves", 256, 1e4, 8192),
    "glm-4-9b": ("interleaved", 64, 1e4, 131072),
    "gpt-j-6b": ("interleaved", 64, 1e4, 2048),
    "gpt-neox-20b": ("halves", 24, 1e4, 2048),
    "llama-2-7b": ("halves", 128, 1e4, 4096),
    "llama-3-8b": ("halves", 128, 5e5, 8192),
    "mistral-7b-v0.3": ("halves", 128, 1e6, 32768),
    "qwen2.5-7b": ("halves", 128, 1e6, 32768),
}
SCALED = {  # model → pairing, channels turned, base, context, type, factor
    "deepseek-v2": ("interleaved", 64, 1e4, 163840, "yarn", 40.0),
    "deepseek-v3": ("interleaved", 64, 1e4, 163840, "yarn", 40.0),
    "gpt-oss-20b": ("halves", 64, 1.5e5, 131072, "yarn", 32.0),
    "llama-3.1-8b": ("halves", 128, 5e5, 131072, "llama3", 8.0),
    "llama-3.2-1b": ("halves", 64, 5e5, 131072, "llama3", 32.0),
    "phi-3.5-mini": ("halves", 96, 1e4, 131072, "longrope", 32.0),
    "qwen2.5-7b-yarn": ("halves", 128, 1e6, 131072, "yarn", 4.0),
}
OTHERS = {  # model → convention, operation, context
    "bert-base": ("learned/plain", "ids", 512),
    "bloom": ("alibi/key-only", "bias", 2048),
    "deberta-v3-base": ("deberta/paper", "buckets", 512),
    "falcon-rw-1b": ("alibi/falcon", "padded", 2048),
    "flan-t5-xxl": ("t5/unscaled", "buckets", 128),
    "gpt2": ("learned/plain", "ids", 1024),
    "mpt-7b": ("alibi/last-key", "bias", 2048),
    "mt5-small": ("t5/unscaled", "buckets", 128),
    "opt-6.7b": ("learned/opt", "ids", 2048),
    "roberta-base": ("learned/padding-aware", "ids", 512),
    "swin-tiny": ("swin/v1", "index", 49),
    "t5-small": ("t5/unscaled", "buckets", 128),
    "umt5-xxl": ("t5/unscaled", "buckets", 128),
    "vit-base": ("learned/plain", "ids", 197),
    "vit-mae-base": ("grid/mae", "table", 197),
}
LAYERED = ("gemma-3-1b", "gemma-3-27b")
AXES = {  # model → order of the axes, base, context, sections
    "qwen2-vl-7b": ("chunked", 1e6, 32768, (16, 24, 24)),
    "qwen2.5-vl-7b": ("chunked", 1e6, 128000, (16, 24, 24)),
    "qwen3-vl-8b": ("interleaved", 5e6, 262144, (24, 20, 20)),
}


def read(name: str, layer_type: str | None = None) -> models.Encoding:
    return models.encoding(models.preset(name), layer_type)


def test_every_model_is_read_as_published() -> None:
    assert {*PLAIN, *SCALED, *OTHERS, *LAYERED, *AXES} == set(spec.models())
    for name, (pairing, rotary_dim, base, context) in PLAIN.items():
        found = read(name)
        assert (found.operation, found.convention) == ("rope.table", f"rope/{pairing}"), name
        assert (found.params, found.context) == ({"rotary_dim": rotary_dim, "base": base}, context), name
    for name, (pairing, rotary_dim, base, context, kind, factor) in SCALED.items():
        found = read(name)
        said = found.params["scaling"]
        assert (found.operation, found.notes["pairing"]) == ("rope_scaling.table", pairing), name
        assert (found.params["rotary_dim"], found.params["base"], found.context) == (rotary_dim, base, context), name
        assert (said["rope_type"], said["factor"], found.params["length"]) == (kind, factor, context), name
    for name, (convention, operation, context) in OTHERS.items():
        found = read(name)
        assert (found.convention, found.operation.split(".")[1], found.context) == (convention, operation, context), (
            name
        )


def test_layers_that_differ_have_tables_of_their_own() -> None:
    for name, rotary_dim in zip(LAYERED, (256, 128), strict=True):
        assert models.layer_types(models.preset(name)) == ("full_attention", "sliding_attention")
        far, near = (read(name, layers).params for layers in ("full_attention", "sliding_attention"))
        assert (far["rotary_dim"], far["base"]) == (rotary_dim, 1e6)
        assert near == {"rotary_dim": rotary_dim, "base": 1e4}
    assert far["scaling"] == {"rope_type": "linear", "factor": 8.0}


@pytest.mark.parametrize("name", sorted({*PLAIN, *SCALED}))
def test_one_command_writes_what_a_model_must_use(tmp_path: Path, name: str) -> None:
    wanted = read(name)
    table = golden(tmp_path / "model.npz", "--model", name, "--positions", "0:40", "--dtype", "float64")
    frequencies = table["inverse_frequencies"]
    assert table["cos"].shape == table["sin"].shape == (40, wanted.params["rotary_dim"] // 2)
    assert table["metadata"]["pairing"] == wanted.notes["pairing"]
    factor = table["attention_factor"] if name in SCALED else 1.0
    assert np.allclose(table["cos"], factor * np.cos(np.outer(np.arange(40), frequencies)), rtol=0, atol=1e-13)
    if name in PLAIN:
        exponents = -np.arange(len(frequencies)) / len(frequencies)
        assert np.allclose(frequencies, wanted.params["base"] ** exponents, rtol=1e-14)


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_one_command_writes_what_other_models_must_use(tmp_path: Path, name: str) -> None:
    some = [] if name in ("vit-mae-base", "swin-tiny") else ["--positions", "0:9"]
    table = golden(tmp_path / "model.npz", "--model", name, *some)
    (output,) = (one["name"] for one in spec.operations(read(name).operation.split(".")[0])[OTHERS[name][1]]["returns"])
    expected: dict[str, Any] = {
        "ids": {"roberta-base": range(2, 11), "opt-6.7b": range(2, 11)}.get(name, range(9)),
        "buckets": range(9) if name == "deberta-v3-base" else [0, 17, 18, 19, 20, 21, 22, 23, 24],
    }
    if output in expected:
        assert table[output].ravel().tolist() == list(expected[output])
    elif output == "bias":
        heads = len(table["slopes"])
        slopes = 2.0 ** (-8 * np.arange(1, 33) / 32) if heads == 32 else table["slopes"]
        assert np.allclose(table["slopes"], slopes, rtol=1e-15)
        places = {"bloom": np.arange(9), "mpt-7b": np.arange(-8, 1), "falcon-rw-1b": np.arange(9) / 8}[name]
        width = 2**-7 if name == "falcon-rw-1b" else 2**-23  # slope and product in bfloat16, or one rounding
        assert np.allclose(table["bias"].reshape(heads, 9), table["slopes"][:, None] * places, rtol=width)
    else:
        assert table[output].shape == {"index": (49, 49), "table": (197, 768)}[output]


def test_the_length_chooses_the_list(tmp_path: Path) -> None:
    lists = models.preset("phi-3.5-mini")["rope_scaling"]
    for length, name in (("4096", "short_factor"), ("4097", "long_factor"), ("131072", "long_factor")):
        options = ["--model", "phi-3.5-mini", "--set", f"length={length}", "--positions", "0:3"]
        table = golden(tmp_path / "phi.npz", *options)
        plain = 1e4 ** -(np.arange(48) / 48)
        assert np.allclose(table["inverse_frequencies"], plain / np.array(lists[name]), rtol=1e-14)
        assert float(table["attention_factor"]) == pytest.approx(1.1902380714238083, rel=1e-15)
    table = golden(tmp_path / "phi.npz", "--model", "phi-3.5-mini", "--set", "length=5")
    assert table["positions"].tolist() == [0, 1, 2, 3, 4]


def test_three_axes_are_those_of_a_text_unless_a_prompt_is_given(tmp_path: Path) -> None:
    for name, (order, base, context, section) in AXES.items():
        found = read(name)
        assert (found.operation, found.convention, found.context) == ("mrope.table", f"mrope/{order}", context)
        assert (found.params, found.inputs["mrope_section"]) == ({"rotary_dim": 128, "base": base}, section)
        text = golden(tmp_path / "text.npz", "--model", name, "--positions", "0:5", "--dtype", "float64")
        assert text["metadata"]["pairing"] == "halves"
        frequencies = text["inverse_frequencies"]
        assert np.allclose(text["sin"], np.sin(np.outer(np.arange(5), frequencies)), rtol=0, atol=1e-15)
        same, other = np.tile(np.arange(5), (3, 1)), np.array([[7, 7], [7, 8], [7, 9]])
        for places, ids in (("same", same), ("other", other)):
            np.save(tmp_path / f"{places}.npy", ids)
            given = ["--model", name, "--input", f"positions={tmp_path / places}.npy", "--dtype", "float64"]
            table = golden(tmp_path / "prompt.npz", *given)
            wanted = posenc.mrope.table(ids, 128, section, base=base, order=order)
            assert np.allclose((table["cos"], table["sin"]), wanted, rtol=0, atol=1e-15)
            if places == "same":
                assert (table["cos"].tobytes(), table["sin"].tobytes()) == (
                    text["cos"].tobytes(),
                    text["sin"].tobytes(),
                )
        with pytest.raises(ValueError, match=r"positions are given, needs none"):
            golden(tmp_path / "a.npz", *given, "--positions", "0:3")


def test_a_mask_is_left_open(tmp_path: Path) -> None:
    np.save(tmp_path / "mask.npy", np.array([[False, True, True]]))
    given = ["--input", f"mask={tmp_path / 'mask.npy'}"]
    assert golden(tmp_path / "a.npz", "--model", "roberta-base", *given)["ids"].tolist() == [[1, 2, 3]]
    with pytest.raises(ValueError, match=r"needs none: learned\.ids is one table"):
        golden(tmp_path / "a.npz", "--model", "roberta-base", *given, "--positions", "0:3")


# --- old and new spellings -----------------------------------------------------------------------------------------

SAME: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "base": ({**LLAMA, "rope_theta": 5e5}, {**LLAMA, "rope_parameters": {"rope_type": "default", "rope_theta": 5e5}}, None),
    "nothing": (LLAMA, {**LLAMA, "rope_scaling": None, "rope_parameters": {}, "head_dim": 16}, None),
    "share": (
        {**LLAMA, "model_type": "phi", "partial_rotary_factor": 0.25},
        {**LLAMA, "model_type": "phi", "rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.25}},
        None,
    ),
    "neox": (
        {**LLAMA, "model_type": "gpt_neox", "rotary_pct": 0.5, "rotary_emb_base": 20000},
        {**LLAMA, "model_type": "gpt_neox", "rope_parameters": {"partial_rotary_factor": 0.5, "rope_theta": 2e4}},
        None,
    ),
    "type": (
        {**LLAMA, "rope_theta": 1e6, "rope_scaling": {"type": "linear", "factor": 2}},
        {**LLAMA, "rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e6}},
        None,
    ),
    "both types": (
        {**LLAMA, "rope_scaling": {**YARN, "type": "yarn"}},
        {**LLAMA, "rope_parameters": {**YARN, "rope_theta": 1e4, "mscale": None}},
        None,
    ),
    "what is the default": (
        {**LLAMA, "rope_scaling": YARN},
        {**LLAMA, "rope_scaling": {**YARN, "beta_fast": 32, "beta_slow": 1, "truncate": True}},
        None,
    ),
    "original length beside": (
        {**LLAMA, "rope_scaling": {"type": "yarn", "factor": 4}, "original_max_position_embeddings": 1024},
        {**LLAMA, "rope_parameters": YARN},
        None,
    ),
    "original length left out": (
        {**LLAMA, "rope_scaling": {"type": "yarn", "factor": 4}},
        {**LLAMA, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096}},
        None,
    ),
    "original length of Phi-3": (
        {**LLAMA, "model_type": "phi3", "max_position_embeddings": 8192, "rope_scaling": {"type": "su", **LISTS}},
        {
            **LLAMA,
            "model_type": "phi3",
            "max_position_embeddings": 8192,
            "rope_parameters": {
                "rope_type": "longrope", **LISTS, "original_max_position_embeddings": 4096, "factor": 2.0,
            },
        },
        None,
    ),
    "global layers": (
        {**GEMMA, "rope_scaling": {"rope_type": "linear", "factor": 8.0}},
        {
            **GEMMA,
            "rope_parameters": {
                "full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 1e6},
                "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
            },
        },
        "full_attention",
    ),
    "local layers": (
        {**GEMMA, "rope_local_base_freq": 5e3, "rope_scaling": {"rope_type": "linear", "factor": 8.0}},
        {
            **GEMMA,
            "rope_parameters": {
                "full_attention": {"rope_type": "default"},
                "sliding_attention": {"rope_type": "default", "rope_theta": 5e3},
            },
        },
        "sliding_attention",
    ),
    "axes": (
        {**LLAMA, "model_type": "qwen2_vl", "rope_theta": 1e4, "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]}},
        {
            "model_type": "qwen2_vl",
            "text_config": {
                **LLAMA,
                "model_type": "qwen2_vl_text",
                "rope_parameters": {
                    "type": "mrope", "rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e4,
                },
            },
        },
        None,
    ),
    "text inside": (
        {"model_type": "gemma3", "vision_config": {}, "text_config": {**GEMMA, "rope_theta": 5e5}},
        {**GEMMA, "rope_theta": 5e5},
        "full_attention",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_old_and_new_spellings_say_the_same(case: str) -> None:
    old, new, layer_type = SAME[case]
    assert models.encoding(old, layer_type) == models.encoding(new, layer_type)


def test_sizes_said_or_derived() -> None:
    def turned(**more: Any) -> int:
        found: int = models.encoding({**LLAMA, **more}).params["rotary_dim"]
        return found

    assert [turned(), turned(head_dim=32), turned(partial_rotary_factor=1)] == [16, 32, 16]
    assert turned(model_type="glm", head_dim=32, partial_rotary_factor=0.25) == 8
    assert [turned(model_type="phi"), turned(model_type="stablelm", hidden_size=256)] == [8, 16]
    assert turned(model_type="phi", hidden_size=2560, num_attention_heads=32, partial_rotary_factor=0.4) == 32
    assert [turned(model_type="gemma"), turned(model_type="deepseek_v3")] == [256, 64]
    assert turned(model_type="deepseek_v3", qk_rope_head_dim=32, head_dim=192) == 32
    halves = models.encoding({**LLAMA, "model_type": "deepseek_v3", "rope_interleave": False})
    assert (halves.convention, halves.notes) == ("rope/halves", {"pairing": "halves"})


def test_without_settings_gpt_oss_is_scaled() -> None:
    bare = {"model_type": "gpt_oss", "hidden_size": 2880, "max_position_embeddings": 131072}
    assert models.encoding(bare) == read("gpt-oss-20b")


def test_yarn_reaches_as_far_as_its_factor() -> None:
    found = models.encoding({**LLAMA, "rope_scaling": YARN})
    assert (found.context, found.params["scaling"]) == (4096, YARN)
    assert models.encoding({**LLAMA, "rope_scaling": {**YARN, "factor": 8}}).context == 8192


def test_dynamic_scaling_leaves_the_length_open(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({**LLAMA, "rope_scaling": {"type": "dynamic", "factor": 2.0}}))
    config = ["--config", str(tmp_path / "config.json"), "--dtype", "float64"]
    short, long = (
        golden(tmp_path / "a.npz", *config, "--set", f"length={n}", "--positions", "0:2") for n in (4096, 8192)
    )
    assert np.allclose(short["inverse_frequencies"], 1e4 ** -(np.arange(8) / 8), rtol=1e-15)
    assert np.allclose(long["inverse_frequencies"], (1e4 * 3 ** (16 / 14)) ** -(np.arange(8) / 8), rtol=1e-14)
    for far in ("0:4097", "4096:0:-1", "4096,3"):
        with pytest.raises(ValueError, match="positions reach 4096 and length is 4096"):
            golden(tmp_path / "a.npz", *config, "--positions", far)
    assert golden(tmp_path / "a.npz", *config, "--positions=-3:0", "--set", "length=1")["cos"].shape == (3, 8)


def test_other_scalings_have_positions_beyond_the_context(tmp_path: Path) -> None:
    table = golden(tmp_path / "a.npz", "--model", "llama-3.2-1b", "--positions", "131072,1048575")
    assert table["positions"].tolist() == [131072, 1048575]


# --- no ------------------------------------------------------------------------------------------------------------


def scaled(**settings: Any) -> dict[str, Any]:
    return {**LLAMA, "rope_scaling": settings}


def three(section: list[int], model_type: str = "qwen2_vl", head_dim: int = 16, **settings: Any) -> dict[str, Any]:
    """A model with three axes."""
    settings = {"rope_type": "mrope", "mrope_section": section, **settings}
    return {**LLAMA, "model_type": model_type, "head_dim": head_dim, "rope_scaling": settings}


LONG = {"rope_type": "longrope", "original_max_position_embeddings": 1024, **LISTS}
BERT = {"model_type": "bert", "max_position_embeddings": 512}
DEBERTA = {
    "model_type": "deberta-v2",
    "max_position_embeddings": 512,
    "relative_attention": True,
    "position_buckets": 256,
}
VIT = {"model_type": "vit", "image_size": 224, "patch_size": 16}
MPT = {"model_type": "mpt", "n_heads": 8, "max_seq_len": 64}
NO: dict[str, tuple[dict[str, Any], str]] = {
    "no model type": ({}, "model_type is None, needs one of llama"),
    "unknown model type": ({"model_type": "lama"}, "model_type is 'lama'.*did you mean llama"),
    "model type of a list": ({"model_type": ["llama"]}, r"model_type is \['llama'\]"),
    "unknown type": (scaled(rope_type="yar", factor=2), "rope_type is 'yar', needs one of default.*did you mean yarn"),
    "type no text": (scaled(type=3, factor=2), "rope_type is 3, needs one of"),
    "empty type": (scaled(rope_type="", factor=2), "rope_type is '', needs one of"),
    "two types": (scaled(rope_type="yarn", type="linear", factor=2), "'yarn' in rope_type and 'linear' in type, needs one"),
    "unknown key": (scaled(**YARN, betafast=32), "key .*betafast.*did you mean.*beta_fast"),
    "key of another type": (scaled(rope_type="linear", factor=2, beta_fast=32), "key .*beta_fast"),
    "factor of default": (scaled(rope_type="default", factor=2), "key .*factor"),
    "factor without type": (scaled(factor=2), "key .*factor"),
    "length of dynamic": (scaled(type="dynamic", factor=2, original_max_position_embeddings=8), "is 8 in the scaling and 4096 in the configuration"),
    "no factor": (scaled(rope_type="linear"), "linear.*needs factor"),
    "no factor for yarn": (scaled(rope_type="yarn", factor=None), "yarn.*needs factor"),
    "no thresholds": (scaled(rope_type="llama3", factor=8.0), "llama3.*needs low_freq_factor, high_freq_factor"),
    "factor below 1": (scaled(rope_type="linear", factor=0.5), "factor is 0.5, needs .*1"),
    "factor of text": (scaled(rope_type="linear", factor="2"), "factor is '2'"),
    "factor of truth": (scaled(rope_type="linear", factor=True), "factor is True"),
    "factor no number": (scaled(rope_type="linear", factor=float("nan")), "factor is nan"),
    "infinite factor": (scaled(rope_type="linear", factor=float("inf")), "factor is inf"),
    "truncate of text": (scaled(**YARN, truncate="no"), "truncate is 'no'"),
    "one mscale": (scaled(**YARN, mscale=0.7), "mscale and mscale_all_dim"),
    "negative attention": (scaled(**YARN, attention_factor=-1.0), "attention_factor is -1.0"),
    "betas exchanged": (scaled(**YARN, beta_fast=1, beta_slow=32), "beta_slow"),
    "half a token": (scaled(**{**YARN, "original_max_position_embeddings": 0.5}), "original_max_position_embeddings is 0.5"),
    "two lengths": (
        {**scaled(**YARN), "original_max_position_embeddings": 4096},
        "1024 in the scaling and 4096 in the configuration, needs one value",
    ),
    "short list": (scaled(**{**LONG, "short_factor": [1.0] * 7}), "short_factor and long_factor hold 7 and 8 numbers"),
    "long lists": (
        scaled(**{**LONG, "short_factor": [1.0] * 16, "long_factor": [1.0] * 16}),
        "short_factor holds 16 numbers, needs one for each of 8 pairs",
    ),
    "no list": (scaled(**{**LONG, "long_factor": 2.0}), "long_factor is 2.0"),
    "list of text": (scaled(**{**LONG, "long_factor": ["2"] * 8}), r"long_factor\[0\] is '2'"),
    "zero in a list": (scaled(**{**LONG, "long_factor": [0.0] * 8}), r"long_factor\[0\] is 0.0"),
    "missing list": (scaled(rope_type="longrope", short_factor=[1.0] * 8), "longrope.*needs long_factor"),
    "no sections": ({**LLAMA, "model_type": "qwen2_vl"}, "mrope_section is None, needs three counts of pairs"),
    "two sections": (three([4, 4]), r"mrope_section is \[4, 4\], needs three counts"),
    "sections of another head": (three([2, 3, 4]), "mrope_section sums to 9, needs 8, the pairs of a head"),
    "sections that do not fit": (
        three([1, 5, 2], model_type="qwen3_vl", head_dim=16), "needs at most 3 pairs for the height",
    ),
    "another order": (three([2, 3, 3], mrope_interleaved=True), "mrope_interleaved is True, needs none.*chunked"),
    "scaled axes": (three([2, 3, 3], rope_type="yarn", factor=4.0, original_max_position_embeddings=1024), "rope_type is 'yarn', needs default: three axes have no scaling here"),
    "key of three axes": (three([2, 3, 3], beta_fast=32), "key .*beta_fast"),
    "three axes of GLM": ({**LLAMA, "model_type": "glm4v"}, "model_type is 'glm4v', needs one of"),
    "multimodal": (scaled(type="mrope", mrope_section=[2, 3, 3]), "mrope_section is .2, 3, 3."),
    "multimodal default": (scaled(type="default", mrope_section=[2, 3, 3]), "mrope_section is .2, 3, 3."),
    "settings of text": ({**LLAMA, "rope_scaling": "yarn"}, "rope_scaling is 'yarn', needs an object"),
    "settings of a list": ({**LLAMA, "rope_parameters": [YARN]}, "rope_parameters is .*needs an object"),
    "both spellings": ({**scaled(**YARN), "rope_parameters": YARN}, "both there"),
    "two bases": ({**LLAMA, "rope_theta": 1e6, "rope_parameters": {"rope_theta": 1e4}}, "rope_theta is 10000.0 in .*1000000.0"),
    "two shares": (
        {**LLAMA, "model_type": "phi", "partial_rotary_factor": 0.5, "rope_parameters": {"partial_rotary_factor": 0.25}},
        "partial_rotary_factor is 0.25 in .*0.5",
    ),
    "base of text": ({**LLAMA, "rope_theta": "10000"}, "rope_theta is '10000'"),
    "base of truth": ({**LLAMA, "rope_theta": True}, "rope_theta is True"),
    "base no number": ({**LLAMA, "rope_theta": float("nan")}, "rope_theta is nan"),
    "base beyond numbers": ({**LLAMA, "rope_theta": 10**400}, "rope_theta is 1000"),
    "share of another model": (
        {**LLAMA, "partial_rotary_factor": 0.5},
        "partial_rotary_factor is 0.5, needs 1: all of the head is turned",
    ),
    "share above 1": ({**LLAMA, "model_type": "phi", "partial_rotary_factor": 2}, "partial_rotary_factor is 2.0, needs at most 1"),
    "no share": ({**LLAMA, "partial_rotary_factor": 0}, "partial_rotary_factor is 0, needs a finite number above 0"),
    "unknown setting": ({**LLAMA, "rope_ratio": 2}, "key of model_type llama is 'rope_ratio'"),
    "setting of another model": ({**LLAMA, "rotary_pct": 0.5}, "key of model_type llama is 'rotary_pct'"),
    "alibi in a llama": ({**LLAMA, "alibi": True}, "key of model_type llama is 'alibi'"),
    "heads that do not divide": ({**LLAMA, "hidden_size": 65}, "hidden_size 65 needs to be a multiple of the 4 heads"),
    "half a head": ({**LLAMA, "head_dim": 16.0}, "head_dim is 16.0, needs a positive integer"),
    "no heads": ({**LLAMA, "num_attention_heads": 0}, "num_attention_heads is 0, needs a positive integer"),
    "true heads": ({**LLAMA, "num_attention_heads": True}, "num_attention_heads is True, needs a positive integer"),
    "no context": ({**LLAMA, "max_position_embeddings": None}, "max_position_embeddings is missing"),
    "unknown layers": (
        {**LLAMA, "rope_parameters": {"full_attn": {"rope_type": "default"}}},
        "layer type of rope_parameters is 'full_attn'.*did you mean full_attention",
    ),
    "layers and settings": (
        {**LLAMA, "rope_parameters": {"full_attention": {}, "rope_theta": 1e4}},
        "layer type of rope_parameters is 'rope_theta'",
    ),
    "layers of numbers": (
        {**LLAMA, "rope_parameters": {"full_attention": {}, "sliding_attention": 1e4}},
        "sliding_attention is 10000.0, needs an object or null",
    ),
    "open layers": (GEMMA, "layer_type is left open, needs one of full_attention, sliding_attention"),
    "relative keys": ({**BERT, "position_embedding_type": "relative_key"}, "position_embedding_type is 'relative_key'"),
    "no rows": ({**BERT, "model_type": "roberta", "max_position_embeddings": 2}, "has 0 rows for tokens"),
    "no distances": ({**DEBERTA, "relative_attention": False}, "relative_attention is false"),
    "no buckets": ({**DEBERTA, "position_buckets": -1}, "position_buckets is -1"),
    "patches cut": ({**VIT, "image_size": 225}, "image_size 225 needs to be a multiple of patch_size 16"),
    "three sides": ({**VIT, "image_size": [1, 2, 3]}, r"image_size is \[1, 2, 3\], needs a positive integer"),
    "alibi of text": ({**MPT, "attn_config": {"alibi": "yes"}}, "alibi is 'yes', needs true or false"),
    "rotations of MPT": ({**MPT, "attn_config": {"alibi": False, "rope": True}}, "rope is true in attn_config, needs false"),
    "flat alibi": ({**MPT, "attn_config": {"alibi_bias_max": 0}}, "alibi_bias_max is 0, needs a finite number above 0"),
    "no alibi settings": ({**MPT, "attn_config": [8]}, "attn_config is .8., needs an object"),
}  # fmt: skip


@pytest.mark.parametrize("case", NO)
def test_no(case: str) -> None:
    config, said = NO[case]
    with pytest.raises((ValueError, TypeError), match=said) as error:
        models.encoding(config)
    assert str(error.value).startswith("models.encoding: ")


def test_what_the_refused_were_made_from_is_read() -> None:
    for config in (LLAMA, scaled(**YARN), scaled(**LONG), BERT, DEBERTA, VIT, {**VIT, "image_size": [224, 32]}, MPT):
        models.encoding(config)
    assert models.encoding({**MPT, "attn_config": {"alibi": False}}).operation == "learned.ids"
    assert models.encoding({**LLAMA, "model_type": "falcon", "alibi": False}).convention == "rope/halves"


def test_layer_types_that_are_not_there() -> None:
    for config in (LLAMA, BERT):
        with pytest.raises(ValueError, match="layer_type is 'full_attention', needs none"):
            models.encoding(config, "full_attention")
    with pytest.raises(ValueError, match=r"layer_type is 'full'.*did you mean full_attention"):
        models.encoding(GEMMA, "full")
    still = {**LLAMA, "rope_parameters": {"full_attention": {}, "sliding_attention": None}}
    assert models.layer_types(still) == ("full_attention",)
    assert models.encoding(still, "full_attention").params == {"rotary_dim": 16, "base": 1e4}
    with pytest.raises(ValueError, match="sliding_attention layers have no rope settings"):
        models.encoding(still, "sliding_attention")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("\xff", "is not JSON"),
        ("[1, 2]", "holds a list, needs a JSON object"),
        ("null", "holds a NoneType, needs a JSON object"),
        ('{"model_type": "llama", "model_type": "phi"}', "'model_type' is said twice"),
        ('{"rope_scaling": {"factor": 2, "factor": 4}}', "'factor' is said twice"),
    ],
)
def test_files_that_are_no_configuration(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=f"^models.read: .*{said}"):
        models.read(path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "gemma-3-1b"], "layer_type is left open, needs one of full_attention, sliding_attention"),
        (["--model", "llama-2-7b", "--set", "layer_type=full_attention"], "needs none: all layers"),
        (["--model", "llama-3.1-8b", "--set", "length=4096"], "needs none beside it"),
        (["--model", "phi-3.5-mini", "--set", "factor=4"], "needs none beside it but length"),
        (["--model", "phi-3.5-mini", "--set", "length=long"], "length is 'long', needs one integer"),
        (["--model", "phi-3.5-mini", "--set", "length=0"], "length is 0, needs an integer of at least 1"),
        (["--model", "swin-tiny", "--positions", "0:3"], "swin.index is one table"),
        (["--model", "bert-base", "--positions", "1:3"], "needs positions of the form 0:STOP"),
        (["--model", "bert-base", "--input", "table=x.npy"], "No such file"),
        (["--model", "deberta-v3-base", "--positions", "1/2"], "needs integers"),
        (["--model", "lama-2-7b"], "did you mean llama-2-7b"),
    ],
)
def test_what_a_model_does_not_leave_open(tmp_path: Path, options: list[str], said: str) -> None:
    with pytest.raises((ValueError, OSError), match=said):
        golden(tmp_path / "a.npz", *options)
    assert list(tmp_path.iterdir()) == []


def test_the_models_are_listed() -> None:
    run = CliRunner().invoke(app, ["show", "models", "--json"])
    assert set(json.loads(run.stdout)["models"]) == set(spec.models())
    assert "gemma-3-27b" in CliRunner().invoke(app, ["show", "models"]).stdout


# --- golden vectors ------------------------------------------------------------------------------------------------


def test_every_bit_of_every_model_is_the_truth() -> None:
    assert [name for name, _ in presets.verify()] == [f"models/golden/{name}.json" for name in spec.models()]


def test_their_digests_are_those_of_the_command(tmp_path: Path) -> None:
    for name in ("gpt-j-6b", "t5-small", "swin-tiny", "llama-2-7b"):
        (table, *_) = json.loads((spec.folder("spec") / "models" / "golden" / f"{name}.json").read_text())["tables"]
        found = golden(tmp_path / "a.npz", "--model", name)
        assert found["metadata"]["digest"] == table["digest"]
        for output, rows in table["out"].items():
            assert (found[output][table["at"]] == decode(rows)).all()
        for output, exact in table["made_of"].items():
            assert (found[output] == decode(exact)).all()


def test_frequencies_of_models_against_mpmath() -> None:
    """A library that shares nothing with the making of the vectors, for a plain and a llama3 model."""
    with mpmath.workprec(120):
        for name in ("llama-3-8b", "llama-3.1-8b"):
            (table,) = json.loads((spec.folder("spec") / "models" / "golden" / f"{name}.json").read_text())["tables"]
            found = FLOAT64.decode(FLOAT64.encode(decode(table["made_of"]["inverse_frequencies"])))
            for i, value in enumerate(found):
                theta = mpmath.mpf(500_000) ** (-mpmath.mpf(2 * i) / 128)
                if name == "llama-3.1-8b":
                    turns = 8192 * theta / (2 * mpmath.pi)
                    kept = min(max((turns - 1) / 3, mpmath.mpf(0)), mpmath.mpf(1))
                    theta = (1 - kept) * theta / 8 + kept * theta
                assert float(theta) == value


TAMPERINGS: dict[str, Any] = {
    "a bit": lambda path: path.write_text(path.read_text().replace('"bits": "0', '"bits": "1', 1)),
    "reformatted": lambda path: path.write_text(json.dumps(json.loads(path.read_text()))),
    "missing": lambda path: path.unlink(),
    "one too many": lambda path: shutil.copy(path, path.with_name("more.json")),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_noticed(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spec, "models", lambda: ("bert-base",))
    (path,) = presets.write(tmp_path)
    assert list(presets.verify(tmp_path)) == [("models/golden/bert-base.json", 1)]
    TAMPERINGS[how](path)
    with pytest.raises(Tampered, match="models"):
        list(presets.verify(tmp_path))


def test_writing_models_again_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spec, "models", lambda: ("bert-base", "gpt-j-6b"))
    for path in presets.write(tmp_path):
        assert path.read_bytes() == (spec.folder("spec") / path.relative_to(tmp_path)).read_bytes()


# --- transformers --------------------------------------------------------------------------------------------------


def library(config: models.Config) -> tuple[Any, Any]:
    """The class's configuration of the text, and the module of its model."""
    import importlib

    made = pytest.importorskip("transformers").AutoConfig.for_model(**json.loads(json.dumps(config))).get_text_config()
    stem = made.model_type.removesuffix("_text")
    return made, importlib.import_module(f"transformers.models.{stem}.modeling_{stem}")


def theirs(config: models.Config, layer_type: str | None, length: int) -> tuple[Any, float]:
    """Inverse frequencies and factor of a model of transformers, for a sequence of this length."""
    made, module = library(config)
    name = next(name for name in vars(module) if name.endswith("RotaryEmbedding") and "Vision" not in name)
    rope = getattr(module, name)(made)
    prefix = f"{layer_type}_" if layer_type else ""
    kind = made.rope_parameters[layer_type]["rope_type"] if layer_type else made.rope_parameters["rope_type"]
    if kind in ("dynamic", "longrope"):
        found = module.ROPE_INIT_FUNCTIONS[kind](made, "cpu", seq_len=length, layer_type=layer_type)
        return found[0].numpy(), float(found[1])
    return getattr(rope, f"{prefix}inv_freq").numpy(), float(getattr(rope, f"{prefix}attention_scaling"))


def assert_as_transformers(config: models.Config, layer_type: str | None = None, **given: Any) -> None:
    """The certified frequencies within the bound of float32 around theirs, the factor within that of float64."""
    found = models.encoding(config, layer_type)
    asked = request(found, FLOAT64, range(1), given)
    right = {name: np.asarray(FLOAT64.decode(words)) for name, words in beside(asked).items()}
    frequencies, factor = theirs(config, layer_type, asked.params.get("length", found.context))
    stem = asked.operation.split(".")[0]
    definition = family(stem).CONVENTIONS[asked.convention]
    params = {
        name: value for name, value in asked.params.items() if name in ("rotary_dim", "base", "scaling", "length")
    }
    unit = units(f"{stem}.inverse_frequencies", Question(definition, params, {}, right, Precision.of("float32")))
    assert frequencies.shape == right["inverse_frequencies"].shape
    gap = np.abs(frequencies.astype(np.float64) - right["inverse_frequencies"])
    assert (gap <= A * unit["inverse_frequencies"]).all()
    assert factor == pytest.approx(float(right.get("attention_factor", 1.0)), rel=8 * 2.0**-53)


def assert_axes_of_transformers(name: str) -> None:
    """The table of three axes, for two tokens that have other times, heights and widths."""
    torch = pytest.importorskip("torch")
    config = models.preset(name)
    made, module = library(config)
    kind = next(name for name in vars(module) if name.endswith("RotaryEmbedding") and "Vision" not in name)
    ids = np.array([[7, 259], [70, 257], [700, 2049]])
    waves = getattr(module, kind)(made)(torch.zeros(1), torch.from_numpy(ids[:, None]))
    asked = request(models.encoding(config), FLOAT64, inputs={"positions": ids})
    right = {wave: np.asarray(FLOAT64.decode(words)) for wave, words in golden_words(asked).items()}
    definition = family("mrope").CONVENTIONS[asked.convention]
    unit = units("mrope.table", Question(definition, asked.params, asked.inputs, right, Precision.of("float32")))
    for wave, found in zip(("cos", "sin"), waves, strict=True):
        assert (np.abs(found[0, :, :64].double().numpy() - right[wave]) <= A * unit[wave]).all(), name
    assert made.max_position_embeddings == models.encoding(config).context


SETTINGS: list[dict[str, Any]] = [
    {"rope_type": "linear", "factor": 3.0},
    {"rope_type": "dynamic", "factor": 2.0},
    {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024, "beta_fast": 16, "beta_slow": 2},
    {"rope_type": "yarn", "factor": 4.0, "truncate": False},
    {"rope_type": "yarn", "factor": 8.0, "mscale": 0.5, "mscale_all_dim": 1.5},
    {"rope_type": "yarn", "factor": 8.0, "attention_factor": 1.25},
    {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
     "original_max_position_embeddings": 512},
    {"rope_type": "longrope", **LISTS, "original_max_position_embeddings": 1024},
    {"rope_type": "longrope", **LISTS, "original_max_position_embeddings": 1024, "factor": 2.0},
    {"rope_type": "longrope", **LISTS, "original_max_position_embeddings": 1024, "attention_factor": 1.5},
    {"rope_type": "proportional", "partial_rotary_factor": 0.5, "factor": 2.0},
    {"rope_type": "default"},
]  # fmt: skip


def assert_pairing_of_transformers(kind: str, pairing: str, config: models.Config) -> None:
    """Four channels turned by a quarter, by the function that the model calls."""
    torch = pytest.importorskip("torch")
    made, module = library(config)
    x, zero, one = torch.arange(1.0, 5.0).expand(1, 1, 1, 4), torch.zeros(4), torch.ones(4)
    if kind == "gpt_oss":
        turned = module._apply_rotary_emb(x, zero[:2], one[:2])
    elif kind == "deepseek_v2":
        turned = module.apply_rotary_emb(x, x, 1j * torch.ones(1, 1, 2))[0]
    elif kind == "deepseek_v3" and made.rope_interleave:
        apart = module.apply_rotary_pos_emb_interleave(x, x, zero[None, None], one[None, None])[0]
        turned = apart.unflatten(-1, (2, 2)).transpose(-1, -2)  # neighbours stand half a head apart afterwards
    else:
        turned = module.rotate_half(x)
    assert turned.flatten().tolist() == {"halves": [-3, -4, 1, 2], "interleaved": [-2, 1, -4, 3]}[pairing]


@pytest.mark.peers
def test_transformers_reads_the_same() -> None:
    """The models; every kind by its sizes alone, so that the class's base, share and scaling show; every type of scaling.

    One test, since the library takes seconds to import in every process that has a part of it.
    """
    for name in sorted({*PLAIN, *SCALED, *LAYERED} - {"gpt-j-6b"}):
        config = models.preset(name)
        for layer_type in models.layer_types(config) or (None,):
            assert_as_transformers(config, layer_type)
    for name in AXES:
        assert_axes_of_transformers(name)
    for kind in KINDS:
        config = {**LLAMA, "model_type": kind, "hidden_size": 256, "max_position_embeddings": 131072}
        for layer_type in models.layer_types(config) or (None,):
            assert_as_transformers(config, layer_type)
            assert_pairing_of_transformers(kind, models.encoding(config, layer_type).notes["pairing"], config)
    for settings in SETTINGS:
        lengths = (1000, 4096, 4097, 9000) if settings["rope_type"] in ("dynamic", "longrope") else ()
        old = {**LLAMA, "rope_theta": 5e5, "rope_scaling": settings}
        for config in (old, {**LLAMA, "rope_parameters": {**settings, "rope_theta": 5e5}}):
            assert_as_transformers(config)
            for length in lengths:
                assert_as_transformers(config, length=length)
