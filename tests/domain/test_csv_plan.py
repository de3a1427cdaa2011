"""What an import makes of stored weeks: other days stay, edits go through, and no stored time goes unexplained."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.csv_files import Cells, cells, day, plans, weeks_of, written
from tests.domain.builders import BEN, entry, raw_week
from volt_assets.domain.csv_plan import WeekImport
from volt_assets.domain.entries import RawTogglData

WHOLE_WEEK, TWO_WEEKS = ("10-06", "10-12"), ("10-06", "10-19")
BENS = {"user": "Ben Muster", "email": "ben@example.com"}
RUNNING = {"End date": "", "End time": "", "Duration": ""}
LATER = {"start_time": "14:00:00", "end_time": "15:00:00"}


def week_of(*rows: Cells, told: tuple[str, str] = WHOLE_WEEK) -> RawTogglData:
    """A stored week of an earlier import."""
    (held,) = weeks_of(written(*rows), told=told)
    return held


def removed(found: tuple[WeekImport, ...]) -> list[tuple[str, str, int, float]]:
    """Whose time goes in which week: entries and hours."""
    return [(one.person.name, plan.week.key, one.entries, one.seconds / 3600) for plan in found for one in plan.removals]


def held_hours(found: tuple[WeekImport, ...]) -> float:
    return sum(plan.data.statistics.seconds for plan in found) / 3600


# Days


def test_two_months_that_share_a_week_keep_both_halves_of_it() -> None:
    october = written(day("10-29"), day("10-31", description="Release"))
    november = written(day("11-01", description="On call"), day("11-03"))
    (shared,) = weeks_of(october)
    both = weeks_of(november, [shared])

    assert [[str(one.day) for one in week.entries] for week in both] == [["2025-10-29", "2025-10-31", "2025-11-01"], ["2025-11-03"]]
    (again,) = weeks_of(october, both[:1])
    assert again == both[0]


def test_an_entry_that_moved_from_the_last_day_to_an_earlier_one_counts_once() -> None:
    stored = week_of(day("10-06"), day("10-08"), day("10-10"))
    found = plans(written(day("10-06"), day("10-07"), day("10-08")), [stored], told=WHOLE_WEEK)

    assert (held_hours(found), removed(found)) == (3, [])


def test_an_entry_deleted_on_the_first_or_last_day_goes() -> None:
    stored = week_of(day("10-06"), day("10-08"), day("10-10"))
    found = plans(written(day("10-08")), [stored], told=WHOLE_WEEK)

    assert held_hours(found) == 1
    assert removed(found) == [("Ana Example", "2025-10-06", 2, 2)]


def test_a_covered_week_without_an_entry_in_the_file_is_emptied() -> None:
    stored = weeks_of(written(day("10-06"), day("10-14"), day("10-20")))
    again = plans(written(day("10-06"), day("10-20")), stored)

    assert [(plan.week.key, plan.data.statistics.entries, plan.changes.removed) for plan in again] == [
        *(("2025-10-06", 1, 0), ("2025-10-13", 0, 1), ("2025-10-20", 1, 0))
    ]


def test_a_week_knows_which_of_its_days_the_files_covered_and_a_whole_one_does_not_say() -> None:
    (early,) = weeks_of(written(day("10-06"), day("10-07")))
    (both,) = weeks_of(written(day("10-10")), [early])
    (whole,) = weeks_of(written(day("10-06")), [both], told=WHOLE_WEEK)

    assert both.covered_days == tuple(date(2025, 10, number) for number in (6, 7, 10))
    assert whole.covered_days is None


def test_a_week_that_came_from_toggl_is_replaced_whole_and_said_to_be_toggls() -> None:
    (plan,) = plans(written(cells()), [raw_week(entry(1), entry(2, who=BEN))])

    assert plan.replaces_toggls
    assert (plan.data.statistics.entries, plan.changes.added, plan.changes.removed) == (1, 1, 2)
    assert plan.data.covered_days == (date(2025, 10, 6),)


# Edits that explain themselves


@pytest.mark.parametrize(
    "edited",
    [
        day("10-06", description="Fix the login page"),
        day("10-06", project="", client="", tags="frontend", billable="Yes"),
        day("10-06", end_time="09:10:00", duration="00:10:00"),
        day("10-06", **LATER),
        day("10-11"),
    ],
    ids=["another text", "another project", "shorter", "another hour", "another day"],
)
def test_an_edited_entry_removes_nothing(edited: Cells) -> None:
    stored = week_of(day("10-06"), day("10-08"))
    found = plans(written(edited, day("10-08")), [stored], told=WHOLE_WEEK)

    assert removed(found) == []
    assert found[0].data.statistics.entries == 2


def test_a_timer_that_was_stopped_removes_nothing() -> None:
    running = week_of(day("10-06") | RUNNING)
    assert removed(plans(written(day("10-06")), [running], told=WHOLE_WEEK)) == []


def test_an_entry_that_moved_to_another_week_that_was_covered_before_removes_nothing() -> None:
    stored = weeks_of(written(day("10-10"), day("10-15", **LATER)), told=TWO_WEEKS)
    found = plans(written(day("10-13"), day("10-15", **LATER)), stored, told=TWO_WEEKS)

    assert (held_hours(found), removed(found)) == (2, [])


def test_a_row_of_entries_shifted_by_their_own_length_removes_nothing() -> None:
    hours = [(f"{hour:02d}:00:00", f"{hour + 1:02d}:00:00") for hour in (9, 10, 11, 12)]
    texts = ("Standup", "Review", "Planning")
    before, after = (
        [day("10-06", description=text, start_time=start, end_time=end) for text, (start, end) in zip(texts, times, strict=True)]
        for times in (hours[:3], hours[1:])
    )
    assert removed(plans(written(*after), [week_of(*before)], told=WHOLE_WEEK)) == []


def test_one_relabelled_and_another_of_the_same_text_moved_removes_nothing() -> None:
    stored = week_of(day("10-06"), day("10-07"))
    assert removed(plans(written(day("10-06", description="Release"), day("10-09")), [stored], told=WHOLE_WEEK)) == []


# Time that goes


def test_a_file_filtered_to_one_project_tells_whose_other_time_would_go() -> None:
    stored = week_of(day("10-06"), day("10-07", project="Website"), day("10-08", project="Website", **BENS), day("10-09", **BENS))
    found = plans(written(day("10-06"), day("10-09", **BENS)), [stored], told=WHOLE_WEEK)

    assert removed(found) == [("Ana Example", "2025-10-06", 1, 1), ("Ben Muster", "2025-10-06", 1, 1)]


def test_new_entries_that_pass_a_filter_do_not_make_up_for_those_that_it_hides() -> None:
    stored = week_of(day("10-06"), day("10-07", project="Website"))
    found = plans(written(day("10-06"), day("10-08")), [stored], told=WHOLE_WEEK)

    assert removed(found) == [("Ana Example", "2025-10-06", 1, 1)]


def test_somebody_in_one_week_of_the_file_loses_no_other_week_unsaid() -> None:
    stored = weeks_of(written(day("10-13"), day("10-14", **BENS)), told=("10-13", "10-19"))
    found = plans(written(day("10-06"), day("10-07", **BENS), day("10-13")), stored, told=TWO_WEEKS)

    assert removed(found) == [("Ben Muster", "2025-10-13", 1, 1)]


def test_a_running_entry_that_is_gone_is_told_too() -> None:
    stored = week_of(day("10-06"), day("10-07", **BENS) | RUNNING)
    assert removed(plans(written(day("10-06")), [stored], told=WHOLE_WEEK)) == [("Ben Muster", "2025-10-06", 1, 0)]


def test_of_entries_that_are_alike_one_that_is_gone_is_told() -> None:
    stored = week_of(cells(), cells(), cells())
    assert removed(plans(written(cells(), cells()), [stored], told=WHOLE_WEEK)) == [("Ana Example", "2025-10-06", 1, 1)]


ROWS = st.lists(
    st.builds(
        day,
        st.sampled_from(["10-06", "10-08", "10-13"]),
        description=st.sampled_from(["Standup", "Review"]),
        user=st.sampled_from(["Ana Example", "Ben Muster"]),
        email=st.just(""),
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS, ROWS)
def test_whoever_has_fewer_entries_after_an_import_is_told(before: list[Cells], after: list[Cells]) -> None:
    stored = weeks_of(written(*before), told=TWO_WEEKS)
    found = plans(written(*after), stored, told=TWO_WEEKS)

    for name in ("Ana Example", "Ben Muster"):
        had, has = (sum(row["User"] == name for row in rows) for rows in (before, after))
        assert sum(entries for who, _, entries, _ in removed(found) if who == name) >= had - has


# People who are excluded


def test_excluded_people_are_left_out_and_their_hours_told_for_the_days_of_both_files() -> None:
    (first,) = plans(written(day("10-06", **BENS), day("10-07")), exclude=["ben@example.com"])
    (second,) = plans(written(day("10-08", **BENS), day("10-09")), [first.data], exclude=["ben@example.com"])
    (again,) = plans(written(day("10-08", **BENS), day("10-09")), [second.data], exclude=["ben@example.com"])

    assert second.data.statistics.excluded_seconds == 2 * 3600
    assert {one.user_email for one in second.data.entries} == {"ana@example.com"}
    assert again.data == second.data


def test_somebody_excluded_since_the_last_import_stays_on_no_day_and_is_no_removal() -> None:
    stored = week_of(day("10-06", **BENS), day("10-08", **BENS), day("10-09"))
    (plan,) = plans(written(day("10-08", **BENS), day("10-09")), [stored], told=("10-08", "10-12"), exclude=["ben@example.com"])

    assert {one.user_name for one in plan.data.entries} == {"Ana Example"}
    assert plan.data.statistics.excluded_seconds == 2 * 3600
    assert plan.removals == ()
