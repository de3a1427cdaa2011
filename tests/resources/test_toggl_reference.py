"""What is known of Toggl, row by row: its quota, its errors, and what makes reports wrong. Not here: rarer forms of each (the other files).

The numbers in the names of the tests are those of the sections of `reference/toggl.md`.
"""

import itertools
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import anyio
import httpx
import pytest

from resources.errors import AnswerError, PlanError, QuotaError, RefusedError, ServiceError, UnavailableError
from resources.toggl import TogglClient
from resources.toggl_api import is_transient
from tests.resources.fakes import FakeToggl
from volt_assets.domain.aggregation import aggregate
from volt_assets.domain.entries import FetchedWeek, RawTogglData, build_raw, drift
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
MakeRow = Callable[..., dict[str, Any]]
Fetch = Callable[..., Any]
WEEK = Week(monday=date(2025, 10, 6))
NOW = datetime.fromisoformat("2025-10-13T08:00:00+00:00")
NGINX = "<html><head><title>429 Too Many Requests</title></head><body><center>nginx</center></body></html>"
USED_UP = "You have hit your hourly limit for API calls. The quota will reset in 133 seconds."


@pytest.fixture
def fetch(toggl: FakeToggl, open_session: Callable[..., Any]) -> Fetch:
    async def fetch() -> FetchedWeek:
        async with open_session(toggl.handle, is_transient=is_transient) as session:
            return await TogglClient(session, workspace_id=3000001, now=lambda: NOW).week(WEEK)

    return fetch


@pytest.fixture
def raw(fetch: Fetch) -> Callable[..., Any]:
    async def raw() -> RawTogglData:
        return build_raw(WEEK, await fetch())

    return raw


def text(status: int, body: str, **headers: str) -> httpx.Response:
    """An error as Toggl writes most of them: a JSON string."""
    return httpx.Response(status, content=json.dumps(body), headers={"content-type": "application/json; charset=utf-8", **headers})


def bare(status: int, body: str = "", content_type: str = "text/html", **headers: str) -> httpx.Response:
    return httpx.Response(status, content=body, headers={"content-type": content_type, **headers})


def answering(answer: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)


# 6. Rate limits and the hourly quota


async def test_6_a_week_asks_nothing_about_the_user_alone_whose_hour_has_thirty_requests(
    toggl: FakeToggl, row: MakeRow, fetch: Fetch
) -> None:
    toggl.rows = [row(number) for number in range(1, 201)]
    await fetch()
    assert len(toggl.requests) == 7
    assert not [request for request in toggl.requests if request.url.path.startswith("/api/v9/me")]


QUOTA_ANSWERS = {
    "a JSON string": text(402, USED_UP),
    "bare text": bare(402, USED_UP, "text/plain"),
    "the longer text of the free plan": text(402, f"{USED_UP} Upgrade your plan to get more."),
    "headers alone": bare(402, "", "text/plain", **{"X-Toggl-Quota-Remaining": "0", "X-Toggl-Quota-Resets-In": "133"}),
    "minutes": text(402, "You have hit your hourly limit for API calls. The Quota will reset in 3 minutes."),
    "no time": text(402, "You have hit your hourly limit for API calls."),
    "an object": httpx.Response(402, json={"error": {"message": USED_UP}}),
}


@pytest.mark.parametrize("form", QUOTA_ANSWERS)
async def test_6_a_used_up_quota_is_known_in_every_form_and_not_tried_again(toggl: FakeToggl, fetch: Fetch, form: str) -> None:
    toggl.override["page"] = answering(QUOTA_ANSWERS[form])
    with pytest.raises(QuotaError) as caught:
        await fetch()
    assert caught.value.resets_in_seconds == {"minutes": 180, "no time": 3600}.get(form, 133)
    assert toggl.asked.count("page") == 1


@pytest.mark.parametrize(
    "reason",
    [
        "Custom project colors available only for premium plans",
        "Workspace needs to have this feature enabled",
        "Tasks are a premium feature",
    ],
)
async def test_6_a_402_about_a_paid_feature_is_no_quota(toggl: FakeToggl, fetch: Fetch, reason: str) -> None:
    toggl.override["page"] = answering(text(402, reason, **{"X-Toggl-Quota-Remaining": "20"}))
    with pytest.raises(PlanError, match=reason):
        await fetch()
    assert toggl.asked.count("page") == 1


async def test_6_a_429_is_tried_three_times_after_one_and_five_seconds(toggl: FakeToggl, fetch: Fetch) -> None:
    at: list[float] = []

    def overloaded(_: httpx.Request) -> httpx.Response:
        at.append(anyio.current_time())
        return bare(429, NGINX)

    toggl.override["page"] = overloaded
    with pytest.raises(UnavailableError):
        await fetch()
    first, second = (later - earlier for earlier, later in itertools.pairwise(at))
    assert (1 <= first <= 1.3, 5 <= second <= 6.3) == (True, True)


async def test_6_a_429_in_html_and_then_an_answer_is_an_answer(toggl: FakeToggl, row: MakeRow, fetch: Fetch) -> None:
    toggl.rows = [row(1)]
    answers = [bare(429, NGINX), bare(429, NGINX, **{"Retry-After": "3"})]
    toggl.override["page"] = lambda request: answers.pop(0) if answers else toggl._page(request)
    assert len((await fetch()).entries) == 1


# 7. Errors

ERRORS: list[tuple[httpx.Response, type[ServiceError], int]] = [
    (text(400, "'since' and 'before' can not be present simultaneously"), AnswerError, 1),
    (text(400, "At least one parameter must be set"), AnswerError, 1),
    (text(400, "Invalid workspace id"), AnswerError, 1),
    (text(400, "Invalid 'order_by' value, allowed values are: 'date, user'"), AnswerError, 1),
    (text(400, "The 'rounding' parameter is not supported"), AnswerError, 1),
    (text(400, "Maximum count of posted IDs is 100"), AnswerError, 1),
    (text(400, "start_date must not be earlier than 2025-08-24"), AnswerError, 1),
    (bare(400, "<html><center>nginx</center></html>"), AnswerError, 1),
    (bare(401, "", "text/plain", **{"X-Authorization-Missing": "true"}), RefusedError, 1),
    (text(402, USED_UP), QuotaError, 1),
    (text(402, "Workspace needs to have this feature enabled"), PlanError, 1),
    (text(403, "Incorrect username and/or password"), RefusedError, 1),
    (text(403, "User does not have access to this resource."), RefusedError, 1),
    (text(403, "Workspace not found/accessible"), RefusedError, 1),
    (text(404, "Resource can not be found"), RefusedError, 1),
    (text(404, "Time entry not found"), RefusedError, 1),
    (text(409, "Time entry already stopped"), AnswerError, 1),
    (text(410, "Gone"), AnswerError, 1),
    (bare(429, NGINX), UnavailableError, 3),
    (text(500, "Internal Server Error"), UnavailableError, 3),
    (text(500, "report is too big to be exported"), UnavailableError, 3),
    (bare(502, "<html>502 Bad Gateway</html>"), UnavailableError, 3),
    (bare(503, "<html>503 Service Unavailable</html>"), UnavailableError, 3),
    (bare(504, "<html>504 Gateway Time-out</html>"), UnavailableError, 3),
]


@pytest.mark.parametrize(("answer", "kind", "tries"), ERRORS, ids=[f"{one.status_code} {one.text[:30]}" for one, _, _ in ERRORS])
@pytest.mark.parametrize("route", ["workspace", "users", "page", "total"])
async def test_7_every_error_body_is_told_in_one_line_and_tried_as_often_as_makes_sense(
    toggl: FakeToggl, fetch: Fetch, route: str, answer: httpx.Response, kind: type[ServiceError], tries: int
) -> None:
    toggl.override[route] = answering(answer)
    with pytest.raises(ServiceError) as caught:
        await fetch()
    assert type(caught.value) is kind
    assert toggl.asked.count(route) == tries
    assert len(str(caught.value).splitlines()) == 1
    assert "<" not in str(caught.value)


async def test_7_a_wrong_workspace_is_said_to_be_one_although_reports_answer_403(toggl: FakeToggl, fetch: Fetch) -> None:
    toggl.override["page"] = answering(text(403, "Workspace not found/accessible"))
    with pytest.raises(RefusedError, match=r"workspace 3000001 .*TOGGL_WORKSPACE_ID"):
        await fetch()


# 8. Semantics that make reports wrong


@pytest.mark.parametrize(
    "times",
    [{"seconds": -1760000000, "stop": None}, {"seconds": -1, "stop": None}, {"seconds": 4711, "stop": None}, {"seconds": -1760000000}],
)
async def test_8_1_without_an_end_or_with_a_negative_duration_it_runs_and_counts_nowhere(
    toggl: FakeToggl, row: MakeRow, raw: Callable[..., Any], times: dict[str, Any]
) -> None:
    toggl.rows, toggl.total = [row(1), row(2, **times)], 3600
    data = await raw()
    assert ([entry.id for entry in data.entries], [entry.id for entry in data.running]) == ([1], [2])
    assert data.statistics.seconds == aggregate(data, ()).statistics.total_duration_seconds == 3600


async def test_8_2_one_report_day_is_each_owners_own_day(toggl: FakeToggl, row: MakeRow, fetch: Fetch) -> None:
    starts = ["2025-10-06T00:10:00+13:00", "2025-10-06T23:50:00-10:00", "2025-10-06T12:00:00+01:00"]
    toggl.rows = [row(number, start=start, stop=start) for number, start in enumerate(starts, start=1)]
    week = await fetch()
    assert {entry.day for entry in week.entries} == {date(2025, 10, 6)}
    assert [entry.start.isoformat() for entry in week.entries] == starts


async def test_8_2_dates_are_plain_and_both_ends_are_included(toggl: FakeToggl, fetch: Fetch) -> None:
    await fetch()
    assert {(body["start_date"], body["end_date"]) for body in toggl.bodies} == {("2025-10-06", "2025-10-12")}


async def test_8_2_an_entry_of_a_day_outside_the_week_is_kept_as_toggl_gave_it(
    toggl: FakeToggl, row: MakeRow, raw: Callable[..., Any]
) -> None:
    toggl.rows = [row(1, start="2025-10-05T23:00:00-11:00", stop="2025-10-06T00:00:00-11:00")]
    assert (await raw()).statistics.seconds == 3600


@pytest.mark.parametrize("day", [date(2025, 10, 7), date(2025, 10, 12)], ids=["midnight", "the week's end"])
async def test_8_3_an_entry_over_midnight_belongs_whole_to_the_day_of_its_start(
    toggl: FakeToggl, row: MakeRow, raw: Callable[..., Any], day: date
) -> None:
    after = day + timedelta(days=1)
    toggl.rows = [row(1, start=f"{day}T23:30:00+02:00", stop=f"{after}T00:30:00+02:00")]
    person = aggregate(await raw(), ()).users["ana@example.com"]
    assert [(share.day, share.duration_seconds) for share in person.days] == [(day, 3600)]


async def test_8_4_a_week_that_is_read_again_may_shrink_and_says_so(toggl: FakeToggl, row: MakeRow, raw: Callable[..., Any]) -> None:
    toggl.rows = [row(1), row(2)]
    before = await raw()
    del toggl.rows[0]
    after = await raw()
    assert (drift(before, after).removed, drift(before, after).seconds) == (1, -3600)


async def test_8_4_an_entry_whose_project_was_deleted_keeps_its_time(toggl: FakeToggl, row: MakeRow, fetch: Fetch) -> None:
    toggl.rows = [row(1, project_id=None, project_name=None, client_name=None)]
    assert [(entry.project, entry.seconds) for entry in (await fetch()).entries] == [(None, 3600)]


@pytest.mark.parametrize("tags", [{"tag_ids": None, "tag_names": None}, {"tag_ids": [], "tag_names": []}])
async def test_8_5_no_tags_are_no_tags_in_both_forms(toggl: FakeToggl, row: MakeRow, fetch: Fetch, tags: dict[str, Any]) -> None:
    toggl.rows = [row(1, **tags)]
    assert (await fetch()).entries[0].tags == ()


@pytest.mark.parametrize("description", [None, ""])
async def test_8_5_no_description_is_none_in_both_forms(toggl: FakeToggl, row: MakeRow, fetch: Fetch, description: str | None) -> None:
    toggl.rows = [row(1, description=description)]
    assert (await fetch()).entries[0].description == ""


async def test_8_5_seconds_are_the_truth_where_start_and_stop_say_otherwise(
    toggl: FakeToggl, row: MakeRow, raw: Callable[..., Any]
) -> None:
    toggl.rows = [row(1, seconds=1800)]
    assert (await raw()).statistics.seconds == 1800


async def test_8_5_a_persons_overlapping_entries_both_count(toggl: FakeToggl, row: MakeRow, raw: Callable[..., Any]) -> None:
    toggl.rows = [row(1), row(2)]
    assert aggregate(await raw(), ()).users["ana@example.com"].statistics.total_duration_seconds == 7200


async def test_8_5_the_last_change_of_an_entry_is_kept(toggl: FakeToggl, row: MakeRow, fetch: Fetch) -> None:
    toggl.rows = [row(1, at="2025-10-20T07:12:45+00:00")]
    assert (await fetch()).entries[0].updated_at == datetime.fromisoformat("2025-10-20T07:12:45+00:00")
