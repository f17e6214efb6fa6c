"""The units of the ALiBi operations."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from posenc.definitions import family
from posenc.truth.bounds import Question, Units, relative
from posenc.truth.evaluate import evaluate
from posenc.truth.formats import FLOAT64


def _bias(question: Question) -> Units:
    """u·|bias|·(1 + |ln slope|); 0, so exact, where the bias is 0 or −∞."""
    words = evaluate(family("alibi").OPERATIONS["slopes"], question.definition, question.params, {})["slopes"]
    factor = 1 + np.abs(np.log(FLOAT64.decode(words)))
    bias = question.truth["bias"]
    size = np.where(np.isfinite(bias), np.abs(bias), 0.0)
    return {"bias": question.precision.output.unit * size * factor[:, np.newaxis, np.newaxis]}


def _of_eight(question: Question) -> Units:
    """The same with max_bias 8. A root, and Falcon's division after its exact numbers in bfloat16, round no oftener."""
    params = {**question.params, "max_bias": 8.0}
    return _bias(replace(question, params=params))


def _padded(question: Question) -> Units:
    truth = np.moveaxis(question.truth["bias"], -2, 0)  # heads first
    flat = replace(question, truth={"bias": truth.reshape(len(truth), 1, -1)})
    return {"bias": np.moveaxis(_of_eight(flat)["bias"].reshape(truth.shape), 0, -2)}


UNITS = {"slopes": partial(relative, "slopes"), "bias": _bias, "padded": _padded, "grid": _of_eight}
