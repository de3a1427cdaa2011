"""What was brought to an end: in the week, as far as Fibery proves it, and apart from that what merely is in a final state now.

Not here: when Fibery proves it (`completion`), any other part of a report.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from volt_assets.domain.completion import completed_in, is_done
from volt_assets.domain.drafts import Section
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.person_rows import PersonEntity
from volt_assets.domain.report_parts import Frame, day_label, entity_label, plural
from volt_assets.domain.report_times import entity_row_time, entity_time

MOVED_TITLE = "What moved state"
REACHED = "reached a final state within the week, by the date of completion in Fibery."
_LISTED = 10
_TITLE = "Key accomplishments"


def accomplishments_section(book: FactBook, data: EnrichedData, frame: Frame) -> Section:
    """The team's entities that reached a final state within the week, then those that are in one without a proof of when."""
    reached = completed_in(data.entities, frame.week, ZoneInfo(frame.timezone))
    proven = {entity.key for entity, _ in reached}
    standing = [entity for entity in data.entities if is_done(entity) and entity.key not in proven]
    sentences = (*_reached(book, [entity for entity, _ in reached]), *_standing(book, standing, after=bool(reached)))
    bullets = [*(_line(book, entity, day) for entity, day in reached[:_LISTED]), *(_line(book, entity) for entity in standing[:_LISTED])]
    return Section(id="accomplishments", title=_TITLE, sentences=sentences, bullets=tuple(bullets))


def moved_section(book: FactBook, data: EnrichedData, key: str, frame: Frame) -> Section:
    """A person's entities that reached a final state within the week, whoever moved their cards."""
    rows = {row.entity: row for row in data.people[key].entities}
    reached = completed_in([data.entity(one) for one in rows], frame.week, ZoneInfo(frame.timezone))
    if not reached:
        return Section(id="moved", title=MOVED_TITLE)
    own = [rows[entity.key] for entity, _ in reached]
    time = book.duration(sum(row.duration_seconds for row in own), about("reached a final state", person=key))
    book.add_up(time, [entity_row_time(book, row, key) for row in own])
    number = plural(book, len(own), "entity", "entities", person=key)
    sentence = f"{number}, with {time}, {REACHED}"
    bullets = [_own_line(book, entity, day, row, key) for (entity, day), row in zip(reached[:_LISTED], own, strict=False)]
    return Section(id="moved", title=MOVED_TITLE, sentences=(sentence,), bullets=tuple(bullets))


def _reached(book: FactBook, entities: Sequence[EntityTime]) -> list[str]:
    if not entities:
        return []
    told = f"{plural(book, len(entities), 'entity', 'entities')}, with {_sum(book, entities, 'reached a final state')},"
    return [f"{told} {REACHED}{_cut(entities)}"]


def _standing(book: FactBook, entities: Sequence[EntityTime], *, after: bool) -> list[str]:
    """What is final now. That it became so within the week is not proven, so it is not said."""
    if not entities:
        return []
    number, time = plural(book, len(entities), "entity", "entities"), _sum(book, entities, "in a final state")
    told = f"{'Apart from that, ' if after else ''}{number} of this week, with {time}, stood in a final state when Fibery was read"
    them = "it" if len(entities) == 1 else "they"
    return [f"{told}; Fibery does not tell that {them} got there within the week.{_cut(entities)}"]


def _sum(book: FactBook, entities: Sequence[EntityTime], what: str) -> str:
    time = book.duration(sum(entity.duration_seconds for entity in entities), about(what))
    book.add_up(time, [_time(book, entity) for entity in entities])
    return time


def _cut(entities: Sequence[EntityTime]) -> str:
    return " The ten with the most time are listed." if len(entities) > _LISTED else ""


def _line(book: FactBook, entity: EntityTime, day: date | None = None) -> str:
    return f"{_state(book, entity, day)}, {_time(book, entity)}"


def _own_line(book: FactBook, entity: EntityTime, day: date, row: PersonEntity, key: str) -> str:
    return f"{_state(book, entity, day)}, {entity_row_time(book, row, key)}"


def _state(book: FactBook, entity: EntityTime, day: date | None) -> str:
    state = book.state(entity.state or "final", str(entity.key), is_final=True)
    label = entity_label(book, entity.name, entity.key, entity.url)
    reached = f", reached on {day_label(book, day, about('completion day', entity=str(entity.key)))}" if day else ""
    return f"{label}: {state}{reached}"


def _time(book: FactBook, entity: EntityTime) -> str:
    return entity_time(book, entity.duration_seconds, str(entity.key), entity.entry_ids)
