"""One sentence opens each report: the one thing to know of the week."""

import pytest

from tests.domain.builders import ANA, BEN, FRAME, LOGIN_TASK, WeekRun, busy_run, entry, raw_week, record, run_week
from volt_assets.domain.drafts import Report, plain_text, render_markdown
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.wording import as_written

NOTES = "Write the notes #13 [Scrum] [Task]"
RECORDS = [record("Scrum/Task", "12", "Fix the login form"), record("Scrum/Task", "13", "Write the notes")]


def run(*entries: TimeEntry, so_far: bool = False) -> WeekRun:
    return run_week(raw_week(*entries), RECORDS, frame=FRAME.model_copy(update={"so_far": so_far}))


def headline(report: Report) -> str:
    [found] = [one for one in report.sections if one.id == "headline"]
    [sentence] = found.sentences
    return plain_text(as_written(sentence), {fact.id: fact for fact in report.facts})


def all_of(week: WeekRun) -> list[Report]:
    return [week.team, week.toggl, *week.persons.reports.values()]


def test_a_report_opens_with_its_headline_under_the_title_and_no_heading() -> None:
    for report in all_of(busy_run()):
        blocks = render_markdown(report).split("\n\n")

        assert blocks[0].startswith("# ")
        assert "tracked" in blocks[1]
        assert blocks[2].startswith("## ")


def test_the_total_the_share_on_entities_and_the_entity_with_the_most_time_are_told() -> None:
    week = run(entry(1, LOGIN_TASK, minutes=90), entry(2, NOTES, BEN, minutes=30), entry(3, "Inbox", minutes=60))

    assert headline(week.team) == (
        "3h 00m tracked, 67 % of it on Fibery entities; the entity with the most time is Fix the login form (Scrum/Task #12), 1h 30m."
    )
    assert headline(week.toggl).startswith("3h 00m tracked, 67 % of it with the Fibery entity named in full; the entity with")
    assert headline(week.persons.reports[BEN.key]) == (
        "0h 30m tracked, 100 % of it on Fibery entities; the entity with the most time is Write the notes (Scrum/Task #13), 0h 30m."
    )


def test_of_two_entities_with_as_much_time_none_is_first_but_a_project_may_be() -> None:
    week = run(entry(1, LOGIN_TASK, project="Pilot"), entry(2, NOTES, project="Pilot"), entry(3, "Inbox", minutes=30))

    for report in all_of(week):
        assert headline(report).endswith("; the Toggl project with the most time is Pilot, 2h 00m.")


@pytest.mark.parametrize("other", [None, "Pilot"])
def test_without_anything_that_leads_the_total_stands_alone(other: str | None) -> None:
    week = run(entry(1, "Inbox", minutes=60), entry(2, "Mail", minutes=60 if other else 30, project=other))

    assert {headline(report) for report in all_of(week)} == {f"{'2h 00m' if other else '1h 30m'} tracked."}


def test_a_running_week_says_so_far() -> None:
    assert headline(run(entry(1, "Inbox"), so_far=True).persons.reports[ANA.key]) == "1h 00m tracked so far."


def test_a_week_without_time_has_no_headline() -> None:
    assert all(one.id != "headline" for report in all_of(run()) for one in report.sections)
