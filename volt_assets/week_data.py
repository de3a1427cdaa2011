"""How a week stands in Dagster's records: made of the data that are stored now, left failed. Not here: who asks, what to run.

Settings play no part: a week is out of date here only where its data have changed since, or where a run of it broke off.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from volt_assets.assets.graph import PARENTS
from volt_assets.assets.versions import INPUT_VERSION_TAG, VERSION_TAG, as_input
from volt_assets.partitions import WEEKS

WEEK_TAG = "dagster/partition"
SOURCE, FIRST_STEP = "raw_toggl_data", "toggl_aggregated"
ALL_OF_A_WEEK = "weekly_reports"


def was_run(instance: dg.DagsterInstance, week: str) -> bool:
    """Whether somebody has run the week: its entries were fetched, and something was made of them."""
    return bool(_made(instance, SOURCE, week) and _made(instance, FIRST_STEP, week))


def stored_at(instance: dg.DagsterInstance, week: str) -> datetime | None:
    """When a week's entries were last stored; None where they never were."""
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(SOURCE), asset_partitions=[week])
    records = instance.fetch_materializations(wanted, limit=1).records
    return datetime.fromtimestamp(records[0].timestamp, UTC) if records else None


def out_of_date(instance: dg.DagsterInstance, week: str) -> tuple[str, ...]:
    """The assets of a week that are missing, or were made of other data than are stored now, in the graph's order."""
    made = {name: _made(instance, name, week) for name in PARENTS}
    stale: list[str] = []
    for name, above in PARENTS.items():
        tags = made[name]
        if not tags or set(above) & set(stale) or any(not is_made_of(tags, one, made[one]) for one in above):
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


def _made(instance: dg.DagsterInstance, asset: str, week: str) -> Mapping[str, str]:
    """The tags of an asset's latest materialisation of a week; none where there is none."""
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[week])
    records = instance.fetch_materializations(wanted, limit=1).records
    found = records[0].asset_materialization if records else None
    return {"made": "yes", **(found.tags or {})} if found else {}


def is_made_of(tags: Mapping[str, str], parent: str, of_parent: Mapping[str, str]) -> bool:
    """Whether a materialisation was made from what its parent's latest one holds."""
    return tags.get(f"{INPUT_VERSION_TAG}{parent}") == as_input(of_parent.get(VERSION_TAG, ""))
