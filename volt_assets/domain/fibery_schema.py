"""What a Fibery workspace's databases look like, read from its schema. Not here: requests, configuration files.

Facts: `reference/fibery.md` section 2. Names are matched exactly or normalised, never trimmed before they are sent.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from volt_assets.domain.values import Value

WORKFLOW_FIELD = "workflow/state"
ASSIGNEES_FIELD = "assignments/assignees"
USER_TYPE = "fibery/user"
DOCUMENT_TYPE = "Collaboration~Documents/Document"
COMMENTS_FIELD, COMMENT_TYPE, COMMENT_SECRET = "comments/comments", "comments/comment", "comment/document-secret"
FILE_TYPE = "fibery/file"
PUBLIC_ID = "fibery/public-id"
UUID = "fibery/uuid"
_PRIMITIVES = frozenset(
    {
        "text",
        "email",
        "url",
        "emoji",
        "uuid",
        "color",
        "int",
        "decimal",
        "bool",
        "date",
        "date-time",
        "date-range",
        "date-time-range",
    }
)
_UNREADABLE = frozenset({"fibery/view", "fibery/Button", "fibery/entity-ref", "fibery/multi-relation", COMMENT_TYPE})


class FieldKind(StrEnum):
    """How a field's value is asked for and read."""

    PRIMITIVE = "primitive"
    OPTION = "option"
    OPTIONS = "options"
    ENTITY = "entity"
    ENTITIES = "entities"
    USER = "user"
    USERS = "users"
    DOCUMENT = "document"
    FILES = "files"


class Field(Value):
    """A live field that can be read. `name` is sent to Fibery as it stands; `display` is what people see.

    `unit` is Fibery's word for what a number counts. `relation` is the same at both ends of a relation.
    """

    name: str
    type: str
    kind: FieldKind
    target_title: str | None = None
    unit: str | None = None
    relation: str | None = None

    @property
    def display(self) -> str:
        """The part after the first slash, trimmed: what the app shows."""
        return self.name.split("/", 1)[-1].strip()

    @property
    def is_technical(self) -> bool:
        """Whether its values mean nothing to people: ids, and secrets of documents."""
        return self.type == UUID


class Rename(Value):
    """A name that is no longer there, and what the same thing is called now. Both are whole names."""

    old: str
    new: str


class Lost(Value):
    """A database that was there once, and those that have come since."""

    name: str
    since: tuple[str, ...]


class Database(Value):
    """A database that people made. `name` is `Space/Database`. `renamed` are its fields that had other names before."""

    name: str
    title_field: str
    fields: tuple[Field, ...]
    has_workflow: bool
    has_state_type: bool
    has_assignees: bool
    has_comments: bool = False
    renamed: tuple[Rename, ...] = ()

    @property
    def space(self) -> str:
        """Fibery's space."""
        return self.name.split("/", 1)[0]

    @property
    def database(self) -> str:
        """Fibery's database within the space."""
        return self.name.split("/", 1)[-1]

    def field(self, display: str) -> Field | None:
        """The field that a display name or an exact name means; None if there is none."""
        wanted = normal_name(display)
        exact = (field for field in self.fields if field.name == display)
        alike = (field for field in self.fields if normal_name(field.display) == wanted and not field.is_technical)
        return next(exact, None) or next(alike, None)

    def written(self, field: Field) -> str:
        """How the configuration names a field: by its display name, or by its exact one where a display name means another field."""
        means = self.field(field.display)
        return field.display if means is not None and means.name == field.name else field.name


class Schema(Value):
    """The databases of a workspace, by name. `renamed` and `lost` are as far as earlier schemas are known."""

    databases: tuple[Database, ...]
    renamed: tuple[Rename, ...] = ()
    lost: tuple[Lost, ...] = ()

    def database(self, name: str) -> Database | None:
        """The database of exactly this name."""
        return next((known for known in self.databases if known.name == name), None)

    def opposite(self, database: Database, field: Field) -> Field | None:
        """The other end of a relation, in the database that the field leads to; None for a one-way one."""
        target = self.database(field.type)
        if target is None or field.relation is None:
            return None
        ends = (end for end in target.fields if end.relation == field.relation and end.type == database.name)
        return next((end for end in ends if (target.name, end.name) != (database.name, field.name)), None)

    def find(self, space: str, database: str) -> Database | None:
        """The database that two labels mean: the one of exactly this name, or else whatever the case, underscores and hyphens."""
        wanted = (normal_name(space), normal_name(database))
        alike = (known for known in self.databases if (normal_name(known.space), normal_name(known.database)) == wanted)
        return self.database(f"{space}/{database}") or next(alike, None)

    def named(self, database: str) -> tuple["Database", ...]:
        """The databases of this name in whatever space."""
        return tuple(known for known in self.databases if normal_name(known.database) == normal_name(database))

    def has_space(self, name: str) -> bool:
        """Whether a space has this name."""
        return normal_name(name) in {normal_name(known.space) for known in self.databases}

    def without_space(self, database: str, project: str) -> Database | None:
        """The database of labels that leave the space out: no space has the first one's name, and nothing the second one's."""
        named = self.named(database)
        is_project = not self.has_space(database) and not self.has_space(project) and not self.named(project)
        return named[0] if len(named) == 1 and is_project else None


def normal_name(name: str) -> str:
    """A name for comparing only: case, underscores, hyphens and runs of space do not count."""
    return re.sub(r"[\s_\-]+", " ", name).strip().casefold()


def read_schema(document: Mapping[str, Any]) -> Schema:
    """The schema from what `GET /api/schema` answers. Raises KeyError where the document is no schema."""
    types = {entry["fibery/name"]: entry for entry in document["fibery/types"] if not entry.get("fibery/deleted?")}
    databases = [_database(entry, types) for entry in types.values() if is_database(entry)]
    return Schema(databases=tuple(sorted(databases, key=lambda database: database.name)))


def is_database(entry: Mapping[str, Any]) -> bool:
    """Whether a type of the document is a database that people made."""
    meta = entry.get("fibery/meta") or {}
    own = meta.get("fibery/domain?") and not meta.get("fibery/enum?") and not meta.get("fibery/primitive?")
    return bool(own) and entry["fibery/name"] != USER_TYPE and _title(entry) is not None


def _database(entry: Mapping[str, Any], types: Mapping[str, Mapping[str, Any]]) -> Database:
    live = [field for field in entry["fibery/fields"] if not field.get("fibery/deleted?")]
    read = [_field(field, types) for field in live]
    names = {field["fibery/name"]: field["fibery/type"] for field in live if field["fibery/type"] in types}
    state_type = types.get(names.get(WORKFLOW_FIELD, ""))
    return Database(
        name=entry["fibery/name"],
        title_field=_title(entry) or "",
        fields=tuple(field for field in read if field is not None),
        has_workflow=state_type is not None,
        has_state_type=state_type is not None and "workflow/Type" in _field_names(state_type),
        has_assignees=ASSIGNEES_FIELD in names,
        has_comments=names.get(COMMENTS_FIELD) == COMMENT_TYPE and COMMENT_SECRET in _field_names(types[COMMENT_TYPE]),
    )


def _field(field: Mapping[str, Any], types: Mapping[str, Mapping[str, Any]]) -> Field | None:
    kind = _kind(field, types)
    if kind is None:
        return None
    target = types.get(field["fibery/type"])
    title = _title(target) if target and kind in {FieldKind.ENTITY, FieldKind.ENTITIES} else None
    meta = field.get("fibery/meta") or {}
    return Field(
        name=field["fibery/name"],
        type=field["fibery/type"],
        kind=kind,
        target_title=title,
        unit=_word(meta.get("ui/number-unit")),
        relation=_word(meta.get("fibery/relation")),
    )


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _kind(field: Mapping[str, Any], types: Mapping[str, Mapping[str, Any]]) -> FieldKind | None:
    """How to read a field; None where it cannot be selected (views, buttons, ranks, fields of a deleted type)."""
    type_name = field["fibery/type"]
    if type_name.startswith("fibery/") and type_name.removeprefix("fibery/") in _PRIMITIVES:
        return FieldKind.PRIMITIVE
    if type_name == DOCUMENT_TYPE:
        return FieldKind.DOCUMENT
    target = types.get(type_name)
    if target is None or type_name in _UNREADABLE:
        return None
    many = bool((field.get("fibery/meta") or {}).get("fibery/collection?"))
    return _relation_kind(target, many=many)


def _relation_kind(target: Mapping[str, Any], *, many: bool) -> FieldKind | None:
    if target["fibery/name"] == USER_TYPE:
        return FieldKind.USERS if many else FieldKind.USER
    meta = target.get("fibery/meta") or {}
    if meta.get("fibery/enum?"):
        return FieldKind.OPTIONS if many else FieldKind.OPTION
    if target["fibery/name"] == FILE_TYPE:
        return FieldKind.FILES if many else None
    has_number = meta.get("fibery/domain?") or PUBLIC_ID in _field_names(target)
    if _title(target) is None or not has_number:  # a select of a number that is not there fails the whole query
        return None
    return FieldKind.ENTITIES if many else FieldKind.ENTITY


def _title(entry: Mapping[str, Any] | None) -> str | None:
    fields: Iterable[Mapping[str, Any]] = entry["fibery/fields"] if entry else ()
    titles = (
        field["fibery/name"] for field in fields if (field.get("fibery/meta") or {}).get("ui/title?") and not field.get("fibery/deleted?")
    )
    return next(titles, None)


def _field_names(entry: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(field["fibery/name"] for field in entry["fibery/fields"] if not field.get("fibery/deleted?"))
