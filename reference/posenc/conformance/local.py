"""A callable asked in this process: for tests of one's own, where a process apart would cost more than it protects."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from typing import Any, Self

import numpy as np

from posenc import spec
from posenc.conformance import contract
from posenc.conformance.exchange import given
from posenc.conformance.process import ANSWER, Process
from posenc.conformance.protocol import Message
from posenc.conformance.worker import answer


class Local(Process):
    """Answers as conformance.process.Process does, without a process. What hangs or dies there, does so here.

    make   gives the callable; called again for every fresh instance, so that what one keeps the next has not
    """

    def __init__(self, make: Callable[[], Callable[..., Any]]) -> None:
        super().__init__([], timeout=ANSWER)
        self.hello = {"impl": {"name": "local", "version": ""}, "profile": {"callable": True}}
        self._make, self._function = make, make()

    def fresh(self) -> Self:
        """Another instance."""
        return type(self)(self._make)

    def start(self) -> None:
        """Nothing to start."""

    def end(self) -> None:
        """Forget what the instance has kept."""
        self._function = self._make()

    def run(self, message: Message, *, command: str = "run", room: int = 0) -> Message:
        """The answer to a question; what is printed is caught and noted."""
        printed = io.StringIO()
        with redirect_stdout(printed), np.errstate(all="ignore"):
            return answer(self, message, printed.tell)

    def given(self, array: Any) -> Any:
        """An array as the callable gets it."""
        return given(array, "numpy")

    def __call__(self, name: str, operation: str, values: Mapping[str, Any], extra: Mapping[str, Any]) -> Any:
        """The callable's own answer."""
        stem, op = operation.split(".")
        return contract.call(self._function, spec.operations(stem)[op]["arguments"], values, extra)
