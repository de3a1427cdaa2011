"""What is not known of Toggl's reports and lists, and the faults they may have: each switch in both its states."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.constants import WORKSPACE_ID
from volt_assets.sandbox.world import World

from .conftest import REPORT, Open

API = "/toggl/api/v9"
WEEK = "2025-10-06"


def ask(client: httpx.Client, path: str = "", /, **body: object) -> httpx.Response:
    return client.post(f"{REPORT}{path}", json={"start_date": WEEK, "rounding": 0, "rounding_minutes": 0} | body)


def rows_of(client: httpx.Client, **body: object) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(client, **body).json()
    return rows


def walked(client: httpx.Client, **body: object) -> list[dict[str, Any]]:
    pages = [ask(client, **body)]
    while "X-Next-Row-Number" in pages[-1].headers:
        pages.append(ask(client, first_row_number=int(pages[-1].headers["X-Next-Row-Number"]), **body))
    return [row for page in pages for row in page.json()]


def total(client: httpx.Client, **body: object) -> int:
    seconds: int = ask(client, "/totals", **body).json()["seconds"]
    return seconds


# Pages


def test_a_page_larger_than_the_cap_is_cut_or_refused(opened: Open) -> None:
    with opened() as (_, client):
        assert ask(client, page_size=51).headers["X-Page-Size"] == "50"
    with opened(page_size_above_cap="refused") as (_, client):
        assert ask(client, page_size=51).status_code == 400
        assert len(rows_of(client, page_size=50)) == 50


def test_a_cap_of_a_thousand_gives_the_week_in_one_page(opened: Open, world: World) -> None:
    with opened(page_size_cap=1000) as (_, client):
        page = ask(client, page_size=1000)

    assert len(page.json()) == len(world.entries_of_week(date.fromisoformat(WEEK)))
    assert "X-Next-Row-Number" not in page.headers


def test_a_cursor_by_id_without_its_timestamp_finds_nothing_or_its_page(opened: Open) -> None:
    with opened() as (_, client):
        assert rows_of(client, first_id=1, first_row_number=51) == []
    with opened(first_id_alone="honoured") as (_, client):
        assert rows_of(client, first_id=1, first_row_number=51)[0]["row_number"] == 51


def cursors(client: httpx.Client) -> list[tuple[int, str | None]]:
    """The rows and the next cursor of the first three pages."""
    pages = [ask(client, first_row_number=row) for row in (1, 51, 101)]
    return [(len(page.json()), page.headers.get("X-Next-Row-Number")) for page in pages]


@pytest.mark.parametrize(
    ("fault", "second"),
    [("none", (50, "101")), ("repeats", (50, "51")), ("empty", (0, "101")), ("shrinks", (49, "101"))],
)
def test_one_page_of_a_walk_can_be_faulty(opened: Open, fault: str, second: tuple[int, str]) -> None:
    with opened(paging_fault=fault) as (_, client):
        assert cursors(client) == [(50, "51"), second, (50, "151")]


def test_the_faulty_page_can_be_chosen_and_the_last_one_is_never_faulty(opened: Open) -> None:
    with opened(paging_fault="empty", paging_fault_page=3) as (_, client):
        assert cursors(client) == [(50, "51"), (50, "101"), (0, "151")]
    with opened(paging_fault="empty", paging_fault_page=1) as (_, client):
        assert len(rows_of(client, user_ids=[2100001])) > 0


def test_rows_can_be_lost_without_a_word_while_the_totals_still_hold_them(opened: Open) -> None:
    with opened() as (_, client):
        whole, seconds = walked(client), total(client)
    with opened(lost_rows=2) as (_, client):
        lossy = walked(client)
        assert total(client) == seconds

    assert lossy == whole[:-2]


def test_more_rows_than_there_are_can_be_lost(opened: Open) -> None:
    with opened(lost_rows=100_000) as (_, client):
        assert walked(client) == []
        assert total(client) > 0


@pytest.mark.parametrize("seconds", [0, 900, -60])
def test_totals_can_disagree_with_the_rows(opened: Open, seconds: int) -> None:
    with opened(totals_off_by_seconds=seconds) as (_, client):
        assert total(client) == sum(row["time_entries"][0]["seconds"] for row in walked(client)) + seconds


def test_a_range_that_is_too_long_is_refused_or_silently_empty(opened: Open) -> None:
    too_long = {"start_date": "2024-10-15", "end_date": "2025-10-15"}
    with opened(longest_range_days=365) as (_, client):
        assert ask(client, **too_long).status_code == 400
        assert "365 days" in ask(client, "/totals", **too_long).json()
    with opened(longest_range_days=365, longer_range="empty") as (_, client):
        assert (ask(client, **too_long).status_code, rows_of(client, **too_long), total(client, **too_long)) == (200, [], 0)
    with opened() as (_, client):
        assert ask(client, **too_long).status_code == 200


# Rows


@pytest.mark.parametrize(
    ("rule", "days"),
    [("start", [1, 0]), ("stop", [0, 1]), ("touched", [1, 1])],
)
def test_an_entry_across_midnight_belongs_to_its_start_its_stop_or_both(opened: Open, world: World, rule: str, days: list[int]) -> None:
    entry = world.hazard("across midnight")
    with opened(entry_day=rule) as (_, client):
        asked = [(entry.day + timedelta(days=at)).isoformat() for at in (0, 1)]
        found = [len(rows_of(client, start_date=day, end_date=day, time_entry_ids=[entry.entry_id])) for day in asked]
        graphs = [ask(client, "/totals", start_date=day, end_date=day, time_entry_ids=[entry.entry_id]).json() for day in asked]

    assert found == days
    assert [graph["seconds"] for graph in graphs] == [graph["graph"][0]["seconds"] for graph in graphs] == [6300 * one for one in days]


def test_a_running_row_has_negative_seconds_or_null(opened: Open, world: World) -> None:
    today = {"start_date": world.today.isoformat(), "time_entry_ids": [world.running.entry_id]}
    with opened() as (_, client):
        assert rows_of(client, **today)[0]["time_entries"][0]["seconds"] < 0
    with opened(running_seconds="null") as (_, client):
        (entry,) = rows_of(client, **today)[0]["time_entries"]
        assert (entry["seconds"], entry["stop"]) == (None, None)


@pytest.mark.parametrize("shown", [True, False])
def test_totals_can_hold_the_time_so_far_of_a_running_entry_whether_it_is_shown_or_not(opened: Open, world: World, shown: bool) -> None:
    today = {"start_date": world.today.isoformat(), "time_entry_ids": [world.running.entry_id]}
    with opened(running_entries=shown) as (_, client):
        assert total(client, **today) == 0
    with opened(running_entries=shown, running_seconds_in_totals=4_200) as (_, client):
        assert total(client, **today) == 4_200
        assert len(rows_of(client, **today)) == int(shown)


@pytest.mark.parametrize(
    ("preferred", "step"), [({}, 900), ({"preferred_rounding": 0}, 1), ({"preferred_rounding": -1, "preferred_rounding_minutes": 60}, 3600)]
)
def test_a_request_that_says_nothing_is_rounded_as_its_owner_prefers(opened: Open, preferred: dict[str, int], step: int) -> None:
    with opened(**preferred) as (_, client):
        silent = [row["time_entries"][0]["seconds"] for row in client.post(REPORT, json={"start_date": WEEK}).json()]
        told = [row["time_entries"][0]["seconds"] for row in rows_of(client)]

    assert all(seconds % step == 0 for seconds in silent)
    assert (silent == told) is (step == 1)


@pytest.mark.parametrize(("whose", "offset"), [("owner", "+13:00"), ("requester", "+02:00")])
def test_times_are_written_in_the_owners_zone_or_the_requesters(opened: Open, world: World, whose: str, offset: str) -> None:
    hana = world.person_named("Hana")
    with opened(row_offsets=whose) as (_, client):
        rows = rows_of(client, end_date=WEEK, user_ids=[hana.user_id])

    assert {row["time_entries"][0]["start"][-6:] for row in rows} == {offset}
    assert [row["time_entries"][0]["id"] for row in rows] == [
        entry.entry_id for entry in world.entries_of_week(date.fromisoformat(WEEK), user_id=hana.user_id) if entry.day.isoformat() == WEEK
    ]


def test_grouping_can_merge_entries_with_different_tags(opened: Open) -> None:
    standups = {"grouped": True, "description": "Daily standup", "start_date": "2025-08-04", "end_date": "2025-10-12"}
    with opened() as (_, client):
        apart = rows_of(client, **standups)
    with opened(grouped_by_tags=False) as (_, client):
        merged = rows_of(client, **standups)

    def ids(rows: list[dict[str, Any]]) -> list[int]:
        return sorted(entry["id"] for row in rows for entry in row["time_entries"])

    assert len(merged) < len(apart)
    assert ids(merged) == ids(apart)


def test_a_row_without_tags_has_an_empty_list_or_null(opened: Open) -> None:
    with opened() as (_, client):
        plain = rows_of(client)
    with opened(untagged="null") as (_, client):
        nulled = rows_of(client)

    assert [] in [row["tag_ids"] for row in plain]
    assert [row["tag_ids"] for row in nulled] == [row["tag_ids"] or None for row in plain]


@pytest.mark.parametrize(("way", "words"), [("as_entered", [None, ""]), ("null", [None, None]), ("empty", ["", ""])])
def test_a_missing_description_is_null_or_empty(opened: Open, world: World, way: str, words: list[str | None]) -> None:
    hazards = [world.hazard(name).entry_id for name in ("null description", "empty description")]
    with opened(no_description=way) as (_, client):
        rows = [rows_of(client, time_entry_ids=[one])[0]["description"] for one in hazards]

    assert rows == words


def test_an_enriched_field_can_be_there_null_or_missing(opened: Open) -> None:
    def first(**switches: object) -> dict[str, Any]:
        with opened(**switches) as (_, client):
            return rows_of(client, enrich_response=True, description="invoice")[0]

    usual = first()
    assert usual["project_name"] == "Ledger"
    assert usual["time_entries"][0]["at_tz"]
    assert first(enrich_nulls=frozenset({"project_name"}))["project_name"] is None
    assert "project_name" not in first(enrich_leaves_out=frozenset({"project_name"}))
    assert "at_tz" not in first(enrich_leaves_out=frozenset({"at_tz"}))["time_entries"][0]


@pytest.mark.parametrize("name", ["ids", "time_entry_ids"])
def test_a_summary_names_its_entries_when_asked_to_under_a_name_that_can_be_chosen(opened: Open, world: World, name: str) -> None:
    body = {"start_date": WEEK, "user_ids": [world.person_named("Hana").user_id], "rounding": 0}
    with opened(summary_ids_field=name) as (_, client):
        path = REPORT.replace("search", "summary")
        silent = client.post(path, json=body).json()["groups"]
        telling = client.post(path, json=body | {"include_time_entry_ids": True}).json()["groups"]

    told = [entry_id for group in telling for sub in group["sub_groups"] for entry_id in sub[name]]
    expected = world.entries_of_week(date.fromisoformat(WEEK), user_id=world.person_named("Hana").user_id)
    assert sorted(told) == sorted(entry.entry_id for entry in expected)
    assert not any(name in sub for group in silent for sub in group["sub_groups"])


# Lists of Track v9


@pytest.mark.parametrize(
    "path",
    [
        "/me/workspaces",
        "/me/organizations",
        f"/workspaces/{WORKSPACE_ID}/users",
        f"/workspaces/{WORKSPACE_ID}/projects",
        "/me/time_entries",
    ],
)
def test_lists_come_as_arrays_or_within_an_object(opened: Open, path: str) -> None:
    with opened() as (_, client):
        plain = client.get(f"{API}{path}").json()
    with opened(lists="items") as (_, client):
        wrapped = client.get(f"{API}{path}").json()

    assert plain
    assert wrapped == {"items": plain}


def test_an_empty_list_is_empty_or_null(opened: Open) -> None:
    nothing = {"start_date": "2025-10-04", "end_date": "2025-10-05"}
    with opened() as (_, client):
        assert client.get(f"{API}/me/time_entries", params=nothing).json() == []
    with opened(empty_lists="null") as (_, client):
        assert client.get(f"{API}/me/time_entries", params=nothing).json() is None
        assert client.get(f"{API}/me/time_entries").json() != []
    with opened(empty_lists="null", lists="items") as (_, client):
        assert client.get(f"{API}/me/time_entries", params=nothing).json() == {"items": None}


def test_the_end_date_of_own_entries_is_outside_or_inside_the_range(opened: Open) -> None:
    day = {"start_date": "2025-10-07", "end_date": "2025-10-07"}
    with opened() as (_, client):
        assert client.get(f"{API}/me/time_entries", params=day).json() == []
    with opened(own_end_date="inclusive") as (_, client):
        starts = [entry["start"][:10] for entry in client.get(f"{API}/me/time_entries", params=day).json()]

    assert set(starts) == {"2025-10-07"}
