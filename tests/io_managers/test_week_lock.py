"""Two runs of one week: the second waits for the first, and says so. Not here: what they store."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from io_managers.json_io import JsonFileIOManagerResource
from io_managers.week_lock import WeekBusyError, holding_week
from io_managers.week_store import StoreError, WeekStore
from tests.weeks import WEEK, graph, store
from volt_assets.cli.weeks import WeekOutcome, run_week
from volt_assets.domain.weeks import Week
from volt_assets.settings import PROJECT

HELD = "4f0c9d52-0000-4000-8000-000000000001"
HOLD_AND_DIE = """
import os, signal, sys
from io_managers.week_lock import holding_week
from io_managers.week_store import WeekStore
with holding_week(WeekStore(sys.argv[1], "dead"), sys.argv[2], tell=print):
    print("held", flush=True)
    signal.pause()
"""


@contextmanager
def held_by_another(root: str, week: str = WEEK) -> Iterator[threading.Event]:
    """A week that another run has, until the event is set."""
    has_it, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with holding_week(WeekStore(root, HELD), week, tell=lambda _: None):
            has_it.set()
            may_go.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    assert has_it.wait(20)
    try:
        yield may_go
    finally:
        may_go.set()
        other.join()


def test_who_comes_second_waits_and_says_for_whom(root: str) -> None:
    told: list[str] = []
    with held_by_another(root) as may_go:

        def tell(line: str) -> None:
            told.append(line)
            may_go.set()

        with holding_week(WeekStore(root, "second"), WEEK, tell=tell, patience_seconds=20):
            pass
    assert told == [f"run {HELD} is at work on week {WEEK}: waiting until it has ended"]


def test_waiting_ends_with_an_error_that_names_the_run_and_the_remedy(root: str) -> None:
    second = holding_week(WeekStore(root, "second"), WEEK, tell=lambda _: None, patience_seconds=0)
    with (
        held_by_another(root),
        pytest.raises(WeekBusyError, match=f"Week {WEEK} was not begun: run {HELD} has held it .* cancel it"),
        second,
    ):
        pass


def test_another_week_does_not_wait(root: str) -> None:
    with held_by_another(root), holding_week(WeekStore(root, "second"), "2025-09-29", tell=pytest.fail, patience_seconds=0):
        pass


def test_a_week_is_free_again_after_a_run_that_failed(root: str) -> None:
    with pytest.raises(ZeroDivisionError), holding_week(WeekStore(root, "first"), WEEK, tell=pytest.fail):
        _ = 1 // 0
    with holding_week(WeekStore(root, "second"), WEEK, tell=pytest.fail, patience_seconds=0):
        pass


def test_a_week_is_free_again_when_its_process_was_killed(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLD_AND_DIE, str(tmp_path), WEEK], stdout=subprocess.PIPE, cwd=PROJECT)
    assert child.stdout
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(WeekBusyError, match="run dead has held it"):
        holding_week(WeekStore(str(tmp_path), "second"), WEEK, tell=lambda _: None, patience_seconds=0).__enter__()
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    with holding_week(WeekStore(str(tmp_path), "second"), WEEK, tell=pytest.fail, patience_seconds=0):
        pass


def test_the_lock_of_a_store_elsewhere_is_on_this_machine() -> None:
    root = f"memory://{uuid.uuid4().hex}"
    with held_by_another(root), holding_week(WeekStore(f"{root}-other", "second"), WEEK, tell=pytest.fail, patience_seconds=0):
        assert not WeekStore(root).root.exists()


def test_a_store_that_cannot_be_locked_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder", encoding="utf-8")
    with pytest.raises(StoreError, match=f"Week {WEEK} was not begun: .* cannot be locked for it"):
        holding_week(WeekStore(str(tmp_path / "data")), WEEK, tell=pytest.fail).__enter__()


@pytest.mark.parametrize("week", ["../2025-10-06", "", "2025-10"])
def test_no_lock_has_the_name_of_what_is_no_week(tmp_path: Path, week: str) -> None:
    with pytest.raises(StoreError, match="names no week"):
        holding_week(WeekStore(str(tmp_path / "data")), week, tell=pytest.fail).__enter__()
    assert not (tmp_path / "data").exists()


def test_a_run_holds_its_week_whatever_assets_it_makes_and_the_command_says_which_run_has_it() -> None:
    console = Console(record=True, width=200)

    def aggregate() -> WeekOutcome:
        definitions = graph(resources={"io_manager": JsonFileIOManagerResource(root=str(store()), patience_seconds=0)})
        week, only = Week.from_key(WEEK), ["toggl_aggregated"]
        with dg.DagsterInstance.ephemeral() as instance:
            return run_week(definitions, "weekly_reports", week, users=(), instance=instance, console=console, only=only)

    with held_by_another(str(store())):
        refused = aggregate()
    assert not refused.succeeded
    assert refused.problems[0].startswith(f"Week {WEEK} was not begun: run {HELD} has held it")
    assert f"run {HELD} is at work on week {WEEK}: waiting until it has ended" in console.export_text()
    assert aggregate().problems[0].startswith("toggl_aggregated: raw_toggl_data has no value")


def test_the_queue_of_the_ui_starts_no_two_runs_of_one_week(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        limits = instance.get_concurrency_config().run_queue_config
    assert limits
    assert limits.tag_concurrency_limits == [{"key": "dagster/partition", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}]
