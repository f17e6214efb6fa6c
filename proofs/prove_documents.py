"""What five documents say and no family's ledger decides. Statements and sources: spec/documents/claims.toml.

Code is written out letter by letter, with free symbols for what is fed to it.
`posenc audit documents` runs this file; so does pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from posenc.definitions.learned import CONVENTIONS as LEARNED
from posenc.definitions.rope import CONVENTIONS as ROPE
from posenc.definitions.sinusoidal import CONVENTIONS as SINUSOIDAL
from posenc.proving import require_equal, require_nonzero, require_zero

Row = Sequence[Any]


def _listing(x: Row, table: Row) -> list[Any]:
    """Document 002, apply_rotary_position_embeddings: x·cos_pos + rotate_half·sin_pos, of a table [sin | cos]."""
    half = len(table) // 2
    sin, cos = table[:half], table[half:]
    sin_pos, cos_pos = ([one for value in wave for one in (value, value)] for wave in (sin, cos))
    turned = [one for i in range(half) for one in (-x[2 * i + 1], x[2 * i])]
    return [a * c + b * s for a, b, c, s in zip(x, turned, cos_pos, sin_pos, strict=True)]


@dataclass(frozen=True)
class Documents:
    """What the documents speak of; replace a field to get wrong ones.

    sinusoid  (position, d, base) → the row of a token
    added     (inputs, table) → inputs with row t of the table added to token t
    listing   (x, the table's row) → what document 002's rotary function makes of a query or key
    rotate    (x, position, d, base) → x as rope turns it
    values    (v, position, d, base) → what the same function makes of a value, where it is asked to
    """

    sinusoid: Callable[[Any, int, Any], Row] = SINUSOIDAL["sinusoidal/interleaved"].row
    added: Callable[[Sequence[Row], Sequence[Row]], Sequence[Row]] = LEARNED["learned/plain"].apply
    listing: Callable[[Row, Row], Row] = _listing
    rotate: Callable[[Row, Any, int, Any], Row] = ROPE["rope/interleaved"].rotate
    values: Callable[[Row, Any, int, Any], Row] = ROPE["rope/interleaved"].rotate


def _scaled(which: Documents) -> Documents:
    scale = sp.Symbol("scale")
    return replace(which, sinusoid=lambda p, d, b: [scale * entry for entry in which.sinusoid(p, d, b)])


PAPER = Documents()
WRONG: dict[str, Callable[[Documents], Documents]] = {
    "documents/learned-scale": _scaled,
    "documents/typed-base": lambda which: replace(which, sinusoid=lambda p, d, b: which.sinusoid(p, d, 10 * b)),
    "documents/no-position": lambda which: replace(which, sinusoid=lambda p, d, b: which.sinusoid(sp.Integer(0), d, b)),
    "documents/nothing-added": lambda which: replace(which, added=lambda x, table: x),
    "documents/halves": lambda which: replace(which, rotate=ROPE["rope/halves"].rotate),
    "documents/cosines-first": lambda which: replace(
        which, listing=lambda x, table: _listing(x, [*table[len(table) // 2 :], *table[: len(table) // 2]])
    ),
    "documents/values-left-alone": lambda which: replace(which, values=lambda v, position, d, b: v),
}

p = sp.Symbol("p", real=True)
b = sp.Symbol("b", positive=True)
BASE = sp.Integer(10_000)


def prove_predefined(which: Documents = PAPER) -> None:
    for d in (2, 4, 6, 8):
        row = which.sinusoid(p, d, b)
        require_equal(len(row), d, f"d = {d}: as many entries as an input has channels, so the two can be added")
        found = sp.Matrix(row).free_symbols
        require_equal(found, {p, b} if d > 2 else {p}, f"d = {d}: entries contain position and base and nothing else")


def prove_sinusoidal_listing(which: Documents = PAPER) -> None:
    for dim in (2, 4, 6, 8):
        omega = [1 / BASE ** (sp.Integer(i) / (sp.Integer(dim) / 2)) for i in range(dim // 2)]
        out = [p * one for one in omega]  # row p of pos_vec[:, None] @ omega[None, :]
        embedding: list[Any] = [sp.Integer(0)] * dim
        embedding[0::2] = [sp.sin(one) for one in out]
        embedding[1::2] = [sp.cos(one) for one in out]
        gap = sp.Matrix(embedding) - sp.Matrix(which.sinusoid(p, dim, BASE))
        require_zero(gap, f"dim = {dim}: row p of the listing is the paper's row of position p")


def prove_counted(which: Documents = PAPER) -> None:
    data = [[sp.Rational(t, 10)] for t in range(10)]
    found = which.added(data, [[sp.Integer(t)] for t in range(10)])
    require_equal([row[0] for row in found], [sp.Rational(11 * t, 10) for t in range(10)], "0.0, 1.1, 2.2, ..., 9.9")


def _table(position: Any, d: int, base: Any) -> list[Any]:
    """[sin | cos] of the angles, as the library that the listing is taken from makes it."""
    angles = [position * base ** sp.Rational(-2 * i, d) for i in range(d // 2)]
    return [*map(sp.sin, angles), *map(sp.cos, angles)]


def prove_rotary_listing(which: Documents = PAPER) -> None:
    for d in (2, 4, 6, 8):
        x = sp.symbols(f"x:{d}", real=True)
        gap = sp.Matrix(which.listing(x, _table(p, d, BASE))) - sp.Matrix(which.rotate(x, p, d, BASE))
        require_zero(gap, f"d = {d}: x·cos_pos + rotate_half·sin_pos is rope's rotation of neighbouring channels")


def refute_rotary_table(which: Documents = PAPER) -> None:
    sines_first = _table(sp.Integer(1), 2, BASE)
    turned = which.listing([1, 0], sines_first[::-1])
    require_equal(turned, [sp.sin(1), sp.cos(1)], "table (cos, sin), position 1: (1, 0) becomes (sin 1, cos 1)")
    require_nonzero(turned[0] - which.rotate([1, 0], sp.Integer(1), 2, BASE)[0], "and not (cos 1, sin 1)")


def refute_rotated_values(which: Documents = PAPER) -> None:
    here, there = (sp.Matrix(which.values([1, 0], sp.Integer(t), 2, BASE)) for t in (0, 1))
    require_nonzero((here - there)[0], "one token with value (1, 0), weight 1: its output changes from position 0 to 1")
