"""What is asked about entities and what is kept: one strategy per kind of work. Not here: how Fibery is asked, who spent time.

A new kind of entity needs a line of YAML; a new behaviour needs one strategy here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from rapidfuzz import process

from volt_assets.domain.entities import (
    Assignee,
    EntityAnswer,
    EntityKey,
    EntityLink,
    EntityRecord,
    EntityRequest,
    RequestFailure,
)
from volt_assets.domain.fibery_schema import Database, Field, Schema
from volt_assets.domain.matching import EntityGroup, FiberyEntities
from volt_assets.domain.people import fibery_address, normal_email
from volt_assets.domain.values import Value


class Strategy(Value):
    """How one kind of entity is enriched: the fields asked for besides the configured ones, where the database has them."""

    fields: tuple[str, ...] = ()


STRATEGIES: Mapping[str, Strategy] = {
    "enrich_scrum_task": Strategy(fields=("Effort", "Story points", "Sprint", "Epic")),
    "enrich_scrum_bug": Strategy(fields=("Severity", "Root cause")),
    "enrich_product_feature": Strategy(fields=("Product area",)),
    "default_enrich_entity": Strategy(fields=("Priority",)),
}


class MissingField(Value):
    """A configured field that the database does not have, with the name that comes nearest."""

    database: str
    field: str
    nearest: str | None


class EnrichedEntity(Value):
    """An entity with its context. `parents` are the entities it points to. What was not found keeps its key and says why."""

    entity: EntityKey
    activity: str
    found: bool
    reason: str | None
    name: str
    state: str | None
    state_type: str | None
    is_final: bool | None
    url: str | None
    fields: dict[str, Any]
    parents: tuple[EntityLink, ...]
    assignees: tuple[Assignee, ...]
    modified_at: datetime | None


class AssignedWithoutTime(Value):
    """A started entity of somebody of the week that got no time from anybody that week. `modified_at`: when its card last changed."""

    entity: EntityKey
    name: str
    state: str | None
    state_type: str | None
    is_final: bool | None
    url: str | None
    people: tuple[str, ...]
    modified_at: datetime | None = None


class EnrichmentStatistics(Value):
    """Counts of entities."""

    entities: int
    found: int
    assigned_without_time: int


class EnrichedEntities(Value):
    """The week's entities with their context, and started ones of the week's people that got no time.

    `asked_for_open_work` are the databases that told what is started in them.
    """

    week: date
    entities: tuple[EnrichedEntity, ...]
    assigned_without_time: tuple[AssignedWithoutTime, ...]
    asked_for_open_work: tuple[str, ...]
    missing_fields: tuple[MissingField, ...]
    failures: tuple[RequestFailure, ...]
    statistics: EnrichmentStatistics


class DatabasePlan(Value):
    """What one database is asked: its activity and the fields that exist, of those wanted."""

    database: Database
    activity: str
    fields: tuple[Field, ...]
    missing: tuple[MissingField, ...]


def plan_database(database: Database, activity: str, configured: Sequence[str], *, optional: Sequence[str] = ()) -> DatabasePlan:
    """The fields to ask for, each once. Configured ones that are not there are told; optional ones and a strategy's own are not."""
    wanted = [(name, database.field(name)) for name in configured]
    extra = [database.field(name) for name in (*optional, *STRATEGIES[activity].fields)]
    fields = {field.name: field for field in [*(field for _, field in wanted), *extra] if field}
    missing = [_missing(database, name) for name, field in wanted if field is None]
    return DatabasePlan(database=database, activity=activity, fields=tuple(fields.values()), missing=tuple(missing))


def entity_requests(groups: Iterable[EntityGroup], plans: Mapping[str, DatabasePlan]) -> tuple[EntityRequest, ...]:
    """One question per database for the entities to fetch."""
    named = {f"{group.space}/{group.database}": group for group in groups}
    return tuple(
        EntityRequest(database=plans[name].database, public_ids=group.public_ids, fields=plans[name].fields)
        for name, group in named.items()
        if name in plans
    )


def open_work_requests(schema: Schema, configured: Sequence[str]) -> tuple[EntityRequest, ...]:
    """One question per configured database that has states and assignees: what is started there."""
    asked = (
        database for database in schema.databases if database.name in configured and database.has_state_type and database.has_assignees
    )
    return tuple(EntityRequest(database=database, started_only=True) for database in asked)


def enrich(
    resolved: FiberyEntities,
    answers: Sequence[EntityAnswer],
    plans: Mapping[str, DatabasePlan],
    *,
    base_url: str,
    aliases: Mapping[str, str],
) -> EnrichedEntities:
    """The entities with their context. One that was not answered stays, with the reason."""
    asked = [answer for answer in answers if not answer.request.started_only]
    records = {record.key: record for answer in asked for record in answer.records}
    failed = {answer.request.database.name: answer.failure.reason for answer in asked if answer.failure}
    entities = [_enriched(key, records.get(key), failed, plans, base_url) for key in _wanted(resolved)]
    waiting = _without_time(resolved, answers, base_url, aliases)
    return EnrichedEntities(
        week=resolved.week,
        entities=tuple(entities),
        assigned_without_time=waiting,
        asked_for_open_work=tuple(one.request.database.name for one in answers if one.request.started_only and one.failure is None),
        missing_fields=tuple(missing for plan in plans.values() for missing in plan.missing),
        failures=tuple(answer.failure for answer in answers if answer.failure),
        statistics=EnrichmentStatistics(
            entities=len(entities),
            found=sum(1 for entity in entities if entity.found),
            assigned_without_time=len(waiting),
        ),
    )


def entity_url(base_url: str, key: EntityKey) -> str:
    """The address of an entity in the app (`reference/fibery.md` 7.1): only the number identifies it."""
    space, database = (quote(name.replace(" ", "_"), safe="") for name in (key.space, key.database))
    return f"{base_url}/{space}/{database}/{key.public_id}"


def _wanted(resolved: FiberyEntities) -> list[EntityKey]:
    keys = {
        EntityKey(space=group.space, database=group.database, public_id=public_id)
        for group in resolved.entities
        for public_id in group.public_ids
    }
    return sorted(keys, key=lambda key: key.sort_key)


def _enriched(
    key: EntityKey, record: EntityRecord | None, failed: Mapping[str, str], plans: Mapping[str, DatabasePlan], base_url: str
) -> EnrichedEntity:
    name = f"{key.space}/{key.database}"
    activity = plans[name].activity if name in plans else "default_enrich_entity"
    if record is None:
        return _absent(key, activity, failed.get(name, "it disappeared from Fibery during the run"))
    return EnrichedEntity(
        entity=key,
        activity=activity,
        found=True,
        reason=None,
        name=record.name,
        state=record.state,
        state_type=record.state_type,
        is_final=record.is_final,
        url=entity_url(base_url, key),
        fields=record.fields,
        parents=record.links,
        assignees=record.assignees,
        modified_at=record.modified_at,
    )


def _absent(key: EntityKey, activity: str, reason: str) -> EnrichedEntity:
    return EnrichedEntity(
        entity=key,
        activity=activity,
        found=False,
        reason=reason,
        name="",
        state=None,
        state_type=None,
        is_final=None,
        url=None,
        fields={},
        parents=(),
        assignees=(),
        modified_at=None,
    )


def _without_time(
    resolved: FiberyEntities, answers: Sequence[EntityAnswer], base_url: str, aliases: Mapping[str, str]
) -> tuple[AssignedWithoutTime, ...]:
    timed = frozenset(_wanted(resolved))
    by_address: dict[str, list[str]] = defaultdict(list)
    for person in resolved.people:
        if address := fibery_address(person.person, person.email, aliases):
            by_address[address].append(person.person)
    started = (record for answer in answers if answer.request.started_only for record in answer.records)
    records = {record.key: record for record in started if _existed(record, resolved.week)}
    waiting = [
        _waiting(record, people, base_url)
        for key, record in records.items()
        if key not in timed and (people := _assigned(record, by_address))
    ]
    return tuple(sorted(waiting, key=lambda one: one.entity.sort_key))


def _existed(record: EntityRecord, monday: date) -> bool:
    """Whether an entity was there in the week. What was created after its Sunday could not have got time."""
    return record.created_at is None or record.created_at.date() < monday + timedelta(days=7)


def _assigned(record: EntityRecord, by_address: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    addresses = {normal_email(assignee.email) or "" for assignee in record.assignees}
    return tuple(sorted(person for address in addresses for person in by_address.get(address, ())))


def _waiting(record: EntityRecord, people: tuple[str, ...], base_url: str) -> AssignedWithoutTime:
    return AssignedWithoutTime(
        entity=record.key,
        name=record.name,
        state=record.state,
        state_type=record.state_type,
        is_final=record.is_final,
        url=entity_url(base_url, record.key),
        people=people,
        modified_at=record.modified_at,
    )


def _missing(database: Database, name: str) -> MissingField:
    known = [field.display for field in database.fields]
    nearest = process.extractOne(name, known, score_cutoff=60)
    return MissingField(database=database.name, field=name, nearest=nearest[0] if nearest else None)
