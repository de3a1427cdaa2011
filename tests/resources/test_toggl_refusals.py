"""What Toggl's other answers mean to a caller, and what the resource needs. Not here: weeks that work."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import dagster as dg
import httpx
import pytest

from resources.errors import (
    AnswerError,
    ConfigurationMissingError,
    PlanError,
    QuotaError,
    RefusedError,
    ServiceError,
    UnavailableError,
)
from resources.toggl import TogglClient, TogglResource
from tests.resources.fakes import FakeToggl
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
WEEK = Week(monday=date(2025, 10, 6))
TOKEN = "0123456789abcdef0123456789abcdef"
QUOTA_TEXT = "You have hit your hourly limit for API calls. The quota will reset in 133 seconds."
WRONG_TOKEN = "Incorrect username and/or password"


def resource(**changes: Any) -> TogglResource:
    fields: dict[str, Any] = {"api_url": "https://toggl.example", "token": TOKEN, "workspace_id": "3000001", "requests_per_second": 1000}
    return TogglResource(**(fields | changes))


async def fetch(toggl: FakeToggl, **changes: Any) -> TogglClient:
    async with resource(**changes).client(transport=toggl.transport) as client:
        await client.week(WEEK)
        return client


async def refusal(toggl: FakeToggl, answer: httpx.Response, route: str = "workspace") -> ServiceError:
    def same(request: httpx.Request) -> httpx.Response:
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    toggl.override[route] = same
    with pytest.raises(ServiceError) as caught:
        await fetch(toggl)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, headers={"X-Authorization-Missing": "true"}),
        httpx.Response(403, json=WRONG_TOKEN),
        httpx.Response(403, text=WRONG_TOKEN),
        httpx.Response(401, json="Unable to extract authentication data"),
    ],
)
async def test_a_wrong_token_is_refused_with_the_remedy(toggl: FakeToggl, answer: httpx.Response) -> None:
    error = await refusal(toggl, answer)
    assert isinstance(error, RefusedError)
    assert str(error) == (
        f"Toggl refused the token (HTTP {answer.status_code}). "
        "Set TOGGL_API_TOKEN to the API token of a workspace admin (Toggl: Profile settings)."
    )


@pytest.mark.parametrize("status", [403, 404])
async def test_a_workspace_that_is_not_accessible_is_named(toggl: FakeToggl, status: int) -> None:
    error = await refusal(toggl, httpx.Response(status, json="Workspace not found/accessible"), route="page")
    assert isinstance(error, RefusedError)
    assert "workspace 3000001" in str(error)
    assert "TOGGL_WORKSPACE_ID" in str(error)


async def test_a_token_that_sees_only_its_owners_hours_is_refused(toggl: FakeToggl) -> None:
    toggl.admin = False
    with pytest.raises(RefusedError, match=r"toggl\.allow_own_entries_only"):
        await fetch(toggl)
    assert toggl.asked == ["workspace"]


async def test_an_admin_who_may_not_list_the_people_is_refused(toggl: FakeToggl) -> None:
    error = await refusal(toggl, httpx.Response(403, json="User does not have access to this resource."), route="users")
    assert isinstance(error, RefusedError)


@pytest.mark.parametrize("answer", [httpx.Response(402, json=QUOTA_TEXT), httpx.Response(402, text=QUOTA_TEXT)])
async def test_a_used_up_quota_says_when_it_resets_and_what_a_week_needs(toggl: FakeToggl, answer: httpx.Response) -> None:
    error = await refusal(toggl, answer, route="page")
    assert isinstance(error, QuotaError)
    assert error.resets_in_seconds == 133
    assert re.search(r"it resets at \d\d:\d\d:\d\d \(UTC\), in 3 minutes\.", str(error))
    assert "3 requests and one for each page" in str(error)
    assert toggl.asked.count("page") == 1


async def test_a_quota_that_only_the_headers_tell_is_a_quota(toggl: FakeToggl) -> None:
    headers = {"X-Toggl-Quota-Remaining": "0", "X-Toggl-Quota-Resets-In": "60"}
    error = await refusal(toggl, httpx.Response(402, json="Payment required", headers=headers))
    assert isinstance(error, QuotaError)
    assert error.resets_in_seconds == 60
    assert "in 1 minute." in str(error)


async def test_a_quota_without_a_time_resets_within_the_hour(toggl: FakeToggl) -> None:
    error = await refusal(toggl, httpx.Response(402, headers={"X-Toggl-Quota-Remaining": "-3"}))
    assert isinstance(error, QuotaError)
    assert error.resets_in_seconds == 3600


async def test_a_feature_that_the_plan_lacks_is_no_quota(toggl: FakeToggl) -> None:
    text = "Custom project colors available only for premium plans"
    error = await refusal(toggl, httpx.Response(402, json=text, headers={"X-Toggl-Quota-Remaining": "12"}))
    assert isinstance(error, PlanError)
    assert text in str(error)


@pytest.mark.parametrize("body", ['"bad start_date"', '{"error": "bad start_date"}', '{"message": "bad start_date"}',
                                  '{"error": {"message": "bad start_date", "code": 400}}', "bad start_date"])  # fmt: skip
async def test_the_reason_is_read_from_every_form_of_error(toggl: FakeToggl, body: str) -> None:
    error = await refusal(toggl, httpx.Response(400, text=body), route="page")
    assert isinstance(error, AnswerError)
    assert "HTTP 400" in str(error)
    assert ": bad start_date." in str(error)


@pytest.mark.parametrize("status", [302, 409, 410])
async def test_a_status_nobody_expects_is_an_answer_error(toggl: FakeToggl, status: int) -> None:
    assert isinstance(await refusal(toggl, httpx.Response(status)), AnswerError)


@pytest.mark.parametrize("status", [401, 402, 403, 404, 410])
@pytest.mark.parametrize("headers", [{"content-type": "text/html; charset=utf-8"}, {"content-type": "text/plain"}])
async def test_an_error_with_a_web_page_is_about_the_address_and_shows_none_of_it(
    toggl: FakeToggl, status: int, headers: dict[str, str]
) -> None:
    error = await refusal(toggl, httpx.Response(status, text="\n<!doctype html><h1>Not here</h1>", headers=headers))
    assert isinstance(error, AnswerError)
    assert str(error) == f"Toggl answered HTTP {status} with a web page: check TOGGL_API_URL."


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_toggl_being_down_is_tried_three_times(toggl: FakeToggl, status: int) -> None:
    error = await refusal(toggl, httpx.Response(status, html="<html>nginx</html>"))
    assert isinstance(error, UnavailableError)
    assert toggl.asked == ["workspace"] * 3


@pytest.mark.parametrize("route", ["workspace", "users", "page", "total"])
@pytest.mark.parametrize("body", ["<html>Sign in</html>", '{"seco'])
async def test_html_and_cut_json_are_refused_everywhere(toggl: FakeToggl, route: str, body: str) -> None:
    assert isinstance(await refusal(toggl, httpx.Response(200, text=body), route=route), AnswerError)


@pytest.mark.parametrize(("route", "body"), [("workspace", "[]"), ("workspace", "null"), ("users", '"x"'), ("users", '[{"id": "1"}]'),
                                             ("total", "[]"), ("total", '{"seconds": "1"}'), ("page", '{"a": 1}')])  # fmt: skip
async def test_another_shape_than_agreed_is_refused(toggl: FakeToggl, route: str, body: str) -> None:
    assert isinstance(await refusal(toggl, httpx.Response(200, text=body), route=route), AnswerError)


async def test_requests_and_remaining_quota_are_known(toggl: FakeToggl) -> None:
    toggl.headers = {"x-toggl-quota-remaining": "20"}
    client = await fetch(toggl)
    assert (client.requests_made, client.quota_remaining) == (4, 20)


@pytest.mark.parametrize("headers", [{}, {"X-Toggl-Quota-Remaining": "many"}])
async def test_a_quota_that_toggl_does_not_tell_is_unknown(toggl: FakeToggl, headers: dict[str, str]) -> None:
    toggl.headers = headers
    assert (await fetch(toggl)).quota_remaining is None


async def test_the_token_travels_as_basic_auth(toggl: FakeToggl) -> None:
    await fetch(toggl, token=f" {TOKEN}\n")
    expected = httpx.BasicAuth(TOKEN, "api_token")._auth_header
    assert {request.headers["authorization"] for request in toggl.requests} == {expected}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"token": ""}, "TOGGL_API_TOKEN is not set"),
        ({"token": "tökèn"}, "TOGGL_API_TOKEN holds characters"),
        ({"workspace_id": ""}, "TOGGL_WORKSPACE_ID is not set"),
        ({"workspace_id": "my team"}, "TOGGL_WORKSPACE_ID is 'my team'"),
    ],
)
async def test_a_missing_setting_is_named_before_anything_is_asked(toggl: FakeToggl, changes: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationMissingError, match=message):
        await fetch(toggl, **changes)
    assert toggl.asked == []


def test_the_resource_does_not_show_its_token() -> None:
    assert TOKEN not in repr(resource())


def test_an_asset_can_use_the_resource(toggl: FakeToggl, row: Callable[..., dict[str, Any]]) -> None:
    toggl.rows = [row(1)]

    @dg.asset
    async def raw(toggl_api: TogglResource) -> int:
        async with toggl_api.client(transport=toggl.transport) as client:
            return len((await client.week(WEEK)).entries)

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([raw], resources={"toggl_api": resource()}, instance=instance)
    assert result.output_for_node("raw") == 1
