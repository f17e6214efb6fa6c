"""Files of certificates, one a ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from posenc.checking.rules import FORMAT, STATES, Found, check

Book = Mapping[str, Any]
SUMMARIES = {
    "fully": "every step that decides was recomputed, or compared where two things are said to be written alike",
    "as written": "all steps that decide say that two things are written alike, and so they are",
    "partly": "some steps were not rechecked, or their end points only",
    "not rechecked": "no step was",
    "empirical": "nothing to prove",
    "refused": "the certificate is not what it says",
}


def read(folder: Path) -> list[Book]:
    """The certificates in a folder, by name.

    Raises FileNotFoundError when there are none, ValueError for a file that holds none.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no certificates, needs what `posenc audit --certificates` writes")
    books: list[Book] = []
    for path in paths:
        try:
            book = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as reason:
            raise ValueError(f"{path} is no JSON: {reason}") from reason
        if not isinstance(book, dict) or book.get("format") != FORMAT or not isinstance(book.get("claims"), list):
            raise ValueError(f"{path} holds no certificates of format {FORMAT}")
        if book.get("ledger") != path.stem or not all(isinstance(one, dict) for one in book["claims"]):
            raise ValueError(f"{path} holds certificates of {book.get('ledger')!r}, needs those of {path.stem!r}")
        books.append(book)
    return books


def recheck(book: Book, rows: Mapping[str, Mapping[str, Any]] | None = None) -> list[Found]:
    """Recheck the certificates of a ledger; with the ledger's rows, each against its own, and that none is missing."""
    name, out = book["ledger"], []
    for one in book["claims"]:
        home, _, claim = str(one.get("claim")).partition(".")
        if home != name or (rows is not None and claim not in rows):
            out.append(Found(f"{home}.{claim}", str(one.get("verdict")), refused=f"{name} has no such claim"))
        else:
            out.append(check(one, None if rows is None else rows[claim]))
    seen = Counter(found.claim for found in out)
    for found in out:
        if seen[found.claim] > 1:
            found.refused = found.refused or "there are two certificates of it"
    missing = [f"{name}.{claim}" for claim in rows or () if f"{name}.{claim}" not in seen]
    return out + [Found(claim, "", refused="its certificate is missing") for claim in missing]


def told(found: Sequence[Found]) -> str:
    """The counts in words: claims by summary, steps by state."""
    claims, steps = Counter(one.summary for one in found), Counter[str]()
    for one in found:
        steps += one.states
    lines = [f"{len(found)} claims:"]
    lines += [f"  {claims[name]:5} {name:<15}  {says}" for name, says in SUMMARIES.items() if claims[name]]
    lines += [f"{sum(steps.values())} steps: " + ", ".join(f"{steps[s]} {s}" for s in STATES if steps[s])]
    return "\n".join(lines)
