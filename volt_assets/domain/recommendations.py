"""What to do about a week, as it follows from its data. Not here: advice on people, what the data says otherwise."""

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


def recommendations_section(book: FactBook, data: EnrichedData, alignment: WorkAlignment, frame: Frame) -> Section:
    """One line for each kind of thing to do; nothing where all is in order."""
    stale = [one for one in alignment.alignments if one.category is Category.FIBERY_NOT_UPDATED]
    idle = [one for one in alignment.alignments if one.category is Category.ASSIGNED_WITHOUT_TIME and one.to_do]
    outcomes = [entity.outcome for entity in data.entities]
    activities = [row.outcome for person in data.people.values() for row in person.activities]
    unclear, unknown = activities.count(Outcome.AMBIGUOUS), activities.count(Outcome.NOT_FOUND)
    unanswered = sum(1 for entity in data.entities if entity.is_unanswered)
    entity_words, activity_words = ("entity", "entities"), ("activity", "activities")
    work = [
        (len(stale), entity_words, "with time whose state in Fibery says otherwise: update the states (see work alignment)."),
        (len(idle), entity_words, "in progress and assigned, but without time: check whether they still are."),
        (
            outcomes.count(Outcome.NOT_FOUND),
            entity_words,
            "with time that Fibery does not show: correct the reference, or restore the entity.",
        ),
        (
            outcomes.count(Outcome.UNKNOWN_TYPE),
            entity_words,
            "with time whose database Fibery does not have: say in label_aliases which one is meant (see the coverage report).",
        ),
        (
            unclear,
            activity_words,
            "that may mean an entity, but not certainly: confirm which one (the coverage report has the lines), or write the space and the "
            "database beside a number.",
        ),
        (unknown, activity_words, "with a number that no configured database has: correct it, or configure its database."),
        (unanswered, entity_words, "with time that Fibery could not be asked about: refresh the Fibery side of this week."),
        (
            activities.count(Outcome.UNREACHABLE),
            activity_words,
            "that may be an entity, for Fibery could not be asked: refresh the Fibery side of this week.",
        ),
    ]
    bullets = [f"{plural(book, number, *noun)} {what}" for number, noun, what in work if number]
    unmatched = (data.statistics.unmatched_duration_seconds, data.statistics.total_duration_seconds)
    times = (
        *secrets_advice(book, data.quality),
        *advice(book, data.quality, so_far=frame.so_far),
        *unmatched_advice(book, data.quality, unmatched),
    )
    return Section(id="recommendations", title="Recommendations", bullets=(*times, *_overdue(book, data), *bullets))


def _overdue(book: FactBook, data: EnrichedData) -> list[str]:
    """What has time, or something below it has, and is past its day and not done by now; what is longest overdue first."""
    late = _late(data)
    if not late:
        return []
    named = listed([_named(book, one) for one in late[:_LISTED]])
    its, them = ("is overdue, with time of its own", "it") if len(late) == 1 else ("are overdue, with time of their own", "them")
    first = "; the longest: " if len(late) > _LISTED else ": "
    return [f"{plural(book, len(late), 'entity', 'entities')} {its} or of what belongs to {them}{first}{named}. Finish or replan {them}."]


def _named(book: FactBook, one: _Late) -> str:
    deadline = book.text(str(one.since), about("deadline", entity=str(one.entity)))
    return f"{entity_label(book, one.name, one.entity, one.url)}, due {deadline}"


def _late(data: EnrichedData) -> list[_Late]:
    own = [
        _Late(one.dates.deadline or date.max, one.key, one.name, one.url) for one in data.entities if one.is_overdue and not is_done(one)
    ]
    above = [
        _Late(one.dates.deadline or date.max, one.entity, one.name, one.url) for one in data.parents if one.is_overdue and not one.is_final
    ]
    by_key = {one.entity: one for one in (*above, *own)}
    return sorted(by_key.values(), key=lambda one: (one.since, one.entity.sort_key))
