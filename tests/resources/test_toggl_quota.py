"""What is left of Toggl's hour, and how long somebody waits for the next one. Not here: how a 402 is told apart (`test_toggl_refusals`)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from resources.errors import QuotaError
from resources.toggl import TogglClient
from resources.toggl_quota import Bucket, QuotaLedger, QuotaPatience, bucket_of
from tests.resources.fakes import FakeToggl
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
REPORT = "/reports/api/v3/workspace/3000001/search/time_entries"
WEEK = Week.from_key("2025-10-06")


class Afternoon:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2025, 10, 13, 12, 30, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Afternoon:
    return Afternoon()


@pytest.fixture
def ledger(clock: Afternoon) -> QuotaLedger:
    return QuotaLedger(clock)


def told(remaining: int, resets_in: int) -> httpx.Headers:
    """Headers as they come, their names in lower case as HTTP/2 has them."""
    return httpx.Headers({"x-toggl-quota-remaining": str(remaining), "x-toggl-quota-resets-in": str(resets_in)})


@pytest.mark.parametrize(
    ("path", "bucket"),
    [
        ("/api/v9/me", Bucket.USER),
        ("/api/v9/me/quota", Bucket.USER),
        ("/api/v9/me?with_related_data=true", Bucket.USER),
        ("/api/v9/meetings", Bucket.ORGANIZATION),
        ("/api/v9/workspaces/3000001/users", Bucket.ORGANIZATION),
        (REPORT, Bucket.ORGANIZATION),
    ],
)
def test_requests_about_the_user_alone_have_a_budget_of_their_own(path: str, bucket: Bucket) -> None:
    assert bucket_of(path) is bucket


def test_the_buckets_are_kept_apart(ledger: QuotaLedger) -> None:
    ledger.note(REPORT, told(12, 600))
    ledger.note("/api/v9/me", told(29, 3500))
    assert (ledger.remaining(), ledger.remaining(Bucket.USER)) == (12, 29)


def test_nothing_is_known_before_toggl_says_it(ledger: QuotaLedger) -> None:
    ledger.note(REPORT, httpx.Headers())
    assert ledger.remaining() is None
    assert ledger.seconds_until_enough(1000) == 0


def test_an_answer_without_headers_is_counted_all_the_same(ledger: QuotaLedger) -> None:
    ledger.note(REPORT, told(2, 600))
    for _ in range(3):
        ledger.note(REPORT, httpx.Headers())
    assert ledger.remaining() == 0


def test_too_few_requests_mean_a_wait_until_the_reset(ledger: QuotaLedger, clock: Afternoon) -> None:
    ledger.note(REPORT, told(5, 600))
    clock.now += timedelta(seconds=100)
    assert ledger.seconds_until_enough(6) == 500
    assert ledger.seconds_until_enough(5) == 0


def test_a_reset_in_the_past_is_no_wait(ledger: QuotaLedger, clock: Afternoon) -> None:
    ledger.note(REPORT, told(0, 60))
    clock.now += timedelta(seconds=61)
    assert ledger.seconds_until_enough(10) == 0


def test_waiting_does_not_help_where_an_hour_that_has_just_begun_is_too_small(ledger: QuotaLedger) -> None:
    ledger.note(REPORT, told(28, 3598))
    assert ledger.seconds_until_enough(41) == 0


@pytest.mark.parametrize("resets_in", [10**17, 7200])
def test_a_reset_is_never_further_away_than_the_hour(ledger: QuotaLedger, resets_in: int) -> None:
    ledger.note(REPORT, told(0, resets_in))
    assert ledger.seconds_until_enough(5) == 0


def test_a_quota_that_is_not_enforced_stops_nobody(ledger: QuotaLedger) -> None:
    ledger.note(REPORT, told(-3, 600))
    ledger.note(REPORT, httpx.Headers())
    assert ledger.seconds_until_enough(100) == 0


def patience(clock: Afternoon, lines: list[str], longest: int = 60) -> QuotaPatience:
    return QuotaPatience(longest_seconds=longest, timezone="Europe/Berlin", tell=lines.append, now=clock, sleep=clock.sleep)


async def test_a_near_reset_is_waited_for_in_sight(clock: Afternoon) -> None:
    lines: list[str] = []
    await patience(clock, lines).wait(12, problem="hourly quota of requests is used up")
    assert sum(clock.slept) == 13
    assert lines == [
        "Toggl's hourly quota of requests is used up; going on in 13 s, at 14:30:13.",
        "Toggl's hourly quota of requests is used up; going on in 8 s, at 14:30:13.",
        "Toggl's hourly quota of requests is used up; going on in 3 s, at 14:30:13.",
    ]


async def test_a_far_reset_fails_with_its_time_in_the_configured_zone(clock: Afternoon) -> None:
    with pytest.raises(QuotaError) as caught:
        await patience(clock, []).wait(754, problem="hourly quota of requests is used up")
    assert "it resets at 14:42:34 (Europe/Berlin), in 13 minutes." in str(caught.value)
    assert "toggl.max_quota_wait_seconds" in str(caught.value)
    assert caught.value.resets_in_seconds == 754
    assert clock.slept == []


async def test_waiting_again_and_again_without_an_answer_ends(clock: Afternoon) -> None:
    waiting = patience(clock, [])
    for _ in range(3):
        await waiting.wait(1, problem="hourly quota of requests is used up")
    with pytest.raises(QuotaError):
        await waiting.wait(1, problem="hourly quota of requests is used up")


async def test_each_answer_makes_the_next_wait_a_new_one(clock: Afternoon) -> None:
    waiting = patience(clock, [])
    for _ in range(10):
        await waiting.wait(1, problem="hourly quota of requests is used up")
        waiting.answered()
    assert len(clock.slept) == 10


class HourlyToggl(FakeToggl):
    """A Toggl with so many requests an hour, on a clock that only sleeping moves."""

    def __init__(self, clock: Afternoon, *, an_hour: int, minutes_gone: int = 0) -> None:
        super().__init__()
        self.clock = clock
        self.an_hour = self.left = an_hour
        self.resets_at = clock.now + timedelta(minutes=60 - minutes_gone)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if self.clock.now >= self.resets_at:
            self.left, self.resets_at = self.an_hour, self.clock.now + timedelta(hours=1)
        seconds = int((self.resets_at - self.clock.now).total_seconds())
        if not self.left:
            self.asked.append("refused")
            return httpx.Response(402, json=f"You have hit your hourly limit for API calls. The quota will reset in {seconds} seconds.")
        self.left -= 1
        answer = super().handle(request)
        answer.headers.update({"X-Toggl-Quota-Remaining": str(self.left), "X-Toggl-Quota-Resets-In": str(seconds)})
        return answer


async def fetch(toggl: FakeToggl, clock: Afternoon, open_session: Callable[..., Any], *, longest: int = 60, expected: int = 0) -> int:
    """Fetches the week of one-hour rows; returns its number of entries."""
    async with open_session(toggl.handle, sleep=clock.sleep) as session:
        client = TogglClient(session, workspace_id=3000001, patience=patience(clock, [], longest), now=clock)
        return len((await client.week(WEEK, expected={2100001: expected})).entries)


async def test_a_walk_over_an_hours_end_waits_and_goes_on(
    clock: Afternoon, row: Callable[..., Any], open_session: Callable[..., Any]
) -> None:
    toggl = HourlyToggl(clock, an_hour=5, minutes_gone=59)
    toggl.rows = [row(number) for number in range(1, 301)]
    assert await fetch(toggl, clock, open_session) == 300
    assert toggl.asked.count("page") == 6
    assert toggl.asked.count("refused") == 1


async def test_too_few_requests_for_the_stored_week_are_waited_for_before_the_walk(
    clock: Afternoon, row: Callable[..., Any], open_session: Callable[..., Any]
) -> None:
    toggl = HourlyToggl(clock, an_hour=8, minutes_gone=59)
    toggl.left = 4
    toggl.rows = [row(number) for number in range(1, 301)]
    assert await fetch(toggl, clock, open_session, expected=300) == 300
    assert "refused" not in toggl.asked
    assert sum(clock.slept) == pytest.approx(61, abs=1)


async def test_too_few_requests_and_a_far_reset_fail_before_a_page_is_paid_for(
    clock: Afternoon, row: Callable[..., Any], open_session: Callable[..., Any]
) -> None:
    toggl = HourlyToggl(clock, an_hour=8, minutes_gone=30)
    toggl.left = 4
    toggl.rows = [row(number) for number in range(1, 301)]
    with pytest.raises(QuotaError, match=r"has 2 requests left, but 7 are needed; it resets at 15:00:00 \(Europe/Berlin\), in 30 minutes"):
        await fetch(toggl, clock, open_session, expected=300)
    assert toggl.asked == ["workspace", "users"]


async def test_smaller_pages_than_asked_for_are_budgeted_by_toggls_own_word(
    clock: Afternoon, row: Callable[..., Any], open_session: Callable[..., Any]
) -> None:
    toggl = HourlyToggl(clock, an_hour=30, minutes_gone=30)
    toggl.left = 6
    toggl.rows = [row(number) for number in range(1, 301)]
    async with open_session(toggl.handle, sleep=clock.sleep) as session:
        client = TogglClient(session, workspace_id=3000001, page_size=1000, patience=patience(clock, []), now=clock)
        with pytest.raises(QuotaError, match="has 3 requests left, but 6 are needed"):
            await client.week(WEEK, expected={2100001: 300})
    assert toggl.asked == ["workspace", "users", "page"]


async def test_a_429_counts_against_the_quota(clock: Afternoon, row: Callable[..., Any], open_session: Callable[..., Any]) -> None:
    toggl = HourlyToggl(clock, an_hour=30)
    toggl.rows = [row(1)]
    answers = [httpx.Response(429, text="<html><center>nginx</center></html>"), httpx.Response(429, headers={"Retry-After": "2"})]
    toggl.override["page"] = lambda request: answers.pop(0) if answers else toggl._page(request)
    async with open_session(toggl.handle, sleep=clock.sleep) as session:
        client = TogglClient(session, workspace_id=3000001, now=clock)
        await client.week(WEEK)
        assert client.requests_made == 6
        assert client.quota_remaining == 24
