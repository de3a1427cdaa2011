"""How reports and the check tell what looks wrong in the entries. Not here: what does."""

from datetime import timedelta

import pytest

from tests.domain.builders import (
    ANA,
    BEN,
    FRAME,
    LOGIN_TASK,
    NEW_YORK,
    PASSWORD,
    WeekRun,
    aggregated_week,
    busy_run,
    entry,
    moment,
    raw_week,
    run_week,
)
from volt_assets.domain.aggregation import aggregate
from volt_assets.domain.conservation import check_quality
from volt_assets.domain.drafts import Report, plain_text, render_markdown
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.facts import Fact, about
from volt_assets.domain.people import Person
from volt_assets.domain.quality import QualityLimits

HEADING = "\n## Data quality\n"
FULL_DAYS = [entry(day + 1, LOGIN_TASK, minutes=480, start=moment(day)) for day in range(5)]
TWICE = entry(21, "Call the bank", minutes=60, start=moment(1, 16))


def week(*more: TimeEntry, running: tuple[TimeEntry, ...] = (), so_far: bool = False) -> WeekRun:
    """Ana's five full days, and what else there is."""
    return run_week(raw_week(*FULL_DAYS, *more, running=running), frame=FRAME.model_copy(update={"so_far": so_far}))


def bullets(report: Report) -> list[str]:
    """What the report says of its data."""
    facts = {fact.id: fact for fact in report.facts}
    return [plain_text(bullet, facts) for section in report.sections if section.id == "data_quality" for bullet in section.bullets]


def of_ana(run: WeekRun) -> list[str]:
    return bullets(run.persons.reports[ANA.key])


def test_a_week_in_order_has_no_such_section() -> None:
    assert not [report.kind for report in week().reports if HEADING in render_markdown(report)]


def test_an_overlap_names_person_both_descriptions_and_the_doubled_time() -> None:
    run = week(TWICE)

    told = "“Fix the login form #12 [Scrum] [Task] [Pilot]” and “Call the bank” overlap on Tue 2025-10-07: 1h 00m counted twice."
    assert bullets(run.toggl) == [f"Ana Example: {told}"]
    assert of_ana(run) == [told]


def test_the_doubled_time_rests_on_the_entries_that_overlap() -> None:
    report = week(TWICE).toggl

    facts: list[Fact] = [fact for fact in report.facts if fact.subject == about("doubled", person=ANA.key)]
    assert [(fact.value, fact.entry_ids) for fact in facts] == [(3600, (2, 21))]


def test_of_many_that_overlap_two_are_named() -> None:
    [line] = of_ana(week(TWICE, entry(22, "Chat", minutes=10, start=moment(1, 16))))

    assert line.startswith("3 entries from Tue 2025-10-07 on overlap, among them “Fix the login form")
    assert line.endswith(": 1h 10m counted more than once.")


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (
            entry(21, "Move the cluster", seconds=95_400, start=moment(5)),
            "“Move the cluster” of Sat 2025-10-11 is one entry of 26h 30m, longer than a day.",
        ),
        (entry(21, "Release night", minutes=300, start=moment(2, 18)), "Wed 2025-10-08 has 13h 00m, more than 12h 00m."),
        (entry(21, "Timer test", seconds=0, start=moment(3)), "“Timer test” of Thu 2025-10-09 is an entry of 0h 00m."),
        (entry(21, " ", minutes=20, start=moment(3, 20)), "1 entry without description, 0h 20m."),
        (
            entry(21, "Sync", minutes=60, start=moment(5)).model_copy(update={"stop": moment(5, 11)}),
            "“Sync” of Sat 2025-10-11 counts 1h 00m as Toggl says; from start to stop it is 2h 00m.",
        ),
        (
            entry(21, "Late call", minutes=60, start=moment(0, 1) - timedelta(hours=10)),
            "“Late call” of Sun 2025-10-05 began outside this week; its 1h 00m count here, where Toggl has it.",
        ),
    ],
)
def test_each_oddity_is_one_line_in_the_toggl_and_the_persons_report(odd: TimeEntry, told: str) -> None:
    run = week(odd)

    assert bullets(run.toggl) == [f"Ana Example: {told}"]
    assert of_ana(run) == [told]


def test_days_without_entries_are_told_as_a_fact_that_may_be_leave() -> None:
    report = run_week(raw_week(*FULL_DAYS[1:4])).persons.reports[ANA.key]

    assert bullets(report) == ["No entries on Mon 2025-10-06 and Fri 2025-10-10."]
    assert "A weekday without entries may be leave, part-time work or a holiday." in render_markdown(report)


def test_a_running_entry_is_something_to_look_at_only_when_the_week_is_over() -> None:
    running = (entry(21, "Review", seconds=0, start=moment(4, 20)),)

    assert of_ana(week(running=running)) == ["“Review” of Fri 2025-10-10 still runs and counts nowhere."]
    assert of_ana(week(running=running, so_far=True)) == []


def test_a_persons_report_tells_nothing_of_anybody_elses_entries() -> None:
    run = week(entry(21, "Salary talk", BEN, minutes=800), entry(22, "Salary round", BEN, minutes=10))

    assert of_ana(run) == []
    assert len(bullets(run.persons.reports[BEN.key])) == 3
    assert "Salary" not in render_markdown(run.persons.reports[ANA.key])


def test_beyond_ten_lines_of_a_kind_the_rest_is_counted() -> None:
    zeros = [entry(100 + number, "Slip", seconds=0, start=moment(2)) for number in range(13)]

    told = bullets(week(*zeros).toggl)

    assert len(told) == 11
    assert told[-1] == "And 3 further ones of this kind."


def test_what_weighs_most_comes_first() -> None:
    told = bullets(week(entry(22, "", minutes=5, start=moment(3, 20)), TWICE, entry(23, BEN.name, BEN, seconds=90_000)).toggl)

    assert ["overlap" in told[0], "longer than a day" in told[1], "without description" in told[2], "No entries" in told[3]] == [True] * 4


def test_a_day_that_one_endless_entry_explains_is_not_told_twice() -> None:
    assert len(of_ana(week(entry(21, "Move the cluster", seconds=95_400, start=moment(5))))) == 1


def test_a_share_of_unmatched_time_above_the_limit_is_told_of_the_team() -> None:
    run = week(*(entry(30 + day, "Inbox", Person(user_id=7, name="Gil"), minutes=500, start=moment(day)) for day in range(5)))

    assert bullets(run.toggl) == ["51 % of the time names no Fibery entity in full, more than 50 %."]
    assert of_ana(run) == []


def test_a_description_is_shown_escaped_and_without_secrets() -> None:
    text = render_markdown(week(entry(21, f"*Reset*, password: {PASSWORD}", minutes=60, start=moment(1, 16))).toggl)

    assert "“\\*Reset\\*, password: \\[hidden\\]” overlap" in text


def test_the_team_report_recommends_to_correct_in_one_line() -> None:
    text = render_markdown(week(TWICE, entry(22, "Release night", minutes=300, start=moment(2, 18))).team)

    assert (
        "- 1 overlap (1h 00m counted more than once) and 1 day of one person with more than 12h 00m in the time entries: "
        "correct the times in Toggl (the Toggl summary lists them)."
    ) in text


def test_the_team_report_recommends_nothing_of_what_may_be_right() -> None:
    assert "time entries:" not in render_markdown(run_week(raw_week(entry(1, "", seconds=0))).team)


# The check


def test_the_check_passes_an_ordinary_week() -> None:
    finding = check_quality(aggregated_week(*FULL_DAYS), so_far=False)

    assert (finding.passed, finding.message) == (True, "Nothing to correct in 5 entries.")


def test_the_check_says_what_is_wrong_and_what_to_do() -> None:
    finding = check_quality(aggregated_week(*FULL_DAYS, TWICE), so_far=False)

    assert not finding.passed
    assert finding.message == (
        "1 overlap (1h 00m counted more than once), of user:101: correct the times in Toggl "
        "('Data quality' in toggl_summary.md lists them) and run week 2025-10-06 again."
    )
    assert (finding.numbers["overlaps"], finding.numbers["doubled_seconds"]) == (1, 3600)


@pytest.mark.parametrize(
    ("odd", "passes"),
    [
        (TWICE, False),
        (entry(21, LOGIN_TASK, seconds=90_000, start=moment(5, 9, NEW_YORK)), False),
        (entry(21, LOGIN_TASK, minutes=300, start=moment(2, 18)), False),
        (entry(21, "", minutes=10, start=moment(2, 18)), True),
        (entry(21, LOGIN_TASK, seconds=0, start=moment(2, 18)), True),
        (entry(21, LOGIN_TASK, BEN, start=moment(2)), True),
    ],
)
def test_what_may_be_right_fails_no_check(odd: TimeEntry, passes: bool) -> None:
    assert check_quality(aggregated_week(*FULL_DAYS, odd), so_far=False).passed is passes


def test_what_may_be_right_is_told_all_the_same() -> None:
    finding = check_quality(aggregated_week(*FULL_DAYS[:4], entry(21, "", minutes=10, start=moment(2, 18))), so_far=False)

    assert (
        finding.message == "Nothing to correct in 5 entries. Also: 1 entry without description and 1 weekday of somebody without entries."
    )


def test_a_running_entry_fails_the_check_only_when_the_week_is_over() -> None:
    aggregated = aggregate(raw_week(*FULL_DAYS, running=[entry(21, start=moment(4, 20))]), ())

    limits = QualityLimits(max_unmatched_percent=100)
    lenient = aggregated.model_copy(update={"quality": aggregated.quality.model_copy(update={"limits": limits})})
    assert check_quality(lenient, so_far=True).passed
    assert not check_quality(lenient, so_far=False).passed


def test_too_much_unmatched_time_fails_the_check_with_the_limit_and_the_remedy() -> None:
    finding = check_quality(aggregated_week(entry(1, "Inbox")), so_far=False)

    assert not finding.passed
    assert "100 % of the time names no entity in full, above data_quality.max_unmatched_percent (50)" in finding.message
    assert "write '#id [Space] [Type]'" in finding.message


def test_a_secret_leads_to_its_entry_and_is_not_repeated() -> None:
    run = busy_run()
    told = "Entry 8 of Thu 2025-10-09 (0h 30m) has something that looks like a secret in the text, hidden here: take it out in Toggl"

    assert told in render_markdown(run.persons.reports[ANA.key])
    assert f"Ana Example: {told}" in render_markdown(run.toggl)
    assert told not in render_markdown(run.persons.reports[BEN.key])
    assert "1 entry with something that looks like a secret in the text" in render_markdown(run.team)
