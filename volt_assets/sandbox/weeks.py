"""The calendar of the made-up world: its weeks, local wall-clock times as instants, daylight-saving changes.

No people, no work, and no reading of the clock.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from volt_assets.sandbox.constants import WEEKS


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name."""
    return ZoneInfo(name)


def monday_of(day: date) -> date:
    """The Monday of the week that contains `day`."""
    return day - timedelta(days=day.weekday())


def mondays(today: date, weeks: int = WEEKS) -> tuple[date, ...]:
    """The Mondays of that many weeks, oldest first; the last one is the week of `today`."""
    last = monday_of(today)
    return tuple(last - timedelta(weeks=weeks - 1 - index) for index in range(weeks))


def instant(zone_name: str, day: date, seconds: int) -> datetime:
    """The UTC instant at which a wall clock in that zone, set at midnight of `day`, has gone on by `seconds`."""
    wall = datetime.combine(day, time(), zone(zone_name)) + timedelta(seconds=seconds)
    return wall.astimezone(UTC)


def local_date(moment: datetime, zone_name: str) -> date:
    """The calendar date on which `moment` falls in that zone."""
    return moment.astimezone(zone(zone_name)).date()


def clock_change_days(zone_name: str, first: date, last: date) -> tuple[date, ...]:
    """The local days from `first` to `last` on which the zone's clocks are changed."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if _offset_at(zone_name, day) != _offset_at(zone_name, day + timedelta(days=1)))


def _offset_at(zone_name: str, day: date) -> timedelta | None:
    return datetime.combine(day, time(), zone(zone_name)).utcoffset()
