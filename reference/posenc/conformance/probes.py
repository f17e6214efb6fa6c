"""Questions of our own: the matrices of a rotation from one-hot inputs, the columns of a table; what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc.conformance.asking import answered, in_dtype, question
from posenc.conformance.contract import Broken
from posenc.conformance.judge import Subject
from posenc.conformance.process import Lost, NotLoaded, Process
from posenc.conformance.protocol import tensors
from posenc.conformance.readings import PLACES, Array, Reading, layout, pairs_of, unwrapped

Outputs = Mapping[str, NDArray[Any]]
SETTINGS = ((8, 8, 10_000.0), (8, 8, 500_000.0), (12, 12, 10_000.0), (8, 16, 10_000.0))  # rotary_dim, head_dim, base
LAYOUTS: dict[str, Callable[[int, int], tuple[int, int]]] = {  # (pair, pairs) → columns of its sine and cosine
    "interleaved": lambda i, half: (2 * i, 2 * i + 1),
    "halves": lambda i, half: (i, i + half),
    "cosine-first": lambda i, half: (i + half, i),
}
BLOCKS = {  # how the second column of a pair's matrix follows from the first, which is (cosine, sine)
    "rotation": ((0, -1), (1, 0)),
    "reflection": ((0, 1), (-1, 0)),
    "unsigned": ((0, 1), (1, 0)),
}


def put(process: Process, subject: Subject, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> Outputs | None:
    """The outputs of one question; None when there is no answer."""
    try:
        process.ready()
        given = {name: in_dtype(subject, np.asarray(array)) for name, array in inputs.items()}
        said = tensors(given, encoding=process.encoding)
        return answered(subject, process.run(question(subject, params, said)))
    except (Lost, NotLoaded, Broken, ValueError):
        return None


class Structure:
    """A rotation as its matrices show it.

    readings  one for each setting that was answered, by (rotary_dim, head_dim, base)
    place     layout of the pairs: interleaved, halves, or the pairs themselves
    block     rotation, reflection or unsigned
    whole     whether all channels turn although fewer were asked for
    says      why there are no readings, where there are none
    """

    def __init__(self) -> None:
        self.readings: dict[tuple[int, int, float], Reading] = {}
        self.place = self.block = self.says = ""
        self.whole = False


def rotation(process: Process, subject: Subject) -> Structure:
    """The matrices of rope.rotate from one-hot inputs at PLACES, read."""
    found = Structure()
    for width, head, base in SETTINGS:
        matrices = _matrices(process, subject, width, head, base)
        if matrices is None:
            continue
        if not np.isfinite(matrices).all():
            found.says = "one-hot inputs have answers that are not finite"
            return found
        pairs = pairs_of(list(matrices))
        turned = width
        if pairs is not None and len(pairs) > width // 2:
            turned = head
        if not pairs or len(pairs) != turned // 2:
            found.says = found.says or _no_pairs(matrices)
            if not found.readings:
                return found
            continue
        _read(found, matrices, pairs, (turned, head, base))
        found.whole |= turned > width
        if found.says:
            return found
    return found


def _matrices(process: Process, subject: Subject, width: int, head: int, base: float) -> Array | None:
    """The matrix at every place: its columns are the answers to one-hot inputs."""
    params = {"base": base, "rotary_dim": None if width == head else width}
    where = np.array(PLACES)
    hot = np.broadcast_to(np.eye(head)[:, np.newaxis, :], (head, len(PLACES), head))
    outputs = put(process, subject, params, {"x": hot, "positions": where})
    if outputs is not None and outputs["y"].shape == hot.shape:
        return np.asarray(outputs["y"], dtype=np.float64).transpose(1, 2, 0)
    outputs = put(process, subject, params, {"x": hot[np.newaxis], "positions": where})
    if outputs is not None and outputs["y"].shape == (1, *hot.shape):
        return np.asarray(outputs["y"][0], dtype=np.float64).transpose(1, 2, 0)
    return None


def _no_pairs(matrices: Array) -> str:
    """Which channels mix, when they do not do so in pairs."""
    mixing = np.abs(matrices).max(axis=0) > 1e-5
    row = next((k for k in range(len(mixing)) if mixing[k].sum() != 2), 0)
    channels = ", ".join(map(str, np.flatnonzero(mixing[row])))
    return f"one-hot inputs show no clean pairs: output channel {row} reads {channels or 'nothing'}"


def _read(found: Structure, matrices: Array, pairs: list[tuple[int, int]], key: tuple[int, int, float]) -> None:
    """Add the reading of one setting, or say why there is none."""
    rows, kinds = [], set[str]()
    for a, b in pairs:
        columns = matrices[:, [a, b]][:, :, [a, b]]
        read = unwrapped(columns[:, :, 0])
        fits = [kind for kind, m in BLOCKS.items() if _follows(columns, np.array(m))]
        if read is None or not fits:
            what = "do not turn in proportion to the position" if fits else "are neither turned nor mirrored"
            found.says = f"one-hot inputs show pairs ({layout(pairs, key[0])}) that {what}: channels {a} and {b}"
            return
        rows.append(read)
        kinds.add(fits[0])
    if not found.readings:
        found.place, found.block = layout(pairs, key[0]), min(kinds) if len(kinds) == 1 else "mixed"
    found.readings[key] = Reading(*np.array(rows).T)


def _follows(columns: Array, second: Array) -> bool:
    """Whether the second column of every matrix is this linear map of the first."""
    return bool(np.abs(columns[:, :, 0] @ second.T - columns[:, :, 1]).max() < 1e-2)


def table(process: Process, subject: Subject) -> Structure:
    """The columns of rope.table or sinusoidal.table at PLACES, read."""
    found = Structure()
    stem = subject.operation.split(".")[0]
    for width, _, base in (one for one in SETTINGS if one[0] == one[1]):
        params = {"rotary_dim": width} if stem == "rope" else {"dim": width, "start": 0.0}
        outputs = put(process, subject, {**params, "base": base}, {"positions": np.array(PLACES)})
        if outputs is None:
            continue
        columns = [np.asarray(array, dtype=np.float64) for array in outputs.values()]
        vectors = np.stack(columns, axis=-1) if stem == "rope" else None
        pairs = [] if vectors is not None else waves(columns[0])
        if vectors is None and len(pairs) == width // 2:
            vectors = np.stack([columns[0][:, [cosine, sine]] for sine, cosine in pairs], axis=1)
        if vectors is None or vectors.shape != (len(PLACES), width // 2, 2):
            found.says = found.says or "the columns are not sines and cosines in pairs of one frequency"
            continue
        read = [unwrapped(vectors[:, i]) for i in range(width // 2)]
        if any(one is None for one in read):
            found.says = found.says or "the angles are not proportional to the position"
            continue
        if not found.readings:
            found.place, found.block = columns_in_words(pairs, width), "rotation"
        found.readings[width, width, base] = Reading(*np.array([one for one in read if one]).T)
    return found


def waves(columns: Array) -> list[tuple[int, int]]:
    """Columns (sine, cosine) whose squares have a constant sum, the fastest first."""
    half = columns.shape[1] // 2
    for places in LAYOUTS.values():
        known = [places(i, half) for i in range(half)]
        if all(np.ptp(columns[:, a] ** 2 + columns[:, b] ** 2) < 1e-3 for a, b in known):
            return known
    found = []
    left = list(range(columns.shape[1]))
    while left:
        a = left.pop(0)
        spread = {b: float(np.ptp(columns[:, a] ** 2 + columns[:, b] ** 2)) for b in left}
        b = min(spread, key=lambda one: spread[one], default=None)
        if b is None or spread[b] > 1e-3:
            return []
        left.remove(b)
        pair = (a, b) if abs(columns[0, a]) <= abs(columns[0, b]) else (b, a)
        read = unwrapped(columns[:, list(reversed(pair))])
        found.append((abs(read[0]) if read else 0.0, pair))
    return [pair for _, pair in sorted(found, reverse=True)]


def columns_in_words(pairs: list[tuple[int, int]], width: int) -> str:
    """Where sines and cosines stand, in words."""
    for name, places in LAYOUTS.items():
        if pairs == [places(i, width // 2) for i in range(width // 2)]:
            return name
    return ", ".join(map(str, pairs))
