"""The generated weeks of FAITH-52: what is in them, and that they are the same each time. Not here: what Volt makes of them."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from benchmarks.faith_cast import DATABASES, NUMBERS
from benchmarks.faith_hazards import Hazard
from benchmarks.faith_totals import person_of
from benchmarks.faith_weeks import LEAST_HAZARDS, WEEKS, GeneratedWeek, fixed_weeks, generate, generated_weeks

ALL = tuple(generated_weeks())


def entries_each(week: GeneratedWeek) -> Counter[str]:
    return Counter(person_of(entry) for entry in week.entries)


def test_there_are_52_weeks_of_a_seed_and_a_monday_each() -> None:
    assert len({week.seed for week in ALL}) == len({week.week.monday for week in ALL}) == len(ALL) == WEEKS


def test_every_week_has_at_least_three_hazards() -> None:
    assert not [week.name for week in ALL if len(week.hazards) < LEAST_HAZARDS]


@pytest.mark.parametrize("hazard", list(Hazard))
def test_every_hazard_occurs(hazard: Hazard) -> None:
    assert any(hazard in week.hazards for week in ALL)


def test_every_week_has_three_to_twelve_people() -> None:
    assert {len(week.cast.members) for week in ALL} <= set(range(3, 13))


def test_people_have_twenty_to_eighty_entries_but_for_those_on_leave_and_the_hazards_own() -> None:
    for week in ALL:
        on_leave = week.cast.members[0].key if Hazard.ON_LEAVE in week.hazards else None
        counts = [count for key, count in entries_each(week).items() if key != on_leave]
        assert all(20 <= count <= 80 + len(Hazard) for count in counts)


def test_the_same_numbers_occur_in_all_four_databases() -> None:
    for week in ALL:
        numbers = {
            name: {one.key.public_id for one in week.cast.records if f"{one.key.space}/{one.key.database}" == name} for name in DATABASES
        }
        assert list(numbers.values()) == [{str(number) for number in range(1, NUMBERS + 1)}] * 4


def test_no_two_entries_have_one_id_and_each_is_meant_for_something_or_nothing() -> None:
    for week in ALL:
        ids = [entry.id for entry in (*week.entries, *week.earlier)]
        assert len(set(ids)) == len(ids)
        assert set(ids) == set(week.meant)


def test_the_same_seed_gives_the_same_week() -> None:
    assert generate(12) == generate(12)


def test_the_52nd_week_is_the_53rd_of_its_year() -> None:
    assert ALL[-1].week.monday.isocalendar().week == 53
    assert Hazard.YEAR_END in ALL[-1].hazards


@pytest.mark.parametrize(
    ("hazard", "is_there"),
    [
        (Hazard.RUNNING, lambda week: bool(week.running)),
        (Hazard.ZERO_LENGTH, lambda week: any(entry.seconds == 0 for entry in week.entries)),
        (Hazard.OVER_12_HOURS, lambda week: any(entry.seconds > 12 * 3600 for entry in week.entries)),
        (Hazard.NO_DESCRIPTION, lambda week: any(entry.description == "" for entry in week.entries)),
        (Hazard.DELETED, lambda week: any(not meant.exists for meant in week.meant.values())),
        (Hazard.OVER_MIDNIGHT, lambda week: any(entry.stop.date() > entry.start.date() for entry in week.entries)),
        (Hazard.OVER_THE_EDGE, lambda week: any(entry.stop.date() > week.week.sunday for entry in week.entries)),
        (Hazard.INJECTED, lambda week: any("Ignore all previous" in entry.description for entry in week.entries)),
        (Hazard.ON_LEAVE, lambda week: {one.start.date() for one in week.entries if one.user_id == 7001} <= {week.week.monday}),
    ],
)
def test_a_week_that_says_it_has_a_hazard_has_it(hazard: Hazard, is_there: Callable[[GeneratedWeek], bool]) -> None:
    weeks = [week for week in ALL if hazard in week.hazards]
    assert weeks
    assert not [week.name for week in weeks if not is_there(week)]


def test_the_clocks_change_within_the_weeks_that_say_so() -> None:
    """In New York, Berlin and Auckland in spring, and in Auckland, Berlin and New York in autumn."""
    changes = {date(2026, 3, 2), date(2026, 3, 23), date(2026, 3, 30), date(2026, 9, 21), date(2026, 10, 19), date(2026, 10, 26)}
    told = {week.week.monday for week in ALL if Hazard.CLOCK_CHANGE in week.hazards}
    assert told
    assert told <= changes


def test_the_fixed_weeks_are_the_empty_one_one_entry_one_person_and_the_large_one() -> None:
    weeks = fixed_weeks(large=240)
    assert [len(week.entries) for week in weeks][:2] == [0, 1]
    assert len(entries_each(weeks[2])) == 1
    assert len(weeks[3].entries) == 240
