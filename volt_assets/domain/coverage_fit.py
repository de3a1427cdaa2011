"""Types, databases, fields and people that the configuration misses or no longer fits. Not here: hours without an entity, YAML itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from volt_assets.domain.config_fixes import PLACEHOLDER, corrected_settings, database_entry, person_alias
from volt_assets.domain.field_fit import FieldProblem, MissingField
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.matching import FiberyEntities, JoinedPerson, Outcome
from volt_assets.domain.proposal import Entry
from volt_assets.domain.schema_fit import AbsentDatabase
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
    """A configured database that no longer fits Fibery's schema. `absent` tells what may be meant, None where its fields are meant.

    `fix` is YAML that replaces its whole entry, None where nobody but the team knows what to write.
    """

    database: str
    absent: AbsentDatabase | None
    fix: str | None


class UnjoinedPerson(Value):
    """A person without a Fibery user of their address.

    `likely_user` is somebody in Fibery of a like name: a suggestion, to be confirmed by a person. `fix` is a line for `aliases` under
    `people` in `config/volt.yaml` with that user's address, or one to fill in; None where the person's own address is none.
    """

    person: str
    name: str
    likely_user: str | None
    fix: str | None


def uncovered_types(
    data: EnrichedData, resolved: FiberyEntities, configured: Configured, corrected: Sequence[Correction]
) -> tuple[UncoveredType, ...]:
    """The types of the week that are not configured, most important first, without those that a correction configures."""
    covered = {*configured, *(one.absent.nearest for one in corrected if one.absent and one.fix)}
    unknown = {one.entity for one in resolved.resolutions if one.outcome is Outcome.UNKNOWN_TYPE and one.entity}
    groups: dict[tuple[str, str], list[EntityTime]] = defaultdict(list)
    for entity in data.entities:
        if f"{entity.entity_database}/{entity.entity_type}" not in covered:
            groups[entity.entity_database, entity.entity_type].append(entity)
    whole = data.statistics.total_duration_seconds
    found = [
        _uncovered(*name, group, whole, exists=not any(one.key in unknown for one in group), entry=resolved.proposals.get("/".join(name)))
        for name, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (list(Priority).index(one.priority), -one.duration_seconds, one.space, one.database)))


def _uncovered(
    space: str, database: str, entities: Sequence[EntityTime], whole: int, *, exists: bool, entry: Entry | None
) -> UncoveredType:
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
        fix=database_entry(f"{space}/{database}", entry.model_dump(mode="json", exclude_none=True) if entry else None),
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
    fields: dict[str, list[MissingField]] = defaultdict(list)
    for one in missing:
        fields[one.database].append(one)
    corrected = {name: _without_misfits(configured[name], found) for name, found in fields.items() if name in configured}
    changed = [
        Correction(database=name, absent=None, fix=database_entry(name, settings))
        for name, settings in corrected.items()
        if settings != configured[name]
    ]
    return (*_moved(resolved.absent_databases, configured), *changed)


def _without_misfits(settings: Mapping[str, Any], missing: Sequence[MissingField]) -> dict[str, Any]:
    """A database's settings as they would fit: a parent that leads nowhere may be a field that is shown, and stays one."""
    astray: dict[str, str | None] = {one.field: None for one in missing if one.problem is FieldProblem.LEADS_NOWHERE}
    absent = {one.field: one.nearest for one in missing if one.field not in astray}
    return corrected_settings(settings, {"fields": absent, "parents": absent | astray})


def _moved(absent: Sequence[AbsentDatabase], configured: Configured) -> list[Correction]:
    """Each entry under its likely new name; of two that would have the same, the first."""
    found: list[Correction] = []
    for one in absent:
        taken = {other.absent.nearest for other in found if other.absent}
        is_free = not one.is_taken and one.nearest not in taken
        fix = database_entry(one.nearest, configured.get(one.database)) if one.nearest and is_free else None
        found.append(Correction(database=one.database, absent=one, fix=fix))
    return found


def unjoined_people(resolved: FiberyEntities) -> tuple[UnjoinedPerson, ...]:
    """Who has no Fibery user; nobody when Fibery could not tell its people."""
    if resolved.people_failure is not None:
        return ()
    return tuple(_unjoined(person) for person in resolved.people if person.fibery_user is None)


def _unjoined(person: JoinedPerson) -> UnjoinedPerson:
    likely = person.likely_user
    fix = person_alias(person.person, (likely.email if likely else None) or PLACEHOLDER)
    return UnjoinedPerson(person=person.person, name=person.name, likely_user=likely.name if likely else None, fix=fix)
