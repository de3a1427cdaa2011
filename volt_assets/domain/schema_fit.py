"""Databases that the configuration names and Fibery's schema does not have, with the nearest name. Not here: hours, reports, fields."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from volt_assets.domain.confirmed import ConfirmedAlias
from volt_assets.domain.fibery_schema import Schema, normal_name
from volt_assets.domain.values import Value

_ALIKE = 60


class StaleLabel(Value):
    """A label that `label_aliases` maps to a database that is not there."""

    label: str
    database: str
    nearest: str | None


class StaleConfirmed(Value):
    """The lines of `config/aliases.yaml` whose entities are in a database that is not there."""

    database: str
    nearest: str | None
    lines: tuple[ConfirmedAlias, ...]


def stale_labels(aliases: Mapping[str, str], schema: Schema) -> tuple[StaleLabel, ...]:
    """The labels that stand for no database, in the order of the file."""
    return tuple(
        StaleLabel(label=label, database=name, nearest=nearest_in(schema, name))
        for label, name in aliases.items()
        if schema.database(name) is None
    )


def stale_confirmed(aliases: Iterable[ConfirmedAlias], schema: Schema) -> tuple[StaleConfirmed, ...]:
    """What is confirmed to be in no database, by the database's name as the file has it."""
    groups: dict[str, list[ConfirmedAlias]] = defaultdict(list)
    for one in aliases:
        if schema.find(one.entity.space, one.entity.database) is None:
            groups[f"{one.entity.space}/{one.entity.database}"].append(one)
    return tuple(StaleConfirmed(database=name, nearest=nearest_in(schema, name), lines=tuple(lines)) for name, lines in groups.items())


def no_such_database(schema: Schema, name: str) -> str:
    """What to say of a database that is not there."""
    nearest = nearest_in(schema, name)
    return f"Fibery has no database {name}" + (f"; the nearest name is {nearest}" if nearest else "")


def nearest_in(schema: Schema, name: str) -> str | None:
    """The database of a workspace whose full name comes nearest; None where none is alike."""
    return nearest_database(name, [database.name for database in schema.databases])


def nearest_database(name: str, names: Iterable[str]) -> str | None:
    """The full name that comes nearest; None where none is alike. The space alone is no likeness: Scrum/Bug is not nearly Scrum/Build."""
    wanted = _database_part(name)
    known = {one: normal_name(one) for one in names if fuzz.ratio(wanted, _database_part(one)) >= _ALIKE}
    found = process.extractOne(normal_name(name), known, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[2] if found else None


def _database_part(name: str) -> str:
    return normal_name(name.split("/", 1)[-1])
