"""What grew or shrank against the week before: facts and sentences. Not here: whether weeks can be compared (`week_time`), the store."""

from typing import NamedTuple

from volt_assets.domain.aggregation import PersonTime, TogglAggregated
from volt_assets.domain.drafts import Section
from volt_assets.domain.earlier import LOST_FOR_GOOD
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.gaps import time_gaps
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.report_parts import Frame, entity_label, listed, project_label
from volt_assets.domain.week_time import (
    Amounts,
    Change,
    Named,
    StoredFibery,
    StoredPart,
    StoredPerson,
    StoredToggl,
    TwoWeeks,
    WeekBefore,
    WeekTime,
    amounts,
    changes,
    largest,
    obstacle,
    summed,
)

TITLE = "Against the week before"
NO_PROJECTS_TIME = "time without a project"
IN_DOUBT = "What the time went into is not compared: Fibery did not answer everything in one of the two weeks."
NONE_BEFORE = "No time was tracked in the week before."
_LISTED = 3
_LEAST_FOR_PERCENT = 3600
"""Below an hour a percentage says more than there is to it."""


class Whose(NamedTuple):
    """Whose weeks are compared: a person by key, user id and name slot; the team where all are None. `total` is this week's, as a slot."""

    total: str
    key: str | None = None
    user_id: int | None = None
    name: str | None = None


class Comparison(NamedTuple):
    """What a report says of the week before, and the footnotes of it."""

    section: Section
    notes: tuple[str, ...] = ()


def fibery_time(data: EnrichedData | StoredFibery) -> WeekTime:
    """A joined week as it is compared: by entity."""
    lost = any(not one.found and one.outcome not in LOST_FOR_GOOD for one in data.entities)
    parts = [(_key(one), one) for one in data.entities]
    shown = {str(key) for key, one in parts if one.found}
    people = {
        one.user_id: Amounts(
            seconds=one.statistics.total_duration_seconds,
            parts=summed((str(row.entity), row.duration_seconds) for row in one.entities),
            words={str(row.entity): row.title for row in one.entities if str(row.entity) not in shown},
        )
        for one in data.people.values()
    }
    named = {str(key): Named(title=one.name, entity=key, url=one.url, fibery_id=one.fibery_id, found=one.found) for key, one in parts}
    names = {one.user_id: one.user_name for one in data.people.values()}
    return _week_time(data, named, people, names, in_doubt=bool(lost or data.failures or data.titles_not_compared))


def toggl_time(data: TogglAggregated | StoredToggl) -> WeekTime:
    """A week as Toggl alone tells it: by project. A description that names its entity in full may be worded otherwise in another week."""
    people = {one.user_id: _by_project(one) for one in data.users.values()}
    projects = sorted({name for one in people.values() for name in one.parts})
    names = {one.user_id: one.user_name for one in data.users.values()}
    return _week_time(data, {name: Named(title=name) for name in projects}, people, names)


def compared(weeks: TwoWeeks, frame: Frame) -> WeekTime | None:
    """The week before, where it can be compared with; None where it can't, or nobody looked for it."""
    before = weeks.before
    return None if before is None or _obstacle(weeks.now, before, frame) else before.time


def time_before(book: FactBook, seconds: int, person: str | None = None) -> str:
    """All time of the week before, of a person or of the team."""
    return book.duration(seconds, about("total of the week before", person=person))


def _obstacle(now: WeekTime, before: WeekBefore, frame: Frame) -> str | None:
    return obstacle(now.model_copy(update={"so_far": now.so_far or frame.so_far}), before)


def compare(book: FactBook, weeks: TwoWeeks, frame: Frame, whose: Whose) -> Comparison:
    """What grew or shrank, or in a footnote why that is not said. Nothing where nobody looked for the week before."""
    nothing, (now, before) = Section(id="week_over_week", title=TITLE), weeks
    if before is None:
        return Comparison(nothing)
    week = book.text(str(before.week), about("week before"))
    why = _obstacle(now, before, frame)
    if why or before.time is None:
        return Comparison(nothing, (f"Not compared with the week before, {week}: {book.text(why or '', about('reason'))}.",))
    read = f"Compared with the stored week {week}."
    notes = (read, IN_DOUBT) if now.parts_in_doubt or before.time.parts_in_doubt else (read,)
    sentences = _sentences(book, now, before.time, whose)
    return Comparison(nothing.model_copy(update={"sentences": sentences, "phrasable": len(sentences) > 1}), notes)


def _sentences(book: FactBook, now: WeekTime, before: WeekTime, whose: Whose) -> tuple[str, ...]:
    seconds, earlier = (amounts(week, whose.user_id).seconds for week in (now, before))
    if not earlier:
        return (f"The week before has no time of {whose.name}." if whose.name else NONE_BEFORE,)
    return (_total(book, seconds, earlier, whose), *_largest(book, changes(now, before, whose.user_id), whose))


def _total(book: FactBook, seconds: int, earlier: int, whose: Whose) -> str:
    if seconds == earlier:
        return f"{whose.total} is as much as in the week before."
    subject = about("against the week before", person=whose.key)
    then, growth = time_before(book, earlier, whose.key), book.growth(seconds - earlier, subject)
    whole, parts = (whose.total, (then, growth)) if seconds > earlier else (then, (whose.total, growth))
    book.add_up(whole, parts)
    share = f" ({book.share(abs(seconds - earlier), earlier, subject)})" if earlier >= _LEAST_FOR_PERCENT else ""
    return f"{whose.total} is {growth}{share} {_word(seconds - earlier)} than in the week before, which had {then}."


def _largest(book: FactBook, found: list[Change], whose: Whose) -> list[str]:
    told = [_part(book, one, whose) for one in largest(found, _LISTED)]
    if not told:
        return []
    kind = "Among the entities" if found[0].part.entity else "By Toggl project"
    return [f"{kind}, the largest {'changes are' if len(told) > 1 else 'change is'} in {listed(told)}."]


def _part(book: FactBook, one: Change, whose: Whose) -> str:
    entity, title = one.part.entity, one.part.title
    project = project_label(book, title) if title else NO_PROJECTS_TIME
    label = entity_label(book, title, entity, one.part.url) if entity else project
    subject = about(
        "against the week before",
        person=whose.key,
        entity=str(entity) if entity else None,
        project=None if entity else one.name,
    )
    return f"{label} ({book.growth(one.seconds, subject)} {_word(one.seconds)})"


def _word(seconds: int) -> str:
    return "more" if seconds > 0 else "less"


def _key(one: EntityTime | StoredPart) -> EntityKey:
    return EntityKey(space=one.entity_database, database=one.entity_type, public_id=one.entity_id)


def _by_project(one: PersonTime | StoredPerson) -> Amounts:
    parts = summed((share.project or "", share.duration_seconds) for share in one.projects)
    return Amounts(seconds=one.statistics.total_duration_seconds, parts=parts)


def _week_time(
    data: EnrichedData | StoredFibery | TogglAggregated | StoredToggl,
    parts: dict[str, Named],
    people: dict[int, Amounts],
    names: dict[int, str],
    *,
    in_doubt: bool = False,
) -> WeekTime:
    gaps = time_gaps(
        only_users=data.only_users,
        own_entries_only=data.own_entries_only,
        covered_days=data.covered_days,
        excluded_seconds=data.statistics.excluded_seconds,
    )
    together = summed(part for one in people.values() for part in one.parts.items())
    return WeekTime(
        week=data.week,
        source=data.source,
        so_far=data.so_far,
        gaps=gaps,
        excluded_people=data.statistics.excluded_people,
        parts_in_doubt=in_doubt,
        parts=parts,
        team=Amounts(seconds=data.statistics.total_duration_seconds, parts=together),
        people=people,
        names=names,
    )
