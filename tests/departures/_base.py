"""What a departure is, and the answers that several of them need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp

from posenc.definitions import family as definitions
from posenc.vectors import answers
from posenc.vectors.case import Case

Numbers = list[float]


@dataclass(frozen=True)
class Departure:
    """What a library does otherwise than its source.

    says      in one sentence
    case      the smallest input, as code
    truth     what the specification says; None where it has no such operation
    hand      the same without the specification
    found     what the library gives, or raises
    fix       the likely one
    """

    name: str
    says: str
    case: str
    truth: Callable[[], Numbers] | None
    hand: Callable[[], Numbers] | None
    found: Callable[[], Any]
    fix: str

    def answer(self) -> Numbers | str:
        """What comes back, as numbers or as the error."""
        try:
            answer = self.found()
        except Exception as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        return np.asarray(answer.detach().double() if hasattr(answer, "detach") else answer, float).ravel().tolist()


def truth(operation: str, convention: str, inputs: Mapping[str, Any], **params: Any) -> Callable[[], Numbers]:
    """The first output of an operation, correctly rounded, as a list."""

    def ask() -> Numbers:
        stem, name = operation.split(".")
        case = Case(f"{name}/asked", "", (), params, {key: np.asarray(one) for key, one in inputs.items()})
        outputs = answers.truth(stem, case, definitions(stem).CONVENTIONS[f"{stem}/{convention}"])
        return np.asarray(next(iter(outputs.values()))).ravel().tolist()

    return ask


def turned(position: int) -> Callable[[], Numbers]:
    """(1, 0, 0, 0) at a position: the first pair alone is turned, by the position in radians."""
    return lambda: [float(mp.cos(position)), float(mp.sin(position)), 0.0, 0.0]


def rope(position: int) -> Callable[[], Numbers]:
    """The same by the specification."""
    inputs = {"x": [[1.0, 0, 0, 0]], "positions": [position]}
    return truth("rope.rotate", "interleaved", inputs, base=10000.0, rotary_dim=None)


def unit(n: int = 1, dtype: str = "float32") -> Any:
    import torch

    return torch.tensor([[[1.0, 0, 0, 0]]]).repeat(1, n, 1).to(getattr(torch, dtype))
