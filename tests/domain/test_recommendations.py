"""Advice that follows from a week's data: what is overdue, and time on no entity."""

from datetime import date
from typing import Any

import pytest

from tests.domain.builders import FRAME, LOGIN_TASK, entry, moment, raw_week, record, run_week
from tests.domain.test_context_report import FEATURE, LATE, parent
from volt_assets.domain.context import EntityDates
from volt_assets.domain.drafts import plain_text
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.rollup import ParentTime
from volt_assets.domain.team_report import write_team_summary

TASKS = range(12, 17)
RUN = run_week(
    raw_week(*(entry(number, f"#{number} [Scrum] [Task]", start=moment(number - 12)) for number in TASKS)),
    [record("Scrum/Task", str(number), f"Task {number}") for number in TASKS],
)


def advice(*, late: int = 0, parents: tuple[ParentTime, ...] = (), data: EnrichedData = RUN.data, **changes: Any) -> list[str]:
    """The recommendations of a week in which so many of its tasks are overdue, the later the number the longer."""
    overdue = [
        one.model_copy(update={"dates": EntityDates(due=date(2025, 10, 11 - at)), "is_overdue": True, **changes}) if at < late else one
        for at, one in enumerate(data.entities)
    ]
    changed = data.model_copy(update={"entities": tuple(overdue), "parents": parents})
    report = write_team_summary(changed, RUN.persons, RUN.alignment, FRAME)
    facts = {fact.id: fact for fact in report.facts}
    return [plain_text(one, facts) for section in report.sections if section.id == "recommendations" for one in section.bullets]


def test_an_entity_with_time_that_is_overdue_is_named_with_its_deadline() -> None:
    assert advice(late=1) == [
        "1 entity is overdue, with time of its own or of what belongs to it: Task 12 (Scrum/Task #12), due 2025-10-11. Finish or replan it."
    ]


def test_of_several_the_longest_overdue_comes_first_and_three_are_named() -> None:
    [told] = advice(late=5)

    assert told == (
        "5 entities are overdue, with time of their own or of what belongs to them; the longest: Task 16 (Scrum/Task #16), due 2025-10-07, "
        "Task 15 (Scrum/Task #15), due 2025-10-08 and Task 14 (Scrum/Task #14), due 2025-10-09. Finish or replan them."
    )


def test_a_feature_counts_too_and_one_that_has_time_itself_only_once() -> None:
    assert f"Sign-in ({FEATURE}), due {LATE.deadline}" in advice(parents=(parent(),))[0]
    same = parent(entity=RUN.data.entities[0].key)
    assert advice(late=1, parents=(same,))[0].startswith("1 entity is overdue")


@pytest.mark.parametrize("done", [{"is_final": True}, {"state_type": "Finished"}])
def test_what_is_done_by_now_needs_nothing(done: dict[str, Any]) -> None:
    assert advice(late=2, **done) == []
    assert advice(parents=(parent(is_final=True),)) == []


def test_time_on_no_entity_is_worth_a_line_beyond_the_limit_alone() -> None:
    half = run_week(raw_week(entry(1, LOGIN_TASK), entry(2, "Inbox")), [record("Scrum/Task", "12", "Fix the login form")])
    more = run_week(raw_week(entry(1, LOGIN_TASK), entry(2, "Inbox", minutes=62)), [record("Scrum/Task", "12", "Fix the login form")])

    assert [one for one in advice(data=half.data) if "no Fibery entity" in one] == []
    assert [one for one in advice(data=more.data) if "no Fibery entity" in one] == [
        "51 % of the time is on no Fibery entity, more than 50 %: name the entity in the description (see the coverage report)."
    ]
