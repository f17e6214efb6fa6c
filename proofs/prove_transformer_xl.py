"""Transformer-XL's relative positions: what is true of it. Statements and sources: spec/transformer_xl/claims.toml.

X stands for the position term of a query row at a distance, whatever it is; sizes and indices are free integers.
`posenc audit transformer_xl` runs this file; so does pytest.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from posenc.definitions import dot
from posenc.definitions.transformer_xl import CONVENTIONS, OPERATIONS, TransformerXL, add
from posenc.definitions.wrong import gallery
from posenc.proving import (
    require_all,
    require_equal,
    require_less,
    require_nonzero,
    require_pairing,
    require_positive,
    require_zero,
    trust,
)

PAPER = CONVENTIONS["transformer_xl/causal"]
WRONG = gallery("transformer_xl")

X = sp.Function("X")
a, j, t, past, rest, memory, beyond = sp.symbols("a j t past rest memory beyond", integer=True, nonnegative=True)
n_q = a + 1 + rest  # any number of queries, of which row a is one
n_k = n_q + memory  # with any number of keys before them
i = a + memory  # the position of row a
delta, b = sp.Symbol("delta", real=True), sp.Symbol("b", positive=True)  # a distance; the base, above 1
pair, d = sp.Symbol("pair", integer=True, nonnegative=True), sp.Symbol("d", integer=True, positive=True)
TEN_THOUSAND, D, DIM, NONE = sp.Integer(10_000), 4, 2, -1  # widths of head and model written out; no clamping


def _vector(name: str, size: int = D) -> list[sp.Expr]:
    return list(sp.symbols(f"{name}:{size}", real=True))


def _matrix(name: str, rows: int, columns: int) -> list[list[sp.Expr]]:
    return [_vector(f"{name}{row}_", columns) for row in range(rows)]


def _times(matrix: list[list[sp.Expr]], vector: list[sp.Expr]) -> list[sp.Expr]:
    return [dot(row, vector) for row in matrix]


Q, K, ZERO = _vector("q"), _vector("k"), [sp.Integer(0)] * D
U, V, W_R = _vector("u"), _vector("v"), _matrix("w", D, DIM)


def _scores(which: TransformerXL, q: list[Any], k: list[Any], **other: Any) -> list[list[sp.Expr]]:
    """One head of width 4 in a model of width 2."""
    return which.scores(q, k, **{"w_r": W_R, "u": U, "v": V, "base": b, "clamp_len": NONE, **other})


def _relative_key(distance: int) -> list[sp.Expr]:
    """W_R R_δ of that model, written out."""
    return _times(W_R, [sp.sin(distance), sp.cos(distance)])


def _distance(which: TransformerXL, query: sp.Expr, key: sp.Expr) -> sp.Expr:
    """The distance whose row is read for a pair of positions."""
    return which.read(lambda row, distance: distance, a, query, key, n_q, n_k)


def prove_anchor(which: TransformerXL = PAPER) -> None:
    q, k = ([[1, 0, 0, 0], [0, 0, 1, 0], [1, 1, 1, 1]], [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 1]])
    rows = which.scores(q, k, sp.eye(4).tolist(), [1, 0, 0, 0], [0, 0, 0, 1], TEN_THOUSAND, NONE)
    near, far = ([*map(sp.sin, (p, p / 100)), *map(sp.cos, (p, p / 100))] for p in (sp.Integer(1), sp.Integer(2)))
    doubled = [[3], [1 + near[2] + near[3], 2], [3 + sum(far) + far[3], 1 + sum(near) + near[3], 5]]
    for found, right in zip(rows, doubled, strict=True):
        require_equal(found[len(right) :], [-sp.oo] * (3 - len(right)), "keys after the query are forbidden")
        require_zero(2 * sp.Matrix(found[: len(right)]) - sp.Matrix(right), f"row {len(right) - 1} of the example")
    for value, digits in ((rows[1][0], "1.27012615314240"), (rows[2][0], "2.75637463515251")):
        require_less(sp.Rational(digits), value, f"its value is above {digits}")
        require_less(value, sp.Rational(digits) + sp.Rational(1, 10**14), "and less than a last digit above")


def prove_four_terms(which: TransformerXL = PAPER) -> None:
    W_Q, W_K = _matrix("Q", D, 2), _matrix("K", D, 2)
    x, y, p, s = (_vector(name, 2) for name in ("x", "y", "p", "s"))  # contents and positions of query and key
    q, k = _times(W_Q, x), _times(W_K, y)

    def terms(key: list[sp.Expr], global_c: list[sp.Expr], global_d: list[sp.Expr]) -> sp.Expr:
        return dot(q, k) + dot(q, key) + dot(global_c, k) + dot(global_d, key)

    absolute = dot(_times(W_Q, add(x, p)), _times(W_K, add(y, s)))
    four = terms(_times(W_K, s), _times(W_Q, p), _times(W_Q, p))
    require_zero(absolute - four, "W_Q (x + p) · W_K (y + s) is (a) + (b) + (c) + (d)")
    four = terms(_relative_key(1), U, V)
    score = _scores(which, [q], [k, K])[0][0]
    require_zero(2 * score - four, "with W_K s → W_R R_1 and W_Q p → u in (c), v in (d): √d times the score")


def prove_relative(which: TransformerXL = PAPER) -> None:
    plain, moved = (which.read(X, a, i + by, j + by, n_q, n_k) for by in (0, t))
    require_equal(plain, X(a, i - j), "the position term is that of distance i − j")
    require_equal(moved, plain, "so it is the same when all positions are moved by t")
    content = _scores(which, [Q, Q], [K, K], w_r=[[0] * DIM] * D)
    require_zero(content[1][0] - content[1][1], "without it, equal keys have equal scores wherever they stand")


def prove_memory(which: TransformerXL = PAPER) -> None:
    cached = which.read(X, a, i, j, n_q, n_k)
    whole = which.read(lambda row, distance: X(row - memory, distance), a + memory, i, j, n_k, n_k)
    require_equal(cached, whole, "row a after a memory is row a + n_k − n_q of the whole sequence")
    q, k = [_vector(f"q{row}_") for row in range(3)], [_vector(f"k{row}_") for row in range(3)]
    alone, last = _scores(which, q[2:], k), _scores(which, q, k)[2:]
    require_equal(alone, last, "3 tokens: the last one alone, with a memory of 2")


def prove_rows(which: TransformerXL = PAPER) -> None:
    above = n_k - 1 - _distance(which, i, j)
    require_positive(above, [j, rest], "δ ≤ n_k − 1, so the row n_k of XLNet is not read", strict=False)
    require_zero(n_k - 1 - _distance(which, n_k - 1, sp.Integer(0)), "which the last query and the first key reach")
    require_positive(_distance(which, j + past, j), [past], "for j ≤ i δ ≥ 0: rows n_k − 1 ... 0", strict=False)
    below = _distance(which, i, n_k - 1) - (1 - n_q)
    require_positive(below, [a], "for any j δ ≥ 1 − n_q: rows n_k ... 1 − n_q", strict=False)


def _sizes(*, junk: bool) -> list[tuple[int, int, int]]:
    """Queries, keys and columns, up to 4 keys; if asked for, only those that leave junk."""
    found = [(n, m, c) for m in range(1, 5) for n in range(1, m + 1) for c in sorted({m, m + 1, m + n})]
    return [(n, m, c) for n, m, c in found if not junk or (c <= m + 1 and n > 1)]


def prove_shift(which: TransformerXL = PAPER) -> None:
    seen = {a: j + past - memory}  # so that i − j is past, not negative
    row, queries, keys = (sp.expand(size.subs(seen)) for size in (a, n_q, n_k))
    column = which.flat(row, j, queries, keys + 1) - row * (keys + 1)
    require_zero(column - (keys - past), "rows of width n_k + 1: entry (a, j) is column n_k − (i − j) of row a")
    require_positive(sp.expand(keys - past), [j, rest], "which is at least 1, so not the pad")
    require_equal(which.pad, 1, "the pad stands first, so column n_k − δ is that of δ in rows n_k − 1 ... 0 as well")
    width = n_k + n_q
    column = which.flat(a, j, n_q, width) - a * width
    require_zero(column - (n_k - (i - j)), "rows of width n_k + n_q: column n_k − (i − j) of row a, for every key")
    require_positive(sp.expand(column), [j, rest], "at least 1")
    last = sp.expand(width - 1 - column.subs(j, n_k - 1 - beyond))
    require_positive(last, [a, beyond], "and at most the last column: j ≤ n_k − 1", strict=False)
    for n, m, columns in _sizes(junk=False):
        x, first = _matrix("x", n, columns), m - 1 if columns == m else m
        found = which.shift(x, m)
        held = (
            ((at, key), found[at][key] == x[at][first - (at + m - n - key)])
            for at in range(n)
            for key in range(m if columns == m + n else at + m - n + 1)
        )
        require_all(held, f"{n} queries, {m} keys, {columns} columns, entry by entry")


def prove_junk(which: TransformerXL = PAPER) -> None:
    later = {rest: beyond + 1 + t}  # so that there is a key i + 1 + beyond
    queries, keys = n_q.subs(later), n_k.subs(later)
    at = which.flat(a, i + 1 + beyond, queries, keys + 1) - (a + 1) * (keys + 1)
    require_zero(at - beyond, "rows of width n_k + 1: key i + 1 + s is column s of row a + 1")
    require_positive(sp.expand(keys - beyond), [a, memory, t], "which there is")
    for n, m, columns in _sizes(junk=True):
        x, pad = _matrix("x", n, columns), int(columns == m)
        found = which.shift(x, m)
        held = (
            ((row, s), found[row][row + m - n + 1 + s] == (x[row + 1][s - pad] if s >= pad else 0))
            for row in range(n)
            for s in range(n - 1 - row)
        )
        require_all(held, f"{n} queries, {m} keys, {columns} columns: 0 if there is a pad, then row a + 1")


def refute_shift_everywhere(which: TransformerXL = PAPER) -> None:
    x = _matrix("x", 3, 3)
    found = which.shift(x, 3)
    require_equal([row[: n + 1] for n, row in enumerate(found)], [x[0][2:], x[1][1:], x[2]], "right for j ≤ i")
    require_equal(found[0][1:], [0, x[1][0]], "row 0, keys 1 and 2: a zero, and distance 2 of query 1")
    require_equal(found[1][2], 0, "row 1, key 2: a zero")


def prove_direction(which: TransformerXL = PAPER) -> None:
    back, ahead = (which.wave.pair(sign * delta, pair, d, b) for sign in (1, -1))
    require_zero(ahead[0] + back[0], "the sine of −δ is that of δ, negated")
    require_zero(ahead[1] - back[1], "the cosine is the same")
    require_pairing(which.wave.place, "the pairs cover every channel once")
    rows = [which.row(sign * delta, 4, b, NONE) for sign in (1, -1)]
    turned = [sum(both) if channel < 2 else both[0] - both[1] for channel, both in enumerate(zip(*rows, strict=True))]
    require_zero(sp.Matrix(turned), "d = 4: sines are channels 0 and 1, cosines channels 2 and 3")
    require_nonzero(rows[0][0].subs(delta, 1), "sin 1 is not 0, so R_1 and R_{−1} differ")
    trust("π is irrational, so sin δ is not 0 for an integer δ other than 0")


def prove_clamp(which: TransformerXL = PAPER) -> None:
    c = sp.Symbol("c", integer=True, positive=True)
    require_equal(which.clamp(c + past, c), c, "δ ≥ clamp_len gives clamp_len")
    require_equal(which.clamp(-c - past, c), -c, "δ ≤ −clamp_len gives −clamp_len")
    require_equal(which.clamp(-past, NONE), -past, "−1 changes nothing")
    for most in range(1, 7):
        inside = ((m, which.clamp(sp.Integer(m), most) == m) for m in range(-most, most + 1))
        require_all(inside, f"clamp_len {most}: nearer distances are kept")
        least = ((m, which.clamp(sp.Integer(m), most) == min(m, most)) for m in range(13))
        require_all(least, "for δ ≥ 0 it is Transformer-XL's min(δ, clamp_len)")


def prove_independent(which: TransformerXL = PAPER) -> None:
    omega, other, gap, step = sp.symbols("omega omega_2 gap step", positive=True)
    wave = sp.Matrix(which.wave.wave(which.wave.angle(delta, omega)))
    change = sp.Matrix([[1 / (2 * sp.I), -1 / (2 * sp.I)], [sp.Rational(1, 2), sp.Rational(1, 2)]])
    powers = sp.Matrix([sp.exp(sp.I * omega * delta), sp.exp(-sp.I * omega * delta)])
    require_zero(wave - change * powers, "(sin δω, cos δω) is an invertible change of (e^{iωδ}, e^{−iωδ})")
    require_zero(change.det() * 2 * sp.I - 1, "whose determinant is 1/(2i)")
    exponents = [sp.powsimp(sp.log(which.wave.frequency(pair + n, side, d, b))) for n, side in ((0, 0), (0, 1), (1, 0))]
    first, second, following = (sp.expand(sp.expand_log(e) / sp.log(b) * d) for e in exponents)
    require_equal(first, second, "sine and cosine of a pair share their frequency")
    require_equal(sp.expand(following - first), -2, "frequencies fall strictly, so the d numbers ±ω are all different")
    require_pairing(which.wave.place, "the pairs cover every channel once, so R_δ is a change of the d powers e^{±iωδ}")
    one, two = delta + step, other + gap
    swapped = sp.expand(two * one + other * delta - two * delta - other * one)
    require_equal(swapped, gap * step, "Σ ωδ falls when a larger ω takes a smaller δ: one order alone is the greatest")
    trust("Lindemann-Weierstrass: e^α for different algebraic α are linearly independent over the algebraic numbers")
    for chosen in ((0, 1, 2, 3), (-1, 0, 1, 7), (-40, 3, 5, 12)):
        rows = sp.Matrix([which.row(sp.Integer(m), 4, TEN_THOUSAND, NONE) for m in chosen])
        require_nonzero(rows.det(), f"d = 4, distances {chosen}")


def prove_special(which: TransformerXL = PAPER) -> None:
    plain = _scores(which, [Q], [K, K], u=ZERO, v=ZERO)[0][0]
    require_zero(2 * plain - dot(Q, add(K, _relative_key(1))), "u = v = 0: q·(k + W_R R_1)/√d, Shaw's form")
    content = _scores(which, [Q], [K, K], w_r=[[sp.Integer(0)] * DIM] * D)[0][0]
    require_zero(2 * content - dot(add(Q, U), K), "W_R = 0: (q + u)·k/√d, no positions")


def prove_position_bias(which: TransformerXL = PAPER) -> None:
    keys = [_vector(f"k{row}_") for row in range(3)]
    found = _scores(which, [ZERO, ZERO], keys, u=ZERO)
    for row, key in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2)):
        gap = sp.expand(2 * found[row][key] - dot(V, _relative_key(row + 1 - key)))
        require_zero(gap, f"q = u = 0, distance {row + 1 - key}: v·W_R R/√d, whatever the keys")


def refute_query_only(which: TransformerXL = PAPER) -> None:
    unit, weights = [1, 0, 0, 0], [[1, 0], [0, 0], [0, 0], [0, 0]]
    content = _scores(which, [ZERO], [unit, ZERO], u=unit, v=ZERO)[0]
    require_equal(content, [sp.Rational(1, 2), 0], "q = 0, u = (1, 0, 0, 0): keys u and 0 have logits 1/2 and 0")
    position = _scores(which, [ZERO], [ZERO, ZERO], u=ZERO, v=unit, w_r=weights)[0]
    require_equal(position, [sp.sin(1) / 2, 0], "q = k = 0, v = (1, 0, 0, 0): distances 1 and 0 have (sin 1)/2 and 0")
    require_nonzero(position[0], "so equal keys at two distances differ although the query is 0")


def prove_segments(which: TransformerXL = PAPER) -> None:
    r_s, embeddings = _vector("r"), _matrix("s", 2, D)
    given = {"q": [Q, U], "r_s": r_s, "embeddings": embeddings}
    define = OPERATIONS["segment_scores"].define
    plain, renamed = (define(which, {}, query_ids=n[1:], key_ids=n, **given)["scores"] for n in ([0, 0, 1], [7, 7, 3]))
    require_equal(plain, renamed, "renaming the segments changes nothing")
    for row, query in enumerate((Q, U)):
        for key in range(3):
            same = (row == 0) == (key < 2)
            right = dot(add(query, r_s), embeddings[0 if same else 1])
            require_zero(2 * plain[row][key] - right, f"query {row + 1}, key {key}: (q + r_s)·s/√d")
