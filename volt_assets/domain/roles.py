"""What a field is for, whatever a workspace calls it: roles, and the field of a database that plays one. Not here: what is asked.

Field names are per workspace (`reference/fibery.md` section 8). A role finds a field by its kind and by the names that are usual
for it; a name that is only similar is never taken, it is suggested.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from volt_assets.domain.fibery_schema import ASSIGNEES_FIELD, WORKFLOW_FIELD, Database, Field, FieldKind, normal_name
from volt_assets.domain.values import Value


class Role(StrEnum):
    """What a field tells about an entity. The value is how the configuration names it."""

    TITLE = "title"
    STATE = "state"
    ASSIGNEES = "assignees"
    COMMENTS = "comments"
    PARENT = "parent"
    SPRINT = "sprint"
    EPIC = "epic"
    FEATURE = "feature"
    ESTIMATE = "estimate"
    STORY_POINTS = "story_points"
    EFFORT = "effort"
    SEVERITY = "severity"
    PRIORITY = "priority"
    PLANNED_START = "planned_start"
    PLANNED_END = "planned_end"
    PLANNED_DATES = "planned_dates"
    ACTUAL_START = "actual_start"
    ACTUAL_END = "actual_end"
    DUE = "due"
    LAUNCH = "launch"
    ACCEPTANCE_CRITERIA = "acceptance_criteria"
    STEPS_TO_REPRODUCE = "steps_to_reproduce"
    ROOT_CAUSE = "root_cause"
    TEST_CASES = "test_cases"
    PRODUCT_AREA = "product_area"
    CUSTOMER_REQUESTS = "customer_requests"
    REVENUE_IMPACT = "revenue_impact"
    LABELS = "labels"
    DESCRIPTION = "description"


class Habit(Value):
    """How fields that play a role usually look: their kinds, for plain values their types, and their names, likeliest first."""

    kinds: frozenset[FieldKind]
    names: tuple[str, ...]
    types: frozenset[str] = frozenset()


STRUCTURAL = frozenset({Role.TITLE, Role.STATE, Role.ASSIGNEES, Role.COMMENTS})
"""Always asked for where a database has them; they are no fields beside the others."""
DATES = (Role.PLANNED_START, Role.PLANNED_END, Role.PLANNED_DATES, Role.ACTUAL_START, Role.ACTUAL_END, Role.DUE, Role.LAUNCH)

_ONE, _MANY = frozenset({FieldKind.ENTITY}), frozenset({FieldKind.ENTITIES})
_TEXT = frozenset({FieldKind.DOCUMENT, FieldKind.PRIMITIVE})
_SINGLE = frozenset({FieldKind.ENTITY, FieldKind.OPTION, FieldKind.PRIMITIVE})
_CHOICE = frozenset({FieldKind.OPTION, FieldKind.PRIMITIVE})
_PLAIN = frozenset({FieldKind.PRIMITIVE})
_NUMBERS = frozenset({"fibery/int", "fibery/decimal"})
_DAYS = frozenset({"fibery/date", "fibery/date-time"})
_RANGES = frozenset({"fibery/date-range", "fibery/date-time-range"})

PARENT_NAMES = ("parent", "parent task", "parent bug", "task", "bug", "story", "user story", "feature", "epic", "initiative")
"""Nearest first: a sub-task's task comes before the feature of both."""

_HABITS: Mapping[Role, Habit] = {
    Role.PARENT: Habit(kinds=_ONE, names=PARENT_NAMES),
    Role.SPRINT: Habit(kinds=_SINGLE, names=("sprint", "iteration", "cycle")),
    Role.EPIC: Habit(kinds=_SINGLE, names=("epic", "initiative")),
    Role.FEATURE: Habit(kinds=_ONE, names=("feature",)),
    Role.ESTIMATE: Habit(
        kinds=_PLAIN,
        types=_NUMBERS,
        names=("estimate", "time estimate", "estimated time", "estimated hours", "total estimate", "hours expected", "planned effort"),
    ),
    Role.STORY_POINTS: Habit(kinds=_PLAIN, types=_NUMBERS, names=("story points", "story point", "points")),
    Role.EFFORT: Habit(kinds=_PLAIN, types=_NUMBERS, names=("effort", "size")),
    Role.SEVERITY: Habit(kinds=_CHOICE, names=("severity",)),
    Role.PRIORITY: Habit(kinds=_CHOICE, names=("priority",)),
    Role.PLANNED_START: Habit(
        kinds=_PLAIN, types=_DAYS, names=("planned start", "planned start date", "dev planned start date", "start date")
    ),
    Role.PLANNED_END: Habit(
        kinds=_PLAIN, types=_DAYS, names=("planned end", "planned end date", "dev planned end date", "planned finish", "end date")
    ),
    Role.PLANNED_DATES: Habit(kinds=_PLAIN, types=_RANGES, names=("planned dates", "dates", "planned", "when")),
    Role.ACTUAL_START: Habit(
        kinds=_PLAIN,
        types=_DAYS,
        names=("actual start", "actual start date", "dev actual start date", "started date", "started", "started at"),
    ),
    Role.ACTUAL_END: Habit(
        kinds=_PLAIN,
        types=_DAYS,
        names=(
            *("actual end", "actual end date", "dev actual end date", "actual finish", "completion date"),
            *("completed", "completed date", "finished", "finished at"),
        ),
    ),
    Role.DUE: Habit(kinds=_PLAIN, types=_DAYS, names=("due", "due date", "deadline")),
    Role.LAUNCH: Habit(
        kinds=_PLAIN,
        types=_DAYS,
        names=("launch date", "launch", "planned release date", "release date", "go live date", "go live"),
    ),
    Role.ACCEPTANCE_CRITERIA: Habit(kinds=_TEXT, names=("acceptance criteria", "acceptance", "definition of done")),
    Role.STEPS_TO_REPRODUCE: Habit(kinds=_TEXT, names=("steps to reproduce", "reproduction steps", "how to reproduce", "steps")),
    Role.ROOT_CAUSE: Habit(kinds=_TEXT | _CHOICE, names=("root cause", "cause")),
    Role.TEST_CASES: Habit(kinds=_MANY, names=("test cases", "tests", "test coverage", "test reports")),
    Role.PRODUCT_AREA: Habit(kinds=_SINGLE | {FieldKind.OPTIONS}, names=("product area", "area", "component")),
    Role.CUSTOMER_REQUESTS: Habit(kinds=_MANY, names=("customer requests", "requests", "feature requests", "tickets", "insights")),
    Role.REVENUE_IMPACT: Habit(kinds=_CHOICE, names=("revenue impact", "revenue", "business impact")),
    Role.LABELS: Habit(kinds=frozenset({FieldKind.OPTIONS, FieldKind.ENTITIES}), names=("labels", "tags", "label", "tag")),
    Role.DESCRIPTION: Habit(kinds=_TEXT, names=("description", "details", "summary")),
}


def usual_name(display: str) -> str:
    """A display name without the unit in brackets, emoji and signs, for comparing with usual names."""
    return normal_name(re.sub(r"[^\w\s]+", " ", re.sub(r"[(\[][^)\]]*[)\]]", " ", display.replace("-", " "))))


def role_named(name: str) -> Role | None:
    """The role that a configuration means by a name."""
    wanted = normal_name(name).replace(" ", "_")
    return next((role for role in Role if role.value == wanted), None)


def find_role(database: Database, role: Role) -> Field | None:
    """The field that plays a role in a database; None where there is none of a usual name and kind."""
    fixed = {Role.TITLE: database.title_field, Role.STATE: WORKFLOW_FIELD, Role.ASSIGNEES: ASSIGNEES_FIELD}.get(role)
    if fixed:
        return next((field for field in database.fields if field.name == fixed), None)
    return next(iter(fields_of_role(database, role)), None)


def fields_of_role(database: Database, role: Role) -> tuple[Field, ...]:
    """All fields that may play a role, likeliest first."""
    habit = _HABITS.get(role)
    if habit is None:
        return ()
    fit = [field for field in database.fields if field.kind in habit.kinds and _has_type(field, habit)]
    named = [(usual_name(field.display), field) for field in fit]
    return tuple(field for name in habit.names for known, field in named if known == name)


def resolve_field(database: Database, name: str) -> Field | None:
    """The field that a configured name means: an exact name, a display name, or a role; None for nothing of these."""
    role = role_named(name)
    return database.field(name) or (find_role(database, role) if role else None)


def _has_type(field: Field, habit: Habit) -> bool:
    return not habit.types or field.kind is not FieldKind.PRIMITIVE or field.type in habit.types
