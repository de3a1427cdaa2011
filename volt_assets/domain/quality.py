"""What looks wrong in a week's time entries, person by person. Not here: how reports tell it; totals, which it never changes.

Nothing found here is dropped or corrected: Toggl allows all of it, and its seconds stay the truth (`reference/toggl.md` section 8).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

SECONDS_IN_DAY = 24 * 60 * 60
_SECONDS_IN_HOUR = 60 * 60
_WORKING_DAYS = 5
_TOLERATED_SECONDS = 1
_LATEST_ZONE = timedelta(hours=12)


class QualityLimits(Value):
    """What still counts as usual: hours of one person on one day, and the share of hours that name no entity in full."""

    max_hours_a_day: float = 12
    max_unmatched_percent: float = 50

    @property
    def max_seconds_a_day(self) -> int:
        """The limit of a day in seconds."""
        return round(self.max_hours_a_day * _SECONDS_IN_HOUR)


class QualityRules(Value):
    """By what a week is judged. Days before `until` have passed everywhere on Earth; None means that all have.

    `covered`: the days that the data tells of; None means all.
    """

    week: Week
    limits: QualityLimits = QualityLimits()
    until: date | None = None
    covered: tuple[date, ...] | None = None

    @property
    def passed_weekdays(self) -> tuple[date, ...]:
        """Monday to Friday, as far as these days are over and the data tells of them."""
        told = self.week.days if self.covered is None else self.covered
        return tuple(day for day in self.week.days[:_WORKING_DAYS] if day in told and (self.until is None or day < self.until))


class NotedEntry(Value):
    """An entry to look at, with the local day of its start."""

    entry_id: int
    day: date
    seconds: int
    description: str


class MistimedEntry(NotedEntry):
    """An entry whose seconds are not what lies between its start and its stop. `seconds` is what counts."""

    span_seconds: int


class Overlap(Value):
    """Entries of one person that overlap, each with another of them. `doubled_seconds` is the time counted more than once."""

    entries: tuple[NotedEntry, ...]
    doubled_seconds: int

    @property
    def entry_ids(self) -> tuple[int, ...]:
        """The entries, by start."""
        return tuple(entry.entry_id for entry in self.entries)


class HiddenText(Value):
    """An entry with something secret-looking in its texts. Not the text: this is told where others read it."""

    entry_id: int
    day: date
    seconds: int


class DayTotal(Value):
    """All of a person's time on one local day."""

    day: date
    seconds: int
    entry_ids: tuple[int, ...]


class QualityCounts(Value):
    """How much there is of each kind of oddity."""

    overlaps: int = 0
    doubled_seconds: int = 0
    over_24_hours: int = 0
    long_days: int = 0
    running: int = 0
    mistimed: int = 0
    outside_the_week: int = 0
    zero_seconds: int = 0
    missing_description: int = 0
    hidden_texts: int = 0
    weekdays_without_entries: int = 0


class PersonQuality(Value):
    """What looks wrong in one person's week. `missing_description` lists the entries without one."""

    overlaps: tuple[Overlap, ...] = ()
    over_24_hours: tuple[NotedEntry, ...] = ()
    long_days: tuple[DayTotal, ...] = ()
    running: tuple[NotedEntry, ...] = ()
    mistimed: tuple[MistimedEntry, ...] = ()
    outside_the_week: tuple[NotedEntry, ...] = ()
    zero_seconds: tuple[NotedEntry, ...] = ()
    missing_description: tuple[int, ...] = ()
    missing_description_seconds: int = 0
    hidden_texts: tuple[HiddenText, ...] = ()
    weekdays_without_entries: tuple[date, ...] = ()

    @property
    def counts(self) -> QualityCounts:
        """How much there is of each."""
        sizes = {name: len(getattr(self, name)) for name in QualityCounts.model_fields if name != "doubled_seconds"}
        return QualityCounts(doubled_seconds=sum(one.doubled_seconds for one in self.overlaps), **sizes)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look at."""
        return self.counts == QualityCounts()


class WeekQuality(Value):
    """The week's sums, the limits they were judged by, and how many people there is something to look at of."""

    limits: QualityLimits = QualityLimits()
    people: int = 0
    counts: QualityCounts = QualityCounts()


def person_quality(entries: Sequence[TimeEntry], running: Sequence[TimeEntry], rules: QualityRules) -> PersonQuality:
    """What looks wrong in one person's entries. One pass over them, and one sort for the overlaps."""
    days: dict[date, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        days[entry.day].append(entry)
    blank = [entry for entry in entries if not entry.description.strip()]
    return PersonQuality(
        overlaps=find_overlaps(entries),
        over_24_hours=_noted(entry for entry in entries if entry.seconds > SECONDS_IN_DAY),
        long_days=_long_days(days, rules.limits.max_seconds_a_day),
        running=_noted(running),
        mistimed=tuple(_mistimed(entries)),
        outside_the_week=_noted(entry for day in days.keys() - set(rules.week.days) for entry in days[day]),
        zero_seconds=_noted(entry for entry in entries if entry.seconds == 0),
        missing_description=tuple(sorted(entry.id for entry in blank)),
        missing_description_seconds=sum(entry.seconds for entry in blank),
        hidden_texts=tuple(_hidden(entries)),
        weekdays_without_entries=_empty_days(days.keys() | {entry.day for entry in running}, rules),
    )


def week_quality(people: Iterable[PersonQuality], limits: QualityLimits) -> WeekQuality:
    """The sums over all people."""
    each = [counts for person in people if (counts := person.counts) != QualityCounts()]
    sums = {name: sum(getattr(one, name) for one in each) for name in QualityCounts.model_fields}
    return WeekQuality(limits=limits, people=len(each), counts=QualityCounts(**sums))


def find_overlaps(entries: Iterable[TimeEntry]) -> tuple[Overlap, ...]:
    """The groups of one person's entries that overlap, by start. Touching ends are no overlap, and no time overlaps nothing.

    Compared are instants, so that a change of the clocks makes none and hides none. An entry lasts `seconds` from its start.
    """
    return tuple(
        Overlap(
            entries=_noted(group, in_order=True),
            doubled_seconds=sum(entry.seconds for entry in group) - covered,
        )
        for group, covered in _connected(entries)
        if len(group) > 1
    )


def days_passed_before(now: datetime) -> date:
    """The first day that is not yet over everywhere on Earth."""
    return (now.astimezone(UTC) - _LATEST_ZONE).date()


def unmatched_percent(unmatched_seconds: int, total_seconds: int) -> float:
    """The share of time that names no entity in full, in percent; 0 where there is no time."""
    return 100 * unmatched_seconds / total_seconds if total_seconds else 0.0


def _connected(entries: Iterable[TimeEntry]) -> Iterator[tuple[list[TimeEntry], int]]:
    """Entries that hang together in time, with the seconds that they cover together."""
    starts = ((int(entry.start.timestamp()), entry) for entry in entries if entry.seconds > 0)
    group: list[TimeEntry] = []
    begin = end = 0
    for start, entry in sorted(starts, key=lambda one: (one[0], one[1].id)):
        if group and start >= end:
            yield group, end - begin
            group = []
        if not group:
            begin = end = start
        group.append(entry)
        end = max(end, start + entry.seconds)
    if group:
        yield group, end - begin


def _noted(entries: Iterable[TimeEntry], *, in_order: bool = False) -> tuple[NotedEntry, ...]:
    ordered = entries if in_order else sorted(entries, key=lambda entry: (entry.start, entry.id))
    return tuple(NotedEntry(entry_id=entry.id, day=entry.day, seconds=entry.seconds, description=entry.description) for entry in ordered)


def _hidden(entries: Iterable[TimeEntry]) -> Iterator[HiddenText]:
    for entry in sorted(entries, key=lambda entry: (entry.start, entry.id)):
        texts = (entry.description, entry.project, entry.client, *entry.tags)
        if any(text and mask_secrets(text) != text for text in texts):
            yield HiddenText(entry_id=entry.id, day=entry.day, seconds=entry.seconds)


def _mistimed(entries: Iterable[TimeEntry]) -> Iterator[MistimedEntry]:
    for entry in entries:
        span = (entry.stop - entry.start).total_seconds() if entry.stop else entry.seconds
        if abs(span - entry.seconds) > _TOLERATED_SECONDS:
            (noted,) = _noted([entry])
            yield MistimedEntry(**noted.model_dump(), span_seconds=round(span))


def _long_days(days: dict[date, list[TimeEntry]], limit: int) -> tuple[DayTotal, ...]:
    totals = ((day, sum(entry.seconds for entry in group), group) for day, group in sorted(days.items()))
    return tuple(
        DayTotal(day=day, seconds=seconds, entry_ids=tuple(sorted(entry.id for entry in group)))
        for day, seconds, group in totals
        if seconds > limit
    )


def _empty_days(with_entries: set[date], rules: QualityRules) -> tuple[date, ...]:
    return tuple(day for day in rules.passed_weekdays if day not in with_entries)
