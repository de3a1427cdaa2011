"""A workspace's schema as Fibery answers it, with all that makes it hard to read (`reference/fibery.md` section 2)."""

from typing import Any

import pytest

from volt_assets.domain.fibery_schema import Database, FieldKind, Schema, normal_name, read_schema


def field(name: str, kind: str, *, deleted: bool = False, **meta: object) -> dict[str, Any]:
    flags = {flag.replace("__", "/").replace("_", "-") + "?": value for flag, value in meta.items()}
    return {"fibery/name": name, "fibery/type": kind, "fibery/id": f"id of {name}", "fibery/deleted?": deleted, "fibery/meta": flags}


def kind_of_thing(name: str, *fields: dict[str, Any], deleted: bool = False, **meta: object) -> dict[str, Any]:
    return {**field(name, "", deleted=deleted, **meta), "fibery/fields": list(fields)}


TASK = kind_of_thing(
    "Scrum/Task",
    field("fibery/id", "fibery/uuid", fibery__id=True),
    field("fibery/public-id", "fibery/text", fibery__public_id=True),
    field("Scrum/Old title_0y04m38_deleted", "fibery/text", deleted=True, ui__title=True),
    field("Scrum/Name", "fibery/text", ui__title=True, formula__formula=True, fibery__readonly=True),
    field("workflow/state", "workflow/state_Scrum/Task", fibery__required=True),
    field("assignments/assignees", "fibery/user", fibery__collection=True),
    field("fibery/created-by", "fibery/user"),
    field("Scrum/Feature", "Scrum/Feature"),
    field("Scrum/Sub-tasks", "Scrum/Sub-task", fibery__collection=True),
    field("Scrum/Project ", "Scrum/Project"),
    field("Product Management/Requests", "fibery/text"),
    field("Scrum/Priority", "Scrum/Priority_Backlog/Task", fibery__type_component=True),
    field("Scrum/Labels", "Scrum/Labels_Scrum/Task", fibery__collection=True),
    field("Scrum/Description", "Collaboration~Documents/Document", fibery__entity_component=True),
    field("Scrum/Effort", "fibery/decimal"),
    field("Scrum/Planned dates", "fibery/date-range"),
    field("Scrum/Old note_0y04m38_deleted", "fibery/text", deleted=True),
    field("Scrum/Epic", "Scrum/Epic_1a2b3c4_deleted"),
    field("Scrum/Vanished", "Scrum/Nowhere"),
    field("comments/comments", "comments/comment", fibery__collection=True),
    field("Files/Files", "fibery/file", fibery__collection=True),
    field("documents/documents", "fibery/view", fibery__collection=True),
    field("Scrum/Start timer", "fibery/Button"),
    field("Scrum/Source", "fibery/entity-ref"),
    field("fibery/rank", "fibery/rank"),
    field("Scrum/Untitled thing", "Scrum/Untitled"),
    fibery__domain=True,
)
DOCUMENT: dict[str, Any] = {
    "fibery/version": 6208,
    "fibery/types": [
        TASK,
        kind_of_thing("Scrum/Feature", field("Scrum/name", "fibery/text", ui__title=True), fibery__domain=True),
        kind_of_thing("Scrum/Sub-task", field("Scrum/Name", "fibery/text", ui__title=True), fibery__domain=True),
        kind_of_thing("Scrum/Project", field("user/Title ", "fibery/text", ui__title=True), fibery__domain=True),
        kind_of_thing("Scrum/Epic_1a2b3c4_deleted", field("Scrum/Name", "fibery/text", ui__title=True), deleted=True, fibery__domain=True),
        kind_of_thing("Scrum/Untitled", field("Scrum/Number", "fibery/int"), fibery__domain=True),
        kind_of_thing(
            "Scrum/Priority_Backlog/Task", field("enum/name", "fibery/text", ui__title=True), fibery__domain=True, fibery__enum=True
        ),
        kind_of_thing("Scrum/Labels_Scrum/Task", field("enum/name", "fibery/text", ui__title=True), fibery__domain=True, fibery__enum=True),
        kind_of_thing(
            "workflow/state_Scrum/Task",
            field("enum/name", "fibery/text", ui__title=True),
            field("workflow/Final", "fibery/bool"),
            field("workflow/Type", "workflow/Type_x"),
            fibery__domain=True,
            fibery__enum=True,
        ),
        kind_of_thing("fibery/user", field("user/name", "fibery/text", ui__title=True), fibery__domain=True, fibery__platform=True),
        kind_of_thing("comments/comment", field("comment/author", "fibery/user", ui__title=True), fibery__platform=True),
        kind_of_thing("fibery/file", field("fibery/name", "fibery/text", ui__title=True), fibery__platform=True),
        kind_of_thing("fibery/view", field("fibery/name", "fibery/text", ui__title=True), fibery__platform=True),
        kind_of_thing("fibery/Button", field("fibery/name", "fibery/text", ui__title=True), fibery__platform=True),
        kind_of_thing("Collaboration~Documents/Document", field("Collaboration~Documents/secret", "fibery/text"), fibery__platform=True),
        kind_of_thing("fibery/text", fibery__primitive=True),
        kind_of_thing("fibery/rank", fibery__primitive=True),
        {"fibery/name": "fibery/odd", "fibery/fields": [], "fibery/meta": None},
    ],
}
SCHEMA = read_schema(DOCUMENT)


def tasks() -> Database:
    found = SCHEMA.find("Scrum", "Task")
    assert found is not None
    return found


def kind(display: str) -> FieldKind | None:
    found = tasks().field(display)
    return found.kind if found else None


def test_databases_are_what_people_made_without_selects_states_users_and_deleted_ones() -> None:
    assert [database.name for database in SCHEMA.databases] == ["Scrum/Feature", "Scrum/Project", "Scrum/Sub-task", "Scrum/Task"]


def test_the_title_is_found_by_its_flag_though_it_is_a_formula_and_an_older_one_was_deleted() -> None:
    assert tasks().title_field == "Scrum/Name"


def test_a_title_field_may_have_any_prefix_and_a_trailing_space() -> None:
    project = SCHEMA.find("Scrum", "Project")

    assert project is not None
    assert project.title_field == "user/Title "


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        ("Name", FieldKind.PRIMITIVE),
        ("public-id", FieldKind.PRIMITIVE),
        ("Effort", FieldKind.PRIMITIVE),
        ("Planned dates", FieldKind.PRIMITIVE),
        ("Requests", FieldKind.PRIMITIVE),
        ("Priority", FieldKind.OPTION),
        ("Labels", FieldKind.OPTIONS),
        ("state", FieldKind.OPTION),
        ("assignees", FieldKind.USERS),
        ("created-by", FieldKind.USER),
        ("Feature", FieldKind.ENTITY),
        ("Sub-tasks", FieldKind.ENTITIES),
        ("Description", FieldKind.DOCUMENT),
        ("Files", FieldKind.FILES),
    ],
)
def test_each_field_is_read_in_the_way_of_its_kind(display: str, expected: FieldKind) -> None:
    assert kind(display) is expected


@pytest.mark.parametrize(
    "display",
    [
        "comments",
        "documents",
        "Start timer",
        "Source",
        "rank",
        "Old note_0y04m38_deleted",
        "Old title_0y04m38_deleted",
        "Epic",
        "Vanished",
        "Untitled thing",
    ],
)
def test_what_cannot_be_selected_or_is_deleted_is_no_field(display: str) -> None:
    assert tasks().field(display) is None


def test_a_name_with_a_trailing_space_is_sent_as_it_stands_and_shown_without() -> None:
    project = tasks().field("Project")

    assert project is not None
    assert (project.name, project.display) == ("Scrum/Project ", "Project")


def test_a_relation_knows_the_title_of_what_it_points_to() -> None:
    feature, text = tasks().field("Feature"), tasks().field("Effort")

    assert feature is not None
    assert text is not None
    assert (feature.target_title, text.target_title) == ("Scrum/name", None)


@pytest.mark.parametrize("name", ["Scrum/Feature", "feature", " FEATURE ", "Feature"])
def test_a_field_is_found_by_its_exact_and_its_display_name(name: str) -> None:
    found = tasks().field(name)

    assert found is not None
    assert found.name == "Scrum/Feature"


def test_states_and_assignees_are_known_where_a_database_has_them() -> None:
    feature = SCHEMA.find("Scrum", "Feature")

    assert (tasks().has_workflow, tasks().has_state_type, tasks().has_assignees) == (True, True, True)
    assert feature is not None
    assert (feature.has_workflow, feature.has_state_type, feature.has_assignees) == (False, False, False)


def test_a_workflow_of_an_old_workspace_has_states_without_types() -> None:
    state = kind_of_thing("workflow/state_Scrum/Task", field("enum/name", "fibery/text", ui__title=True), fibery__enum=True)
    old = read_schema({"fibery/types": [TASK, state]}).databases[0]

    assert (old.has_workflow, old.has_state_type) == (True, False)


@pytest.mark.parametrize(("space", "kind"), [("scrum", "sub_task"), ("SCRUM ", "Sub task"), ("Scrum", "Sub-task")])
def test_a_database_is_found_whatever_the_spelling_of_its_labels(space: str, kind: str) -> None:
    found = SCHEMA.find(space, kind)

    assert found is not None
    assert (found.space, found.database) == ("Scrum", "Sub-task")


def test_a_database_of_another_space_is_not_found() -> None:
    assert SCHEMA.find("Design", "Task") is None


def test_databases_of_one_name_are_found_in_every_space() -> None:
    there = kind_of_thing("Design/Task", field("Design/Name", "fibery/text", ui__title=True), fibery__domain=True)
    schema = read_schema({"fibery/types": [TASK, there]})

    assert [database.space for database in schema.named("task")] == ["Design", "Scrum"]


def test_a_document_that_is_no_schema_is_refused() -> None:
    with pytest.raises(KeyError):
        read_schema({"message": "Unauthorized"})


def test_a_workspace_without_databases_has_an_empty_schema() -> None:
    assert read_schema({"fibery/types": []}) == Schema(databases=())


@pytest.mark.parametrize(("one", "other"), [("Work Version", "work_version"), ("To-dos", "to dos"), (" A  B ", "a b")])
def test_names_are_compared_without_case_and_separators(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other)
