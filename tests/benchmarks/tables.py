"""Certified tables against uncertified ones, side by side on one core: `python tests/benchmarks/tables.py`.

Prints how many times as fast the certified table is, medians of alternating rounds with the quartiles of the ratios, for
the compiled kernels and for NumPy's; then the cost against the number of positions, where it goes, and the memory.
"""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from bench import compare, seconds

from posenc.definitions import family
from posenc.truth import compiled, tables
from posenc.truth.engines import Mpi
from posenc.truth.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Format
from posenc.truth.tables import rotations
from posenc.truth.waves import Waves

ROPE = family("rope").CONVENTIONS["rope/halves"]
OMEGAS = [ROPE.frequency(sp.Integer(i), 128, 128, sp.Integer(10_000)) for i in range(64)]
FREQUENCIES = 10_000.0 ** -(np.arange(64) / 64)


def certified(count: int, form: Format, engine: Any = None) -> Callable[[], object]:
    return lambda: rotations(OMEGAS, range(count), form, engine)


def naive(count: int, dtype: Any) -> Callable[[], object]:
    def call() -> object:
        angles = np.arange(count, dtype=dtype)[:, np.newaxis] * FREQUENCIES.astype(dtype)
        return np.cos(angles), np.sin(angles)

    return call


def naive_torch(count: int) -> Callable[[], object]:
    import torch

    torch.set_num_threads(1)
    frequencies = torch.from_numpy(FREQUENCIES.astype(np.float32))

    def call() -> object:
        angles = torch.arange(count, dtype=torch.float32)[:, None] * frequencies
        return angles.cos(), angles.sin()

    return call


def with_kernel(name: str) -> None:
    """Force one of the kernels."""
    compiled.ready = lambda entries: name == "numba"


def sides() -> None:
    for kernel in ("numba", "numpy"):
        with_kernel(kernel)
        for count, rounds in ((131_072, 15), (1_048_576, 5)):
            said = f"{kernel} kernel, {count} × 64"
            compare(
                f"{said}: float32 against NumPy float32", certified(count, FLOAT32), naive(count, np.float32), rounds
            )
        compare(f"{kernel} kernel: float32 against torch float32", certified(131_072, FLOAT32), naive_torch(131_072), 9)
        compare(
            f"{kernel} kernel: float64 against NumPy float64",
            certified(131_072, FLOAT64),
            naive(131_072, np.float64),
            5,
        )
        for form in (FLOAT16, BFLOAT16):
            compare(
                f"{kernel} kernel: {form.name} against our float32",
                certified(131_072, form),
                certified(131_072, FLOAT32),
                9,
            )
        alone = certified(131_072, FLOAT32, Mpi)
        compare(f"{kernel} kernel, mpmath alone: against NumPy float32", alone, naive(131_072, np.float32), 9)
    with_kernel("numba")
    source = np.zeros((2, 131_072, 64), dtype=np.float32)
    compare("numba kernel: float32 against a copy of the result", certified(131_072, FLOAT32), source.copy, 15)


def growth() -> None:
    with_kernel("numba")
    print("\npositions   ms a table   ns an entry   anchors' share   entries left open")
    for power in range(10, 23, 2):
        grown(1 << power)


def grown(count: int) -> None:
    """Cost, anchors' share and open entries of one length."""
    make = certified(count, FLOAT32)
    make()
    spent = min(seconds(make) for _ in range(3))
    waves, grid, empty = Waves(OMEGAS), tables.Grid.of(range(count)), np.empty((count, 64), dtype=np.uint32)
    anchors = min(seconds(lambda: tables._Filler(waves, grid, FLOAT32, empty, empty)._far(0)) for _ in range(3))
    asked: list[int] = []
    settle = Waves.words

    def counted(self: Waves, which: int, position: Any, form: Format) -> tuple[int, int]:
        asked.append(which)
        return settle(self, which, position, form)

    Waves.words = counted  # type: ignore[method-assign]
    make()
    Waves.words = settle  # type: ignore[method-assign]
    each = spent / (count * 128) * 1e9
    print(f"{count:9} {spent * 1e3:12.1f} {each:13.2f} {anchors / spent:16.0%} {len(asked):19}")


def memory() -> None:
    for kernel in ("numba", "numpy"):
        with_kernel(kernel)
        out = (np.empty((2**20, 64), dtype=np.uint32), np.empty((2**20, 64), dtype=np.uint32))
        tracemalloc.start()
        rotations(OMEGAS, range(2**20), FLOAT32, out=out)
        print(f"{kernel} kernel: {tracemalloc.get_traced_memory()[1] / 2**20:.1f} MiB beside an output of 512 MiB")
        tracemalloc.stop()


if __name__ == "__main__":
    os.sched_setaffinity(0, {0})
    sides()
    growth()
    memory()
