"""Golden vectors of real models: for every configuration in spec/models what it must use, certified and stored small.

A file spec/models/golden/<name>.json holds, for each type of layer, the inverse frequencies and the factor of
attention (or the slopes) in full as binary64, a digest of the whole table (that which `posenc golden --model <name>`
prints, with the --set and --positions that are named), and some of its rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from posenc import models, spec
from posenc._files import whole
from posenc.models.request import request
from posenc.truth.formats import FLOAT32, FLOAT64
from posenc.truth.golden import Request, beside, digest, golden
from posenc.vectors.files import Tampered
from posenc.vectors.tensor import encode, plain

FORMAT = "posenc-models/1"
AT = (0, 1, 255, 257, 2049, 4097, 65537, 131071)  # where rows are kept, and at the last place
LAST_AXIS = ("alibi.bias", "alibi.padded", "learned.ids")  # whose places are across, not down
MOST = {
    "alibi.bias": 258,
    "alibi.padded": 258,
    "learned.ids": 1024,
    "mrope.table": 4097,
}  # places, where each takes long
Document = dict[str, Any]


def write(folder: Path, progress: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write the file of every model below the spec folder; returns the paths."""
    paths = []
    (folder / "models" / "golden").mkdir(parents=True, exist_ok=True)
    for name in spec.models():
        progress(f"models.{name}")
        paths.append(folder / "models" / "golden" / f"{name}.json")
        with whole(paths[-1], force=True) as file:
            file.write(text(name).encode())
    return paths


def verify(folder: Path | None = None) -> Iterator[tuple[str, int]]:
    """Re-derive every file and compare bytes; yields each with the number of its tables.

    Raises Tampered for a file that is missing, superfluous or differs.
    """
    root = (folder or spec.folder("spec")) / "models" / "golden"
    names = {path.stem for path in root.glob("*.json")}
    if names != set(spec.models()):
        odd = ", ".join(sorted(names.symmetric_difference(spec.models())))
        raise Tampered(f"vectors: models/golden and models differ in {odd}, needs a file for every model")
    for name in spec.models():
        right = text(name)
        if (root / f"{name}.json").read_text(encoding="utf-8") != right:
            raise Tampered(f"vectors: models/golden/{name}.json is not the truth")
        yield f"models/golden/{name}.json", len(json.loads(right)["tables"])


def text(name: str) -> str:
    """The file of a model, with one line a table."""
    tables = ",\n  ".join(json.dumps(table, ensure_ascii=False, allow_nan=False) for table in _tables(name))
    head = {"format": FORMAT, "model": name, "schema": "../../schema/golden.schema.json"}
    return json.dumps(head, indent=1)[:-2] + f',\n "tables": [\n  {tables}\n ]\n}}\n'


def _tables(name: str) -> Iterator[Document]:
    config = models.preset(name)
    for layer_type in models.layer_types(config) or (None,):
        found = models.encoding(config, layer_type)
        for given in _settled(found):
            said = {"layer_type": layer_type, **given} if layer_type else given
            most = MOST.get(found.operation, found.context)
            part = range(most) if found.context > most else None
            stop = {"positions": f"0:{most}"} if part else {}
            yield {"set": said, **stop, **found.notes, **_table(request(found, FLOAT32, part, given))}


def _settled(found: models.Encoding) -> list[dict[str, Any]]:
    """The values of what a configuration leaves open: both uses, both sides of the length of the training."""
    if "use" in found.open:
        return [{"use": use} for use in ("bidirectional", "causal")]
    if "length" in found.open:
        trained = found.params["scaling"]["original_max_position_embeddings"]
        return [{"length": length} for length in (trained, found.context)]
    return [{}]


def _table(asked: Request) -> Document:
    """Everything that is kept of a table."""
    outputs = golden(asked)
    axis = -1 if asked.operation in LAST_AXIS else 0
    count = next(iter(outputs.values())).shape[axis]
    at = [place for place in AT if place < count - 1] + [count - 1]
    kept = {name: asked.form.decode(found.take(at, axis)) for name, found in outputs.items()}
    return {
        "operation": asked.operation,
        "convention": asked.convention,
        "params": {name: plain(value) for name, value in asked.params.items()},
        "made_of": {name: encode(FLOAT64.decode(found), data=False) for name, found in beside(asked).items()},
        "dtype": asked.form.name,
        "shapes": {name: list(found.shape) for name, found in outputs.items()},
        "digest": digest(outputs),
        "at": at,
        "out": {name: encode(rows, data=False) for name, rows in kept.items()},
    }
