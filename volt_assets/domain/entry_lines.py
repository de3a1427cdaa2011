"""A week's time entries as a page lists them, so that each figure can be followed to them. Not here: which figure rests on which, HTML."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.facts import NO_NAME, shown_text
from volt_assets.domain.people import shown_name
from volt_assets.domain.report_parts import NO_DESCRIPTION, NO_PROJECT
from volt_assets.domain.values import Value

_LONGEST_DESCRIPTION = 120
_LARGEST_CLOCK_CHANGE = timedelta(hours=1)


class EntryLine(Value):
    """One entry in a report's words: secrets hidden, long texts cut, no address. `time` is exact, as `1:05:09`.

    `at` is when it began and ended on its owner's clock; the end is left out where Toggl tells none.
    """

    entry_id: int
    user_id: int
    name: str
    day: date
    at: str
    description: str
    project: str
    time: str


def entry_lines(entries: Iterable[TimeEntry]) -> tuple[EntryLine, ...]:
    """All entries by day, then as they began. Those of one day stand together, so that a day's figure leads to one range of them."""
    return tuple(_line(entry) for entry in sorted(entries, key=lambda one: (one.day, one.start.time(), one.user_id, one.id)))


def exact_time(seconds: int) -> str:
    """Seconds as hours, minutes and seconds: nothing is rounded where figures are proven."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _end(entry: TimeEntry) -> datetime | None:
    """When an entry ended on its owner's clock, which may have been changed meanwhile; told in another zone, on the clock it began by."""
    if entry.stop is None:
        return None
    changed = (entry.stop.utcoffset() or timedelta()) - (entry.start.utcoffset() or timedelta())
    return entry.stop if abs(changed) <= _LARGEST_CLOCK_CHANGE else entry.stop.astimezone(entry.start.tzinfo)


def _line(entry: TimeEntry) -> EntryLine:
    stop = _end(entry)
    end = f" to {stop:%H:%M}" if stop else ""
    return EntryLine(
        entry_id=entry.id,
        user_id=entry.user_id,
        name=shown_text(shown_name(entry.user_name)) or NO_NAME,
        day=entry.day,
        at=f"{entry.start:%H:%M}{end}",
        description=shown_text(entry.description, longest=_LONGEST_DESCRIPTION) or NO_DESCRIPTION,
        project=shown_text(entry.project or "", longest=_LONGEST_DESCRIPTION) or NO_PROJECT,
        time=exact_time(entry.seconds),
    )
