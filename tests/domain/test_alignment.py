"""Where Toggl and Fibery disagree: each entity in one category, judged by its state's type. Not here: how the report reads."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.domain.builders import (
    ANA,
    BEN,
    CARLA,
    DELETED_TASK,
    FRAME,
    LOGIN_TASK,
    busy_run,
    entry,
    moment,
    raw_week,
    record,
    run_week,
)
from volt_assets.domain.aggregation import ConservationError
from volt_assets.domain.alignment import align
from volt_assets.domain.alignment_rules import Alignment, AlignmentLimits, Category, Finding, judge
from volt_assets.domain.context import EntityDates
from volt_assets.domain.entities import EntityRecord

BUSY = busy_run().alignment


def judged(task: EntityRecord, *, minutes: int = 60, limits: AlignmentLimits | None = None) -> Alignment:
    """The task with two entries: one on Monday at nine, one on Thursday at nine."""
    raw = raw_week(entry(1, LOGIN_TASK, start=moment(0)), entry(2, LOGIN_TASK, minutes=minutes, start=moment(3)))
    [alignment] = judge(run_week(raw, [task]).data, FRAME, limits or AlignmentLimits())
    return alignment


def login(state: str | None, state_type: str | None, *, is_final: bool | None = False, changed: datetime | None = None) -> EntityRecord:
    return record("Scrum/Task", "12", "Fix the login form", state=state, state_type=state_type, is_final=is_final, modified_at=changed)


def closed(changed: datetime) -> EntityRecord:
    return login("Done", "Finished", is_final=True, changed=changed)


def completed(on: date | None, begun: date | None = None, **told: Any) -> Alignment:
    """The task with an hour on Monday and one on Thursday, closed, with this completion date; its card was touched on Sunday."""
    raw = raw_week(entry(1, LOGIN_TASK, start=moment(0)), entry(2, LOGIN_TASK, start=moment(3)))
    data = run_week(raw, [closed(moment(6))]).data
    [task] = data.entities
    dates = EntityDates(actual_end=on, actual_start=begun)
    [alignment] = judge(data.model_copy(update={"entities": (task.model_copy(update={"dates": dates, **told}),)}), FRAME, AlignmentLimits())
    return alignment


# Time and states


@pytest.mark.parametrize(
    ("task", "category"),
    [
        (login("Doing", "Started"), Category.PROPERLY_TRACKED),
        (login("Open", "Not started"), Category.FIBERY_NOT_UPDATED),
        (closed(moment(4, 12)), Category.PROPERLY_TRACKED),
        (closed(moment(2, 12)), Category.FIBERY_NOT_UPDATED),
        (login("Done", "Finished", is_final=True), Category.PROPERLY_TRACKED),
        (login("Done", "Finished", is_final=None, changed=moment(2, 12)), Category.FIBERY_NOT_UPDATED),
        (login("Dropped", None, is_final=True, changed=moment(2, 12)), Category.FIBERY_NOT_UPDATED),
        (login("Doing", "Unknown"), Category.OPEN),
        (login("Doing", None), Category.OPEN),
        (login(None, None, is_final=None), Category.OPEN),
    ],
    ids=[
        *("started", "not started", "closed within the week", "closed before the last time", "final, no date"),
        *("finished type alone", "final alone", "unknown type", "no type", "no state"),
    ],
)
def test_time_and_state_are_judged_by_the_states_type(task: EntityRecord, category: Category) -> None:
    assert judged(task).category is category


def test_a_state_named_done_that_is_not_final_is_not_taken_for_final() -> None:
    assert judged(login("Done", "Started", changed=moment(2))).category is Category.PROPERLY_TRACKED


def test_a_state_in_any_language_is_judged_by_its_type() -> None:
    assert judged(login("Nicht begonnen", "Not started")).finding is Finding.NOT_STARTED
    assert judged(login("Erledigt", "Finished", is_final=True, changed=moment(4))).finding is Finding.CLOSED


def test_what_is_not_started_says_since_when_it_has_time() -> None:
    one = judged(login("Open", "Not started"))

    assert (one.since, one.reason) == (moment(0).date(), "time this week, but its state counts as not started")


def test_what_was_closed_early_says_by_when_and_how_much_came_later() -> None:
    one = judged(closed(moment(2, 12)), minutes=90)

    assert (one.since, one.later_seconds, one.duration_seconds) == (moment(2).date(), {"ana@example.com": 90 * 60}, 150 * 60)


def test_time_after_the_day_of_completion_is_told_whoever_touched_the_card_later() -> None:
    one = completed(moment(1).date())

    assert (one.finding, one.since, one.is_closing_day) == (Finding.TIME_AFTER_CLOSING, moment(1).date(), True)
    assert one.later_seconds == {"ana@example.com": 3600}


def test_time_on_the_day_of_completion_belongs_to_it() -> None:
    assert completed(moment(3).date()).finding is Finding.CLOSED


def test_the_day_of_completion_ends_in_the_configured_zone() -> None:
    """Thursday nine o'clock is an hour after the grace that follows Wednesday's end in Berlin."""
    raw = raw_week(entry(1, LOGIN_TASK, start=moment(3, 7)), entry(2, LOGIN_TASK, start=moment(3, 9)))
    data = run_week(raw, [closed(moment(6))]).data
    [task] = data.entities
    task = task.model_copy(update={"dates": EntityDates(actual_end=moment(2).date())})
    [one] = judge(data.model_copy(update={"entities": (task,)}), FRAME, AlignmentLimits())

    assert one.later_seconds == {"ana@example.com": 3600}


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (None, {}),
        (moment(6).date() + timedelta(days=1), {}),
        (date.max, {"modified_at": None}),
        (date.min, {"created_at": moment(0)}),
        (moment(0).date(), {"created_at": moment(1)}),
        (moment(0).date(), {"begun": moment(1).date()}),
        (moment(0).date(), {"is_final": False, "state_type": "Started"}),
    ],
    ids=["none", "after the week", "no end", "the calendar's first day", "before it was made", "before it began", "opened again"],
)
def test_a_completion_date_that_cannot_be_one_blames_nobody(on: date | None, told: dict[str, Any]) -> None:
    assert completed(on, **told).category is Category.PROPERLY_TRACKED


def test_a_card_that_did_not_change_after_an_early_hour_of_its_day_of_completion_was_closed_by_then() -> None:
    one = completed(moment(2).date(), modified_at=moment(2, 12))

    assert (one.since, one.is_closing_day) == (moment(2).date(), True)
    assert completed(moment(4).date(), modified_at=moment(2, 12)).is_closing_day is False


def test_the_day_of_a_change_is_that_of_the_configured_zone() -> None:
    assert judged(closed(datetime(2025, 10, 7, 22, 30, tzinfo=UTC))).since == moment(2).date()


def test_after_closing_only_those_with_later_time_are_concerned() -> None:
    raw = raw_week(entry(1, LOGIN_TASK, ANA, start=moment(0)), entry(2, LOGIN_TASK, BEN, start=moment(3)))
    [one] = run_week(raw, [closed(moment(0, 12))]).alignment.alignments

    assert (one.people, one.concerned) == (("ana@example.com", "ben@example.com"), ("ben@example.com",))
    assert one.seconds_by_person == {"ana@example.com": 3600, "ben@example.com": 3600}


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        (moment(6, 23), Finding.NOT_STARTED),
        (moment(0, 0) + timedelta(days=14, seconds=-1), Finding.NOT_STARTED),
        (moment(0, 0) + timedelta(days=14), Finding.NOT_STARTED_NOW),
        (datetime(2026, 2, 1, tzinfo=UTC), Finding.NOT_STARTED_NOW),
    ],
    ids=["on Sunday night", "in the week after", "when that is over", "months later"],
)
def test_a_card_that_was_put_back_after_the_week_is_not_to_be_moved_on(changed: datetime, finding: Finding) -> None:
    one = judged(login("Backlog", "Not started", changed=changed))

    assert (one.finding, one.to_do is None) == (finding, finding is Finding.NOT_STARTED_NOW)


@pytest.mark.parametrize("edge", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_a_card_that_changed_at_the_calendars_edge_stops_nothing(edge: datetime) -> None:
    assert judged(closed(edge)).finding is (Finding.CLOSED if edge.year > 1 else Finding.TIME_AFTER_CLOSING)


def test_states_without_a_type_are_told_apart_from_no_state() -> None:
    assert judged(login("Doing", None)).finding is Finding.NO_STATE_TYPE
    assert judged(login("Doing", "Unknown")).finding is Finding.NO_STATE_TYPE
    assert judged(login(None, None, is_final=None)).finding is Finding.NO_STATE


def test_an_entity_that_was_not_found_is_open_with_its_reason_and_its_hours() -> None:
    [one] = run_week(raw_week(entry(1, DELETED_TASK))).alignment.alignments

    assert (one.category, one.finding, one.duration_seconds) == (Category.OPEN, Finding.NOT_SHOWN, 3600)
    assert one.reason == "deleted in Fibery, or hidden from the token's user"


def test_a_label_that_means_no_database_is_put_right_in_the_configuration() -> None:
    [one] = run_week(raw_week(entry(1, "Sort the cupboard #4 [Legacy] [Thing]"))).alignment.alignments

    assert (one.category, one.finding, one.reason) == (Category.OPEN, Finding.UNKNOWN_TYPE, "Fibery has no database Legacy/Thing")
    assert "label_aliases" in (one.to_do or "")
    assert "bring the entity back" not in (one.to_do or "")


def test_an_entity_that_could_not_be_asked_for_concerns_nobody_alone() -> None:
    [one] = run_week(raw_week(entry(1, LOGIN_TASK)), broken=frozenset({"Scrum/Task"})).alignment.alignments

    assert (one.finding, one.concerned, one.to_do) == (Finding.NOT_ASKED, (), "Refresh the Fibery side of this week.")


def test_somebody_without_an_email_is_concerned_like_everybody() -> None:
    [one] = run_week(raw_week(entry(1, LOGIN_TASK, CARLA)), [login("Open", "Not started")]).alignment.alignments

    assert one.concerned == ("user:103",)


# Limits, exactly met and missed by one


@pytest.mark.parametrize(("minutes", "finding"), [(15, Finding.NOT_STARTED), (14, Finding.TOO_LITTLE_TIME)])
def test_less_than_the_least_time_asks_nobody_to_move_a_card(minutes: int, finding: Finding) -> None:
    raw = raw_week(entry(1, LOGIN_TASK, minutes=minutes))
    [one] = run_week(raw, [login("Open", "Not started")]).alignment.alignments

    assert one.finding is finding


def test_no_time_asks_nobody_even_without_a_least_time() -> None:
    raw = raw_week(entry(1, LOGIN_TASK, seconds=0))
    [one] = judge(run_week(raw, [login("Open", "Not started")]).data, FRAME, AlignmentLimits(min_minutes=0))

    assert one.finding is Finding.TOO_LITTLE_TIME


@pytest.mark.parametrize(("minutes", "finding"), [(15, Finding.TIME_AFTER_CLOSING), (14, Finding.CLOSED)])
def test_less_than_the_least_time_after_closing_is_tolerated(minutes: int, finding: Finding) -> None:
    assert judged(closed(moment(2)), minutes=minutes).finding is finding


@pytest.mark.parametrize(("seconds_more", "finding"), [(0, Finding.CLOSED), (1, Finding.TIME_AFTER_CLOSING)])
def test_time_begun_within_the_grace_after_closing_still_belongs_to_it(seconds_more: int, finding: Finding) -> None:
    assert judged(closed(moment(3) - timedelta(hours=8, seconds=seconds_more))).finding is finding


def test_a_card_that_was_closed_minutes_before_its_last_entry_is_properly_tracked() -> None:
    assert judged(closed(moment(3) - timedelta(minutes=5))).category is Category.PROPERLY_TRACKED


def test_without_grace_a_card_closed_before_its_last_entry_is_told() -> None:
    limits = AlignmentLimits(grace_hours=0)

    assert judged(closed(moment(3) - timedelta(minutes=5)), limits=limits).finding is Finding.TIME_AFTER_CLOSING


# The whole week


def test_every_entity_is_in_one_category_and_the_statistics_add_up() -> None:
    data = busy_run().data

    assert sorted(str(one.entity) for one in BUSY.alignments) == sorted(
        [str(entity.key) for entity in data.entities] + [str(one.entity) for one in data.assigned_without_time]
    )
    assert sum(BUSY.statistics.entities.values()) == len(BUSY.alignments)
    assert sum(BUSY.statistics.seconds.values()) == data.statistics.matched_duration_seconds
    assert sum(BUSY.statistics.to_do.values()) == sum(1 for one in BUSY.alignments if one.to_do)


def test_each_persons_things_to_do_are_counted() -> None:
    assert BUSY.statistics.to_do_by_person == {"ana@example.com": 1, "ben@example.com": 3, "user:103": 0}


def test_categories_that_would_lose_time_are_refused() -> None:
    data = busy_run().data
    broken = data.model_copy(update={"entities": data.entities[1:]})

    with pytest.raises(ConservationError, match=r"Week 2025-10-06: the categories of work_alignment hold \d+ s"):
        align(broken, FRAME)
