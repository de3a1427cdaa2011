"""A year in one backfill beside weeks in processes of their own, and beside a backfill of the UI. Not here: one week (`week`).

The backfill stands still while a single week is measured, so that both are measured through the same minutes. CPU seconds are of the
commands alone, wall seconds hold the sandbox's too. `--no-ui` leaves out the UI's backfill, which takes minutes.
"""

import math
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import dagster as dg

from benchmarks.year import build_year
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

TODAY = date(2026, 1, 4)
SAMPLES, UI_WEEKS = 8, 12
PROJECT = Path(__file__).resolve().parent.parent
VOLT = (sys.executable, "-c", "from volt_assets.cli.main import main; main()")
_UI_SECONDS = 1800.0


class Taken(NamedTuple):
    """What something took, in seconds a week."""

    wall: float
    cpu: float


def main() -> None:
    """Prints the tables."""
    world = build_year(today=TODAY)
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        environment = {**os.environ, **sandbox.environment, "VOLT_CONFIG": unhurried_config(Path(folder)), "VOLT_LLM_PROVIDER": "none"}
        weeks = [monday.isoformat() for monday in world.weeks]
        warm, cold, asked = measure(weeks, sandbox, environment, Path(folder))
        print_requests(world, weeks, asked)
        print_seconds(warm, cold)
        if "--no-ui" not in sys.argv:
            print_ui(weeks[-UI_WEEKS:], own(environment, Path(folder) / "ui"), statistics.fmean(one.wall for one in cold))


def unhurried_config(folder: Path) -> str:
    """A copy of the shipped configuration, without the pacing that real services need and with a year of weeks."""
    config = shutil.copytree(PROJECT / "config", folder / "config")
    file = config / "volt.yaml"
    text = re.sub(r"max_requests_per_second: \d+", "max_requests_per_second: 1000", file.read_text(encoding="utf-8"))
    file.write_text(re.sub(r"(?m)^  first: \S+", "  first: 2025-01-06", text), encoding="utf-8")
    return str(config)


def own(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment with a store and a Dagster home of its own."""
    return {**environment, "VOLT_DATA": str(home / "data"), "DAGSTER_HOME": str(home / "dagster")}


def measure(weeks: list[str], sandbox: Sandbox, environment: Mapping[str, str], folder: Path) -> tuple[Taken, list[Taken], int]:
    """The backfill, the single weeks that it stood still for, and how many requests Toggl got from the backfill."""
    backfill = [*VOLT, "backfill", "--from", weeks[0], "--to", weeks[-1]]
    cold, asked, paused, done = list[Taken](), 0, 0.0, 0
    before = children_cpu()
    sandbox.forget()
    started = time.perf_counter()
    with subprocess.Popen(backfill, env=own(environment, folder / "warm"), stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            done += " done: " in line
            if " done: " in line and done % (len(weeks) // SAMPLES) == 0 and len(cold) < SAMPLES:
                with standing_still(process.pid):
                    asked += toggl_requests(sandbox)
                    since = time.perf_counter()
                    cold.append(one_week(weeks[done - 1], own(environment, folder / "cold")))
                    sandbox.forget()
                    paused += time.perf_counter() - since
    asked += toggl_requests(sandbox)
    wall = time.perf_counter() - started - paused
    if process.returncode or done != len(weeks):
        raise SystemExit(f"The backfill ended with {process.returncode} after {done} of {len(weeks)} weeks.")
    cpu = children_cpu() - before - sum(one.cpu for one in cold)
    return Taken(wall / done, cpu / done), cold, asked


@contextmanager
def standing_still(process: int) -> Iterator[None]:
    """Stops a process between two of its weeks."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def one_week(week: str, environment: Mapping[str, str]) -> Taken:
    """A week in a process of its own."""
    command = [*VOLT, "run", "--start-date", week, "--end-date", week]
    before, started = children_cpu(), time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return Taken(time.perf_counter() - started, children_cpu() - before)


def children_cpu() -> float:
    """The CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def toggl_requests(sandbox: Sandbox) -> int:
    return [request.service for request in sandbox.requests].count("toggl")


def print_requests(world: World, weeks: list[str], asked: int) -> None:
    """The requests beside those of week by week, and beside the pages that all entries fill."""
    counts = [len(world.entries_of_week(date.fromisoformat(week))) for week in weeks]
    alone = sum(max(1, math.ceil(count / 50)) + 3 for count in counts)
    print("Toggl requests of a year (11 people, pages of 50)")
    print("  weeks  entries  pages that they fill  backfill  week by week")
    print(f"  {len(weeks):5d}  {sum(counts):7d}  {math.ceil(sum(counts) / 50):20d}  {asked:8d}  {alone:12d}", flush=True)


def print_seconds(warm: Taken, cold: list[Taken]) -> None:
    """Seconds a week of both, and their ratios."""
    wall, cpu = (statistics.fmean(one) for one in zip(*cold, strict=True))
    print(f"\nSeconds a week: the backfill, start and reading Toggl included, beside `volt-agent run` for one week (mean of {len(cold)})")
    print("        backfill  separate runs  ratio")
    print(f"  wall  {warm.wall:8.2f}  {wall:13.2f}  {wall / warm.wall:5.2f}")
    print(f"  CPU   {warm.cpu:8.2f}  {cpu:13.2f}  {cpu / warm.cpu:5.2f}", flush=True)


def print_ui(weeks: list[str], environment: dict[str, str], alone: float) -> None:
    """How long the UI's backfill of some weeks takes: its daemon starts a process for each run, two at once."""
    Path(environment["DAGSTER_HOME"]).mkdir(parents=True)
    shutil.copyfile(PROJECT / "dagster.yaml", Path(environment["DAGSTER_HOME"]) / "dagster.yaml")
    with dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]):
        pass  # its tables are made before two processes want to make them
    dagster, workspace = (sys.executable, "-m", "dagster"), ("-w", str(PROJECT / "workspace.yaml"))
    with subprocess.Popen(
        [*dagster, "dev", *workspace, "-p", "0"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        start_new_session=True,
    ) as ui:
        try:
            ask = [*dagster, "job", "backfill", *workspace, "-j", "weekly_reports", "--from", weeks[0], "--to", weeks[-1], "--noprompt"]
            subprocess.run(ask, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=PROJECT)
            seconds = wait_for(len(weeks), environment["DAGSTER_HOME"])
        finally:
            os.killpg(ui.pid, signal.SIGKILL)  # with its daemon and code server, which a signal to it alone may leave behind
    print(f"\nA backfill of {len(weeks)} weeks in the UI: {seconds:.0f} s, {seconds / len(weeks):.1f} s a week, two at once")
    print(f"  (a separate run of one week: {alone:.1f} s)", flush=True)


def wait_for(runs: int, home: str) -> float:
    """Seconds until so many runs are done, from the creation of the first to the end of the last."""
    deadline = time.monotonic() + _UI_SECONDS
    with dg.DagsterInstance.from_config(home) as instance:
        while time.monotonic() < deadline:
            records = instance.get_run_records()
            failed = [record for record in records if record.dagster_run.status is dg.DagsterRunStatus.FAILURE]
            if failed:
                raise SystemExit(f"A run of the UI's backfill failed: {failed[0].dagster_run.run_id}")
            ended = [record.end_time for record in records if record.end_time]
            if len(ended) == runs:
                return max(ended) - min(record.create_timestamp.timestamp() for record in records)
            time.sleep(1)
    raise SystemExit(f"The UI's backfill was not done after {_UI_SECONDS:.0f} s.")


if __name__ == "__main__":
    main()
