"""Conformance as tests of your own suite: `from posenc.testing import conformance`.

test_rotate = conformance(my_rotate, "rope.rotate", convention="rope/halves", dtype="float32")

One test for each golden vector, in the same order with the same ids on every run and every worker of pytest-xdist. The
callable runs in the process of the tests. The judgement is that of `posenc check`, and a failure says the cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from posenc import spec
from posenc.conformance.asking import ask
from posenc.conformance.diagnosis import diagnose
from posenc.conformance.exchange import KINDS
from posenc.conformance.inside import Inside
from posenc.conformance.judge import HARMLESS, LOST, Result, Subject, grade
from posenc.conformance.runner import Report, answers, applicable, empty
from posenc.conformance.targets import Options, rivals
from posenc.conformance.words import call, distance, explanation
from posenc.truth.formats import FORMATS

__all__ = ["conformance"]

WHO = "posenc.testing.conformance"


def conformance(
    function: Callable[..., Any],
    operation: str,
    *,
    convention: str | None = None,
    dtype: str = "float32",
    angle: str | None = None,
    table: str | None = None,
    arrays: str = "numpy",
    names: Mapping[str, str] | None = None,
) -> Callable[..., None]:
    """A parametrised test of a callable against every golden vector of an operation.

    Assign it to a name that begins with test_.

    function    called by keyword where its names are those of the contract (`posenc show rope.rotate`), else in order
    operation   family.operation
    convention  the one it follows; may be left away where there is only one. `posenc check` finds it out
    dtype       in which it is asked; angle and table: the formats of its angles and tables, dtype unless said
    arrays      what it is given: numpy, torch or jax
    names       what it calls an argument, by the contract's name: {"x": "queries"}

    A case that it does not take (NotImplementedError) is skipped, and so is one that it should refuse and answers; when
    it takes none at all the case fails. Raises ValueError for a name that there is not, ImportError without pytest.
    """
    try:
        pytest: Any = import_module("pytest")
    except ImportError as error:
        raise ImportError(f"{WHO} makes tests for pytest, which is not installed: pip install pytest") from error
    subject = _subject(getattr(function, "__qualname__", repr(function)), operation, convention, (dtype, angle, table))
    _known("arrays", arrays, KINDS)
    inside = Inside(lambda: function, subject.name, arrays, names)
    vectors = {vector.id: vector for vector in applicable(subject)}
    whole: list[Report] = []  # made at the first failure, once in a process

    def report() -> Report:
        if not whole:
            results = list(answers(inside, subject))
            causes = empty(results) or diagnose(subject, results).causes
            whole.append(Report(subject, results, grade(results), causes))
        return whole[0]

    def test(case: str) -> None:
        result = ask(inside, subject, vectors[case])
        if result.state == "unsupported" and report().grade != "none":
            pytest.skip(f"unsupported: {result.message}")
        elif result.state == "accepted":
            pytest.skip(f"{result.state}: {result.message}")
        elif result.state == "unsupported" or result.state not in HARMLESS:
            pytest.fail(_says(subject, result, report()), pytrace=False)

    test.__doc__ = f"{subject.name} as {subject.convention} gives the golden vectors of {operation}."
    parametrised: Callable[..., None] = pytest.mark.parametrize("case", list(vectors))(test)
    return parametrised


def _subject(name: str, operation: str, convention: str | None, forms: tuple[str, str | None, str | None]) -> Subject:
    _known("operation", operation, [f"{family}.{op}" for family in spec.families() for op in spec.operations(family)])
    ways = spec.ways(*operation.split("."))
    if convention is None and len(ways) > 1:
        raise ValueError(f"{WHO}: convention is None, needs one of {', '.join(ways)}; posenc check finds it out")
    _known("convention", convention or ways[0], spec.ways(operation.partition(".")[0]))
    for form in forms:
        _known("dtype", form or forms[0], FORMATS)
    (subject,) = rivals(name, Options(operation, convention or ways[0], *forms), operation)
    return subject


def _says(subject: Subject, result: Result, report: Report) -> str:
    """A failure in words: where, how far, why, the likely fix, and the call that shows it."""
    if result.state == "failed":
        first = f"{result.worst} ({distance(result)}, 8 at most)"
    else:
        first = f"{result.state}: {result.message}"
    said = [f"{result.vector.id}: {subject.name} as {subject.convention} in {subject.dtype}", first]
    again = next((other for other in report.results if other.vector.id == result.vector.id), result)
    if (again.state, again.worst) != (result.state, result.worst) and again.state not in LOST:
        said.append(f"asked again it is {again.state}: the answer depends on what was asked before")
    return "\n".join([*said, *explanation(report), f"call: {call(result)}"])


def _known(what: str, name: str, names: Any) -> None:
    if name not in names:
        near = get_close_matches(name, list(names), n=2)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"{WHO}: {what} is {name!r}, needs one of {', '.join(names)}{hint}")
