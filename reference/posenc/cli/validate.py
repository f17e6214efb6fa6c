"""Every message between posenc and a target against spec/schema/adapter.schema.json, for `--validate`."""

from __future__ import annotations

import importlib
import json
from typing import Any

from posenc import spec
from posenc.conformance.process import Watch
from posenc.conformance.protocol import Message, line


def watch() -> Watch:
    """What raises ValueError for a message that does not fit; raises ValueError without jsonschema."""
    try:
        jsonschema: Any = importlib.import_module("jsonschema")
    except ImportError as error:
        raise ValueError("check: --validate needs jsonschema, which is not installed") from error
    schema = json.loads((spec.folder("spec") / "schema" / "adapter.schema.json").read_text(encoding="utf-8"))
    kinds = {
        kind: jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
        for kind in schema["$defs"]
    }

    def check(kind: str, message: Message) -> None:
        on_the_wire = json.loads(line(message))
        error = jsonschema.exceptions.best_match(kinds[kind].iter_errors(on_the_wire))
        if error is not None:
            where = "/".join(map(str, error.absolute_path)) or kind
            raise ValueError(f"protocol: {where} of a {kind}: {error.message[:200]}")

    return check
