"""Which entity each reference means, and by which step that was decided. Not here: reading descriptions, asking Fibery.

The ladder is `reference/field.md` section 6.4: a link or full labels decide if the entity exists; a bare number only with a second signal.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from pydantic import Field as PydanticField

from volt_assets.domain.aggregation import PersonTime, TogglAggregated
from volt_assets.domain.entities import EntityAnswer, EntityKey, EntityRecord, EntityRequest, FiberyUser, RequestFailure
from volt_assets.domain.fibery_schema import Database, Schema, normal_name
from volt_assets.domain.people import fibery_address, normal_email
from volt_assets.domain.references import Reference, ReferenceForm
from volt_assets.domain.values import Value

_SHORTEST_TELLING_WORD = 4
_SHARED_WORDS = 2


class MatchStep(StrEnum):
    """What decided a match, or why there is none."""

    URL = "url"
    LABELS = "labels"
    BARE_ID = "bare_id"
    NONE = "none"


class Outcome(StrEnum):
    """How a reference ended. All but `matched` leave the time where Toggl put it, with the reason."""

    MATCHED = "matched"
    NOT_FOUND = "not_found"
    UNKNOWN_TYPE = "unknown_type"
    AMBIGUOUS = "ambiguous"
    UNREACHABLE = "unreachable"


class Candidate(Value):
    """An entity that a reference could mean. `score` is 1.0 for certain, 0.5 for the number alone."""

    entity: EntityKey
    name: str
    score: float
    signals: tuple[str, ...] = ()


class Resolution(Value):
    """How one row of one person's time was resolved. `entity` is set for every reference that names one, found or not."""

    person: str
    description: str
    reference: Reference
    entry_ids: tuple[int, ...]
    duration_seconds: int
    step: MatchStep
    outcome: Outcome
    entity: EntityKey | None
    candidates: tuple[Candidate, ...]
    reason: str | None


class EntityGroup(Value):
    """Entities to fetch from one database. `configured` tells whether the configuration lists it."""

    space: str
    database: str
    configured: bool
    public_ids: tuple[str, ...]


class JoinedPerson(Value):
    """A Toggl person and the Fibery user they are, None where nobody there has their address.

    `likely_user` is then somebody of a like name, as a suggestion only.
    """

    person: str
    name: str
    email: str | None
    fibery_user: str | None
    likely_user: FiberyUser | None = None


class MatchStatistics(Value):
    """Rows and seconds by outcome, over all rows that carry a reference."""

    references: int
    entities: int
    rows_by_outcome: dict[str, int]
    seconds_by_outcome: dict[str, int]
    seconds_by_step: dict[str, int]


class FiberyEntities(Value):
    """Every reference of the week resolved, the entities to fetch, and who is who in Fibery.

    `missing_databases` are configured, but Fibery has none of that name; `nearest_databases` are the names there that come nearest.
    `people_failure`: why nobody could be looked up there.
    """

    week: date
    resolutions: tuple[Resolution, ...]
    entities: tuple[EntityGroup, ...]
    people: tuple[JoinedPerson, ...]
    missing_databases: tuple[str, ...]
    nearest_databases: dict[str, str] = PydanticField(default_factory=dict)
    failures: tuple[RequestFailure, ...]
    people_failure: RequestFailure | None
    statistics: MatchStatistics


class Row(Value):
    """One row of one person's aggregated time that carries a reference."""

    person: str
    email: str | None
    description: str
    reference: Reference
    entry_ids: tuple[int, ...]
    duration_seconds: int


def rows_with_references(aggregated: TogglAggregated) -> tuple[Row, ...]:
    """Everything that says something about an entity, per person, in a stable order."""
    return tuple(row for key, time in aggregated.users.items() for row in _rows(key, time))


def lookups(rows: Iterable[Row], schema: Schema, configured: Sequence[str]) -> tuple[EntityRequest, ...]:
    """The questions to Fibery: full references in their own database, bare numbers in every configured one."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for database in _where_to_look(row.reference, schema, configured):
            wanted[database.name].add(row.reference.public_id)
    by_name = {database.name: database for database in schema.databases}
    return tuple(EntityRequest(database=by_name[name], public_ids=tuple(sorted(wanted[name], key=int))) for name in sorted(wanted))


def resolve(
    aggregated: TogglAggregated,
    answers: Sequence[EntityAnswer],
    users: Sequence[FiberyUser],
    schema: Schema,
    *,
    configured: Sequence[str],
    aliases: Mapping[str, str],
    people_failure: RequestFailure | None = None,
) -> FiberyEntities:
    """All references resolved against what Fibery answered."""
    known = _Known(answers, schema, configured)
    rows = rows_with_references(aggregated)
    people = tuple(_joined(key, time, users, aliases) for key, time in aggregated.users.items())
    addresses = {person.person: fibery_address(person.person, person.email, aliases) for person in people}
    resolutions = tuple(_resolution(row, known, addresses.get(row.person)) for row in rows)
    entities = _groups(resolutions, configured)
    return FiberyEntities(
        week=aggregated.week,
        resolutions=resolutions,
        entities=entities,
        people=people,
        missing_databases=tuple(name for name in configured if name not in {database.name for database in schema.databases}),
        failures=tuple(answer.failure for answer in answers if answer.failure),
        people_failure=people_failure,
        statistics=_statistics(resolutions, entities),
    )


class _Known:
    """What Fibery answered, arranged for looking up."""

    def __init__(self, answers: Sequence[EntityAnswer], schema: Schema, configured: Sequence[str]) -> None:
        self.schema = schema
        self.configured = tuple(configured)
        self.records = {record.key: record for answer in answers for record in answer.records}
        self.failures = {answer.request.database.name: answer.failure for answer in answers if answer.failure}

    def candidates(self, reference: Reference) -> list[EntityRecord]:
        """The entities with this number in every database where it was looked for."""
        keys = [_key(database, reference) for database in _where_to_look(reference, self.schema, self.configured)]
        return [self.records[key] for key in keys if key in self.records]

    def silent(self, reference: Reference) -> list[str]:
        """The databases that could have this number but could not be asked."""
        looked = _where_to_look(reference, self.schema, self.configured)
        return [database.name for database in looked if database.name in self.failures]


def _rows(key: str, time: PersonTime) -> list[Row]:
    return [
        Row(
            person=key,
            email=time.user_email,
            description=row.description,
            reference=row.reference,
            entry_ids=row.entry_ids,
            duration_seconds=row.duration_seconds,
        )
        for row in time.rows
        if row.reference is not None
    ]


def _where_to_look(reference: Reference, schema: Schema, configured: Sequence[str]) -> tuple[Database, ...]:
    if reference.is_full:
        database = _labelled_database(reference, schema)
        return (database,) if database else ()
    labelled = schema.named(reference.label) if reference.label else ()
    return labelled or tuple(database for database in schema.databases if database.name in configured)


def _labelled_database(reference: Reference, schema: Schema) -> Database | None:
    """The database that full labels mean. Some workspaces write `[Database] [Project]` without the space (`reference/fibery.md` 7.2)."""
    exact = schema.find(reference.space or "", reference.database or "")
    without_space = schema.named(reference.space or "") if reference.form is ReferenceForm.LABELS else ()
    return exact or (without_space[0] if len(without_space) == 1 else None)


def _resolution(row: Row, known: _Known, address: str | None) -> Resolution:
    if row.reference.is_full:
        return _resolve_full(row, known)
    return _resolve_bare(row, known, address)


def _resolve_full(row: Row, known: _Known) -> Resolution:
    reference = row.reference
    database = _labelled_database(reference, known.schema)
    if database is None:
        as_written = EntityKey(space=reference.space or "", database=reference.database or "", public_id=reference.public_id)
        reason = f"Fibery has no database {reference.space}/{reference.database}"
        return _ended(row, MatchStep.NONE, Outcome.UNKNOWN_TYPE, as_written, reason=reason)
    key = _key(database, reference)
    record = known.records.get(key)
    if record:
        step = MatchStep.URL if reference.form is ReferenceForm.URL else MatchStep.LABELS
        return _ended(row, step, Outcome.MATCHED, key, candidates=[Candidate(entity=key, name=record.name, score=1.0)])
    failure = known.failures.get(database.name)
    if failure:
        return _ended(row, MatchStep.NONE, Outcome.UNREACHABLE, key, reason=failure.reason)
    return _ended(row, MatchStep.NONE, Outcome.NOT_FOUND, key, reason="deleted in Fibery, or hidden from the token's user")


def _resolve_bare(row: Row, known: _Known, address: str | None) -> Resolution:
    candidates = [_candidate(record, row, address) for record in known.candidates(row.reference)]
    certain = [candidate for candidate in candidates if candidate.signals]
    silent = known.silent(row.reference)
    if silent:
        return _ended(
            row, MatchStep.NONE, Outcome.UNREACHABLE, None, candidates=candidates, reason=f"could not be asked: {', '.join(silent)}"
        )
    if len(certain) == 1 and len(candidates) == 1:
        return _ended(row, MatchStep.BARE_ID, Outcome.MATCHED, certain[0].entity, candidates=candidates)
    if not candidates:
        return _ended(row, MatchStep.NONE, Outcome.NOT_FOUND, None, reason="no configured database has this number")
    return _ended(row, MatchStep.NONE, Outcome.AMBIGUOUS, None, candidates=candidates, reason=_why_ambiguous(candidates))


def _why_ambiguous(candidates: Sequence[Candidate]) -> str:
    if len(candidates) == 1:
        return "the number alone is no proof: neither the title nor the assignees agree"
    return f"{len(candidates)} databases have this number"


def _candidate(record: EntityRecord, row: Row, address: str | None) -> Candidate:
    signals = ["label"] if _agrees(record.key, row.reference.label) else []
    if address and address in {normal_email(assignee.email) for assignee in record.assignees}:
        signals.append("assignee")
    if len(_words(record.name) & _words(row.reference.title)) >= min(_SHARED_WORDS, len(_words(record.name)) or _SHARED_WORDS):
        signals.append("title")
    return Candidate(entity=record.key, name=record.name, score=0.5 + 0.25 * len(signals), signals=tuple(signals))


def _agrees(key: EntityKey, label: str | None) -> bool:
    return label is not None and normal_name(label) == normal_name(key.database)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.casefold()) if len(word) >= _SHORTEST_TELLING_WORD)


def _ended(
    row: Row,
    step: MatchStep,
    outcome: Outcome,
    entity: EntityKey | None,
    *,
    candidates: Sequence[Candidate] = (),
    reason: str | None = None,
) -> Resolution:
    return Resolution(
        person=row.person,
        description=row.description,
        reference=row.reference,
        entry_ids=row.entry_ids,
        duration_seconds=row.duration_seconds,
        step=step,
        outcome=outcome,
        entity=entity,
        candidates=tuple(candidates),
        reason=reason,
    )


def _key(database: Database, reference: Reference) -> EntityKey:
    return EntityKey(space=database.space, database=database.database, public_id=reference.public_id)


def _groups(resolutions: Iterable[Resolution], configured: Sequence[str]) -> tuple[EntityGroup, ...]:
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for resolution in resolutions:
        if resolution.outcome is Outcome.MATCHED and resolution.entity:
            ids[resolution.entity.space, resolution.entity.database].add(resolution.entity.public_id)
    return tuple(
        EntityGroup(
            space=space,
            database=database,
            configured=f"{space}/{database}" in configured,
            public_ids=tuple(sorted(ids[space, database], key=int)),
        )
        for space, database in sorted(ids)
    )


def _joined(key: str, time: PersonTime, users: Sequence[FiberyUser], aliases: Mapping[str, str]) -> JoinedPerson:
    address = fibery_address(key, time.user_email, aliases)
    user = next((user for user in users if address and user.email == address), None)
    return JoinedPerson(person=key, name=time.user_name, email=time.user_email, fibery_user=user.name if user else None)


def _statistics(resolutions: Sequence[Resolution], entities: Sequence[EntityGroup]) -> MatchStatistics:
    rows: dict[str, int] = {outcome.value: 0 for outcome in Outcome}
    seconds: dict[str, int] = {outcome.value: 0 for outcome in Outcome}
    steps: dict[str, int] = {step.value: 0 for step in MatchStep}
    for resolution in resolutions:
        rows[resolution.outcome.value] += 1
        seconds[resolution.outcome.value] += resolution.duration_seconds
        steps[resolution.step.value] += resolution.duration_seconds
    return MatchStatistics(
        references=len(resolutions),
        entities=sum(len(group.public_ids) for group in entities),
        rows_by_outcome=rows,
        seconds_by_outcome=seconds,
        seconds_by_step=steps,
    )
