"""Fibery entities: their identity, what is asked of them, what is known of them. Not here: how a reference finds one."""

from datetime import date, datetime
from typing import Any

from pydantic import Field as PydanticField

from volt_assets.domain.fibery_schema import Database, Field
from volt_assets.domain.values import Value


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
    """Another entity that this one points to. `relation` is the field's display name."""

    relation: str
    entity_id: str
    name: str


class EntityRequest(Value):
    """One question to Fibery about one database: these public ids, or all that are in a started state when `started_only`.

    `open_in_week` asks for all that were open in the week of this Monday: not final, or changed since, and created before its end.
    """

    database: Database
    public_ids: tuple[str, ...] = ()
    started_only: bool = False
    open_in_week: date | None = None
    fields: tuple[Field, ...] = ()


class EntityRecord(Value):
    """What Fibery answered about one entity. `fields` maps display names to plain values; `state_type` is Fibery's word or None."""

    key: EntityKey
    name: str
    state: str | None = None
    state_type: str | None = None
    is_final: bool | None = None
    assignees: tuple[Assignee, ...] = ()
    links: tuple[EntityLink, ...] = ()
    fields: dict[str, Any] = PydanticField(default_factory=dict)
    created_at: datetime | None = None
    modified_at: datetime | None = None


class RequestFailure(Value):
    """Why one question could not be answered, while the others were. `code` is Fibery's stable error name."""

    database: str
    code: str
    reason: str


class EntityAnswer(Value):
    """The answer to one EntityRequest: records, or the failure."""

    request: EntityRequest
    records: tuple[EntityRecord, ...] = ()
    failure: RequestFailure | None = None


class FiberyUser(Value):
    """A person in Fibery. `email` is lower case."""

    id: str
    name: str
    email: str | None = None
