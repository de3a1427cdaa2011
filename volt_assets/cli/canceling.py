"""Ending a run that goes on or waits: one of the command, of the UI or of a schedule. Not here: options, which run is meant."""

import contextlib
import os
import signal
import time

import dagster as dg

from io_managers.run_process import HOST_TAG, PROCESS_TAG, Carrier, carrier, noted
from volt_assets.cli.errors import RunProblem, UsageProblem
from volt_assets.cli.run_records import RunRecord, find_record
from volt_assets.cli.run_texts import short
from volt_assets.dead_runs import mark_dead_runs

PATIENCE_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 0.1
_WAITING = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)
_MESSAGE = "Canceled with volt-agent. What the run had stored is whole."


def cancel(instance: dg.DagsterInstance, run_id: str, *, patience_seconds: float = PATIENCE_SECONDS) -> str:
    """Ends a run and says how. Raises UsageProblem for a run that has ended, RunProblem where it can't be reached from here."""
    record = find_record(instance, run_id)
    if record.has_ended:
        raise UsageProblem(f"Run {short(record.run_id)} has already ended ({record.status}): there is nothing to cancel.")
    mark_dead_runs(instance)
    record = find_record(instance, record.run_id)
    if record.has_ended:
        return f"Run {short(record.run_id)} had lost its process: it is marked as {record.status}. What it had stored is whole."
    run = _run(instance, record)
    if run.status in _WAITING and carrier(noted(run.tags, run.run_id)) is Carrier.UNKNOWN:
        instance.report_run_canceled(run, _MESSAGE)
        return f"Run {short(record.run_id)} is canceled; it had not begun."
    if not (_interrupt(instance, run) or _ask_its_server(instance, run)):
        return _without_process(instance, run)
    return _wait(instance, record, patience_seconds)


def _run(instance: dg.DagsterInstance, record: RunRecord) -> dg.DagsterRun:
    run = instance.get_run_by_id(record.run_id)
    if run is None:
        raise UsageProblem(f"Run {short(record.run_id)} was deleted meanwhile.")
    return run


def _interrupt(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Asks the process that carries the run, if that is one of this machine, as Ctrl-C would; Dagster's own do the same."""
    tags = noted(run.tags, run.run_id)
    if carrier(tags) is not Carrier.ALIVE:
        return False
    instance.report_run_canceling(run)
    try:
        os.kill(int(tags[PROCESS_TAG]), signal.SIGINT)
    except ProcessLookupError:
        return True  # it has just ended by itself
    except PermissionError:
        raise RunProblem(f"Run {short(run.run_id)} is another user's process: that user can cancel it.") from None
    return True


def _ask_its_server(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Asks the UI's code server for a run that has told no process yet. False where there is none, or it does not answer."""
    if HOST_TAG in noted(run.tags, run.run_id):
        return False
    with contextlib.suppress(Exception):  # whatever keeps it from answering: the run is then ended in the books
        return bool(instance.run_launcher.terminate(run.run_id))
    return False


def _without_process(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """A run whose process cannot be reached. One that has not begun is canceled in the books: its process looks there first."""
    if run.status is dg.DagsterRunStatus.STARTING:
        instance.report_run_canceled(run, _MESSAGE)
        return f"Run {short(run.run_id)} is canceled; it had not begun its first stage."
    tags = noted(run.tags, run.run_id)
    where = tags.get(HOST_TAG)
    told = f"is carried by process {tags.get(PROCESS_TAG)} of {where}: cancel it there" if where else "has told no process"
    raise RunProblem(f"Run {short(run.run_id)} {told}. Or end it in the UI: volt-agent ui --run-id {short(run.run_id)}, then 'Terminate'.")


def _wait(instance: dg.DagsterInstance, record: RunRecord, patience_seconds: float) -> str:
    """Until the run has ended, which takes as long as the stage takes to come to a point where it can stop."""
    until = time.monotonic() + patience_seconds
    while not (now := find_record(instance, record.run_id)).has_ended:
        if time.monotonic() > until:
            raise RunProblem(
                f"Run {short(record.run_id)} was told to stop {patience_seconds:.0f} s ago and has not yet: a stage is in the middle of "
                f"something. Look again with volt-agent show-run --run-id {short(record.run_id)}."
            )
        time.sleep(_LOOK_EVERY_SECONDS)
    if now.status == "canceled":
        return f"Run {short(record.run_id)} is canceled. What it had stored is whole."
    return f"Run {short(record.run_id)} ended by itself meanwhile: {now.status}."
