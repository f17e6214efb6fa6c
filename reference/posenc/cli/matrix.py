"""`posenc report`: runs of `posenc check` as one page of HTML, or a run as JUnit XML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posenc._files import whole
from posenc.cli.console import out, print_json
from posenc.conformance.junit import junit
from posenc.conformance.matrix import page
from posenc.conformance.stream import read


def command(
    runs: Annotated[list[Path], typer.Argument(help="files that posenc check --jsonl wrote")],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write: .html, or .xml for JUnit of one run")],
    force: Annotated[bool, typer.Option("--force", help="replace an existing file")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Write runs as a matrix of operation and flag against implementation, one page that needs nothing else."""
    if output.suffix not in (".html", ".xml") or (output.suffix == ".xml" and len(runs) > 1):
        raise ValueError(f"report: output is {output} of {len(runs)} runs, needs .html, or .xml of one run")
    with whole(output, force=force) as file:
        read_back = [read(path) for path in runs]
        file.write(junit(read_back[0]) if output.suffix == ".xml" else page(read_back).encode())
    if json:
        totals = {str(path): run.footer["totals"] for path, run in zip(runs, read_back, strict=True)}
        print_json({"file": str(output), "bytes": output.stat().st_size, "runs": totals})
        return
    out.print(f"{output}, {output.stat().st_size >> 10} KiB", markup=False)
