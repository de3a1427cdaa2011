"""The Fibery entities of the made-up team, made from its work items and from what was tracked on them.

No texts (see `texts.py`), no schema, no query engine. States follow the tracked time, except where people forgot.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from volt_assets.sandbox.catalogue import BUG, FEATURE, SPRINT, SUB_TASK, TASK, TICKET, WORK_VERSION
from volt_assets.sandbox.chance import chance, stable_uuid
from volt_assets.sandbox.descriptions import reference
from volt_assets.sandbox.entries import Tracked
from volt_assets.sandbox.enums import FINISHED, NOT_STARTED, STARTED, option_id, state_id, states_of
from volt_assets.sandbox.meetings import sprint_start
from volt_assets.sandbox.models import Person, Progress, Role, Row, WorkItem
from volt_assets.sandbox.people import PEOPLE, project_named
from volt_assets.sandbox.schema import STALE_PRIORITY
from volt_assets.sandbox.texts import document_secret
from volt_assets.sandbox.weeks import monday_of, mondays

_FIRST_SPRINT: Final = 41
_FORGOTTEN: Final = {NOT_STARTED: 0.2, STARTED: 0.3, FINISHED: 0.05}
_INSTEAD: Final = {NOT_STARTED: (STARTED,), STARTED: (NOT_STARTED, NOT_STARTED, FINISHED), FINISHED: (STARTED,)}
_UNASSIGNED: Final = 0.05
_LIKELY: Final = (6, 3, 1)  # how likely the states of one kind are, in the order of the board


@dataclass(frozen=True, slots=True)
class Story:
    """What the entities are made from."""

    items: tuple[WorkItem, ...]
    tracked: Tracked
    today: date
    seed: int

    def children(self, parent: str, database: str) -> tuple[str, ...]:
        """The uuids of an item's children in one database."""
        return tuple(item.uuid for item in self.items if item.parent == parent and item.database == database)

    def item(self, uuid: str | None) -> WorkItem | None:
        """The item with that uuid, or None."""
        return next((item for item in self.items if item.uuid == uuid), None)


def user_id(person: Person) -> str:
    """The uuid of a person's Fibery user."""
    return stable_uuid("user", person.user_id)


def user_rows() -> tuple[Row, ...]:
    """The Fibery users: the whole team but for whoever has no Fibery account."""
    return tuple(_user(index, person) for index, person in enumerate(PEOPLE, start=1) if person.fibery_email)


def database_rows(story: Story) -> dict[str, tuple[Row, ...]]:
    """The rows of the seven databases, by database."""
    makers = {TASK: _task, SUB_TASK: _sub_task, BUG: _bug, FEATURE: _feature, WORK_VERSION: _work_version, TICKET: _ticket}
    rows = {
        database: tuple(_common(item, story) | make(item, story) for item in story.items if item.database == database)
        for database, make in makers.items()
    }
    return rows | {SPRINT: _sprints(rows, story)}


def iso(moment: datetime) -> str:
    """A date-time as Fibery writes it: UTC with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def planned_week(item: WorkItem, story: Story) -> date:
    """The Monday in which work on the item was meant to begin; what is not begun is planned for the weeks to come."""
    random = chance(story.seed, "planned", item.uuid)
    begun = story.tracked.progress.get(item.uuid)
    if begun:
        return monday_of(begun.first.date()) + timedelta(weeks=random.choice((-1, 0, 0, 0, 1)))
    return monday_of(story.today) + timedelta(weeks=random.choice((-1, 0, 1, 1, 2, 3)))


def _user(index: int, person: Person) -> Row:
    return {
        "fibery/id": user_id(person), "fibery/public-id": str(index), "user/name": person.name,
        "user/email": person.fibery_email, "fibery/active?": not (person.deactivated or person.deleted),
        "fibery/admin?": person.admin, "fibery/guest?": False, "fibery/role": person.role.name.capitalize(),
        "fibery/user-groups": (), "avatar/avatars": (), "icon/icon": None, "user/Office": person.zone.split("/")[1],
        "fibery/creation-date": "2023-02-01T08:00:00.000Z", "fibery/modification-date": "2024-03-01T08:00:00.000Z",
        "fibery/rank": index * 1_000,
    }  # fmt: skip


def _common(item: WorkItem, story: Story) -> Row:
    progress = story.tracked.progress.get(item.uuid)
    created = _created(item, story)
    return {
        "fibery/id": item.uuid, "fibery/public-id": item.public_id, "fibery/creation-date": iso(created),
        "fibery/modification-date": iso(max(created, progress.last) if progress else created),
        "fibery/created-by": user_id(_of_role(Role.SUPPORT if item.database == TICKET else Role.PRODUCT)),
        "fibery/rank": int(item.position * 1_000_000_000) - 500_000_000, "Files/Files": (),
        "workflow/state": state_id(item.database, _state(item, story)),
        "assignments/assignees": _assignees(item, story), "comments/comments": (),
    } | _timer(item, progress)  # fmt: skip


def _created(item: WorkItem, story: Story) -> datetime:
    planned = planned_week(item, story) - timedelta(days=chance(story.seed, "age", item.uuid).randrange(4, 24))
    begun = story.tracked.progress.get(item.uuid)
    day = min(planned, begun.first.date() - timedelta(days=1)) if begun else planned
    return datetime.fromisoformat(f"{day}T14:{int(item.position * 59):02d}:05+00:00")


def _of_role(role: Role) -> Person:
    return next(person for person in PEOPLE if person.role is role)


def _timer(item: WorkItem, progress: Progress | None) -> Row:
    project = project_named(item.project)
    hours = Decimal(progress.seconds if progress else 0) / 3600
    link = f"https://track.toggl.com/timer/start?desc=%23{item.public_id}&pid={project.project_id if project else ''}"
    return {
        f"{item.space}/Time spent (H)": f"{hours:.2f}",
        f"{item.space}/Toggl": reference(item),
        f"{item.space}/Start Timer in Toggl": link,
    }


def _state(item: WorkItem, story: Story) -> str:
    names = states_of(item.database, _shown_kind(item, story))
    if _shown_kind(item, story) == FINISHED:
        return names[0]
    return chance(story.seed, "state", item.uuid).choices(names, _LIKELY[: len(names)])[0]


def _shown_kind(item: WorkItem, story: Story) -> str:
    """The kind of the item's state; now and then nobody moved the card, or somebody closed it too early."""
    kind = _kind(story.tracked.progress.get(item.uuid), story.today)
    random = chance(story.seed, "forgotten", item.uuid)
    return random.choice(_INSTEAD[kind]) if random.random() < _FORGOTTEN[kind] else kind


def _kind(progress: Progress | None, today: date) -> str:
    if progress is None:
        return NOT_STARTED
    return FINISHED if progress.finished and progress.last.date() < today else STARTED


def _assignees(item: WorkItem, story: Story) -> tuple[str, ...]:
    workers = story.tracked.workers.get(item.uuid, ())
    if chance(story.seed, "unassigned", item.uuid).random() < _UNASSIGNED:
        return ()
    return tuple(user_id(person) for person in PEOPLE if person.user_id in workers and person.fibery_email)


def _dates(item: WorkItem, story: Story) -> Row:
    start = planned_week(item, story)
    progress = story.tracked.progress.get(item.uuid)
    end = start + timedelta(days=round(4 + 6 * item.weight))
    finished = progress if progress and _shown_kind(item, story) == FINISHED else None
    return {
        "Scrum/Planned Start": start.isoformat(),
        "Scrum/Planned End": end.isoformat(),
        "Scrum/Started Date": iso(progress.first) if progress else None,
        "Scrum/Completion Date": iso(_closed(finished)) if finished else None,
    }


def _closed(progress: Progress) -> datetime:
    """When the card was closed; an item that was closed too early got time afterwards."""
    return progress.last if progress.finished else max(progress.first, progress.last - timedelta(days=4))


def _task(item: WorkItem, story: Story) -> Row:
    feature = story.item(item.parent)
    effort = Decimal(round(item.weight * 4)) / 2
    return _dates(item, story) | {
        "Scrum/Name": item.title, "Scrum/Feature": item.parent, "Scrum/Sprint": _sprint_of(item, story),
        "Scrum/Description": document_secret(item, "description"),
        "Scrum/Acceptance criteria": document_secret(item, "acceptance"),
        "Scrum/Priority": _pick(f"Scrum/Priority_{TASK}", ("Normal", "Normal", "High", "Low"), item, story),
        "Scrum/Project ": option_id(f"Scrum/Project _{TASK}", item.project),
        "Scrum/Epic": feature.detail.split("|")[0] if feature else None,
        "Scrum/Effort (pt)": f"{effort:.2f}", "Scrum/Estimate (D)": round(item.weight * 2),
        "user/Reviewer": user_id(_of_role(Role.LEAD)), "Scrum/Sub-tasks": story.children(item.uuid, SUB_TASK),
        "Scrum/Bugs": (), "Scrum/Commitment": None,
    }  # fmt: skip


def _sub_task(item: WorkItem, story: Story) -> Row:
    estimate = Decimal(round(item.weight * 20)) / 2
    return _dates(item, story) | {
        "Scrum/Name": item.title,
        "Scrum/Task": item.parent,
        "Scrum/Description": document_secret(item, "description"),
        "Scrum/Estimate (H)": f"{estimate:.2f}",
    }


def _bug(item: WorkItem, story: Story) -> Row:
    severity, cause = item.detail.split("|")
    fixed = _shown_kind(item, story) == FINISHED
    priority = {"minor": "Low", "major": "Normal", "critical": "High"}[severity]
    return _dates(item, story) | {
        "Scrum/name": item.title, "Scrum/description": document_secret(item, "description"),
        "Scrum/Severity": option_id(f"Scrum/Severity_{BUG}", severity.capitalize()),
        "Scrum/Priority": option_id(f"Scrum/Priority_{BUG}", priority), "Scrum/Effort (Pt)": max(1, round(item.weight * 5)),
        "Scrum/Root cause": cause if fixed else None, "Scrum/Sprint": _sprint_of(item, story), "Scrum/Task": None,
        "Product Management/Feature": _related_feature(item, story),
    }  # fmt: skip


def _feature(item: WorkItem, story: Story) -> Row:
    epic, _ = item.detail.split("|")
    start = planned_week(item, story)
    end = start + timedelta(weeks=5, days=4)
    progress = story.tracked.progress.get(item.uuid)
    done = progress if progress and _shown_kind(item, story) == FINISHED else None
    space = "Product Management"
    return {
        f"{space}/name": item.title, f"{space}/Epic": epic, f"{space}/Planned Release Date": (end + timedelta(days=10)).isoformat(),
        f"{space}/Description": document_secret(item, "description"),
        f"{space}/Acceptance criteria": document_secret(item, "acceptance"),
        f"{space}/Priority": _pick(STALE_PRIORITY, ("Must", "Should", "Should", "Could"), item, story),
        "user/Owner": user_id(_of_role(Role.PRODUCT)), "Scrum/Dev Planned Start Date": start.isoformat(),
        "Scrum/Dev Planned End Date": end.isoformat(), "Scrum/Dev Actual Start Date": iso(progress.first) if progress else None,
        "Scrum/Dev Actual End Date": done.last.date().isoformat() if done else None,
        "Scrum/Tasks": story.children(item.uuid, TASK), "Design/Work Versions": story.children(item.uuid, WORK_VERSION),
        "Scrum/Bugs": _related(item, BUG, story), "Support/Tickets": _related(item, TICKET, story),
    }  # fmt: skip


def _work_version(item: WorkItem, story: Story) -> Row:
    return {
        "Design/Name": item.title,
        "Design/Description": document_secret(item, "description"),
        "Design/Figma": f"https://design.larkspur.example/file/{item.public_id}",
        "Design/Due": (planned_week(item, story) + timedelta(days=11)).isoformat(),
        "Product Management/Feature": item.parent,
    }


def _ticket(item: WorkItem, story: Story) -> Row:
    priority, customer = item.detail.split("|")
    return {
        "Support/Name": item.title,
        "Support/Description": document_secret(item, "description"),
        "Support/Priority": option_id(f"Support/Priority_{TICKET}", priority.capitalize()),
        "Support/Channel": _pick(f"Support/Channel_{TICKET}", ("E-mail", "Phone", "Portal"), item, story),
        "Support/Customer": customer,
        "Support/Reported": iso(_created(item, story)),
        "Product Management/Feature": _related_feature(item, story),
    }


def _pick(type_name: str, names: tuple[str, ...], item: WorkItem, story: Story) -> str:
    return option_id(type_name, chance(story.seed, type_name, item.uuid).choice(names))


def _related_feature(item: WorkItem, story: Story) -> str | None:
    """The latest feature of the same project that was under way when the bug or ticket came up."""
    earlier = [
        other for other in story.items if other.database == FEATURE and other.project == item.project and other.position <= item.position
    ]
    known = chance(story.seed, "related", item.uuid).random() < 0.8
    return earlier[-1].uuid if earlier and known else None


def _related(feature: WorkItem, database: str, story: Story) -> tuple[str, ...]:
    items = (item for item in story.items if item.database == database)
    return tuple(item.uuid for item in items if _related_feature(item, story) == feature.uuid)


def _sprint_day(item: WorkItem, story: Story) -> date:
    progress = story.tracked.progress.get(item.uuid)
    return sprint_start(monday_of(progress.last.date() if progress else story.today + timedelta(weeks=2)))


def _sprint_of(item: WorkItem, story: Story) -> str:
    return stable_uuid("sprint", _sprint_day(item, story))


def _sprints(rows: dict[str, tuple[Row, ...]], story: Story) -> tuple[Row, ...]:
    first = sprint_start(mondays(story.today)[0])
    count = (sprint_start(monday_of(story.today)) - first).days // 14 + 2
    return tuple(_sprint(index, first + timedelta(weeks=2 * index), rows, story) for index in range(count))


def _sprint(index: int, start: date, rows: dict[str, tuple[Row, ...]], story: Story) -> Row:
    uuid = stable_uuid("sprint", start)
    end = start + timedelta(days=14)
    features = [item for item in story.items if item.database == FEATURE and start <= planned_week(item, story) < end]
    return {
        "fibery/id": uuid, "fibery/public-id": str(index + 1), "fibery/creation-date": f"{start}T07:30:00.000Z",
        "fibery/modification-date": f"{start}T07:30:00.000Z", "fibery/created-by": user_id(_of_role(Role.PRODUCT)),
        "fibery/rank": index, "Files/Files": (), "comments/comments": (),
        "Scrum/Name": f"Sprint {_FIRST_SPRINT + index} ({start:%d %b} - {end - timedelta(days=1):%d %b})",
        "Scrum/Planned dates": {"start": start.isoformat(), "end": end.isoformat()},
        "Scrum/Goal": f"Get on with: {features[0].title}" if features else None,
        "Scrum/IsCurrent": start <= story.today < end,
        "Scrum/Tasks": tuple(row["fibery/id"] for row in rows[TASK] if row["Scrum/Sprint"] == uuid),
        "Scrum/Bugs": tuple(row["fibery/id"] for row in rows[BUG] if row["Scrum/Sprint"] == uuid),
    }  # fmt: skip
