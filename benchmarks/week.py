"""One week: requests, and seconds beside an empty graph of the same shape in the same process. Not here: the graph.

Run by `make bench`. Seconds vary with the machine; the ratios are of medians of runs that took turns.
"""

import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import dagster as dg

from benchmarks.empty_graph import empty_graph
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World, build_world

TODAY = date(2025, 11, 5)
WEEKS_MEASURED = ("2025-09-29", "2025-10-06", "2025-10-13", "2025-10-20", "2025-10-27")
PAGE_SIZE = 50
DOCUMENTS_AT_ONCE = 50
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def main() -> None:
    """Prints the table."""
    world = build_world(today=TODAY)
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        os.environ.update(sandbox.environment, VOLT_DATA=f"{folder}/data", VOLT_LLM_PROVIDER="none")
        with dg.DagsterInstance.local_temp(folder, overrides={"telemetry": {"enabled": False}}) as instance:
            measure(world, sandbox, instance, Path(folder))


def measure(world: World, sandbox: Sandbox, instance: dg.DagsterInstance, folder: Path) -> None:
    """Runs both graphs in turn on each week and prints what they took."""
    from volt_assets.cli.demo import unhurried
    from volt_assets.definitions import build_definitions
    from volt_assets.settings import load_settings

    volt = build_definitions(settings=unhurried(load_settings()))
    nothing = empty_graph(volt, str(folder / "empty"))
    run_job(volt, "weekly_reports", "2025-09-22", instance)  # imports and caches
    run_job(nothing, "empty", "2025-09-22", instance)
    full, empty = [], []
    print("requests of a week (sandbox, 11 people; pages of 50)")
    print("  week        entries  Toggl  allowed  texts  Fibery  allowed  one per entity")
    for week in WEEKS_MEASURED:
        sandbox.forget()
        full.append(seconds(partial(run_job, volt, "weekly_reports", week, instance)))
        print_requests(world, sandbox, week, folder, documents_read(instance))
        empty.append(seconds(partial(run_job, nothing, "empty", week, instance)))
    print_seconds(full, empty)


def documents_read(instance: dg.DagsterInstance) -> int:
    """How many descriptions, criteria and comments the latest week had; they are asked for fifty at a time."""
    event = instance.get_latest_materialization_event(dg.AssetKey("enriched_entities"))
    told = event.asset_materialization.metadata["documents"].value if event and event.asset_materialization else 0
    return int(str(told))


def print_requests(world: World, sandbox: Sandbox, week: str, folder: Path, documents: int) -> None:
    """A line with a week's requests beside what is allowed, and what asking for each entity alone would take."""
    from io_managers.json_io import load_value
    from io_managers.week_store import WeekStore
    from volt_assets.domain.matching import FiberyEntities

    asked = [request.service for request in sandbox.requests]
    entries = len(world.entries_of_week(date.fromisoformat(week)))
    resolved = load_value(WeekStore(str(folder / "data")), week, "fibery_entities", FiberyEntities)
    alone = resolved.statistics.entities if resolved else 0
    toggl, fibery = asked.count("toggl"), asked.count("fibery")
    allowed = (math.ceil(entries / PAGE_SIZE) + 3, 3 + math.ceil(documents / DOCUMENTS_AT_ONCE))
    print(f"  {week}  {entries:7d}  {toggl:5d}  {allowed[0]:7d}  {documents:5d}  {fibery:6d}  {allowed[1]:7d}  {alone:14d}")


def print_seconds(full: list[float], empty: list[float]) -> None:
    """The seconds of both graphs and their ratio, pair by pair."""
    ratios = [one / other for one, other in zip(full, empty, strict=True)]
    print(f"\nseconds of a week in one warm process, {len(full)} weeks in turn with an empty graph of the same shape")
    print(f"  Volt   median {statistics.median(full):.2f}  min {min(full):.2f}  max {max(full):.2f}")
    print(f"  empty  median {statistics.median(empty):.2f}  min {min(empty):.2f}  max {max(empty):.2f}")
    print(f"  ratio  median {statistics.median(ratios):.2f}  min {min(ratios):.2f}  max {max(ratios):.2f}")


def run_job(definitions: dg.Definitions, job: str, week: str, instance: dg.DagsterInstance) -> None:
    """One run of one week. Raises where it fails."""
    definitions.resolve_job_def(job).execute_in_process(partition_key=week, instance=instance, run_config=QUIET)


def seconds(work: Callable[[], None]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
