"""Tables of scaled rotations."""

from __future__ import annotations

from collections.abc import Mapping

from posenc.definitions import family
from posenc.truth.evaluate import exact
from posenc.truth.formats import Words
from posenc.truth.golden import Request, Run, places
from posenc.truth.tables import rotations


def _table(request: Request, run: Run) -> Mapping[str, Words]:
    module, params = family("rope_scaling"), {name: exact(value) for name, value in request.params.items()}
    asked = module.OPERATIONS["inverse_frequencies"].define(module.CONVENTIONS[request.convention], params)
    omegas, positions = asked["inverse_frequencies"], places(request)
    outputs = run.room({name: (len(positions), len(omegas)) for name in ("cos", "sin")})
    out, scale = (outputs["cos"], outputs["sin"]), asked["attention_factor"]
    rotations(omegas, positions, request.form, scale=scale, out=out, jobs=run.jobs, progress=run.progress)
    return outputs


FAST = {"table": _table}
