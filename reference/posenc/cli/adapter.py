"""`posenc adapter`: skeletons of adapters in other languages, and whether an adapter sends back what it is sent."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from posenc._files import whole
from posenc.cli.console import err, known, out, print_json
from posenc.cli.validate import watch
from posenc.conformance import targets
from posenc.conformance.canary import canary
from posenc.conformance.contract import Broken
from posenc.conformance.process import ANSWER, Lost, NotLoaded

HARNESS = 3
LANGUAGES = {  # language → file among the skeletons, and how its program is checked
    "js": ("adapter.js", 'posenc adapter echo "cmd:node {file}"'),
    "cpp": ("adapter.cpp", "g++ -std=c++17 -O2 -o adapter {file} && posenc adapter echo cmd:./adapter"),
    "rust": ("adapter.rs", "rustc --edition 2021 -O -o adapter {file} && posenc adapter echo cmd:./adapter"),
    "python": ("adapter.py", 'posenc adapter echo "cmd:python3 {file}"'),
}

app = typer.Typer(help="Adapters for programs in any language: new, echo.", no_args_is_help=True)


@app.command()
def new(
    language: Annotated[str, typer.Argument(help=", ".join(LANGUAGES))],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write")],
    force: Annotated[bool, typer.Option("--force", help="replace an existing file")] = False,
) -> None:
    """Write a program that speaks the protocol, with one marked place for your operations."""
    name, how = LANGUAGES[known("language", language, LANGUAGES)]
    with whole(output, force=force) as file:
        file.write((resources.files("posenc.conformance") / "skeletons" / name).read_bytes())
    out.print(f"{output} speaks the protocol; write your operations at the marked place. To try it:", markup=False)
    out.print(f"  {how.format(file=output)}", soft_wrap=True, markup=False)


@app.command()
def echo(
    target: Annotated[str, typer.Argument(help="cmd:PROGRAM ARGS, or any other target of posenc check")],
    timeout: Annotated[float, typer.Option(help="seconds for one answer", min=0.1)] = ANSWER,
    validate: Annotated[bool, typer.Option("--validate", help="every message against its schema")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Have arrays echoed bit for bit, and print the profile.

    Exit code 0 when all came back, 3 when not, or when the target cannot be loaded.
    """
    process = targets.process(target, timeout=timeout)
    process.watch = watch() if validate else process.watch
    try:
        with process:
            if "operations" in process.hello["profile"]:
                targets.validated(process.hello["profile"])
            canary(process)
    except (NotLoaded, Lost, Broken, ValueError) as fault:
        kind = fault.kind if isinstance(fault, Broken) else "cannot be used"
        err.print(f"posenc: {target}: {kind}: {fault}", soft_wrap=True, markup=False)
        raise typer.Exit(HARNESS) from None
    if json:
        print_json(process.hello)
        return
    implementation, profile = process.hello["impl"], process.hello["profile"]
    out.print(f"{implementation['name']} {implementation.get('version', '')} echoes everything", markup=False)
    for name, said in profile.items():
        out.print(f"  {name}: {', '.join(map(str, said)) if isinstance(said, list) else said}", markup=False)
