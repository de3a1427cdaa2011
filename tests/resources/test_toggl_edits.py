"""Whatever people do in Toggl while their week is read, no second is lost or counted twice. Not here: single cases (`test_toggl_week`)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resources.errors import AnswerError, QuotaError
from resources.toggl import TogglClient
from tests.resources.fakes import FakeToggl
from tests.resources.test_toggl_unfinished import QUOTA, Drawer
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
WEEK = Week(monday=date(2025, 10, 6))
NOW = datetime(2025, 10, 13, 8, tzinfo=UTC)
MakeRow = Callable[..., dict[str, Any]]


class Edit(Value):
    """What somebody does before that page is answered, counted over all walks."""

    before_page: int
    kind: str
    position: int
    seconds: int


edits = st.lists(
    st.builds(
        Edit,
        before_page=st.integers(1, 12),
        kind=st.sampled_from(["insert", "delete", "change", "move", "start a timer", "stop a timer"]),
        position=st.integers(0, 11),
        seconds=st.integers(0, 5),
    ),
    max_size=4,
)


def _timer_started(page: int) -> Edit:
    return Edit(before_page=page, kind="start a timer", position=0, seconds=0)


def _second_inserted(page: int) -> Edit:
    return Edit(before_page=page, kind="insert", position=0, seconds=1)


weeks = st.lists(st.integers(0, 5), max_size=12)


def apply(edit: Edit, rows: list[dict[str, Any]], make: MakeRow, new_id: int) -> None:
    """Changes the rows as one action of a user in Toggl would."""
    if edit.kind == "insert":
        rows.insert(edit.position, make(new_id, seconds=edit.seconds))
    elif edit.kind == "start a timer":
        rows.insert(edit.position, make(new_id, seconds=-1, stop=None, start=(NOW - timedelta(seconds=20 * edit.seconds)).isoformat()))
    elif edit.kind == "stop a timer":
        _stop_first_timer(rows, make, edit.seconds)
    elif edit.position < len(rows):
        moved = rows.pop(edit.position)
        if edit.kind == "change":
            rows.insert(edit.position, make(moved["time_entries"][0]["id"], seconds=edit.seconds))
        elif edit.kind == "move":
            rows.insert(edit.seconds, moved)


def _stop_first_timer(rows: list[dict[str, Any]], make: MakeRow, seconds: int) -> None:
    at = next((index for index, row in enumerate(rows) if row["time_entries"][0]["stop"] is None), None)
    if at is not None:
        rows[at] = make(rows[at]["time_entries"][0]["id"], seconds=seconds)


def edited(durations: list[int], plan: list[Edit], make: MakeRow) -> FakeToggl:
    """A Toggl with these entries in which these edits will happen."""
    toggl = FakeToggl([make(number, seconds=seconds) for number, seconds in enumerate(durations, start=1)])

    def happen(page: int) -> None:
        for number, edit in enumerate(plan):
            if edit.before_page == page:
                apply(edit, toggl.rows, make, 100 + number)

    toggl.before_page = happen
    return toggl


def seconds_in(toggl: FakeToggl) -> int:
    return sum(item["time_entries"][0]["seconds"] for item in toggl.rows if item["time_entries"][0]["stop"])


@example(durations=[0, 0], page_size=1, plan=[_timer_started(2), _second_inserted(5)])
@given(durations=weeks, page_size=st.integers(1, 5), plan=edits)
async def test_any_edits_while_any_pages_are_read_end_in_toggls_own_total_or_in_a_refusal(
    open_session: Callable[..., Any], row: MakeRow, durations: list[int], page_size: int, plan: list[Edit]
) -> None:
    toggl = edited(durations, plan, row)
    async with open_session(toggl.handle, rate=100_000) as session:
        try:
            week = await TogglClient(session, workspace_id=3000001, page_size=page_size, now=lambda: NOW).week(WEEK)
        except AnswerError:
            return
    assert sum(entry.seconds for entry in week.entries) == seconds_in(toggl)
    assert len({entry.id for entry in week.entries}) == len(week.entries)


@given(durations=weeks, page_size=st.integers(1, 5), plan=edits, stops_at=st.integers(1, 6))
async def test_a_fetch_that_is_interrupted_and_goes_on_ends_in_toggls_own_total_too(
    open_session: Callable[..., Any], row: MakeRow, durations: list[int], page_size: int, plan: list[Edit], stops_at: int
) -> None:
    toggl, drawer = edited(durations, plan, row), Drawer()
    asked: list[httpx.Request] = []

    def stop_once(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == stops_at + 2:
            return httpx.Response(402, json=QUOTA)
        return toggl.handle(request)

    for _ in range(2):
        async with open_session(stop_once, rate=100_000) as session:
            client = TogglClient(session, workspace_id=3000001, page_size=page_size, scratch=drawer, now=lambda: NOW)
            try:
                week = await client.week(WEEK)
            except QuotaError:
                continue
            except AnswerError:
                return
            assert sum(entry.seconds for entry in week.entries) == seconds_in(toggl)
            assert drawer.files == {}
            return
