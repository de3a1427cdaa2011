"""Edits of the sandbox's entries while it runs: late ones, and those in the middle of somebody's report."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

from .conftest import REPORT, Open

WEEK = date(2025, 10, 6)


def page(client: httpx.Client, number: int = 1) -> list[dict[str, Any]]:
    body = {"start_date": str(WEEK), "rounding": 0, "rounding_minutes": 0, "first_row_number": 50 * (number - 1) + 1}
    rows: list[dict[str, Any]] = client.post(REPORT, json=body).json()
    return rows


def row_of(client: httpx.Client, entry_id: int, day: str = str(WEEK)) -> dict[str, Any] | None:
    body = {"start_date": day, "rounding": 0, "rounding_minutes": 0, "time_entry_ids": [entry_id]}
    rows: list[dict[str, Any]] = client.post(REPORT, json=body).json()
    return rows[0] if rows else None


def total(client: httpx.Client) -> int:
    body = {"start_date": str(WEEK), "rounding": 0, "rounding_minutes": 0}
    seconds: int = client.post(f"{REPORT}/totals", json=body).json()["seconds"]
    return seconds


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [entry["id"] for row in rows for entry in row["time_entries"]]


def test_a_new_entry_is_in_the_report_on_its_owners_day(opened: Open, world: World) -> None:
    hana = world.person_named("Hana")
    with opened() as (sandbox, client):
        before = total(client)
        added = sandbox.add_entry(
            user_id=hana.user_id,
            start=datetime(2025, 10, 5, 20, tzinfo=UTC),
            seconds=1800,
            description="Fix crash #1234 [Scrum] [Bug] [Field App]",
        )
        row = row_of(client, added.entry_id)
        after = total(client)

    assert added.day == WEEK
    assert row is not None
    assert (row["username"], row["description"]) == ("Hana Mori", "Fix crash #1234 [Scrum] [Bug] [Field App]")
    assert row["time_entries"][0]["start"] == "2025-10-06T09:00:00+13:00"
    assert row["time_entries"][0]["stop"] == "2025-10-06T09:30:00+13:00"
    assert after - before == 1800


def test_new_entries_have_ids_of_their_own(opened: Open, world: World) -> None:
    with opened() as (sandbox, _):
        start = datetime(2025, 10, 6, 9, tzinfo=UTC)
        added = [sandbox.add_entry(user_id=2100001, start=start, seconds=60, description="").entry_id for _ in range(3)]

    assert len(set(added)) == 3
    assert not set(added) & {entry.entry_id for entry in world.entries}


def test_entries_stay_in_the_order_of_their_starts(opened: Open) -> None:
    with opened() as (sandbox, _):
        sandbox.add_entry(user_id=2100001, start=datetime(2025, 8, 6, 9, tzinfo=UTC), seconds=60)
        sandbox.change_entry(sandbox.entries[-5].entry_id, start=datetime(2025, 7, 6, 9, tzinfo=UTC))
        starts = [entry.start for entry in sandbox.entries]

    assert starts == sorted(starts)


def test_a_changed_entry_shows_its_new_values_and_a_later_change(opened: Open, world: World) -> None:
    entry = world.entries_of_week(WEEK)[7]
    with opened() as (sandbox, client):
        before = total(client)
        changed = sandbox.change_entry(entry.entry_id, description="Renamed", seconds=entry.seconds + 600)
        row = row_of(client, entry.entry_id)
        after = total(client)

    assert row is not None
    assert row["description"] == "Renamed"
    assert changed.stop is not None
    assert entry.stop is not None
    assert (changed.stop - entry.stop).total_seconds() == 600
    assert changed.changed_at > entry.changed_at
    assert after - before == 600


def test_an_entry_can_be_moved_to_another_week(opened: Open, world: World) -> None:
    entry = world.entries_of_week(WEEK)[7]
    with opened() as (sandbox, client):
        moved = sandbox.change_entry(entry.entry_id, start=datetime(2025, 9, 24, 10, tzinfo=UTC))
        assert row_of(client, entry.entry_id) is None
        assert row_of(client, entry.entry_id, "2025-09-22") is not None

    assert (moved.day, moved.seconds) == (date(2025, 9, 24), entry.seconds)


def test_a_timer_can_be_stopped_and_left_on(opened: Open, world: World) -> None:
    with opened() as (sandbox, client):
        stopped = sandbox.change_entry(world.running.entry_id, seconds=3600)
        assert client.get("/toggl/api/v9/me/time_entries/current").json() is None
        on = sandbox.add_entry(user_id=2100001, start=datetime(2025, 10, 15, 16, tzinfo=UTC), seconds=-1)
        assert client.get("/toggl/api/v9/me/time_entries/current").json()["id"] == on.entry_id

    assert stopped.stop is not None
    assert on.stop is None


def test_a_deleted_entry_leaves_the_report_and_only_the_feed_of_changes_tells(opened: Open, world: World) -> None:
    entry = world.entries_of_week(WEEK, user_id=2100001)[3]
    mine = "/toggl/api/v9/me/time_entries"
    with opened() as (sandbox, client):
        before = total(client)
        sandbox.delete_entry(entry.entry_id)
        assert row_of(client, entry.entry_id) is None
        assert before - total(client) == entry.seconds
        assert entry.entry_id not in {one["id"] for one in client.get(mine).json()}
        changed = client.get(mine, params={"since": str(int(entry.changed_at.timestamp()))}).json()

    assert [one["id"] for one in changed if one["server_deleted_at"]] == [entry.entry_id]


def test_the_world_stays_as_it_was_built(opened: Open, world: World) -> None:
    before = world.entries
    with opened() as (sandbox, _):
        sandbox.delete_entry(world.entries[0].entry_id)
        assert sandbox.world.entries == before
        assert sandbox.entries == before[1:]


def test_an_edit_comes_between_two_pages_and_only_once(opened: Open, world: World) -> None:
    first, *_ = world.entries_of_week(WEEK)
    with opened() as (sandbox, client):
        whole = ids(page(client)) + ids(page(client, 2))
        sandbox.before_page(2, lambda: sandbox.delete_entry(first.entry_id))
        one, two = ids(page(client)), ids(page(client, 2))
        assert ids(page(client)) == whole[1:51]

    assert one == whole[:50]
    assert two == [*whole[51:100], two[-1]]
    assert whole[50] not in {*one, *two}


def test_an_insert_between_two_pages_gives_one_entry_twice(opened: Open) -> None:
    with opened() as (sandbox, client):
        early = datetime(2025, 10, 5, 12, tzinfo=UTC)
        sandbox.before_page(2, lambda: sandbox.add_entry(user_id=2100009, start=early, seconds=60))
        one, two = ids(page(client)), ids(page(client, 2))

    assert one[-1] == two[0]


def test_an_edit_can_wait_for_the_totals(opened: Open) -> None:
    with opened() as (sandbox, client):
        before = total(client)
        sandbox.before_totals(lambda: sandbox.add_entry(user_id=2100001, start=datetime(2025, 10, 8, 3, tzinfo=UTC), seconds=60))
        page(client)
        assert total(client) - before == 60
        assert total(client) - before == 60


def test_forgetting_drops_the_edits_that_wait(opened: Open, world: World) -> None:
    with opened() as (sandbox, client):
        sandbox.before_page(1, lambda: sandbox.delete_entry(world.entries[0].entry_id))
        sandbox.forget()
        page(client)
        assert sandbox.entries == world.entries


def test_a_page_that_is_asked_for_again_shows_the_edit(opened: Open, world: World) -> None:
    entry = world.entries_of_week(WEEK)[0]
    with opened() as (sandbox, client):
        page(client)
        sandbox.change_entry(entry.entry_id, description="Late correction")
        assert page(client)[0]["description"] == "Late correction"


def test_edits_from_several_threads_are_all_kept(world: World) -> None:
    sandbox = Sandbox(world)

    def track(number: int) -> int:
        return sandbox.add_entry(user_id=2100001, start=datetime(2025, 10, 6, 9, number, tzinfo=UTC), seconds=60).entry_id

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(track, range(60)))

    assert len(set(ids)) == 60
    assert {entry.entry_id for entry in sandbox.entries} == {entry.entry_id for entry in world.entries} | set(ids)


def test_nobodys_entry_and_nobodys_time_are_refused_with_what_to_do(world: World) -> None:
    sandbox = Sandbox(world)
    with pytest.raises(KeyError, match="no time entry 5"):
        sandbox.change_entry(5, description="")
    with pytest.raises(KeyError, match="no time entry 5"):
        sandbox.delete_entry(5)
    with pytest.raises(KeyError, match="999"):
        sandbox.add_entry(user_id=999, start=datetime(2025, 10, 6, 9, tzinfo=UTC), seconds=60)
    with pytest.raises(ValueError, match="no time zone"):
        sandbox.add_entry(user_id=2100001, start=datetime(2025, 10, 6, 9), seconds=60)  # noqa: DTZ001 - that is the mistake
    assert sandbox.entries == world.entries
