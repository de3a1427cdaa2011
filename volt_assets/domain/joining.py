"""The join: every second of the week per person and per entity, with what Fibery says. Not here: how either side was fetched."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from volt_assets.domain.aggregation import (
    ConservationError,
    DayShare,
    MatchedEntity,
    PersonTime,
    ProjectShare,
    Span,
    TogglAggregated,
    UnmatchedActivity,
    WeekStatistics,
    entry_ids_of,
)
from volt_assets.domain.enrichment import AssignedWithoutTime, EnrichedEntities, EnrichedEntity, MissingField
from volt_assets.domain.entities import Assignee, EntityKey, EntityLink, RequestFailure
from volt_assets.domain.entries import DataSource, Drift
from volt_assets.domain.matching import FiberyEntities, JoinedPerson, MatchStep, Outcome, Resolution
from volt_assets.domain.quality import PersonQuality, WeekQuality
from volt_assets.domain.values import Value


class EntityTime(Value):
    """An entity of the week with its context and all its time. `description` is what people wrote in Toggl."""

    entity_database: str
    entity_type: str
    entity_id: str
    name: str
    description: str
    state: str | None
    state_type: str | None
    is_final: bool | None
    url: str | None
    found: bool
    outcome: Outcome
    reason: str | None
    fields: dict[str, Any]
    parents: tuple[EntityLink, ...]
    assignees: tuple[Assignee, ...]
    people: dict[str, int]
    duration_seconds: int
    entries_count: int
    entry_ids: tuple[int, ...]
    last_start: datetime
    modified_at: datetime | None

    @property
    def key(self) -> EntityKey:
        """Its identity."""
        return EntityKey(space=self.entity_database, database=self.entity_type, public_id=self.entity_id)


class PersonEntity(Value):
    """A person's time on one entity. `title` is what this person wrote of it."""

    entity: EntityKey
    title: str
    project: str | None
    step: MatchStep
    duration_seconds: int
    entries_count: int
    entry_ids: tuple[int, ...]
    spans: tuple[Span, ...]


class PersonActivity(Value):
    """A person's time on no entity. `reason` tells why a reference in it could not be resolved."""

    description: str
    project: str | None
    outcome: Outcome | None
    reason: str | None
    candidates: tuple[EntityKey, ...]
    duration_seconds: int
    entries_count: int
    entry_ids: tuple[int, ...]


class PersonSums(Value):
    """A person's final sums: `matched` counts what ended on an entity, found in Fibery or not."""

    total_duration_seconds: int
    matched_duration_seconds: int
    unmatched_duration_seconds: int
    billable_duration_seconds: int
    total_entries: int


class PersonWeek(Value):
    """A person's week after the join. Each entry is in exactly one row."""

    user_id: int
    user_name: str
    user_email: str | None
    fibery_user: str | None
    entities: tuple[PersonEntity, ...]
    activities: tuple[PersonActivity, ...]
    days: tuple[DayShare, ...]
    projects: tuple[ProjectShare, ...]
    running_entries: int
    statistics: PersonSums
    quality: PersonQuality

    @property
    def rows(self) -> tuple["PersonEntity | PersonActivity", ...]:
        """All rows: each entry is in exactly one."""
        return (*self.entities, *self.activities)


class JoinStatistics(PersonSums):
    """The week's sums. `seconds_by_step` shares the total by what decided the match."""

    people: int
    entities: int
    running_entries: int
    excluded_entries: int
    excluded_seconds: int
    seconds_by_step: dict[str, int]


class EnrichedData(Value):
    """The week joined: entities with all their time, people with all theirs, and started work that got none."""

    week: date
    source: DataSource
    own_entries_only: bool
    only_users: tuple[str, ...]
    entities: tuple[EntityTime, ...]
    people: dict[str, PersonWeek]
    assigned_without_time: tuple[AssignedWithoutTime, ...]
    asked_for_open_work: tuple[str, ...]
    missing_fields: tuple[MissingField, ...]
    failures: tuple[RequestFailure, ...]
    statistics: JoinStatistics
    quality: WeekQuality
    changes: Drift | None

    @property
    def found_entities(self) -> tuple[EntityTime, ...]:
        """The entities that Fibery shows."""
        return tuple(entity for entity in self.entities if entity.found)

    def entity(self, key: EntityKey) -> EntityTime:
        """The entity of this identity. Raises KeyError if it is not of this week."""
        found = next((entity for entity in self.entities if entity.key == key), None)
        if found is None:
            raise KeyError(f"{key} is no entity of week {self.week}")
        return found


def join(aggregated: TogglAggregated, resolved: FiberyEntities, enriched: EnrichedEntities) -> EnrichedData:
    """The join. Raises ConservationError when an entry would be lost or counted twice."""
    _same_week(aggregated, resolved, enriched)
    decided = {(resolution.person, resolution.entry_ids): resolution for resolution in resolved.resolutions}
    users = {person.person: person for person in resolved.people}
    people = {key: _person_week(key, time, decided, users.get(key)) for key, time in aggregated.users.items()}
    entities = _entities(people, resolved, {entity.entity: entity for entity in enriched.entities})
    steps = _seconds_by_step(resolved.resolutions, aggregated.statistics.total_duration_seconds)
    result = EnrichedData(
        week=aggregated.week,
        source=aggregated.source,
        own_entries_only=aggregated.own_entries_only,
        only_users=aggregated.only_users,
        entities=entities,
        people=people,
        assigned_without_time=enriched.assigned_without_time,
        asked_for_open_work=enriched.asked_for_open_work,
        missing_fields=enriched.missing_fields,
        failures=tuple(dict.fromkeys((*resolved.failures, *enriched.failures))),
        statistics=_statistics(people, entities, aggregated.statistics, steps),
        quality=aggregated.quality,
        changes=aggregated.changes,
    )
    _prove_conserved(aggregated, result)
    return result


def person_entry_ids(person: PersonWeek) -> tuple[int, ...]:
    """Every entry of a person, row by row."""
    return tuple(entry_id for row in person.rows for entry_id in row.entry_ids)


def _same_week(aggregated: TogglAggregated, resolved: FiberyEntities, enriched: EnrichedEntities) -> None:
    """Refuses to join values of different fetches: then references would be missing or too many."""
    rows = {(key, row.entry_ids) for key, time in aggregated.users.items() for row in _referring(time)}
    held = {(resolution.person, resolution.entry_ids) for resolution in resolved.resolutions}
    if rows != held or not {entity.entity for entity in enriched.entities} >= _matched_keys(resolved):
        raise ConservationError(
            f"Week {aggregated.week}: toggl_aggregated, fibery_entities and enriched_entities are of different fetches. "
            "Materialise the group fibery of this week again."
        )


def _referring(time: PersonTime) -> list[MatchedEntity | UnmatchedActivity]:
    return [row for row in time.rows if row.reference is not None]


def _matched_keys(resolved: FiberyEntities) -> set[EntityKey]:
    return {one.entity for one in resolved.resolutions if one.outcome is Outcome.MATCHED and one.entity}


def _person_week(
    key: str, time: PersonTime, decided: Mapping[tuple[str, tuple[int, ...]], Resolution], joined: JoinedPerson | None
) -> PersonWeek:
    rows = [(row, decided.get((key, row.entry_ids))) for row in time.rows]
    on_entities = [(row, resolution) for row, resolution in rows if resolution and resolution.entity]
    others = [(row, resolution) for row, resolution in rows if not (resolution and resolution.entity)]
    entities = _merged(_person_entity(row, resolution) for row, resolution in on_entities)
    activities = tuple(_activity(row, resolution) for row, resolution in others)
    return PersonWeek(
        user_id=time.user_id,
        user_name=time.user_name,
        user_email=time.user_email,
        fibery_user=joined.fibery_user if joined else None,
        entities=entities,
        activities=tuple(sorted(activities, key=lambda row: (-row.duration_seconds, row.description))),
        days=time.days,
        projects=time.projects,
        running_entries=time.running_entries,
        statistics=_sums(time, entities, activities),
        quality=time.quality,
    )


def _person_entity(row: MatchedEntity | UnmatchedActivity, resolution: Resolution) -> PersonEntity:
    if resolution.entity is None:
        raise ValueError(f"{resolution.person}: {resolution.reference} names no entity")
    return PersonEntity(
        entity=resolution.entity,
        title=resolution.reference.title or resolution.description,
        project=row.project,
        step=resolution.step,
        duration_seconds=row.duration_seconds,
        entries_count=row.entries_count,
        entry_ids=row.entry_ids,
        spans=row.spans,
    )


def _merged(rows: Iterable[PersonEntity]) -> tuple[PersonEntity, ...]:
    """One row per entity: a link and labels may name the same one. The surest step is kept."""
    groups: dict[EntityKey, list[PersonEntity]] = defaultdict(list)
    for row in rows:
        groups[row.entity].append(row)
    merged = [_merge(group) for group in groups.values()]
    return tuple(sorted(merged, key=lambda row: (-row.duration_seconds, row.entity.sort_key)))


def _merge(group: Sequence[PersonEntity]) -> PersonEntity:
    longest = max(group, key=lambda row: row.duration_seconds)
    return longest.model_copy(
        update={
            "step": min((row.step for row in group), key=list(MatchStep).index),
            "duration_seconds": sum(row.duration_seconds for row in group),
            "entries_count": sum(row.entries_count for row in group),
            "entry_ids": tuple(sorted(entry_id for row in group for entry_id in row.entry_ids)),
            "spans": tuple(sorted((span for row in group for span in row.spans), key=lambda span: (span.start, span.entry_id))),
        }
    )


def _activity(row: MatchedEntity | UnmatchedActivity, resolution: Resolution | None) -> PersonActivity:
    return PersonActivity(
        description=row.description,
        project=row.project,
        outcome=resolution.outcome if resolution else None,
        reason=resolution.reason if resolution else None,
        candidates=tuple(candidate.entity for candidate in resolution.candidates) if resolution else (),
        duration_seconds=row.duration_seconds,
        entries_count=row.entries_count,
        entry_ids=row.entry_ids,
    )


def _sums(time: PersonTime, entities: Sequence[PersonEntity], activities: Sequence[PersonActivity]) -> PersonSums:
    return PersonSums(
        total_duration_seconds=time.statistics.total_duration_seconds,
        matched_duration_seconds=sum(row.duration_seconds for row in entities),
        unmatched_duration_seconds=sum(row.duration_seconds for row in activities),
        billable_duration_seconds=time.statistics.billable_duration_seconds,
        total_entries=time.statistics.total_entries,
    )


def _entities(
    people: Mapping[str, PersonWeek], resolved: FiberyEntities, enriched: Mapping[EntityKey, EnrichedEntity]
) -> tuple[EntityTime, ...]:
    rows: dict[EntityKey, list[tuple[str, PersonEntity]]] = defaultdict(list)
    for key, person in people.items():
        for row in person.entities:
            rows[row.entity].append((key, row))
    said = {one.entity: one for one in reversed(resolved.resolutions) if one.entity}
    times = [_entity_time(key, group, said[key], enriched.get(key)) for key, group in rows.items()]
    return tuple(sorted(times, key=lambda entity: (-entity.duration_seconds, entity.key.sort_key)))


def _entity_time(
    key: EntityKey, rows: Sequence[tuple[str, PersonEntity]], resolution: Resolution, enriched: EnrichedEntity | None
) -> EntityTime:
    context = enriched
    longest = max((row for _, row in rows), key=lambda row: row.duration_seconds)
    return EntityTime(
        entity_database=key.space,
        entity_type=key.database,
        entity_id=key.public_id,
        name=(context.name if context else "") or longest.title,
        description=longest.title,
        state=context.state if context else None,
        state_type=context.state_type if context else None,
        is_final=context.is_final if context else None,
        url=context.url if context else None,
        found=context.found if context else False,
        outcome=resolution.outcome,
        reason=context.reason if context else resolution.reason,
        fields=context.fields if context else {},
        parents=context.parents if context else (),
        assignees=context.assignees if context else (),
        people={person: row.duration_seconds for person, row in rows},
        duration_seconds=sum(row.duration_seconds for _, row in rows),
        entries_count=sum(row.entries_count for _, row in rows),
        entry_ids=tuple(sorted(entry_id for _, row in rows for entry_id in row.entry_ids)),
        last_start=max(row.spans[-1].start for _, row in rows),
        modified_at=context.modified_at if context else None,
    )


def _statistics(
    people: Mapping[str, PersonWeek], entities: Sequence[EntityTime], week: WeekStatistics, steps: dict[str, int]
) -> JoinStatistics:
    each = [person.statistics for person in people.values()]
    return JoinStatistics(
        **{name: sum(getattr(one, name) for one in each) for name in PersonSums.model_fields},
        people=week.people,
        entities=len(entities),
        running_entries=week.running_entries,
        excluded_entries=week.excluded_entries,
        excluded_seconds=week.excluded_seconds,
        seconds_by_step=steps,
    )


def _seconds_by_step(resolutions: Sequence[Resolution], total: int) -> dict[str, int]:
    """The week's seconds by what decided the match, before rows of one entity are merged; the rest was decided by nothing."""
    steps = {step.value: 0 for step in MatchStep}
    for resolution in resolutions:
        steps[resolution.step.value] += resolution.duration_seconds
    steps[MatchStep.NONE.value] = total - sum(seconds for step, seconds in steps.items() if step != MatchStep.NONE.value)
    return steps


def _prove_conserved(aggregated: TogglAggregated, result: EnrichedData) -> None:
    before = sorted(entry_id for time in aggregated.users.values() for entry_id in entry_ids_of(time))
    after = sorted(entry_id for person in result.people.values() for entry_id in person_entry_ids(person))
    sums = result.statistics
    if before != after or sums.matched_duration_seconds + sums.unmatched_duration_seconds != aggregated.statistics.total_duration_seconds:
        raise ConservationError(
            f"Joining week {result.week} would turn {len(before)} entries of {aggregated.statistics.total_duration_seconds} s into "
            f"{len(after)} entries of {sums.matched_duration_seconds + sums.unmatched_duration_seconds} s. Nothing was stored."
        )
