"""The true outputs of a case under each of its conventions, and what they tell apart: computed, never claimed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import spec
from posenc.definitions import family as definitions
from posenc.definitions.wrong import gallery
from posenc.truth.bounds import GRADES, Precision, Question, units
from posenc.truth.evaluate import Rows, evaluate
from posenc.truth.formats import FLOAT64
from posenc.vectors.case import Case

Outputs = Mapping[str, NDArray[np.float64]]


def truth(family: str, case: Case, definition: Any) -> Outputs:
    """The correctly rounded float64 outputs of a case under a definition."""
    operation = definitions(family).OPERATIONS[case.operation]
    words = evaluate(operation, definition, case.params, case.inputs)
    return {name: np.asarray(FLOAT64.decode(word), dtype=np.float64) for name, word in words.items()}


def mistakes(family: str, operation: str) -> dict[str, Any]:
    """The known mistakes that can show in an operation, by full name."""
    ledger = spec.conventions(family)
    return {
        f"{family}/{name}": entry
        for name, entry in ledger.items()
        if entry["kind"] == "mistake" and operation in entry["operations"]
    }


@cache
def rival(family: str, mistake: str, convention: str) -> Any:
    """A mistake made on top of a convention; one object for each, so that its programs are compiled once."""
    return gallery(family)[mistake](definitions(family).CONVENTIONS[convention])


def apart(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """|one − other|; equal infinities are 0 apart, and so are two NaNs; a NaN is infinitely far from a number."""
    with np.errstate(invalid="ignore"):
        gap = np.abs(one - other)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return np.where(same, 0.0, np.where(np.isnan(gap), np.inf, gap))


class Answers:
    """A case with its true outputs: convention → output name → array."""

    def __init__(self, family: str, case: Case) -> None:
        self.family, self.case = family, case
        self._definitions = definitions(family).CONVENTIONS
        self.outputs = {name: truth(family, case, self._definitions[name]) for name in case.conventions}
        self._units: dict[tuple[str, str], Mapping[str, NDArray[np.float64]]] = {}

    def units(self, convention: str, precision: str) -> Mapping[str, NDArray[np.float64]]:
        """The bound's unit for every entry when everything is computed in one precision."""
        key = (convention, precision)
        if key not in self._units:
            question = Question(
                self._definitions[convention],
                self.case.params,
                self.case.inputs,
                self.outputs[convention],
                Precision.of(precision),
            )
            self._units[key] = units(f"{self.family}.{self.case.operation}", question)
        return self._units[key]

    def leaves_bound(self, convention: str, others: Outputs, precision: str) -> bool:
        """Whether other outputs are beyond the grade B bound around this convention's."""
        right, unit = self.outputs[convention], self.units(convention, precision)
        return any(bool((apart(right[name], others[name]) > GRADES["B"] * unit[name]).any()) for name in right)

    def strays(self, convention: str, definition: Any, precision: str) -> bool:
        """Whether another definition leaves the bound; row by row from the last: the first to leave settles it."""
        operation = definitions(self.family).OPERATIONS[self.case.operation]
        rows = Rows(operation, definition, self.case.params, self.case.inputs)
        right, unit = self.outputs[convention], self.units(convention, precision)
        allowed = {name: GRADES["B"] * np.broadcast_to(unit[name], array.shape) for name, array in right.items()}
        if operation.leading:
            right, allowed = ({name: np.moveaxis(a, 0, -1) for name, a in side.items()} for side in (right, allowed))
        for place in reversed(rows.places):
            for name, words in rows[place].items():
                found = np.reshape(FLOAT64.decode(np.array(words, dtype=FLOAT64.word_dtype)), right[name][place].shape)
                if (apart(right[name][place], found) > allowed[name][place]).any():
                    return True
        return False

    def discriminates(self) -> list[str]:
        """The names of every rival convention and mistake that this case tells from the right answer."""
        rivals = [name for name in self.outputs if len(self.outputs) > 1 and self._tells_convention(name)]
        return rivals + [
            name
            for name, entry in mistakes(self.family, self.case.operation).items()
            if self.tells_mistake(name, entry)
        ]

    def _tells_convention(self, name: str) -> bool:
        """Its outputs differ from those of every other listed convention."""
        others = (outputs for other, outputs in self.outputs.items() if other != name)
        return all(self.leaves_bound(name, outputs, "float32") for outputs in others)

    def tells_mistake(self, name: str, entry: Mapping[str, Any]) -> bool:
        """Made on top of any listed convention it applies to, it leaves the bound where it counts as a mistake."""
        applies = [way for way in self.outputs if way.split("/")[1] not in entry.get("not_for", ())]
        precision = entry.get("precision", "float32")
        return bool(applies) and all(self.strays(way, rival(self.family, name, way), precision) for way in applies)
