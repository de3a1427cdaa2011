"""What Fibery's fields say about an entity's plan: dates, what is overdue, the estimate. Not here: fields' names (`roles`), time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from volt_assets.domain.fibery_schema import Field, normal_name
from volt_assets.domain.roles import Role
from volt_assets.domain.values import Value

HOURS_IN_DAY = 8
"""What an estimate in days counts, where the configuration says nothing else."""
_SECONDS_IN_HOUR = 3600
_UNITS: Mapping[str, float] = {
    **dict.fromkeys(("h", "hour", "hours", "hrs"), 1),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 60),
}
_DAY_UNITS = frozenset({"d", "day", "days", "person day", "person days", "pd"})


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
    end = _day(span.get("end"), zone)
    return EntityDates(
        planned_start=_day(values.get(Role.PLANNED_START), zone) or _day(span.get("start"), zone),
        # The end of a range is the first day that is no part of it (`reference/fibery.md` section 2.2).
        planned_end=_day(values.get(Role.PLANNED_END), zone) or (_day_before(end) if end else None),
        actual_start=_day(values.get(Role.ACTUAL_START), zone),
        actual_end=_day(values.get(Role.ACTUAL_END), zone),
        due=_day(values.get(Role.DUE), zone),
        launch=_day(values.get(Role.LAUNCH), zone),
    )


def is_overdue(dates: EntityDates, *, is_final: bool | None, sunday: date) -> bool:
    """Whether the week ended with the deadline passed and the work not done. The clock of the run plays no part.

    What is final now but ended after that Sunday was still open then; where no end is known, final counts as done in time.
    """
    if dates.deadline is None or dates.deadline > sunday or is_final is None:
        return False
    return not (is_final and (dates.actual_end is None or dates.actual_end <= sunday))


def read_estimate(value: Any, field: Field, *, hours_in_day: float = HOURS_IN_DAY) -> Estimate | None:
    """An estimate with its unit, from Fibery or from the brackets of the field's name; None where nothing is estimated."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    unit = field.unit or _bracketed(field.display)
    hours = _hours(unit, hours_in_day)
    return Estimate(value=value, unit=unit, seconds=round(value * hours * _SECONDS_IN_HOUR) if hours else None)


def _hours(unit: str | None, hours_in_day: float) -> float | None:
    known = normal_name(unit or "")
    return hours_in_day if known in _DAY_UNITS else _UNITS.get(known)


def _bracketed(display: str) -> str | None:
    inner = display.rstrip().removesuffix(")").rpartition("(")
    return inner[2].strip() or None if inner[1] and display.rstrip().endswith(")") else None


def _day_before(day: date) -> date:
    return day - timedelta(days=1) if day > date.min else day


def _day(value: Any, zone: tzinfo) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if len(value) <= len("2025-10-06"):
        return moment.date()
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date()
    except OverflowError:  # the calendar's first or last day, as people write for "no end"
        return moment.date()
