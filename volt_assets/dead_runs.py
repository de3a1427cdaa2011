"""Runs whose process is gone, found and marked, so that nothing waits for them. Not here: runs that fail by themselves, starting any."""

import time

import dagster as dg

from io_managers.run_process import Carrier, carrier, noted
from volt_assets.jobs import MAX_RUNTIME_SECONDS

CARRIED = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
"""The states of a run in which a process may have it."""
UNFINISHED = (dg.DagsterRunStatus.QUEUED, *CARRIED)
"""Those of which something still comes."""
SILENCE_SECONDS = MAX_RUNTIME_SECONDS + 60 * 60


def mark_dead_runs(instance: dg.DagsterInstance) -> int:
    """Ends the runs in the books that a process left unfinished when it was killed. Returns how many.

    A run whose process is not known, or is another machine's, is dead only when nothing was heard of it for longer than any run may take.
    """
    unfinished = instance.get_runs(filters=dg.RunsFilter(statuses=list(CARRIED)))
    return sum(_end(instance, run.run_id) for run in unfinished if _is_dead(instance, run))


def _is_dead(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    known = carrier(noted(run.tags, run.run_id))
    if known is not Carrier.UNKNOWN:
        return known is Carrier.GONE
    if run.status is dg.DagsterRunStatus.NOT_STARTED:
        return False
    newest = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
    return bool(newest) and time.time() - newest[0].timestamp > SILENCE_SECONDS


def _end(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Marks a run as ended, unless it had come to its end before its process went."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:
        return False
    if run.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, "It was to be canceled, and its process is gone. What it had stored is whole.")
    else:
        instance.report_run_failed(run, "The process that carried this run is gone. What it had stored is whole; run the week again.")
    return True
