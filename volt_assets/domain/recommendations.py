"""What to do about a week, as it follows from its data. Not here: advice on people, what the data says otherwise."""

from collections.abc import Container, Sequence
from datetime import date
from typing import NamedTuple

from volt_assets.domain.alignment import WorkAlignment
from volt_assets.domain.alignment_rules import Category
from volt_assets.domain.completion import is_done
from volt_assets.domain.drafts import Section
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.matching import Outcome
from volt_assets.domain.quality_report import advice, secrets_advice, unmatched_advice
from volt_assets.domain.report_parts import Frame, entity_label, listed, plural

_LISTED = 3


class _Late(NamedTuple):
    """Something past its day."""

    since: date
    entity: EntityKey
    name: str
    url: str | None


_ENTITIES, _ACTIVITIES = ("entity", "entities"), ("activity", "activities")
_WORK: Sequence[tuple[tuple[str, str], str]] = (
    (_ENTITIES, "with time whose state in Fibery says otherwise: update the states (see work alignment)."),
    (_ENTITIES, "in progress and assigned, but without time: check whether they still are."),
    (_ENTITIES, "with time that Fibery does not show: correct the reference, or restore the entity."),
    (_ENTITIES, "with time whose database Fibery does not have: say in label_aliases which one is meant (see the coverage report)."),
    (
        _ACTIVITIES,
        "that may mean an entity, but not certainly: confirm which one (the coverage report has the lines), or write the space and the "
        "database beside a number.",
    ),
    (_ACTIVITIES, "with a number that no configured database has: correct it, or configure its database."),
    (_ENTITIES, "with time that Fibery could not be asked about: refresh the Fibery side of this week."),
    (_ACTIVITIES, "that may be an entity, for Fibery could not be asked: refresh the Fibery side of this week."),
)
WHAT_TO_DO = tuple((one, many, what.partition(":")[0]) for (one, many), what in _WORK)
"""What is counted in the lines of work to do: the noun, in singular and plural, and what is said of it."""


def recommendations_section(book: FactBook, data: EnrichedData, alignment: WorkAlignment, frame: Frame) -> Section:
    """One line for each kind of thing to do; nothing where all is in order."""
    stale = [one for one in alignment.alignments if one.category is Category.FIBERY_NOT_UPDATED]
    idle = [one for one in alignment.alignments if one.category is Category.ASSIGNED_WITHOUT_TIME and one.to_do]
    outcomes = [entity.outcome for entity in data.entities]
    activities = [row.outcome for person in data.people.values() for row in person.activities]
    unclear, unknown = activities.count(Outcome.AMBIGUOUS), activities.count(Outcome.NOT_FOUND)
    unanswered = sum(1 for entity in data.entities if entity.is_unanswered)
    numbers = (
        len(stale),
        len(idle),
        outcomes.count(Outcome.NOT_FOUND),
        outcomes.count(Outcome.UNKNOWN_TYPE),
        unclear,
        unknown,
        unanswered,
        activities.count(Outcome.UNREACHABLE),
    )
    work = [(number, *words) for number, words in zip(numbers, _WORK, strict=True)]
    bullets = [f"{_counted(book, number, noun, what)} {what}" for number, noun, what in work if number]
    unmatched = (data.statistics.unmatched_duration_seconds, data.statistics.total_duration_seconds)
    times = (
        *secrets_advice(book, data.quality),
        *advice(book, data.quality, so_far=frame.so_far),
        *unmatched_advice(book, data.quality, unmatched),
    )
    return Section(id="recommendations", title="Recommendations", bullets=(*times, *overdue_lines(book, data), *bullets))


def _counted(book: FactBook, number: int, noun: tuple[str, str], what: str) -> str:
    """A count with its noun. It is a count of these alone: of others there may be as many."""
    one, many = noun
    counted = book.count(number, about(f"{many} {what.partition(':')[0]}"))
    return f"{counted} {one if number == 1 else many}"


def overdue_lines(book: FactBook, data: EnrichedData, key: str | None = None) -> list[str]:
    """What has time, or something below it has, and is past its day and not done by now; what is longest overdue first.

    With `key`, as far as this person's time is on it.
    """
    late = _late(data, None if key is None else {row.entity for row in data.people[key].entities})
    if not late:
        return []
    named = listed([_named(book, one) for one in late[:_LISTED]])
    its, them = ("is overdue, with time of its own", "it") if len(late) == 1 else ("are overdue, with time of their own", "them")
    first = "; the longest: " if len(late) > _LISTED else ": "
    return [f"{plural(book, len(late), 'entity', 'entities')} {its} or of what belongs to {them}{first}{named}. Finish or replan {them}."]


def _named(book: FactBook, one: _Late) -> str:
    deadline = book.text(str(one.since), about("deadline", entity=str(one.entity)))
    return f"{entity_label(book, one.name, one.entity, one.url)}, due {deadline}"


def _late(data: EnrichedData, only: Container[EntityKey] | None) -> list[_Late]:
    entities = [one for one in data.entities if only is None or one.key in only]
    known = {link.entity for one in entities for link in one.parents} if only is not None else {one.entity for one in data.parents}
    own = [_Late(one.dates.deadline or date.max, one.key, one.name, one.url) for one in entities if one.is_overdue and not is_done(one)]
    above = [
        _Late(one.dates.deadline or date.max, one.entity, one.name, one.url)
        for one in data.parents
        if one.entity in known and one.is_overdue and not one.is_final
    ]
    by_key = {one.entity: one for one in (*above, *own)}
    return sorted(by_key.values(), key=lambda one: (one.since, one.entity.sort_key))
