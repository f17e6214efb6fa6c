"""Formulas of the families whose logits compare content with relative positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.cli.html.formulas.kinds import Row, b, beta, d, delta, i, j, key, named, q, x

u, v, w, scale = sp.symbols("u v w alpha", real=True)
logit = named("s")(i, j)


def shaw(which: Any) -> Iterator[Row]:
    """One channel of the logit, and the row of the table."""
    a, a_key = sp.symbols("a_ij b_ij", real=True)
    share = which.logit([q], [key], [a], [a_key], which.scale(d), "query")
    yield "what one channel adds to the logit", logit, share
    left, right, distance = sp.symbols("L R r", integer=True)
    yield "row of the tables at distance r = j − i", named("row")(distance), which.row(distance, left, right)
    yield (
        "one channel of the output of two keys",
        sp.Symbol("z"),
        which.average(
            list(sp.symbols("w_1:3")), [[one] for one in sp.symbols("v_1:3")], [[one] for one in sp.symbols("b_1:3")]
        )[0],
    )


def transformer_xl(which: Any) -> Iterator[Row]:
    """The logit, one channel of each part, and the sinusoid of a distance."""
    (content,), (position,) = which.biased([q], [u], [v])
    R = sp.Symbol("R", real=True)
    yield "one channel of each term, R of the row W_R R_{i−j}", logit, which.logit(content * key, position * R, d, d)
    yield "pair i of the sinusoid of distance δ", named("R")(delta), sp.Matrix([which.wave.pair(delta, i, d, b)])


def deberta(which: Any) -> Iterator[Row]:
    """The logit and the row of the tables."""
    content, c2p, p2c = q * key, q * named("K")(delta), key * named("Q")(-delta)
    yield "one channel of each of three terms", logit, which.logit(content, c2p + p2c, which.scale(2, d))
    distance, span = sp.symbols("x k", integer=True)
    yield "row of the tables at x = i − j, 2k rows", named("delta")(distance), which.clip(distance, span, span)


def tupe(which: Any) -> Iterator[Row]:
    """Content and position apart, and the classification token."""
    one = replace(which, scale=lambda _: which.scale(d))
    p_q, p_k, bias, first, second = sp.symbols("p_q p_k b_ij theta_1 theta_2", real=True)
    vectors = ([q], [key], [p_q], [p_k])
    yield "one channel of each part", logit, one.logit(1, 2, vectors, bias, (first, second))
    yield "in the row of the classification token", named("s")(0, j), one.logit(0, 2, vectors, bias, (first, second))
    yield "in its column", named("s")(i, 0), one.logit(1, 0, vectors, bias, (first, second))


def cope(which: Any) -> Iterator[Row]:
    """The gate, the position, and the weights of two rows of the table."""
    yield "gate of a logit x", named("g")(x), which.gate(x)
    gates = replace(which, gate=named("g"))
    found = gates.positions(list(sp.symbols("x_0:3")), 2, 3)
    yield "position of key 1 for the query at 2, table of rows 0 ... 3", named("p")(2, 1), found[1]
    p, m = sp.symbols("p m", real=True)
    yield "weight of row m of the table", named("w")(m), which.weight(p, m)


def path_attention(which: Any) -> Iterator[Row]:
    """What a token does to the keys before it."""
    xs, ws, size = sp.symbols("x_1:3"), sp.symbols("w_1:3"), sp.Symbol("|w|", positive=True)
    moved = replace(which, size=lambda w: size**2 if which.size(w) == sum(one**2 for one in w) else which.size(w))
    yield "H·x of two channels", sp.Symbol("H") * sp.Symbol("x"), sp.Matrix(moved.step(xs, ws, beta))
