"""ONNX: the operator RotaryEmbedding (opset 23) in the standard's reference evaluator.

The tables are inputs of the operator: it is given cosines and sines of the NumPy reference, rounded to its dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnx.reference import ReferenceEvaluator

from posenc import rope
from posenc.conformance.libraries import Target
from posenc.conformance.libraries._shared import as_batch, need

INPUTS = ("input", "cos_cache", "sin_cache", "position_ids")
OPSETS = {"": 23, "com.microsoft": 1}
Run = Callable[[Any, dict[str, Any]], Any]


def version() -> str:
    """Of the installed library."""
    return f"onnx {onnx.__version__}"


def model(inputs: dict[str, Any], domain: str, **attributes: Any) -> Any:
    """A model of one node, whose inputs have the order of `inputs`."""

    def said(name: str, array: Any) -> Any:
        return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), [None] * array.ndim)

    node = helper.make_node("RotaryEmbedding", list(inputs), ["output"], domain=domain, **attributes)
    result = said("output", inputs["input"])
    graph = helper.make_graph([node], "g", [said(*one) for one in inputs.items()], [result])
    opsets = [helper.make_opsetid(name, number) for name, number in OPSETS.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def rotation(run: Run, *, interleaved: bool, hidden: bool = False, rows: bool = True, contrib: bool = False) -> Any:
    """The operator as a rotation.

    run      evaluates a model
    hidden   whether the input is (batch, n, heads · head_dim), for which num_heads must be said
    rows     whether position ids choose rows of a table; without them every token has a row of its own
    contrib  whether it is onnxruntime's own operator, which always has ids and another order of inputs
    """

    def rotate(x: Any, positions: Any, base: float, rotary_dim: int | None) -> Any:
        need(x.dtype != np.float64, "the operator has no float64")
        heads = x if x.ndim == 4 else x.reshape(1, *(x.shape[:-2] or (1,)), *x.shape[-2:])
        batch, count, n, width = heads.shape
        ids = as_batch(positions).repeat(batch if positions.ndim == 1 else 1, axis=0)
        places, row = np.unique(ids, return_inverse=True)
        cos, sin = (part.astype(x.dtype) for part in rope.table(places, rotary_dim or width, base=base))
        row = row.reshape(ids.shape)
        given = {"input": heads, "cos_cache": cos, "sin_cache": sin, "position_ids": row.astype(np.int64)}
        if not rows:
            given = {"input": heads, "cos_cache": cos[row], "sin_cache": sin[row]}
        if contrib:
            given = {name: given[name] for name in ("input", "position_ids", "cos_cache", "sin_cache")}
        if hidden:
            given["input"] = np.ascontiguousarray(heads.swapaxes(1, 2)).reshape(batch, n, count * width)
        attributes = {"interleaved": int(interleaved), "rotary_embedding_dim": rotary_dim or 0}
        if hidden or (contrib and rotary_dim):
            attributes["num_heads"] = count
        turned = run(model(given, "com.microsoft" if contrib else "", **attributes), given)
        if hidden:
            turned = turned.reshape(batch, n, count, width).swapaxes(1, 2)
        return turned.reshape(x.shape)

    return rotate


def _run(made: Any, given: dict[str, Any]) -> Any:
    return ReferenceEvaluator(made).run(None, given)[0]


def targets(run: Run, prefix: str, *, hidden: bool = False, form: str = "float32", **options: Any) -> list[Target]:
    """The operator in both pairings."""
    return [
        Target(
            f"{prefix}_{pairing}.rotate",
            "rope.rotate",
            f"rope/{pairing}",
            rotation(run, interleaved=pairing == "interleaved", hidden=hidden, **options),
            angle="float64",
            table=form,
            output=form,
        )
        for pairing in ("halves", "interleaved")
    ]


TARGETS = [
    *targets(_run, "reference"),
    *targets(_run, "reference_hidden", hidden=True),
    *targets(_run, "reference_unindexed", rows=False),
    *targets(_run, "reference_float16", form="float16"),
]
