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
from volt_assets.domain.entities import RequestFailure
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.match_steps import steps_section
from volt_assets.domain.matching import FiberyEntities, Outcome
from volt_assets.domain.person_rows import PersonActivity
from volt_assets.domain.plans import MissingField
from volt_assets.domain.report_parts import FIBERY_NOTE, Frame, activity_label, data_scope, plural, scope_notes, week_words
from volt_assets.domain.values import Value


class UnresolvedActivity(Value):
    """An activity of the week over all people, with why it has no entity (None: it names none)."""

    description: str
    outcome: Outcome | None
    reason: str | None
    people: int
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
    to_confirm: tuple[Confirmable, ...]
    unknown_labels: tuple[UnknownLabel, ...]
    failures: tuple[RequestFailure, ...]
    statistics: CoverageStatistics
    report: Report


def cover(resolved: FiberyEntities, data: EnrichedData, *, configured: Configured, frame: Frame) -> CoverageReport:
    """What of the week the configuration does not cover. `configured` are its databases with their settings."""
    types, people = uncovered_types(data, resolved, configured), unjoined_people(resolved)
    to_correct = corrections(resolved, data.missing_fields, configured)
    failures = tuple(dict.fromkeys((*data.failures, *([resolved.people_failure] if resolved.people_failure else []))))
    unresolved = _unresolved(data)
    confirmable, lost = to_confirm(resolved, data), lost_aliases(resolved)
    labels = unknown_labels(without_lost(resolved.unknown_labels, resolved.stale_labels))
    book = FactBook()
    title = f"Coverage, {week_words(book, frame)}"
    sections = [
        _summary(book, data, resolved),
        types_section(book, types),
        databases_section(book, to_correct, resolved.missing_databases),
        fields_section(book, to_correct, data.missing_fields),
        aliases_section(book, lost),
        people_section(book, people),
        labels_section(book, labels),
        confirm_section(book, confirmable, resolved.titles_not_compared),
        _activities_section(book, unresolved),
        _failures_section(book, failures),
    ]
    notes = (*scope_notes(book, frame, data_scope(data)), FIBERY_NOTE)
    return CoverageReport(
        week=data.week,
        uncovered_types=types,
        missing_databases=resolved.missing_databases,
        missing_fields=data.missing_fields,
        lost_aliases=lost,
        corrections=to_correct,
        unjoined_people=people,
        unresolved=unresolved,
        to_confirm=confirmable,
        unknown_labels=labels,
        failures=failures,
        statistics=CoverageStatistics(
            total_seconds=data.statistics.total_duration_seconds,
            unmatched_seconds=data.statistics.unmatched_duration_seconds,
            seconds_by_step=data.statistics.seconds_by_step,
        ),
        report=build_report(book, week=data.week, kind="coverage_report", title=title, subject="team", sections=sections, notes=notes),
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
        description=description,
        outcome=told.outcome,
        reason=told.reason,
        people=len(rows),
        duration_seconds=sum(row.duration_seconds for row in rows),
        entry_ids=tuple(sorted(entry_id for row in rows for entry_id in row.entry_ids)),
    )


def _summary(book: FactBook, data: EnrichedData, resolved: FiberyEntities) -> Section:
    section = steps_section(book, data.statistics.seconds_by_step, section="summary")
    several = resolved.statistics.several_references
    told = f"{plural(book, several, 'activity names', 'activities name')} more than one entity; the first that exists has all the time."
    return section.model_copy(update={"sentences": (*((told,) if several else ()), *section.sentences)})


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
    bullets = [f"{book.text(one.database, about('database'))}: {book.text(one.reason, about(one.code))}" for one in failures]
    sentence = (
        "What this report and the others say of these is not whole. Refresh the Fibery side of this week; "
        "if it stays so, look at the rights of the token's user."
    )
    title = "What Fibery could not be asked"
    return Section(id="failures", title=title, sentences=(sentence,) if bullets else (), bullets=tuple(bullets))
