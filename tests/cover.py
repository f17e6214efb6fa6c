"""Whether every breaking is noticed by a check and every check notices one, asking as few of them as that takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TypeVar

Breaking = TypeVar("Breaking")
Check = TypeVar("Check")


def uncovered(
    breakings: Iterable[Breaking], checks: Iterable[Check], notices: Callable[[Check, Breaking], bool]
) -> tuple[list[Breaking], list[Check]]:
    """The breakings that no check notices, and the checks that notice no breaking.

    The checks that have noticed most so far in the least time are asked first; what is left is tried on all the rest.
    """
    breakings, asked = list(breakings), [(check, [0, 0.0]) for check in checks]  # noticed how many, in how many seconds
    told: dict[tuple[int, int], bool] = {}

    def ask(which: int, at: int) -> bool:
        if (which, at) not in told:
            check, merit = asked[which]
            start = perf_counter()
            told[which, at] = notices(check, breakings[at])
            merit[0] += told[which, at]
            merit[1] += perf_counter() - start
        return told[which, at]

    def promising() -> list[int]:
        merits = [(noticed + 0.5) / (seconds + 0.02) for _, (noticed, seconds) in asked]
        return sorted(range(len(asked)), key=lambda which: -merits[which])

    alive = [one for at, one in enumerate(breakings) if not any(ask(which, at) for which in promising())]
    idle = [check for which, (check, _) in enumerate(asked) if not any(ask(which, at) for at in range(len(breakings)))]
    return alive, idle
