"""The team's report: what the week went into, who worked on what, and what to look at. Not here: ranking or judging people."""

from collections import defaultdict
from collections.abc import Iterable

from volt_assets.domain.accomplishments import accomplishments_section
from volt_assets.domain.alignment import WorkAlignment
from volt_assets.domain.alignment_report import missing_databases, titles_not_compared
from volt_assets.domain.context_report import earlier_notes, entity_context, estimates_section, features_section
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.entity_types import entities_by_type
from volt_assets.domain.evidence import evidence_of
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.headlines import Headline, Part, headline_section, leading_project
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.match_steps import steps_section
from volt_assets.domain.person_report import PersonReports
from volt_assets.domain.recommendations import recommendations_section
from volt_assets.domain.report_parts import (
    FIBERY_NOTE,
    NOT_ANSWERED,
    NOT_SHOWN,
    OTHER_ACTIVITIES,
    Frame,
    activity_label,
    billable_sentence,
    day_table,
    entity_label,
    has_clear_lead,
    listed,
    plural,
    portions,
    project_table,
    scope_notes,
    sources,
    unread_sentences,
    week_scope,
    week_words,
)
from volt_assets.domain.report_times import (
    activity_groups,
    add_up_people,
    by_name,
    entity_row_time,
    matched_time,
    other_time,
    rows_entry_ids,
    rows_seconds,
    seconds_by_project,
    total_time,
)
from volt_assets.domain.sources import weeks_read_of
from volt_assets.domain.team_charts import team_charts
from volt_assets.domain.week_over_week import Whose, compare, fibery_time
from volt_assets.domain.week_time import TwoWeeks

_HEADLINES = 3


def write_team_summary(data: EnrichedData, reports: PersonReports, alignment: WorkAlignment, frame: Frame) -> Report:
    """The team's report of a week. Its tables of entities and activities account for every entry."""
    book, scope = FactBook(evidence_of(data), frame.day_pages()), week_scope(data, data.people)
    _add_up(book, data)
    title = f"Team summary, {week_words(book, frame)}"
    weeks = TwoWeeks(fibery_time(data), data.earlier.week_before)
    against = compare(book, weeks, frame, Whose(total_time(book, data.statistics)))
    sections = [
        _headline(book, data, frame),
        _executive_summary(book, data),
        against.section,
        accomplishments_section(book, data, frame),
        _people(book, data, reports),
        _patterns(book, data),
        *_allocation(book, data),
        *_matching(book, data),
        *features_section(book, data, so_far=frame.so_far),
        *estimates_section(book, data),
        _entities(book, data),
        _activities(book, data),
        recommendations_section(book, data, alignment, frame),
    ]
    notes = (
        *scope_notes(book, frame, scope),
        FIBERY_NOTE,
        *titles_not_compared(book, data),
        *missing_databases(book, data),
        *earlier_notes(book, data),
        *against.notes,
    )
    return build_report(
        book,
        week=data.week,
        kind="team_summary",
        title=title,
        subject="team",
        sections=sections,
        notes=notes,
        sources=sources(frame, scope, weeks_read_of(data.earlier)),
        charts=team_charts(book, data, weeks, frame),
    )


def _executive_summary(book: FactBook, data: EnrichedData) -> Section:
    sums, whole = data.statistics, data.statistics.total_duration_seconds
    if not sums.total_entries:
        return Section(id="executive_summary", title="Executive summary", sentences=("No time was tracked in this week.",))
    times = [(entity, entity.duration_seconds) for entity in data.entities]
    kinds = {what: (_seconds(some), about(what)) for what, some in _kinds(data).items()}
    parts = [kinds["found entities"], kinds["not read"], (sums.unmatched_duration_seconds, about("other activities"))]
    on_entities, _, other = portions(book, parts, whole)
    entities = plural(book, len(data.found_entities), "Fibery entity", "Fibery entities")
    sentences = [
        f"{plural(book, sums.people, 'person', 'people')} tracked {total_time(book, sums)} in "
        f"{plural(book, sums.total_entries, 'entry', 'entries')}.",
        f"{on_entities} went into {entities}, {other} into other activities.",
        *unread_sentences(book, times, [row for person in data.people.values() for row in person.activities]),
        *billable_sentence(book, sums),
        *_headlines(book, data),
    ]
    return Section(id="executive_summary", title="Executive summary", sentences=tuple(sentences), phrasable=True)


def _add_up(book: FactBook, data: EnrichedData) -> None:
    """Which times add up: people, their rows, and over all people entities, their types, activities, days and projects."""
    add_up_people(book, data.statistics, data.people)
    rows: dict[EntityKey, list[str]] = defaultdict(list)
    for key, person in data.people.items():
        for row in person.entities:
            rows[row.entity].append(entity_row_time(book, row, key))
    for entity in data.entities:
        book.add_up(_entity_time(book, entity), rows[entity.key])
    for name, entities in {**{f"type {name}": some for name, some in entities_by_type(data).items()}, **_kinds(data)}.items():
        book.add_up(book.duration(_seconds(entities), about(name)), [_entity_time(book, entity) for entity in entities])


def _kinds(data: EnrichedData) -> dict[str, list[EntityTime]]:
    """The entities that sentences sum up, by what is said of them."""
    return {
        "found entities": list(data.found_entities),
        "not read": [entity for entity in data.entities if not entity.found],
        NOT_SHOWN: [entity for entity in data.entities if not (entity.found or entity.is_unanswered)],
        NOT_ANSWERED: [entity for entity in data.entities if entity.is_unanswered],
        "shared entities": [entity for entity in data.entities if len(entity.people) > 1],
    }


def _entity_time(book: FactBook, entity: EntityTime) -> str:
    return book.duration(entity.duration_seconds, about("time", entity=str(entity.key)), entity.entry_ids)


def _headline(book: FactBook, data: EnrichedData, frame: Frame) -> Section:
    sums, found = data.statistics, _seconds(data.found_entities)
    if not sums.total_entries:
        return Section(id="headline", title="")
    share = f"{book.share(found, sums.total_duration_seconds, about('found entities'))} of it on Fibery entities" if found else None
    if has_clear_lead(entity.duration_seconds for entity in data.entities):
        top = data.entities[0]
        lead: Part | None = Part("entity", _label(book, top), _entity_time(book, top))
    else:
        projects = seconds_by_project(share for person in data.people.values() for share in person.projects)
        lead = leading_project(book, projects)
    return headline_section(Headline(total_time(book, sums), share, lead), frame)


def _headlines(book: FactBook, data: EnrichedData) -> list[str]:
    top = data.entities[:_HEADLINES]
    if not top:
        return []
    parts = [f"{_label(book, entity)} with {_entity_time(book, entity)}" for entity in top]
    return [f"Among the entities, the most time went into {listed(parts)}."]


def _people(book: FactBook, data: EnrichedData, reports: PersonReports) -> Section:
    rows = [
        (
            book.person(person.user_name, key),
            total_time(book, person.statistics, key),
            matched_time(book, person.statistics, key),
            other_time(book, person.statistics, key),
            book.count(len(person.entities), about("entities", person=key)),
            "yes" if key in reports.reports else "no",
        )
        for key, person in by_name(data.people)
    ]
    table = Table(
        columns=("Person", "Total", "On entities", "Other", "Entities", "Own report"),
        rows=tuple(rows),
        numeric=(1, 2, 3, 4),
    )
    return Section(id="people", title="People", tables=(table,) if rows else ())


def _patterns(book: FactBook, data: EnrichedData) -> Section:
    total = data.statistics.total_duration_seconds
    shared = _kinds(data)["shared entities"]
    spent = book.duration(_seconds(shared), about("shared entities"))
    sentences = (f"{plural(book, len(shared), 'entity', 'entities')} had time from more than one person, {spent} in all.",)
    table = day_table(book, (share for person in data.people.values() for share in person.days), total)
    return Section(
        id="patterns",
        title="Patterns across the team",
        sentences=sentences if shared else (),
        tables=(table,) if table.rows else (),
        phrasable=bool(shared),
    )


def _allocation(book: FactBook, data: EnrichedData) -> list[Section]:
    total = data.statistics.total_duration_seconds
    projects = project_table(book, (share for person in data.people.values() for share in person.projects), total)
    by_type = [(name, _seconds(entities), about(f"type {name}")) for name, entities in entities_by_type(data).items()]
    told = [*by_type, (OTHER_ACTIVITIES, data.statistics.unmatched_duration_seconds, about("other activities"))]
    parts = [(name, spent, subject) for name, spent, subject in told if spent]
    shares = book.shares([spent for _, spent, _ in parts], total, [subject for _, _, subject in parts])
    rows = [
        (book.text(name, about("entity type")), book.duration(spent, subject), share)
        for (name, spent, subject), share in zip(parts, shares, strict=True)
    ]
    types = Table(columns=("Type", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))
    tables = tuple(table for table in (projects, types) if table.rows)
    return [Section(id="allocation", title="Allocation by project and type", tables=tables)]


def _matching(book: FactBook, data: EnrichedData) -> list[Section]:
    """Hours by what decided the match: how far the table of entities can be trusted."""
    return [steps_section(book, data.statistics.seconds_by_step, section="matching")] if data.statistics.total_entries else []


def _entities(book: FactBook, data: EnrichedData) -> Section:
    rows = [
        (
            _label(book, entity),
            book.state(entity.state, str(entity.key), is_final=entity.is_final) if entity.state else "",
            entity_context(book, data, entity),
            ", ".join(book.person(data.people[key].user_name, key) for key in entity.people),
            book.account(entity.duration_seconds, about("time", entity=str(entity.key)), entity.entry_ids),
        )
        for entity in data.entities
    ]
    table = Table(columns=("Entity", "State", "Context", "People", "Time"), rows=tuple(rows), numeric=(4,))
    return Section(id="entities", title="Entities", tables=(table,) if rows else ())


def _activities(book: FactBook, data: EnrichedData) -> Section:
    rows = [
        (
            activity_label(book, description),
            book.count(len(group), about(f"people of {description}")),
            book.account(rows_seconds(group), about(f"activity {description}"), rows_entry_ids(group)),
        )
        for description, group in activity_groups(data.people)
    ]
    table = Table(columns=("Activity", "People", "Time"), rows=tuple(rows), numeric=(1, 2))
    return Section(id="other_activities", title="Other activities", tables=(table,) if rows else ())


def _label(book: FactBook, entity: EntityTime) -> str:
    return entity_label(book, entity.name, entity.key, entity.url)


def _seconds(entities: Iterable[EntityTime]) -> int:
    return sum(entity.duration_seconds for entity in entities)
