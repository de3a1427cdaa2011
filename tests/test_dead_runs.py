"""Runs whose process is gone are found and marked; those that go on are let be."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from volt_assets.dead_runs import HOST_TAG, PROCESS_TAG, mark_dead_runs, mark_dead_workers, process_tags
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
    dead = begun(instance, {HOST_TAG: socket.gethostname(), PROCESS_TAG: gone})
    alive = begun(instance, process_tags())
    elsewhere = begun(instance, {HOST_TAG: "another-machine", PROCESS_TAG: gone})
    assert mark_dead_runs(instance) == 1
    assert [status(instance, run) for run in (dead, alive, elsewhere)] == [dg.DagsterRunStatus.FAILURE, STARTED, STARTED]


def test_a_cancelled_run_without_a_process_is_cancelled(instance: dg.DagsterInstance, gone: str) -> None:
    dead = begun(instance, {HOST_TAG: socket.gethostname(), PROCESS_TAG: gone}, CANCELING)
    assert mark_dead_runs(instance) == 1
    assert status(instance, dead) is dg.DagsterRunStatus.CANCELED


@dg.op
def look_around(context: dg.OpExecutionContext) -> int:
    """Within a run that goes on: how many runs are ended."""
    return mark_dead_workers(context.instance)


@dg.job(executor_def=dg.in_process_executor)
def going_on() -> None:
    look_around()


def ended_within_a_run(instance: dg.DagsterInstance, tags: dict[str, str] | None = None) -> int:
    result = going_on.execute_in_process(instance=instance, tags=tags or {}, raise_on_error=False)
    ended: int = result.output_for_node("look_around")
    return ended


def test_a_run_of_the_ui_is_ended_once_the_process_is_gone_that_its_log_names(
    instance: dg.DagsterInstance, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ended_within_a_run(instance) == 0
    monkeypatch.setattr(os, "getpid", lambda: int(gone))
    assert ended_within_a_run(instance, process_tags()) == 0
    assert ended_within_a_run(instance) == 1


def test_a_run_that_waits_or_says_no_process_is_let_be(instance: dg.DagsterInstance) -> None:
    waiting = [begun(instance, {}, dg.DagsterRunStatus.NOT_STARTED), begun(instance, {})]
    assert mark_dead_workers(instance) == 0
    assert [status(instance, run) for run in waiting] == [dg.DagsterRunStatus.NOT_STARTED, STARTED]


def test_the_sensor_looks_after_runs_of_every_kind(instance: dg.DagsterInstance, gone: str) -> None:
    begun(instance, {HOST_TAG: socket.gethostname(), PROCESS_TAG: gone})
    told = [dead_runs(dg.build_sensor_context(instance=instance)) for _ in range(2)]
    assert [one.skip_message for one in told if isinstance(one, dg.SkipReason)] == [
        "1 run(s) had lost their process and were marked.",
        "Every run has its process.",
    ]
