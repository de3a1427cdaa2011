"""The Dagster instance that the command works with, and its home. Not here: running weeks, what is in it."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
from filelock import FileLock

from volt_assets.cli.errors import UsageProblem
from volt_assets.settings import PROJECT, absolute_location


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
