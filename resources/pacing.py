"""When the next request may go out, shared by all processes of this machine that use the same account.

Not here: retries and time-outs (`http`), hourly quotas (`toggl_quota`).
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import anyio
from filelock import FileLock

_LONGEST_QUEUE_SECONDS = 600
"""More than this many seconds ahead is no queue but a clock that was set back."""


class Turns(Protocol):
    """Hands out turns, each at least an interval after the one before."""

    def claim(self, interval_seconds: float) -> float:
        """Takes the next turn; returns how many seconds are left until it comes."""
        ...


class OwnTurns:
    """Turns of one session alone."""

    def __init__(self, now: Callable[[], float] = anyio.current_time) -> None:
        self._now = now
        self._next = float("-inf")

    def claim(self, interval_seconds: float) -> float:
        """Takes the next turn; returns how many seconds are left until it comes."""
        now = self._now()
        turn = max(now, self._next)
        self._next = turn + interval_seconds
        return turn - now


class SharedTurns:
    """Turns of all processes that name the same file. A process that dies has taken one turn at most."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    def claim(self, interval_seconds: float) -> float:
        """Takes the next turn; returns how many seconds are left until it comes."""
        with FileLock(self._file.with_suffix(".lock")):
            now = self._now()
            planned = self._planned()
            turn = planned if now < planned <= now + _LONGEST_QUEUE_SECONDS + interval_seconds else now
            self._file.write_text(repr(turn + interval_seconds), encoding="ascii")
        return turn - now

    def _planned(self) -> float:
        try:
            return float(self._file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0


def account_turns(base_url: str, token: str) -> Turns:
    """The turns of one account at one service, for all of this user's processes here.

    Where the machine's folder for temporary files gives no place of one's own, of this process alone: pacing is a
    courtesy, and its absence shows as HTTP 429, which is retried.
    """
    account = hashlib.sha256(f"{base_url}\n{token}".encode()).hexdigest()[:24]
    try:
        return SharedTurns(_own_folder() / account)
    except OSError:
        return OwnTurns()


def _own_folder() -> Path:
    """A folder that only this user can write to. Raises OSError where somebody else has taken its name."""
    folder = Path(tempfile.gettempdir()) / f"volt-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} is not this user's own")
    return folder
