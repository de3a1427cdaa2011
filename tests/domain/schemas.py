"""A Fibery schema with every quirk of real ones, as the API answers it. Not here: assertions.

Facts: `reference/fibery.md` sections 2 and 10. The company is invented.
"""

from typing import Any

from volt_assets.domain.fibery_schema import Database, Schema, read_schema

SUB_TASK, TASK, BUG, FEATURE, EPIC, SPRINT = (
    *("Scrum/Sub-task", "Scrum/Task", "Scrum/Bug"),
    *("Product/Feature", "Product/Epic", "Scrum/Sprint"),
)


def field(name: str, kind: str = "fibery/text", *, deleted: bool = False, **meta: Any) -> dict[str, Any]:
    named = {key.replace("__", "/").replace("_", "-") + ("?" if value is True else ""): value for key, value in meta.items()}
    return {"fibery/name": name, "fibery/type": kind, "fibery/id": f"id of {name}", "fibery/deleted?": deleted, "fibery/meta": named}


def kind_of_thing(name: str, *fields: dict[str, Any], deleted: bool = False, **meta: Any) -> dict[str, Any]:
    return {**field(name, "", deleted=deleted, **meta), "fibery/fields": list(fields)}


def title(name: str, **meta: Any) -> dict[str, Any]:
    return field(name, ui__title=True, **meta)


def _given(**meta: Any) -> dict[str, Any]:
    return {key: value for key, value in meta.items() if value}


def one(name: str, target: str, relation: str = "") -> dict[str, Any]:
    return field(name, target, **_given(fibery__relation=relation))


def many(name: str, target: str, relation: str = "") -> dict[str, Any]:
    return field(name, target, fibery__collection=True, **_given(fibery__relation=relation))


def document(name: str) -> dict[str, Any]:
    return field(name, "Collaboration~Documents/Document", fibery__entity_component=True)


def number(name: str, unit: str = "") -> dict[str, Any]:
    return field(name, "fibery/decimal", **_given(ui__number_unit=unit))


def database(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return kind_of_thing(name, field("fibery/public-id", fibery__public_id=True), *fields, fibery__domain=True)


def choice(name: str) -> dict[str, Any]:
    return kind_of_thing(name, title("enum/name"), fibery__enum=True, fibery__domain=True)


def states(name: str, *, has_type: bool = True) -> dict[str, Any]:
    typed = [field("workflow/Type")] if has_type else []
    return kind_of_thing(f"workflow/state_{name}", title("enum/name"), field("workflow/Final", "fibery/bool"), *typed, fibery__enum=True)


def state_of(name: str) -> dict[str, Any]:
    return field("workflow/state", f"workflow/state_{name}", fibery__required=True)


TYPES: list[dict[str, Any]] = [
    database(SUB_TASK, title("Scrum/Name"), state_of(SUB_TASK), one("Scrum/Task", TASK, "r1"), number("Scrum/Estimate (H)")),
    database(
        TASK,
        title("Scrum/Name", formula__formula=True),
        state_of(TASK),
        many("assignments/assignees", "fibery/user"),
        one("Product/Feature", FEATURE, "r2"),
        one("Scrum/Sprint", SPRINT, "r3"),
        many("Scrum/Sub-tasks", SUB_TASK, "r1"),
        one("Scrum/Blocked by", TASK, "r9"),
        number("Scrum/⚡ Story points"),
        number("Scrum/Effort (pt)", "Point"),
        number("user/Estimate (D) ", "DAYS"),
        field("Scrum/🔥 Priority", "Scrum/Priority_Backlog/Task"),
        many("Scrum/Labels", "Scrum/Labels_Scrum/Task"),
        document("Scrum/Description"),
        document("Scrum/Acceptance criteria"),
        many("Quality/Test cases", "Scrum/Sub-task"),
        field("Scrum/Planned dates", "fibery/date-range"),
        field("Scrum/Completion Date", "fibery/date-time"),
        many("comments/comments", "comments/comment"),
        many("Files/Files", "fibery/file"),
        one("Scrum/Epic", "Scrum/Epic_1a2b3c4_deleted"),
        field("Scrum/Severity_0y04m38_deleted", deleted=True),
        field("documents/documents", "fibery/view", fibery__collection=True),
    ),
    database(
        BUG,
        title("Scrum/name"),
        state_of(BUG),
        one("Scrum/Task", TASK, "r4"),
        one("Product/Feature", FEATURE, "r5"),
        field("Scrum/Severity", "Scrum/Severity_Scrum/Bug"),
        document("Scrum/Steps to reproduce"),
        field("Scrum/Root cause"),
    ),
    database(
        FEATURE,
        title("Product/name"),
        state_of(FEATURE),
        one("Product/Epic", EPIC, "r6"),
        many("Scrum/Tasks", TASK, "r2"),
        many("Scrum/Bugs", BUG, "r5"),
        many("Support/Requests", SPRINT, "r7"),
        field("Product/Area", "Product/Area_Product/Feature"),
        field("Product/Revenue impact", "Product/Revenue_Product/Feature"),
        field("Product/Launch date", "fibery/date"),
    ),
    database(EPIC, title("Product/Name"), many("Product/Features", FEATURE, "r6")),
    database(SPRINT, title("Scrum/Name"), field("Scrum/Planned dates", "fibery/date-range"), many("Scrum/Tasks", TASK, "r3")),
    kind_of_thing("Scrum/Epic_1a2b3c4_deleted", title("Scrum/Name"), deleted=True, fibery__domain=True),
    states(SUB_TASK, has_type=False),
    *(states(name) for name in (TASK, BUG, FEATURE)),
    *(
        choice(name)
        for name in (
            *("Scrum/Priority_Backlog/Task", "Scrum/Labels_Scrum/Task", "Scrum/Severity_Scrum/Bug"),
            *("Product/Area_Product/Feature", "Product/Revenue_Product/Feature"),
        )
    ),
    kind_of_thing("fibery/user", title("user/name"), fibery__domain=True),
    kind_of_thing("comments/comment", title("comment/author"), field("comment/document-secret", "fibery/uuid")),
    kind_of_thing("fibery/file", title("fibery/name")),
    kind_of_thing("fibery/view", title("fibery/name")),
]
QUIRKS: dict[str, Any] = {"fibery/version": 6208, "fibery/types": TYPES}
SCHEMA = read_schema(QUIRKS)


def of(name: str, schema: Schema = SCHEMA) -> Database:
    found = schema.database(name)
    assert found is not None
    return found
