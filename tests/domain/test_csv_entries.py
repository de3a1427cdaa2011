"""A CSV export's rows as entries and weeks: no second lost, the same ids every time. Not here: what becomes of stored weeks."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.csv_files import as_cells, cells, day, imported, plans, second_layout, weeks_of, written
from tests.domain.builders import ANA, BEN, WEEK, entry
from volt_assets.domain.csv_entries import FIRST_ID, derived_ids
from volt_assets.domain.entries import DataSource, Drift, TimeEntry
from volt_assets.domain.people import Person

LISBON = ZoneInfo("Europe/Lisbon")
CLOCKS_BACK, CLOCKS_FORWARD = "2025-10-26", "2025-03-30"
PEOPLE = (ANA, BEN, Person(user_id=104, name='Dora, of "Sales"'), Person(user_id=105, name="", email="eli@example.com"))


def only_entry(**changes: str) -> TimeEntry:
    (found,) = imported(written(cells(**changes)))
    return found


def seconds_per_person(entries: Sequence[TimeEntry]) -> Counter[tuple[str, str | None]]:
    found: Counter[tuple[str, str | None]] = Counter()
    for one in entries:
        found[one.user_name, one.user_email] += one.seconds
    return found


ENTRIES = st.lists(
    st.builds(
        entry,
        st.integers(1, 10**6),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30) | st.just('two\nlines, "quoted"'),
        st.sampled_from(PEOPLE),
        seconds=st.integers(0, 200_000),
        start=st.integers(0, 35 * 24 * 3600).map(lambda seconds: datetime(2025, 10, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
        billable=st.booleans(),
        project=st.sampled_from([None, "Portal", "A, B"]),
    ),
    min_size=1,
    max_size=12,
)


@given(ENTRIES, st.booleans())
def test_any_entries_exported_and_imported_keep_every_second_of_every_person(entries: list[TimeEntry], windows: bool) -> None:
    content = written(*map(as_cells, entries), line_end="\r\n" if windows else "\n")
    weeks = weeks_of(content)
    held = [one for week in weeks for one in week.entries]

    assert seconds_per_person(held) == seconds_per_person(entries)
    assert sum(week.statistics.seconds for week in weeks) == sum(one.seconds for one in entries)
    assert len({one.id for one in held}) == len(entries)
    assert sorted(one.day for one in held) == sorted(one.day for one in entries)


@given(ENTRIES)
def test_any_file_imported_twice_changes_nothing(entries: list[TimeEntry]) -> None:
    content = written(*map(as_cells, entries))
    once = weeks_of(content)
    again = plans(content, once)

    assert [plan.data for plan in again] == once
    assert {plan.changes for plan in again} == {Drift(added=0, changed=0, removed=0, seconds=0)}
    assert not [plan for plan in again if plan.removals]


@given(ENTRIES.flatmap(lambda entries: st.tuples(st.just(entries), st.permutations(entries))))
def test_rows_in_another_order_give_the_same_entries_with_the_same_ids(orders: tuple[list[TimeEntry], list[TimeEntry]]) -> None:
    one, other = (imported(written(*map(as_cells, entries))) for entries in orders)

    assert one == other


def test_rows_that_are_alike_are_each_an_entry_of_their_own() -> None:
    entries = imported(written(cells(), cells(), cells()))

    assert len({one.id for one in entries}) == 3
    assert sum(one.seconds for one in entries) == 3 * 3600


def test_ids_depend_on_neither_the_layout_nor_the_zone_nor_the_way_a_time_is_written() -> None:
    rows = (cells(tags="", project=""), cells(start_time="11:00:00", end_time="12:00:00"))
    usual = [one.id for one in imported(written(*rows))]

    assert [one.id for one in imported(second_layout(*rows))] == usual
    assert [one.id for one in imported(written(*rows), LISBON)] == usual
    assert only_entry(start_time="9:00 AM").id == only_entry().id


@pytest.mark.parametrize("change", ["description", "project", "client", "tags", "user"])
def test_what_tells_entries_apart_changes_the_id(change: str) -> None:
    assert only_entry(email="", **{change: "Another"}).id != only_entry(email="").id


def test_ids_are_beyond_toggls_own_and_exact_in_json() -> None:
    found = only_entry()

    assert all(FIRST_ID <= number < 2 * FIRST_ID for number in (found.id, found.user_id))


def test_numbers_that_meet_are_told_apart_the_same_way_each_time() -> None:
    keys = [str(number) for number in range(8)]
    crowded = derived_ids(keys, span=8)

    assert sorted(crowded.values()) == [FIRST_ID + number for number in range(8)]
    assert derived_ids(reversed(keys), span=8) == crowded


def test_a_person_is_known_by_the_email_and_by_the_name_where_there_is_none() -> None:
    renamed, usual = cells(user="Ana Married", start_time="08:00:00"), cells(email="ANA@example.com")
    nameless = [cells(email=""), cells(email="", start_time="08:00:00"), cells(email="", user="Ben Muster")]
    ids = [one.user_id for one in imported(written(renamed, usual))]
    without_email = {one.user_name: one.user_id for one in imported(written(*nameless))}

    assert len(set(ids)) == 1
    assert len({*ids, *without_email.values()}) == 3


def test_an_address_in_the_place_of_a_name_is_not_told() -> None:
    assert only_entry(user="ana@example.com").user_name == "ana"


def test_the_clock_is_taken_as_the_zones_and_so_the_day_is_the_files() -> None:
    (late,) = imported(written(cells(start_time="23:30:00", end_date="2025-10-07", end_time="00:30:00")), ZoneInfo("Pacific/Auckland"))

    assert late.start.isoformat() == "2025-10-06T23:30:00+13:00"
    assert late.day == date(2025, 10, 6)


def test_an_hour_that_the_clocks_skipped_keeps_its_clock_and_day() -> None:
    found = only_entry(start_date=CLOCKS_FORWARD, end_date=CLOCKS_FORWARD, start_time="02:30:00", end_time="03:30:00")

    assert (found.start.isoformat(), found.seconds) == ("2025-03-30T02:30:00+01:00", 3600)


def test_an_hour_that_came_twice_is_the_first_of_the_two() -> None:
    found = only_entry(start_date=CLOCKS_BACK, end_date=CLOCKS_BACK, start_time="02:50:00", end_time="02:10:00", duration="00:20:00")

    assert found.start.isoformat() == "2025-10-26T02:50:00+02:00"
    assert found.stop is not None
    assert found.stop.isoformat() == "2025-10-26T02:10:00+01:00"


@pytest.mark.parametrize(("end_time", "minutes"), [("10:00:00", 60), ("11:00:00", 60), ("10:30:00", 60), ("10:25:00", 85)])
def test_the_end_is_the_files_unless_a_change_of_clocks_explains_another(end_time: str, minutes: int) -> None:
    found = only_entry(end_time=end_time)

    assert found.stop is not None
    assert (found.stop - found.start, found.seconds) == (timedelta(minutes=minutes), 3600)


def test_a_running_entry_is_listed_apart_and_counts_in_no_total() -> None:
    (week,) = weeks_of(written(cells(), cells(end_date="", end_time="", duration="", start_time="11:00:00")))

    assert (week.statistics.entries, week.statistics.seconds) == (1, 3600)
    assert [(one.stop, one.seconds) for one in week.running] == [(None, 0)]


def test_the_data_says_that_it_is_from_a_csv_and_of_no_known_workspace() -> None:
    (week,) = weeks_of(written(cells()))

    assert (week.source, week.workspace_id, week.entries[0].updated_at) == (DataSource.CSV, None, None)


def test_weeks_come_in_order_and_hold_their_own_days() -> None:
    found = plans(written(day("10-20"), day("10-06"), day("10-13")))

    assert all(one.week.shifted(1) == other.week for one, other in pairwise(found))
    assert all(entry.day in plan.week.days for plan in found for entry in plan.data.entries)
    assert found[0].week == WEEK
