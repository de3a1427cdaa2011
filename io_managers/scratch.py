"""Small files of work that is not finished, so that it can go on after an interruption. Not here: what is in them, weeks."""

import contextlib
import re
import shutil
import time
from pathlib import Path

from upath import UPath

from io_managers.files import is_local, read_bytes, write_bytes

_SAFE = re.compile(r"[A-Za-z0-9_-]+(?:\.[a-z]+)?\Z")
ABANDONED_SECONDS = 24 * 3600


class ScratchFolder:
    """One piece of unfinished work. Its files may go at any time: whoever reads them can also do without."""

    def __init__(self, parent: UPath, name: str) -> None:
        self._parent = parent
        self._folder = parent / _safe(name)

    def read(self, name: str) -> bytes | None:
        """A file's content; None if there is none."""
        with contextlib.suppress(OSError):
            return read_bytes(self._folder / _safe(name))
        return None

    def write(self, name: str, content: bytes) -> None:
        """Writes a file, whole or not at all. On a full disk, or where a run beside clears up, it is not there afterwards."""
        with contextlib.suppress(OSError):
            write_bytes(self._folder / _safe(name), content)

    def clear(self) -> None:
        """Removes this work's files, and on a local disk those of work that nobody has taken up for a day."""
        if is_local(self._folder):
            shutil.rmtree(self._folder.path, ignore_errors=True)
            self._drop_abandoned(Path(self._parent.path))
        else:
            with contextlib.suppress(OSError):
                self._folder.rmdir(recursive=True)

    def _drop_abandoned(self, parent: Path) -> None:
        with contextlib.suppress(OSError):
            for folder in [one for one in parent.iterdir() if time.time() - one.stat().st_mtime > ABANDONED_SECONDS]:
                shutil.rmtree(folder, ignore_errors=True)


def _safe(name: str) -> str:
    if not _SAFE.match(name):
        raise ValueError(f"{name!r} cannot be the name of a file in a scratch folder")
    return name
