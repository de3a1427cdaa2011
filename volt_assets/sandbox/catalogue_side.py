"""Work that stands in Fibery and that nobody tracks time on by plan: old cards, twins under one title, a renamed one.

Only what they are; `hazards.py` has the entries whose words mean some of them. Their public ids lie below everybody else's.
"""

from dataclasses import dataclass
from typing import Final

from volt_assets.sandbox.catalogue import TASK, WORK_VERSION
from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.models import Role, WorkItem

SHARED_TITLE: Final = "Update the texts of the help centre"
OLD_TITLE: Final = "Go-live list for the portal"
NEW_TITLE: Final = "Release checklist for the portal"


@dataclass(frozen=True, slots=True)
class SideItem:
    """A card with the state that it is in, and how many weeks before the first week it was planned for; negative: before today."""

    item: WorkItem
    state: str
    weeks_before: int


def _side(public_id: str, title: str, project: str, role: Role, state: str, weeks: int, database: str = TASK) -> SideItem:
    item = WorkItem(stable_uuid(database, title, public_id), database, public_id, title, project, role, 0.5, 1.4)
    return SideItem(item, state, weeks)


SIDE_ITEMS: Final = (
    _side("1101", "Tidy up the feature flags", "Platform", Role.BACKEND, "In Progress", 3),
    _side("1104", "Write the on-call handbook", "Platform", Role.LEAD, "In Progress", 2),
    _side("1109", "Device list for the next two years", "Field App", Role.MOBILE, "Blocked", 4),
    _side("1112", "Retire the old style sheet", "Portal", Role.FRONTEND, "In Review", 1),
    _side("1121", SHARED_TITLE, "Portal", Role.FRONTEND, "In Progress", -3),
    _side("1124", SHARED_TITLE, "Ledger", Role.BACKEND, "In Progress", -2),
    _side("1130", NEW_TITLE, "Portal", Role.QUALITY, "In Progress", -4),
    _side("540", "Icons for the watch app", "Field App", Role.DESIGN, "Parked", 1, WORK_VERSION),
)
