"""Databases that the configuration names and Fibery's schema does not have, with what may be meant. Not here: hours, reports, fields."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from rapidfuzz import fuzz

from volt_assets.domain.confirmed import ConfirmedAlias
from volt_assets.domain.fibery_schema import Schema, normal_name
from volt_assets.domain.values import Value

_ALIKE, _SAME = 60, 85
_MOST_OTHERS = 5
Show = Callable[[str], str]
"""How a name is written."""


class AbsentDatabase(Value):
    """A database that the configuration names and Fibery does not have.

    `nearest` is what it is called now where it was renamed, else the name that comes nearest, None where none is alike. `is_taken`:
    that one is configured itself. `others` are not configured, and so may be meant too: where it is known that the database
    `is_removed`, those that have come since, else those of its space.
    """

    database: str
    nearest: str | None
    is_renamed: bool = False
    is_removed: bool = False
    is_taken: bool = False
    others: tuple[str, ...] = ()


class StaleLabel(Value):
    """A label that `label_aliases` maps to a database that is not there."""

    label: str
    absent: AbsentDatabase


class StaleConfirmed(Value):
    """The lines of `config/aliases.yaml` whose entities are in a database that is not there."""

    absent: AbsentDatabase
    lines: tuple[ConfirmedAlias, ...]


def absent_database(name: str, schema: Schema, configured: Collection[str] = ()) -> AbsentDatabase:
    """What may be meant by a name that no database has."""
    renamed = next((one.new for one in schema.renamed if normal_name(one.old) == normal_name(name)), None)
    lost = next((one for one in schema.lost if normal_name(one.name) == normal_name(name)), None)
    nearest = renamed or nearest_database(name, [database.name for database in schema.databases])
    space = normal_name(name.split("/", 1)[0])
    others = lost.since if lost else [one.name for one in schema.databases if normal_name(one.space) == space]
    return AbsentDatabase(
        database=name,
        nearest=nearest,
        is_renamed=renamed is not None,
        is_removed=lost is not None,
        is_taken=nearest in configured,
        others=tuple(one for one in others if one not in configured)[:_MOST_OTHERS],
    )


def what_to_write(one: AbsentDatabase, place: str, show: Show) -> str:
    """What to do about a name in some place of the configuration. That it can go is said only where that is certain."""
    name = show(one.nearest) if one.nearest else ""
    if one.is_renamed:
        return f"it was renamed to {name}" + (
            ", which is configured already: this one can go" if one.is_taken else f": write that in {place}"
        )
    if name and not one.is_taken:
        return f"the nearest name is {name}: write that in {place}, if it is meant"
    likely = f"the nearest name is {name}, which is configured already; " if name else ""
    others = ", ".join(map(show, one.others))
    if one.is_removed:
        new = f" (new since then and not configured: {others})" if others else ""
        return f"{likely}it was removed, or is hidden now{new}: write in {place} what took its place, and take it out only if nothing did"
    new = f" (not configured in its space: {others})" if others else ""
    return f"{likely}it may have been renamed{new}: write its new name in {place}, and take it out only if it is gone"


def stale_labels(aliases: Mapping[str, str], schema: Schema) -> tuple[StaleLabel, ...]:
    """The labels that stand for no database, in the order of the file."""
    return tuple(
        StaleLabel(label=label, absent=absent_database(name, schema)) for label, name in aliases.items() if schema.database(name) is None
    )


def stale_confirmed(aliases: Iterable[ConfirmedAlias], schema: Schema) -> tuple[StaleConfirmed, ...]:
    """What is confirmed to be in no database, by the database's name as the file has it."""
    groups: dict[str, list[ConfirmedAlias]] = defaultdict(list)
    for one in aliases:
        if schema.find(one.entity.space, one.entity.database) is None:
            groups[f"{one.entity.space}/{one.entity.database}"].append(one)
    return tuple(StaleConfirmed(absent=absent_database(name, schema), lines=tuple(lines)) for name, lines in groups.items())


def no_such_database(schema: Schema, name: str) -> str:
    """What to say of a database that is not there."""
    absent = absent_database(name, schema)
    found = "it was renamed to" if absent.is_renamed else "the nearest name is"
    return f"Fibery has no database {name}" + (f"; {found} {absent.nearest}" if absent.nearest else "")


def nearest_database(name: str, names: Iterable[str]) -> str | None:
    """The full name that comes nearest, by the database first; None where none is alike.

    In another space the database must have nearly the same name. The space alone is no likeness: Scrum/Bug is not nearly Scrum/Build.
    """
    likeness = {
        one: (fuzz.ratio(_database_part(name), _database_part(one)), fuzz.ratio(normal_name(name), normal_name(one))) for one in names
    }
    alike = [one for one, (database, whole) in likeness.items() if database >= _SAME or (database >= _ALIKE and whole >= _ALIKE)]
    return max(alike, key=lambda one: likeness[one]) if alike else None


def _database_part(name: str) -> str:
    return normal_name(name.split("/", 1)[-1])
