"""What a target is called, and what of it is judged.

py:module:name, py:path/file.py:name (`py:` may be left away)   a callable, or an adapter with a profile
cmd:PROGRAM ARGS                                               any program that speaks the protocol
transformers, ...                                              a supported library, see conformance.libraries
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from posenc import spec
from posenc.conformance import libraries
from posenc.conformance.exchange import KINDS
from posenc.conformance.judge import Subject
from posenc.conformance.process import ANSWER, NotLoaded, Process
from posenc.conformance.protocol import ENCODINGS, Message
from posenc.truth.bounds import Precision
from posenc.truth.formats import FORMATS
from posenc.vectors.files import load


@dataclass(frozen=True)
class Options:
    """Of a callable, which cannot say them itself.

    operation, convention   family.operation; the convention is found out when it is None
    dtype, angle, table     the formats in which it is asked, forms angles and keeps tables
    """

    operation: str | None = None
    convention: str | None = None
    dtype: str = "float32"
    angle: str | None = None
    table: str | None = None


@dataclass(frozen=True)
class Judged:
    """What is judged of a target.

    rivals    lists of subjects: of each list the one whose vectors are answered best
    declined  cases of the declared families that the profile leaves out: operation → how many, and why
    """

    rivals: list[list[Subject]]
    declined: dict[str, tuple[int, str]] = field(default_factory=dict)


def is_library(target: str) -> bool:
    """Whether the name is that of a supported library, or should be."""
    return ":" not in target


def process(target: str, *, timeout: float = ANSWER, arrays: str = "numpy", names: Sequence[str] = ()) -> Process:
    """The target's process, not started yet; raises ValueError for a name that is none.

    arrays   what a Python target is given: numpy, torch or jax
    names    contract=theirs for every argument that a callable calls otherwise
    """
    kind, _, rest = target.partition(":")
    if kind == "cmd":
        try:
            words = shlex.split(rest)
        except ValueError as error:
            raise ValueError(f"check: target is {target!r}, needs words quoted as in a shell: {error}") from error
        if not words:
            raise ValueError(f"check: target is {target!r}, needs a program after cmd:")
        return Process(words, timeout=timeout)
    if is_library(target):
        if target not in libraries.names():
            raise ValueError(f"check: library is {target!r}, needs one of {', '.join(libraries.names())}")
        return Process.python(f"library:{target}", timeout=timeout)
    if arrays not in KINDS:
        raise ValueError(f"check: arrays is {arrays!r}, needs one of {', '.join(KINDS)}")
    wrong = [pair for pair in names if not all(pair.partition("="))]
    if wrong:
        raise ValueError(f"check: name is {wrong[0]!r}, needs CONTRACT=THEIRS, such as x=query")
    return Process.python(f"py:{rest if kind == 'py' else target}", arrays, *names, timeout=timeout)


def judged(target: str, hello: Message, options: Options, only: str | None = None) -> Judged:
    """What of a target that has said hello is judged; raises ValueError when that is nothing or is not said."""
    profile = hello["profile"]
    if profile.get("callable"):
        if options.operation is None:
            raise ValueError("check: a callable needs --op, such as --op rope.rotate: which operation is it?")
        return Judged([rivals(target, options, options.operation)])
    if "targets" in profile:
        return Judged([[subject] for subject in _listed(profile["targets"], only)])
    return _declared(profile, options, only)


def rivals(target: str, options: Options, operation: str) -> list[Subject]:
    """What a callable may be: one subject under the convention that it declares, else one for each there is."""
    stem, name = operation.split(".")
    ways = [options.convention] if options.convention else spec.ways(stem, name)
    precision = Precision.of(options.angle or options.dtype, options.table or options.dtype, options.dtype)
    return [
        Subject(target, operation, rival, precision, options.dtype, _arguments(rival) if rival else {})
        for rival in ways
    ]


def _arguments(convention: str) -> Mapping[str, Any]:
    stem, name = convention.split("/")
    found: Mapping[str, Any] = spec.conventions(stem)[name]["arguments"]
    return found


def _listed(targets: list[Mapping[str, str]], only: str | None) -> list[Subject]:
    """The targets of a library, or those whose names contain a text, as they declare themselves."""
    chosen = [t for t in targets if not only or only in t["name"]]
    if not chosen:
        names = ", ".join(t["name"] for t in targets)
        raise ValueError(f"check: no target contains {only!r}, needs part of one of {names}")
    return [
        Subject(
            t["name"],
            t["operation"],
            t["convention"],
            Precision.of(t["angle"], t["table"], t["output"]),
            t["output"],
            {},
        )
        for t in chosen
    ]


def _declared(profile: Mapping[str, Any], options: Options, only: str | None) -> Judged:
    """A subject for every operation of a profile in every dtype, under every declared convention that it knows."""
    validated(profile)
    operations, dtypes = profile["operations"], profile.get("dtypes", ["float32"])
    asked = [name for name in operations if only is None or only in name]
    asked = [name for name in asked if options.operation in (None, name)]
    found: list[list[Subject]] = []
    declined: dict[str, tuple[int, str]] = {}
    for operation in asked:
        stem, name = operation.split(".")
        ways = spec.ways(stem, name)
        declared = [way for way in profile.get("conventions", []) if way in ways] or (ways if len(ways) == 1 else [])
        if not declared:
            declined[operation] = len(load(operation)), f"declares no convention of {stem}"
        for convention in declared:
            for dtype in dtypes:
                forms = Precision.of(profile.get("angle", dtype), profile.get("table", dtype), dtype)
                chosen = (convention, len(declared)), (dtype, len(dtypes))
                name = " ".join([operation, *(one for one, rivals in chosen if rivals > 1)])
                found.append([Subject(name, operation, convention, forms, dtype, _arguments(convention))])
    for stem in sorted({operation.split(".")[0] for operation in operations}):
        for name in spec.operations(stem):
            if f"{stem}.{name}" not in operations and options.operation in (None, f"{stem}.{name}") and only is None:
                declined[f"{stem}.{name}"] = len(load(f"{stem}.{name}")), "not in its profile"
    if options.operation and not asked:
        declined[options.operation] = len(load(options.operation)), "not in its profile"
    return Judged(found, declined)


def validated(profile: Mapping[str, Any]) -> None:
    """Raises NotLoaded for a profile that names what there is not."""
    known = {
        "operations": [f"{family}.{name}" for family in spec.families() for name in spec.operations(family)],
        "conventions": [way for family in spec.families() for way in spec.ways(family)],
        "dtypes": list(FORMATS),
    }
    for field_, names in known.items():
        said = profile.get(field_, [] if field_ != "operations" else None)
        if not isinstance(said, list):
            raise NotLoaded(f"profile: {field_} is {said!r}, needs a list of names")
        for one in said:
            if one not in names:
                raise NotLoaded(f"profile: {field_} has {one!r}, needs some of {', '.join(names)}")
    for field_, names in {"angle": list(FORMATS), "table": list(FORMATS), "encoding": list(ENCODINGS)}.items():
        if profile.get(field_, names[0]) not in names:
            raise NotLoaded(f"profile: {field_} is {profile[field_]!r}, needs one of {', '.join(names)}")
