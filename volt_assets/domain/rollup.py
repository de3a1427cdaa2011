"""What Fibery knows of an entity beside its time, and the time of all that is above: a feature's hours are those of what belongs to it.

Not here: the join, other weeks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol, Self

from volt_assets.domain.context import is_overdue
from volt_assets.domain.earlier import EarlierTime
from volt_assets.domain.enrichment import EnrichedEntity, ParentEntity
from volt_assets.domain.entities import EntityKey, EntityLink
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week


class Timed(Protocol):
    """An entity with its time and what it belongs to."""

    @property
    def key(self) -> EntityKey:
        """Its identity."""
        ...

    @property
    def parents(self) -> tuple[EntityLink, ...]:
        """What it belongs to."""
        ...

    @property
    def duration_seconds(self) -> int:
        """Its time this week."""
        ...


class ParentTime(ParentEntity):
    """Something above entities of the week, with the time of itself and of all that is below it."""

    is_overdue: bool
    entities: int
    duration_seconds: int
    seconds_so_far: int


_TOLD = (
    *("state", "state_type", "is_final", "url", "fields", "parents", "assignees", "created_at", "modified_at"),
    *("dates", "estimate", "progress", "text", "comments", "comments_in_week", "remarks", "fibery_id"),
)


class Close(Value):
    """When a week is over: its Sunday, and of a week that still runs the last day that has `passed`."""

    sunday: date
    passed: date

    @classmethod
    def of(cls, week: Week, until: date | None) -> Self:
        """`until` is the first day that is not over; None where all are."""
        return cls(sunday=week.sunday, passed=week.sunday if until is None else min(week.sunday, until - timedelta(days=1)))


def told_of(context: EnrichedEntity, close: Close) -> dict[str, Any]:
    """What goes on from an entity's context, and whether it was overdue at the end of the week, by name."""
    overdue = is_overdue(context.dates, is_final=context.is_final, sunday=close.sunday, passed=close.passed)
    return {**{name: getattr(context, name) for name in _TOLD}, "is_overdue": overdue}


def parent_times(parents: Iterable[ParentEntity], entities: Iterable[Timed], earlier: EarlierTime, close: Close) -> tuple[ParentTime, ...]:
    """Each parent with its time, most first."""
    below = with_below(entities)
    summed = [_summed(parent, below[parent.entity], earlier, close) for parent in parents]
    return tuple(sorted(summed, key=lambda one: (-one.duration_seconds, one.entity.sort_key)))


def with_below(entities: Iterable[Timed]) -> Mapping[EntityKey, list[Timed]]:
    """The entities by what they belong to: each key with its own entity, if that has time, and all that is below it."""
    below: dict[EntityKey, list[Timed]] = defaultdict(list)
    for entity in entities:
        for key in {entity.key, *(link.entity for link in entity.parents if link.entity)}:
            below[key].append(entity)
    return below


def _summed(parent: ParentEntity, below: list[Timed], earlier: EarlierTime, close: Close) -> ParentTime:
    seconds = sum(entity.duration_seconds for entity in below)
    return ParentTime(
        **{name: getattr(parent, name) for name in ParentEntity.model_fields},
        is_overdue=is_overdue(parent.dates, is_final=parent.is_final, sunday=close.sunday, passed=close.passed),
        entities=len(below),
        duration_seconds=seconds,
        seconds_so_far=seconds + earlier.seconds_with_below.get(str(parent.entity), 0),
    )
