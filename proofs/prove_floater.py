"""Positions as a trajectory: what is true of it. Statements and sources: spec/floater/claims.toml.

A definition handed in stands for rk4. The other solvers are it with their own points and weights.
`posenc audit floater` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from posenc.definitions.floater import CONVENTIONS, Floater
from posenc.definitions.wrong import gallery
from posenc.proving import (
    require_all,
    require_digits,
    require_equal,
    require_less,
    require_nonzero,
    require_positive,
    require_zero,
    trust,
)

PAPER = CONVENTIONS["floater/rk4"]
WRONG = gallery("floater")

a, b, c, d, e, f, g, h, s, t, w, x, y, z = sp.symbols("a b c d e f g h s t w x y z", real=True)
u, v = sp.symbols("u v", positive=True)
PAIR, FREE, TURN = (x, y), ((a, b), (c, d)), ((0, w), (-w, 0))
ZERO, TENTH = (sp.Integer(0), sp.Integer(0)), sp.Rational(1, 10)


def _solver(which: Floater, name: str) -> Floater:
    """The definition with the points and weights of another solver."""
    other = CONVENTIONS[f"floater/{name}"]
    return replace(which, stages=other.stages, weights=other.weights)


def _row(which: Floater, start: sp.Expr, matrix: sp.Expr, bias: sp.Expr, delta: sp.Expr, steps: int = 1) -> sp.Matrix:
    """Position 1."""
    return sp.Matrix(which.rows(start, matrix, bias, 2, delta, steps)[1])


def _norm(p: sp.Matrix) -> sp.Expr:
    return sp.expand(p.dot(p))


def prove_anchor(which: Floater = PAPER) -> None:
    turn = ((0, 1), (-1, 0))
    for name, (sine, cosine) in {"euler": ("1/10", "1"), "midpoint": ("1/10", "199/200")}.items():
        found = _row(_solver(which, name), (0, 1), turn, ZERO, TENTH)
        require_equal(list(found), [sp.Rational(sine), sp.Rational(cosine)], f"one step of {name}")
    right = [sp.Rational(599, 6000), sp.Rational(238801, 240000)]
    require_equal(list(_row(which, (0, 1), turn, ZERO, TENTH)), right, "one step of rk4")
    found = _solver(which, "euler").rows((1,), ((1,),), (1,), 2, sp.Rational(1, 2), 2)
    require_equal(found, [[1], [sp.Rational(17, 8)]], "two steps of 1/4 with a bias: 1, then 3/2 + 5/8")


def prove_series(which: Floater = PAPER) -> None:
    for solver, order in ((_solver(which, "euler"), 1), (_solver(which, "midpoint"), 2), (which, 4)):
        factor = sum((s * w) ** k / sp.factorial(k) for k in range(order + 1))
        found = _row(solver, (x,), ((w,),), (0,), s)[0]
        require_zero(found - factor * x, f"a step multiplies by the series of exp up to order {order}")
    found = _row(which, PAIR, FREE, ZERO, s)
    matrix = sp.Matrix(FREE)
    right = sum((s**k * matrix**k / sp.factorial(k) for k in range(5)), sp.zeros(2)) * sp.Matrix(PAIR)
    require_zero((found - right).expand(), "and so for a matrix")


def prove_three_eighths(which: Floater = PAPER) -> None:
    rule = _solver(PAPER, "three-eighths")
    require_zero(_row(which, (x,), ((w,),), (b,), s)[0] - _row(rule, (x,), ((w,),), (b,), s)[0], "one dimension")
    difference = _row(which, PAIR, FREE, (e, f), s) - _row(rule, PAIR, FREE, (e, f), s)
    require_zero(difference.expand(), "a matrix of width 2 and a bias")
    squared = [one.step(lambda time, p: [p[0] ** 2], [sp.Integer(1)], TENTH)[0] for one in (which, rule)]
    require_nonzero(squared[0] - squared[1], "h(p) = p²: a step of 1/10 from 1 differs")


def prove_superposition(which: Floater = PAPER) -> None:
    whole = _row(which, (x + z * g, y + z * h), FREE, (e + z * t, f + z * s), 1)
    parts = _row(which, PAIR, FREE, (e, f), 1) + z * _row(which, (g, h), FREE, (t, s), 1)
    require_zero((whole - parts).expand(), "the step of a sum of values and biases is the sum of the steps")
    moved = _row(which, PAIR, FREE, (e, f), 1)
    require_equal([moved[0].coeff(e).subs(dict.fromkeys((a, b, c, d), 0)), moved[0].has(f)], [1, True], "b enters")


def prove_composition(which: Floater = PAPER) -> None:
    euler = _solver(which, "euler")
    first, middle, last = euler.rows(PAIR, FREE, (e, f), 3, s, 1)
    require_equal(first, list(PAIR), "row 0 is the initial value")
    again = euler.rows(middle, FREE, (e, f), 2, s, 1)
    require_zero((sp.Matrix(again[1]) - sp.Matrix(last)).expand(), "row 2 is row 1 of the table from row 1")
    counts = ((j, k, n) for j in range(12) for k in range(12) for n in range(1, 9))
    added = ((at, which.taken(at[0] + at[1], at[2]) == at[0] * at[2] + which.taken(at[1], at[2])) for at in counts)
    require_all(added, "j + k positions take the steps of j and those of k (j, k < 12, steps up to 8)")


def prove_refined(which: Floater = PAPER) -> None:
    euler = _solver(which, "euler")
    for steps in (1, 2, 3):
        coarse = sp.Matrix(euler.rows((x,), ((w,),), (b,), 3, s, steps))
        fine = sp.Matrix(euler.rows((x,), ((w,),), (b,), 2 * steps + 1, s / steps, 1)[::steps])
        require_zero((coarse - fine).expand(), f"{steps} steps a position: every row number that {steps} divides")


def prove_recurrence(which: Floater = PAPER) -> None:
    matrix, bias = sp.Matrix(FREE), sp.Matrix((e, f))
    p = sp.Matrix(PAIR)
    for k, row in enumerate(_solver(which, "euler").rows(PAIR, FREE, (e, f), 3, s, 1)):
        require_zero((sp.Matrix(row) - p).expand(), f"row {k} is the recurrence after {k} steps")
        p = p + s * (matrix * p + bias)


def prove_sinusoid(which: Floater = PAPER) -> None:
    angles = t / v, t / (u * v)
    p = sp.Matrix([wave(angle) for angle in angles for wave in (sp.sin, sp.cos)])
    velocity = sp.Matrix(which.velocity(which.sinusoid(4, u**2, v), list(p), 2 * ZERO))
    require_zero(p.diff(t) - velocity, "dim 4, base u², delta v: the derivative of (sin, cos, sin, cos) is A·p")
    require_equal(list(p.subs(t, 0)), [0, 1, 0, 1], "it starts from (0, 1) in each pair")
    trust("a linear differential equation has exactly one solution from each initial value (Picard, Lindelöf)")


def prove_euler_grows(which: Floater = PAPER) -> None:
    moved = _norm(_row(_solver(which, "euler"), PAIR, TURN, ZERO, s))
    require_zero(moved - (1 + s**2 * w**2) * (x**2 + y**2), "the squared norm is multiplied by 1 + s²ω²")
    path = _solver(which, "euler").rows((0, 1), ((0, 1), (-1, 0)), ZERO, 256, sp.Integer(1), 1)
    require_equal(_norm(sp.Matrix(path[255])), 2**255, "255 steps with sω = 1: squared norm 2^255")
    far = sp.sqrt(sp.Integer(2) ** 255)
    require_less(sp.Integer(240) * 10**36, far, "so the norm is above 2.40·10³⁸")
    require_less(far, sp.Integer(241) * 10**36, "and below 2.41·10³⁸")


def refute_norm_kept(which: Floater = PAPER) -> None:
    moved = _norm(_row(_solver(which, "midpoint"), PAIR, TURN, ZERO, s))
    require_zero(moved - (1 + s**4 * w**4 / 4) * (x**2 + y**2), "midpoint: 1 + s⁴ω⁴/4")
    lost = 1 - _norm(_row(which, (0, 1), ((0, 1), (-1, 0)), ZERO, TENTH))
    require_less(sp.Rational(13, 10**9), lost, "rk4 loses more than 1.3·10⁻⁸ of the squared norm in a step of 1/10")
    require_less(lost, sp.Rational(14, 10**9), "and less than 1.4·10⁻⁸")


def prove_runge_kutta_norm(which: Floater = PAPER) -> None:
    moved = _norm(_row(which, PAIR, ((0, z), (-z, 0)), ZERO, 1))
    require_zero(moved - (1 - z**6 / 72 + z**8 / 576) * (x**2 + y**2), "the squared norm")
    change = sp.cancel((moved / (x**2 + y**2) - 1) / z**6)
    require_zero(change - (z**2 - 8) / 576, "it changes by z⁶·(z² − 8)/576: of the sign of z − 2√2")


def refute_any_length(which: Floater = PAPER) -> None:
    solution = 1 / (1 - t)
    require_zero(sp.cancel(solution.diff(t) - solution**2), "1/(1 − t) has the velocity p², and is 1 at t = 0")
    require_zero(sp.cancel(solution.subs(t, 1 - 1 / u)) - u, "at t = 1 − 1/M it is M, whatever M: it ends at t = 1")
    step = which.step(lambda time, p: [p[0] ** 2], [sp.Integer(1)], u)[0]
    series = sum(u**k for k in range(5))
    rest = sp.Poly(sp.expand(step - series), u)
    require_equal(min(k for (k,) in rest.monoms()), 5, "rk4 follows its series 1 + t + t² + ... to order 4")
    require_positive(sp.expand(step - 1), [u], "and a single step leads over the end to a number", strict=False)
    size = which.size(sp.Integer(2), 1)
    require_equal(size, 2, "so a table with delta 2 would have a row where there is no trajectory")


def prove_velocity(which: Floater = PAPER) -> None:
    layers = ((a, b), (c, d)), (e, f), ((g, h, s),), (w,)
    found = which.network("tanh", t, (x,), *layers)[0]
    right = g * sp.tanh(a * x + b * t + e) + h * sp.tanh(c * x + d * t + f) + s * t + w
    require_zero(found - right, "one channel, two hidden units: both layers hear the time")
    size = which.network("relu", t, (sp.Integer(-2),), ((1, 0), (-1, 0)), (0, 0), ((1, 1, 0),), (0,))[0]
    require_equal(size.doit(), 2, "ReLU(p) + ReLU(−p) = |p|")


def prove_clock(which: Floater = PAPER) -> None:
    found = which.travel(lambda time, p: [4 * time**3], (x,), 3, s, 2)
    require_zero(sp.Matrix(found) - sp.Matrix([[x], [x + s**4], [x + 16 * s**4]]), "p' = 4t³, two steps a position: t⁴")


def prove_time_channel(which: Floater = PAPER) -> None:
    for solver in (which, *(_solver(which, name) for name in ("three-eighths", "midpoint", "euler"))):
        timed = solver.step(lambda time, p: [w * time**2 * p[0] + b * time], (x,), s, t)[0]
        channel = solver.step(lambda _, p: [w * p[1] ** 2 * p[0] + b * p[1], sp.Integer(1)], (x, t), s)[0]
        require_zero(sp.expand(timed - channel), f"{len(solver.weights)} velocities a step: p' = w·t²·p + b·t")


def _trees(which: Floater) -> list[sp.Expr]:
    """What each rooted tree of up to four nodes lacks of 1/its density."""
    count = len(which.weights)
    part = sp.Matrix([[*row, *[0] * (count - len(row))] for row in ((), *which.stages)])
    c, weights = sp.Matrix([which.node(row) for row in ((), *which.stages)]), sp.Matrix([which.weights])
    squares, cubes = c.multiply_elementwise(c), c.multiply_elementwise(c).multiply_elementwise(c)
    trees = (
        sp.ones(count, 1),
        c,
        squares,
        part * c,
        cubes,
        c.multiply_elementwise(part * c),
        part * squares,
        part**2 * c,
    )
    return [(weights * tree)[0] - sp.Rational(1, n) for tree, n in zip(trees, (1, 2, 3, 6, 4, 8, 12, 24), strict=True)]


def prove_order(which: Floater = PAPER) -> None:
    for solver in (which, _solver(which, "three-eighths")):
        require_equal(_trees(solver), [0] * 8, "order 4: every rooted tree of up to four nodes")
    midpoint, euler = (_trees(_solver(which, name)) for name in ("midpoint", "euler"))
    require_equal((midpoint[:2], midpoint[2] == 0), ([0, 0], False), "midpoint: order 2 and not 3")
    require_equal((euler[:1], euler[1] == 0), ([0], False), "euler: order 1 and not 2")
    trust("a method has order k for every smooth velocity when all rooted trees of up to k nodes are right (Butcher)")


def refute_same_method(which: Floater = PAPER) -> None:
    one, other = (
        solver.step(lambda time, p: [sp.sin(time) * p[0] ** 2], [sp.Integer(1)], TENTH, sp.Integer(1))[0]
        for solver in (which, _solver(which, "three-eighths"))
    )
    exact = 1 / (1 + sp.cos(1 + TENTH) - sp.cos(1))
    tails = [10**4 * (value - sp.Rational(10949, 10**4)) for value in (one, exact, other)]
    require_digits(tails, "0.3774 0.3788 0.3802", "p' = sin(t)·p² from p(1) = 1 to 1.1: 1.0949 and then")


def prove_represents(which: Floater = PAPER) -> None:
    inputs = ((1, 0, 0), (0, 1, 0)), (1, 1)
    found = which.network("relu", t, (u - 1, v - 1), *inputs, ((0, w, 0), (-w, 0, 0)), (-w, w))
    right = sp.Matrix(TURN) * sp.Matrix((u - 1, v - 1))
    require_zero(sp.Matrix(found).doit() - right, "p > −1 in every channel, as on the trajectory: A·p")


def prove_orientation(which: Floater = PAPER) -> None:
    factor = _row(which, (1,), ((z,),), (0,), 1)[0]
    squares = (z * (z + 2)) ** 2 / 24 + (z + sp.Rational(3, 2)) ** 2 / 3 + sp.Rational(1, 4)
    require_zero(factor - squares, "rk4 multiplies by squares and 1/4: never below 0")
    factor = _row(_solver(which, "midpoint"), (1,), ((z,),), (0,), 1)[0]
    require_zero(factor - ((z + 1) ** 2 + 1) / 2, "and so does midpoint, by a square and 1/2")
    require_equal(_row(_solver(which, "euler"), (x,), ((-1,),), (0,), 2)[0], -x, "p' = −p: a step of 2 by Euler is −p")
