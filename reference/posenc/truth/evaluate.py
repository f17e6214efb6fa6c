"""The truth of an operation: its definition at exact inputs, every output correctly rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from itertools import product
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from posenc.definitions import Fixed, Operation, Params
from posenc.truth.engines import Engine
from posenc.truth.formats import FLOAT64, Format, Words
from posenc.truth.program import Program
from posenc.truth.rounding import words

Arrays = Mapping[str, NDArray[Any]]


def evaluate(
    operation: Operation,
    definition: Any,
    params: Params,
    inputs: Arrays,
    form: Format = FLOAT64,
    engine: type[Engine] | None = None,
    *,
    refuse_overflow: bool = False,
) -> dict[str, Words]:
    """The words of every output, at the exact values that the inputs stand for.

    inputs    floating or integer arrays, or arrays of Fractions, by name; core axes last, loop axes before them
              (the other way round for those the operation names in `first`);
              positions (batch, n) beside loops (batch, ..., n) are aligned as the families' contracts say
    returns   by output name, loop axes then core axes (core axis first for an operation with `leading`)

    With refuse_overflow, raises OverflowError where an output is beyond the format's numbers.
    """
    rounding = partial(words, form=form, engine=engine, refuse_overflow=refuse_overflow)
    rows = Rows(operation, definition, params, inputs, rounding)
    found = [rows[at] for at in rows.places] or [rows.empty()]
    out = {}
    for name, shape in rows.shapes.items():
        flat = np.array([row[name] for row in found[: len(rows.places)]], dtype=form.word_dtype)
        whole = flat.reshape((*rows.loops, *shape))
        out[name] = np.moveaxis(whole, -1, 0) if operation.leading else whole
    return out


class Rows:
    """The words of an operation core by core, each computed when it is asked for.

    loops   the shape of the loop axes; places: every index into them
    shapes  those of the core axes by output name, known once a core was computed
    """

    def __init__(
        self,
        operation: Operation,
        definition: Any,
        params: Params,
        inputs: Arrays,
        rounding: Callable[..., list[int]] | None = None,
    ) -> None:
        fixed = tuple((name, exact(value)) for name, value in params.items())
        arrays = {name: np.asarray(value) for name, value in inputs.items()}
        if operation.implied:
            arrays |= {name: np.asarray(value) for name, value in operation.implied(params).items()}
        arrays |= {name: np.moveaxis(arrays[name], 0, -1) for name in operation.first}
        self._whole = {n: a for n, a in arrays.items() if a.ndim == operation.inputs[n]}  # the same for every row
        self.loops, self._arrays = _align(operation, arrays)
        shapes = tuple((name, array.shape[len(self.loops) :]) for name, array in self._arrays.items())
        self._cores = _cores(operation, definition, fixed, shapes)
        self._rounding = rounding or partial(words, form=FLOAT64)
        self.places = list(product(*map(range, self.loops)))

    def __getitem__(self, place: tuple[int, ...]) -> dict[str, list[int]]:
        at: Any = (*place, ...)  # "...": an array of objects stays one
        return self._cores.words({name: array[at] for name, array in self._arrays.items()}, self._rounding)

    def empty(self) -> dict[str, list[int]]:
        """A core of zeros, to learn the shapes when there is no row to evaluate."""
        zeros = {name: np.zeros(array.shape[len(self.loops) :]) for name, array in self._arrays.items()}
        return self._cores.words({**zeros, **self._whole}, self._rounding)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self._cores.shapes


def exact(value: Any) -> Any:
    """A parameter in exact numbers, floats as the rationals they stand for; with a hash, whatever its parts."""
    if isinstance(value, float):
        return _rational(value)
    if isinstance(value, Mapping):
        return Fixed({name: exact(part) for name, part in value.items()})
    return tuple(map(exact, value)) if isinstance(value, list | tuple) else value


@lru_cache(maxsize=1024)
def _cores(operation: Operation, definition: Any, params: tuple[Any, ...], shapes: tuple[Any, ...]) -> _Cores:
    """Compiled once for each definition, parameters and core shapes (shapes only tells calls apart)."""
    return _Cores(operation, definition, dict(params))


class _Cores:
    """The programs of one operation, one for each form that the concrete inputs give it."""

    def __init__(self, operation: Operation, definition: Any, params: Params) -> None:
        self.operation, self.definition, self.params = operation, definition, params
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._programs: dict[Any, tuple[Program, list[str], dict[str, tuple[int, ...]]]] = {}

    def words(self, core: Arrays, rounding: Callable[..., list[int]]) -> dict[str, list[int]]:
        """The words of the outputs at one loop index, flat."""
        concrete = {name: core[name] for name in sorted(self.operation.concrete)}
        key = tuple(tuple(array.ravel().tolist()) for array in concrete.values())
        if key not in self._programs:
            self._programs[key] = self._program(core, concrete)
        program, symbolic, self.shapes = self._programs[key]  # shapes may depend on the concrete inputs
        values = [_exact(value) for name in symbolic for value in core[name].ravel()]
        flat = rounding(program, values)
        out, start = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape, dtype=int))
            out[name], start = flat[start : start + size], start + size
        return out

    def _program(self, core: Arrays, concrete: Arrays) -> tuple[Program, list[str], dict[str, tuple[int, ...]]]:
        symbolic = [name for name in core if name not in concrete]
        symbols = {name: sp.symbols(f"{name}_:{core[name].size}", real=True) for name in symbolic}
        args = {name: _nested(symbols[name], core[name].shape) for name in symbolic}
        args |= {name: _nested([_rational(v) for v in array.ravel()], array.shape) for name, array in concrete.items()}
        outputs = self.operation.define(self.definition, self.params, **args)
        arrays = {name: np.array(value, dtype=object) for name, value in outputs.items()}
        shapes = {name: array.shape for name, array in arrays.items()}
        flat = [expr for array in arrays.values() for expr in array.ravel()]
        return Program(flat, [s for name in symbolic for s in symbols[name]]), symbolic, shapes


def _align(operation: Operation, arrays: Arrays) -> tuple[tuple[int, ...], Arrays]:
    """The loop shape, and every input broadcast to it; (batch, n) positions go into loops (batch, ..., n)."""
    depth = {name: array.ndim - operation.inputs[name] for name, array in arrays.items()}
    most = max(depth.values(), default=0)
    spread = {}
    for name, array in arrays.items():
        cut = depth[name]
        gap = (1,) * (most - cut)
        loop = (array.shape[0], *gap, *array.shape[1:cut]) if cut > 1 else (*gap, *array.shape[:cut])
        spread[name] = array.reshape((*loop, *array.shape[cut:]))
    loops = np.broadcast_shapes(*(a.shape[:most] for a in spread.values())) if spread else ()
    return loops, {name: np.broadcast_to(a, (*loops, *a.shape[most:])) for name, a in spread.items()}


def _nested(flat: Any, shape: tuple[int, ...]) -> Any:
    """A flat sequence as nested lists of the given shape; a bare value for shape ()."""
    if not shape:
        return flat[0]
    step = len(flat) // shape[0] if shape[0] else 0
    return [_nested(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def _exact(value: Any) -> Any:
    """A number as the exact rational it stands for."""
    if isinstance(value, Fraction):
        return value
    return Fraction(int(value)) if isinstance(value, int | np.integer | np.bool_) else Fraction(float(value))


@lru_cache(maxsize=4096)
def _rational(value: Any) -> Any:
    if value in (np.inf, -np.inf):
        return sp.oo if value > 0 else -sp.oo
    exact = _exact(value)
    return sp.Rational(exact.numerator, exact.denominator)
