"""The values that a made-up world consists of: people, projects, work items, time entries.

No generation and no wire format. Instants are aware and in UTC; durations are whole seconds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Row = dict[str, object]
"""One Fibery entity as stored: a to-one value is the target's uuid, a to-many value a tuple of uuids, a text its secret."""


class Role(StrEnum):
    """What a person does; the letter is the one that marks their lines in the catalogue."""

    LEAD = "l"
    BACKEND = "b"
    FRONTEND = "f"
    MOBILE = "m"
    QUALITY = "q"
    PLATFORM = "o"
    SUPPORT = "d"
    DESIGN = "w"
    PRODUCT = "p"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the team; `leave_weeks_back` counts back from the current week."""

    user_id: int
    membership_id: int
    organization_membership_id: int
    name: str
    email: str
    zone: str
    role: Role
    standup: str
    starts_at_minute: int
    leave_weeks_back: tuple[int, ...] = ()
    admin: bool = False
    deactivated: bool = False
    deleted: bool = False
    fibery_email: str | None = None

    @property
    def first_name(self) -> str:
        """The name that colleagues use in a meeting's title."""
        return self.name.split(" ", maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Client:
    """A Toggl client."""

    client_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """A Toggl project; `active` is False for an archived one."""

    project_id: int
    name: str
    client_id: int | None
    color: str
    active: bool
    billable: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A Toggl tag."""

    tag_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One Toggl time entry. A running one has no `stop` and negative `seconds`, as Toggl gives it."""

    entry_id: int
    user_id: int
    description: str | None
    start: datetime
    stop: datetime | None
    seconds: int
    day: date
    project_id: int | None
    tag_ids: tuple[int, ...]
    billable: bool
    changed_at: datetime

    @property
    def running(self) -> bool:
        """Whether the timer was still on at `today`."""
        return self.stop is None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A piece of work that somebody tracks time on and that is an entity in Fibery."""

    uuid: str
    database: str
    public_id: str
    title: str
    project: str
    role: Role
    position: float
    weight: float
    parent: str | None = None
    detail: str = ""

    @property
    def space(self) -> str:
        """The Fibery space, the part before the slash."""
        return self.database.split("/", maxsplit=1)[0]

    @property
    def label(self) -> str:
        """The Fibery database without its space."""
        return self.database.split("/", maxsplit=1)[1]


@dataclass(frozen=True, slots=True)
class Draft:
    """A time entry before it has an id: who, when, how long, on which item, with which words."""

    user_id: int
    start: datetime
    seconds: int
    description: str | None
    item: WorkItem | None = None
    project: str | None = None
    hazard: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an item came: seconds tracked by `today`, the first and last moment, and whether it was finished."""

    seconds: int
    first: datetime
    last: datetime
    finished: bool
