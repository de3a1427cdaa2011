"""How the alignment report reads: for the team, for each person, and in a person's own report."""

from datetime import UTC, datetime

import pytest

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN,
    BEN_IN_FIBERY,
    FRAME,
    LOGIN_TASK,
    busy_run,
    entry,
    moment,
    raw_week,
    record,
    run_week,
)
from tests.domain.golden_files import golden
from volt_assets.domain.alignment import align
from volt_assets.domain.context import EntityDates
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.earlier import EarlierTime
from volt_assets.domain.entities import EntityRecord
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.joining import join

BUSY = busy_run()
OWN = "## Toggl and Fibery: what to bring in line"
EARLY = record("Scrum/Task", "12", "Fix the login form", state="Done", state_type="Finished", is_final=True, modified_at=moment(0, 12))


def shared_week(*records: EntityRecord) -> Report:
    raw = raw_week(entry(1, LOGIN_TASK, ANA, start=moment(0)), entry(2, LOGIN_TASK, BEN, minutes=150, start=moment(3)))
    return run_week(raw, records, users=[ANA_IN_FIBERY, BEN_IN_FIBERY]).alignment.report


def part(report: Report, heading: str) -> str:
    """What stands under a heading."""
    return render_markdown(report).split(f"{heading}\n")[1].split("\n#")[0]


def test_the_report_reads_as_the_stored_one() -> None:
    text = render_markdown(BUSY.alignment.report)

    assert text == golden("busy_work_alignment.md", text)


def test_the_report_lists_every_entity_under_its_category() -> None:
    assert "Onboarding" in part(BUSY.alignment.report, "## Fibery not updated")
    assert all(f"\\#{one.entity.public_id})" in render_markdown(BUSY.alignment.report) for one in BUSY.alignment.alignments)


def test_the_reports_rows_account_for_all_time_on_entities_once() -> None:
    accounts = BUSY.alignment.report.accounts
    ids = [entry_id for account in accounts for entry_id in account.entry_ids]

    assert sum(account.seconds for account in accounts) == BUSY.data.statistics.matched_duration_seconds
    assert len(ids) == len(set(ids))


def test_time_of_two_people_is_shown_for_each() -> None:
    started = record("Scrum/Task", "12", "Fix the login form")

    assert "Ana Example (1h 00m), Ben Muster (2h 30m) | 3h 30m |" in part(shared_week(started), "## Properly tracked")


def test_a_line_says_what_is_wrong_since_when_how_much_and_what_to_do() -> None:
    line = part(shared_week(EARLY), "## Fibery not updated")

    assert "| Done | closed on Mon 2025-10-06 or before, and 2h 30m tracked later |" in line
    assert "| 3h 30m | Open it again, or give the later time an entity of its own. |" in line


def test_a_completion_date_says_on_which_day_a_card_was_closed() -> None:
    data = run_week(raw_week(entry(1, LOGIN_TASK, start=moment(3))), [EARLY]).data
    [task] = data.entities
    told = task.model_copy(update={"dates": EntityDates(actual_end=moment(0).date()), "modified_at": moment(6)})

    report = align(data.model_copy(update={"entities": (told,)}), FRAME).report
    assert "| closed on Mon 2025-10-06, and 1h 00m tracked later |" in part(report, "## Fibery not updated")
    assert {fact.entry_ids for fact in report.facts if fact.subject.what == "after it was closed"} == {(1,)}


def test_time_of_earlier_weeks_is_not_said_to_have_begun_in_this_one() -> None:
    raw = raw_week(entry(1, LOGIN_TASK, ANA, minutes=45), entry(2, LOGIN_TASK, BEN, minutes=30))
    run = run_week(raw, [record("Scrum/Task", "12", "Fix the login form", state="Open", state_type="Not started")])
    data = join(run.aggregated, run.resolved, run.enriched, EarlierTime(own_seconds={"Scrum/Task #12": 60 * 3600}))
    report = align(data, FRAME).report

    assert "| 1h 15m this week, 61h 15m so far, and its state counts as not started |" in part(report, "## Fibery not updated")
    assert "in the state Open, 0h 45m: 61h 15m so far in all, and its state counts as not started. Move" in render_markdown(report)
    assert "since" not in part(report, "### Ana Example")


def test_only_the_person_with_later_time_gets_a_part_about_a_closed_card() -> None:
    text = render_markdown(shared_week(EARLY))

    assert "### Ben Muster" in text
    assert "### Ana Example" not in text
    assert "Nothing to bring in line was found for Ana Example." in text


def test_somebody_without_a_report_of_their_own_gets_no_part() -> None:
    text = render_markdown(align(BUSY.data, FRAME, no_report=frozenset({"user:102"})).report)

    assert "### Ana Example" in text
    assert "### Ben Muster" not in text


def test_a_person_who_was_not_joined_is_told_where_a_zero_would_mislead() -> None:
    report = run_week(raw_week(entry(1, LOGIN_TASK, BEN)), [EARLY], users=[ANA_IN_FIBERY]).alignment.report

    assert "Nobody in Fibery was found for Ben Muster, so what is assigned to them is not known" in part(report, "## Summary")


NOTES = record("Scrum/Task", "13", "Write the release notes", assignees=[ANA_IN_FIBERY], modified_at=datetime(2025, 9, 1, tzinfo=UTC))


def test_where_titles_were_not_compared_it_says_that_and_why_nobody_is_asked() -> None:
    raw = raw_week(entry(1, "Write the release notes", minutes=600))
    run = run_week(raw, [NOTES], users=[ANA_IN_FIBERY], titles_broken=frozenset({"Scrum/Bug"}))
    why = (
        "Fibery did not tell what was open in Scrum/Bug, so no titles were compared: time under a title alone stands on no entity, and "
        "nobody is asked about work without time. Refresh the Fibery side of this week."
    )

    assert why in part(run.alignment.report, "## Summary")
    assert why in render_markdown(run.team)
    assert "Nothing to bring in line was found for Ana Example." in render_markdown(run.alignment.report)
    assert OWN not in render_markdown(run.persons.reports[ANA.key])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (raw_week(entry(1), only_users=("ana@example.com",)), "only some people's time was fetched"),
        (
            raw_week(entry(1), entry(2, who=BEN), exclude=["ben@example.com"]),
            "the time of people excluded by the configuration is left out",
        ),
        (
            raw_week(entry(1)).model_copy(update={"own_entries_only": True, "covered_days": (moment(0).date(),)}),
            "only the time of the Toggl token's owner was seen and the CSV export covers only some days",
        ),
    ],
    ids=["some people", "people excluded", "the owner's time of a day"],
)
def test_where_time_was_not_seen_it_says_why_nobody_is_asked(raw: RawTogglData, why: str) -> None:
    told = part(run_week(raw, [NOTES], users=[ANA_IN_FIBERY]).alignment.report, "## Summary")

    assert f"Nobody is asked about work without time, as not all time is known: {why}." in told.replace("\\", "")


def test_where_no_work_waits_nothing_is_said_about_asking() -> None:
    told = render_markdown(run_week(raw_week(entry(1), only_users=("ana@example.com",))).alignment.report)

    assert "Nobody is asked" not in told


def test_a_running_week_says_that_time_may_still_come() -> None:
    report = align(BUSY.data, FRAME.model_copy(update={"so_far": True})).report

    assert "The week has not ended: time may still come" in part(report, "## Summary")


def test_a_week_without_entities_says_so() -> None:
    text = render_markdown(run_week(raw_week(entry(1))).alignment.report)

    assert "No time went into Fibery entities in this week." in text
    assert "## By person" not in text


def test_work_that_only_waits_is_reported_though_no_entity_got_time() -> None:
    notes = record("Scrum/Task", "13", "Write the release notes", assignees=[ANA_IN_FIBERY])

    text = render_markdown(run_week(raw_week(entry(1)), [notes], users=[ANA_IN_FIBERY]).alignment.report)

    assert "Write the release notes" in text
    assert "No time went into" not in text


def test_a_title_cannot_break_a_row_or_make_a_link() -> None:
    evil = EARLY.model_copy(update={"name": "A | b [x](http://evil.example) <b>\n# no"})

    text = render_markdown(shared_week(evil))

    assert "\n# no" not in text
    assert "](http://evil.example)" not in text
    assert "A \\| b" in text


# In a person's own report


def test_ones_own_report_lists_what_one_can_bring_in_line_and_names_nobody_else() -> None:
    ben = BUSY.persons.reports["ben@example.com"]
    own = part(ben, OWN)

    assert "Onboarding" in own
    assert "Write the release notes" in own
    assert "Ana" not in render_markdown(ben)


def test_without_anything_to_do_ones_own_report_has_no_such_part() -> None:
    assert OWN not in render_markdown(BUSY.persons.reports["user:103"])


def test_ones_own_list_counts_ones_own_time_alone() -> None:
    raw = raw_week(entry(1, LOGIN_TASK, ANA), entry(2, LOGIN_TASK, BEN, minutes=150))
    todo = record("Scrum/Task", "12", "Fix the login form", state="Open", state_type="Not started")
    report = run_week(raw, [todo]).persons.reports["ana@example.com"]

    assert "in the state Open, 1h 00m: time this week since Mon 2025-10-06, but its state counts as not started" in part(report, OWN)
    assert "2h 30m" not in part(report, OWN)


@pytest.mark.parametrize("word", ["forgot", "late ", "should have", "failed", "lazy", "careless"])
def test_nobody_is_judged(word: str) -> None:
    assert all(word not in render_markdown(report).lower() for report in (BUSY.alignment.report, shared_week(EARLY)))
