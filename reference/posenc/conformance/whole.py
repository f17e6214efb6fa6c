"""Whole tables against the truth, entry by entry: how far a library strays at which positions."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.conformance.asking import PER_ELEMENT, answered, question
from posenc.conformance.judge import Subject
from posenc.conformance.process import ROOM, Process
from posenc.conformance.protocol import tensors
from posenc.definitions import family as definitions
from posenc.truth import bounds
from posenc.truth.bounds import Question
from posenc.truth.formats import FLOAT64
from posenc.truth.golden import Request, golden

Array = NDArray[np.float64]
Params = Mapping[str, Any]

TABLES = {"rope.table": "rotary_dim", "sinusoidal.table": "dim"}  # operation → what its width is called
ASKED = 2**17  # positions asked for at a time
ROWS = 4096  # and compared at a time


@dataclass(frozen=True)
class Worst:
    """What is worst among the entries of some positions.

    first, last   the positions
    error         the largest distance from the truth
    ulps          the largest in units in the last place of the answer's format
    units         the largest in units of the bound
    cell          where that is: output[position, column], what came back, the truth
    """

    first: int
    last: int
    error: float
    ulps: float
    units: float
    cell: str

    def __or__(self, other: Worst) -> Worst:
        """The worse of both, over the positions of both."""
        return Worst(
            min(self.first, other.first),
            max(self.last, other.last),
            max(self.error, other.error),
            max(self.ulps, other.ulps),
            max(self.units, other.units),
            max(self, other, key=lambda one: one.units).cell,
        )


@dataclass(frozen=True)
class Whole:
    """A table compared.

    positions  how many, from 0; width: columns of an output
    binades    the worst of the positions 0, 1, 2-3, 4-7, 8-15, ...
    answered   seconds that the target took, transport included; compared: what the truth and the comparison took
    """

    positions: int
    width: int
    binades: list[Worst]
    answered: float
    compared: float


def whole(
    process: Process,
    subject: Subject,
    params: Params,
    positions: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Whole:
    """Ask for the table of positions 0 ... positions − 1 and compare all of it; raises ValueError without an answer."""
    found: dict[int, Worst] = {}
    answered, start, width = 0.0, time.perf_counter(), 0
    for first in range(0, positions, ASKED):
        rows = range(first, min(first + ASKED, positions))
        before = time.perf_counter()
        outputs = _ask(process, subject, params, rows, 2 * int(params[TABLES[subject.operation]]))
        answered += time.perf_counter() - before
        for worst in _compare(subject, params, rows, outputs):
            binade = worst.first.bit_length()
            found[binade] = found[binade] | worst if binade in found else worst
        width = next(iter(outputs.values())).shape[1]
        progress(rows.stop)
    compared = time.perf_counter() - start - answered
    return Whole(positions, width, [found[binade] for binade in sorted(found)], answered, compared)


def _ask(process: Process, subject: Subject, params: Params, rows: range, width: int) -> dict[str, NDArray[Any]]:
    with tempfile.TemporaryDirectory(prefix="posenc-") as folder:
        positions = tensors({"positions": np.arange(rows.start, rows.stop)}, encoding=process.encoding)
        asked = question(subject, params, positions, folder=folder)
        reply = process.run(asked, room=ROOM + PER_ELEMENT * len(rows) * width)
        if "out" not in reply:
            raise ValueError(f"{subject.name}: {reply.get('unsupported') or reply['error']['message']}")
        return answered(subject, reply, folder) or {}


def _compare(subject: Subject, params: Params, rows: range, outputs: Mapping[str, NDArray[Any]]) -> Iterator[Worst]:
    """The worst of every piece of every output; no piece crosses a power of two."""
    request = Request(subject.operation, subject.convention, params, FLOAT64, rows)
    for name, words in golden(request).items():
        truth, answer = np.asarray(FLOAT64.decode(words), dtype=np.float64), outputs[name]
        if answer.shape != truth.shape:
            raise ValueError(f"{subject.name}: {name} has shape {answer.shape}, needs {truth.shape}")
        slope = _unit_per_token(subject, params, truth.shape[1])
        for piece in _pieces(rows):
            here = slice(piece.start - rows.start, piece.stop - rows.start)
            units = np.arange(piece.start, piece.stop)[:, np.newaxis] * slope + subject.precision.table.unit
            yield _worst(name, piece, answer[here], truth[here], units)


def _worst(name: str, piece: range, answer: NDArray[Any], truth: Array, unit: Array) -> Worst:
    error = np.abs(answer.astype(np.float64) - truth)
    error[~np.isfinite(error)] = np.inf
    ulps = error / np.spacing(np.abs(truth).astype(answer.dtype)).astype(np.float64)
    units = error / unit
    row, column = np.unravel_index(int(units.argmax()), units.shape)
    said = f"{name}[{piece[int(row)]}, {column}] is {answer[row, column]:.9g}, truth {truth[row, column]:.17g}"
    return Worst(piece[0], piece[-1], float(error.max()), float(ulps.max()), float(units.max()), said)


def _unit_per_token(subject: Subject, params: Params, width: int) -> Array:
    """u_angle·ω·(1 + |ln ω|) for every column."""
    stem = subject.operation.split(".")[0]
    definition = definitions(stem).CONVENTIONS[subject.convention]
    question = Question(definition, params, {}, {}, subject.precision)
    per_pair = bounds.per_token(stem, question)
    return per_pair if stem == "rope" else bounds.at_channels(question, per_pair, width)


def _pieces(rows: range) -> Iterator[range]:
    start = rows.start
    while start < rows.stop:
        stop = min(rows.stop, start + ROWS, 1 << start.bit_length())
        yield range(start, stop)
        start = stop
