"""What of the configuration no longer fits Fibery, and what is proposed in its place. Not here: time, people, pasting it."""

from collections.abc import Sequence

import yaml

from tests.domain.builders import FRAME, HOSTS, LOGIN_TASK, RULES, SCHEMA, SETTINGS, busy_records, entry, raw_week, run_week
from tests.domain.test_coverage import coverage
from volt_assets.domain.aggregation import aggregate
from volt_assets.domain.coverage import CoverageReport, cover
from volt_assets.domain.drafts import render_markdown
from volt_assets.domain.fibery_schema import Lost, Rename, Schema
from volt_assets.domain.field_fit import FieldProblem, MissingField
from volt_assets.domain.label_aliases import Described, labels_seen
from volt_assets.domain.proposal import propose
from volt_assets.domain.resolving import Matcher, MatchRules
from volt_assets.domain.suggestions import with_suggestions


def missing_database(name: str, *, others: Sequence[str] = (), schema: Schema = SCHEMA) -> CoverageReport:
    """A week whose configuration has a database that Fibery does not."""
    run = run_week(raw_week(entry(1)))
    configured = {one: {**SETTINGS["Scrum/Task"], "fields": ["Sprint"]} for one in (*others, name)}
    rules = MatchRules(configured=tuple(configured))
    resolved = Matcher(run.aggregated, schema, rules).resolve((), (), people={})
    return cover(with_suggestions(resolved, (), schema, rules), run.data, configured=configured, frame=FRAME)


def test_a_configured_database_that_fibery_does_not_have_comes_with_its_entry_under_the_nearest_name() -> None:
    told = missing_database("Scrum/Tasks")

    assert told.missing_databases == ("Scrum/Tasks",)
    assert "- Scrum/Tasks: the nearest name is Scrum/Task: write that in its entry, if it is meant" in render_markdown(told.report)
    assert [yaml.safe_load(one.fix or "") for one in told.corrections] == [
        {"Scrum/Task": {"activity": "default_enrich_entity", "max_concurrent": 3, "fields": ["Sprint"]}}
    ]


def test_a_database_that_is_like_a_configured_one_is_not_configured_twice() -> None:
    told = missing_database("Scrum/Tasks", others=["Scrum/Task"])

    assert [one.fix for one in told.corrections] == [None]
    text = render_markdown(told.report)
    assert "the nearest name is Scrum/Task, which is configured already; it may have been renamed (not configured in its space" in text


def test_a_database_that_is_like_no_other_is_told_without_a_guess() -> None:
    told = missing_database("Warehouse/Pallet")

    assert [one.fix for one in told.corrections] == [None]
    advice = "it may have been renamed: write its new name in its entry, and take it out only if it is gone"
    assert f"- Warehouse/Pallet: {advice}" in render_markdown(told.report)


def test_a_database_that_was_renamed_is_told_as_certain_with_its_entry_under_its_name_of_today() -> None:
    schema = SCHEMA.model_copy(update={"renamed": (Rename(old="Scrum/Chore", new="Scrum/Task"),)})
    told = missing_database("Scrum/Chore", schema=schema)

    assert "- Scrum/Chore: it was renamed to Scrum/Task: write that in its entry" in render_markdown(told.report)
    assert [list(yaml.safe_load(one.fix or "")) for one in told.corrections] == [["Scrum/Task"]]
    taken = missing_database("Scrum/Chore", others=["Scrum/Task"], schema=schema)
    assert "renamed to Scrum/Task, which is configured already: this one can go" in render_markdown(taken.report)


def test_a_database_without_a_like_name_comes_with_those_of_its_space_that_are_not_configured() -> None:
    told = render_markdown(missing_database("Scrum/Chore", others=["Scrum/Bug"]).report)

    assert "it may have been renamed (not configured in its space: Scrum/Task): write its new name in its entry" in told


def test_a_database_that_is_known_to_be_gone_comes_with_those_that_are_new_since() -> None:
    schema = SCHEMA.model_copy(update={"lost": (Lost(name="Scrum/Chore", since=("Design/Work Version", "Scrum/Bug")),)})
    told = render_markdown(missing_database("Scrum/Chore", others=["Scrum/Bug"], schema=schema).report)

    assert "it was removed, or is hidden now (new since then and not configured: Design/Work Version): write in its entry" in told


def test_a_label_that_was_a_databases_name_means_it_still() -> None:
    schema = SCHEMA.model_copy(update={"renamed": (Rename(old="Scrum/Chore", new="Scrum/Task"),)})
    raw = raw_week(entry(1, "Fix the login form #12 [Scrum] [Chore]"))
    matcher = Matcher(aggregate(raw, HOSTS), schema, RULES)

    [guess] = matcher.resolve((), (), people={}).unknown_labels
    assert (guess.database, guess.sure, guess.why) == ("Scrum/Task", True, "renamed to it")


def test_a_label_of_a_configured_database_that_is_gone_is_guessed_to_be_one_that_is_not_configured() -> None:
    rules = MatchRules(configured=("Scrum/Bug", "Scrum/Chore"))
    matcher = Matcher(aggregate(raw_week(entry(1, "Tidy up #12 [Scrum] [Chore]")), HOSTS), SCHEMA, rules)

    [guess] = with_suggestions(matcher.resolve((), (), people={}), (), SCHEMA, rules).unknown_labels
    assert (guess.database, guess.sure, guess.why) == ("Scrum/Task", False, "may be its name now")


def test_the_lines_of_a_new_type_have_the_fields_that_init_would_propose() -> None:
    [one] = coverage("Draw the steps #3 [Design] [Work Version]").uncovered_types
    [settings] = yaml.safe_load(one.fix or "").values()

    proposed = propose(SCHEMA, labels_seen([Described(description="Draw #3 [Design] [Work Version]", seconds=60)], HOSTS))
    [same] = [database.entry for database in proposed.databases if database.name == "Design/Work Version"]
    assert same.fields == ("Feature", "Due", "Labels")
    assert settings == {"activity": same.activity, "max_concurrent": same.max_concurrent, "fields": list(same.fields)}


def test_a_parent_that_leads_nowhere_is_told_and_stays_a_field() -> None:
    run = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records())
    astray = MissingField(database="Scrum/Task", field="Priority", nearest=None, problem=FieldProblem.LEADS_NOWHERE)
    named = MissingField(database="Scrum/Task", field="id", nearest=None, problem=FieldProblem.TECHNICAL)
    gone = MissingField(database="Scrum/Task", field="Chore", nearest="Effort", problem=FieldProblem.RENAMED)
    data = run.data.model_copy(update={"missing_fields": (astray, named, gone)})
    settings = {"activity": "enrich_scrum_task", "fields": ["Priority", "id", "Chore"], "parents": ["Priority", "Feature"]}
    told = cover(run.resolved, data, configured={**SETTINGS, "Scrum/Task": settings}, frame=FRAME)

    [correction] = told.corrections
    assert yaml.safe_load(correction.fix or "")["Scrum/Task"] == {**settings, "fields": ["Priority", "Effort"], "parents": ["Feature"]}
    text = render_markdown(told.report)
    assert "- Scrum/Task: Priority; it is configured as a parent and leads to no entity" in text
    assert "- Scrum/Task: id; its values mean nothing to people" in text
    assert "- Scrum/Task: Chore; it was renamed to Effort" in text


def test_fields_that_are_gone_come_with_their_databases_whole_entry() -> None:
    week = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records(), task_fields=["Prioritty", "Zzzz", "Effort"])
    [correction] = week.coverage.corrections

    assert yaml.safe_load(correction.fix or "")["Scrum/Task"]["fields"] == ["Priority", "Effort"]
    assert correction.fix is not None
    assert correction.fix.strip().splitlines()[0] in render_markdown(week.coverage.report)


def test_a_field_that_only_a_teams_own_activity_names_is_told_without_an_entry_to_paste() -> None:
    run = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records())
    data = run.data.model_copy(update={"missing_fields": (MissingField(database="Scrum/Task", field="Prioritty", nearest="Priority"),)})
    told = cover(run.resolved, data, configured=SETTINGS, frame=FRAME)

    assert told.corrections == ()
    assert "- Scrum/Task: Prioritty; the nearest name is Priority" in render_markdown(told.report)
