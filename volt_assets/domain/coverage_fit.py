"""Types, databases, fields and people that the configuration misses or no longer fits. Not here: hours without an entity, YAML itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from volt_assets.domain.config_fixes import PLACEHOLDER, alias_lines, corrected_settings, database_entry
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.matching import FiberyEntities, JoinedPerson, Outcome
from volt_assets.domain.plans import MissingField
from volt_assets.domain.values import Value

Configured = Mapping[str, Mapping[str, Any]]
"""The configured databases with their settings as the file has them."""
HIGH_PERCENT, HIGH_PEOPLE = 5, 3
MEDIUM_PERCENT, MEDIUM_PEOPLE = 1, 2


class Priority(StrEnum):
    """How much it matters, by hours and people: whichever of the two says more."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class UncoveredType(Value):
    """A type that descriptions name and the configuration does not. `exists` tells whether Fibery has it.

    `fix` is YAML to paste under `enrichment_activities`; None for a name that the configuration cannot hold.
    """

    space: str
    database: str
    exists: bool
    priority: Priority
    entities: int
    people: int
    duration_seconds: int
    fix: str | None


class Correction(Value):
    """A configured database that no longer fits Fibery's schema. `nearest` is its likely new name, None where its fields are meant.

    `fix` is YAML that replaces its whole entry, None where the entry can only go.
    """

    database: str
    nearest: str | None
    fix: str | None


class UnjoinedPerson(Value):
    """A person without a Fibery user of their address.

    `likely_user` is somebody in Fibery of a like name: a suggestion, to be confirmed by a person. `fix` is YAML for `config/volt.yaml`
    with that user's address, or one to fill in; None where the person's own address is none.
    """

    person: str
    name: str
    likely_user: str | None
    fix: str | None


def uncovered_types(data: EnrichedData, resolved: FiberyEntities, configured: Configured) -> tuple[UncoveredType, ...]:
    """The types of the week that are not configured, most important first."""
    unknown = {one.entity for one in resolved.resolutions if one.outcome is Outcome.UNKNOWN_TYPE and one.entity}
    groups: dict[tuple[str, str], list[EntityTime]] = defaultdict(list)
    for entity in data.entities:
        if f"{entity.entity_database}/{entity.entity_type}" not in configured:
            groups[entity.entity_database, entity.entity_type].append(entity)
    whole = data.statistics.total_duration_seconds
    found = [_uncovered(*name, group, whole, exists=not any(one.key in unknown for one in group)) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda one: (list(Priority).index(one.priority), -one.duration_seconds, one.space, one.database)))


def _uncovered(space: str, database: str, entities: Sequence[EntityTime], whole: int, *, exists: bool) -> UncoveredType:
    people = len({person for entity in entities for person in entity.people})
    seconds = sum(entity.duration_seconds for entity in entities)
    return UncoveredType(
        space=space,
        database=database,
        exists=exists,
        priority=priority_of(seconds, whole, people),
        entities=len(entities),
        people=people,
        duration_seconds=seconds,
        fix=database_entry(f"{space}/{database}"),
    )


def priority_of(seconds: int, whole: int, people: int) -> Priority:
    """High from 5 % of the week's time or three people on, medium from 1 % or two people on."""
    if people >= HIGH_PEOPLE or (seconds and 100 * seconds >= HIGH_PERCENT * whole):
        return Priority.HIGH
    return Priority.MEDIUM if people >= MEDIUM_PEOPLE or (seconds and 100 * seconds >= MEDIUM_PERCENT * whole) else Priority.LOW


def corrections(resolved: FiberyEntities, missing: Sequence[MissingField], configured: Configured) -> tuple[Correction, ...]:
    """The configured databases that are not there or whose fields are not, each with its entry anew.

    A field that only a team's own activity names is in no entry, so pasting one would not mend it.
    """
    gone = [_moved(name, resolved.nearest_databases.get(name), configured) for name in resolved.missing_databases]
    fields: dict[str, dict[str, str | None]] = defaultdict(dict)
    for one in missing:
        fields[one.database][one.field] = one.nearest
    corrected = {name: corrected_settings(configured[name], nearest) for name, nearest in fields.items() if name in configured}
    changed = [
        Correction(database=name, nearest=None, fix=database_entry(name, settings))
        for name, settings in corrected.items()
        if settings != configured[name]
    ]
    return (*gone, *changed)


def _moved(name: str, nearest: str | None, configured: Configured) -> Correction:
    is_free = nearest is not None and nearest not in configured
    return Correction(database=name, nearest=nearest, fix=database_entry(nearest, configured.get(name)) if nearest and is_free else None)


def unjoined_people(resolved: FiberyEntities) -> tuple[UnjoinedPerson, ...]:
    """Who has no Fibery user; nobody when Fibery could not tell its people."""
    if resolved.people_failure is not None:
        return ()
    return tuple(_unjoined(person) for person in resolved.people if person.fibery_user is None)


def _unjoined(person: JoinedPerson) -> UnjoinedPerson:
    likely = person.likely_user
    aliases = {person.person: (likely.email if likely else None) or PLACEHOLDER}
    return UnjoinedPerson(person=person.person, name=person.name, likely_user=likely.name if likely else None, fix=alias_lines(aliases))
