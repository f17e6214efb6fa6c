"""The sketch of transformer_xl."""

from __future__ import annotations

import sympy as sp

from posenc.cli.plots import BASE, WIDTH, numbers
from posenc.definitions import family as definitions

DIM = 16
TITLE, AXIS = "sum of the channels of R, d = 16: past and future differ", "distance + 48 in tokens"


def values() -> list[float]:
    """The sum of the channels of R by distance, the future left and the past right, d = 16."""
    xl = definitions("transformer_xl").CONVENTIONS["transformer_xl/bidirectional"]
    rows = [xl.row(sp.Integer(distance), DIM, BASE, -1) for distance in range(-WIDTH // 2, WIDTH // 2)]
    return numbers([sp.Add(*row) for row in rows])
