"""Exact comparison and exhaustive enumeration over finite ranges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from posenc.proving.enclose import Less
from posenc.proving.record import Unproved, decided


def require_equal(left: Any, right: Any, statement: str) -> None:
    """Decide that two exact things are the same thing: integers, rationals, lists, matrices, expressions as written."""
    exact = (left, right) if not isinstance(left, sp.MatrixBase) else (left.tolist(), sp.Matrix(right).tolist())
    if exact[0] != exact[1]:
        raise Unproved(f"{statement}: {left} ≠ {right}")
    said = f"{{{', '.join(sorted(map(str, left)))}}}" if isinstance(left, set | frozenset) else str(left)
    decided("exact", statement, said if len(said) < 200 else "equal", equal=(left, right))


def require_all(cases: Iterable[tuple[Any, bool | Less]], statement: str) -> None:
    """Decide a statement for every member of a finite range; the cases are (member, whether it holds)."""
    count, compared = 0, []
    for member, case in cases:
        holds = case.holds if isinstance(case, Less) else case
        if isinstance(case, Less):
            compared.append(tuple(case))
        if holds is not True and holds is not sp.true:
            raise Unproved(f"{statement}: fails at {member}")
        count += 1
    if not count:
        raise Unproved(f"{statement}: nothing to enumerate")
    decided("exact", statement, f"{count} cases", cases=count, compared=compared)
