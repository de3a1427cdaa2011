"""The schema of the made-up Fibery workspace, with the quirks that real schemas have.

No entities. Field lists of system types and the form of the meta keys are those of reference/fibery.md 2.
"""

from collections.abc import Iterable
from typing import Final

from volt_assets.sandbox.catalogue import BUG, FEATURE, SPRINT, SUB_TASK, TASK, TICKET, WORK_VERSION
from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.fibery_types import COMMENT, DOCUMENT, USER, Field, Type
from volt_assets.sandbox.schema_system import SYSTEM_TYPES, enum_type

# The select of features kept the type name it had before its space was renamed.
STALE_PRIORITY: Final = "Product Management/Priority_Requests/Feature"

_PLAIN: Final = {"fibery/secured?": True}
_SYSTEM: Final = {"fibery/secured?": False, "fibery/readonly?": True}
_MIXINS: Final = ("fibery/rank-mixin", "Files/Files-mixin", "documents/documents-mixin")
_COLLECTION: Final = {"fibery/collection?": True}
_HOURS: Final = {"ui/number-unit": "HOURS", "ui/number-precision": 2, "ui/number-format": "Number", "fibery/secured?": True}


def workspace_types() -> tuple[Type, ...]:
    """Every type of the workspace: system types, the seven databases, their selects and states, and tombstones."""
    databases = (_task(), _sub_task(), _bug(), _sprint(), _feature(), _work_version(), _ticket())
    selects = {field.type_name: field for database in databases for field in database.fields}
    enums = [_enum(name, field) for name, field in selects.items() if "fibery/type-component?" in field.meta]
    return (*SYSTEM_TYPES, *databases, *enums, _tombstone())


def text(name: str, kind: str = "fibery/text", **meta: object) -> Field:
    """A field with a plain value; keyword `formula=True` marks a computed one."""
    if meta.pop("formula", False):
        meta |= {"formula/formula?": True, "fibery/readonly?": True, "formula/formula": _formula(name)}
    return Field(name, kind, _PLAIN | meta)


def _formula(name: str) -> dict[str, object]:
    return {"expression": ["q/get", "$field"], "params": {"$field": stable_uuid("formula", name)}}


def _title(name: str, *, formula: bool = False) -> Field:
    made = text(name, formula=formula)
    return Field(name, made.type_name, {**made.meta, "ui/title?": True})


def _document(name: str) -> Field:
    return Field(name, DOCUMENT, {"fibery/entity-component?": True, "fibery/required?": True})


def _select(name: str, database: str, type_name: str | None = None) -> Field:
    meta = {"fibery/type-component?": True, "fibery/relation": stable_uuid("select", name, database)}
    return Field(name, type_name or f"{name}_{database}", meta)


def _one(name: str, target: str, relation: str) -> Field:
    return Field(name, target, {"fibery/relation": stable_uuid("relation", relation)})


def _many(name: str, target: str, relation: str) -> Field:
    return Field(name, target, _COLLECTION | {"fibery/relation": stable_uuid("relation", relation)})


def _hours(name: str, *, formula: bool = False) -> Field:
    made = text(name, "fibery/decimal", formula=formula)
    return Field(name, made.type_name, _HOURS | dict(made.meta))


def _base() -> tuple[Field, ...]:
    return (
        Field("fibery/id", "fibery/uuid", _SYSTEM | {"fibery/id?": True}),
        Field("fibery/public-id", "fibery/text", _SYSTEM | {"fibery/public-id?": True}),
        Field("fibery/creation-date", "fibery/date-time", _SYSTEM | {"fibery/creation-date?": True}),
        Field("fibery/modification-date", "fibery/date-time", _SYSTEM | {"fibery/modification-date?": True}),
        Field("fibery/created-by", USER, {"fibery/readonly?": True, "fibery/relation": stable_uuid("created-by")}),
        Field("fibery/rank", "fibery/rank", _SYSTEM),
        Field("documents/documents", "fibery/view", _COLLECTION),
        Field("Files/Files", "fibery/file", _COLLECTION | {"fibery/relation": stable_uuid("files")}),
    )


def _workflow(database: str) -> tuple[Field, ...]:
    meta = {"fibery/required?": True, "fibery/type-component?": True, "fibery/relation": stable_uuid("state", database)}
    return (
        Field("workflow/state", f"workflow/state_{database}", meta),
        _many("assignments/assignees", USER, f"assignees {database}"),
    )


def _comments(database: str) -> Field:
    return _many("comments/comments", COMMENT, f"comments {database}")


def _dates(space: str) -> tuple[Field, ...]:
    return (
        text(f"{space}/Planned Start", "fibery/date"),
        text(f"{space}/Planned End", "fibery/date"),
        text(f"{space}/Started Date", "fibery/date-time"),
        text(f"{space}/Completion Date", "fibery/date-time"),
    )


def _timer(space: str) -> tuple[Field, ...]:
    return (
        _hours(f"{space}/Time spent (H)", formula=True),
        text(f"{space}/Toggl", formula=True),
        text(f"{space}/Start Timer in Toggl", "fibery/url", formula=True),
    )


def _database(name: str, fields: Iterable[Field], *mixins: str) -> Type:
    meta = {
        "fibery/domain?": True, "fibery/primitive?": False, "fibery/secured?": True, "ui/color": "#2978FB",
        "app/mixins": dict.fromkeys((*_MIXINS, *mixins), True),
        "ui/units": [{"type": "title"}, {"type": "id"}],
    }  # fmt: skip
    return Type(name, (*_base(), *fields), meta)


def _task() -> Type:
    return _database(TASK, (
        _title("Scrum/Name"), *_workflow(TASK), *_dates("Scrum"), *_timer("Scrum"), _comments(TASK),
        _document("Scrum/Description"), _document("Scrum/Acceptance criteria"), _select("Scrum/Priority", TASK),
        _select("Scrum/Project ", TASK), text("Scrum/Epic", formula=True),
        text("Scrum/Effort (pt)", "fibery/decimal", **{"ui/number-unit": "Point"}),
        text("Scrum/Estimate (D)", "fibery/int", **{"ui/number-unit": "DAYS", "ui/number-precision": 0}),
        _one("Scrum/Feature", FEATURE, "feature tasks"), _one("Scrum/Sprint", SPRINT, "sprint tasks"),
        _one("user/Reviewer", USER, "reviewer"), _many("Scrum/Sub-tasks", SUB_TASK, "task sub-tasks"),
        _many("Scrum/Bugs", BUG, "task bugs"), _one("Scrum/Commitment", _TOMBSTONE, "commitment"),
        Field("Scrum/Old note_0y04m38_deleted", "fibery/text", _PLAIN, deleted=True),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _sub_task() -> Type:
    return _database(SUB_TASK, (
        _title("Scrum/Name"), *_workflow(SUB_TASK), *_dates("Scrum"), *_timer("Scrum"), _document("Scrum/Description"),
        _hours("Scrum/Estimate (H)"), _one("Scrum/Task", TASK, "task sub-tasks"),
    ), "workflow/workflow")  # fmt: skip


def _bug() -> Type:
    return _database(BUG, (
        _title("Scrum/name"), *_workflow(BUG), *_dates("Scrum"), *_timer("Scrum"), _comments(BUG),
        _document("Scrum/description"), _select("Scrum/Severity", BUG), _select("Scrum/Priority", BUG),
        text("Scrum/Effort (Pt)", "fibery/int", **{"ui/number-unit": "Point", "ui/number-precision": 0}),
        text("Scrum/Root cause"), _one("Scrum/Sprint", SPRINT, "sprint bugs"), _one("Scrum/Task", TASK, "task bugs"),
        _one("Product Management/Feature", FEATURE, "feature bugs"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _sprint() -> Type:
    return _database(SPRINT, (
        _title("Scrum/Name", formula=True), text("Scrum/Planned dates", "fibery/date-range"), text("Scrum/Goal"),
        text("Scrum/IsCurrent", "fibery/bool", formula=True), _many("Scrum/Tasks", TASK, "sprint tasks"),
        _many("Scrum/Bugs", BUG, "sprint bugs"), _comments(SPRINT),
    ), "comments/comments-mixin")  # fmt: skip


def _feature() -> Type:
    space = "Product Management"
    return _database(FEATURE, (
        _title(f"{space}/name"), *_workflow(FEATURE), *_timer(space), _comments(FEATURE),
        _document(f"{space}/Description"), _document(f"{space}/Acceptance criteria"), text(f"{space}/Epic"),
        _select(f"{space}/Priority", FEATURE, STALE_PRIORITY), _one("user/Owner", USER, "owner"),
        text("Scrum/Dev Planned Start Date", "fibery/date"), text("Scrum/Dev Planned End Date", "fibery/date"),
        text("Scrum/Dev Actual Start Date", "fibery/date-time"), text("Scrum/Dev Actual End Date", "fibery/date"),
        text(f"{space}/Planned Release Date", "fibery/date"), _many("Scrum/Tasks", TASK, "feature tasks"),
        _many("Scrum/Bugs", BUG, "feature bugs"), _many("Design/Work Versions", WORK_VERSION, "feature designs"),
        _many("Support/Tickets", TICKET, "feature tickets"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _work_version() -> Type:
    return _database(WORK_VERSION, (
        _title("Design/Name"), *_workflow(WORK_VERSION), *_timer("Design"), _comments(WORK_VERSION),
        _document("Design/Description"), text("Design/Figma", "fibery/url"), text("Design/Due", "fibery/date"),
        _one("Product Management/Feature", FEATURE, "feature designs"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _ticket() -> Type:
    return _database(TICKET, (
        _title("Support/Name"), *_workflow(TICKET), *_timer("Support"), _comments(TICKET),
        _document("Support/Description"), _select("Support/Priority", TICKET), _select("Support/Channel", TICKET),
        text("Support/Customer"), text("Support/Reported", "fibery/date-time"),
        _one("Product Management/Feature", FEATURE, "feature tickets"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


_TOMBSTONE: Final = "Scrum/Commitment_1k83b2x_deleted"


def _tombstone() -> Type:
    fields = (Field("fibery/id", "fibery/uuid", _SYSTEM, deleted=True), Field("Scrum/Name", "fibery/text", deleted=True))
    return Type(_TOMBSTONE, fields, {"fibery/domain?": True}, deleted=True)


def _enum(name: str, field: Field) -> Type:
    return enum_type(name, workflow=field.name == "workflow/state")
