"""When the weekly run starts by itself. Not here: what it does."""

from datetime import timedelta

import dagster as dg

from volt_assets.domain.weeks import Week
from volt_assets.jobs import weekly_reports
from volt_assets.partitions import WEEKS


@dg.schedule(
    name="monday_reports",
    job=weekly_reports,
    cron_schedule="0 6 * * 1",
    execution_timezone=str(WEEKS.timezone),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Mondays at six, in the configured time zone: all reports of the week that ended at midnight. "
    "Off until it is switched on here; it needs the UI's daemon to be running.",
    tags={"asks": "toggl-and-fibery"},
)
def monday_reports(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Asks for the week that has just ended; the partitions also hold the one that has just begun."""
    ended = Week.containing((context.scheduled_execution_time - timedelta(days=7)).date())
    if not WEEKS.has_partition_key(ended.key):
        return dg.SkipReason(f"The week {ended.key} lies before the first configured week.")
    return dg.RunRequest(run_key=ended.key, partition_key=ended.key)


SCHEDULES = (monday_reports,)
