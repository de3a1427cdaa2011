"""The week: Monday to Sunday, named by its Monday. Not here: which weeks exist (that is `partitions`), clocks."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Self

from pydantic import field_validator

from volt_assets.domain.values import Value

MONDAY = 0


class Week(Value):
    """One calendar week. `key` is the partition key, the Monday as `2025-10-06`."""

    monday: date

    @field_validator("monday")
    @classmethod
    def _starts_on_monday(cls, day: date) -> date:
        if day.weekday() != MONDAY:
            raise ValueError(f"{day} is no Monday; a week is named by its Monday, here {day - timedelta(days=day.weekday())}")
        return day

    @classmethod
    def from_key(cls, key: str) -> Self:
        """The week of a partition key. Raises ValueError for anything but a Monday written `YYYY-MM-DD`."""
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", key):
            raise ValueError(f"{key!r} names no week; write its Monday as 2025-10-06")
        return cls(monday=date.fromisoformat(key))

    @classmethod
    def containing(cls, day: date) -> Self:
        """The week that a day belongs to."""
        return cls(monday=day - timedelta(days=day.weekday()))

    @property
    def key(self) -> str:
        """The partition key, `YYYY-MM-DD`."""
        return self.monday.isoformat()

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    @property
    def days(self) -> tuple[date, ...]:
        """The seven days, Monday first."""
        return tuple(self.monday + timedelta(days=offset) for offset in range(7))

    @property
    def title(self) -> str:
        """How reports name the week: both ends and the ISO week."""
        year, number, _ = self.monday.isocalendar()
        return f"{self.monday.isoformat()} to {self.sunday.isoformat()} (ISO week {year}-W{number:02d})"

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """When the week begins in a time zone, and when the next one does."""
        first, last = (datetime.combine(week.monday, time(), tzinfo=zone) for week in (self, self.shifted(1)))
        return first, last

    def shifted(self, weeks: int) -> "Week":
        """The week this many weeks later (earlier when negative)."""
        return Week(monday=self.monday + timedelta(weeks=weeks))


def weeks_between(first: date, last: date) -> Iterator[Week]:
    """Every week that the days from `first` to `last`, both included, touch. Raises ValueError when reversed."""
    if last < first:
        raise ValueError(f"the range is reversed: it ends on {last}, before it starts on {first}")
    week = Week.containing(first)
    while week.monday <= last:
        yield week
        week = week.shifted(1)


def day_in(moment: datetime, zone: tzinfo) -> date:
    """The day of a moment in a time zone. At the calendar's edge, as people write for "no end", the day that is written."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def unbroken(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as first and last of each unbroken row of them."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        joins = bool(spans) and spans[-1][1] + timedelta(days=1) == day
        first = spans.pop()[0] if joins else day
        spans.append((first, day))
    return spans
