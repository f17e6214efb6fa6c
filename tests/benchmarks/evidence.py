"""Whole tables, entry by entry, against enclosures: `python tests/benchmarks/evidence.py [arb|mpmath]`. Takes a quarter hour.

Every entry of four tables of 65536 positions is enclosed on its own, at one precision, and both ends are rounded to each
of the four formats; where they agree (or, at more precision, once they do) the fast table must have that word.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction

import sympy as sp

from posenc.definitions import family
from posenc.truth.engines import ENGINES
from posenc.truth.formats import FORMATS
from posenc.truth.program import Program
from posenc.truth.tables import rotations
from posenc.truth.waves import Waves

TABLES = [(10_000, 64), (500_000, 128), (1_000_000, 80), (10_000, 128)]
POSITIONS, BITS = 65_536, 128
ROPE = family("rope").CONVENTIONS["rope/halves"]


def column(task: tuple[str, int, int, int]) -> tuple[int, int]:
    """(entries that differ, entries that needed more precision) of one frequency, all formats."""
    name, base, dim, i = task
    engine = ENGINES[name]
    omega = ROPE.frequency(sp.Integer(i), dim, dim, sp.Integer(base))
    fast = {form: rotations([omega], range(POSITIONS), form, engine) for form in FORMATS.values()}
    waves, wrong, hard = Waves([omega], engine=engine), 0, 0
    with engine(BITS) as at:
        (frequency,) = Program([omega], [])(at, [])
        frequency = at.ball(frequency) if isinstance(frequency, Fraction) else frequency
        for p in range(1, POSITIONS):
            angle = at.mul(at.ball(Fraction(p)), frequency)
            for which, function in enumerate(("cos", "sin")):
                ends = at.bounds(at.apply(function, angle))
                for form in FORMATS.values():
                    low, high = (form.round_ratio(m << max(e, 0), 1 << max(-e, 0)) for m, e in ends)
                    if low != high:
                        hard += 1
                        low = waves.words(0, Fraction(p), form)[which]
                    wrong += int(fast[form][which][p, 0]) != low
    return wrong, hard


def main(name: str) -> None:
    for base, dim in TABLES:
        start = time.perf_counter()
        with ProcessPoolExecutor(max_workers=2) as pool:
            found = list(pool.map(column, [(name, base, dim, i) for i in range(dim // 2)]))
        wrong, hard = (sum(pair[k] for pair in found) for k in (0, 1))
        entries = (POSITIONS - 1) * dim * len(FORMATS)
        spent = time.perf_counter() - start
        print(
            f"{name}, base {base}, d = {dim}: {wrong} of {entries} entries differ, {hard} needed more bits; {spent:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "arb")
