"""Finds and reads spec/, from a wheel or from a checkout: the words and data that any language may read."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

Table = dict[str, Any]


def folder(name: str) -> Path:
    """The folder "spec" or "proofs", wherever posenc was installed from.

    Raises FileNotFoundError when neither the packaged copy nor a checkout is there.
    """
    package = Path(__file__).parent
    places = (package / f"_{name}", package.parents[1] / name)  # wheel; editable install
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"posenc.spec: found no {name}/ at {places[0]} or {places[1]}, needs an intact installation"
    )


@cache
def families() -> tuple[str, ...]:
    """The families, by name: every chapter that has operations."""
    return tuple(sorted(path.parent.name for path in folder("spec").glob("*/operations.toml")))


@cache
def ledgers() -> tuple[str, ...]:
    """Every chapter that has claims: the families, mathematics behind several of them, and truth: this machine."""
    return tuple(sorted(path.parent.name for path in folder("spec").glob("*/claims.toml")))


@cache
def _toml(family: str, file: str) -> Table:
    return tomllib.loads((folder("spec") / family / file).read_text(encoding="utf-8"))


def claims(family: str) -> Table:
    """The ledger: claim name → says, domain, source, verdict, general, about, ..."""
    return _toml(family, "claims.toml")


def decided(family: str) -> Table:
    """The claims that mathematics decides: all but the empirical ones, which no proof can settle."""
    return {name: entry for name, entry in claims(family).items() if entry["verdict"] != "empirical"}


def conventions(family: str) -> Table:
    """Every known way to do it and to get it wrong: name → kind, says, operations, who, references, ..."""
    return _toml(family, "conventions.toml")


def ways(family: str, operation: str | None = None) -> list[str]:
    """The full names of the conventions, not the mistakes: of all, or of those that an operation tells apart."""
    found = {f"{family}/{n}": entry for n, entry in conventions(family).items() if entry["kind"] == "convention"}
    return [name for name, entry in found.items() if operation in (None, *entry["operations"])]


def operations(family: str) -> Table:
    """The call contracts: operation → says, arguments, returns, bound, ..."""
    return _toml(family, "operations.toml")


def integral(family: str, operation: str) -> bool:
    """Whether the outputs of an operation are integers, which are compared exactly."""
    return all(one.get("integer", False) for one in operations(family)[operation]["returns"])


@cache
def flags() -> Table:
    """What a vector can be there to catch: flag → bug_type, effect."""
    return tomllib.loads((folder("spec") / "flags.toml").read_text(encoding="utf-8"))


@cache
def bibliography() -> str:
    """spec/bibliography.md, every source once."""
    return (folder("spec") / "bibliography.md").read_text(encoding="utf-8")


@cache
def documents() -> tuple[str, ...]:
    """The numbers of the documents whose statements are judged, such as "003"."""
    return tuple(sorted(path.stem for path in (folder("spec") / "documents").glob("[0-9]*.toml")))


def document(number: str) -> Table:
    """One of them: document → title, digest, counts; passed → lines that say nothing; statement → what it says.

    Statements are in the document's order; their fields are described in schema/documents.schema.json.
    """
    return _toml("documents", f"{number}.toml")


def model(name: str) -> Table:
    """A real model's configuration, as its authors publish it, with provenance."""
    path = folder("spec") / "models" / f"{name}.json"
    loaded: Table = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def models() -> tuple[str, ...]:
    """The names of the models whose configurations are kept."""
    return tuple(sorted(path.stem for path in (folder("spec") / "models").glob("*.json")))
