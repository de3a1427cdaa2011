"""A week from Toggl is whole or it is refused. Not here: what statuses mean, how one row is read."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.errors import AnswerError, ServiceError
from resources.toggl import TogglClient
from tests.resources.fakes import FakeToggl
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.people import UnknownPersonError
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
MakeRow = Callable[..., dict[str, Any]]
OpenSession = Callable[..., Any]
WEEK = Week(monday=date(2025, 10, 6))


NOW = datetime.fromisoformat("2025-10-06T09:00:00+02:00") + timedelta(seconds=4711)


@pytest.fixture
def fetch(toggl: FakeToggl, open_session: OpenSession) -> Callable[..., Any]:
    async def fetch(*only: str, own: bool = False, page_size: int = 50) -> FetchedWeek:
        async with open_session(toggl.handle) as session:
            client = TogglClient(session, workspace_id=3000001, page_size=page_size, allow_own_entries_only=own, now=lambda: NOW)
            return await client.week(WEEK, only=only)

    return fetch


async def test_a_week_of_several_pages_comes_whole_in_three_requests_more_than_pages(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]
) -> None:
    toggl.rows = [row(number, seconds=number) for number in range(1, 122)]
    week = await fetch()
    assert [entry.id for entry in week.entries] == list(range(1, 122))
    assert toggl.asked == ["workspace", "users", "page", "page", "page", "total"]


async def test_an_empty_week_is_a_week_without_entries(toggl: FakeToggl, fetch: Callable[..., Any]) -> None:
    week = await fetch()
    assert week.entries == ()
    assert toggl.asked == ["workspace", "users", "page", "total"]


async def test_a_page_is_asked_for_by_row_number_alone_and_nothing_else_changes(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]
) -> None:
    toggl.rows = [row(number) for number in range(1, 60)]
    await fetch()
    first, second, total = toggl.bodies
    assert first == {
        "start_date": "2025-10-06", "end_date": "2025-10-12", "rounding": 0, "rounding_minutes": 0,
        "order_by": "date", "order_dir": "ASC", "grouped": False, "enrich_response": True, "hide_amounts": True,
        "page_size": 50,
    }  # fmt: skip
    assert second == first | {"first_row_number": 51}
    assert total == {"start_date": "2025-10-06", "end_date": "2025-10-12", "rounding": 0, "rounding_minutes": 0}


async def test_a_larger_page_size_than_toggl_allows_loses_nothing(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(number) for number in range(1, 120)]
    assert len((await fetch(page_size=1000)).entries) == 119


async def test_every_entry_of_a_row_counts(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1, time_entries=[*row(11)["time_entries"], *row(12)["time_entries"]])]
    assert [entry.id for entry in (await fetch()).entries] == [11, 12]


async def test_an_entry_inserted_during_the_walk_counts_once(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(number) for number in range(1, 61)]
    toggl.before_page = lambda page: toggl.rows.insert(0, row(999)) if page == 2 else None
    week = await fetch()
    assert sorted(entry.id for entry in week.entries) == [*range(1, 61), 999]
    assert toggl.asked.count("page") == 4


async def test_an_entry_deleted_during_the_walk_makes_it_start_again_even_if_the_sums_agree(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]
) -> None:
    toggl.rows = [row(number, seconds=1800) for number in range(1, 101)]
    toggl.before_page = lambda page: toggl.rows.__delitem__(0) if page == 2 else None
    week = await fetch()
    assert sorted(entry.id for entry in week.entries) == list(range(2, 101))


async def test_a_total_that_disagrees_once_makes_it_walk_again(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1)]

    def edit_before_total(request: httpx.Request) -> httpx.Response:
        del toggl.override["total"]
        toggl.rows.append(row(2))
        return httpx.Response(200, json={"seconds": 7200})

    toggl.override["total"] = edit_before_total
    assert len((await fetch()).entries) == 2
    assert toggl.asked == ["workspace", "users", "page", "total", "page", "total"]


@pytest.mark.parametrize("total", [3599, 7201])
async def test_a_total_that_disagrees_twice_refuses_the_week_with_both_figures(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any], total: int
) -> None:
    toggl.rows = [row(1)]
    toggl.total = total
    with pytest.raises(AnswerError, match=f"add up to 3600 s, but its own total is {total} s"):
        await fetch()


@pytest.mark.parametrize("counted", [0, 4711])
async def test_running_time_may_be_in_the_total_as_a_whole_and_is_in_no_entry(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any], counted: int
) -> None:
    toggl.rows = [row(1), row(2, seconds=-1760000000, stop=None)]
    toggl.total = 3600 + counted
    week = await fetch()
    assert [(entry.id, entry.seconds) for entry in week.entries] == [(1, 3600)]
    assert [(entry.id, entry.seconds, entry.stop) for entry in week.running] == [(2, 0, None)]


@pytest.mark.parametrize("timers", [1, 30])
@pytest.mark.parametrize("counted", [0, 1], ids=["timers not in the total", "timers in the total"])
async def test_timers_that_are_on_do_not_hide_a_lost_entry(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any], timers: int, counted: int
) -> None:
    start = (NOW - timedelta(seconds=30)).isoformat()
    toggl.rows = [row(1), *(row(number, seconds=-1, stop=None, start=start) for number in range(2, 2 + timers))]
    toggl.total = 3600 + 100 * timers + counted * 30 * timers
    with pytest.raises(AnswerError, match="add up to 3600 s"):
        await fetch()


async def test_a_forgotten_timer_does_not_hide_a_lost_entry(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1), row(2, seconds=-1760000000, stop=None)]
    toggl.total = 3600 + 14121
    with pytest.raises(AnswerError, match="add up to 3600 s, but its own total is 17721 s"):
        await fetch()


async def test_a_smaller_total_is_refused_though_something_runs(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1), row(2, stop=None)]
    toggl.total = 3599
    with pytest.raises(AnswerError):
        await fetch()


def _page(rows: list[Any], cursor: str) -> httpx.Response:
    return httpx.Response(200, json=rows, headers={"X-Next-Row-Number": cursor})


async def test_an_empty_page_that_announces_more_is_refused(toggl: FakeToggl, fetch: Callable[..., Any]) -> None:
    toggl.override["page"] = lambda _: _page([], "51")
    with pytest.raises(AnswerError, match="an empty page and says that row 51 comes next"):
        await fetch()


@pytest.mark.parametrize("cursor", ["1", "0", "-5", "next"])
async def test_a_cursor_that_does_not_advance_is_refused(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any], cursor: str) -> None:
    toggl.override["page"] = lambda _: _page([row(1)], cursor)
    with pytest.raises(AnswerError, match="cannot be read to its end"):
        await fetch()


async def test_a_cursor_that_repeats_itself_is_refused(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.override["page"] = lambda _: _page([row(1)], "51")
    with pytest.raises(AnswerError):
        await fetch()
    assert toggl.asked.count("page") == 2


async def test_people_are_chosen_by_email_or_id(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1), row(2, user_id=2100002), row(3, user_id=2100003)]
    week = await fetch(" ANA@example.com", "user:2100002")
    assert {entry.user_id for entry in week.entries} == {2100001, 2100002}
    assert [body["user_ids"] for body in toggl.bodies] == [[2100001, 2100002]] * 2


async def test_an_unknown_email_is_wrong_usage_before_any_entry_is_asked_for(toggl: FakeToggl, fetch: Callable[..., Any]) -> None:
    with pytest.raises(UnknownPersonError, match=r"zoe@example\.com"):
        await fetch("zoe@example.com")
    assert "page" not in toggl.asked


async def test_somebody_deleted_can_still_be_asked_for_by_id(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1, user_id=2100099, username="Left Person", email=None)]
    week = await fetch("user:2100099")
    assert week.entries[0].user_name == "Left Person"
    assert [person.name for person in week.people if person.user_id == 2100099] == ["Left Person"]


async def test_somebody_asked_for_by_id_without_hours_is_among_the_people(toggl: FakeToggl, fetch: Callable[..., Any]) -> None:
    assert "user 77" in [person.name for person in (await fetch("user:77")).people]


async def test_hours_of_others_than_asked_for_are_refused(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.override["page"] = lambda _: httpx.Response(200, json=[row(1, user_id=2100002)])
    toggl.total = 3600
    with pytest.raises(AnswerError, match="ignored the choice of people"):
        await fetch("ana@example.com")


async def test_a_token_without_admin_rights_may_read_its_owners_hours_if_allowed(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]
) -> None:
    toggl.admin, toggl.rows = False, [row(1)]
    toggl.override["users"] = lambda _: httpx.Response(403, json="User does not have access to this resource.")
    week = await fetch(own=True)
    assert (week.own_entries_only, len(week.entries)) == (True, 1)
    assert [person.key for person in week.people] == ["ana@example.com"]


async def test_an_admins_week_is_everybodys(toggl: FakeToggl, fetch: Callable[..., Any]) -> None:
    assert (await fetch()).own_entries_only is False


@pytest.mark.parametrize("users", [None, {"items": None}, []])
async def test_a_workspace_may_list_nobody(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any], users: object) -> None:
    toggl.users, toggl.rows = users, [row(1)]
    week = await fetch()
    assert [person.key for person in week.people] == ["ana@example.com"]


async def test_a_list_may_come_within_items(toggl: FakeToggl, fetch: Callable[..., Any]) -> None:
    toggl.users = {"items": toggl.users}
    assert [person.email for person in (await fetch()).people] == ["ana@example.com", "bob@example.com"]


async def test_nobody_pays_for_names_that_the_rows_tell(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1), row(2, client_name=None), row(3, project_id=None, project_name=None, tag_ids=None)]
    week = await fetch()
    assert toggl.asked == ["workspace", "users", "page", "total"]
    assert [(entry.project, entry.client) for entry in week.entries] == [("Portal", "Acme"), ("Portal", None), (None, "Acme")]


async def test_names_that_rows_lack_come_from_the_workspaces_lists_once(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    bare = {"project_name": None, "client_name": None, "tag_names": None}
    toggl.rows = [row(number, project_id=number, tag_ids=[number], **bare) for number in (1, 200, 201, 404)]
    toggl.projects = [{"id": number, "name": f"P{number}", "client_id": number} for number in range(1, 202)]
    toggl.clients = [{"id": 1, "name": "Acme"}, {"id": 201, "name": "Zen"}]
    toggl.tags = [{"id": 1, "name": "backend"}]
    week = await fetch()
    assert [(entry.project, entry.client, entry.tags) for entry in week.entries] == [
        ("P1", "Acme", ("backend",)),
        ("P200", "client 200", ("tag 200",)),
        ("P201", "Zen", ("tag 201",)),
        ("project 404", None, ("tag 404",)),
    ]
    assert toggl.asked[4:] == ["projects", "projects", "clients", "tags"]
    queries = [request.url.query.decode() for request in toggl.requests[4:]]
    assert "active=both" in queries[0]
    assert "status=both" in queries[2]


async def test_a_client_that_no_row_mentions_is_looked_up(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [{key: value for key, value in row(1).items() if key != "client_name"}]
    toggl.projects = [{"id": 5000001, "name": "Portal", "client_id": 1}]
    toggl.clients = [{"id": 1, "name": "Acme"}]
    assert (await fetch()).entries[0].client == "Acme"


async def test_lists_that_the_token_may_not_see_cost_only_the_names(toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]) -> None:
    toggl.rows = [row(1, project_name=None)]
    toggl.override["projects"] = lambda _: httpx.Response(403, json="User does not have access to this resource.")
    assert (await fetch()).entries[0].project == "project 5000001"


async def test_a_project_list_that_ignores_paging_is_read_once_more_and_no_further(
    toggl: FakeToggl, row: MakeRow, fetch: Callable[..., Any]
) -> None:
    toggl.rows = [row(1, project_name=None)]
    everything = [{"id": number, "name": f"P{number}"} for number in range(5000001, 5000301)]
    toggl.override["projects"] = lambda _: httpx.Response(200, json=everything)
    assert (await fetch()).entries[0].project == "P5000001"
    assert toggl.asked.count("projects") == 2


seconds = st.lists(st.integers(min_value=0, max_value=3), max_size=12)


@given(durations=seconds, page_size=st.integers(1, 5), repeats=st.lists(st.integers(0, 4), max_size=12))
async def test_any_entries_under_any_pages_with_any_repeats_come_exactly_once(
    open_session: OpenSession, row: MakeRow, durations: list[int], page_size: int, repeats: list[int]
) -> None:
    rows = [row(number, seconds=duration) for number, duration in enumerate(durations, start=1)]
    week = await _walk_with_repeats(open_session, rows, page_size, repeats)
    assert {entry.id: entry.seconds for entry in week.entries} == dict(enumerate(durations, start=1))
    assert len(week.entries) == len(durations)


async def _walk_with_repeats(open_session: OpenSession, rows: list[dict[str, Any]], page_size: int, repeats: list[int]) -> FetchedWeek:
    """A Toggl whose every page repeats some rows of the pages before it."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/totals"):
            return httpx.Response(200, json={"seconds": sum(item["time_entries"][0]["seconds"] for item in rows)})
        if request.method == "GET":
            return httpx.Response(200, json=[] if request.url.path.endswith("users") else {"admin": True})
        first = json.loads(request.content).get("first_row_number", 1)
        following = first + page_size
        repeated = rows[max(0, first - 1 - repeats[first % len(repeats)]) : first - 1] if repeats else []
        headers = {"X-Next-Row-Number": str(following)} if following <= len(rows) else {}
        return httpx.Response(200, json=[*rows[first - 1 : following - 1], *repeated], headers=headers)

    async with open_session(handle, rate=100_000) as session:
        return await TogglClient(session, workspace_id=3000001, page_size=page_size).week(WEEK)


edits = st.lists(st.tuples(st.integers(2, 8), st.integers(0, 9), st.booleans()), max_size=1)


@given(durations=seconds, page_size=st.integers(1, 5), edits=edits)
async def test_a_week_that_is_edited_while_it_is_read_comes_as_it_is_now_or_not_at_all(
    open_session: OpenSession, row: MakeRow, durations: list[int], page_size: int, edits: list[tuple[int, int, bool]]
) -> None:
    toggl = FakeToggl([row(number, seconds=duration) for number, duration in enumerate(durations, start=1)])

    def edit(page: int) -> None:
        for at_page, position, is_insert in edits:
            if at_page == page and is_insert:
                toggl.rows.insert(position, row(100 + page, seconds=2))
            elif at_page == page and position < len(toggl.rows):
                toggl.rows.pop(position)

    toggl.before_page = edit
    async with open_session(toggl.handle, rate=100_000) as session:
        try:
            week = await TogglClient(session, workspace_id=3000001, page_size=page_size).week(WEEK)
        except ServiceError:
            return
    assert {entry.id for entry in week.entries} == {item["time_entries"][0]["id"] for item in toggl.rows}
