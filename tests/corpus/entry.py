"""What a bug of the corpus is: a wrong program as a library had it, and the name that it must be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Program = Callable[..., Any]


@dataclass(frozen=True)
class Bug:
    """A bug that libraries had.

    id         one for each bug; a bug may have several programs
    says       what is wrong
    operation  family.operation, under a convention
    causes     the names that are right, any of them; empty where no name is promised
    seen_in    public reports
    make       gives a fresh instance of the wrong program
    dtype      in which it is asked; angle and table: the formats it declares, dtype unless said
    unseen     why it cannot be seen, for those that are equivalent
    """

    id: str
    says: str
    operation: str
    convention: str
    causes: tuple[str, ...]
    seen_in: str
    make: Callable[[], Program]
    dtype: str = "float64"
    angle: str = ""
    table: str = ""
    unseen: str = ""


def bug(
    id_: str, says: str, operation: str, convention: str, causes: str, seen_in: str, program: Program, **more: Any
) -> Bug:
    """A bug whose program keeps nothing between calls."""
    family = operation.split(".", maxsplit=1)[0]
    names = tuple(cause if "/" in cause else f"{family}/{cause}" for cause in causes.split(", ") if cause)
    make = more.pop("make", None) or (lambda: program)
    return Bug(id_, says, operation, f"{family}/{convention}", names, seen_in, make, **more)


def keeping(
    id_: str, says: str, operation: str, convention: str, causes: str, seen_in: str, make: Any, **more: Any
) -> Bug:
    """A bug whose program is made anew for every instance, because it keeps something."""
    return bug(id_, says, operation, convention, causes, seen_in, make, make=make, **more)


def bf16(values: Any) -> Any:
    """Rounded to bfloat16, to nearest, ties to even; as float32."""
    words = np.asarray(values, dtype=np.float32).view(np.uint32)
    return ((words + 0x7FFF + (words >> 16 & 1)) >> 16 << 16).astype(np.uint32).view(np.float32)


def f16(values: Any) -> Any:
    """Rounded to float16; what is beyond it becomes infinite."""
    return np.asarray(values).astype(np.float16)
