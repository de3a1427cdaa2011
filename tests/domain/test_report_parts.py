"""What all reports share: titles, labels, tables by day and project, footnotes."""

from datetime import date
from typing import Any

import pytest

from tests.domain.builders import ANA, BEN, FRAME, WEEK, entry, key, moment, raw_week, run_week
from volt_assets.domain.aggregation import DayShare, ProjectShare
from volt_assets.domain.drafts import Table, plain_text, render_markdown
from volt_assets.domain.entries import DataSource, EntryChanges, build_exported, changes_since
from volt_assets.domain.facts import FactBook
from volt_assets.domain.report_parts import (
    CSV_NOTE,
    NO_DESCRIPTION,
    NO_PROJECT,
    Scope,
    activity_label,
    day_table,
    entity_label,
    plural,
    project_label,
    project_table,
    scope_notes,
    week_words,
)

WHOLE = Scope(own_entries_only=False, only_users=(), names={ANA.key: ANA.name}, running_entries=0, excluded_entries=0, excluded_seconds=0)


def said(book: FactBook, text: str) -> str:
    return plain_text(text, {fact.id: fact for fact in book.facts})


def cells(book: FactBook, table: Table) -> list[list[str]]:
    return [[said(book, cell) for cell in row] for row in table.rows]


def notes(scope: Scope, *, so_far: bool = False) -> list[str]:
    book, frame = FactBook(), FRAME.model_copy(update={"so_far": so_far, "toggl_workspace": "", "fibery_workspace": ""})
    return [said(book, note) for note in scope_notes(book, frame, scope)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"is_joined": True}, ["From the Toggl workspace 42 and the Fibery workspace acme."]),
        ({"is_joined": False}, ["From the Toggl workspace 42."]),
        ({"is_joined": True, "source": DataSource.CSV}, ["From the Fibery workspace acme."]),
        ({"is_joined": False, "source": DataSource.CSV}, []),
    ],
)
def test_the_workspaces_that_were_read_are_named(changes: dict[str, Any], told: list[str]) -> None:
    book = FactBook()
    found = [said(book, note) for note in scope_notes(book, FRAME, WHOLE.model_copy(update=changes))]

    assert [note for note in found if note.startswith("From the")] == told


def test_a_week_that_has_not_ended_is_called_so_far() -> None:
    book = FactBook()

    assert said(book, week_words(book, FRAME)) == FRAME.week.title
    assert said(book, week_words(book, FRAME.model_copy(update={"so_far": True}))) == f"{FRAME.week.title}, so far"


def test_an_entity_is_named_with_its_full_identity() -> None:
    book = FactBook()

    assert said(book, entity_label(book, "Fix the login form", key("Scrum/Task", "12"))) == "Fix the login form (Scrum/Task #12)"


def test_an_entity_without_a_title_is_named_by_its_identity() -> None:
    book = FactBook()

    assert said(book, entity_label(book, "", key("Scrum/Task", "12"))) == "(Scrum/Task #12)"


@pytest.mark.parametrize("length", [160, 161, 5000])
def test_a_long_title_is_cut_before_its_identity_is(length: int) -> None:
    book = FactBook()
    label = said(book, entity_label(book, "x" * length, key("Scrum/Task", "12")))

    assert label.endswith(" (Scrum/Task #12)")
    assert len(label) == 160 + len(" (Scrum/Task #12)")
    assert ("…" in label) is (length > 160)


def test_nothing_written_and_no_project_are_said_in_words() -> None:
    book = FactBook()

    assert said(book, activity_label(book, "", "activity")) == NO_DESCRIPTION
    assert said(book, project_label(book, None)) == NO_PROJECT


@pytest.mark.parametrize(("number", "words"), [(0, "0 entities"), (1, "1 entity"), (2, "2 entities")])
def test_a_count_takes_its_noun(number: int, words: str) -> None:
    book = FactBook()

    assert said(book, plural(book, number, "entity", "entities")) == words


def test_days_are_added_up_over_people_in_their_order() -> None:
    book = FactBook()
    shares = [
        DayShare(day=date(2025, 10, 8), duration_seconds=1800, entry_ids=(1,)),
        DayShare(day=date(2025, 10, 6), duration_seconds=3600, entry_ids=(2,)),
        DayShare(day=date(2025, 10, 8), duration_seconds=1800, entry_ids=(3,)),
    ]

    assert cells(book, day_table(book, shares, 7200, "team")) == [
        ["Mon 2025-10-06", "1h 00m", "50 %"],
        ["Wed 2025-10-08", "1h 00m", "50 %"],
    ]


def test_projects_are_added_up_over_people_with_the_most_time_first() -> None:
    book = FactBook()
    shares = [
        ProjectShare(project=None, duration_seconds=1800, entry_ids=(1,)),
        ProjectShare(project="Pilot", duration_seconds=2700, entry_ids=(2,)),
        ProjectShare(project="Pilot", duration_seconds=2700, entry_ids=(3,)),
    ]

    assert cells(book, project_table(book, shares, 7200, "team")) == [["Pilot", "1h 30m", "75 %"], ["(no project)", "0h 30m", "25 %"]]


def test_the_first_note_names_the_week_and_the_zone() -> None:
    assert notes(WHOLE) == [
        "Week 2025-10-06 to 2025-10-12 (ISO week 2025-W41); days are each person's own local days, the week closes in Europe/Berlin."
    ]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"source": DataSource.CSV}, CSV_NOTE),
        (
            {"covered_days": (WEEK.days[0], WEEK.days[2], WEEK.days[3])},
            "The data covers Mon 2025-10-06 and Wed 2025-10-08 to Thu 2025-10-09 only: of the week's other days nothing is known.",
        ),
        ({"own_entries_only": True}, "The Toggl token sees its owner's time only, so other people's hours are missing."),
        ({"only_users": (ANA.key,)}, "Only these people's time was fetched: Ana Example."),
        ({"only_users": ("gone@example.com",)}, "Only these people's time was fetched: somebody."),
        ({"running_entries": 1}, "1 entry is still running and counted nowhere."),
        ({"running_entries": 2}, "2 entries are still running and counted nowhere."),
        (
            {"excluded_entries": 2, "excluded_seconds": 5400},
            "2 entries (1h 30m) of people excluded by the configuration are left out.",
        ),
        (
            {"changes": EntryChanges(added=2, changed=1, seconds=5400)},
            "Since these figures were first published, 2 entries were added, 1 changed and none removed; the time rose by 1h 30m.",
        ),
        (
            {"changes": EntryChanges(added=1, removed=3, seconds=-600)},
            "Since these figures were first published, 1 entry was added, none changed and 3 removed; the time fell by 0h 10m.",
        ),
        (
            {"changes": EntryChanges(changed=4)},
            "Since these figures were first published, no entry was added, 4 changed and none removed; the time is the same.",
        ),
    ],
)
def test_what_the_data_leaves_out_is_told(change: dict[str, object], note: str) -> None:
    assert notes(WHOLE.model_copy(update=change))[1:] == [note]


def test_a_week_that_has_not_ended_is_told() -> None:
    assert notes(WHOLE, so_far=True)[1:] == ["The week has not ended: these are the figures so far."]


def test_every_report_of_a_week_from_a_csv_export_says_so_and_one_from_toggl_does_not() -> None:
    exported = run_week(build_exported(WEEK, [entry(1), entry(2, who=BEN)]))
    fetched = run_week(raw_week(entry(1), entry(2, who=BEN)))

    assert [CSV_NOTE in render_markdown(report) for report in exported.reports] == [True] * 6
    assert not [report.kind for report in fetched.reports if "CSV" in render_markdown(report)]


def test_a_week_of_some_people_says_so_in_every_team_report() -> None:
    week = run_week(raw_week(entry(1, minutes=5), running=[entry(2, who=BEN)], exclude=["user:9"], only_users=(ANA.key,)))

    for report in (week.toggl, week.team, week.alignment.report, week.coverage.report):
        assert "*Only these people's time was fetched: Ana Example.*" in render_markdown(report)


def test_changes_since_the_first_publication_are_told_to_the_team_and_to_each_person_their_own() -> None:
    first = raw_week(entry(1, minutes=10), entry(2, who=BEN))
    later = raw_week(entry(1, minutes=40), entry(2, who=BEN), entry(3, start=moment(1), minutes=5))
    week = run_week(later.model_copy(update={"changes": changes_since(first, later)}))

    told = "Since these figures were first published, 1 entry was added, 1 changed and none removed; the time rose by 0h 35m."
    for report in (week.toggl, week.team, week.persons.reports[ANA.key]):
        assert told in render_markdown(report)
    assert "first published" not in render_markdown(week.persons.reports[BEN.key])
