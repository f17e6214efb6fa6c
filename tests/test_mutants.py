"""Mutants of the NumPy reference: each is killed by the properties, and each property is killed by one of them."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest

import posenc
from cover import uncovered
from posenc import spec

MUTANTS: dict[str, list[tuple[str, str]]] = {
    family: importlib.import_module(f"mutants.{family}").MUTANTS for family in spec.families()
}


@cache
def mutate(family: str, old: str, new: str) -> ModuleType:
    """The family's module with one piece of its source replaced; compiled once for all that ask about it."""
    module = getattr(posenc, family)
    source = inspect.getsource(module)
    assert source.count(old) >= 1, f"{family}: {old!r} is not in the source any more"
    mutant = ModuleType(module.__name__)
    mutant.__file__ = module.__file__
    exec(compile(source.replace(old, new), f"<{old} → {new}>", "exec"), vars(mutant))
    return mutant


def effort(examples: int) -> hypothesis.settings:
    """Settings that generate so many examples and do not shrink."""
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    checks = list(hypothesis.HealthCheck)
    return hypothesis.settings(
        derandomize=True,
        max_examples=examples,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=checks,
    )


def tests(module: ModuleType, examples: int) -> Iterator[tuple[str, Any]]:
    """Every test of a module as a call without arguments."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_"):
            marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
            if hasattr(function, "hypothesis"):
                yield name, effort(examples)(function)
            elif marks:
                names, rows = marks[0].args
                keys = [names] if isinstance(names, str) else list(names)
                keys = [key.strip() for part in keys for key in part.split(",")]
                for row in rows:
                    yield (
                        name,
                        lambda f=function, r=row, k=keys: f(**dict(zip(k, r if len(k) > 1 else [r], strict=True))),
                    )
            else:
                yield name, function


def survivors(family: str) -> tuple[list[str], list[str]]:
    """The mutants that no property notices, and the properties that notice no mutant.

    Few examples are enough for nearly all of them; what is left over is tried again with more.
    """
    alive, idle = hunt(family)
    properties = private_copy(f"test_{family}")
    patient = list(tests(properties, examples=40))
    alive = [mutant for mutant in alive if not any(notices(call, properties, family, mutant) for _, call in patient)]
    left = [(name, call) for name, call in patient if name in idle]
    idle = [name for name, call in left if not any(notices(call, properties, family, m) for m in MUTANTS[family])]
    return [f"{old} → {new}" for old, new in alive], idle


def hunt(family: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The same with few examples."""
    properties = private_copy(f"test_{family}")
    calls = list(tests(properties, examples=10))
    alive, idle = uncovered(MUTANTS[family], calls, lambda call, one: notices(call[1], properties, family, one))
    noticing = {name for name, _ in calls} - {name for name, _ in idle}
    return alive, [name for name, _ in idle if name not in noticing]


def notices(call: Any, properties: ModuleType, family: str, mutant: tuple[str, str]) -> bool:
    """Whether a property fails on a mutant."""
    setattr(properties, family, mutate(family, *mutant))
    return fails(call)


def private_copy(name: str) -> ModuleType:
    """A test module of our own, whose functions may be changed without harm to the real ones."""
    found = importlib.util.spec_from_file_location(f"mutants_of_{name}", Path(__file__).with_name(f"{name}.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def fails(call: Any) -> bool:
    try:
        call()
    except (AssertionError, pytest.fail.Exception, ValueError, TypeError, RuntimeWarning, IndexError, ExceptionGroup):
        return True
    return False


@pytest.mark.parametrize("family", MUTANTS)
def test_every_mutant_is_killed_and_every_property_can_fail(family: str) -> None:
    assert survivors(family) == ([], [])
