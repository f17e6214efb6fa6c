"""The vectors in formats for other languages and tools."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc._files import whole
from posenc.cli.save import NAMES, safetensors_header
from posenc.vectors.files import Vector
from posenc.vectors.tensor import SHORT, encode, plain

Vectors = list[Vector]


def tensors(vectors: Vectors) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array under a name: id|in|input or id|convention|output."""
    for vector in vectors:
        for name, array in vector.case.inputs.items():
            yield f"{vector.id}|in|{name}", array
        for convention, outputs in vector.outputs.items():
            for name, array in outputs.items():
                yield f"{vector.id}|{convention}|{name}", array


def cases(vectors: Vectors) -> dict[str, Any]:
    """Everything about the cases but their arrays."""
    return {
        vector.id: {
            "params": {name: plain(value) for name, value in vector.case.params.items()},
            "flags": list(vector.case.flags),
            "comment": vector.case.comment,
            "result": "rejected" if vector.case.refused else "required" if len(vector.outputs) == 1 else "choice",
            "discriminates": list(vector.discriminates),
        }
        for vector in vectors
    }


def _json(path: Path, vectors: Vectors, force: bool) -> None:
    said = {"cases": cases(vectors), "tensors": {name: encode(array) for name, array in tensors(vectors)}}
    with whole(path, force=force) as file:
        file.write(json.dumps(said, ensure_ascii=False, allow_nan=False).encode() + b"\n")


def _npz(path: Path, vectors: Vectors, force: bool) -> None:
    """Slashes in names become folders inside the archive."""
    with whole(path, force=force) as file:
        np.savez(file, **dict(tensors(vectors)), cases=np.array(json.dumps(cases(vectors))))  # type: ignore[arg-type]


def _safetensors(path: Path, vectors: Vectors, force: bool) -> None:
    arrays = dict(tensors(vectors))
    kinds = {name: (NAMES[str(array.dtype)], array.shape, array.dtype) for name, array in arrays.items()}
    with whole(path, force=force) as file:
        file.write(safetensors_header(kinds, {"cases": cases(vectors)}))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).data)


def _csv(path: Path, vectors: Vectors, force: bool) -> None:
    """One row an element: case, place, index, dtype, bits, decimal."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["case", "place", "name", "index", "dtype", "bits", "decimal"])
    for name, array in tensors(vectors):
        case, place, tensor = name.split("|")
        for index, value in np.ndenumerate(array):
            bits = np.asarray(value).tobytes()[::-1].hex()
            shown = " ".join(map(str, index))
            writer.writerow([case, place, tensor, shown, SHORT[str(array.dtype)], bits, plain(value)])
    with whole(path, force=force) as file:
        file.write(text.getvalue().encode())


def _c(path: Path, vectors: Vectors, force: bool) -> None:
    """A header with an array of 64-bit words for each tensor of reals, and a table of their names and sizes."""
    lines = ["/* Golden vectors of posenc: binary64 values as words, or integers. */", "#include <stdint.h>", ""]
    entries = []
    for at, (name, array) in enumerate(tensors(vectors)):
        words = array.astype(np.int64).view(np.uint64) if array.dtype.kind in "bi" else array.view(np.uint64)
        body = ", ".join(f"0x{word:016x}u" for word in np.ravel(words)) or "0"
        lines.append(f"static const uint64_t posenc_{at}[] = {{{body}}};")
        entries.append(f'  {{"{name}", "{SHORT[str(array.dtype)]}", {array.size}, posenc_{at}}},')
    lines += ["", "static const struct {", "  const char *name, *dtype;", "  unsigned long size;"]
    lines += ["  const uint64_t *words;", "} posenc_vectors[] = {", *entries, "};", ""]
    with whole(path, force=force) as file:
        file.write("\n".join(lines).encode())


EXPORTERS: dict[str, Callable[[Path, Vectors, bool], None]] = {
    "json": _json,
    "npz": _npz,
    "safetensors": _safetensors,
    "csv": _csv,
    "c": _c,
}
