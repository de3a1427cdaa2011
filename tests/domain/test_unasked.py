"""What Fibery could not be asked: the time keeps its place, and no report says that an entity is gone or that none was meant."""

import pytest

from tests.domain.builders import ANA, ANA_IN_FIBERY, LOGIN_TASK, entry, raw_week, resolve_week, run_week
from volt_assets.domain.drafts import render_markdown
from volt_assets.domain.matching import MatchStep, Outcome


@pytest.mark.parametrize("description", ["Standup", "", "x" * 1_001])
def test_what_is_never_compared_with_titles_names_no_entity_whoever_did_not_answer(description: str) -> None:
    week = resolve_week(raw_week(entry(1, description)), broken=frozenset({"Scrum/Bug"}))

    assert (week.resolutions[0].outcome, week.resolutions[0].step) == (Outcome.ACTIVITY, MatchStep.NONE)


def test_the_time_of_what_fibery_was_not_asked_about_is_no_time_without_an_entity() -> None:
    week = resolve_week(raw_week(entry(1, LOGIN_TASK), entry(2, "#12"), entry(3, "Standup")), broken=frozenset({"Scrum/Task"}))

    assert {name: seconds for name, seconds in week.statistics.seconds_by_step.items() if seconds} == {"unasked": 7200, "none": 3600}


def test_what_fibery_could_not_be_asked_about_is_not_said_to_be_gone() -> None:
    week = raw_week(entry(1, LOGIN_TASK), entry(2, "Menu #7 [Scrum] [Bug]", minutes=30), entry(3, "Write release notes", minutes=15))
    run = run_week(week, (), users=[ANA_IN_FIBERY], broken=frozenset({"Scrum/Task"}))

    for report in (run.team, run.persons.reports[ANA.key]):
        text = render_markdown(report)
        assert "1h 00m went into 1 entity that Fibery could not be asked about." in text
        assert "0h 30m went into 1 entity that Fibery does not show." in text
        assert "0h 15m of the other activities may belong to entities, for Fibery could not be asked." in text
    text = render_markdown(run.team)
    assert "| Fibery could not be asked | 1h 15m | 71 % |" in text
    assert "1 entity with time that Fibery does not show: correct" in text
    assert "1 entity with time that Fibery could not be asked about: refresh the Fibery side of this week." in text
    assert "1 activity that may be an entity, for Fibery could not be asked: refresh the Fibery side of this week." in text
    assert "| Write release notes | not compared with titles: Fibery did not tell those of Scrum/Task | 1 |" in render_markdown(
        run.coverage.report
    )
