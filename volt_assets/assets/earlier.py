"""The one place that reads other weeks for a report: stored weeks before this one, never this one or later. Not here: sums.

No asset depends on itself for it: that would make Dagster run past weeks one after the other (design, section 3).
"""

import hashlib

from pydantic import ValidationError

from io_managers.week_store import WeekStore
from volt_assets.domain.earlier import EarlierTime, EarlierWeek, StoredWeek, as_stored, sum_earlier
from volt_assets.domain.enrichment import EnrichedEntities
from volt_assets.domain.weeks import Week

_ASSET = "enriched_data"
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
            version = hashlib.sha256(stored).hexdigest()[:_VERSION_CHARACTERS]
            read.append((EarlierWeek(week=earlier.monday, version=version, gaps=hours.gaps), hours))
    return sum_earlier(read, unreadable, current=as_stored(enriched.entities))
