"""What looks wrong in a week's entries: what is found, and what is not. Not here: how reports tell it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import ANA, BEN, NEW_YORK, WEEK, entry, moment, raw_week
from volt_assets.domain.aggregation import aggregate
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.quality import (
    HiddenText,
    PersonQuality,
    QualityCounts,
    QualityLimits,
    QualityRules,
    days_passed_before,
    find_overlaps,
    person_quality,
    unmatched_percent,
)

RULES = QualityRules(week=WEEK)
LATE_LAST_WEEK = moment(0) - timedelta(hours=10)
FULL_WEEK = [entry(day + 1, minutes=480, start=moment(day)) for day in range(5)]


def at(entry_id: int, minute: int, minutes: int, zone: timezone = NEW_YORK) -> TimeEntry:
    """An entry that begins this many minutes after nine o'clock on Monday."""
    return entry(entry_id, minutes=minutes, start=(moment(0) + timedelta(minutes=minute)).astimezone(zone))


def quality(*entries: TimeEntry, running: Sequence[TimeEntry] = (), rules: QualityRules = RULES) -> PersonQuality:
    return person_quality(entries, running, rules)


# Overlaps


def test_two_entries_at_the_same_time_overlap_by_what_they_share() -> None:
    [overlap] = find_overlaps([at(1, 0, 60), at(2, 45, 30)])

    assert overlap.entry_ids == (1, 2)
    assert overlap.doubled_seconds == 15 * 60


def test_touching_ends_are_no_overlap() -> None:
    assert find_overlaps([at(1, 0, 60), at(2, 60, 60)]) == ()


def test_of_three_at_once_all_but_one_are_doubled() -> None:
    [overlap] = find_overlaps([at(1, 0, 60), at(2, 0, 60), at(3, 0, 60)])

    assert overlap.doubled_seconds == 2 * 60 * 60


def test_an_entry_inside_another_is_doubled_as_a_whole() -> None:
    [overlap] = find_overlaps([at(1, 0, 120), at(2, 30, 15), at(3, 60, 15)])

    assert overlap.doubled_seconds == 30 * 60


def test_overlaps_that_do_not_hang_together_are_told_apart() -> None:
    first, second = find_overlaps([at(1, 0, 60), at(2, 30, 60), at(3, 200, 60), at(4, 210, 10)])

    assert (first.entry_ids, first.doubled_seconds) == ((1, 2), 30 * 60)
    assert (second.entry_ids, second.doubled_seconds) == ((3, 4), 10 * 60)


def test_an_entry_of_no_time_overlaps_nothing() -> None:
    assert find_overlaps([at(1, 0, 60), entry(2, seconds=0, start=moment(0, 9))]) == ()


def test_an_hour_that_the_clocks_repeat_is_no_overlap() -> None:
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    before = entry(1, minutes=60, start=datetime(2025, 10, 26, 2, tzinfo=summer))
    after = entry(2, minutes=60, start=datetime(2025, 10, 26, 2, tzinfo=winter))

    assert find_overlaps([before, after]) == ()


def test_an_overlap_is_found_across_zones() -> None:
    at_nine_in_berlin = entry(1, minutes=60, start=moment(0, 9))
    the_same_in_new_york = entry(2, minutes=60, start=moment(0, 3, NEW_YORK))

    [overlap] = find_overlaps([at_nine_in_berlin, the_same_in_new_york])

    assert overlap.doubled_seconds == 60 * 60


@settings(max_examples=300, deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), max_size=12))
def test_doubled_seconds_are_those_that_a_count_second_by_second_finds(rows: list[tuple[int, int]]) -> None:
    entries = [
        entry(number, seconds=seconds, start=moment(0) + timedelta(seconds=start)) for number, (start, seconds) in enumerate(rows, start=1)
    ]
    times = Counter(second for start, seconds in rows for second in range(start, start + seconds))
    shared = {
        one.id
        for one, (start, seconds) in zip(entries, rows, strict=True)
        if any(times[second] > 1 for second in range(start, start + seconds))
    }

    found = find_overlaps(entries)

    assert sum(one.doubled_seconds for one in found) == sum(number - 1 for number in times.values())
    assert {entry_id for one in found for entry_id in one.entry_ids} == shared


def test_two_people_at_the_same_time_do_not_overlap() -> None:
    week = aggregate(raw_week(entry(1, who=ANA), entry(2, who=BEN)), ())

    assert week.quality.counts.overlaps == 0


# Single entries


def test_an_ordinary_week_has_nothing_to_look_at() -> None:
    assert quality(*FULL_WEEK).is_clean
    assert quality(*FULL_WEEK).counts == QualityCounts()


def test_an_entry_of_no_time_is_noted() -> None:
    assert [one.entry_id for one in quality(entry(1, seconds=0), entry(2)).zero_seconds] == [1]


@pytest.mark.parametrize(("seconds", "noted"), [(24 * 3600, 0), (24 * 3600 + 1, 1)])
def test_an_entry_is_long_when_it_is_longer_than_a_day(seconds: int, noted: int) -> None:
    assert len(quality(entry(1, seconds=seconds)).over_24_hours) == noted


@pytest.mark.parametrize("description", ["", "   ", "\n\t"])
def test_an_entry_without_description_is_noted_with_its_time(description: str) -> None:
    found = quality(entry(1, description, minutes=10), entry(2, "Standup", minutes=5))

    assert (found.missing_description, found.missing_description_seconds) == ((1,), 600)


def test_a_running_entry_is_noted_and_in_no_sum() -> None:
    found = quality(running=[entry(1, "Review", seconds=0)])

    assert [one.description for one in found.running] == ["Review"]
    assert found.zero_seconds == ()


@pytest.mark.parametrize(("later", "noted"), [(-2, 1), (-1, 0), (0, 0), (1, 0), (2, 1)])
def test_an_entry_is_mistimed_when_start_and_stop_say_more_than_a_second_else(later: int, noted: int) -> None:
    one = entry(1, seconds=3600)
    found = quality(one.model_copy(update={"stop": one.start + timedelta(seconds=3600 + later)})).mistimed

    assert [(each.seconds, each.span_seconds) for each in found] == [(3600, 3600 + later)] * noted


def test_the_hour_that_the_clocks_skip_makes_no_entry_mistimed() -> None:
    night = entry(1, seconds=2 * 3600).model_copy(
        update={
            "start": datetime(2025, 3, 30, 1, tzinfo=timezone(timedelta(hours=1))),
            "stop": datetime(2025, 3, 30, 4, tzinfo=timezone(timedelta(hours=2))),
        }
    )

    assert quality(night).mistimed == ()


def test_an_entry_that_starts_outside_the_week_is_noted_by_its_local_day() -> None:
    found = quality(entry(1, start=LATE_LAST_WEEK), entry(2, start=moment(6, 23)), entry(3, start=moment(0, 0)))

    assert [(one.entry_id, one.day) for one in found.outside_the_week] == [(1, date(2025, 10, 5))]


# Days


@pytest.mark.parametrize(("minutes", "noted"), [(12 * 60, 0), (12 * 60 + 1, 1)])
def test_a_day_is_long_beyond_the_limit(minutes: int, noted: int) -> None:
    found = quality(entry(1, minutes=480), entry(2, minutes=minutes - 480, start=moment(0, 22)))

    assert [(one.day, one.entry_ids) for one in found.long_days] == [(date(2025, 10, 6), (1, 2))] * noted


def test_the_limit_of_a_day_is_configured() -> None:
    rules = QualityRules(week=WEEK, limits=QualityLimits(max_hours_a_day=7.5))

    assert len(quality(*FULL_WEEK, rules=rules).long_days) == 5


def test_an_entry_across_midnight_counts_on_the_day_it_began() -> None:
    found = quality(*FULL_WEEK, entry(6, minutes=300, start=moment(2, 22)))

    assert [(one.day, one.seconds) for one in found.long_days] == [(date(2025, 10, 8), 13 * 3600)]


def test_weekdays_without_an_entry_are_listed_and_weekends_are_not() -> None:
    found = quality(FULL_WEEK[0], FULL_WEEK[3])

    assert found.weekdays_without_entries == (date(2025, 10, 7), date(2025, 10, 8), date(2025, 10, 10))


def test_a_day_with_a_running_entry_alone_is_not_without_entries() -> None:
    assert quality(*FULL_WEEK[:4], running=[entry(9, start=moment(4), seconds=0)]).weekdays_without_entries == ()


def test_a_day_that_has_not_passed_is_missed_by_nobody() -> None:
    rules = QualityRules(week=WEEK, until=date(2025, 10, 8))

    assert quality(FULL_WEEK[0], rules=rules).weekdays_without_entries == (date(2025, 10, 7),)


def test_a_day_that_the_data_does_not_tell_of_is_missed_by_nobody() -> None:
    rules = QualityRules(week=WEEK, covered=(WEEK.days[0], WEEK.days[1], WEEK.days[5]))

    assert quality(FULL_WEEK[0], rules=rules).weekdays_without_entries == (date(2025, 10, 7),)


def test_a_day_has_passed_when_it_is_over_everywhere_on_earth() -> None:
    late_on_tuesday_in_honolulu = datetime(2025, 10, 7, 23, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))

    assert days_passed_before(late_on_tuesday_in_honolulu) == date(2025, 10, 7)
    assert days_passed_before(datetime(2025, 10, 8, 12, tzinfo=UTC)) == date(2025, 10, 8)


# The week


def test_the_week_sums_up_its_people_and_counts_those_with_something_to_look_at() -> None:
    week = aggregate(raw_week(*FULL_WEEK, entry(11, "", BEN, minutes=60), entry(12, "Standup", BEN, minutes=10)), ())

    assert week.quality.people == 1
    assert week.quality.counts == QualityCounts(overlaps=1, doubled_seconds=600, missing_description=1, weekdays_without_entries=4)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([ANA, BEN]),
            st.sampled_from(["", "Standup"]),
            st.integers(-30, 200),
            st.sampled_from([0, 1, 900, 30_000, 100_000]),
        ),
        max_size=12,
    )
)
def test_what_looks_wrong_changes_no_total_and_drops_no_entry(rows: list[tuple[object, str, int, int]]) -> None:
    entries = [
        entry(number, text, ANA if who is ANA else BEN, seconds=seconds, start=moment(0) + timedelta(hours=hour))
        for number, (who, text, hour, seconds) in enumerate(rows, start=1)
    ]
    strict, lax = (
        aggregate(raw_week(*entries), (), limits=QualityLimits(max_hours_a_day=hours), until=until)
        for hours, until in ((0.1, None), (100, date(2025, 10, 6)))
    )

    assert strict.statistics == lax.statistics
    assert strict.statistics.total_duration_seconds == sum(one.seconds for one in entries)
    assert {key: time.rows for key, time in strict.users.items()} == {key: time.rows for key, time in lax.users.items()}


def test_the_share_that_names_no_entity_is_a_percentage_of_all_time() -> None:
    assert unmatched_percent(1800, 7200) == 25
    assert unmatched_percent(0, 0) == 0


@pytest.mark.parametrize(
    "texts",
    [{"description": "password: hunter22"}, {"project": "token: abc12345"}, {"client": "pw: hunter22"}, {"tags": ("x", "pin: 123456")}],
)
def test_an_entry_with_a_secret_in_any_of_its_texts_is_told_by_its_number_alone(texts: dict[str, Any]) -> None:
    wrong = entry(5, "Call", minutes=30).model_copy(update=texts)
    quality = person_quality([entry(4, "Talk about passwords", minutes=15), wrong], [], QualityRules(week=WEEK))

    assert quality.hidden_texts == (HiddenText(entry_id=5, day=WEEK.monday, seconds=1800),)
    assert quality.counts.hidden_texts == 1
    assert not quality.is_clean
