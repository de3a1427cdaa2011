"""A week under each of Toggl's faults and unknowns: the same seconds, or a refusal that says why, never something between.

Not here: the client's own cases (`tests/resources`).
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Served
from tests.weeks import CLOCK_CHANGE_WEEK, WEEK, checks, failures, fast_settings, graph, metadata, run_week, store, stored
from volt_assets.sandbox import faults
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

RAW = ("raw_toggl_data",)


def truth(world: World, week: str = WEEK) -> int:
    return world.seconds_of_week(date.fromisoformat(week))


def raw_seconds(week: str = WEEK) -> int:
    return sum(entry["seconds"] for entry in stored("raw_toggl_data", week)["entries"])


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ({"paging_fault": "repeats"}, "cannot be read to its end"),
        ({"paging_fault": "empty"}, "an empty page and says that row"),
        ({"paging_fault": "shrinks"}, "its own total is"),
        ({"lost_rows": 1}, "its own total is"),
        ({"totals_off_by_seconds": 1}, "its own total is"),
        ({"totals_off_by_seconds": -1}, "its own total is"),
        ({"page_size_above_cap": "refused", "page_size_cap": 20}, "HTTP 400"),
        ({"paid_paths": ["search/time_entries"]}, "plan does not include this"),
        ({"quota_per_hour": 0, "quota_text": "bare"}, "hourly quota of requests is used up; it resets at"),
        ({"quota_per_hour": 0, "quota_text": "longer", "quota_headers": False}, "hourly quota of requests is used up; it resets at"),
        ({"toggl_admin": False}, "only its owner's hours"),
    ],
    ids=str,
)
def test_a_week_that_cannot_be_proven_complete_is_refused_and_nothing_is_stored(
    served: Served, switches: dict[str, Any], told: str
) -> None:
    with served(**switches):
        result = run_week(selection=RAW)
    assert told in failures(result)["raw_toggl_data"]
    assert not (store() / "weeks" / WEEK / "raw_toggl_data.json").exists()


@pytest.mark.parametrize(
    "switches",
    [
        {"page_size_cap": 7},
        {"page_size_cap": 1000},
        {"quota_headers": False},
        {"lists": "items", "empty_lists": "null"},
        {"untagged": "null"},
        {"no_description": "null"},
        {"no_description": "empty"},
        {"preferred_rounding_minutes": 60},
        {"first_id_alone": "honoured"},
        {"wrong_token_status": 401},
        {"admin_only_lists": ["users", "organization_users"]},
        {"enrich_leaves_out": ["email", "project_name", "client_name", "tag_names"]},
        {"enrich_nulls": ["email", "project_name", "client_name", "tag_names"]},
        {"running_entries": False},
    ],
    ids=str,
)
def test_what_is_not_known_of_toggl_changes_no_second(served: Served, world: World, switches: dict[str, Any]) -> None:
    with served(**switches):
        result = run_week(selection=RAW)
    assert failures(result) == {}
    assert raw_seconds() == truth(world)


@pytest.mark.parametrize("offsets", ["owner", "requester"])
def test_rows_in_another_zone_than_their_owners_lose_no_second_either(served: Served, world: World, offsets: str) -> None:
    with served(row_offsets=offsets):
        assert failures(run_week(CLOCK_CHANGE_WEEK, selection=RAW)) == {}
    assert raw_seconds(CLOCK_CHANGE_WEEK) == truth(world, CLOCK_CHANGE_WEEK)


@pytest.mark.parametrize("switches", [{"running_seconds": "negative"}, {"running_seconds": "null"}])
def test_a_timer_that_is_on_is_listed_apart_in_both_forms(served: Served, world: World, switches: dict[str, Any]) -> None:
    week = world.weeks[-1].isoformat()
    with served(**switches):
        assert failures(run_week(week, selection=RAW)) == {}
    assert len(stored("raw_toggl_data", week)["running"]) == 1
    assert raw_seconds(week) == truth(world, week)


@pytest.mark.parametrize("answer", [faults.NGINX_429, faults.NGINX_502, faults.SERVER_ERROR_500], ids=["429", "502", "500"])
def test_an_overload_that_passes_costs_only_requests(sandbox: Sandbox, world: World, answer: Any) -> None:
    sandbox.fail_next_with("toggl", answer.retry_after(0), path_contains="search/time_entries")
    result = run_week(selection=RAW)
    assert raw_seconds() == truth(world)
    assert metadata(result, "raw_toggl_data")["requests"] == len(sandbox.requests)


def test_an_entry_added_between_two_pages_is_in_the_week_once(sandbox: Sandbox, world: World) -> None:
    def add() -> None:
        sandbox.add_entry(user_id=2100002, start=datetime(2025, 10, 6, 5, tzinfo=UTC), seconds=600, description="Night call")

    sandbox.before_page(2, add)
    assert failures(run_week(selection=RAW)) == {}
    assert raw_seconds() == truth(world) + 600


@pytest.mark.parametrize("edit", ["insert", "change", "delete"])
def test_an_edit_between_pages_ends_in_the_week_as_it_is_now(served: Served, edit: str) -> None:
    with served(edit_between_pages=edit) as server:
        week = server.world.last_complete_week
        assert failures(run_week(week.isoformat(), selection=RAW)) == {}
        now = sum(entry.seconds for entry in server.entries if not entry.running and week <= entry.day < week + timedelta(days=7))
    assert raw_seconds(week.isoformat()) == now != truth(server.world, week.isoformat())


def test_an_entry_changed_before_the_total_is_in_the_week_as_it_is_now(sandbox: Sandbox, world: World) -> None:
    first = world.entries_of_week(date.fromisoformat(WEEK))[0]
    sandbox.before_totals(lambda: sandbox.change_entry(first.entry_id, seconds=first.seconds + 60))
    assert failures(run_week(selection=RAW)) == {}
    assert raw_seconds() == truth(world) + 60


def test_a_toggl_that_lists_an_entry_in_both_weeks_that_it_touches_is_found_out(served: Served, world: World) -> None:
    over_the_end = world.hazard("across the week's end")
    first = over_the_end.day - timedelta(days=over_the_end.day.weekday())
    with served(entry_day="touched"):
        assert checks(run_week(first.isoformat(), selection=RAW))["raw_toggl_data.entries_in_one_week"]
        result = run_week((first + timedelta(days=7)).isoformat(), selection=RAW)
    assert not checks(result)["raw_toggl_data.entries_in_one_week"]


def test_a_token_that_sees_its_owners_hours_alone_is_said_in_data_and_reports_where_it_is_allowed(served: Served) -> None:
    with served(toggl_admin=False):
        result = run_week(definitions=graph(fast_settings(toggl={"allow_own_entries_only": True})))
    assert stored("raw_toggl_data")["own_entries_only"] is True
    assert metadata(result, "raw_toggl_data")["own_entries_only"] is True
    for report in ("toggl_summary", "team_summary"):
        text = (store() / "weeks" / WEEK / "reports" / f"{report}.md").read_text(encoding="utf-8")
        assert "sees its owner's time only" in text
