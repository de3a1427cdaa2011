"""A week's pages: how long they take to render and how heavy they are, for a usual team and for 200 people. Not here: browsers.

Run by `make bench`. The weeks come from the sandbox; only what `report_site` does is measured, from the stored reports.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import dagster as dg

from volt_assets.sandbox.crowd import build_crowd
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World, build_world

TODAY = date(2025, 11, 5)
ROUNDS = 3
MOST_KB, MOST_SECONDS = 500, {11: 5, 200: 60}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Rendered(NamedTuple):
    """The pages of a week: seconds of each round, and the bytes of each page by name."""

    seconds: list[float]
    weights: dict[str, int]


def main() -> None:
    """Prints the table. Exits with an error where a page is too heavy or its week takes too long."""
    print(f"pages of a week, rendered {ROUNDS} times in one warm process (allowed: {MOST_KB} kB a page)")
    print("  people  entries  pages  charts  seconds: median  min  max  allowed  heaviest page  kB  all pages kB")
    crowd = build_crowd(today=TODAY, people=200, entries_per_week=4_000, weeks=2)
    missed = [people for people, world in ((11, build_world(today=TODAY)), (200, crowd)) if not print_case(people, world)]
    if missed:
        raise SystemExit(f"Above what is allowed: the week of {', '.join(map(str, missed))} people")


def print_case(people: int, world: World) -> bool:
    """Runs a week, renders its pages and prints a line; whether it keeps to what is allowed."""
    week = world.last_complete_week
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        os.environ.update(sandbox.environment, VOLT_DATA=f"{folder}/data", VOLT_LLM_PROVIDER="none", DAGSTER_HOME=folder)
        run_week(week.isoformat())
        rendered, charts = render(Path(folder) / "data", week.isoformat())
    heaviest = max(rendered.weights, key=lambda name: rendered.weights[name])
    middle, weight = statistics.median(rendered.seconds), rendered.weights[heaviest] / 1000
    print(
        f"  {people:6d}  {len(world.entries_of_week(week)):7d}  {len(rendered.weights):5d}  {charts:6d}  {middle:15.2f}"
        f"  {min(rendered.seconds):.2f}  {max(rendered.seconds):.2f}  {MOST_SECONDS[people]:7d}  {heaviest}  {weight:.0f}"
        f"  {sum(rendered.weights.values()) / 1000:12.0f}",
        flush=True,
    )
    return middle <= MOST_SECONDS[people] and weight <= MOST_KB


def run_week(week: str) -> None:
    """A whole week, in this process. Raises where it fails."""
    from volt_assets.cli.demo import unhurried
    from volt_assets.definitions import build_definitions
    from volt_assets.settings import load_settings

    job = build_definitions(settings=unhurried(load_settings())).resolve_job_def("weekly_reports")
    with dg.DagsterInstance.ephemeral() as instance:
        job.execute_in_process(partition_key=week, instance=instance, run_config=QUIET)


def render(data: Path, week: str) -> tuple[Rendered, int]:
    """The pages from the stored reports, a few times over, and how many charts are in them."""
    from io_managers.json_io import load_value
    from io_managers.week_store import WeekStore
    from volt_assets.assets.reports import week_pages
    from volt_assets.domain.alignment import WorkAlignment
    from volt_assets.domain.coverage import CoverageReport
    from volt_assets.domain.drafts import Report
    from volt_assets.domain.entries import RawTogglData
    from volt_assets.domain.entry_lines import entry_lines
    from volt_assets.domain.person_report import PersonReports
    from volt_assets.site.charts import draw
    from volt_assets.site.pages import build_site

    store = WeekStore(str(data))
    raw = load_value(store, week, "raw_toggl_data", RawTogglData)
    team, toggl = (load_value(store, week, name, Report) for name in ("team_summary", "toggl_summary"))
    alignment, coverage = (
        load_value(store, week, "work_alignment", WorkAlignment),
        load_value(store, week, "coverage_report", CoverageReport),
    )
    persons = load_value(store, week, "person_reports", PersonReports)
    if not (raw and team and toggl and alignment and coverage and persons):
        raise SystemExit(f"{week}: not all of its reports are stored")
    seconds, html = [], dict[str, str]()
    for _ in range(ROUNDS):
        draw.cache_clear()
        started = time.perf_counter()
        html = build_site(week_pages([team, toggl, alignment.report, coverage.report], persons), {}, entry_lines(raw.entries)).html
        seconds.append(time.perf_counter() - started)
    return Rendered(seconds, weights(html)), sum(page.count('<figure class="chart"') for page in html.values())


def weights(html: Mapping[str, str]) -> dict[str, int]:
    """Bytes of each page."""
    return {name: len(page.encode()) for name, page in html.items()}


if __name__ == "__main__":
    main()
