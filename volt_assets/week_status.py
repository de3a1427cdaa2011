"""How weeks stand: what is stored, what failed, what is out of date, by store and event log. Not here: what is done about it.

The store is the truth about what is there: what Dagster has noted and the store has not is missing. The event log is the truth
about how it was made: what is stored and unknown to this instance is out of date, as nothing says what it was made of.
"""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import BaseModel, ConfigDict, ValidationError

from io_managers.week_store import WeekStore
from volt_assets.assets.graph import PARENTS
from volt_assets.assets.versions import CONFIGURATION_TAG, configuration_of
from volt_assets.domain.backfill import AssetStatus, Gap, Graph, WeekStatus
from volt_assets.domain.stages import RAW
from volt_assets.domain.weeks import Week
from volt_assets.partitions import WEEKS
from volt_assets.settings import Settings
from volt_assets.week_data import Tags, changed_inputs, tags_of

_EVENTS_AT_ONCE = 200
NO_RECORD = "stored, but unknown to this Dagster"
GRAPH: Graph = {asset: frozenset(parents) for asset, parents in PARENTS.items()}
"""The assets in the order in which they are made, each with those that it reads."""


class _Sums(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    entries: int = 0


class _Raw(BaseModel):
    """What of a stored week says how whole it is."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    so_far: bool = False
    only_users: tuple[str, ...] = ()
    covered_days: tuple[str, ...] | None = None
    statistics: _Sums = _Sums()


class _Noted(NamedTuple):
    """What the event log says of one asset: each week's status, and the tags of its latest materialisation."""

    statuses: Mapping[str, dg.AssetPartitionStatus | None]
    tags: Mapping[str, Tags]


def read_statuses(
    weeks: Sequence[Week], *, store: WeekStore, instance: dg.DagsterInstance, settings: Settings, now: datetime
) -> tuple[WeekStatus, ...]:
    """How each of the weeks stands, under these settings."""
    keys = [week.key for week in weeks]
    noted = {asset: _noted(instance, asset, keys) for asset in GRAPH}
    zone = ZoneInfo(settings.week.timezone)
    return tuple(_status(week, store, noted, settings, has_ended=now >= week.moments(zone)[1]) for week in weeks)


def _status(week: Week, store: WeekStore, noted: Mapping[str, _Noted], settings: Settings, *, has_ended: bool) -> WeekStatus:
    raw = _raw(store, week)
    tags = {asset: one.tags.get(week.key) for asset, one in noted.items()}
    stale = changes_since_made(tags, {asset: configuration_of(settings, asset) for asset in GRAPH})
    assets = {}
    for asset in GRAPH:
        status = noted[asset].statuses.get(week.key)
        assets[asset] = AssetStatus(
            is_stored=_is_stored(store, week, asset),
            has_failed=status is dg.AssetPartitionStatus.FAILED,
            in_progress=status is dg.AssetPartitionStatus.IN_PROGRESS,
            stale=stale[asset],
        )
    return WeekStatus(week=week, assets=assets, gap=_gap(raw) if has_ended else None, entries=raw.statistics.entries if raw else None)


def changes_since_made(tags: Mapping[str, Tags | None], configurations: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What changed since each asset of a week was made, by the tags of its latest materialisation; nothing where nothing did."""
    found: dict[str, tuple[str, ...]] = {}
    for asset, own in tags.items():
        if own is None:
            found[asset] = (NO_RECORD,)
            continue
        settings = ("its settings changed",) if own.get(CONFIGURATION_TAG) != configurations[asset] else ()
        found[asset] = (*settings, *(f"{before} changed" for before in changed_inputs(asset, tags)))
    return found


def _noted(instance: dg.DagsterInstance, asset: str, keys: Sequence[str]) -> _Noted:
    key = dg.AssetKey(asset)
    statuses = instance.get_status_by_partition(key, keys, WEEKS) or {}
    made = set(keys) & instance.get_materialized_partitions(key)
    return _Noted(statuses=statuses, tags=_latest_tags(instance, key, made))


def _latest_tags(instance: dg.DagsterInstance, key: dg.AssetKey, keys: set[str]) -> dict[str, Tags]:
    """The tags of the latest materialisation of each of these weeks, all of which have one."""
    found: dict[str, Tags] = {}
    cursor = None
    while keys - found.keys():
        wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=sorted(keys - found.keys()))
        page = instance.fetch_materializations(wanted, limit=_EVENTS_AT_ONCE, cursor=cursor)
        for record in page.records:
            found.setdefault(record.partition_key or "", tags_of(record))
        if not page.has_more:
            break
        cursor = page.cursor
    return found


def _is_stored(store: WeekStore, week: Week, asset: str) -> bool:
    """Whether there is a file. A place that cannot be looked at has none: the week's own run will say what is wrong with it."""
    with contextlib.suppress(OSError):
        return bool(store.path(week.key, f"{asset}.json").exists())
    return False


def _raw(store: WeekStore, week: Week) -> _Raw | None:
    with contextlib.suppress(OSError, ValidationError):
        stored = store.read(week.key, f"{RAW}.json")
        return _Raw.model_validate_json(stored) if stored is not None else None
    return None


def stored_gap(store: WeekStore, week: Week) -> Gap | None:
    """Why the stored entries of a week that has ended are not everybody's whole week; None where they are."""
    return _gap(_raw(store, week))


def _gap(raw: _Raw | None) -> Gap | None:
    if raw is None:
        return None
    if raw.so_far:
        return Gap.SO_FAR
    if raw.only_users:
        return Gap.SOME_USERS
    return Gap.SOME_DAYS if raw.covered_days is not None else None
