"""Which process carries a run, as tags on the run, so that it can be told whether it still lives. Not here: what follows from that.

A number alone names no process: the system gives it away again. With it goes when the process began, as the system counts it.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

PROCESS_TAG, HOST_TAG, BEGUN_TAG, RUN_TAG = "volt/process", "volt/host", "volt/process_begun", "volt/process_of_run"
WEEK_TAG = "dagster/partition"
"""Dagster's own: the week that a run is of."""
_STATE, _BEGUN = 0, 19
"""Where they are in Linux' /proc/<pid>/stat, counted behind the name."""
_GONE_STATES = frozenset("ZXx")


class Carrier(Enum):
    """What is known about the process of a run. `UNKNOWN`: it is none of this machine, or nothing was noted."""

    ALIVE = "alive"
    GONE = "gone"
    UNKNOWN = "unknown"


def process_tags(run_id: str = "") -> dict[str, str]:
    """Marks a run with this process, which carries it; and with its own id, for whoever runs it again in the UI copies its tags."""
    named = {RUN_TAG: run_id} if run_id else {}
    return {PROCESS_TAG: str(os.getpid()), HOST_TAG: this_place(), BEGUN_TAG: begun(os.getpid()), **named}


def noted(tags: Mapping[str, str], run_id: str) -> Mapping[str, str]:
    """What a run's tags say of its own process: nothing where they were copied from the run that it repeats."""
    return tags if tags.get(RUN_TAG, run_id) == run_id else {}


def carrier(tags: Mapping[str, str]) -> Carrier:
    """Whether the process that a run's tags name still lives."""
    process = tags.get(PROCESS_TAG, "")
    if tags.get(HOST_TAG) != this_place() or not process.isdecimal():
        return Carrier.UNKNOWN
    return Carrier.ALIVE if is_alive(int(process), tags.get(BEGUN_TAG, "")) else Carrier.GONE


def is_alive(process: int, begun_then: str) -> bool:
    """Whether this very process lives, and no later one with its number. Without its beginning the number alone is looked at."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        pass
    begun_now = begun(process)
    return begun_now != "gone" and (not begun_then or not begun_now or begun_now == begun_then)


def this_place() -> str:
    """This machine, or this container: processes are counted for each by itself."""
    space = Path("/proc/self/ns/pid")
    name = socket.gethostname()
    return f"{name}-{str(space.readlink()).strip('pid:[]')}" if space.is_symlink() else name


def begun(process: int) -> str:
    """When a process began, as the system counts it: only good for comparing. Empty where that can't be told; `gone` for a dead one."""
    file = Path(f"/proc/{process}/stat")
    if not Path("/proc/self/stat").exists():
        return _begun_by_ps(process)
    try:
        fields = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "gone"
    except OSError:
        return ""
    return "gone" if fields[_STATE] in _GONE_STATES else fields[_BEGUN]


def _begun_by_ps(process: int) -> str:
    command = shutil.which("ps")
    if command is None:
        return ""
    told = subprocess.run(  # noqa: S603 - a number and our own words
        [command, "-o", "lstart=", "-p", str(process)], capture_output=True, text=True, check=False, env={"LC_ALL": "C"}
    )
    return "-".join(told.stdout.replace(":", " ").split()) if told.returncode == 0 else "gone"
