"""When runs start by themselves. Not here: what they do, what follows them (that is `sensors`)."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import dagster as dg

from volt_assets.domain.weeks import Week
from volt_assets.jobs import late_edits, weekly_reports
from volt_assets.partitions import WEEKS, is_week
from volt_assets.settings import Settings
from volt_assets.week_data import was_run


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
    ended = _running_week(context).shifted(-1)
    if not WEEKS.has_partition_key(ended.key):
        return dg.SkipReason(f"The week {ended.key} lies before the first configured week.")
    return dg.RunRequest(run_key=ended.key, partition_key=ended.key)


@dg.schedule(
    name="daily_late_edits",
    job=late_edits,
    cron_schedule="0 7 * * *",
    execution_timezone=str(WEEKS.timezone),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every day at seven, in the configured time zone: the time entries of the last `late_edits.weeks` ended weeks again, of "
    "those that were run before. Only where they have changed are the reports made anew, by `late_edits_found`. "
    "Off until it is switched on here; it needs the UI's daemon to be running.",
    tags={"asks": "toggl"},
)
def daily_late_edits(context: dg.ScheduleEvaluationContext, settings: dg.ResourceParam[Settings]) -> list[dg.RunRequest] | dg.SkipReason:
    """A look at each week that may still change, the latest first. The day is in the run key: one look at a week a day."""
    today = _day(context)
    if not settings.late_edits.weeks:
        return dg.SkipReason("late_edits.weeks in volt.yaml is 0.")
    weeks = [week.key for week in _ended(_running_week(context), settings.late_edits.weeks) if was_run(context.instance, week.key)]
    if not weeks:
        return dg.SkipReason(f"Of the last {settings.late_edits.weeks} week(s) none was ever run.")
    return [dg.RunRequest(run_key=f"{week} on {today}", partition_key=week) for week in weeks]


def _day(context: dg.ScheduleEvaluationContext) -> date:
    """The day of the tick where the weeks are counted."""
    return context.scheduled_execution_time.astimezone(ZoneInfo(str(WEEKS.timezone))).date()


def _running_week(context: dg.ScheduleEvaluationContext) -> Week:
    return Week.containing(_day(context))


def _ended(running: Week, count: int) -> Iterator[Week]:
    """The weeks before the running one, latest first."""
    return (week for back in range(1, count + 1) if is_week(week := running.shifted(-back)))


SCHEDULES = (monday_reports, daily_late_edits)
