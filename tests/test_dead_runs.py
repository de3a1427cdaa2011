"""Runs whose process is gone are found and marked; those that go on are let be."""

import subprocess
import sys
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from io_managers.run_process import HOST_TAG, PROCESS_TAG, RUN_TAG, process_tags, this_place
from volt_assets.dead_runs import mark_dead_runs
from volt_assets.sensors import dead_runs

STARTED, CANCELING = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as own:
        yield own


@pytest.fixture(scope="module")
def gone() -> str:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return str(process.pid)


def begun(instance: dg.DagsterInstance, tags: dict[str, str], status: dg.DagsterRunStatus = STARTED) -> dg.DagsterRun:
    run: dg.DagsterRun = create_run_for_test(instance, job_name="weekly_reports", tags=tags, status=status)
    return run


def status(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    now = instance.get_run_by_id(run.run_id)
    assert now is not None
    return now.status


def test_a_commands_run_is_ended_once_its_process_is_gone(instance: dg.DagsterInstance, gone: str) -> None:
    dead = begun(instance, {HOST_TAG: this_place(), PROCESS_TAG: gone})
    alive = begun(instance, process_tags())
    elsewhere = begun(instance, {HOST_TAG: "another-machine", PROCESS_TAG: gone})
    assert mark_dead_runs(instance) == 1
    assert [status(instance, run) for run in (dead, alive, elsewhere)] == [dg.DagsterRunStatus.FAILURE, STARTED, STARTED]


def test_a_cancelled_run_without_a_process_is_cancelled(instance: dg.DagsterInstance, gone: str) -> None:
    dead = begun(instance, {HOST_TAG: this_place(), PROCESS_TAG: gone}, CANCELING)
    assert mark_dead_runs(instance) == 1
    assert status(instance, dead) is dg.DagsterRunStatus.CANCELED


def test_a_run_that_waits_or_has_noted_no_process_is_let_be(instance: dg.DagsterInstance) -> None:
    waiting = [begun(instance, {}, dg.DagsterRunStatus.NOT_STARTED), begun(instance, {})]
    assert mark_dead_runs(instance) == 0
    assert [status(instance, run) for run in waiting] == [dg.DagsterRunStatus.NOT_STARTED, STARTED]


def test_a_run_that_repeats_another_is_not_dead_with_it(instance: dg.DagsterInstance, gone: str) -> None:
    """The UI's "Re-execute" copies the tags of the run that it repeats."""
    copied = {HOST_TAG: this_place(), PROCESS_TAG: gone, RUN_TAG: "4f0c2c1e-0000-4000-8000-000000000000"}
    again = [begun(instance, copied, dg.DagsterRunStatus.STARTING), begun(instance, copied)]
    assert mark_dead_runs(instance) == 0
    assert [status(instance, run) for run in again] == [dg.DagsterRunStatus.STARTING, STARTED]


def test_the_sensor_looks_after_runs_of_every_kind(instance: dg.DagsterInstance, gone: str) -> None:
    begun(instance, {HOST_TAG: this_place(), PROCESS_TAG: gone})
    told = [dead_runs(dg.build_sensor_context(instance=instance)) for _ in range(2)]
    assert [one.skip_message for one in told if isinstance(one, dg.SkipReason)] == [
        "1 run(s) had lost their process and were marked.",
        "Every run has its process.",
    ]
