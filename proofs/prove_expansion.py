"""The four terms of an inner product of contents and positions. Statements and sources: spec/expansion/claims.toml.

Rows x, y are the contents of a query and a key, p and s their positions. Written out for model width 3, head width 2
and three tokens; for every size the product is bilinear, which `four_terms` decides in symbols that do not commute.
`posenc audit expansion` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from posenc.definitions import dot
from posenc.definitions.alibi import CONVENTIONS as ALIBI
from posenc.definitions.attention import CONVENTIONS as ATTENTION
from posenc.definitions.deberta import CONVENTIONS as DEBERTA
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.shaw import CONVENTIONS as SHAW
from posenc.definitions.t5 import CONVENTIONS as T5
from posenc.definitions.transformer_xl import CONVENTIONS as TRANSFORMER_XL
from posenc.definitions.tupe import CONVENTIONS as TUPE
from posenc.proving import require_equal, require_nonzero, require_zero

Row = Sequence[sp.Expr]
Rows = Sequence[Row]
Terms = tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]
Method = tuple[Rows, sp.Expr, Callable[[int, int], Terms]]  # scores, a factor, and the terms of query i and key j
NONE = sp.Integer(0)


@dataclass(frozen=True)
class Expansion:
    """What each method makes of the four terms; replace a field to get wrong ones.

    A query has the content a = x W_Q and the position p W_Q, a key b = y W_K and s W_K. The terms are content with
    content, content with position, position with content, position with position.

    terms           (a, p W_Q, b, s W_K) → the four
    shaw            (a, b, R) → p left out, s W_K replaced by R
    transformer_xl  (a, b, R, u, v) → s W_K replaced by R; p W_Q by u where it meets content, by v where position
    t5              (a, b, β) → mixed terms left out, position with position replaced by β
    tupe            (a, b, p U_Q, s U_K, β) → mixed terms left out, position with position by weights of its own, plus β
    deberta         (a, b, R for the key, R for the query) → position with position left out
    rope            what a pair of channels is turned by
    """

    terms: Callable[[Row, Row, Row, Row], Terms] = lambda a, p, b, s: (dot(a, b), dot(a, s), dot(p, b), dot(p, s))
    shaw: Callable[[Row, Row, Row], Terms] = lambda a, b, R: (dot(a, b), dot(a, R), NONE, NONE)
    transformer_xl: Callable[[Row, Row, Row, Row, Row], Terms] = lambda a, b, R, u, v: (
        dot(a, b), dot(a, R), dot(u, b), dot(v, R))  # fmt: skip
    t5: Callable[[Row, Row, sp.Expr], Terms] = lambda a, b, beta: (dot(a, b), NONE, NONE, beta)
    tupe: Callable[[Row, Row, Row, Row, sp.Expr], Terms] = lambda a, b, p, s, beta: (
        dot(a, b), NONE, NONE, dot(p, s) + beta)  # fmt: skip
    deberta: Callable[[Row, Row, Row, Row], Terms] = lambda a, b, R, S: (dot(a, b), dot(a, R), dot(S, b), NONE)
    rope: Callable[[sp.Expr], sp.Matrix] = ROPE["rope/interleaved"].turn


PAPER = Expansion()
WRONG: dict[str, Callable[[Expansion], Expansion]] = {
    "expansion/mixed-terms-forgotten": lambda which: replace(
        which, terms=lambda a, p, b, s: (dot(a, b), NONE, NONE, dot(p, s))
    ),
    "expansion/mixed-terms-exchanged": lambda which: replace(
        which, terms=lambda a, p, b, s: (dot(a, b), dot(p, b), dot(a, s), dot(p, s))
    ),
    "expansion/shaw-of-both-sides": lambda which: replace(
        which, shaw=lambda a, b, R: (dot(a, b), dot(a, R), dot(R, b), NONE)
    ),
    "expansion/one-bias-for-both": lambda which: replace(
        which, transformer_xl=lambda a, b, R, u, v: (dot(a, b), dot(a, R), dot(u, b), dot(u, R))
    ),
    "expansion/t5-without-content": lambda which: replace(which, t5=lambda a, b, beta: (NONE, NONE, NONE, beta)),
    "expansion/tupe-tied-weights": lambda which: replace(
        which, tupe=lambda a, b, p, s, beta: (dot(a, b), dot(a, s), dot(p, b), dot(p, s) + beta)
    ),
    "expansion/deberta-keeps-all": lambda which: replace(
        which, deberta=lambda a, b, R, S: (dot(a, b), dot(a, R), dot(S, b), dot(S, R))
    ),
    "expansion/rotation-left-out": lambda which: replace(which, rope=lambda angle: sp.eye(2)),
}

D, WIDTH, N = 2, 3, 3  # head width, model width, tokens
x, y, p, s = (sp.Matrix(1, WIDTH, sp.symbols(f"{name}:{WIDTH}", real=True)) for name in "xyps")
Q, K = (sp.Matrix(WIDTH, D, sp.symbols(f"{name}:{WIDTH * D}", real=True)) for name in "QK")
A, B, U, V = ([sp.symbols(f"{name}{i}_:{D}", real=True) for i in range(N)] for name in "abuv")
T, S = ([sp.symbols(f"{name}{i}_:{D}", real=True) for i in range(2 * N)] for name in "tz")  # tables
ZERO, BASE = [NONE] * D, sp.Integer(10_000)
THETAS = sp.symbols("theta_1:3", real=True)
BETA, SLOPE, FAR = sp.Symbol("beta", real=True), sp.Symbol("m", positive=True), sp.Symbol("t", real=True)


def _shaw(which: Expansion, a: Rows, b: Rows) -> Method:
    scores = SHAW["shaw/clipped"].logits(a, b, T[:3], {"left": 1, "right": 1, "terms": "query"})
    return scores, sp.sqrt(D), lambda i, j: which.shaw(a[i], b[j], T[max(-1, min(1, j - i)) + 1])


def _transformer_xl(which: Expansion, a: Rows, b: Rows, name: str = "bidirectional") -> Method:
    one, weights = TRANSFORMER_XL[f"transformer_xl/{name}"], S[:D]  # W_R, of sinusoids of width 2
    keys = {t: [dot(row, one.row(sp.Integer(t), 2, BASE, -1)) for row in weights] for t in range(1 - N, N)}
    scores = one.scores(a, b, weights, U[0], V[0], BASE, -1)
    return scores, sp.sqrt(D), lambda i, j: which.transformer_xl(a[i], b[j], keys[i - j], U[0], V[0])


def _t5(which: Expansion, a: Rows, b: Rows, use: str = "bidirectional") -> Method:
    table = [[sp.Symbol(f"beta{bucket}", real=True)] for bucket in range(4)]
    (scores,), (bias,) = T5["t5/unscaled"].scores([a], [b], table, 8, use), T5["t5/unscaled"].bias(table, N, N, 8, use)
    return scores, sp.Integer(1), lambda i, j: which.t5(a[i], b[j], bias[i][j])


def _tupe(which: Expansion, a: Rows, b: Rows) -> Method:
    factor = sp.sqrt(2 * D)

    def said(i: int, j: int) -> Terms:
        if i and j:
            return which.tupe(a[i], b[j], U[i], V[j], BETA * factor)
        return which.tupe(a[i], b[j], ZERO, V[j], (THETAS[0] if i == 0 else THETAS[1]) * factor)

    return TUPE["tupe/untied"].logits(a, b, U, V, [[BETA] * N] * N, THETAS), factor, said


def _deberta(which: Expansion, a: Rows, b: Rows) -> Method:
    scores = DEBERTA["deberta/paper"].scores(a, b, T, S, {"span": N, "max_position": 0, "terms": "both"})
    return scores, sp.sqrt(3 * D), lambda i, j: which.deberta(a[i], b[j], T[i - j + N], S[j - i + N])


def _alibi(which: Expansion, a: Rows, b: Rows, use: str = "symmetric") -> Method:
    bias = [
        [ALIBI["alibi/press"].bias(SLOPE, i, j, N, N, use=use) for j in map(sp.Integer, range(N))] for i in range(N)
    ]
    seen = [[int(one != -sp.oo) for one in row] for row in bias]
    finite = [[one if one != -sp.oo else NONE for one in row] for row in bias]
    scores = ATTENTION["attention/scaled"].logits(a, b, finite, seen)
    return scores, sp.sqrt(D), lambda i, j: which.t5(a[i], b[j], -SLOPE * abs(i - j) * sp.sqrt(D))


METHODS = {one.__name__[1:]: one for one in (_shaw, _transformer_xl, _t5, _deberta, _alibi, _tupe)}


def _same(method: Method, statement: str) -> None:
    """The definition's scores times a factor are sums of four terms, for three tokens; −∞ where a key is not seen."""
    scores, factor, said = method
    for i in range(N):
        for j in (j for j in range(N) if scores[i][j] != -sp.oo):
            require_zero(scores[i][j] * factor - sp.Add(*said(i, j)), f"{statement}; query {i}, key {j}")


def _are(terms: Terms, kept: Terms, statement: str) -> None:
    require_zero(sp.Matrix(terms) - sp.Matrix(kept), statement)


def prove_four_terms(which: Expansion = PAPER) -> None:
    whole = ((x + p) * Q * K.T * (y + s).T)[0]
    terms = which.terms(*(list(part) for part in (x * Q, p * Q, y * K, s * K)))
    require_zero(whole - sp.Add(*terms), "(x + p) W_Q W_Kᵀ (y + s)ᵀ is the sum of the four terms")
    pairs = ((x, y), (x, s), (p, y), (p, s))
    pieces = [(left * Q * K.T * right.T)[0] for left, right in pairs]
    _are(terms, tuple(pieces), "which are x or p, times W_Q W_Kᵀ, times y or s")
    X, P, M, Y, R = sp.symbols("X P M Y S", commutative=False)
    words = X * M * Y + X * M * R + P * M * Y + P * M * R
    require_equal(sp.expand((X + P) * M * (Y + R) - words), 0, "in symbols that do not commute: for every size")


def prove_content(which: Expansion = PAPER) -> None:
    for (left, right), kept in (((0, 0), (0,)), ((1, 0), (0, 2)), ((0, 1), (0, 1))):
        terms = which.terms(*(list(part) for part in (x * Q, left * p * Q, y * K, right * s * K)))
        alone = ((x + left * p) * Q * K.T * (y + right * s).T)[0]
        require_zero(alone - sum(terms[i] for i in kept), f"p times {left}, s times {right}: terms {kept}")
    scores = ATTENTION["attention/scaled"].logits(A, B, [[0] * N] * N, [[1] * N] * N)
    _same(
        (scores, sp.sqrt(D), lambda i, j: which.terms(A[i], ZERO, B[j], ZERO)), "attention without positions, times √d"
    )


def prove_shaw(which: Expansion = PAPER) -> None:
    _same(_shaw(which, A, B), "Shaw, times √d")
    _are(which.shaw(A[0], B[0], T[0]), which.terms(A[0], ZERO, B[0], T[0]), "p left out, s W_K replaced by R")


def prove_shaw_values(which: Expansion = PAPER) -> None:
    prove_shaw(which)
    weights = sp.symbols(f"w:{N}", real=True)
    found = SHAW["shaw/clipped"].average(weights, U, V)
    said = [sum(w * (u[c] + v[c]) for w, u, v in zip(weights, U, V, strict=True)) for c in range(D)]
    require_zero(sp.Matrix(found) - sp.Matrix(said), "Σ_j w_j (y_j W_V + R_j), R_j in the place of s_j W_V")


def prove_transformer_xl(which: Expansion = PAPER) -> None:
    for name in ("causal", "bidirectional"):
        _same(_transformer_xl(which, A, B, name), f"{name}, times √d")
    terms = (*which.terms(A[0], U[0], B[0], T[0])[:3], which.terms(A[0], V[0], B[0], T[0])[3])
    _are(which.transformer_xl(A[0], B[0], T[0], U[0], V[0]), terms, "s W_K replaced by W_R R, p W_Q by u and by v")


def prove_t5(which: Expansion = PAPER) -> None:
    for use in ("bidirectional", "causal"):
        _same(_t5(which, A, B, use), f"T5, {use}")
    content = which.terms(A[0], U[0], B[0], V[0])[0]
    _are(which.t5(A[0], B[0], BETA), (content, NONE, NONE, BETA), "mixed terms left out, β for the last")


def prove_alibi(which: Expansion = PAPER) -> None:
    for use in ("causal", "symmetric"):
        _same(_alibi(which, A, B, use), f"ALiBi, {use}, times √d: T5's terms with β = −m·|i − j|")


def prove_tupe(which: Expansion = PAPER) -> None:
    _same(_tupe(which, A, B), "TUPE, times √(2d)")
    content, *_, last = which.terms(A[0], U[0], B[0], V[0])
    said = (content, NONE, NONE, last + BETA)
    _are(which.tupe(A[0], B[0], U[0], V[0], BETA), said, "mixed terms left out, positions with weights of their own")


def prove_deberta(which: Expansion = PAPER) -> None:
    _same(_deberta(which, A, B), "DeBERTa, times √(3d)")
    kept = which.terms(A[0], S[0], B[0], T[0])[:3]
    _are(which.deberta(A[0], B[0], T[0], S[0]), (*kept, NONE), "vectors for distances, position with position left out")


def prove_relative_terms(which: Expansion = PAPER) -> None:
    one, other = [A[0]] * N, [B[0]] * N  # the same contents wherever they stand
    for name in ("shaw", "transformer_xl", "t5", "deberta", "alibi"):
        scores = METHODS[name](which, one, other)[0]
        for i, j in ((0, 0), (1, 0), (0, 1)):
            gap = sp.expand(scores[i][j] - scores[i + 1][j + 1])
            require_zero(gap, f"{name}: query {i}, key {j} as query {i + 1}, key {j + 1}")
    early, late = (sp.Add(*which.terms(A[0], U[i], B[0], V[j])) for i, j in ((1, 0), (2, 1)))
    a, b, p1, p2, s0, s1 = (sp.Matrix([row]) for row in (A[0], B[0], U[1], U[2], V[0], V[1]))
    moved = (a * (s1 - s0).T + (p2 - p1) * b.T + p2 * s1.T - p1 * s0.T)[0]
    require_zero(late - early - moved, "absolute positions: three terms change with p and s, one token on")


def _between(score: sp.Expr, a: Row, b: Row) -> sp.Matrix:
    """∂²/∂a∂b: the matrix between the contents."""
    return sp.Matrix(D, D, lambda row, column: sp.diff(score, a[row], b[column]))


def _rope(which: Expansion) -> sp.Matrix:
    """What is between a query and a key t tokens before it."""
    score = (sp.Matrix([A[0]]) * which.rope(FAR).T * which.rope(NONE) * sp.Matrix(B[0]))[0]
    require_zero(score.subs(dict.fromkeys(A[0], 0)), "rope: a content of 0 scores 0 at every distance, as R(m) 0 = 0")
    return _between(score, A[0], B[0])


def prove_multiplicative(which: Expansion = PAPER) -> None:
    for name, method in METHODS.items():
        scores, factor, _ = method(which, A, B)
        for i in range(N):
            found = [_between(sp.expand(scores[i][j] * factor), A[i], B[j]) for j in range(N)]
            require_equal(found, [sp.eye(D)] * N, f"{name}, query {i}: contents meet as in q·k, whatever the positions")
    turned = sp.Matrix([[sp.cos(FAR), sp.sin(FAR)], [-sp.sin(FAR), sp.cos(FAR)]])
    require_zero(_rope(which) - turned, "rope: they meet by R(n − m), and positions enter nowhere else")


def refute_rope(which: Expansion = PAPER) -> None:
    moved = _rope(which).subs(FAR, 1) - _rope(which).subs(FAR, 0)
    require_nonzero(moved[0, 1], "q = (1, 0), k = (0, 1): the product between contents is not that of distance 0")
