"""The join: every second of the week per person and per entity, with what Fibery says. Not here: how either side was fetched."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field

from volt_assets.domain.aggregation import (
    ConservationError,
    DayShare,
    PersonTime,
    ProjectShare,
    TogglAggregated,
    WeekStatistics,
    entry_ids_of,
)
from volt_assets.domain.context import EntityDates, Estimate
from volt_assets.domain.earlier import EarlierTime
from volt_assets.domain.enrichment import AssignedWithoutTime, EnrichedEntities, EnrichedEntity
from volt_assets.domain.entities import Assignee, Comment, EntityKey, EntityLink, Progress, Remark, RequestFailure
from volt_assets.domain.entries import DataSource, Drift
from volt_assets.domain.field_fit import MissingField
from volt_assets.domain.gaps import Gap, time_gaps
from volt_assets.domain.matching import FiberyEntities, JoinedPerson, MatchStep, Outcome, Resolution
from volt_assets.domain.people import Person
from volt_assets.domain.person_rows import PersonActivity, PersonEntity, activity_row, entity_row, merged
from volt_assets.domain.quality import PersonQuality, WeekQuality
from volt_assets.domain.rollup import Close, ParentTime, Timed, parent_times, told_of, with_below
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week


class EntityTime(Value):
    """An entity of the week with its context and all its time. `description` is what people wrote in Toggl, `text` what Fibery says.

    `seconds_so_far` are those of this week and the stored ones before it; `_with_below` are those of all that belongs to it too.
    `fibery_id` stays its own whatever is renamed.
    """

    entity_database: str
    entity_type: str
    entity_id: str
    name: str
    description: str
    state: str | None = None
    state_type: str | None = None
    is_final: bool | None = None
    url: str | None = None
    found: bool
    outcome: Outcome
    reason: str | None
    fields: dict[str, Any] = Field(default_factory=dict)
    parents: tuple[EntityLink, ...] = ()
    assignees: tuple[Assignee, ...] = ()
    people: dict[str, int]
    duration_seconds: int
    entries_count: int
    entry_ids: tuple[int, ...]
    last_start: datetime
    created_at: datetime | None = None
    modified_at: datetime | None = None
    text: str | None = None
    comments: tuple[Comment, ...] = ()
    comments_in_week: int = 0
    dates: EntityDates = EntityDates()
    is_overdue: bool = False
    estimate: Estimate | None = None
    progress: Progress | None = None
    seconds_so_far: int
    seconds_with_below: int
    seconds_so_far_with_below: int
    remarks: tuple[Remark, ...] = ()
    fibery_id: str | None = None

    @property
    def key(self) -> EntityKey:
        """Its identity."""
        return EntityKey(space=self.entity_database, database=self.entity_type, public_id=self.entity_id)

    @property
    def is_unanswered(self) -> bool:
        """Whether Fibery did not answer about it: it may well be there."""
        return not self.found and self.outcome not in {Outcome.NOT_FOUND, Outcome.UNKNOWN_TYPE}


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
    billable_entry_ids: tuple[int, ...] = ()
    statistics: PersonSums
    quality: PersonQuality

    @property
    def person(self) -> Person:
        """Whose week it is."""
        return Person(user_id=self.user_id, name=self.user_name, email=self.user_email)

    @property
    def rows(self) -> tuple[PersonEntity | PersonActivity, ...]:
        """All rows: each entry is in exactly one."""
        return (*self.entities, *self.activities)


class JoinStatistics(PersonSums):
    """The week's sums. `seconds_by_step` shares the total by what decided the match."""

    people: int
    entities: int
    running_entries: int
    excluded_entries: int
    excluded_seconds: int
    excluded_people: tuple[int, ...] = ()
    seconds_by_step: dict[str, int]


class EnrichedData(Value):
    """The week joined: entities with all their time, what they belong to, people with all theirs, and started work that got none.

    `earlier` has the hours of these entities in the weeks that were read. `titles_not_compared` are databases whose open entities were
    not known, so that no title was compared. `missing_databases` are configured, but not in Fibery. `entry_ids_by_step` shares the
    entries by what decided the match.
    """

    week: date
    source: DataSource
    own_entries_only: bool
    only_users: tuple[str, ...]
    entities: tuple[EntityTime, ...]
    parents: tuple[ParentTime, ...] = ()
    earlier: EarlierTime = EarlierTime()
    people: dict[str, PersonWeek]
    assigned_without_time: tuple[AssignedWithoutTime, ...]
    asked_for_open_work: tuple[str, ...]
    missing_fields: tuple[MissingField, ...]
    failures: tuple[RequestFailure, ...]
    statistics: JoinStatistics
    quality: WeekQuality
    changes: Drift | None
    covered_days: tuple[date, ...] | None = None
    so_far: bool = False
    titles_not_compared: tuple[str, ...] = ()
    missing_databases: tuple[str, ...] = ()
    entry_ids_by_step: dict[str, tuple[int, ...]] = Field(default_factory=dict)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What of the week's time is not in the data."""
        return time_gaps(
            only_users=self.only_users,
            own_entries_only=self.own_entries_only,
            covered_days=self.covered_days,
            excluded_seconds=self.statistics.excluded_seconds,
        )

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


def join(
    aggregated: TogglAggregated,
    resolved: FiberyEntities,
    enriched: EnrichedEntities,
    earlier: EarlierTime | None = None,
    *,
    until: date | None = None,
) -> EnrichedData:
    """The join, with the hours of the stored weeks before. Raises ConservationError when an entry would be lost or counted twice.

    What is due from the day `until` on is not overdue yet.
    """
    _same_week(aggregated, resolved, enriched)
    decided = {(resolution.person, resolution.entry_ids): resolution for resolution in resolved.resolutions}
    users = {person.person: person for person in resolved.people}
    people = {key: _person_week(key, time, decided, users.get(key)) for key, time in aggregated.users.items()}
    before = earlier or EarlierTime()
    close = Close.of(Week(monday=aggregated.week), until)
    entities = _entities(people, resolved, enriched, before, close)
    steps = _seconds_by_step(resolved.resolutions)
    result = EnrichedData(
        week=aggregated.week,
        source=aggregated.source,
        own_entries_only=aggregated.own_entries_only,
        only_users=aggregated.only_users,
        entities=entities,
        parents=parent_times(enriched.parents, entities, before, close),
        earlier=before.of([*(one.key for one in entities), *(one.entity for one in enriched.parents)]),
        people=people,
        assigned_without_time=enriched.assigned_without_time,
        asked_for_open_work=enriched.asked_for_open_work,
        missing_fields=enriched.missing_fields,
        failures=tuple(dict.fromkeys((*resolved.failures, *enriched.failures))),
        statistics=_statistics(people, entities, aggregated.statistics, steps),
        quality=aggregated.quality,
        changes=aggregated.changes,
        covered_days=aggregated.covered_days,
        so_far=aggregated.so_far,
        titles_not_compared=resolved.titles_not_compared,
        missing_databases=resolved.missing_databases,
        entry_ids_by_step=_entry_ids_by_step(resolved.resolutions),
    )
    _prove_conserved(aggregated, result)
    return result


def person_entry_ids(person: PersonWeek) -> tuple[int, ...]:
    """Every entry of a person, row by row."""
    return tuple(entry_id for row in person.rows for entry_id in row.entry_ids)


def _same_week(aggregated: TogglAggregated, resolved: FiberyEntities, enriched: EnrichedEntities) -> None:
    """Refuses to join values of different fetches: then rows would be missing or too many."""
    rows = {(key, row.entry_ids) for key, time in aggregated.users.items() for row in time.rows_by_form}
    held = {(resolution.person, resolution.entry_ids) for resolution in resolved.resolutions}
    if rows != held or not {entity.entity for entity in enriched.entities} >= _matched_keys(resolved):
        raise ConservationError(
            f"Week {aggregated.week}: toggl_aggregated, fibery_entities and enriched_entities are of different fetches. "
            "Materialise the group fibery of this week again."
        )


def _matched_keys(resolved: FiberyEntities) -> set[EntityKey]:
    return {one.entity for one in resolved.resolutions if one.outcome is Outcome.MATCHED and one.entity}


def _person_week(
    key: str, time: PersonTime, decided: Mapping[tuple[str, tuple[int, ...]], Resolution], joined: JoinedPerson | None
) -> PersonWeek:
    rows = [(row, decided[key, row.entry_ids]) for row in time.rows_by_form]
    on_entities = [(row, resolution) for row, resolution in rows if resolution.entity]
    others = [(row, resolution) for row, resolution in rows if not resolution.entity]
    entities = merged(entity_row(row, resolution) for row, resolution in on_entities)
    activities = tuple(activity_row(row, resolution) for row, resolution in others)
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
        billable_entry_ids=time.billable_entry_ids,
        statistics=_sums(time, entities, activities),
        quality=time.quality,
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
    people: Mapping[str, PersonWeek], resolved: FiberyEntities, enriched: EnrichedEntities, earlier: EarlierTime, close: Close
) -> tuple[EntityTime, ...]:
    context = {entity.entity: entity for entity in enriched.entities}
    rows: dict[EntityKey, list[tuple[str, PersonEntity]]] = defaultdict(list)
    for key, person in people.items():
        for row in person.entities:
            rows[row.entity].append((key, row))
    said = {one.entity: one for one in reversed(resolved.resolutions) if one.entity}
    times = [_entity_time(key, group, said[key], context.get(key), earlier, close) for key, group in rows.items()]
    below = with_below(times)
    return tuple(
        _rolled_up(entity, below[entity.key], earlier)
        for entity in sorted(times, key=lambda entity: (-entity.duration_seconds, entity.key.sort_key))
    )


def _rolled_up(entity: EntityTime, below: Sequence[Timed], earlier: EarlierTime) -> EntityTime:
    """The entity with the time of all that belongs to it, what the earlier weeks have of that too."""
    seconds = sum(one.duration_seconds for one in below)
    so_far = seconds + earlier.seconds_with_below.get(str(entity.key), 0)
    return entity.model_copy(update={"seconds_with_below": seconds, "seconds_so_far_with_below": so_far})


def _entity_time(
    key: EntityKey,
    rows: Sequence[tuple[str, PersonEntity]],
    resolution: Resolution,
    context: EnrichedEntity | None,
    earlier: EarlierTime,
    close: Close,
) -> EntityTime:
    longest = max((row for _, row in rows), key=lambda row: row.duration_seconds)
    seconds = sum(row.duration_seconds for _, row in rows)
    return EntityTime(
        entity_database=key.space,
        entity_type=key.database,
        entity_id=key.public_id,
        name=(context.name if context else "") or longest.title,
        description=longest.title,
        found=context.found if context else False,
        outcome=resolution.outcome,
        reason=context.reason if context else resolution.reason,
        people={person: row.duration_seconds for person, row in rows},
        duration_seconds=seconds,
        entries_count=sum(row.entries_count for _, row in rows),
        entry_ids=tuple(sorted(entry_id for _, row in rows for entry_id in row.entry_ids)),
        last_start=max(row.spans[-1].start for _, row in rows),
        seconds_so_far=(so_far := seconds + earlier.own_seconds.get(str(key), 0)),
        seconds_with_below=seconds,
        seconds_so_far_with_below=so_far,
        **(told_of(context, close) if context else {}),
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
        excluded_people=week.excluded_people,
        seconds_by_step=steps,
    )


def _seconds_by_step(resolutions: Sequence[Resolution]) -> dict[str, int]:
    """The week's seconds by what decided the match, before rows of one entity are merged."""
    steps = {step.value: 0 for step in MatchStep}
    for resolution in resolutions:
        steps[resolution.step.value] += resolution.duration_seconds
    return steps


def _entry_ids_by_step(resolutions: Sequence[Resolution]) -> dict[str, tuple[int, ...]]:
    steps: dict[str, list[int]] = defaultdict(list)
    for resolution in resolutions:
        steps[resolution.step.value].extend(resolution.entry_ids)
    return {step: tuple(sorted(entry_ids)) for step, entry_ids in sorted(steps.items())}


def _prove_conserved(aggregated: TogglAggregated, result: EnrichedData) -> None:
    before = sorted(entry_id for time in aggregated.users.values() for entry_id in entry_ids_of(time))
    after = sorted(entry_id for person in result.people.values() for entry_id in person_entry_ids(person))
    sums = result.statistics
    if before != after or sums.matched_duration_seconds + sums.unmatched_duration_seconds != aggregated.statistics.total_duration_seconds:
        raise ConservationError(
            f"Joining week {result.week} would turn {len(before)} entries of {aggregated.statistics.total_duration_seconds} s into "
            f"{len(after)} entries of {sums.matched_duration_seconds + sums.unmatched_duration_seconds} s. Nothing was stored."
        )
    if sum(sums.seconds_by_step.values()) != sums.total_duration_seconds:
        raise ConservationError(f"Joining week {result.week}: the steps that decided have other seconds than the week. Nothing was stored.")
