"""Which assets of which weeks a backfill runs, and why. Not here: reading how the weeks stand, running, printing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from volt_assets.domain.stages import RAW
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week


class Only(StrEnum):
    """Which weeks a backfill is for. What it makes again puts everything after it out of date, so that is made again too."""

    MISSING = "missing"
    FAILED = "failed"
    STALE = "stale"
    ALL = "all"


class Gap(StrEnum):
    """Why a week's stored Toggl data does not hold everybody's whole week."""

    SO_FAR = "fetched before the week had ended"
    SOME_USERS = "holds the time of chosen people only"
    SOME_DAYS = "holds some of its days only, from a CSV export"


class AssetStatus(Value):
    """How an asset of a week stands. `stale`: what has changed since it was made; what is made of it is then out of date too."""

    is_stored: bool = False
    has_failed: bool = False
    in_progress: bool = False
    stale: tuple[str, ...] = ()


class WeekStatus(Value):
    """How a week stands. `assets` are all of the graph's; `gap` is None for a whole week, and for the running one."""

    week: Week
    assets: Mapping[str, AssetStatus]
    gap: Gap | None = None
    entries: int | None = None


Graph = Mapping[str, frozenset[str]]
"""Each asset with those of the same week that it reads, in the order in which they are made."""


class WeekPlan(Value):
    """What is run of a week: nothing where there is nothing to do, or where `blocked` says why it cannot be."""

    week: Week
    assets: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    blocked: str = ""

    @property
    def asks_toggl(self) -> bool:
        """Whether the week's entries are read from Toggl."""
        return RAW in self.assets


class PlanRow(Value):
    """Weeks of which the same is run for the same reasons. `weeks` are in a row, as far as the backfill's weeks are."""

    weeks: tuple[Week, ...]
    assets: tuple[str, ...]
    reasons: tuple[str, ...]
    blocked: str


def plan_week(status: WeekStatus, only: Only, graph: Graph, scope: frozenset[str]) -> WeekPlan:
    """What a backfill of `only` such weeks runs of this one, within the assets in `scope`.

    Blocked are a week that a run is at work on, and one for which something outside the scope is not stored.
    """
    reasons = {asset: _reasons(status, asset, only) for asset in graph if asset in scope}
    wanted = {asset for asset, told in reasons.items() if told}
    if not wanted:
        return WeekPlan(week=status.week)
    if any(asset.in_progress for asset in status.assets.values()):
        return WeekPlan(week=status.week, blocked="a run of it is going on")
    run = _with_what_follows(wanted, graph, scope)
    needed = {before for asset in run for before in graph[asset] if not status.assets[before].is_stored} - run
    while needed & scope:
        run = _with_what_follows(run | (needed & scope), graph, scope)
        needed = {before for asset in run for before in graph[asset] if not status.assets[before].is_stored} - run
    if needed:
        return WeekPlan(week=status.week, blocked=f"{_listed(sorted(needed, key=list(graph).index))} not stored")
    return WeekPlan(week=status.week, assets=_ordered(run, graph), reasons=_told(reasons, graph, only))


def plan_rows(plans: Sequence[WeekPlan]) -> tuple[PlanRow, ...]:
    """The plans of weeks in order, with neighbours of which the same is said put together. Weeks without anything to do have none."""
    rows: list[PlanRow] = []
    for before, plan in pairwise((None, *plans)):
        if plan is None or not (plan.assets or plan.blocked):
            continue
        same = before is not None and (before.assets, before.reasons, before.blocked) == (plan.assets, plan.reasons, plan.blocked)
        if same and rows:
            last = rows.pop()
            rows.append(last.model_copy(update={"weeks": (*last.weeks, plan.week)}))
        else:
            rows.append(PlanRow(weeks=(plan.week,), assets=plan.assets, reasons=plan.reasons, blocked=plan.blocked))
    return tuple(rows)


def rows_of_weeks(weeks: Sequence[Week]) -> tuple[tuple[Week, ...], ...]:
    """Weeks in order as rows without a gap."""
    rows: list[tuple[Week, ...]] = []
    for week in weeks:
        joins = bool(rows) and rows[-1][-1].shifted(1) == week
        rows.append((*(rows.pop() if joins else ()), week))
    return tuple(rows)


def expected_pages(weeks: int, entries_a_week: float, page_size: int) -> int:
    """How many requests a walk over so many weeks takes: its pages, and three more."""
    return max(1, math.ceil(weeks * entries_a_week / page_size)) + 3


def _reasons(status: WeekStatus, asset: str, only: Only) -> tuple[str, ...]:
    """Why an asset is to be made again; nothing where it is not."""
    one = status.assets[asset]
    gap = (status.gap.value,) if asset == RAW and status.gap else ()
    missing = () if one.is_stored else ("not stored",)
    return {
        Only.MISSING: missing or gap,
        Only.FAILED: ("failed",) if one.has_failed else (),
        Only.STALE: (one.stale or gap) if one.is_stored else (),
        Only.ALL: ("all",),
    }[only]


def _told(reasons: Mapping[str, tuple[str, ...]], graph: Graph, only: Only) -> tuple[str, ...]:
    """The reasons at the root: what is not there or failed because of something before it is not told beside that."""
    if only is Only.ALL:
        return ("asked for",)
    wanted = {asset for asset, told in reasons.items() if told}
    if len(every := set(reasons.values())) == 1:
        return every.pop()
    told: dict[str, list[str]] = {}
    for asset in _ordered(wanted, graph):
        if only is Only.STALE or not _before(asset, graph) & wanted:
            for reason in reasons[asset]:
                told.setdefault(reason, []).append(asset)
    return tuple(f"{_listed(assets)}: {reason}" for reason, assets in told.items())


def _before(asset: str, graph: Graph) -> set[str]:
    """Everything that an asset is made of, however far back."""
    found: set[str] = set()
    todo = set(graph[asset])
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo |= graph[one]
    return found


def _with_what_follows(assets: set[str], graph: Graph, scope: frozenset[str]) -> set[str]:
    """The assets with all in scope that are made of them."""
    return assets | {asset for asset in graph if asset in scope and _before(asset, graph) & assets}


def _ordered(assets: Iterable[str], graph: Graph) -> tuple[str, ...]:
    chosen = set(assets)
    return tuple(asset for asset in graph if asset in chosen)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
