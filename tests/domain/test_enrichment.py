"""What is asked about entities, and what is kept when Fibery has no answer."""

import math
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from tests.domain.builders import (
    ANA_IN_FIBERY,
    BASE_URL,
    BEN,
    BEN_IN_FIBERY,
    BUGS,
    CONFIGURED,
    LOGIN_TASK,
    SCHEMA,
    SIGN_IN,
    TASKS,
    TO_DOS,
    answer_all,
    database,
    enrich_week,
    entry,
    key,
    plans,
    raw_week,
    record,
    resolve_week,
    text_field,
)
from volt_assets.domain.enrichment import AssignedWithoutTime, View, enrich, entity_url
from volt_assets.domain.entities import EntityRecord, FiberyUser
from volt_assets.domain.fibery_schema import Field, FieldKind, Schema
from volt_assets.domain.field_fit import MissingField
from volt_assets.domain.plans import entity_requests, open_work_requests, plan_database

LOGIN = record("Scrum/Task", "12", "Fix the login form", links=[SIGN_IN], fields={"Effort": "2.50"}, assignees=[ANA_IN_FIBERY])


def waiting(*records: EntityRecord, aliases: dict[str, str] | None = None) -> tuple[AssignedWithoutTime, ...]:
    raw = raw_week(entry(1, LOGIN_TASK), entry(2, who=BEN))
    resolved = resolve_week(raw, [LOGIN, *records], users=[ANA_IN_FIBERY, BEN_IN_FIBERY], aliases=aliases)
    return enrich_week(resolved, [LOGIN, *records], aliases=aliases).assigned_without_time


def test_configured_fields_that_exist_are_asked_for_once_with_the_strategys_own() -> None:
    plan = plan_database(TASKS, "enrich_scrum_task", ["effort", "Feature", "Scrum/Feature"])

    assert [field.name for field in plan.fields] == ["Scrum/Effort", "Scrum/Feature", "Scrum/Priority"]
    assert plan.missing == ()


def test_a_strategys_fields_are_asked_for_where_the_database_has_them() -> None:
    assert [field.display for field in plan_database(BUGS, "enrich_scrum_bug", []).fields] == ["Severity", "Priority", "Actual End"]


def test_a_configured_field_that_is_missing_is_told_with_the_nearest_name() -> None:
    plan = plan_database(TASKS, "enrich_scrum_task", ["Priorty", "Zzzzzzz"])

    assert plan.missing == (
        MissingField(database="Scrum/Task", field="Priorty", nearest="Priority"),
        MissingField(database="Scrum/Task", field="Zzzzzzz", nearest=None),
    )


def test_optional_fields_and_a_strategys_own_are_not_missed() -> None:
    plan = plan_database(TO_DOS, "enrich_scrum_task", [], optional=["Priority", "Name"])

    assert ([field.display for field in plan.fields], plan.missing) == (["Name"], ())


def test_of_two_fields_with_one_display_name_the_exact_name_decides() -> None:
    two = TASKS.model_copy(update={"fields": (text_field("Scrum/Size"), text_field("user/Size"))})

    assert [field.name for field in plan_database(two, "enrich_scrum_bug", ["user/Size"]).fields] == ["user/Size"]


def test_missing_fields_of_all_databases_are_in_the_result() -> None:
    resolved = resolve_week(raw_week(entry(1)))

    assert [one.field for one in enrich_week(resolved, task_fields=["Feture"]).missing_fields] == ["Feture"]


def test_entities_are_asked_for_in_one_question_per_database() -> None:
    resolved = resolve_week(
        raw_week(entry(1, LOGIN_TASK), entry(2, "#5 [Scrum] [Task]")), [LOGIN, record("Scrum/Task", "5", "Choose a queue")]
    )

    [request] = entity_requests(resolved.entities, plans())

    assert (request.database.name, request.public_ids) == ("Scrum/Task", ("5", "12"))
    assert [field.display for field in request.fields] == ["Feature", "Effort", "Priority"]


def test_open_work_is_asked_for_where_a_configured_database_has_states_and_assignees() -> None:
    stateless, nobodys = database("Scrum/Note", has_state_type=False), database("Scrum/Idea", has_assignees=False)
    schema = Schema(databases=(*SCHEMA.databases, stateless, nobodys))

    requests = open_work_requests(schema, (*CONFIGURED, "Scrum/Note", "Scrum/Idea"))

    assert [(request.database.name, request.started_only) for request in requests] == [("Scrum/Bug", True), ("Scrum/Task", True)]


def test_an_entity_keeps_its_state_people_parents_and_fields() -> None:
    [entity] = enrich_week(resolve_week(raw_week(entry(1, LOGIN_TASK)), [LOGIN]), [LOGIN]).entities

    assert (entity.name, entity.state, entity.state_type, entity.is_final) == ("Fix the login form", "In Progress", "Started", False)
    assert (entity.parents, entity.fields, entity.assignees) == (LOGIN.parents, {"Effort": "2.50"}, LOGIN.assignees)
    assert (entity.activity, entity.found, entity.url) == ("enrich_scrum_task", True, f"{BASE_URL}/Scrum/Task/12")


def test_an_entity_whose_database_fails_stays_with_the_reason() -> None:
    week = enrich_week(resolve_week(raw_week(entry(1, LOGIN_TASK)), [LOGIN]), [LOGIN], broken=frozenset({"Scrum/Task"}))

    [entity] = week.entities
    assert (entity.entity, entity.found, entity.reason) == (LOGIN.key, False, "Fibery took too long to answer")
    assert {failure.database for failure in week.failures} == {"Scrum/Task"}


def test_an_entity_that_vanishes_between_two_questions_stays_with_the_reason() -> None:
    week = enrich_week(resolve_week(raw_week(entry(1, LOGIN_TASK)), [LOGIN]), [])

    assert [(entity.found, entity.reason) for entity in week.entities] == [
        (False, "Fibery had it when the reference was looked up, and no longer sent it when its fields were read")
    ]
    assert (week.statistics.entities, week.statistics.found) == (1, 0)


def test_a_database_that_is_renamed_between_two_questions_is_not_said_to_have_lost_its_entities() -> None:
    resolved = resolve_week(raw_week(entry(1, LOGIN_TASK)), [LOGIN])
    left = {name: plan for name, plan in plans().items() if name != "Scrum/Task"}

    [entity] = enrich(resolved, (), left, view=View(base_url=BASE_URL), aliases={}).entities

    assert (entity.found, entity.reason) == (
        False,
        "Scrum/Task was there when the reference was looked up, and no database had this name any more when its fields were read",
    )


@pytest.mark.parametrize("odd", [math.nan, math.inf, 1e308, 10**400], ids=["no number", "infinite", "huge", "400 digits"])
def test_an_estimate_that_nothing_can_take_is_none_and_said_to_be(odd: float) -> None:
    hours = Field(name="Scrum/Estimate (h)", type="fibery/decimal", kind=FieldKind.PRIMITIVE)
    plan = plan_database(TASKS.model_copy(update={"fields": (*TASKS.fields, hours)}), "enrich_scrum_task", ())
    resolved = resolve_week(raw_week(entry(1, LOGIN_TASK)), [LOGIN])
    record_of_it = LOGIN.model_copy(update={"fields": {"Estimate (h)": odd}})
    answers = answer_all(entity_requests(resolved.entities, {"Scrum/Task": plan}), [record_of_it])

    [entity] = enrich(resolved, answers, {"Scrum/Task": plan}, view=View(base_url=BASE_URL), aliases={}).entities

    assert entity.estimate is None
    assert [(one.about, one.reason) for one in entity.remarks] == [
        ("estimate", "Fibery's number is more than anything can take, so it counts as none")
    ]


def test_started_work_of_the_weeks_people_without_time_is_listed() -> None:
    notes = record("Scrum/Task", "13", "Write the release notes", assignees=[BEN_IN_FIBERY, ANA_IN_FIBERY])

    [one] = waiting(notes)

    assert (one.entity, one.name, one.people) == (notes.key, "Write the release notes", ("ana@example.com", "ben@example.com"))


def test_work_that_got_time_from_anybody_is_not_waiting() -> None:
    assert waiting() == ()


@pytest.mark.parametrize(
    "record_of_no_interest",
    [
        record("Scrum/Task", "13", "Not started", state_type="Not started", assignees=[BEN_IN_FIBERY]),
        record("Scrum/Task", "13", "Nobody's"),
        record("Scrum/Task", "13", "A stranger's", assignees=[FiberyUser(id="u-9", name="Dora", email="dora@example.com")]),
        record("Scrum/Task", "13", "A bot's", assignees=[FiberyUser(id="u-8", name="Bot")]),
        record("Scrum/Task", "13", "Made later", assignees=[BEN_IN_FIBERY], created_at=datetime(2025, 10, 13, tzinfo=UTC)),
    ],
    ids=lambda one: one.name,
)
def test_work_that_nobody_of_the_week_could_have_done_is_not_waiting(record_of_no_interest: EntityRecord) -> None:
    assert waiting(record_of_no_interest) == ()


def test_work_created_on_the_weeks_sunday_is_waiting() -> None:
    made = record("Scrum/Task", "13", "Made in time", assignees=[BEN_IN_FIBERY], created_at=datetime(2025, 10, 12, 23, tzinfo=UTC))

    assert [one.name for one in waiting(made)] == ["Made in time"]


def test_work_created_after_the_weeks_sunday_in_its_own_zone_is_not_waiting() -> None:
    made = record("Scrum/Task", "13", "Made later", assignees=[ANA_IN_FIBERY], created_at=datetime(2025, 10, 12, 22, 30, tzinfo=UTC))
    resolved = resolve_week(raw_week(entry(1)), [made], users=[ANA_IN_FIBERY])
    answers = answer_all(open_work_requests(SCHEMA, CONFIGURED), [made])

    def in_zone(zone: tzinfo) -> int:
        return enrich(resolved, answers, plans(), view=View(base_url=BASE_URL, zone=zone), aliases={}).statistics.assigned_without_time

    assert (in_zone(UTC), in_zone(ZoneInfo("Europe/Berlin"))) == (1, 0)


def test_waiting_work_is_found_under_an_alias() -> None:
    ben = FiberyUser(id="u-2", name="Ben", email="ben@work.example")
    notes = record("Scrum/Task", "13", "Write the release notes", assignees=[ben])

    assert [one.people for one in waiting(notes, aliases={"ben@example.com": "ben@work.example"})] == [("ben@example.com",)]


def test_an_entity_of_a_week_without_answers_is_still_counted() -> None:
    week = enrich_week(resolve_week(raw_week()), [])

    assert (week.entities, week.statistics.entities, week.statistics.assigned_without_time) == ((), 0, 0)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("Scrum/Task", "https://acme.fibery.io/Scrum/Task/12"),
        ("Product Management/Work Version", "https://acme.fibery.io/Product_Management/Work_Version/12"),
        ("Scrum/Sub-task", "https://acme.fibery.io/Scrum/Sub-task/12"),
    ],
)
def test_an_entitys_address_is_space_database_and_number(name: str, url: str) -> None:
    assert entity_url(BASE_URL, key(name, "12")) == url
