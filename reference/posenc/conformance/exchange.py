"""Arrays into and out of Python targets: NumPy's own, a framework's by `__array__` or DLPack, and bfloat16.

NumPy has no bfloat16. Its numbers go in as the framework's own where one is asked for, as ml_dtypes' where that is
installed, and else as uint16 words; they come out of any of these as words.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = ("numpy", "torch", "jax")


def given(array: NDArray[Any], kind: str) -> Any:
    """An array as the target wants it; words of 16 bits are bfloat16. A copy, which the target may write to."""
    brain = array.dtype == np.uint16
    if kind == "torch":
        torch = import_module("torch")
        tensor = torch.from_numpy(array.view(np.int16).copy() if brain else array.copy())
        return tensor.view(torch.bfloat16) if brain else tensor
    if brain and (kind == "jax" or find_spec("ml_dtypes")):
        array = array.view(import_module("ml_dtypes").bfloat16)
    return import_module("jax.numpy").asarray(array) if kind == "jax" else array.copy()


def same(value: Any, array: NDArray[Any]) -> bool:
    """Whether an argument still holds what it was given."""
    now = taken(value)
    return now.shape == array.shape and now.tobytes() == array.tobytes()


def taken(value: Any) -> NDArray[Any]:
    """An array that came back, bfloat16 as its uint16 words; raises whatever NumPy raises for what it cannot read."""
    if hasattr(value, "detach"):  # torch: gradients, devices, lazy conjugation and bfloat16 stand in NumPy's way
        value = value.detach().cpu().resolve_conj().resolve_neg()
        if str(value.dtype) == "torch.bfloat16":
            return _own(value.contiguous().view(import_module("torch").int16).numpy()).view(np.uint16)
        return _own(value.numpy())
    if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
        return _own(np.from_dlpack(value))
    found = np.asarray(value)
    return _own(found.view(np.uint16) if found.dtype.name == "bfloat16" else found)


def _own(array: NDArray[Any]) -> NDArray[Any]:
    """In this machine's byte order, one after the other, and no view of something that may change."""
    return np.array(array, dtype=array.dtype.newbyteorder("="), order="C")
