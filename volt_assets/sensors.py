"""What follows runs by itself. Not here: what the runs do, when they start by the clock (that is `schedules`)."""

import os

import dagster as dg

from io_managers.run_process import WEEK_TAG
from resources.clock import ClockResource
from volt_assets.dead_runs import mark_dead_runs
from volt_assets.deliveries import count, problems_of
from volt_assets.jobs import after_late_edits, late_edits
from volt_assets.notices import deliver_due
from volt_assets.settings import Settings
from volt_assets.week_data import out_of_date, was_run


@dg.run_status_sensor(
    name="late_edits_found",
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[late_edits],
    request_job=after_late_edits,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After each run of `late_edits`: where the week's reports were made of other entries than are stored now, or a run of "
    "them broke off, asks once for `after_late_edits`. A look that changed nothing is followed by nothing.",
)
def late_edits_found(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    """One try for each look, so that what fails every time is tried once a day. The look's run is the run key: it is used once."""
    week = context.dagster_run.tags[WEEK_TAG]
    if not was_run(context.instance, week):
        return dg.SkipReason(f"Week {week} has no reports that could be out of date: run `weekly_reports` for it.")
    if not out_of_date(context.instance, week):
        return dg.SkipReason(f"Week {week}: nothing has changed since its reports were made.")
    return dg.RunRequest(run_key=context.dagster_run.run_id, partition_key=week)


@dg.sensor(
    name="dead_runs",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Each minute: marks runs as failed whose process is gone, killed or lost with its machine, so that nothing waits for them. "
    "What they had stored is whole.",
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Asks for nothing: it only tells Dagster what it cannot see."""
    ended = mark_dead_runs(context.instance)
    return dg.SkipReason(f"{ended} run(s) had lost their process and were marked." if ended else "Every run has its process.")


class DeliveryFailedError(Exception):
    """Something was not sent: the tick is shown as failed. What is missing is tried again."""


@dg.sensor(
    name="deliveries",
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Each five minutes, once Slack or mail is configured: hands on the reports of weeks that ended lately, each version once "
    "to each recipient, and tells of runs that failed. A delivery that fails is shown as a failed tick, and is tried again for a day; "
    "the reports do not wait for it.",
)
def deliveries(context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings], clock: ClockResource) -> dg.SkipReason:
    """Looks at what the recipients have. It asks for no run."""
    tick = deliver_due(context.instance, settings, os.environ, clock.now())
    problems = (*tick.problems, *problems_of(tick.outcomes))
    if problems:
        raise DeliveryFailedError("; ".join(problems))
    if not tick.outcomes and not tick.not_ready:
        return dg.SkipReason("Nothing to hand on: no delivery is configured (docs/deliveries.md), or no week ended lately.")
    told = ", ".join(f"{number} {state}" for state, number in count(tick.outcomes).items()) or "nothing sent"
    nowhere = f"; {tick.without_address} without an address" if tick.without_address else ""
    return dg.SkipReason(" ".join((f"{told}{nowhere}.", *tick.not_ready)))


SENSORS = (late_edits_found, dead_runs, deliveries)
