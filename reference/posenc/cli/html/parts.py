"""Elements of a page: everything that comes from outside is escaped here, and only here."""

from __future__ import annotations

import re
from html import escape

VOID = {"input", "meta", "br", "hr"}


def text(said: object) -> str:
    """What is said, as text of a page."""
    return escape(str(said), quote=False)


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> str:
    """An element with children that are HTML already; class_ is class, data_verdict data-verdict, None nothing."""
    said = ""
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if value is True:
            said += f" {attribute}"
        elif value is not None and value is not False:
            said += f' {attribute}="{escape(str(value))}"'
    return f"<{name}{said}>" if name in VOID else f"<{name}{said}>{''.join(children)}</{name}>"


def folded(title: str, *children: str, class_: str | None = None) -> str:
    """Children that are shown when asked for, and on paper; the title is text."""
    return tag("details", tag("summary", text(title)), *children, class_=class_)


def prose(markdown: str) -> str:
    """A paragraph of a chapter: links become their words, what stands in backticks becomes code."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    parts = re.split(r"`([^`]*)`", plain)
    return "".join(tag("code", text(part)) if place % 2 else text(part) for place, part in enumerate(parts))


def terms(rows: dict[str, str]) -> str:
    """A list of names and what they are; the latter are HTML."""
    return tag("dl", *(tag("dt", text(name)) + tag("dd", said) for name, said in rows.items()))


def listed(value: object) -> str:
    """A value of a ledger for readers: numbers in a line, other lists one under the other, tables by name."""
    if isinstance(value, dict):
        return terms({str(name): listed(entry) for name, entry in value.items()})
    if isinstance(value, list | tuple) and all(isinstance(entry, int) for entry in value):
        return text(", ".join(map(str, value)))
    if isinstance(value, list | tuple):
        return tag("ul", *(tag("li", listed(entry)) for entry in value))
    return text(value)


def counted(number: int, name: str) -> str:
    """1 claim, 2 claims."""
    return f"{number} {name}{'' if number == 1 else 's'}"
