"""Reading the vector files, and verifying them against their manifest and against the definitions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.definitions import family as definitions
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64
from posenc.vectors.build import digest, semantic_digest
from posenc.vectors.case import Case, Session
from posenc.vectors.tensor import decode, unplain

Document = dict[str, Any]


class Tampered(ValueError):
    """A vector file is missing, unreadable, truncated, or not what the manifest and the definitions say."""


@dataclass(frozen=True)
class Vector:
    """A case with its certified outputs, as read from a file.

    case           id without the family, parameters, inputs, flags
    family         its family
    outputs        convention → output → float64 array; empty for a case that must be refused
    discriminates  what the case tells apart
    """

    family: str
    case: Case
    outputs: dict[str, dict[str, NDArray[Any]]]
    discriminates: tuple[str, ...]

    @property
    def id(self) -> str:
        """family.operation/name."""
        return f"{self.family}.{self.case.id}"


def paths(folder: Path | None = None) -> dict[str, Path]:
    """Every vector file that the manifest promises, by its name there; raises Tampered when one or a case is lost."""
    root = folder or spec.folder("spec")
    found, promised = {}, _manifest(root)
    held = sum(file["cases"] for file in promised["files"].values())
    if held < promised["minCases"]:
        raise Tampered(f"vectors: {held} cases, needs the {promised['minCases']} that manifest.json promises")
    for name in promised["files"]:
        if not (root / name).is_file():
            raise Tampered(f"vectors: {name} is missing, needs the file that manifest.json promises")
        found[name] = root / name
    return found


def load(operation: str | None = None, folder: Path | None = None) -> list[Vector]:
    """All vectors, or those of a family or a family.operation; every file read is checked against hash and count."""
    root = folder or spec.folder("spec")
    promised = _manifest(root)["files"]
    out = []
    for name, path in chosen(operation, root).items():
        out += list(_vectors(_document(name, path, promised[name])))
    return out


def load_sessions(operation: str, folder: Path | None = None) -> list[Session]:
    """The ordered calls of a family.operation; every step is the id of one of its cases, without the family."""
    root = folder or spec.folder("spec")
    promised = _manifest(root)["files"]
    found = []
    for name, path in chosen(operation, root).items():
        for said in _document(name, path, promised[name]).get("sessions", []):
            own = [one.partition(".")[2] for one in (said["id"], *said["order"])]
            found.append(Session(own[0], said["comment"], tuple(said["flags"]), tuple(own[1:])))
    return found


def chosen(operation: str | None, folder: Path | None = None) -> dict[str, Path]:
    """The files of everything, of a family, or of a family.operation."""
    found = {}
    for name, path in paths(folder).items():
        stem, _, file = name.split("/")
        if operation in (None, stem, f"{stem}.{file.removesuffix('.json')}"):
            found[name] = path
    return found


def verify(folder: Path | None = None, operation: str | None = None) -> Iterator[tuple[str, int]]:
    """Re-derive every expected output from the definitions and compare bits; yields each file with its case count.

    operation   a family or a family.operation; everything unless said
    Raises Tampered at the first difference: hash, count, floor, repeated or changed id, or a single bit of a tensor.
    """
    root = folder or spec.folder("spec")
    manifest, ids = _manifest(root), set[str]()
    for name, path in chosen(operation, root).items():
        document = _document(name, path, manifest["files"][name])
        tests = list(_tests(document))
        for one in (*tests, *document.get("sessions", [])):
            if one["id"] in ids:
                raise Tampered(f"vectors: {name} repeats the id {one['id']}, needs ids that are unique for ever")
            ids.add(one["id"])
        for vector in _vectors(document):
            _verify(name, vector)
        yield name, document["count"]


def _manifest(root: Path) -> Document:
    path = root / "manifest.json"
    try:
        loaded: Document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Tampered(f"vectors: {path} cannot be read ({error}), needs the manifest of all vector files") from error
    return loaded


def _document(name: str, path: Path, promised: Document) -> Document:
    raw = path.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != promised["sha256"]:
        raise Tampered(f"vectors: {name} has sha256 {found}, needs {promised['sha256']} as in manifest.json")
    document: Document = json.loads(raw)
    tests = list(_tests(document))
    if not document["count"] == len(tests) == promised["cases"]:
        raise Tampered(f"vectors: {name} holds {len(tests)} cases, says {document['count']}, needs {promised['cases']}")
    ordered, ids = document.get("sessions", []), {test["id"] for test in tests}
    if len(ordered) != promised.get("sessions", 0):
        raise Tampered(f"vectors: {name} holds {len(ordered)} sessions, needs {promised.get('sessions', 0)}")
    for session in ordered:
        if unknown := set(session["order"]) - ids:
            raise Tampered(f"vectors: {session['id']} asks for {min(unknown)}, needs ids of cases in {name}")
    if semantic_digest(tests, ordered) != promised["semanticDigest"]:
        raise Tampered(f"vectors: {name} has another semantic digest, needs {promised['semanticDigest']}")
    return document


def _tests(document: Document) -> Iterator[Document]:
    for group in document["groups"]:
        for test in group["tests"]:
            if digest(document["op"], group["params"], test["in"]) != test["digest"]:
                raise Tampered(f"vectors: {test['id']} has another digest, needs the content {test['digest']} for ever")
            yield test | {"params": {name: unplain(value) for name, value in group["params"].items()}}


def _vectors(document: Document) -> Iterator[Vector]:
    for test in _tests(document):
        outputs = {
            convention: {name: decode(tensor).astype(np.float64) for name, tensor in tensors.items()}
            for convention, tensors in test.get("out", {}).items()
        }
        case = Case(
            test["id"].removeprefix(f"{document['family']}."),
            test["comment"],
            tuple(test["flags"]),
            test["params"],
            {name: decode(tensor) for name, tensor in test["in"].items()},
            tuple(outputs),
            test.get("kind"),
        )
        yield Vector(document["family"], case, outputs, tuple(test.get("discriminates", ())))


def _verify(name: str, vector: Vector) -> None:
    module = definitions(vector.family)
    for convention, outputs in vector.outputs.items():
        case = vector.case
        words = evaluate(module.OPERATIONS[case.operation], module.CONVENTIONS[convention], case.params, case.inputs)
        for output, array in outputs.items():
            if not np.array_equal(words[output], FLOAT64.encode(array).reshape(array.shape)):
                raise Tampered(f"vectors: {name}: {vector.id} under {convention}: {output} is not the truth")
