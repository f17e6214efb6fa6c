"""Mutants of the NumPy reference: each is killed by the properties, and each property is killed by one of them."""

from __future__ import annotations

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

MUTANTS: dict[str, list[tuple[str, str]]] = {
    "sinusoidal": [
        ("np.cos(angles), order).astype", "np.cos(angles), order).reshape(-1, dim).astype"),
        ("np.sin(angles), np.cos(angles), order", "np.cos(angles), np.sin(angles), order"),
        ("(places + first)[...", "-(places + first)[..."),
        ("(places + first)[...", "places[..."),
        ("(places + first)[...", "(places + first + 1)[..."),
        ("(places + first)[...", "np.float32(places + first)[..."),
        ("return base ** -(np.arange(pairs) / steps)", "return base ** -(np.arange(pairs) / (steps + 1))"),
        ("return base ** -(np.arange(pairs) / steps)", "return base ** (np.arange(pairs) / steps)"),
        ("return base ** -(np.arange(pairs) / steps)", "return 10_000.0 ** -(np.arange(pairs) / steps)"),
        ("return base ** -(np.arange(pairs) / steps)", "return base ** -np.float64(np.float32(np.arange(pairs) / steps))"),
        ("return base ** -(np.arange(pairs) / steps)", "return np.ones(pairs)"),
        ("steps = pairs if spacing == \"paper\" else pairs - 1", "steps = pairs"),
        ("np.hstack([-sines, cosines])", "np.hstack([sines, cosines])"),
        ("np.hstack([cosines, sines])", "np.hstack([cosines, -sines])"),
        ("return _pairs.reorder(array, source, target)", "return _pairs.reorder(array, target, source)"),
        ("np.cos(angles), order).astype", "np.cos(angles), \"interleaved\").astype"),
        ("np.sin(angles), np.cos(angles), order).astype(dtype", "np.sin(angles), np.cos(angles), order).astype(np.float32"),
        ("np.sin(angles), np.cos(angles), order)", "np.sin(angles * 0), np.cos(angles * 0), order)"),
        ("np.sin(angles), np.cos(angles), order)", "np.sin(angles), np.sin(angles), order)"),
        ("np.sin(angles), np.cos(angles), order)", "np.sin(angles) * 1.01, np.cos(angles) * 1.01, order)"),
    ],
    "rope": [
        ("out[..., turned:] = x[..., turned:]", "out[..., turned:] = x[..., turned:]; x.max()"),
        ("np.subtract(first * cos, second * sin", "np.add(first * cos, second * sin"),
        ("np.add(first * sin, second * cos", "np.subtract(second * cos, first * sin"),
        ("np.add(first * sin, second * cos", "np.add(second * sin, first * cos"),
        ("np.subtract(first * cos, second * sin, out=new_first, casting=\"same_kind\")", "new_first[...] = first"),
        ("return _check.base(who, base) ** -(np.arange(pairs) / pairs)", "return _check.base(who, base) ** -(np.arange(pairs) / (pairs + 1))"),
        ("return _check.base(who, base) ** -(np.arange(pairs) / pairs)", "return _check.base(who, base) ** (np.arange(pairs) / pairs)"),
        ("return _check.base(who, base) ** -(np.arange(pairs) / pairs)", "return 10_000.0 ** -(np.arange(pairs) / pairs)"),
        ("return _check.base(who, base) ** -(np.arange(pairs) / pairs)", "return np.ones(pairs)"),
        ("angles_in = _aligned(who, _check.positions(who, positions), x.shape)", "angles_in = _aligned(who, _check.positions(who, positions), x.shape) + 1"),
        ("angles_in = _aligned(who, _check.positions(who, positions), x.shape)", "angles_in = _aligned(who, _check.positions(who, positions), x.shape) ** 2"),
        ("angles_in = _aligned(who, _check.positions(who, positions), x.shape)", "angles_in = 0 * _aligned(who, _check.positions(who, positions), x.shape)"),
        ("np.newaxis] * inverse_frequencies(rotary_dim, base=base)", "np.newaxis] * np.float32(inverse_frequencies(rotary_dim, base=base))"),
        ("np.newaxis] * inverse_frequencies(rotary_dim, base=base)", "np.newaxis] * 0"),
        ("out[..., turned:] = x[..., turned:]", "out[..., turned:] = 0"),
        ("_pairs.split(x[..., :turned], pairing)", "_pairs.split(x[..., :turned], \"interleaved\")"),
        ("_pairs.reorder(by_head[..., :turned], source, target)", "_pairs.reorder(by_head[..., :turned], target, source)"),
        ("_pairs.reorder(by_head[..., :turned], source, target)", "by_head[..., :turned]"),
        ("heads = _check.integer(who, \"num_heads\", num_heads, least=1)", "heads = 1"),
        ("turned = _rotary_dim(who, rotary_dim, by_head.shape[-1])", "turned = by_head.shape[-1] // 2 * 2"),
        ("work = np.result_type(x.dtype, np.float32)", "work = np.float16"),
        ("positions.reshape(batch, *(1,) * (len(shape) - 3), n)", "positions[:1]"),
        ("out = np.empty_like(x)", "out = x"),
        ("pairing=pairing).T", "pairing=pairing)"),
        ("cos, sin = table(angles_in, rotary_dim, base=base, dtype=work)", "sin, cos = table(angles_in, rotary_dim, base=base, dtype=work)"),
        ("cos, sin = table(angles_in, rotary_dim, base=base, dtype=work)", "cos, sin = table(angles_in, rotary_dim, base=base, dtype=work); cos = cos * 1.01"),
        ("return np.cos(angles)", "return np.sin(angles)"),
    ],
    "alibi": [
        ("np.arange(1, whole + 1) / whole", "np.arange(whole) / whole"),
        ("np.arange(1, 2 * (heads - whole), 2) / (2 * whole)", "np.arange(2, 2 * (heads - whole) + 1, 2) / (2 * whole)"),
        ("else 1 << (heads.bit_length() - 1)", "else heads"),
        ("2.0 ** -(top * exponents)", "2.0 ** -(8 * exponents)"),
        ("2.0 ** -(top * exponents)", "2.0 ** -(top * exponents[:1] + 0 * exponents)"),
        ("2.0 ** -(top * exponents)", "-(2.0 ** -(top * exponents))"),
        ("np.abs(back)", "-np.abs(back)"),
        ("np.abs(back)", "back"),
        ("np.abs(back)", "np.abs(back) ** 2"),
        ("\"key-only\": -keys", "\"key-only\": keys"),
        ("\"last-key\": n_k - 1 - keys", "\"last-key\": 1 + keys"),
        ("np.where(forbidden, -np.inf, out + 0.0)", "(out + 0.0)"),
        ("np.arange(keys - queries, keys)", "np.arange(queries)"),
        ("astype(_check.dtype(who, dtype), copy=False)", "astype(np.float64)"),
        ("out + 0.0).astype(dtype)", "out * (1 + np.arange(n_q)[:, None])).astype(dtype)"),
        ("rule=rule, max_bias=max_bias)[:, np.newaxis", "max_bias=max_bias)[:, np.newaxis"),
        ("np.abs(back), \"key", "np.minimum(np.abs(back), 1), \"key"),
    ],
    "attention": [
        ("q.shape[-1] ** -0.5 if scale is None", "1.0 if scale is None"),
        ("q.shape[-1] ** -0.5 if scale is None", "1 / q.shape[-1] if scale is None"),
        ("* factor\n", "\n"),
        ("out += _additive(who, bias, out.shape)", "out += _additive(who, bias, out.shape) * factor"),
        ("out += _additive(who, bias, out.shape)", "pass"),
        (", out, -np.inf)", ", out, 0.0)"),
        ("np.exp(array - np.where(empty, 0.0, top))", "np.exp(array)"),
        ("np.exp(array - np.where(empty, 0.0, top))", "np.exp(0.0 * np.where(np.isneginf(array), 0, array))"),
        ("np.where(empty, 1.0, powers.sum(axis=-1, keepdims=True))", "1.0"),
        ("np.where(empty, 1.0, powers.sum(axis=-1, keepdims=True))", "np.where(empty, 1.0, powers.sum(axis=-1, keepdims=True) + 1)"),
        ("np.arange(keys) <= np", "np.arange(keys) < np"),
        ("np.arange(keys - queries, keys)[:, np.newaxis]", "np.arange(queries)[:, np.newaxis]"),
        ("(weights @ v).astype(np.result_type(np.asarray(q), k, v), copy=False)", "weights @ v"),
        ("return (weights @ v)", "return (weights @ v + 0 * v.sum()) .round(3)"),
        ("return (weights @ v)", "return (weights @ v[..., ::-1, :])"),
        ("np.where(empty, 0.0, top)", "np.where(empty, 0.0, 0 * top)"),
        ("if empty.any() and empty_rows == \"refuse\":", "if False:"),
        ("weights = softmax(logits(q, k, scale=scale, bias=bias, mask=mask)", "weights = softmax(logits(k, k, scale=scale, bias=bias, mask=mask)"),
        ("weights = softmax(logits(q, k, scale=scale, bias=bias, mask=mask), empty_rows=empty_rows)", "weights = np.full((*k.shape[:-2], np.shape(q)[-2], k.shape[-2]), 1 / k.shape[-2])"),
    ],
}  # fmt: skip


def mutate(family: str, old: str, new: str) -> ModuleType:
    """The family's module with one piece of its source replaced."""
    module = getattr(posenc, family)
    source = inspect.getsource(module)
    assert source.count(old) >= 1, f"{family}: {old!r} is not in the source any more"
    mutant = ModuleType(module.__name__)
    mutant.__file__ = module.__file__
    exec(compile(source.replace(old, new), f"<{old} → {new}>", "exec"), vars(mutant))
    return mutant


QUICK = hypothesis.settings(
    derandomize=True, max_examples=25, deadline=None, database=None, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip


def tests(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Every test of a module as a call without arguments."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_"):
            marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
            if hasattr(function, "hypothesis"):
                yield name, QUICK(function)
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


@cache
def survivors(family: str) -> tuple[list[str], list[str]]:
    """The mutants that no property notices, and the properties that notice no mutant.

    A property that has noticed one is asked again only about mutants that the others leave alive.
    """
    properties = private_copy(f"test_{family}")
    idle = list(tests(properties))
    proven: list[tuple[str, Any]] = []
    alive = []
    for old, new in MUTANTS[family]:
        setattr(properties, family, mutate(family, old, new))
        noticed = [(name, call) for name, call in idle if fails(call)]
        if not noticed and not any(fails(call) for _, call in reversed(proven)):
            alive.append(f"{old} → {new}")
        names = {name for name, _ in noticed}
        proven += noticed
        idle = [(name, call) for name, call in idle if name not in names]
    return alive, [name for name, _ in idle]


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
def test_every_mutant_is_killed(family: str) -> None:
    assert survivors(family)[0] == []


@pytest.mark.parametrize("family", MUTANTS)
def test_every_property_can_fail(family: str) -> None:
    assert survivors(family)[1] == []
