"""The answers that the report service keeps between the pages of a walk."""

from datetime import date

import pytest

from volt_assets.sandbox.options import Options
from volt_assets.sandbox.timesheet import Timesheet
from volt_assets.sandbox.toggl_choice import Answers, ReportQuery
from volt_assets.sandbox.toggl_shown import Shown
from volt_assets.sandbox.world import World

WEEK = ReportQuery(start=date(2025, 10, 6), end=date(2025, 10, 12))


@pytest.fixture
def timesheet(world: World) -> Timesheet:
    return Timesheet(world)


@pytest.fixture
def answers(world: World, timesheet: Timesheet) -> Answers:
    return Answers(Shown(world, timesheet, Options()))


def day(number: int) -> ReportQuery:
    return ReportQuery(start=date(2025, 9, number), end=date(2025, 9, number))


def test_the_next_page_of_the_same_query_costs_no_search(answers: Answers) -> None:
    first = answers.answer(WEEK)

    assert len(first.rows) > 100
    assert answers.answer(ReportQuery(start=WEEK.start, end=WEEK.end)) is first


def test_an_edit_makes_every_kept_answer_old(answers: Answers, timesheet: Timesheet) -> None:
    first = answers.answer(WEEK)
    timesheet.delete(first.entries[0].entry_id)

    assert answers.answer(WEEK).entries == first.entries[1:]


def test_only_the_last_few_answers_are_kept(answers: Answers) -> None:
    first = answers.answer(day(1))
    for number in (2, 3, 4):
        answers.answer(day(number))
    assert answers.answer(day(1)) is first
    for number in (5, 6, 7, 8):
        answers.answer(day(number))

    again = answers.answer(day(1))
    assert again is not first
    assert again == first
