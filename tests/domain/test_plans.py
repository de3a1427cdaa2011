"""What is asked of each database, by strategy and configuration, on a schema with every quirk."""

import pytest

from tests.domain.schemas import BUG, EPIC, FEATURE, SCHEMA, SPRINT, SUB_TASK, TASK, of
from volt_assets.domain.entities import Below, ParentStep
from volt_assets.domain.fibery_schema import Database, Field, FieldKind, Rename
from volt_assets.domain.field_fit import FieldProblem, MissingField
from volt_assets.domain.matching import EntityGroup
from volt_assets.domain.plans import DatabasePlan, Wishes, entity_requests, plan_database, plan_databases
from volt_assets.domain.roles import Role
from volt_assets.domain.strategies import BEHAVIOURS, STRATEGIES, derived

TASK_WISHES = Wishes(activity="enrich_scrum_task")
DEFAULT = Wishes(activity="default_enrich_entity", optional=("Priority", "Team"))


def plans(**wishes: Wishes) -> dict[str, DatabasePlan]:
    named = {"task": TASK, "bug": BUG, "feature": FEATURE, "sub_task": SUB_TASK}
    configured = {named[key]: wish for key, wish in wishes.items()}
    return plan_databases(SCHEMA, configured, configured, DEFAULT, STRATEGIES)


def asked(database: str, activity: str) -> set[str]:
    return {field.display for field in plan_database(of(database), activity, []).fields}


def chains(steps: tuple[ParentStep, ...]) -> list[str]:
    """Each way up as the databases on it."""
    return [f"{step.database.name}{f' > {above}' if above else ''}" for step in steps for above in chains(step.above) or [""]]


def test_a_task_is_asked_for_story_points_sprint_criteria_and_test_cases() -> None:
    wanted = {"⚡ Story points", "Sprint", "Acceptance criteria", "Test cases", "🔥 Priority", "Labels", "Description"}

    assert wanted <= asked(TASK, "enrich_scrum_task")


def test_effort_is_asked_for_only_where_there_are_no_story_points() -> None:
    without = of(TASK).model_copy(update={"fields": tuple(one for one in of(TASK).fields if "points" not in one.name)})

    assert "Effort (pt)" not in asked(TASK, "enrich_scrum_task")
    assert "Effort (pt)" in {field.display for field in plan_database(without, "enrich_scrum_task", []).fields}


def test_a_bug_is_asked_for_severity_steps_and_root_cause() -> None:
    assert {"Severity", "Steps to reproduce", "Root cause"} <= asked(BUG, "enrich_scrum_bug")


def test_a_feature_is_asked_for_area_requests_revenue_and_launch() -> None:
    assert {"Area", "Requests", "Revenue impact", "Launch date"} <= asked(FEATURE, "enrich_product_feature")


def test_nothing_is_asked_for_that_the_schema_does_not_have_or_has_deleted() -> None:
    for name in (SUB_TASK, TASK, BUG, FEATURE, EPIC, SPRINT):
        names = {field.name for field in of(name).fields}
        for activity in STRATEGIES:
            plan = plan_database(of(name), activity, ["Epic", "Severity_0y04m38_deleted", "Old", "documents"])
            assert {field.name for field in plan.fields} <= names


def test_a_field_that_is_not_there_is_told_with_the_nearest_name_once() -> None:
    plan = plan_database(of(BUG), "enrich_scrum_bug", ["Severty", "Severty", "root_cause"])

    assert plan.missing == (MissingField(database=BUG, field="Severty", nearest="Severity"),)


@pytest.mark.parametrize(
    ("configured", "nearest"),
    [
        ("Severty", "Severity"),
        ("Scrum/root cause (text)", "Root cause"),
        ("Nosuch Feld", None),
        ("Designer", None),
        ("customer_requests", None),
        ("idd", None),
        ("creation-dates", None),
    ],
)
def test_a_name_that_is_not_much_alike_and_a_field_of_the_system_are_not_suggested(configured: str, nearest: str | None) -> None:
    [missing] = plan_database(with_system_fields(BUG), "default_enrich_entity", [configured]).missing

    assert (missing.nearest, missing.problem) == (nearest, FieldProblem.MISSING)


@pytest.mark.parametrize("name", ["id", "fibery/id"])
def test_ids_are_neither_shown_nor_asked_for(name: str) -> None:
    plan = plan_database(with_system_fields(BUG), "default_enrich_entity", [name])

    assert [(one.field, one.nearest, one.problem) for one in plan.missing] == [(name, None, FieldProblem.TECHNICAL)]
    assert "fibery/id" not in {field.name for field in plan.fields}


def test_a_field_of_a_teams_own_that_is_called_id_is_shown() -> None:
    known = with_system_fields(BUG)
    own = known.model_copy(update={"fields": (*known.fields, Field(name="Scrum/ID", type="fibery/text", kind=FieldKind.PRIMITIVE))})

    assert "Scrum/ID" in plan_database(own, "default_enrich_entity", ["id"]).kept


def with_system_fields(name: str) -> Database:
    """A database with the fields that every one of Fibery has, and a day."""
    types = {"fibery/id": "uuid", "fibery/public-id": "text", "fibery/creation-date": "date-time", "Scrum/Due": "date"}
    fields = (Field(name=field, type=f"fibery/{kind}", kind=FieldKind.PRIMITIVE) for field, kind in types.items())
    return of(name).model_copy(update={"fields": (*fields, *of(name).fields)})


def test_a_field_that_was_renamed_is_told_with_its_name_of_today() -> None:
    known = of(BUG).model_copy(update={"renamed": (Rename(old="Scrum/Blame", new="Scrum/Root cause"),)})

    told = [plan_database(known, "default_enrich_entity", [name]).missing for name in ("blame", "Scrum/Blame")]
    assert [[(one.nearest, one.problem) for one in missing] for missing in told] == [[("Root cause", FieldProblem.RENAMED)]] * 2


def test_a_parent_that_leads_nowhere_is_told() -> None:
    plan = plans(bug=Wishes(activity="enrich_scrum_bug", parents=("Severity", "Task")))[BUG]

    assert [(one.field, one.problem) for one in plan.missing] == [("Severity", FieldProblem.LEADS_NOWHERE)]


def test_what_is_asked_for_anyway_is_no_missing_field() -> None:
    assert plan_database(of(TASK), "enrich_scrum_task", ["comments", "state", "assignees", "title"]).missing == ()
    assert [one.field for one in plan_database(of(BUG), "enrich_scrum_bug", ["comments"]).missing] == ["comments"]


def test_dates_estimates_and_descriptions_are_read_but_not_kept_as_fields() -> None:
    plan = plan_database(of(TASK), "enrich_scrum_task", [])

    assert {"Scrum/Planned dates", "user/Estimate (D) ", "Scrum/Description"} <= {field.name for field in plan.fields} - {*plan.kept}


def test_a_database_that_nobody_configured_misses_nothing() -> None:
    assert plans(sub_task=Wishes(activity="default_enrich_entity"))[FEATURE].missing == ()


def test_comments_are_wanted_where_there_are_any() -> None:
    assert plan_database(of(TASK), "enrich_scrum_task", []).wants_comments
    assert not plan_database(of(BUG), "enrich_scrum_bug", []).wants_comments


def test_an_activity_of_a_teams_own_reads_its_roles_and_fields_besides() -> None:
    own = {**STRATEGIES, "ours": derived(STRATEGIES["enrich_scrum_bug"], roles=(Role.SPRINT,), fields=("Effort (pt)", "Mood"))}

    plan = plan_database(of(TASK), "ours", [], strategies=own)

    assert {"Sprint", "Effort (pt)", "🔥 Priority"} <= {field.display for field in plan.fields}
    assert [one.field for one in plan.missing] == ["Mood"]


def test_every_strategy_names_a_behaviour_that_there_is() -> None:
    assert {strategy.behaviour for strategy in STRATEGIES.values()} <= set(BEHAVIOURS)


def test_customer_requests_are_kept_as_a_number() -> None:
    counted = BEHAVIOURS["requests_counted"]({"Requests": ["Bigger", "Faster"], "Area": "Billing"}, {Role.CUSTOMER_REQUESTS: "Requests"})

    assert counted == {"Requests": 2, "Area": "Billing"}


def test_the_ways_up_lead_from_a_sub_task_over_task_and_feature_no_further_than_three_levels() -> None:
    assert chains(plans(sub_task=TASK_WISHES)[SUB_TASK].parents) == [f"{TASK} > {FEATURE} > {EPIC}"]


def test_a_bug_has_two_ways_up_and_the_nearest_comes_first() -> None:
    assert chains(plans(bug=TASK_WISHES)[BUG].parents) == [f"{TASK} > {FEATURE} > {EPIC}", f"{FEATURE} > {EPIC}"]


@pytest.mark.parametrize(
    ("parents", "expected"),
    [(("Feature", "Task"), [FEATURE, TASK]), (("Sprint", "No such field"), []), ((), []), (("feature",), [FEATURE])],
)
def test_the_configuration_chooses_the_ways_up(parents: tuple[str, ...], expected: list[str]) -> None:
    plan = plans(bug=Wishes(activity="enrich_scrum_bug", parents=parents))[BUG]

    assert [step.database.name for step in plan.parents] == expected


def test_a_configured_parent_that_is_not_there_is_told_with_the_nearest_name() -> None:
    plan = plans(bug=Wishes(activity="enrich_scrum_bug", parents=("Featuer", "Task")))[BUG]

    assert [(one.field, one.nearest) for one in plan.missing] == [("Featuer", "Feature")]


def test_databases_above_the_configured_ones_are_planned_too() -> None:
    assert set(plans(sub_task=TASK_WISHES)) == {SUB_TASK, TASK, FEATURE, EPIC}


def test_progress_is_read_from_what_has_the_entity_as_a_parent_and_states() -> None:
    planned = plans(task=TASK_WISHES, feature=TASK_WISHES)

    assert [field.display for field in planned[FEATURE].children] == ["Tasks", "Bugs"]
    assert [field.display for field in planned[TASK].children] == ["Sub-tasks"]
    assert planned[EPIC].children != ()


def test_what_is_above_is_asked_for_by_what_is_below_in_one_question_per_database() -> None:
    planned = plans(sub_task=TASK_WISHES, bug=TASK_WISHES)
    groups = [
        EntityGroup(space="Scrum", database="Sub-task", configured=True, public_ids=("4", "5")),
        EntityGroup(space="Scrum", database="Bug", configured=True, public_ids=("7",)),
    ]

    requests = entity_requests(groups, planned)

    above = {request.database.name: request.below for request in requests if request.below}
    assert [request.database.name for request in requests] == [SUB_TASK, BUG, EPIC, FEATURE, TASK]
    assert above[FEATURE] == (
        Below(path=("Scrum/Tasks", "Scrum/Sub-tasks"), public_ids=("4", "5")),
        Below(path=("Scrum/Bugs",), public_ids=("7",)),
    )
    assert above[EPIC][0].path == ("Product/Features", "Scrum/Tasks", "Scrum/Sub-tasks")
    assert above[TASK] == (Below(path=("Scrum/Sub-tasks",), public_ids=("4", "5")),)
