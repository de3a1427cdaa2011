"""A person's rows after the join: time on an entity, each entity once, and time on none. Not here: sums, what Fibery says, other people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from volt_assets.domain.aggregation import MatchedEntity, Span, UnmatchedActivity
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.matching import MatchStep, Outcome, Resolution
from volt_assets.domain.values import Value


class PersonEntity(Value):
    """A person's time on one entity. `title` is what this person wrote of it.

    `step` is the surest that decided, `seconds_by_step` shares the time by all that did. `also_named` are other entities that some of
    its entries name.
    """

    entity: EntityKey
    title: str
    project: str | None
    step: MatchStep
    seconds_by_step: dict[MatchStep, int]
    also_named: tuple[str, ...]
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


def entity_row(row: MatchedEntity | UnmatchedActivity, resolution: Resolution) -> PersonEntity:
    """A row that was resolved to an entity. Raises ValueError for one that was not."""
    if resolution.entity is None:
        raise ValueError(f"{resolution.person}: {resolution.reference} names no entity")
    return PersonEntity(
        entity=resolution.entity,
        title=(resolution.reference.title if resolution.reference else "") or resolution.description,
        project=row.project,
        step=resolution.step,
        seconds_by_step={resolution.step: row.duration_seconds},
        also_named=resolution.also_named,
        duration_seconds=row.duration_seconds,
        entries_count=row.entries_count,
        entry_ids=row.entry_ids,
        spans=row.spans,
    )


def merged(rows: Iterable[PersonEntity]) -> tuple[PersonEntity, ...]:
    """One row per entity: a link and labels may name the same one. The surest step is kept."""
    groups: dict[EntityKey, list[PersonEntity]] = defaultdict(list)
    for row in rows:
        groups[row.entity].append(row)
    merged = [_merge(group) for group in groups.values()]
    return tuple(sorted(merged, key=lambda row: (-row.duration_seconds, row.entity.sort_key)))


def _merge(group: Sequence[PersonEntity]) -> PersonEntity:
    longest = max(group, key=lambda row: row.duration_seconds)
    decided = {row.step for row in group}
    seconds = {step: sum(row.seconds_by_step.get(step, 0) for row in group) for step in MatchStep if step in decided}
    return longest.model_copy(
        update={
            "step": next(iter(seconds)),
            "seconds_by_step": seconds,
            "also_named": tuple(dict.fromkeys(name for row in group for name in row.also_named)),
            "duration_seconds": sum(row.duration_seconds for row in group),
            "entries_count": sum(row.entries_count for row in group),
            "entry_ids": tuple(sorted(entry_id for row in group for entry_id in row.entry_ids)),
            "spans": tuple(sorted((span for row in group for span in row.spans), key=lambda span: (span.start, span.entry_id))),
        }
    )


def activity_row(row: MatchedEntity | UnmatchedActivity, resolution: Resolution) -> PersonActivity:
    """A row that names no entity, or whose reference could not be resolved."""
    return PersonActivity(
        description=row.description,
        project=row.project,
        outcome=None if resolution.outcome is Outcome.ACTIVITY else resolution.outcome,
        reason=resolution.reason,
        candidates=tuple(candidate.entity for candidate in resolution.candidates),
        duration_seconds=row.duration_seconds,
        entries_count=row.entries_count,
        entry_ids=row.entry_ids,
    )
