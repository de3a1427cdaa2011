"""Whole-or-absent files on a local disk or any fsspec location. Not here: which files there are."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock
from upath import UPath


class LocationError(Exception):
    """A location cannot be opened. The message names it and the remedy."""


def open_location(location: str) -> UPath:
    """A folder by path or fsspec URL. Raises LocationError for a kind of URL that nothing here can read."""
    try:
        path = UPath(location)
        _ = path.fs
    except (ImportError, ValueError) as error:
        raise LocationError(f"VOLT_DATA is {location}, which cannot be opened: {error}. Install the package it needs into .venv.") from None
    return path


def discard_parts(folder: UPath, *, older_than_seconds: float = 0, below: bool = False) -> None:
    """Removes what killed processes left of files in a folder, and `below` it, that they had not finished.

    Without an age only for who alone writes there: another's unfinished file would be gone too.
    """
    if is_local(folder):
        for part in Path(folder.path).glob("**/.*.part" if below else ".*.part"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime >= older_than_seconds:
                    part.unlink()


def is_local(path: UPath) -> bool:
    """Whether a path lies on this machine's own disk."""
    return path.protocol in {"", "file", "local"}


def read_bytes(path: UPath) -> bytes | None:
    """A file's content; None if there is none."""
    try:
        return bytes(path.read_bytes())
    except FileNotFoundError:
        return None


def write_bytes(path: UPath, content: bytes) -> None:
    """Replaces a file at once: a reader, or a crash, meets the old content or the new, never a part.

    Locally a temporary sibling is renamed over it; object stores put an object whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not is_local(path):
        path.write_bytes(content)
        return
    target = Path(path.path)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove(path: UPath) -> None:
    """Removes a file that may be gone already."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


@contextlib.contextmanager
def locked(folder: UPath, name: str) -> Iterator[None]:
    """Holds a lock against other processes on this machine. Elsewhere there is none to hold."""
    if not is_local(folder):
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(str(Path(folder.path) / f".{name}.lock")):
        yield
