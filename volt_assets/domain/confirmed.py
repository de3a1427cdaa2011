"""What people have confirmed that a description means: the lines of `config/aliases.yaml`. Not here: files, the ladder.

A confirmed decision is data, one line per alias, so that a re-run of an old week is repeatable (`reference/field.md` section 6.4).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable

import yaml

from volt_assets.domain.entities import EntityKey
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.references import Reference, parse_reference
from volt_assets.domain.values import Value

ANYBODY = "anybody"
_ENTITY = re.compile(r"\s*(?P<space>[^/#\s][^/#]*)/\s*(?P<database>[^/#\s][^/#]*)#\s*(?P<number>[0-9]{1,9})\s*")


class ConfirmedAlias(Value):
    """A description that means an entity for a person (an e-mail or `user:<id>`), or for `anybody`."""

    person: str
    description: str
    entity: EntityKey


class ConfirmedAliases:
    """The confirmed aliases, for looking up: their entities as Fibery spells them, whatever the case, underscores and hyphens in the file.

    An alias holds for its text. If the text names an entity in full, it holds for every text that names the same, whatever else a week has.
    What `label_aliases` says does not count here: a line names the database itself, not an old label of it.
    """

    def __init__(self, aliases: Iterable[ConfirmedAlias], schema: Schema, hosts: Iterable[str]) -> None:
        known = tuple(hosts)
        self._said: dict[tuple[str, Hashable], set[EntityKey]] = defaultdict(set)
        for one in aliases:
            for way in _ways_to_say((one.description,), parse_reference(one.description, known)):
                self._said[one.person, way].add(_as_in_fibery(one.entity, schema))

    def entity(self, descriptions: Iterable[str], reference: Reference | None, names: Iterable[str]) -> EntityKey | None:
        """What a row's texts and reference mean for a person of these keys, whose own aliases come before those that hold for anybody.

        None where aliases disagree.
        """
        ways = _ways_to_say(descriptions, reference)
        each = (set[EntityKey]().union(*(self._said.get((name, way), ()) for way in ways)) for name in (*names, ANYBODY))
        said = next((entities for entities in each if entities), set())
        return said.pop() if len(said) == 1 else None


def _ways_to_say(descriptions: Iterable[str], reference: Reference | None) -> set[Hashable]:
    named = {reference.names} if reference and reference.is_full else set()
    return {*map(normal_description, descriptions), *named}


def _as_in_fibery(entity: EntityKey, schema: Schema) -> EntityKey:
    """The same entity under its database's own name; as it is written where there is no such database."""
    database = schema.find(entity.space, entity.database)
    return entity.model_copy(update={"space": database.space, "database": database.database}) if database else entity


def normal_description(description: str) -> str:
    """A description for comparing only: compatible characters, case and runs of space do not count."""
    return " ".join(unicodedata.normalize("NFKC", description).casefold().split())


def read_entity(written: str) -> EntityKey:
    """The entity that `Space/Database #12` names. Raises ValueError for anything else."""
    found = _ENTITY.fullmatch(written)
    if not found:
        raise ValueError('names no entity; write "Space/Database #12"')
    return EntityKey(space=found["space"].strip(), database=found["database"].strip(), public_id=str(int(found["number"])))


def alias_line(person: str, description: str, entity: str) -> str:
    """The line to paste under `aliases:`, whatever signs the description holds."""
    document = {"person": person, "description": " ".join(description.split()), "entity": entity}
    written = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_flow_style=True, width=float("inf"))
    return f"- {written.strip()}"
