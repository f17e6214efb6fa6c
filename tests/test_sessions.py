"""Ordered calls: the data catch every kind of stale state, and `posenc check` says which two calls show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import posenc
from posenc import spec
from posenc.conformance import sessions as conformance_sessions
from posenc.truth.bounds import GRADES, Precision, Question, units
from posenc.vectors import files
from posenc.vectors.answers import apart
from posenc.vectors.case import Session, sessions
from posenc.vectors.files import Vector
from test_check import check

Values = dict[str, Any]
SESSIONS = {f"{family}.{session.id}": (family, session) for family in spec.families() for session in sessions(family)}


# --- the data: what an implementation keeps, and which session notices -------------------------------------------------


def keeps(*kept: str, by: Callable[[Values], Any]) -> Callable[[], Callable[[Values], Values]]:
    """An implementation that keeps some of its arguments from the first call with the same key."""

    def fresh() -> Callable[[Values], Values]:
        memory: dict[Any, Values] = {}

        def seen(values: Values) -> Values:
            return values | memory.setdefault(by(values), {name: values[name] for name in kept})

        return seen

    return fresh


def remembers(change: Callable[[Values, list[Values]], Values]) -> Callable[[], Callable[[Values], Values]]:
    """An implementation whose arguments depend on all earlier ones."""

    def fresh() -> Callable[[Values], Values]:
        earlier: list[Values] = []

        def seen(values: Values) -> Values:
            found = change(values, earlier)
            earlier.append(values)
            return found

        return seen

    return fresh


def after(values: Values, earlier: list[Values]) -> Values:
    """Positions are counted on from the call before, whatever they are."""
    last = np.max(earlier[-1]["positions"]) if earlier else np.min(values["positions"]) - 1
    steps = np.arange(values["positions"].size).reshape(values["positions"].shape)
    return values | {"positions": last + 1 + steps}


def clipped(values: Values, earlier: list[Values]) -> Values:
    """The table of the first call does not grow."""
    return values | {"positions": np.minimum(values["positions"], np.max((earlier or [values])[0]["positions"]))}


def stretched(values: Values, earlier: list[Values]) -> Values:
    """A base that a long input raised stays raised."""
    longest = max([np.max(one["positions"]) for one in earlier], default=0)
    return values | {"base": values["base"] * (2 if longest > 100 else 1)}


def padded(values: Values, earlier: list[Values]) -> Values:
    """A padding that was seen once is subtracted for ever."""
    was = any(one["positions"].ndim == 2 and (one["positions"][0] != one["positions"][1]).any() for one in earlier)
    return values | {"positions": values["positions"] + (1 if was else 0)}


def longest(values: Values, earlier: list[Values]) -> Values:
    """The longest sequence so far decides the frequencies."""
    return values | {"length": max([values["length"], *(one["length"] for one in earlier)])}


def forgetful(values: Values, earlier: list[Values]) -> Values:
    """It does, until a sequence is below the original length: then everything starts anew. transformers' dynamic."""
    extent, found = values["scaling"].get("original_max_position_embeddings", 0), 0
    for one in [*earlier, values]:
        found = one["length"] if one["length"] < extent else max(found, one["length"])
    return values | {"length": found}


def size(name: str) -> Callable[[Values], Any]:
    return lambda values: values[name].shape[-1]


def whole(name: str) -> Callable[[Values], Any]:
    return lambda values: values[name].shape


STALE: dict[str, list[Any]] = {
    "rope.table": [
        keeps("positions", by=whole("positions")),
        keeps("base", by=lambda v: v["rotary_dim"]),
        keeps("rotary_dim", by=whole("positions")),
        remembers(stretched),
    ],
    "rope.rotate": [
        keeps("positions", by=whole("positions")),
        keeps("positions", by=lambda v: (v["x"].shape, v["positions"].ndim)),
        keeps("base", by=size("x")),
        keeps("base", by=whole("x")),
        remembers(after),
        remembers(clipped),
        remembers(stretched),
        remembers(padded),
    ],
    "rope_scaling.inverse_frequencies": [
        keeps("length", by=lambda v: v["rotary_dim"]),
        remembers(longest),
        remembers(forgetful),
    ],
    "rope_scaling.rotate": [
        keeps("positions", by=whole("x")),
        keeps("positions", by=lambda v: (v["x"].shape, v["positions"].ndim)),
        keeps("length", by=lambda v: v["scaling"]["rope_type"]),
        keeps("scaling", by=lambda v: (v["x"].shape, v["scaling"]["rope_type"])),
        remembers(longest),
        remembers(forgetful),
        remembers(after),
        remembers(padded),
    ],
    "sinusoidal.table": [
        keeps("positions", by=whole("positions")),
        keeps("base", by=lambda v: v["dim"]),
        keeps("dim", by=lambda v: 0),
        keeps("start", by=lambda v: v["dim"]),
        remembers(stretched),
    ],
    "alibi.bias": [
        keeps("max_bias", by=lambda v: v["num_heads"]),
        keeps("n_k", by=lambda v: v["num_heads"]),
        keeps("use", by=lambda v: (v["num_heads"], v["n_q"], v["n_k"])),
        keeps("num_heads", by=lambda v: v["n_k"]),
        keeps("n_k", by=lambda v: v["n_q"]),
    ],
}


def caught(session: Session, family: str, seen: Callable[[Values], Values]) -> bool:
    """Whether a step of a session, answered by an implementation with memory, leaves its bound."""
    known = {vector.case.id: vector for vector in files.load(f"{family}.{session.operation}")}
    return any(_wrong(known[step], seen) for step in session.order)


def _wrong(vector: Vector, seen: Callable[[Values], Values]) -> bool:
    convention, right = next(iter(vector.outputs.items()))
    function = getattr(getattr(posenc, vector.family), vector.case.operation)
    found = function(**seen({**vector.case.inputs, **vector.case.params}))
    names = list(right)
    question = Question(_definition(convention), vector.case.params, vector.case.inputs, right, Precision.of("float64"))
    unit = units(f"{vector.family}.{vector.case.operation}", question)
    for name, array in zip(names, found if len(names) > 1 else [found], strict=True):
        if array.shape != right[name].shape or (apart(array, right[name]) > GRADES["B"] * unit[name]).any():
            return True
    return False


def _definition(convention: str) -> Any:
    from posenc.definitions import family

    return family(convention.split("/", maxsplit=1)[0]).CONVENTIONS[convention]


def matrix() -> Iterator[tuple[str, int, bool]]:
    """Session, number of the stale implementation, whether it is caught."""
    for name, (family, session) in SESSIONS.items():
        for at, fresh in enumerate(STALE[f"{family}.{session.operation}"]):
            yield name, at, caught(session, family, fresh())


def test_every_session_catches_something_and_nothing_escapes_them_all() -> None:
    found = list(matrix())
    operations = {name: f"{SESSIONS[name][0]}.{SESSIONS[name][1].operation}" for name in SESSIONS}
    idle = [name for name in SESSIONS if not any(hit for one, _, hit in found if one == name)]
    caught_ = {(operations[name], at) for name, at, hit in found if hit}
    assert idle == []
    assert caught_ == {(operation, at) for operation, stale in STALE.items() for at in range(len(stale))}


def test_what_keeps_nothing_passes_every_session() -> None:
    assert [name for name, (family, session) in SESSIONS.items() if caught(session, family, lambda v: v)] == []


def test_sessions_are_read_as_they_were_written() -> None:
    operations = {f"{family}.{session.operation}" for family, session in SESSIONS.values()}
    found = {
        f"{operation.split('.')[0]}.{session.id}": tuple(session.order)
        for operation in operations
        for session in files.load_sessions(operation)
    }
    assert found == {name: tuple(session.order) for name, (_, session) in SESSIONS.items()}
    assert all(len(set(order)) > 1 for order in found.values())


# --- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "op", "convention"),
    [
        ("stale_by_shape", "rope.rotate", "rope/halves"),
        ("stale_base", "rope.table", "rope/halves"),
        ("sticky_start", "sinusoidal.table", "sinusoidal/interleaved"),
        ("stale_slopes", "alibi.bias", "alibi/press"),
    ],
)
def test_stale_state_is_named_with_two_calls(target: str, op: str, convention: str) -> None:
    options = ("--op", op, "--convention", convention, "--search", "0", "--dtype", "float64", "--sessions")
    code, report = check(target, *options)
    (cause,) = report["causes"]
    assert (code, cause["name"]) == (1, "state/stale")
    first, last = report["calls"]
    assert (first["state"], last["state"]) == ("passed", "failed")
    assert f"{last['id']} is right when asked first, wrong after {first['id']}." in cause["says"]
    assert any("session" in result and result["state"] == "failed" for result in report["results"])


@pytest.mark.parametrize(("needs", "left"), [("f", "f"), ("a", "a"), ("ch", "abcdefgh"), ("cd", "cd")])
def test_the_smallest_list_is_searched_for(needs: str, left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight calls before a last one that goes wrong after some of them: halved as long as a half suffices."""

    def in_order(process: Any, subject: Any, steps: Any) -> list[Any]:
        return [SimpleNamespace(state="failed" if set(needs) <= set(steps) else "passed")]

    monkeypatch.setattr(conformance_sessions, "in_order", in_order)
    nothing: Any = None
    calls: Any = list("abcdefgh")
    found: list[Any] = conformance_sessions._smallest(nothing, nothing, calls, nothing)
    assert "".join(found) == left


def test_a_counter_is_state_and_chance_is_not() -> None:
    code, report = check("counts", "--convention", "rope/halves", "--search", "0")
    assert (code, [cause["name"] for cause in report["causes"]], len(report["calls"])) == (1, ["state/stale"], 2)
    code, report = check("chance", "--convention", "rope/halves", "--search", "20")
    assert (code, [cause["name"] for cause in report["causes"]]) == (1, ["fault/not-deterministic"])


def test_a_right_target_passes_its_sessions() -> None:
    code, report = check("halves", "--convention", "rope/halves", "--search", "0", "--sessions")
    asked = [result for result in report["results"] if "session" in result]
    assert (code, report["grade"], report["calls"]) == (0, "A", [])
    assert {result["session"] for result in asked} == {name for name in SESSIONS if name.startswith("rope.rotate/")}
    assert {result["state"] for result in asked} == {"passed"}
