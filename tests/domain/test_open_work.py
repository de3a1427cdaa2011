"""Work in progress without time: what is asked about, and what is not because its time may be unseen. Not here: entities with time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.domain.builders import (
    ANA_IN_FIBERY,
    BEN,
    BEN_IN_FIBERY,
    CONFIGURED,
    FRAME,
    LOGIN_TASK,
    busy_run,
    entry,
    moment,
    raw_week,
    record,
    run_week,
)
from volt_assets.domain.alignment_rules import Alignment, AlignmentLimits, Category, Finding, judge
from volt_assets.domain.entities import EntityLink, EntityRecord, FiberyUser
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.resolving import MatchRules

BUSY = busy_run().alignment
SO_FAR = FRAME.model_copy(update={"so_far": True})


def waiting(changed: datetime | None, *, frame: Frame = FRAME, limits: AlignmentLimits | None = None) -> Alignment:
    """A task of Ana's in progress, on which no time was found."""
    task = record("Scrum/Task", "13", "Write the release notes", assignees=[ANA_IN_FIBERY], modified_at=changed)
    data = run_week(raw_week(entry(1)), [task], users=[ANA_IN_FIBERY]).data
    [alignment] = judge(data, frame, limits or AlignmentLimits())
    return alignment


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        (None, Finding.IDLE),
        (moment(0, 0) - timedelta(days=60), Finding.IDLE),
        (moment(0, 0), Finding.IDLE),
        (moment(0, 0) + timedelta(seconds=1), Finding.TOUCHED),
        (moment(6, 23), Finding.TOUCHED),
        (moment(0, 0) + timedelta(days=7), Finding.CHANGED_SINCE),
    ],
    ids=["unknown", "long ago", "exactly a week before the end", "a second later", "on Sunday night", "when the week is over"],
)
def test_work_in_progress_is_asked_about_once_its_card_lay_untouched(changed: datetime | None, finding: Finding) -> None:
    one = waiting(changed)

    assert (one.category, one.finding) == (Category.ASSIGNED_WITHOUT_TIME, finding)
    assert (one.to_do is not None) == (finding is Finding.IDLE)


def test_with_another_limit_a_card_may_lie_longer() -> None:
    assert waiting(moment(0, 0) - timedelta(days=6), limits=AlignmentLimits(stale_after_days=14)).finding is Finding.TOUCHED


def test_in_a_running_week_only_what_lay_before_it_began_is_asked_about() -> None:
    assert waiting(moment(0, 0) - timedelta(days=6), frame=SO_FAR).finding is Finding.TOUCHED
    assert waiting(moment(0, 0) - timedelta(days=7), frame=SO_FAR).finding is Finding.IDLE


def test_a_feature_whose_tasks_got_the_time_is_not_asked_about() -> None:
    feature = record("Scrum/Bug", "8", "Sign-in", assignees=[ANA_IN_FIBERY])
    task = record("Scrum/Task", "12", "Fix the login form", links=[EntityLink(relation="Bug", entity_id="Scrum/Bug #8", name="Sign-in")])
    found = run_week(raw_week(entry(1, LOGIN_TASK)), [feature, task], users=[ANA_IN_FIBERY]).alignment.alignments
    [above] = [one for one in found if one.category is Category.ASSIGNED_WITHOUT_TIME]

    assert (above.finding, above.to_do) == (Finding.TIME_BELOW, None)


LONG_AGO = datetime(2025, 9, 1, tzinfo=UTC)
FORM = record("Scrum/Task", "12", "Fix the login form", assignees=[ANA_IN_FIBERY], modified_at=LONG_AGO)
SAME_NUMBER = record("Scrum/Bug", "12", "Crash", state_type="Not started", assignees=[BEN_IN_FIBERY])
SAME_TITLE = record("Scrum/Bug", "9", "Fix the login form", state_type="Not started", assignees=[BEN_IN_FIBERY])


def untimed(raw: RawTogglData, *records: EntityRecord, **changes: Any) -> Alignment:
    """Ana's task in progress, on which no time was found."""
    found = run_week(raw, [FORM, *records], users=[ANA_IN_FIBERY, BEN_IN_FIBERY], **changes).alignment.alignments
    [one] = [one for one in found if one.entity == FORM.key]
    return one


@pytest.mark.parametrize(
    ("raw", "others", "changes"),
    [
        (raw_week(entry(1, "Work on #12", minutes=600)), [SAME_NUMBER], {}),
        (raw_week(entry(1, "Fix the login form", minutes=600)), [SAME_TITLE], {}),
        (raw_week(entry(1, "Fix the login form", minutes=600)), [], {"rules": MatchRules(configured=(*CONFIGURED, "Scrum/Gone"))}),
        (raw_week(entry(1, "Fix the login form", minutes=600)), [], {"titles_broken": frozenset({"Scrum/Bug"})}),
        (raw_week(entry(1, "Work on #12", minutes=600)), [], {"broken": frozenset({"Scrum/Bug"})}),
        (raw_week(entry(1), running=[entry(15, LOGIN_TASK, minutes=0, start=moment(6))]), [], {}),
        (raw_week(entry(1), only_users=("ana@example.com",)), [], {}),
        (raw_week(entry(1), entry(2, LOGIN_TASK, BEN), exclude=["ben@example.com"]), [], {}),
        (raw_week(entry(1)).model_copy(update={"own_entries_only": True}), [], {}),
        (raw_week(entry(1)).model_copy(update={"covered_days": (moment(0).date(),)}), [], {}),
    ],
    ids=[
        *("two have the number", "two have the title", "a configured database is missing", "no titles were compared"),
        *("a number could not be asked for", "a timer runs", "only some people", "people excluded", "the owner's time alone", "some days"),
    ],
)
def test_work_that_may_have_time_is_not_asked_about(raw: RawTogglData, others: list[EntityRecord], changes: dict[str, Any]) -> None:
    one = untimed(raw, *others, **changes)

    assert (one.finding, one.to_do, one.concerned) == (Finding.MAY_HAVE_TIME, None, ())


def test_work_whose_time_can_all_be_seen_is_asked_about() -> None:
    other = entry(2, "Work on #9", BEN)

    assert untimed(raw_week(entry(1), other, running=[entry(15, "Review", minutes=0)]), SAME_TITLE).finding is Finding.IDLE


def test_started_work_without_time_is_listed_with_its_assignees() -> None:
    [one] = [one for one in BUSY.alignments if one.category is Category.ASSIGNED_WITHOUT_TIME]

    assert (one.name, one.people, one.duration_seconds, one.entry_ids) == ("Write the release notes", ("ben@example.com",), 0, ())


@pytest.mark.parametrize(
    "task",
    [
        record("Scrum/Task", "13", "A stranger's", assignees=[FiberyUser(id="u-9", name="Dora", email="dora@example.com")]),
        record("Scrum/Task", "13", "Made later", assignees=[ANA_IN_FIBERY], created_at=datetime(2025, 10, 13, tzinfo=UTC)),
    ],
    ids=lambda task: task.name,
)
def test_what_nobody_of_the_week_could_have_worked_on_is_not_listed(task: EntityRecord) -> None:
    assert run_week(raw_week(entry(1)), [task], users=[ANA_IN_FIBERY]).alignment.alignments == ()


def test_of_several_assignees_only_those_in_toggl_are_named() -> None:
    dora = FiberyUser(id="u-9", name="Dora", email="dora@example.com")
    task = record("Scrum/Task", "13", "Write the release notes", assignees=[dora, BEN_IN_FIBERY])
    [one] = run_week(raw_week(entry(1, who=BEN)), [task], users=[BEN_IN_FIBERY]).alignment.alignments

    assert one.people == ("ben@example.com",)


@pytest.mark.parametrize("edge", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_a_waiting_card_that_changed_at_the_calendars_edge_stops_nothing(edge: datetime) -> None:
    assert waiting(edge).finding is (Finding.CHANGED_SINCE if edge.year > 1 else Finding.IDLE)
