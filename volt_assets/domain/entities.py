"""Fibery entities: their identity, what is asked of them, what is known of them. Not here: how a reference finds one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field as PydanticField

from volt_assets.domain.fibery_schema import Database, Field
from volt_assets.domain.values import Value, clean_text


class EntityKey(Value):
    """The identity of an entity. Public ids repeat across databases, so it is always the three together."""

    space: str
    database: str
    public_id: str

    @property
    def sort_key(self) -> tuple[str, str, int, str]:
        """Space, database, then the number."""
        number = int(self.public_id) if self.public_id.isdecimal() else 0
        return (self.space, self.database, number, self.public_id)

    def __str__(self) -> str:
        """How messages name it."""
        return f"{self.space}/{self.database} #{self.public_id}"


class Assignee(Value):
    """A Fibery user on an entity. `email` is lower case."""

    name: str
    email: str | None = None


class EntityLink(Value):
    """An entity that another one belongs to. `relation` is the field's display name, `fibery_id` outlives every rename."""

    relation: str
    entity_id: str
    name: str
    entity: EntityKey | None = None
    state: str | None = None
    is_final: bool | None = None
    url: str | None = None
    fibery_id: str | None = None


class Comment(Value):
    """What somebody said about an entity, and when. `text` is None where Fibery did not send it."""

    author: str | None
    created_at: datetime
    text: str | None


class Progress(Value):
    """How many of the entities below one are in a final state. `is_partial`: Fibery cut the list, so both numbers are at least these."""

    done: int
    all: int
    is_partial: bool = False


class Remark(Value):
    """Why something about an entity is not there, or not all of it. `about` is a field's display name or what else it concerns."""

    about: str
    reason: str


class Budget(Value):
    """How much of what people wrote is kept of each entity."""

    max_text_characters: int = 2000
    max_comments: int = 5
    max_comment_characters: int = 500


class Period(Value):
    """Moments from `since` until before `until`, both with a time zone."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is in it."""
        return self.since <= moment < self.until


class ParentStep(Value):
    """One way up from an entity. `path` are the fields from the entity asked; `down` those that lead back, where all have two ends."""

    relation: str
    path: tuple[str, ...]
    down: tuple[str, ...] | None
    database: Database
    above: tuple["ParentStep", ...] = ()


class Below(Value):
    """Entities by what is below them: those at whose end of a path of collections one of these public ids is."""

    path: tuple[str, ...]
    public_ids: tuple[str, ...]


class EntityRequest(Value):
    """One question to Fibery about one database: these public ids, or all that are in a started state when `started_only`,
    or all that have certain entities `below` them.

    `open_in_week` asks for all that were open in the week of this Monday: not final, or changed since, and created before its end.
    `parents` are the ways up, likeliest first; `children` the collections that tell progress; `comments` the moments whose
    comments are wanted.
    """

    database: Database
    public_ids: tuple[str, ...] = ()
    started_only: bool = False
    open_in_week: date | None = None
    below: tuple[Below, ...] = ()
    fields: tuple[Field, ...] = ()
    parents: tuple[ParentStep, ...] = ()
    children: tuple[Field, ...] = ()
    comments: Period | None = None
    budget: Budget = Budget()


class EntityRecord(Value):
    """What Fibery answered about one entity. `fields` maps display names to plain values; `state_type` is Fibery's word or None.

    `fibery_id` is Fibery's own, which no rename of a space or database changes. `parents` is the way up, nearest first. `comments` are
    the newest of those in the period, oldest first.
    """

    key: EntityKey
    name: str
    state: str | None = None
    state_type: str | None = None
    is_final: bool | None = None
    assignees: tuple[Assignee, ...] = ()
    parents: tuple[EntityLink, ...] = ()
    progress: Progress | None = None
    comments: tuple[Comment, ...] = ()
    comments_in_period: int = 0
    remarks: tuple[Remark, ...] = ()
    fields: dict[str, Any] = PydanticField(default_factory=dict)
    created_at: datetime | None = None
    modified_at: datetime | None = None
    fibery_id: str | None = None


def labels(fields: Sequence[Field]) -> dict[str, str]:
    """How each field is called where values are kept, by its exact name. Of two that look alike, the later keeps its exact name."""
    named: dict[str, str] = {}
    for field in fields:
        shown = clean_text(field.display)
        named[field.name] = clean_text(field.name) if shown in named.values() else shown
    return named


class RequestFailure(Value):
    """Why one question could not be answered, while the others were. `code` is Fibery's stable error name."""

    database: str
    code: str
    reason: str


class EntityAnswer(Value):
    """The answer to one EntityRequest: records, or the failure. `reduced`: why only state and people could be read."""

    request: EntityRequest
    records: tuple[EntityRecord, ...] = ()
    failure: RequestFailure | None = None
    reduced: RequestFailure | None = None


class FiberyUser(Value):
    """A person in Fibery. `email` is lower case."""

    id: str
    name: str
    email: str | None = None
