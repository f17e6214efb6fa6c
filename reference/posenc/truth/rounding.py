"""Ziv's method: enclose, round both ends, and double the precision until they round alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from posenc.truth.engines import Engine, best
from posenc.truth.formats import Format
from posenc.truth.program import Number, Program, Undecided, round_number

GUARD = 30  # bits beyond the format's own to begin with: enough for all but one value in some 2^20
MOST = 1 << 14  # bits at which to give up; a value that is exactly a tie would never be decided


def words(
    program: Program,
    values: Sequence[Fraction],
    form: Format,
    engine: type[Engine] | None = None,
    *,
    refuse_overflow: bool = False,
) -> list[int]:
    """The words of the correctly rounded outputs of the program at exact values.

    Beyond the format's numbers IEEE 754 has infinities; with refuse_overflow that is an OverflowError. Raises
    ArithmeticError when an output still straddles a rounding boundary at 16384 bits, as a sum of irrational terms that
    is secretly a tie would.
    """

    def rounded(at: Engine, numbers: list[Number]) -> list[int]:
        found = [round_number(at, number, form) for number in numbers]
        for number, word in zip(numbers, found, strict=True):
            if refuse_overflow and not form.is_finite(word) and not isinstance(number, float):
                largest = float(form.largest)
                raise OverflowError(f"truth: an output overflows {form.name} (±{largest:g}), needs a wider dtype")
        return found

    return _decided(program, values, form.precision + GUARD, engine, rounded)


def enclosures(
    program: Program, values: Sequence[Fraction], digits: int, engine: type[Engine] | None = None
) -> list[tuple[Fraction, Fraction]]:
    """Exact end points around each output, at most 10^−digits apart, relatively or absolutely."""

    def narrow(at: Engine, numbers: list[Number]) -> list[tuple[Fraction, Fraction]]:
        out = []
        for number in numbers:
            low, high = (number, number) if isinstance(number, Fraction) else _ends(at, number)
            if (high - low) * 10**digits > max(1, abs(low)):
                raise Undecided
            out.append((low, high))
        return out

    return _decided(program, values, int(3.4 * digits) + GUARD, engine, narrow)


def _ends(engine: Engine, number: Number) -> tuple[Fraction, Fraction]:
    low, high = (m * Fraction(2) ** e for m, e in engine.bounds(number))
    return low, high


Found = TypeVar("Found")


def _decided(
    program: Program,
    values: Sequence[Fraction],
    precision: int,
    engine: type[Engine] | None,
    decide: Callable[[Engine, list[Number]], Found],
) -> Found:
    """What `decide` says at the first precision at which it can."""
    kind = engine or best()
    while precision <= MOST:
        with kind(precision) as at:
            try:
                return decide(at, program(at, values))
            except Undecided:
                precision *= 2
    raise ArithmeticError(
        f"truth.rounding: {', '.join(map(str, program.exprs))[:200]} is undecided at {MOST} bits; "
        "an exact tie must be written so that it is seen to be exact"
    )
