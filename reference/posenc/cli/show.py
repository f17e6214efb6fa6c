"""`posenc show`: a family, an operation or a convention on one screen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from posenc import models, spec
from posenc.cli import plots
from posenc.cli.console import known, out, print_json, styled

MODELS = "models"  # stands for the configurations that are kept


def command(
    name: Annotated[
        str, typer.Argument(help="a family (rope), an operation (rope.rotate), a convention (rope/halves), or models")
    ],
    plot: Annotated[
        Path | None, typer.Option(help="also draw the family's plot into this file (.png, .svg, .pdf)")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an existing file")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Print formula, conventions, claims and a plot; a call contract; all about a convention; or the models."""
    families = spec.families()
    contracts = {f"{f}.{o}": entry for f in families for o, entry in spec.operations(f).items()}
    ways = {f"{f}/{c}": entry for f in families for c, entry in spec.conventions(f).items()}
    known("name", name, [*families, *contracts, *ways, MODELS])
    if name == MODELS:
        _models(json)
    elif json:
        print_json(_data(name, contracts, ways))
    elif name in contracts:
        _operation(name, contracts[name])
    elif name in ways:
        _convention(name, ways[name])
    else:
        _family(name)
    if plot and name != MODELS:
        plots.draw(name.split(".")[0].split("/")[0], plot, force=force)
        out.print(f"\nplot in {plot}")


def _models(json: bool) -> None:
    """Every model whose configuration is kept, and what it says about positions."""
    rows = {}
    for name in spec.models():
        kept = models.preset(name)
        found = [models.encoding(kept, layer) for layer in models.layer_types(kept) or (None,)]
        operations = list(dict.fromkeys(one.operation for one in found))
        rows[name] = {"name": spec.model(name)["name"], "operations": operations, "context": found[0].context}
    if json:
        print_json({"models": rows})
        return
    table = Table("model", "is", "operation", "context", box=None, pad_edge=False, header_style="bold")
    for name, row in rows.items():
        table.add_row(name, row["name"], ", ".join(row["operations"]), f"{row['context']:,}")
    out.print(table)
    out.print("\nposenc golden --model NAME writes what one of them must use")


def _data(name: str, contracts: dict[str, Any], ways: dict[str, Any]) -> dict[str, Any]:
    if name in contracts or name in ways:
        return {"name": name, **(contracts.get(name) or ways[name])}
    tables = {"operations": spec.operations(name), "conventions": spec.conventions(name), "claims": spec.claims(name)}
    return {"name": name, "formula": formula(name), **tables}


def formula(family: str) -> str:
    """The first code block of the family's chapter: its definition in one look."""
    chapter = (spec.folder("spec") / family / "README.md").read_text(encoding="utf-8")
    return chapter.split("```text\n", 1)[1].split("```", 1)[0].rstrip()


def _family(family: str) -> None:
    chapter = (spec.folder("spec") / family / "README.md").read_text(encoding="utf-8")
    title, said = (part.strip() for part in chapter.split("\n\n")[:2])
    out.print(f"[bold]{title.removeprefix('# ')}[/]\n{escape(said)}\n", soft_wrap=True)
    out.print(f"{escape(formula(family))}\n", soft_wrap=True)
    table = Table("operation", "says", box=None, pad_edge=False, header_style="bold")
    for name, entry in spec.operations(family).items():
        table.add_row(f"{family}.{name}", escape(entry["says"]))
    out.print(table, "")
    ways = spec.conventions(family)
    table = Table("convention", "says", box=None, pad_edge=False, header_style="bold")
    for name, entry in ways.items():
        if entry["kind"] == "convention":
            table.add_row(f"{family}/{name}", escape(entry["says"]))
    out.print(table)
    wrong = [name for name, entry in ways.items() if entry["kind"] == "mistake"]
    out.print(f"[dim]{len(wrong)} known mistakes: {', '.join(wrong)}[/]\n")
    table = Table("claim", "verdict", "says", box=None, pad_edge=False, header_style="bold")
    for name, entry in spec.claims(family).items():
        table.add_row(f"{family}.{name}", styled(entry["verdict"]), escape(entry["says"]))
    out.print(table)
    out.print(f"\n{plots.sketch(family)}")


def _operation(name: str, entry: dict[str, Any]) -> None:
    stem, op = name.split(".")
    listed = ", ".join(a["name"] + (f"={a['default']}" if "default" in a else "") for a in entry["arguments"])
    out.print(f"[bold]{stem}.{op}[/]({escape(listed)})\n{escape(entry['says'])}\n", soft_wrap=True)
    table = Table("argument", "kind", "shape or type", "says", box=None, pad_edge=False, header_style="bold")
    for argument in entry["arguments"]:
        shape = f"{argument['shape']} {argument['dtype']}" if argument["kind"] == "array" else argument["type"]
        table.add_row(argument["name"], argument["kind"], escape(shape), escape(argument["says"]))
    for returned in entry["returns"]:
        table.add_row(returned["name"], "returned", escape(returned["shape"]), escape(returned["says"]))
    out.print(table)
    out.print(f"\nconventions that differ here: {', '.join(spec.ways(stem, op))}")
    out.print(
        "Arrays are NumPy arrays, by keyword where names match and by position, in this order, otherwise. A callable"
    )
    out.print("may return anything that NumPy can read; several outputs as a tuple in this order, or by name.")


def _convention(name: str, entry: dict[str, Any]) -> None:
    out.print(f"[bold]{name}[/] ({entry['kind']})\n{escape(entry['says'])}\n", soft_wrap=True)
    for label in ("operations", "who", "references", "fix", "precision"):
        if entry.get(label):
            value = entry[label]
            said = ", ".join(value) if isinstance(value, list) else value
            out.print(f"{label}: {escape(said)}", soft_wrap=True)
