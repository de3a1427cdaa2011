"""What the configuration does not cover, and fixes that work when they are pasted."""

import pytest
import yaml
from markdown_it import MarkdownIt

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN,
    BEN_IN_FIBERY,
    CARLA,
    FRAME,
    LOGIN_TASK,
    PASSWORD,
    RULES,
    SCHEMA,
    busy_records,
    busy_run,
    busy_week,
    entry,
    raw_week,
    resolve_week,
    run_week,
)
from volt_assets.domain.coverage import CoverageReport, cover
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.matching import MatchStep, Outcome
from volt_assets.domain.resolving import Matcher, MatchRules
from volt_assets.settings import EnrichmentSettings, PeopleSettings
from volt_assets.settings.sections import AliasFile

BUSY = busy_run().coverage
ACTIVITIES = {"default": {"activity": "default_enrich_entity"}}


def coverage(*descriptions: str) -> CoverageReport:
    raw = raw_week(*(entry(number, text) for number, text in enumerate(descriptions, start=1)))
    return run_week(raw, busy_records(), users=[ANA_IN_FIBERY]).coverage


def test_types_that_are_not_configured_come_with_their_extent() -> None:
    told = [(one.space, one.database, one.exists, one.entities, one.people, one.duration_seconds) for one in BUSY.uncovered_types]

    assert told == [("Design", "Work Version", True, 1, 1, 3600), ("Legacy", "Thing", False, 1, 1, 1500)]


def test_a_configured_type_is_covered() -> None:
    assert coverage(LOGIN_TASK).uncovered_types == ()


@pytest.mark.parametrize(
    "labels", ["[Design] [Work Version]", "[Größe: klein] [- Übung #]", "[yes] [null]", "[\"a\"] ['b']", "[{x: 1}] [a, b]"]
)
def test_the_fix_for_a_type_is_yaml_that_the_settings_accept(labels: str) -> None:
    [one] = coverage(f"Anything #3 {labels}").uncovered_types

    pasted = yaml.safe_load(one.fix)
    settings = EnrichmentSettings.model_validate({"enrichment_activities": {**pasted, "default": {"activity": "default_enrich_entity"}}})

    assert settings.databases == (f"{one.space}/{one.database}",)


def test_a_pasted_fix_covers_its_type() -> None:
    [one] = coverage("Anything #3 [Design] [Work Version]").uncovered_types

    assert list(yaml.safe_load(one.fix)) == [database.name for database in SCHEMA.databases if database.name.startswith("Design")]


def test_the_reports_block_to_paste_configures_every_type_that_fibery_has_and_no_other() -> None:
    section = next(section for section in BUSY.report.sections if section.id == "uncovered_types")
    pasted = yaml.safe_load(section.code)

    settings = EnrichmentSettings.model_validate({"enrichment_activities": {**pasted, "default": {"activity": "default_enrich_entity"}}})

    assert settings.databases == ("Design/Work Version",)


def test_without_a_type_to_configure_there_is_nothing_to_paste() -> None:
    report = coverage("Sort the cupboard #4 [Legacy] [Thing]").report

    assert [section.id for section in report.sections if section.code] == ["unknown_labels"]


def test_people_who_could_not_be_joined_come_with_a_fix_that_the_settings_accept() -> None:
    people = run_week(busy_week(), busy_records(), users=[ANA_IN_FIBERY]).coverage.unjoined_people
    [ben] = [one for one in people if one.person == BEN.key]
    assert ben.fix is not None

    settings = PeopleSettings.model_validate(yaml.safe_load(ben.fix)["people"])

    assert list(settings.aliases) == ["ben@example.com"]


def test_somebody_without_an_email_has_no_fix_and_is_told_all_the_same() -> None:
    assert [(one.person, one.fix) for one in BUSY.unjoined_people] == [(CARLA.key, None)]


def test_an_activity_of_two_people_is_one_row_with_all_its_time() -> None:
    [standup] = [one for one in BUSY.unresolved if one.description == "Standup"]

    assert (standup.people, standup.duration_seconds, standup.entry_ids, standup.outcome) == (2, 30 * 60, (3, 12), None)


def test_a_number_that_was_not_resolved_says_why() -> None:
    [look] = [one for one in BUSY.unresolved if one.description == "Look into #5"]

    assert (look.outcome, look.reason) == (Outcome.AMBIGUOUS, "2 databases have this number")


def test_the_activities_hold_exactly_the_time_without_an_entity() -> None:
    assert sum(one.duration_seconds for one in BUSY.unresolved) == BUSY.statistics.unmatched_seconds


def test_the_steps_share_all_of_the_weeks_time() -> None:
    assert sum(BUSY.statistics.seconds_by_step.values()) == BUSY.statistics.total_seconds


def test_missing_fields_are_told_with_the_nearest_name() -> None:
    week = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records(), task_fields=["Prioritty", "Zzzz"])

    text = render_markdown(week.coverage.report)

    assert "- Scrum/Task: Prioritty; the nearest name is Priority\n- Scrum/Task: Zzzz\n" in text


def test_databases_that_could_not_be_asked_are_told() -> None:
    week = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records(), broken=frozenset({"Scrum/Task"}))

    assert "## What Fibery could not be asked\n\n- Scrum/Task: Fibery took too long to answer" in render_markdown(week.coverage.report)


def test_a_week_that_is_covered_has_only_its_sums() -> None:
    report = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records(), users=[ANA_IN_FIBERY, BEN_IN_FIBERY]).coverage.report

    assert [section.id for section in report.sections] == ["summary", "unmatched"]


def test_the_report_shows_each_thing_that_is_not_covered() -> None:
    text = render_markdown(BUSY.report)

    assert all(one.database in text for one in BUSY.uncovered_types)
    assert all(one.name in text for one in BUSY.unjoined_people)
    assert ANA.name not in text


def blocks(report: Report) -> dict[str, str]:
    """The text to paste of each section, as a Markdown reader finds it."""
    found = [token.content for token in MarkdownIt().parse(render_markdown(report)) if token.type == "fence"]
    return dict(zip([section.id for section in report.sections if section.code], found, strict=True))


def test_time_that_may_mean_an_entity_comes_with_lines_that_confirm_it_most_hours_first() -> None:
    rows = BUSY.to_confirm

    assert [(row.description, [str(one.entity) for one in row.candidates]) for row in rows] == [
        ("Look into #5", ["Scrum/Bug #5", "Scrum/Task #5"])
    ]
    assert rows == tuple(sorted(rows, key=lambda row: -row.duration_seconds))


@pytest.mark.parametrize("text", ["Look into #5", 'A "quoted": #5 {x}, [y]', "- # 'tis #5", "yes: no & *a #5", "Größe — 検索 #5"])
def test_a_line_to_confirm_is_taken_by_the_settings_whatever_the_description(text: str) -> None:
    [row] = run_week(raw_week(entry(1, text)), busy_records(), users=[ANA_IN_FIBERY]).coverage.to_confirm

    read = AliasFile.model_validate(yaml.safe_load("aliases:\n  " + row.fixes[0]))

    assert [(one.person, one.description, str(one.entity)) for one in read.confirmed] == [(ANA.key, text, "Scrum/Bug #5")]


def test_a_pasted_line_puts_the_time_on_its_entity() -> None:
    raw = raw_week(entry(1, "Look into #5"))
    [row] = run_week(raw, busy_records(), users=[ANA_IN_FIBERY]).coverage.to_confirm
    lines = AliasFile.model_validate(yaml.safe_load("aliases:\n  " + row.public_fixes[1]))

    [resolution] = resolve_week(raw, busy_records(), rules=RULES.model_copy(update={"confirmed": lines.confirmed})).resolutions

    assert (resolution.outcome, resolution.step, str(resolution.entity)) == (Outcome.MATCHED, MatchStep.ALIAS, "Scrum/Task #5")


def test_the_report_names_nobody_by_e_mail_in_the_lines_and_pastes_nothing_unseen() -> None:
    block = blocks(BUSY.report)["to_confirm"]

    assert "@" not in block
    assert yaml.safe_load(block) == {"aliases": None}
    first = "\n".join(block.replace("#  -", "  -").splitlines()[:2])
    assert [one.person for one in AliasFile.model_validate(yaml.safe_load(first)).confirmed] == ["user:101"]


def test_a_description_with_a_secret_is_not_written_into_a_line() -> None:
    run = run_week(raw_week(entry(1, f"Look into #5, password: {PASSWORD}")), busy_records(), users=[ANA_IN_FIBERY])

    assert run.coverage.to_confirm == ()
    assert PASSWORD not in render_markdown(run.coverage.report)


def test_a_label_that_means_nothing_comes_with_the_line_to_say_what_it_means() -> None:
    report = coverage("Fix the login form #12 [Scrum] [Taks]", "Write the release notes #13 [Scrum] [Taks] [Pilot]")

    [label] = report.unknown_labels
    assert (label.label, label.database, label.duration_seconds, label.sure) == ("Scrum/Taks", "Scrum/Task", 7200, True)
    pasted = EnrichmentSettings.model_validate(
        {**yaml.safe_load(blocks(report.report)["unknown_labels"]), "enrichment_activities": ACTIVITIES}
    )
    assert pasted.label_aliases == {"Scrum/Taks": "Scrum/Task"}


def test_a_label_that_looks_like_nothing_is_only_guessed_and_commented_out() -> None:
    report = coverage("Sort the cupboard #4 [Legacy] [Thing]")

    assert yaml.safe_load(blocks(report.report)["unknown_labels"]) == {"label_aliases": None}


def test_titles_that_could_not_be_compared_are_told() -> None:
    run = run_week(raw_week(entry(1, "Fix the login form")), busy_records(), broken=frozenset({"Scrum/Bug"}))

    assert "No titles were compared, for Fibery did not tell what was open in: Scrum/Bug." in render_markdown(run.coverage.report)


def test_a_description_that_names_two_entities_is_told() -> None:
    report = coverage(f"{LOGIN_TASK} and Write the release notes #13 [Scrum] [Task] [Pilot]").report

    assert "1 activity names more than one entity; the first that exists has all the time." in render_markdown(report)


def test_a_configured_database_that_fibery_does_not_have_is_told() -> None:
    run = run_week(raw_week(entry(1)))
    configured = ("Scrum/Task", "Scrum/Tusk")
    resolved = Matcher(run.aggregated, SCHEMA, MatchRules(configured=configured)).resolve((), (), people={})
    told = cover(resolved, run.data, configured=configured, frame=FRAME)

    assert told.missing_databases == ("Scrum/Tusk",)
    assert "- Scrum/Tusk" in render_markdown(told.report)
