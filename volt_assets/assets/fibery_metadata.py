"""What a run tells of the Fibery side: figures for plots, previews, tables by user id. Not here: assets, what the figures mean."""

import dagster as dg

from volt_assets.assets.metadata import (
    Figure,
    Metadata,
    PersonRow,
    counts,
    hours,
    hours_text,
    matched_percent,
    people_table,
    person_row,
    seconds_metadata,
    so_far,
    split,
    sums_metadata,
)
from volt_assets.assets.previews import lines
from volt_assets.domain.alignment import WorkAlignment
from volt_assets.domain.alignment_rules import Category, Finding
from volt_assets.domain.coverage import CoverageReport
from volt_assets.domain.enrichment import EnrichedEntities
from volt_assets.domain.joining import EnrichedData, PersonWeek
from volt_assets.domain.matching import FiberyEntities, Outcome
from volt_assets.domain.person_report import PersonReports

_NOT_MATCHED = {
    Outcome.AMBIGUOUS: ("ambiguous_hours", "may mean several entities"),
    Outcome.NOT_FOUND: ("not_found_hours", "name an entity that Fibery does not show"),
    Outcome.UNKNOWN_TYPE: ("unknown_type_hours", "name a type that Fibery does not have"),
    Outcome.UNREACHABLE: ("unreachable_hours", "name an entity that could not be asked for"),
}


def matching_metadata(data: FiberyEntities, *, is_so_far: bool) -> Metadata:
    """How much of the week found its entity, by what decided."""
    sums, spent = data.statistics, data.statistics.seconds_by_outcome
    matched, total = _matched_and_total(data)
    share = f"{matched_percent(matched, total):.0f} % of {hours_text(total)} found their entity: {sums.entities} entities"
    points = [f"{hours_text(spent[kind])} {told}" for kind, (_, told) in _NOT_MATCHED.items() if spent.get(kind)]
    points += [f"{told}: {number}" for number, told in _databases(data) if number]
    return {
        **so_far(is_so_far),
        "preview": lines(f"{share} for {sums.references} references.", points),
        **split(matched, total),
        **counts(**{Figure.ENTITIES: sums.entities}, references=sums.references, rows_with_several_references=sums.several_references),
        **{name: hours(spent.get(kind, 0)) for kind, (name, _) in _NOT_MATCHED.items()},
        **counts(databases_that_failed=len(data.failures), databases_missing=len(data.missing_databases)),
        **counts(databases_without_titles=len(data.titles_not_compared)),
        "time_by_step": seconds_metadata("steps", sums.seconds_by_step),
    }


def _matched_and_total(data: FiberyEntities) -> tuple[int, int]:
    spent = data.statistics.seconds_by_outcome
    return spent.get(Outcome.MATCHED, 0), sum(spent.values())


def _databases(data: FiberyEntities) -> list[tuple[int, str]]:
    return [
        (len(data.failures), "databases that failed"),
        (len(data.missing_databases), "configured databases that Fibery does not have"),
        (len(data.titles_not_compared), "databases whose titles were not compared"),
    ]


def enrichment_metadata(data: EnrichedEntities, resolved: FiberyEntities, *, is_so_far: bool) -> Metadata:
    """How many entities Fibery told of, and how many stand open without time."""
    sums = data.statistics
    told = {
        "started, assigned to the week's people, without time": sums.assigned_without_time,
        "configured fields that do not exist": len(data.missing_fields),
        "databases that failed": len(data.failures),
    }
    points = [f"{what}: {number}" for what, number in told.items() if number]
    return {
        **so_far(is_so_far),
        "preview": lines(f"{sums.found} of {sums.entities} entities were found in Fibery.", points),
        **counts(**{Figure.ENTITIES: sums.entities}, entities_found=sums.found, entities_not_found=sums.entities - sums.found),
        **counts(assigned_without_time=sums.assigned_without_time),
        **split(*_matched_and_total(resolved)),
        **counts(fields_missing=len(data.missing_fields), databases_that_failed=len(data.failures)),
    }


def joined_metadata(data: EnrichedData) -> Metadata:
    """The week's sums, and everybody's."""
    sums = data.statistics
    share = matched_percent(sums.matched_duration_seconds, sums.total_duration_seconds)
    told = f"{hours_text(sums.total_duration_seconds)} of {sums.people} people: {share:.0f} % on {sums.entities} entities"
    in_part = sum(1 for one in data.earlier.weeks if one.gaps)
    return {
        **so_far(data.so_far),
        "preview": lines(f"{told}, {hours_text(sums.unmatched_duration_seconds)} on none.", _steps(data)),
        **sums_metadata(sums, sums.people),
        **counts(**{Figure.ENTITIES: sums.entities}),
        "billable_hours": hours(sums.billable_duration_seconds),
        "hours_by_person": people_table(map(_row, data.people.values())),
        **counts(earlier_weeks_read=len(data.earlier.weeks), earlier_weeks_in_part=in_part),
    }


def _steps(data: EnrichedData) -> list[str]:
    steps = sorted(data.statistics.seconds_by_step.items(), key=lambda step: -step[1])
    return [f"{hours_text(seconds)} by {name.replace('_', ' ')}" for name, seconds in steps if seconds and name != "none"]


def _row(person: PersonWeek) -> PersonRow:
    other = sum(row.duration_seconds for row in person.activities if row.outcome is None)
    return person_row(person.user_id, person.statistics, other)


def person_reports_metadata(data: PersonReports, week: EnrichedData, written: int) -> Metadata:
    """Everybody who has a report, with their time. `written` of the reports were made in this run, the others stay as they were."""
    people = [week.people[key] for key in data.reports]
    rows = [_row(person) for person in people]
    total, matched = sum(row.seconds for row in rows), sum(row.matched for row in rows)
    told = f"{len(rows)} reports of {hours_text(total)}: {matched_percent(matched, total):.0f} % on entities."
    points = [f"stay as they were stored: {len(rows) - written}"] if len(rows) > written else []
    points += [f"{len(data.without_report)} people get none, by `people.no_report`"] if data.without_report else []
    return {
        **so_far(week.so_far),
        "preview": lines(told, points),
        **split(matched, total),
        **counts(**{Figure.PEOPLE: len(rows), Figure.ENTRIES: sum(row.entries for row in rows)}),
        **counts(reports_written=written, people_without_report=len(data.without_report)),
        "hours_by_person": people_table(rows),
    }


def alignment_metadata(data: WorkAlignment, week: EnrichedData) -> Metadata:
    """Where Toggl and Fibery disagree, in hours, entities and things to do; to-do items by person."""
    sums, to_do = data.statistics, sum(data.statistics.to_do.values())
    not_started = sum(one.duration_seconds for one in data.alignments if one.finding is Finding.NOT_STARTED)
    later = sum(sum(one.later_seconds.values()) for one in data.alignments if one.finding is Finding.TIME_AFTER_CLOSING)
    on_cards = {"hours_on_work_not_started": not_started, "hours_after_closing": later}
    points = [f"{hours_text(not_started)} on work whose card is not started"] if not_started else []
    points += [f"{hours_text(later)} after the card was closed"] if later else []
    idle = sums.to_do[Category.ASSIGNED_WITHOUT_TIME]
    points += [f"started and assigned, without time, to be asked about: {idle}"] if idle else []
    return {
        **so_far(week.so_far),
        "preview": lines(f"To-do items: {to_do}, over {hours_text(week.statistics.matched_duration_seconds)} on entities.", points),
        **counts(to_do=to_do),
        **{name: hours(seconds) for name, seconds in on_cards.items()},
        **sums_metadata(week.statistics, week.statistics.people),
        **counts(**{f"entities_{name}": number for name, number in sums.entities.items()}),
        "to_do_by_person": _to_do_table(data, week),
    }


def _to_do_table(data: WorkAlignment, week: EnrichedData) -> dg.MetadataValue:
    """Whom how many items concern, by user id: an item may concern several people."""
    told = {week.people[key].user_id: number for key, number in data.statistics.to_do_by_person.items()}
    records = [dg.TableRecord({"person": f"user:{user_id}", "to_do": told[user_id]}) for user_id in sorted(told)]
    columns = [dg.TableColumn("person", "string"), dg.TableColumn("to_do", "int", description="Items that concern this person")]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))


def coverage_metadata(data: CoverageReport, week: EnrichedData) -> Metadata:
    """What the configuration does not cover, most pressing first."""
    to_confirm = sum(one.duration_seconds for one in data.to_confirm)
    gaps = {
        "types_not_configured": len(data.uncovered_types),
        "databases_missing": len(data.missing_databases),
        "fields_missing": len(data.missing_fields),
        "aliases_without_database": sum(one.lines for one in data.lost_aliases),
        "labels_unknown": len(data.unknown_labels),
        "people_not_joined": len(data.unjoined_people),
    }
    points = [f"{hours_text(to_confirm)} would be matched by confirming aliases"] if to_confirm else []
    points += [f"{name.replace('_', ' ')}: {number}" for name, number in gaps.items() if number]
    unmatched = f"{hours_text(data.statistics.unmatched_seconds)} of {hours_text(data.statistics.total_seconds)} are on no entity."
    return {
        **so_far(week.so_far),
        "preview": lines(f"{unmatched} {'What to do about it:' if points else 'The configuration covers all that is named.'}", points),
        "hours_to_confirm": hours(to_confirm),
        **counts(**gaps),
        **sums_metadata(week.statistics, week.statistics.people),
    }
