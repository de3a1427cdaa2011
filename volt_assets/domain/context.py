"""What Fibery's fields say about an entity's plan: dates, what is overdue, the estimate. Not here: fields' names (`roles`), time."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from volt_assets.domain.fibery_schema import Field, normal_name
from volt_assets.domain.roles import Role
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import day_in

HOURS_IN_DAY = 8
"""What an estimate in days counts, where the configuration says nothing else."""
MOST_HOURS = 1_000_000
"""More than a century: nobody estimates that, it is a slip or a sign for "no end"."""
_SECONDS_IN_HOUR = 3600
_UNITS: Mapping[str, float] = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "man hours", "person hours", "std", "stunde", "stunden"), 1),
    **dict.fromkeys(("ч", "час", "часы", "часов", "heure", "heures", "hora", "horas"), 1),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten", "мин", "минуты"), 1 / 60),
}
_DAY_UNITS = frozenset(
    {*("d", "day", "days", "man days", "person day", "person days", "pd"), *("tag", "tage", "день", "дни", "дней", "jour", "jours")}
)
_HOUR_WORDS = frozenset({"hours", "stunden", "часы", "часов"})
"""These mean a unit in a field's name without brackets, too; shorter ones may be part of something else."""
_LAST_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]\W*\Z")


class EntityDates(Value):
    """Planned and actual days. The last day of a plan is part of it. What Fibery gives as a moment is the day in the week's zone."""

    planned_start: date | None = None
    planned_end: date | None = None
    actual_start: date | None = None
    actual_end: date | None = None
    due: date | None = None
    launch: date | None = None

    @property
    def deadline(self) -> date | None:
        """The day by which it should be done: as due, else as planned, else the launch."""
        return self.due or self.planned_end or self.launch


class Estimate(Value):
    """What was thought an entity would take. `seconds` is None where the unit is no time, or unknown."""

    value: float
    unit: str | None
    seconds: int | None


def read_dates(values: Mapping[Role, Any], zone: tzinfo) -> EntityDates:
    """The dates of an entity by what fields play which role; what is no date is none."""
    planned = values.get(Role.PLANNED_DATES)
    span = planned if isinstance(planned, Mapping) else {}
    return EntityDates(
        planned_start=_day(values.get(Role.PLANNED_START), zone) or _day(span.get("start"), zone),
        planned_end=_day(values.get(Role.PLANNED_END), zone) or _last_day(span.get("end"), zone),
        actual_start=_day(values.get(Role.ACTUAL_START), zone),
        actual_end=_day(values.get(Role.ACTUAL_END), zone),
        due=_day(values.get(Role.DUE), zone),
        launch=_day(values.get(Role.LAUNCH), zone),
    )


def is_overdue(dates: EntityDates, *, is_final: bool | None, sunday: date, passed: date | None = None) -> bool:
    """Whether the week ended with the deadline passed and the work not done. Of a week that runs, `passed` is its last day that is over.

    What is final now but ended after that Sunday was still open then; where no end is known, final counts as done in time.
    """
    if dates.deadline is None or dates.deadline > (passed or sunday) or is_final is None:
        return False
    return not (is_final and (dates.actual_end is None or dates.actual_end <= sunday))


def read_estimate(value: Any, field: Field, *, hours_in_day: float = HOURS_IN_DAY) -> Estimate | None:
    """An estimate with its unit, from Fibery or from the field's name; None where nothing is estimated, or what nothing can take."""
    if not _is_number(value) or is_beyond_estimates(value) or value <= 0:
        return None
    unit = field.unit or _named_unit(field.display)
    hours = _hours(unit, hours_in_day)
    return Estimate(value=value, unit=unit, seconds=round(value * hours * _SECONDS_IN_HOUR) if hours else None)


def is_beyond_estimates(value: Any) -> bool:
    """Whether a value is a number, but none that anything can take: not finite, or more than a million."""
    return _is_number(value) and not -MOST_HOURS <= value <= MOST_HOURS


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _hours(unit: str | None, hours_in_day: float) -> float | None:
    known = normal_name((unit or "").replace(".", " "))
    return hours_in_day if known in _DAY_UNITS else _UNITS.get(known)


def _named_unit(display: str) -> str | None:
    """The unit in a field's name: in its last brackets, or a word that can be nothing else."""
    bracketed = _LAST_BRACKETS.search(display)
    if bracketed:
        return bracketed[1].strip() or None
    return next((word for word in normal_name(display).split() if word in _HOUR_WORDS), None)


def _last_day(end: Any, zone: tzinfo) -> date | None:
    """The last day of a range. Its end is the first day that is no part of it (`reference/fibery.md` section 2.2); an end within a
    day is on that day.
    """
    day = _day(end, zone)
    if day is None or day == date.min:
        return day
    moment = _moment(end)
    return day - timedelta(days=1) if moment is None or _is_midnight(moment, zone) else day


def _is_midnight(moment: datetime, zone: tzinfo) -> bool:
    try:
        return moment.astimezone(zone).time() == time()
    except OverflowError:
        return False


def _day(value: Any, zone: tzinfo) -> date | None:
    moment = _moment(value)
    return day_in(moment, zone) if moment else _plain_day(value)


def _plain_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    """A day with a time, in UTC where it names no zone; None for anything else."""
    if not isinstance(value, str) or len(value) <= len("2025-10-06"):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
