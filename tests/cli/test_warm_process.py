"""Dagster's files held open, and let go again. Not here: how much time that takes off (`benchmarks/backfill`)."""

import gc
import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from volt_assets.cli.warm_process import warm_process


def write(file: Path) -> int:
    """As Dagster does: a connection for one event. Tells how the file is synchronised."""
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS event (id INTEGER)"))
        connection.execute(text("INSERT INTO event VALUES (1)"))
        return int(connection.execute(text("PRAGMA synchronous")).scalar_one())


def made(file: Path) -> Path:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return file


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def test_a_file_keeps_its_log_between_connections_until_it_is_let_go(tmp_path: Path) -> None:
    run, index = made(tmp_path / "0b3a1a52.db"), made(tmp_path / "index.db")
    with warm_process() as keepers:
        assert {write(run), write(index)} == {1}
        assert log_of(run).exists()
        keepers.let_go()
        assert not log_of(run).exists()
        assert log_of(index).exists()
    assert not log_of(index).exists()
    with sqlite3.connect(index) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)
    connection.close()


def test_nothing_of_it_stays_afterwards(tmp_path: Path) -> None:
    file, usual, frozen = made(tmp_path / "index.db"), gc.get_threshold(), gc.get_freeze_count()
    gc.set_threshold(700, 10, 10)
    try:
        with warm_process():
            assert gc.get_threshold() == (50_000, 20, 100)
        assert gc.get_threshold() == (700, 10, 10)
    finally:
        gc.set_threshold(*usual)
    assert bool(gc.get_freeze_count()) == bool(frozen)
    assert (write(file), log_of(file).exists()) == (2, False)
