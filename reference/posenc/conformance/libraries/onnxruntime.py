"""ONNX Runtime on a CPU: the standard's operator RotaryEmbedding (opset 23), and its own of the same name.

The tables are inputs, as for onnx.
"""

from __future__ import annotations

from typing import Any

import onnxruntime

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries.onnx import targets


def version() -> str:
    """Of the installed library."""
    return f"onnxruntime {onnxruntime.__version__}"


SHORT = "A sequence longer than the table is refused, also when its positions repeat and are rows of the table."


def _run(made: Any, given: dict[str, Any]) -> Any:
    ids = given.get("position_ids")
    known_defect(ids is not None and ids.shape[1] > len(given["cos_cache"]), SHORT)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # it raises what it logs
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, given)[0]


TARGETS = [
    *targets(_run, "standard"),
    *targets(_run, "standard_hidden", hidden=True),
    *targets(_run, "standard_unindexed", rows=False),
    *targets(_run, "standard_float16", form="float16"),
    *targets(_run, "contrib", contrib=True),
    *targets(_run, "contrib_hidden", contrib=True, hidden=True),
]
