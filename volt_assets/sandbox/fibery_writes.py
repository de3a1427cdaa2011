"""Fibery's commands that write an entity, as far as their ways of failing matter: Volt itself only reads.

No rich texts, no collections and no HTTP; those are not written through `create` either (reference/fibery.md 4.4).
"""

from collections.abc import Callable, Mapping
from typing import Final

from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.fibery_edits import LiveWorkspace
from volt_assets.sandbox.fibery_store import QueryError, Store
from volt_assets.sandbox.fibery_types import DOCUMENT, Field, Type
from volt_assets.sandbox.models import Row

_NOT_PARSED: Final = "entity.error/parse-entity-field-failed"
_NOT_UNIQUE: Final = "entity.error/schema-field-unique-failed"
_NOT_FOUND: Final = "entity.error/entity-not-found"
_CREATED: Final = "2025-01-01T00:00:00.000Z"


class Writes:
    """Writes into one live workspace."""

    def __init__(self, live: LiveWorkspace, store: Callable[[], Store]) -> None:
        self._live = live
        self._store = store

    def create(self, args: object) -> dict[str, object]:
        """A new entity, given back as it was sent with its ids; collections and texts are silently dropped."""
        kind, entity = self._parts(args)
        values = self._values(kind, entity)
        uuid = str(entity.get("fibery/id") or stable_uuid("created", kind.name, len(self._store().rows(kind))))
        if any(row["fibery/id"] == uuid for row in self._live.now.entities(kind.name)):
            raise QueryError(_NOT_UNIQUE, f'"{kind.name}" entity with "fibery/id" {uuid} already exists.', ("fibery/id",))
        ids = {"fibery/id": uuid, "fibery/public-id": self._next_id(kind), "fibery/creation-date": _CREATED}
        self._live.add_entity(kind.name, values | ids)
        return {**entity, **ids}

    def update(self, args: object) -> str:
        """Changes the entity with the `fibery/id` that was sent."""
        kind, entity = self._parts(args)
        row = self._row(kind, entity)
        self._live.change_entity(kind.name, str(row["fibery/public-id"]), self._values(kind, entity) | {"fibery/id": row["fibery/id"]})
        return "ok"

    def delete(self, args: object) -> str:
        """Deletes the entity with the `fibery/id` that was sent."""
        kind, entity = self._parts(args)
        self._live.delete_entity(kind.name, str(self._row(kind, entity)["fibery/public-id"]))
        return "ok"

    def _parts(self, args: object) -> tuple[Type, Mapping[str, object]]:
        fields = args if isinstance(args, dict) else {}
        entity = fields.get("entity")
        return self._store().type(fields.get("type")), entity if isinstance(entity, dict) else {}

    def _row(self, kind: Type, entity: Mapping[str, object]) -> Row:
        found = next((row for row in self._store().rows(kind) if row["fibery/id"] == entity.get("fibery/id")), None)
        if found is None:
            raise QueryError(_NOT_FOUND, f'"{kind.name}" entity was not found.', ("fibery/id",))
        return found

    def _values(self, kind: Type, entity: Mapping[str, object]) -> Row:
        fields = {name: self._store().field(kind, name) for name in entity}
        kept = {name: field for name, field in fields.items() if not field.collection and field.type_name != DOCUMENT}
        return {name: self._value(kind, field, entity[name]) for name, field in kept.items()}

    def _value(self, kind: Type, field: Field, value: object) -> object:
        """A to-one value is sent as an object with its id; a name in its place is refused."""
        if self._store().primitive(field) or value is None:
            return value
        if not isinstance(value, dict) or "fibery/id" not in value:
            message = f'Cannot parse "{kind.name}" entity "{field.name}" field.'
            raise QueryError(_NOT_PARSED, message, (field.name,))
        return value["fibery/id"]

    def _next_id(self, kind: Type) -> str:
        return str(max((int(str(row["fibery/public-id"])) for row in self._live.now.entities(kind.name)), default=0) + 1)
