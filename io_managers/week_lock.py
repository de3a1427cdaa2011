"""One run of a week at a time: a lock that a run holds from its start to its end. Not here: the short lock around a write (`files`)."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from upath import UPath

from io_managers.files import is_local
from io_managers.week_store import MANIFEST, StoreError, WeekStore

PATIENCE_SECONDS = 1800.0
_POLL_SECONDS = 0.2


class WeekBusyError(StoreError):
    """Another run has the week, and did not end in time. The message names it and the remedy."""


@contextlib.contextmanager
def holding_week(store: WeekStore, week: str, *, tell: Callable[[str], None], patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Holds a week for the store's run against all other runs of it on this machine; who comes second waits, and tells for whom.

    What killed processes left unfinished in it is cleared up first. The system frees it when the process dies; a store in the cloud is
    held for this machine alone.
    Raises WeekBusyError after `patience_seconds`, StoreError where there is no place for the lock.
    """
    store.path(week, MANIFEST)  # refuses what names no week, before it names a file
    try:
        folder = _lock_folder(store.root)
        lock, note = FileLock(str(folder / f".run-{week}.lock"), thread_local=False), folder / f".run-{week}.holder"
        _acquire(lock, note, week, tell, patience_seconds)
    except OSError as error:
        raise StoreError(
            f"Week {week} was not begun: {store.root} cannot be locked for it ({error.strerror or error}). "
            "See that this user may write there and that there is space, then run the week again."
        ) from None
    try:
        _leave_note(note, store.run_id)
        store.clear_up(week)
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, note: Path, week: str, tell: Callable[[str], None], patience_seconds: float) -> None:
    with contextlib.suppress(Timeout):
        lock.acquire(timeout=0)
        return
    tell(f"run {_holder(note)} is at work on week {week}: waiting until it has ended")
    try:
        lock.acquire(timeout=patience_seconds, poll_interval=_POLL_SECONDS)
    except Timeout:
        raise WeekBusyError(
            f"Week {week} was not begun: run {_holder(note)} has held it for {patience_seconds / 60:.0f} minutes and more. "
            "Wait until it has ended or cancel it (volt-agent cancel-run), then run the week again."
        ) from None


def _holder(note: Path) -> str:
    """The run that has the week, as far as it has told."""
    with contextlib.suppress(OSError):
        return note.read_text(encoding="utf-8", errors="replace").strip()[:64] or "unknown"
    return "unknown"


def _leave_note(note: Path, run_id: str) -> None:
    """Says who has the week. Its absence only makes a message poorer."""
    with contextlib.suppress(OSError):
        note.write_text(f"{run_id}\n", encoding="utf-8")


def _lock_folder(root: UPath) -> Path:
    """Beside the weeks; for a store that is elsewhere, a folder of this user's own by its address."""
    if is_local(root):
        folder = Path(root.path)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    own = Path(tempfile.gettempdir()) / f"volt-locks-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    found = own.lstat()
    if own.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{own} is not this user's own")
    folder = own / hashlib.sha256(str(root).encode()).hexdigest()[:24]
    folder.mkdir(exist_ok=True)
    return folder
