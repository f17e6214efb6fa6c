"""Runs beside one another as one page of HTML that needs nothing else: operation and flag against implementation.

The table stands in the page itself and can be read without a script. The script, page.js, opens a cell: sentence,
error against position, reproducer; it filters, and folds the flags of an operation away. page.css is the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources
from typing import Any

from posenc.conformance.matrix.cells import ALL, Cell, Key, cells
from posenc.conformance.matrix.reproducer import reproducer
from posenc.conformance.stream import Run

LEGEND = (
    ("A", "A", "at most 2 units of the bound"),
    ("B", "B", "at most 8 units"),
    ("fail", "✗", "fails, and nobody expects it"),
    ("expected", "known", "fails as expected, or as its adapter knows"),
    ("none", "–", "nothing was compared"),
)


def page(runs: Sequence[Run]) -> str:
    """The whole page."""
    labels, found = _labels(runs), cells(runs)
    parts = {
        "STYLE": _file("page.css"),
        "SCRIPT": _file("page.js"),
        "SUMMARY": "\n".join(_summary(label, run) for label, run in zip(labels, runs, strict=True)),
        "LEGEND": "\n".join(f'<li><b class="{kind}">{sign}</b> {says}</li>' for kind, sign, says in LEGEND),
        "HEADS": "".join(f'<th scope="col">{escape(label)}</th>' for label in labels),
        "BODIES": "\n".join(_bodies(found, len(runs), labels)),
        "DATA": _data(runs, labels),
    }
    text = _file("page.html")
    for name, part in parts.items():
        before, after = text.split(f"[[{name}]]")
        text = before + part + after
    return text


def _file(name: str) -> str:
    return (resources.files("posenc.conformance.matrix") / name).read_text(encoding="utf-8")


def _labels(runs: Sequence[Run]) -> list[str]:
    """Name and version of every implementation, with the name of the file where that is not enough."""
    said = []
    for run in runs:
        name, version = (run.header["implementation"][part] for part in ("name", "version"))
        said.append(version if version.startswith(name) else f"{name} {version}".strip())
    return [label if said.count(label) == 1 else f"{label} ({run.name})" for label, run in zip(said, runs, strict=True)]


def _summary(label: str, run: Run) -> str:
    """What was counted, as in the terminal."""
    counted = "".join(f"<div><dt>{escape(state)}</dt><dd>{n}</dd></div>" for state, n in run.footer["totals"].items())
    declined = "".join(
        f"<li>declined {escape(one['operation'])}, {one['cases']} cases: {escape(one['reason'])}</li>"
        for one in run.of("declined")
    )
    problems = "".join(
        f"<li>expectation {one['kind']}: {escape(one['entry'])}: {escape(one['says'])}</li>"
        for one in run.of("expectation")
    )
    listed = f"<ul>{problems}{declined}</ul>" if problems or declined else ""
    return f"<section><h2>{escape(label)}</h2><dl>{counted}</dl>{listed}</section>"


def _bodies(found: dict[Key, Cell], count: int, labels: Sequence[str]) -> Iterator[str]:
    """A group of rows for every operation: one for all its cases, one for each flag."""
    operations: dict[str, list[str]] = {}
    for operation, flag, _ in sorted(found, key=lambda key: (key[0], key[1] != ALL, key[1])):
        flags = operations.setdefault(operation, [])
        if flag not in flags:
            flags.append(flag)
    for operation, flags in operations.items():
        rows = "\n".join(
            _row(operation, flag, [found.get((operation, flag, n)) for n in range(count)], labels) for flag in flags
        )
        wrong = any(cell.kind == "fail" for key, cell in found.items() if key[0] == operation)
        yield f'<tbody{" class=open" if wrong else ""} data-operation="{escape(operation)}">\n{rows}\n</tbody>'


def _row(operation: str, flag: str, row: Sequence[Cell | None], labels: Sequence[str]) -> str:
    if flag == ALL:
        fold = f'<button class="fold"><span>{_breaks(operation)}</span></button>'
        head = f'<tr class="operation"><th scope="rowgroup">{fold}</th>'
    else:
        head = f'<tr class="flag" data-flag="{escape(flag)}"><th scope="row">{escape(flag)}</th>'
    return head + "".join(_cell(operation, flag, n, cell, labels[n]) for n, cell in enumerate(row)) + "</tr>"


def _breaks(name: str) -> str:
    """A name that may be broken after its dots and underscores."""
    return escape(name).replace(".", ".<wbr>").replace("_", "_<wbr>")


def _cell(operation: str, flag: str, run: int, cell: Cell | None, label: str) -> str:
    if cell is None:
        return "<td></td>"
    said = f"{label}, {operation}, {flag or 'all cases'}: {cell.says}"
    return (
        f'<td><button class="cell {cell.kind}" data-run="{run}" data-flag="{escape(flag)}"'
        f' data-words="{escape(cell.words)}" aria-haspopup="dialog" aria-label="{escape(said)}">'
        f"{escape(cell.short)}</button></td>"
    )


def _data(runs: Sequence[Run], labels: Sequence[str]) -> str:
    """What the script opens, as JSON that cannot end its element."""
    texts = {case["case"]: reproducer(case) for run in runs for case in run.of("case")}
    data = {"runs": [_shown(run, label) for run, label in zip(runs, labels, strict=True)], "cases": texts}
    raw = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return raw.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _shown(run: Run, label: str) -> dict[str, Any]:
    number = {target["target"]: n for n, target in enumerate(run.of("target"))}
    dropped = ("record", "target", "notes")
    results = [
        {name: value for name, value in one.items() if name not in dropped and not _empty(value)}
        | {"target": number[one["target"]], "positions": _brief(one["positions"])}
        for one in run.of("result")
    ]
    targets = [{name: value for name, value in one.items() if name != "record"} for one in run.of("target")]
    return {"label": label, "targets": targets, "results": results}


def _empty(value: Any) -> bool:
    """Whether the script can do without it; a distance of 0 it cannot."""
    return value is None or value is False or value in ("", [])


def _brief(points: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Positions with what a plot can show of their units."""
    return [[p, u if isinstance(u, str) else float(f"{u:.3g}")] for p, u in points]
