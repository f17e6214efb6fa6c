"""Formulas of the families that add to the input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.cli.html.formulas.kinds import H, Row, W, b, cells, d, delta, i, j, k, lam, named, omega, p, s, t, x, y
from posenc.definitions import family as definitions


def sinusoidal(which: Any) -> Iterator[Row]:
    """The wave of a pair, its frequency, and what moves it on by k positions."""
    sine, cosine = which.pair(p, i, d, b)
    yield "channel 2i of position p", named("PE")(p, 2 * i), sine
    yield "channel 2i + 1", named("PE")(p, 2 * i + 1), cosine
    yield "inverse frequency of pair i", omega, which.frequency(i, 0, d, b)
    waves = replace(which, frequency=lambda *_: omega)
    yield "pair i of position p + k is M times pair i of position p", named("M")(k), waves.shift_block(k, i, d, b)


def universal(which: Any) -> Iterator[Row]:
    """A sum of two sinusoids."""
    first, second = which.pair(which.position(p), which.step(t), i, d, b)
    yield "channel 2i, token p counted from 0, t steps done before", named("P")(t, p, 2 * i), first
    yield "channel 2i + 1", named("P")(t, p, 2 * i + 1), second


def grid(which: Any) -> Iterator[Row]:
    """A sinusoid of each coordinate."""
    for axis, size in ((x, W), (y, H)):
        pair = which.sinusoid.pair(which.coordinate(axis, size), i, which.exponent(d / 2, d), b)
        yield f"pair i of the channels of {axis}", named("f")(axis, i), sp.Matrix([pair])
    at = which.token(p, {"y": H, "x": W})
    yield "column of token p", x, at["x"]
    yield "row", y, at["y"]


def axial(which: Any) -> Iterator[Row]:
    """A sum of a row's and a column's entry."""
    entry = which.entry(named("R")(y, j), named("C")(x, j))
    yield "channel j of the table of sums", named("E")(y, x, j), entry
    R, C = (list(sp.symbols(f"{name}_1:3")) for name in "RC")
    yield "the table of both, two channels each", named("E")(y, x), sp.Matrix([which.beside(R, C)])


def learned(which: Any) -> Iterator[Row]:
    """What is added, and under two rules which row it is."""
    yield "one channel of a token", y, which.apply([[x]], [[named("P")(named("id")(t))]])[0][0]
    mask, pad = [list(sp.symbols("m_1:4"))], sp.Symbol("pad")
    for rule in ("plain", "opt"):
        one = definitions("learned").CONVENTIONS[f"learned/{rule}"] if rule != "plain" else which
        found = one.ids([[]], mask, pad)[0][-1]
        yield f"rule {rule}: row of the third token, with the mask m", named("id")(3), found


def interpolation(which: Any) -> Iterator[Row]:
    """Where a new place lies, and the kernels."""
    old, new, slope = sp.symbols("N M a", positive=True)
    yield "where new place i of M lies among N old ones", x, which.source(i, old, new)
    f = sp.Symbol("f", nonnegative=True)
    cubic = definitions("interpolation").CONVENTIONS["interpolation/cubic"]
    for kind, one in (("linear", which), ("cubic", replace(cubic, slope=slope))):
        for offset, weight in sorted(one.taps(f).items()):
            yield f"{kind}: weight of the old place ⌊x⌋ {offset:+d}, f = x − ⌊x⌋", named("w")(offset), weight


def floater(which: Any) -> Iterator[Row]:
    """One step of each solver, and the equation of a sinusoid."""
    for name, one in definitions("floater").CONVENTIONS.items():
        solver = which if one is definitions("floater").CONVENTIONS["floater/rk4"] else one
        moved = solver.step(lambda time, at: [lam * at[0]], [p], s)[0]
        yield f"{name}: one step of size s along p′ = λp", named("p")(t + s), sp.collect(sp.expand(moved), p)
    matrix = sp.Matrix(which.turn(which.pace(omega, delta)))
    yield "A pair (sin, cos) of frequency ω moves along p′ = A p", sp.Symbol("A"), matrix


def cpe(which: Any) -> Iterator[Row]:
    """The output for the middle cell of nine."""
    state, kernel = cells("x", 3, 3), cells("w", 3, 3)
    patches = [[entry] for row in state for entry in row]
    (found,) = which.encoding(patches, [kernel], [sp.Symbol("beta")], (1, 1), (3, 3))
    yield (
        "one channel of the middle cell of 3 × 3, kernel of side 3",
        sp.Symbol("y_11"),
        which.added(state[1][1], found),
    )
