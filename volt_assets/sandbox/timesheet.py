"""The time entries as they are now: those of the world, and what was added, changed or deleted while it ran.

No reports and no HTTP. Safe to use from several threads; the world itself stays as it was built.
"""

import threading
from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, TypedDict, Unpack

from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.weeks import local_date
from volt_assets.sandbox.world import World

_NOTICED: Final = timedelta(minutes=1)


class Times(NamedTuple):
    """All entries, ordered by their start, and the number of the state they are in: it rises with every edit."""

    entries: tuple[Entry, ...]
    state: int


class EntryDetails(TypedDict, total=False):
    """What may be said about a new entry beyond who, when, how long and with which words."""

    project_id: int | None
    tag_ids: tuple[int, ...]
    billable: bool
    changed_at: datetime


class EntryChanges(EntryDetails, total=False):
    """What may change in an entry. Where its start, seconds or owner change, its stop and local day follow."""

    user_id: int
    description: str | None
    start: datetime
    seconds: int


class Timesheet:
    """The entries over one world and its edits."""

    def __init__(self, world: World) -> None:
        self._zones = {person.user_id: person.zone for person in world.people}
        self._times = Times(world.entries, 0)
        self._deleted: tuple[Entry, ...] = ()
        self._next_id = max((entry.entry_id for entry in world.entries), default=0) + 1
        self._lock = threading.Lock()

    @property
    def now(self) -> Times:
        """All entries as they are now; a value that later edits leave alone."""
        return self._times

    @property
    def deleted(self) -> tuple[Entry, ...]:
        """The entries that were deleted, each with the moment of that as `changed_at`; oldest deletion first."""
        return self._deleted

    def add(self, user_id: int, start: datetime, seconds: int, description: str | None, **more: Unpack[EntryDetails]) -> Entry:
        """A new entry of somebody, with a new id. Negative seconds: its timer is still on. KeyError for nobody's user id."""
        with self._lock:
            plain = Entry(
                self._next_id, user_id, description, start, None, seconds, start.date(), None, (), billable=False, changed_at=start
            )
            entry = self._following(replace(plain, **more))
            entry = entry if "changed_at" in more else replace(entry, changed_at=entry.stop or entry.start)
            self._next_id += 1
            self._put(entry, without=None)
        return entry

    def change(self, entry_id: int, **changes: Unpack[EntryChanges]) -> Entry:
        """The entry with other values, changed a minute after its last change unless `changed_at` says when."""
        with self._lock:
            old = self._entry(entry_id)
            moved = replace(old, **({"changed_at": old.changed_at + _NOTICED} | changes))
            entry = self._following(moved) if {"start", "seconds", "user_id"} & changes.keys() else moved
            self._put(entry, without=old)
        return entry

    def delete(self, entry_id: int) -> Entry:
        """The entry that is no more."""
        with self._lock:
            old = self._entry(entry_id)
            self._put(None, without=old)
            self._deleted = (*self._deleted, replace(old, changed_at=old.changed_at + _NOTICED))
        return old

    def _entry(self, entry_id: int) -> Entry:
        for entry in self._times.entries:
            if entry.entry_id == entry_id:
                return entry
        raise KeyError(f"The sandbox has no time entry {entry_id}; its ids are in Sandbox.entries.")

    def _following(self, entry: Entry) -> Entry:
        """The entry with its start in UTC, and the stop and the day that follow from it."""
        if entry.start.tzinfo is None:
            raise ValueError(f"The start {entry.start} has no time zone; say which, as in datetime(..., tzinfo=UTC).")
        start = entry.start.astimezone(UTC)
        stop = None if entry.seconds < 0 else start + timedelta(seconds=entry.seconds)
        return replace(entry, start=start, stop=stop, day=local_date(start, self._zones[entry.user_id]))

    def _put(self, entry: Entry | None, *, without: Entry | None) -> None:
        entries = [one for one in self._times.entries if one is not without]
        if entry:
            entries.insert(bisect_right(entries, entry.start, key=lambda one: one.start), entry)
        self._times = Times(tuple(entries), self._times.state + 1)
