"""Certified arrays in files: npz, JSON, and two formats that grow beyond memory, npy and safetensors.

A file appears whole or not at all. bfloat16, which NumPy does not know, stands as uint16 words in npz and npy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from posenc._files import whole
from posenc.truth.formats import Format, Words
from posenc.vectors.tensor import encode

Arrays = Mapping[str, NDArray[Any]]
Metadata = Mapping[str, Any]
Shapes = Mapping[str, tuple[int, ...]]
Fill = Callable[[Callable[[Shapes], Mapping[str, Words]] | None], tuple[Mapping[str, Words], Metadata]]

NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "bool": "BOOL"}


def suffix(path: Path) -> str:
    """The file's kind; raises ValueError for one that is not written."""
    if path.suffix not in _WRITERS:
        raise ValueError(f"{path} ends in {path.suffix or 'nothing'}, needs one of {', '.join(_WRITERS)}")
    return path.suffix


def save(path: Path, fill: Fill, form: Format, beside: Arrays, *, force: bool) -> tuple[Mapping[str, Words], Metadata]:
    """Have the outputs filled and write them, with the arrays beside them and metadata as JSON.

    fill   given a function that makes room for arrays of words (None: in memory), returns them filled, with metadata
           whose length does not depend on their numbers. For npy and safetensors the room is in the file itself.
    Raises FileExistsError unless force.
    """
    with whole(path, force=force) as file:
        return _WRITERS[suffix(path)](file, fill, form, beside)


def _npz(file: IO[bytes], fill: Fill, form: Format, beside: Arrays) -> tuple[Mapping[str, Words], Metadata]:
    words, metadata = fill(None)
    shown = {name: word if form.name == "bfloat16" else form.decode(word) for name, word in words.items()}
    np.savez(file, **shown, **beside, metadata=np.array(json.dumps(metadata)))  # type: ignore[arg-type]
    return words, metadata


def _json(file: IO[bytes], fill: Fill, form: Format, beside: Arrays) -> tuple[Mapping[str, Words], Metadata]:
    words, metadata = fill(None)
    bits = form.name == "bfloat16"
    tensors = {name: encode(word if bits else form.decode(word), form.name) for name, word in words.items()}
    tensors |= {name: encode(array) for name, array in beside.items()}
    file.write(json.dumps({"metadata": metadata, "tensors": tensors}, allow_nan=False).encode() + b"\n")
    return words, metadata


def _npy(file: IO[bytes], fill: Fill, form: Format, beside: Arrays) -> tuple[Mapping[str, Words], Metadata]:
    """One array: the only output, or the outputs stacked along a new first axis in the contract's order."""

    def room(shapes: Shapes) -> Mapping[str, Words]:
        if len(set(shapes.values())) > 1:
            said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise ValueError(f"golden: the outputs are {said}, needs .npz, .safetensors or .json: .npy holds one array")
        (shape,) = set(shapes.values())
        stacked = shape if len(shapes) == 1 else (len(shapes), *shape)
        descr = np.lib.format.dtype_to_descr(np.dtype("uint16" if form.name == "bfloat16" else form.name))
        header = {"descr": descr, "fortran_order": False, "shape": stacked}
        np.lib.format.write_array_header_2_0(file, header)
        array = _mapped(file, file.tell(), form.word_dtype, stacked)
        return dict(zip(shapes, array if len(shapes) > 1 else [array], strict=True))

    return fill(room)


def _safetensors(file: IO[bytes], fill: Fill, form: Format, beside: Arrays) -> tuple[Mapping[str, Words], Metadata]:
    """The header is written twice, since it says the digest: once to know its length, once when the data are there."""
    known: dict[str, Any] = {}

    def room(shapes: Shapes) -> Mapping[str, Words]:
        kinds = {name: (NAMES[form.name], shape, form.word_dtype) for name, shape in shapes.items()}
        kinds |= {name: (NAMES[str(array.dtype)], array.shape, array.dtype) for name, array in beside.items()}
        known["kinds"] = kinds
        at, arrays = LONGEST_HEADER, {}
        for name, (_, shape, dtype) in kinds.items():
            arrays[name] = _mapped(file, at, dtype, shape)
            at += int(np.prod(shape, dtype=int)) * dtype.itemsize
        for name, array in beside.items():
            arrays[name][...] = array
        return {name: arrays[name] for name in shapes}

    words, metadata = fill(room)
    file.seek(0)
    file.write(safetensors_header(known["kinds"], metadata, LONGEST_HEADER))
    return words, metadata


LONGEST_HEADER = 16384  # bytes kept for it; what it does not need is spaces, which the format allows


def safetensors_header(
    kinds: Mapping[str, tuple[str, tuple[int, ...], Any]], metadata: Metadata, length: int = 0
) -> bytes:
    """Eight bytes of length and a JSON header, padded to `length` bytes in all.

    kinds   tensor → its dtype in the format's spelling, its shape, its NumPy dtype; their data follow in this order

    Written here rather than by the library of that name, because tables outgrow memory and it cannot append.
    """
    header: dict[str, Any] = {"__metadata__": {name: json.dumps(value) for name, value in metadata.items()}}
    start = 0
    for name, (kind, shape, dtype) in kinds.items():
        size = int(np.prod(shape, dtype=int)) * dtype.itemsize
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [start, start + size]}
        start += size
    raw = json.dumps(header).encode()
    if length and len(raw) > length - 8:
        raise ValueError(f"golden: the header of a safetensors file has {len(raw)} bytes, needs at most {length - 8}")
    raw += b" " * (length - 8 - len(raw) if length else -len(raw) % 8)
    return len(raw).to_bytes(8, "little") + raw


def _mapped(file: IO[bytes], offset: int, dtype: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """An array in the file itself, so that what is not in use need not be in memory; an empty one cannot be mapped."""
    size = int(np.prod(shape, dtype=int)) * np.dtype(dtype).itemsize
    file.truncate(max(offset + size, file.seek(0, 2)))
    if not size:
        return np.empty(shape, dtype=dtype)
    return np.memmap(file, dtype=dtype, mode="r+", offset=offset, shape=shape)


_WRITERS: dict[str, Callable[[IO[bytes], Fill, Format, Arrays], tuple[Mapping[str, Words], Metadata]]] = {
    ".npz": _npz,
    ".npy": _npy,
    ".safetensors": _safetensors,
    ".json": _json,
}
