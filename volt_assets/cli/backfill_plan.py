"""What a backfill is going to do, worked out and printed before anything runs. Not here: the rules (`domain`), running."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
from rich.console import Console

from io_managers.week_store import WeekStore
from volt_assets.cli.run_texts import counted, seconds_text
from volt_assets.domain.backfill import (
    Only,
    PlanRow,
    WeekPlan,
    WeekStatus,
    expected_pages,
    plan_rows,
    plan_week,
    rows_of_weeks,
)
from volt_assets.domain.stages import RAW
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings
from volt_assets.week_status import GRAPH, read_statuses

FIBERY = "fibery"
_USUAL_ENTRIES = 200
_USUAL_SECONDS = 0.35
_RUNS_LOOKED_AT = 30
_ASSETS_NAMED = 3
_WORDS = {Only.MISSING: "missing", Only.FAILED: "failed", Only.STALE: "out of date"}


@dataclass(frozen=True)
class Plan:
    """The weeks of a backfill with what is run of each. `statuses` are those of the same weeks at that moment."""

    only: Only
    scope: frozenset[str]
    weeks: tuple[WeekPlan, ...]
    statuses: tuple[WeekStatus, ...]
    now: datetime

    @property
    def todo(self) -> tuple[WeekPlan, ...]:
        """The weeks of which something is run."""
        return tuple(plan for plan in self.weeks if plan.assets)

    @property
    def blocked(self) -> tuple[WeekPlan, ...]:
        """The weeks of which something should be run and cannot."""
        return tuple(plan for plan in self.weeks if plan.blocked)

    @property
    def without_toggl(self) -> tuple[WeekPlan, ...]:
        """Those of them for which what comes before the group is not stored."""
        return tuple(plan for plan in self.blocked if plan.blocked.endswith("not stored"))

    def but(self, done: frozenset[str]) -> "Plan":
        """The same without weeks that were done before."""
        left = tuple(WeekPlan(week=plan.week) if plan.week.key in done else plan for plan in self.weeks)
        return replace(self, weeks=left)

    def toggl_weeks(self, settings: Settings) -> tuple[Week, ...]:
        """The weeks that can be read ahead from Toggl: the running one changes while it is read."""
        asked = (plan.week for plan in self.todo if plan.asks_toggl)
        zone = ZoneInfo(settings.week.timezone)
        return tuple(week for week in asked if week.moments(zone)[1] <= self.now)

    @property
    def entries_a_week(self) -> float:
        """How many entries a week has, by those that are stored."""
        known = [status.entries for status in self.statuses if status.entries]
        return statistics.fmean(known) if known else _USUAL_ENTRIES

    def requests(self, settings: Settings, held: frozenset[Week]) -> int:
        """About how many requests Toggl gets, where these weeks are read already."""
        asked = [plan.week for plan in self.todo if plan.asks_toggl and plan.week not in held]
        return sum(expected_pages(len(row), self.entries_a_week, settings.toggl.page_size) for row in rows_of_weeks(asked))

    def others(self) -> list[str]:
        """How many of the weeks another `--only` would run, in words."""
        found = []
        for only, words in _WORDS.items():
            plans = (plan_week(status, only, GRAPH, self.scope) for status in self.statuses)
            weeks = [plan for plan in plans if plan.assets or plan.blocked]
            if weeks and only is not self.only:
                found.append(f"{len(weeks)} {words} (--only {only})")
        return found


def make_plan(
    weeks: Sequence[Week],
    only: Only,
    group: str | None,
    *,
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    settings: Settings,
    now: datetime,
) -> Plan:
    """What is run of each week, as the weeks stand now."""
    groups = {asset: definitions.resolve_asset_graph().get(dg.AssetKey(asset)).group_name for asset in GRAPH}
    scope = frozenset(asset for asset in GRAPH if group in {None, groups[asset]})
    store = WeekStore(settings.data)
    statuses = read_statuses(weeks, store=store, instance=instance, settings=settings, now=now)
    return Plan(only, scope, tuple(plan_week(status, only, GRAPH, scope) for status in statuses), statuses, now)


def print_plan(console: Console, plan: Plan, settings: Settings, seconds_an_asset: float, held: frozenset[Week]) -> None:
    """The weeks with what is run of each and why, put together where the same is said, and about what it takes.

    `held` are weeks that were read from Toggl already.
    """
    span = f"{plan.weeks[0].week.key} to {plan.weeks[-1].week.sunday}"
    console.print(
        f"Backfill of {span}: {len(plan.todo)} of {counted(len(plan.weeks), 'week', 'weeks')} to run. Store: {settings.data}", markup=False
    )
    cells = [(_span(row), str(len(row.weeks)), _what(row, plan), row.blocked or "; ".join(row.reasons)) for row in plan_rows(plan.weeks)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for span_of_row, number, what, why in cells:
        console.print(f"  {span_of_row:{widths[0]}}  {number:>{widths[1]}}  {what:{widths[2]}}  {why}", markup=False)
    if plan.todo:
        requests = plan.requests(settings, held)
        seconds = sum(len(one.assets) for one in plan.todo) * seconds_an_asset + requests / settings.toggl.max_requests_per_second
        asked = f"about {requests} requests to Toggl (at {plan.entries_a_week:.0f} entries a week)" if requests else "Toggl is not asked"
        console.print(f"Expected: {asked}; about {seconds_text(round(seconds))}.", markup=False)


def print_nothing_to_do(console: Console, plan: Plan) -> None:
    """That no week is such as was asked for, and which other ones there are."""
    words = _WORDS.get(plan.only, "")
    others = plan.others()
    told = f" There are weeks that are not: {', '.join(others)}." if others else " All of them are up to date."
    console.print(f"Nothing to do: none of {counted(len(plan.weeks), 'week', 'weeks')} is {words}.{told}", markup=False)


def usual_seconds(instance: dg.DagsterInstance) -> float:
    """How long an asset took in the latest runs that succeeded, by the median; a usual value where there are none.

    A run that names no assets is one of all.
    """
    runs = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]), limit=_RUNS_LOOKED_AT)
    sizes = [len(run.dagster_run.asset_selection or ()) or len(GRAPH) for run in runs]
    took = [(run.end_time - run.start_time) / size for run, size in zip(runs, sizes, strict=True) if run.start_time and run.end_time]
    return statistics.median(took) if took else _USUAL_SECONDS


def _span(row: PlanRow) -> str:
    first, last = row.weeks[0], row.weeks[-1]
    return first.key if first == last else f"{first.key} to {last.key}"


def _what(row: PlanRow, plan: Plan) -> str:
    if row.blocked:
        return "left alone"
    if len(row.assets) == len(GRAPH):
        return f"all {len(row.assets)} assets"
    if RAW not in row.assets and len(row.assets) == len(plan.scope):
        return f"the Fibery side, {len(row.assets)} assets"
    more = f" and {len(row.assets) - _ASSETS_NAMED} more" if len(row.assets) > _ASSETS_NAMED else ""
    return f"{', '.join(row.assets[:_ASSETS_NAMED])}{more}"
