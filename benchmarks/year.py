"""A year of the usual team for benchmarks: the sandbox's half-year, and the same half-year before it. Not here: measuring."""

from dataclasses import replace
from datetime import date, timedelta

from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.weeks import local_date
from volt_assets.sandbox.world import World, build_world

HALF_YEAR = timedelta(weeks=26)


def build_year(*, today: date) -> World:
    """A world of 52 weeks whose last one contains `today`. Entities are tracked twice as long; oddities are of the later half."""
    world = build_world(today=today)
    zones = {person.user_id: person.zone for person in world.people}
    step = max(entry.entry_id for entry in world.entries)
    earlier = tuple(_before(entry, zones[entry.user_id], step) for entry in world.entries if entry.stop)
    entries = tuple(sorted((*earlier, *world.entries), key=lambda entry: (entry.start, entry.entry_id)))
    return replace(world, entries=entries, week_count=2 * world.week_count)


def _before(entry: Entry, zone: str, step: int) -> Entry:
    start, stop = entry.start - HALF_YEAR, entry.stop - HALF_YEAR if entry.stop else None
    return replace(
        entry, entry_id=entry.entry_id + step, start=start, stop=stop, day=local_date(start, zone), changed_at=entry.changed_at - HALF_YEAR
    )
