"""Runs whose process is gone, found and marked, so that nothing waits for them. Not here: runs that fail by themselves, starting any."""

import os
import socket

import dagster as dg

PROCESS_TAG, HOST_TAG = "volt/process", "volt/host"
_UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_GONE = "The process that carried this run is gone. What it had stored is whole; run the week again."


def process_tags() -> dict[str, str]:
    """Marks a run with the process that carries it, so that it can be told later whether that is gone."""
    return {PROCESS_TAG: str(os.getpid()), HOST_TAG: socket.gethostname()}


def mark_dead_runs(instance: dg.DagsterInstance) -> int:
    """Ends the runs that a command on this machine left unfinished when it was killed. Returns how many."""
    ours = dg.RunsFilter(statuses=_UNFINISHED, tags={HOST_TAG: socket.gethostname()})
    return sum(_end(instance, run) for run in instance.get_runs(filters=ours) if not _is_alive(run.tags.get(PROCESS_TAG, "")))


def mark_dead_workers(instance: dg.DagsterInstance) -> int:
    """Ends the runs of the UI, a schedule or a sensor whose process is gone, as after a restart of the machine. Returns how many.

    Dagster sees it when a process ends that its code server started, but not when that ended too; its own limit comes after two hours.
    Only for the process that has such runs started: the ids in their logs are of its machine.
    """
    ended = 0
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=_UNFINISHED)):
        process = "" if HOST_TAG in run.tags else _worker(instance, run.run_id)
        ended += bool(process) and not _is_alive(process) and _end(instance, run)
    return ended


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Marks a run as ended, unless it had come to its end before its process went."""
    now = instance.get_run_by_id(run.run_id)
    if now is None or now.is_finished:
        return False
    if now.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(now, _GONE)
    else:
        instance.report_run_failed(now, _GONE)
    return True


def _worker(instance: dg.DagsterInstance, run_id: str) -> str:
    """The process that began a run, as its log says; nothing where it says none."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        process = event.engine_event_data.metadata.get("pid") if event and event.is_engine_event else None
        if process is not None:
            return str(process.value)
    return ""


def _is_alive(process: str) -> bool:
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
