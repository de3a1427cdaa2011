"""The Fibery workspace as it is now: that of the world, and what people changed in its entities and its schema meanwhile.

No queries and no HTTP. Safe to use from several threads; the world itself stays as it was built. What a rename or a deletion
leaves behind is what real schemas show (reference/fibery.md 2.1): ids stay, enum types keep their old names, tombstones are renamed.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from volt_assets.sandbox.fibery_types import Field, Type, Workspace
from volt_assets.sandbox.models import Row

_NOTICED: Final = timedelta(minutes=1)
_MODIFIED: Final = "fibery/modification-date"


class LiveWorkspace:
    """A workspace over which people go on working. Every edit raises KeyError with what to look at for an unknown name."""

    def __init__(self, workspace: Workspace, *, unseen: frozenset[tuple[str, str]] = frozenset()) -> None:
        self._first = self._now = replace(workspace, hidden=workspace.hidden | unseen)
        self._lock = threading.Lock()

    @property
    def now(self) -> Workspace:
        """The workspace as it is now; a value that later edits leave alone."""
        return self._now

    def restore(self) -> None:
        """Take all edits back: the workspace is as it was at first, its schema's version too."""
        with self._lock:
            self._now = self._first

    def change_entity(self, database: str, public_id: str, values: Mapping[str, object]) -> Row:
        """The entity with other values, by field name and as a `Row` holds them; modified a minute later unless they say when."""
        with self._lock:
            old = _entity(self._now, database, public_id)
            kind = _database(self._now, database)
            _known(kind, values)
            new: Row = {**old, _MODIFIED: _later(old[_MODIFIED]), **values}
            self._put(database, [new if row is old else row for row in self._now.entities(database)])
        return new

    def rename_entity(self, database: str, public_id: str, title: str) -> Row:
        """The entity under another title."""
        return self.change_entity(database, public_id, {_database(self._now, database).title: title})

    def move_entity(self, database: str, public_id: str, state: str) -> Row:
        """The entity in another state of its board, by the state's name."""
        field = _database(self._now, database).field("workflow/state")
        states = self._now.entities(field.type_name) if field else ()
        found = next((row["fibery/id"] for row in states if row["enum/name"] == state), None)
        if found is None:
            raise KeyError(f"{database} has no state {state!r}; it has {', '.join(str(row['enum/name']) for row in states) or 'none'}.")
        return self.change_entity(database, public_id, {"workflow/state": found})

    def add_entity(self, database: str, values: Row) -> Row:
        """A new entity; it needs at least `fibery/id`, `fibery/public-id` and `fibery/creation-date`, and has nothing else by itself."""
        with self._lock:
            kind = _database(self._now, database)
            _known(kind, values)
            row = _empty(kind) | {_MODIFIED: values["fibery/creation-date"]} | values
            self._put(database, [*self._now.entities(database), row])
        return row

    def delete_entity(self, database: str, public_id: str) -> Row:
        """Delete an entity: queries no longer give it, relations to it are empty."""
        with self._lock:
            old = _entity(self._now, database, public_id)
            self._put(database, [row for row in self._now.entities(database) if row is not old])
        return old

    def hide_entity(self, database: str, public_id: str) -> None:
        """Take the token's right to see an entity; to the token it is as if it were deleted."""
        _entity(self._now, database, public_id)
        with self._lock:
            self._now = replace(self._now, hidden=self._now.hidden | {(database, public_id)})

    def show_entity(self, database: str, public_id: str) -> None:
        """Give that right back."""
        with self._lock:
            self._now = replace(self._now, hidden=self._now.hidden - {(database, public_id)})

    def change_text(self, database: str, public_id: str, field: str, text: str | None) -> None:
        """Write a rich text of an entity anew; None: its secret answers nothing from now on."""
        with self._lock:
            secret = str(_entity(self._now, database, public_id)[field])
            others = {known: content for known, content in self._now.documents.items() if known != secret}
            self._now = replace(self._now, documents=others if text is None else {**others, secret: text})

    def rename_field(self, database: str, field: str, name: str) -> None:
        """Give a field another full name, such as `Scrum/Size`; its id stays."""
        with self._lock:
            self._rename_fields(lambda kind, one: name if (kind.name, one.name) == (database, field) else one.name, database, field)

    def delete_field(self, database: str, field: str) -> None:
        """Delete a field: a tombstone with another name stays in the schema."""
        with self._lock:
            kind = _database(self._now, database)
            gone = _field(kind, field)
            tombstone = replace(gone, name=_tombstone(gone.name, gone.field_id(kind)), deleted=True, born=gone.born or gone.name)
            fields = tuple(tombstone if one is gone else one for one in kind.fields)
            rows = tuple({name: value for name, value in row.items() if name != field} for row in self._now.entities(database))
            self._new_schema([replace(kind, fields=fields) if one is kind else one for one in self._now.types], {database: rows})

    def rename_database(self, database: str, name: str) -> None:
        """Give a database another full name; the types of its selects and states keep theirs."""
        with self._lock:
            _database(self._now, database)
            self._rename_types(lambda old: name if old == database else old)

    def rename_space(self, space: str, name: str) -> None:
        """Rename a space: its databases, its fields everywhere, and the beginning of its selects' types."""
        with self._lock:
            if not any(kind.name.startswith(f"{space}/") for kind in self._now.types):
                raise KeyError(f"The sandbox's Fibery has no space {space!r}.")

            def renamed(old: str) -> str:
                return f"{name}/{old.removeprefix(f'{space}/')}" if old.startswith(f"{space}/") else old

            self._rename_fields(lambda _, one: renamed(one.name))
            self._rename_types(renamed)

    def delete_database(self, database: str) -> None:
        """Delete a database: a tombstone stays in the schema, and other databases' fields still lead to it."""
        with self._lock:
            gone = _database(self._now, database)
            name = _tombstone(database, gone.type_id)
            self._rename_types(lambda old: name if old == database else old)
            types = [_buried(kind) if kind.name == name else kind for kind in self._now.types]
            self._now = replace(self._now, types=tuple(types), rows={**self._now.rows, name: ()})

    def _put(self, database: str, rows: list[Row]) -> None:
        self._now = replace(self._now, rows={**self._now.rows, database: tuple(rows)})

    def _new_schema(self, types: list[Type], rows: Mapping[str, tuple[Row, ...]]) -> None:
        now = self._now
        self._now = replace(now, types=tuple(types), rows={**now.rows, **rows}, schema_version=now.schema_version + 1)

    def _rename_types(self, renamed: Callable[[str], str]) -> None:
        rows = {renamed(name): kept for name, kept in self._now.rows.items()}
        types = [_with_types_renamed(kind, renamed) for kind in self._now.types]
        hidden = frozenset((renamed(database), public_id) for database, public_id in self._now.hidden)
        self._now = replace(self._now, types=tuple(types), rows=rows, hidden=hidden, schema_version=self._now.schema_version + 1)

    def _rename_fields(self, name: Callable[[Type, Field], str], database: str | None = None, field: str | None = None) -> None:
        if database and field:
            _field(_database(self._now, database), field)
        names = {kind.name: {one.name: name(kind, one) for one in kind.fields} for kind in self._now.types}
        types = [replace(kind, fields=tuple(_renamed(one, names[kind.name][one.name]) for one in kind.fields)) for kind in self._now.types]
        rows = {kind: tuple(_with_keys(row, names.get(kind, {})) for row in kept) for kind, kept in self._now.rows.items()}
        self._new_schema(types, rows)


def _with_types_renamed(kind: Type, renamed: Callable[[str], str]) -> Type:
    fields = tuple(replace(field, type_name=renamed(field.type_name)) for field in kind.fields)
    return replace(kind, name=renamed(kind.name), fields=fields, born=kind.born or kind.name)


def _renamed(field: Field, name: str) -> Field:
    return field if field.name == name else replace(field, name=name, born=field.born or field.name)


def _with_keys(row: Row, names: Mapping[str, str]) -> Row:
    return {names.get(name, name): value for name, value in row.items()}


def _buried(kind: Type) -> Type:
    return replace(kind, deleted=True, fields=tuple(replace(field, deleted=True) for field in kind.fields))


def _tombstone(name: str, uuid: str) -> str:
    return f"{name}_{uuid[:7]}_deleted"


def _later(moment: object) -> str:
    return f"{datetime.fromisoformat(str(moment)) + _NOTICED:%Y-%m-%dT%H:%M:%S}.000Z"


def _empty(kind: Type) -> Row:
    return {field.name: () if field.collection else None for field in kind.fields if not field.deleted}


def _database(workspace: Workspace, name: str) -> Type:
    found = workspace.type(name)
    if found is None:
        known = sorted(kind.name for kind in _databases(workspace))
        raise KeyError(f"The sandbox's Fibery has no database {name!r}; it has {', '.join(known)}.")
    return found


def _databases(workspace: Workspace) -> Iterator[Type]:
    return (kind for kind in workspace.types if kind.meta.get("fibery/domain?") and not kind.deleted)


def _field(kind: Type, name: str) -> Field:
    found = kind.field(name)
    if found is None:
        raise KeyError(f"{kind.name} has no field {name!r}; it has {', '.join(one.name for one in kind.fields if not one.deleted)}.")
    return found


def _known(kind: Type, values: Mapping[str, object]) -> None:
    for name in values:
        _field(kind, name)


def _entity(workspace: Workspace, database: str, public_id: str) -> Row:
    _database(workspace, database)
    found = workspace.entity(database, public_id)
    if found is None:
        raise KeyError(f"{database} has no entity {public_id!r}; see World.fibery.entities({database!r}).")
    return found
