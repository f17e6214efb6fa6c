"""Formulas of attention itself, and of the mathematics behind several families."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from posenc.cli.html.formulas.kinds import Row, b, d, i, j, key, m, n, named, q, theta, x

v, w = sp.symbols("v w", real=True)


def attention(which: Any) -> Iterator[Row]:
    """The logit, and the weights of two keys."""
    bias = sp.Symbol("b_ij", real=True)
    yield "one channel of the logit", named("s")(i, j), which.logit(q * key, which.scale(d), bias)
    weights = which.weigh(list(sp.symbols("s_1:4", real=True)))
    yield "weight of the first of three keys", sp.Symbol("w_1"), weights[0]


def nope(which: Any) -> Iterator[Row]:
    """The logit, to which nothing is added."""
    attend = which.attention
    yield "one channel of the logit", named("s")(i, j), attend.logit(q * key, attend.scale(d), which.bias(i, j))
    rows = which.attend([[q]], [[0], [0]], [[v], [w]], use="causal")
    yield "output of the last query where both keys are alike", sp.Symbol("y"), rows[0][0]


def linear_attention(which: Any) -> Iterator[Row]:
    """The feature map, and the weights of two keys."""
    yield "feature of an entry", named("phi")(x), which.feature(x)
    above, below = sp.symbols("a_1:3", real=True), sp.symbols("c_1:3", real=True)
    yield "weight of the first of two keys: turned above, not below", sp.Symbol("w_1"), which.weigh(above, below)[0]
    yield (
        "what is above, of two channels",
        sp.Symbol("a_1"),
        which.above(sp.symbols("q_1:3"), sp.symbols("k_1:3"), i, j, which, b),
    )


def expansion(which: Any) -> Iterator[Row]:
    """The four terms, and what some methods keep of them."""
    a, p, c, at, R, u, vector, beta = sp.symbols("a p b s R u v beta", real=True)
    yield (
        "one channel of each term: a, b contents, p, s positions",
        sp.Symbol("dot"),
        sp.Add(*which.terms([a], [p], [c], [at])),
    )
    yield "Shaw", sp.Symbol("dot"), sp.Add(*which.shaw([a], [c], [R]))
    yield "Transformer-XL", sp.Symbol("dot"), sp.Add(*which.transformer_xl([a], [c], [R], [u], [vector]))
    yield "T5", sp.Symbol("dot"), sp.Add(*which.t5([a], [c], beta))


def rope_derivation(which: Any) -> Iterator[Row]:
    """What queries and keys are multiplied with."""
    rate, turn = sp.symbols("lambda theta", real=True)
    yield "a query at m, as a complex number", named("f_q")(m) / q, which.query(m, rate, turn)
    yield "a key at n", named("f_k")(n) / key, which.key(n, rate, turn)
    yield "one times the other's conjugate", None, sp.simplify(which.product(m, n, rate, turn))


def rope_bounds(which: Any) -> Iterator[Row]:
    """Abel's factor, and both constants of the interpolation bound."""
    total, M, log_b = sp.symbols("S M L", positive=True)
    yield "B of the sum S of M moduli", sp.Symbol("B"), which.bound(total, M)
    yield "what Chen et al. print, L = ln b", sp.Symbol("C"), which.printed(d, log_b)
    yield "what holds", sp.Symbol("C"), which.mended(d, log_b)


def rope_decay(which: Any) -> Iterator[Row]:
    """What turns a pair, and the score of a query and a key that are alike, one token apart."""
    yield "frequency of pair i", theta, which.rope.frequency(i, d, d, b)
    yield "rotation of the pair at m", named("R")(m), which.block(m)
    ones = sp.Matrix([1, 1])
    found = which.score(ones, ones).subs({m: n, sp.Symbol("n", real=True): 0})
    yield "what it adds at distance n for q = k = (1, ..., 1)", named("s")(n), sp.expand(found)
