"""One person's report: what their week went into, with what Fibery says about it. Not here: other people, judgement."""

from collections.abc import Mapping, Sequence
from datetime import date

from volt_assets.domain.accomplishments import moved_section
from volt_assets.domain.alignment_report import own_alignment
from volt_assets.domain.alignment_rules import Alignment
from volt_assets.domain.context_report import context_lines, earlier_notes, entity_context, shared_reasons, shared_sentences
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.entity_types import TypeRows, add_up_types, entity_with_time, rows_by_type, type_sentences
from volt_assets.domain.evidence import evidence_of
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.headlines import Headline, Part, headline_section, leading_project
from volt_assets.domain.joining import EnrichedData, PersonWeek
from volt_assets.domain.people import named, slug
from volt_assets.domain.person_charts import person_charts
from volt_assets.domain.person_rows import PersonActivity, PersonEntity
from volt_assets.domain.quality_report import Recorded, quality_section
from volt_assets.domain.recommendations import overdue_lines
from volt_assets.domain.report_parts import (
    FIBERY_NOTE,
    NOT_ANSWERED,
    NOT_SHOWN,
    Frame,
    Scope,
    activity_label,
    billable_sentence,
    day_table,
    entity_label,
    has_clear_lead,
    listed,
    plural,
    project_label,
    project_table,
    scope_notes,
    sources,
    unread_sentences,
    week_words,
)
from volt_assets.domain.report_times import add_up_person, entity_row_time, other_time, seconds_by_project, total_time
from volt_assets.domain.sources import weeks_read_of
from volt_assets.domain.values import Value
from volt_assets.domain.week_over_week import Whose, compare, fibery_time
from volt_assets.domain.week_time import TwoWeeks


class PersonReports(Value):
    """The week's reports and their file names by person. `without_report`: whose hours count, but who get none by configuration."""

    week: date
    reports: dict[str, Report]
    files: dict[str, str]
    without_report: tuple[str, ...]

    @property
    def user_ids(self) -> dict[str, int]:
        """Toggl's user ids by person: the files are named by them."""
        return {key: int(file.removesuffix(".md").rpartition("-")[2]) for key, file in self.files.items()}


class ChosenReports(Value):
    """Which people's reports to write, and which stored ones stay."""

    week: date
    to_write: tuple[str, ...]
    kept: dict[str, Report]
    files: dict[str, str]
    without_report: tuple[str, ...]

    def merged(self, written: Mapping[str, Report]) -> PersonReports:
        """All reports of the week, by person."""
        reports = dict(sorted({**self.kept, **written}.items()))
        files = {key: self.files[key] for key in reports}
        return PersonReports(week=self.week, reports=reports, files=files, without_report=self.without_report)


def select_reports(data: EnrichedData, stored: PersonReports | None, *, wanted: Sequence[str], no_report: frozenset[str]) -> ChosenReports:
    """Whose reports to write: all, or the wanted ones while the others' stay.

    Somebody wanted who has no time in the week gets none, and what was stored of them goes.
    """
    people = {key: one.person for key, one in data.people.items()}
    silent = tuple(key for key, person in people.items() if {key, person.key, f"user:{person.user_id}"} & no_report)
    ids = {person.user_id for wish in wanted for person in named(wish, people.values())}
    to_write = tuple(
        key for key, person in people.items() if key not in silent and (not wanted or person.user_id in ids or _is_new(key, stored))
    )
    kept = {key: report for key, report in stored.reports.items() if key in people and key not in (*to_write, *silent)} if stored else {}
    files = {key: f"{slug(person)}.md" for key, person in people.items()}
    return ChosenReports(week=data.week, to_write=to_write, kept=kept, files=files, without_report=silent)


def write_person_report(data: EnrichedData, key: str, frame: Frame, alignments: Sequence[Alignment] = ()) -> Report:
    """The report of one person, with what of the week's `alignments` concerns them.

    Its tables account for every entry of theirs, and name nobody else.
    """
    book = FactBook(evidence_of(data, only=key), frame.day_pages(data.people[key].user_id))
    _add_up(book, data, key)
    person = data.people[key]
    name, total = book.person(person.user_name, key), total_time(book, person.statistics, key)
    title = f"{name}, {week_words(book, frame)}"
    whose = Whose(total, key=key, user_id=person.user_id, name=name)
    weeks = TwoWeeks(fibery_time(data), data.earlier.week_before)
    against = compare(book, weeks, frame, whose)
    sections = [
        _opening(book, data, key, frame),
        _summary(book, data, key),
        against.section,
        moved_section(book, data, key, frame),
        *_entities_by_type(book, data, key),
        _activities(book, key, person),
        _patterns(book, key, person),
        _to_do(book, data, key, alignments),
        quality_section(book, [Recorded(key=key, name=None, quality=person.quality)], data.quality, so_far=frame.so_far),
    ]
    scope = _own_scope(data, key, person)
    return build_report(
        book,
        week=data.week,
        kind="person_report",
        title=title,
        subject=key,
        sections=sections,
        notes=(*scope_notes(book, frame, scope), FIBERY_NOTE, *earlier_notes(book, data), *against.notes),
        sources=sources(frame, scope, weeks_read_of(data.earlier)),
        charts=person_charts(book, data, key, weeks, frame),
    )


def _to_do(book: FactBook, data: EnrichedData, key: str, alignments: Sequence[Alignment]) -> Section:
    """What Toggl and Fibery disagree about, and what is past its day."""
    own = own_alignment(book, data, key, alignments)
    return own.model_copy(update={"bullets": (*own.bullets, *overdue_lines(book, data, key))})


def _is_new(key: str, stored: PersonReports | None) -> bool:
    """Whether somebody has no stored report that could stay."""
    return stored is None or key not in stored.reports


def _own_scope(data: EnrichedData, key: str, person: PersonWeek) -> Scope:
    """The week's scope as far as it concerns this person: nobody else is named."""
    return Scope(
        source=data.source,
        is_joined=True,
        own_entries_only=data.own_entries_only,
        only_users=(key,) if data.only_users else (),
        names={key: person.user_name},
        running_entries=person.running_entries,
        excluded_entries=0,
        excluded_seconds=0,
        changes=data.changes.of(person.user_id) if data.changes else None,
        covered_days=data.covered_days,
    )


def _summary(book: FactBook, data: EnrichedData, key: str) -> Section:
    person = data.people[key]
    sums, whole = person.statistics, person.statistics.total_duration_seconds
    name = book.person(person.user_name, key)
    if not sums.total_entries:
        return Section(id="summary", title="Summary", sentences=(f"{name} has no finished time entry in this week.",))
    found = [row for row in person.entities if data.entity(row.entity).found]
    times = [(data.entity(row.entity), row.duration_seconds) for row in person.entities]
    entries = plural(book, sums.total_entries, "entry", "entries", person=key)
    entities = plural(book, len(found), "Fibery entity", "Fibery entities", person=key)
    share = book.share(_seconds(found), whole, about("found entities", person=key))
    sentences = [
        f"{name} tracked {total_time(book, sums, key)} in {entries}.",
        f"{_time(book, found, 'found entities', key)} ({share}) went into {entities}, {other_time(book, sums, key)} into other activities.",
        *unread_sentences(book, times, person.activities, key),
        *_headline(book, data, key, person),
        *billable_sentence(book, sums, key),
    ]
    return Section(id="summary", title="Summary", sentences=tuple(sentences), phrasable=True)


def _add_up(book: FactBook, data: EnrichedData, key: str) -> None:
    """Which times add up: the rows, and of those on entities what was found in Fibery and what was not."""
    add_up_person(book, key, data.people[key])
    for what, rows in _kinds(data, key).items():
        book.add_up(_time(book, rows, what, key), [entity_row_time(book, row, key) for row in rows])
    add_up_types(book, data, key)


def _kinds(data: EnrichedData, key: str) -> dict[str, list[PersonEntity]]:
    """A person's rows on entities by what sentences sum up."""
    rows = [(row, data.entity(row.entity)) for row in data.people[key].entities]
    return {
        "found entities": [row for row, entity in rows if entity.found],
        "not read": [row for row, entity in rows if not entity.found],
        NOT_SHOWN: [row for row, entity in rows if not (entity.found or entity.is_unanswered)],
        NOT_ANSWERED: [row for row, entity in rows if entity.is_unanswered],
    }


def _time(book: FactBook, rows: Sequence[PersonEntity], what: str, key: str) -> str:
    return book.duration(_seconds(rows), about(what, person=key))


def _seconds(rows: Sequence[PersonEntity]) -> int:
    return sum(row.duration_seconds for row in rows)


def _headline(book: FactBook, data: EnrichedData, key: str, person: PersonWeek) -> list[str]:
    if not has_clear_lead(row.duration_seconds for row in person.entities):
        return []
    top = person.entities[0]
    return [f"The entity with the most time is {entity_with_time(book, top, data.entity(top.entity), key)}."]


def _opening(book: FactBook, data: EnrichedData, key: str, frame: Frame) -> Section:
    person, found = data.people[key], _seconds(_kinds(data, key)["found entities"])
    sums = person.statistics
    if not sums.total_entries:
        return Section(id="headline", title="")
    told = book.share(found, sums.total_duration_seconds, about("found entities", person=key))
    if has_clear_lead(row.duration_seconds for row in person.entities):
        top = person.entities[0]
        entity = data.entity(top.entity)
        label = entity_label(book, entity.name if entity.found else top.title, entity.key, entity.url)
        lead: Part | None = Part("entity", label, entity_row_time(book, top, key))
    else:
        lead = leading_project(book, seconds_by_project(person.projects), key)
    return headline_section(Headline(total_time(book, sums, key), f"{told} of it on Fibery entities" if found else None, lead), frame)


def _entities_by_type(book: FactBook, data: EnrichedData, key: str) -> list[Section]:
    ordered = rows_by_type(data, key)
    if not ordered:
        return []
    entities = [data.entity(row.entity) for row in data.people[key].entities]
    sentences, told = (_entities_line(book, data, key), *shared_sentences(book, entities)), shared_reasons(entities)
    heading = Section(id="entities", title="Work on entities", sentences=sentences)
    return [heading, *(_type_section(book, data, one, told) for one in ordered)]


def _entities_line(book: FactBook, data: EnrichedData, key: str) -> str:
    missing = _kinds(data, key)["not read"]
    if not missing:
        return "Every entity was found in Fibery."
    return (
        f"{plural(book, len(missing), 'entity', 'entities', person=key)} with {_time(book, missing, 'not read', key)} "
        "could not be read from Fibery; the time stays, under the words of the time entry."
    )


def _type_section(book: FactBook, data: EnrichedData, one: TypeRows, told: Sequence[str]) -> Section:
    cells = [_entity_row(book, data, one.key, row) for row, _ in one.rows]
    table = Table(columns=("Entity", "State", "Context", "Project", "Time", "Entries"), rows=tuple(cells), numeric=(4, 5))
    labelled = [(entity_label(book, entity.name, entity.key, entity.url), entity) for _, entity in one.rows if entity.found]
    sentences, bullets = type_sentences(book, data, one), context_lines(book, labelled, told)
    title = book.text(one.name, about("entity type"))
    return Section(
        id=f"entities.{one.name}",
        title=title,
        level=3,
        sentences=sentences,
        bullets=bullets,
        tables=(table,),
        phrasable=bool(sentences),
    )


def _entity_row(book: FactBook, data: EnrichedData, key: str, row: PersonEntity) -> tuple[str, ...]:
    entity = data.entity(row.entity)
    return (
        entity_label(book, entity.name if entity.found else row.title, entity.key, entity.url),
        book.state(entity.state, str(entity.key), is_final=entity.is_final) if entity.state else "",
        "; ".join(part for part in (entity_context(book, data, entity), _also_named(book, row)) if part),
        project_label(book, row.project),
        book.account(row.duration_seconds, about("time", person=key, entity=str(entity.key)), row.entry_ids),
        book.count(row.entries_count, about("entries", person=key, entity=str(entity.key))),
    )


def _also_named(book: FactBook, row: PersonEntity) -> str:
    names = [book.text(name, about("also named", entity=str(row.entity))) for name in row.also_named]
    return f"its entries also name {listed(names)}, which {'has' if len(names) == 1 else 'have'} none of this time" if names else ""


def _activities(book: FactBook, key: str, person: PersonWeek) -> Section:
    rows = [_activity_row(book, key, row) for row in person.activities]
    table = Table(columns=("Activity", "Project", "Remark", "Time", "Entries"), rows=tuple(rows), numeric=(3, 4))
    return Section(id="other_activities", title="Other activities", tables=(table,) if rows else ())


def _activity_row(book: FactBook, key: str, row: PersonActivity) -> tuple[str, ...]:
    return (
        activity_label(book, row.description, key),
        project_label(book, row.project),
        activity_remark(book, row),
        book.account(row.duration_seconds, about(f"activity {row.description}", person=key), row.entry_ids),
        book.count(row.entries_count, about(f"entries of {row.description}", person=key)),
    )


def activity_remark(book: FactBook, row: PersonActivity) -> str:
    """Why a reference in an activity led to no entity; nothing where there is no reference."""
    if row.reason is None:
        return ""
    candidates = ", ".join(_candidate(book, candidate) for candidate in row.candidates)
    return f"{book.text(row.reason, about('reason'))}{f' (perhaps {candidates})' if candidates else ''}"


def _candidate(book: FactBook, candidate: EntityKey) -> str:
    return book.text(str(candidate), about("candidate"))


def _patterns(book: FactBook, key: str, person: PersonWeek) -> Section:
    total = person.statistics.total_duration_seconds
    tables = (day_table(book, person.days, total, key), project_table(book, person.projects, total, key))
    return Section(id="work_patterns", title="Work patterns", tables=tuple(table for table in tables if table.rows))
