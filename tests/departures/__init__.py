"""Where libraries depart from what they implement, beside what their targets know: each with its smallest case.

Every one is decided twice: `truth` is the specification's, correctly rounded, and `hand` is worked out from the
paper's formula with mpmath or on paper. `found` asks the installed library anew.
"""

from __future__ import annotations

from departures import onnx, rotary_embedding_torch, x_transformers
from departures._base import Departure

__all__ = ["DEPARTURES", "Departure"]

DEPARTURES: dict[str, list[Departure]] = {
    **onnx.DEPARTURES,
    "rotary_embedding_torch": rotary_embedding_torch.DEPARTURES,
    "x_transformers": x_transformers.DEPARTURES,
}
"""Library, as posenc check calls it, → its departures."""
