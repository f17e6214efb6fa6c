"""The two ends of a target's pipes: lines of bounded length, and writing that gives up in time."""

from __future__ import annotations

import os
import queue
import select
import threading
import time
from typing import IO

PIECE = 2**16  # bytes read at a time
KEPT = 8  # lines that wait unread; a target that talks unasked waits as well


class TooLong(Exception):
    """A line is longer than its question can need."""


class Lines:
    """The lines of a stream, read by a thread. What is longer than `limit` bytes is never held in memory."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self.limit = limit
        self._lines: queue.Queue[bytes | None] = queue.Queue(KEPT)
        self._closed = threading.Event()
        self._descriptor = os.dup(stream.fileno())  # the thread's own: a number that is closed is given out again
        threading.Thread(target=self._read, daemon=True).start()

    def get(self, timeout: float) -> bytes:
        """The next line, empty at the end of the stream; raises queue.Empty or TooLong."""
        found = self._lines.get(timeout=max(timeout, 0))
        if found is None:
            raise TooLong
        return found

    def close(self) -> None:
        """Let the thread end."""
        self._closed.set()

    def _read(self) -> None:
        held = b""
        try:
            while piece := os.read(self._descriptor, PIECE):
                *whole, held = (held + piece).split(b"\n")
                if not all(self._put(line + b"\n") for line in whole):
                    return
                if len(held) > self.limit:
                    self._put(None)
                    return
            self._put(b"")
        finally:
            os.close(self._descriptor)

    def _put(self, line: bytes | None) -> bool:
        while not self._closed.is_set():
            try:
                self._lines.put(line, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False


def send(stream: IO[bytes], raw: bytes, timeout: float) -> None:
    """Write all of it, also to a target that does not read; raises queue.Empty when the time is up."""
    deadline, rest = time.monotonic() + timeout, memoryview(raw)
    os.set_blocking(stream.fileno(), False)
    while rest:
        _, ready, _ = select.select([], [stream], [], max(deadline - time.monotonic(), 0))
        if not ready:
            raise queue.Empty
        rest = rest[os.write(stream.fileno(), rest) :]
