"""What reports must not do, found by trying: leaking at a cut, showing a colleague's words, claiming too much."""

from pathlib import Path

from io_managers.week_store import WeekStore
from tests.domain.builders import ANA, ANA_IN_FIBERY, BEN, FRAME, SETTINGS, entry, key, raw_week, record, run_week
from volt_assets.domain.coverage import cover
from volt_assets.domain.drafts import render_markdown
from volt_assets.domain.entities import RequestFailure
from volt_assets.domain.entries import merge_people
from volt_assets.domain.facts import FactBook
from volt_assets.domain.matching import MatchStep
from volt_assets.domain.person_report import select_reports
from volt_assets.domain.report_parts import entity_label, has_clear_lead

SECRET = "0123456789abcdef0123456789abcdef"


def test_a_secret_at_the_cut_of_a_long_title_does_not_leak_a_part() -> None:
    book = FactBook()
    entity_label(book, f"{'x' * 140} {SECRET}", key("Scrum/Task", "12"))
    assert SECRET[:6] not in book.facts[0].display
    assert book.facts[0].display.endswith("(Scrum/Task #12)")


def test_a_title_that_ends_like_a_secret_keeps_the_identity() -> None:
    book = FactBook()
    entity_label(book, "Reset password:", key("Scrum/Task", "12"))
    assert book.facts[0].display == "Reset password: (Scrum/Task #12)"


def test_each_persons_report_has_their_own_words_for_an_entity_that_is_gone() -> None:
    week = raw_week(entry(1, "Salary talk #99 [Scrum] [Task]", ANA, minutes=120), entry(2, "Tidy the logs #99 [Scrum] [Task]", BEN))
    reports = run_week(week, ()).persons.reports
    assert "Tidy the logs" in render_markdown(reports["ben@example.com"])
    assert "Salary talk" not in render_markdown(reports["ben@example.com"])
    assert "Salary talk" in render_markdown(reports["ana@example.com"])


def test_no_report_by_email_silences_every_account_of_that_email() -> None:
    second = ANA.model_copy(update={"user_id": 201})
    data = run_week(raw_week(entry(1, who=ANA), entry(2, who=second)), ()).data
    chosen = select_reports(data, None, wanted=(), no_report=frozenset({"ana@example.com"}))
    assert chosen.to_write == ()
    assert len(chosen.without_report) == 2


def test_the_steps_share_the_seconds_as_they_were_decided_before_rows_are_merged() -> None:
    week = raw_week(entry(1, "Fix login #12", ANA, minutes=180), entry(2, "https://acme.fibery.io/Scrum/Task/Fix-12", ANA, minutes=60))
    steps = run_week(week, (record("Scrum/Task", "12", "Fix login"),)).data.statistics.seconds_by_step
    assert steps[MatchStep.BARE_ID] == 3 * 3600
    assert steps[MatchStep.URL] == 3600


def test_somebody_with_a_running_entry_alone_has_tracked_nothing_yet() -> None:
    run = run_week(raw_week(entry(1, who=ANA), running=[entry(2, who=BEN)]), ())
    assert run.data.statistics.people == 1


def test_a_tie_has_no_entity_with_the_most_time() -> None:
    assert not has_clear_lead([60, 60])
    assert not has_clear_lead([])
    assert has_clear_lead([60, 59])


def test_an_edited_report_of_somebody_who_is_gone_is_told(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    store.publish("2025-10-06", "reports/individual", {"ana-101.md": "Ana"})
    (tmp_path / "weeks/2025-10-06/reports/individual/ana-101.md").write_text("Ana, in my words", encoding="utf-8")
    published = store.publish("2025-10-06", "reports/individual", {"ana-berg-101.md": "Ana Berg"})
    assert published.edited == ("reports/individual/ana-101.md",)


def test_excluded_time_follows_the_people_whose_time_is_fetched_again() -> None:
    """Whoever is excluded or not any more since the stored fetch: the figures are those of now."""
    both = (entry(1, who=ANA), entry(2, who=BEN, minutes=30))
    ben_out = raw_week(*both, exclude=["ben@example.com"])
    ben_back = merge_people(ben_out, raw_week(both[1]), frozenset({BEN.user_id}))
    assert (ben_back.statistics.seconds, ben_back.statistics.excluded_seconds) == (5400, 0)
    ben_out_again = merge_people(ben_back, raw_week(both[1], exclude=["ben@example.com"]), frozenset({BEN.user_id}))
    assert (ben_out_again.statistics.seconds, ben_out_again.statistics.excluded_seconds) == (3600, 1800)


def test_work_in_progress_that_could_not_be_asked_for_is_no_zero() -> None:
    run = run_week(raw_week(entry(1, "Fix login #12 [Scrum] [Task]")), (), users=[ANA_IN_FIBERY], broken=frozenset({"Scrum/Task"}))
    text = render_markdown(run.alignment.report)
    assert "What is in progress without time is not known for Scrum/Task" in text


def test_when_fibery_cannot_tell_its_people_no_alias_is_advised() -> None:
    run = run_week(raw_week(entry(1, who=ANA)), ())
    failure = RequestFailure(database="fibery/user", code="x", reason="permission denied")
    silent = run.resolved.model_copy(update={"people_failure": failure})
    told = cover(silent, run.data, configured=SETTINGS, frame=FRAME)
    assert told.unjoined_people == ()
    text = render_markdown(told.report)
    assert "permission denied" in text
    assert "look at the rights of the token's user" in text
    assert "A time-out" not in text


def test_what_fibery_does_not_show_is_counted_apart_from_what_it_does() -> None:
    run = run_week(
        raw_week(entry(1, "Gone #99 [Scrum] [Task]"), entry(2, "Fix login #12 [Scrum] [Task]")), (record("Scrum/Task", "12", "Fix"),)
    )
    text = render_markdown(run.team)
    assert "1h 00m (50 %) went into 1 Fibery entity" in text
    assert "1h 00m went into 1 entity that Fibery does not show." in text
