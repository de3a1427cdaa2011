"""What importing a CSV export makes of stored weeks, and whose stored time it would remove. Not here: rows, ids, storing.

A deleted entry and one that a filter hides look the same in a file. So what a file no longer has counts as removed unless an entry
of the same person, new in the file, shows that it was only edited: it keeps the start, or everything but the times.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from volt_assets.domain.csv_days import FileDays
from volt_assets.domain.entries import (
    DataSource,
    Drift,
    RawTogglData,
    TimeEntry,
    build_exported,
    drift,
    is_excluded,
    merge_days,
    people_of,
    total_seconds,
)
from volt_assets.domain.people import Person
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

Key = Callable[[TimeEntry], Hashable]


class Removal(Value):
    """One person's stored entries of a week, running ones too, that nothing in the file explains the end of."""

    person: Person
    entries: int
    seconds: int


class WeekImport(Value):
    """What importing would make of one week, and what it would remove there."""

    week: Week
    stored: RawTogglData | None
    data: RawTogglData
    changes: Drift
    removals: tuple[Removal, ...] = ()

    @property
    def replaces_toggls(self) -> bool:
        """Whether what is stored came from Toggl itself."""
        return self.stored is not None and self.stored.source is DataSource.TOGGL


def plan_weeks(
    entries: Iterable[TimeEntry],
    stored: Mapping[Week, RawTogglData],
    days: FileDays,
    *,
    workspace_id: int | None,
    exclude: frozenset[str],
) -> tuple[WeekImport, ...]:
    """What each week would hold after the import: the days that the file covers are the file's, the others stay.

    `stored` are the weeks between these days that have data; a week without data and without entries is none of the file's.
    """
    by_week: dict[Week, list[TimeEntry]] = {week: [] for week in stored}
    for entry in entries:
        by_week.setdefault(Week.containing(entry.day), []).append(entry)
    plans = []
    for week, held in sorted(by_week.items(), key=lambda item: item[0].monday):
        exported = build_exported(week, held, days=days.of_week(week.days), workspace_id=workspace_id, exclude=exclude)
        before, data = stored.get(week), merge_days(stored.get(week), exported, exclude=exclude)
        plans.append(WeekImport(week=week, stored=before, data=data, changes=drift(before, data)))
    return _with_removals(plans, exclude)


def _with_removals(plans: Sequence[WeekImport], exclude: frozenset[str]) -> tuple[WeekImport, ...]:
    """The plans with what they remove. An entry may have moved to another week, but only to a day that was known before.

    Entries of days that an import tells of for the first time are no edits of others.
    """
    gone, spare = dict[Week, list[TimeEntry]](), list[TimeEntry]()
    for plan in plans:
        before, after = _entries(plan.stored), _entries(plan.data)
        removed = [entry for key, entry in before.items() if key not in after and not is_excluded(entry, exclude)]
        gone[plan.week], added = _unexplained(removed, [entry for key, entry in after.items() if key not in before])
        spare += [entry for entry in added if plan.stored and plan.stored.covers(entry.day)]
    left, _ = _unpaired([entry for entries in gone.values() for entry in entries], spare, _moved)
    ids = {entry.id for entry in left}
    lost = {week: [entry for entry in entries if entry.id in ids] for week, entries in gone.items()}
    return tuple(plan.model_copy(update={"removals": _removals(lost[plan.week])}) for plan in plans)


def _entries(data: RawTogglData | None) -> dict[int, TimeEntry]:
    return {entry.id: entry for entry in (*data.entries, *data.running)} if data else {}


def _unexplained(removed: Sequence[TimeEntry], added: Sequence[TimeEntry]) -> tuple[list[TimeEntry], list[TimeEntry]]:
    """The removed entries of a week without an added one that they may have become, and the added ones that are then left.

    Those whose start is gone choose first among entries of the same text, because the others have another way to be explained.
    """
    starts = {_start(entry) for entry in added}
    left, spare = sorted(removed, key=lambda entry: _start(entry) in starts), list(added)
    for key in (_start_and_text, _text, _start):
        left, spare = _unpaired(left, spare, key)
    return left, spare


def _unpaired(removed: Iterable[TimeEntry], added: Iterable[TimeEntry], key: Key) -> tuple[list[TimeEntry], list[TimeEntry]]:
    """What stays of both when each removed entry takes one added entry with the same key."""
    offered: dict[Hashable, list[TimeEntry]] = defaultdict(list)
    for entry in added:
        offered[key(entry)].append(entry)
    left = []
    for entry in removed:
        same = offered.get(key(entry))
        if same:
            same.pop()
        else:
            left.append(entry)
    return left, [entry for entries in offered.values() for entry in entries]


def _start(entry: TimeEntry) -> Hashable:
    """The start by its owner's clock, which another --timezone does not change."""
    return entry.user_id, entry.start.replace(tzinfo=None)


def _text(entry: TimeEntry) -> Hashable:
    """All but the times. Toggl's filters choose by these, so what a filter hides is never explained by what it shows."""
    return entry.user_id, entry.description, entry.project, entry.client, entry.tags, entry.billable


def _start_and_text(entry: TimeEntry) -> Hashable:
    return _start(entry), _text(entry)


def _moved(entry: TimeEntry) -> Hashable:
    """All but the day and hour."""
    return _text(entry), entry.seconds


def _removals(lost: Sequence[TimeEntry]) -> tuple[Removal, ...]:
    by_person: dict[int, list[TimeEntry]] = defaultdict(list)
    for entry in lost:
        by_person[entry.user_id].append(entry)
    return tuple(
        Removal(person=person, entries=len(by_person[person.user_id]), seconds=total_seconds(by_person[person.user_id]))
        for person in people_of(lost)
    )
