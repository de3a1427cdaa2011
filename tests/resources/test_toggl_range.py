"""Many weeks from one walk are the same weeks as fetched alone, each entry once. Not here: a single week (`test_toggl_week`)."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from resources.errors import AnswerError, QuotaError
from resources.toggl import TogglClient
from resources.toggl_proven import ProvenWeeks
from resources.toggl_range import RangeRead, last_day_of, split_walk, whole_weeks
from resources.toggl_rows import read_rows
from resources.toggl_walk import Walk
from tests.resources.fakes import FakeToggl, report_row
from tests.resources.test_toggl_unfinished import QUOTA, Drawer
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
FIRST = Week.from_key("2025-10-13")
WEEKS = tuple(FIRST.shifted(number) for number in range(4))  # both clock changes of autumn lie in them
ZONES = ("Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu", "America/New_York", "Asia/Kathmandu")
BERLIN = ZoneInfo("Europe/Berlin")
OpenSession = Callable[..., Any]


class DatedToggl(FakeToggl):
    """A Toggl that honours dates, by the local day of an entry's `rule`; `tells_days`: its totals have the sums of days."""

    def __init__(self, rule: str = "start", *, tells_days: bool = True) -> None:
        super().__init__()
        self.rule, self.tells_days = rule, tells_days
        self.days: dict[int, date] = {}

    def track(self, entry_id: int, zone: str, start: datetime, seconds: int, *, shown_in: str = "") -> None:
        """Somebody in that zone tracks an entry; its row is written in another zone where `shown_in` names one."""
        own, shown = ZoneInfo(zone), ZoneInfo(shown_in or zone)
        stop = start + timedelta(seconds=seconds)
        self.days[entry_id] = (stop if self.rule == "stop" else start).astimezone(own).date()
        times = {"start": start.astimezone(shown).isoformat(), "stop": stop.astimezone(shown).isoformat()}
        self.rows.append(report_row(entry_id, seconds, **times))
        self.rows.sort(key=lambda row: (datetime.fromisoformat(row["time_entries"][0]["start"]), row["time_entries"][0]["id"]))

    def _chosen(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        first, last = date.fromisoformat(body["start_date"]), date.fromisoformat(body["end_date"])
        return [row for row in self.rows if first <= self.days[row["time_entries"][0]["id"]] <= last]

    def _total(self, request: httpx.Request) -> httpx.Response:
        answer, body = json.loads(super()._total(request).content), self.bodies[-1]
        if not (body.get("with_graph") and self.tells_days):
            return httpx.Response(200, json=answer)
        first, last = date.fromisoformat(body["start_date"]), date.fromisoformat(body["end_date"])
        sums = dict.fromkeys((first + timedelta(days=at) for at in range((last - first).days + 1)), 0)
        for row in self._chosen(body):
            part = row["time_entries"][0]
            sums[self.days[part["id"]]] += part["seconds"] if part["stop"] else 0
        return httpx.Response(200, json={**answer, "resolution": "day", "graph": [{"seconds": one} for one in sums.values()]})

    def ids_of(self, week: Week) -> list[int]:
        return sorted(entry_id for entry_id, day in self.days.items() if Week.containing(day) == week)


@pytest.fixture
def toggl() -> DatedToggl:
    return DatedToggl()


def fill(toggl: DatedToggl, a_week: int, weeks: Sequence[Week] = WEEKS) -> None:
    """So many entries of an hour from each Monday morning on."""
    for at, week in enumerate(weeks):
        for number in range(a_week):
            start = datetime.combine(week.monday, datetime.min.time(), BERLIN) + timedelta(hours=8, minutes=40 * number)
            toggl.track(1000 * at + number, "Europe/Berlin", start, 3600)


class Desk:
    """A client with a drawer for what is read and one for each proven week."""

    def __init__(self, toggl: DatedToggl, open_session: OpenSession) -> None:
        self.toggl, self._open, self.scratch = toggl, open_session, Drawer()
        self.now = datetime(2025, 11, 12, 8, tzinfo=UTC)
        self.drawers: dict[Week, Drawer] = {}
        self.proven = ProvenWeeks(lambda week: self.drawers.setdefault(week, Drawer()), lambda: self.now)

    async def read(self, weeks: Sequence[Week] = WEEKS) -> RangeRead:
        async with self._open(self.toggl.handle) as session:
            client = TogglClient(session, workspace_id=3000001, scratch=self.scratch, now=lambda: self.now)
            return await client.weeks(weeks, keep=lambda week, fetched: self.proven.keep(week, fetched, walked="these weeks"))

    async def week(self, week: Week) -> FetchedWeek:
        async with self._open(self.toggl.handle) as session:
            client = TogglClient(session, workspace_id=3000001, proven=self.proven, now=lambda: self.now)
            return await client.week(week)


@pytest.fixture
def desk(toggl: DatedToggl, open_session: OpenSession) -> Desk:
    return Desk(toggl, open_session)


def ids(fetched: FetchedWeek) -> list[int]:
    return sorted(entry.id for entry in (*fetched.entries, *fetched.running))


async def test_a_range_costs_its_pages_and_three_requests_and_is_the_weeks_as_fetched_alone(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 55)
    read = await desk.read()
    assert toggl.asked == ["workspace", "users", *["page"] * 5, "total"]
    assert read.doubtful == ()
    alone = Desk(toggl, desk._open)
    assert read.proven == {week: await alone.week(week) for week in WEEKS}


async def test_a_proven_week_is_handed_out_without_a_request_for_two_hours(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 3)
    await desk.read()
    toggl.asked.clear()
    assert ids(await desk.week(FIRST)) == toggl.ids_of(FIRST)
    assert toggl.asked == []
    desk.now += timedelta(hours=2)
    assert ids(await desk.week(FIRST)) == toggl.ids_of(FIRST)
    assert toggl.asked == ["workspace", "users", "page", "total"]


async def test_what_a_token_saw_of_its_owner_alone_is_handed_out_only_where_that_is_still_allowed(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 3)
    for week, fetched in (await desk.read()).proven.items():
        desk.proven.keep(week, fetched.model_copy(update={"own_entries_only": True}), walked="these weeks")
    toggl.asked.clear()
    await desk.week(FIRST)
    assert toggl.asked == ["workspace", "users", "page", "total"]


moments = st.integers(-60, 60).map(lambda quarter: timedelta(minutes=15 * quarter))
entries = st.lists(st.tuples(st.sampled_from(ZONES), st.integers(0, 4), moments, st.integers(0, 12 * 3600)), max_size=14)


def tracked(rule: str, drawn: Sequence[tuple[str, int, timedelta, int]], *, shown_in: str = "", tells_days: bool = True) -> DatedToggl:
    """Entries around the Mondays of the weeks, on the clocks of their owners."""
    toggl = DatedToggl(rule, tells_days=tells_days)
    for number, (zone, week, offset, seconds) in enumerate(drawn):
        midnight = datetime.combine(FIRST.shifted(week).monday, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        toggl.track(number, zone, midnight + offset, seconds, shown_in=shown_in)
    return toggl


@given(drawn=entries)
@examples(max_examples=60)
async def test_whoever_tracks_where_each_week_is_proven_and_is_what_toggl_counts_in_it(
    open_session: OpenSession, drawn: list[tuple[str, int, timedelta, int]]
) -> None:
    toggl = tracked("start", drawn)
    read = await Desk(toggl, open_session).read()
    assert {week: ids(fetched) for week, fetched in read.proven.items()} == {week: toggl.ids_of(week) for week in WEEKS}


@given(drawn=entries, rule=st.sampled_from(["start", "stop"]), shown_in=st.sampled_from(["", *ZONES]), tells_days=st.booleans())
@examples(max_examples=120)
async def test_whatever_rule_toggl_counts_by_a_week_is_right_or_left_to_be_fetched_alone(
    open_session: OpenSession, drawn: list[tuple[str, int, timedelta, int]], rule: str, shown_in: str, *, tells_days: bool
) -> None:
    toggl = tracked(rule, [(zone, week, offset, 100_003 ** (at % 2) + seconds) for at, (zone, week, offset, seconds) in enumerate(drawn)],
                    shown_in=shown_in, tells_days=tells_days)  # fmt: skip
    desk = Desk(toggl, open_session)
    read = await desk.read()
    sums = {week: sum(row["time_entries"][0]["seconds"] for row in toggl.rows if row["time_entries"][0]["id"] in toggl.ids_of(week))
            for week in WEEKS}  # fmt: skip
    assert {week: sum(one.seconds for one in (await desk.week(week)).entries) for week in WEEKS} == sums
    assert {*read.proven, *read.doubtful} == set(WEEKS)


@given(drawn=entries)
def test_a_split_loses_and_doubles_nothing(drawn: list[tuple[str, int, timedelta, int]]) -> None:
    rows = tracked("start", drawn).rows
    walk = Walk(found={part.id: (row, part) for row in read_rows(rows, 1) for part in row.time_entries}, has_shifted=False)
    every_week = tuple(FIRST.shifted(number) for number in range(-2, 7))
    parts = split_walk(walk, every_week)
    assert sorted(entry_id for part in parts for entry_id in part.found) == sorted(walk.found)
    assert sum(part.seconds for part in parts) == walk.seconds


async def test_without_sums_of_days_each_week_is_proven_by_its_own_total(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 55)
    toggl.tells_days = False
    assert set((await desk.read()).proven) == set(WEEKS)
    assert toggl.asked == ["workspace", "users", *["page"] * 5, *["total"] * 5]


async def test_a_week_with_a_timer_that_is_on_is_left_to_be_fetched_alone(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 2)
    toggl.track(77, "Europe/Berlin", datetime(2025, 10, 21, 8, tzinfo=UTC), 60)
    timer = next(row for row in toggl.rows if row["time_entries"][0]["id"] == 77)
    timer["time_entries"][0] |= {"stop": None, "seconds": -1}
    assert (await desk.read()).doubtful == (Week.from_key("2025-10-20"),)


async def test_an_edit_during_the_walk_makes_it_start_again(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 55)

    def edit(page: int) -> None:
        if page == 3:
            gone = toggl.rows.pop(0)
            del toggl.days[gone["time_entries"][0]["id"]]

    toggl.before_page = edit
    read = await desk.read()
    assert {week: ids(fetched) for week, fetched in read.proven.items()} == {week: toggl.ids_of(week) for week in WEEKS}
    assert toggl.asked.count("page") == 10


async def test_a_walk_that_shifts_twice_proves_nothing(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 55)

    def edit(page: int) -> None:
        if page in {3, 8}:
            toggl.track(5000 + page, "Europe/Berlin", datetime(2025, 10, 13, 1, page, tzinfo=UTC), 60)

    toggl.before_page = edit
    read = await desk.read()
    assert read.proven == {}
    assert read.doubtful == WEEKS


async def test_the_quotas_end_leaves_the_weeks_that_are_read_proven(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 120)
    left = 12

    def page(request: httpx.Request) -> httpx.Response:
        nonlocal left
        left -= 1
        answer = toggl._page(request)
        answer.headers.update({"X-Toggl-Quota-Remaining": str(left), "X-Toggl-Quota-Resets-In": "1800"})
        return answer

    toggl.override["page"] = page
    read = await desk.read()
    assert tuple(read.proven) == WEEKS[:2]  # eight pages end on the Tuesday of the fourth week, too near its Monday
    assert toggl.asked.count("page") == 8
    assert all(ids(fetched) == toggl.ids_of(week) for week, fetched in read.proven.items())


async def test_pages_of_a_walk_that_was_cut_off_are_not_paid_again(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 55)
    answers = iter([True, True, True, False])
    toggl.override["page"] = lambda request: toggl._page(request) if next(answers) else httpx.Response(402, json=QUOTA)
    with pytest.raises(QuotaError):
        await desk.read()
    toggl.override.clear()
    toggl.asked.clear()
    assert set((await desk.read()).proven) == set(WEEKS)
    assert toggl.asked == ["workspace", "page", "page", "total"]
    assert desk.scratch.files == {}


async def test_an_edit_between_a_cut_off_walk_and_its_end_is_not_missed(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 55)
    answers = iter([True, True, True, False])
    toggl.override["page"] = lambda request: toggl._page(request) if next(answers) else httpx.Response(402, json=QUOTA)
    with pytest.raises(QuotaError):
        await desk.read()
    toggl.override.clear()
    toggl.rows[0]["time_entries"][0]["seconds"] = 7
    read = await desk.read()
    assert min(entry.seconds for entry in read.proven[FIRST].entries) == 7


async def test_a_long_range_that_shows_nothing_is_not_believed(desk: Desk) -> None:
    many = tuple(FIRST.shifted(number) for number in range(5))
    with pytest.raises(AnswerError, match="no entry in the 5 weeks from 2025-10-13"):
        await desk.read(many)
    assert set((await desk.read(many[:4])).proven) == set(many[:4])


def test_a_week_is_read_whole_only_when_no_zone_can_add_to_it() -> None:
    last_sunday = WEEKS[0].sunday
    assert whole_weeks(WEEKS, last_sunday + timedelta(days=2)) == ()
    assert whole_weeks(WEEKS, last_sunday + timedelta(days=3)) == WEEKS[:1]
    assert last_day_of(Walk(found={}, has_shifted=False)) == date.min


async def test_what_was_put_down_and_cannot_be_read_is_fetched(toggl: DatedToggl, desk: Desk) -> None:
    fill(toggl, 2)
    await desk.read()
    for drawer in desk.drawers.values():
        drawer.files = dict.fromkeys(drawer.files, b"{")
    toggl.asked.clear()
    assert ids(await desk.week(FIRST)) == toggl.ids_of(FIRST)
    assert toggl.asked == ["workspace", "users", "page", "total"]
