"""What the adapters share: the call contract's arrays as the library wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from posenc.conformance.libraries._shared import as_heads, need

__all__ = ["LONGEST", "as_heads", "as_rows", "need"]

LONGEST = 2**17  # rows up to which a table that the library builds from 0 on is built here


def as_rows(positions: Any) -> Any:
    """Non-negative integer positions as row numbers, if a table that starts at 0 reaches them."""
    positions = np.asarray(positions)
    need(positions.dtype.kind in "iu", "a table has rows for integers only")
    need(not positions.size or positions.min() >= 0, "a table starts at position 0")
    need(not positions.size or positions.max() < LONGEST, f"a table of more than {LONGEST} rows is not built here")
    return torch.from_numpy(positions.astype(np.int64))
