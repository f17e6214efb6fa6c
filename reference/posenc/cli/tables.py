"""Whole tables of a target compared with the truth, by position: for `posenc check --whole` and `posenc accuracy`."""

from __future__ import annotations

from typing import Any, NamedTuple

from rich.table import Table

from posenc.cli.console import err, out, progress
from posenc.conformance.contract import Broken
from posenc.conformance.judge import Subject
from posenc.conformance.process import Lost, NotLoaded, Process
from posenc.conformance.whole import TABLES, Whole, whole
from posenc.vectors.tensor import plain


class Sizes(NamedTuple):
    """Of the tables: positions, width (dim or rotary_dim) and base."""

    positions: int
    width: int
    base: float


def whole_tables(process: Process, subjects: list[Subject], sizes: Sizes, *, needed: bool = True) -> dict[str, Whole]:
    """The tables of those subjects that make any, by name; what a target does not take is said and left out.

    needed   whether it is an error when there is none
    """
    found = {}
    for subject in subjects:
        if subject.operation in TABLES:
            params = {TABLES[subject.operation]: sizes.width, "base": sizes.base}
            if subject.operation == "sinusoidal.table":
                params["start"] = 0.0
            try:
                with progress(f"table of {subject.name}", sizes.positions) as advance:
                    found[subject.name] = whole(process, subject, params, sizes.positions, advance)
            except (ValueError, Lost, NotLoaded, Broken) as reason:
                err.print(f"no whole table: {reason}", soft_wrap=True)
    if needed and not found:
        raise ValueError(f"check: no target makes a whole table, needs one of {', '.join(TABLES)}")
    return found


def print_tables(tables: dict[str, Whole]) -> None:
    """Error against position, a line for every binade, with the worst cell."""
    for name, table in tables.items():
        shape = f"{table.positions} positions × {table.width}"
        times = f"answered in {table.answered:.2f} s, compared in {table.compared:.2f} s"
        out.print(f"\n[bold]{name}[/], whole table of {shape}, {times}")
        shown = Table("positions", "largest error", "ulps", "units", "worst by units", box=None, pad_edge=False)
        for worst in table.binades:
            places = f"{worst.first}" if worst.first == worst.last else f"{worst.first} to {worst.last}"
            shown.add_row(places, f"{worst.error:.2g}", f"{worst.ulps:.3g}", f"{worst.units:.2f}", worst.cell)
        out.print(shown)


def data(tables: dict[str, Whole]) -> dict[str, Any]:
    """The same for machines."""
    return {
        name: {**vars(table), "binades": [{k: plain(v) for k, v in vars(worst).items()} for worst in table.binades]}
        for name, table in tables.items()
    }
