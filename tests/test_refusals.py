"""Bad input to the NumPy reference: an error that says who was called, what it got, and what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from posenc import alibi, attention, rope, sinusoidal

X = np.ones((2, 4))
NO: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    # sinusoidal
    "sinusoidal odd": (
        lambda: sinusoidal.table([0], 3),
        ValueError,
        "dim is 3, needs an even number, because channels",
    ),
    "sinusoidal zero": (lambda: sinusoidal.table([0], 0), ValueError, "dim is 0, needs an integer of at least 2"),
    "sinusoidal negative": (lambda: sinusoidal.table([0], -4), ValueError, "dim is -4"),
    "sinusoidal float dim": (
        lambda: sinusoidal.table([0], 4.0),  # type: ignore[arg-type]
        TypeError,
        "dim is 4.0 of type float, needs an integer",
    ),
    "sinusoidal bool dim": (lambda: sinusoidal.table([0], True), TypeError, "dim is True of type bool"),
    "sinusoidal base zero": (
        lambda: sinusoidal.table([0], 4, base=0.0),
        ValueError,
        "base is 0.0, needs a finite real number above 1",
    ),
    "sinusoidal base one": (lambda: sinusoidal.table([0], 4, base=1.0), ValueError, "base is 1.0"),
    "sinusoidal base negative": (lambda: sinusoidal.table([0], 4, base=-2.0), ValueError, "base is -2.0"),
    "sinusoidal base nan": (lambda: sinusoidal.table([0], 4, base=np.nan), ValueError, "base is nan"),
    "sinusoidal base infinite": (lambda: sinusoidal.table([0], 4, base=np.inf), ValueError, "base is inf"),
    "sinusoidal base text": (lambda: sinusoidal.table([0], 4, base="10000"), TypeError, "base is '10000' of type str"),  # type: ignore[arg-type]
    "sinusoidal base bool": (lambda: sinusoidal.table([0], 4, base=True), TypeError, "base is True of type bool"),
    "sinusoidal order": (
        lambda: sinusoidal.table([0], 4, order="halfs"),
        ValueError,
        "order is 'halfs'.*did you mean 'halves'",
    ),
    "sinusoidal spacing": (
        lambda: sinusoidal.table([0], 4, spacing="d"),
        ValueError,
        "spacing is 'd', needs one of 'paper', 'endpoint'",
    ),
    "sinusoidal endpoint d=2": (
        lambda: sinusoidal.table([0], 2, spacing="endpoint"),
        ValueError,
        "needs at least 4 for spacing",
    ),
    "sinusoidal dtype": (lambda: sinusoidal.table([0], 4, dtype=np.int32), TypeError, "dtype is int32, needs float16"),
    "sinusoidal nan position": (
        lambda: sinusoidal.table([0.0, np.nan], 4),
        ValueError,
        r"positions\[1\] is nan, needs finite",
    ),
    "sinusoidal infinite position": (lambda: sinusoidal.table([[np.inf]], 4), ValueError, r"positions\[0, 0\] is inf"),
    "sinusoidal bool position": (
        lambda: sinusoidal.table([True], 4),
        TypeError,
        "positions has dtype bool, needs integers or reals",
    ),
    "sinusoidal complex position": (lambda: sinusoidal.table([1j], 4), TypeError, "dtype complex128"),
    "sinusoidal text position": (lambda: sinusoidal.table(["1"], 4), TypeError, "dtype <U1"),
    "sinusoidal object position": (lambda: sinusoidal.table([2**70], 4), TypeError, "dtype object"),
    "sinusoidal long double": (
        lambda: sinusoidal.table(np.array([1], dtype=np.longdouble), 4),
        TypeError,
        "dtype (float128|longdouble|float96)",
    ),
    "sinusoidal far position": (
        lambda: sinusoidal.table([2**53 + 1], 4),
        ValueError,
        r"needs at most ±9007199254740992.*no exact float64",
    ),
    "sinusoidal far uint": (
        lambda: sinusoidal.table(np.array([2**64 - 1], dtype=np.uint64), 4),
        ValueError,
        "positions reaches 18446744073709551615",
    ),
    "sinusoidal merged float16": (
        lambda: sinusoidal.table(np.array([4096], dtype=np.float16), 4),
        ValueError,
        "at most ±2048.*float16 positions merge",
    ),
    "sinusoidal merged float32": (
        lambda: sinusoidal.table(np.array([2**24 + 2], dtype=np.float32), 4),
        ValueError,
        "at most ±16777216.*merge",
    ),
    "sinusoidal start": (
        lambda: sinusoidal.table([2**53], 4, start=1),
        ValueError,
        r"start \+ positions goes beyond",
    ),
    "sinusoidal offset": (lambda: sinusoidal.shift_matrix(np.nan, 4), ValueError, "offset.* is nan"),
    "sinusoidal reorder odd": (
        lambda: sinusoidal.reorder(np.ones(3), "halves", "halves"),
        ValueError,
        "last axis of x is 3",
    ),
    "sinusoidal reorder name": (lambda: sinusoidal.reorder(np.ones(4), "halves", "x"), ValueError, "target is 'x'"),
    # rope
    "rope odd head": (lambda: rope.rotate(X[:, :3], [0, 1]), ValueError, "head_dim is 3, needs an even number"),
    "rope odd rotary": (
        lambda: rope.rotate(X, [0, 1], rotary_dim=3),
        ValueError,
        "rotary_dim is 3, needs an even number",
    ),
    "rope zero rotary": (
        lambda: rope.rotate(X, [0, 1], rotary_dim=0),
        ValueError,
        "rotary_dim is 0, needs an integer of at least 2",
    ),
    "rope long rotary": (
        lambda: rope.rotate(X, [0, 1], rotary_dim=6),
        ValueError,
        "6 channels are to be turned, needs at most the 4",
    ),
    "rope pairing": (
        lambda: rope.rotate(X, [0, 1], pairing="half"),
        ValueError,
        "pairing is 'half'.*did you mean 'halves'",
    ),
    "rope boolean pairing": (lambda: rope.rotate(X, [0, 1], pairing=True), ValueError, "pairing is True, needs one of"),  # type: ignore[arg-type]
    "rope int x": (
        lambda: rope.rotate(X.astype(int), [0, 1]),
        TypeError,
        "x has dtype int64, needs float16, float32 or float64",
    ),
    "rope complex x": (lambda: rope.rotate(X * 1j, [0, 1]), TypeError, "x has dtype complex128"),
    "rope object x": (lambda: rope.rotate(X.astype(object), [0, 1]), TypeError, "x has dtype object"),
    "rope nan x": (lambda: rope.rotate(X * np.nan, [0, 1]), ValueError, r"x\[0, 0\] is nan, needs finite numbers"),
    "rope infinite x": (
        lambda: rope.rotate(np.where(X[0].cumsum() == 3, np.inf, X), [0, 1]),
        ValueError,
        r"x\[0, 2\] is inf",
    ),
    "rope flat x": (lambda: rope.rotate(X[0], [0]), ValueError, r"x has shape \(4,\), needs at least 2 axes"),
    "rope one position": (
        lambda: rope.rotate(X, [1]),
        ValueError,
        r"positions have shape \(1,\), needs \(2,\) for x of shape \(2, 4\)",
    ),
    "rope scalar position": (lambda: rope.rotate(X, 1), ValueError, r"positions have shape \(\), needs \(2,\)"),
    "rope batch of one": (
        lambda: rope.rotate(np.ones((2, 3, 4)), [[0, 1, 2]]),
        ValueError,
        r"needs \(3,\) or \(2, 3\)",
    ),
    "rope unsigned far": (
        lambda: rope.rotate(X, np.array([0, 2**63], dtype=np.uint64)),
        ValueError,
        "positions reaches 9223372036854775808",
    ),
    "rope base": (lambda: rope.rotate(X, [0, 1], base=1), ValueError, "base is 1, needs a finite real number above 1"),
    "rope table dtype": (lambda: rope.table([0], 4, dtype=complex), TypeError, "dtype is complex128"),
    "rope apply shapes": (
        lambda: rope.apply(X, np.ones((3, 2)), np.ones((3, 2))),
        ValueError,
        "broadcast|need equal shapes",
    ),
    "rope apply grows": (
        lambda: rope.apply(X, np.ones((5, 2, 2)), np.ones((5, 2, 2))),
        ValueError,
        "need equal shapes that go into x",
    ),
    "rope apply unequal": (lambda: rope.apply(X, np.ones((2, 2)), np.ones((2, 1))), ValueError, "need equal shapes"),
    "rope apply too wide": (
        lambda: rope.apply(X, np.ones((2, 3)), np.ones((2, 3))),
        ValueError,
        "6 channels are to be turned",
    ),
    "rope matrix odd": (lambda: rope.matrix(1, 3), ValueError, "rotary_dim is 3"),
    "rope convert heads": (
        lambda: rope.convert(np.ones(6), "halves", "interleaved", num_heads=4),
        ValueError,
        "needs a multiple of 4 heads",
    ),
    "rope convert no heads": (
        lambda: rope.convert(np.ones(6), "halves", "interleaved", num_heads=0),
        ValueError,
        "num_heads is 0",
    ),
    "rope convert odd": (
        lambda: rope.convert(np.ones(6), "halves", "interleaved", num_heads=2),
        ValueError,
        "head_dim is 3",
    ),
    "rope convert axis": (
        lambda: rope.convert(np.ones(6), "halves", "interleaved", axis=1),
        ValueError,
        "axis is 1, needs an axis of x",
    ),
    "rope convert name": (lambda: rope.convert(np.ones(4), "half", "halves"), ValueError, "source is 'half'"),
    # alibi
    "alibi no heads": (lambda: alibi.slopes(0), ValueError, "num_heads is 0, needs an integer of at least 1"),
    "alibi float heads": (lambda: alibi.slopes(8.0), TypeError, "num_heads is 8.0 of type float"),  # type: ignore[arg-type]
    "alibi rule": (lambda: alibi.slopes(8, rule="pres"), ValueError, "did you mean 'press'"),
    "alibi max_bias": (
        lambda: alibi.slopes(8, max_bias=0),
        ValueError,
        "max_bias is 0, needs a finite real number above 0",
    ),
    "alibi negative": (lambda: alibi.slopes(8, max_bias=-8), ValueError, "max_bias is -8"),
    "alibi no queries": (lambda: alibi.bias(2, 0, 3), ValueError, "n_q is 0"),
    "alibi no keys": (lambda: alibi.bias(2, 1, 0), ValueError, "n_k is 0"),
    "alibi more queries": (
        lambda: alibi.bias(2, 4, 3),
        ValueError,
        "n_q is 4 and n_k is 3, needs n_q ≤ n_k in causal use",
    ),
    "alibi use": (lambda: alibi.bias(2, 2, 3, use="bidirectional"), ValueError, "use is 'bidirectional', needs one of"),
    "alibi form": (lambda: alibi.bias(2, 2, 3, form="centered"), ValueError, "did you mean 'centred'"),
    "alibi form symmetric": (
        lambda: alibi.bias(2, 2, 3, use="symmetric", form="key-only"),
        ValueError,
        "the row shift holds only causally",
    ),
    "alibi overflow": (
        lambda: alibi.bias(1, 1, 70_000, max_bias=1e-9, dtype=np.float16),
        ValueError,
        "needs a dtype wider than float16",
    ),
    # attention
    "attention widths": (
        lambda: attention.attend(X, np.ones((2, 3)), X),
        ValueError,
        r"q \(2, 4\) and k \(2, 3\) need equal",
    ),
    "attention heads": (
        lambda: attention.attend(np.ones((2, 2, 4)), np.ones((1, 2, 4)), np.ones((1, 2, 4))),
        ValueError,
        "equal leading axes",
    ),
    "attention values": (lambda: attention.attend(X, X, np.ones((3, 4))), ValueError, "as many keys as values"),
    "attention nan": (lambda: attention.attend(X * np.nan, X, X), ValueError, r"q\[0, 0\] is nan"),
    "attention bias row": (
        lambda: attention.attend(X, X, X, bias=np.ones((1, 2))),
        ValueError,
        r"bias has shape \(1, 2\), needs the last two or more",
    ),
    "attention bias heads": (
        lambda: attention.attend(np.ones((2, 2, 4)), np.ones((2, 2, 4)), np.ones((2, 2, 4)), bias=np.ones((1, 2, 2))),
        ValueError,
        "bias has shape",
    ),
    "attention bias bool": (
        lambda: attention.attend(X, X, X, bias=np.ones((2, 2), dtype=bool)),
        TypeError,
        "a bool belongs into mask",
    ),
    "attention bias nan": (
        lambda: attention.attend(X, X, X, bias=np.full((2, 2), np.nan)),
        ValueError,
        r"bias\[0, 0\] is nan",
    ),
    "attention bias infinite": (
        lambda: attention.attend(X, X, X, bias=np.full((2, 2), np.inf)),
        ValueError,
        "needs finite numbers or −inf",
    ),
    "attention mask ints": (
        lambda: attention.attend(X, X, X, mask=np.ones((2, 2), dtype=int)),
        TypeError,
        "mask has dtype int64, needs bool",
    ),
    "attention mask shape": (
        lambda: attention.attend(X, X, X, mask=np.ones((2, 1), dtype=bool)),
        ValueError,
        "mask has shape",
    ),
    "attention scale": (
        lambda: attention.logits(X, X, scale=0.0),
        ValueError,
        "scale is 0.0, needs a finite real number above 0",
    ),
    "attention empty rows": (
        lambda: attention.softmax([-np.inf, -np.inf]),
        ValueError,
        "has no allowed key, needs one",
    ),
    "attention empty_rows": (lambda: attention.softmax([0.0], empty_rows="nan"), ValueError, "empty_rows is 'nan'"),
    "attention no keys": (lambda: attention.softmax(np.ones((2, 0))), ValueError, "needs at least one key"),
    "attention causal": (lambda: attention.causal_mask(3, 2), ValueError, "n_q is 3 and n_k is 2, needs n_q ≤ n_k"),
    "attention empty width": (
        lambda: attention.logits(np.ones((2, 0)), np.ones((2, 0))),
        ValueError,
        "non-empty last axes",
    ),
}


@pytest.mark.parametrize("case", NO)
def test_refused(case: str) -> None:
    call, kind, said = NO[case]
    family = case.split(maxsplit=1)[0]
    with pytest.raises(kind, match=said) as error:
        call()
    assert str(error.value).startswith(f"{family}.") or "broadcast" in str(error.value)


def test_unsigned_positions_do_not_wrap() -> None:
    found = sinusoidal.table(np.array([3], dtype=np.uint8), 4, start=-5)
    assert (found == sinusoidal.table([-2], 4)).all()
    assert alibi.distances(*np.array([1, 3], dtype=np.uint8)).tolist() == [[2, 1, 0]]
    assert alibi.distances(*np.array([3, 1], dtype=np.uint8))[0, 0] == -2
