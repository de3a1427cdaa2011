"""Reads of the made-up Fibery workspace as the token sees it: visible rows, fields, relations, and errors by name.

No query language. Error names are those of reference/fibery.md 1.4; where that names none they are our own, not to be relied on.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from volt_assets.sandbox.fibery_types import COMMENT, DOCUMENT, Field, Type, Workspace
from volt_assets.sandbox.models import Row
from volt_assets.sandbox.options import Options


@dataclass(frozen=True)
class QueryError(Exception):
    """A command that Fibery answers with `success: false`."""

    name: str
    message: str
    field: tuple[str, ...] = ()
    more: Mapping[str, object] = dataclasses.field(default_factory=dict)


class ServerFailure(Exception):  # noqa: N818 - Fibery's fault, answered with HTTP 500
    """What Fibery does not survive: the whole request is answered with HTTP 500."""


class Store:
    """The rows that the token may see, by type and by id, and the texts by secret."""

    def __init__(self, workspace: Workspace, options: Options) -> None:
        self.workspace = workspace
        self.options = options
        self._types = {kind.name: kind for kind in workspace.types if not kind.deleted}
        self._rows = {name: self._visible(name) for name in workspace.rows}
        self._by_id = {name: {row["fibery/id"]: row for row in rows} for name, rows in self._rows.items()}
        self._without_secret: frozenset[str] = frozenset()
        self.texts = self._texts()

    def type(self, name: object) -> Type:
        """The type of that name; raises as Fibery does for an unknown or deleted one."""
        if isinstance(name, str) and name in self._types:
            return self._types[name]
        raise QueryError("entity.error/schema-type-not-found", f'"{name}" database was not found.', more={"type": name})

    def field(self, kind: Type, name: object) -> Field:
        """The field of exactly that name; raises as Fibery does."""
        found = kind.field(name) if isinstance(name, str) else None
        if found is None:
            message = f'"{name}" field was not found in "{kind.name}" database.'
            raise QueryError("entity.error/schema-field-not-found", message, (str(name),))
        return found

    def target(self, kind: Type, field: Field) -> Type:
        """The type that a relation leads to; raises for views and for a type that was deleted."""
        if field.type_name == "fibery/view" or field.type_name not in self._types:
            message = f'There is no relation for "{kind.name}" database "{field.name}" field.'
            raise QueryError("entity.error/schema-type-field-relation-not-found", message, (field.name,))
        return self._types[field.type_name]

    def primitive(self, field: Field) -> bool:
        """Whether the field holds a plain value."""
        kind = self._types.get(field.type_name)
        return kind is not None and kind.primitive

    def rows(self, kind: Type) -> tuple[Row, ...]:
        """The visible rows of a type."""
        return self._rows.get(kind.name, ())

    def one(self, field: Field, row: Row | None) -> Row | None:
        """The row that a to-one field leads to; a document stands for itself."""
        value = row.get(field.name) if row else None
        if field.type_name == DOCUMENT:
            return self._document(value) if isinstance(value, str) and value not in self._without_secret else None
        return self._by_id.get(field.type_name, {}).get(value)

    def many(self, field: Field, row: Row | None) -> list[Row]:
        """The visible rows that a to-many field leads to."""
        values = row.get(field.name) if row else None
        known = self._by_id.get(field.type_name, {})
        return [known[value] for value in values if value in known] if isinstance(values, tuple) else []

    def _document(self, secret: str) -> Row:
        return {
            "fibery/id": secret,
            "Collaboration~Documents/secret": secret,
            "Collaboration~Documents/modification-date": None,
            "Collaboration~Documents/Snippet": self.texts.get(secret, "")[:80],
        }

    def _visible(self, name: str) -> tuple[Row, ...]:
        rows = (row for row in self.workspace.rows[name] if (name, row.get("fibery/public-id")) not in self.workspace.hidden)
        return tuple(sorted(rows, key=lambda row: str(row["fibery/id"]))) if name != COMMENT else tuple(rows)

    def _texts(self) -> dict[str, str]:
        """All texts but the lost ones, the long ones at their length."""
        lost, long = self._secrets(self.options.lost_texts), self._secrets(self.options.long_texts)
        if self.options.lost_texts_secret == "null":  # noqa: S105 - the name of a behaviour
            self._without_secret = lost
        texts = {secret: text for secret, text in self.workspace.documents.items() if secret not in lost}
        return texts | {secret: _lengthened(texts.get(secret, ""), self.options.long_text_bytes) for secret in long - lost}

    def _secrets(self, entities: frozenset[tuple[str, str]]) -> frozenset[str]:
        found = ((self._types.get(database), self.workspace.entity(database, public_id)) for database, public_id in entities)
        values = (row.get(field.name) for kind, row in found if kind and row for field in kind.fields if field.type_name == DOCUMENT)
        return frozenset(value for value in values if isinstance(value, str))


def _lengthened(text: str, size: int) -> str:
    start = text or "Log of the last run.\n"
    return (start * (size // max(1, len(start.encode())) + 1)).encode()[:size].decode(errors="ignore")


def failure(error: QueryError, args: object, schema_version: int) -> dict[str, object]:
    """The envelope of a failed command; like the real one it echoes the query and its parameters."""
    fields = args if isinstance(args, dict) else {}
    data: dict[str, object] = {
        "error/schema-version": schema_version,
        "query": fields.get("query"),
        "params": fields.get("params", {}),
        "param-types": {},
        "param-collections": None,
    }
    data |= error.more
    if error.field:
        data |= {"field": list(error.field), "top": {"field": list(error.field)}}
    return {"success": False, "result": {"name": error.name, "message": error.message, "data": data}}
