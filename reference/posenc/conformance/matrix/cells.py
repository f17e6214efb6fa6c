"""What a cell of the matrix says: the results of an operation, all or those with a flag, of one implementation."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from posenc.conformance.stream import Record, Run
from posenc.truth.bounds import GRADES
from posenc.vectors.tensor import unplain

ALL = ""  # the flag of the row that has all cases
Key = tuple[str, str, int]  # operation, flag, number of the run


@dataclass(frozen=True)
class Cell:
    """A cell: its kind (A, B, fail, expected, none), what it shows, what it says aloud, and words to filter by."""

    kind: str
    short: str
    says: str
    words: str


def cells(runs: Sequence[Run]) -> dict[Key, Cell]:
    """Every cell that has a result."""
    gathered: dict[Key, list[tuple[Record, Record]]] = defaultdict(list)
    for number, run in enumerate(runs):
        targets = {target["target"]: target for target in run.of("target")}
        for result in run.of("result"):
            target = targets[result["target"]]
            for flag in (ALL, *result["flags"]):
                gathered[target["operation"], flag, number].append((target, result))
    return {key: _cell(pairs) for key, pairs in gathered.items()}


def _cell(pairs: Sequence[tuple[Record, Record]]) -> Cell:
    results = [result for _, result in pairs]
    counted = Counter(result["state"] for result in results)
    failures = sum(result["wrong"] and not result["expected"] for result in results)
    excused = sum(result["state"] == "known" or bool(result["expected"]) for result in results)
    worst = max((float(unplain(r["units"])) for r in results if r["state"] == "passed"), default=None)
    if failures:
        kind, short = "fail", f"✗ {failures} of {len(results)}"
    elif excused:
        kind, short = "expected", f"known {excused} of {len(results)}"
    elif worst is None:
        kind, short = "none", "–"
    else:
        kind = next((name for name, most in GRADES.items() if worst <= most), "fail")
        short = f"{kind} {rounded(worst)}" if worst else f"{kind} exact"
    said = ", ".join(f"{count} {state}" for state, count in sorted(counted.items()))
    words = {name for target, _ in pairs for name in (target["target"], target["convention"])}
    return Cell(kind, short, f"{short.replace('✗', 'fails')}; {said}", " ".join(sorted(words)))


def rounded(units: float) -> str:
    """Units as a cell shows them: two digits."""
    if not math.isfinite(units):
        return "∞"
    return f"{units:.1e}" if units >= 1000 else f"{units:.2g}"
