"""How large weeks and many weeks behave: time, memory and requests, against the sandbox.

Each case runs in a process of its own, whose peak memory the operating system tells; the sandbox is in this one, so the
requests' time is both sides'. Not here: how a usual week compares with an empty graph (`week`).
"""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg

from benchmarks.aggregation import print_aggregation
from volt_assets.sandbox.crowd import build_crowd
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import build_world

TODAY = date(2025, 11, 5)
YEAR_ENDS = date(2026, 1, 7)
CROWDS = ((1_250, 62_500), (2_500, 125_000), (5_000, 250_000))
TOGGL_SIDE = ("raw_toggl_data", "toggl_aggregated", "toggl_summary")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Outcome(NamedTuple):
    """What a case took: wall seconds, the process's peak memory, and each asset's own seconds over all weeks."""

    seconds: float
    peak_mb: float
    assets: dict[str, float]


def main() -> None:
    """Prints all tables."""
    print(f"A week of many people: Toggl side ({', '.join(TOGGL_SIDE)}), pages of 50")
    print("  people  entries  requests  allowed  wall s  of it fetching  aggregating  reporting  peak MB  KB per entry")
    with tempfile.TemporaryDirectory() as folder:
        files = [crowd_case(people, entries, Path(folder)) for people, entries in CROWDS]
        print("\nA year of a usual team (11 people), all eleven assets, in one warm process")
        print_year(Path(folder))
        print_aggregation(files)


def crowd_case(people: int, entries: int, folder: Path) -> Path:
    """Measures one crowd's week and prints a line; returns the file of its entries."""
    world = build_crowd(today=TODAY, people=people, entries_per_week=entries, weeks=2)
    store = folder / f"crowd-{entries}"
    week = world.last_complete_week.isoformat()
    with Sandbox(world, options=Options()) as sandbox:
        outcome = in_a_process([week], store, sandbox.environment, TOGGL_SIDE)
        requests = len(sandbox.requests)
    fetching, aggregating, reporting = (outcome.assets[name] for name in TOGGL_SIDE)
    print(
        f"  {people:6d}  {entries:7d}  {requests:8d}  {math.ceil(entries / 50) + 3:7d}  {outcome.seconds:6.1f}  {fetching:14.1f}"
        f"  {aggregating:11.1f}  {reporting:9.1f}  {outcome.peak_mb:7.0f}  {1000 * outcome.peak_mb / entries:12.1f}",
        flush=True,
    )
    return store / "weeks" / week / "raw_toggl_data.json"


def print_year(folder: Path) -> None:
    """Runs 52 finished weeks: two of the sandbox's half-years, one after the other, into one store."""
    print("  weeks  entries  hours  Toggl requests  allowed  Fibery requests  wall s  s per week  peak MB")
    halves = [build_world(today=YEAR_ENDS - timedelta(weeks=26)), build_world(today=YEAR_ENDS)]
    seconds, peak, toggl, fibery, entries, allowed, hours = 0.0, 0.0, 0, 0, 0, 0, 0.0
    for world in halves:
        weeks = [monday.isoformat() for monday in world.weeks]
        with Sandbox(world) as sandbox:
            outcome = in_a_process(weeks, folder / "year", sandbox.environment, ())
            asked = [request.service for request in sandbox.requests]
        seconds, peak = seconds + outcome.seconds, max(peak, outcome.peak_mb)
        toggl, fibery = toggl + asked.count("toggl"), fibery + asked.count("fibery")
        counts = [len(world.entries_of_week(monday)) for monday in world.weeks]
        entries, allowed = entries + sum(counts), allowed + sum(math.ceil(count / 50) + 3 for count in counts)
        hours += sum(world.seconds_of_week(monday) for monday in world.weeks) / 3600
    print(
        f"  {52:5d}  {entries:7d}  {hours:5.0f}  {toggl:14d}  {allowed:7d}  {fibery:15d}  {seconds:6.1f}  {seconds / 52:10.2f}  {peak:7.0f}"
    )


def in_a_process(weeks: Sequence[str], store: Path, environment: Mapping[str, str], assets: Sequence[str]) -> Outcome:
    """Runs these weeks in a fresh Python and tells what it took. No assets means all of them."""
    own = {"VOLT_DATA": str(store), "VOLT_LLM_PROVIDER": "none", "DAGSTER_HOME": "", **environment}
    command = [sys.executable, "-m", "benchmarks.scale", json.dumps({"weeks": list(weeks), "assets": list(assets)})]
    done = subprocess.run(command, env={**os.environ, **own}, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{', '.join(weeks)}: {done.stderr}")
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def run_weeks(weeks: Sequence[str], assets: Sequence[str]) -> dict[str, Any]:
    """The weeks' runs, in this process. Raises where one fails."""
    from volt_assets.cli.demo import unhurried
    from volt_assets.definitions import build_definitions
    from volt_assets.settings import load_settings

    job = build_definitions(settings=unhurried(load_settings())).resolve_job_def("weekly_reports")
    chosen = [dg.AssetKey(name) for name in assets] or None
    taken: dict[str, float] = {}
    quiet = {"telemetry": {"enabled": False}}
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.local_temp(home, overrides=quiet) as instance:
        started = time.perf_counter()
        for week in weeks:
            result = job.execute_in_process(partition_key=week, instance=instance, run_config=QUIET, asset_selection=chosen)
            for event in result.get_asset_materialization_events():
                stored = event.step_materialization_data.materialization
                name = stored.asset_key.to_user_string()
                taken[name] = taken.get(name, 0.0) + float(str(stored.metadata["seconds_taken"].value))
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return Outcome(seconds=seconds, peak_mb=peak, assets=taken)._asdict()


if __name__ == "__main__":
    if sys.argv[1:]:
        case = json.loads(sys.argv[1])
        print(json.dumps(run_weeks(case["weeks"], case["assets"])))
    else:
        main()
