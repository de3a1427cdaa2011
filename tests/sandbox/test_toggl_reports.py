"""Toggl's reports over HTTP: paging, zones, totals, rounding, filters, and the errors that a wrong client must meet."""

from datetime import date, datetime

import httpx
import pytest

from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.weeks import zone
from volt_assets.sandbox.world import World

from .conftest import REPORT, Report, toggl_client


def seconds_of(rows: list[dict[str, list[dict[str, int]]]]) -> int:
    return sum(entry["seconds"] for row in rows for entry in row["time_entries"] if entry["seconds"] > 0)


def walk(report: Report, **body: object) -> list[httpx.Response]:
    pages = [report(**body)]
    while "X-Next-Row-Number" in pages[-1].headers:
        pages.append(report(first_row_number=int(pages[-1].headers["X-Next-Row-Number"]), **body))
    return pages


def test_a_walk_over_the_pages_joins_without_a_gap(report: Report, world: World) -> None:
    rows = [row for page in walk(report) for row in page.json()]
    ids = [entry["id"] for row in rows for entry in row["time_entries"]]

    assert [row["row_number"] for row in rows] == list(range(1, len(rows) + 1))
    assert ids == [entry.entry_id for entry in world.entries_of_week(world.last_complete_week)]
    assert seconds_of(rows) == world.seconds_of_week(world.last_complete_week)


def test_a_page_is_never_larger_than_the_cap_whatever_was_asked(report: Report) -> None:
    page = report(page_size=1000)

    assert len(page.json()) == 50
    assert page.headers["X-Page-Size"] == "50"


def test_the_next_headers_name_the_first_row_of_the_next_page(report: Report) -> None:
    first = report()
    second = report(first_row_number=51).json()[0]
    entry = second["time_entries"][0]

    assert first.headers["X-Next-ID"] == str(entry["id"])
    assert int(first.headers["X-Next-Timestamp"]) == datetime.fromisoformat(entry["start"]).timestamp()
    assert walk(report)[-1].headers.get("X-Next-ID") is None


def test_a_cursor_by_id_needs_its_timestamp(report: Report) -> None:
    headers = report().headers
    row, entry_id, timestamp = (int(headers[f"X-Next-{name}"]) for name in ("Row-Number", "ID", "Timestamp"))

    assert report(first_id=entry_id, first_row_number=row).json() == []
    assert report(first_id=entry_id, first_row_number=row, first_timestamp=timestamp).json()[0]["row_number"] == 51
    assert report(first_id=entry_id, first_timestamp=timestamp).json()[0]["time_entries"][0]["id"] == entry_id


def test_a_report_without_an_end_is_seven_days_long(report: Report, world: World) -> None:
    page = report()

    assert page.headers["X-Range-Start"] == world.last_complete_week.isoformat()
    assert (date.fromisoformat(page.headers["X-Range-End"]) - world.last_complete_week).days == 6


@pytest.mark.parametrize("first_name", ["Marta", "Miguel", "Hana"])
def test_days_are_those_of_each_owners_zone(report: Report, world: World, first_name: str) -> None:
    person, day = world.person_named(first_name), world.last_complete_week.isoformat()
    rows = report(end_date=day, user_ids=[person.user_id], start_date=day).json()
    starts = [datetime.fromisoformat(row["time_entries"][0]["start"]) for row in rows]

    assert starts
    assert {start.date().isoformat() for start in starts} == {day}
    assert {start.utcoffset() for start in starts} == {start.astimezone(zone(person.zone)).utcoffset() for start in starts}


def test_an_entry_across_a_clock_change_begins_and_ends_with_different_offsets(report: Report, world: World) -> None:
    entry = world.hazard("clock change")
    day = entry.day.isoformat()
    (row,) = report(start_date=day, end_date=day, time_entry_ids=[entry.entry_id]).json()
    times = row["time_entries"][0]

    assert times["start"][-6:] != times["stop"][-6:]
    assert times["at"].endswith("+00:00")


def test_an_entry_over_the_weeks_end_counts_whole_in_the_earlier_week(report: Report, world: World) -> None:
    entry = world.hazard("across the week's end")
    (row,) = report(time_entry_ids=[entry.entry_id]).json()

    assert row["time_entries"][0]["seconds"] == 4500


@pytest.mark.parametrize(
    "filters",
    [{}, {"billable": True}, {"description": "INVOICE"}, {"project_ids": [None]}, {"user_ids": [2100001, 2100009]}, {"grouped": True}],
)
def test_totals_are_the_sum_of_the_rows(report: Report, filters: dict[str, object]) -> None:
    rows = [row for page in walk(report, **filters) for row in page.json()]
    totals = report("/totals", **filters).json()

    assert seconds_of(rows) > 0
    assert totals["seconds"] == seconds_of(rows) == sum(day["seconds"] for day in totals["graph"])


def test_the_whole_world_can_be_asked_for_in_one_range(report: Report, world: World) -> None:
    totals = report("/totals", start_date=world.weeks[0].isoformat(), end_date=world.today.isoformat()).json()

    assert totals["seconds"] == sum(world.seconds_of_week(monday) for monday in world.weeks)


def test_a_client_that_forgets_the_rounding_gets_rounded_seconds(toggl: httpx.Client, report: Report, world: World) -> None:
    day = {"start_date": world.last_complete_week.isoformat()}
    rounded = toggl.post(REPORT, json=day).json()

    assert all(entry["seconds"] % 900 == 0 for row in rounded for entry in row["time_entries"])
    assert seconds_of(rounded) > seconds_of(report().json())
    assert toggl.post(f"{REPORT}/totals", json=day).json()["seconds"] > report("/totals").json()["seconds"]


def test_rounding_can_go_down(report: Report) -> None:
    plain, down = report().json(), report(rounding=-1, rounding_minutes=30).json()

    assert all(entry["seconds"] % 1800 == 0 for row in down for entry in row["time_entries"])
    assert seconds_of(down) < seconds_of(plain)


def test_grouped_rows_hold_several_entries(report: Report) -> None:
    plain = [row for page in walk(report) for row in page.json()]
    grouped = [row for page in walk(report, grouped=True) for row in page.json()]

    assert len(grouped) < len(plain)
    assert max(len(row["time_entries"]) for row in grouped) > 3
    assert sorted(e["id"] for row in grouped for e in row["time_entries"]) == sorted(e["id"] for row in plain for e in row["time_entries"])


def test_a_plain_row_has_the_recorded_keys_and_no_address(report: Report) -> None:
    row = report().json()[0]

    assert list(row) == [
        "user_id", "username", "project_id", "task_id", "billable", "description", "tag_ids", "billable_amount_in_cents",
        "hourly_rate_in_cents", "currency", "time_entries", "row_number",
    ]  # fmt: skip
    assert list(row["time_entries"][0]) == ["id", "seconds", "start", "stop", "at"]


def test_an_enriched_row_has_names_and_the_address_unless_the_account_is_deleted(report: Report, world: World) -> None:
    rows = [row for page in walk(report, enrich_response=True) for row in page.json()]
    deleted = world.person_named("Ivy").user_id

    assert {row["username"] for row in rows if "email" not in row} == {"Ivy Tran"}
    assert any(row["user_id"] == deleted for row in rows)
    assert {row["email"] for row in rows if row["username"] == "Katharina Voss"} == {"Katharina.Voss@Larkspur.example"}
    assert all(row["project_name"] for row in rows if row["project_id"])


@pytest.mark.parametrize("first_name", ["Emil", "Ivy"])
def test_a_deactivated_or_deleted_person_keeps_their_rows(report: Report, world: World, first_name: str) -> None:
    person = world.person_named(first_name)

    assert person.deactivated or person.deleted
    assert report("/totals", user_ids=[person.user_id]).json()["seconds"] > 3600
    assert {row["user_id"] for row in report(user_ids=[person.user_id]).json()} == {person.user_id}


def test_enriched_fields_can_be_left_out(world: World) -> None:
    options = Options(enrich_leaves_out=frozenset({"email", "project_name"}))
    with Sandbox(world, options=options) as sandbox, toggl_client(sandbox) as client:
        row = client.post(REPORT, json={"start_date": "2025-10-06", "enrich_response": True}).json()[0]

    assert "email" not in row
    assert "project_name" not in row
    assert row["tag_names"] is not None


def test_a_running_entry_has_no_stop_and_is_not_in_the_totals(report: Report, world: World) -> None:
    body = {"start_date": world.weeks[-1].isoformat(), "user_ids": [world.running.user_id]}
    rows = report(**body).json()
    running = [row for row in rows if row["time_entries"][0]["stop"] is None]

    assert len(running) == 1
    assert running[0]["time_entries"][0]["seconds"] < 0
    assert report("/totals", **body).json()["seconds"] == seconds_of(rows)


def test_running_entries_can_be_absent(world: World) -> None:
    with Sandbox(world, options=Options(running_entries=False)) as sandbox, toggl_client(sandbox) as client:
        rows = client.post(REPORT, json={"time_entry_ids": [world.running.entry_id], "start_date": world.today.isoformat()}).json()

    assert rows == []


def test_a_plain_users_token_sees_only_its_own_rows_and_says_it_is_no_admin(world: World) -> None:
    with Sandbox(world, options=Options(toggl_admin=False)) as sandbox, toggl_client(sandbox) as client:
        me = client.get("/toggl/api/v9/me").json()
        workspaces = client.get("/toggl/api/v9/me/workspaces").json()
        rows = client.post(REPORT, json={"start_date": world.last_complete_week.isoformat()}).json()
        current = client.get("/toggl/api/v9/me/time_entries/current")

    assert {row["user_id"] for row in rows} == {me["id"]}
    assert (workspaces[0]["admin"], workspaces[0]["role"]) == (False, "user")
    assert (current.status_code, current.json()) == (200, None)


def test_the_order_can_be_turned(report: Report) -> None:
    newest = report(order_dir="DESC").json()
    starts = [datetime.fromisoformat(row["time_entries"][0]["start"]) for row in newest]

    assert starts == sorted(starts, reverse=True)
    assert report(order_by="user").json()[0]["username"] == "Denise Okafor"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "At least one parameter must be set"),
        ({"start_date": "2025-10-06", "user_id": 5}, "The 'user_id' parameter is not supported"),
        ({"start_date": "2025-10-06T00:00:00Z"}, "Invalid 'start_date' value"),
        ({"start_date": "2025-02-30"}, "Invalid 'start_date' value"),
        ({"start_date": "2024-01-01", "end_date": "2025-01-01"}, "366 days"),
        ({"start_date": "2025-10-06", "end_date": "2025-10-05"}, "must not be before"),
        ({"start_date": "2025-10-06", "order_by": "seconds"}, "allowed values are: 'date, user"),
        ({"start_date": "2025-10-06", "rounding_minutes": 7}, "Invalid 'rounding_minutes' value"),
        ({"start_date": "2025-10-06", "page_size": 0}, "Invalid 'page_size' value"),
    ],
)
def test_a_wrong_body_is_refused_with_a_json_string(toggl: httpx.Client, body: dict[str, object], text: str) -> None:
    answer = toggl.post(REPORT, json=body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert text in answer.json()


def test_a_leap_year_is_still_one_range(toggl: httpx.Client) -> None:
    assert toggl.post(REPORT, json={"start_date": "2024-01-01", "end_date": "2024-12-31"}).status_code == 200


def test_another_workspace_is_refused(toggl: httpx.Client) -> None:
    answer = toggl.post(REPORT.replace("3100001", "999"), json={"start_date": "2025-10-06"})

    assert (answer.status_code, answer.json()) == (403, "Workspace not found/accessible")


def test_the_summary_marks_local_times_falsely_as_utc(toggl: httpx.Client, world: World) -> None:
    hana = world.person_named("Hana")
    body = {"start_date": world.last_complete_week.isoformat(), "user_ids": [hana.user_id], "rounding": 0, "grouping": "users"}
    answer = toggl.post(REPORT.replace("search", "summary"), json=body)
    groups = answer.json()["groups"]

    assert [group["id"] for group in groups] == [hana.user_id]
    assert sum(one["seconds"] for one in groups[0]["sub_groups"]) == world.seconds_of_week(world.last_complete_week, user_id=hana.user_id)
    assert groups[0]["sub_groups"][0]["local_start"].startswith(f"{world.last_complete_week}T09")
    assert groups[0]["sub_groups"][0]["local_start"].endswith("Z")
    assert answer.headers["X-Grouping"] == "users"


def test_the_report_lists_of_people_also_have_the_deleted_one(toggl: httpx.Client) -> None:
    base = REPORT.removesuffix("search/time_entries")
    listed = toggl.post(f"{base}filters/users", json={}).json()
    searched = toggl.post(f"{base}search/users", json={"ids": [2100008]}).json()

    assert [one["name"] for one in listed if one.get("deleted_at")] == ["Ivy Tran"]
    assert all("email" not in one for one in listed)
    assert searched[0]["workspace_user_id"] != searched[0]["id"] == 2100008
    assert toggl.post(f"{base}search/users", json={}).json() == "At least one parameter must be set"
