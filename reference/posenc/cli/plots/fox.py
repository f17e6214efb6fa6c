"""The sketch of fox."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import WIDTH, numbers
from posenc.definitions import family as definitions

TITLE, AXIS = "bias for the last query when every sixteenth gate lets half go", "key position"


def values() -> list[float]:
    """The bias of every key for the last of WIDTH queries."""
    fox = definitions("fox").CONVENTIONS["fox/paper"]
    gates = [-sp.log(2) if token % 16 == 15 else sp.Rational(-1, 100) for token in range(WIDTH)]
    return numbers([fox.between(gates, WIDTH - 1, key) for key in range(WIDTH)])
