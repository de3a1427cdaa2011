"""Where Toggl and Fibery disagree about the week's work. Not here: the join itself, thresholds of a team's own.

States are judged by `workflow/Type` and `workflow/Final`, never by their names.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.enrichment import AssignedWithoutTime
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.report_parts import FIBERY_NOTE, Frame, Scope, entity_label, plural, scope_notes, week_words
from volt_assets.domain.values import Value

STARTED, NOT_STARTED, FINISHED = "Started", "Not started", "Finished"


class Category(StrEnum):
    """How Toggl and Fibery stand to each other about one entity. Each entity is in exactly one."""

    PROPERLY_TRACKED = "properly_tracked"
    FIBERY_NOT_UPDATED = "fibery_not_updated"
    ASSIGNED_WITHOUT_TIME = "assigned_without_time"
    OPEN = "open"


_TITLES: Mapping[Category, str] = {
    Category.FIBERY_NOT_UPDATED: "Fibery not updated",
    Category.ASSIGNED_WITHOUT_TIME: "Assigned and in progress, but no time",
    Category.OPEN: "Open: the state does not tell",
    Category.PROPERLY_TRACKED: "Properly tracked",
}


class Alignment(Value):
    """One entity and how the two systems stand about it. `people` are those with time, or the assignees where nobody has any."""

    category: Category
    entity: EntityKey
    name: str
    url: str | None
    state: str | None
    reason: str
    people: tuple[str, ...]
    duration_seconds: int
    entry_ids: tuple[int, ...]


class AlignmentStatistics(Value):
    """Entities and seconds per category."""

    entities: dict[str, int]
    seconds: dict[str, int]


class WorkAlignment(Value):
    """Every entity with time, and started ones of the week's people without, by category."""

    week: date
    alignments: tuple[Alignment, ...]
    statistics: AlignmentStatistics
    report: Report


def align(data: EnrichedData, frame: Frame) -> WorkAlignment:
    """The week's entities by category, and the report about them."""
    found = [*(_timed(entity) for entity in data.entities), *(_untimed(one) for one in data.assigned_without_time)]
    alignments = tuple(sorted(found, key=lambda one: (list(Category).index(one.category), -one.duration_seconds, one.entity.sort_key)))
    statistics = AlignmentStatistics(
        entities={category.value: sum(1 for one in alignments if one.category is category) for category in Category},
        seconds={category.value: sum(one.duration_seconds for one in alignments if one.category is category) for category in Category},
    )
    return WorkAlignment(week=data.week, alignments=alignments, statistics=statistics, report=_report(data, alignments, frame))


def data_scope(data: EnrichedData) -> Scope:
    """What the joined week's data does not cover."""
    return Scope(
        source=data.source,
        own_entries_only=data.own_entries_only,
        only_users=data.only_users,
        names={name: person.user_name for key, person in data.people.items() for name in (key, person.user_email or key)},
        running_entries=data.statistics.running_entries,
        excluded_entries=data.statistics.excluded_entries,
        excluded_seconds=data.statistics.excluded_seconds,
        changes=data.changes,
        covered_days=data.covered_days,
    )


def _timed(entity: EntityTime) -> Alignment:
    category, reason = _judged(entity)
    return Alignment(
        category=category,
        entity=entity.key,
        name=entity.name,
        url=entity.url,
        state=entity.state,
        reason=reason,
        people=tuple(entity.people),
        duration_seconds=entity.duration_seconds,
        entry_ids=entity.entry_ids,
    )


def _judged(entity: EntityTime) -> tuple[Category, str]:
    if not entity.found:
        return Category.OPEN, entity.reason or "not read from Fibery"
    if entity.is_final and entity.modified_at and entity.modified_at < entity.last_start:
        return Category.FIBERY_NOT_UPDATED, "in a final state before the last time of the week was tracked"
    if entity.is_final:
        return Category.PROPERLY_TRACKED, "time this week, and in a final state now"
    if entity.state_type == FINISHED:
        return Category.PROPERLY_TRACKED, "time this week, and in a finished state now"
    if entity.state_type == NOT_STARTED:
        return Category.FIBERY_NOT_UPDATED, "time this week, but the state is not started"
    if entity.state_type == STARTED:
        return Category.PROPERLY_TRACKED, "time this week and a started state"
    return Category.OPEN, "it has no state in Fibery" if entity.state is None else "its state has no type in Fibery"


def _untimed(waiting: AssignedWithoutTime) -> Alignment:
    return Alignment(
        category=Category.ASSIGNED_WITHOUT_TIME,
        entity=waiting.entity,
        name=waiting.name,
        url=waiting.url,
        state=waiting.state,
        reason="assigned and in progress, without time this week",
        people=waiting.people,
        duration_seconds=0,
        entry_ids=(),
    )


def _report(data: EnrichedData, alignments: Sequence[Alignment], frame: Frame) -> Report:
    book = FactBook()
    title = f"Work alignment, {week_words(book, frame)}"
    sections = [_summary(book, data, alignments), *(_category(book, data, category, alignments) for category in _TITLES)]
    return build_report(
        book,
        week=data.week,
        kind="work_alignment",
        title=title,
        subject="team",
        sections=sections,
        notes=(*scope_notes(book, frame, data_scope(data)), FIBERY_NOTE),
    )


def _summary(book: FactBook, data: EnrichedData, alignments: Sequence[Alignment]) -> Section:
    if not alignments:
        return Section(
            id="summary", title="Summary", sentences=("No time went into Fibery entities in this week.", *_not_asked(book, data))
        )
    groups = {category: [one for one in alignments if one.category is category] for category in _TITLES}
    bullets = [f"{_TITLES[category]}: {_extent(book, category, group)}" for category, group in groups.items()]
    return Section(id="summary", title="Summary", sentences=_not_asked(book, data), bullets=tuple(bullets))


def _not_asked(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """What keeps the list of work without time from being whole: a zero that was not measured must not look like one."""
    unknown = "What is in progress without time is not known"
    if not data.asked_for_open_work:
        return (f"{unknown}: no configured database could tell what is started and who has it.",)
    silent = sorted({failure.database for failure in data.failures} - set(data.asked_for_open_work))
    if not silent:
        return ()
    names = ", ".join(book.text(name, "database") for name in silent)
    return (f"{unknown} for {names}, which Fibery could not be asked about.",)


def _extent(book: FactBook, category: Category, group: Sequence[Alignment]) -> str:
    entities = plural(book, len(group), "entity", "entities")
    if category is Category.ASSIGNED_WITHOUT_TIME:
        return entities
    return f"{entities}, {book.duration(sum(one.duration_seconds for one in group), category.value)}"


def _category(book: FactBook, data: EnrichedData, category: Category, alignments: Iterable[Alignment]) -> Section:
    rows = [_row(book, data, one) for one in alignments if one.category is category]
    table = Table(columns=("Entity", "State", "Why", "People", "Time"), rows=tuple(rows), numeric=(4,))
    return Section(id=category.value, title=_TITLES[category], tables=(table,) if rows else ())


def _row(book: FactBook, data: EnrichedData, one: Alignment) -> tuple[str, ...]:
    return (
        entity_label(book, one.name, one.entity, one.url),
        book.state(one.state, str(one.entity)) if one.state else "",
        book.text(one.reason, str(one.entity)),
        ", ".join(book.person(data.people[key].user_name, key) for key in one.people),
        book.account(one.duration_seconds, str(one.entity), one.entry_ids) if one.entry_ids else "",
    )
