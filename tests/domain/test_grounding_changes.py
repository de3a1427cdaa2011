"""The checker of reports on changes against the week before, days of completion, what is overdue, and sentences in other words."""

from tests.domain.builders import HOSTS, busy_run
from tests.domain.test_grounding import check, checks, odd_weeks, of_kind, slot_of, with_sentence
from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import FactKind
from volt_assets.domain.grounding import section_problems
from volt_assets.domain.grounding_words import Check


def test_a_change_that_is_not_the_difference_of_the_weeks_is_an_identity_that_fails() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    facts = tuple(
        one.model_copy(update={"value": -int(one.value)}) if one.kind is FactKind.GROWTH and one.subject.entity is None else one
        for one in report.facts
    )

    assert {problem.check for problem in check(report.model_copy(update={"facts": facts})).problems} == {Check.IDENTITY, Check.SIGN}


def test_figures_so_far_are_those_of_a_week_that_has_not_ended() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    total = slot_of(report, "duration", "15h 10m")

    assert checks(with_sentence(report, f"{total} tracked so far.")) == {Check.SCOPE}
    assert checks(with_sentence(report, f"{total} tracked.")) == set()


def test_as_much_as_in_the_week_before_is_wrong_where_there_is_a_change() -> None:
    report = of_kind(busy_run().reports, "team_summary")

    assert checks(with_sentence(report, f"{slot_of(report, 'duration', '15h 10m')} is as much as in the week before.")) == {Check.SIGN}


def test_a_sentence_in_other_words_is_judged_by_those_it_is_written_with_and_shown_as_it_stands() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    now, then = (slot_of(report, "duration", display) for display in ("15h 10m", "12h 05m"))
    growth = slot_of(report, "growth", "3h 05m")

    assert checks(with_sentence(report, f"{now} is {growth} more than the {then} of the week before.")) == set()
    [problem, *_] = check(with_sentence(report, f"{now} is {growth} less than the {then} of the week before.")).problems
    assert (problem.check, problem.sentence) == (Check.SIGN, "15h 10m is 3h 05m less than the 12h 05m of the week before.")


def test_the_largest_changes_are_those_and_in_their_order() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    login, draft, focus = (
        f"{slot_of(report, 'entity', label)} ({slot_of(report, 'growth', time)} {way})"
        for label, time, way in (
            ("Fix the login form (Scrum/Task #12)", "4h 10m", "more"),
            ("Onboarding *draft* (Design/Work Version #3)", "2h 05m", "less"),
            ("Login form loses focus (Scrum/Bug #7)", "1h 30m", "more"),
        )
    )

    assert checks(with_sentence(report, f"Among the entities, the largest changes are in {login} and {draft}.")) == set()
    for told in (f"changes are in {draft} and {login}", f"changes are in {login} and {focus}", f"change is in {draft}"):
        assert checks(with_sentence(report, f"Among the entities, the largest {told}.")) == {Check.SIGN}


def completed(report: Report, day: str, state: str) -> set[Check]:
    """What is wrong with a line that tells of an entity's completion on a day, as the slot of it."""
    label = slot_of(report, "entity", "Login form loses focus (Scrum/Bug #7)")
    [section] = [one for one in report.sections if one.id == "moved"]
    changed = section.model_copy(update={"bullets": (f"{label}: {state}, reached on {day}",)})
    return {problem.check for problem in section_problems(report, changed, HOSTS)}


def test_a_day_of_completion_is_the_one_that_fibery_proves() -> None:
    report = busy_run().persons.reports["ana@example.com"]
    state = slot_of(report, "state", "Done")
    days = {fact.subject.what: f"{{f:{fact.id}}}" for fact in report.facts if fact.display in ("Wed 2025-10-08", "Mon 2025-10-06")}

    assert completed(report, days["completion day"], state) == set()
    assert completed(report, days["day"], state) == {Check.STATE}
    assert completed(report, f"{days['day']}, {days['completion day']}", state) == {Check.STATE}
    assert Check.STATE in completed(report, days["completion day"], slot_of(report, "state", "In Progress"))
    assert completed(report, days["completion day"], f"{state}, {days['completion day']}") == {Check.STATE}


def test_when_something_is_due_is_told_by_its_own_day() -> None:
    report = next(one for one in odd_weeks() if any(fact.subject.what == "deadline" for fact in one.facts))
    entity = {fact.subject.entity: f"{{f:{fact.id}}}" for fact in report.facts if fact.kind is FactKind.ENTITY}
    due = [fact for fact in report.facts if fact.subject.what == "deadline"]

    assert len(due) == 1
    assert checks(with_sentence(report, f"They are overdue: {entity[due[0].subject.entity]}, due {{f:{due[0].id}}}.")) == set()
    other = next(fact for fact in report.facts if fact.subject.what == "time zone")
    assert Check.SCOPE in checks(with_sentence(report, f"They are overdue: {entity[due[0].subject.entity]}, due {{f:{other.id}}}."))


def test_several_that_are_overdue_for_the_longest_stand_in_the_order_of_their_days() -> None:
    report = [*odd_weeks()][-1]
    [line] = [text for section in report.sections for text in section.bullets if "the longest: " in text]
    parts = line.split("the longest: ")[1].split(". ")[0].replace(" and ", ", ").split(", ")
    pairs = [", ".join(parts[at : at + 2]) for at in range(0, len(parts), 2)]

    assert checks(with_sentence(report, f"They are overdue; the longest: {pairs[0]} and {pairs[1]}.")) == set()
    assert checks(with_sentence(report, f"They are overdue; the longest: {pairs[1]} and {pairs[0]}.")) == {Check.SIGN}


def test_a_time_is_part_of_the_total_and_no_share_of_it() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    total = slot_of(report, "duration", "15h 10m")
    found = {fact.kind: f"{{f:{fact.id}}}" for fact in report.facts if fact.subject.what == "found entities"}

    assert checks(with_sentence(report, f"{total} tracked, {found[FactKind.SHARE]} of it on Fibery entities.")) == set()
    assert checks(with_sentence(report, f"{total} tracked, {found[FactKind.DURATION]} of it on Fibery entities.")) == set()
    assert Check.VALUE in checks(with_sentence(report, f"{found[FactKind.DURATION]} of the time went into Fibery entities."))
