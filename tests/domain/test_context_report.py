"""How context reads in reports: chains, plans, features, estimates, and other people's words."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from tests.domain.builders import ANA, BEN, FRAME, LOGIN_TASK, busy_records, busy_run, entry, key, raw_week, record, run_week
from volt_assets.domain.alignment import align
from volt_assets.domain.context import EntityDates, Estimate
from volt_assets.domain.context_report import context_lines, shared_reasons, shared_sentences
from volt_assets.domain.drafts import build_report, plain_text, render_markdown
from volt_assets.domain.earlier import EarlierTime, EarlierWeek
from volt_assets.domain.entities import Comment, EntityLink, Progress, Remark
from volt_assets.domain.facts import FactBook
from volt_assets.domain.gaps import Gap
from volt_assets.domain.joining import EnrichedData, EntityTime, join
from volt_assets.domain.matching import Outcome
from volt_assets.domain.person_report import select_reports, write_person_report
from volt_assets.domain.report_file import made_of
from volt_assets.domain.rollup import ParentTime
from volt_assets.domain.team_report import write_team_summary

TASK, FEATURE = key("Scrum/Task", "20"), key("Product/Feature", "8")
ROUTE = EntityLink(relation="Task", entity_id=str(TASK), name="Login | page", entity=TASK, state="In *review*", url="https://x.example/20")
SIGN_IN = EntityLink(relation="Feature", entity_id=str(FEATURE), name="Sign-in", entity=FEATURE)
LATE = EntityDates(planned_start=date(2025, 9, 29), planned_end=date(2025, 10, 10))
SECRET = "hunter2-and-more"


def said(text: str | None) -> Comment:
    return Comment(author="Dora Elsewhere", created_at=datetime(2025, 10, 8, 9, tzinfo=UTC), text=text)


def parent(**changes: object) -> ParentTime:
    known = ParentTime(
        entity=FEATURE,
        name="Sign-in",
        is_feature=True,
        state="Building",
        is_final=False,
        url=None,
        dates=LATE,
        is_overdue=True,
        estimate=None,
        progress=Progress(done=5, all=9),
        entities=1,
        duration_seconds=7200,
        seconds_so_far=36000,
        remarks=(),
    )
    return known.model_copy(update=changes)


def week(*parents: ParentTime, **changes: object) -> EnrichedData:
    """A week of two hours on the login form, of which Fibery says this."""
    data = run_week(raw_week(entry(1, LOGIN_TASK, minutes=120)), busy_records()).data
    [login] = data.entities
    login = login.model_copy(update={"parents": (), **changes})
    earlier = EarlierTime(weeks=(EarlierWeek(week=date(2025, 9, 29), version="a1"),), unreadable=(date(2025, 9, 22),))
    return data.model_copy(update={"entities": (login,), "parents": parents, "earlier": earlier})


def person(data: EnrichedData) -> str:
    return render_markdown(write_person_report(data, ANA.key, FRAME))


def team(data: EnrichedData) -> str:
    persons = select_reports(data, None, wanted=(), no_report=frozenset()).merged({})
    return render_markdown(write_team_summary(data, persons, align(data, FRAME), FRAME))


def test_the_way_up_is_told_with_states_links_and_escaped_names() -> None:
    line = r"belongs to [Login \| page (Scrum/Task \#20)](https://x.example/20), in the state In \*review\*, which belongs to Sign-in"

    assert line in person(week(parents=(ROUTE, SIGN_IN)))


def test_the_newest_comments_are_quoted_without_their_authors_and_the_others_counted() -> None:
    text = person(week(comments=(said("First"), said("Second"), said("Third")), comments_in_week=7))

    assert "7 comments this week, the newest: “Second”, “Third”" in text
    assert "First" not in text
    assert "Dora" not in text


def test_a_comment_whose_text_did_not_come_is_counted() -> None:
    assert "1 comment this week" in person(week(comments=(said(None),), comments_in_week=1))


def test_other_peoples_words_are_cut_masked_and_escaped() -> None:
    text = person(
        week(text=f"[click](javascript:x) password: {SECRET} " + "word " * 100, comments=(said("<b>bold</b>"),), comments_in_week=1)
    )

    assert SECRET not in text
    assert "](javascript:" not in text
    assert "<b>" not in text
    assert "…”" in text


def test_a_secret_at_the_end_of_a_quote_is_hidden_whole() -> None:
    token = "0123456789abcdef" * 2

    assert token[:10] not in person(week(text=f"{'word ' * 29}{token}"))


def test_a_described_entity_is_quoted_in_prose_without_marks_or_empty_quotes() -> None:
    text = person(week(text="Part of Login.\n\n## Notes\n\n* Keep", comments=(said("---"), said("* Done\n* Sent")), comments_in_week=2))

    assert "described as “Part of Login.”" in text
    assert "2 comments this week, the newest: “Done; Sent”" in text


def test_what_is_missing_is_told_with_its_reason() -> None:
    text = person(week(remarks=(Remark(about="Description", reason="only the first 2000 of 2000000 characters are kept"),)))

    assert "Description: only the first 2000 of 2000000 characters are kept" in text


def test_the_plan_stands_in_the_context() -> None:
    data = week(
        dates=LATE,
        is_overdue=True,
        estimate=Estimate(value=1, unit="DAYS", seconds=28800),
        seconds_so_far=32400,
        seconds_so_far_with_below=32400,
        progress=Progress(done=1, all=100, is_partial=True),
    )

    told = "1 of 100 or more done; estimate 8h 00m, so far 9h 00m by everybody; planned 2025-09-29 to 2025-10-10; overdue since 2025-10-10"
    assert told in person(data).replace("\\", "")


def test_what_is_done_by_now_was_overdue_when_the_week_ended() -> None:
    assert "overdue since 2025-10-10 when the week ended" in person(week(dates=LATE, is_overdue=True, is_final=True)).replace("\\", "")
    assert "overdue since 2025-10-10 when the week ended" in team(week(parent(is_final=True))).replace("\\", "")


def test_a_person_reads_what_of_their_work_is_overdue() -> None:
    line = "1 entity is overdue, with time of its own or of what belongs to it: "
    own = person(week(dates=LATE, is_overdue=True)).replace("\\", "")
    above = person(week(parent(), parents=(SIGN_IN,))).replace("\\", "")

    assert re.search(rf"{line}\[Fix the login form .*, due 2025-10-10. Finish or replan it.", own)
    assert f"{line}Sign-in (Product/Feature #8), due 2025-10-10. Finish or replan it." in above
    assert "is overdue, with" not in person(week(dates=LATE, is_overdue=True, is_final=True))
    assert "is overdue, with" not in person(week(parent()))


def test_an_estimate_is_compared_with_the_time_of_all_that_is_below() -> None:
    """A task of a quarter of an hour whose sub-task has two hours this week and nine before it."""
    task = record("Scrum/Task", "20", "Login page")
    below = record("Scrum/Task", "12", "Fix the login form", links=[ROUTE])
    run = run_week(raw_week(entry(1, "#20 [Scrum] [Task]", minutes=15), entry(2, LOGIN_TASK, minutes=120)), [task, below])
    earlier = EarlierTime(seconds_with_below={str(TASK): 9 * 3600})
    joined = join(run.aggregated, run.resolved, run.enriched, earlier)
    estimate = Estimate(value=8, unit="HOURS", seconds=8 * 3600)
    entities = [one.model_copy(update={"estimate": estimate}) if one.key == TASK else one for one in joined.entities]
    data = joined.model_copy(update={"entities": tuple(entities)})

    assert (joined.entity(TASK).duration_seconds, joined.entity(TASK).seconds_so_far) == (900, 900)
    assert "1 entity has an estimate; 1 took more so far. The times count everything below an entity too, by everybody." in team(data)
    assert "| In Progress | 8h 00m | 2h 15m | 11h 15m | 141 % |" in team(data)
    assert "estimate 8h 00m, so far 11h 15m by everybody with everything below it" in person(data)


def test_what_fibery_could_not_be_asked_about_is_in_no_time_of_what_is_above() -> None:
    unanswered = {"found": False, "outcome": Outcome.MATCHED}
    data = week(parent(), **unanswered)

    assert "Not counted with what they belong to: 1 entity that Fibery could not be asked about, with 2h 00m." in team(data)


def test_a_number_without_a_fraction_is_shown_without_one() -> None:
    text = person(week(fields={"Estimate": 3.0, "Revenue": 25500.0, "Effort": 2.5, "Never": float("inf")})).replace("\\", "")

    assert "Estimate: 3; Revenue: 25500; Effort: 2.5; Never: inf" in text


def test_only_entities_with_something_to_tell_get_a_line_and_not_too_many() -> None:
    book, login = FactBook(), week(parents=(SIGN_IN,)).entities[0]
    plain: EntityTime = login.model_copy(update={"parents": ()})

    lines = context_lines(book, [("plain", plain), *((f"e{number}", login) for number in range(14))])

    assert len(lines) == 13
    assert lines[0].startswith("e0: belongs to ")
    report = build_report(book, week=FRAME.week.monday, kind="k", title="t", subject="s", sections=(), notes=(lines[-1],))
    assert "2 entities more, with less time, are not shown here." in render_markdown(report)


def test_the_team_sees_features_with_progress_hours_and_what_is_overdue() -> None:
    text = team(week(parent())).replace("\\", "")

    assert "## Features of the week" in text
    assert (
        "| Sign-in (Product/Feature #8) | Building | 5 of 9 | 2h 00m | 10h 00m | 2025-09-29 to 2025-10-10 |  | overdue since 2025-10-10 |"
        in text
    )


def test_the_time_of_a_feature_leads_to_the_entries_below_it() -> None:
    data = week(parent(is_feature=True), parents=(ROUTE, SIGN_IN))
    persons = select_reports(data, None, wanted=(), no_report=frozenset()).merged({})
    report = write_team_summary(data, persons, align(data, FRAME), FRAME)
    below = {fact.subject.what: fact for fact in report.facts if fact.subject.what.startswith("with all below")}

    assert below["with all below"].entry_ids == (1,)
    assert made_of(report)[below["with all below, so far"].id] == (below["with all below"].id,)


def test_where_no_database_counts_as_features_what_is_on_top_is_listed() -> None:
    task = parent(entity=TASK, name="Login page", is_feature=False)
    text = team(week(parent(is_feature=False), task, parents=(ROUTE, SIGN_IN)))

    features = text.split("## Features of the week")[1].split("##")[0]
    assert "Sign-in" in features
    assert "Login page" not in features


def test_a_feature_whose_progress_could_not_be_read_says_why() -> None:
    text = team(week(parent(progress=None, remarks=(Remark(about="progress", reason="it took too long"),))))

    assert "progress: it took too long" in text


def test_many_features_are_cut_to_those_with_the_most_time() -> None:
    text = team(week(*(parent(entity=key("Product/Feature", str(number)), name=f"Feature no {number}") for number in range(17))))

    assert "2 more have less time." in text
    assert "Feature no 15" not in text


def test_estimates_stand_beside_hours() -> None:
    text = team(week(estimate=Estimate(value=4, unit="HOURS", seconds=14400), seconds_so_far_with_below=18000))

    assert "1 entity has an estimate; 1 took more so far." in text
    assert "| In Progress | 4h 00m | 2h 00m | 5h 00m | 125 % |" in text


def test_story_points_are_not_compared_with_hours() -> None:
    assert "Estimate and actual" not in team(week(estimate=Estimate(value=5, unit="Point", seconds=None)))


@pytest.mark.parametrize("write", [person, team])
def test_a_report_with_hours_so_far_names_the_weeks_it_read_and_those_it_could_not(write: object) -> None:
    assert callable(write)
    text = write(week(parent())).replace("\\", "")

    assert "Hours so far are those of this week and the stored week 2025-09-29." in text
    assert "Stored, but not readable, and so not counted: 2025-09-22." in text


@pytest.mark.parametrize("write", [person, team])
def test_a_week_that_counts_in_part_is_named_with_the_reason_and_nothing_is_said_to_be_by_everybody(write: object) -> None:
    assert callable(write)
    data = week(parent(), estimate=Estimate(value=4, unit="HOURS", seconds=14400))
    assert "by everybody" in write(data)
    mondays = [date(2025, 9, 15), date(2025, 9, 22), date(2025, 9, 29)]
    gaps = [(Gap.SOME_PEOPLE,), (Gap.SOME_PEOPLE, Gap.FIBERY), ()]
    earlier = EarlierTime(weeks=tuple(EarlierWeek(week=monday, version="a", gaps=why) for monday, why in zip(mondays, gaps, strict=True)))

    text = write(data.model_copy(update={"earlier": earlier})).replace("\\", "")

    assert "Counted in part: 2025-09-15 to 2025-09-22, as only some people's time was fetched." in text
    assert (
        "Counted in part: 2025-09-22, as Fibery did not answer everything or lacked a configured database, so time may stand on no entity."
        in text
    )
    assert "by everybody" not in text


@pytest.mark.parametrize("write", [person, team])
def test_in_a_week_of_some_people_nothing_is_said_to_be_by_everybody(write: object) -> None:
    assert callable(write)
    data = week(parent(), estimate=Estimate(value=4, unit="HOURS", seconds=14400))

    assert "by everybody" not in write(data.model_copy(update={"only_users": ("ana@example.com",)}))


def test_where_only_fibery_was_in_trouble_the_hours_are_still_everybodys() -> None:
    data = week(parent()).model_copy(
        update={"earlier": EarlierTime(weeks=(EarlierWeek(week=date(2025, 9, 29), version="a", gaps=(Gap.FIBERY,)),))}
    )

    assert "everything below it, by everybody;" in team(data)


def test_without_stored_weeks_the_hours_so_far_are_this_weeks() -> None:
    data = week(parent()).model_copy(update={"earlier": EarlierTime()})

    assert "Hours so far are this week's alone: none before it is stored." in team(data)


def test_a_week_without_context_has_none_of_these_sections_and_notes() -> None:
    text = team(busy_run().data)

    assert all(part not in text for part in ("Features of the week", "Estimate and actual", "Hours so far"))
    assert BEN.name in text


def plain_sentences(book: FactBook, sentences: Iterable[str]) -> list[str]:
    return [plain_text(sentence, {fact.id: fact for fact in book.facts}) for sentence in sentences]


def not_whole(*entities: EntityTime, **reasons: str) -> list[EntityTime]:
    """These entities without what has a reason."""
    remarks = tuple(Remark(about=about, reason=reason) for about, reason in reasons.items())
    return [entity.model_copy(update={"remarks": remarks}) for entity in entities]


def test_a_reason_that_several_entities_share_is_told_once() -> None:
    login = week(parent()).entities[0]
    several = [*not_whole(login, Description="no text came", comments="no text came"), *not_whole(login, comments="no text came")]
    other = not_whole(login, Description="only the first 2000 of 3000 characters are kept")
    book, shared = FactBook(), shared_reasons([*several, *other])
    assert shared == ("no text came",)
    assert plain_sentences(book, shared_sentences(book, [*several, *other])) == [
        "2 entities are not whole (comments and Description): no text came."
    ]
    lines = plain_sentences(book, context_lines(book, [("e", one) for one in (*several, *other)], shared))
    assert lines == ["e: Description: only the first 2000 of 3000 characters are kept"]


def test_a_reason_of_one_entity_stays_beside_it_and_is_said_once() -> None:
    [alone] = not_whole(week(parent()).entities[0], Description="no text came", comments="no text came")
    book = FactBook()
    assert shared_reasons([alone]) == ()
    assert plain_sentences(book, context_lines(book, [("e", alone)])) == ["e: Description and comments: no text came"]
