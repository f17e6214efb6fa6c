"""A target in a process of its own: asked, waited for, killed when it hangs, started anew when it died."""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Any, Self

from posenc.conformance.protocol import PROTOCOL, Message, line, parse

START = 180.0  # seconds for a target to import what it needs
ANSWER = 10.0  # seconds for one answer


class Lost(Exception):
    """The target died, hung or talked nonsense; `state` is "crashed", "hung" or "garbled"."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state


class NotLoaded(Exception):
    """The target cannot be loaded at all; the message is the target's own."""


class Process:
    """Speaks the protocol with a program. Use it in a `with` block."""

    def __init__(self, command: Sequence[str], *, timeout: float = ANSWER) -> None:
        self.command, self.timeout = list(command), timeout
        self.hello: Message = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._seq = 0

    @classmethod
    def python(cls, target: str, *, timeout: float = ANSWER) -> Self:
        """The worker for `py:module:callable` or `library:name`."""
        return cls([sys.executable, "-m", "posenc.conformance.worker", target], timeout=timeout)

    def __enter__(self) -> Self:
        if self._child is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    def run(self, message: Message) -> Message:
        """The answer to a run message; raises Lost. The next call finds a fresh process after a loss."""
        if self._child is None:
            self.start()
        self._seq += 1
        return self._ask({"cmd": "run", "seq": self._seq, **message}, self.timeout)

    def start(self) -> None:
        """Start the program and greet it; raises NotLoaded or Lost."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the process
        self._child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors)
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, args=(self._child.stdout, self._lines), daemon=True).start()
        self.hello = self._ask({"cmd": "hello", "protocol": PROTOCOL}, START)
        if "error" in self.hello:
            self._kill()
            raise NotLoaded(self.hello["error"]["message"])

    @staticmethod
    def _read(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
        for raw in stream:
            lines.put(raw)
        lines.put(b"")  # the end

    def _ask(self, message: Message, patience: float) -> Message:
        try:
            self._write(line(message))
            raw = self._lines.get(timeout=patience)
        except queue.Empty:
            self._kill()
            raise Lost("hung", f"gave no answer within {patience:g} s") from None
        except OSError:
            raw = b""
        if not raw:
            raise Lost("crashed", self._last_words())
        try:
            reply = parse(raw)
        except ValueError as error:
            self._kill()
            raise Lost("garbled", str(error)) from error
        if reply.get("seq") != message.get("seq"):
            self._kill()
            raise Lost("garbled", f"answered {reply.get('seq')} to message {message.get('seq')}")
        return reply

    def _write(self, raw: bytes) -> None:
        stream = self._child.stdin if self._child else None
        if stream is None:
            raise OSError("no process")
        stream.write(raw)
        stream.flush()

    def _last_words(self) -> str:
        """How the process ended, with the end of what it wrote to standard error."""
        code: Any = self._child.wait(timeout=5) if self._child else "?"
        self._errors.seek(0, 2)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        words = self._errors.read().decode(errors="replace").strip()
        self._kill()
        return f"the process ended with code {code}" + (f": {words}" if words else "")

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for stream in (self._child.stdin, self._child.stdout):
                if stream:
                    stream.close()
            self._errors.close()
            self._child = None
