"""Which charts a report has, and that they show its own figures. Not here: how they are drawn."""

from collections.abc import Callable, Sequence

import pytest

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN,
    FRAME,
    WeekRun,
    as_week_before,
    busy_run,
    entry,
    moment,
    quiet_run,
    raw_week,
    record,
    run_week,
    untidy_run,
)
from tests.domain.charted import charts_of, charts_text, rows_of, stacked_seconds
from tests.domain.golden_files import golden
from tests.domain.hostile import hostile_run
from volt_assets.domain.chart_bars import MOST_BARS, MOST_PEOPLE
from volt_assets.domain.context import Estimate
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.earlier import EarlierTime
from volt_assets.domain.facts import FactKind, slot_id
from volt_assets.domain.people import Person
from volt_assets.domain.person_report import write_person_report
from volt_assets.domain.team_report import write_team_summary
from volt_assets.domain.week_over_week import fibery_time

BUSY = busy_run()
WEEKS = [pytest.param(run, id=run.__name__) for run in (busy_run, quiet_run, untidy_run, hostile_run)]


def ana(week: WeekRun) -> Report:
    return week.persons.reports[ANA.key]


def team_of(count: int) -> list[Person]:
    return [Person(user_id=1000 + at, name=f"Person {at:03}", email=f"p{at}@example.com") for at in range(count)]


@pytest.mark.parametrize(("name", "run"), [("busy", busy_run), ("quiet", quiet_run), ("untidy", untidy_run)])
def test_the_charts_read_as_the_stored_ones(name: str, run: Callable[[], WeekRun]) -> None:
    text = "\n".join(charts_text(report) for report in run().reports)

    assert text == golden(f"{name}_charts.txt", text)


@pytest.mark.parametrize("run", WEEKS)
def test_the_parts_of_every_chart_make_up_all_time_to_the_second(run: Callable[[], WeekRun]) -> None:
    week = run()
    total = week.data.statistics.total_duration_seconds

    assert stacked_seconds(week.team) == dict.fromkeys(("people", "days", "projects", "types", "steps"), total)
    assert stacked_seconds(week.toggl) == dict.fromkeys(("people", "days", "projects"), total)
    assert stacked_seconds(week.coverage.report) == {"steps": total}
    assert stacked_seconds(week.alignment.report) == {"categories": week.data.statistics.matched_duration_seconds}
    for key, report in week.persons.reports.items():
        person = week.data.people[key]
        kinds = ("types", "days", "projects") if person.entities else ("days", "projects")
        assert stacked_seconds(report) == dict.fromkeys(kinds, person.statistics.total_duration_seconds)


@pytest.mark.parametrize("run", WEEKS)
def test_every_chart_stands_in_a_section_of_its_report(run: Callable[[], WeekRun]) -> None:
    for report in run().reports:
        assert {chart.section for chart in report.charts} <= {section.id for section in report.sections}
        assert len(charts_of(report)) == len(report.charts) > 0


def test_what_is_made_for_charts_alone_comes_after_all_other_facts() -> None:
    for report in (*BUSY.reports, *hostile_run().reports):
        written = report.model_copy(update={"charts": ()}).model_dump_json(exclude={"facts", "sums", "accounts"})
        told = [f"{{f:{fact.id}}}" in written for fact in report.facts]
        drawn = [f"{{f:{fact.id}}}" in str(report.charts) for fact in report.facts]
        last = max(at for at, is_told in enumerate(told) if is_told)
        first = min(
            (at for at, (is_told, is_drawn) in enumerate(zip(told, drawn, strict=True)) if is_drawn and not is_told), default=last + 1
        )
        assert first > last


def test_a_table_and_a_chart_show_the_same_facts() -> None:
    [people] = [section.tables[0] for section in BUSY.team.sections if section.id == "people"]
    bars = charts_of(BUSY.team)["people"].bars

    assert [(row[0], row[1], row[2]) for row in people.rows] == [(bar.label, bar.whole, bar.values[0]) for bar in bars]


def test_time_of_a_reference_that_led_to_nothing_is_told_apart_from_time_without_a_reference() -> None:
    assert rows_of(BUSY.team, "people") == [
        "Ana Example | 6h 15m | 0h 55m | 0h 20m | 7h 30m",
        "Ben Muster | 3h 25m | 0h 15m | 0h 00m | 3h 40m",
        "Carla Sample | 0h 00m | 4h 00m | 0h 00m | 4h 00m",
    ]


def test_the_weeks_beside_each_other_have_everybody_of_either_week() -> None:
    week = untidy_run()

    assert rows_of(week.team, "weeks") == ["Everybody | 31h 40m | 15h 10m"]
    assert rows_of(week.team, "people-weeks")[-1] == "Carla Sample |  | 4h 00m"
    assert rows_of(week.toggl, "people-weeks") == rows_of(week.team, "people-weeks")


def test_the_times_of_the_week_before_add_up_as_shown() -> None:
    before = run_week(raw_week(entry(1, who=ANA, seconds=3630), entry(2, who=BEN, seconds=3630)))
    week = run_week(raw_week(entry(1, who=ANA, minutes=30)), before=before)

    assert rows_of(week.team, "weeks") == ["Everybody | 0h 30m | 2h 01m"]
    assert rows_of(week.team, "people-weeks") == ["Ana Example | 0h 30m | 1h 01m", "Ben Muster |  | 1h 00m"]


def test_a_person_sees_the_weeks_with_what_changed_most() -> None:
    assert rows_of(ana(BUSY), "weeks") == [
        "Ana Example | 7h 30m | 9h 00m",
        "Fix the login form (Scrum/Task #12) | 4h 00m | 1h 50m",
        "Login form loses focus (Scrum/Bug #7) | 1h 30m | ",
        "Tidy the logs (Scrum/Task #99) | 0h 45m | ",
        "Write the release notes (Scrum/Task #13) |  | 0h 30m",
    ]


def test_a_colleagues_words_for_what_fibery_does_not_show_are_not_told_of_the_week_before() -> None:
    gone = "Salary talk #99 [Scrum] [Task]"
    before = run_week(raw_week(entry(1, gone, BEN, minutes=120), entry(2, "Tidy up #99 [Scrum] [Task]")))
    for now in (entry(1), entry(1, "Tidy up #99 [Scrum] [Task]", minutes=20)):
        week = run_week(raw_week(now, entry(2, gone, BEN)), before=before)
        assert "Tidy up (Scrum/Task #99)" in str(rows_of(ana(week), "weeks"))
        assert "in Tidy up (Scrum/Task \\#99) (" in render_markdown(ana(week))
        assert "Salary" not in ana(week).model_dump_json()


@pytest.mark.parametrize("reason", ["so far", "not stored", "nothing before"])
def test_weeks_that_are_not_compared_have_no_chart(reason: str) -> None:
    frame = FRAME.model_copy(update={"so_far": reason == "so far"})
    before = {"so far": BUSY, "not stored": None, "nothing before": run_week(raw_week())}[reason]
    week = run_week(raw_week(entry(1, who=ANA)), before=before, frame=frame)

    assert all("week" not in name for report in week.reports for name in charts_of(report))


def test_people_of_a_week_that_does_not_add_up_are_still_shown() -> None:
    time = fibery_time(BUSY.data)
    broken = as_week_before(time.model_copy(update={"team": time.team.model_copy(update={"seconds": time.team.seconds + 60})}))
    data = BUSY.data.model_copy(update={"earlier": EarlierTime(week_before=broken)})

    team = write_team_summary(data, BUSY.persons, BUSY.alignment, FRAME)

    assert rows_of(team, "weeks") == ["Everybody | 15h 10m | 15h 11m"]
    assert rows_of(team, "people-weeks")[0] == "Ana Example | 7h 30m | 7h 30m"


def test_an_empty_week_has_no_chart() -> None:
    for week in (run_week(raw_week()), run_week(raw_week(entry(1, minutes=0)))):
        assert [report.charts for report in week.reports] == [()] * len(week.reports)


def test_many_people_are_all_shown_in_charts_of_their_own() -> None:
    people = team_of(2 * MOST_PEOPLE + 1)
    before = run_week(raw_week(*(entry(at, who=one) for at, one in enumerate(people, start=1))))
    week = run_week(raw_week(*(entry(at, who=one, minutes=at) for at, one in enumerate(people, start=1))), before=before)
    charts = charts_of(week.team)

    for name in ("people", "people-weeks"):
        parts = [charts[f"{name}-{at}"] for at in (1, 2, 3)]
        assert [len(part.bars) for part in parts] == [20, 20, 21]
        assert [part.title[-8:] for part in parts] == [", 1 of 3", ", 2 of 3", ", 3 of 3"]
        assert [row.partition(" |")[0] for part in parts for row in rows_of(week.team, part.id)] == [one.name for one in people]


def test_the_last_bar_of_a_long_list_is_the_sum_of_the_rest() -> None:
    projects = [f"Project {at:02}" for at in range(MOST_BARS + 5)]
    week = run_week(raw_week(*(entry(at, minutes=100 - at, project=name) for at, name in enumerate(projects, start=1))))

    for report in (week.team, week.toggl, ana(week)):
        rows = rows_of(report, "projects")
        assert (len(rows), rows[0], rows[-2]) == (MOST_BARS, "Project 00 | 1h 39m", "Project 13 | 1h 26m")
        assert rows[-1] == "6 others | 8h 15m"


def test_a_list_of_as_many_as_there_is_room_for_is_whole() -> None:
    week = run_week(raw_week(*(entry(at, minutes=at, project=f"Project {at}") for at in range(1, MOST_BARS + 1))))

    assert len(rows_of(week.team, "projects")) == MOST_BARS
    assert "others" not in str(rows_of(week.team, "projects"))


def test_other_activities_stay_beside_many_types() -> None:
    entries = [entry(at, f"Thing #1 [Space {at:02}] [Task]", minutes=100 - at) for at in range(1, 21)]
    week = run_week(raw_week(*entries, entry(50, "Standup", minutes=500)))

    for report in (week.team, ana(week)):
        rows = rows_of(report, "types")
        assert (len(rows), rows[-2], rows[-1]) == (MOST_BARS, "7 others | 9h 41m", "(other activities) | 8h 20m")
        assert stacked_seconds(report)["types"] == week.data.statistics.total_duration_seconds


def test_time_on_no_entity_alone_has_no_chart_by_type() -> None:
    week = run_week(raw_week(entry(1, "Standup")))

    assert "types" not in charts_of(week.team)
    assert "types" not in charts_of(ana(week))


def test_a_person_with_a_single_entity_has_a_chart_by_type() -> None:
    assert rows_of(BUSY.persons.reports[BEN.key], "types")[1] == "Design/Work Version | 1h 00m"


def estimated(hours: Sequence[int]) -> WeekRun:
    """A week with as many tasks as there are estimates; each task took an hour."""
    records = [record("Scrum/Task", str(at), f"Task {at}", assignees=[ANA_IN_FIBERY]) for at in range(1, len(hours) + 1)]
    raw = raw_week(*(entry(at, f"Task {at} #{at} [Scrum] [Task]") for at in range(1, len(hours) + 1)))
    week = run_week(raw, records, users=[ANA_IN_FIBERY])
    estimates = {
        one.key.public_id: Estimate(value=spent, unit="HOURS", seconds=spent * 3600) for one, spent in zip(records, hours, strict=True)
    }
    entities = tuple(one.model_copy(update={"estimate": estimates[one.entity_id]}) for one in week.data.entities)
    data = week.data.model_copy(update={"entities": entities})
    persons = week.persons.model_copy(update={"reports": {ANA.key: write_person_report(data, ANA.key, FRAME)}})
    team = write_team_summary(data, persons, week.alignment, FRAME)
    return WeekRun(**{**week.__dict__, "data": data, "persons": persons, "team": team})


def test_estimates_stand_beside_what_was_taken_so_far() -> None:
    week = estimated([8])

    for report in (week.team, ana(week)):
        assert rows_of(report, "estimates") == ["Task 1 (Scrum/Task #1) | 8h 00m | 1h 00m"]
        assert charts_of(report)["estimates"].title == "Estimate and actual by everybody"
    [table] = [section.tables[0] for section in week.team.sections if section.id == "estimates"]
    assert [(row[0], row[2], row[4]) for row in table.rows] == [(bar.label, *bar.values) for bar in charts_of(week.team)["estimates"].bars]


def test_of_many_estimates_those_of_the_table_are_drawn() -> None:
    assert len(rows_of(estimated([8] * (MOST_BARS + 3)).team, "estimates")) == MOST_BARS


def test_a_secret_in_a_label_is_hidden() -> None:
    week = run_week(raw_week(entry(1, project="password: correct-horse-battery")))

    assert rows_of(week.team, "projects") == ["password: [hidden] | 1h 00m"]


def test_days_are_shown_in_their_order_with_their_weekday() -> None:
    week = run_week(raw_week(entry(1, start=moment(3)), entry(2, start=moment(0), minutes=5)))

    assert rows_of(week.team, "days") == ["Mon 2025-10-06 | 0h 05m", "Thu 2025-10-09 | 1h 00m"]


def test_every_value_of_a_chart_is_a_time() -> None:
    for report in (*BUSY.reports, *hostile_run().reports):
        facts = {fact.id: fact for fact in report.facts}
        values = [value for chart in report.charts for bar in chart.bars for value in (*bar.values, bar.whole) if value]
        assert {facts[slot_id(value)].kind for value in values} == {FactKind.DURATION}
