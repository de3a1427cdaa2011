"""What is kept of entities and of what is above them, and started work without time. Not here: what is asked (`plans`), who spent time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from pydantic import ConfigDict, Field

from volt_assets.domain.context import HOURS_IN_DAY, EntityDates, Estimate, is_beyond_estimates, read_dates, read_estimate
from volt_assets.domain.entities import (
    Assignee,
    Comment,
    EntityAnswer,
    EntityKey,
    EntityLink,
    EntityRecord,
    Progress,
    Remark,
    RequestFailure,
    labels,
)
from volt_assets.domain.fibery_schema import Field as FiberyField
from volt_assets.domain.field_fit import MissingField
from volt_assets.domain.matching import FiberyEntities, Outcome
from volt_assets.domain.people import fibery_address, normal_email
from volt_assets.domain.plans import DatabasePlan, parent_fields
from volt_assets.domain.roles import Role
from volt_assets.domain.strategies import BEHAVIOURS
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

_PROGRESS = "progress"
_GONE_MEANWHILE = "Fibery had it when the reference was looked up, and no longer sent it when its fields were read"
_RENAMED_MEANWHILE = "was there when the reference was looked up, and no database had this name any more when its fields were read"


class View(Value):
    """How values are read: where the workspace is, in which zone days are, what an estimated day counts."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    base_url: str
    zone: tzinfo = UTC
    hours_in_day: float = HOURS_IN_DAY


class EnrichedEntity(Value):
    """An entity with its context. `parents` are what it belongs to, nearest first; `text` is its description.

    What was not found keeps its key and says why; `remarks` say why some of it is missing.
    """

    entity: EntityKey
    activity: str
    found: bool
    reason: str | None
    name: str
    state: str | None = None
    state_type: str | None = None
    is_final: bool | None = None
    url: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    parents: tuple[EntityLink, ...] = ()
    assignees: tuple[Assignee, ...] = ()
    created_at: datetime | None = None
    modified_at: datetime | None = None
    dates: EntityDates = EntityDates()
    estimate: Estimate | None = None
    progress: Progress | None = None
    text: str | None = None
    comments: tuple[Comment, ...] = ()
    comments_in_week: int = 0
    remarks: tuple[Remark, ...] = ()
    fibery_id: str | None = None


class ParentEntity(Value):
    """Something that entities of the week belong to. `is_feature`: what reports sum up time for."""

    entity: EntityKey
    name: str
    is_feature: bool
    state: str | None
    is_final: bool | None
    url: str | None
    dates: EntityDates
    estimate: Estimate | None
    progress: Progress | None
    remarks: tuple[Remark, ...]


class AssignedWithoutTime(Value):
    """A started entity of somebody of the week on which no time of that week was found.

    `modified_at`: when its card last changed. `may_have_time`: why time of the week may be its own all the same.
    """

    entity: EntityKey
    name: str
    state: str | None
    state_type: str | None
    is_final: bool | None
    url: str | None
    people: tuple[str, ...]
    modified_at: datetime | None = None
    may_have_time: str | None = None


class EnrichmentStatistics(Value):
    """Counts of entities."""

    entities: int
    found: int
    assigned_without_time: int


class EnrichedEntities(Value):
    """The week's entities with their context, what they belong to, and started ones of the week's people that got no time.

    `asked_for_open_work` are the databases that told what is started in them.
    """

    week: date
    entities: tuple[EnrichedEntity, ...]
    parents: tuple[ParentEntity, ...] = ()
    assigned_without_time: tuple[AssignedWithoutTime, ...]
    asked_for_open_work: tuple[str, ...]
    missing_fields: tuple[MissingField, ...]
    failures: tuple[RequestFailure, ...]
    statistics: EnrichmentStatistics


def enrich(
    resolved: FiberyEntities, answers: Sequence[EntityAnswer], plans: Mapping[str, DatabasePlan], *, view: View, aliases: Mapping[str, str]
) -> EnrichedEntities:
    """The entities with their context. One that was not answered stays, with the reason."""
    own = [answer for answer in answers if answer.request.public_ids]
    records = {record.key: record for answer in own for record in answer.records}
    failed = {answer.request.database.name: answer.failure.reason for answer in own if answer.failure}
    entities = [_enriched(key, records.get(key), failed, plans, view) for key in _wanted(resolved)]
    waiting = _without_time(resolved, answers, view, aliases)
    told = (failure for answer in answers for failure in (answer.failure, answer.reduced) if failure)
    return EnrichedEntities(
        week=resolved.week,
        entities=tuple(entities),
        parents=_parents(entities, answers, plans, view),
        assigned_without_time=waiting,
        asked_for_open_work=tuple(one.request.database.name for one in answers if one.request.started_only and one.failure is None),
        missing_fields=tuple(missing for plan in plans.values() for missing in plan.missing),
        failures=tuple(dict.fromkeys(told)),
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
    key: EntityKey, record: EntityRecord | None, failed: Mapping[str, str], plans: Mapping[str, DatabasePlan], view: View
) -> EnrichedEntity:
    name = f"{key.space}/{key.database}"
    plan = plans.get(name)
    activity = plan.activity if plan else "default_enrich_entity"
    if record is None or plan is None:
        reason = failed.get(name) or (_GONE_MEANWHILE if plan else f"{name} {_RENAMED_MEANWHILE}")
        return EnrichedEntity(entity=key, activity=activity, found=False, reason=reason, name="")
    values = _by_role(record, plan, plan.fields)
    return EnrichedEntity(
        entity=key,
        activity=activity,
        found=True,
        reason=None,
        name=record.name,
        state=record.state,
        state_type=record.state_type,
        is_final=record.is_final,
        url=entity_url(view.base_url, key),
        fields=_kept(record, plan),
        parents=tuple(_linked(link, view) for link in record.parents),
        assignees=record.assignees,
        created_at=record.created_at,
        modified_at=record.modified_at,
        dates=read_dates(values, view.zone),
        estimate=_estimate(values, plan, view),
        progress=record.progress,
        text=values.get(Role.DESCRIPTION) or None,
        comments=record.comments,
        comments_in_week=record.comments_in_period,
        remarks=(*record.remarks, *_odd_estimate(values)),
        fibery_id=record.fibery_id,
    )


def _by_role(record: EntityRecord, plan: DatabasePlan, asked: Sequence[FiberyField]) -> dict[Role, Any]:
    named = labels(asked)
    return {role: record.fields.get(named[name]) for role, name in plan.roles.items() if name in named}


def _kept(record: EntityRecord, plan: DatabasePlan) -> dict[str, Any]:
    """The configured fields and those of the strategy, in the form that its behaviour gives them."""
    named = labels(plan.fields)
    roles = {role: named[name] for role, name in plan.roles.items() if name in named}
    kept = {named[name]: record.fields[named[name]] for name in plan.kept if named[name] in record.fields}
    return BEHAVIOURS[plan.strategy.behaviour](kept, roles)


def _linked(link: EntityLink, view: View) -> EntityLink:
    return link.model_copy(update={"url": entity_url(view.base_url, link.entity)}) if link.entity else link


def _estimate(values: Mapping[Role, Any], plan: DatabasePlan, view: View) -> Estimate | None:
    name = plan.roles.get(Role.ESTIMATE)
    field = next((field for field in plan.fields if field.name == name), None)
    return read_estimate(values.get(Role.ESTIMATE), field, hours_in_day=view.hours_in_day) if field else None


def _odd_estimate(values: Mapping[Role, Any]) -> tuple[Remark, ...]:
    is_odd = is_beyond_estimates(values.get(Role.ESTIMATE))
    return (Remark(about="estimate", reason="Fibery's number is more than anything can take, so it counts as none"),) if is_odd else ()


def _parents(
    entities: Iterable[EnrichedEntity], answers: Sequence[EntityAnswer], plans: Mapping[str, DatabasePlan], view: View
) -> tuple[ParentEntity, ...]:
    """Everything that is above an entity of the week, once."""
    asked = [answer for answer in answers if answer.request.below]
    records = {record.key: record for answer in asked for record in answer.records}
    failed = {answer.request.database.name: failure for answer in asked if (failure := answer.failure or answer.reduced)}
    links = {link.entity: link for entity in entities for link in entity.parents if link.entity}
    keys = sorted(links, key=lambda key: key.sort_key)
    return tuple(_parent(links[key], key, records.get(key), failed, plans.get(f"{key.space}/{key.database}"), view) for key in keys)


def _parent(
    link: EntityLink,
    key: EntityKey,
    record: EntityRecord | None,
    failed: Mapping[str, RequestFailure],
    plan: DatabasePlan | None,
    view: View,
) -> ParentEntity:
    values = _by_role(record, plan, parent_fields(plan.database)) if record and plan else {}
    failure = failed.get(f"{key.space}/{key.database}")
    return ParentEntity(
        entity=key,
        name=link.name,
        is_feature=bool(plan and plan.strategy.is_feature),
        state=link.state,
        is_final=link.is_final,
        url=entity_url(view.base_url, key),
        dates=read_dates(values, view.zone),
        estimate=_estimate(values, plan, view) if plan else None,
        progress=record.progress if record else None,
        remarks=(
            *((Remark(about=_PROGRESS, reason=failure.reason),) if failure else record.remarks if record else ()),
            *_odd_estimate(values),
        ),
    )


def _without_time(
    resolved: FiberyEntities, answers: Sequence[EntityAnswer], view: View, aliases: Mapping[str, str]
) -> tuple[AssignedWithoutTime, ...]:
    timed = frozenset(_wanted(resolved))
    by_address: dict[str, list[str]] = defaultdict(list)
    for person in resolved.people:
        if address := fibery_address(person.person, person.email, aliases):
            by_address[address].append(person.person)
    started = (record for answer in answers if answer.request.started_only for record in answer.records)
    _, end = Week(monday=resolved.week).moments(view.zone)
    records = {record.key: record for record in started if record.created_at is None or record.created_at < end}
    doubts = _Doubts.of(resolved)
    waiting = [
        _waiting(record, people, view.base_url, doubts.about(key))
        for key, record in records.items()
        if key not in timed and (people := _assigned(record, by_address))
    ]
    return tuple(sorted(waiting, key=lambda one: one.entity.sort_key))


class _Doubts(NamedTuple):
    """What time that stands on no entity may be meant for: candidates, numbers that could not be asked for, and what timers name."""

    candidates: frozenset[EntityKey]
    numbers: frozenset[str]
    running: frozenset[EntityKey]

    @classmethod
    def of(cls, resolved: FiberyEntities) -> Self:
        undecided = [one for one in resolved.resolutions if one.outcome in {Outcome.AMBIGUOUS, Outcome.UNREACHABLE}]
        named = {one.entity for one in undecided if one.entity}
        candidates = {candidate.entity for one in undecided for candidate in one.candidates}
        unasked = (one.reference for one in undecided if one.outcome is Outcome.UNREACHABLE and one.entity is None)
        return cls(
            candidates=frozenset(named | candidates),
            numbers=frozenset(reference.public_id for reference in unasked if reference),
            running=frozenset(resolved.running),
        )

    def about(self, key: EntityKey) -> str | None:
        """Why an entity may have time of the week all the same."""
        if key in self.candidates or key.public_id in self.numbers:
            return "time of this week may be meant for it: its description does not tell which entity it means"
        return "a timer that still runs names it, so its time is not known yet" if key in self.running else None


def _assigned(record: EntityRecord, by_address: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    addresses = {normal_email(assignee.email) or "" for assignee in record.assignees}
    return tuple(sorted(person for address in addresses for person in by_address.get(address, ())))


def _waiting(record: EntityRecord, people: tuple[str, ...], base_url: str, may_have_time: str | None) -> AssignedWithoutTime:
    return AssignedWithoutTime(
        entity=record.key,
        name=record.name,
        state=record.state,
        state_type=record.state_type,
        is_final=record.is_final,
        url=entity_url(base_url, record.key),
        people=people,
        modified_at=record.modified_at,
        may_have_time=may_have_time,
    )
