"""The Toggl summary: what the week's hours went into by Toggl alone. Not here: anything Fibery knows."""

from collections import defaultdict
from collections.abc import Sequence

from volt_assets.domain.aggregation import MatchedEntity, PersonTime, TogglAggregated, UnmatchedActivity
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.evidence import evidence_of
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.headlines import Headline, Part, headline_section, leading_project
from volt_assets.domain.quality_report import Recorded, quality_section
from volt_assets.domain.report_parts import (
    Frame,
    activity_label,
    billable_sentence,
    day_table,
    entity_label,
    has_clear_lead,
    plural,
    portions,
    project_label,
    project_table,
    scope_notes,
    sources,
    week_scope,
    week_words,
)
from volt_assets.domain.report_times import (
    activity_groups,
    activity_time,
    add_up_people,
    billable_time,
    by_name,
    entity_row_time,
    identity,
    matched_time,
    other_time,
    rows_entry_ids,
    rows_seconds,
    seconds_by_project,
    total_time,
)
from volt_assets.domain.sources import week_read
from volt_assets.domain.team_charts import toggl_charts
from volt_assets.domain.week_over_week import Whose, compare, toggl_time
from volt_assets.domain.week_time import TwoWeeks, WeekBefore


def write_toggl_summary(aggregated: TogglAggregated, frame: Frame, before: WeekBefore | None = None) -> Report:
    """The Toggl summary of a week, compared with the one before. Its per-person tables account for every entry."""
    book, scope = FactBook(evidence_of(aggregated), frame.day_pages()), week_scope(aggregated, aggregated.users)
    _add_up(book, aggregated)
    title = f"Toggl summary, {week_words(book, frame)}"
    weeks = TwoWeeks(toggl_time(aggregated), before)
    against = compare(book, weeks, frame, Whose(total_time(book, aggregated.statistics)))
    sections = [
        _opening(book, aggregated, frame),
        _executive_summary(book, aggregated),
        against.section,
        _people(book, aggregated),
        *(section for key, time in by_name(aggregated.users) for section in _person(book, key, time)),
        _entities(book, aggregated),
        _activities(book, aggregated),
        *_distribution(book, aggregated),
        _data_quality(book, aggregated, frame),
    ]
    return build_report(
        book,
        week=aggregated.week,
        kind="toggl_summary",
        title=title,
        subject="team",
        sections=sections,
        notes=(*scope_notes(book, frame, scope), *against.notes),
        sources=sources(frame, scope, week_read(before)),
        charts=toggl_charts(book, aggregated, weeks, frame),
    )


def _add_up(book: FactBook, aggregated: TogglAggregated) -> None:
    """Which times add up: people, their rows, and over all people entities, activities, days and projects."""
    sums, people = aggregated.statistics, aggregated.users
    add_up_people(book, sums, people)
    for _, rows in _entity_groups(aggregated):
        book.add_up(_entity_time(book, rows), [entity_row_time(book, row, key) for key, row in rows])


def _executive_summary(book: FactBook, aggregated: TogglAggregated) -> Section:
    sums = aggregated.statistics
    if not sums.total_entries:
        return Section(id="executive_summary", title="Executive summary", sentences=("No time was tracked in this week.",))
    parts = [(sums.matched_duration_seconds, about("on entities")), (sums.unmatched_duration_seconds, about("other activities"))]
    on_entities, other = portions(book, parts, sums.total_duration_seconds)
    sentences = [
        f"{plural(book, sums.people, 'person', 'people')} tracked {total_time(book, sums)} in "
        f"{plural(book, sums.total_entries, 'entry', 'entries')}.",
        f"{on_entities} was tracked with the Fibery entity named in full; {other} went to other activities.",
        *billable_sentence(book, sums),
        *_headline(book, aggregated),
    ]
    return Section(id="executive_summary", title="Executive summary", sentences=tuple(sentences), phrasable=True)


def _opening(book: FactBook, aggregated: TogglAggregated, frame: Frame) -> Section:
    sums, groups = aggregated.statistics, _entity_groups(aggregated)
    if not sums.total_entries:
        return Section(id="headline", title="")
    named = book.share(sums.matched_duration_seconds, sums.total_duration_seconds, about("on entities"))
    if has_clear_lead(rows_seconds(rows) for _, rows in groups):
        key, rows = groups[0]
        lead: Part | None = Part("entity", entity_label(book, rows[0][1].reference.title, key), _entity_time(book, rows))
    else:
        lead = leading_project(book, seconds_by_project(share for time in aggregated.users.values() for share in time.projects))
    share = f"{named} of it with the Fibery entity named in full" if sums.matched_duration_seconds else None
    return headline_section(Headline(total_time(book, sums), share, lead), frame)


def _headline(book: FactBook, aggregated: TogglAggregated) -> list[str]:
    groups = _entity_groups(aggregated)
    if not has_clear_lead(rows_seconds(rows) for _, rows in groups):
        return []
    key, rows = groups[0]
    label = entity_label(book, rows[0][1].reference.title, key)
    people = plural(book, len({person for person, _ in rows}), "person", "people", entity=str(key))
    return [f"The entity with the most time is {label}: {_entity_time(book, rows)} by {people}."]


def _people(book: FactBook, aggregated: TogglAggregated) -> Section:
    rows = [_people_row(book, key, time) for key, time in by_name(aggregated.users)]
    columns = ("Person", "Total", "On entities", "Other", "Billable", "Entries")
    return Section(id="people", title="People", tables=_tables(Table(columns=columns, rows=tuple(rows), numeric=(1, 2, 3, 4, 5))))


def _people_row(book: FactBook, key: str, time: PersonTime) -> tuple[str, ...]:
    sums = time.statistics
    return (
        book.person(time.user_name, key),
        total_time(book, sums, key),
        matched_time(book, sums, key),
        other_time(book, sums, key),
        billable_time(book, sums, key),
        book.count(sums.total_entries, about("entries", person=key)),
    )


def _person(book: FactBook, key: str, time: PersonTime) -> list[Section]:
    """A person's part: one sentence, their entities, their other activities."""
    sums = time.statistics
    name = book.person(time.user_name, key)
    sentence = (
        f"{name} tracked {total_time(book, sums, key)} on "
        f"{plural(book, len(time.matched_entities), 'entity', 'entities', person=key)} and "
        f"{plural(book, len(time.unmatched_activities), 'other activity', 'other activities', person=key)}."
    )
    entities = Table(
        columns=("Entity", "Project", "Time", "Entries"),
        rows=tuple(_entity_row(book, key, row) for row in time.matched_entities),
        numeric=(2, 3),
    )
    others = Table(
        columns=("Other activity", "Project", "Time", "Entries"),
        rows=tuple(_activity_row(book, key, row) for row in time.unmatched_activities),
        numeric=(2, 3),
    )
    return [Section(id=f"person.{time.user_id}", title=name, level=3, sentences=(sentence,), tables=_tables(entities, others))]


def _entity_row(book: FactBook, key: str, row: MatchedEntity) -> tuple[str, ...]:
    return (
        entity_label(book, row.reference.title, identity(row)),
        project_label(book, row.project),
        book.account(row.duration_seconds, about("time", person=key, entity=str(identity(row))), row.entry_ids),
        book.count(row.entries_count, about("entries", person=key, entity=str(identity(row)))),
    )


def _activity_row(book: FactBook, key: str, row: UnmatchedActivity) -> tuple[str, ...]:
    return (
        activity_label(book, row.description, key),
        project_label(book, row.project),
        book.account(row.duration_seconds, about(f"activity {row.description}", person=key), row.entry_ids),
        book.count(row.entries_count, about(f"entries of {row.description}", person=key)),
    )


def _entities(book: FactBook, aggregated: TogglAggregated) -> Section:
    rows = [
        (
            entity_label(book, group[0][1].reference.title, key),
            project_label(book, group[0][1].project),
            book.count(len({person for person, _ in group}), about("people", entity=str(key))),
            _entity_time(book, group),
        )
        for key, group in _entity_groups(aggregated)
    ]
    table = Table(columns=("Entity", "Project", "People", "Time"), rows=tuple(rows), numeric=(2, 3))
    return Section(id="matched_entities", title="Matched entities", tables=_tables(table))


def _entity_groups(aggregated: TogglAggregated) -> list[tuple[EntityKey, list[tuple[str, MatchedEntity]]]]:
    """Each entity once, with the rows of everybody who names it; most time first."""
    groups: dict[tuple[str, str, str], list[tuple[str, MatchedEntity]]] = defaultdict(list)
    for key, time in aggregated.users.items():
        for row in time.matched_entities:
            groups[row.entity_database.casefold(), row.entity_type.casefold(), row.entity_id].append((key, row))
    named = [(identity(rows[0][1]), rows) for rows in groups.values()]
    return sorted(named, key=lambda item: (-rows_seconds(item[1]), item[0].sort_key))


def _entity_time(book: FactBook, rows: Sequence[tuple[str, MatchedEntity]]) -> str:
    return book.duration(rows_seconds(rows), about("time", entity=str(identity(rows[0][1]))), rows_entry_ids(rows))


def _activities(book: FactBook, aggregated: TogglAggregated) -> Section:
    rows = [
        (
            activity_label(book, description),
            book.count(len(group), about(f"people of {description}")),
            activity_time(book, description, group),
        )
        for description, group in activity_groups(aggregated.users)
    ]
    table = Table(columns=("Activity", "People", "Time"), rows=tuple(rows), numeric=(1, 2))
    return Section(id="other_activities", title="Other activities", tables=_tables(table))


def _distribution(book: FactBook, aggregated: TogglAggregated) -> list[Section]:
    total = aggregated.statistics.total_duration_seconds
    days = [share for time in aggregated.users.values() for share in time.days]
    projects = [share for time in aggregated.users.values() for share in time.projects]
    tables = _tables(day_table(book, days, total), project_table(book, projects, total))
    return [Section(id="time_distribution", title="Time distribution", tables=tables)]


def _data_quality(book: FactBook, aggregated: TogglAggregated, frame: Frame) -> Section:
    people = [Recorded(key=key, name=time.user_name, quality=time.quality) for key, time in by_name(aggregated.users)]
    sums = aggregated.statistics
    unmatched = (sums.unmatched_duration_seconds, sums.total_duration_seconds)
    return quality_section(book, people, aggregated.quality, so_far=frame.so_far, unmatched=unmatched)


def _tables(*tables: Table) -> tuple[Table, ...]:
    return tuple(table for table in tables if table.rows)
