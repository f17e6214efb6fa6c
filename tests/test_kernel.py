"""The proofs for Coq: they match the ledger, take nothing for granted, and false variants of them are refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from posenc import spec
from posenc.cli import app
from posenc.proving import kernel

SOURCES = spec.folder("proofs") / "kernel"
coq = pytest.mark.skipif(shutil.which("coqc") is None, reason=f"coqc is not there: {kernel.NEEDS}")

# A false variant of every theorem: in its statement the first text becomes the second.
FALSE = {
    "rope_sense": ("1%nat = sin 1", "1%nat = - sin 1"),
    "rope_relative": ("rotation o h b (p - m)", "rotation o h b (m - p)"),
    "rope_relative_changes": ("y <> z ->", ""),
    "rope_norm": ("= dot n x y", "= - dot n x y"),
    "rope_group": ("(m + p)", "(m - p)"),
    "rope_identity": ("rotation o h b 0", "rotation o h b 1"),
    "rope_inverse": ("rotation o h b (- m) row col = transpose", "rotation o h b m row col = transpose"),
    "rope_orthogonal": ("b m) = 1.", "b m) = -1."),
    "rope_frequencies": ("(2 / INR r - 1)", "(2 / INR r + 1)"),
    "rope_injective": ("-> y <> z ->", "->"),
    "rope_pairing": ("(c < 2 * h)%nat", "(c < 2 * h + 1)%nat"),
    "rope_blocks": ("turn (m * theta", "turn (- m * theta"),
    "rope_layouts": ("rotation interleaved h b m", "rotation interleaved h b (- m)"),
    "rope_weights": ("score interleaved h n b m p (apply", "score interleaved h n b p m (apply"),
    "rope_forms": ("y true = v * cos a + u * sin a", "y true = v * cos a - u * sin a"),
    "rope_partial": ("= x c)", "= - x c)"),
    "rope_symmetric": ("score o h n b p m q k)", "score o h n b m p q k)"),
    "rope_decreasing": ("32) 5", "32) 6"),
    "sinusoidal_anchor": ("0%nat = sin 1", "0%nat = cos 1"),
    "sinusoidal_shift_linear": ("(p + k)", "(p * k)"),
    "sinusoidal_shift_group": ("(k + s)", "(k - s)"),
    "sinusoidal_shift_odd": ("(c < 2 * h + 1)%nat", "(c < 2 * h)%nat"),
    "sinusoidal_dot_relative": ("cos ((m - n) * w i)", "cos ((m + n) * w i)"),
    "sinusoidal_dot_decreasing": ("32) 5", "32) 4"),
    "sinusoidal_norm": ("/ 2", "/ 3"),
    "sinusoidal_injective": ("-> y <> z ->", "->"),
    "sinusoidal_frequencies": ("(2 / INR d - 1)", "(2 / INR d + 1)"),
    "sinusoidal_wavelengths": ("(1 - 2 / INR d)", "(1 + 2 / INR d)"),
    "sinusoidal_last_wavelength": ("< 10000 * (2 * PI)", "= 10000 * (2 * PI)"),
    "sinusoidal_orders": ("(permutation o o' h)", "(permutation o' o h)"),
    "sinusoidal_power_form": ("(INR j - 1) / d", "INR j / d"),
    "sinusoidal_start": ("(row o h w (n + s)) =", "(row o h w (n - s)) ="),
    "sinusoidal_counting": ("~ (exists c", "(exists c"),
    "sinusoidal_step": ("2 * sin (w i / 2)", "2 * sin (w i)"),
    "sinusoidal_undirected": ("between (2 * h) (y n) A (y m)", "between (2 * h) (y m) A (y n)"),
    "sinusoidal_typed_base": ("-> omega 100000", "-> omega 1000"),
    "attention_rows": ("sum n w = 1", "sum n w = 2"),
    "attention_row_shift": ("s l + c", "s l * c"),
    "attention_mask": ("allowed t = false", "allowed t = true"),
    "attention_permutation": ("everything (f i) e", "everything i e"),
    "attention_invariance": ("x x x none everything i e", "x x x none everything (f i) e"),
    "attention_causal_permutation": ("permutes n f ->", "permutes n f -> (forall a, f a = a) ->"),
    "attention_prefix": ("(i <= j)%nat", "(i < j)%nat"),
    "attention_constant_bias": ("bias a j + c a", "bias a j + c j"),
    "shaw_relative": ("(j - i)%Z", "(i - j)%Z"),
    "shaw_cache": ("(n_k - n_q + a)", "(n_k + n_q + a)"),
    "shaw_clips": ("(left + right)%Z", "(left - right)%Z"),
    "shaw_rows": ("(r + left)%Z", "(r - left)%Z"),
    "shaw_max_len": (
        "r (max_len - 1) (max_len - 1) = table_row s (max_len - 1) (max_len - 1)",
        "r max_len max_len = table_row s max_len max_len",
    ),
    "shaw_additive": ("+ dot d q a", "+ dot d k a"),
    "shaw_constant_keys": ("left = 0%Z /\\ right = 0%Z)", "left = 0%Z)"),
    "shaw_constant_values": ("+ b e.", "- b e."),
    "shaw_listing_scores": ("= sqrt (INR d) *", "= - sqrt (INR d) *"),
    "shaw_listing_sum": ("= sum n (fun v", "= - sum n (fun v"),
    "shaw_multiplied_with_values": ("(2 <= n)%nat", "(1 <= n)%nat"),
    "shaw_relative_self_attention": ("(2 <= n)%nat", "(1 <= n)%nat"),
}


def stated() -> dict[str, str]:
    """theorem → its file, of all files."""
    return {theorem: name for name, text in kernel.files().items() for theorem in kernel.theorems(text)}


# --- without Coq ---------------------------------------------------------------------------------------------------


def test_every_theorem_is_a_claim_and_every_field_a_theorem() -> None:
    fields = kernel.ledger()
    assert {field["theorem"]: field["file"] for field in fields.values()} == stated()
    assert [claim for claim, field in fields.items() if field["theorem"] != claim.replace(".", "_")] == []
    assert [claim for claim, field in fields.items() if field["assumptions"] != sorted(field["assumptions"])] == []
    assert sum(len(kernel.theorems(text)) for text in kernel.files().values()) == len(fields)


def test_every_theorem_has_a_false_variant() -> None:
    assert set(FALSE) == set(stated())


def test_nothing_is_taken_for_granted() -> None:
    assert {name: kernel.unproved(text) for name, text in kernel.files().items() if kernel.unproved(text)} == {}
    real = {"ClassicalDedekindReals", "Classical_Prop", "FunctionalExtensionality"}  # the standard reals rest on these
    assert {axiom.partition(".")[0] for field in kernel.ledger().values() for axiom in field["assumptions"]} == real


@pytest.mark.parametrize(
    "sentence",
    [
        "Axiom a : 0 = 1.",
        "Lemma a : 0 = 1. Proof. Admitted.",
        "Lemma a : 0 = 1. Proof. admit. Qed.",
        "Parameter a : R.",
    ],
)
def test_what_is_taken_for_granted_is_found_and_refused(sentence: str, tmp_path: Path) -> None:
    assert kernel.unproved(f"(* fine (* really *) *)\n{sentence}")
    assert kernel.unproved(f"(* (* {sentence} *) {sentence} *)") == []
    with pytest.raises(kernel.Refused, match=r"A\.v has \w+, needs a proof"):
        list(kernel.compile_files(tmp_path, {"A.v": sentence}))
    assert list(tmp_path.iterdir()) == []


def test_files_come_after_those_that_they_require() -> None:
    seen: list[str] = []
    for name, text in kernel.files().items():
        assert set(kernel.requires(text)) <= set(seen)
        seen.append(name)
    assert kernel.closure({"ShawKernel.v"}, kernel.files()) == {"ShawKernel.v", "AttentionKernel.v", "Pairs.v"}
    with pytest.raises(kernel.Refused, match=r"the ledger names No\.v, needs one of Pairs\.v"):
        kernel.closure({"No.v"}, kernel.files())


def test_assumptions_are_read_one_block_for_each_question() -> None:
    printed = "Axioms:\nB.b : forall P : nat -> Prop,\n  P 0\nA.a\n  : Prop\nClosed under the global context\nAxioms:\nf is assumed to be guarded.\n"
    assert kernel.read_assumptions(printed) == [("A.a", "B.b"), (), ("f",)]
    assert kernel.read_assumptions("") == []


def audit(*arguments: str) -> Any:
    """`posenc audit` in this process."""
    return CliRunner().invoke(app, ["audit", *arguments])


def test_without_coq_only_the_kernel_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    run = audit("rope.norm", "--kernel")
    assert (run.exit_code, run.stderr) == (5, f"posenc: kernel: coqc is not there, {kernel.NEEDS}\n")
    assert audit("rope.norm").exit_code == 0


def test_claims_without_a_theorem_are_named() -> None:
    run = audit("alibi", "truth", "--kernel")
    said = "kernel: no theorem for alibi, truth, needs claims of attention, rope, shaw, sinusoidal"
    assert (type(run.exception), str(run.exception)) == (ValueError, said)


@pytest.mark.parametrize(
    ("said", "code"), [("Cannot find a physical path bound to Interval", 5), ("Unable to unify", 1)]
)
def test_a_library_that_is_missing_is_told_from_a_proof_that_fails(
    said: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coqc").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    (tmp_path / "coqc").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    run = audit("shaw.clips", "--kernel")
    assert (run.exit_code, said in run.stderr, kernel.NEEDS in run.stderr) == (code, True, code == 5)


def test_the_audit_prints_what_a_claim_rests_on_and_fails_when_the_ledger_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = kernel.Checked("shaw.clips", "shaw_clips", "ShawKernel.v", (), ())
    real = kernel.Checked("rope.norm", "rope_norm", "RopeKernel.v", ("A.a", "B.C.b"), ("A.a", "B.C.b"))
    wrong = kernel.Checked("shaw.rows", "shaw_rows", "ShawKernel.v", (), ("Nobody.knows",))
    for found, code in (([right, real], 0), ([right, wrong, real], 1)):
        monkeypatch.setattr(kernel, "check", lambda _, found=found: found)
        run = audit("shaw", "--kernel")
        assert run.exit_code == code
        assert [line.split() for line in run.stdout.splitlines()[1:2]] == [
            ["shaw.clips", "ShawKernel.v", "shaw_clips", "nothing"]
        ]
        assert re.search(r"rope\.norm +RopeKernel\.v rope_norm +a, b", run.stdout)
        assert run.stderr == "shaw.rows: it rests on nothing, the ledger says Nobody.knows\n" * code
        said = json.loads(audit("shaw", "--kernel", "--json").stdout)["claims"]
        assert [one["holds"] for one in said] == [one.holds for one in found]


# --- with Coq ------------------------------------------------------------------------------------------------------


def proof_of(theorem: str, text: str) -> tuple[str, str]:
    """The statement, with the name left out, and the proof script."""
    found = re.search(rf"^Theorem {theorem}\b(.*?)\nProof\.(.*?)\bQed\.", text, re.M | re.S)
    assert found, theorem
    return found[1], found[2]


def session(name: str, text: str, folder: Path) -> tuple[set[str], set[str]]:
    """Every theorem of a file stated twice, as it is and as its false variant, and proved by its own script.

    Which of these true_NAME and false_NAME were well-formed statements, and which were accepted.
    """
    lines = [line for line in text.splitlines() if re.match(r"(From|Require|Import|Open)\b", line)]
    lines += [f"From Posenc Require Import {Path(name).stem}.", "Set Default Timeout 20."]
    for theorem in kernel.theorems(text):
        statement, script = proof_of(theorem, text)
        old, new = FALSE[theorem]
        assert old in statement, theorem
        for word, variant in ((f"true_{theorem}", statement), (f"false_{theorem}", statement.replace(old, new))):
            lines += [f"Theorem {word}{variant}", f'idtac "stated {word}".', script, "Qed.", "Abort All."]
            lines += [f"Check {word}."]
    command = ["coqtop", "-q", "-quiet", "-color", "no", "-Q", ".", kernel.LIBRARY]
    done = subprocess.run(command, input="\n".join(lines) + "\n", cwd=folder, capture_output=True, text=True)
    words = [line.split() for line in done.stdout.splitlines() if line]
    stated = {line[-1] for line in words if line[-2:-1] == ["stated"]}
    return stated, {word for word in stated if [word] in words}


@coq
def test_coq_accepts_every_theorem_and_refuses_its_false_variant(tmp_path: Path) -> None:
    """One test, so that one worker compiles once. `posenc audit --kernel` asks for assumptions one by one; here
    theorems with equal lists are asked about at once."""
    before, texts, folder = sorted(path.name for path in SOURCES.iterdir()), kernel.files(), tmp_path / "all"
    folder.mkdir()
    assert list(kernel.compile_files(folder, texts)) == list(texts)
    groups: dict[tuple[str, ...], list[str]] = {}
    for field in kernel.ledger().values():
        groups.setdefault(tuple(field["assumptions"]), []).append(f"{Path(field['file']).stem}.{field['theorem']}")
    assert kernel.assumptions(folder, list(groups.values())) == list(groups)
    for name, text in texts.items():
        if theorems := kernel.theorems(text):
            true, false = ({f"{kind}_{theorem}" for theorem in theorems} for kind in ("true", "false"))
            assert session(name, text, folder) == (true | false, true)
    _refuses_a_changed_sign(folder, tmp_path, texts["RopeKernel.v"])
    assert sorted(path.name for path in SOURCES.iterdir()) == before, "written beside the sources"


def _refuses_a_changed_sign(folder: Path, place: Path, text: str) -> None:
    old, new = "| false, true => - sin a", "| false, true => sin a"
    assert old in text
    shutil.copy(folder / "Pairs.vo", place)
    with pytest.raises(kernel.Refused, match=r"kernel: RopeKernel\.v is refused: File .* Error:"):
        list(kernel.compile_files(place, {"RopeKernel.v": text.replace(old, new)}))
