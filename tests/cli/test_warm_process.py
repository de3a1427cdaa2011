"""Dagster's files held open, and let go again. Not here: how much time that takes off (`benchmarks/backfill`)."""

import gc
import sqlite3
from pathlib import Path

import dagster as dg
from sqlalchemy import Engine, text

from volt_assets.cli import warm_process as warm
from volt_assets.cli.warm_process import Engines, warm_process


def write(engine: Engine) -> int:
    """As Dagster does: a connection for one event, after which it disposes of the engine. Tells how the file is synchronised."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS event (id INTEGER)"))
        connection.execute(text("INSERT INTO event VALUES (1)"))
        synchronous = int(connection.execute(text("PRAGMA synchronous")).scalar_one())
    engine.dispose()
    return synchronous


def made(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return f"sqlite:///{file}"


def is_open(file: Path) -> bool:
    """SQLite deletes the log with the last connection."""
    return file.with_name(f"{file.name}-wal").exists()


def test_a_file_has_one_engine_until_it_is_let_go(tmp_path: Path) -> None:
    run, index, engines = tmp_path / "0b3a1a52.db", tmp_path / "index.db", Engines()
    urls = made(run), made(index)
    assert {write(engines.get(url)) for url in urls} == {1}
    assert engines.get(urls[0]) is engines.get(urls[0])
    assert (is_open(run), is_open(index)) == (True, True)
    engines.let_go()
    assert (is_open(run), is_open(index)) == (False, True)
    engines.let_go(all_files=True)
    assert not is_open(index)
    with sqlite3.connect(index) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)
    connection.close()


def test_a_file_that_is_not_there_is_left_to_dagster(tmp_path: Path) -> None:
    engines, url = Engines(), f"sqlite:///{tmp_path / 'new.db'}"
    assert engines.get(url) is not engines.get(url)


def test_dagster_of_this_version_uses_them_and_its_own_again_afterwards(tmp_path: Path) -> None:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    before = [module.create_engine for module in warm.storages()]
    assert len(before) == 2
    gc.set_threshold(700, 10, 10)
    try:
        with dg.DagsterInstance.local_temp(str(tmp_path)) as instance, warm_process() as engines:
            instance.get_runs()
            assert [Path(url).name for url in engines._made] == ["runs.db"]
            assert gc.get_threshold() == (50_000, 20, 100)
        assert gc.get_threshold() == (700, 10, 10)
    finally:
        gc.set_threshold(*usual)
    assert [module.create_engine for module in warm.storages()] == before
    assert bool(gc.get_freeze_count()) == bool(frozen)
