"""The entries of an expectations file, read and checked: spec/schema/expectations.schema.json in words that help."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from posenc import spec

FORMAT = "posenc-expectations/1"
OUTCOMES = (
    "failed", "raised", "signature", "mutated", "none", "shape", "dtype", "exit", "crashed", "hung", "garbled",
    "oversized", "unsupported", "accepted", "known",
)  # fmt: skip
FIELDS = ("id", "prefix", "flag", "outcome", "diagnosis", "says", "reason", "issue", "when", "until")
CONDITIONS = ("version", "dtype", "target")
COMPARED = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}
RANGE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")


@dataclass(frozen=True)
class Expectation:
    """An entry: exactly one of id, prefix and flag, and what its results do.

    outcome    a state of a result other than passed and refused
    diagnosis  of an outcome "failed": the name of the cause, "unknown" for none; says: what another message contains
    reason     why it is so; issue: where that is followed
    when       version (">=4.40,<5"), dtype, target: the runs in which it holds
    until      the version, or the day, from which on it may hold no longer
    """

    outcome: str
    reason: str
    issue: str
    id: str | None = None
    prefix: str | None = None
    flag: str | None = None
    diagnosis: str | None = None
    says: str | None = None
    when: Mapping[str, str] = field(default_factory=dict, hash=False)
    until: str | datetime.date | None = None

    @property
    def name(self) -> str:
        """What the entry is called: what it covers, and where."""
        covers = self.id or (f"{self.prefix}..." if self.prefix else f"flag {self.flag}")
        return f"{covers} of {self.when['target']}" if "target" in self.when else covers

    def applies(self, version: str) -> bool:
        """Whether it holds in runs of this version; raises ValueError when that cannot be said."""
        return "version" not in self.when or _within(self.when["version"], version)

    def about(self, target: str, dtype: str) -> bool:
        """Whether it speaks of a target in a dtype."""
        return self.when.get("target", target) == target and self.when.get("dtype", dtype) == dtype

    def exactness(self, name: str, flags: Sequence[str]) -> int:
        """0 when it does not cover a result, more the closer it names it."""
        if self.id is not None:
            return 10**6 * (self.id == name)
        if self.prefix is not None:
            return (1 + len(self.prefix)) * name.startswith(self.prefix)
        return int(self.flag in flags)

    def expired(self, version: str, today: datetime.date) -> bool:
        """Whether its time is over."""
        if isinstance(self.until, datetime.date):
            return today >= self.until
        return self.until is not None and release(version) >= release(self.until)


def read(path: Path) -> list[Expectation]:
    """The entries of a file; raises ValueError with the entry, what it has and what it needs."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"expectations: {path} is no TOML: {error}") from error
    _need(document.get("format") == FORMAT, f"{path}: format", document.get("format"), repr(FORMAT))
    extra = sorted(set(document) - {"format", "expect"})
    _need(not extra, f"{path}: there is", ", ".join(extra), "format and [[expect]] only")
    entries = document.get("expect", [])
    tables = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    _need(tables, f"{path}: expect", entries, "entries, each under [[expect]]")
    return [entry(one, f"{path}: entry {number}") for number, one in enumerate(entries, 1)]


def entry(said: Mapping[str, Any], who: str) -> Expectation:
    """One entry checked; raises ValueError."""
    _known(said, FIELDS, who)
    covering = [name for name in ("id", "prefix", "flag") if name in said]
    _need(len(covering) == 1, f"{who} covers by", covering or "nothing", "one of id, prefix and flag")
    who = f"{who} ({covering[0]} {said[covering[0]]!r})"
    for name in (covering[0], "outcome", "reason", "issue", *(n for n in ("diagnosis", "says") if n in said)):
        text = isinstance(said.get(name), str) and said[name].strip()
        _need(bool(text), f"{who}: {name}", said.get(name, "missing"), "text")
    _one_of(said["outcome"], OUTCOMES, f"{who}: outcome")
    if "flag" in said:
        _one_of(said["flag"], spec.flags(), f"{who}: flag")
    failed = said["outcome"] == "failed"
    needs = "the name of the cause, 'unknown' for none" if failed else "says instead: only failures have a cause"
    _need(failed == ("diagnosis" in said), f"{who}: diagnosis", said.get("diagnosis", "missing"), needs)
    _need(not (failed and "says" in said), f"{who}: says", said.get("says"), "diagnosis instead")
    _when(said.get("when", {}), who)
    until, day = said.get("until"), isinstance(said.get("until"), datetime.date)
    day = day and not isinstance(until, datetime.datetime)
    number = isinstance(until, str) and re.fullmatch(r"\d+(\.\d+)*", until)
    _need(until is None or day or bool(number), f"{who}: until", until, "a version as text or a day such as 2027-01-31")
    return Expectation(**said)


def _when(when: Any, who: str) -> None:
    _need(isinstance(when, dict), f"{who}: when", when, "a table")
    _known(when, CONDITIONS, f"{who}: when")
    for name, value in when.items():
        _need(isinstance(value, str) and bool(value.strip()), f"{who}: when.{name}", value, "text")
    parts = when.get("version", ">=0").split(",")
    right = all(RANGE.fullmatch(part) for part in parts)
    _need(right, f"{who}: when.version", when.get("version"), "comparisons such as '>=4.40,<5'")


def release(version: str) -> tuple[int, ...]:
    """The first numbers of a version, as in "library 4.40.1, other 2.0", without zeros at their end."""
    numbers = re.search(r"\d+(\.\d+)*", version)
    if numbers is None:
        raise ValueError(f"expectations: the target's version is {version!r}, needs numbers to compare it")
    found = [int(part) for part in numbers[0].split(".")]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _within(ranges: str, version: str) -> bool:
    parts = [RANGE.fullmatch(part) for part in ranges.split(",")]
    return all(COMPARED[part[1]](release(version), release(part[2])) for part in parts if part)


def _known(said: Mapping[str, Any], names: Sequence[str], who: str) -> None:
    for name in said:
        _one_of(name, names, f"{who}: there is")


def _one_of(value: str, names: Any, who: str) -> None:
    near = get_close_matches(value, list(names), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    _need(value in names, who, value, f"one of {', '.join(names)}{hint}")


def _need(fulfilled: bool, who: str, got: Any, needs: str) -> None:
    if not fulfilled:
        raise ValueError(f"expectations: {who} is {got!r}, needs {needs}")
