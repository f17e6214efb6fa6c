"""The units of the ALiBi operations."""

from __future__ import annotations

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


UNITS = {"slopes": partial(relative, "slopes"), "bias": _bias}
