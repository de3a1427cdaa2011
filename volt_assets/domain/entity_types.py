"""What a person's entities of one type have in common: their time, which got the most, what they belong to. Not here: each of them."""

from collections import defaultdict
from typing import NamedTuple

from volt_assets.domain.entities import EntityKey, EntityLink
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.person_rows import PersonEntity
from volt_assets.domain.report_parts import entity_label, has_clear_lead
from volt_assets.domain.report_times import entity_row_time

PARTS_TIME = "time of what belongs to it"
_SEVERAL = 2
Rows = list[tuple[PersonEntity, EntityTime]]


class Below(NamedTuple):
    """Several rows whose entities belong to the same entity."""

    parent: EntityKey
    link: EntityLink
    rows: Rows


class TypeRows(NamedTuple):
    """A person's rows on the entities of one type, `Space/Database`, most time first."""

    key: str
    name: str
    rows: Rows

    @property
    def seconds(self) -> int:
        """All their time."""
        return _seconds(self.rows)

    @property
    def is_told(self) -> bool:
        """Whether there is more to say than its table shows at a glance."""
        return len(self.rows) >= _SEVERAL and self.seconds > 0

    @property
    def below(self) -> Below | None:
        """What several of them belong to; of several such, that with the most time."""
        groups: dict[EntityKey, Below] = {}
        for row, entity in self.rows:
            link = next(iter(entity.parents), None)
            if link is not None and link.entity is not None:
                groups.setdefault(link.entity, Below(link.entity, link, [])).rows.append((row, entity))
        several = [one for one in groups.values() if len(one.rows) >= _SEVERAL and _seconds(one.rows)]
        return min(several, key=lambda one: (-_seconds(one.rows), one.parent.sort_key), default=None)


def entities_by_type(data: EnrichedData) -> dict[str, list[EntityTime]]:
    """The week's entities of each type, `Space/Database`; the type with the most time first."""
    groups: dict[str, list[EntityTime]] = defaultdict(list)
    for entity in data.entities:
        groups[f"{entity.entity_database}/{entity.entity_type}"].append(entity)
    return dict(sorted(groups.items(), key=lambda item: (-sum(one.duration_seconds for one in item[1]), item[0])))


def rows_by_type(data: EnrichedData, key: str) -> list[TypeRows]:
    """A person's rows by the type of their entities; the type with the most time first."""
    groups: dict[str, Rows] = defaultdict(list)
    for row in data.people[key].entities:
        groups[f"{row.entity.space}/{row.entity.database}"].append((row, data.entity(row.entity)))
    found = [TypeRows(key, name, rows) for name, rows in groups.items()]
    return sorted(found, key=lambda one: (-one.seconds, one.name))


def add_up_types(book: FactBook, data: EnrichedData, key: str) -> None:
    """That the time of a type is that of its entities, and so is the time of what belongs to one parent: where sentences tell it."""
    for one in rows_by_type(data, key):
        if one.is_told:
            type_time(book, one)
            if one.below:
                book.add_up(_parts_time(book, one.below, key), _row_times(book, one.below.rows, key))


def type_time(book: FactBook, one: TypeRows) -> str:
    """A person's time on entities of a type, which is that of the entities."""
    time = book.duration(one.seconds, about(f"type {one.name}", person=one.key))
    book.add_up(time, _row_times(book, one.rows, one.key))
    return time


def type_sentences(book: FactBook, data: EnrichedData, one: TypeRows) -> tuple[str, ...]:
    """What the type's table does not show at a glance; nothing of a type with a single entity."""
    if not one.is_told:
        return ()
    whole, subject = data.people[one.key].statistics.total_duration_seconds, about(f"type {one.name}", person=one.key)
    count = book.count(len(one.rows), about(f"entities of {one.name}", person=one.key))
    time = f"{type_time(book, one)} ({book.share(one.seconds, whole, subject)}) went into {count} entities of this type"
    return (f"{time}{_lead(book, one)}.", *([_belonging(book, one.below, one.key)] if one.below else []))


def entity_with_time(book: FactBook, row: PersonEntity, entity: EntityTime, key: str) -> str:
    """A person's entity with their time on it, and its state where it has one."""
    label = entity_label(book, entity.name if entity.found else row.title, entity.key, entity.url)
    state = f", which is in the state {book.state(entity.state, str(entity.key), is_final=entity.is_final)}" if entity.state else ""
    return f"{label} with {entity_row_time(book, row, key)}{state}"


def _lead(book: FactBook, one: TypeRows) -> str:
    if not has_clear_lead(row.duration_seconds for row, _ in one.rows):
        return ""
    return f"; the one with the most time is {entity_with_time(book, *one.rows[0], one.key)}"


def _belonging(book: FactBook, below: Below, key: str) -> str:
    entities = book.count(len(below.rows), about("entities", person=key, entity=str(below.parent)))
    label = entity_label(book, below.link.name, below.parent, below.link.url)
    return f"{_parts_time(book, below, key)} went into {entities} entities that belong to {label}."


def _parts_time(book: FactBook, below: Below, key: str) -> str:
    return book.duration(_seconds(below.rows), about(PARTS_TIME, person=key, entity=str(below.parent)))


def _row_times(book: FactBook, rows: Rows, key: str) -> list[str]:
    return [entity_row_time(book, row, key) for row, _ in rows]


def _seconds(rows: Rows) -> int:
    return sum(row.duration_seconds for row, _ in rows)
