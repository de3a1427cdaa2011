"""The one place that reads other weeks for a report: stored weeks before this one, never this one or later. Not here: sums.

No asset depends on itself for it: that would make Dagster run past weeks one after the other (design, section 3).
"""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from io_managers.week_store import WeekStore
from volt_assets.domain.earlier import EarlierTime, EarlierWeek, StoredWeek, as_stored, sum_earlier
from volt_assets.domain.enrichment import EnrichedEntities
from volt_assets.domain.week_over_week import fibery_time, toggl_time
from volt_assets.domain.week_time import Missing, StoredFibery, StoredToggl, WeekBefore, WeekTime
from volt_assets.domain.weeks import Week

Stored = TypeVar("Stored", bound=BaseModel)
_ASSET, _TOGGL_ASSET = "enriched_data", "toggl_aggregated"
_VERSION_CHARACTERS = 12


def earlier_weeks(store: WeekStore, enriched: EnrichedEntities) -> EarlierTime:
    """The time of every entity in the stored weeks before this one, and which weeks, in which version, that was read from."""
    week = Week(monday=enriched.week)
    read, unreadable = [], []
    for earlier in (Week.from_key(key) for key in store.stored_weeks() if key < week.key):
        stored = store.read(earlier.key, f"{_ASSET}.json")
        if stored is None:
            continue
        try:
            hours = StoredWeek.model_validate_json(stored)
        except ValidationError:
            unreadable.append(earlier.monday)
        else:
            read.append((EarlierWeek(week=earlier.monday, version=_version(stored), gaps=hours.gaps), hours))
    before = _week_before(store, week, _ASSET, StoredFibery, fibery_time)
    return sum_earlier(read, unreadable, current=as_stored(enriched.entities)).model_copy(update={"week_before": before})


def toggl_week_before(store: WeekStore, monday: date) -> WeekBefore:
    """The time of the stored week before this one, as Toggl alone tells it."""
    return _week_before(store, Week(monday=monday), _TOGGL_ASSET, StoredToggl, toggl_time)


def _week_before(store: WeekStore, week: Week, asset: str, model: type[Stored], time: Callable[[Stored], WeekTime]) -> WeekBefore:
    before = week.shifted(-1)
    stored = store.read(before.key, f"{asset}.json")
    if stored is None:
        return WeekBefore(week=before.monday, missing=Missing.NOT_STORED)
    try:
        return WeekBefore(week=before.monday, version=_version(stored), time=time(model.model_validate_json(stored)))
    except ValidationError:
        return WeekBefore(week=before.monday, missing=Missing.UNREADABLE)


def _version(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()[:_VERSION_CHARACTERS]
