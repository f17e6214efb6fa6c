"""Files that appear whole or not at all, and never in place of the user's own by surprise."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def vacant(path: Path, *, force: bool) -> None:
    """Raises unless a file can be written there: FileExistsError without force, FileNotFoundError without a folder."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, needs the name of a file")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists; --force replaces it")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} is no folder, needs one for {path.name}")


@contextmanager
def whole(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """A binary file to write to; it takes the path's name only when the block ends without an error.

    Raises FileExistsError unless force, FileNotFoundError for a missing folder, before anything is computed or written.
    """
    vacant(path, force=force)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
