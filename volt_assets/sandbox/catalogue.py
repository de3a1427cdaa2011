"""Reads the catalogue's texts into work items with public ids, and hands them to the people of the right role.

No time and no states: those come from what the people then track.
"""

from collections.abc import Iterator
from typing import Final

from volt_assets.sandbox.catalogue_bugs import BUGS, TICKETS
from volt_assets.sandbox.catalogue_features import FEATURES
from volt_assets.sandbox.chance import chance, stable_uuid
from volt_assets.sandbox.models import Person, Role, WorkItem

TASK: Final = "Scrum/Task"
SUB_TASK: Final = "Scrum/Sub-task"
BUG: Final = "Scrum/Bug"
SPRINT: Final = "Scrum/Sprint"
FEATURE: Final = "Product Management/Feature"
WORK_VERSION: Final = "Design/Work Version"
TICKET: Final = "Support/Ticket"
EPIC: Final = "Product Management/Epic"
REQUEST: Final = "Product Management/Request"
TEST_CASE: Final = "Quality/Test Case"

# Ranges overlap on purpose: a public id is unique within its database only (reference/fibery.md 3.3).
_FIRST_IDS: Final = {TASK: 1187, SUB_TASK: 1203, BUG: 1211, FEATURE: 548, TICKET: 541, WORK_VERSION: 553}
_WEIGHTS: Final = {
    TASK: (1.0, 2.2),
    SUB_TASK: (0.3, 0.6),
    BUG: (0.3, 0.8),
    FEATURE: (0.8, 1.3),
    TICKET: (0.15, 0.4),
    WORK_VERSION: (0.4, 0.7),
}
_WORKERS: Final = {Role.BACKEND: (Role.BACKEND, Role.LEAD)}
_LEAD_SHARE: Final = 0.8


class _Ids:
    """Public ids per database, rising, with gaps where something was deleted."""

    def __init__(self, seed: int) -> None:
        self._next = dict(_FIRST_IDS)
        self._random = chance(seed, "public ids")

    def take(self, database: str) -> str:
        public_id = self._next[database]
        self._next[database] += self._random.choice((1, 1, 1, 2, 3))
        return str(public_id)


def work_items(seed: int) -> tuple[WorkItem, ...]:
    """Every feature, task, sub-task, design, bug and ticket, in the order in which they come up."""
    ids = _Ids(seed)
    items = [*_feature_items(ids, seed), *_bug_items(ids, seed), *_ticket_items(ids, seed)]
    return tuple(sorted(items, key=lambda item: item.position))


def assign(items: tuple[WorkItem, ...], people: tuple[Person, ...]) -> dict[int, list[WorkItem]]:
    """The work of each person by user id, oldest first; designers also work on the features they design for."""
    load = {person.user_id: 0.0 for person in people}
    queues: dict[int, list[WorkItem]] = {person.user_id: [] for person in people}
    designed = {item.parent for item in items if item.database == WORK_VERSION}
    for item in items:
        for role in _roles_of(item, designed):
            worker = min(_workers(role, people), key=lambda person: load[person.user_id] / _share(person, role))
            load[worker.user_id] += item.weight
            queues[worker.user_id].append(item)
    return queues


def _roles_of(item: WorkItem, designed: set[str | None]) -> tuple[Role, ...]:
    return (item.role, Role.DESIGN) if item.database == FEATURE and item.uuid in designed else (item.role,)


def _workers(role: Role, people: tuple[Person, ...]) -> list[Person]:
    roles = _WORKERS.get(role, (role,))
    return [person for person in people if person.role in roles]


def _share(person: Person, role: Role) -> float:
    return 1.0 if person.role is role else _LEAD_SHARE


def _feature_items(ids: _Ids, seed: int) -> Iterator[WorkItem]:
    blocks = _blocks(FEATURES)
    for index, lines in enumerate(blocks):
        title, project, epic, goal = _cells(lines[0])
        position = index / len(blocks)
        feature = _item(ids, seed, FEATURE, title, project, Role.PRODUCT, position, detail=f"{epic}|{goal}")
        yield feature
        yield from _child_items(ids, seed, feature, lines[1:])


def _child_items(ids: _Ids, seed: int, feature: WorkItem, lines: list[str]) -> Iterator[WorkItem]:
    task = feature
    for step, line in enumerate(lines, start=1):
        letter, title = line.strip().split(" ", maxsplit=1)
        position = feature.position + 0.011 * step
        if letter == "-":
            yield _item(ids, seed, SUB_TASK, title, feature.project, task.role, position, parent=task.uuid)
            continue
        database = WORK_VERSION if letter == Role.DESIGN else TASK
        item = _item(ids, seed, database, title, feature.project, Role(letter), position, parent=feature.uuid)
        task = item if database == TASK else task
        yield item


def _bug_items(ids: _Ids, seed: int) -> Iterator[WorkItem]:
    lines = _lines(BUGS)
    for index, line in enumerate(lines):
        head, title, cause = _cells(line)
        letter, severity, project = head.split(" ", maxsplit=2)
        detail = f"{severity}|{cause}"
        yield _item(ids, seed, BUG, title, project, Role(letter), index / len(lines), detail=detail)


def _ticket_items(ids: _Ids, seed: int) -> Iterator[WorkItem]:
    lines = _lines(TICKETS)
    for index, line in enumerate(lines):
        head, title = _cells(line)
        priority, rest = head.split(" ", maxsplit=1)
        project = next(name for name in ("Ledger", "Portal", "Field App", "Platform") if rest.startswith(name))
        detail = f"{priority}|{rest.removeprefix(project).strip()}"
        yield _item(ids, seed, TICKET, title, project, Role.SUPPORT, index / len(lines), detail=detail)


def _item(
    ids: _Ids, seed: int, database: str, title: str, project: str, role: Role, position: float,
    *, parent: str | None = None, detail: str = "",
) -> WorkItem:  # fmt: skip
    weight = chance(seed, "weight", database, title).uniform(*_WEIGHTS[database])
    uuid = stable_uuid(database, title, parent)
    return WorkItem(uuid, database, ids.take(database), title, project, role, position, weight, parent, detail)


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = []
    for line in _lines(text):
        if line.startswith(" "):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(" | ")]
