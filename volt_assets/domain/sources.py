"""What a report was made from: whose time entries, which Fibery, which stored weeks in which version. Not here: how reports tell it."""

from datetime import date

from volt_assets.domain.earlier import EarlierTime
from volt_assets.domain.entries import DataSource, EntryChanges
from volt_assets.domain.values import Value
from volt_assets.domain.week_time import WeekBefore


class ReadWeek(Value):
    """A stored week that a report read, and the beginning of the hash of what it read."""

    week: date
    version: str


class Sources(Value):
    """Where a report's figures come from. Workspaces are None where none was asked; `changes` are those since first published."""

    timezone: str = ""
    so_far: bool = False
    time_entries: DataSource = DataSource.TOGGL
    toggl_workspace: str | None = None
    fibery_workspace: str | None = None
    stored_weeks: tuple[ReadWeek, ...] = ()
    changes: EntryChanges | None = None


def weeks_read_of(earlier: EarlierTime) -> tuple[ReadWeek, ...]:
    """The stored weeks that the hours so far and the comparison come from, each once, in order."""
    read = {one.week: ReadWeek(week=one.week, version=one.version) for one in earlier.weeks}
    return tuple(one for _, one in sorted({**{week.week: week for week in week_read(earlier.week_before)}, **read}.items()))


def week_read(before: WeekBefore | None) -> tuple[ReadWeek, ...]:
    """The stored week that was compared with; nothing where none was read."""
    return (ReadWeek(week=before.week, version=before.version),) if before and before.version else ()
