"""`posenc golden`: certified outputs for any parameters, or for a real model's configuration."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.table import Table

from posenc import __version__, models, spec
from posenc.cli import request as asked
from posenc.cli import save
from posenc.cli.console import known, operation, out, print_json, progress
from posenc.truth.formats import FLOAT64, FORMATS, INT64, Words
from posenc.truth.golden import Allocate, Request, beside, digest, golden

MADE = ("table", "rotate", "bias", "padded")  # operations whose outputs are made of frequencies or slopes
DIMENSIONS = ("dim", "rotary_dim", "num_heads")


def command(
    op: Annotated[str | None, typer.Argument(help="family.operation, such as rope.table")] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="file to write: .npz, .npy, .safetensors or .json")
    ] = Path("golden.npz"),
    config: Annotated[Path | None, typer.Option(help="a model's config.json")] = None,
    model: Annotated[str | None, typer.Option(help="a model of those that posenc show models lists")] = None,
    dim: Annotated[int | None, typer.Option(help="dim, rotary_dim or num_heads, as the operation calls it")] = None,
    base: Annotated[float | None, typer.Option(help="of the inverse frequencies")] = None,
    positions: Annotated[str | None, typer.Option(help="START:STOP[:STEP], or numbers such as 0,1/2,257")] = None,
    convention: Annotated[str | None, typer.Option(help="family/convention")] = None,
    dtype: Annotated[
        str | None, typer.Option(help="float64, float32 (the default), float16 or bfloat16; integers are int64")
    ] = None,
    parameters: Annotated[list[str] | None, typer.Option("--set", help="another parameter: NAME=VALUE")] = None,
    inputs: Annotated[list[str] | None, typer.Option("--input", help="another array: NAME=FILE.npy")] = None,
    jobs: Annotated[int, typer.Option(help="threads for long tables; the bits do not depend on it", min=1)] = 1,
    force: Annotated[bool, typer.Option("--force", help="replace an existing file")] = False,
    json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
) -> None:
    """Write correctly rounded outputs to a file and summarise them."""
    if save.suffix(output) and output.exists() and not force:
        raise FileExistsError(f"{output} exists; --force replaces it")
    form = FORMATS[known("dtype", dtype or "float32", FORMATS)]
    places = asked.parse_positions(positions) if positions is not None else None
    if (op is not None) + (config is not None) + (model is not None) != 1:
        raise ValueError(
            "golden: needs an operation such as rope.table, or --config FILE, or --model NAME: one of them"
        )
    arrays = {name: asked.load(path) for name, path in asked.pairs(inputs).items()}
    notes: Mapping[str, str]
    if op:
        given = {**_named(operation(op), {"dim": dim, "base": base}), **asked.pairs(parameters)}
        request, notes = asked.from_options(op, convention, given, places, arrays, form), {}
    else:
        if dim is not None or base is not None:
            raise ValueError("golden: a configuration says its parameters itself, needs none beside it")
        found = models.read(config) if config else models.preset(model or "")
        request, notes = asked.from_configuration(found, convention, places, form, asked.pairs(parameters), arrays)
    if spec.integral(*request.operation.split(".")):
        if dtype is not None:
            raise ValueError(f"golden: {request.operation} gives integers, needs no --dtype; it is {dtype}")
        request = replace(request, form=INT64)
    _write(request, notes, output, jobs, force, json)


def _named(op: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, --dim under the name that the operation has for it."""
    stem, name = op.split(".")
    contract = [argument["name"] for argument in spec.operations(stem)[name]["arguments"]]
    own = next((candidate for candidate in DIMENSIONS if candidate in contract), "dim")
    return {own if key == "dim" else key: value for key, value in options.items() if value is not None}


def _write(request: Request, notes: Mapping[str, str], output: Path, jobs: int, force: bool, json: bool) -> None:
    start = time.perf_counter()
    said = {
        "operation": request.operation,
        "convention": request.convention,
        "parameters": dict(request.params),
        **notes,
        "dtype": request.form.name,
        "posenc": __version__,
    }
    with progress(request.operation, 100) as advance:

        def fill(room: Allocate | None) -> tuple[Mapping[str, Words], dict[str, Any]]:
            words = golden(request, lambda share: advance(round(100 * share)), jobs=jobs, allocate=room)
            return words, {**said, "digest": digest(words)}

        companions = _beside(request)
        words, metadata = save.save(output, fill, request.form, companions, force=force)
    shapes = {name: list(array.shape) for name, array in [*words.items(), *companions.items()]}
    seconds = round(time.perf_counter() - start, 3)
    summary = {"file": str(output), "bytes": output.stat().st_size, "seconds": seconds, **metadata, "shapes": shapes}
    if json:
        print_json(summary)
    else:
        _print(request, words, summary)


def _beside(request: Request) -> dict[str, NDArray[Any]]:
    """Positions, and what a table over positions is made of: inverse frequencies, a factor of attention, slopes."""
    found: dict[str, NDArray[Any]] = {}
    if request.positions is not None:
        whole = isinstance(request.positions, range) or all(p.denominator == 1 for p in request.positions)
        places = [int(p) if whole else float(p) for p in request.positions]
        found["positions"] = np.array(places, dtype=np.int64 if whole else np.float64)
    if request.operation.split(".")[1] in MADE:
        found |= {name: np.asarray(FLOAT64.decode(words)) for name, words in beside(request).items()}
    return found


def _print(request: Request, words: Mapping[str, Words], summary: Mapping[str, Any]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    params = ", ".join(f"{name} = {_short(value)}" for name, value in request.params.items())
    table.add_row("operation", f"[bold]{request.operation}[/] under {request.convention}: {params}")
    for name in ("layer_type", "pairing"):
        if name in summary:
            table.add_row(name.replace("_", " "), summary[name])
    for name, array in words.items():
        few = array.flat[:] if array.size < 6 else np.array([*array.flat[:3], *array.flat[-2:]], dtype=array.dtype)
        said = [f"{value:.9g}" for value in np.asarray(request.form.decode(few))]  # the array may exceed memory
        shown = " ".join(said if array.size < 6 else [*said[:3], "...", *said[3:]])
        table.add_row(name, f"{array.shape} {request.form.name}, every entry correctly rounded: {shown}")
    table.add_row("digest", summary["digest"])
    table.add_row("file", f"{summary['file']}, {summary['bytes']:,} bytes, {summary['seconds']:.1f} s")
    out.print(table, soft_wrap=True)


def _short(value: Any) -> str:
    """A parameter for a line: of long lists the ends."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_short(part)}" for name, part in value.items()).join("()")
    if isinstance(value, list | tuple) and len(value) > 4:
        return f"[{value[0]} ... {value[-1]}], {len(value)} numbers"
    return str(value)
