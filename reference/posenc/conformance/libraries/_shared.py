"""What adapters of several libraries share: the call contract's arrays as a library in torch wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from posenc.conformance.contract import Unsupported


def need(holds: bool, reason: str) -> None:
    """The case is unsupported, for this reason, unless it holds."""
    if not holds:
        raise Unsupported(reason)


def options(scaling: Mapping[str, Any], factors: Mapping[str, str]) -> dict[str, Any]:
    """A scaling as the argument of a constructor that has a factor for some types, each under a name of its own."""
    need(scaling["rope_type"] in factors, f"has no {scaling['rope_type']}")
    return {factors[scaling["rope_type"]]: scaling["factor"]}


def is_bfloat16(x: Any) -> bool:
    """Whether an array holds bfloat16: as ml_dtypes has it where that is installed, else as words."""
    return x.dtype.name in ("bfloat16", "uint16")


def as_heads(x: Any) -> Any:
    """(..., n, head_dim) as a tensor (batch, heads, n, head_dim)."""
    import torch

    tensor = torch.from_numpy(x.view(np.int16)).view(torch.bfloat16) if is_bfloat16(x) else torch.from_numpy(x)
    return tensor if x.ndim == 4 else tensor.reshape(1, int(np.prod(x.shape[:-2])), *x.shape[-2:])


def as_batch(positions: Any) -> Any:
    """(n,) or (batch, n) as (batch, n)."""
    return positions if positions.ndim == 2 else positions[np.newaxis]


def moved(positions: Any, center: float) -> tuple[Any, int]:
    """Positions and a middle, a power of 2, with `center` moved there and no position below 0 or above twice that."""
    away = np.asarray(positions) - (int(center) if center == int(center) else center)
    middle = 1 << int(np.ceil(np.abs(away).max(initial=1)) + 1).bit_length()
    need(middle <= 2**20, "its center is the middle of a sequence, and this sequence is not built here")
    return away + middle, middle
