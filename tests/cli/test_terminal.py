"""`volt-agent run` in a real terminal: the run is a process of its own. Not here: keys and lines by themselves, killed processes."""

import re

import dagster as dg
import pytest

from io_managers.run_process import PROCESS_TAG, Carrier, carrier
from tests.cli.terminals import Terminal
from tests.cli.test_runs import empty_home, instance, volt
from tests.conftest import Served
from tests.weeks import WEEK
from volt_assets.cli.canceling import cancel

__all__ = ["empty_home", "instance"]


@pytest.mark.no_cover
@pytest.mark.usefixtures("config")
def test_a_run_that_is_left_with_q_goes_on_and_can_be_canceled(instance: dg.DagsterInstance, served: Served) -> None:
    """One test of all that needs processes: each costs seconds."""
    with served(fibery_answer_seconds=30), Terminal("run", "--start-date", WEEK, "--end-date", WEEK) as terminal:
        terminal.until(lambda text: "fibery_entities  " in text)
        assert f"Weeks: {WEEK}. Store: " in terminal.text
        assert f"Week {WEEK} [1/11]" not in terminal.text
        terminal.type("d")
        terminal.until(lambda text: re.search(r"volt-agent ui .*--run-id [0-9a-f]{8}", text))
        terminal.type("q")
        assert terminal.end() == 0
        [record] = instance.get_run_records()
        run = record.dagster_run
        assert f"Run {run.run_id[:8]} goes on in the background." in terminal.text
        assert carrier(run.tags) is Carrier.ALIVE
        assert "in_progress" in volt("list-runs").output
        assert cancel(instance, run.run_id) == f"Run {run.run_id[:8]} is canceled. What it had stored is whole."
        shown = volt("show-run", "--run-id", run.run_id).output
        assert "Stopped in: fibery_entities" in shown
        assert run.tags[PROCESS_TAG].isdecimal()
