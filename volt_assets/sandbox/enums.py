"""The values of selects and the workflow states of each database, as Fibery entities.

Not which entity has which state; `entities.py` decides that.
"""

from typing import Final

from volt_assets.sandbox.catalogue import BUG, EPIC, FEATURE, REQUEST, SUB_TASK, TASK, TICKET, WORK_VERSION
from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.models import Row
from volt_assets.sandbox.schema import STALE_PRIORITY
from volt_assets.sandbox.schema_planning import REQUEST_PRIORITY, UNTYPED

NOT_STARTED: Final = "Not started"
STARTED: Final = "Started"
FINISHED: Final = "Finished"
UNKNOWN: Final = "Unknown"
"""The type that a state has of which nobody said one (reference/fibery.md 2.2)."""

LABELS: Final = ("Customer wish", "Tech debt", "Regulation", "Quick win", "Security")
AREAS: Final = ("Invoicing", "Customer portal", "Field work", "Foundations")

_STATES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    TASK: (("To Do", NOT_STARTED), ("In Progress", STARTED), ("In Review", STARTED), ("Blocked", STARTED), ("Done", FINISHED)),
    SUB_TASK: (("Open", NOT_STARTED), ("In Progress", STARTED), ("Done", FINISHED)),
    BUG: (("Reported", NOT_STARTED), ("In Progress", STARTED), ("Ready for QA", STARTED), ("Fixed", FINISHED), ("Won't fix", FINISHED)),
    FEATURE: (("Planned", NOT_STARTED), ("Discovery", STARTED), ("In Development", STARTED), ("Released", FINISHED)),
    WORK_VERSION: (("Backlog", NOT_STARTED), ("Drawing", STARTED), ("In Review", STARTED), ("Approved", FINISHED), ("Parked", UNKNOWN)),
    TICKET: (("New", NOT_STARTED), ("Waiting for customer", STARTED), ("In Progress", STARTED), ("Solved", FINISHED)),
    EPIC: (("Idea", NOT_STARTED), ("Running", STARTED), ("Shipped", FINISHED)),
    REQUEST: (("New", NOT_STARTED), ("Accepted", STARTED), ("Delivered", FINISHED)),
}

_SELECTS: Final[dict[str, tuple[str, ...]]] = {
    f"Scrum/Priority_{TASK}": ("Low", "Normal", "High"),
    f"Scrum/Project _{TASK}": ("Ledger", "Portal", "Field App", "Platform", "Portal - Internal"),
    f"Scrum/Severity_{BUG}": ("Minor", "Major", "Critical"),
    f"Scrum/Priority_{BUG}": ("Low", "Normal", "High"),
    STALE_PRIORITY: ("Could", "Should", "Must"),
    f"Support/Priority_{TICKET}": ("Low", "Normal", "High"),
    f"Support/Channel_{TICKET}": ("E-mail", "Phone", "Portal"),
    f"Scrum/Labels_{TASK}": LABELS,
    f"Scrum/Labels_{BUG}": LABELS,
    f"Design/Labels_{WORK_VERSION}": LABELS,
    f"Support/Labels_{TICKET}": LABELS,
    f"Product Management/Tags_{FEATURE}": LABELS,
    f"Product Management/Product Area_{FEATURE}": AREAS,
    REQUEST_PRIORITY: ("Low", "Normal", "High"),
}


def enum_rows() -> dict[str, tuple[Row, ...]]:
    """The rows of every select and state type, by type name."""
    selects = {kind: tuple(_option(kind, at, name) for at, name in enumerate(names)) for kind, names in _SELECTS.items()}
    states = {f"workflow/state_{database}": _states(database) for database in _STATES}
    return selects | states


def option_id(type_name: str, name: str) -> str:
    """The uuid of a select's value or of a state."""
    return stable_uuid("enum", type_name, name)


def state_id(database: str, name: str) -> str:
    """The uuid of a database's state."""
    return option_id(f"workflow/state_{database}", name)


def states_of(database: str, kind: str) -> tuple[str, ...]:
    """The names of a database's states of one kind, in the order of the board."""
    return tuple(name for name, other in _STATES[database] if other == kind)


def _states(database: str) -> tuple[Row, ...]:
    kind = f"workflow/state_{database}"
    return tuple(
        _option(kind, at, name) | {"workflow/Final": phase == FINISHED} | ({} if kind in UNTYPED else {"workflow/Type": phase})
        for at, (name, phase) in enumerate(_STATES[database])
    )


def _option(kind: str, at: int, name: str) -> Row:
    return {
        "fibery/id": option_id(kind, name),
        "fibery/public-id": str(at + 1),
        "enum/name": name,
        "enum/color": "#4faf54",
        "enum/icon": None,
        "fibery/rank": at * 1_000_000,
    }
