"""The checks at the door, and their wording: who was called, what it got, what it needs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Floating = NDArray[np.floating[Any]]
Reals = NDArray[np.float64]

EXACT_INTEGERS = 2**53  # float64, in which angles are formed, holds every integer up to here


def integer(who: str, name: str, value: object, *, least: int) -> int:
    """`value` as an int ≥ `least`; a bool or a float is not an integer, whatever it equals."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(
            f"{who}: {name} is {value!r} of type {type(value).__name__}, needs an integer of at least {least}"
        )
    if value < least:
        raise ValueError(f"{who}: {name} is {value}, needs an integer of at least {least}")
    return int(value)


def even(who: str, name: str, value: object) -> int:
    """`value` as an even int ≥ 2: channels come in pairs."""
    number = integer(who, name, value, least=2)
    if number % 2:
        raise ValueError(f"{who}: {name} is {number}, needs an even number, because channels come in pairs")
    return number


def real(who: str, name: str, value: object, *, above: float) -> float:
    """`value` as a finite float > `above`."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(
            f"{who}: {name} is {value!r} of type {type(value).__name__}, needs a real number above {above:g}"
        )
    if not np.isfinite(value) or not value > above:
        raise ValueError(f"{who}: {name} is {value}, needs a finite real number above {above:g}")
    return float(value)


def within(who: str, name: str, value: object, *, least: float, most: float = np.inf) -> float:
    """`value` as a finite float from `least` to `most`."""
    number = real(who, name, value, above=-np.inf)
    if not least <= number <= most:
        upper = "" if most == np.inf else f" and at most {most:g}"
        raise ValueError(f"{who}: {name} is {value}, needs a finite real number of at least {least:g}{upper}")
    return number


def base(who: str, value: object) -> float:
    """The base of the inverse frequencies, a finite real number above 1.

    At 1 all frequencies are equal and below 1 they grow; no claim about the families holds for those, and a
    base of 1 or less is nearly always a configuration read wrongly.
    """
    return real(who, "base", value, above=1.0)


def one_of(who: str, name: str, value: object, allowed: Collection[str]) -> str:
    """`value` if it is one of the allowed names; otherwise the error lists the near misses."""
    if isinstance(value, str) and value in allowed:
        return value
    from difflib import get_close_matches  # only on the way out: `import posenc` stays as quick as `import numpy`

    near = get_close_matches(str(value), allowed, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise ValueError(f"{who}: {name} is {value!r}, needs one of {', '.join(map(repr, allowed))}{hint}")


def dtype(who: str, value: DTypeLike) -> np.dtype[Any]:
    """`value` as one of the three floating dtypes NumPy can compute in on every machine."""
    wanted = np.dtype(value)
    if wanted not in (np.float16, np.float32, np.float64):
        raise TypeError(f"{who}: dtype is {wanted}, needs float16, float32 or float64")
    return wanted


def reals(who: str, name: str, value: ArrayLike, *, ndim: int) -> Floating:
    """`value` as a floating array of at least `ndim` axes without NaN or infinity; dtype kept."""
    array = np.asarray(value)
    if array.dtype not in (np.float16, np.float32, np.float64):
        raise TypeError(f"{who}: {name} has dtype {array.dtype}, needs float16, float32 or float64")
    if array.ndim < ndim:
        raise ValueError(f"{who}: {name} has shape {array.shape}, needs at least {ndim} axes")
    finite(who, name, array)
    return array


def finite(who: str, name: str, array: NDArray[Any]) -> None:
    """Refuse NaN and infinity, and say where the first one is."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum(dtype=None)):  # one quick pass; only a suspicious sum is looked at entry by entry
            return
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        where = tuple(int(i) for i in bad[0])
        raise ValueError(f"{who}: {name}{list(where)} is {array[where]}, needs finite numbers")


def positions(who: str, value: ArrayLike, *, name: str = "positions") -> Reals:
    """`value` as float64 positions in tokens: integers or reals, of any sign and shape.

    Refused: bool, complex and object arrays; NaN and infinity; anything beyond the integers that its own
    dtype (float16: 2048, float32: 2²⁴, the rest: 2⁵³) holds exactly, since neighbours have merged there.
    """
    array = np.asarray(value)
    if array.size == 0 and not isinstance(value, np.ndarray):
        array = array.astype(np.int64)  # an empty list has no dtype of its own
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise TypeError(f"{who}: {name} has dtype {array.dtype}, needs integers or reals of at most 64 bits")
    limit = EXACT_INTEGERS
    if array.dtype.kind == "f":
        finite(who, name, array)
        limit = 2 ** (np.finfo(array.dtype).nmant + 1)
    if array.size and (int(array.max()) > limit or int(array.min()) < -limit):
        worst = array.max() if int(array.max()) > limit else array.min()
        raise ValueError(
            f"{who}: {name} reaches {worst}, needs at most ±{limit}: beyond it {array.dtype} positions "
            f"{'merge with their neighbours' if array.dtype.kind == 'f' else 'have no exact float64'}"
        )
    return array.astype(np.float64)
