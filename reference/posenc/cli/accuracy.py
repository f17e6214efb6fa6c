"""`posenc accuracy`: error against position of the formulas in common use and of whole libraries, as a page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from posenc._files import whole as whole_file
from posenc.cli.console import err, known, out
from posenc.cli.tables import Sizes, whole_tables
from posenc.conformance import libraries
from posenc.conformance.process import NotLoaded
from posenc.conformance.targets import Options, judged, process
from posenc.conformance.whole import Whole

HEAD = """# Accuracy

How far tables of cosines and sines stray from the truth, by position: the largest error of any entry among the
positions from each power of two to the next, every entry compared with its correctly rounded value. Made by

    {command}

The formulas are those of common code: `naive float32` forms exponents, frequencies and angles in float32, as most
libraries do; `naive float64` in float64. An error of 1 is a radian's worth. Rounding the finished table to float32
costs 6e-8 and to bfloat16 4e-3, whatever the position; what grows is the angle's own error, u · |θ| · (1 + |ln ω|).

Width {width}, base {base:g}.
"""


def command(
    names: Annotated[list[str] | None, typer.Argument(help="libraries; naive and transformers by default")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="page to write (.md), with a plot beside it")] = Path(
        "accuracy.md"
    ),
    positions: Annotated[int, typer.Option(help="how many", min=2)] = 2**20,
    dim: Annotated[int, typer.Option(help="width of the tables")] = 128,
    base: Annotated[float, typer.Option(help="of the inverse frequencies")] = 10_000.0,
    force: Annotated[bool, typer.Option("--force", help="replace existing files")] = False,
) -> None:
    """Measure whole tables against the truth and write a page with a table and a plot of error against position."""
    plot = output.with_suffix(".svg")
    for path in (output, plot):
        if path.exists() and not force:
            raise FileExistsError(f"{path} exists; --force replaces it")
    chosen = [known("library", name, libraries.names()) for name in names or ("naive", "transformers")]
    found: dict[str, Whole] = {}
    versions = []
    for name in chosen:
        try:
            with process(name, timeout=600) as library:
                versions.append(library.hello["impl"]["version"])
                subjects = [subject for (subject,) in judged(name, library.hello, Options()).rivals]
                tables = whole_tables(library, subjects, Sizes(positions, dim, base))
        except NotLoaded as reason:
            err.print(f"{name} is left out, it cannot be loaded: {reason}", soft_wrap=True)
            continue
        found |= {f"{name} {target.removesuffix('.table')}": table for target, table in tables.items()}
    if not found:
        raise ValueError(f"accuracy: none of {', '.join(chosen)} can be loaded, needs one")
    call = f"posenc accuracy {' '.join(chosen)} --positions {positions} --dim {dim} --base {base:g} -o {output.name}"
    with whole_file(plot, force=force) as file:
        file.write(_plot(found).encode())
    with whole_file(output, force=force) as file:
        file.write(_page(found, call, versions, Sizes(positions, dim, base), plot.name).encode())
    out.print(f"{output} and {plot.name}: {len(found)} tables of {positions} positions")


def _page(found: dict[str, Whole], call: str, versions: list[str], sizes: Sizes, plot: str) -> str:
    lines = [HEAD.format(command=call, width=sizes.width, base=sizes.base), f"Measured with {'; '.join(versions)}.\n"]
    lines += [
        f"![Error against position]({plot})\n",
        f"| positions | {' | '.join(found)} |",
        "|---" * (len(found) + 1) + "|",
    ]
    first = next(iter(found.values()))
    for at, worst in enumerate(first.binades):
        errors = [f"{table.binades[at].error:.1e}" if at < len(table.binades) else "" for table in found.values()]
        lines.append(f"| {worst.first} to {worst.last} | {' | '.join(errors)} |")
    units = [f"{max(worst.units for worst in table.binades):.2f}" for table in found.values()]
    lines += [f"| largest, in units of the bound | {' | '.join(units)} |", ""]
    return "\n".join(lines)


WIDTH, HEIGHT, LEFT, BOTTOM = 720, 420, 60, 370
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16808a", "#7f8c8d", "#34495e")


def _plot(found: dict[str, Whole]) -> str:
    """Both axes logarithmic; written by hand, so that the same numbers give the same bytes."""
    last = max(table.positions for table in found.values())

    def place(position: int, error: float) -> str:
        across = LEFT + (WIDTH - LEFT - 20) * math.log2(max(1, position)) / math.log2(last)
        up = 20 + (BOTTOM - 20) * min(1.0, max(0.0, -math.log10(max(error, 1e-17)) / 17))
        return f"{across:.1f},{up:.1f}"

    shapes = []
    for exponent in range(0, 18, 2):
        y = place(1, 10.0**-exponent).split(",")[1]
        shapes.append(f'<path d="M{LEFT} {y}H{WIDTH - 20}" stroke="#ddd"/><text x="8" y="{y}">1e-{exponent}</text>')
    for power in range(0, last.bit_length(), 4):
        x = place(1 << power, 1).split(",")[0]
        shapes.append(f'<path d="M{x} 20V{BOTTOM}" stroke="#ddd"/><text x="{x}" y="{BOTTOM + 16}">{1 << power}</text>')
    for (name, table), colour in zip(found.items(), COLOURS * len(found), strict=False):
        points = " ".join(place(worst.last, worst.error) for worst in table.binades if worst.error > 0)
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        end = points.split(" ")[-1].split(",")[1]
        shapes.append(f'<text x="{WIDTH - 24}" y="{end}" dy="-4" text-anchor="end" fill="{colour}">{name}</text>')
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n' + "\n".join(shapes) + "\n</svg>\n"
