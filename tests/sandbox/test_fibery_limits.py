"""How often one may ask Fibery, how long it takes, and what comes when it is not well. Each switch in both states."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.constants import FIBERY_OTHER_TOKEN

from .conftest import Open, ask, fibery_client

COMMANDS = "/api/commands"
USERS = {"command": "fibery.entity/query", "args": {"query": {"q/from": "fibery/user", "q/select": ["user/email"], "q/limit": 5}}}


def statuses(client: httpx.Client, times: int, body: object = USERS) -> list[int]:
    return [client.post(COMMANDS, json=body).status_code for _ in range(times)]


def test_nothing_is_limited_unless_a_switch_says_so(with_fibery: Open) -> None:
    with with_fibery() as (_, client):
        assert statuses(client, 20) == [200] * 20


def test_a_token_may_ask_three_times_a_second_over_all_endpoints(with_fibery: Open) -> None:
    with with_fibery(fibery_requests_per_second=3) as (sandbox, client):
        assert statuses(client, 2) == [200, 200]
        assert client.get("/api/documents/none").status_code == 404
        refused = client.get("/api/schema")
        assert (refused.status_code, refused.text, refused.headers["Content-Type"]) == (
            429,
            "Too Many Requests",
            "text/plain; charset=utf-8",
        )
        sandbox.advance_clock(1)
        assert statuses(client, 3) == [200, 200, 200]


def test_another_token_has_a_limit_of_its_own_but_shares_the_workspaces(with_fibery: Open) -> None:
    limits = {"fibery_requests_per_second": 3, "fibery_workspace_requests_per_second": 5}
    with with_fibery(**limits) as (sandbox, client), fibery_client(sandbox, FIBERY_OTHER_TOKEN) as other:
        assert statuses(client, 3) == [200, 200, 200]
        assert statuses(other, 3) == [200, 200, 429]


@pytest.mark.parametrize(("counted", "expected"), [(False, [200, 200, 200]), (True, [200, 429, 429])])
def test_commands_of_a_post_may_count_one_by_one(with_fibery: Open, counted: bool, expected: list[int]) -> None:
    with with_fibery(fibery_requests_per_second=3, fibery_commands_count=counted) as (_, client):
        assert statuses(client, 3, [USERS, USERS, USERS]) == expected


@pytest.mark.parametrize(
    ("switches", "text", "kind"),
    [
        ({}, "Too Many Requests", "text/plain"),
        ({"fibery_429_body": "empty"}, "", "text/plain"),
        ({"fibery_429_body": "html"}, "<html>", "text/html"),
    ],
)
def test_the_body_of_a_429_is_text_or_nothing_or_a_page(with_fibery: Open, switches: dict[str, str], text: str, kind: str) -> None:
    with with_fibery(fibery_requests_per_second=1, **switches) as (_, client):
        client.get("/api/schema")
        refused = client.get("/api/schema")
    assert refused.status_code == 429
    assert refused.text.startswith(text)
    assert bool(refused.text) == bool(text)
    assert refused.headers["Content-Type"].startswith(kind)


@pytest.mark.parametrize("form", ["absent", "seconds", "date"])
def test_a_429_may_say_when_to_come_again(with_fibery: Open, form: str) -> None:
    with with_fibery(fibery_requests_per_second=0.1, fibery_retry_after=form) as (_, client):
        client.get("/api/schema")
        said = client.get("/api/schema").headers.get("Retry-After")
    if form == "absent":
        assert said is None
    elif form == "seconds":
        assert said == "10"
    else:
        assert 0 < (parsedate_to_datetime(str(said)) - datetime.now(UTC)).total_seconds() <= 10


def test_a_slow_answer_waits_for_the_sandboxs_clock(with_fibery: Open) -> None:
    with with_fibery(fibery_answer_seconds=3600) as (sandbox, client), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.get, "/api/schema", timeout=None)
        sandbox.wait_for_slow()
        sandbox.advance_clock(1800)
        assert not answer.done()
        sandbox.advance_clock(1800)
        assert answer.result(30).status_code == 200


def test_a_sandbox_ends_though_an_answer_is_slow(with_fibery: Open) -> None:
    with ThreadPoolExecutor(1) as pool:
        with with_fibery(fibery_answer_seconds=3600) as (sandbox, client):
            answer = pool.submit(httpx.get, f"{sandbox.url}/fibery/api/schema", headers=client.headers, timeout=None)
            sandbox.wait_for_slow()
        assert answer.result(30).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "kind", "text"),
    [
        ("html_200", 200, "text/html", "<!doctype html>"),
        ("text_403", 403, "text/plain", "Forbidden"),
        ("json_403", 403, "application/json", '{"name":'),
        ("text_404", 404, "text/plain", "Not Found"),
        ("json_500", 500, "application/json", '{"name":'),
        ("html_502", 502, "text/html", "<html>"),
        ("html_503", 503, "text/html", "<html>"),
        ("html_504", 504, "text/html", "<html>"),
        ("not_an_array", 200, "application/json", '{"success":true,"result":"ok"}'),
    ],
)
def test_every_second_answer_may_be_another_one(with_fibery: Open, fault: str, status: int, kind: str, text: str) -> None:
    with with_fibery(fibery_fault=fault) as (_, client):
        answers = [client.post(COMMANDS, json=[USERS]) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, status, 200]
    assert answers[1].text.startswith(text)
    assert answers[1].headers["Content-Type"].startswith(kind)
    assert answers[0].json()[0]["success"] is answers[2].json()[0]["success"] is True


def test_an_answer_may_be_cut_and_then_it_is_no_json(with_fibery: Open) -> None:
    with with_fibery(fibery_fault="truncated", fibery_fault_every=1) as (_, client):
        cut = client.post(COMMANDS, json=[USERS])
    with with_fibery() as (_, client):
        whole = client.post(COMMANDS, json=[USERS])
    assert cut.status_code == 200
    assert whole.text.startswith(cut.text)
    with pytest.raises(json.JSONDecodeError):
        cut.json()


def test_a_fault_may_be_for_one_kind_of_request_alone(with_fibery: Open) -> None:
    with with_fibery(fibery_fault="text_403", fibery_fault_every=1, fibery_fault_in="schema") as (_, client):
        told = [client.get("/api/schema").status_code, client.post(COMMANDS, json=[USERS]).status_code]
    assert told == [403, 200]


@pytest.mark.parametrize(("schemes", "expected"), [(["Token", "Bearer"], [200, 200]), (["Token"], [200, 401]), (["Bearer"], [401, 200])])
def test_the_words_before_the_token_can_be_narrowed(with_fibery: Open, schemes: list[str], expected: list[int]) -> None:
    with with_fibery(fibery_schemes=schemes) as (_, client):
        token = client.headers["Authorization"].removeprefix("Token ")
        told = [client.get("/api/schema", headers={"Authorization": f"{word} {token}"}).status_code for word in ("Token", "Bearer")]
    assert told == expected


def test_each_token_is_its_own_users(with_fibery: Open) -> None:
    def me(client: httpx.Client) -> str:
        row = ask(client, "fibery/user", {"mail": "user/email"}, where=["=", ["fibery/id"], "$my-id"])["result"][0]
        return str(row["mail"])

    with with_fibery() as (sandbox, client), fibery_client(sandbox, FIBERY_OTHER_TOKEN) as other:
        assert [me(client), me(other)] == ["marta.lindqvist@larkspur.example", "denise.okafor@larkspur.example"]


def test_a_body_may_be_too_long(with_fibery: Open) -> None:
    with with_fibery(fibery_largest_body=300) as (_, client):
        short, long = client.post(COMMANDS, json=USERS), client.post(COMMANDS, json=[USERS] * 4)
    assert (short.status_code, long.status_code, long.text) == (200, 413, "Payload Too Large")


def test_a_post_may_hold_too_many_commands(with_fibery: Open) -> None:
    with with_fibery(fibery_most_commands=2) as (_, client):
        assert statuses(client, 1, [USERS] * 2) == [200]
        refused = client.post(COMMANDS, json=[USERS] * 3)
    assert (refused.status_code, set(refused.json())) == (500, {"name", "message", "data"})


@pytest.mark.parametrize("most", [None, 3])
def test_a_query_that_is_too_large_times_out_inside_a_200(with_fibery: Open, most: int | None) -> None:
    def find(client: httpx.Client, count: int) -> dict[str, Any]:
        ids = [f"9{number}" for number in range(count)]
        return ask(client, "Scrum/Task", ["fibery/id"], where=["q/in", ["fibery/public-id"], "$ids"], params={"$ids": ids})

    with with_fibery(fibery_slow_above=most) as (_, client):
        small, ids, many = find(client, 3), find(client, 4), ask(client, "Scrum/Task", ["fibery/id"], limit=4)
        fits = ask(client, "Scrum/Task", ["fibery/id"], limit=3)
    assert small["success"] is fits["success"] is True
    assert [answer["success"] for answer in (ids, many)] == [most is None] * 2
    assert most is None or "timeout" in ids["result"]["message"]


def test_rows_may_come_in_an_object(with_fibery: Open) -> None:
    with with_fibery() as (_, client):
        plain = ask(client, "fibery/user", ["user/email"])["result"]
    with with_fibery(fibery_result="data") as (_, client):
        wrapped = ask(client, "fibery/user", ["user/email"])["result"]
    assert isinstance(plain, list)
    assert wrapped == {"data": plain, "meta": {}}


@pytest.mark.parametrize("form", ["independent", "atomic"])
def test_a_batch_fails_as_a_whole_or_one_by_one(with_fibery: Open, form: str) -> None:
    bad = {"command": "fibery.entity/query", "args": {"query": {"q/from": "Scrum/Nope", "q/select": ["fibery/id"], "q/limit": 1}}}
    with with_fibery(fibery_batch=form) as (_, client):
        answer = client.post(COMMANDS, json={"command": "fibery.command/batch", "args": {"commands": [USERS, bad]}}).json()
    if form == "independent":
        assert [one["success"] for one in answer["result"]] == [True, False]
    else:
        assert (answer["success"], answer["result"]["name"]) == (False, "entity.error/schema-type-not-found")
