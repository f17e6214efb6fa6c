"""Certified arrays in files: npz, safetensors, or JSON; whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from posenc._files import whole
from posenc.truth.formats import Format
from posenc.vectors.tensor import encode

Arrays = Mapping[str, NDArray[Any]]
Metadata = Mapping[str, Any]

SUFFIXES = (".npz", ".safetensors", ".json")
NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "bool": "BOOL"}


def suffix(path: Path) -> str:
    """The file's kind; raises ValueError for one that is not written."""
    if path.suffix not in SUFFIXES:
        raise ValueError(f"{path} ends in {path.suffix or 'nothing'}, needs one of {', '.join(SUFFIXES)}")
    return path.suffix


def save(path: Path, words: Arrays, form: Format, beside: Arrays, metadata: Metadata, *, force: bool) -> None:
    """Write the outputs (words of `form`) and the arrays beside them, with metadata as JSON.

    In npz, which knows no bfloat16, its words stand as uint16 and metadata["dtype"] says so.
    Raises FileExistsError unless force.
    """
    with whole(path, force=force) as file:
        _WRITERS[suffix(path)](file, words, form, beside, metadata)


def _npz(file: IO[bytes], words: Arrays, form: Format, beside: Arrays, metadata: Metadata) -> None:
    shown = {name: word if form.name == "bfloat16" else form.decode(word) for name, word in words.items()}
    np.savez(file, **shown, **beside, metadata=np.array(json.dumps(metadata)))  # type: ignore[arg-type]


def _safetensors(file: IO[bytes], words: Arrays, form: Format, beside: Arrays, metadata: Metadata) -> None:
    kinds = dict.fromkeys(words, "BF16") if form.name == "bfloat16" else {}
    shown = {name: word if kinds else form.decode(word) for name, word in words.items()}
    safetensors(file, {**shown, **beside}, metadata, kinds)


def safetensors(file: IO[bytes], arrays: Arrays, metadata: Metadata, kinds: Mapping[str, str] | None = None) -> None:
    """Eight bytes of header length, a JSON header, the raw tensors.

    Written here rather than by the library of that name, because tables may outgrow memory and it cannot append.
    kinds     the format's name for arrays of words, by name
    """
    header: dict[str, Any] = {"__metadata__": {name: json.dumps(value) for name, value in metadata.items()}}
    start = 0
    for name, array in arrays.items():
        kind = (kinds or {}).get(name) or NAMES[str(array.dtype)]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [start, start + array.nbytes]}
        start += array.nbytes
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    file.write(len(raw).to_bytes(8, "little") + raw)
    for array in arrays.values():
        file.write(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).data)


def _json(file: IO[bytes], words: Arrays, form: Format, beside: Arrays, metadata: Metadata) -> None:
    tensors = {
        name: encode(word if form.name == "bfloat16" else form.decode(word), form.name) for name, word in words.items()
    }
    tensors |= {name: encode(array) for name, array in beside.items()}
    file.write(json.dumps({"metadata": metadata, "tensors": tensors}, allow_nan=False).encode() + b"\n")


_WRITERS = {".npz": _npz, ".safetensors": _safetensors, ".json": _json}
