"""What a configuration says about positions, as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Config = Mapping[str, Any]


@dataclass(frozen=True)
class Encoding:
    """What a configuration says about positions.

    operation   family.operation whose table the model uses
    convention  the full name
    params      of the operation, without positions
    context     how many positions the configuration allows; for T5 the distance from which on nothing changes
    open        parameters and arrays that it leaves open: the encoder's and the decoder's use of T5, the length of a
                sequence where the frequencies depend on it, positions along three axes
    notes       what the operation does not say: how channels are paired, for which layers this is
    inputs      arrays of integers that the configuration says: the sections of three axes
    """

    operation: str
    convention: str
    params: Mapping[str, Any]
    context: int
    open: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def positions(self) -> range:
        """All of them; for T5 and DeBERTa the distances of both directions."""
        far = self.context
        if self.operation == "t5.buckets":
            return range(-far, far + 1)
        return range(1 - far, far) if self.operation == "deberta.buckets" else range(far)
