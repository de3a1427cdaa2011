"""What makes many runs in one process cheaper than as many processes. Not here: runs, what is in Dagster's files.

Dagster opens a new connection for each event, two hundred of a week's run, and a new SQLAlchemy engine for each connection, which
compiles every statement anew; the last connection that closes folds SQLite's write-ahead log into the file. That was half of a
warm week's time. And Python's search for reference cycles goes through all that was imported again and again.
"""

import contextlib
import gc
import importlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

_STORAGES = ("dagster._core.storage.event_log.sqlite.sqlite_event_log", "dagster._core.storage.runs.sqlite.sqlite_run_storage")
MAKES = "create_engine"
_SHARED = {"index.db", "runs.db"}
_RARELY = (50_000, 20, 100)


class Engines:
    """One engine for each SQLite file, whose connections are used again. What it gives is what Dagster would have made."""

    def __init__(self) -> None:
        self._made: dict[str, Engine] = {}

    def get(self, url: str, **options: Any) -> Engine:
        """The file's engine. A file that is not there yet gets one of its own, which Dagster makes its tables with."""
        if url not in self._made:
            if not Path(make_url(url).database or "").is_file():
                return create_engine(url, **options)
            self._made[url] = _pooled(url, options.get("connect_args", {}))
        return self._made[url]

    def let_go(self, *, all_files: bool = False) -> None:
        """Closes the files of single runs, of which each has one; or all."""
        for url in [one for one in self._made if all_files or Path(make_url(one).database or "").name not in _SHARED]:
            Engine.dispose(self._made.pop(url))


def _pooled(url: str, connect_args: dict[str, Any]) -> Engine:
    """An engine that keeps its connections. Each is used by one at a time, as Dagster's own are, if not by one thread."""
    engine = create_engine(url, poolclass=QueuePool, connect_args={**connect_args, "check_same_thread": False})
    event.listen(engine, "connect", _without_waiting)
    engine.dispose = lambda close=True: None  # type: ignore[method-assign]  # noqa: ARG005 - Dagster disposes of it after each event
    return engine


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    """What a killed process had committed stays; only a power cut may take the last moments of the log, and never its wholeness.

    In the words of SQLite: in WAL mode `synchronous=NORMAL` is always consistent, and durable over a crash of the application.
    """
    connection.execute("PRAGMA synchronous=NORMAL")


@contextlib.contextmanager
def warm_process() -> Iterator[Engines]:
    """Keeps Dagster's files open within, and what is there by now out of the search for reference cycles.

    Dagster has no setting for the first, so its name for SQLAlchemy's function is given another meaning meanwhile. A version of
    Dagster without that name is only slower.
    """
    engines, usual, is_frozen = Engines(), gc.get_threshold(), bool(gc.get_freeze_count())
    replaced = [(module, getattr(module, MAKES)) for module in storages()]
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    for module, _ in replaced:
        setattr(module, MAKES, engines.get)
    try:
        yield engines
    finally:
        for module, made in replaced:
            setattr(module, MAKES, made)
        engines.let_go(all_files=True)
        gc.set_threshold(*usual)
        if not is_frozen:
            gc.unfreeze()


def storages() -> list[ModuleType]:
    """Dagster's modules that make engines, as far as this version has them."""
    found = []
    for name in _STORAGES:
        with contextlib.suppress(ImportError):
            module = importlib.import_module(name)
            found += [module] if hasattr(module, MAKES) else []
    return found
