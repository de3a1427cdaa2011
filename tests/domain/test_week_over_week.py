"""What grew or shrank against the week before: said only of two weeks that hold all time of the same people."""

from datetime import date
from typing import Any

import pytest

from tests.domain.builders import (
    ANA,
    BEN,
    CARLA,
    FRAME,
    LOGIN_TASK,
    WeekRun,
    as_week_before,
    busy_run,
    entry,
    raw_week,
    record,
    run_week,
)
from volt_assets.domain.drafts import Report, plain_text
from volt_assets.domain.entries import DataSource, RawTogglData, TimeEntry
from volt_assets.domain.facts import FactKind
from volt_assets.domain.gaps import Gap
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.report_file import made_of
from volt_assets.domain.toggl_report import write_toggl_summary
from volt_assets.domain.week_over_week import fibery_time, toggl_time
from volt_assets.domain.week_time import Change, Missing, StoredFibery, StoredToggl, WeekBefore, WeekTime, changes, largest
from volt_assets.domain.wording import as_written

TASK = record("Scrum/Task", "12", "Fix the login form")
NOTES = record("Scrum/Task", "13", "Write the notes")
NOTES_TEXT = "Write the notes #13 [Scrum] [Task]"


def told(report: Report) -> list[str]:
    facts = {fact.id: fact for fact in report.facts}
    return [
        plain_text(as_written(one), facts) for section in report.sections if section.id == "week_over_week" for one in section.sentences
    ]


def notes(report: Report) -> list[str]:
    facts = {fact.id: fact for fact in report.facts}
    return [text for text in (plain_text(note, facts) for note in report.notes) if "ompared" in text]


def run(*entries: TimeEntry, before: WeekRun | None = None, **more: Any) -> WeekRun:
    return run_week(raw_week(*entries), [TASK, NOTES], before=before, **more)


def both(before: list[TimeEntry], now: list[TimeEntry], **more: Any) -> WeekRun:
    return run(*now, before=run(*before), **more)


def raw(**changed: Any) -> RawTogglData:
    return raw_week(entry(1, LOGIN_TASK)).model_copy(update=changed)


READ = "Compared with the stored week 2025-09-29."


def test_the_busy_week_is_compared_in_all_three_reports() -> None:
    busy = busy_run()

    assert told(busy.team) == [
        "15h 10m is 3h 05m (26 %) more than in the week before, which had 12h 05m.",
        "Among the entities, the largest changes are in Fix the login form (Scrum/Task #12) (4h 10m more), "
        "Onboarding *draft* (Design/Work Version #3) (2h 05m less) and Login form loses focus (Scrum/Bug #7) (1h 30m more).",
    ]
    assert told(busy.toggl)[1].startswith("By Toggl project, the largest changes are in Pilot (5h 55m more), time without a project (")
    assert told(busy.persons.reports[ANA.key])[0] == "7h 30m is 1h 30m (17 %) less than in the week before, which had 9h 00m."
    assert told(busy.persons.reports["user:103"]) == ["The week before has no time of Carla Sample."]
    assert all(notes(one) == [READ] for one in (busy.team, busy.toggl, *busy.persons.reports.values()))


def test_a_persons_report_compares_their_own_time_and_no_others() -> None:
    week = both([entry(1, LOGIN_TASK, minutes=90)], [entry(2, LOGIN_TASK, minutes=30), entry(3, NOTES_TEXT, BEN, minutes=600)])

    assert told(week.persons.reports[ANA.key]) == [
        "0h 30m is 1h 00m (67 %) less than in the week before, which had 1h 30m.",
        "Among the entities, the largest change is in Fix the login form (Scrum/Task #12) (1h 00m less).",
    ]


def test_a_growth_is_a_fact_with_its_sign_its_unit_and_its_subject() -> None:
    report = both([entry(1, LOGIN_TASK, minutes=90)], [entry(2, LOGIN_TASK, minutes=30)]).team
    grown = [fact for fact in report.facts if fact.kind is FactKind.GROWTH]

    assert [(fact.value, fact.unit, fact.display, fact.subject.entity) for fact in grown] == [
        (-3600, "s", "1h 00m", None),
        (-3600, "s", "1h 00m", "Scrum/Task #12"),
    ]


@pytest.mark.parametrize(("before", "now"), [(30, 90), (90, 30)])
def test_a_change_leads_to_the_entries_of_this_week_and_the_week_before_to_none(before: int, now: int) -> None:
    report = both([entry(1, LOGIN_TASK, minutes=before)], [entry(2, LOGIN_TASK, minutes=now)]).team
    facts, parts = {fact.id: fact for fact in report.facts}, made_of(report)

    def below(name: str) -> set[int]:
        return set(facts[name].entry_ids).union(*map(below, parts.get(name, ())))

    told = [fact for fact in report.facts if "week before" in fact.subject.what and fact.unit]
    assert {fact.subject.what for fact in told} == {"against the week before", "total of the week before"}
    assert [below(fact.id) for fact in told] == [set() if "total" in fact.subject.what else {2} for fact in told]


@pytest.mark.parametrize(("before", "now"), [(5429, 3570), (3570, 5429), (7230, 3629), (30, 29), (89, 31)])
def test_both_weeks_and_the_difference_add_up_as_shown(before: int, now: int) -> None:
    report = both([entry(1, LOGIN_TASK, seconds=before)], [entry(2, LOGIN_TASK, seconds=now)]).team
    facts = {fact.id: fact for fact in report.facts}
    [total] = [one for one in report.sums if any(facts[part].kind is FactKind.GROWTH for part in one.parts)]

    def minutes(name: str) -> int:
        shown = facts[name].display.replace("<1m", "0h 00m").removesuffix("m").split("h ")
        return 60 * int(shown[0]) + int(shown[1])

    assert minutes(total.whole) == sum(map(minutes, total.parts))


def test_below_an_hour_there_is_no_percentage() -> None:
    sentence = told(both([entry(1, LOGIN_TASK, minutes=10)], [entry(2, LOGIN_TASK, minutes=30)]).team)[0]

    assert sentence == "0h 30m is 0h 20m more than in the week before, which had 0h 10m."


def test_as_much_time_and_no_time_before_are_told_in_words() -> None:
    assert told(both([entry(1, LOGIN_TASK)], [entry(2, LOGIN_TASK)]).team) == ["1h 00m is as much as in the week before."]
    assert told(both([], [entry(2, LOGIN_TASK)]).team) == ["No time was tracked in the week before."]
    assert told(both([entry(1, LOGIN_TASK)], []).team)[0] == "0h 00m is 1h 00m (100 %) less than in the week before, which had 1h 00m."


def test_of_equal_changes_none_is_called_the_largest() -> None:
    part = fibery_time(run(entry(1, LOGIN_TASK)).data).parts["Scrum/Task #12"]
    found = [Change(str(at), part, seconds) for at, seconds in enumerate((90, -60, 30, 30, 5))]

    assert [one.seconds for one in largest(found, 3)] == [90, -60]
    assert [one.seconds for one in largest(found[:3], 3)] == [90, -60, 30]
    assert largest(found[2:4], 1) == []


# What cannot be compared


@pytest.mark.parametrize(
    ("now", "before", "why"),
    [
        ({"so_far": True}, {}, "this week had not ended when its time was fetched"),
        ({}, {"so_far": True}, "that had not ended when its time was fetched; run it again"),
        ({"only_users": ("ana@example.com",)}, {}, "of this week, only some people's time was fetched"),
        ({}, {"only_users": ("ana@example.com",)}, "of that week, only some people's time was fetched"),
        ({"covered_days": (date(2025, 10, 6),)}, {}, "of this week, the CSV export covers only some days"),
        ({}, {"covered_days": (date(2025, 9, 29),)}, "of that week, the CSV export covers only some days"),
        ({"own_entries_only": True}, {}, "the Toggl token sees its owner's time only, and the two weeks are not of the same people"),
        ({}, {"source": DataSource.CSV}, "one of the two is from a CSV export, which knows people by other ids than Toggl"),
    ],
)
def test_a_part_of_a_week_is_compared_with_nothing_and_the_footer_says_why(
    now: dict[str, object], before: dict[str, object], why: str
) -> None:
    week = run_week(raw(**now), [TASK], before=run_week(raw(**before), [TASK]))

    for report in (week.team, week.toggl, *week.persons.reports.values()):
        assert told(report) == []
        assert notes(report) == [f"Not compared with the week before, 2025-09-29: {why}."]


def test_a_report_made_before_the_week_has_ended_compares_nothing() -> None:
    week = both([entry(1, LOGIN_TASK)], [entry(2, LOGIN_TASK)], frame=FRAME.model_copy(update={"so_far": True}))

    assert (told(week.team), told(week.toggl)) == ([], [])


@pytest.mark.parametrize("missing", list(Missing))
def test_a_week_that_is_not_there_is_named_with_the_reason(missing: Missing) -> None:
    before = WeekBefore(week=date(2025, 9, 29), missing=missing)

    assert notes(write_toggl_summary(run(entry(1)).aggregated, FRAME, before)) == [
        f"Not compared with the week before, 2025-09-29: {missing}."
    ]


def test_where_nobody_looked_for_the_week_before_nothing_is_said() -> None:
    assert (told(run(entry(1)).team), notes(run(entry(1)).team)) == ([], [])


def test_somebody_excluded_in_one_week_alone_stops_the_comparison_and_in_both_does_not() -> None:
    everybody = [entry(1, LOGIN_TASK), entry(2, "Inbox", BEN), entry(3, "Inbox", CARLA)]
    with_all, without = raw_week(*everybody), raw_week(*everybody, exclude=["ben@example.com"])

    assert told(run_week(without, [TASK], before=run_week(without, [TASK])).team) == ["2h 00m is as much as in the week before."]
    for now, before in ((with_all, without), (without, with_all)):
        week = run_week(now, [TASK], before=run_week(before, [TASK]))
        assert told(week.team) == []
        assert "leaves somebody's time out of one of the two weeks alone" in notes(week.team)[0]


def test_a_token_that_sees_one_persons_time_compares_that_persons_weeks() -> None:
    own = run_week(raw(own_entries_only=True), [TASK])

    assert told(run_week(raw(own_entries_only=True), [TASK], before=own).team) == ["1h 00m is as much as in the week before."]
    assert fibery_time(own.data).gaps == (Gap.OWN_ENTRIES,)


def test_where_fibery_did_not_answer_the_totals_are_compared_and_the_entities_are_not() -> None:
    before = run(entry(1, LOGIN_TASK, minutes=30), broken=frozenset({"Scrum/Task"}))
    week = run(entry(2, LOGIN_TASK), before=before)

    assert told(week.team) == ["1h 00m is 0h 30m more than in the week before, which had 0h 30m."]
    assert notes(week.team)[1].startswith("What the time went into is not compared")


# Entities stay the same under other names


def named(week: EnrichedData, **fibery_ids: str) -> WeekTime:
    time = fibery_time(week)
    ids = {f"Scrum/Task #{name.removeprefix('t')}": value for name, value in fibery_ids.items()}
    parts = {name: part.model_copy(update={"fibery_id": ids.get(name)}) for name, part in time.parts.items()}
    return time.model_copy(update={"parts": parts})


def test_a_renumbered_entity_is_the_same_and_one_that_took_its_number_is_not() -> None:
    first, second = run(entry(1, LOGIN_TASK, minutes=50)).data, run(entry(1, NOTES_TEXT)).data

    assert [(one.name, one.seconds) for one in changes(named(second, t13="u-1"), named(first, t12="u-1"))] == [("Scrum/Task #13", 600)]
    same_number = changes(named(first, t12="u-2"), named(first, t12="u-1"))
    assert [(one.name, one.seconds) for one in same_number] == [("Scrum/Task #12", 3000), ("u-1", -3000)]


def test_a_week_reads_the_same_from_the_store() -> None:
    week = busy_run()

    assert fibery_time(StoredFibery.model_validate_json(week.data.model_dump_json())) == fibery_time(week.data)
    assert toggl_time(StoredToggl.model_validate_json(week.aggregated.model_dump_json())) == toggl_time(week.aggregated)
    before = as_week_before(fibery_time(week.data))
    assert WeekBefore.model_validate_json(before.model_dump_json()) == before


def test_of_a_week_that_stores_nobodys_words_an_unseen_entity_is_named_by_its_identity() -> None:
    stored = run(entry(1, "Salary talk #99 [Scrum] [Task]"), entry(2, "Tidy up #99 [Scrum] [Task]", BEN)).data.model_dump(mode="json")
    for person in stored["people"].values():
        for row in person["entities"]:
            del row["title"]
    before = fibery_time(StoredFibery.model_validate(stored))
    now = fibery_time(run(entry(1)).data)

    assert [(one.name, one.part.title, one.seconds) for one in changes(now, before, ANA.user_id)] == [("Scrum/Task #99", "", -3600)]
    assert before.names == {ANA.user_id: ANA.name, BEN.user_id: BEN.name}
