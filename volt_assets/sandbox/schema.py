"""The schema of the made-up Fibery workspace, with the quirks that real schemas have: the databases that people track time on.

No entities. How a field is made is in `schema_fields.py`; epics, requests and test cases are in `schema_planning.py`.
"""

from typing import Final

from volt_assets.sandbox.catalogue import BUG, EPIC, FEATURE, REQUEST, SPRINT, SUB_TASK, TASK, TEST_CASE, TICKET, WORK_VERSION
from volt_assets.sandbox.fibery_types import USER, Field, Type
from volt_assets.sandbox.schema_fields import (
    PLAIN,
    SYSTEM,
    comments,
    database,
    dates,
    described,
    document,
    hours,
    lookup,
    many,
    one,
    select,
    text,
    timer,
    title,
    workflow,
)
from volt_assets.sandbox.schema_planning import UNTYPED, planning_types
from volt_assets.sandbox.schema_system import SYSTEM_TYPES, enum_type

# The select of features kept the type name it had before its space was renamed.
STALE_PRIORITY: Final = "Product Management/Priority_Requests/Feature"
_POINTS: Final = {"ui/number-unit": "Point", "ui/number-precision": 0}


def workspace_types() -> tuple[Type, ...]:
    """Every type of the workspace: system types, the ten databases, their selects and states, and tombstones."""
    databases = (_task(), _sub_task(), _bug(), _sprint(), _feature(), _work_version(), _ticket(), *planning_types())
    selects = {field.type_name: field for database in databases for field in database.fields}
    enums = [_enum(name, field) for name, field in selects.items() if "fibery/type-component?" in field.meta]
    return (*SYSTEM_TYPES, *databases, *enums, _tombstone())


def _task() -> Type:
    return database(TASK, (
        title("Scrum/Name"), *workflow(TASK), *dates("Scrum"), *timer("Scrum"), comments(TASK),
        document("Scrum/Description"), document("Scrum/Acceptance criteria"), select("Scrum/Priority", TASK),
        select("Scrum/Project ", TASK), text("Scrum/Epic", formula=True),
        described(text("Scrum/Effort (pt)", "fibery/decimal", **{"ui/number-unit": "Point"}), "Story points, agreed in refinement."),
        text("Scrum/Estimate (D)", "fibery/int", **{"ui/number-unit": "DAYS", "ui/number-precision": 0}),
        select("Scrum/Labels", TASK, several=True), hours("Scrum/⏱ QA effort (H)"), text("Scrum/Build~No"),
        many("Quality/Test Cases", TEST_CASE, "task tests"), Field("Scrum/Start work", "fibery/Button", {}),
        Field("Scrum/Source", "fibery/entity-ref", {}), Field("Scrum/Mentions", "fibery/multi-relation", {"fibery/collection?": True}),
        one("Scrum/Feature", FEATURE, "feature tasks"), one("Scrum/Sprint", SPRINT, "sprint tasks"),
        one("user/Reviewer", USER, "reviewer"), many("Scrum/Sub-tasks", SUB_TASK, "task sub-tasks"),
        many("Scrum/Bugs", BUG, "task bugs"), one("Scrum/Commitment", _TOMBSTONE, "commitment"),
        Field("Scrum/Old note_0y04m38_deleted", "fibery/text", PLAIN, deleted=True),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _sub_task() -> Type:
    return database(SUB_TASK, (
        title("Scrum/Name"), *workflow(SUB_TASK), *dates("Scrum"), *timer("Scrum"), document("Scrum/Description"),
        hours("Scrum/Estimate (H)"), text("Scrum/Story Points", "fibery/int", **_POINTS), lookup("Scrum/Feature", FEATURE),
        one("Scrum/Task", TASK, "task sub-tasks"),
    ), "workflow/workflow")  # fmt: skip


def _bug() -> Type:
    return database(BUG, (
        title("Scrum/name"), *workflow(BUG), *dates("Scrum"), *timer("Scrum"), comments(BUG),
        document("Scrum/description"), select("Scrum/Severity", BUG), select("Scrum/Priority", BUG),
        document("Scrum/Steps to reproduce"), select("Scrum/Labels", BUG, several=True),
        text("Scrum/Effort (Pt)", "fibery/int", **_POINTS),
        text("Scrum/Root cause"), one("Scrum/Sprint", SPRINT, "sprint bugs"), one("Scrum/Task", TASK, "task bugs"),
        one("Product Management/Feature", FEATURE, "feature bugs"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _sprint() -> Type:
    return database(SPRINT, (
        title("Scrum/Name", formula=True), text("Scrum/Planned dates", "fibery/date-range"), text("Scrum/Goal"),
        text("Scrum/IsCurrent", "fibery/bool", formula=True), many("Scrum/Tasks", TASK, "sprint tasks"),
        many("Scrum/Bugs", BUG, "sprint bugs"), comments(SPRINT),
        lookup("Scrum/People", USER, several=True),
    ), "comments/comments-mixin")  # fmt: skip


def _feature() -> Type:
    space = "Product Management"
    return database(FEATURE, (
        title(f"{space}/name"), *workflow(FEATURE), *timer(space), comments(FEATURE),
        document(f"{space}/Description"), document(f"{space}/Acceptance criteria"), one(f"{space}/Epic", EPIC, "epic features"),
        select(f"{space}/Product Area", FEATURE), select(f"{space}/Tags", FEATURE, several=True),
        text(f"{space}/Revenue impact", "fibery/decimal", **{"ui/number-format": "Money", "ui/number-currency-code": "EUR"}),
        text(f"{space}/Launch date", "fibery/date"), many(f"{space}/Customer requests", REQUEST, "feature requests"),
        text("icon/icon", "fibery/emoji"),
        select(f"{space}/Priority", FEATURE, STALE_PRIORITY), one("user/Owner", USER, "owner"),
        text("Scrum/Dev Planned Start Date", "fibery/date"), text("Scrum/Dev Planned End Date", "fibery/date"),
        text("Scrum/Dev Actual Start Date", "fibery/date-time"), text("Scrum/Dev Actual End Date", "fibery/date"),
        text(f"{space}/Planned Release Date", "fibery/date"), many("Scrum/Tasks", TASK, "feature tasks"),
        many("Scrum/Bugs", BUG, "feature bugs"), many("Design/Work Versions", WORK_VERSION, "feature designs"),
        many("Support/Tickets", TICKET, "feature tickets"),
    ), "workflow/workflow", "comments/comments-mixin", description="What customers will notice.")  # fmt: skip


def _work_version() -> Type:
    return database(WORK_VERSION, (
        title("Design/Name"), *workflow(WORK_VERSION), *timer("Design"), comments(WORK_VERSION),
        document("Design/Description"), text("Design/Figma", "fibery/url"), text("Design/Due", "fibery/date"),
        select("Design/Labels", WORK_VERSION, several=True), text("Design/Accent", "fibery/color"),
        one("Product Management/Feature", FEATURE, "feature designs"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _ticket() -> Type:
    return database(TICKET, (
        title("Support/Name"), *workflow(TICKET), *timer("Support"), comments(TICKET),
        document("Support/Description"), select("Support/Priority", TICKET), select("Support/Channel", TICKET),
        select("Support/Labels", TICKET, several=True), text("Support/Contact", "fibery/email"),
        text("Support/Recording", **{"ui/type": "url"}), text("Support/Customer"), text("Support/Reported", "fibery/date-time"),
        one("Product Management/Feature", FEATURE, "feature tickets"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


_TOMBSTONE: Final = "Scrum/Commitment_1k83b2x_deleted"


def _tombstone() -> Type:
    fields = (Field("fibery/id", "fibery/uuid", SYSTEM, deleted=True), Field("Scrum/Name", "fibery/text", deleted=True))
    return Type(_TOMBSTONE, fields, {"fibery/domain?": True}, deleted=True)


def _enum(name: str, field: Field) -> Type:
    states = field.name == "workflow/state"
    return enum_type(name, workflow=states, typed=name not in UNTYPED, several=field.collection and not states)
