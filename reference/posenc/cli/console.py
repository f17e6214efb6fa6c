"""What every command shares: where it prints, how verdicts look, and how names are looked up."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from posenc import spec

WIDE = 120  # columns where there is no terminal to ask

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDE)

STYLES = {
    "proved": "green",
    "refuted": "yellow",
    "conditional": "cyan",
    "imprecise": "cyan",
    "misreported": "yellow",
    "remark": "dim",
    "unknown": "bold red",
    "A": "green",
    "B": "yellow",
    "fail": "bold red",
    "none": "dim",
}


def styled(word: str) -> str:
    """A verdict or grade in its colour."""
    return f"[{STYLES.get(word, 'default')}]{word}[/]"


def print_json(value: Any) -> None:
    """One JSON object on standard output, and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


@contextmanager
def progress(label: str, total: float) -> Iterator[Any]:
    """A bar on standard error while work lasts; it is gone afterwards. Gives a function that sets what is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done, text=label: bar.update(task, completed=done, description=text)


def known(kind: str, name: str, names: Collection[str]) -> str:
    """The name, if it is known; otherwise an error with the near misses."""
    if name in names:
        return name
    near = get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise ValueError(f"{kind} is {name!r}, needs one of {', '.join(names)}{hint}")


def operation(name: str) -> str:
    """A full operation name."""
    return known("operation", name, [f"{family}.{op}" for family in spec.families() for op in spec.operations(family)])
