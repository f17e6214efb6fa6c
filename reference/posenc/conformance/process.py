"""A target in a process of its own: asked, waited for, killed when it hangs, started anew when it died."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from posenc.conformance.pipes import Lines, TooLong, send
from posenc.conformance.protocol import PROTOCOL, Message, line, parse, received

START = 180.0  # seconds for a target to import what it needs
ANSWER = 10.0  # seconds for one answer
ROOM = 2**20  # bytes that any answer may have, for its messages and for arrays of the wrong shape
FLOOD = 2**24  # bytes of standard error that are kept on disk at most, looked at this often:
LOOK = 0.25  # seconds


class Lost(Exception):
    """The target died, hung or talked nonsense; `state` is "crashed", "hung", "garbled" or "oversized"."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state


class NotLoaded(Exception):
    """The target cannot be loaded at all; the message is the target's own."""


Watch = Callable[[str, Message], None]


class Process:
    """Speaks the protocol with a program. Use it in a `with` block.

    hello    what the program said of itself: impl and profile
    flooded  bytes of standard error that were thrown away
    """

    def __init__(self, command: Sequence[str], *, timeout: float = ANSWER, watch: Watch = lambda kind, said: None):
        """Watch is given every message, as "hello", "hello-reply", ...; what it raises as ValueError garbles."""
        self.command, self.timeout, self.watch = list(command), timeout, watch
        self.hello: Message = {}
        self.flooded = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._seq = 0

    @classmethod
    def python(cls, target: str, *options: str, timeout: float = ANSWER) -> Self:
        """The worker for `py:module:callable` or `library:name`."""
        return cls([sys.executable, "-m", "posenc.conformance.worker", target, *options], timeout=timeout)

    def fresh(self) -> Self:
        """The same target in another process, not started yet."""
        return type(self)(self.command, timeout=self.timeout, watch=self.watch)

    @property
    def encoding(self) -> str:
        """How arrays are sent, as the profile asks."""
        return str(self.hello.get("profile", {}).get("encoding", "bits"))

    def ready(self) -> None:
        """Start the program unless it runs."""
        if self._child is None:
            self.start()

    def __enter__(self) -> Self:
        self.ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None and self._child.stdin:
            with contextlib.suppress(OSError, queue.Empty, subprocess.TimeoutExpired):
                send(self._child.stdin, line({"cmd": "bye"}), LOOK)
                self._child.stdin.close()
                self._child.wait(timeout=LOOK)
        self.end()

    def run(self, message: Message, *, command: str = "run", room: int = ROOM) -> Message:
        """The answer to a message; raises Lost. The next call finds a fresh process after a loss.

        room   bytes that the answer may have
        """
        self.ready()
        self._seq += 1
        return self._ask({"cmd": command, "seq": self._seq, **message}, self.timeout, room)

    def start(self) -> None:
        """Start the program and greet it; raises NotLoaded or Lost."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the process
        flags = fcntl.fcntl(self._errors, fcntl.F_GETFL)
        fcntl.fcntl(self._errors, fcntl.F_SETFL, flags | os.O_APPEND)  # so that it can be emptied while it is written
        pipe = subprocess.PIPE
        try:
            self._child = subprocess.Popen(
                self.command, stdin=pipe, stdout=pipe, stderr=self._errors, bufsize=0, start_new_session=True
            )
        except OSError as error:
            self._errors.close()
            raise NotLoaded(f"{self.command[0]} cannot be started: {error}") from error
        self._lines = Lines(self._child.stdout, ROOM)  # type: ignore[arg-type]  # a pipe, as asked for
        hello = self._ask({"cmd": "hello", "protocol": PROTOCOL}, START, ROOM)
        if "error" in hello:
            self.end()
            raise NotLoaded(hello["error"]["message"])
        self.hello = hello

    def _ask(self, message: Message, patience: float, room: int) -> Message:
        command = message["cmd"]
        self._lines.limit = room
        self.watch(command, message)
        try:
            send(self._child.stdin, line(message), patience)  # type: ignore[union-attr, arg-type]
            raw = self._wait(patience)
        except queue.Empty:
            self.end()
            raise Lost("hung", f"gave no answer within {patience:g} s") from None
        except TooLong:
            self.end()
            raise Lost("oversized", f"sent more than {room} bytes, which this question cannot need") from None
        except OSError:
            raw = b""
        if not raw:
            raise Lost("crashed", self._last_words())
        try:
            return self._parsed(command, message.get("seq"), raw)
        except ValueError as error:
            self.end()
            raise Lost("garbled", str(error)) from error

    def _wait(self, patience: float) -> bytes:
        """The next line; meanwhile standard error is kept from filling the disk."""
        deadline = time.monotonic() + patience
        while True:
            try:
                return self._lines.get(min(LOOK, deadline - time.monotonic()))
            except queue.Empty:
                if time.monotonic() >= deadline:
                    raise
            finally:
                written = os.fstat(self._errors.fileno()).st_size
                if written > FLOOD:
                    self.flooded += written
                    os.ftruncate(self._errors.fileno(), 0)

    def _parsed(self, command: str, seq: Any, raw: bytes) -> Message:
        reply = parse(raw)
        if reply.get("seq") != seq and command != "hello":
            raise ValueError(f"answered {str(reply.get('seq'))[:40]} to message {seq}")
        received(command, reply)
        self.watch(f"{command}-reply", reply)
        return reply

    def _last_words(self) -> str:
        """How the process ended, with the end of what it wrote to standard error."""
        try:
            code: Any = self._child.wait(timeout=5) if self._child else "?"
        except subprocess.TimeoutExpired:
            code = "none: it closed its standard output and went on"
        self._errors.seek(0, 2)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        words = self._errors.read().decode(errors="replace").strip()
        self.end()
        return f"the process ended with code {code}" + (f": {words}" if words else "")

    def end(self) -> None:
        """End the process, and what it started; the next question starts it anew."""
        if self._child is not None:
            self._lines.close()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
            for stream in (self._child.stdin, self._child.stdout):
                if stream:
                    stream.close()
            self._errors.close()
            self._child = None
