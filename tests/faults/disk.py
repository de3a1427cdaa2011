"""The file layer of the store, watched: every write and every removal, so that it can die or fail in the middle of one. Not here: tests."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import IO, Any, Self

import pytest

from io_managers import files


class Point(StrEnum):
    """How far a write has come."""

    OPENED = "no byte written"
    HALF = "half of the bytes written"
    WRITTEN = "all bytes written, not in place"
    IN_PLACE = "in place, the next write not begun"


Watch = Callable[[int, Point], None]
"""Called with the number of a write, from 0, and how far it has come."""


class _Part:
    """A temporary file that says how much of it is written."""

    def __init__(self, part: IO[bytes], reached: Callable[[Point], None]) -> None:
        self._part, self._reached = part, reached

    def __enter__(self) -> Self:
        self._part.__enter__()
        self._reached(Point.OPENED)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._part.__exit__(kind, error, trace)

    def write(self, content: bytes) -> None:
        self._part.write(content[: len(content) // 2])
        self._part.flush()
        self._reached(Point.HALF)
        self._part.write(content[len(content) // 2 :])

    def flush(self) -> None:
        self._part.flush()

    def fileno(self) -> int:
        return self._part.fileno()


@contextmanager
def watched(watch: Watch) -> Iterator[list[str]]:
    """While it lasts, every write of the store is told to `watch`. Yields the names of the files written, in their order."""
    written: list[str] = []

    def reached(point: Point) -> None:
        watch(len(written), point)

    def fdopen(handle: int, mode: str) -> _Part:
        return _Part(os.fdopen(handle, mode), reached)

    def fsync(handle: int) -> None:
        os.fsync(handle)
        reached(Point.WRITTEN)

    class Watched(type(Path())):  # type: ignore[misc]
        def replace(self, target: Any) -> Path:
            replaced = Path(self).replace(target)
            reached(Point.IN_PLACE)
            written.append(str(target))
            return replaced

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "os", SimpleNamespace(fdopen=fdopen, fsync=fsync))
        patched.setattr(files, "Path", Watched)
        yield written


def killed_at(number: int, point: Point) -> Watch:
    """Kills this very process there, as the system does when it runs out of memory."""

    def watch(now: int, reached: Point) -> None:
        if (now, reached) == (number, point):
            os.kill(os.getpid(), signal.SIGKILL)

    return watch


def failing_from(number: int, code: int = errno.ENOSPC) -> Watch:
    """From that write on, every one fails when half of it is written: a disk that is full, or another error of the system."""

    def watch(now: int, reached: Point) -> None:
        if now >= number and reached is Point.HALF:
            raise OSError(code, os.strerror(code))

    return watch


def nothing(_number: int, _point: Point) -> None:
    """Only looks."""
