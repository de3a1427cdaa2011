"""What the deliveries' sensor does at each tick: finished weeks are handed on, and runs that failed are told. Not here: sending, texts.

It looks at what is, and not at events: what failed is tried again by a later tick, and nothing is lost while the daemon is off.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import dagster as dg

from io_managers.run_process import WEEK_TAG
from io_managers.week_store import StoreError, WeekStore
from resources.errors import redact
from volt_assets.dead_runs import UNFINISHED
from volt_assets.deliveries import NotReadyError, Outcome, deliver_all, deliver_week, ended_lately
from volt_assets.delivery_ways import SECRETS, Ways
from volt_assets.domain.backfill import Gap
from volt_assets.domain.deliveries import failure_delivery, failure_text
from volt_assets.domain.stages import RAW
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week
from volt_assets.run_errors import failures, problem
from volt_assets.settings import Settings
from volt_assets.week_data import out_of_date
from volt_assets.week_status import stored_gap

NEWS = timedelta(hours=24)
"""An older failure is no news, as when the daemon was off for a week."""
_ALL_SECRETS = ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY", *SECRETS)
_LONGEST_CAUSE, _MOST_RUNS = 600, 50
_LONGEST_TICK_SECONDS = 30
"""With a server's last time-out it stays below the 60 s after which Dagster gives a tick up. The next tick goes on."""


class Tick(Value):
    """What a tick did. `problems` are lines that want somebody's eyes."""

    outcomes: tuple[Outcome, ...] = ()
    not_ready: tuple[str, ...] = ()
    without_address: int = 0
    problems: tuple[str, ...] = ()


def deliver_due(instance: dg.DagsterInstance, settings: Settings, environment: Mapping[str, str], now: datetime) -> Tick:
    """Hands on what is due of the last weeks, and tells of runs that failed. A failure of one week stops no other."""
    ways, until = Ways(settings, environment), time.monotonic() + _LONGEST_TICK_SECONDS
    outcomes: list[Outcome] = []
    not_ready: list[str] = []
    problems = list(ways.problems)
    without = 0
    for week in ended_lately(settings, now) if ways.channels else ():
        try:
            waits = _waits_for(instance, week, settings)
            if waits:
                not_ready.append(waits)
                continue
            told, nowhere = deliver_week(week, settings, ways, now, until=until)
        except NotReadyError as error:
            not_ready.append(str(error))
        except StoreError as error:
            problems.append(str(error))
        else:
            outcomes += told
            without += len(nowhere)
    try:
        outcomes += _tell_failures(instance, settings, ways, environment, now, until=until)
    except StoreError as error:
        problems.append(str(error))
    return Tick(outcomes=tuple(outcomes), not_ready=tuple(not_ready), without_address=without, problems=tuple(problems))


def _waits_for(instance: dg.DagsterInstance, week: Week, settings: Settings) -> str:
    """Why a week's reports are not handed on now: a run of it goes on, they are not all of the same data, or not of everybody's week."""
    if instance.get_runs(filters=dg.RunsFilter(statuses=list(UNFINISHED), tags={WEEK_TAG: week.key}), limit=1):
        return f"Week {week.key}: a run of it goes on."
    stale = out_of_date(instance, week.key)
    if RAW in stale:
        return f"Week {week.key} was not run."
    if stale:
        return f"Week {week.key}: {stale[0]} is missing or was made of other data than are stored now."
    gap = stored_gap(WeekStore(settings.data), week)
    part = gap in (Gap.SOME_USERS, Gap.SOME_DAYS)
    return f"Week {week.key} {gap}: run it for everybody, or hand it on as it is with volt-agent deliver." if part else ""


def _tell_failures(
    instance: dg.DagsterInstance, settings: Settings, ways: Ways, environment: Mapping[str, str], now: datetime, *, until: float
) -> list[Outcome]:
    """Tells of the runs that failed lately."""
    runs = _failed_lately(instance, now) if ways.told_of_failures() else []
    return [one for run in runs for one in tell_failure(instance, run, settings, ways, environment, now, until=until)]


def _failed_lately(instance: dg.DagsterInstance, now: datetime) -> list[dg.DagsterRun]:
    """The runs of the UI, schedules and sensors: the command tells it where it was called."""
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=now - NEWS)
    return [run for run in instance.get_runs(filters=failed, limit=_MOST_RUNS) if run.remote_job_origin is not None]


def tell_failure(
    instance: dg.DagsterInstance,
    run: dg.DagsterRun,
    settings: Settings,
    ways: Ways,
    environment: Mapping[str, str],
    now: datetime,
    *,
    until: float,
) -> tuple[Outcome, ...]:
    """Tells of one failed run whoever is to be told and was not: the week, the assets, why, what to do. No secret is in it.

    It ends at the moment `until` of time.monotonic().
    """
    secrets = [environment[name] for name in _ALL_SECRETS if environment.get(name)]
    week = run.tags.get(WEEK_TAG, "")
    text = failure_text(week, run.job_name, run.run_id, [redact(cause, secrets) for cause in causes(instance, run.run_id)])
    subject = f"A run of week {week} failed" if week else "A run failed"
    notices = [failure_delivery(run.run_id, channel, to, subject, text) for channel, to in ways.told_of_failures()]
    return deliver_all(run.run_id, notices, settings, ways, now, until=until)


def causes(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Why a run failed, a line each."""
    wanted = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    events = [entry.dagster_event for entry in instance.all_logs(run_id, of_type=wanted) if entry.dagster_event]
    return [told if len(told) <= _LONGEST_CAUSE else f"{told[:_LONGEST_CAUSE]}..." for told in map(problem, failures(events))]
