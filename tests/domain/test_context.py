"""Dates, what is overdue, and estimates, from what fields say."""

import math
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from volt_assets.domain.context import EntityDates, is_overdue, read_dates, read_estimate
from volt_assets.domain.fibery_schema import Field, FieldKind
from volt_assets.domain.roles import Role

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = date(2025, 10, 12)


def number(name: str, unit: str | None = None) -> Field:
    return Field(name=f"Scrum/{name}", type="fibery/decimal", kind=FieldKind.PRIMITIVE, unit=unit)


def test_days_and_moments_are_days_in_the_weeks_zone() -> None:
    dates = read_dates(
        {Role.PLANNED_START: "2025-10-06", Role.ACTUAL_START: "2025-10-06T22:30:00.000Z", Role.DUE: "2025-10-06T21:30:00"}, BERLIN
    )

    assert (dates.planned_start, dates.actual_start, dates.due) == (date(2025, 10, 6), date(2025, 10, 7), date(2025, 10, 6))


def test_the_end_of_a_range_is_the_first_day_after_it() -> None:
    dates = read_dates({Role.PLANNED_DATES: {"start": "2025-10-06", "end": "2025-10-20"}}, BERLIN)

    assert (dates.planned_start, dates.planned_end) == (date(2025, 10, 6), date(2025, 10, 19))


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("2025-10-13T15:00:00.000Z", date(2025, 10, 13)),
        ("2025-10-12T22:30:00.000Z", date(2025, 10, 13)),
        ("2025-10-12T22:00:00.000Z", date(2025, 10, 12)),
        ("9999-12-31T23:59:59.000Z", date.max),
    ],
    ids=["in the afternoon", "half past midnight in the zone", "midnight in the zone", "the calendar's last moment"],
)
def test_a_range_that_ends_within_a_day_keeps_that_day(end: str, last: date) -> None:
    assert read_dates({Role.PLANNED_DATES: {"start": "2025-10-06T08:00:00.000Z", "end": end}}, BERLIN).planned_end == last


@pytest.mark.parametrize("value", [None, "", "soon", 5, {"start": None, "end": None}, ["2025-10-06"], "2025-13-01"])
def test_what_is_no_date_is_none(value: object) -> None:
    assert read_dates(dict.fromkeys((Role.DUE, Role.PLANNED_DATES, Role.LAUNCH), value), BERLIN) == EntityDates()


@pytest.mark.parametrize(
    ("dates", "is_final", "expected"),
    [
        ({"due": SUNDAY}, False, True),
        ({"due": date(2025, 10, 13)}, False, False),
        ({"planned_end": SUNDAY}, False, True),
        ({"launch": date(2025, 9, 1)}, False, True),
        ({"due": date(2025, 10, 13), "planned_end": date(2025, 9, 1)}, False, False),
        ({"due": SUNDAY}, True, False),
        ({"due": SUNDAY, "actual_end": SUNDAY}, True, False),
        ({"due": SUNDAY, "actual_end": date(2025, 10, 15)}, True, True),
        ({"due": SUNDAY}, None, False),
        ({}, False, False),
    ],
)
def test_overdue_is_what_was_not_done_when_the_week_ended(dates: dict[str, date], is_final: bool | None, expected: bool) -> None:
    assert is_overdue(EntityDates(**dates), is_final=is_final, sunday=SUNDAY) is expected


@pytest.mark.parametrize(("due", "expected"), [(date(2025, 10, 6), True), (date(2025, 10, 7), False), (date(2025, 10, 10), False)])
def test_in_a_running_week_a_day_that_is_not_over_is_not_overdue(due: date, expected: bool) -> None:
    assert is_overdue(EntityDates(due=due), is_final=False, sunday=SUNDAY, passed=date(2025, 10, 6)) is expected


def test_what_was_done_on_the_day_that_still_runs_is_not_overdue() -> None:
    done = EntityDates(due=date(2025, 10, 6), actual_end=date(2025, 10, 7))

    assert not is_overdue(done, is_final=True, sunday=SUNDAY, passed=date(2025, 10, 6))


@pytest.mark.parametrize(
    ("field", "value", "unit", "seconds"),
    [
        (number("Estimate", "HOURS"), 2.5, "HOURS", 9000),
        (number("Estimate", "DAYS"), 3, "DAYS", 86400),
        (number("Estimate (H)"), 4, "H", 14400),
        (number("Estimate (D) "), 1, "D", 28800),
        (number("Estimate", "Minutes"), 30, "Minutes", 1800),
        (number("Estimate", "Point"), 5, "Point", None),
        (number("Estimate"), 5, None, None),
        (number("Estimate (rough)"), 5, "rough", None),
        (number("Estimate [h]"), 2, "h", 7200),
        (number("Estimate (H) ⏱"), 2, "H", 7200),
        (number("Estimate (Std.)"), 2, "Std.", 7200),
        (number("Estimate (ч)"), 2, "ч", 7200),
        (number("Estimated hours"), 2, "hours", 7200),
        (number("Estimate (Tage)"), 1, "Tage", 28800),
        (number("Hours expected (rough)"), 2, "rough", None),
        (number("Estimate (PT)"), 2, "PT", None),
        (number("Estimate (m)"), 2, "m", None),
    ],
)
def test_an_estimate_is_a_time_where_its_unit_is_one(field: Field, value: float, unit: str | None, seconds: int | None) -> None:
    estimate = read_estimate(value, field)

    assert estimate is not None
    assert (estimate.value, estimate.unit, estimate.seconds) == (value, unit, seconds)


@pytest.mark.parametrize("value", [None, "many", 0, -1, True, math.nan, math.inf, 1e308, 10**400])
def test_nothing_estimated_is_no_estimate(value: object) -> None:
    assert read_estimate(value, number("Estimate", "HOURS")) is None


def test_an_estimated_day_counts_what_the_configuration_says() -> None:
    estimate = read_estimate(2, number("Estimate", "DAYS"), hours_in_day=6)

    assert estimate is not None
    assert estimate.seconds == 43200


@pytest.mark.parametrize(("written", "zone"), [("9999-12-31T23:00:00.000Z", "Europe/Berlin"), ("0001-01-01T00:00:00Z", "America/New_York")])
def test_a_date_at_the_calendars_edge_is_that_day(written: str, zone: str) -> None:
    assert read_dates({Role.DUE: written}, ZoneInfo(zone)).due == date.fromisoformat(written[:10])


def test_a_range_that_ends_on_the_calendars_first_day_is_read() -> None:
    assert read_dates({Role.PLANNED_DATES: {"start": None, "end": "0001-01-01"}}, BERLIN).planned_end == date.min
