"""The checker of reports on what they say against the week before, and on sentences in other words."""

from tests.domain.builders import busy_run
from tests.domain.test_grounding import check, checks, of_kind, slot_of, with_sentence
from volt_assets.domain.facts import FactKind
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
