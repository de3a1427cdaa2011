"""How a week stands in Dagster's records: made of the data that are stored now, left failed. Not here: who asks, what to run.

Settings play no part: a week is out of date here only where its data have changed since, or where a run of it broke off.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from io_managers.run_process import WEEK_TAG
from volt_assets.assets.graph import PARENTS
from volt_assets.assets.versions import INPUT_VERSION_TAG, VERSION_TAG, as_input
from volt_assets.domain.stages import RAW
from volt_assets.partitions import WEEKS

Tags = Mapping[str, str]
FIRST_STEP = "toggl_aggregated"
ALL_OF_A_WEEK = "weekly_reports"


def was_run(instance: dg.DagsterInstance, week: str) -> bool:
    """Whether somebody has run the week: its entries were fetched, and something was made of them."""
    return all(_latest(instance, asset, week) for asset in (RAW, FIRST_STEP))


def stored_at(instance: dg.DagsterInstance, week: str) -> datetime | None:
    """When a week's entries were last stored; None where they never were."""
    record = _latest(instance, RAW, week)
    return datetime.fromtimestamp(record.timestamp, UTC) if record else None


def out_of_date(instance: dg.DagsterInstance, week: str) -> tuple[str, ...]:
    """The assets of a week that are missing, or were made of other data than are stored now, in the graph's order."""
    made = {name: tags_of(record) if (record := _latest(instance, name, week)) else None for name in PARENTS}
    stale: list[str] = []
    for name, above in PARENTS.items():
        if made[name] is None or set(above) & set(stale) or changed_inputs(name, made):
            stale.append(name)
    return tuple(stale)


def left_failed(instance: dg.DagsterInstance) -> dict[str, tuple[str, ...]]:
    """The weeks that the UI shows as failed, each with its failed assets in the graph's order.

    Dagster's own answer takes 0.2 s for the graph, so it is asked only where a failed run was not followed by a good one of the same job.
    """
    doubtful = _failed_since(instance)
    failed: dict[str, tuple[str, ...]] = {}
    for name in PARENTS if doubtful else ():
        status = instance.get_status_by_partition(dg.AssetKey(name), doubtful, WEEKS) or {}
        for week in (week for week, state in status.items() if state is not None and state.value == "FAILED"):
            failed[week] = (*failed.get(week, ()), name)
    return failed


def _failed_since(instance: dg.DagsterInstance) -> list[str]:
    """The weeks with a failed run that no later run has made good for certain."""
    failed: dict[tuple[str, str], int] = {}
    for record in instance.get_run_records(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])):
        week, whole = record.dagster_run.tags.get(WEEK_TAG), record.dagster_run.asset_selection is None
        if week and WEEKS.has_partition_key(week):
            job = record.dagster_run.job_name if whole else ALL_OF_A_WEEK
            failed[week, job] = max(record.storage_id, failed.get((week, job), 0))
    if not failed:
        return []
    done = dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS], tags={WEEK_TAG: sorted({week for week, _ in failed})})
    for record in instance.get_run_records(filters=done):
        run = record.dagster_run
        jobs = (run.job_name,) if run.job_name != ALL_OF_A_WEEK else tuple(job for week, job in failed if week == run.tags[WEEK_TAG])
        for job in jobs if run.asset_selection is None else ():
            if failed.get((run.tags[WEEK_TAG], job), record.storage_id) < record.storage_id:
                del failed[run.tags[WEEK_TAG], job]
    return sorted({week for week, _ in failed})


def changed_inputs(asset: str, made: Mapping[str, Tags | None]) -> tuple[str, ...]:
    """Which of its inputs are not what a week's asset was made from, by the tags of everybody's latest materialisation of the week."""
    own = made[asset] or {}
    now = {name: as_input((made[name] or {}).get(VERSION_TAG, "")) for name in PARENTS[asset]}
    return tuple(name for name, version in now.items() if own.get(f"{INPUT_VERSION_TAG}{name}") != version)


def tags_of(record: dg.EventLogRecord) -> Tags:
    """The tags of a materialisation."""
    return (record.asset_materialization and record.asset_materialization.tags) or {}


def _latest(instance: dg.DagsterInstance, asset: str, week: str) -> dg.EventLogRecord | None:
    """An asset's latest materialisation of a week."""
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[week])
    return next(iter(instance.fetch_materializations(wanted, limit=1).records), None)
