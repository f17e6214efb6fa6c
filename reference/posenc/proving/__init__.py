"""What every proof needs: exact decision procedures, three verdicts, and a record of what was decided how.

A claim is *proved* when every step of its proof was decided, *refuted* when a constructed counterexample was
certified, and *unknown* otherwise. Unknown is never a pass. No float decides anything here.
"""

from posenc.proving.algebra import require_in_ideal, require_positive, require_zero
from posenc.proving.cases import leaves, resolved
from posenc.proving.enclose import (
    Enclosed,
    Less,
    cosine_integral_gap,
    cosine_sums,
    enclosure,
    modulus_sums,
    require_digits,
    require_less,
    require_nonzero,
    require_value,
)
from posenc.proving.exact import require_all, require_equal
from posenc.proving.pairing import require_pairing
from posenc.proving.record import Step, Unproved, trust

__all__ = [
    "Enclosed",
    "Less",
    "Step",
    "Unproved",
    "cosine_integral_gap",
    "cosine_sums",
    "enclosure",
    "leaves",
    "modulus_sums",
    "require_all",
    "require_digits",
    "require_equal",
    "require_in_ideal",
    "require_less",
    "require_nonzero",
    "require_pairing",
    "require_positive",
    "require_value",
    "require_zero",
    "resolved",
    "trust",
]
