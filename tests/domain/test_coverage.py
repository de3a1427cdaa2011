"""What the configuration does not cover, and what is proposed. Not here: pasting it (`test_pasted_fixes`)."""

from collections.abc import Mapping, Sequence

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
    HOSTS,
    LOGIN_LINK,
    LOGIN_TASK,
    PASSWORD,
    RULES,
    SETTINGS,
    busy_records,
    busy_run,
    busy_week,
    entry,
    raw_week,
    record,
    resolve_week,
    run_week,
)
from volt_assets.domain.confirmed import ConfirmedAlias, read_entity
from volt_assets.domain.coverage import CoverageReport, cover
from volt_assets.domain.coverage_fit import Priority, priority_of
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.grounding import check_report_grounded
from volt_assets.domain.matching import MatchStep, Outcome
from volt_assets.settings import EnrichmentSettings
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


def test_the_reports_block_to_paste_configures_every_type_that_fibery_has_and_no_other() -> None:
    block = blocks(BUSY.report)["uncovered_types"]

    assert list(yaml.safe_load(block)) == ["Design/Work Version"]


def test_without_a_type_to_configure_there_is_nothing_to_paste() -> None:
    report = coverage("Sort the cupboard #4 [Legacy] [Thing]").report

    assert [section.id for section in report.sections if section.code] == ["unknown_labels"]


def test_what_most_of_the_time_misses_comes_first_and_says_by_which_rule() -> None:
    assert [(one.database, one.priority) for one in BUSY.uncovered_types] == [("Work Version", Priority.HIGH), ("Thing", Priority.MEDIUM)]
    assert "Priority is high from 5 % of the week's time or 3 people on, medium from 1 % or 2 people on" in render_markdown(BUSY.report)


@pytest.mark.parametrize(
    ("seconds", "people", "priority"),
    [
        (50, 1, Priority.HIGH),
        (49, 1, Priority.MEDIUM),
        (10, 1, Priority.MEDIUM),
        (9, 1, Priority.LOW),
        (9, 2, Priority.MEDIUM),
        (9, 3, Priority.HIGH),
        (0, 1, Priority.LOW),
    ],
)
def test_hours_or_people_make_the_priority(seconds: int, people: int, priority: Priority) -> None:
    assert priority_of(seconds, 1000, people) is priority


def test_people_who_could_not_be_joined_come_with_a_likely_user() -> None:
    moved = FiberyUser(id="u-9", name="Muster, Ben", email="b.muster@work.example")
    report = run_week(busy_week(), busy_records(), users=[ANA_IN_FIBERY, moved]).coverage
    [ben] = [one for one in report.unjoined_people if one.person == BEN.key]

    assert (ben.likely_user, yaml.safe_load(ben.fix or "")) == (
        "Muster, Ben",
        {"ben@example.com": "b.muster@work.example"},
    )
    assert "- Ben Muster: perhaps Muster, Ben in Fibery" in render_markdown(report.report)


def test_no_address_is_in_the_report_but_where_its_line_is() -> None:
    moved = FiberyUser(id="u-9", name="Ben Muster", email="b.muster@work.example")
    text = render_markdown(run_week(busy_week(), busy_records(), users=[ANA_IN_FIBERY, moved]).coverage.report)

    assert "b.muster" not in text
    assert "ben@example.com" not in text
    assert "The line of each is in coverage_report.json, as fix under unjoined_people" in text
    assert "each goes on a line of its own below aliases, which stands under people in config/volt.yaml" in text


def test_somebody_without_an_email_is_aliased_by_their_id() -> None:
    [carla] = BUSY.unjoined_people

    assert (carla.person, yaml.safe_load(carla.fix or "")) == (
        CARLA.key,
        {"user:103": "their-address@in-fibery.example"},
    )


def test_an_alias_by_id_joins_somebody_without_an_email() -> None:
    carla = FiberyUser(id="u-7", name="C. S.", email="carla@work.example")
    notes = record("Scrum/Task", "13", "Write the release notes", assignees=[carla])
    run = run_week(raw_week(entry(1, who=CARLA)), [notes], users=[carla], aliases={"user:103": "carla@work.example"})

    assert run.coverage.unjoined_people == ()
    assert [one.people for one in run.data.assigned_without_time] == [("user:103",)]


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

    assert "- Scrum/Task: Prioritty; the nearest name is Priority\n- Scrum/Task: Zzzz; if it was renamed, write its new name\n" in text


def test_databases_that_could_not_be_asked_are_told() -> None:
    week = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records(), broken=frozenset({"Scrum/Task"}))

    told = render_markdown(week.coverage.report).split("## What Fibery could not be asked\n")[1]
    assert "- Scrum/Task: Fibery took too long to answer" in told
    assert "Refresh the Fibery side of this week" in told
    assert "A time-out is Fibery's own: try again later" in told
    assert "rights" not in told


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


def test_of_many_that_may_mean_an_entity_twenty_are_listed_and_the_check_finds_nothing_wrong() -> None:
    entries = [entry(number, f"Look into #5, part {number} of it", minutes=30) for number in range(1, 23)]
    report = run_week(raw_week(*entries), busy_records(), users=[ANA_IN_FIBERY]).coverage.report
    [section] = [one for one in report.sections if one.id == "to_confirm"]

    assert len(section.tables[0].rows) == 20
    assert "20 activities are listed; coverage_report.json has all." in render_markdown(report)
    assert check_report_grounded(report, HOSTS).problems == ()


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


def test_a_description_that_names_two_entities_is_told_with_who_wrote_it_and_which_has_the_time() -> None:
    told = coverage(f"{LOGIN_TASK} and Write the release notes #13 [Scrum] [Task] [Pilot]")
    [one] = told.several_named
    text = render_markdown(told.report)

    assert (one.person, str(one.entity), one.also_named, one.entry_ids) == (ANA.key, "Scrum/Task #12", ("Scrum/Task #13",), (1,))
    assert "1 activity names more than one entity; the first that is certain has all the time." in text
    row = next(line for line in text.splitlines() if line.startswith("| user:101 | Fix the login form"))
    assert row.replace("\\", "").endswith("| Scrum/Task #12 | Scrum/Task #13 | 1h 00m |")


@pytest.mark.parametrize("text", [f"{LOGIN_TASK} {LOGIN_LINK}", "Menu #5 and #404", LOGIN_TASK], ids=["twice the same", "undecided", "one"])
def test_what_names_one_entity_or_is_not_decided_is_no_description_of_several(text: str) -> None:
    assert coverage(text).several_named == ()


def with_aliases(
    *descriptions: str, labels: Mapping[str, str] | None = None, confirmed: Sequence[tuple[str, str, str]] = ()
) -> CoverageReport:
    """An hour of each description, with label aliases and confirmed lines of person, description and entity."""
    lines = tuple(ConfirmedAlias(person=person, description=text, entity=read_entity(entity)) for person, text, entity in confirmed)
    rules = RULES.model_copy(update={"label_aliases": dict(labels or {}), "confirmed": lines})
    raw = raw_week(*(entry(number, text) for number, text in enumerate(descriptions, start=1)))
    return run_week(raw, busy_records(), users=[ANA_IN_FIBERY], rules=rules).coverage


def aliases_section_of(report: CoverageReport) -> str:
    return render_markdown(report.report).split("## Aliases of databases that do not exist\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("label", "descriptions"),
    [
        ("Scrum/Ticket", ["Fix the login form #12 [Scrum] [Ticket] [Pilot]", "Menu #7 [scrum] [ticket]"]),
        ("Chore", ["Fix the login form #12 [Chore] [Pilot]", "Menu #7 [chore] [Pilot]"]),
        ("Chore", ["Look into #998 [Chore]", "Look into #999 [Chore]", "Fix the login form #12 [Chore]"]),
    ],
)
def test_a_label_for_a_database_that_is_not_there_is_told_with_its_time_and_its_line_anew(label: str, descriptions: list[str]) -> None:
    report = with_aliases(*descriptions, "Standup", labels={label: "Scrum/Tasks", "Scrum/Story": "Scrum/Task"})

    [lost] = report.lost_aliases
    assert (lost.label, lost.database, lost.nearest, lost.duration_seconds) == (label, "Scrum/Tasks", "Scrum/Task", 7200)
    pasted = EnrichmentSettings.model_validate(
        {**yaml.safe_load(blocks(report.report)["lost_aliases"]), "enrichment_activities": ACTIVITIES}
    )
    assert pasted.label_aliases == {label: "Scrum/Task"}
    assert f"| {label} | Scrum/Tasks | 2h 00m | likely Scrum/Task: its line is below |" in aliases_section_of(report)


def test_what_the_titles_beside_a_label_tell_is_surer_than_a_like_name() -> None:
    report = with_aliases("Menu flickers #5 [Scrum] [Chore]", labels={"Scrum/Chore": "Scrum/Tasks"})

    assert [(one.database, one.nearest) for one in report.lost_aliases] == [("Scrum/Tasks", "Scrum/Bug")]


def test_a_label_that_is_configured_to_mean_nothing_is_not_proposed_a_second_time() -> None:
    report = with_aliases("Fix the login form #12 [Scrum] [Taks]", labels={"scrum/taks": "Warehouse/Pallet"})

    assert report.unknown_labels == ()
    [lost] = report.lost_aliases
    assert (lost.nearest, yaml.safe_load(lost.fix or "")) == ("Scrum/Task", {"scrum/taks": "Scrum/Task"})


def test_an_alias_for_a_database_like_no_other_may_be_one_that_was_renamed() -> None:
    report = with_aliases("Standup", labels={"Crate": "Warehouse/Pallet"}, confirmed=[("anybody", "crates", "Warehouse/Crate #1")])

    assert [(one.nearest, one.fix, one.duration_seconds) for one in report.lost_aliases] == [(None, None, 0), (None, None, 0)]
    assert aliases_section_of(report).count("may have been renamed: write its new name, and take this out only if it is gone") == 2
    assert "lost_aliases" not in blocks(report.report)


def test_confirmed_lines_for_a_database_that_is_not_there_are_told_with_their_time_and_the_nearest_name() -> None:
    lines = [
        ("anybody", "oslo trip", "Scrum/Tusk #12"),
        ("ben@example.com", "menu", "Scrum/Tusk #7"),
        ("anybody", "form", "scrum/task #12"),
    ]
    report = with_aliases("Oslo  trip", "Menu", "Form", "Tidy up #4 [Scrum] [Tusk]", confirmed=lines)

    [lost] = report.lost_aliases
    assert (lost.label, lost.lines, lost.database, lost.nearest, lost.duration_seconds) == (None, 2, "Scrum/Tusk", "Scrum/Task", 3600)
    told = aliases_section_of(report)
    assert "| 2 lines of config/aliases.yaml | Scrum/Tusk | 1h 00m | likely Scrum/Task: write that in its place |" in told
    assert "ben@example.com" not in told


def test_aliases_that_lead_somewhere_are_nothing_to_tell() -> None:
    report = with_aliases("Menu", labels={"Scrum/Ticket": "Scrum/Bug"}, confirmed=[("anybody", "menu", "scrum/bug #7")])

    assert report.lost_aliases == ()
    assert "lost_aliases" not in [section.id for section in report.report.sections]


def test_the_days_that_an_export_does_not_cover_are_told() -> None:
    run = run_week(raw_week(entry(1)))
    data = run.data.model_copy(update={"covered_days": FRAME.week.days[:1]})

    text = render_markdown(cover(run.resolved, data, configured=SETTINGS, frame=FRAME).report)

    assert "The data covers Mon 2025-10-06 only: of the week's other days nothing is known." in text
