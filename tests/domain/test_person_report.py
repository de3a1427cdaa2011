"""One person's report: all of their week, nobody else's."""

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from tests.domain.builders import (
    ANA,
    BEN,
    CARLA,
    DELETED_TASK,
    FRAME,
    LOGIN_TASK,
    PASSWORD,
    WeekRun,
    busy_records,
    busy_run,
    entry,
    quiet_run,
    raw_week,
    run_week,
    untidy_run,
)
from tests.domain.golden_files import golden
from volt_assets.domain.drafts import Report, plain_text, render_markdown
from volt_assets.domain.grounding import check_report_grounded
from volt_assets.domain.people import Person
from volt_assets.domain.person_report import select_reports, write_person_report

BUSY = busy_run()
PEOPLE = (ANA, BEN, CARLA)


def text_of(week: WeekRun, key: str = ANA.key) -> str:
    return render_markdown(week.persons.reports[key])


def report_of_login(**changes: object) -> Report:
    """Ana's report of a week on the login form, of which Fibery says this."""
    data = run_week(raw_week(entry(1, LOGIN_TASK)), busy_records()).data
    [login] = data.entities
    return write_person_report(data.model_copy(update={"entities": (login.model_copy(update=changes),)}), ANA.key, FRAME)


def all_cells(report: Report) -> list[str]:
    facts = {fact.id: fact for fact in report.facts}
    return [plain_text(cell, facts) for section in report.sections for table in section.tables for row in table.rows for cell in row]


def test_an_entry_that_names_another_entity_too_says_that_it_has_none_of_the_time() -> None:
    raw = raw_week(entry(1, f"{LOGIN_TASK} and #13 [Scrum] [Task]", ANA), entry(2, LOGIN_TASK, BEN))
    run = run_week(raw, busy_records())

    assert "its entries also name Scrum/Task #13, which has none of this time" in text_of(run, ANA.key).replace("\\", "")
    assert "also name" not in text_of(run, BEN.key)


@pytest.mark.parametrize(("name", "run"), [("busy", busy_run), ("quiet", quiet_run), ("untidy", untidy_run)])
def test_the_persons_report_reads_as_the_stored_one(name: str, run: Callable[[], WeekRun]) -> None:
    text = text_of(run())

    assert text == golden(f"{name}_person_report.md", text)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_every_entity_and_activity_of_a_person_is_in_their_report(person: Person) -> None:
    key = person.key
    cells = all_cells(BUSY.persons.reports[key])

    for row in BUSY.data.people[key].entities:
        entity = BUSY.data.entity(row.entity)
        assert f"{entity.name} ({entity.key})" in cells
    for activity in BUSY.data.people[key].activities:
        assert (activity.description or "(no description)").replace(PASSWORD, "[hidden]") in cells


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_a_persons_report_names_no_other_person(person: Person) -> None:
    text = text_of(BUSY, person.key)

    for other in PEOPLE:
        assert (other.name in text) is (other == person)
    assert "Ana E." not in text
    assert "Ben M." not in text


def test_a_week_of_some_people_names_nobody_else_in_a_persons_report() -> None:
    week = run_week(raw_week(entry(1), entry(2, who=BEN), only_users=(ANA.key, BEN.key)))

    assert "Only these people's time was fetched: Ana Example." in text_of(week)
    assert BEN.name not in text_of(week)


@pytest.mark.parametrize("report", BUSY.reports, ids=lambda report: f"{report.kind} {report.subject}")
def test_no_report_shows_an_email_address(report: Report) -> None:
    shown = "".join(
        token.content for block in MarkdownIt().enable("table").parse(render_markdown(report)) for token in block.children or []
    )

    assert "@" not in shown
    assert "example.com" not in shown


@pytest.mark.parametrize("report", BUSY.reports, ids=lambda report: f"{report.kind} {report.subject}")
def test_a_password_typed_into_a_description_is_in_no_report(report: Report) -> None:
    assert PASSWORD not in render_markdown(report)
    assert PASSWORD not in report.model_dump_json()


def test_a_deleted_entity_keeps_its_hours_its_words_and_the_reason() -> None:
    text = text_of(run_week(raw_week(entry(1, DELETED_TASK, minutes=45, project="Pilot"))))

    assert (
        "| Tidy the logs (Scrum/Task \\#99) |  | not read from Fibery: "
        "deleted in Fibery, or hidden from the token's user | Pilot | 0h 45m | 1 |"
    ) in text
    assert "1 entity with 0h 45m could not be read from Fibery" in text


def test_an_entity_shows_its_state_its_parents_and_its_fields() -> None:
    assert (
        "[Fix the login form (Scrum/Task \\#12)](https://acme.fibery.io/Scrum/Task/12) | In Progress | "
        "Feature: Sign-in \\& sign-up; Effort: 2\\.50 | Pilot | 4h 00m | 2 |"
    ) in text_of(BUSY)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "Size: yes"),
        (False, "Size: no"),
        (0, "Size: 0"),
        (["S", "M"], "Size: S, M"),
        ({"start": "2025-10-06", "end": "2025-10-08"}, "Size: 2025-10-06 until 2025-10-08"),
        ({"start": "2025-10-06", "end": None}, "Size: 2025-10-06"),
        (None, ""),
        ("", ""),
        ([], ""),
        ({}, ""),
    ],
)
def test_a_fields_value_is_shown_in_words_and_nothing_as_nothing(value: object, shown: str) -> None:
    report = report_of_login(fields={"Size": value}, parents=())

    assert all_cells(report)[2] == shown


def test_a_field_that_is_already_a_parent_is_not_shown_twice_and_the_list_is_short() -> None:
    fields = {"Feature": "Sign-in & sign-up", **{f"F{number}": number for number in range(9)}}
    report = report_of_login(fields=fields)

    assert all_cells(report)[2] == "Feature: Sign-in & sign-up; F0: 0; F1: 1; F2: 2; F3: 3; F4: 4"


def test_somebody_with_only_a_running_entry_gets_a_report_that_says_so() -> None:
    text = text_of(run_week(raw_week(running=[entry(1, minutes=0)])))

    assert "Ana Example has no finished time entry in this week." in text
    assert "*1 entry is still running and counted nowhere.*" in text


def test_without_billable_time_nothing_is_said_about_it() -> None:
    assert "billable" not in text_of(run_week(raw_week(entry(1))))


def test_somebody_without_an_email_gets_a_report() -> None:
    assert "Carla Sample tracked 4h 00m in 1 entry." in text_of(BUSY, CARLA.key)


def test_every_report_has_a_file_of_its_own() -> None:
    assert BUSY.persons.files == {
        "ana@example.com": "ana-example-101.md",
        "ben@example.com": "ben-muster-102.md",
        "user:103": "carla-sample-103.md",
    }


@pytest.mark.parametrize("silent", ["ben@example.com", "user:102"])
def test_somebody_without_a_report_of_their_own_keeps_their_hours(silent: str) -> None:
    week = run_week(BUSY.raw, busy_records(), no_report=frozenset({silent}))

    assert week.persons.without_report == (BEN.key,)
    assert BEN.key not in week.persons.reports
    assert BEN.key not in week.persons.files
    assert week.team.accounts == BUSY.team.accounts


def test_with_wanted_people_only_their_reports_are_written_and_the_others_stay() -> None:
    chosen = select_reports(BUSY.data, BUSY.persons, wanted=["ana@example.com"], no_report=frozenset())

    assert (chosen.to_write, set(chosen.kept)) == (("ana@example.com",), {"ben@example.com", "user:103"})


def test_somebody_new_is_written_although_nobody_asked() -> None:
    stored = BUSY.persons.model_copy(update={"reports": {BEN.key: BUSY.persons.reports[BEN.key]}})

    chosen = select_reports(BUSY.data, stored, wanted=["ben@example.com"], no_report=frozenset())

    assert chosen.to_write == ("ana@example.com", "ben@example.com", "user:103")


def test_without_wanted_people_all_reports_are_written() -> None:
    chosen = select_reports(BUSY.data, BUSY.persons, wanted=[], no_report=frozenset())

    assert (len(chosen.to_write), chosen.kept) == (3, {})


def test_the_report_of_somebody_who_left_the_week_does_not_stay() -> None:
    data = run_week(raw_week(entry(1))).data

    assert select_reports(data, BUSY.persons, wanted=["ana@example.com"], no_report=frozenset()).kept == {}


def test_somebody_wanted_who_has_no_time_in_the_week_gets_no_report_and_stops_nobody() -> None:
    chosen = select_reports(BUSY.data, BUSY.persons, wanted=["dora@example.com"], no_report=frozenset())

    assert chosen.to_write == ()
    assert chosen.kept.keys() == BUSY.persons.reports.keys()


def test_merged_reports_are_in_a_stable_order_with_their_files() -> None:
    chosen = select_reports(BUSY.data, BUSY.persons, wanted=["user:103"], no_report=frozenset())
    merged = chosen.merged({"user:103": write_person_report(BUSY.data, "user:103", FRAME)})

    assert list(merged.reports) == list(merged.files) == ["ana@example.com", "ben@example.com", "user:103"]
    assert merged == BUSY.persons


def test_the_same_week_gives_the_same_bytes() -> None:
    assert [report.model_dump_json() for report in busy_run().reports] == [report.model_dump_json() for report in BUSY.reports]


def test_days_lead_to_the_persons_entries_in_toggl_where_its_pages_are_known() -> None:
    there = FRAME.model_copy(update={"toggl_workspace": "42", "toggl_web": "https://track.toggl.com"})
    report = write_person_report(BUSY.data, ANA.key, there)
    text = render_markdown(report)

    page = "https://track.toggl.com/reports/detailed/42/from/2025-10-07/to/2025-10-07/users/101"
    assert f"| [Tue 2025-10-07]({page}) | 1h 45m |" in text
    assert f"overlap on [Tue 2025-10-07]({page}): 0h 45m counted twice." in text
    assert check_report_grounded(report, ["acme.fibery.io", "track.toggl.com"]).problems == ()
    assert check_report_grounded(report, ["acme.fibery.io"]).problems != ()


@pytest.mark.parametrize(("web", "workspace"), [("", "42"), ("https://track.toggl.com", ""), ("https://track.toggl.com", "4/2")])
def test_without_toggls_pages_or_its_workspace_days_lead_nowhere(web: str, workspace: str) -> None:
    report = write_person_report(BUSY.data, ANA.key, FRAME.model_copy(update={"toggl_web": web, "toggl_workspace": workspace}))

    assert "| Tue 2025-10-07 | 1h 45m |" in render_markdown(report)
