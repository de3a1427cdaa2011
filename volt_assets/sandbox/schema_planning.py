"""The databases that the team plans and tests with, on which nobody tracks time: epics, customer requests, test cases.

No entities, and no databases of work (`schema.py`). Each lacks something that the others have.
"""

from typing import Final

from volt_assets.sandbox.catalogue import EPIC, FEATURE, REQUEST, TASK, TEST_CASE
from volt_assets.sandbox.fibery_types import Type
from volt_assets.sandbox.schema_fields import comments, database, document, many, one, select, text, title, workflow

REQUEST_PRIORITY: Final = "Product Management/Priority_Requests/Request"
UNTYPED: Final = frozenset({f"workflow/state_{EPIC}"})
"""The states that have no `workflow/Type`, as all had in 2021."""

_SPACE: Final = "Product Management"


def planning_types() -> tuple[Type, ...]:
    """The three databases."""
    return (_epic(), _request(), _test_case())


def _epic() -> Type:
    """States without a type, nobody assigned, no comments."""
    return database(EPIC, (
        title(f"{_SPACE}/Name"), *workflow(EPIC, assigned=False), text(f"{_SPACE}/Target", "fibery/date"),
        many(f"{_SPACE}/Features", FEATURE, "epic features"),
    ), "workflow/workflow")  # fmt: skip


def _request() -> Type:
    """The type that reference/fibery.md 2.2 names: its select is called after the space as it was."""
    return database(REQUEST, (
        title(f"{_SPACE}/name"), *workflow(REQUEST), comments(REQUEST), select(f"{_SPACE}/Priority", REQUEST, REQUEST_PRIORITY),
        text(f"{_SPACE}/Customer"), text(f"{_SPACE}/Received", "fibery/date"), one(f"{_SPACE}/Feature", FEATURE, "feature requests"),
    ), "workflow/workflow", "comments/comments-mixin")  # fmt: skip


def _test_case() -> Type:
    """No workflow, and not secured: aggregates over it work."""
    return database(TEST_CASE, (
        title("Quality/name"), document("Quality/Expected"), text("Quality/Automated", "fibery/bool"),
        text("Quality/Last run", "fibery/date-time"), text("Quality/Run window", "fibery/date-time-range"),
        text("Quality/Minutes", "fibery/int", **{"ui/number-unit": "Minute"}), one("Quality/Task", TASK, "task tests"),
    ), secured=False)  # fmt: skip
