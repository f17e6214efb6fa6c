"""Formulas of the biases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from posenc.cli.html.formulas.kinds import H, Row, W, b, d, delta, h, i, j, m, named, q, x

bias = named("b")(i, j)
n_q, n_k = sp.symbols("n_q n_k", integer=True)
slope = sp.Symbol("m_h", positive=True)


def alibi(which: Any) -> Iterator[Row]:
    """Bias and slopes."""
    p, top, more = sp.symbols("p B k", positive=True)
    yield "key j before query i", bias, which.bias(slope, i, j, n_q, n_k, use="causal")
    yield "symmetric use", bias, which.bias(slope, i, j, n_q, n_k, use="symmetric")
    yield "head h of the first p, p the power of two below; B is 8", slope, sp.Integer(2) ** -which.first(h, p, top)
    yield "head p + k", sp.Symbol("m_p+k"), sp.Integer(2) ** -which.extra(more, p, top)


def t5(which: Any) -> Iterator[Row]:
    """When a distance is in a bucket or a later one."""
    a, E, L, D = sp.symbols("a E L D", positive=True)
    left, right = which.edge(a, m, E, L, D)
    holds = sp.Ge(left, right, evaluate=False)
    yield "distance a is in bucket E + m or a later one: E exact buckets, L more up to distance D", None, holds
    rows = [(which.threshold(at, 32, 128, "causal"), at) for at in (15, 16, 20, 24, 28, 31)]
    table = sp.Matrix([[at for _, at in rows], [least for least, _ in rows]])
    yield "buckets above, and the least distance in each; 32 up to 128, causal", None, table


def swin(which: Any) -> Iterator[Row]:
    """v1's row of the table; v2's coordinates, bias and cosine."""
    down, across = sp.symbols("Delta_y Delta_x", real=True)
    yield "v1: row of the table in a window of H × W", named("row")(down, across), which.row(down, across, H, W)
    yield "v2: a difference, spread", x, which.spread(delta, W, 0)
    yield "v2: and shrunk, for its sign", named("f")(x), which.sign(x) * which.shrink(sp.Abs(x))
    yield "v2: the network's output, squashed", sp.Symbol("bias"), which.squash(x)
    qk, qq, kk, scale = sp.symbols("qk qq kk s", positive=True)
    yield "v2: cosine of a query and a key", sp.Symbol("cosine"), which.cosine(qk, qq, kk)
    yield "v2: its factor", sp.Symbol("tau"), which.scale(scale)


def kerple(which: Any) -> Iterator[Row]:
    """Both kernels at a distance."""
    r1, r2 = sp.symbols("r_1 r_2", positive=True)
    distance = which.causal(i, j, n_q, n_k)
    yield "logarithmic", bias, which.log(r1, r2, distance)
    yield "power", bias, which.power(r1, r2, distance)


def fire(which: Any) -> Iterator[Row]:
    """Progress, and the network of it."""
    c, threshold = sp.symbols("c L", positive=True)
    yield "progress", x, which.progress(which.causal(i, j), which.query(i, n_q, n_k), c, threshold)
    w1, b1, w2 = (list(sp.symbols(f"{name}_1:3")) for name in ("u", "v", "w"))
    (found,) = which.network(x, w1, b1, [w2], [sp.Symbol("beta")])
    yield "a network of two units", named("f")(x), found


def sandwich(which: Any) -> Iterator[Row]:
    """The sum of cosines."""
    heads, at = sp.Symbol("heads", positive=True), which.causal(i, j, n_q, n_k)
    total = sp.Sum(which.term(at, m, d, b), (m, 1, d / 2)) - which.centre(d)
    yield "head h", bias, sp.Mul(total, 1 / which.divisor(h, heads), evaluate=False)


def fox(which: Any) -> Iterator[Row]:
    """The gate's logarithm, and the sum between a key and a query."""
    yield "logarithm of a gate, from its logit", sp.log(sp.Symbol("f")), which.gate(x)
    logs = list(sp.symbols("l_0:4", real=True))
    yield "query 3 and key 1, l = ln f", named("b")(3, 1), which.between(logs, 3, 1)
    yield "one channel of the logit", named("s")(i, j), which.scale(d) * q * sp.Symbol("k") + which.term(bias, d)
