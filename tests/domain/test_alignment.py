"""Where Toggl and Fibery disagree: each entity in one category, judged by its state's type."""

import pytest

from tests.domain.builders import (
    ANA_IN_FIBERY,
    DELETED_TASK,
    LOGIN_TASK,
    busy_run,
    entry,
    moment,
    raw_week,
    record,
    run_week,
)
from volt_assets.domain.alignment import Alignment, Category
from volt_assets.domain.drafts import render_markdown
from volt_assets.domain.entities import EntityRecord

BUSY = busy_run().alignment


def judged(login: EntityRecord) -> Alignment:
    raw = raw_week(entry(1, LOGIN_TASK, start=moment(0)), entry(2, LOGIN_TASK, start=moment(3)))
    [alignment] = run_week(raw, [login]).alignment.alignments
    return alignment


def login(state: str | None, state_type: str | None, *, is_final: bool | None = False, changed_on: int | None = None) -> EntityRecord:
    modified = None if changed_on is None else moment(changed_on, 12)
    return record("Scrum/Task", "12", "Fix the login form", state=state, state_type=state_type, is_final=is_final, modified_at=modified)


@pytest.mark.parametrize(
    ("task", "category"),
    [
        (login("Doing", "Started"), Category.PROPERLY_TRACKED),
        (login("Open", "Not started"), Category.FIBERY_NOT_UPDATED),
        (login("Done", "Finished", is_final=True, changed_on=4), Category.PROPERLY_TRACKED),
        (login("Done", "Finished", is_final=True, changed_on=2), Category.FIBERY_NOT_UPDATED),
        (login("Done", "Finished", is_final=True), Category.PROPERLY_TRACKED),
        (login("Doing", "Unknown"), Category.OPEN),
        (login("Doing", None), Category.OPEN),
        (login(None, None, is_final=None), Category.OPEN),
    ],
    ids=["started", "not started", "final after", "final before the last time", "final, no date", "unknown", "no type", "no state"],
)
def test_time_and_state_are_judged_by_the_states_type(task: EntityRecord, category: Category) -> None:
    assert judged(task).category is category


def test_a_state_named_done_that_is_not_final_is_not_taken_for_final() -> None:
    assert judged(login("Done", "Started", changed_on=2)).category is Category.PROPERLY_TRACKED


def test_each_judgement_says_why() -> None:
    assert judged(login("Done", "Finished", is_final=True, changed_on=2)).reason == (
        "in a final state before the last time of the week was tracked"
    )
    assert judged(login("Open", "Not started")).reason == "time this week, but the state is not started"


def test_an_entity_that_was_not_found_is_open_with_its_reason_and_its_hours() -> None:
    [alignment] = run_week(raw_week(entry(1, DELETED_TASK))).alignment.alignments

    assert (alignment.category, alignment.duration_seconds) == (Category.OPEN, 3600)
    assert alignment.reason == "deleted in Fibery, or hidden from the token's user"


def test_started_work_without_time_is_listed_with_its_assignees() -> None:
    [waiting] = [one for one in BUSY.alignments if one.category is Category.ASSIGNED_WITHOUT_TIME]

    assert (waiting.name, waiting.people, waiting.duration_seconds, waiting.entry_ids) == (
        "Write the release notes",
        ("ben@example.com",),
        0,
        (),
    )


def test_every_entity_is_in_one_category_and_the_statistics_add_up() -> None:
    data = busy_run().data

    assert sorted(str(one.entity) for one in BUSY.alignments) == sorted(
        [str(entity.key) for entity in data.entities] + [str(one.entity) for one in data.assigned_without_time]
    )
    assert sum(BUSY.statistics.entities.values()) == len(BUSY.alignments)
    assert sum(BUSY.statistics.seconds.values()) == data.statistics.matched_duration_seconds


def test_the_report_lists_every_entity_under_its_category() -> None:
    text = render_markdown(BUSY.report)
    update = text.split("## Fibery not updated")[1].split("##")[0]

    assert "Onboarding" in update
    assert all(f"\\#{one.entity.public_id})" in text for one in BUSY.alignments)


def test_a_week_without_entities_says_so() -> None:
    report = run_week(raw_week(entry(1))).alignment.report

    assert "No time went into Fibery entities in this week." in render_markdown(report)


def test_work_that_only_waits_is_reported_though_no_entity_got_time() -> None:
    notes = record("Scrum/Task", "13", "Write the release notes", assignees=[ANA_IN_FIBERY])

    text = render_markdown(run_week(raw_week(entry(1)), [notes], users=[ANA_IN_FIBERY]).alignment.report)

    assert "Write the release notes" in text
    assert "No time went into" not in text
