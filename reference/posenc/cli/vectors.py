"""`posenc vectors`: verify, list, export and write the golden vectors."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from posenc import spec
from posenc.cli.console import known, out, print_json, progress
from posenc.cli.export import EXPORTERS
from posenc.vectors import build, files, presets

app = typer.Typer(help="The golden vectors: verify, list, export, write.", no_args_is_help=True)
MODELS = "models"  # stands for the golden vectors of the configurations, where a family may be named
Json = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="a family, an operation, or models; all by default")] = None,
    json: Json = False,
) -> None:
    """Check every file against the manifest and re-derive every expected output from the definitions.

    Exit code 0 when not a bit differs, 4 otherwise.
    """
    checked, checks, total = {}, [], 0
    if name != MODELS:
        asked = _asked(name, MODELS)
        checks, total = [files.verify(operation=asked)], len(files.chosen(asked))
    if name in (None, MODELS):
        checks, total = [*checks, presets.verify()], total + len(spec.models())
    with progress("verifying", total) as advance:
        for file, count in chain(*checks):
            checked[file] = count
            advance(len(checked), file)
    if json:
        print_json({"files": checked, "cases": sum(checked.values()), "verified": True})
        return
    for file, count in checked.items():
        out.print(f"{count:5}  {file}")
    out.print(f"{sum(checked.values()):5}  cases, every bit as the definitions give it")


@app.command(name="list")
def list_(
    name: Annotated[str | None, typer.Argument(help="a family or an operation; all by default")] = None,
    json: Json = False,
) -> None:
    """List the cases: id, what each is there to catch, and how many mistakes and rivals it tells apart."""
    vectors = files.load(_asked(name))
    if json:
        rows = [{"id": v.id, "flags": list(v.case.flags), "discriminates": list(v.discriminates)} for v in vectors]
        print_json({"cases": rows})
        return
    table = Table("case", "result", "tells apart", "says", "flags", box=None, pad_edge=False, header_style="bold")
    for vector in vectors:
        result = "must be refused" if vector.case.refused else "required" if len(vector.outputs) == 1 else "choice"
        flags, told = " ".join(vector.case.flags), str(len(vector.discriminates))
        table.add_row(vector.id, result, told, escape(vector.case.comment), f"[dim]{flags}[/]")
    out.print(table)


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write")],
    name: Annotated[str | None, typer.Argument(help="a family or an operation; all by default")] = None,
    kind: Annotated[str, typer.Option("--format", help=", ".join(EXPORTERS))] = "json",
    force: Annotated[bool, typer.Option("--force", help="replace an existing file")] = False,
) -> None:
    """Write vectors in another format: json, npz, safetensors, csv, or a C header."""
    write = EXPORTERS[known("format", kind, EXPORTERS)]
    vectors = files.load(_asked(name))
    write(output, vectors, force)
    out.print(f"{len(vectors)} cases in {output}")


@app.command()
def write(
    folder: Annotated[Path | None, typer.Argument(help="a spec folder; that of the checkout by default")] = None,
    families: Annotated[list[str] | None, typer.Option("--family", help="only these, or models")] = None,
) -> None:
    """Write the vector files from the definitions and the cases: for those who change posenc itself."""
    everything = [*spec.families(), MODELS]
    names = [known("family", name, everything) for name in families or everything]
    root = folder or spec.folder("spec")
    paths = build.write(root, [name for name in names if name != MODELS], _say)
    paths += presets.write(root, _say) if MODELS in names else []
    out.print(f"{len(paths)} files written")


def _say(name: str) -> None:
    out.print(f"[dim]{name}[/]")


def _asked(name: str | None, *more: str) -> str | None:
    operations = [f"{family}.{operation}" for family in spec.families() for operation in spec.operations(family)]
    return None if name is None else known("family or operation", name, [*spec.families(), *operations, *more])
