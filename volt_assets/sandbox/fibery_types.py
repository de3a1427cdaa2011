"""How a Fibery database, field and entity are held in the made-up world, and what the whole workspace consists of.

No content and no wire format; `schema.py` and `entities.py` fill these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.constants import SCHEMA_VERSION
from volt_assets.sandbox.models import Row

DOCUMENT: Final = "Collaboration~Documents/Document"
USER: Final = "fibery/user"
COMMENT: Final = "comments/comment"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type. `meta` holds Fibery's own keys."""

    name: str
    type_name: str
    meta: Mapping[str, object] = field(default_factory=dict)
    deleted: bool = False
    description: str = ""
    born: str = ""

    def field_id(self, kind: "Type") -> str:
        """Its uuid in that type, which a rename does not change; `born` is the name it was made with, where that was another."""
        return stable_uuid("field", kind.born or kind.name, self.born or self.name)

    @property
    def collection(self) -> bool:
        """Whether the value is to-many."""
        return bool(self.meta.get("fibery/collection?"))


@dataclass(frozen=True, slots=True)
class Type:
    """One type: a database, an enum, a system type or a primitive."""

    name: str
    fields: tuple[Field, ...]
    meta: Mapping[str, object] = field(default_factory=dict)
    deleted: bool = False
    description: str = ""
    born: str = ""

    @property
    def type_id(self) -> str:
        """Its uuid, which a rename does not change; `born` is the name it was made with, where that was another."""
        return stable_uuid("type", self.born or self.name)

    @property
    def primitive(self) -> bool:
        """Whether values of it are plain JSON values."""
        return bool(self.meta.get("fibery/primitive?"))

    def field(self, name: str) -> Field | None:
        """The live field of exactly that name, or None."""
        return next((field for field in self.fields if field.name == name and not field.deleted), None)

    @property
    def title(self) -> str:
        """The name of the field that is the title."""
        return next(field.name for field in self.fields if field.meta.get("ui/title?"))


@dataclass(frozen=True, slots=True)
class Workspace:
    """A whole Fibery workspace: its types, rows by type, texts by secret, files by secret, and what the token may not see."""

    types: tuple[Type, ...]
    rows: Mapping[str, tuple[Row, ...]]
    documents: Mapping[str, str]
    owner_id: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    hidden: frozenset[tuple[str, str]] = frozenset()
    schema_version: int = SCHEMA_VERSION

    def type(self, name: str) -> Type | None:
        """The live type of exactly that name, or None."""
        return next((kind for kind in self.types if kind.name == name and not kind.deleted), None)

    def entities(self, database: str) -> tuple[Row, ...]:
        """The rows of one database."""
        return self.rows.get(database, ())

    def entity(self, database: str, public_id: str) -> Row | None:
        """The row with that public id in that database, or None."""
        return next((row for row in self.entities(database) if row["fibery/public-id"] == public_id), None)
