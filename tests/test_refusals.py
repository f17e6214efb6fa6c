"""Bad input to the NumPy reference: an error that says who was called, what it got, and what it needs."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from posenc import alibi, sinusoidal, spec
from posenc.truth.golden import check
from refusals.rope_scaling import SAID

CASES = {
    f"{family} {name}": case
    for family in spec.families()
    for name, case in importlib.import_module(f"refusals.{family}").NO.items()
}


@pytest.mark.parametrize("case", CASES)
def test_refused(case: str) -> None:
    call, kind, said = CASES[case]
    family = case.split(maxsplit=1)[0]
    with pytest.raises(kind, match=said) as error:
        call()
    assert str(error.value).startswith(f"{family}.") or "broadcast" in str(error.value)


def test_unsigned_positions_do_not_wrap() -> None:
    found = sinusoidal.table(np.array([3], dtype=np.uint8), 4, start=-5)
    assert (found == sinusoidal.table([-2], 4)).all()
    assert alibi.distances(*np.array([1, 3], dtype=np.uint8)).tolist() == [[2, 1, 0]]
    assert alibi.distances(*np.array([3, 1], dtype=np.uint8))[0, 0] == -2


@pytest.mark.parametrize("case", SAID)
def test_the_command_refuses_the_scalings_that_the_reference_refuses(case: str) -> None:
    scaling, width, kind, _ = SAID[case]
    params = {"rotary_dim": width, "base": 10_000.0, "scaling": scaling, "length": 1}
    with pytest.raises(kind, match=r"^rope_scaling\.inverse_frequencies: "):
        check("rope_scaling.inverse_frequencies", params, {})
