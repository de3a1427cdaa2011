"""Which days a CSV export covers: told by its name or by the user, else its entries' own. Not here: its rows, what is stored."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from volt_assets.domain.entries import DataSource, RawTogglData
from volt_assets.domain.values import Value

_NAMED = re.compile(r"(?<![0-9])([0-9]{4})[-_]([0-9]{2})[-_]([0-9]{2})[\s_-]+to[\s_-]+([0-9]{4})[-_]([0-9]{2})[-_]([0-9]{2})(?![0-9])")
"""As in Toggl_time_entries_2025-10-01_to_2025-10-31.csv, and with underscores in the dates."""


class ToldBy(StrEnum):
    """How the days of a file are known. The entries alone do not tell of days without any at the file's ends."""

    OPTIONS = "--from and --to"
    NAME = "as its name says"
    ENTRIES = "from its first entry to its last"


class FileDays(Value):
    """The days that a file covers, both ends included."""

    first: date
    last: date
    told_by: ToldBy

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def of_week(self, days: Sequence[date]) -> tuple[date, ...]:
        """Those of a week's days that the file covers."""
        return tuple(day for day in days if day in self)

    @property
    def is_told(self) -> bool:
        """Whether somebody said so, and not the entries alone."""
        return self.told_by is not ToldBy.ENTRIES


def days_in_name(name: str) -> FileDays | None:
    """The days that Toggl's own file name tells; None where it tells none, or two of them."""
    found = _NAMED.findall(name)
    if len(found) != 1:
        return None
    try:
        first, last = (date(*map(int, found[0][place : place + 3])) for place in (0, 3))
    except ValueError:
        return None
    return FileDays(first=first, last=last, told_by=ToldBy.NAME) if first <= last else None


def days_of_entries(days: Iterable[date]) -> FileDays:
    """The days from the first entry to the last."""
    held = sorted(days)
    return FileDays(first=held[0], last=held[-1], told_by=ToldBy.ENTRIES)


def days_beside(stored: Iterable[RawTogglData], covered: FileDays) -> tuple[date, ...]:
    """The days outside the covered ones that imported weeks have time on: the file may cover them without an entry."""
    weeks = [week for week in stored if week.source is DataSource.CSV]
    held = {entry.day for week in weeks for entry in (*week.entries, *week.running)}
    held |= {one.day for week in weeks for one in week.statistics.excluded}
    return tuple(sorted(day for day in held if day not in covered))
