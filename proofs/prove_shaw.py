"""Relative position vectors: what is true of them. Statements and sources: spec/shaw/claims.toml.

Positions, distances and the reach of the tables are free symbols. `posenc audit shaw` runs this file; so does pytest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import sympy as sp

from posenc.definitions import dot
from posenc.definitions.attention import softmax
from posenc.definitions.shaw import CONVENTIONS, Shaw, bert_row, plus
from posenc.definitions.wrong import gallery
from posenc.definitions.wrong.shaw import every_value
from posenc.proving import require_all, require_equal, require_less, require_nonzero, require_positive, require_zero

PAPER = CONVENTIONS["shaw/clipped"]
WRONG = gallery("shaw")

i, j, t, n_q, columns = sp.symbols("i j t n_q W", integer=True)
u, s, g, left, right = sp.symbols("u s g left right", integer=True, nonnegative=True)
n, extra = sp.symbols("n extra", integer=True, positive=True)
Q, K, V = [[1, 0], [0, 1], [1, 1]], [[1, 2], [0, 1], [-1, 1]], [[1, 0], [0, 1], [1, 1]]
A, B, NONE = [[1, -2], [0, 1], [2, 1]], [[1, 0], [0, 0], [0, 2]], [[sp.Integer(0)] * 2] * 3
ROOT, ONE = sp.sqrt(2), {"left": 1, "right": 1, "terms": "query"}


def _rows(name: str, count: int, width: int) -> list[list[sp.Symbol]]:
    return [[sp.Symbol(f"{name}{a}_{c}", real=True) for c in range(width)] for a in range(count)]


def _same(found: Any, want: Any, says: str) -> None:
    require_zero(sp.Matrix(found) - sp.Matrix(want), says)


def _attended(which: Shaw, q: Any, k: Any, v: Any, tables: Any) -> sp.Matrix:
    """The output of one head with k = 1 and without a mask."""
    return sp.Matrix(which.attend([q], [k], [v], tables, [[[1] * len(k)] * len(q)], ONE)[0])


def prove_anchor(which: Shaw = PAPER) -> None:
    require_equal(which.index(3, 3, 1, 1), [[1, 2, 2], [0, 1, 2], [0, 0, 1]], "three tokens, k = 1")
    require_equal(which.index(1, 5, 2, 1), [[0, 0, 0, 1, 2]], "one query with a cache, 2 to the past")
    _same(ROOT * sp.Matrix(which.logits(Q, K, A, ONE)), [[1, 2, 1], [0, 2, 2], [2, 0, 1]], "logits · √2 by hand")
    bert, both = replace(which, row=bert_row), {"left": 2, "right": 2, "terms": "query-key"}
    logits = ROOT * sp.Matrix(bert.logits(Q, K, [[r, 1] for r in range(-2, 3)], both))
    _same(logits, [[3, 0, 0], [6, 3, 4], [10, 4, 2]], "relative_key_query, M = 3")
    output = _attended(which, Q, K, V, (A, B))
    for at, digits in enumerate(("0.49651015651544614", "2.2552347652268308", "0.66257517767719032")):
        require_less(sp.Abs(output[at] - sp.Rational(digits)), sp.Rational(1, 10**15), f"output {at} is {digits}")


def prove_relative(which: Shaw = PAPER) -> None:
    require_zero(which.relative(i + t, j + t, n, n) - which.relative(i, j, n, n), "unchanged when both positions move")
    require_equal([which.relative(i, i + t, n, n), which.relative(2, 5, 9, 9)], [t, 3], "it is j − i; 2 and 5: 3")


def prove_cache(which: Shaw = PAPER) -> None:
    for queries, a in ((n, i), (1, 0)):
        whole = queries + extra
        last = which.relative(a + whole - queries, j, whole, whole)
        require_zero(which.relative(a, j, queries, whole) - last, f"the last {queries} rows of all {whole}")


def prove_clips(which: Shaw = PAPER) -> None:
    require_equal(which.row(right + u, left, right), left + right, "the future beyond the table has its last row")
    require_equal(which.row(-left - u, left, right), 0, "the past beyond the table its first")


def prove_rows(which: Shaw = PAPER) -> None:
    require_equal(which.row(s - left, left, s + g - left), s, "r = −left + s ≤ right has row s")
    require_equal([which.row(r, 19, 19) for r in range(-19, 20)], list(range(39)), "max_len 20: −19 ... 19, 39 rows")
    row = which.row(s - u, u + left, s + right)  # i = u and j = s are at most n − 1, and so at most either reach
    require_equal(row, s + left, "row j − i + left, another one for every distance")


def prove_reversal(which: Shaw = PAPER) -> None:
    r, sides = s - left, (left, s + g - left)
    for name in ("shaw/bert", "shaw/reversed"):
        other = CONVENTIONS[name].row(r, *sides)
        _same([sum(sides) - other], [which.row(r, *sides)], f"{name}: the same row from the other end")
    require_equal(bert_row(-u, u + g, u + g), 2 * u + g, "BERT: δ + M − 1 with δ = u, M − 1 = u + g")


def refute_max_len(which: Shaw = PAPER) -> None:
    m = u + 2
    ends = [which.row(r, m - 1, m - 1) for r in (m - 2, m - 1, m)]
    require_equal([ends[1] - ends[0], ends[2] - ends[1]], [1, 0], "max_len − 1 has its own row, max_len the same")


def _defined(*arguments: int) -> bool:
    try:
        return bert_row(*arguments) >= 0
    except ValueError:
        return False


def refute_extrapolation(which: Shaw = PAPER) -> None:
    found = ((m, [_defined(r, m - 1, m - 1) for r in (-m, 1 - m, m - 1, m)]) for m in range(1, 65))
    require_all(((m, row == [False, True, True, False]) for m, row in found), "BERT: a row for M − 1, none for M")
    ends = [which.row(side * (left + u), left, left) for side in (-1, 1)]
    require_equal(ends, [0, 2 * left], "clipped: a row for every distance, trained or not")


def prove_additive(which: Shaw = PAPER) -> None:
    for d in range(1, 5):
        q, k, a, b = _rows("x", 4, d)
        logit = which.logit(q, k, a, b, which.scale(d), "query")
        _same([logit * sp.sqrt(d)], [dot(q, k) + dot(q, a)], f"d = {d}: (q·k + q·a)/√d")


def prove_key_query(which: Shaw = PAPER) -> None:
    q, k, table = _rows("q", 2, 2), _rows("k", 3, 2), _rows("a", 3, 2)
    row = {(x, y): table[min(max(y - x - 1, -1), 1) + 1] for x, y in product(range(2), range(3))}
    want = [[dot(q[x], plus(k[y], row[x, y])) + dot(k[y], row[x, y]) for y in range(3)] for x in range(2)]
    logits = sp.Matrix(which.logits(q, k, table, {**ONE, "terms": "query-key"}))
    _same(ROOT * logits, want, "(q·k + q·a + k·a)/√d, one row in both terms")


def prove_efficient(which: Shaw = PAPER) -> None:
    q, k, v, w = _rows("q", 3, 2), _rows("k", 4, 2), _rows("v", 4, 2), sp.symbols("w:4")
    for past, future in ((0, 0), (1, 1), (2, 1), (0, 2)):
        size, says = past + future + 1, f"{past} to the past, {future} to the future"
        a, b, index = _rows("a", size, 2), _rows("b", size, 2), which.index(3, 4, past, future)
        products = sp.Matrix(q) * sp.Matrix(a).T  # (n_q, rows), of which every key picks one
        logits = sp.Matrix(which.logits(q, k, a, {"left": past, "right": future, "terms": "query"}))
        picked = [[dot(q[x], k[y]) + products[x, row % size] for y, row in enumerate(index[x])] for x in range(3)]
        _same(ROOT * logits, picked, f"{says}: logits")
        for line in index:
            summed = [sum(w[y] for y in range(4) if line[y] == row) for row in range(size)]
            bucketed = sp.Matrix([w]) * sp.Matrix(v) + sp.Matrix([summed]) * sp.Matrix(b)
            _same([which.average(w, v, [b[row % size] for row in line])], bucketed, f"{says}: values")


def prove_constant_keys(which: Shaw = PAPER) -> None:
    q, k, (a,) = _rows("q", 2, 2), _rows("k", 3, 2), _rows("a", 1, 2)
    logits = sp.Matrix(which.logits(q, k, [a] * 3, ONE))
    _same(ROOT * logits, [[dot(x, y) + dot(x, a) for y in k] for x in q], "every key of a row gains q·a/√d")
    line = sp.symbols("s:3")
    _same(which.weigh([x + t for x in line]), which.weigh(line), "which no weight sees")
    require_equal(which.row(i, sp.Integer(0), sp.Integer(0)), 0, "left = right = 0: every distance has row 0")


def prove_pairs(which: Shaw = PAPER) -> None:
    q, table = _rows("q", 1, 1), _rows("a", 3, 1)
    (a, b), (c, d) = which.logits(q * 2, [[0], [0]], table, ONE)
    corners = a + d - b - c  # 0 for f(i) + g(j)
    require_zero(corners - q[0][0] * (2 * table[1][0] - table[0][0] - table[2][0]), "q·(2a_0 − a_−1 − a_1)")


def refute_bias_matrix(which: Shaw = PAPER) -> None:
    one, two = (which.logits([[x]], [[0]], [[1]] * 3, ONE)[0][0] for x in (sp.Integer(1), sp.Integer(2)))
    require_less(one, two, "one pair of positions, queries 1 and 2: another term")


def prove_softmax_unchanged(which: Shaw = PAPER) -> None:
    logits = sp.symbols("s:3", real=True)
    require_equal(which.weigh(logits), softmax(logits), "the weights are the softmax of the logits")
    require_equal(which.weigh([*logits[:2], which.allow(logits[2], False)])[2], 0, "a forbidden key has weight 0")


def prove_two_levels(which: Shaw = PAPER) -> None:
    q, k, v, a, b = (_rows(name, size, 1) for name, size in (("q", 2), ("k", 2), ("v", 2), ("a", 3), ("b", 3)))
    found = _attended(which, q, k, v, (a, b))
    for x in range(2):
        weights = softmax([q[x][0] * (k[y][0] + a[y - x + 1][0]) for y in range(2)])
        want = sum(w * (v[y][0] + b[y - x + 1][0]) for y, w in enumerate(weights))
        require_zero(found[x] - want, f"z_{x} = Σ_j w_j (v_j + b_r) with e_j = q·(k_j + a_r)/√d")


def prove_constant_values(which: Shaw = PAPER) -> None:
    for keys in range(1, 4):
        v, (b,), weights = _rows("v", keys, 2), _rows("b", 1, 2), which.weigh(sp.symbols(f"s:{keys}", real=True))
        plain = sp.Matrix([weights]) * sp.Matrix(v)
        for table, gain in ((NONE[:keys], NONE[:1]), ([b] * keys, [b])):
            found = sp.Matrix([which.average(weights, v, table)]) - plain
            require_zero(found - sp.Matrix(gain), f"{keys} keys: Σ_j w_j v_j, and {gain[0]}")


def prove_skew(which: Shaw = PAPER) -> None:
    column = j - i + n_q - 1
    place = i * (columns + 1) + column + which.front  # where the padded X has its row i and this column
    require_zero(which.read(i, j, n_q, columns) - place, "entry (i, j) is read from row i, column j − i + n_q − 1")
    require_positive(sp.expand(column.subs({i: n_q - 1 - u, j: s})), [u, s], "which is not below 0", strict=False)
    for queries, keys in ((a, b) for a, b in product(range(1, 6), repeat=2) if a <= b):
        for size in range(keys, queries + keys):
            x, first = _rows("x", queries, size), range(queries - 1, -1, -1)
            want = [[x[a][c + y] if c + y < size else -sp.oo for y in range(keys)] for a, c in enumerate(first)]
            require_equal(which.skew(x, keys, "mask"), want, f"{queries} × {size} to {queries} × {keys}, junk masked")


def prove_skew_junk(which: Shaw = PAPER) -> None:
    after, start = columns + i - n_q + 1, (i + 1) * (columns + 1)  # the first j without a column; the next padded row
    require_zero(which.read(i, after, n_q, columns) - start, "first comes what begins the next padded row")
    require_equal(which.front, 1, "the padding, 0")
    require_zero(which.read(i, after + 1 + s, n_q, columns) - start - which.front - s, "then entry s of the next row")
    want = [[0, 0, 97, 98], [99, 100, 0, 197], [198, 199, 200, 0], [297, 298, 299, 300]]
    x = [[100 * a + c - 3 for c in range(4)] for a in range(4)]
    require_equal(which.skew(x, 4, "keep"), want, "four tokens, entry 100·row + r")


def prove_listing_scores(which: Shaw = PAPER) -> None:
    for size, reach in ((3, 1), (4, 1), (3, 4)):
        q, k, table, at = _rows("q", size, 2), _rows("k", size, 2), _rows("a", 2 * reach + 1, 2), range(size)
        looked = [[table[min(max(y - x, -reach), reach) + reach] for y in at] for x in at]
        first = [[[looked[x][y][c] for x in at] for y in at] for c in range(2)]  # transpose(0, 2)
        moved = [[[one[y][x] for y in at] for x in at] for one in first]  # transpose(1, 2): (d, q, k)
        scores = [[dot(q[x], k[y]) + sum(q[x][c] * moved[c][x][y] for c in range(2)) for y in at] for x in at]
        logits = sp.Matrix(which.logits(q, k, table, {**ONE, "left": reach, "right": reach}))
        _same(ROOT * logits, scores, f"max_len {reach + 1}, {size} tokens: 'bhqd,dqk->bhqk' is q·a")


def refute_listing_gram(which: Shaw = PAPER) -> None:
    q, k = ([_rows(f"{name}{head}", 2, 1) for head in range(3)] for name in "qk")  # three heads, two tokens
    gram = WRONG["shaw/listing-a"](which).gram(q, k, 0)
    require_equal(gram, [[x[0][0] * y[0][0] for y in k] for x in q], "3 × 3: heads against heads, token 0 alone")
    table = _rows("a", 3, 1)
    found = which.logits(q[0], k[0], table, ONE)[0][1]
    require_zero(found - q[0][0][0] * (k[0][1][0] + table[2][0]), "attention compares token 0 with token 1")


def prove_listing_sum(which: Shaw = PAPER) -> None:
    w, v = sp.symbols("w:3"), _rows("v", 3, 2)
    merged = every_value([w[0] + w[1], w[2]], [plus(*v[:2]), v[2]], ())
    _same(every_value(w, v, ()), merged, "two keys may be merged into one, their weights and values added")
    require_equal(every_value([1], v[:1], ()), v[0], "one key of weight 1 gives its value: any number of keys, Σ_v V")
    for keys in range(1, 5):
        require_zero(sum(which.weigh(sp.symbols(f"s:{keys}"))) - 1, f"{keys} keys: the weights sum to 1")
    q, k, x, y = (_rows(name, 2, 1) for name in "qkxy")
    second = _attended(WRONG["shaw/listing-b"](which), q, k, x, (_rows("a", 3, 1), NONE))
    require_zero(second - sp.Matrix([x[0][0] + x[1][0]] * 2), "second listing: Σ_v V at both positions")
    first = WRONG["shaw/listing-a"](which).attend([q, k], [k, q], [x, y], (), (), {})
    require_zero(sp.Matrix(first[0]) - sp.Matrix(x) - sp.Matrix(y), "first listing: the sum over the heads")
    require_equal(which.average([1, 0], v[:2], NONE[:2]), v[0], "weights (1, 0) should give the first value")


def refute_multiplied_with_values(which: Shaw = PAPER) -> None:
    for at in range(3):
        found = [rule([int(at == y) for y in range(3)], V, NONE) for rule in (which.average, every_value)]
        require_equal(found, [V[at], [2, 2]], f"A = identity, row {at}: A·V is V, the listing gives column sums")


def refute_relative_self_attention(which: Shaw = PAPER) -> None:
    listing = WRONG["shaw/listing-b"](which)
    for tokens in (V, V[::-1]):
        _same(_attended(listing, Q, K, tokens, (A, NONE)), [[2, 2]] * 3, "any order of the values: 2, 2 everywhere")
    before, after = (_attended(which, Q, K, V, (table, NONE))[0, 1] for table in (A, NONE))
    require_nonzero(before - after, "attention with relative positions depends on the table")


def refute_near_transformer_xl(which: Shaw = PAPER) -> None:
    table, k, (content, place) = _rows("a", 3, 2), _rows("k", 2, 2), _rows("u", 2, 2)
    listing = WRONG["shaw/listing-b"](which).logits(NONE[:2], k, table, ONE)
    require_equal(listing, [[0, 0], [0, 0]], "q = 0: every logit of the listing is 0, whatever the table")
    transformer_xl = (dot(content, k[0]) + dot(place, table[0])) / ROOT  # ((q + u)·k + (q + v)·W_R R)/√d
    require_nonzero(transformer_xl.subs(dict.fromkeys(transformer_xl.free_symbols, 1)), "Transformer-XL: u·k + v·W_R R")
