"""The checker of charts: errors that were planted in a bar are found, and nothing else is."""

from collections.abc import Callable, Iterator

import pytest

from tests.domain.builders import ANA, BEN, HOSTS, busy_run, entry, raw_week, run_week
from tests.domain.charted import charts_of
from tests.domain.test_charts import estimated
from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import Fact, slot_id
from volt_assets.domain.grounding import check_report_grounded
from volt_assets.domain.grounding_claims import Problem
from volt_assets.domain.grounding_words import Check

BUSY = busy_run()
TEAM, ANAS = BUSY.team, BUSY.persons.reports[ANA.key]


def problems(report: Report, name: str, change: Callable[[Chart], Chart]) -> list[Problem]:
    """What is found in a report with one chart changed."""
    charts = tuple(change(chart) if chart.id == name else chart for chart in report.charts)
    assert charts != report.charts
    return list(check_report_grounded(report.model_copy(update={"charts": charts}), HOSTS).problems)


def with_bar(at: int, change: Callable[[Bar], Bar]) -> Callable[[Chart], Chart]:
    def changed(chart: Chart) -> Chart:
        bars = [*chart.bars]
        bars[at] = change(bars[at])
        return chart.model_copy(update={"bars": tuple(bars)})

    return changed


def with_fact(report: Report, name: str, change: Callable[[Fact], dict[str, object]]) -> Report:
    facts = tuple(fact.model_copy(update=change(fact)) if fact.id == name else fact for fact in report.facts)
    return report.model_copy(update={"facts": facts})


def labelled(label: str) -> Callable[[Bar], Bar]:
    return lambda bar: bar.model_copy(update={"label": label})


def label(report: Report, chart: str, at: int) -> str:
    return charts_of(report)[chart].bars[at].label


def value(report: Report, chart: str, at: int, series: int = 0) -> str:
    return charts_of(report)[chart].bars[at].values[series]


def valued(*values: str) -> Callable[[Bar], Bar]:
    return lambda bar: bar.model_copy(update={"values": values})


def test_the_charts_of_a_report_are_all_as_the_facts_have_them() -> None:
    for report in (*BUSY.reports, estimated([8]).team):
        assert report.charts
        assert check_report_grounded(report, HOSTS).problems == ()


def swapped() -> Iterator[object]:
    """Reports with a chart in which a bar has the label or the time of another."""
    for report, names in ((TEAM, ("people", "people-weeks", "days", "projects", "types", "steps")), (ANAS, ("weeks", "types", "days"))):
        for name in names:
            yield pytest.param(report, name, labelled(label(report, name, 1)), id=f"{report.kind} {name} label")
    yield pytest.param(TEAM, "days", valued(value(ANAS, "days", 1)), id="a person's day as the team's")
    yield pytest.param(TEAM, "projects", valued(value(TEAM, "types", 0)), id="a type's time as a project's")
    yield pytest.param(TEAM, "steps", labelled("a guess"), id="a label that nobody wrote")
    yield pytest.param(TEAM, "weeks", labelled(label(TEAM, "people", 0)), id="the team's weeks as a person's")
    yield pytest.param(TEAM, "people-weeks", labelled("Everybody"), id="a person's weeks as the team's")


@pytest.mark.parametrize(("report", "name", "change"), [*swapped()])
def test_a_bar_with_the_time_of_something_else_is_found(report: Report, name: str, change: Callable[[Bar], Bar]) -> None:
    assert Check.SCOPE in {problem.check for problem in problems(report, name, with_bar(0, change))}


def test_the_time_of_others_is_that_of_a_bar_that_says_so() -> None:
    entries = [entry(at, f"Thing #1 [Space {at}] [Task]", minutes=100 - at, project=f"Project {at + at // 3}") for at in range(1, 21)]
    report = run_week(raw_week(*entries)).team
    last, of_types = (charts_of(report)[name].bars[-1] for name in ("projects", "types"))

    assert check_report_grounded(report, HOSTS).problems == ()
    for at, change in ((0, labelled(last.label)), (0, valued(*last.values)), (-1, labelled("Everybody")), (-1, valued(*of_types.values))):
        assert Check.SCOPE in {problem.check for problem in problems(report, "projects", with_bar(at, change))}


def test_times_in_the_place_of_another_series_are_found() -> None:
    report = estimated([8]).team
    back = with_bar(0, lambda bar: bar.model_copy(update={"values": bar.values[::-1]}))

    assert [problem.check for problem in problems(report, "estimates", back)] == [Check.SCOPE, Check.SCOPE]
    assert Check.SCOPE in {problem.check for problem in problems(TEAM, "people-weeks", back)}
    assert Check.SCOPE in {problem.check for problem in problems(TEAM, "people", back)}


def test_an_estimate_of_a_person_is_everybodys_and_their_time_is_theirs() -> None:
    report = estimated([8]).persons.reports[ANA.key]
    all_time = valued(value(ANAS, "weeks", 0), value(ANAS, "weeks", 0, 1))

    assert check_report_grounded(report, HOSTS).problems == ()
    assert {problem.check for problem in problems(ANAS, "weeks", with_bar(1, all_time))} == {Check.SCOPE}


def test_time_on_one_entity_is_not_all_time_of_a_person() -> None:
    some = valued(value(ANAS, "weeks", 1), value(ANAS, "weeks", 1, 1))

    assert {problem.check for problem in problems(ANAS, "weeks", with_bar(0, some))} == {Check.SCOPE}


@pytest.mark.parametrize(("name", "at"), [("weeks", 1), ("days", 0), ("projects", 0), ("types", 0)])
def test_somebody_elses_time_in_a_persons_chart_is_found(name: str, at: int) -> None:
    slot = slot_id(value(ANAS, name, at))
    report = with_fact(ANAS, slot, lambda fact: {"subject": fact.subject.model_copy(update={"person": BEN.key})})

    assert (Check.SCOPE, "a bar shows the time of something else", slot) in {
        (problem.check, problem.what, problem.fact) for problem in check_report_grounded(report, HOSTS).problems
    }


def test_parts_that_do_not_make_up_their_whole_as_shown_are_found() -> None:
    slot = slot_id(value(TEAM, "people", 0, 1))
    report = with_fact(TEAM, slot, lambda _: {"display": "0h 56m"})

    assert "the parts of a bar do not make up its whole" in {problem.what for problem in check_report_grounded(report, HOSTS).problems}


def test_parts_that_do_not_make_up_their_whole_are_found() -> None:
    other = charts_of(TEAM)["people"].bars[1]
    wrong = with_bar(0, lambda bar: bar.model_copy(update={"whole": other.whole}))
    none = with_bar(0, lambda bar: bar.model_copy(update={"whole": ""}))

    assert {problem.check for problem in problems(TEAM, "people", wrong)} == {Check.IDENTITY, Check.SCOPE}
    assert [problem.check for problem in problems(TEAM, "people", none)] == [Check.IDENTITY]


@pytest.mark.parametrize("text", ["{f:d9999}", "12h 34m", "{f:c1}"])
def test_a_bar_of_what_is_no_time_of_the_report_is_found(text: str) -> None:
    [problem] = problems(TEAM, "days", with_bar(0, valued(text)))

    assert problem.check is Check.VALUE
    assert problem.section == "patterns"


def test_a_bar_with_too_few_times_is_found() -> None:
    [problem] = problems(TEAM, "weeks", with_bar(0, lambda bar: bar.model_copy(update={"values": bar.values[:1]})))

    assert (problem.check, problem.what) == (Check.VALUE, "a bar has not one time for each series")
    assert problem.sentence == "The team's time, week over week: Everybody | 15h 10m"


def test_a_bar_that_stands_there_twice_is_found() -> None:
    twice = problems(TEAM, "days", lambda chart: chart.model_copy(update={"bars": (*chart.bars, chart.bars[0])}))

    assert [problem.what for problem in twice] == ["a bar stands there twice"]


def test_a_chart_of_a_section_that_is_not_there_is_found() -> None:
    [problem] = problems(TEAM, "days", lambda chart: chart.model_copy(update={"section": "nowhere"}))

    assert problem.what == "the section of the chart is not in the report"
