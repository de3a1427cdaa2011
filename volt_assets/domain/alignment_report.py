"""How reports say where Toggl and Fibery disagree: for the team, and for each person. Not here: who is right, judging anybody."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from volt_assets.domain.alignment_rules import Alignment, Category, Finding
from volt_assets.domain.chart_bars import Place, time_chart
from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.context_report import earlier_notes
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.evidence import evidence_of
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.gaps import GAP_WORDS
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.report_parts import (
    FIBERY_NOTE,
    NOBODY_IN_FIBERY,
    Frame,
    day_label,
    entity_label,
    listed,
    scope_notes,
    sources,
    week_scope,
    week_words,
)
from volt_assets.domain.sources import weeks_read_of

NOTHING_TO_DO = "nothing to bring in line"
_CLOSED = frozenset({Finding.CLOSED, Finding.TIME_AFTER_CLOSING})
_UNREAD = frozenset({Finding.NOT_SHOWN, Finding.UNKNOWN_TYPE, Finding.NOT_ASKED})
OWN_TITLE = "Toggl and Fibery: what to bring in line"
CATEGORY_TITLES: Mapping[Category, str] = {
    Category.FIBERY_NOT_UPDATED: "Fibery not updated",
    Category.ASSIGNED_WITHOUT_TIME: "Assigned and in progress, but no time",
    Category.OPEN: "Open: nothing can be said",
    Category.PROPERLY_TRACKED: "Properly tracked",
}
_MEANINGS: Mapping[Category, str] = {
    Category.FIBERY_NOT_UPDATED: "Time was tracked, but the card stands at its beginning, or was closed before.",
    Category.ASSIGNED_WITHOUT_TIME: (
        "The card is in progress and assigned to somebody with time in this week, but no time was found on it: "
        "it may be done, waiting, or tracked under other words."
    ),
    Category.OPEN: "Time was tracked, and the card's state tells nothing about it.",
    Category.PROPERLY_TRACKED: "Time was tracked, and the card is in progress, or was closed with its last time.",
}


def write_alignment(
    data: EnrichedData, alignments: Sequence[Alignment], frame: Frame, *, no_report: AbstractSet[str] = frozenset()
) -> Report:
    """The report: the team's part, then a part per person, but for those in `no_report`. Its tables account for all time on entities."""
    book, scope = FactBook(evidence_of(data), frame.day_pages()), week_scope(data, data.people)
    title = f"Work alignment, {week_words(book, frame)}"
    *unclear, tracked = (_category(book, data, category, alignments) for category in CATEGORY_TITLES)
    sections = [_summary(book, data, alignments, frame), *unclear, *_persons(book, data, alignments, no_report), tracked]
    return build_report(
        book,
        week=data.week,
        kind="work_alignment",
        title=title,
        subject="team",
        sections=sections,
        notes=(*scope_notes(book, frame, scope), FIBERY_NOTE, *earlier_notes(book, data)),
        sources=sources(frame, scope, weeks_read_of(data.earlier)),
        charts=_chart(book, alignments),
    )


def titles_not_compared(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """That no title was compared, and for which database's sake; nothing where all were."""
    if not data.titles_not_compared:
        return ()
    names = listed([book.text(name, about("database")) for name in data.titles_not_compared])
    return (
        f"Fibery did not tell what was open in {names}, so no titles were compared: time under a title alone stands on no entity, and "
        "nobody is asked about work without time. Refresh the Fibery side of this week.",
    )


def missing_databases(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """Which configured databases are not there, and what cannot be told for their sake; nothing where all are."""
    if not data.missing_databases:
        return ()
    names = listed([book.text(name, about("database")) for name in data.missing_databases])
    return (
        f"Fibery does not have what is configured as {names}. Until that is corrected (the coverage report has the lines), a title or a "
        "number that only an assignee confirms stands on no entity, for something there may have it too.",
    )


def own_alignment(book: FactBook, data: EnrichedData, key: str, alignments: Sequence[Alignment]) -> Section:
    """What one person can bring in line, for their own report; nothing where there is nothing. Names nobody else."""
    bullets = [_own_line(book, data, key, one) for one in alignments if key in one.concerned]
    return Section(id="alignment", title=OWN_TITLE, sentences=tuple(_unknown_work(data, key)) if bullets else (), bullets=tuple(bullets))


def _summary(book: FactBook, data: EnrichedData, alignments: Sequence[Alignment], frame: Frame) -> Section:
    unknown = (
        *_not_asked(book, data),
        *_partial(book, data),
        *titles_not_compared(book, data),
        *missing_databases(book, data),
        *_not_joined(book, data),
    )
    if not alignments:
        return Section(id="summary", title="Summary", sentences=("No time went into Fibery entities in this week.", *unknown))
    whole = book.duration(sum(one.duration_seconds for one in alignments), about("on entities"))
    _add_up(book, whole, alignments)
    rows = [_extent(book, category, [one for one in alignments if one.category is category]) for category in CATEGORY_TITLES]
    table = Table(columns=("What", "Entities", "To do", "Time"), rows=tuple(rows), numeric=(1, 2, 3))
    together = f"Together these are the {whole} that went into entities."
    so_far = ("The week has not ended: time may still come, and cards may still move.",) if frame.so_far else ()
    return Section(id="summary", title="Summary", sentences=(together, *so_far, *unknown), tables=(table,))


def _add_up(book: FactBook, whole: str, alignments: Sequence[Alignment]) -> None:
    """Which times add up: all time on entities is that of the entities, and theirs that of their people and of their category."""
    book.add_up(whole, [_entity_time(book, one) for one in alignments])
    for one in alignments:
        book.add_up(_entity_time(book, one), [_person_time(book, one, key) for key in one.seconds_by_person])
    for category in CATEGORY_TITLES:
        group = [one for one in alignments if one.category is category]
        book.add_up(_category_time(book, category, group), [_entity_time(book, one) for one in group])


def _category_time(book: FactBook, category: Category, group: Sequence[Alignment]) -> str:
    return book.duration(sum(one.duration_seconds for one in group), about(category.value))


def _chart(book: FactBook, alignments: Sequence[Alignment]) -> Iterator[Chart]:
    """The time of each category that has some."""
    groups = {category: [one for one in alignments if one.category is category] for category in CATEGORY_TITLES}
    timed = {category: group for category, group in groups.items() if any(one.duration_seconds for one in group)}
    bars = [Bar(label=CATEGORY_TITLES[category], values=(_category_time(book, category, group),)) for category, group in timed.items()]
    return time_chart(Place("categories", "summary", "Time on entities by what was found"), bars)


def _entity_time(book: FactBook, one: Alignment) -> str:
    return book.duration(one.duration_seconds, about("time", entity=str(one.entity)), one.entry_ids)


def _person_time(book: FactBook, one: Alignment, person: str) -> str:
    return book.duration(one.seconds_by_person[person], about("time", person=person, entity=str(one.entity)))


def _extent(book: FactBook, category: Category, group: Sequence[Alignment]) -> tuple[str, ...]:
    return (
        CATEGORY_TITLES[category],
        book.count(len(group), about(category.value)),
        book.count(sum(1 for one in group if one.to_do), about(f"{category.value}, to do")),
        _category_time(book, category, group),
    )


def _not_asked(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """What keeps the list of work without time from being whole: a zero that was not measured must not look like one."""
    unknown = "What is in progress without time is not known"
    if not data.asked_for_open_work:
        return (f"{unknown}: no configured database could tell what is started and who has it.",)
    silent = sorted({failure.database for failure in data.failures} - set(data.asked_for_open_work))
    if not silent:
        return ()
    names = ", ".join(book.text(name, about("database")) for name in silent)
    return (f"{unknown} for {names}, which Fibery could not be asked about.",)


def _partial(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """Why nobody is asked about work without time where somebody's time was not seen."""
    if not data.gaps or not data.assigned_without_time:
        return ()
    why = book.text(listed([GAP_WORDS[gap] for gap in data.gaps]), about("what is not in the data"))
    return (f"Nobody is asked about work without time, as not all time is known: {why}.",)


def _not_joined(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    alone = [key for key in data.people if any(_unknown_work(data, key))]
    if not alone:
        return ()
    names = listed([book.person(data.people[key].user_name, key, told=NOBODY_IN_FIBERY) for key in alone])
    return (f"Nobody in Fibery was found for {names}, so what is assigned to them is not known; see the coverage report.",)


def _unknown_work(data: EnrichedData, key: str) -> list[str]:
    """Whether somebody's open work is unknown, because nobody in Fibery has their address."""
    known = data.people[key].fibery_user is not None or any(key in one.people for one in data.assigned_without_time)
    return [] if known else ["Nobody in Fibery was found for this person, so open work without time is not listed."]


def _category(book: FactBook, data: EnrichedData, category: Category, alignments: Sequence[Alignment]) -> Section:
    found = [one for one in alignments if one.category is category]
    if not found:
        return Section(id=category.value, title=CATEGORY_TITLES[category])
    columns, row = _TABLES[category]
    table = Table(
        columns=columns, rows=tuple(row(book, data, one) for one in found), numeric=(columns.index("Time"),) if "Time" in columns else ()
    )
    return Section(id=category.value, title=CATEGORY_TITLES[category], sentences=(_MEANINGS[category],), tables=(table,))


def _to_correct(book: FactBook, data: EnrichedData, one: Alignment) -> tuple[str, ...]:
    return (_label(book, one), _state(book, one), _what(book, one), _people(book, data, one), _time(book, one), one.to_do or "")


def _idle(book: FactBook, data: EnrichedData, one: Alignment) -> tuple[str, ...]:
    return (_label(book, one), _state(book, one), _what(book, one), _people(book, data, one), one.to_do or "nothing yet")


def _unclear(book: FactBook, data: EnrichedData, one: Alignment) -> tuple[str, ...]:
    told = (
        _label(book, one),
        _state(book, one),
        book.text(one.reason, about("reason", entity=str(one.entity))),
        _people(book, data, one),
        _time(book, one),
    )
    return (*told, one.to_do or "nothing")


def _tracked(book: FactBook, data: EnrichedData, one: Alignment) -> tuple[str, ...]:
    return (_label(book, one), _state(book, one), _people(book, data, one), _time(book, one))


_Row = Callable[[FactBook, EnrichedData, Alignment], tuple[str, ...]]
_TABLES: Mapping[Category, tuple[tuple[str, ...], _Row]] = {
    Category.FIBERY_NOT_UPDATED: (("Entity", "State", "What is wrong", "People", "Time", "What to do"), _to_correct),
    Category.ASSIGNED_WITHOUT_TIME: (("Entity", "State", "What is known", "Assigned to", "What to do"), _idle),
    Category.OPEN: (("Entity", "State", "Why", "People", "Time", "What to do"), _unclear),
    Category.PROPERLY_TRACKED: (("Entity", "State", "People", "Time"), _tracked),
}


def _label(book: FactBook, one: Alignment) -> str:
    return entity_label(book, one.name, one.entity, one.url)


def _own_label(book: FactBook, data: EnrichedData, key: str, one: Alignment) -> str:
    """What Fibery does not show is named by this person's own words: a colleague's may be private."""
    own = next((row.title for row in data.people[key].entities if row.entity == one.entity), one.name)
    return entity_label(book, own if one.finding in _UNREAD else one.name, one.entity, one.url)


def _state(book: FactBook, one: Alignment) -> str:
    return book.state(one.state, str(one.entity), is_final=one.finding in _CLOSED) if one.state else ""


def _time(book: FactBook, one: Alignment) -> str:
    return book.account(one.duration_seconds, about("time", entity=str(one.entity)), one.entry_ids)


def _people(book: FactBook, data: EnrichedData, one: Alignment) -> str:
    told, entity = ("name", None) if one.seconds_by_person else ("assigned", str(one.entity))
    names = {key: book.person(data.people[key].user_name, key, told=told, entity=entity) for key in one.people}
    if len(one.seconds_by_person) < 2:
        return ", ".join(names.values())
    return ", ".join(f"{name} ({_person_time(book, one, key)})" for key, name in names.items())


def _what(book: FactBook, one: Alignment, key: str | None = None) -> str:
    """What is the case and since when; for one person alone their own time."""
    since_what = "closing day" if one.finding is Finding.TIME_AFTER_CLOSING else "since"
    since = day_label(book, one.since, about(since_what, entity=str(one.entity))) if one.since else ""
    if one.finding is Finding.NOT_STARTED:
        return f"{_time_told(book, one, since, key)} its state counts as not started"
    if one.finding is Finding.TIME_AFTER_CLOSING:
        whose = [key] if key else list(one.later_seconds)
        seconds, entry_ids = sum(one.later_seconds[who] for who in whose), [found for who in whose for found in one.later_entry_ids[who]]
        later = book.duration(seconds, about("after it was closed", person=key, entity=str(one.entity)), entry_ids)
        return f"closed on {since}{'' if one.is_closing_day else ' or before'}, and {later} tracked later"
    if one.finding is Finding.CHANGED_SINCE:
        return f"its card changed on {since}, after this week"
    if one.finding is Finding.TOUCHED:
        return f"its card changed on {since}"
    if one.finding is Finding.IDLE:
        return f"its card lies untouched since {since}" if since else "Fibery does not say when its card last changed"
    return book.text(one.reason, about("reason", entity=str(one.entity)))


def _time_told(book: FactBook, one: Alignment, since: str, key: str | None) -> str:
    """The time of what is not started. Where there is some of earlier weeks, a day of this one is not when it began."""
    if one.seconds_so_far <= one.duration_seconds:
        return f"time this week since {since}, but"
    so_far = book.duration(one.seconds_so_far, about("so far", entity=str(one.entity)))
    if key:
        return f"{so_far} so far in all, and"
    return f"{_entity_time(book, one)} this week, {so_far} so far, and"


def _persons(book: FactBook, data: EnrichedData, alignments: Sequence[Alignment], no_report: AbstractSet[str]) -> list[Section]:
    """A part per person with something to do, by name; who has nothing is named together."""
    ordered = sorted(data.people.items(), key=lambda item: (item[1].user_name.casefold(), item[0]))
    everyone = [key for key, person in ordered if not {key, person.user_email, f"user:{person.user_id}"} & no_report]
    lines = {key: [_own_line(book, data, key, one) for one in alignments if key in one.concerned] for key in everyone}
    done = [book.person(data.people[key].user_name, key, told=NOTHING_TO_DO) for key, told in lines.items() if not told]
    parts = [
        Section(id=f"person.{key}", title=book.person(data.people[key].user_name, key), level=3, bullets=tuple(told))
        for key, told in lines.items()
        if told
    ]
    if not alignments or not everyone:
        return []
    sentence = f"Nothing to bring in line was found for {listed(done)}." if done else "What each person can bring in line:"
    return [Section(id="persons", title="By person", sentences=(sentence,)), *parts]


def _own_line(book: FactBook, data: EnrichedData, key: str, one: Alignment) -> str:
    time = f", {_person_time(book, one, key)}" if key in one.seconds_by_person else ""
    state = f" in the state {_state(book, one)}" if one.state else ""
    return f"{_own_label(book, data, key, one)}{state}{time}: {_what(book, one, key)}. {one.to_do}"
