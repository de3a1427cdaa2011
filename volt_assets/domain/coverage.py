"""What the configuration does not cover, each with the fix to paste. Not here: judging people, changing any file."""

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import yaml

from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.enrichment import MissingField
from volt_assets.domain.entities import RequestFailure
from volt_assets.domain.facts import FactBook
from volt_assets.domain.joining import EnrichedData, PersonActivity
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.matching import FiberyEntities, MatchStep, Outcome
from volt_assets.domain.report_parts import FIBERY_NOTE, Frame, activity_label, data_scope, plural, scope_notes, week_words
from volt_assets.domain.values import Value

_STEPS: Mapping[MatchStep, str] = {
    MatchStep.LABELS: "number with labels",
    MatchStep.URL: "link",
    MatchStep.BARE_ID: "number alone, confirmed by a second signal",
    MatchStep.NONE: "no entity in Fibery",
}


class UncoveredType(Value):
    """A type that descriptions name and the configuration does not. `exists` tells whether Fibery has it; `fix` is YAML to paste."""

    space: str
    database: str
    exists: bool
    entities: int
    people: int
    duration_seconds: int
    fix: str


class UnresolvedActivity(Value):
    """An activity of the week over all people, with why it has no entity (None: it names none)."""

    description: str
    outcome: Outcome | None
    reason: str | None
    people: int
    duration_seconds: int
    entry_ids: tuple[int, ...]


class UnjoinedPerson(Value):
    """A person without a Fibery user of the same address. `fix` is YAML to paste, None where Toggl tells no e-mail."""

    person: str
    name: str
    fix: str | None


class CoverageStatistics(Value):
    """Seconds by what decided the match, and in all."""

    total_seconds: int
    unmatched_seconds: int
    seconds_by_step: dict[str, int]


class CoverageReport(Value):
    """What is not covered, and the report about it."""

    week: date
    uncovered_types: tuple[UncoveredType, ...]
    missing_databases: tuple[str, ...]
    missing_fields: tuple[MissingField, ...]
    unjoined_people: tuple[UnjoinedPerson, ...]
    unresolved: tuple[UnresolvedActivity, ...]
    failures: tuple[RequestFailure, ...]
    statistics: CoverageStatistics
    report: Report


def cover(resolved: FiberyEntities, data: EnrichedData, *, configured: Sequence[str], frame: Frame) -> CoverageReport:
    """What of the week the configuration does not cover."""
    types = _uncovered_types(data, resolved, configured)
    alone = [person for person in resolved.people if person.fibery_user is None and resolved.people_failure is None]
    people = tuple(_unjoined(person.person, person.name, person.email) for person in alone)
    failures = tuple(dict.fromkeys((*data.failures, *([resolved.people_failure] if resolved.people_failure else []))))
    unresolved = _unresolved(data)
    book = FactBook()
    title = f"Coverage, {week_words(book, frame)}"
    sections = [
        _summary(book, data),
        _types_section(book, types),
        _databases_section(book, resolved.missing_databases),
        _fields_section(book, data.missing_fields),
        _people_section(book, people),
        _activities_section(book, unresolved),
        _failures_section(book, failures),
    ]
    notes = (*scope_notes(book, frame, data_scope(data)), FIBERY_NOTE)
    return CoverageReport(
        week=data.week,
        uncovered_types=types,
        missing_databases=resolved.missing_databases,
        missing_fields=data.missing_fields,
        unjoined_people=people,
        unresolved=unresolved,
        failures=failures,
        statistics=CoverageStatistics(
            total_seconds=data.statistics.total_duration_seconds,
            unmatched_seconds=data.statistics.unmatched_duration_seconds,
            seconds_by_step=data.statistics.seconds_by_step,
        ),
        report=build_report(book, week=data.week, kind="coverage_report", title=title, subject="team", sections=sections, notes=notes),
    )


def _uncovered_types(data: EnrichedData, resolved: FiberyEntities, configured: Sequence[str]) -> tuple[UncoveredType, ...]:
    unknown = {one.entity for one in resolved.resolutions if one.outcome is Outcome.UNKNOWN_TYPE}
    groups = defaultdict(list)
    for entity in data.entities:
        if f"{entity.entity_database}/{entity.entity_type}" not in configured:
            groups[entity.entity_database, entity.entity_type].append(entity)
    found = [
        UncoveredType(
            space=space,
            database=database,
            exists=not any(entity.key in unknown for entity in entities),
            entities=len(entities),
            people=len({person for entity in entities for person in entity.people}),
            duration_seconds=sum(entity.duration_seconds for entity in entities),
            fix=_type_fix(space, database),
        )
        for (space, database), entities in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.duration_seconds, one.space, one.database)))


def _type_fix(space: str, database: str) -> str:
    entry = {f"{space}/{database}": {"activity": "default_enrich_entity", "max_concurrent": 3, "fields": []}}
    return str(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False))


def _unjoined(key: str, name: str, email: str | None) -> UnjoinedPerson:
    fix = str(yaml.safe_dump({"people": {"aliases": {email: "their-address@in-fibery"}}}, allow_unicode=True)) if email else None
    return UnjoinedPerson(person=key, name=name, fix=fix)


def _unresolved(data: EnrichedData) -> tuple[UnresolvedActivity, ...]:
    groups: dict[str, list[PersonActivity]] = defaultdict(list)
    for person in data.people.values():
        for row in person.activities:
            groups[row.description].append(row)
    found = [_unresolved_row(description, rows) for description, rows in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.duration_seconds, one.description)))


def _unresolved_row(description: str, rows: Sequence[PersonActivity]) -> UnresolvedActivity:
    told = next((row for row in rows if row.outcome), rows[0])
    return UnresolvedActivity(
        description=description,
        outcome=told.outcome,
        reason=told.reason,
        people=len(rows),
        duration_seconds=sum(row.duration_seconds for row in rows),
        entry_ids=tuple(sorted(entry_id for row in rows for entry_id in row.entry_ids)),
    )


def _summary(book: FactBook, data: EnrichedData) -> Section:
    total = data.statistics.total_duration_seconds
    steps = data.statistics.seconds_by_step
    rows = [
        (_STEPS[step], book.duration(steps[step.value], step.value), book.share(steps[step.value], total, step.value)) for step in _STEPS
    ]
    table = Table(columns=("What decided", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))
    sentence = f"What decided which entity the {book.duration(total, 'team total')} belong to:"
    return Section(id="summary", title="Hours by what decided the match", sentences=(sentence,), tables=(table,))


def _types_section(book: FactBook, types: Sequence[UncoveredType]) -> Section:
    if not types:
        return Section(id="uncovered_types", title="Types that are not configured")
    rows = tuple(_type_row(book, one) for one in types)
    return Section(
        id="uncovered_types",
        title="Types that are not configured",
        sentences=("These types are named in descriptions, but are not under enrichment_activities in config/enrichment_config.yaml.",),
        tables=(Table(columns=("Type", "In Fibery", "Entities", "People", "Time", "What to do"), rows=rows, numeric=(2, 3, 4)),),
        code=mask_secrets(_types_fix(types)),
    )


def _types_fix(types: Sequence[UncoveredType]) -> str:
    """The lines that configure all types that Fibery has."""
    return textwrap.indent("".join(one.fix for one in types if one.exists), "  ")


def _type_row(book: FactBook, one: UncoveredType) -> tuple[str, ...]:
    name = f"{one.space}/{one.database}"
    return (
        book.text(name, "type"),
        "yes" if one.exists else "no",
        book.count(one.entities, f"{name}, entities"),
        book.count(one.people, f"{name}, people"),
        book.duration(one.duration_seconds, name),
        "paste its lines below" if one.exists else "no such database in Fibery: correct the label, or the formula that writes it",
    )


def _databases_section(book: FactBook, missing: Sequence[str]) -> Section:
    bullets = tuple(book.text(name, "database") for name in missing)
    sentence = "Fibery has no databases of these configured names; correct config/enrichment_config.yaml, or check the token's rights."
    return Section(id="missing_databases", title="Databases that do not exist", sentences=(sentence,) if bullets else (), bullets=bullets)


def _fields_section(book: FactBook, missing: Sequence[MissingField]) -> Section:
    bullets = [f"{book.text(f'{one.database}: {one.field}', 'field')}{_nearest(book, one)}" for one in missing]
    sentence = "These configured fields are not in Fibery's schema and were not asked for."
    return Section(
        id="missing_fields",
        title="Fields that do not exist",
        sentences=(sentence,) if bullets else (),
        bullets=tuple(bullets),
    )


def _nearest(book: FactBook, one: MissingField) -> str:
    return f"; the nearest name is {book.text(one.nearest, 'field')}" if one.nearest else ""


def _people_section(book: FactBook, people: Sequence[UnjoinedPerson]) -> Section:
    bullets = [
        f"{book.person(one.name, one.person)}: "
        + (
            "set people.aliases in config/volt.yaml to their address in Fibery"
            if one.fix
            else "Toggl tells no e-mail, so nobody can be found"
        )
        for one in people
    ]
    sentence = "Nobody in Fibery could be found for these people, so their open work is not in any report."
    return Section(
        id="unjoined_people",
        title="People who could not be joined",
        sentences=(sentence,) if bullets else (),
        bullets=tuple(bullets),
    )


def _activities_section(book: FactBook, unresolved: Sequence[UnresolvedActivity]) -> Section:
    rows = [
        (
            activity_label(book, one.description, "activity"),
            book.text(one.reason, "reason") if one.reason else "names no entity",
            book.count(one.people, f"{one.description}, people"),
            book.account(one.duration_seconds, one.description, one.entry_ids),
        )
        for one in unresolved
    ]
    table = Table(columns=("Activity", "Why", "People", "Time"), rows=tuple(rows), numeric=(2, 3))
    sentence = f"{plural(book, len(rows), 'activity', 'activities')} without an entity."
    return Section(id="unmatched", title="Time without an entity", sentences=(sentence,), tables=(table,) if rows else ())


def _failures_section(book: FactBook, failures: Sequence[RequestFailure]) -> Section:
    bullets = [f"{book.text(one.database, 'database')}: {book.text(one.reason, one.code)}" for one in failures]
    return Section(id="failures", title="What Fibery could not be asked", bullets=tuple(bullets))
