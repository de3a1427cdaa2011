"""The Dagster instance that the command works with: its home, and runs whose process is gone. Not here: running weeks."""

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
from filelock import FileLock

from volt_assets.cli.errors import UsageProblem
from volt_assets.settings import PROJECT, absolute_location

PROCESS_TAG, HOST_TAG = "volt/process", "volt/host"


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


def process_tags() -> dict[str, str]:
    """Marks a run with the process that carries it, so that a later command can tell whether that is gone."""
    return {PROCESS_TAG: str(os.getpid()), HOST_TAG: socket.gethostname()}


def mark_dead_runs(instance: dg.DagsterInstance) -> int:
    """Fails the runs that a command on this machine left unfinished when it was killed. Returns how many."""
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={HOST_TAG: socket.gethostname()})
    dead = [run for run in instance.get_runs(filters=unfinished) if not _is_alive(run.tags.get(PROCESS_TAG, ""))]
    for run in dead:
        instance.report_run_failed(run, "The process that carried this run is gone. What it had stored is whole; run the week again.")
    return len(dead)


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
