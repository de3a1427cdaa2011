"""Runs whose process is gone are marked without anybody's hand. What counts as gone is tested with the command's runs."""

import dagster as dg
from dagster._core.test_utils import create_run_for_test

from io_managers.run_process import HOST_TAG, PROCESS_TAG, process_tags, this_place
from volt_assets.dead_runs import mark_dead_runs
from volt_assets.sensors import dead_runs

STARTED = dg.DagsterRunStatus.STARTED
DEAD = {HOST_TAG: this_place(), PROCESS_TAG: "999999999"}


def test_the_sensor_ends_runs_that_lost_their_process_and_lets_the_others_be() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        lost = create_run_for_test(instance, job_name="weekly_reports", tags=DEAD, status=STARTED)
        going_on = create_run_for_test(instance, job_name="weekly_reports", tags=process_tags(), status=STARTED)
        told = [dead_runs(dg.build_sensor_context(instance=instance)) for _ in range(2)]
        ended = [run.status for one in (lost, going_on) if (run := instance.get_run_by_id(one.run_id))]
    assert [one.skip_message for one in told if isinstance(one, dg.SkipReason)] == [
        "1 run(s) had lost their process and were marked.",
        "Every run has its process.",
    ]
    assert ended == [dg.DagsterRunStatus.FAILURE, STARTED]


def test_a_run_that_was_to_be_canceled_is_canceled() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        lost = create_run_for_test(instance, job_name="weekly_reports", tags=DEAD, status=dg.DagsterRunStatus.CANCELING)
        assert mark_dead_runs(instance) == 1
        ended = instance.get_run_by_id(lost.run_id)
    assert ended is not None
    assert ended.status is dg.DagsterRunStatus.CANCELED
