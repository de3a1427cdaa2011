"""Whether every second of a week is where it belongs, recomputed from entry ids. Not here: reading files, Dagster's checks."""

from collections import Counter
from collections.abc import Iterable, Mapping

from volt_assets.domain.aggregation import TogglAggregated, entry_ids_of
from volt_assets.domain.drafts import Report, plain_text
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.facts import FactBook
from volt_assets.domain.joining import EnrichedData, person_entry_ids
from volt_assets.domain.person_report import PersonReports
from volt_assets.domain.quality import unmatched_percent
from volt_assets.domain.quality_report import TITLE, not_to_correct, to_correct
from volt_assets.domain.report_parts import listed
from volt_assets.domain.rounding import duration_text, percent_text
from volt_assets.domain.values import Value

_NAMED = 3
_ASSETS = {"person_report": "person_reports"}
"""The asset that writes a kind of report, where it has another name."""


class Finding(Value):
    """What a check found: whether all is well, in words, with the figures. `warns`: it wants a look, whatever the check's severity."""

    passed: bool
    message: str
    numbers: dict[str, int]
    warns: bool = False


def compare(
    stage: str, raw: RawTogglData, entry_ids: Iterable[int], claimed_seconds: int, *, among: frozenset[int] | None = None
) -> Finding:
    """Whether a stage holds exactly the week's entries, each once, and claims exactly their seconds.

    `among` restricts the comparison to the entries of these user ids.
    """
    expected = {entry.id: entry.seconds for entry in raw.entries if among is None or entry.user_id in among}
    held = Counter(entry_ids)
    lost, foreign = expected.keys() - held.keys(), held.keys() - expected.keys()
    doubled = [entry_id for entry_id, times in held.items() if times > 1]
    seconds = sum(expected.values())
    passed = not (lost or foreign or doubled) and seconds == claimed_seconds
    numbers = {
        "seconds_in_toggl": seconds,
        "seconds_here": claimed_seconds,
        "entries_lost": len(lost),
        "entries_doubled": len(doubled),
        "entries_not_in_the_week": len(foreign),
    }
    message = _whole(len(expected), seconds) if passed else _broken(stage, raw, numbers)
    return Finding(passed=passed, message=message, numbers={"entries": len(expected), **numbers})


def check_aggregated(raw: RawTogglData, aggregated: TogglAggregated) -> Finding:
    """Raw data against the aggregated week."""
    ids = (entry_id for time in aggregated.users.values() for entry_id in entry_ids_of(time))
    return compare("toggl_aggregated", raw, ids, aggregated.statistics.total_duration_seconds)


def check_joined(raw: RawTogglData, data: EnrichedData) -> Finding:
    """Raw data against the joined week; entities and activities together."""
    ids = [entry_id for person in data.people.values() for entry_id in person_entry_ids(person)]
    activities = sum(row.duration_seconds for person in data.people.values() for row in person.activities)
    return compare("enriched_data", raw, ids, sum(entity.duration_seconds for entity in data.entities) + activities)


def check_report(raw: RawTogglData, report: Report, *, among: frozenset[int] | None = None) -> Finding:
    """Raw data against the rows of a report that account for time."""
    ids = (entry_id for account in report.accounts for entry_id in account.entry_ids)
    return compare(report.kind, raw, ids, sum(account.seconds for account in report.accounts), among=among)


def check_person_reports(raw: RawTogglData, reports: PersonReports, user_ids: Mapping[str, int]) -> Finding:
    """Raw data against each person's report. The first person whose hours differ is told, by user id, and how many more there are.

    `user_ids` are of the week's people; a report of anybody else is one too many.
    """
    among = {key: frozenset({user_ids[key]} if key in user_ids else ()) for key in reports.reports}
    found = {key: check_report(raw, report, among=among[key]) for key, report in reports.reports.items()}
    wrong = [key for key, finding in found.items() if not finding.passed]
    if wrong:
        who = f"user:{user_ids[wrong[0]]}" if wrong[0] in user_ids else "somebody who is not in the week any more"
        more = f" The same of {len(wrong) - 1} more." if len(wrong) > 1 else ""
        return found[wrong[0]].model_copy(update={"message": f"The report of {who}: {found[wrong[0]].message}{more}"})
    seconds = sum(finding.numbers["seconds_here"] for finding in found.values())
    message = f"{len(found)} reports, {duration_text(seconds)}: each holds exactly its person's entries."
    return Finding(passed=True, message=message, numbers={"reports": len(found), "seconds_here": seconds})


def check_team(data: EnrichedData, reports: PersonReports, team: Report) -> Finding:
    """Whether the persons' reports, with the people who get none, add up to the team's."""
    written = sum(account.seconds for report in reports.reports.values() for account in report.accounts)
    silent = sum(data.people[key].statistics.total_duration_seconds for key in reports.without_report)
    total = sum(account.seconds for account in team.accounts)
    numbers = {"seconds_in_person_reports": written, "seconds_without_report": silent, "seconds_in_team_report": total}
    return _finding(
        written + silent == total,
        numbers,
        good=f"{len(reports.reports)} persons' reports and {len(reports.without_report)} people without one make {duration_text(total)}, "
        "as the team's report has it.",
        bad=f"The persons' reports hold {written + silent} s, the team's {total} s: materialise person_reports without a users filter, "
        f"then team_summary, for week {data.week}.",
    )


def check_not_empty(raw: RawTogglData, neighbours: Iterable[int]) -> Finding:
    """Zero entries are a surprise where the weeks beside have some. `neighbours` are their numbers of entries."""
    beside = list(neighbours)
    told = " and ".join(str(number) for number in beside)
    return _finding(
        raw.statistics.entries > 0 or not any(beside),
        {"entries": raw.statistics.entries},
        good=f"{_entries(raw.statistics.entries)} of {len({entry.user_id for entry in raw.entries})} people.",
        bad=f"Week {raw.week} has no entry at all, while the weeks beside have {told}. Unless everybody was on leave: check that "
        "TOGGL_API_TOKEN is an admin's of workspace TOGGL_WORKSPACE_ID (volt-agent doctor does), then materialise raw_toggl_data for "
        f"week {raw.week} again.",
    )


def check_in_one_week(raw: RawTogglData, neighbours: Iterable[RawTogglData]) -> Finding:
    """An entry belongs to the week of its start alone; one over the week's end must not be in both (`reference/toggl.md` 8.3)."""
    own = {entry.id: entry.seconds for entry in raw.entries}
    beside = list(neighbours)
    twice = {entry.id: week.week for week in beside for entry in week.entries if entry.id in own}
    weeks = " and ".join(str(week) for week in sorted({raw.week, *twice.values()}))
    told = ", ".join(f"{entry_id} (also in week {week})" for entry_id, week in sorted(twice.items())[:_NAMED])
    return _finding(
        not twice,
        {"entries": len(own), "entries_in_two_weeks": len(twice), "seconds_in_two_weeks": sum(own[entry_id] for entry_id in twice)},
        good=f"{_entries(len(own))}, none of them also in the stored weeks beside ({len(beside)}).",
        bad=f"Also in another stored week, so that their time counts twice: {_entries(len(twice))} of week {raw.week}: {told}. "
        f"Run weekly_reports again for {weeks}, the earliest first.",
    )


def check_found(references: int, entities: int) -> Finding:
    """No entity at all is a surprise where descriptions refer to some."""
    return _finding(
        entities > 0 or references == 0,
        {"references": references, "entities": entities},
        good=f"{entities} entities for {references} references." if references else "No description refers to an entity.",
        bad=f"{references} references and not one entity: check FIBERY_WORKSPACE_NAME, what FIBERY_API_TOKEN may read, and the "
        "databases in enrichment_config.yaml (volt-agent doctor does), then run fibery_refresh for this week.",
    )


def check_quality(aggregated: TogglAggregated, *, so_far: bool) -> Finding:
    """Whether the entries are plausible. What may be right as it is, such as a day without entries, is told and fails nothing."""
    book, sums, quality = FactBook(), aggregated.statistics, aggregated.quality
    part, whole = sums.unmatched_duration_seconds, sums.total_duration_seconds
    wrong, rest = to_correct(book, quality, so_far=so_far), not_to_correct(book, quality)
    facts = {fact.id: fact for fact in book.facts}
    again = f"correct the times in Toggl ('{TITLE}' in toggl_summary.md lists them) and run week {aggregated.week} again"
    told = [f"{plain_text(listed(wrong), facts)}, of {_whose(aggregated, so_far=so_far)}: {again}"]
    problems = told if wrong else []
    if unmatched_percent(part, whole) > quality.limits.max_unmatched_percent:
        problems.append(
            f"{percent_text(part, whole)} of the time names no entity in full, above data_quality.max_unmatched_percent "
            f"({quality.limits.max_unmatched_percent:g}): write '#id [Space] [Type]' or the entity's link into descriptions"
        )
    beside = f" Also: {plain_text(listed(rest), facts)}." if rest else ""
    numbers = {**quality.counts.model_dump(), "people_with_something_to_look_at": quality.people}
    good = f"Nothing to correct in {_entries(sums.total_entries)}.{beside}"
    return _finding(not problems, numbers, good=good, bad=f"{'; '.join(problems)}.{beside}")


def _finding(passed: bool, numbers: dict[str, int], *, good: str, bad: str) -> Finding:
    return Finding(passed=passed, message=good if passed else bad, numbers=numbers)


def _whose(aggregated: TogglAggregated, *, so_far: bool) -> str:
    """Whose entries somebody should correct, by user id."""
    wrong = [
        f"user:{time.user_id}"
        for time in aggregated.users.values()
        if time.quality.overlaps or time.quality.over_24_hours or time.quality.long_days or (time.quality.running and not so_far)
    ]
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    return f"{', '.join(wrong[:_NAMED])}{more}"


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


def _whole(entries: int, seconds: int) -> str:
    return f"{_entries(entries)}, {duration_text(seconds)}: none lost, none doubled."


def _broken(stage: str, raw: RawTogglData, numbers: Mapping[str, int]) -> str:
    asset = _ASSETS.get(stage, stage)
    told = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in numbers.items())
    remedy = f"Materialise {asset} for week {raw.week} again, and what comes before it; if it stays, report it as a fault of Volt."
    return f"{stage} does not hold the entries of raw_toggl_data: {told}. {remedy}"
