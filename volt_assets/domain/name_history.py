"""What a workspace's databases and fields were called before, by their ids. Not here: what is asked, where the history is kept.

A name changes when somebody renames the space, the database or the field; the id does not (`reference/fibery.md` section 2.1).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field

from volt_assets.domain.fibery_schema import Database, Lost, Rename, Schema, is_database
from volt_assets.domain.values import Value

_LONGEST = 10


class SeenDatabase(Value):
    """A database's names, that of its last look at the end; the first and the last look that it was in; its fields' names by their ids."""

    names: tuple[str, ...]
    first: int
    last: int
    fields: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class NameHistory(Value):
    """What was seen so far, by the ids of databases. A look is a schema that differs in its names from the one before."""

    looks: int = 0
    databases: dict[str, SeenDatabase] = Field(default_factory=dict)

    def after(self, document: Mapping[str, Any]) -> "NameHistory":
        """The history with what this schema calls everything; the same where it calls nothing otherwise."""
        now = dict(_names(document))
        seen = {key: (one.names[-1], {field: names[-1] for field, names in one.fields.items()}) for key, one in self._present()}
        if now == seen:
            return self
        look = self.looks + 1
        known = {key: self._seen(key, name, fields, look) for key, (name, fields) in now.items()}
        return NameHistory(looks=look, databases={**self.databases, **known})

    def of(self, schema: Schema) -> Schema:
        """A schema, the last that was looked at, with what was renamed in it and what is lost."""
        there = {database.name for database in schema.databases}
        present = dict(self._present())
        fields = {one.names[-1]: one.fields for one in present.values()}
        lost = [one for key, one in self.databases.items() if key not in present]
        renamed = _renames((one.names for one in present.values()), there)
        taken = there | {one.old for one in renamed}
        return schema.model_copy(
            update={
                "databases": tuple(_with_renames(database, fields.get(database.name, {})) for database in schema.databases),
                "renamed": renamed,
                "lost": tuple(self._lost(name, one) for one in lost for name in one.names if name not in taken),
            }
        )

    def _present(self) -> Iterator[tuple[str, SeenDatabase]]:
        return ((key, one) for key, one in self.databases.items() if one.last == self.looks)

    def _seen(self, key: str, name: str, fields: Mapping[str, str], look: int) -> SeenDatabase:
        before = self.databases.get(key)
        known = before.fields if before else {}
        return SeenDatabase(
            names=_extended(before.names if before else (), name),
            first=before.first if before else look,
            last=look,
            fields={field: _extended(known.get(field, ()), called) for field, called in fields.items()},
        )

    def _lost(self, name: str, lost: SeenDatabase) -> Lost:
        return Lost(name=name, since=tuple(sorted(one.names[-1] for _, one in self._present() if one.first > lost.last)))


def _names(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, dict[str, str]]]]:
    for entry in document["fibery/types"]:
        if not entry.get("fibery/deleted?") and is_database(entry) and isinstance(entry.get("fibery/id"), str):
            live = (field for field in entry["fibery/fields"] if not field.get("fibery/deleted?"))
            yield (
                entry["fibery/id"],
                (entry["fibery/name"], {one["fibery/id"]: one["fibery/name"] for one in live if isinstance(one.get("fibery/id"), str)}),
            )


def _extended(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return (*(one for one in names if one != name), name)[-_LONGEST:]


def _renames(names: Iterable[tuple[str, ...]], there: set[str]) -> tuple[Rename, ...]:
    """What each name that is gone is called now; nothing where two things had it."""
    now: dict[str, set[str]] = defaultdict(set)
    for called in names:
        for old in called[:-1]:
            now[old].add(called[-1])
    return tuple(Rename(old=old, new=new) for old, (new, *others) in sorted(now.items()) if old not in there and not others)


def _with_renames(database: Database, fields: Mapping[str, tuple[str, ...]]) -> Database:
    there = {field.name for field in database.fields}
    return database.model_copy(update={"renamed": _renames((names for names in fields.values() if names[-1] in there), there)})
