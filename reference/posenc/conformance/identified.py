"""What was read off as a definition of its own, so that it can be held against every case, and as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from posenc.conformance.causes import Cause, clause
from posenc.conformance.fits import buckets, slopes
from posenc.conformance.judge import Subject
from posenc.conformance.probes import Structure, rotation, table
from posenc.conformance.process import Process
from posenc.conformance.readings import EXACT, Law, law
from posenc.definitions import family as definitions
from posenc.definitions._measured import MEASURED, TURNS, Measured
from posenc.truth.formats import FORMATS

PROBES: dict[str, Callable[[Process, Subject], Structure]] = {
    "rope.rotate": rotation,
    "rope.table": table,
    "sinusoidal.table": table,
}
FITS: dict[str, Callable[[Process, Subject], list[str]]] = {
    "alibi.slopes": slopes,
    "alibi.bias": slopes,
    "t5.buckets": buckets,
}


@dataclass(frozen=True)
class Identified:
    """What probes show of an operation; nothing for operations without a probe.

    said        what was measured
    cause, definition   what it amounts to, to be held against every case; None when there is no single law
    room        times the bound: positions with an offset have larger angles than those without
    """

    said: list[str] = field(default_factory=list)
    cause: Cause | None = None
    definition: Any = None
    room: float = 1.0


def identify(process: Process, subject: Subject, count: int) -> Identified:
    """Ask one-hot inputs, whole columns or ranges, as the operation has them, and read the answers."""
    if subject.operation in FITS:
        return Identified(FITS[subject.operation](process, subject))
    if subject.operation not in PROBES:
        return Identified()
    found = PROBES[subject.operation](process, subject)
    if not found.readings:
        return Identified([found.says] if found.says else [])
    said = [*_layout(subject, found), _frequencies(found), *_format(found)]
    behind = law(found.readings)
    if behind is None or found.block not in TURNS:
        return Identified([*said, *([found.says] if found.says else []), "no single law gives these frequencies"])
    stem = subject.operation.split(".")[0]
    formula = behind.said("base", "rotary_dim" if stem == "rope" else "dim")
    sentence = ", ".join([*_layout(subject, found), formula])
    cause = Cause(
        f"{stem}/identified",
        f"It was read off from answers to questions of its own: {sentence}.",
        "Compare this, factor by factor, with the definition of the convention.",
        count,
        (),
        clause(stem),
    )
    room = 1.0 + abs(float(behind.offset))
    return Identified([*said, formula], cause, _definition(subject, found, behind), room)


def _layout(subject: Subject, found: Structure) -> list[str]:
    """Where pairs stand, and what their matrix is; the table of cosines and sines does not show it."""
    if subject.operation == "rope.table":
        return []
    if subject.operation == "sinusoidal.table":
        return [f"sines and cosines {found.place}"]
    return [f"pairs {found.place}, each a {found.block}", *(["all channels turned"] if found.whole else [])]


def _format(found: Structure) -> list[str]:
    """The coarse format that holds all frequencies, when they are not those of a finer one."""
    omega = np.abs(np.concatenate([reading.omega for reading in found.readings.values()]))
    for name in ("bfloat16", "float16"):
        held = np.asarray(FORMATS[name].decode(FORMATS[name].encode(omega)), dtype=np.float64).reshape(omega.shape)
        if np.abs(held / omega - 1).max() < EXACT:
            return [f"every frequency is a {name} number"]
    return []


def _frequencies(found: Structure) -> str:
    (width, _, base), reading = next(iter(found.readings.items()))
    listed = ", ".join(f"{omega:.6g}" for omega in reading.omega)
    return f"radians per token at width {width}, base {base:g}: {listed}"


def _definition(subject: Subject, found: Structure, behind: Law) -> Any:
    """The family's definition with what was read off in it."""
    stem = subject.operation.split(".")[0]
    measured = Measured(
        found.place,
        found.block,
        found.whole,
        behind.multiplier,
        behind.base,
        behind.excess,
        behind.over_head,
        behind.offset,
        behind.phase,
        behind.scale,
    )
    return MEASURED[stem](definitions(stem).CONVENTIONS[subject.convention], measured)
