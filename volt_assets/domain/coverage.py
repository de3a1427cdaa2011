"""What the configuration does not cover, each with the fix to paste. Not here: judging people, changing any file."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from volt_assets.domain.confirming import Confirmable, UnknownLabel, confirm_section, labels_section, to_confirm, unknown_labels
from volt_assets.domain.coverage_aliases import LostAlias, aliases_section, lost_aliases, without_lost
from volt_assets.domain.coverage_fit import (
    Configured,
    Correction,
    UncoveredType,
    UnjoinedPerson,
    corrections,
    uncovered_types,
    unjoined_people,
)
from volt_assets.domain.coverage_sections import databases_section, fields_section, people_section, types_section
from volt_assets.domain.drafts import Report, Section, Table, build_report
from volt_assets.domain.entities import EntityKey, RequestFailure
from volt_assets.domain.evidence import evidence_of
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.field_fit import MissingField
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.match_steps import steps_chart, steps_section
from volt_assets.domain.matching import FiberyEntities, Outcome
from volt_assets.domain.person_rows import PersonActivity
from volt_assets.domain.report_parts import FIBERY_NOTE, Frame, activity_label, plural, scope_notes, sources, week_scope, week_words
from volt_assets.domain.values import Value

_REMEDIES = (
    (("timeout", "timed out", "too long"), "A time-out is Fibery's own: try again later, when less is going on there."),
    (("permission", "forbidden", "access"), "Where Fibery speaks of permission or access, look at the rights of the token's user."),
)
_IF_IT_STAYS = "If it stays so, volt-agent doctor shows whether the configured databases and fields are still as they were."


class UnresolvedActivity(Value):
    """An activity of the week over all people, with why it has no entity (None: it names none)."""

    description: str
    outcome: Outcome | None
    reason: str | None
    people: int
    duration_seconds: int
    entry_ids: tuple[int, ...]


class SeveralNamed(Value):
    """Time under a description that names several entities: `entity` has it all, `also_named` have none of it."""

    person: str
    description: str
    entity: EntityKey
    also_named: tuple[str, ...]
    duration_seconds: int
    entry_ids: tuple[int, ...]


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
    lost_aliases: tuple[LostAlias, ...]
    corrections: tuple[Correction, ...]
    unjoined_people: tuple[UnjoinedPerson, ...]
    unresolved: tuple[UnresolvedActivity, ...]
    several_named: tuple[SeveralNamed, ...]
    to_confirm: tuple[Confirmable, ...]
    unknown_labels: tuple[UnknownLabel, ...]
    failures: tuple[RequestFailure, ...]
    statistics: CoverageStatistics
    report: Report


def cover(resolved: FiberyEntities, data: EnrichedData, *, configured: Configured, frame: Frame) -> CoverageReport:
    """What of the week the configuration does not cover. `configured` are its databases with their settings."""
    to_correct = corrections(resolved, data.missing_fields, configured)
    types, people = uncovered_types(data, resolved, configured, to_correct), unjoined_people(resolved)
    failures = tuple(dict.fromkeys((*data.failures, *([resolved.people_failure] if resolved.people_failure else []))))
    unresolved, several = _unresolved(data), _several_named(resolved)
    confirmable, lost = to_confirm(resolved, data), lost_aliases(resolved)
    labels = unknown_labels(without_lost(resolved.unknown_labels, resolved.stale_labels))
    book, scope = FactBook(evidence_of(data), frame.day_pages()), week_scope(data, data.people)
    title = f"Coverage, {week_words(book, frame)}"
    sections = [
        steps_section(book, data.statistics.seconds_by_step, section="summary"),
        types_section(book, types, to_correct),
        databases_section(book, to_correct),
        fields_section(book, to_correct, data.missing_fields),
        aliases_section(book, lost),
        people_section(book, people),
        labels_section(book, labels),
        confirm_section(book, confirmable, resolved.titles_not_compared),
        _several_section(book, data, several),
        _activities_section(book, unresolved),
        _failures_section(book, failures),
    ]
    return CoverageReport(
        week=data.week,
        uncovered_types=types,
        missing_databases=resolved.missing_databases,
        missing_fields=data.missing_fields,
        lost_aliases=lost,
        corrections=to_correct,
        unjoined_people=people,
        unresolved=unresolved,
        several_named=several,
        to_confirm=confirmable,
        unknown_labels=labels,
        failures=failures,
        statistics=_statistics(data),
        report=build_report(
            book,
            week=data.week,
            kind="coverage_report",
            title=title,
            subject="team",
            sections=sections,
            notes=(*scope_notes(book, frame, scope), FIBERY_NOTE),
            sources=sources(frame, scope),
            charts=steps_chart(book, data.statistics.seconds_by_step, section="summary"),
        ),
    )


def _statistics(data: EnrichedData) -> CoverageStatistics:
    return CoverageStatistics(
        total_seconds=data.statistics.total_duration_seconds,
        unmatched_seconds=data.statistics.unmatched_duration_seconds,
        seconds_by_step=data.statistics.seconds_by_step,
    )


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
        description=mask_secrets(description),
        outcome=told.outcome,
        reason=told.reason,
        people=len(rows),
        duration_seconds=sum(row.duration_seconds for row in rows),
        entry_ids=tuple(sorted(entry_id for row in rows for entry_id in row.entry_ids)),
    )


def _several_named(resolved: FiberyEntities) -> tuple[SeveralNamed, ...]:
    found = [
        SeveralNamed(
            person=one.person,
            description=mask_secrets(one.description),
            entity=one.entity,
            also_named=one.also_named,
            duration_seconds=one.duration_seconds,
            entry_ids=one.entry_ids,
        )
        for one in resolved.resolutions
        if one.entity and one.also_named
    ]
    return tuple(sorted(found, key=lambda one: (-one.duration_seconds, one.person, one.description)))


def _several_section(book: FactBook, data: EnrichedData, several: Sequence[SeveralNamed]) -> Section:
    """Descriptions that name more than one entity, by the id of the person who can part them."""
    title = "Descriptions that name several entities"
    if not several:
        return Section(id="several_named", title=title)
    rows = [
        (
            book.text(f"user:{data.people[one.person].user_id}", about("name", person=one.person)),
            activity_label(book, one.description),
            book.text(str(one.entity), about("entity with the time")),
            ", ".join(book.text(name, about("also named")) for name in one.also_named),
            book.duration(one.duration_seconds, about(f"activity {one.description}", person=one.person)),
        )
        for one in several
    ]
    sentence = (
        f"{plural(book, len(several), 'activity names', 'activities name')} more than one entity; "
        "the first that is certain has all the time. If another has it, or both, change or part the entry in Toggl."
    )
    table = Table(columns=("Person", "Activity", "Has the time", "Also named", "Time"), rows=tuple(rows), numeric=(4,))
    return Section(id="several_named", title=title, sentences=(sentence,), tables=(table,))


def _activities_section(book: FactBook, unresolved: Sequence[UnresolvedActivity]) -> Section:
    rows = [
        (
            activity_label(book, one.description),
            book.text(one.reason, about("reason")) if one.reason else "names no entity",
            book.count(one.people, about(f"people of {one.description}")),
            book.account(one.duration_seconds, about(f"activity {one.description}"), one.entry_ids),
        )
        for one in unresolved
    ]
    table = Table(columns=("Activity", "Why", "People", "Time"), rows=tuple(rows), numeric=(2, 3))
    sentence = f"{plural(book, len(rows), 'activity', 'activities')} without an entity."
    return Section(id="unmatched", title="Time without an entity", sentences=(sentence,), tables=(table,) if rows else ())


def _failures_section(book: FactBook, failures: Sequence[RequestFailure]) -> Section:
    said = " ".join(f"{one.code} {one.reason}" for one in failures).casefold()
    advice = [remedy for words, remedy in _REMEDIES if any(word in said for word in words)]
    bullets = [f"{book.text(one.database, about('database'))}: {book.text(one.reason, about(one.code))}" for one in failures]
    sentence = "What this report and the others say of these is not whole. Refresh the Fibery side of this week."
    title = "What Fibery could not be asked"
    return Section(id="failures", title=title, sentences=(sentence, *advice, _IF_IT_STAYS) if bullets else (), bullets=tuple(bullets))
