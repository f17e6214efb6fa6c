"""Formulas of the families that turn queries and keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy as sp

from posenc.cli.html.formulas.kinds import Row, b, d, gamma, i, j, m, n, named, omega, p, phi, r, s, t, theta, x, y
from posenc.definitions import Fixed
from posenc.definitions.rope_scaling import bands

angle = sp.Symbol("alpha_i", real=True)


def rope(which: Any) -> Iterator[Row]:
    """Frequency, rotation, and where the channels of a pair stand."""
    yield "inverse frequency of pair i", theta, which.frequency(i, r, d, b)
    plain = replace(which, frequency=lambda *_: theta)
    yield "rotation of pair i at position m", named("R")(m), plain.block(m, i, r, b)
    yield "channels of pair i", None, sp.Matrix([[which.place(i, side, r) for side in (0, 1)]])


def rope_scaling(which: Any) -> Iterator[Row]:
    """Each type's frequency."""
    length, extent, kept = sp.symbols("l L kappa_i", positive=True)
    low, high = sp.symbols("low high", positive=True)
    given = Fixed({"low_freq_factor": low, "high_freq_factor": high, "factor": s})
    yield "linear: interpolated", named("f")(theta), which.shrink(theta, s)
    yield "ntk: base", sp.Symbol("b'"), which.stretched(b, s, r)
    yield "dynamic: s beyond the original context L, at length l", sp.Symbol("s'"), which.bracket(s, length, extent)
    yield "by parts, yarn: a share κ of the frequency is kept", named("f")(theta), which.blend(theta, s, kept)
    yield (
        "llama3: low and high are turns within L",
        named("f")(theta),
        bands(replace(which, extent=lambda _: extent), theta, given),
    )
    yield "longrope", named("f")(theta), which.picked(theta, sp.Symbol("lambda_i", positive=True))
    yield "yarn: factor of both waves", sp.Symbol("A"), which.attention(Fixed({"rope_type": "yarn", "factor": s}))


def rope_axial(which: Any) -> Iterator[Row]:
    """The angle of a pair of the column, and a mixed one."""
    for axis, at in enumerate((x, y)):
        turned = which.rope.angle(at, which.frequency(which.rope, axis, j, d, b))
        yield f"angle of pair j of the {('columns', 'rows')[axis]}", named("alpha")(j, at), turned
    given = sp.symbols("t_x t_y", real=True)
    yield "mixed, with given frequencies", named("alpha")(x, y), which.mix((x, y), given)
    yield "rotation of a pair by its angle", named("R")(angle), which.rope.turn(angle)


def mrope(which: Any) -> Iterator[Row]:
    """The axis of each pair, and its angle."""
    yield "inverse frequency of pair j", sp.Symbol("theta_j"), which.rope.frequency(j, r, r, b)
    named_rates = replace(which, rope=replace(which.rope, frequency=lambda pair, *_: sp.Symbol(f"theta_{pair}")))
    position = sp.symbols("t y x", real=True)
    angles = sp.Matrix([named_rates.angle(pair, position, 12, (2, 2, 2), b) for pair in range(6)])
    yield "angles of the pairs at (t, y, x); 12 channels, sections (2, 2, 2)", named("alpha")(*position), angles
    yield "rotation of a pair by its angle", named("R")(angle), which.rope.turn(angle)


def xpos(which: Any) -> Iterator[Row]:
    """What a pair is stretched by."""
    zeta, center, unit = sp.symbols("zeta_i c B", positive=True)
    yield "of pair i", zeta, which.zeta(i, d, gamma)
    params = {"center": center, "scale_base": unit, "gamma": gamma}
    one = replace(which, zeta=lambda *_: zeta)
    for role in ("query", "key"):
        yield f"factor of a {role} at n, beside the rotation", named(role)(n), one.scale(i, d, n, params, role)
    yield "the rotation", named("R")(n), replace(which.rope, frequency=lambda *_: theta).block(n, i, d, b)


def selective_rope(which: Any) -> Iterator[Row]:
    """The phase, and the rotation by it."""
    steps = [[sp.Symbol(f"omega_{token}", real=True)] for token in range(4)]
    yield "phase of a pair of token 3", named("phi")(3), which.phases(steps)[3][0]
    yield "rotation", named("R")(phi), which.rope.turn(phi)


def liere(which: Any) -> Iterator[Row]:
    """The exponential of a skew-symmetric matrix of three channels."""
    entries, A = list(sp.symbols("a_12 a_13 a_23", real=True)), sp.MatrixSymbol("A", 3, 3)
    yield "a block of three channels", A, which.generator(entries)
    yield "its length", s, which.length(entries)
    first, second = which.sine(s), which.versine(s)
    yield "its exponential", named("exp")(A), sp.Identity(3) + first * A + second * A**2
    at, axes = sp.symbols("x y", real=True), sp.symbols("u v", real=True)
    yield "entry at the coordinates (x, y)", entries[0], which.combined(at, [[axes[0]], [axes[1]]])[0]


def grape(which: Any) -> Iterator[Row]:
    """The rotation of one plane, and the two added channels."""
    a, c = (sp.symbols(f"{name}_1:3", real=True) for name in "ab")
    yield "two channels", s**2, which.squared(a, c)
    once, twice = sp.symbols("Lx L²x", real=True)
    yield "exp(tL)·x, t = n·ω", sp.Symbol("y"), which.form([x], [once], [twice], t, s)[0]
    drift = which.drift(n, omega)
    for role in ("key", "query"):
        yield f"additive: matrix of a {role} of one channel", named("G")(n), which.carried(role, which.corner(1), drift)


def hyperbolic_rope(which: Any) -> Iterator[Row]:
    """Both matrices of a pair."""
    rapidity, damping = sp.symbols("t_i delta", real=True)
    for role in ("key", "query"):
        yield f"pair i of a {role} at position p", named(role)(p), which.matrix(p, [rapidity], damping, role)
