"""What Fibery could not be asked: the time keeps its place, and no report says that an entity is gone or that none was meant."""

import pytest

from tests.domain.builders import ANA, ANA_IN_FIBERY, LOGIN_LINK, LOGIN_TASK, RULES, entry, raw_week, record, resolve_week, run_week
from volt_assets.domain.alignment_rules import Finding
from volt_assets.domain.drafts import render_markdown
from volt_assets.domain.earlier import StoredWeek
from volt_assets.domain.gaps import Gap
from volt_assets.domain.matching import MatchStep, Outcome

LOGIN = record("Scrum/Task", "12", "Fix the login form")
FOCUS = record("Scrum/Bug", "7", "Login form loses focus")
OLD = RULES.model_copy(update={"configured": (*RULES.configured, "Old/Task")})
PARENT = record("Scrum/Bug", "3", "Feature three", assignees=[ANA_IN_FIBERY])


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


@pytest.mark.parametrize("first", [LOGIN_TASK, LOGIN_LINK])
def test_what_could_not_be_asked_for_keeps_the_time_that_a_later_reference_would_get(first: str) -> None:
    raw = raw_week(entry(1, f"{first} + #7 [Scrum] [Bug]"))
    [asked] = resolve_week(raw, [LOGIN, FOCUS]).resolutions
    [unasked] = resolve_week(raw, [LOGIN, FOCUS], broken=frozenset({"Scrum/Task"})).resolutions

    assert (asked.entity, asked.outcome) == (LOGIN.key, Outcome.MATCHED)
    assert (unasked.entity, unasked.outcome) == (LOGIN.key, Outcome.UNREACHABLE)


def test_while_a_configured_database_is_missing_reports_say_so_and_nobody_is_asked_about_what_its_time_may_be_of() -> None:
    run = run_week(raw_week(entry(1, "Child #12 [Old] [Task]"), entry(2, "#7")), [PARENT, FOCUS], users=[ANA_IN_FIBERY], rules=OLD)

    assert [(one.finding, one.to_do) for one in run.alignment.alignments if one.entity == PARENT.key] == [(Finding.MAY_HAVE_TIME, None)]
    for report in (run.team, run.alignment.report):
        assert "Fibery does not have what is configured as Old/Task." in render_markdown(report)


def test_a_stored_week_with_a_missing_database_counts_in_part() -> None:
    run = run_week(raw_week(entry(1, "#7")), [FOCUS], users=[ANA_IN_FIBERY], rules=OLD)

    assert StoredWeek.model_validate_json(run.data.model_dump_json()).gaps == (Gap.FIBERY,)
