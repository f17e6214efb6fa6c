"""A target in this very process, for test suites that want it there: asked and judged as any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np

from posenc.conformance.process import ROOM, Process
from posenc.conformance.protocol import Message, line, parse
from posenc.conformance.worker import Python, answer


class Inside(Process):
    """Speaks the protocol with a callable of this process. What crashes or hangs takes this process with it.

    make     gives the callable; called again for every fresh instance, so that what one keeps the next has not
    arrays   what the callable is given: numpy, torch or jax; names: what it calls an argument, by the contract's name
    """

    def __init__(
        self, make: Callable[[], Any], name: str, arrays: str = "numpy", names: Mapping[str, str] | None = None
    ) -> None:
        super().__init__([])
        self._told = (make, name, arrays, names)
        self.end()

    def fresh(self) -> Self:
        """Another instance."""
        return type(self)(*self._told)

    def start(self) -> None:
        """Nothing has to be started."""

    def end(self) -> None:
        """Forget what the instance has kept."""
        make, name, arrays, names = self._told
        self._python = Python(make(), name, arrays, names)

    def run(self, message: Message, *, command: str = "run", room: int = ROOM) -> Message:
        """The answer to a run message, by way of the same lines as through pipes."""
        asked = parse(line({"cmd": command, **message}))
        with np.errstate(all="ignore"):  # as in a process of its own: overflow shows in the numbers
            reply: Message = json.loads(line(answer(self._python, asked, lambda: 0)))
        return reply
