"""Which days a file covers, by its name and beside what is stored."""

from datetime import date

import pytest

from tests.csv_files import day, plans, written
from tests.domain.builders import entry, raw_week
from volt_assets.domain.csv_days import days_beside, days_in_name, days_of_entries

OCTOBER = (date(2025, 10, 1), date(2025, 10, 31))
NAMES = (
    "Toggl_time_entries_2025-10-01_to_2025-10-31.csv",
    "Toggl_time_entries_2025-10-01_to_2025-10-31 (1).csv",
    "Toggl time entries 2025-10-01 to 2025-10-31 - Copy.csv",
    "TogglTrack_Report_Detailed_report__from_2025_10_01_to_2025_10_31_.csv",
    "Toggl_Track_detailed_report_2025-10-01-to-2025-10-31.csv",
)


@pytest.mark.parametrize("name", NAMES)
def test_toggls_own_name_tells_the_days_also_of_a_copy(name: str) -> None:
    days = days_in_name(name)

    assert days
    assert (days.first, days.last, days.is_told) == (*OCTOBER, True)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "toggl.csv",
            "october_2025-10-01.csv",
            "2025-10-01_2025-10-31.csv",
            "2025-13-01_to_2025-13-31.csv",
            "2025-10-31_to_2025-10-01.csv",
        ),
        *("112025-10-01_to_2025-10-31.csv", "2025-10-01_to_2025-10-31 and 2025-12-01_to_2025-12-31.csv"),
    ],
)
def test_another_name_tells_no_days(name: str) -> None:
    assert days_in_name(name) is None


def test_the_entries_alone_tell_the_days_between_them_and_no_more() -> None:
    days = days_of_entries([date(2025, 10, 8), date(2025, 10, 6)])

    assert (days.first, days.last, days.is_told) == (date(2025, 10, 6), date(2025, 10, 8), False)


def test_imported_time_beside_the_files_days_is_found_running_and_excluded_time_too() -> None:
    running = {**day("10-11"), "End date": "", "End time": "", "Duration": ""}
    ben = day("10-06", user="Ben Muster", email="ben@example.com")
    (plan,) = plans(written(ben, day("10-08"), day("10-10"), running), exclude=["ben@example.com"])
    days = days_of_entries([date(2025, 10, 7), date(2025, 10, 8)])

    assert [one.day for one in days_beside([plan.data], days)] == [6, 10, 11]


def test_time_that_came_from_toggl_itself_is_not_beside_it() -> None:
    assert days_beside([raw_week(entry(1))], days_of_entries([date(2025, 10, 9)])) == ()
