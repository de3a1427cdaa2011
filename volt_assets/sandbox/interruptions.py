"""Edits that happen in the middle of somebody's report, to see what the reader makes of them.

Not here: what an edit does (`timesheet.py`) and when a page is answered (`toggl_reports.py`).
"""

import threading
from collections.abc import Callable
from typing import Final

Edit = Callable[[], object]


class Interruptions:
    """Edits that wait for a moment of a report; each happens once."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, Edit]] = []
        self._lock = threading.Lock()

    def add(self, moment: str, edit: Edit) -> None:
        """Let an edit wait."""
        with self._lock:
            self._waiting.append((moment, edit))

    def forget(self) -> None:
        """Drop what still waits."""
        with self._lock:
            self._waiting.clear()

    def happen(self, moment: str) -> None:
        """Do the edits that wait for this moment, in the order they were added."""
        with self._lock:
            due = [edit for waiting, edit in self._waiting if waiting == moment]
            self._waiting = [(waiting, edit) for waiting, edit in self._waiting if waiting != moment]
        for edit in due:
            edit()


TOTALS: Final = "totals"
"""The moment before totals are answered."""


def page_moment(number: int) -> str:
    """The moment before that page of a detailed report is answered, counted from 1."""
    return f"page {number}"
