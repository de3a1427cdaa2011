"""Weeks: their Monday, their days, their neighbours."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.domain.weeks import Week, weeks_between

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "monday"),
    [("2025-10-06", "2025-10-06"), ("2025-10-12", "2025-10-06"), ("2026-01-01", "2025-12-29"), ("2024-12-31", "2024-12-30")],
)
def test_a_day_belongs_to_the_week_of_its_monday(day: str, monday: str) -> None:
    assert Week.containing(date.fromisoformat(day)).key == monday


def test_a_week_that_starts_on_no_monday_is_refused_with_the_monday_it_should_have() -> None:
    with pytest.raises(ValueError, match=r"2025-10-08 is no Monday.* 2025-10-06"):
        Week.from_key("2025-10-08")


@pytest.mark.parametrize("key", ["", "last week", "2025-13-01", "2025-10-06T00:00", "../2025-10-06"])
def test_a_key_that_is_no_date_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Week.from_key(key)


def test_a_title_names_both_ends_and_the_iso_week() -> None:
    assert Week.from_key("2025-10-06").title == "2025-10-06 to 2025-10-12 (ISO week 2025-W41)"


@pytest.mark.parametrize(
    ("monday", "named"),
    [("2020-12-28", "ISO week 2020-W53"), ("2025-12-29", "ISO week 2026-W01"), ("2024-12-30", "ISO week 2025-W01")],
)
def test_at_a_years_end_the_iso_week_names_its_own_year(monday: str, named: str) -> None:
    assert named in Week.from_key(monday).title


@pytest.mark.parametrize("monday", ["2025-03-24", "2025-03-31", "2025-10-20", "2025-10-27"])
def test_a_week_beside_a_clock_change_has_seven_days_and_whole_neighbours(monday: str) -> None:
    week = Week.from_key(monday)

    assert len(set(week.days)) == 7
    assert week.shifted(1).monday - week.sunday == timedelta(days=1)


def test_a_reversed_range_is_refused_with_both_days() -> None:
    with pytest.raises(ValueError, match=r"ends on 2025-10-06, before it starts on 2025-10-07"):
        list(weeks_between(date(2025, 10, 7), date(2025, 10, 6)))


def test_a_range_over_the_years_end_holds_each_week_it_touches() -> None:
    assert [week.key for week in weeks_between(date(2025, 12, 28), date(2026, 1, 5))] == [
        "2025-12-22",
        "2025-12-29",
        "2026-01-05",
    ]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(DAYS)
def test_every_day_is_in_exactly_its_own_week(day: date) -> None:
    week = Week.containing(day)

    assert day in week.days
    assert week.days[0] == week.monday
    assert week.days[-1] == week.sunday
    assert day not in (*week.shifted(-1).days, *week.shifted(1).days)
    assert Week.from_key(week.key) == week


@settings(max_examples=150, deadline=None, derandomize=True)
@given(DAYS, st.integers(-600, 600))
def test_shifting_there_and_back_is_the_same_week(day: date, weeks: int) -> None:
    week = Week.containing(day)

    assert week.shifted(weeks).shifted(-weeks) == week
    assert (week.shifted(weeks).monday - week.monday).days == 7 * weeks


@settings(max_examples=80, deadline=None, derandomize=True)
@given(DAYS, st.integers(0, 400))
def test_the_weeks_of_a_range_cover_each_of_its_days_once(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    weeks = list(weeks_between(first, last))
    days = [day for week in weeks for day in week.days]

    assert len(days) == len(set(days))
    assert {first + timedelta(days=offset) for offset in range(length + 1)} <= set(days)
    assert all(week.monday <= last and week.sunday >= first for week in weeks)
