"""Time entries of a week and what is true of the whole set. Not here: how they are fetched, what they refer to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from volt_assets.domain.people import Person, person_key
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week


class DataSource(StrEnum):
    """Where a week's entries came from. A CSV export knows neither ids nor time zones: those are derived."""

    TOGGL = "toggl"
    CSV = "csv"


class TimeEntry(Value):
    """One Toggl time entry. `start` keeps its owner's offset, so its local date is the entry's day; `seconds` is Toggl's own."""

    id: int
    user_id: int
    user_email: str | None
    user_name: str
    description: str
    start: datetime
    stop: datetime | None
    seconds: int
    billable: bool
    project: str | None
    client: str | None
    tags: tuple[str, ...]
    updated_at: datetime | None

    @property
    def person(self) -> Person:
        """Whose entry it is."""
        return Person(user_id=self.user_id, name=self.user_name, email=self.user_email)

    @property
    def content(self) -> tuple[object, ...]:
        """What its owner entered. A new name of a person or client, or their lost address, is no change of an entry."""
        return (self.start, self.stop, self.seconds, self.description, self.project, self.tags, self.billable)

    @property
    def day(self) -> date:
        """The local date of its start: the day Toggl's own reports put it on."""
        return self.start.date()


class MixedSourcesError(ValueError):
    """Some people's entries were to be replaced in a week from another source. Their ids differ, so hours would count twice."""


class NarrowerRightsError(ValueError):
    """A week of everybody's hours was to be replaced by one person's, because the token sees no others."""


class ExcludedTime(Value):
    """How much of one person and day `people.exclude` kept out: the figures alone."""

    user_id: int
    day: date
    entries: int
    seconds: int


class RawStatistics(Value):
    """What the entries sum up to, and what `people.exclude` kept out."""

    entries: int
    seconds: int
    excluded: tuple[ExcludedTime, ...] = ()

    @property
    def excluded_entries(self) -> int:
        """How many entries were kept out."""
        return sum(one.entries for one in self.excluded)

    @property
    def excluded_seconds(self) -> int:
        """How many seconds were kept out."""
        return sum(one.seconds for one in self.excluded)


class EntryChanges(Value):
    """What one fetch changed against another, in entries, running ones too, and seconds."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    seconds: int = 0


class PersonDrift(EntryChanges):
    """What changed in one person's entries."""

    user_id: int


class Drift(EntryChanges):
    """What changed in a week's entries. `people` are those whose entries changed, by user id."""

    people: tuple[PersonDrift, ...] = ()

    def of(self, user_id: int) -> PersonDrift | None:
        """What changed for one person; None for nothing."""
        return next((one for one in self.people if one.user_id == user_id), None)


class RawTogglData(Value):
    """Every entry of a week. `running` entries have no end yet and count in no total.

    `workspace_id` is None where the source does not tell it. `own_entries_only`: the token saw only its owner's time.
    `only_users`: keys of the people that were asked for; empty means everybody. `changes`: since the week was first
    published; None for none, so that equal fetches are equal. `covered_days`: the days that the source told of; None means all.
    `so_far`: the week had not ended when entries in it were fetched, so some may be missing.
    """

    week: date
    workspace_id: int | None
    source: DataSource = DataSource.TOGGL
    own_entries_only: bool = False
    only_users: tuple[str, ...] = ()
    entries: tuple[TimeEntry, ...]
    running: tuple[TimeEntry, ...]
    statistics: RawStatistics
    changes: Drift | None = None
    covered_days: tuple[date, ...] | None = None
    so_far: bool = False

    def covers(self, day: date) -> bool:
        """Whether the source told of a day."""
        return self.covered_days is None or day in self.covered_days

    @property
    def is_complete(self) -> bool:
        """Whether it holds everybody's entries as Toggl itself tells them: only such weeks can be compared for late edits."""
        return self.source is DataSource.TOGGL and not self.only_users and not self.own_entries_only


class FetchedWeek(Value):
    """What one walk through Toggl brought, proven complete against Toggl's own total."""

    workspace_id: int
    entries: tuple[TimeEntry, ...]
    running: tuple[TimeEntry, ...]
    people: tuple[Person, ...]
    own_entries_only: bool


def build_raw(
    week: Week, fetched: FetchedWeek, *, exclude: frozenset[str] = frozenset(), only_users: tuple[str, ...] = (), so_far: bool = False
) -> RawTogglData:
    """The stored form of a fetched week: sorted by start and id, without the people that the configuration excludes.

    `so_far`: the week has not ended.
    """
    kept, excluded = _without_excluded(fetched.entries, exclude)
    return RawTogglData(
        week=week.monday,
        workspace_id=fetched.workspace_id,
        own_entries_only=fetched.own_entries_only,
        only_users=tuple(sorted(only_users)),
        entries=_sorted(kept),
        running=_sorted(_without_excluded(fetched.running, exclude)[0]),
        statistics=_sums(kept, excluded),
        so_far=so_far,
    )


def build_exported(
    week: Week,
    entries: Iterable[TimeEntry],
    *,
    days: Iterable[date] | None = None,
    workspace_id: int | None = None,
    exclude: frozenset[str] = frozenset(),
) -> RawTogglData:
    """The stored form of a week from a CSV export, which covers these `days`, or all. An entry without an end is running."""
    everything = tuple(entries)
    kept, excluded = _without_excluded((entry for entry in everything if entry.stop), exclude)
    running, _ = _without_excluded((entry for entry in everything if not entry.stop), exclude)
    return RawTogglData(
        week=week.monday,
        workspace_id=workspace_id,
        source=DataSource.CSV,
        entries=_sorted(kept),
        running=_sorted(running),
        statistics=_sums(kept, excluded),
        covered_days=_some_days(week, days),
    )


def merge_people(stored: RawTogglData | None, fetched: RawTogglData, user_ids: frozenset[int]) -> RawTogglData:
    """A stored week in which the entries of these people are replaced; everybody else's stay.

    Without a stored week the result holds these people alone and says so in `only_users`. Raises MixedSourcesError for a stored
    week of a CSV export.
    """
    if stored is None:
        return fetched
    check_source(stored)
    entries = [entry for entry in stored.entries if entry.user_id not in user_ids] + list(fetched.entries)
    running = [entry for entry in stored.running if entry.user_id not in user_ids] + list(fetched.running)
    partial = tuple(sorted({*stored.only_users, *fetched.only_users})) if stored.only_users else ()
    excluded = [one for one in stored.statistics.excluded if one.user_id not in user_ids] + list(fetched.statistics.excluded)
    return stored.model_copy(
        update={
            "only_users": partial,
            "entries": _sorted(entries),
            "running": _sorted(running),
            "statistics": _sums(entries, excluded),
        }
    )


def check_narrowing(stored: RawTogglData | None, fetched: RawTogglData) -> None:
    """Whether a fetch for everybody may replace a stored week. Raises NarrowerRightsError where its token sees less than that holds."""
    if stored is None or stored.own_entries_only or not fetched.own_entries_only:
        return
    if _people(stored) - _people(fetched):
        raise NarrowerRightsError(
            f"Week {stored.week} is stored with everybody's hours, but this token sees its owner's alone, so the others' would be lost. "
            "Set TOGGL_API_TOKEN to the API token of a workspace admin, or VOLT_DATA to another folder for these hours alone."
        )


def check_source(stored: RawTogglData) -> None:
    """Whether some people's entries can be fetched into a stored week. Raises MixedSourcesError for one of a CSV export."""
    if stored.source is DataSource.CSV:
        raise MixedSourcesError(
            f"Week {stored.week} is stored from a CSV export, whose people and entries have other ids than Toggl's: some people's "
            "entries cannot be replaced in it. Run the week for everybody first, without a users filter."
        )


def merge_days(stored: RawTogglData | None, exported: RawTogglData, *, exclude: frozenset[str] = frozenset()) -> RawTogglData:
    """An exported week with the other days of a stored one: the days that the export covers are replaced, the rest stays.

    Nothing stays of a week that came from another source, whose ids are others, nor of somebody who is excluded meanwhile.
    """
    if stored is None or stored.source is not exported.source:
        return exported
    rest, barred = _without_excluded((entry for entry in stored.entries if not exported.covers(entry.day)), exclude)
    running, _ = _without_excluded((entry for entry in stored.running if not exported.covers(entry.day)), exclude)
    entries = [*exported.entries, *rest]
    excluded = [*exported.statistics.excluded, *(one for one in stored.statistics.excluded if not exported.covers(one.day)), *barred]
    return exported.model_copy(
        update={
            "entries": _sorted(entries),
            "running": _sorted([*exported.running, *running]),
            "statistics": _sums(entries, excluded),
            "covered_days": _union(stored, exported),
        },
    )


def drift(stored: RawTogglData | None, fetched: RawTogglData) -> Drift:
    """What changed since the stored fetch. A timer that was stopped is a changed entry, with its seconds."""
    before, after = _by_person(stored), _by_person(fetched)
    each = (_person_drift(user_id, before.get(user_id, {}), after.get(user_id, {})) for user_id in sorted(before.keys() | after.keys()))
    people = tuple(one for one in each if one.added or one.changed or one.removed)
    sums = {name: sum(getattr(one, name) for one in people) for name in EntryChanges.model_fields}
    return Drift(people=people, **sums)


def changes_since(first: RawTogglData | None, data: RawTogglData) -> Drift | None:
    """What changed in Toggl since a week was first published; None for nothing, or where the two cannot be compared.

    Whom the configuration leaves out of one of the two is left out of both: that is no change in Toggl.
    """
    if first is None or not (first.is_complete and data.is_complete):
        return None
    left_out = {one.user_id for week in (first, data) for one in week.statistics.excluded}
    found = drift(_without(first, left_out), _without(data, left_out))
    return found if found.people else None


def _without(week: RawTogglData, user_ids: set[int]) -> RawTogglData:
    if not user_ids:
        return week
    entries, running = ([entry for entry in some if entry.user_id not in user_ids] for some in (week.entries, week.running))
    return week.model_copy(update={"entries": tuple(entries), "running": tuple(running)})


def total_seconds(entries: Iterable[TimeEntry]) -> int:
    """The sum of Toggl's own seconds."""
    return sum(entry.seconds for entry in entries)


def entries_by_person(stored: RawTogglData | None) -> dict[int, int]:
    """How many entries each user id has, running ones included; nobody where nothing is stored."""
    return dict(Counter(entry.user_id for entry in (*stored.entries, *stored.running))) if stored else {}


def people_of(entries: Iterable[TimeEntry]) -> tuple[Person, ...]:
    """Everybody with an entry, by user id."""
    found = {entry.user_id: entry.person for entry in entries}
    return tuple(found[user_id] for user_id in sorted(found))


def _people(week: RawTogglData) -> set[int]:
    return {entry.user_id for entry in (*week.entries, *week.running)}


def is_excluded(entry: TimeEntry, exclude: frozenset[str]) -> bool:
    """Whether `people.exclude` names the entry's owner, by e-mail or by id."""
    return bool({person_key(entry.user_id, entry.user_email), f"user:{entry.user_id}"} & exclude)


def _by_person(week: RawTogglData | None) -> dict[int, dict[int, TimeEntry]]:
    found: dict[int, dict[int, TimeEntry]] = defaultdict(dict)
    for entry in (*week.entries, *week.running) if week else ():
        found[entry.user_id][entry.id] = entry
    return found


def _person_drift(user_id: int, before: Mapping[int, TimeEntry], after: Mapping[int, TimeEntry]) -> PersonDrift:
    return PersonDrift(
        user_id=user_id,
        added=len(after.keys() - before.keys()),
        removed=len(before.keys() - after.keys()),
        changed=sum(1 for key in after.keys() & before.keys() if after[key].content != before[key].content),
        seconds=total_seconds(after.values()) - total_seconds(before.values()),
    )


def _sums(entries: Sequence[TimeEntry], excluded: Iterable[ExcludedTime]) -> RawStatistics:
    ordered = sorted(excluded, key=lambda one: (one.user_id, one.day))
    return RawStatistics(entries=len(entries), seconds=total_seconds(entries), excluded=tuple(ordered))


def _without_excluded(entries: Iterable[TimeEntry], exclude: frozenset[str]) -> tuple[list[TimeEntry], list[ExcludedTime]]:
    """The entries that stay, and how much of each person and day does not."""
    kept: list[TimeEntry] = []
    dropped: dict[tuple[int, date], list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        (dropped[entry.user_id, entry.day] if is_excluded(entry, exclude) else kept).append(entry)
    times = [
        ExcludedTime(user_id=user_id, day=day, entries=len(own), seconds=total_seconds(own)) for (user_id, day), own in dropped.items()
    ]
    return kept, times


def _some_days(week: Week, days: Iterable[date] | None) -> tuple[date, ...] | None:
    """Those of the days that are the week's; None where that is all of it, so that whole weeks are equal."""
    held = week.days if days is None else tuple(sorted(set(week.days).intersection(days)))
    return None if held == week.days else held


def _union(one: RawTogglData, other: RawTogglData) -> tuple[date, ...] | None:
    week = Week(monday=one.week)
    return _some_days(week, (day for day in week.days if one.covers(day) or other.covers(day)))


def _sorted(entries: Iterable[TimeEntry]) -> tuple[TimeEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.start, entry.id)))
