"""Slopes and buckets as parameters: what ratio, what start, which steps."""

from __future__ import annotations

import numpy as np

from posenc.conformance.judge import Subject
from posenc.conformance.probes import put
from posenc.conformance.process import Process

HEADS = (8, 12)


def slopes(process: Process, subject: Subject) -> list[str]:
    """The slopes of 8 and 12 heads, as powers of two and as geometric sequences."""
    said = []
    for heads in HEADS:
        params = {"num_heads": heads, "max_bias": 8.0}
        if subject.operation == "alibi.slopes":
            outputs = put(process, subject, params, {})
            found = outputs["slopes"] if outputs else None
        else:
            outputs = put(process, subject, {**params, "n_q": 4, "n_k": 4, "use": "causal"}, {})
            found = (
                outputs["bias"][:, 3, 3] - outputs["bias"][:, 3, 2]
                if outputs and outputs["bias"].shape == (heads, 4, 4)
                else None
            )
        if found is None or found.shape != (heads,) or not np.isfinite(found).all():
            continue
        said.append(f"slopes of {heads} heads: {_sequence(np.asarray(found, dtype=np.float64))}")
    return said


def _sequence(found: np.ndarray) -> str:
    """A list of slopes as the geometric sequences that it consists of."""
    if not (found > 0).all() and not (found < 0).all():
        return ", ".join(f"{one:.6g}" for one in found)
    sign = "" if found[0] > 0 else "negative: "
    powers = np.log2(np.abs(found))
    pieces, at = [], 0
    while at < len(powers):
        end = at + 1
        while (
            end < len(powers)
            and abs(powers[end] - powers[end - 1] - (powers[min(at + 1, len(powers) - 1)] - powers[at])) < 1e-4
        ):
            end += 1
        ratio = f", ratio 2^{powers[at + 1] - powers[at]:.6g}" if end - at > 1 else ""
        pieces.append(f"{end - at} from 2^{powers[at]:.6g}{ratio}")
        at = end
    return sign + "; then ".join(pieces)


def buckets(process: Process, subject: Subject) -> list[str]:
    """Where the buckets of 32 up to 128 begin, in both uses."""
    said = []
    for use in ("bidirectional", "causal"):
        reach = np.arange(-300, 301)
        params = {"num_buckets": 32, "max_distance": 128, "use": use}
        outputs = put(process, subject, params, {"positions": reach})
        if outputs is None or outputs["buckets"].shape != reach.shape:
            continue
        found = outputs["buckets"].astype(np.int64)
        past, future = found[:301][::-1], found[300:]
        said.append(f"{use}: keys before: {_steps(past)}; keys after: {_steps(future)}")
    return said


def _steps(found: np.ndarray) -> str:
    """The buckets of distances 0, 1, ..., as the exact part and the distances at which wide ones begin."""
    exact = next((n for n in range(len(found)) if found[n] - found[min(1, n)] != max(n - 1, 0)), len(found))
    begin = [int(n) for n in np.flatnonzero(np.diff(found)) + 1 if n >= exact]
    if len(begin) == 0:
        return f"bucket {found[0]} at 0, {found[1]} at 1, one for each distance up to {exact - 1}, then {found[-1]}"
    wide = ", ".join(map(str, begin))
    return f"bucket {found[0]} at 0, {found[1]} at 1, exact up to {exact - 1}, wider ones from {wide}, last {found[-1]}"
