"""The Toggl summary, by Toggl alone."""

from collections.abc import Callable

import pytest

from tests.domain.builders import (
    ANA,
    BEN,
    CARLA,
    LOGIN_LINK,
    LOGIN_TASK,
    WeekRun,
    busy_run,
    entry,
    quiet_run,
    raw_week,
    run_week,
    untidy_run,
)
from tests.domain.golden_files import golden
from volt_assets.domain.drafts import render_markdown


@pytest.mark.parametrize(("name", "run"), [("busy", busy_run), ("quiet", quiet_run), ("untidy", untidy_run)])
def test_the_toggl_summary_reads_as_the_stored_one(name: str, run: Callable[[], WeekRun]) -> None:
    text = render_markdown(run().toggl)

    assert text == golden(f"{name}_toggl_summary.md", text)


def test_every_person_entity_and_activity_is_in_the_summary() -> None:
    week = busy_run()
    text = render_markdown(week.toggl)

    for person in week.aggregated.users.values():
        assert f"### {person.user_name}" in text
        assert all(f"({row.entity_database}/{row.entity_type} \\#{row.entity_id})" in text for row in person.matched_entities)
    for shown in ("Standup", "Login form once more \\#7", "Look into \\#5", "(no description)", "Hotline \\| weekend"):
        assert f"| {shown} |" in text


def test_an_entity_of_two_people_is_one_row_with_all_its_time() -> None:
    text = render_markdown(run_week(raw_week(entry(1, LOGIN_TASK), entry(2, LOGIN_LINK, BEN), entry(3, "#12 [SCRUM] [task]", CARLA))).toggl)

    assert "\n| Fix the login form (Scrum/Task \\#12) | Pilot | 3 | 3h 00m |\n" in text
    assert "Fix the login form (Scrum/Task \\#12): 3h 00m by 3 people." in text


def test_people_are_listed_by_name_and_not_by_hours() -> None:
    text = render_markdown(run_week(raw_week(entry(1, who=CARLA, minutes=600), entry(2, who=BEN, minutes=300), entry(3, who=ANA))).toggl)

    assert text.index("### Ana Example") < text.index("### Ben Muster") < text.index("### Carla Sample")


def test_an_empty_week_says_so_and_nothing_else() -> None:
    report = run_week(raw_week()).toggl

    assert [section.sentences for section in report.sections] == [("No time was tracked in this week.",)]


def test_nothing_that_only_fibery_knows_is_in_the_summary() -> None:
    text = render_markdown(busy_run().toggl)

    assert "https://" not in text
    assert "In Progress" not in text
    assert "Onboarding" not in text
