"""Writes the vector files from the definitions: the same bytes on every run and every machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from posenc import spec
from posenc._files import whole
from posenc.vectors.answers import Answers
from posenc.vectors.case import Case, Session, cases, sessions
from posenc.vectors.tensor import encode, plain

FORMAT = "posenc-vectors/1"
SUITE = "0.1.0"
Document = dict[str, Any]


def write(folder: Path, families: Iterable[str], progress: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write every vector file of the families below spec folder, then the manifest of all; returns the paths."""
    paths = []
    for family in families:
        by_operation: dict[str, list[Case]] = {}
        for case in cases(family):
            by_operation.setdefault(case.operation, []).append(case)
        for operation, members in by_operation.items():
            progress(f"{family}.{operation}")
            path = folder / family / "vectors" / f"{operation}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            ordered = [session for session in sessions(family) if session.operation == operation]
            _replace(path, layout(document(family, operation, members, ordered)))
            paths.append(path)
    _replace(folder / "manifest.json", json.dumps(manifest(folder), indent=1, ensure_ascii=False) + "\n")
    return [*paths, folder / "manifest.json"]


def document(family: str, operation: str, members: list[Case], ordered: Iterable[Session] = ()) -> Document:
    """A vector file as an object."""
    flags = spec.flags()
    used = sorted({flag for said in (members, ordered) for one in said for flag in one.flags})
    groups: dict[str, Document] = {}
    for case in members:
        params = {name: plain(value) for name, value in case.params.items()}
        group = groups.setdefault(json.dumps(params), {"params": params, "tests": []})
        group["tests"].append(_test(family, case))
    head = {
        "format": FORMAT,
        "suite": SUITE,
        "family": family,
        "op": f"{family}.{operation}",
        "schema": "../../schema/vectors.schema.json",
        "count": len(members),
        "header": [spec.operations(family)[operation]["says"], "bits is authoritative; see spec/README.md, Vectors."],
        "generator": {
            "oracle": "SymPy definition, enclosed and rounded once (Ziv)",
            "rounding": "binary64, ties to even",
        },
        "flags": {name: flags[name] for name in used},
    }
    told = {"sessions": [_session(family, session) for session in ordered]} if ordered else {}
    return {**head, "groups": list(groups.values()), **told}


def _session(family: str, session: Session) -> Document:
    return {
        "id": f"{family}.{session.id}",
        "flags": list(session.flags),
        "comment": session.comment,
        "order": [f"{family}.{step}" for step in session.order],
    }


def _test(family: str, case: Case) -> Document:
    test: Document = {
        "id": f"{family}.{case.id}",
        "flags": list(case.flags),
        "comment": case.comment,
        "result": "rejected" if case.refused else "required" if len(case.conventions) == 1 else "choice",
        "in": {name: encode(array) for name, array in case.inputs.items()},
    }
    test["digest"] = digest(f"{family}.{case.operation}", {n: plain(v) for n, v in case.params.items()}, test["in"])
    if case.refused:
        return test | {"kind": case.refused}
    answers = Answers(family, case)
    kind = np.int64 if spec.integral(family, case.operation) else np.float64
    return test | {
        "out": {
            convention: {name: encode(array.astype(kind)) for name, array in outputs.items()}
            for convention, outputs in answers.outputs.items()
        },
        "bound": {"model": spec.operations(family)[case.operation]["bound"], "grade": [2, 8]},
        "discriminates": answers.discriminates(),
    }


def digest(operation: str, params: Document, tensors: Document) -> str:
    """What a test id stands for: operation, parameters and input bits, so the content cannot change under the id."""
    said = [operation, params, {name: [t["dtype"], t["shape"], t["bits"]] for name, t in tensors.items()}]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def layout(document: Document) -> str:
    """JSON with one line a test, so that a change shows as a line."""
    head = {name: value for name, value in document.items() if name not in ("groups", "sessions")}
    lines = [json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "groups": [']
    for at, group in enumerate(document["groups"]):
        tests = ",\n   ".join(json.dumps(test, ensure_ascii=False, allow_nan=False) for test in group["tests"])
        comma = "," if at + 1 < len(document["groups"]) else ""
        lines.append(f'  {{"params": {json.dumps(group["params"])}, "tests": [\n   {tests}\n  ]}}{comma}')
    if "sessions" in document:
        ordered = ",\n  ".join(json.dumps(session, ensure_ascii=False) for session in document["sessions"])
        lines += [f' ],\n "sessions": [\n  {ordered}']
    return "\n".join([*lines, " ]", "}"]) + "\n"


def manifest(folder: Path) -> Document:
    """Hash, count and flags of every vector file, and the least number of cases that a runner must have loaded."""
    files = {}
    for path in sorted(folder.glob("*/vectors/*.json")):
        raw = path.read_bytes()
        document = json.loads(raw)
        tests, ordered = [t for group in document["groups"] for t in group["tests"]], document.get("sessions", [])
        files[path.relative_to(folder).as_posix()] = {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "cases": len(tests),
            **({"sessions": len(ordered)} if ordered else {}),
            "flags": dict(sorted(Counter(flag for one in (*tests, *ordered) for flag in one["flags"]).items())),
            "semanticDigest": semantic_digest(tests, ordered),
        }
    return {"format": FORMAT, "suite": SUITE, "minCases": sum(f["cases"] for f in files.values()), "files": files}


def semantic_digest(tests: list[Document], ordered: Iterable[Document] = ()) -> str:
    """A digest over ids, output bits and the order of sessions alone, which survives reformatting."""
    said: list[Any] = [
        [t["id"], {c: {n: o["bits"] for n, o in out.items()} for c, out in t.get("out", {}).items()}] for t in tests
    ]
    said += [[session["id"], session["order"]] for session in ordered]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _replace(path: Path, text: str) -> None:
    with whole(path, force=True) as file:
        file.write(text.encode())
