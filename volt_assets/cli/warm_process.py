"""What makes many runs in one process cheaper than as many processes. Not here: runs, what is in Dagster's files.

Dagster opens and closes a connection for every event, two hundred of a week's run. The last connection that closes folds SQLite's
write-ahead log into the file and deletes it, and the next one begins another. And Python's search for reference cycles goes
through all that was imported again and again. `docs/benchmarks.md` has what either takes.
"""

import contextlib
import gc
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, event

_SHARED = {"index.db", "runs.db", "schedules.db"}
_RARELY = (50_000, 20, 100)


class Keepers:
    """One idle connection for each file that Dagster opens, so that no other is ever the last to close."""

    def __init__(self) -> None:
        self._held: dict[str, sqlite3.Connection] = {}

    def on_connect(self, connection: sqlite3.Connection, _record: object) -> None:
        """Holds the file of a new connection. What a killed process had committed stays: only a power cut may take the last moments.

        SQLite's words: in WAL mode, `synchronous=NORMAL` is consistent always, and durable over a crash of the application.
        """
        connection.execute("PRAGMA synchronous=NORMAL")
        file = next((str(row[2]) for row in connection.execute("PRAGMA database_list") if row[1] == "main"), "")
        if file and file not in self._held:
            keeper = sqlite3.connect(file, check_same_thread=False)
            keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self._held[file] = keeper

    def let_go(self, *, all_files: bool = False) -> None:
        """Closes the files of single runs, of which each has one; or all."""
        for file in [one for one in self._held if all_files or Path(one).name not in _SHARED]:
            self._held.pop(file).close()


@contextlib.contextmanager
def warm_process() -> Iterator[Keepers]:
    """Holds the files that are opened within, and lets what is there by now out of the search for reference cycles."""
    keepers, usual, is_frozen = Keepers(), gc.get_threshold(), bool(gc.get_freeze_count())
    event.listen(Engine, "connect", keepers.on_connect)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    try:
        yield keepers
    finally:
        gc.set_threshold(*usual)
        if not is_frozen:
            gc.unfreeze()
        event.remove(Engine, "connect", keepers.on_connect)
        keepers.let_go(all_files=True)
