"""Certified tables: cos and sin of position × frequency for many positions at once, every entry correctly rounded.

The theorem R(aB + b) = R(aB)·R(b) (claims rope.group and sinusoidal.shift_group) fills a table of P positions from
about 2√P anchors per frequency by one complex product an entry. The anchors are double-double powers of two enclosures;
the kernels say which entries their error bound leaves open, and those few go to enclosures of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, gcd, isqrt, lcm, log2

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from posenc.definitions import Expr
from posenc.truth import compiled
from posenc.truth.doubledouble import Complex, powers, product
from posenc.truth.engines import Engine
from posenc.truth.formats import Format, Words
from posenc.truth.kernels import Anchors, anchors, combine
from posenc.truth.waves import Waves

Positions = range | Sequence[Fraction] | NDArray[np.int64]
Progress = Callable[[float], None]

FEWEST = 48  # positions from which anchors pay
NEAR = 512  # most anchors of the inner kind: their rows should stay in the cache
CHUNK = 2**18  # positions with one origin; what is held beside the output does not grow beyond it
DENSE = 2**22  # widest span, in units, over which listed positions are taken from anchors


def rotations(
    frequencies: Sequence[Expr],
    positions: Positions,
    form: Format,
    engine: type[Engine] | None = None,
    *,
    scale: Expr = 1,
    out: tuple[Words, Words] | None = None,
    jobs: int = 1,
    progress: Progress = lambda share: None,
) -> tuple[Words, Words]:
    """The words of scale·cos(p·ω) and scale·sin(p·ω), each (positions, frequencies).

    frequencies  exact expressions, in radians per token
    positions    a range, exact rationals, or integers: any that are exact, up to 2⁵³ and beyond
    scale        an exact factor of both (an attention factor), applied before the one rounding
    out          two arrays of form.word_dtype to fill, which may be strided views; new ones otherwise
    jobs         threads; the words do not depend on it, nor on how positions are divided between calls
    progress     is told the share that is done, from time to time
    """
    shape = (len(positions), len(frequencies))
    cosines, sines = out or (np.empty(shape, dtype=form.word_dtype), np.empty(shape, dtype=form.word_dtype))
    if cosines.shape != shape or sines.shape != shape or {cosines.dtype, sines.dtype} != {form.word_dtype}:
        raise ValueError(f"truth.tables: out has {cosines.shape} and {sines.shape}, needs {shape} of {form.word_dtype}")
    waves = _waves(tuple(frequencies), sp.sympify(scale), engine)
    filler = _Filler(waves, Grid.of(positions), form, cosines, sines)
    blocks = filler.blocks()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        done = 0
        for rows in (pool.map if jobs > 1 else map)(filler.fill, blocks):
            done += rows
            progress(done / max(1, len(positions)))
    return cosines, sines


_waves = lru_cache(maxsize=16)(Waves)  # a sweep asks for the same frequencies again and again


@dataclass(frozen=True)
class Grid:
    """Positions as origin + unit·k.

    exact   the positions when they are listed, None when k counts from 0 to length − 1
    listed  k of each of them, where no k is beyond DENSE; None otherwise
    """

    origin: Fraction
    unit: Fraction
    length: int
    exact: Sequence[Fraction] | None = None
    listed: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, positions: Positions) -> Grid:
        """The coarsest grid that holds them all."""
        if isinstance(positions, range):
            return cls(Fraction(positions.start), Fraction(positions.step), len(positions))
        exact = [Fraction(int(p)) if isinstance(p, np.integer) else Fraction(p) for p in positions]
        common = lcm(*(p.denominator for p in exact))
        whole = [int(p * common) for p in exact]
        least = min(whole, default=0)
        unit = gcd(*(n - least for n in whole)) or 1
        steps = [(n - least) // unit for n in whole]
        listed = np.array(steps, dtype=np.int64) if max(steps, default=0) < DENSE else None
        return cls(Fraction(least, common), Fraction(unit, common), len(exact), exact, listed)

    def __getitem__(self, row: int) -> Fraction:
        return self.origin + self.unit * row if self.exact is None else self.exact[row]

    @property
    def anchored(self) -> bool:
        """Whether anchors pay and reach."""
        return self.length >= FEWEST and (self.exact is None or self.listed is not None)

    @property
    def reach(self) -> int:
        """How many steps the anchors of a block must cover."""
        return min(self.length, CHUNK) if self.listed is None else int(self.listed.max(initial=0)) + 1


class _Filler:
    """Fills a table in blocks of rows, each on its own."""

    def __init__(self, waves: Waves, grid: Grid, form: Format, cosines: Words, sines: Words) -> None:
        self.waves, self.grid, self.form, self.cosines, self.sines = waves, grid, form, cosines, sines
        self.size = 2.0 ** max(0, ceil(log2(waves.amplitude))) if waves.amplitude > 0 else 1.0
        if grid.anchored:
            inner = isqrt(grid.reach) + 1
            self.inner = min(NEAR, inner) if grid.listed is None else inner
            self.near = anchors(powers(waves.anchors(grid.unit, scaled=False), self.inner), form)
            leap = waves.anchors(grid.unit * self.inner, scaled=False)
            self.leaps = powers(leap, -(-grid.reach // self.inner))

    def blocks(self) -> list[range]:
        """The rows of each block."""
        rows = 64 if not self.grid.anchored else CHUNK if self.grid.listed is None else 4096
        return [range(at, min(at + rows, self.grid.length)) for at in range(0, self.grid.length, rows)]

    def fill(self, rows: range) -> int:
        """Fill these rows; returns how many they are."""
        if not self.grid.anchored:
            for row in rows:
                self._settle(row, range(len(self.waves)))
        elif self.grid.listed is None:
            self._dense(rows)
        else:
            self._listed(rows)
        return len(rows)

    def _far(self, row: int) -> Complex:
        """The outer anchors of a block that begins at a row."""
        origin = self.waves.anchors(self.grid.origin + self.grid.unit * row, scaled=True)
        return product(self.leaps, Complex(*(part[np.newaxis] for part in origin)))

    def _dense(self, rows: range) -> None:
        far = anchors(self._far(rows.start), self.form)
        block = slice(rows.start, rows.stop)
        if compiled.ready(2 * self.grid.length * len(self.waves)):
            open_rows = compiled.fill(far, self.near, self.form, self.size, self.cosines[block], self.sines[block])
            self._review(np.flatnonzero(open_rows) + rows.start, far, rows.start)
            return
        for a, start in enumerate(range(rows.start, rows.stop, self.inner)):
            count = min(self.inner, rows.stop - start)
            here = type(far)(*(part[a : a + 1] for part in far))
            near = type(far)(*(part[:count] for part in self.near))
            self._keep(np.arange(start, start + count), combine(here, near, self.form, self.size))

    def _listed(self, rows: range) -> None:
        far = anchors(self._far(0), self.form)
        self._review(np.arange(rows.start, rows.stop), far, 0)

    def _review(self, rows: NDArray[np.int64], far: Anchors, first: int) -> None:
        """Fill single rows in NumPy, open entries from enclosures."""
        places = rows - first if self.grid.listed is None else self.grid.listed[rows]
        outer, inner = np.divmod(places, self.inner)
        for part in range(0, len(rows), NEAR):
            some = slice(part, part + NEAR)
            here, near = (
                type(far)(*(array[index[some]] for array in source))
                for source, index in ((far, outer), (self.near, inner))
            )
            self._keep(rows[some], combine(here, near, self.form, self.size))

    def _keep(self, rows: NDArray[np.int64], found: tuple[Words, Words, NDArray[np.bool_]]) -> None:
        self.cosines[rows], self.sines[rows], open_ = found
        for row in np.flatnonzero(open_.any(axis=1)):
            self._settle(int(rows[row]), [int(i) for i in np.flatnonzero(open_[row])])

    def _settle(self, row: int, frequencies: Sequence[int]) -> None:
        """Entries one by one; at position 0 all frequencies have the same."""
        position = self.grid[row]
        if not position:
            self.cosines[row], self.sines[row] = self.waves.words(0, position, self.form)
            return
        for i in frequencies:
            self.cosines[row, i], self.sines[row, i] = self.waves.words(i, position, self.form)
