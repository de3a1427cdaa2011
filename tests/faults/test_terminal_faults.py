"""A terminal that goes away, Ctrl-C, and a run that is killed while it is watched. Not here: what is stored then."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import dagster as dg
import pytest

from io_managers.run_process import PROCESS_TAG, Carrier, carrier
from tests.cli.terminals import Terminal
from tests.configs import unhurried_config
from tests.conftest import Served
from tests.weeks import WEEK, store
from volt_assets.cli.canceling import cancel
from volt_assets.cli.instance import prepare_home

RUN = ("run", "--start-date", WEEK, "--end-date", "2025-10-19")
CANCELED, FAILED = dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch, served: Served) -> Iterator[dg.DagsterInstance]:
    """The instance of a run that asks a Fibery which takes long to answer."""
    monkeypatch.setenv("VOLT_CONFIG", str(unhurried_config(store().parent / "config")))
    prepare_home({"DAGSTER_HOME": str(store().parent)})
    with served(fibery_answer_seconds=30), dg.DagsterInstance.get() as own:
        yield own


def at_fibery(terminal: Terminal, instance: dg.DagsterInstance) -> dg.DagsterRun:
    """The run, when it waits for Fibery."""
    terminal.until(lambda text: "fibery_entities  " in text)
    [record] = instance.get_run_records()
    return record.dagster_run


def eventually(seen: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not seen() and time.monotonic() < until:
        time.sleep(0.1)
    return seen()


def status(instance: dg.DagsterInstance) -> dg.DagsterRunStatus:
    [record] = instance.get_run_records()
    return record.dagster_run.status


def test_ctrl_c_cancels_the_run_and_the_weeks_behind_it(instance: dg.DagsterInstance) -> None:
    with Terminal(*RUN) as terminal:
        run = at_fibery(terminal, instance)
        terminal.type("\x03")
        assert terminal.end() == 1
    assert "Canceling: it stops where what is stored is whole." in terminal.text
    assert f"Error: Interrupted in week {WEEK}; 0 week(s) are done." in terminal.text
    assert status(instance) is CANCELED
    assert eventually(lambda: carrier(run.tags) is Carrier.GONE)


def test_a_run_outlives_its_terminal(instance: dg.DagsterInstance) -> None:
    with Terminal(*RUN) as terminal:
        run = at_fibery(terminal, instance)
    assert terminal.exit_code in {-signal.SIGHUP, 1}  # what it notices first: the signal, or that nobody reads any more
    time.sleep(1)
    assert carrier(run.tags) is Carrier.ALIVE
    assert "is canceled" in cancel(instance, run.run_id)
    assert eventually(lambda: carrier(run.tags) is Carrier.GONE)


def test_a_killed_run_is_told_marked_and_an_error(instance: dg.DagsterInstance) -> None:
    with Terminal(*RUN) as terminal:
        run = at_fibery(terminal, instance)
        os.kill(int(run.tags[PROCESS_TAG]), signal.SIGKILL)
        assert terminal.end() == 1
    assert "The process of the run was ended by SIGKILL. What is stored is whole: run it again." in terminal.text
    assert status(instance) is FAILED


def test_in_a_script_ctrl_c_cancels_too(instance: dg.DagsterInstance) -> None:
    """Without a display the run is in the process itself."""
    with Terminal(*RUN, TERM="dumb") as terminal:
        terminal.until(lambda text: "[2/11]" in text)
        terminal.type("\x03")
        assert terminal.end() == 1
    assert f"Error: Interrupted in week {WEEK}" in terminal.text
    assert status(instance) is CANCELED
    [run_id] = instance.get_run_ids()
    assert not instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)  # nobody is told of a failed run
