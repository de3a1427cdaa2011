"""The Toggl summary: what the week's hours went into by Toggl alone. Not here: anything Fibery knows."""

from collections import defaultdict

from volt_assets.domain.aggregation import MatchedEntity, PersonTime, TogglAggregated, UnmatchedActivity
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.quality_report import Recorded, quality_section
from volt_assets.domain.report_parts import (
    Frame,
    Scope,
    activity_label,
    billable_sentence,
    day_table,
    entity_label,
    has_clear_lead,
    plural,
    portion,
    project_label,
    project_table,
    scope_notes,
    week_words,
)


def write_toggl_summary(aggregated: TogglAggregated, frame: Frame) -> Report:
    """The Toggl summary of a week. Its per-person tables account for every entry."""
    book = FactBook()
    title = f"Toggl summary, {week_words(book, frame)}"
    sections = [
        _executive_summary(book, aggregated),
        _people(book, aggregated),
        *(section for key, time in _by_name(aggregated) for section in _person(book, key, time)),
        _entities(book, aggregated),
        _activities(book, aggregated),
        *_distribution(book, aggregated),
        _data_quality(book, aggregated, frame),
    ]
    notes = scope_notes(book, frame, toggl_scope(aggregated))
    return build_report(book, week=aggregated.week, kind="toggl_summary", title=title, subject="team", sections=sections, notes=notes)


def toggl_scope(aggregated: TogglAggregated) -> Scope:
    """What the week's data does not cover."""
    return Scope(
        source=aggregated.source,
        own_entries_only=aggregated.own_entries_only,
        only_users=aggregated.only_users,
        names={name: time.user_name for key, time in aggregated.users.items() for name in (key, time.user_email or key)},
        running_entries=aggregated.statistics.running_entries,
        excluded_entries=aggregated.statistics.excluded_entries,
        excluded_seconds=aggregated.statistics.excluded_seconds,
        changes=aggregated.changes,
        covered_days=aggregated.covered_days,
    )


def _executive_summary(book: FactBook, aggregated: TogglAggregated) -> Section:
    sums = aggregated.statistics
    if not sums.total_entries:
        return Section(id="executive_summary", title="Executive summary", sentences=("No time was tracked in this week.",))
    total = book.duration(sums.total_duration_seconds, about("total"))
    whole = sums.total_duration_seconds
    sentences = [
        f"{plural(book, sums.people, 'person', 'people')} tracked {total} in {plural(book, sums.total_entries, 'entry', 'entries')}.",
        f"{portion(book, sums.matched_duration_seconds, whole, 'team, on entities')} "
        "name their Fibery entity in full; "
        f"{portion(book, sums.unmatched_duration_seconds, whole, 'team, other')} "
        "went to other activities.",
        *billable_sentence(book, sums.billable_duration_seconds, whole, "team, billable"),
        *_headline(book, aggregated),
    ]
    return Section(id="executive_summary", title="Executive summary", sentences=tuple(sentences), phrasable=True)


def _headline(book: FactBook, aggregated: TogglAggregated) -> list[str]:
    rows = _merged_entities(aggregated)
    if not has_clear_lead(seconds for _, _, seconds in rows):
        return []
    people, row, seconds = rows[0]
    label = entity_label(book, row.reference.title, _key(row))
    return [
        f"The entity with the most time is {label}: {book.duration(seconds, about('time', entity=str(_key(row))))} by {plural(book, people, 'person', 'people')}."
    ]


def _people(book: FactBook, aggregated: TogglAggregated) -> Section:
    rows = [_people_row(book, key, time) for key, time in _by_name(aggregated)]
    columns = ("Person", "Total", "On entities", "Other", "Billable", "Entries")
    return Section(id="people", title="People", tables=_tables(Table(columns=columns, rows=tuple(rows), numeric=(1, 2, 3, 4, 5))))


def _people_row(book: FactBook, key: str, time: PersonTime) -> tuple[str, ...]:
    sums = time.statistics
    return (
        book.person(time.user_name, key),
        book.duration(sums.total_duration_seconds, about("total", person=key)),
        book.duration(sums.matched_duration_seconds, about("on entities", person=key)),
        book.duration(sums.unmatched_duration_seconds, about("other activities", person=key)),
        book.duration(sums.billable_duration_seconds, about("billable", person=key)),
        book.count(sums.total_entries, about("entries", person=key)),
    )


def _person(book: FactBook, key: str, time: PersonTime) -> list[Section]:
    """A person's part: one sentence, their entities, their other activities."""
    sums = time.statistics
    name = book.person(time.user_name, key)
    sentence = (
        f"{name} tracked {book.duration(sums.total_duration_seconds, about('total', person=key))} on "
        f"{plural(book, len(time.matched_entities), 'entity', 'entities')} and "
        f"{plural(book, len(time.unmatched_activities), 'other activity', 'other activities')}."
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
        entity_label(book, row.reference.title, _key(row)),
        project_label(book, row.project),
        book.account(row.duration_seconds, about("time", person=key, entity=str(_key(row))), row.entry_ids),
        book.count(row.entries_count, about("entries", person=key, entity=str(_key(row)))),
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
            entity_label(book, row.reference.title, _key(row)),
            project_label(book, row.project),
            book.count(people, about("people", entity=str(_key(row)))),
            book.duration(seconds, about("time", entity=str(_key(row)))),
        )
        for people, row, seconds in _merged_entities(aggregated)
    ]
    table = Table(columns=("Entity", "Project", "People", "Time"), rows=tuple(rows), numeric=(2, 3))
    return Section(id="matched_entities", title="Matched entities", tables=_tables(table))


def _merged_entities(aggregated: TogglAggregated) -> list[tuple[int, MatchedEntity, int]]:
    """Each entity once: how many people, a row that names it, all its seconds; most time first."""
    groups: dict[tuple[str, str, str], list[MatchedEntity]] = defaultdict(list)
    for time in aggregated.users.values():
        for row in time.matched_entities:
            groups[row.entity_database.casefold(), row.entity_type.casefold(), row.entity_id].append(row)
    merged = [(len(rows), rows[0], sum(row.duration_seconds for row in rows)) for rows in groups.values()]
    return sorted(merged, key=lambda item: (-item[2], _key(item[1]).sort_key))


def _activities(book: FactBook, aggregated: TogglAggregated) -> Section:
    groups: dict[str, list[UnmatchedActivity]] = defaultdict(list)
    for time in aggregated.users.values():
        for row in time.unmatched_activities:
            groups[row.description].append(row)
    seconds = {description: sum(row.duration_seconds for row in rows) for description, rows in groups.items()}
    rows = [
        (
            activity_label(book, description),
            book.count(len(groups[description]), about(f"people of {description}")),
            book.duration(spent, about(f"activity {description}")),
        )
        for description, spent in sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    ]
    table = Table(columns=("Activity", "People", "Time"), rows=tuple(rows), numeric=(1, 2))
    return Section(id="other_activities", title="Other activities", tables=_tables(table))


def _distribution(book: FactBook, aggregated: TogglAggregated) -> list[Section]:
    total = aggregated.statistics.total_duration_seconds
    days = [share for time in aggregated.users.values() for share in time.days]
    projects = [share for time in aggregated.users.values() for share in time.projects]
    tables = _tables(day_table(book, days, total, "team"), project_table(book, projects, total, "team"))
    return [Section(id="time_distribution", title="Time distribution", tables=tables)]


def _data_quality(book: FactBook, aggregated: TogglAggregated, frame: Frame) -> Section:
    people = [Recorded(key=key, name=time.user_name, quality=time.quality) for key, time in _by_name(aggregated)]
    sums = aggregated.statistics
    unmatched = (sums.unmatched_duration_seconds, sums.total_duration_seconds)
    return quality_section(book, people, aggregated.quality, so_far=frame.so_far, unmatched=unmatched)


def _by_name(aggregated: TogglAggregated) -> list[tuple[str, PersonTime]]:
    """People by name: no ranking of people by hours."""
    return sorted(aggregated.users.items(), key=lambda item: (item[1].user_name.casefold(), item[0]))


def _key(row: MatchedEntity) -> EntityKey:
    return EntityKey(space=row.entity_database, database=row.entity_type, public_id=row.entity_id)


def _tables(*tables: Table) -> tuple[Table, ...]:
    return tuple(table for table in tables if table.rows)
