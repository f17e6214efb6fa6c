"""The kernels once more, compiled by numba: one pass over memory instead of twenty. The same words, by the same proof.

Compiling costs about a second in each process, so it pays for large tables only; `ready` says whether it has been paid.
What decides an entry is the error bound, not the order of operations, so a compiler that fuses some changes no word.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from posenc.truth.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Format
from posenc.truth.kernels import LONG_ERROR, SHORT_ERROR, Anchors

PAYS = 2**28  # entries from which a process should compile


def ready(entries: int) -> bool:
    """Whether to use the compiled kernels for so many entries: numba is there, and compiled already or soon repaid."""
    return find_spec("numba") is not None and (entries >= PAYS or kernels.cache_info().currsize > 0)


@cache
def kernels() -> dict[str, Any]:
    """The kernels, each compiled for a kind of output (contiguous, strided) when first called with it."""
    import numba

    quick = numba.njit(nogil=True, error_model="numpy")
    return {
        "short32": quick(_short32),
        "short16": quick(_short16(quick(_word16))),
        "long64": quick(_long64(quick(_pair))),
    }


def fill(far: Anchors, near: Anchors, form: Format, size: float, cosines: Any, sines: Any) -> Any:
    """Fill rows (far, near) in order with words; returns which rows have open entries."""
    open_rows = np.empty(len(cosines), dtype=np.int64)
    arrays = (*far, *near)
    if form is FLOAT64:
        kernels()["long64"](*arrays, LONG_ERROR * size, cosines.view(np.float64), sines.view(np.float64), open_rows)
    elif form is FLOAT32:
        kernels()["short32"](*arrays, SHORT_ERROR * size, cosines.view(np.float32), sines.view(np.float32), open_rows)
    else:
        kernels()["short16"](*arrays, SHORT_ERROR * size, cosines, sines, open_rows, *_SIXTEEN[form.name])
    return open_rows != 0


def _short32(c, s, C, S, error, cosines, sines, open_rows):  # type: ignore[no-untyped-def]
    for row in range(len(cosines)):
        a, b, count = row // len(C), row % len(C), 0
        for i in range(c.shape[1]):
            y, z = c[a, i] * C[b, i] - s[a, i] * S[b, i], s[a, i] * C[b, i] + c[a, i] * S[b, i]
            low, other = np.float32(y - error), np.float32(z - error)
            count += (low != np.float32(y + error)) | (other != np.float32(z + error))
            cosines[row, i], sines[row, i] = low, other
        open_rows[row] = count


def _word16(y, shift, rebias, lowest, smallest):  # type: ignore[no-untyped-def]
    """The word of y in a 16-bit format: the significand cut with ties to even, or counted in smallest units."""
    bits = np.float64(y).view(np.int64)
    size = bits & 0x7FFF_FFFF_FFFF_FFFF
    cut = ((size + ((1 << (shift - 1)) - 1) + ((size >> shift) & 1)) >> shift) - rebias
    return (np.int64(np.rint(abs(y) * lowest)) if abs(y) < smallest else cut) | ((bits >> 48) & 0x8000)


def _short16(word: Any) -> Any:
    def short16(c, s, C, S, error, cosines, sines, open_rows, shift, rebias, lowest, smallest):  # type: ignore[no-untyped-def]
        for row in range(len(cosines)):
            a, b, count = row // len(C), row % len(C), 0
            for i in range(c.shape[1]):
                y, z = c[a, i] * C[b, i] - s[a, i] * S[b, i], s[a, i] * C[b, i] + c[a, i] * S[b, i]
                one, two = (
                    word(y - error, shift, rebias, lowest, smallest),
                    word(y + error, shift, rebias, lowest, smallest),
                )
                count += one != two
                cosines[row, i] = one
                one, two = (
                    word(z - error, shift, rebias, lowest, smallest),
                    word(z + error, shift, rebias, lowest, smallest),
                )
                count += one != two
                sines[row, i] = one
            open_rows[row] = count

    return short16


def _pair(p, q, cross, error):  # type: ignore[no-untyped-def]
    """p + q + cross minus and plus the error, rounded once each."""
    high = p + q
    t = high - p
    low = ((p - (high - t)) + (q - t)) + cross
    return high + (low - error), high + (low + error)


def _long64(pair: Any) -> Any:
    def long64(c1, c2, c, s1, s2, s, C1, C2, C, S1, S2, S, error, cosines, sines, open_rows):  # type: ignore[no-untyped-def]
        for row in range(len(cosines)):
            a, b, count = row // len(C), row % len(C), 0
            for i in range(c.shape[1]):
                cross = (c1[a, i] * C2[b, i] + c2[a, i] * C[b, i]) - (s1[a, i] * S2[b, i] + s2[a, i] * S[b, i])
                below, above = pair(c1[a, i] * C1[b, i], -(s1[a, i] * S1[b, i]), cross, error)
                count += below != above
                cosines[row, i] = below
                cross = (s1[a, i] * C2[b, i] + s2[a, i] * C[b, i]) + (c1[a, i] * S2[b, i] + c2[a, i] * S[b, i])
                below, above = pair(s1[a, i] * C1[b, i], c1[a, i] * S1[b, i], cross, error)
                count += below != above
                sines[row, i] = below
            open_rows[row] = count

    return long64


def _sixteen(form: Format) -> tuple[int, int, float, float]:
    """What _word16 needs: bits to cut, the exponents' difference, 1 / the smallest unit, the least normal number."""
    rebias = (1023 - form.highest) << (form.precision - 1)
    return 53 - form.precision, rebias, 2.0**-form.lowest, 2.0 ** (1 - form.highest)


_SIXTEEN = {form.name: _sixteen(form) for form in (FLOAT16, BFLOAT16)}
