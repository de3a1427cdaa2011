"""The team's report: all of the week, and what to look at."""

from collections.abc import Callable

import pytest

from tests.domain.builders import (
    ANA,
    BEN,
    CARLA,
    DELETED_TASK,
    LOGIN_TASK,
    PASSWORD,
    WeekRun,
    busy_records,
    busy_run,
    entry,
    moment,
    quiet_run,
    raw_week,
    record,
    run_week,
    untidy_run,
)
from tests.domain.golden_files import golden
from volt_assets.domain.drafts import plain_text, render_markdown
from volt_assets.domain.wording import as_written

BUSY = busy_run()


def text_of(week: WeekRun) -> str:
    return render_markdown(week.team)


def section(week: WeekRun, name: str) -> str:
    facts = {fact.id: fact for fact in week.team.facts}
    [found] = [one for one in week.team.sections if one.id == name]
    return plain_text(
        "\n".join([*map(as_written, found.sentences), *found.bullets, *(" | ".join(row) for table in found.tables for row in table.rows)]),
        facts,
    )


@pytest.mark.parametrize(("name", "run"), [("busy", busy_run), ("quiet", quiet_run), ("untidy", untidy_run)])
def test_the_team_summary_reads_as_the_stored_one(name: str, run: Callable[[], WeekRun]) -> None:
    text = text_of(run())

    assert text == golden(f"{name}_team_summary.md", text)


def test_every_entity_with_its_people_and_its_time_is_in_the_report() -> None:
    rows = section(BUSY, "entities").splitlines()

    assert len(rows) == len(BUSY.data.entities)
    for row, entity in zip(rows, BUSY.data.entities, strict=True):
        assert row.startswith(f"{entity.name} ({entity.key}) | ")
        assert all(BUSY.data.people[key].user_name in row for key in entity.people)


def test_every_activity_is_in_the_report() -> None:
    shown = section(BUSY, "other_activities")

    for person in BUSY.data.people.values():
        for activity in person.activities:
            assert (activity.description or "(no description)").replace(PASSWORD, "[hidden]") in shown


def test_one_activity_of_two_people_is_one_row() -> None:
    assert "Standup | 2 | 0h 30m" in section(BUSY, "other_activities").splitlines()


def test_all_people_are_listed_by_name_with_whether_they_have_a_report() -> None:
    week = run_week(BUSY.raw, busy_records(), no_report=frozenset({BEN.key}))

    assert section(week, "people").splitlines() == [
        "Ana Example | 7h 30m | 6h 15m | 1h 15m | 3 | yes",
        "Ben Muster | 3h 40m | 3h 25m | 0h 15m | 3 | no",
        "Carla Sample | 4h 00m | 0h 00m | 4h 00m | 0 | yes",
    ]


def test_of_many_finished_entities_the_ten_with_the_most_time_are_named_and_all_counted() -> None:
    done = [record("Scrum/Task", str(number), f"Task {number}", state="Done", is_final=True) for number in range(1, 13)]
    entries = [entry(number, f"#{number} [Scrum] [Task]", minutes=number) for number in range(1, 13)]

    told = section(run_week(raw_week(*entries), done), "accomplishments").splitlines()

    assert told[0].startswith("12 entities of this week, with 1h 18m, stood in a final state when Fibery was read; ")
    assert [line.split(" (")[0] for line in told[1:]] == [f"Task {number}" for number in range(12, 2, -1)]


def test_the_summary_names_up_to_three_entities_with_the_most_time() -> None:
    assert (
        "Among the entities, the most time went into Fix the login form (Scrum/Task #12) with 6h 00m, "
        "Login form loses focus (Scrum/Bug #7) with 1h 30m "
        "and Onboarding *draft* (Design/Work Version #3) with 1h 00m."
    ) in section(BUSY, "executive_summary")


def test_shared_work_is_told() -> None:
    assert section(BUSY, "patterns").startswith("1 entity had time from more than one person, 6h 00m in all.")


def test_without_shared_work_nothing_is_said_about_it() -> None:
    assert "more than one person" not in text_of(quiet_run())


def test_the_allocation_by_type_holds_all_time() -> None:
    assert section(BUSY, "allocation").splitlines()[-5:] == [
        "Scrum/Task | 6h 45m | 44 %",
        "Scrum/Bug | 1h 30m | 10 %",
        "Design/Work Version | 1h 00m | 7 %",
        "Legacy/Thing | 0h 25m | 3 %",
        "(other activities) | 5h 30m | 36 %",
    ]


def test_each_disagreement_leads_to_one_recommendation() -> None:
    told = section(BUSY, "recommendations").splitlines()

    assert [line.split(":")[0] for line in told] == [
        "1 entry with something that looks like a secret in the text, hidden here",
        "6 overlaps (2h 10m counted more than once) and 1 entry still running in the time entries",
        "1 entity with time whose state in Fibery says otherwise",
        "1 entity in progress and assigned, but without time",
        "1 entity with time that Fibery does not show",
        "1 entity with time whose database Fibery does not have",
        "1 activity that may mean an entity, but not certainly",
    ]


def test_a_week_in_order_needs_no_recommendation() -> None:
    assert "## Recommendations" not in text_of(run_week(raw_week(entry(1, LOGIN_TASK), entry(2, start=moment(1))), busy_records()))


def test_a_deleted_entity_keeps_its_hours_its_words_and_the_reason() -> None:
    week = run_week(raw_week(entry(1, DELETED_TASK, minutes=45)))

    assert section(week, "entities") == (
        "Tidy the logs (Scrum/Task #99) |  | not read from Fibery: "
        "deleted in Fibery, or hidden from the token's user | Ana Example | 0h 45m"
    )


def test_an_empty_week_says_so() -> None:
    week = run_week(raw_week())

    assert section(week, "executive_summary") == "No time was tracked in this week."
    assert week.team.accounts == ()


def test_somebody_without_an_email_is_in_the_report_by_name() -> None:
    week = run_week(raw_week(entry(1, LOGIN_TASK, CARLA), entry(2, LOGIN_TASK, ANA)), busy_records())

    assert "Ana Example, Carla Sample" in section(week, "entities")
