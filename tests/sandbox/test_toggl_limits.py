"""Toggl's refusals, each with its switch: wrong tokens, the hourly quota, the rate limit, paid features, lists of people, proxies."""

import re

import pytest

from volt_assets.sandbox import faults
from volt_assets.sandbox.constants import ORGANIZATION_ID, WORKSPACE_ID

from .conftest import REPORT, Open

API = "/toggl/api/v9"
USERS = f"{API}/workspaces/{WORKSPACE_ID}/users"
REPORTS = REPORT.removesuffix("search/time_entries")


@pytest.mark.parametrize("status", [403, 401])
def test_a_wrong_token_is_403_or_401_with_the_same_words(opened: Open, status: int) -> None:
    with opened(wrong_token_status=status) as (_, client):
        answer = client.get(f"{API}/me", auth=("wrong", "api_token"))

    assert (answer.status_code, answer.json()) == (status, "Incorrect username and/or password")


def test_without_a_rate_limit_requests_may_come_at_once(opened: Open) -> None:
    with opened() as (_, client):
        assert {client.get(USERS).status_code for _ in range(5)} == {200}


def test_more_than_so_many_requests_a_second_are_answered_with_the_proxys_page(opened: Open) -> None:
    with opened(requests_per_second=0.001) as (sandbox, client):
        first, second = client.get(USERS), client.get(USERS)
        sandbox.advance_clock(1001)
        later = client.get(USERS)

    assert [first.status_code, second.status_code, later.status_code] == [200, 429, 200]
    assert "<center>nginx</center>" in second.text
    assert second.headers["Content-Type"].startswith("text/html")
    assert "Retry-After" not in second.headers


def test_the_rate_limit_can_say_when_to_come_back(opened: Open) -> None:
    with opened(requests_per_second=0.01, retry_after_429=True) as (_, client):
        answers = [client.get(USERS) for _ in range(2)]

    assert 0 < int(answers[1].headers["Retry-After"]) <= 100


def test_the_rate_limit_can_let_a_few_come_at_once(opened: Open) -> None:
    with opened(requests_per_second=0.001, requests_at_once=3) as (_, client):
        assert [client.get(USERS).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_requests_that_came_too_fast_use_up_the_quota_too(opened: Open) -> None:
    with opened(requests_per_second=0.001, quota_per_hour=5) as (sandbox, client):
        codes = [client.get(USERS).status_code for _ in range(3)]
        sandbox.advance_clock(1001)
        left = client.get(USERS).headers["X-Toggl-Quota-Remaining"]

    assert (codes, left) == ([200, 429, 429], "1")


@pytest.mark.parametrize("text", ["json", "bare"])
def test_a_used_up_quota_is_told_in_a_json_string_or_in_bare_text(opened: Open, text: str) -> None:
    with opened(quota_per_hour=0, quota_text=text) as (_, client):
        answer = client.get(USERS)

    assert answer.status_code == 402
    assert answer.text.startswith('"You have hit' if text == "json" else "You have hit")
    assert answer.headers["Content-Type"].startswith("application/json" if text == "json" else "text/plain")


def test_a_used_up_quota_may_be_told_in_more_words(opened: Open) -> None:
    with opened(quota_per_hour=0, quota_text="longer") as (_, client):
        told = client.get(USERS).json()

    assert re.match(r"You have hit .* will reset in \d+ seconds\. Upgrade", told)


@pytest.mark.parametrize(
    ("enforced", "seen"), [(True, [(200, "0"), (402, "0"), (402, "0")]), (False, [(200, "0"), (200, "-1"), (200, "-2")])]
)
def test_a_quota_that_is_not_enforced_goes_below_zero(opened: Open, enforced: bool, seen: list[tuple[int, str]]) -> None:
    with opened(quota_per_hour=1, quota_enforced=enforced) as (_, client):
        answers = [client.get(USERS) for _ in range(3)]

    assert [(answer.status_code, answer.headers["X-Toggl-Quota-Remaining"]) for answer in answers] == seen


@pytest.mark.parametrize("told", [False, True])
def test_a_used_up_quota_may_say_retry_after(opened: Open, told: bool) -> None:
    with opened(quota_per_hour=0, quota_retry_after=told) as (_, client):
        answer = client.get(USERS)

    assert answer.headers.get("Retry-After") == (answer.headers["X-Toggl-Quota-Resets-In"] if told else None)


@pytest.mark.parametrize("sent", [True, False])
def test_the_quotas_headers_may_be_missing(opened: Open, sent: bool) -> None:
    with opened(quota_headers=sent) as (_, client):
        headers = client.get(USERS).headers

    assert ("X-Toggl-Quota-Remaining" in headers, "X-Toggl-Quota-Resets-In" in headers) == (sent, sent)


def test_the_list_of_quotas_is_an_array_or_an_object_with_items(opened: Open) -> None:
    with opened() as (_, client):
        plain = client.get(f"{API}/me/quota").json()
    with opened(quota_list="items") as (_, client):
        wrapped = client.get(f"{API}/me/quota").json()

    assert [one["organization_id"] for one in plain] == [one["organization_id"] for one in wrapped["items"]] == [ORGANIZATION_ID, None]


@pytest.mark.parametrize(("costs", "left"), [(True, "28"), (False, "29")])
def test_asking_for_the_quota_costs_quota_or_not(opened: Open, costs: bool, left: str) -> None:
    with opened(me_quota_per_hour=30, quota_list_costs=costs) as (_, client):
        client.get(f"{API}/me/quota")
        assert client.get(f"{API}/me").headers["X-Toggl-Quota-Remaining"] == left


def test_a_paid_feature_is_402_too_but_speaks_of_the_feature_and_leaves_quota(opened: Open) -> None:
    with opened(paid_paths=frozenset({"summary"})) as (_, client):
        paid = client.post(f"{REPORTS}summary/time_entries", json={"start_date": "2025-10-06"})
        free = client.post(REPORT, json={"start_date": "2025-10-06"})

    assert (paid.status_code, paid.json()) == (402, "Workspace needs to have this feature enabled")
    assert int(paid.headers["X-Toggl-Quota-Remaining"]) > 0
    assert free.status_code == 200


LISTS = {
    "users": ("GET", USERS),
    "workspace_users": ("GET", f"{API}/organizations/{ORGANIZATION_ID}/workspaces/{WORKSPACE_ID}/workspace_users"),
    "organization_users": ("GET", f"{API}/organizations/{ORGANIZATION_ID}/users"),
    "filters_users": ("POST", f"{REPORTS}filters/users"),
    "search_users": ("POST", f"{REPORTS}search/users"),
}


@pytest.mark.parametrize("name", LISTS)
def test_each_list_of_people_can_be_kept_from_a_plain_user_and_never_from_an_admin(opened: Open, name: str) -> None:
    def status(**switches: object) -> int:
        with opened(**switches) as (_, client):
            code: int = client.request(*LISTS[name], json={"ids": [2100001]}).status_code
            return code

    assert status(toggl_admin=False, admin_only_lists=frozenset({name})) == 403
    assert status(toggl_admin=False, admin_only_lists=frozenset()) == 200
    assert status(toggl_admin=True, admin_only_lists=frozenset({name})) == 200


def test_a_plain_user_has_every_list_but_the_organizations_unless_told_otherwise(opened: Open) -> None:
    with opened(toggl_admin=False) as (_, client):
        codes = {name: client.request(*asked, json={"ids": [2100001]}).status_code for name, asked in LISTS.items()}

    assert codes == {"users": 200, "workspace_users": 200, "organization_users": 403, "filters_users": 200, "search_users": 200}


def test_the_workspaces_members_are_also_listed_below_the_workspace_itself(opened: Open) -> None:
    with opened() as (_, client):
        rows = client.get(f"{API}/workspaces/{WORKSPACE_ID}/workspace_users", params={"includeIndirect": "true"}).json()

    assert all(row["id"] != row["uid"] for row in rows)
    assert len(rows) == 10


@pytest.mark.parametrize("answer", [faults.NGINX_400, faults.NGINX_429, faults.NGINX_502, faults.NGINX_503, faults.NGINX_504])
def test_a_proxys_page_can_take_the_place_of_the_next_answer(opened: Open, answer: faults.CannedAnswer) -> None:
    with opened() as (sandbox, client):
        sandbox.fail_next_with("toggl", answer, path_contains="/users")
        other, failed, after = client.get(f"{API}/me"), client.get(USERS), client.get(USERS)

    assert [other.status_code, failed.status_code, after.status_code] == [200, answer.status, 200]
    assert failed.text.startswith("<html>")
    assert f"<h1>{answer.status} " in failed.text


@pytest.mark.parametrize(("every", "codes"), [(0, [200] * 6), (3, [200, 200, 502, 200, 200, 502])])
def test_the_proxy_can_fail_now_and_then(opened: Open, every: int, codes: list[int]) -> None:
    with opened(proxy_fails_every=every) as (_, client):
        answers = [client.get(USERS) for _ in range(6)]

    assert [answer.status_code for answer in answers] == codes
    assert all("<center>nginx</center>" in answer.text for answer in answers if answer.status_code == 502)


def test_answers_at_hand_can_say_retry_after(opened: Open) -> None:
    with opened() as (sandbox, client):
        sandbox.fail_next_with("toggl", faults.NGINX_429.retry_after(7), times=2)
        answers = [client.get(USERS) for _ in range(3)]

    assert [answer.headers.get("Retry-After") for answer in answers] == ["7", "7", None]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (faults.SERVER_ERROR_500, "Internal Server Error"),
        (faults.GONE_410, "This endpoint is no longer available"),
        (faults.NEEDS_FEATURE_402, "Workspace needs to have this feature enabled"),
        (faults.hourly_limit_402(133), "You have hit your hourly limit for API calls. The quota will reset in 133 seconds."),
    ],
)
def test_toggls_own_errors_at_hand_are_json_strings(opened: Open, answer: faults.CannedAnswer, text: str) -> None:
    with opened() as (sandbox, client):
        sandbox.fail_next_with("toggl", answer)
        failed = client.get(USERS)

    assert (failed.status_code, failed.json()) == (answer.status, text)
    assert failed.headers["Content-Type"] == "application/json; charset=utf-8"
