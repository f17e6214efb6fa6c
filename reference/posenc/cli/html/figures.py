"""The plots of the page. Every number comes from a definition, by enclosures or a certified table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from posenc import spec
from posenc.cli.html.parts import tag, text
from posenc.cli.html.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis, Chart, spread
from posenc.cli.plots import BASE, middles, numbers
from posenc.definitions import family as definitions
from posenc.proving.enclose import cosine_sums, modulus_sums
from posenc.truth.formats import FLOAT64
from posenc.truth.golden import Request, golden

Enclosures = Sequence[tuple[Fraction, Fraction]]


def figure(drawing: str, caption: str) -> str:
    """A plot with what it shows."""
    return tag("figure", drawing, tag("figcaption", text(caption)))


def sketch(family: str) -> str:
    """The curve of `posenc show`, for the families that have no plot of their own here."""
    module = import_module(f"posenc.cli.plots.{family}")
    values = module.values()
    chart = Chart(Axis(0, len(values) - 1, module.AXIS), Axis(*spread(values), ""), module.TITLE)
    chart.line(list(enumerate(values)))
    return figure(chart.drawn(), f"{module.TITLE[0].upper()}{module.TITLE[1:]}.")


SHADES, TOKENS, CHANNELS = 21, 96, 64


def heat_map() -> str:
    """The table itself: every entry the correctly rounded one, sorted into shades."""
    params = {"dim": CHANNELS, "base": 10_000, "start": 0}
    asked = Request("sinusoidal.table", "sinusoidal/interleaved", params, FLOAT64, range(TOKENS))
    table = FLOAT64.decode(golden(asked)["table"])
    cells: list[list[str]] = [[] for _ in range(SHADES)]
    for position, channel in np.ndindex(*table.shape):
        shade = round((float(table[position, channel]) + 1) / 2 * (SHADES - 1))
        cells[shade].append(f"M{channel} {position}h1v1h-1z")
    shown = "".join(
        tag("path", d="".join(found), fill=shaded(2 * shade / (SHADES - 1) - 1))
        for shade, found in enumerate(cells)
        if found
    )
    across, down = (WIDTH - LEFT - RIGHT) / CHANNELS, (HEIGHT - TOP - BOTTOM) / TOKENS
    columns, rows = range(0, CHANNELS + 1, 8), range(0, TOKENS + 1, 16)
    chart = Chart(
        Axis(0, CHANNELS, "channel", at=columns), Axis(TOKENS, 0, "position", at=rows), "Table of sinusoids as shades"
    )
    chart.shapes = [f'<g transform="translate({LEFT} {TOP}) scale({across:g} {down:g})">{shown}</g>']
    return figure(
        chart.drawn(),
        f"The table, d = {CHANNELS}, base 10000, positions 0 to {TOKENS - 1}; sine and cosine of a pair side by side, "
        "blue −1, white 0, red +1. Entries are the correctly rounded ones of the golden table.",
    )


def shaded(value: float) -> str:
    """Blue at −1, white at 0, red at 1."""
    end = (178, 24, 43) if value > 0 else (33, 102, 172)
    return "#" + "".join(f"{round(255 + (part - 255) * abs(value)):02x}" for part in end)


def first_rise(sums: Enclosures) -> int | None:
    """The first distance after which a sum is larger, all falls before it certified; None where that is not decided."""
    for at, (here, after) in enumerate(pairwise(sums)):
        if here[1] < after[0]:
            return at
        if not after[1] < here[0]:
            return None
    return None


def dot_product() -> str:
    """Σ cos(k·ω_i) by distance, with the certified first rise."""
    which, count = definitions("sinusoidal").CONVENTIONS["sinusoidal/interleaved"], 97
    chart = Chart(
        Axis(0, count - 1, "distance in tokens"), Axis(-0.15, 1.05, "share of d/2"), "Dot product by distance"
    )
    said = []
    for width in (64, 128, 512):
        omegas = [which.frequency(sp.Integer(i), 0, sp.Integer(width), BASE) for i in range(width // 2)]
        sums = cosine_sums(omegas, count)
        values = [value / (width // 2) for value in middles(sums)]
        chart.line(list(enumerate(values)), f"d = {width}")
        rise = first_rise(sums)
        if rise is not None:
            chart.mark(rise, values[rise], str(rise))
            said.append(f"d = {width}: from {rise} to {rise + 1}")
    return figure(
        chart.drawn(),
        "Dot product of two rows by their distance, divided by d/2, its value at 0. Rings mark where it first rises, "
        f"every fall before it and the rise decided by disjoint enclosures ({'; '.join(said)}).",
    )


def rope_bound() -> str:
    """The factor of RoFormer's bound, and half the score of ones, both divided by their value at 0."""
    width, count = 64, 513
    thetas = _thetas(width)
    M = width // 2
    bound, score = middles(modulus_sums(thetas, count)), middles(cosine_sums(thetas, count))
    chart = Chart(
        Axis(0, count - 1, "distance in tokens"), Axis(-0.25, 1.05, "share of the value at 0"), "Bound and score"
    )
    chart.line([(n, value / bound[0]) for n, value in enumerate(bound)], "B(n)/B(0)")
    chart.line([(n, value / M) for n, value in enumerate(score)], "f(n)/f(0)")
    return figure(
        chart.drawn(),
        f"RoFormer's factor B(n), head size {width}, and the score itself for q = k = (1, ..., 1), each divided by its "
        "value at 0. Enclosures of both are narrower than the line. Neither falls for ever.",
    )


def rope_score() -> str:
    """Half the score of ones for two bases, near 0, with the first rises."""
    count = 129
    chart = Chart(Axis(0, count - 1, "distance in tokens"), Axis(-0.1, 1.05, "share of d/2"), "Score by distance")
    for base in (10_000, 500_000):
        sums = cosine_sums(_thetas(128, base), count)
        values = [value / 64 for value in middles(sums)]
        chart.line(list(enumerate(values)), f"base {base}")
        rise = first_rise(sums)
        if rise is not None:
            chart.mark(rise, values[rise], str(rise))
    return figure(
        chart.drawn(),
        "Half the score of q = k = (1, ..., 1) by distance, head size 128, divided by its value at 0. Rings: certified "
        "first rises.",
    )


def _thetas(width: int, base: int = 10_000) -> list[Any]:
    rope = definitions("rope").CONVENTIONS["rope/interleaved"]
    return [rope.frequency(sp.Integer(i), width, width, sp.Integer(base)) for i in range(width // 2)]


def slopes() -> str:
    """ALiBi's slopes for numbers of heads that are and are not powers of two."""
    alibi = definitions("alibi").CONVENTIONS["alibi/press"]
    chart = Chart(Axis(1, 16, "head"), Axis(2.0**-8.5, 1, "slope in logits per token", 2), "Slopes of the heads")
    for heads in (8, 12, 16):
        values = numbers([alibi.slope(h, heads, sp.Integer(8)) for h in range(1, heads + 1)])
        chart.line([(h + 1, value) for h, value in enumerate(values)], f"{heads} heads", dots=True)
    return figure(
        chart.drawn(),
        "ALiBi's slopes. Of 12 heads the first eight are those of 8, the last four every other one of the list for 16.",
    )


def buckets() -> str:
    """T5's buckets of keys in the past."""
    t5, most = definitions("t5").CONVENTIONS["t5/unscaled"], 160
    chart = Chart(Axis(0, most, "distance in tokens"), Axis(0, 32, "bucket"), "Bucket by distance")
    for use in ("causal", "bidirectional"):
        chart.steps([(float(a), t5.bucket(-a, 32, 128, use)) for a in range(most + 1)], use)
    ends = [t5.threshold(last, 32, 128, use) for last, use in ((31, "causal"), (15, "bidirectional"))]
    return figure(
        chart.drawn(),
        "Bucket of a key in the past, 32 buckets up to distance 128, in integers. The last one begins at "
        f"{ends[0]} (causal) and at {ends[1]} (bidirectional).",
    )


def convergence() -> str:
    """FLOATER's error against the size of a step, along the equation of a sinusoid, over one unit of time."""
    turn, sizes = [[sp.S.Zero, sp.S.One], [-sp.S.One, sp.S.Zero]], [1 << k for k in range(7)]
    chart = Chart(
        Axis(1 / 80, 1.25, "size of a step", 10), Axis(1e-12, 10, "error after one unit of time", 10), "Error by step"
    )
    solvers = definitions("floater").CONVENTIONS
    for name in ("euler", "midpoint", "rk4"):
        points = []
        for steps in sizes:
            found = solvers[f"floater/{name}"].rows([sp.S.Zero, sp.S.One], turn, [0, 0], 2, sp.S.One, steps)[1]
            gap = sp.sqrt((found[0] - sp.sin(1)) ** 2 + (found[1] - sp.cos(1)) ** 2)
            points.append((1 / steps, numbers([gap])[0]))
        chart.line(points, name, dots=True)
    return figure(
        chart.drawn(),
        "Distance of the solver's row 1 from the exact (sin 1, cos 1), frequency 1. Rows are exact rationals; their "
        "distance is enclosed. Slopes 1, 2 and 4 are the orders of the solvers.",
    )


def accuracy() -> str:
    """The figures of spec/accuracy.md, which were measured: column by column, over the last position of each row."""
    page = (spec.folder("spec") / "accuracy.md").read_text(encoding="utf-8")
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    rows = [(int(first.split(" to ")[1]), errors) for first, *errors in table if " to " in first]
    chart = Chart(Axis(1, rows[-1][0], "position", 2), Axis(1e-17, 1, "largest error", 10), "Error by position")
    for column, name in enumerate(table[0][1:]):
        found = [(max(1, last), float(errors[column])) for last, errors in rows if errors[column]]
        chart.line([(last, error) for last, error in found if error > 0], name)
    return figure(
        chart.drawn(),
        "Largest error of any entry of tables of cosines and sines, from each power of two to the next, every entry "
        "compared with its correctly rounded value: common formulas and libraries. Measured by posenc accuracy; the "
        "figures and versions stand in spec/accuracy.md.",
    )


PLOTS: dict[str, tuple[Callable[[], str], ...]] = {
    "sinusoidal": (heat_map, dot_product),
    "rope_bounds": (rope_bound,),
    "rope_decay": (rope_score,),
    "alibi": (slopes,),
    "t5": (buckets,),
    "floater": (convergence,),
}


def plots(ledger: str) -> str:
    """The plots of a ledger: its own, or the curve of a family."""
    if ledger in PLOTS:
        return "".join(draw() for draw in PLOTS[ledger])
    return sketch(ledger) if ledger in spec.families() else ""
