"""Tables of three axes at the positions of a text, which are the same along all axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from posenc.truth.fast import rope
from posenc.truth.formats import Words
from posenc.truth.golden import Request, Run


def _table(request: Request, run: Run) -> Mapping[str, Words]:
    """That of rope, whatever the sections: mrope.text_is_rope."""
    return rope.FAST["table"](replace(request, operation="rope.table", convention="rope/interleaved"), run)


FAST = {"table": _table}
