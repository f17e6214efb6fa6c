"""The cause of a failure by name, in order: faults, the catalogue, what probes identify, precision and growth.

A cause is named only when it explains every failing case and no passing one refutes it; otherwise what was measured
is said, and that the cause is not known.
"""

from __future__ import annotations

from posenc.conformance.catalogue import Catalogue
from posenc.conformance.causes import Cause, Diagnosis
from posenc.conformance.faults import fault
from posenc.conformance.growth import growth, precision
from posenc.conformance.identified import identify
from posenc.conformance.judge import Result, Subject
from posenc.conformance.process import Process

__all__ = ["Cause", "Diagnosis", "diagnose"]


def diagnose(subject: Subject, results: list[Result], process: Process | None = None) -> Diagnosis:
    """What is wrong, as far as it can be told.

    process   is asked questions of its own where the catalogue has no name; nothing is asked without one
    """
    failing = [result for result in results if result.state == "failed"]
    passing = [result for result in results if result.state == "passed"]
    shaped = [result for result in results if result.state == "shape" and result.outputs]
    if failing or shaped:
        cause = fault(subject, failing + shaped, passing)
        if cause:
            return Diagnosis([cause])
    if not failing:
        return Diagnosis([])
    catalogue = Catalogue(subject, failing, passing)
    measured = tuple(growth(results))
    if causes := catalogue.causes():
        return Diagnosis(causes, measured)
    if causes := precision(subject, [*failing, *passing], len(failing)):
        return Diagnosis(causes, measured)
    if process is not None:
        found = identify(process, subject, len(failing))
        measured = (*measured, *found.said)
        if found.cause is not None and catalogue.explains(found.cause, found.definition, found.room):
            return Diagnosis([found.cause], measured)
    return Diagnosis([], (*measured, *_closest(catalogue)))


def _closest(catalogue: Catalogue) -> tuple[str, ...]:
    """The rival that explains most, and whether everything was tried."""
    match = catalogue.closest()
    said = []
    if match is not None and match.explained:
        total = len(catalogue.results)
        said.append(f"the closest rival is {match.cause.name}: it explains {match.explained} of {total} answers")
    if not catalogue.all_tried:
        said.append("not all pairs of mistakes were tried")
    return tuple(said)
