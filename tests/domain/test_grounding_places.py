"""The checker of reports, of what stands where something else belongs: rows, states, days, shares, links, counts, text to paste."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.domain.builders import FRAME, HOSTS, LOGIN_TASK, busy_records, busy_run, entry, raw_week, run_week
from volt_assets.domain.context import EntityDates
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import Fact, FactBook, about
from volt_assets.domain.grounding import check_report_grounded
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.team_report import write_team_summary

BUSY = busy_run()
ANAS = BUSY.persons.reports["ana@example.com"]
Change = Callable[[Section], Section]


def found(report: Report) -> set[tuple[Check, str]]:
    return {(problem.check, problem.what) for problem in check_report_grounded(report, HOSTS).problems}


def with_section(report: Report, name: str, change: Change) -> Report:
    assert any(one.id == name for one in report.sections)
    return report.model_copy(update={"sections": tuple(change(one) if one.id == name else one for one in report.sections)})


def with_facts(report: Report, *facts: Fact) -> Report:
    return report.model_copy(update={"facts": (*report.facts, *facts)})


def with_text(report: Report, name: str, before: str, after: str) -> Report:
    def change(section: Section) -> Section:
        lines = tuple(line.replace(before, after) for line in section.sentences)
        bullets = tuple(line.replace(before, after) for line in section.bullets)
        assert (lines, bullets) != (section.sentences, section.bullets)
        return section.model_copy(update={"sentences": lines, "bullets": bullets})

    return with_section(report, name, change)


def first_table(section: Section, rows: Callable[[tuple[tuple[str, ...], ...]], tuple[tuple[str, ...], ...]]) -> Section:
    table, *others = section.tables
    return section.model_copy(update={"tables": (table.model_copy(update={"rows": rows(table.rows)}), *others)})


def slot(report: Report, what: str, entity: str | None = None) -> str:
    return next(f"{{f:{one.id}}}" for one in report.facts if one.subject.what == what and entity in (None, one.subject.entity))


def test_the_reports_themselves_are_right() -> None:
    assert found(ANAS) == found(BUSY.team) == set()


def test_a_row_that_stands_there_twice_is_wrong() -> None:
    twice = with_section(ANAS, "other_activities", lambda section: first_table(section, lambda rows: (*rows, rows[0])))

    assert found(twice) == {(Check.IDENTITY, "a line or row stands there twice")}


def test_a_row_of_time_that_only_a_sentence_tells_is_missing() -> None:
    [time] = {one for one in ANAS.accounts if one.seconds == 90 * 60}
    told = with_section(
        ANAS, "entities", lambda section: section.model_copy(update={"sentences": (*section.sentences, f"{{f:{time.fact}}}.")})
    )
    without = with_section(told, "entities.Scrum/Bug", lambda section: first_table(section, lambda rows: rows[1:]))

    assert (Check.IDENTITY, "the time of a row is told in no table") in found(without)


def test_a_state_that_is_written_out_is_no_state() -> None:
    written = with_section(
        ANAS,
        "entities.Scrum/Bug",
        lambda section: first_table(section, lambda rows: tuple((row[0], "Open", *row[2:]) for row in rows)),
    )

    assert found(written) == {(Check.STATE, "this is no state of Fibery's")}


@pytest.mark.parametrize("address", ["Scrum/Task/99", "Scrum/Bug/12", "Scrum/Task/112", "Scrum/Task/12/13", "Task/12"])
def test_a_link_that_leads_to_another_entity_is_wrong(address: str) -> None:
    facts = [
        one.model_copy(update={"url": f"https://acme.fibery.io/{address}"}) if one.url and one.subject.entity == "Scrum/Task #12" else one
        for one in ANAS.facts
    ]

    assert found(ANAS.model_copy(update={"facts": tuple(facts)})) == {(Check.ENTITY, "the link leads to another entity")}


def test_a_link_may_write_spaces_as_fibery_does() -> None:
    assert any(one.url == "https://acme.fibery.io/Design/Work_Version/3" for one in BUSY.team.facts)
    assert found(BUSY.team) == set()


def test_a_share_of_another_time_is_wrong() -> None:
    billable, other = (
        next(f"{{f:{one.id}}}" for one in BUSY.team.facts if one.subject.what == what and one.kind.value == "percent")
        for what in ("billable", "found entities")
    )
    swapped = with_text(BUSY.team, "executive_summary", billable, other)

    assert (Check.VALUE, "this is not the share of the time before it") in found(swapped)


def test_a_share_that_no_sum_has_moved_shows_its_own_value() -> None:
    facts = tuple(
        one.model_copy(update={"display": "38 %"}) if one.display == "40 %" and one.subject.what == "billable" else one
        for one in BUSY.team.facts
    )

    assert (Check.VALUE, "a fact shows something else than it holds") in found(BUSY.team.model_copy(update={"facts": facts}))


@pytest.mark.parametrize(("section", "what"), [("moved", "completion day"), ("alignment", "since")])
def test_a_day_of_nothing_that_the_line_names_is_wrong(section: str, what: str) -> None:
    report = BUSY.persons.reports["ben@example.com" if what == "since" else "ana@example.com"]
    other = next(f"{{f:{one.id}}}" for one in report.facts if one.subject.what == "day")

    assert {check for check, _ in found(with_text(report, section, slot(report, what), other))} & {Check.VALUE, Check.STATE}


def test_a_day_of_another_entity_is_wrong_and_no_mere_warning() -> None:
    book = FactBook()
    book.text("Thu 2025-10-09", about("completion day", entity="Scrum/Task #12"))
    foreign = book.facts[0].model_copy(update={"id": "t9000"})
    swapped = with_text(with_facts(ANAS, foreign), "moved", slot(ANAS, "completion day"), "{f:t9000}")

    assert (Check.VALUE, "this is a day of something else") in found(swapped)


def test_a_completion_lies_within_the_week() -> None:
    facts = tuple(
        one.model_copy(update={"value": "Wed 2025-10-15", "display": "Wed 2025-10-15"}) if one.subject.what == "completion day" else one
        for one in ANAS.facts
    )

    assert (Check.VALUE, "this is no day of the week") in found(ANAS.model_copy(update={"facts": facts}))


@pytest.mark.parametrize(("due", "is_wrong"), [(date(2025, 10, 5), False), (date(2025, 10, 12), False), (date(2025, 10, 13), True)])
def test_what_is_due_after_the_week_is_not_overdue_in_it(due: date, *, is_wrong: bool) -> None:
    run = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records())
    late = tuple(one.model_copy(update={"is_overdue": True, "dates": EntityDates(due=due)}) for one in run.data.entities)
    report = write_team_summary(run.data.model_copy(update={"entities": late}), run.persons, run.alignment, FRAME)

    assert ((Check.STATE, "this was not due when the week ended") in found(report)) == is_wrong


def test_a_weekday_without_entries_is_one() -> None:
    facts = tuple(
        one.model_copy(update={"subject": about("week before")}) if one.subject.what == "weekday without entries" else one
        for one in ANAS.facts
    )

    assert (Check.VALUE, "this is no weekday without entries") in found(ANAS.model_copy(update={"facts": facts}))


def test_a_count_of_something_else_to_do_is_wrong() -> None:
    count = next(f"{{f:{one.id}}}" for one in BUSY.team.facts if one.subject.what.startswith("entities with time whose database"))
    other = next(f"{{f:{one.id}}}" for one in BUSY.team.facts if one.subject.what == "entities")

    assert (Check.VALUE, "this counts something else") in found(with_text(BUSY.team, "recommendations", count, other))


def test_the_day_of_an_entry_is_told_beside_it() -> None:
    ben = BUSY.toggl
    other = next(f"{{f:{one.id}}}" for one in ben.facts if one.subject.what == "day")

    assert (Check.VALUE, "this is not the day of an entry") in found(with_text(ben, "data_quality", slot(ben, "entry day"), other))


@pytest.mark.parametrize(
    "code", ["aliases:\n\u200b  a: b", "password: hunter2hunter2hunter2", "token: sk-abcdefghijklmnopqrstuvwxyz123456"]
)
def test_text_to_paste_holds_no_secret_and_nothing_that_nobody_sees(code: str) -> None:
    pasted = with_section(ANAS, "summary", lambda section: section.model_copy(update={"code": code}))

    assert {check for check, _ in found(pasted)} == {Check.MARKUP}
    assert found(with_section(ANAS, "summary", lambda section: section.model_copy(update={"code": "aliases:\n  a: b"}))) == set()


def test_two_entities_with_as_much_time_have_no_leader() -> None:
    run = run_week(raw_week(entry(1, LOGIN_TASK, minutes=50), entry(2, "Notes #13 [Scrum] [Task]", minutes=50)), busy_records())
    entity = slot(run.team, "entity", "Scrum/Task #12")
    times = [one for one in run.team.facts if one.subject == about("time", entity="Scrum/Task #12")]
    time = f"{{f:{times[0].id}}}"
    one = with_section(
        run.team,
        "executive_summary",
        lambda section: section.model_copy(update={"sentences": (f"The entity with the most time is {entity} with {time}.",)}),
    )

    assert found(one) == {(Check.SIGN, "something else had as much time")}
