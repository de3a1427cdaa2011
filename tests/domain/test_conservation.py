"""No hour is ever lost or counted twice: from any week's entries to every report, and the checks that would tell."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN,
    BEN_IN_FIBERY,
    BERLIN,
    CARLA,
    DELETED_TASK,
    LOGIN_LINK,
    LOGIN_TASK,
    NEW_YORK,
    WeekRun,
    busy_records,
    busy_run,
    entry,
    moment,
    raw_week,
    run_week,
)
from tests.domain.charted import stacked_seconds
from volt_assets.domain.aggregation import entry_ids_of
from volt_assets.domain.conservation import (
    check_aggregated,
    check_found,
    check_in_one_week,
    check_joined,
    check_not_empty,
    check_person_reports,
    check_report,
    check_team,
    compare,
)
from volt_assets.domain.drafts import Report
from volt_assets.domain.entries import RawTogglData, TimeEntry
from volt_assets.domain.joining import person_entry_ids
from volt_assets.domain.people import Person
from volt_assets.domain.values import clean_text

ANA_AGAIN = Person(user_id=201, name="Ana Example", email=ANA.email)
EVERYBODY = st.sampled_from([ANA, BEN, CARLA, ANA_AGAIN, Person(user_id=202, name="")])
DESCRIPTIONS = st.one_of(
    st.sampled_from(
        [
            "",
            "   ",
            "Standup",
            " standup",
            LOGIN_TASK,
            LOGIN_LINK,
            f"{LOGIN_LINK} again",
            "fix the login form #12",
            "#12 [scrum] [task]",
            "#12 [Task] [Pilot]",
            DELETED_TASK,
            "#5",
            "#7",
            "#7 [Bug]",
            "#404",
            "#4 [Legacy] [Thing]",
            "#3 [Design] [Work_Version]",
            "#12 [Scrum] [Task] and #7 [Scrum] [Bug]",
            "PR #567",
            "password: correct-horse",
        ]
    ),
    st.text(max_size=12).map(clean_text),
)
STARTS = st.builds(moment, st.integers(0, 6), st.integers(0, 23), st.sampled_from([BERLIN, NEW_YORK]))
BROKEN = st.sampled_from([frozenset[str](), frozenset({"Scrum/Task"}), frozenset({"Scrum/Bug", "Design/Work Version"})])
DESCRIBED = st.tuples(
    EVERYBODY, DESCRIPTIONS, STARTS, st.integers(0, 100_000), st.booleans(), st.sampled_from([None, "Pilot", "Support", "A | B"])
)


def week_of(rows: Sequence[tuple[Person, str, object, int, bool, str | None]]) -> list[TimeEntry]:
    built = []
    for number, (who, description, start, seconds, billable, project) in enumerate(rows, start=1):
        built.append(
            entry(number, description, who, seconds=seconds, billable=billable, project=project).model_copy(update={"start": start})
        )
    return built


def ids_of(*reports: Report) -> list[int]:
    return sorted(entry_id for report in reports for account in report.accounts for entry_id in account.entry_ids)


def seconds_of(*reports: Report) -> int:
    return sum(account.seconds for report in reports for account in report.accounts)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(rows=st.lists(DESCRIBED, max_size=14), broken=BROKEN)
def test_every_entry_of_any_week_is_once_at_every_stage_and_in_every_report(
    rows: list[tuple[Person, str, object, int, bool, str | None]], broken: frozenset[str]
) -> None:
    entries = week_of(rows)
    ids, seconds = [one.id for one in entries], sum(one.seconds for one in entries)

    week = run_week(raw_week(*entries), busy_records(), users=[ANA_IN_FIBERY, BEN_IN_FIBERY], broken=broken)

    assert sorted(entry_id for time in week.aggregated.users.values() for entry_id in entry_ids_of(time)) == ids
    assert week.aggregated.statistics.total_duration_seconds == seconds
    assert sorted(entry_id for person in week.data.people.values() for entry_id in person_entry_ids(person)) == ids
    assert sum(sum(row.duration_seconds for row in person.rows) for person in week.data.people.values()) == seconds
    assert sum(week.data.statistics.seconds_by_step.values()) == seconds
    for reports in ([week.toggl], list(week.persons.reports.values()), [week.team], [week.alignment.report, week.coverage.report]):
        assert (ids_of(*reports), seconds_of(*reports)) == (ids, seconds)
    charted = [stacked_seconds(one) for one in (week.toggl, week.team, week.coverage.report)]
    assert {total for one in charted for total in one.values()} == ({seconds} if seconds else set())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=st.lists(DESCRIBED, max_size=10))
def test_every_persons_hours_are_the_same_at_every_stage(rows: list[tuple[Person, str, object, int, bool, str | None]]) -> None:
    entries = week_of(rows)
    expected = {who: sum(one.seconds for one in entries if one.user_id == who) for who in sorted({one.user_id for one in entries})}

    week = run_week(raw_week(*entries), busy_records(), users=[ANA_IN_FIBERY])

    people = week.data.people
    assert {time.user_id: sum(row.duration_seconds for row in time.rows) for time in week.aggregated.users.values()} == expected
    assert {person.user_id: person.statistics.total_duration_seconds for person in people.values()} == expected
    assert {people[key].user_id: seconds_of(report) for key, report in week.persons.reports.items()} == expected
    for key, report in week.persons.reports.items():
        assert {*stacked_seconds(report).values()} == {expected[people[key].user_id]} - {0}
    for time in week.aggregated.users.values():
        assert sum(share.duration_seconds for share in time.days) == expected[time.user_id]
        assert sum(share.duration_seconds for share in time.projects) == expected[time.user_id]
    for time_of_entity in week.data.entities:
        assert sum(time_of_entity.people.values()) == time_of_entity.duration_seconds


BUSY = busy_run()
USER_IDS = {key: person.user_id for key, person in BUSY.data.people.items()}


def without_first_account(report: Report) -> Report:
    return report.model_copy(update={"accounts": report.accounts[1:]})


def test_a_whole_week_passes_every_check() -> None:
    findings = [
        check_aggregated(BUSY.raw, BUSY.aggregated),
        check_joined(BUSY.raw, BUSY.data),
        check_report(BUSY.raw, BUSY.toggl),
        check_report(BUSY.raw, BUSY.team),
        check_person_reports(BUSY.raw, BUSY.persons, USER_IDS),
        check_team(BUSY.data, BUSY.persons, BUSY.team),
    ]

    assert [finding.message for finding in findings if not finding.passed] == []
    assert findings[0].message == f"{len(BUSY.raw.entries)} entries, 15h 10m: none lost, none doubled."
    assert findings[4].message == "3 reports, 15h 10m: each holds exactly its person's entries."
    assert findings[5].message == "3 persons' reports and 0 people without one make 15h 10m, as the team's report has it."
    assert findings[4].numbers == {"reports": 3, "seconds_here": 54600}


def raw() -> RawTogglData:
    return raw_week(entry(1, seconds=60), entry(2, seconds=30, who=BEN))


@pytest.mark.parametrize(
    ("ids", "seconds", "wrong"),
    [
        ([1], 60, {"entries_lost": 1, "seconds_here": 60}),
        ([1, 2, 2], 90, {"entries_doubled": 1}),
        ([1, 2, 3], 90, {"entries_not_in_the_week": 1}),
        ([1, 2], 91, {"seconds_in_toggl": 90, "seconds_here": 91}),
    ],
)
def test_a_lost_a_doubled_a_foreign_entry_and_a_wrong_sum_are_found(ids: list[int], seconds: int, wrong: dict[str, int]) -> None:
    finding = compare("toggl_summary", raw(), ids, seconds)

    assert not finding.passed
    assert wrong.items() <= finding.numbers.items()
    assert finding.message.startswith("toggl_summary does not hold the entries of raw_toggl_data: seconds in toggl 90")
    assert "Materialise toggl_summary for week 2025-10-06 again" in finding.message


def test_a_comparison_can_be_about_one_person() -> None:
    assert compare("person_report", raw(), [2], 30, among=frozenset({BEN.user_id})).passed


def test_a_stage_of_an_earlier_fetch_is_found() -> None:
    later = raw_week(*BUSY.raw.entries, entry(99, seconds=1))

    assert not check_aggregated(later, BUSY.aggregated).passed
    assert not check_joined(later, BUSY.data).passed
    assert check_report(later, BUSY.team).numbers["entries_lost"] == 1


def test_the_person_whose_report_differs_is_named() -> None:
    ana = without_first_account(BUSY.persons.reports[ANA.key])
    reports = BUSY.persons.model_copy(update={"reports": {**BUSY.persons.reports, ANA.key: ana}})

    finding = check_person_reports(BUSY.raw, reports, USER_IDS)

    assert not finding.passed
    assert finding.message.startswith(f"The report of user:{ANA.user_id}: person_report does not hold")
    assert "Materialise person_reports for week 2025-10-06 again" in finding.message
    assert "@" not in finding.message


def test_of_several_reports_that_differ_one_is_told_and_the_others_are_counted() -> None:
    reports = {key: without_first_account(report) for key, report in BUSY.persons.reports.items()}

    finding = check_person_reports(BUSY.raw, BUSY.persons.model_copy(update={"reports": reports}), USER_IDS)

    assert not finding.passed
    assert finding.message.endswith(f"The same of {len(reports) - 1} more.")


def test_a_report_of_somebody_who_is_not_in_the_week_any_more_is_found() -> None:
    ids = {key: user_id for key, user_id in USER_IDS.items() if key != ANA.key}

    finding = check_person_reports(BUSY.raw, BUSY.persons, ids)

    assert not finding.passed
    assert finding.message.startswith("The report of somebody who is not in the week any more: person_report does not hold")


def test_people_without_a_report_count_when_the_reports_are_added_up() -> None:
    week = run_week(BUSY.raw, busy_records(), no_report=frozenset({"ben@example.com", "user:103"}))

    finding = check_team(week.data, week.persons, week.team)

    assert finding.passed
    assert finding.numbers == {"seconds_in_person_reports": 27000, "seconds_without_report": 27600, "seconds_in_team_report": 54600}


def test_a_team_report_that_does_not_add_up_is_found() -> None:
    finding = check_team(BUSY.data, BUSY.persons, without_first_account(BUSY.team))

    assert not finding.passed
    assert "The persons' reports hold 54600 s, the team's 33000 s" in finding.message
    assert finding.message.endswith("then team_summary, for week 2025-10-06.")


@pytest.mark.parametrize(("neighbours", "passed"), [([], True), ([0, 0], True), ([0, 12], False)])
def test_an_empty_week_is_a_surprise_beside_full_ones(neighbours: list[int], *, passed: bool) -> None:
    finding = check_not_empty(raw_week(), neighbours)
    assert finding.passed is passed
    if not passed:
        assert finding.message.startswith(
            "Week 2025-10-06 has no entry at all, while the weeks beside have 0 and 12. Unless everybody was on leave"
        )
        assert finding.message.endswith("then materialise raw_toggl_data for week 2025-10-06 again.")


def test_an_entry_that_the_week_before_holds_too_counts_twice_and_is_named() -> None:
    before = raw_week(entry(7, start=moment(6, 23)), entry(1))
    finding = check_in_one_week(raw_week(entry(7, start=moment(6, 23)), entry(8)), [before])
    assert not finding.passed
    assert finding.numbers["seconds_in_two_weeks"] == 3600
    assert "7 (also in week 2025-10-06)" in finding.message
    assert finding.message.endswith("Run weekly_reports again for 2025-10-06, the earliest first.")


def test_weeks_without_a_common_entry_hold_each_once() -> None:
    finding = check_in_one_week(raw_week(entry(8)), [raw_week(entry(7)), raw_week()])
    assert finding.passed
    assert finding.message == "1 entry, none of them also in the stored weeks beside (2)."


def test_a_week_with_entries_is_no_surprise() -> None:
    assert check_not_empty(raw(), [0, 0]).message == "2 entries of 2 people."


@pytest.mark.parametrize(("references", "entities", "passed"), [(0, 0, True), (5, 1, True), (5, 0, False)])
def test_no_entity_for_many_references_is_a_surprise(references: int, entities: int, *, passed: bool) -> None:
    finding = check_found(references, entities)
    assert finding.passed is passed
    assert passed or finding.message.endswith("(volt-agent doctor does), then run fibery_refresh for this week.")


def test_a_broken_fibery_costs_no_hour() -> None:
    week: WeekRun = run_week(BUSY.raw, busy_records(), broken=frozenset({"Scrum/Task", "Scrum/Bug", "Design/Work Version"}))

    assert check_joined(BUSY.raw, week.data).passed
    assert check_report(BUSY.raw, week.team).passed
