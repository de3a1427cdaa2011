"""In every report what adds up in seconds adds up as shown, whatever the week."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import ANA, BEN, CARLA, LOGIN_TASK, busy_records, entry, moment, raw_week, run_week
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.facts import Fact, FactKind
from volt_assets.domain.people import Person

TEXTS = (LOGIN_TASK, "#7 [Scrum] [Bug]", "#99 [Scrum] [Task]", "#4 [Legacy] [Thing]", "Standup", "Inbox", "")
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(TEXTS),
        st.sampled_from((ANA, BEN, CARLA)),
        st.integers(0, 40_000),
        st.integers(0, 6),
        st.sampled_from((None, "A", "B")),
    ),
    min_size=1,
    max_size=14,
)


def minutes(fact: Fact) -> int:
    return read(fact.display)


def read(shown: str) -> int:
    if "<1m" in shown:
        return 0
    hours, rest = shown.removesuffix("m").split("h ")
    return 60 * int(hours) + int(rest)


def columns(report: Report) -> dict[str, int]:
    """The sum of the column of times in each table that holds all time, by the table's first heading."""
    found = {}
    for table in render_markdown(report).split("\n\n"):
        lines = [line.strip("| ").split(" | ") for line in table.splitlines()]
        if lines and lines[0][0] in {"Day", "Toggl project", "Person", "What decided"} and lines[0][1] in {"Time", "Total"}:
            found[lines[0][0]] = sum(read(cells[1]) for cells in lines[2:])
    return found


Row = tuple[str, Person, int, int, str | None]


def reports_of(rows: Iterable[Row]) -> list[Report]:
    entries = [
        entry(at, text, who, seconds=seconds, start=moment(day), project=project)
        for at, (text, who, seconds, day, project) in enumerate(rows, start=1)
    ]
    run = run_week(raw_week(*entries), busy_records())
    return [run.toggl, run.team, run.alignment.report, run.coverage.report, *run.persons.reports.values()]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ENTRIES)
def test_what_adds_up_adds_up_as_shown(rows: list[Row]) -> None:
    for report in reports_of(rows):
        facts = {fact.id: fact for fact in report.facts}
        assert report.sums or report.kind == "coverage_report"
        for one in report.sums:
            assert minutes(facts[one.whole]) == sum(minutes(facts[part]) for part in one.parts), facts[one.whole]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(ENTRIES)
def test_columns_of_times_add_up_in_the_text_itself(rows: list[Row]) -> None:
    toggl, team, _, _, *persons = reports_of(rows)
    for report in (toggl, team, *persons):
        [total] = {minutes(fact) for fact in report.facts if fact.subject.what == "total" and fact.subject.person == whose(report)}
        assert set(columns(report).values()) == {total}
        assert {"Day", "Toggl project"} <= columns(report).keys()


def whose(report: Report) -> str | None:
    return report.subject if report.kind == "person_report" else None


@settings(max_examples=30, deadline=None, derandomize=True)
@given(ENTRIES)
def test_columns_of_shares_make_100_percent_in_the_text_itself(rows: list[Row]) -> None:
    for report in reports_of(rows):
        if not sum(account.seconds for account in report.accounts):
            continue
        for table in re.split(r"\n\n", render_markdown(report)):
            lines = table.splitlines()
            if lines and lines[0].startswith("|") and lines[0].endswith("| Share |"):
                shares = [line.split(" | ")[-1].removesuffix(" % |") for line in lines[2:]]
                assert sum(0 if "<" in share else 100 if ">" in share else int(share) for share in shares) == 100, table


def test_a_time_is_never_more_than_two_minutes_from_the_exact_one_and_mostly_less_than_one() -> None:
    rows: list[Row] = [(TEXTS[at % 6], (ANA, BEN, CARLA)[at % 3], 977 * at % 9000, at % 5, None) for at in range(1, 40)]
    times = [fact for report in reports_of(rows) for fact in report.facts if fact.kind is FactKind.DURATION]

    off = [abs(60 * minutes(fact) - int(fact.value)) for fact in times]
    assert max(off) < 120
    assert sum(1 for seconds in off if seconds < 60) > 0.97 * len(off)
    assert len(off) > 100


@pytest.mark.parametrize("seconds", [0, 1, 29, 30, 59])
def test_a_time_without_a_minute_of_its_own_is_not_shown_as_none(seconds: int) -> None:
    [toggl, *_] = reports_of([("Standup", ANA, seconds, 0, None)])

    assert (r"\<1m" in render_markdown(toggl)) is (0 < seconds < 30)
