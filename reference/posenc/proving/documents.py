"""Holds the verdicts of spec/documents against those of the claims that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERDICTS = ("proved", "conditional", "imprecise", "refuted", "empirical", "recorded", "misreported", "remark")
CARRIED: dict[str, tuple[set[str], set[str]]] = {  # verdict → verdicts its claims may have, and those they must have
    "proved": ({"proved"}, {"proved"}),
    "conditional": ({"proved", "refuted"}, {"proved"}),
    "imprecise": ({"proved", "refuted"}, set()),
    "refuted": ({"refuted"}, {"refuted"}),
    "empirical": ({"empirical"}, set()),
    "recorded": ({"empirical"}, set()),
    "misreported": ({"empirical"}, set()),
    "remark": (set(), set()),
}
DECIDED = ("proved", "conditional", "imprecise", "refuted")  # by at least one claim


def disagreement(statement: Mapping[str, Any], found: Mapping[str, str]) -> str:
    """What in the verdicts of the claims stands against the verdict of a statement that they carry; "" if nothing.

    statement  an entry of spec/documents/<number>.toml
    found      claim, written family.claim → its verdict; a claim that is missing has none
    """
    verdict, claims = statement["verdict"], statement.get("claims", [])
    allowed, needed = CARRIED[verdict]
    if verdict in DECIDED and not claims:
        return f"{verdict}, but no claim carries it"
    for claim in claims:
        if found.get(claim) not in allowed:
            return f"{verdict}, but {claim} is {found.get(claim, 'not there')}"
    if missing := needed - {found[claim] for claim in claims}:
        return f"{verdict}, but no claim that carries it is {missing.pop()}"
    return ""
