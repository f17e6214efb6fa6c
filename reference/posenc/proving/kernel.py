"""The core theorems once more, proved for Rocq (Coq) and checked by its kernel: proofs/kernel/*.v.

A theorem `rope_norm` in a file there is the claim rope.norm. Nothing here is needed for anything else.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory

from posenc import spec

NEEDS = "needs Coq 8.16 or newer with the interval library (Debian: coq and libcoq-interval)"
LIBRARY = "Posenc"  # the logical name of the folder that is compiled
UNPROVED = {
    *(
        "Admitted",
        "admit",
        "give_up",
        "Axiom",
        "Axioms",
        "Conjecture",
        "Parameter",
        "Parameters",
        "Variable",
        "Variables",
    ),
    *("Hypothesis", "Hypotheses", "Context", "bypass_check", "Guard", "Positivity", "Universe"),
}


class NoKernel(Exception):
    """There is no coqc, or not the libraries; the message says what is needed."""


class Refused(Exception):
    """The kernel did not accept a file; the message is what coqc says."""


@dataclass(frozen=True)
class Checked:
    """What the kernel says of one claim.

    claim        family.name
    theorem      its name in the file
    file         in proofs/kernel
    assumptions  the axioms that the proof rests on, by name
    listed       those that the ledger lists
    """

    claim: str
    theorem: str
    file: str
    assumptions: tuple[str, ...]
    listed: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the proof rests on exactly what the ledger says."""
        return self.assumptions == self.listed


def coqc() -> str:
    """The compiler; raises NoKernel when it is not on the path."""
    found = shutil.which("coqc")
    if found is None:
        raise NoKernel(f"kernel: coqc is not there, {NEEDS}")
    return found


def files() -> dict[str, str]:
    """The text of every file of proofs/kernel, by name, each after those that it requires."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (spec.folder("proofs") / "kernel").glob("*.v")}
    required = {name: requires(text) for name, text in sorted(texts.items())}
    return {name: texts[name] for name in TopologicalSorter(required).static_order()}


def requires(text: str) -> list[str]:
    """The files of this folder that a file says it requires."""
    found = re.findall(rf"^From {LIBRARY} Require (?:Import )?([\w ]+)\.", text, re.M)
    return [f"{name}.v" for names in found for name in names.split()]


def theorems(text: str) -> list[str]:
    """What a file states as Theorem: its claims. What it states as Lemma is a step on the way to them."""
    return re.findall(r"^Theorem (\w+)", text, re.M)


def unproved(text: str) -> list[str]:
    """The words of a file, outside its comments, that would have something taken for granted."""
    while (bare := re.sub(r"\(\*(?:(?!\(\*|\*\)).)*\*\)", " ", text, flags=re.S)) != text:  # comments may nest
        text = bare
    return [word for word in re.findall(r"\w+", text) if word in UNPROVED]


def ledger(names: Collection[str] | None = None) -> dict[str, spec.Table]:
    """claim → its field `kernel`, of all claims that have one, or of the families and claims that are named.

    Raises ValueError when none of these has one.
    """
    every = {
        f"{family}.{claim}": entry["kernel"]
        for family in spec.ledgers()
        for claim, entry in spec.claims(family).items()
        if "kernel" in entry
    }
    found = {claim: field for claim, field in every.items() if not names or {claim, claim.partition(".")[0]} & {*names}}
    if not found:
        there = ", ".join(sorted({claim.partition(".")[0] for claim in every}))
        raise ValueError(f"kernel: no theorem for {', '.join(names or ())}, needs claims of {there}")
    return found


def compile_files(folder: Path, texts: Mapping[str, str]) -> Iterator[str]:
    """Write the files into a folder and compile one after the other; gives the name of each once it is accepted.

    Raises NoKernel without coqc or a library, and Refused with the words of coqc when it does not accept a file.
    """
    for name, text in texts.items():
        if words := unproved(text):
            raise Refused(f"kernel: {name} has {words[0]}, needs a proof")
        (folder / name).write_text(text, encoding="utf-8")
        _run(folder, name)
        yield name


def assumptions(folder: Path, groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """What Print Assumptions prints for each group of compiled theorems, written File.theorem; sorted names.

    A group is asked about at once, which is quicker: the answer holds what any of its theorems rests on.
    """
    modules = sorted({theorem.partition(".")[0] for group in groups for theorem in group})
    lines = [f"From {LIBRARY} Require {module}." for module in modules]
    for number, group in enumerate(groups):
        together = ", ".join(f"@{theorem}" for theorem in group)
        lines += [f"Definition group{number} := ({together}).", f"Print Assumptions group{number}."]
    (folder / "Asked.v").write_text("\n".join(lines) + "\n", encoding="utf-8")
    answers = read_assumptions(_run(folder, "Asked.v"))
    if len(answers) != len(groups):
        raise Refused(f"kernel: Print Assumptions gave {len(answers)} answers, needs {len(groups)}")
    return answers


def read_assumptions(printed: str) -> list[tuple[str, ...]]:
    """The names in the output of Print Assumptions, one tuple for each time that it was asked."""
    answers: list[set[str]] = []
    for line in printed.splitlines():
        if line in ("Axioms:", "Closed under the global context"):
            answers.append(set())
        elif line and not line[0].isspace() and answers:
            answers[-1].add(line.split()[0])
    return [tuple(sorted(answer)) for answer in answers]


def check(names: Collection[str] | None = None) -> Iterator[Checked]:
    """Compile what the named claims need, in a temporary folder, and ask for the assumptions of each.

    Raises ValueError as ledger does, NoKernel and Refused as compile_files does.
    """
    asked, texts = ledger(names), files()
    coqc()
    needed = closure({field["file"] for field in asked.values()}, texts)
    with TemporaryDirectory(prefix="posenc-kernel-") as place:
        folder = Path(place)
        for _ in compile_files(folder, {name: text for name, text in texts.items() if name in needed}):
            pass
        for claim, field in asked.items():
            (found,) = assumptions(folder, [[f"{Path(field['file']).stem}.{field['theorem']}"]])
            yield Checked(claim, field["theorem"], field["file"], found, tuple(field["assumptions"]))


def closure(names: set[str], texts: Mapping[str, str]) -> set[str]:
    """The files with all that they require; raises Refused for a name that no file has."""
    for name in names:
        if name not in texts:
            raise Refused(f"kernel: the ledger names {name}, needs one of {', '.join(texts)}")
    more = names | {other for name in names for other in requires(texts[name])}
    return names if more == names else closure(more, texts)


def _run(folder: Path, name: str) -> str:
    """Compile one file of a folder; the words that coqc prints."""
    command = [coqc(), "-q", "-Q", ".", LIBRARY, name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode == 0:
        return done.stdout
    said = " ".join(done.stderr.split())
    if "Cannot find a physical path" in said or "Unable to locate library" in said:
        raise NoKernel(f"kernel: {said}, {NEEDS}")
    raise Refused(f"kernel: {name} is refused: {said}")
