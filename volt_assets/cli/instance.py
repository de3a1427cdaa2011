"""The Dagster instance that the command works with: its home, and runs whose process is gone. Not here: running weeks."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
from filelock import FileLock

from io_managers.run_process import Carrier, carrier
from volt_assets.cli.errors import UsageProblem
from volt_assets.jobs import MAX_RUNTIME_SECONDS
from volt_assets.settings import PROJECT, absolute_location

CARRIED = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
"""The states of a run in which a process may have it."""
SILENCE_SECONDS = MAX_RUNTIME_SECONDS + 60 * 60


def prepare_home(environment: Mapping[str, str], default: Path = PROJECT / ".dagster") -> Path:
    """Makes DAGSTER_HOME, puts dagster.yaml into it, and exports it to this process and its children.

    Raises UsageProblem where it is no folder that can be written.
    """
    home = Path(absolute_location(environment.get("DAGSTER_HOME") or str(default), Path.cwd()))
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
        if not (home / "dagster.yaml").exists():
            shutil.copyfile(PROJECT / "dagster.yaml", home / "dagster.yaml")
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise UsageProblem(f"DAGSTER_HOME is {home}, which cannot be used ({problem}). Set it to a folder that you may write to.") from None
    os.environ["DAGSTER_HOME"] = str(home)
    return home


@contextlib.contextmanager
def open_instance() -> Iterator[dg.DagsterInstance]:
    """The instance of DAGSTER_HOME. Of several first commands at once one makes its tables; the others wait."""
    with FileLock(str(Path(os.environ["DAGSTER_HOME"]) / ".opening.lock")):
        instance = dg.DagsterInstance.get()
    with instance:
        yield instance


def mark_dead_runs(instance: dg.DagsterInstance) -> int:
    """Ends the runs in the books that a process left unfinished when it was killed. Returns how many.

    A run whose process is not known, or is another machine's, is dead only when nothing was heard of it for longer than any run may take.
    """
    dead = [run for run in instance.get_runs(filters=dg.RunsFilter(statuses=list(CARRIED))) if _is_dead(instance, run)]
    for run in dead:
        if run.status is dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, "It was to be canceled, and its process is gone. What it had stored is whole.")
        else:
            instance.report_run_failed(run, "The process that carried this run is gone. What it had stored is whole; run the week again.")
    return len(dead)


def _is_dead(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    known = carrier(run.tags)
    if known is not Carrier.UNKNOWN:
        return known is Carrier.GONE
    if run.status is dg.DagsterRunStatus.NOT_STARTED:
        return False
    newest = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
    return bool(newest) and time.time() - newest[0].timestamp > SILENCE_SECONDS
